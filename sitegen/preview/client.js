// The preview's side in the browser: shows what changed and keeps the reader's place.
// Served from memory by `sitegen serve`; no page on disk knows of it.
(() => {
  "use strict";
  const HOME = "/.sitegen/";
  const SILENCE = 40000; // Milliseconds without a word after which the connection is made anew.
  const script = document.currentScript;
  let shown = script.dataset.digest; // Of the page that is shown; empty where there is none yet.
  let source = null;
  let heard = 0;
  let number = "";
  let article; // What the preview knows of it: null on a page of none, undefined before it was asked.
  let served = null; // The page as it was served: what differs from it was done by its scripts.
  const digests = new Map(); // Of style sheets and pictures, by path.
  const leaving = new WeakSet(); // Style sheets whose successors are being loaded.

  // The script leaves the page as if it had never been there: one text is around it, not two.
  const [before, after] = [script.previousSibling, script.nextSibling];
  if (before instanceof Text && after instanceof Text) {
    before.appendData(after.data);
    after.remove();
  }
  script.remove();

  // The stream. A hidden tab lets go of it: browsers grant a server six connections in all.
  const connect = () => {
    if (source || document.hidden) return;
    source = new EventSource(`${HOME}events`);
    heard = Date.now();
    source.onmessage = (event) => {
      heard = Date.now();
      if (event.data === number) return;
      number = event.data;
      look();
    };
    source.onerror = () => {
      if (!source || source.readyState !== EventSource.CLOSED) return;
      disconnect();
      setTimeout(connect, 1000);
    };
  };
  const disconnect = () => {
    if (source) source.close();
    source = null;
  };

  // Looking: one at a time, and once more if there was a reason meanwhile.
  let looking = false;
  let again = false;
  const look = async () => {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again) {
        again = false;
        await lookOnce();
      }
    } catch {
      // The server is gone or starting: the stream tells when it is back.
      number = "";
    } finally {
      looking = false;
    }
  };

  const lookOnce = async () => {
    const files = resources();
    const query = new URLSearchParams({ at: location.pathname });
    if (served) query.set("has", shown);
    if (article !== undefined) query.set("file", article ? article.path : "");
    if (article) query.set("id", article.id);
    for (const path of files.keys()) query.append("with", path);
    const answer = await fetch(`${HOME}page?${query}`);
    const told = await answer.json();
    showProblems(told);
    if (!told.built) return;
    if (told.digest === null) {
      if (shown && told.lead.startsWith("/")) location.replace(told.lead);
      return;
    }
    if (!shown) {
      location.reload();
      return;
    }
    renewResources(files, told.with);
    if (told.digest !== shown || !served) renew(told);
    if (told.article || !article) article = told.article;
    showBar(told.article, told.warnings);
  };

  // Style sheets and pictures whose names stay while their bytes change.
  const resources = () => {
    const found = new Map();
    for (const element of document.querySelectorAll('link[rel~="stylesheet"], img[src]')) {
      if (leaving.has(element) || found.size > 90) continue;
      const url = new URL(element.href || element.src, location.href);
      if (url.origin !== location.origin) continue;
      if (!found.has(url.pathname)) found.set(url.pathname, []);
      found.get(url.pathname).push(element);
    }
    return found;
  };

  const renewResources = (files, now) => {
    [...files].forEach(([path, elements], index) => {
      const before = digests.get(path);
      const after = now[index];
      if (after) digests.set(path, after);
      if (!before || !after || before === after) return;
      for (const element of elements) {
        if (element.tagName === "LINK") swapStyle(element, `${path}?${after}`);
        else element.src = `${path}?${after}`;
      }
    });
  };

  // The old sheet goes when the new one is there: nothing is ever shown without style.
  const swapStyle = (link, href) => {
    const next = link.cloneNode();
    next.href = href;
    next.onload = next.onerror = () => link.remove();
    leaving.add(link);
    link.after(next);
  };

  // The page itself: only what differs between the page served and the new one is changed.
  const renew = (told) => {
    const next = new DOMParser().parseFromString(told.page || "", "text/html");
    if (told.digest === shown) {
      served = next;
      return;
    }
    if (!told.page || !served || programs(served) !== programs(next)) {
      location.reload();
      return;
    }
    const focus = pathTo(document.activeElement);
    const changed = [];
    renewAttributes(served.documentElement, next.documentElement, document.documentElement);
    renewHead(served.head, next.head);
    renewAttributes(served.body, next.body, document.body);
    renewChildren(served.body, next.body, document.body, changed);
    served = next;
    shown = told.digest;
    refocus(focus);
    mark(changed, told.article);
  };

  const programs = (page) =>
    [...page.scripts]
      .filter((one) => !one.type || /javascript|module/.test(one.type))
      .map((one) => one.outerHTML)
      .join("");

  const renewAttributes = (old, next, live) => {
    for (const name of new Set([...old.getAttributeNames(), ...next.getAttributeNames()])) {
      const value = next.getAttribute(name);
      if (value === old.getAttribute(name)) continue;
      if (value === null) live.removeAttribute(name);
      else live.setAttribute(name, value);
    }
  };

  const renewHead = (old, next) => {
    const isStyle = (element) => element.matches('link[rel~="stylesheet"]');
    const before = [...old.children].filter(isStyle);
    const after = [...next.children].filter(isStyle);
    const live = [...document.head.children].filter((one) => isStyle(one) && !leaving.has(one));
    const swaps = before.length === after.length && live.length === before.length;
    if (swaps) {
      after.forEach((link, index) => {
        const href = link.getAttribute("href");
        if (href !== before[index].getAttribute("href")) swapStyle(live[index], href);
      });
    }
    const rest = (element) => !(swaps && isStyle(element));
    const gone = [...old.children].filter(rest);
    for (const element of [...next.children].filter(rest)) {
      const same = gone.findIndex((one) => one.isEqualNode(element));
      if (same >= 0) gone.splice(same, 1);
      else document.head.append(document.importNode(element, true));
    }
    for (const element of gone) {
      const one = [...document.head.children].find((child) => child.isEqualNode(element));
      if (one) one.remove();
    }
    if (document.title !== next.title) document.title = next.title;
  };

  const renewChildren = (old, next, live, changed) => {
    if (old.isEqualNode(next)) return;
    const before = [...old.childNodes];
    const after = [...next.childNodes];
    const now = [...live.childNodes];
    if (before.length !== now.length || before.some((n, i) => n.nodeName !== now[i].nodeName)) {
      // A script of the page rebuilt this part: there is nothing to hold on to.
      live.replaceChildren(...after.map((node) => document.importNode(node, true)));
      changed.push(live);
      return;
    }
    let start = 0;
    const most = Math.min(before.length, after.length);
    while (start < most && before[start].isEqualNode(after[start])) start += 1;
    let end = 0;
    while (end < most - start && before.at(-1 - end).isEqualNode(after.at(-1 - end))) end += 1;
    const olds = before.slice(start, before.length - end);
    const nexts = after.slice(start, after.length - end);
    const lives = now.slice(start, now.length - end);
    if (olds.length === nexts.length && olds.every((n, i) => n.nodeName === nexts[i].nodeName)) {
      olds.forEach((node, index) => renewNode(node, nexts[index], lives[index], changed));
      return;
    }
    const fresh = nexts.map((node) => document.importNode(node, true));
    live.insertBefore(asFragment(fresh), lives[0] || now[start] || null);
    lives.forEach((node) => node.remove());
    const elements = fresh.filter((node) => node.nodeType === Node.ELEMENT_NODE);
    changed.push(...(elements.length ? elements : [live]));
  };

  const renewNode = (old, next, live, changed) => {
    if (old.nodeType === Node.ELEMENT_NODE) {
      renewAttributes(old, next, live);
      renewChildren(old, next, live, changed);
    } else if (old.data !== next.data) {
      live.data = next.data;
      if (live.parentElement) changed.push(live.parentElement);
    }
  };

  const asFragment = (nodes) => {
    const fragment = document.createDocumentFragment();
    fragment.append(...nodes);
    return fragment;
  };

  // Focus stays on an element that stays; on one that was replaced it goes to its successor.
  const pathTo = (element) => {
    const path = [];
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (!one.parentElement) return { element, path: null };
      path.unshift([...one.parentElement.children].indexOf(one));
    }
    return { element, path };
  };

  const refocus = ({ element, path }) => {
    if (!element || !path || !path.length || element.isConnected) return;
    const successor = path.reduce((one, index) => one && one.children[index], document.body);
    if (successor && successor.tagName === element.tagName) {
      successor.focus({ preventScroll: true });
    }
  };

  // The edit of the open article comes into view and is marked for a moment.
  const mark = (changed, isArticle) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const there = changed.filter((element) => element.isConnected).slice(0, 20);
    const first = isArticle && there.find((element) => element.closest("article"));
    if (first) {
      const box = first.getBoundingClientRect();
      if (box.bottom < 0 || box.top > innerHeight) {
        const block = box.height < innerHeight ? "center" : "start";
        first.scrollIntoView({ block, behavior: still ? "auto" : "smooth" });
      }
    }
    for (const element of there) {
      // It fades at the end alone: each frame that differs is painted, which slows the next build.
      const outline = { outline: "3px solid #e8a33d", outlineOffset: "4px" };
      const faded = { outline: "3px solid transparent", outlineOffset: "4px" };
      element.animate(still ? [outline, outline] : [outline, { ...outline, offset: 0.85 }, faded], {
        duration: 1400,
      });
    }
  };

  // What the preview adds to a page is beside its body, in roots of their own: no style of the
  // site reaches it, and all text is set as text.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483646; inset: auto 0 0 0; }
    :host(sitegen-bar) { z-index: 2147483647; }
    * { box-sizing: border-box; }
    .box { font: 14px/1.45 system-ui, sans-serif; color: #f4f1ea; background: #23211f;
      overflow-wrap: anywhere; }
    .problems { max-height: 70vh; overflow: auto; padding: 14px 20px 46px;
      border-top: 4px solid #e0533d; box-shadow: 0 -6px 30px #0006; }
    h2 { font-size: 16px; margin: 0 40px 8px 0; }
    ol { list-style: none; margin: 0; padding: 0; }
    li { border-top: 1px solid #fff2; padding: 10px 0; }
    p { margin: 0; }
    .place, pre { font: 13px/1.5 ui-monospace, monospace; }
    .place { color: #f3b3a6; }
    .hint { color: #d8cfae; }
    pre { margin: 6px 0 0; padding: 6px 10px; background: #0004; white-space: pre-wrap; }
    pre b { display: block; color: #fff; background: #e0533d55; }
    .bar { display: flex; gap: 4px 16px; flex-wrap: wrap; align-items: center; padding: 5px 40px 5px 14px;
      font-size: 12.5px; position: relative; opacity: .94; }
    .bar span { user-select: all; }
    .bar summary { cursor: pointer; }
    .bar details[open] { flex-basis: 100%; max-height: 40vh; overflow: auto; }
    .bar .state { background: #e8a33d; color: #23211f; font-weight: 700; border-radius: 3px;
      padding: 0 7px; }
    button { position: absolute; right: 8px; top: 3px; width: 28px; height: 24px; border: 0;
      background: none; color: inherit; font: 20px/1 system-ui, sans-serif; cursor: pointer; }
    button:focus-visible { outline: 2px solid #e8a33d; }
  `);

  const make = (name, text = "", kind = "") => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };

  const panel = (name) => {
    const host = document.querySelector(name) || make(name);
    const root = host.shadowRoot || host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren();
    document.documentElement.append(host);
    return root;
  };

  const hide = (name) => {
    const host = document.querySelector(name);
    if (host) host.remove();
  };

  const closer = (text, action) => {
    const button = make("button", "×");
    button.setAttribute("aria-label", text);
    button.onclick = action;
    return button;
  };

  const showProblems = (told) => {
    if (!told.problems.length) {
      hide("sitegen-problems");
      return;
    }
    const box = make("section", "", "box problems");
    box.setAttribute("role", "alert");
    const count = told.errors === 1 ? "1 error" : `${told.errors} errors`;
    box.append(make("h2", told.built ? `${count}: this is the last good site` : count));
    box.append(closer("Hide", () => hide("sitegen-problems")));
    box.append(listOf(told.problems));
    panel("sitegen-problems").append(box);
  };

  const listOf = (problems) => {
    const list = make("ol");
    for (const problem of problems) {
      const item = make("li");
      const place = problem.line ? `${problem.path}:${problem.line}` : problem.path;
      if (place) item.append(make("p", place, "place"));
      item.append(make("p", problem.message));
      if (problem.hint) item.append(make("p", problem.hint, "hint"));
      if (problem.excerpt.length) {
        const lines = make("pre");
        for (const [line, text] of problem.excerpt) {
          const numbered = `${String(line).padStart(5)}  ${text}`;
          lines.append(line === problem.line ? make("b", numbered) : `${numbered}\n`);
        }
        item.append(lines);
      }
      list.append(item);
    }
    return list;
  };

  const HIDDEN = "sitegen hides the bar";
  const isHidden = () => {
    try {
      return sessionStorage.getItem(HIDDEN) === "yes";
    } catch {
      return false;
    }
  };

  let inBar = "";
  const showBar = (told, warnings) => {
    const next = JSON.stringify([told, warnings]);
    // What is shown already stays as it is: it may be open, or selected.
    if (next === inBar) return;
    inBar = next;
    if ((!told && !warnings.length) || isHidden()) {
      hide("sitegen-bar");
      return;
    }
    const bar = make("aside", "", "box bar");
    bar.setAttribute("aria-label", "Preview");
    if (told) describe(told, bar);
    if (warnings.length) {
      const more = make("details");
      more.append(make("summary", warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`));
      more.append(listOf(warnings));
      bar.append(more);
    }
    bar.append(
      closer("Hide the bar", () => {
        try {
          sessionStorage.setItem(HIDDEN, "yes");
        } catch {
          // It comes back with the next page.
        }
        hide("sitegen-bar");
      }),
    );
    panel("sitegen-bar").append(bar);
  };

  const describe = (told, bar) => {
    if (told.draft) bar.append(make("b", "Draft", "state"));
    if (told.scheduled) bar.append(make("b", `Scheduled for ${told.scheduled}`, "state"));
    bar.append(make("span", told.path));
    if (told.seed) bar.append("from ", make("span", told.seed));
    if (told.words) bar.append(told.words === 1 ? "1 word" : `${told.words.toLocaleString("en")} words`);
  };

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide("sitegen-problems");
  });
  addEventListener("pageshow", connect);
  addEventListener("pagehide", disconnect);
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  setInterval(() => {
    if (!source || Date.now() - heard < SILENCE) return;
    disconnect();
    connect();
  }, 5000);
  connect();
})();

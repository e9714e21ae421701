// The search page. Pagefind finds; what it tells is only ever set as text, never as markup.
const root = document.querySelector(".search");
const [query, tag, year, order, status, list, more] = root.querySelectorAll("input, select, [role], ol, button");
const words = root.dataset;
const language = document.documentElement.lang;
const PAGE = 10;
const CHOICES = 60;
const number = new Intl.NumberFormat(language);
const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });

let loading;
let latest = 0;
let results = [];

const load = () => {
  loading ??= import(`${words.index}pagefind.js`).then(async (pagefind) => {
    await pagefind.init();
    await pagefind.filters();
    return pagefind;
  });
  // What failed may succeed the next time.
  loading.catch(() => (loading = undefined));
  return loading;
};

const make = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

// Pagefind's only markup is `<mark>`; it has escaped the angle brackets of the text itself.
const excerpt = (html) => {
  const made = make("p", "", { class: "summary" });
  html.split(/<\/?mark>/).forEach((text, index) => {
    const plain = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    if (plain) made.append(index % 2 ? make("mark", plain) : plain);
  });
  return made;
};

const row = ({ url, meta, excerpt: html }) => {
  const item = make("li", "", { class: "row" });
  if (meta.language) {
    item.lang = meta.language;
    item.dir = "auto";
  }
  const title = make("h2", "");
  title.append(make("a", meta.title, { href: url }));
  const when = make("p", "", { class: "meta" });
  when.append(make("time", day.format(new Date(meta.date)), { datetime: meta.date, lang: language }));
  item.append(title, excerpt(html), when);
  return item;
};

const show = async (mine) => {
  const shown = list.childElementCount;
  const rows = await Promise.all(results.slice(shown, shown + PAGE).map(async (found) => row(await found.data())));
  if (mine !== latest) return;
  list.append(...rows);
  more.hidden = list.childElementCount >= results.length;
  if (shown) rows[0]?.querySelector("a").focus();
};

const offer = (field, counts = {}, sort = undefined) => {
  const chosen = field.value;
  const names = Object.keys(counts).filter((name) => counts[name]);
  const options = new Set(names.sort((a, b) => sort(a, b, counts)).slice(0, CHOICES));
  if (chosen) options.add(chosen);
  field.replaceChildren(field.options[0]);
  for (const name of options) field.append(new Option(`${name} (${number.format(counts[name] ?? 0)})`, name));
  field.value = chosen;
};

const seek = async () => {
  const mine = ++latest;
  const fields = { q: query.value.trim(), tag: tag.value, year: year.value, order: order.value };
  const asked = Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
  const address = new URL(location.href);
  address.search = new URLSearchParams(asked);
  if (address.href !== location.href) history.replaceState(null, "", address);
  try {
    const pagefind = await load();
    // Phones write the quotation marks of a phrase in their own way.
    const text = asked.q?.replace(/[“”„«»]/g, '"') ?? null;
    const sort = !text || asked.order ? { date: "desc" } : {};
    const filters = Object.fromEntries(["tag", "year"].filter((name) => asked[name]).map((name) => [name, asked[name]]));
    const found = await pagefind.search(text, { filters, sort });
    // What each choice would find: as if its own field were not set.
    const without = (name) =>
      asked[name] ? pagefind.search(text, { filters: { ...filters, [name]: [] } }) : found;
    const [tags, years] = [await without("tag"), await without("year")];
    if (mine !== latest) return;
    offer(tag, tags.filters.tag, (a, b, of) => of[b] - of[a] || a.localeCompare(b, language));
    offer(year, years.filters.year, (a, b) => b - a);
    const idle = !text && !asked.tag && !asked.year;
    results = idle ? [] : found.results;
    list.replaceChildren();
    const said = idle ? "" : results.length ? words.found : words.nothing;
    status.textContent = said.replace("#", number.format(results.length));
    await show(mine);
  } catch (error) {
    if (mine !== latest) return;
    console.warn(error);
    list.replaceChildren();
    status.textContent = words.failed;
  }
};

let timer;
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(seek, 120);
};

const restore = () => {
  const asked = new URLSearchParams(location.search);
  query.value = asked.get("q") ?? "";
  for (const field of [tag, year]) {
    const wanted = asked.get(field.id) ?? "";
    if (wanted) field.append(new Option(wanted));
    field.value = wanted;
  }
  order.value = asked.get("order") === "date" ? "date" : "";
  if (asked.size) seek();
};

const clear = () => {
  query.value = "";
  query.focus();
  soon();
};

const step = (event, by) => {
  const links = [...list.querySelectorAll("h2 a")];
  const at = links.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== query) return;
  event.preventDefault();
  (at + by < 0 ? query : (links[at + by] ?? document.activeElement)).focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const writing = event.target.closest("input, select, textarea");
  if (event.key === "/" && !writing) {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape" && (event.target === query || list.contains(event.target))) clear();
  else if (event.key === "ArrowDown") step(event, 1);
  else if (event.key === "ArrowUp") step(event, -1);
});
query.addEventListener("input", soon);
query.addEventListener("focus", () => load().then(soon, soon), { once: true });
for (const field of [tag, year, order]) field.addEventListener("change", seek);
more.addEventListener("click", () => show(latest));
addEventListener("popstate", restore);

root.hidden = false;
document.querySelector(".without").hidden = true;
restore();

// The search page. Pagefind finds; what it tells is only ever set as text, never as markup.
const root = document.querySelector(".search");
const [query, tag, year, order, status, list, more] = root.querySelectorAll("input, select, [role], ol, button");
const words = root.dataset;
const language = document.documentElement.lang;
const PAGE = 10;
const number = new Intl.NumberFormat(language);
const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });

let loading;
let latest = 0;
let results = [];

const load = () => {
  loading ??= import(`${words.index}pagefind.js`).then(async (pagefind) => {
    await pagefind.init();
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
    made.append(index % 2 ? make("mark", plain) : plain);
  });
  if (html.split(" ").length > 29) made.append(" …"); // It was cut.
  return made;
};

const row = ({ url, meta, filters, excerpt: html }) => {
  const foreign = filters.language ? { lang: filters.language[0], dir: "auto" } : {};
  const item = make("li", "", { class: "row", ...foreign });
  const title = make("h2", "");
  title.append(make("a", meta.title, { href: url }));
  const [date] = filters.day;
  const when = make("time", day.format(new Date(date)), { class: "meta", datetime: date, lang: language });
  item.append(title, excerpt(html), when);
  return item;
};

const links = () => [...list.querySelectorAll("h2 a")];

const show = async (mine, shown) => {
  const rows = await Promise.all(results.slice(shown, shown + PAGE).map(async (found) => row(await found.data())));
  if (mine !== latest) return;
  // Who was among the results stays there when others come in their place.
  const at = shown ? -1 : links().indexOf(document.activeElement);
  if (!shown) list.replaceChildren();
  list.append(...rows);
  if (at >= 0) (links()[at] ?? query).focus();
  more.hidden = list.childElementCount >= results.length;
  if (shown) rows[0]?.querySelector("a").focus();
};

const offer = (field, { filters }) => {
  const counts = filters[field.id] ?? {};
  const chosen = field.value;
  const names = Object.keys(counts).filter((name) => counts[name]);
  // Topics by how much they would find; years newest first.
  names.sort((a, b) => (field === year ? b - a : counts[b] - counts[a] || a.localeCompare(b, language)));
  const options = new Set(names.slice(0, 60));
  if (chosen) options.add(chosen);
  field.replaceChildren(field.options[0]);
  for (const name of options) field.append(new Option(`${name} (${number.format(counts[name] ?? 0)})`, name));
  field.value = chosen;
};

const seek = async () => {
  const mine = ++latest;
  const fields = { q: query.value.trim(), tag: tag.value, year: year.value, order: order.value };
  const asked = Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
  const address = `${new URLSearchParams(asked)}`;
  history.replaceState(null, "", address ? `?${address}` : location.pathname);
  try {
    const pagefind = await load();
    // Phones curl the quotation marks of a phrase.
    const text = asked.q?.replace(/[“”„«»]/g, '"') ?? null;
    const sort = !text || asked.order ? { date: "desc" } : {};
    const filters = { tag: [asked.tag ?? []].flat(), year: [asked.year ?? []].flat() };
    const found = await pagefind.search(text, { filters, sort });
    // What each choice would find: as if its own field were not set.
    const without = (name) => (asked[name] ? pagefind.search(text, { filters: { ...filters, [name]: [] } }) : found);
    const [tags, years] = [await without("tag"), await without("year")];
    if (mine !== latest) return;
    offer(tag, tags);
    offer(year, years);
    const idle = !text && !asked.tag && !asked.year;
    results = idle ? [] : found.results;
    const said = idle ? "" : results.length ? words.found : words.nothing;
    await show(mine, 0);
    if (mine === latest) status.textContent = said.replace("#", number.format(results.length));
  } catch (error) {
    if (mine !== latest) return;
    console.warn(error);
    results = [];
    show(mine, 0);
    status.textContent = words.failed;
  }
};

let timer;
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(seek, 120);
};

const step = (event, by) => {
  const at = links().indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== query) return;
  event.preventDefault();
  (at + by < 0 ? query : (links()[at + by] ?? document.activeElement)).focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "/" && !event.target.closest("input, select")) {
    event.preventDefault();
    query.focus();
  } else if (event.key === "Escape" && (event.target === query || list.contains(event.target))) {
    query.value = "";
    query.focus();
    soon();
  } else if (event.key === "ArrowDown") step(event, 1);
  else if (event.key === "ArrowUp") step(event, -1);
});
query.addEventListener("input", soon);
query.addEventListener("focus", () => load().then(soon, soon), { once: true });
for (const field of [tag, year, order]) field.addEventListener("change", seek);
more.addEventListener("click", () => show(latest, list.childElementCount));

root.hidden = false;
document.querySelector(".without").hidden = true;
// What was asked is in the address: to come back to, and to share.
const asked = new URLSearchParams(location.search);
query.value = asked.get("q") ?? "";
for (const field of [tag, year]) {
  const wanted = asked.get(field.id) ?? "";
  if (wanted) field.append(new Option(wanted));
  field.value = wanted;
}
order.value = asked.get("order") === "date" ? "date" : "";
if (location.search) seek();

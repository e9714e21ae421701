"""Small sites whose pages link to each other as those of sitegen do, and a look at their links."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as Xml

from sitegen.digests import digest
from sitegen.publish.content import Content
from sitegen.publish.kinds import ENTRANCES, HOME
from tests.links import read

SITE = "https://example.org"


def site(articles: Iterable[str], look: str = "plain", asset: str = "a") -> dict[str, bytes]:
    """A digest of some articles, `2026/03/05/name` each with a text: `name=text`."""
    css = f"body {{ look: {look} }}".encode()
    style = f"assets/style.{digest(css).hex()[:10]}.css"
    head = f'<link rel="stylesheet" href="/{style}"><link rel="alternate" href="/feed.xml">'
    head += '<a href="/">home</a><a href="/tags/">tags</a>'
    given = [one.partition("=")[::2] for one in articles]
    names = sorted(name for name, _ in given)
    days = sorted({name.rpartition("/")[0] for name in names})
    tags = sorted({name.rpartition("/")[2][0] for name in names})

    def page(*links: str, text: str = "") -> bytes:
        body = "".join(f'<a href="{link}">{link}</a>' for link in links)
        return f"<!doctype html>{head}{body}<p>{text}</p>".encode()

    files = {style: css, "assets/logo.png": asset.encode(), "static/data.json": b"{}"}
    for number, (name, text) in enumerate(sorted(given)):
        near = [f"/{other}/" for other in names[max(0, number - 1) : number + 2] if other != name]
        tag = f"/tags/{name.rpartition('/')[2][0]}/"
        around = (*near, tag, f"/{name.rpartition('/')[0]}/", "/static/data.json")
        files[f"{name}/index.html"] = page(*around, text=text) + b'<img src="/assets/logo.png">'
    for day in days:
        files[f"{day}/index.html"] = page(*[f"/{n}/" for n in names if n.startswith(f"{day}/")])
    for tag in tags:
        of_tag = [f"/{name}/" for name in names if name.rpartition("/")[2][0] == tag]
        files[f"tags/{tag}/index.html"] = page(*of_tag, f"/tags/{tag}/feed.xml")
        files[f"tags/{tag}/feed.xml"] = _feed([f"/tags/{tag}/", *of_tag])
    files["tags/index.html"] = page(*[f"/tags/{tag}/" for tag in tags])
    files["index.html"] = page(*[f"/{name}/" for name in names[-3:]], *[f"/{d}/" for d in days])
    files["feed.xml"] = _feed(["/", *[f"/{name}/" for name in names]])
    files["404.html"] = page()
    pages = [f"/{n.removesuffix('index.html')}" for n in files if n.endswith("index.html")]
    files["sitemap.xml"] = _feed(pages)
    files["robots.txt"] = b"Sitemap: /sitemap.xml\n"
    return files


def _feed(links: Iterable[str]) -> bytes:
    return f"<feed>{''.join(f'<link>{SITE}{link}</link>' for link in links)}</feed>".encode()


def content(folder: Path, files: Mapping[str, bytes], articles: int = -1) -> Content:
    """The files as a build would leave them in a folder."""
    told = {}
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        told[name] = digest(data), len(data)
    if articles < 0:
        articles = sum(name.count("/") == 4 for name in files)
    return Content(folder, told, SITE, articles)


@lru_cache(maxsize=10_000)
def links(path: str, data: bytes) -> tuple[str, ...]:
    """The files that a page or feed leads to on its own site."""
    if path.endswith(".html"):
        found = read(data.decode())[0]
    elif path.endswith(".xml"):
        found = [one.text or "" for one in Xml.fromstring(data).iter("link")]
    else:
        return ()
    targets = []
    for link in found:
        whole = urlsplit(urljoin(f"{SITE}/{path}", link))
        if whole.netloc == urlsplit(SITE).netloc:
            target = unquote(whole.path).lstrip("/")
            if not target or target.endswith("/"):
                target += "index.html"
            targets.append(target)
    return tuple(targets)


def dead_links(public: Mapping[str, bytes], stays: Iterable[str]) -> list[str]:
    """Links that lead nowhere, of everything that readers can come by: the home page, what is asked
    for without a link, the pages `stays` that were public before and stay, and all that these lead
    to.
    """
    dead = []
    todo = [path for path in {HOME, *ENTRANCES, *stays} if path in public]
    seen = set(todo)
    while todo:
        path = todo.pop()
        for target in links(path, public[path]):
            if target not in public:
                dead.append(f"{path} → {target}")
            elif target not in seen:
                seen.add(target)
                todo.append(target)
    return sorted(dead)


def without_old(public: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is public, without the old style sheets that are kept."""
    return {
        name: data
        for name, data in public.items()
        if name in wanted or not name.startswith("assets/style")
    }

"""A link checker for finished sites: every link that stays on the site must lead to a file, and
every fragment to an element that has its name.
"""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

_LINKS = {"href", "src", "poster", "cite", "action", "data"}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [value for name, value in given.items() if name in _LINKS]
        self.names |= {given[name] for name in ("id", "name") if name in given}
        if tag == "meta" and given.get("http-equiv") == "refresh":
            self.links.append(given["content"].partition("url=")[2])


def read(html: str) -> tuple[list[str], set[str]]:
    """The links of a page, and the names that fragments can lead to."""
    parser = _Links()
    parser.feed(html)
    return parser.links, parser.names


def broken(files: Mapping[str, bytes], site: str) -> Iterator[str]:
    """Each link that leads nowhere, with its page. `site` is where the site would be published."""
    pages = {n: read(data.decode()) for n, data in files.items() if n.endswith(".html")}
    home = urlsplit(site)
    base = home.path.rstrip("/") + "/"
    for name, (links, _) in pages.items():
        for link in links:
            whole = urlsplit(urljoin(f"{home.scheme}://{home.netloc}{base}{name}", link))
            if whole.netloc != home.netloc or whole.scheme not in ("http", "https"):
                continue
            path = unquote(whole.path)
            if not path.startswith(base):
                yield f"{name}: {link} leaves the site"
                continue
            target = path.removeprefix(base)
            found = f"{target}index.html" if not target or target.endswith("/") else target
            if found not in files:
                yield f"{name}: {link}"
            elif whole.fragment and found in pages:
                fragment = unquote(whole.fragment)
                if fragment not in pages[found][1] and fragment != "top":
                    yield f"{name}: {link} has no such place"

"""What is searched of an article, what the search page is, and what is told where it cannot be."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from unittest import mock

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build.settle import _decoded, _encoded
from sitegen.cards import Card, KeptBody, TagRef
from sitegen.dates import Moment
from sitegen.search import address, document
from sitegen.theme import shipped
from tests.conftest import SITE, Folder
from tests.hostile import PAYLOADS
from tests.indexing import fake_index
from tests.test_xss import Judge, quoted

ON = SITE + "[search]\nenabled = true\n"
NAMES = {"ferry": "Ferry", "c": "C++, and <more>"}
CARD = Card(
    id="a",
    path="a.md",
    address="/2026/03/05/à/",
    url="/news/2026/03/05/%C3%A0/",
    title="A title",
    summary="In short.",
    date=Moment(datetime(2026, 3, 5, 7, 30, tzinfo=UTC), date(2026, 3, 5), 0, True),
    updated=None,
    tags=(TagRef("ferry", "ferry", "/tags/ferry/"), TagRef("c++", "c", "/tags/c/")),
    sources=(),
    authors=("Ada", "Bo"),
    language="es",
    image=None,
    minutes=1,
    draft=False,
    expires=None,
    aliases=(),
    story="",
    extra={},
    sketch=b"",
)
BODY = KeptBody(b"<p>All of <em>it</em>.</p>", (), 3, False, ())


class Marked(HTMLParser):
    """What Pagefind is told by a document: (mark, name, text) of each marked element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: list[tuple[str, str, str]] = []
        self.elements: set[str] = set()
        self.language = ""
        self._mark: tuple[str, str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        given = {name: value or "" for name, value in attrs}
        self.language = self.language or given.get("lang", "")
        for kind in ("meta", "filter", "sort"):
            if name := given.get(f"data-pagefind-{kind}"):
                self._mark = kind, name
                self.marks.append((kind, name, ""))

    def handle_data(self, data: str) -> None:
        if self._mark:
            self.marks[-1] = (*self._mark, self.marks[-1][2] + data)

    def handle_endtag(self, tag: str) -> None:
        self._mark = None


def test_a_document() -> None:
    """Title, tags and authors are searched beside the text; by day, year and tag it is found."""
    told = Marked(document(CARD, BODY, NAMES, "en-GB"))
    assert sorted(told.marks) == [
        ("filter", "day", "2026-03-05"),
        ("filter", "language", "es"),
        ("filter", "tag", "C++, and <more>"),
        ("filter", "tag", "Ferry"),
        ("filter", "year", "2026"),
        ("meta", "authors", "Ada, Bo"),
        ("meta", "tags", "Ferry, C++, and <more>"),
        ("meta", "title", "A title"),
        ("sort", "date", "2026-03-05T07:30:00+00:00"),
    ]
    assert told.language == "en"
    assert address(CARD) == "/2026/03/05/%C3%A0/"


def test_the_summary_is_searched_once() -> None:
    """Not where the body opens with it, or an excerpt would say it twice."""
    assert "In short." in document(CARD, BODY, NAMES, "en")
    whole = KeptBody(b"<p>In short.</p>", (), 2, True, ())
    assert document(CARD, whole, NAMES, "en").count("In short.") == 1


@given(st.text(), st.text(), st.text())
def test_text_is_text(title: str, summary: str, tag: str) -> None:
    """Promise 26: whatever a title, summary, tag or author holds, it adds no element or mark."""
    card = msgspec.structs.replace(CARD, title=f"T{title}", summary=summary, authors=(tag,))
    plain = Marked(document(CARD, BODY, NAMES, "en"))
    told = Marked(document(card, BODY, {**NAMES, "c": f"c{tag}"}, "en"))
    assert told.elements == plain.elements
    kinds = {mark[:2] for mark in told.marks} | {("meta", "authors")}
    assert kinds == {mark[:2] for mark in plain.marks}


@given(st.recursive(st.integers(0, 2**64 - 1) | st.text(), st.lists))
def test_cbor(value: object) -> None:
    """What is encoded is decoded to what it was."""
    assert _decoded(_encoded(value), 0) == (value, len(_encoded(value)))


@pytest.mark.parametrize("theme", ["digest", "wire"])
def test_the_page(theme: str, site: Folder) -> None:
    """Promises 26 and 34: nothing inline on it; ways on for those without JavaScript; a link to it
    on every page, where search is on and only there.
    """
    site.article("a.md", tags="[Ferry]")
    for config, pages in ((SITE, 0), (ON, 1)):
        site.write("sitegen.toml", f'{config}[theme]\nname = "{theme}"\n')
        with fake_index() as made:
            site.build()
        assert made.call_count == pages
        assert ("search/index.html" in site.files) == bool(pages)
        assert ("pagefind/pagefind-entry.json" in site.files) == bool(pages)
        assert ('href="/search/"' in site.output("index.html")) == bool(pages)
        assert ("script-src 'self' 'wasm-unsafe-eval';" in site.output("_headers")) == bool(pages)
    page = site.output("search/index.html")
    assert not Judge(page).faults
    assert 'href="/tags/"' in page.partition("<main")[2]
    assert 'href="/archive/"' in page.partition("<main")[2]
    assert page.count("/assets/search.") == (2 if theme == "digest" else 1)
    assert "/assets/search." not in site.output("index.html")


def test_the_script_is_lean_and_the_same() -> None:
    """Below 7 KB, never sets markup; both themes have it."""
    script = (shipped() / "digest/assets/search.js").read_bytes()
    assert len(script) < 7 * 1024
    assert b"innerHTML" not in script
    assert b"insertAdjacent" not in script
    assert script == (shipped() / "wire/assets/search.js").read_bytes()


def test_pagefind_is_missing(site: Folder) -> None:
    """What to install is told, by `build` and `check`, before anything is written."""
    site.article("a.md")
    site.write("sitegen.toml", ON)
    with mock.patch("sitegen.search.find_spec", return_value=None):
        for command in ("build", "check"):
            result = site.run(command)
            assert result.exit_code == 1
            assert "Pagefind" in result.output
            assert "pip install 'sitegen[search]'" in result.output
    assert not site.files


@pytest.mark.parametrize("path", ["pagefind/a.html", "Pagefind/", "pagefind"])
def test_nothing_else_where_the_index_is(path: str, site: Folder) -> None:
    """The names of its files are not known beforehand; so its folder is its own."""
    site.write("sitegen.toml", ON)
    site.article("a.md", permalink=f"/{path.rstrip('/')}/")
    with fake_index():
        result = site.run("build")
    assert result.exit_code == 1
    assert "content/a.md: " in result.output
    assert "where the search index is" in result.output


def test_only_what_is_published(site: Folder) -> None:
    """Drafts, future and expired articles are not in the index; what is removed vanishes."""
    site.write("sitegen.toml", ON)
    fields = {"draft": {"draft": "true"}, "later": {"date": "2026-05-01"}, "now": {}, "gone": {}}
    for name, more in {**fields, "over": {"expires": "2026-03-05T12:00"}}.items():
        site.article(f"{name}.md", f"Xyzzy {name}.\n", slug=name, **more)

    def indexed() -> set[str]:
        parts = [data.decode() for name, data in site.files.items() if "fragment/" in name]
        return {part.partition("Xyzzy ")[2].partition(".")[0] for part in parts}

    with fake_index():
        site.build()
        assert indexed() == {"now", "gone"}
        (site.root / "content/gone.md").unlink()
        site.build()
        assert indexed() == {"now"}
        site.build("--drafts", "--future")
        assert indexed() == {"now", "draft", "later"}


def test_hostile_articles(site: Folder) -> None:
    """Promise 26: of every payload in every field, what is indexed has only the marks of ours."""
    site.write("sitegen.toml", ON)
    for number, payload in enumerate(PAYLOADS):
        text = quoted(payload)
        site.article(
            f"{number}.md",
            f"{payload}\n\n<p data-pagefind-filter='evil'>x</p>\n",
            title=text,
            slug=f"s{number}",
            summary=text,
            tags=f"[{text}]",
            authors=f"[{text}]",
        )
    with fake_index():
        site.build()
    parts = [data.decode() for name, data in site.files.items() if "fragment/" in name]
    assert len(parts) == len(PAYLOADS)
    known = {"day", "year", "tag", "title", "tags", "authors", "date", "language"}
    for part in parts:
        told = Marked(part.partition("\n")[2])
        assert {name for _, name, _ in told.marks} <= known
        assert not told.elements & {"script", "style", "img", "svg", "iframe", "form"}

"""The search page in a real browser, with a real index, under the strictest policy it can have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Folder
from tests.hostile import PAYLOADS
from tests.test_xss import quoted
from tests.theme.browsing import Visitor, judge, judged, served

pytestmark = pytest.mark.browser

SITE = """
[site]
title = "The Test Digest"
url = "https://digest.example/paper"
language = "{language}"
[build]
output = "public/paper"
[theme]
name = "{theme}"
[search]
enabled = true
"""


class Reader(Visitor):
    """Somebody on the search page of a site."""

    def open(self, query: str = "") -> None:
        """Go to the search page."""
        self.page.goto(f"{self.home}search/{query}")

    def found(self, count: int) -> None:
        """Wait until so many articles are told of."""
        self.page.wait_for_function(
            "count => document.querySelector('[role=status]').textContent.endsWith(`: ${count}`)",
            arg=count,
        )

    @property
    def titles(self) -> list[str]:
        """The results that are shown."""
        return list(self.page.locator(".search ol h2").all_text_contents())

    def wait_for(self, *titles: str) -> None:
        """Wait until these are the first results."""
        self.page.wait_for_function(
            "wanted => wanted.every((title, at) => "
            "document.querySelectorAll('.search ol h2')[at]?.textContent === title)",
            arg=list(titles),
        )


@pytest.fixture
def site(tmp_path: Path) -> Folder:
    """Twelve articles about ferries, and two about something else."""
    pytest.importorskip(
        "pagefind_bin", reason="Pagefind is not installed: pip install 'sitegen[search]'"
    )
    folder = Folder(tmp_path)
    folder.write("sitegen.toml", SITE.format(language="en", theme="digest"))
    for number in range(1, 13):
        tag = "Harbour, quays" if number <= 3 else "Timetable"
        folder.article(
            f"{number}.md",
            f"The ferry number {number} sails again.\n",
            title=f"Boat {number}",
            date=f"202{4 + number % 2}-02-{number:02}",
            tags=f"['{tag}']",
            slug=f"boat-{number}",
        )
    folder.article("c.md", "A course for beginners.\n", title="Learn C++", slug="c")
    folder.article("es.md", "El barco zarpa.\n", title="Zarpa", slug="es", language="es")
    return folder


@pytest.fixture
def reader(site: Folder, chromium: Any) -> Iterator[Reader]:
    """A reader of the site; no test ends with a fault."""
    site.build()
    with served(site.root / "public") as address:
        page = chromium.new_page()
        reader = Reader(page, f"{address}paper/")
        yield reader
        page.close()
    assert not reader.faults


def test_by_keyboard(reader: Reader) -> None:
    """`/` leads to the field, arrows along the results, Escape back to an empty field; what was
    asked is in the address, and still there when one comes back.
    """
    keyboard = reader.page.keyboard
    reader.open()
    keyboard.press("/")
    keyboard.type("c++")
    reader.page.wait_for_url(lambda url: url.endswith("/search/?q=c%2B%2B"))
    reader.wait_for("Learn C++")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    reader.page.wait_for_url("**/paper/2026/03/05/c/")
    reader.page.go_back()
    reader.wait_for("Learn C++")
    reader.page.locator("#query").focus()
    keyboard.press("ArrowDown")
    keyboard.press("ArrowUp")
    assert reader.page.evaluate("document.activeElement.id") == "query"
    keyboard.press("Escape")
    reader.page.wait_for_function("() => !document.querySelector('.search ol li')")
    assert reader.page.url.endswith("/search/")
    assert not reader.page.locator("[role=status]").text_content()


def test_topics_years_order_and_more(reader: Reader) -> None:
    """Filters tell what they would find, and narrow; the rest comes when it is asked for."""
    page = reader.page
    reader.open("?q=ferry")
    reader.found(12)
    assert len(reader.titles) == 10
    page.get_by_role("button", name="More articles").click()
    page.wait_for_function("() => document.querySelectorAll('.search ol li').length === 12")
    assert page.locator("button.more").is_hidden()
    assert page.locator("#tag option").all_text_contents() == [
        *("All", "Timetable (9)", "Harbour, quays (3)"),
    ]
    page.select_option("#tag", "Harbour, quays")
    reader.found(3)
    assert page.locator("#year option").all_text_contents() == ["All", "2025 (2)", "2024 (1)"]
    page.select_option("#order", "date")
    reader.wait_for("Boat 3", "Boat 1", "Boat 2")
    page.select_option("#year", "2025")
    reader.found(2)
    assert page.locator("#tag option").all_text_contents() == [
        *("All", "Timetable (4)", "Harbour, quays (2)"),
    ]
    page.reload()
    reader.wait_for("Boat 3", "Boat 1")
    assert page.evaluate("[tag.value, year.value]") == ["Harbour, quays", "2025"]
    page.fill("#query", "")
    page.select_option("#year", "")
    reader.found(3)


QUERIES = {
    "sail": 12,
    '"ferry number"': 12,
    "z": 1,
    "“ferry number”": 12,
    '"number ferry"': 0,
    "timetable": 9,
    '"': 0,
    "zarpa": 1,
    "<b>": 0,
    "$& #": 0,
    "c++": 1,
    "???": 0,
}
"""How many articles each finds: other endings, phrases, one letter, topics, another language."""


def test_queries(reader: Reader) -> None:
    """Whatever is asked is answered in a sensible way."""
    reader.open()
    for query, count in QUERIES.items():
        reader.page.fill("#query", query)
        if count:
            reader.found(count)
            assert reader.page.locator(".search ol li[lang]").count() == (query[0] == "z"), query
        else:
            reader.page.get_by_text("Nothing found.").wait_for()
            assert not reader.titles


@pytest.mark.parametrize(("theme", "language"), [("wire", "en"), ("digest", "ar")])
def test_themes_and_languages(site: Folder, chromium: Any, theme: str, language: str) -> None:
    """The page of each theme works, in the site's own words and writing."""
    site.write("sitegen.toml", SITE.format(language=language, theme=theme))
    site.build()
    with served(site.root / "public") as address:
        reader = Reader(chromium.new_page(), f"{address}paper/")
        judge(reader.page)
        reader.open("?q=beginners")
        reader.wait_for("Learn C++")
        assert reader.page.locator("mark").all_text_contents() == ["beginners."]
        assert reader.page.evaluate("document.body.scrollWidth <= innerWidth")
        assert judged(reader.page) == []
        reader.page.close()
    assert not reader.faults


def test_without_javascript(reader: Reader, chromium: Any) -> None:
    """There are topics and the archive, and no field that does nothing."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{reader.home}search/")
    assert page.locator("#query").is_hidden()
    assert page.get_by_text("Searching needs JavaScript").is_visible()
    assert page.locator('main a[href="/paper/tags/"]').is_visible()
    context.close()


def test_without_an_index(site: Folder, chromium: Any) -> None:
    """Where it cannot be loaded the page says so, and tries again when it is asked again."""
    site.build()
    away = site.root / "away"
    index = site.root / "public/paper/pagefind"
    index.rename(away)
    with served(site.root / "public") as address:
        reader = Reader(chromium.new_page(), f"{address}paper/")
        reader.open("?q=zarpa")
        reader.page.get_by_text("The search cannot be loaded.").wait_for()
        away.rename(index)
        reader.page.reload()
        reader.wait_for("Zarpa")
        reader.page.close()


def test_hostile_articles(site: Folder, chromium: Any) -> None:
    """Promise 26: whatever articles hold is text among the results, as the reader sees it."""
    for number, payload in enumerate(PAYLOADS):
        text = quoted(payload)
        site.article(
            f"x{number}.md",
            f"Quagga. {payload}\n",
            title=text,
            tags=f"[{text}]",
            authors=f"[{text}]",
            slug=f"x{number}",
        )
    site.build()
    with served(site.root / "public") as address:
        reader = Reader(chromium.new_page(), f"{address}paper/")
        reader.open("?q=quagga")
        reader.found(len(PAYLOADS))
        while (count := len(reader.titles)) < len(PAYLOADS):
            reader.page.locator("button.more").click()
            reader.page.wait_for_function(
                "count => document.querySelectorAll('.search ol li').length > count", arg=count
            )
        names = "[...new Set([...document.querySelectorAll('.search ol *')].map(e => e.localName))]"
        assert set(reader.page.evaluate(names)) == {"li", "h2", "a", "p", "mark", "time"}
        links = reader.page.locator(".search ol a").all()
        leads = [link.get_attribute("href") for link in links]
        assert sorted(leads) == sorted(
            f"/paper/2026/03/05/x{number}/" for number in range(len(PAYLOADS))
        )
        assert "<img src=x onerror=alert(1)>" in reader.titles
        assert "<script>alert(1)</script> (1)" in reader.page.locator("#tag").inner_text()
        reader.page.close()
    assert not reader.faults

"""The shipped themes in a real browser: for every reader, on every screen, with scripts or none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sitegen.theme import shipped
from tests.theme.browsing import (
    ALL,
    EMAIL,
    PAGES,
    RICH,
    Visitor,
    judge,
    judged,
    made,
    served,
)
from tests.theme.odd import WORD, Extent

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["digest", "wire"])
def theme(request: pytest.FixtureRequest) -> str:
    """Both themes."""
    return str(request.param)


@pytest.fixture(scope="module")
def home(theme: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with every kind of page and of article."""
    with served(made(tmp_path_factory.mktemp(theme) / "site", theme, extent="many")) as address:
        yield f"{address}paper/"


def test_axe(reader: Visitor, chromium: Any, theme: str) -> None:
    """Every kind of page, light and dark, on a phone and on a desk: axe-core finds no fault."""
    kinds = {path.stem for path in (shipped() / theme / "templates").glob("*.html")}
    assert {*PAGES, "base", "alias", "email"} == kinds
    mail = chromium.new_page()
    mail.route("https://**", lambda route: route.abort())  # Its picture is at the site's address.
    faults = []
    for page, paths in ((reader.page, ALL), (mail, [EMAIL])):
        judge(page)
        for path in paths:
            page.goto(reader.home + path)
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 800})
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    # What is dark differs in nothing but colours.
                    found = judged(page, of="colours" if scheme == "dark" else "all")
                    faults += [f"{path} {scheme} {width}: {fault}" for fault in found]
    mail.close()
    assert not faults


@pytest.mark.parametrize("extent", ["none", "one"])
def test_hardly_anything(theme: str, extent: Extent, chromium: Any, tmp_path: Path) -> None:
    """A site without articles, or with one that is a headline and no more, is in order too."""
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    judge(page)
    with served(made(tmp_path / "site", theme, extent=extent)) as address:
        visitor = Visitor(page, f"{address}paper/")
        for path in ("", "tags/", "archive/", "subscribe/", "404.html"):
            page.goto(visitor.home + path)
            assert judged(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        page.close()
    assert not visitor.faults


def test_nothing_overflows(reader: Visitor) -> None:
    """Not even a word of 60 letters on a screen of 320 pixels."""
    reader.page.set_viewport_size({"width": 320, "height": 640})
    for path in (*ALL, f"2026/03/13/{WORD.lower()}-opens/", f"tags/{WORD.lower()}/", "2026/03/13/"):
        reader.page.goto(reader.home + path)
        assert reader.page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_without_scripts(home: str, chromium: Any) -> None:
    """All is there to read, all can be reached; what only a script can do is not shown."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(home)
    reached = {""}
    for name in ("Topics", "Archive", "Search", "Subscribe"):
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        assert page.locator("main").inner_text()
        reached.add(page.url.removeprefix(home))
        assert not page.locator(":is(button, input, select):visible").count(), name
    assert reached == {"", "tags/", "archive/", "search/", "subscribe/"}
    page.goto(f"{home}tags/")
    assert page.get_by_role("link", name="Topic 30").is_visible()
    context.close()


def test_without_styles(home: str, chromium: Any) -> None:
    """In order: where one is, the ways, the article; drawings stay within bounds."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.route("**/*.css", lambda route: route.abort())
    page.goto(home + RICH)
    text = page.locator("body").inner_text()
    order = [text.index(words) for words in ORDER]
    assert order == sorted(order)
    for path in ALL:
        page.goto(home + path)
        for box in page.locator("svg").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect())"
        ):
            assert box["width"] <= 1280, path
            assert box["height"] <= 320, path
    page.close()


ORDER = (
    *("Skip to the content", "The <Test> Digest", "Topics", "Last stone closes the gap"),
    *("By Maud Tierney", "The Harrow Bay Gazette", "The wall has been closed", "Earlier"),
)

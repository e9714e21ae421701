"""What only `digest` has, in a real browser: its switch of colours, its index, its print."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.theme.browsing import ALL, RICH, Visitor, made, served

pytestmark = pytest.mark.browser

PAPER = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with many topics."""
    folder = made(tmp_path_factory.mktemp("digest") / "site", "digest", extent="many")
    with served(folder) as address:
        yield f"{address}paper/"


def test_colours(reader: Visitor) -> None:
    """The system's until the reader switches; the choice is kept, and is there at once."""
    page = reader.page
    page.emulate_media(color_scheme="light")
    page.goto(reader.home)
    light = page.evaluate(PAPER)
    switch = page.get_by_role("button", name="Dark colours")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.focus()
    page.keyboard.press("Enter")
    assert switch.get_attribute("aria-pressed") == "true"
    dark = page.evaluate(PAPER)
    assert dark != light
    # Another page has them before anything of it is painted.
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => (window.first = document"
        ".documentElement.dataset.colours), {capture: true})"
    )
    page.get_by_role("link", name="Archive").click()
    page.wait_for_url("**/archive/")
    assert page.evaluate("window.first") == "dark"
    assert page.evaluate(PAPER) == dark
    # Back to the system's, whatever that becomes.
    switch.click()
    assert page.evaluate(PAPER) == light
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(PAPER) == dark
    # The browser tells the script of it with the next frame.
    page.wait_for_selector(".colours[aria-pressed=true]")


def test_topics_are_narrowed(reader: Visitor) -> None:
    """What is typed narrows the index, whatever the case and the accents."""
    page = reader.page
    page.goto(f"{reader.home}tags/")
    topics = page.locator(".index li:visible")
    whole = topics.count()
    page.get_by_label("Find a topic").fill("CWICZENIA 1")
    assert topics.locator("a").all_text_contents() == [f"Ćwiczenia {number}" for number in (1, 10)]
    page.keyboard.type("7")
    assert not topics.count()
    assert page.get_by_role("status").inner_text() == "No topic is called that."
    page.get_by_label("Find a topic").fill("")
    assert topics.count() == whole > 30
    assert page.get_by_role("status").is_hidden()


def test_paper_and_wishes(reader: Visitor) -> None:
    """Black on white in print, also by night; no motion and more contrast where wished for."""
    page = reader.page
    page.emulate_media(color_scheme="dark", reduced_motion="reduce", contrast="more")
    page.goto(reader.home + RICH)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    soft, ink = page.evaluate(
        "['.facts', 'h1'].map((name) => getComputedStyle(document.querySelector(name)).color)"
    )
    assert soft == ink
    page.emulate_media(media="print", color_scheme="dark", contrast="no-preference")
    assert page.evaluate(PAPER) == "rgb(255, 255, 255)"
    assert page.get_by_role("navigation").count() == 0
    assert page.locator("h1").is_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.facts a'), '::after').content")
        == '" (https://gazette.example/wall)"'
    )


def test_nothing_moves(reader: Visitor) -> None:
    """Pages stand still when pictures come in late and scripts show what they add."""
    page, held, is_late = reader.page, [], False

    def hold(route: Any) -> None:
        if is_late:
            route.continue_()
        else:
            held.append(route)

    page.route("**/*.webp", hold)
    for path in ALL:
        is_late = False
        page.goto(reader.home + path, wait_until="commit")
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint')[0]")
        is_late = True
        while held:
            held.pop().continue_()
        page.wait_for_load_state("load")
        assert not page.evaluate(SHIFTS), path


SHIFTS = """
() => new Promise((done) => {
  const found = [];
  const name = ({node}) => node?.outerHTML ?? "a text";
  const note = (list) => list.getEntries().forEach((one) => found.push(...one.sources.map(name)));
  new PerformanceObserver(note).observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(found)));
})
"""
"""What has moved since the page began."""

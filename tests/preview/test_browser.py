"""What is seen in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sitegen.preview.loop import Options
from tests.preview.project import Bench, Project
from tests.preview.serving import Served, serving

pytestmark = pytest.mark.browser

LONG = "\n\n".join(f"Paragraph {number} of a long story about the ferry." for number in range(80))
NOTE_MARKS = """() => {
  window.marked = [];
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...how) {
    window.marked.push(this.textContent);
    return animate.apply(this, how);
  };
}"""
"""What was marked is known also after its moment."""


class Seen:
    """A page in the browser, and the project behind it."""

    def __init__(self, bench: Bench, served: Served, page: Any) -> None:
        self.bench, self.project, self.served, self.page = bench, bench.project, served, page
        self.loads: list[str] = []
        page.on("framenavigated", lambda frame: self.loads.append(frame.url))

    def open(self, path: str) -> None:
        """Show a page, and wait until its script knows it."""
        with self.page.expect_response("**/.sitegen/page?*") as told:
            self.page.goto(f"http://localhost:{self.served.port}{path}")
        told.value.finished()
        self.page.wait_for_timeout(50)  # It is read.
        self.loads.clear()

    def changed(self, *paths: str) -> None:
        """Build, and tell the browser."""
        count = len(self.bench.attempts)
        self.bench.changed(*paths)
        if len(self.bench.attempts) > count:
            self.served.app.tell(self.bench.last)

    @property
    def is_same_document(self) -> bool:
        """Whether the page was not loaded anew."""
        return not self.loads


@pytest.fixture
def seen(project: Project, chromium: Any) -> Iterator[Seen]:
    """A browser on a preview."""
    bench = Bench(project, Options(jobs=1, drafts=True))
    project.article("long", LONG)
    bench.loop.step(None)
    with serving(bench) as served:
        page = chromium.new_page()
        yield Seen(bench, served, page)
        page.close()


def test_an_edit_is_shown_in_place(seen: Seen) -> None:
    """The new text appears without a load, the scroll position stays, and the edit is marked."""
    seen.open("/2026/05/01/long/")
    seen.page.evaluate(NOTE_MARKS)
    seen.page.evaluate("scrollTo(0, 900)")
    text = LONG.replace("Paragraph 20 of", "Paragraph twenty of")
    seen.project.article("long", text)
    seen.changed("content/long.md")
    seen.page.get_by_text("Paragraph twenty of").wait_for()
    assert seen.is_same_document
    assert abs(seen.page.evaluate("scrollY") - 900) < 400
    seen.page.wait_for_function("window.marked.some(text => text.includes('twenty'))")


def test_an_edit_out_of_sight_comes_into_view(seen: Seen) -> None:
    """The edit of the open article is scrolled to."""
    seen.open("/2026/05/01/long/")
    seen.project.article("long", LONG.replace("Paragraph 79 of", "Paragraph last of"))
    seen.changed("content/long.md")
    edited = seen.page.get_by_text("Paragraph last of")
    edited.wait_for()
    seen.page.wait_for_function("scrollY > 500")
    assert seen.is_same_document


def test_focus_is_kept(seen: Seen) -> None:
    """What has the focus has it still."""
    seen.open("/2026/05/01/long/")
    seen.page.evaluate("document.querySelector('nav a[href=\"/archive/\"]').focus()")
    seen.project.article("long", "Other words altogether.")
    seen.changed("content/long.md")
    seen.page.get_by_text("Other words altogether.").first.wait_for()
    assert seen.page.evaluate("document.activeElement.getAttribute('href')") == "/archive/"


def test_only_changed_pages_change(seen: Seen) -> None:
    """An edit elsewhere leaves a page alone."""
    seen.open("/2026/05/01/long/")
    requests: list[str] = []
    seen.page.on("request", lambda request: requests.append(request.url))
    seen.project.article("one", "Something else.")
    with seen.page.expect_response("**/.sitegen/page*"):
        seen.changed("content/one.md")
    seen.page.wait_for_timeout(100)
    assert seen.is_same_document
    assert not [url for url in requests if "/.sitegen/" not in url]


def test_style_sheet_is_swapped(seen: Seen) -> None:
    """A changed style sheet takes effect without a load."""
    seen.open("/2026/05/01/long/")
    seen.page.evaluate("scrollTo(0, 700)")
    style = seen.project.root / "themes/digest/assets/style.css"
    style.parent.mkdir(parents=True)
    style.write_text("body { background: rgb(1, 2, 3); min-height: 5000px }", "utf-8")
    seen.changed("themes/digest/assets/style.css")
    seen.page.wait_for_function("getComputedStyle(document.body).backgroundColor == 'rgb(1, 2, 3)'")
    seen.page.wait_for_function("document.querySelectorAll('link[rel=stylesheet]').length == 1")
    assert seen.is_same_document
    assert seen.page.evaluate("scrollY") > 300


def test_problems_come_and_go(seen: Seen) -> None:  # promise 6
    """A problem is shown over the last good page as text, and goes with the next good save."""
    seen.open("/2026/05/01/long/")
    evil = "<img src=x onerror=document.title='owned'>"
    path = seen.project.root / "content/long.md"
    path.write_text(f'---\ntitle: T\ndate: "{evil}"\n---\nText.\n', "utf-8")
    seen.changed("content/long.md")
    seen.page.get_by_role("alert").wait_for()
    shown = seen.page.get_by_role("alert").inner_text()
    assert "content/long.md:3" in shown
    assert evil in shown
    assert seen.page.locator("sitegen-problems img").count() == 0
    assert "Paragraph 3 of" in seen.page.content()
    seen.project.article("long", "Good again.")
    seen.changed("content/long.md")
    seen.page.get_by_text("Good again.").first.wait_for()
    assert seen.page.get_by_role("alert").count() == 0
    assert seen.page.title() != "owned"
    assert seen.is_same_document


def test_an_article_that_moves(seen: Seen) -> None:
    """The browser follows an article to its new address."""
    seen.open("/2026/05/01/long/")
    seen.project.article("long", LONG, slug="longer")
    seen.changed("content/long.md")
    seen.page.wait_for_url("**/2026/05/01/longer/")
    (seen.project.root / "content/long.md").unlink()
    seen.changed("content/long.md")
    seen.page.wait_for_url("**/2026/05/01/")


def test_an_article_that_goes_before_it_is_known(seen: Seen) -> None:
    """It is gone when the script of its page first asks: the browser goes to the page above."""
    path = seen.project.root / "content/long.md"

    def delete_first(route: Any) -> None:
        if path.exists():
            path.unlink()
            seen.changed("content/long.md")
        route.continue_()

    seen.page.route("**/.sitegen/page?*", delete_first)
    seen.page.goto(f"http://localhost:{seen.served.port}/2026/05/01/long/")
    seen.page.wait_for_url("**/2026/05/01/")


def test_draft_bar(seen: Seen) -> None:
    """A bar tells what an article is, and where to edit it."""
    seen.project.article("one", "Five words are in here.", draft="true")
    seen.changed("content/one.md")
    seen.open("/2026/05/01/one/")
    bar = seen.page.get_by_role("complementary", name="Preview")
    bar.wait_for()
    assert [part in bar.inner_text() for part in ("Draft", "content/one.md", "5 words")] == [
        True
    ] * 3
    bar.get_by_role("button").click()
    assert bar.count() == 0


def test_warnings(seen: Seen) -> None:
    """They are below the bar, closed, and on pages of no article too."""
    path = seen.project.root / "content/four.md"
    seen.open("/")
    path.symlink_to(path)
    seen.changed("content/four.md")
    bar = seen.page.get_by_role("complementary", name="Preview")
    bar.get_by_text("1 warning").click()
    assert "content/four.md" in bar.inner_text()
    path.unlink()
    seen.changed("content/four.md")
    bar.wait_for(state="detached")


def test_strict_policy(seen: Seen) -> None:
    """All of it works below a strict Content-Security-Policy, which reports nothing."""
    policy = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'"
    path = Path("themes/digest/templates/article.html")
    template = seen.project.root / path
    template.parent.mkdir(parents=True)
    template.write_text(
        '{% extends "digest/article.html" %}{% block head %}'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">{{% endblock %}}',
        "utf-8",
    )
    seen.changed(path.as_posix())
    said: list[str] = []
    seen.page.on("console", lambda message: said.append(message.text))
    seen.open("/2026/05/01/one/")
    seen.project.article("one", "no article", date="never")
    seen.changed("content/one.md")
    seen.page.get_by_role("alert").wait_for()
    seen.project.article("one", "Other words.")
    seen.changed("content/one.md")
    seen.page.get_by_text("Other words.").first.wait_for()
    assert not [text for text in said if "Content Security Policy" in text]


def test_reconnects(seen: Seen) -> None:
    """After a restart of the server the page brings itself up to date."""
    seen.open("/2026/05/01/one/")
    seen.served.server.stop()
    seen.served.thread.join(10)
    seen.project.article("one", "Meanwhile.")
    seen.bench.changed("content/one.md")
    seen.served.again()
    seen.page.get_by_text("Meanwhile.").first.wait_for()
    assert seen.is_same_document

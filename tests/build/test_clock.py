"""Scheduled and expiring articles come and go when their instant has passed."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sitegen import config
from sitegen.build import Choice, build
from sitegen.build.parsing import parse
from sitegen.cards import Card, TagNames
from sitegen.cli import main
from tests.build.project import CONFIG, NOW, Project, article, difference, opened

# promise 20

HOUR = timedelta(hours=1)


def titles(project: Project) -> set[str]:
    """The articles that are published."""
    pages = project.output.glob("*/*/*/*/index.html")
    return {path.parent.name for path in pages}


def test_a_scheduled_article(project: Project) -> None:
    """An article is published from its instant on, without any file having changed."""
    project.write("content/s.md", article("Soon", "2024-03-10T14:00Z", id="s"))
    with opened(project.root) as state:
        for hours, there in ((0, False), (1.9, False), (2, True), (3, True), (1, False)):
            project.now = NOW + hours * HOUR
            project.build(state)
            assert ("soon" in titles(project)) == there
            wanted = project.clean(project.root.with_name("oracle"))
            assert not difference(project.outputs(), wanted)


def test_an_expiring_article(project: Project) -> None:
    """An article is gone from the instant at which it expires, and so is its page."""
    project.write("content/e.md", article("Ends", id="e", expires="2024-03-10T14:00Z"))
    for hours, there in ((0, True), (1.9, True), (2, False), (3, False), (1, True)):
        project.now = NOW + hours * HOUR
        project.build()
        assert ("ends" in titles(project)) == there
        wanted = project.clean(project.root.with_name("oracle"))
        assert not difference(project.outputs(), wanted)


def test_nothing_happens_between_instants(project: Project) -> None:
    """As long as no instant has passed, a later clock is nothing to do."""
    project.write("content/s.md", article("Soon", "2024-03-10T14:00Z", id="s"))
    project.build()
    project.now += HOUR
    pages, report = project.rendered()
    assert (pages, report.written) == (set(), 0)
    assert "plan" not in report.seconds


def test_a_day_begins_in_the_zone_of_the_site(project: Project) -> None:
    """An article of a day is published when that day begins where the site is."""
    project.write("content/s.md", article("Soon", "2024-03-11", id="s"))
    for hours, there in ((10.9, False), (11, True)):
        project.now = NOW + hours * HOUR
        project.build()
        assert ("soon" in titles(project)) == there


def test_an_instant_keeps_its_day(project: Project) -> None:
    """An hour after midnight belongs to the day of the site's zone, on its page and edition."""
    project.write("content/s.md", article("Late", "2024-03-04T23:30Z", id="s"))
    project.build()
    assert "Late" in project.read("output/2024/03/05/index.html")
    assert "March 5, 2024 12:30" in project.read("output/2024/03/05/late/index.html")


@pytest.mark.parametrize("flag", ["--future", "--drafts"])
def test_flags_are_inputs(project: Project, flag: str) -> None:
    """A build with a flag and then one without it are each what a clean build is."""
    project.write("content/s.md", article("Soon", "2030-01-01", id="s"))
    project.write("content/d2.md", article("Draft", "2024-01-01", id="t", draft="true"))
    with opened(project.root) as state:
        for on in (False, True, False):
            choice = Choice(NOW, drafts=on and flag == "--drafts", future=on and flag == "--future")
            build(state, choice)
            assert ("soon" in titles(project)) == choice.future
            assert ("draft" in titles(project)) == choice.drafts


def test_source_date_epoch(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """`SOURCE_DATE_EPOCH` is the clock of the command."""
    project.write("content/s.md", article("Soon", "2024-03-10T14:00Z", id="s"))
    for hours, there in ((0, False), (3, True), (0, False)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int((NOW + hours * HOUR).timestamp())))
        result = CliRunner().invoke(main, ["build", "--root", os.fspath(project.root)])
        assert result.exit_code == 0, result.output
        assert ("soon" in titles(project)) == there


def _card(date: int, expires: int | None, updated: int | None) -> Card:
    def moment(hours: int) -> str:
        return (NOW + hours * HOUR).isoformat()

    given = {"expires": expires, "updated": updated}
    fields = {name: moment(hours) for name, hours in given.items() if hours is not None}
    text = article(date=moment(date), **fields)
    settings = config.read(CONFIG)
    tags = TagNames(settings.tags, settings.urls)
    ((parsed, _),) = parse([("x.md", text.encode())], settings, tags)
    assert parsed.entry
    return parsed.entry.card


def _known(choice: Choice) -> Callable[[Card], tuple[object, ...]]:
    """All that the clock says of a card."""
    return lambda card: (
        choice.takes(card),
        choice.is_due(card),
        choice.is_news(card),
        choice.seen(card),
    )


_HOURS = st.integers(-9, 9)


@given(
    cards=st.lists(
        st.tuples(_HOURS | _HOURS.map(lambda hours: hours - 48), *[st.none() | _HOURS] * 2),
        max_size=4,
    ),
    now=_HOURS,
    later=st.integers(0, 9),
    future=st.booleans(),
)
def test_until_is_when_the_choice_changes(
    cards: list[tuple[int, int | None, int | None]], now: int, later: int, future: bool
) -> None:
    """Before `until` the choice is the same; at it, it may be another."""
    made = [_card(*card) for card in cards]
    choice = Choice(NOW + now * HOUR, future=future)
    until = choice.until(iter(made))
    after = Choice(choice.now + later * HOUR, future=future)
    if until is None or after.now < until:
        assert list(map(_known(after), made)) == list(map(_known(choice), made))


def test_news_grow_old(project: Project) -> None:
    """The news sitemap loses an article after two days; until then a build has nothing to do."""
    project.write("content/n.md", article("Fresh", "2024-03-10T11:00Z", id="n"))
    project.build()
    assert "<news:title>Fresh</news:title>" in project.read("output/news-sitemap.xml")
    project.now = NOW + 46.9 * HOUR
    assert project.rendered()[0] == set()
    project.now = NOW + 47 * HOUR
    pages, report = project.rendered()
    assert pages == {"news-sitemap.xml"} == set(report.changed)
    assert "Fresh" not in project.read("output/news-sitemap.xml")


def test_a_change_that_is_to_come(project: Project) -> None:
    """`updated` is told from its instant on, as if the file had been edited then."""
    project.edit("content/c.md", "id: c", "id: c\nupdated: 2024-03-10T14:00Z")
    with opened(project.root) as state:
        for hours, told in ((0, False), (1.9, False), (2, True), (1, False)):
            project.now = NOW + hours * HOUR
            project.build(state)
            feed = project.read("output/atom.xml")
            assert ("<updated>2024-03-10T15:00:00+01:00</updated>" in feed) == told
            wanted = project.clean(project.root.with_name("oracle"))
            assert not difference(project.outputs(), wanted)


def test_a_build_of_a_clock_without_articles(tmp_path: Path) -> None:
    """A site without articles never changes by itself."""
    assert Choice(datetime(2024, 1, 1, tzinfo=UTC)).until(iter([])) is None

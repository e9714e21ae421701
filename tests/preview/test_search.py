"""The preview and the search index: an edit never waits for it, and it catches up."""

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from sitegen.preview.looks import INDEX, RESCAN
from tests.indexing import fake_index, index_of
from tests.preview.project import CONFIG, Bench, Project


@pytest.fixture
def made() -> Iterator[mock.Mock]:
    with fake_index() as made:
        yield made


@pytest.fixture
def searched(project: Project, made: mock.Mock) -> Bench:
    """A loop that has built a site with search once."""
    (project.root / "sitegen.toml").write_text(CONFIG + "[search]\nenabled = true\n", "utf-8")
    bench = Bench(project)
    bench.loop.step(None)
    return bench


def rest(bench: Bench) -> None:
    """What the loop does when nobody edits for a while."""
    seconds, hints = bench.loop.next_look()
    bench.clock.time += seconds
    bench.loop.step(hints)


def test_it_is_made_in_a_pause(searched: Bench, made: mock.Mock, tmp_path: Path) -> None:
    """Not by the first build, not by an edit; then once, and it is told in a word."""
    assert made.call_count == 0
    assert searched.loop.next_look() == (INDEX, frozenset())
    searched.clock.time += INDEX - 1
    searched.project.article("one", "The ferry sank.")
    searched.changed("content/one.md")
    assert made.call_count == 0
    assert searched.loop.next_look() == (INDEX, frozenset())
    rest(searched)
    assert made.call_count == 1
    assert searched.last.summary.startswith("the search index: ")
    assert searched.loop.next_look()[0] > INDEX
    assert searched.project.outputs() == searched.project.clean_outputs(tmp_path / "clean")


def test_an_edit_that_no_text_shows(searched: Bench, made: mock.Mock) -> None:
    """A new style sheet leaves nothing to catch up with."""
    rest(searched)
    (searched.project.root / "static/new.css").write_text("a{}", "utf-8")
    searched.changed("static/new.css")
    assert searched.loop.next_look()[0] == pytest.approx(RESCAN, abs=INDEX + 2)
    assert made.call_count == 1


def test_an_edit_comes_first(searched: Bench, made: mock.Mock, tmp_path: Path) -> None:
    """One that comes while the index is made is shown at once; the index is made afterwards."""

    def meanwhile(*args: object) -> dict[str, bytes]:
        if made.call_count == 1:
            searched.project.article("two", "It came late.")
            searched.waker.note("content/two.md")
        return index_of(*args)  # type: ignore[arg-type]

    made.side_effect = meanwhile
    told = len(searched.attempts)
    rest(searched)
    assert not list((searched.project.root / "output").glob("pagefind/*"))
    assert len(searched.attempts) == told
    searched.changed()
    assert "It came late." in searched.project.page("two")
    rest(searched)
    assert made.call_count == 2
    assert searched.project.outputs() == searched.project.clean_outputs(tmp_path / "clean")


def test_an_index_that_cannot_be_made(searched: Bench, made: mock.Mock) -> None:
    """The site stays, the reason is shown, and it is not tried over and over."""
    made.side_effect = OSError(13, "Permission denied")
    rest(searched)
    assert searched.last.failed
    assert searched.project.page("one")
    assert searched.loop.next_look()[1] is None

"""The one loop: what makes it build, and what it makes of what goes wrong."""

import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import IO

import pytest

from sitegen.preview.looks import HEAL, RESCAN, REST
from sitegen.preview.loop import Options
from tests.preview.project import CONFIG, NOW, Bench, Project, source


def test_an_edit(bench: Bench) -> None:
    """A hint is enough for a new page; the summary names the file, the pages and the time."""
    bench.project.article("one", "The ferry sank.")
    bench.changed("content/one.md")
    assert "The ferry sank." in bench.project.page("one")
    assert bench.last.summary.startswith("content/one.md: ")
    assert " in " in bench.last.summary


def test_nothing_new(bench: Bench) -> None:  # promise 36
    """A file that holds what was read of it is no news, whatever events there are."""
    told = len(bench.attempts)
    bench.changed("content/one.md", "content/two.md")
    bench.rescan()
    assert len(bench.attempts) == told


def test_own_writing(bench: Bench) -> None:  # promise 36
    """What a seed gave is read in the same build, and then it is no news."""
    seed = bench.project.root / "seeds" / "storm.txt"
    seed.write_text("Title: A storm\nDate: 2026-05-02\n\nIt blew all night in the town.\n", "utf-8")
    bench.changed("seeds/storm.txt")
    (written,) = (bench.project.root / "content").glob("2026/05/*.md")
    assert (bench.project.root / "output/2026/05/02" / written.stem / "index.html").is_file()
    told = len(bench.attempts)
    bench.changed(written.relative_to(bench.project.root).as_posix())
    assert len(bench.attempts) == told


def test_edit_during_a_build(project: Project) -> None:  # promise 38
    """A change that comes while a build runs causes another."""
    bench = Bench(project)

    def meanwhile(stage: str, done: int, total: int) -> None:
        if stage == "pages" and bench.waker.due is None:
            project.article("two", "It came late.")
            bench.waker.note("content/two.md")

    bench.loop._options = Options(jobs=1, progress=meanwhile)
    bench.loop.step(None)
    assert bench.waker.due is not None
    bench.changed()
    assert "It came late." in project.page("two")


def test_half_written(bench: Bench) -> None:  # promise 38
    """A file that is half there keeps the last good page; the whole one replaces it."""
    path = bench.project.root / "content/one.md"
    for part in ("", "---\ntitle: St"):
        path.write_text(part, "utf-8")
        bench.changed("content/one.md")
        assert bench.last.failed
        assert "A ferry came in." in bench.project.page("one")
    bench.project.article("one", "All of it.")
    bench.changed("content/one.md")
    assert not bench.last.failed
    assert "All of it." in bench.project.page("one")


def test_what_a_failure_saw_is_owed(bench: Bench) -> None:
    """An edit that came while another file was broken is built when that one is mended."""
    root = bench.project.root
    bench.project.article("one", "New words.")
    (root / "sitegen.toml").write_text("", "utf-8")
    bench.changed("content/one.md", "sitegen.toml")
    assert bench.last.failed
    (root / "sitegen.toml").write_text(CONFIG, "utf-8")
    bench.changed("sitegen.toml")
    assert "New words." in bench.project.page("one")


def test_settings_that_change_every_page(bench: Bench, tmp_path: Path) -> None:
    """New settings let every article be read again, not only those that were hinted at."""
    config = CONFIG + 'language = "de"\n'
    (bench.project.root / "sitegen.toml").write_text(config, "utf-8")
    bench.changed("sitegen.toml")
    assert 'lang="de"' in bench.project.page("three")
    assert bench.project.outputs() == bench.project.clean_outputs(tmp_path / "clean")


def test_cache_deleted(bench: Bench, tmp_path: Path) -> None:
    """With the cache gone a hint about one article says nothing of the others."""
    shutil.rmtree(bench.project.root / ".sitegen")
    bench.project.article("one", "New words.")
    bench.changed("content/one.md")
    assert bench.project.outputs() == bench.project.clean_outputs(tmp_path / "clean")


def test_lost_events(bench: Bench, tmp_path: Path) -> None:  # promise 37
    """Of a hundred edits half go unseen, the others are told out of order: a scan finds all."""
    chance = random.Random(37)
    content = bench.project.root / "content"
    for number in range(100):
        name = f"story-{chance.randrange(12)}"
        path = content / chance.choice(("", "a/", "b/")) / f"{name}.md"
        if path.exists() and chance.random() < 0.4:
            path.unlink()
        else:
            for other in content.rglob(f"{name}.md"):
                other.unlink()
            path.parent.mkdir(exist_ok=True)
            path.write_text(source(name, f"Edit {number}."), "utf-8")
        if chance.random() < 0.5:
            bench.waker.note(path.relative_to(bench.project.root).as_posix())
        if chance.random() < 0.2:
            bench.changed()
    bench.rescan()
    assert bench.project.outputs() == bench.project.clean_outputs(tmp_path / "clean")


def test_a_move_of_which_half_is_told(bench: Bench) -> None:  # promise 37
    """A file that came is told of, but not yet that it went elsewhere: there are not two."""
    content = bench.project.root / "content"
    (content / "new").mkdir()
    (content / "one.md").rename(content / "new/one.md")
    bench.changed("content/new/one.md")
    assert not bench.last.failed
    assert "A ferry came in." in bench.project.page("one")


def test_scheduled_article(project: Project) -> None:
    """An article whose moment comes is published though nothing was touched."""
    project.article("later", date="2026-05-04T12:10:00Z")
    page = project.root / "output/2026/05/04/later/index.html"
    bench = Bench(project)
    bench.loop.step(None)
    assert not page.exists()
    bench.now = NOW + timedelta(minutes=9, seconds=30)
    seconds, hints = bench.loop.next_look()
    assert (seconds, hints) == (30.0, frozenset())
    bench.now += timedelta(seconds=30)
    bench.loop.step(hints)
    assert page.exists()
    assert bench.last.summary.startswith("an article's moment has come: ")
    assert bench.loop.next_look()[1] is None


def test_rescan_is_planned(bench: Bench) -> None:
    """Everything is looked at once a minute; sooner where a failure may mend itself."""
    assert bench.loop.next_look() == (RESCAN, None)
    bench.project.root.joinpath("content/one.md").write_text("no article", "utf-8")
    bench.changed("content/one.md")
    assert bench.loop.next_look() == (HEAL, None)


def test_a_look_at_everything_waits_for_a_pause(bench: Bench) -> None:
    """It comes 10 s after the last edit, so that no edit waits for it, and after 5 min at most."""
    bench.clock.time += RESCAN - 2
    bench.project.article("one", "New words.")
    bench.changed("content/one.md")
    assert bench.loop.next_look() == (REST, None)
    for number in range(40):
        bench.clock.time += REST - 2
        bench.project.article("one", f"New words {number}.")
        bench.changed("content/one.md")
    assert bench.loop.next_look()[0] < 0


def test_ready_for_the_first_edit(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the site was built before, it is planned after all, but for nobody to wait for it."""
    text = "A ferry came in.\n\n" + "It carried many people from the islands. " * 20
    project.article("one", text, summary="A ferry.")
    first = Bench(project)
    first.loop.step(None)
    first.loop._state.close()
    bench, before = Bench(project), stamps(project)
    bench.loop.step(None)
    bench.loop.warm_up()
    assert len(bench.attempts) == 1
    assert stamps(project) == before
    monkeypatch.setattr("sitegen.build.planning.assemble", lambda *a: 1 // 0)
    project.article("one", f"{text}\n\nNew words.", summary="A ferry.")
    bench.changed("content/one.md")
    assert "New words." in project.page("one")


def stamps(project: Project) -> dict[str, int]:
    """When each file of the output was changed."""
    files = project.root.joinpath("output").rglob("*")
    return {str(path): path.stat().st_mtime_ns for path in files if path.is_file()}


def test_a_failure_that_is_overtaken(bench: Bench) -> None:  # promise 38
    """A fault that has changed again when it is found is not told, unless it goes on so."""
    path = bench.project.root / "content/one.md"

    def meanwhile(stage: str, done: int, total: int) -> None:
        bench.waker.note("content/one.md")

    bench.loop._options = Options(jobs=1, progress=meanwhile)
    bench.loop._progress = meanwhile  # type: ignore[method-assign]
    told = len(bench.attempts)
    for number in range(4):
        path.write_text(f"no article {number}", "utf-8")
        bench.changed("content/one.md")
    assert [attempt.failed for attempt in bench.attempts[told:]] == [True, True]
    assert bench.attempts[told].fresh
    bench.project.article("one", "All of it.")
    bench.changed("content/one.md")
    assert not bench.last.failed


def test_problems_are_told_once(bench: Bench) -> None:
    """The same fault is told once, and again only after it was mended."""
    path = bench.project.root / "content/one.md"
    for number in range(3):
        path.write_text(f"no article {number}", "utf-8")
        bench.changed("content/one.md")
    assert [len(attempt.fresh) for attempt in bench.attempts[1:]] == [1, 0, 0]
    bench.project.article("one")
    bench.changed("content/one.md")
    assert not bench.last.failed
    path.write_text("no article", "utf-8")
    bench.changed("content/one.md")
    assert len(bench.last.fresh) == 1


def test_a_warning_that_comes_back(bench: Bench) -> None:
    """It is told again where its file was good meanwhile."""
    path = bench.project.root / "content/one.md"
    for _ in range(2):
        path.unlink()
        path.symlink_to(path)
        bench.changed("content/one.md")
        assert [problem.path for problem in bench.last.fresh] == ["content/one.md"]
        path.unlink()
        bench.project.article("one")
        bench.changed("content/one.md")
        assert not bench.last.problems


def test_disk_full(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """No space left is a problem like any other; with space again, the site is built."""
    before = bench.project.outputs()

    def full(chunk: object) -> object:
        raise OSError(28, "No space left on device", "output/index.html")

    monkeypatch.setattr("sitegen.build.outputs.render_chunk", full)
    bench.project.article("one", "New words.")
    bench.changed("content/one.md")
    assert "No space left" in bench.last.problems[0].message
    assert bench.last.problems[0].hint.startswith("make room")
    assert bench.project.outputs() == before
    monkeypatch.undo()
    bench.rescan()
    assert not bench.last.failed
    assert "New words." in bench.project.page("one")


def test_a_fault_of_our_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even an error that nobody expected does not end the preview."""
    monkeypatch.setattr("sitegen.preview.loop.build", lambda *a, **k: 1 // 0)
    bench.rescan()
    assert "ZeroDivisionError" in bench.last.problems[0].message
    monkeypatch.undo()
    bench.rescan()
    assert not bench.last.failed


def test_unreadable(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is named, and read once it may be."""

    def denied(path: object, *_how: object) -> IO[bytes]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("sitegen.build.parsing.open", denied, raising=False)
    bench.project.article("one", "Locked away.")
    bench.changed("content/one.md")
    assert bench.last.problems[0].path == "content/one.md"
    assert "Permission denied" in bench.last.problems[0].message
    monkeypatch.undo()
    bench.changed("content/one.md")
    assert [attempt.failed for attempt in bench.attempts[-2:]] == [True, False]
    assert "Locked away." in bench.project.page("one")

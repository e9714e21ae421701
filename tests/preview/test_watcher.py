"""What is watched, and which events count."""

import errno
import shutil

import pytest
from watchdog import events

from sitegen.preview.territory import Territory
from sitegen.preview.waker import Waker
from sitegen.preview.watcher import Watcher
from tests.preview.project import Bench, FakeObserver, Project


def watcher(project: Project, observer: FakeObserver) -> Watcher:
    """A watcher on a project."""
    territory = Territory(project.root, "content", "seeds", "static", "output")
    return Watcher(territory, Waker(), lambda: observer)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("path", "is_folder", "hint"),
    [
        ("sitegen.toml", False, "sitegen.toml"),
        ("content/2026/a.md", False, "content/2026/a.md"),
        ("content/2026", True, "content/2026"),
        ("content", True, "content"),
        ("content/a.txt", False, None),
        ("content/.a.md.swp", False, None),
        ("content/.provenance/a.txt.json", False, None),
        ("content/a.md~", False, None),
        ("seeds/a.txt", False, "seeds/a.txt"),
        ("static/css/own.css", False, "static/css/own.css"),
        ("themes/digest/templates/article.html", False, "themes/digest/templates/article.html"),
        ("output/index.html", False, None),
        ("output", True, None),
        (".sitegen/cache.db", False, None),
        (".git/index", False, None),
        ("README.md", False, None),
        ("contents/a.md", False, None),
    ],
)
def test_territory(project: Project, path: str, is_folder: bool, hint: str | None) -> None:
    """Only what a build reads wakes the loop; never what it writes."""  # promise 36
    territory = Territory(project.root, "content", "seeds", "static", "output")
    assert territory.hint(f"{project.root}/{path}", is_folder) == hint


def test_event_types(project: Project) -> None:  # promise 36
    """Reading is not a change: event types are allowed by name."""
    found = watcher(project, FakeObserver())
    path = f"{project.root}/content/one.md"
    found.on_any_event(events.FileOpenedEvent(path))
    found.on_any_event(events.FileClosedNoWriteEvent(path))
    found.on_any_event(events.DirModifiedEvent(f"{project.root}/content"))
    assert found._waker.take() == frozenset()
    for kind in (
        events.FileCreatedEvent,
        events.FileModifiedEvent,
        events.FileClosedEvent,
        events.FileDeletedEvent,
    ):
        found.on_any_event(kind(path))
        assert found._waker.take() == frozenset({"content/one.md"})
    found.on_any_event(events.FileMovedEvent(path, f"{project.root}/content/new.md"))
    assert found._waker.take() == frozenset({"content/one.md", "content/new.md"})


def test_emptied_file(project: Project) -> None:  # promise 38
    """A file that is closed empty is about to be written: it is waited for."""
    found = watcher(project, FakeObserver())
    path = project.root / "content/one.md"
    path.write_bytes(b"")
    found.on_any_event(events.FileModifiedEvent(str(path)))
    found.on_any_event(events.FileClosedEvent(str(path)))
    assert found._waker._unfinished == {"content/one.md"}
    path.write_bytes(b"text")
    found.on_any_event(events.FileClosedEvent(str(path)))
    assert not found._waker._unfinished


def test_folders_are_watched(bench: Bench) -> None:
    """Sources with all that is below them; the project's own folder alone, for the settings."""
    root = str(bench.project.root)
    assert bench.observer.watched == {
        root: False,
        f"{root}/content": True,
        f"{root}/seeds": True,
        f"{root}/static": True,
        f"{root}/themes": True,
    }


def test_replaced_folder(bench: Bench) -> None:
    """A folder that went and came back is watched again, and looked through."""
    content = bench.project.root / "content"
    shutil.move(content, bench.project.root / "aside")
    bench.watcher.on_any_event(events.DirDeletedEvent(str(content)))
    bench.changed()
    assert str(content) not in bench.observer.watched
    assert bench.project.page("one") == ""
    shutil.move(bench.project.root / "aside", content)
    bench.watcher.on_any_event(events.DirCreatedEvent(str(content)))
    bench.changed()
    assert bench.observer.watched[str(content)] is True
    assert "A ferry came in." in bench.project.page("one")


def test_dead_watch(bench: Bench) -> None:
    """A watch whose thread died is set up again."""
    for emitter in bench.observer.emitters:
        emitter.alive = False
    assert bench.watcher.follow(bench.watcher.territory) == {
        "content",
        "seeds",
        "static",
        "themes",
    }


@pytest.mark.parametrize(
    ("code", "setting"),
    [(errno.ENOSPC, "max_user_watches"), (errno.EMFILE, "max_user_instances")],
)
def test_limit(project: Project, code: int, setting: str) -> None:  # promise 39
    """At the limit folders are read every second instead, and it says how to raise the limit."""
    bench = Bench(project)
    bench.observer.error = OSError(code, "limit reached")
    bench.loop.step(None)
    assert setting in bench.watcher.trouble
    seconds, hints = bench.loop.next_look()
    assert seconds <= 2
    assert hints == frozenset({"content", "seeds", "static", "themes"})
    project.article("one", "It is polled.")
    bench.clock.time += 2
    bench.loop.step(hints)
    assert "It is polled." in project.page("one")


def test_hidden_limit(project: Project) -> None:  # promise 39
    """A limit that is met deep down, where nobody is told, is found by one watch more."""
    bench = Bench(project)
    bench.observer.most = 5
    (project.root / ".sitegen").mkdir()
    bench.loop.step(None)
    assert "max_user_watches" in bench.watcher.trouble


def test_vanished_folder(project: Project) -> None:
    """A folder that goes while it is looked at is no limit."""
    observer = FakeObserver()
    observer.error = FileNotFoundError(errno.ENOENT, "gone")
    found = watcher(project, observer)
    found.follow(found.territory)
    assert not found.trouble

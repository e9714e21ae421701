"""A small project, a clock that stands still, and an observer without a kernel."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watchdog.observers.api import ObservedWatch

from sitegen.build import Choice, State, build
from sitegen.preview.attempt import Attempt
from sitegen.preview.loop import Loop, Options
from sitegen.preview.territory import Territory
from sitegen.preview.waker import Waker
from sitegen.preview.watcher import Watcher

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CONFIG = '[site]\ntitle = "The Test Digest"\nurl = "https://digest.example"\n'


class Project:
    """Articles below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("content", "seeds", "static", "themes"):
            (root / folder).mkdir(parents=True)
        (root / "sitegen.toml").write_text(CONFIG, "utf-8")
        for name in ("one", "two", "three"):
            self.article(name)

    def article(self, name: str, body: str = "A ferry came in.", **fields: str) -> Path:
        """Write an article; its page is `/2026/05/01/NAME/`."""
        path = self.root / "content" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source(Path(name).name, body, **fields), "utf-8")
        return path

    def page(self, name: str) -> str:
        """The page of an article, as it is in the output."""
        path = self.root / "output" / "2026" / "05" / "01" / name / "index.html"
        return path.read_text("utf-8") if path.is_file() else ""

    def outputs(self) -> dict[str, bytes]:
        """Every file of the output."""
        folder = self.root / "output"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def clean_outputs(self, at: Path) -> dict[str, bytes]:
        """What a build from nothing of the same sources gives."""
        import shutil

        shutil.copytree(self.root, at, ignore=shutil.ignore_patterns("output", ".sitegen"))
        state = State(at, 1)
        build(state, Choice(NOW))
        state.close()
        other = Project.__new__(Project)
        other.root = at
        return other.outputs()


def source(name: str, body: str, **fields: str) -> str:
    """An article's file."""
    front = {"title": f"Story {name}", "date": "2026-05-01", "id": name, "slug": name} | fields
    lines = "".join(f"{key}: {value}\n" for key, value in front.items())
    return f"---\n{lines}---\n\n{body}\n"


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


class FakeEmitter:
    """What watches one folder."""

    def __init__(self, watch: ObservedWatch) -> None:
        self.watch, self.alive = watch, True

    def is_alive(self) -> bool:
        return self.alive


class FakeObserver:
    """Remembers what is watched; events are sent by hand."""

    def __init__(self) -> None:
        self.emitters: set[FakeEmitter] = set()
        self.error: OSError | None = None
        self.most = 10_000
        """Folders that may be watched."""
        self.running = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def join(self) -> None:
        pass

    def is_alive(self) -> bool:
        return self.running

    def schedule(self, handler: object, path: str, **options: Any) -> ObservedWatch:
        if self.error is not None:
            raise self.error
        if len(self.emitters) >= self.most:
            raise OSError(28, "inotify watch limit reached")
        watch = ObservedWatch(path, recursive=bool(options.get("recursive")))
        self.emitters.add(FakeEmitter(watch))
        return watch

    def unschedule(self, watch: ObservedWatch) -> None:
        self.emitters = {emitter for emitter in self.emitters if emitter.watch != watch}

    @property
    def watched(self) -> dict[str, bool]:
        """Paths, and whether all that is below them is watched."""
        return {str(one.watch.path): one.watch.is_recursive for one in self.emitters}


class Bench:
    """A loop on a project with everything around it faked; steps are taken by hand."""

    def __init__(self, project: Project, options: Options | None = None) -> None:
        self.project = project
        self.clock = Clock()
        self.now = NOW
        self.attempts: list[Attempt] = []
        self.observer = FakeObserver()
        self.waker = Waker(self.clock)
        observer: Callable[[], Any] = lambda: self.observer  # noqa: E731
        territory = Territory(project.root.resolve(), "content", "seeds", "static", "output")
        self.watcher = Watcher(territory, self.waker, observer)
        self.loop = Loop(
            project.root,
            options or Options(jobs=1),
            self.attempts.append,
            self.waker,
            self.watcher,
            self.clock,
            lambda: self.now,
        )

    def changed(self, *paths: str) -> None:
        """What the loop does once these changes are quiet."""
        for path in paths:
            self.waker.note(path)
        self.clock.time += 1
        self.loop.step(self.waker.take())

    def rescan(self) -> None:
        """What the loop does from time to time."""
        self.clock.time += 1
        self.loop.step(None)

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]

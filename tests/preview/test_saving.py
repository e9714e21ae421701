"""How editors save, with the system's own events."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from sitegen.config import Build
from sitegen.preview.attempt import Attempt
from sitegen.preview.loop import Loop, Options
from sitegen.preview.territory import Territory
from sitegen.preview.waker import Waker
from sitegen.preview.watcher import Watcher
from tests.preview.project import CONFIG, NOW, Project, source

pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")
"""As the session does: a folder may be seen twice while it is made."""


class Watched:
    """A project that is really watched; steps are taken by hand."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.waker = Waker()
        self.watcher = Watcher(Territory.of(project.root, Build()), self.waker)
        self.attempts: list[Attempt] = []
        tell, options = self.attempts.append, Options(jobs=1)
        self.loop = Loop(project.root, options, tell, self.waker, self.watcher, now=lambda: NOW)
        self.loop.step(None)
        assert not self.watcher.trouble

    def until(self, holds: Callable[[], bool]) -> None:
        """Build on every change that is told of, until something holds."""
        while not holds():
            assert self.waker.wait(5), "no event came"
            self.loop.step(self.waker.take())


@pytest.fixture
def watched(project: Project) -> Iterator[Watched]:
    """A project that is really watched."""
    watched = Watched(project)
    yield watched
    watched.waker.stop()
    watched.watcher.close()


def in_place(path: Path, text: str) -> None:
    """Nano, Visual Studio Code: the file itself is written again."""
    path.write_text(text, "utf-8")


def in_pieces(path: Path, text: str) -> None:
    """Truncated first, then written bit by bit."""
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(text), 20):
            file.write(text[start : start + 20])
            file.flush()


def vim(path: Path, text: str) -> None:
    """The old file becomes a backup, a new one takes its name, the backup goes."""
    backup = path.with_name(f"{path.name}~")
    (path.parent / "4913").touch()
    (path.parent / "4913").unlink()
    path.rename(backup)
    path.write_text(text, "utf-8")
    path.chmod(0o644)
    backup.unlink()


def emacs(path: Path, text: str) -> None:
    """A lock that is a broken link, a backup that stays."""
    lock = path.with_name(f".#{path.name}")
    lock.symlink_to("user@host.1234")
    shutil.copy2(path, path.with_name(f"{path.name}~"))
    path.write_text(text, "utf-8")
    lock.unlink()


def gedit(path: Path, text: str) -> None:
    """A hidden new file is renamed over the old one."""
    new = path.with_name(".goutputstream-X1Y2Z3")
    new.write_text(text, "utf-8")
    new.rename(path)


def jetbrains(path: Path, text: str) -> None:
    """A new file beside it, two renames, and the old one goes."""
    new, old = (path.with_name(f"{path.name}___jb_{kind}___") for kind in ("tmp", "old"))
    new.write_text(text, "utf-8")
    path.rename(old)
    new.rename(path)
    old.unlink()


def from_outside(path: Path, text: str) -> None:
    """A new file from another folder takes the name."""
    new = path.parent.parent / "elsewhere.txt"
    new.write_text(text, "utf-8")
    new.replace(path)


def deleted_first(path: Path, text: str) -> None:
    """The old one goes before the new one comes."""
    path.unlink()
    path.write_text(text, "utf-8")


def keeping_times(path: Path, text: str) -> None:
    """The same size and the same time of change as before."""
    status = path.stat()
    path.write_text(text, "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


SAVES = [
    in_place,
    in_pieces,
    vim,
    emacs,
    gedit,
    jetbrains,
    from_outside,
    deleted_first,
    keeping_times,
]


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_editors(watched: Watched, save: Callable[[Path, str], None]) -> None:  # promise 37
    """However an editor saves, the page has the new text, after one build, and never goes."""
    save(watched.project.root / "content/one.md", source("one", "A ferry went out"))
    watched.until(lambda: "A ferry went out" in watched.project.page("one"))
    assert len(watched.attempts) == 2
    assert not any(attempt.report and attempt.report.removed for attempt in watched.attempts)


def test_folder_moved_in(watched: Watched) -> None:  # promise 37
    """A folder that is moved in is seen with all that it holds, and so is what comes after."""
    project = watched.project
    outside = project.root / "aside" / "2026"
    (outside / "05").mkdir(parents=True)
    (outside / "05" / "four.md").write_text(source("four", "It was here."), "utf-8")
    outside.rename(project.root / "content/2026")
    watched.until(lambda: "It was here." in project.page("four"))
    project.article("2026/05/four", "It went on.")
    watched.until(lambda: "It went on." in project.page("four"))


def test_content_removed_and_brought_back(watched: Watched) -> None:
    """`content/` may go and come back, and is watched as before."""
    project = watched.project
    (project.root / "content").rename(project.root / "aside")
    watched.until(lambda: not project.page("one"))
    (project.root / "aside").rename(project.root / "content")
    watched.until(lambda: bool(project.page("one")))
    project.article("one", "Here again.")
    watched.until(lambda: "Here again." in project.page("one"))


def test_theme_settings_and_static(watched: Watched) -> None:
    """Templates, settings and static files count like articles."""
    project = watched.project
    template = project.root / "themes/digest/templates/article.html"
    template.parent.mkdir(parents=True)
    template.write_text('{% extends "digest/article.html" %}{% block main %}Own.{% endblock %}')
    watched.until(lambda: "Own." in project.page("one"))
    template.unlink()
    watched.until(lambda: "A ferry came in." in project.page("one"))
    (project.root / "static/a.txt").write_text("static")
    watched.until(lambda: "a.txt" in project.outputs())
    config = project.root / "sitegen.toml"
    config.write_text(config.read_text("utf-8").replace("Test", "Best"), "utf-8")
    watched.until(lambda: "The Best Digest" in project.page("one"))


def _says(project: Project, text: str) -> bool:
    return text in project.page("one")


def test_never_wakes_itself(watched: Watched) -> None:  # promise 36
    """Four builds of every page, and no event but those of the editor."""
    config = watched.project.root / "sitegen.toml"
    for number in range(4):
        config.write_text(f"{CONFIG}description = 'The {number}.'\n", "utf-8")
        watched.until(partial(_says, watched.project, f"The {number}."))
        watched.loop.step(None)
    taken = watched.waker.take()
    assert taken is not None
    assert taken <= {"sitegen.toml"}
    assert not watched.waker.wait(0.4)


@pytest.mark.parametrize(
    ("spoil", "mend", "said"),
    [
        pytest.param(
            lambda path: (path.unlink(), path.mkdir()),
            lambda path: (path.rmdir(), path.write_text(source("one", "Mended."))),
            "a folder has the name",
            id="folder in place of a file",
        ),
        pytest.param(
            lambda path: path.write_bytes(b"---\ntitle: \xff\n---\n"),
            lambda path: path.write_text(source("one", "Mended.")),
            "not UTF-8",
            id="invalid UTF-8",
        ),
        pytest.param(
            lambda path: (path.unlink(), path.symlink_to(path)),
            lambda path: (path.unlink(), path.write_text(source("one", "Mended."))),
            "symbolic link",
            id="symlink loop",
        ),
        pytest.param(
            lambda path: (path.write_text(source("one", "Mended.")), path.chmod(0)),
            lambda path: path.chmod(0o644),
            "Permission denied",
            id="unreadable",
            marks=pytest.mark.skipif(
                not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything"
            ),
        ),
        pytest.param(
            lambda path: (path.parent.parent / "sitegen.toml").write_text(""),
            lambda path: (
                (path.parent.parent / "sitegen.toml").write_text(CONFIG),
                path.write_text(source("one", "Mended.")),
            ),
            "`[site]` is missing",
            id="sitegen.toml emptied",
        ),
    ],
)
def test_bad_input(
    watched: Watched, spoil: Callable[[Path], object], mend: Callable[[Path], object], said: str
) -> None:
    """What is spoilt is named; what is mended is built, without a restart."""
    path = watched.project.root / "content/one.md"
    spoil(path)
    watched.until(lambda: any(said in str(p) for p in watched.attempts[-1].problems))
    mend(path)
    watched.until(lambda: "Mended." in watched.project.page("one"))
    assert not watched.attempts[-1].failed


def test_template_deleted_while_in_use(watched: Watched) -> None:
    """A template that others extend is named when it goes, and the site stays until it is back."""
    project = watched.project
    templates = project.root / "themes/own/templates"
    templates.mkdir(parents=True)
    (project.root / "themes/own/theme.toml").write_text('extends = "digest"\n')
    (templates / "frame.html").write_text("Own. {% block main %}{% endblock %}")
    (templates / "article.html").write_text('{% extends "frame.html" %}')
    config = project.root / "sitegen.toml"
    config.write_text(config.read_text("utf-8") + '[theme]\nname = "own"\n', "utf-8")
    watched.until(lambda: project.page("one").startswith("Own."))
    (templates / "frame.html").unlink()
    watched.until(lambda: watched.attempts[-1].failed)
    assert any("frame.html" in str(problem) for problem in watched.attempts[-1].problems)
    assert project.page("one").startswith("Own.")
    (templates / "frame.html").write_text("Back. {% block main %}{% endblock %}")
    watched.until(lambda: project.page("one").startswith("Back."))

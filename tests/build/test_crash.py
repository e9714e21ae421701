"""No space, an IO error, a kill, at any call: whole files, and the next build is a clean one."""

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from sitegen.build.stage import Stage
from sitegen.cli import main
from sitegen.problems import SitegenError
from tests.build.faults import BROKEN, NO_SPACE, Faults, calls_of, deaths, killed_at
from tests.build.project import Project, article, difference, tree

LISTING = ".sitegen"
_CACHE = {".sitegen/cache.db", ".sitegen/cache.db-journal"}


class Change:
    """A project before and after an edit that adds, changes, moves and removes pages."""

    def __init__(self, folder: Path, *, cold: bool) -> None:
        self.folder = folder
        self.number = 0
        self.cold = cold
        self.start = Project(folder / "start")
        # A page for each kind, and one format of feeds: more of a kind is written as the first is.
        self.start.edit("sitegen.toml", "[feeds]", '[feeds]\nformats = ["rss"]')
        self.start.remove("content/b.md")
        if not cold:
            self.start.build()
            self.start.build()
        self.before = {} if cold else self.start.outputs()
        # A page becomes a folder and a folder a page; one goes, one comes, most change.
        self.start.write("static/page", "was nothing")
        self.start.edit("content/a.md", "First", "Other")
        self.start.edit("content/a.md", "id: a", "id: a\nslug: page\naliases: [/old/]")
        self.start.remove("content/d.md")
        self.start.write("content/e.md", article("Fifth", "2024-03-03", "Cuba", id="e"))
        self.after = self.start.clean(folder / "clean")

    def again(self) -> Project:
        """The project before the build, afresh."""
        self.number += 1
        return self.start.copy(self.folder / f"try{self.number}", built=True)

    def check_whole(self, project: Project, said: str) -> None:
        """After a failure that could be told, the output is the old site or the new one."""
        found = _pages(project.outputs())
        assert any(found == _pages(whole) for whole in (self.before, self.after)), (
            f"{said}: neither the old nor the new site\n{difference(found, _pages(self.before))}"
        )

    def check(self, project: Project, said: str) -> None:
        """Each file is whole old or whole new; the next build is a clean one."""
        found = project.outputs()
        for path, data in found.items():
            whole = {self.before.get(path), self.after.get(path)}
            assert path == LISTING or data in whole, f"{said}: {path} is torn: {data!r}"
        for path in self.before.keys() & self.after.keys() - found.keys():
            raise AssertionError(f"{said}: {path} is gone")
        if found:
            listed = found[LISTING].decode().splitlines()[1:]
            assert found.keys() - {LISTING} <= set(listed), f"{said}: a file is not listed"
        project.build()
        wrong = difference(project.outputs(), self.after)
        assert not wrong, f"{said}: the next build differs\n{wrong}"


def _pages(outputs: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in outputs.items() if path != LISTING}


@pytest.fixture(scope="module", params=["update", "cold"])
def change(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Change:
    """A change of a built project, and one of a project that was never built."""
    return Change(tmp_path_factory.mktemp("change"), cold=request.param == "cold")


def test_a_failing_call(change: Change) -> None:
    """Whichever call fails, the build says so in a sentence and leaves one whole site."""
    # promises 7 and 8
    calls = calls_of(change.again())
    assert {call.split()[0] for call in calls} >= {"open", "write", "mkdir", "replace", "execute"}
    change.check(change.again(), "without a failure")
    failed, project = 0, change.again()
    before = _stamps(project)
    for at, call in enumerate(calls, 1):
        said = f"call {at} of {len(calls)}, {call.replace(str(project.root), '')}"
        with Faults(project.root, at, error=NO_SPACE if at % 2 else BROKEN) as faults:
            with suppress(SitegenError):
                project.build()
                failed -= 1
            failed += 1
        assert len(faults.calls) >= at, said
        if _stamps(project) == before:
            # Nothing was touched: it is the project that was checked first, and serves again.
            continue
        change.check_whole(project, said)
        change.check(project, said)
        shutil.rmtree(project.root)
        project = change.again()
        before = _stamps(project)
    assert failed > len(calls) / 3


def _stamps(project: Project) -> dict[str, object]:
    """Every folder of a project, and the times and the inode of every file but the lock's."""
    found: dict[str, object] = {}
    for folder, _, names in os.walk(project.root):
        found[folder] = None
        for name in names:
            path = f"{folder}/{name}"
            status = os.stat(path)  # noqa: PTH116 - A pathlib's costs more than looking.
            found[path] = status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    found.pop(f"{project.root}/.sitegen/lock", None)
    return found


def changing(calls: list[str]) -> list[int]:
    """The calls that change something.

    Between two calls that only look, a kill leaves the same files as at the first of them.
    """
    return [at for at, call in enumerate(calls, 1) if call.split()[0] in _CHANGING]


_CHANGING = {"mkdir", "link", "rename", "replace", "unlink", "remove", "rmdir", "write", "execute"}


def test_a_kill_at_any_call(change: Change) -> None:
    """Whichever call is the last, files are whole and the next build is a clean one."""
    # promise 8
    calls = calls_of(change.again())
    chosen = changing(calls)
    for start in range(0, len(chosen), 50):
        project = change.again()
        some = chosen[start : start + 50]
        left = deaths(project, some, change.folder)
        assert sorted(left) == some
        for at, dead in left.items():
            change.check(dead, f"killed at call {at}, {calls[at - 1]}")
            shutil.rmtree(dead.root)


def test_a_real_kill(change: Change) -> None:
    """A process that is killed leaves the files that the test above looks at, at each kind of call.

    The bytes of the cache hold the times of files, which no two copies of a project share.
    """
    # promise 8
    calls = calls_of(change.again())
    kinds = {calls[at - 1].split(maxsplit=1)[0]: at for at in changing(calls)}
    left = deaths(change.again(), kinds.values(), change.folder)
    for name, at in kinds.items():
        project = change.again()
        assert killed_at(project, at), "the build did not come so far"
        found, wanted = _left(project), _left(left[at])
        assert found.keys() == wanted.keys(), f"killed at call {at}, {name}"
        assert {path for path in found if found[path] != wanted[path]} <= _CACHE
        change.check(project, f"killed at call {at}, {name}")


def _left(project: Project) -> dict[str, bytes]:
    """Every file of a project; folders that are named by chance have one name."""
    return {re.sub("[0-9a-f]{32}", "…", path): data for path, data in tree(project.root).items()}


def test_a_full_disk_in_the_midst_of_a_file(tmp_path: Path) -> None:
    """A write that takes only a part of the bytes is gone on with, never taken for the whole."""
    # promise 8
    write = os.write
    with mock.patch.object(os, "write", lambda file, data: write(file, data[:3])):
        Stage(tmp_path).put("a/b.html", b"0123456789")
    assert (tmp_path / "a/b.html").read_bytes() == b"0123456789"


@pytest.mark.parametrize("name", ["mkdir", "open", "replace", "unlink", "write"])
def test_the_command_line_tells_a_failure(project: Project, name: str) -> None:
    """What the file system refuses is one plain sentence, and exit code 1."""
    # promise 8
    project.build()
    project.remove("content/d.md")
    project.edit("content/a.md", "First", "Other")
    folder = "output" if name == "unlink" else ".sitegen/stage"
    with Faults(project.root, 1, error=NO_SPACE, only=f"{name} {project.root}/{folder}/"):
        result = CliRunner().invoke(main, ["build", "--root", os.fspath(project.root), "--jobs=1"])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "No space left on device" in result.output
    assert "Traceback" not in result.output


def test_a_cache_that_cannot_be_written(project: Project) -> None:
    """Where the cache's folder is of no use, the build says so in a sentence."""
    # promise 8
    project.write(".sitegen", "in the way")
    with pytest.raises(SitegenError) as caught:
        project.build()
    assert str(caught.value) == ".sitegen: error: cannot be read or written: File exists"

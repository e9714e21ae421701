"""Same inputs, same bytes: on any machine, with any number of workers, in any order."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import sitegen
from sitegen.build import Choice, State, build, executor
from sitegen.problems import SitegenError
from tests.build.project import CONFIG, NOW, TINY, Project, article, difference, opened, small

_PLACES: dict[str, dict[str, str]] = {
    "here": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    "there": {"PYTHONHASHSEED": "1234", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"},
    "far": {"PYTHONHASHSEED": "99", "TZ": "America/St_Johns", "LANG": "de_DE", "HOME": "/"},
}


def run(project: Project, *options: str, **environ: str) -> None:
    """Build by the command, in a process of its own."""
    source = os.fspath(Path(sitegen.__file__).parent.parent)
    epoch = str(int(project.now.timestamp()))
    subprocess.run(
        [sys.executable, "-m", "sitegen", "build", "--root", os.fspath(project.root), *options],
        env={"PYTHONPATH": source, "SOURCE_DATE_EPOCH": epoch, **environ},
        check=True,
        capture_output=True,
        umask=0o077 if "HOME" in environ else 0o002,
    )


# promise 11


def test_places(tmp_path: Path) -> None:
    """Hash seed, time zone, locale, umask and the order of folders change no byte."""
    outputs = {}
    for name, environ in _PLACES.items():
        files = list(small().items())
        random.Random(name).shuffle(files)
        project = Project(tmp_path / name, dict(files))
        run(project, **environ)
        outputs[name] = project.outputs()
    assert len(outputs["here"]) > 20
    assert not difference(outputs["there"], outputs["here"])
    assert not difference(outputs["far"], outputs["here"])


def test_the_shipped_theme(tmp_path: Path) -> None:
    """So it is with the shipped theme, and with seeds."""
    outputs = []
    for name in ("here", "there"):
        project = Project(
            tmp_path / name,
            {
                "sitegen.toml": '[site]\ntitle = "Digest"\nurl = "https://example.org"\n',
                "seeds/a.txt": "Title: Boats\nDate: 2024-03-02\nTags: Sea, Cuba\n\nBoats sail.\n",
                "content/b.md": article("B", "2024-03-01T12:00", "Cuba, Sport"),
            },
        )
        run(project, **_PLACES[name])
        outputs.append(project.outputs())
    assert len(outputs[0]) > 20
    assert not difference(*outputs)


def many(root: Path, count: int = 90) -> Project:
    """A project that is worth some workers, if few articles already are."""
    files = {"sitegen.toml": CONFIG}
    files |= {f"themes/tiny/{name}": text for name, text in TINY.items()}
    for number in range(count):
        day, tag = 1 + number % 9, "ABC"[number % 3]
        files[f"content/{number}.md"] = article(
            f"T{number}", f"2024-03-0{day}", tag, id=f"i{number}"
        )
    return Project(root, files)


def test_workers(tmp_path: Path) -> None:
    """One process or several give the same bytes."""
    outputs = []
    with mock.patch.object(executor, "WORTH_WORKERS", 1):
        for jobs in (1, 2):
            project = many(tmp_path / str(jobs))
            with opened(project.root, jobs) as state:
                build(state, project.choice())
                project.edit("themes/tiny/templates/base.html", "<title>", "<title>!")
                build(state, project.choice())
            outputs.append(project.outputs())
    assert not difference(*outputs)


@pytest.mark.parametrize("backwards", [False, True])
def test_order_of_folders(project: Project, backwards: bool) -> None:
    """Files are taken in an order of their own, whatever order the file system has."""
    wanted = project.clean(project.root.with_name("oracle"))
    real = os.scandir

    class Shuffled:
        def __init__(self, *args: Any) -> None:
            with real(*args) as entries:
                self._entries = sorted(entries, key=lambda e: str(e.name), reverse=backwards)

        def __enter__(self) -> Any:
            return iter(self._entries)

        def __iter__(self) -> Any:
            return iter(self._entries)

        def __exit__(self, *_: object) -> None:
            pass

        def close(self) -> None:
            pass

    with mock.patch("sitegen.build.inputs.os.scandir", Shuffled):
        project.build()
    assert not difference(project.outputs(), wanted)


def test_two_builds_at_once(project: Project) -> None:
    """A build waits while another one works in the same project: they never interleave."""
    inside: list[str] = []
    first_is_in, go_on = threading.Event(), threading.Event()
    real = sitegen.build._build

    def slow(state: State, *args: Any) -> Any:
        inside.append("begin")
        first_is_in.set()
        assert go_on.wait(20)
        report = real(state, *args)
        inside.append("end")
        return report

    def work() -> None:
        with opened(project.root) as state:
            build(state, Choice(NOW))

    with mock.patch("sitegen.build._build", slow):
        threads = [threading.Thread(target=work) for _ in range(3)]
        threads[0].start()
        assert first_is_in.wait(20)
        for thread in threads[1:]:
            thread.start()
        go_on.set()
        for thread in threads:
            thread.join(20)
    assert inside == ["begin", "end"] * 3
    assert not difference(project.outputs(), project.clean(project.root.with_name("oracle")))


def test_a_build_that_waits_in_vain(project: Project) -> None:
    """A build that must wait too long says which, and what to do."""
    from sitegen.build import lock

    with (
        lock.alone(project.root),
        mock.patch.object(lock, "WAIT", 0),
        pytest.raises(SitegenError, match="another build is running"),
    ):
        project.build()


def test_two_builds_in_two_processes(project: Project) -> None:
    """Builds of other processes wait as well, and all end with the same output."""
    source = os.fspath(Path(sitegen.__file__).parent.parent)
    command = [sys.executable, "-m", "sitegen", "build", "--root", os.fspath(project.root)]
    epoch = str(int(project.now.timestamp()))
    environ = {"PYTHONPATH": source, "SOURCE_DATE_EPOCH": epoch}
    processes = [
        subprocess.Popen(
            [*command, *more], env=environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for more in ([], ["--clean"], [])
    ]
    for process in processes:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said.decode()
    assert not difference(project.outputs(), project.clean(project.root.with_name("oracle")))

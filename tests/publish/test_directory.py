"""The folder of releases: atomic switches, rollback, locks, and being killed."""

import errno
import json
import os
import re
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from sitegen import config
from sitegen.problems import SitegenError
from sitegen.publish import directory
from sitegen.publish.directory import DirectoryReader, DirectoryTarget
from sitegen.publish.run import Wish, do, look, look_back
from sitegen.targets import Directory
from tests.build.faults import BROKEN, NO_SPACE, Faults
from tests.conftest import SITE, Folder
from tests.publish.contract import AT, NEW, OLD, Contract
from tests.publish.disks import small_disk
from tests.publish.sites import content, site, without_old


class DirectoryPlace:
    """A folder of releases in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.folder, self.root = root / "www", root / "project"
        self.root.mkdir()
        self.settings = Directory(path=str(self.folder), keep=3)

    def target(self) -> DirectoryTarget:
        return DirectoryTarget(self.settings, self.root)

    def reader(self) -> DirectoryReader:
        return DirectoryReader(self.settings, self.root)

    def public(self) -> dict[str, bytes]:
        now = self.folder / "current"
        found = sorted(now.resolve().rglob("*")) if now.exists() else []
        return {
            path.relative_to(now.resolve()).as_posix(): path.read_bytes()
            for path in found
            if path.is_file()
        }

    def disturb(self, path: str, data: bytes | None) -> None:
        now = self.folder / "current"
        if not now.exists():
            (self.folder / "releases/theirs").mkdir(parents=True)
            now.symlink_to("releases/theirs")
        file = now / path
        if data is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(data)


class TestDirectory(Contract):
    """The contract, over a folder."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> DirectoryPlace:
        return DirectoryPlace(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> DirectoryPlace:
    """A folder that is published to."""
    return DirectoryPlace(tmp_path)


def run(place: DirectoryPlace, files: dict[str, bytes], *allowed: str) -> None:
    """Publish some files."""
    built = place.root / f"built-{next(_numbers)}"
    target = place.target()
    found = look(target, Wish(content(built, files), AT, 2, allowed))
    do(target, found, lambda *_: None, lambda *_: None)


_numbers = count()


def test_readers_see_one_release(place: DirectoryPlace) -> None:
    """10,000 reads while it is published and rolled back: none fails, and two files that are read
    from one opened folder are of one release (promise 18).
    """
    run(place, OLD)
    run(place, NEW)
    now = place.folder / "current"
    pairs, switches = 0, 0
    wrong: list[str] = []
    done = Event()

    def read() -> None:
        nonlocal pairs
        while (pairs < 5000 or switches < 12) and not wrong:
            folder = os.open(now, os.O_RDONLY)
            try:
                found = [_read_at(folder, name) for name in ("index.html", "sitemap.xml")]
            except OSError as error:
                found = [str(error).encode()]
            finally:
                os.close(folder)
            if found not in ([site["index.html"], site["sitemap.xml"]] for site in (OLD, NEW)):
                wrong.append(str(found))
            pairs += 1
        done.set()

    reader = Thread(target=read)
    reader.start()
    while not done.is_set():
        run(place, OLD)
        run(place, NEW)
        target = place.target()
        do(target, look_back(target), lambda *_: None, lambda *_: None)
        switches += 2
    reader.join()
    assert not wrong
    assert pairs >= 5000
    assert switches >= 12


def _read_at(folder: int, name: str) -> bytes:
    number = os.open(name, os.O_RDONLY, dir_fd=folder)
    with open(number, "rb") as file:  # noqa: PTH123
        return file.read()


def test_a_page_that_changes_is_never_missing(place: DirectoryPlace) -> None:
    """Every single read by the public path gives the old page or the new one (promise 18)."""
    run(place, OLD)
    page = place.folder / "current/2026/03/05/gamma/index.html"
    whole = {site["2026/03/05/gamma/index.html"] for site in (OLD, NEW)}
    done = Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                if page.read_bytes() not in whole:
                    wrong.append("torn")
            except OSError as error:
                wrong.append(error)

    reader = Thread(target=read)
    reader.start()
    for files in (NEW, OLD) * 15:
        run(place, files)
    done.set()
    reader.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by forking")
def test_killed_at_any_point(place: DirectoryPlace, every_call: bool) -> None:
    """The public site is the old or the new one, and the next run goes on (promises 14, 18)."""
    run(place, OLD)
    sites = [OLD, NEW]
    turn, at, kills = 1, 1, 0
    while True:
        before, after = sites[1 - turn], sites[turn]
        if not _killed(place, after, at):
            break
        kills += 1
        public = without_old(place.public(), after)
        assert public == after or without_old(place.public(), before) == before
        run(place, after)
        assert without_old(place.public(), after) == after
        turn = 1 - turn
        at += 1 if every_call else 6
    assert kills > 50


def _killed(place: DirectoryPlace, files: dict[str, bytes], at: int) -> bool:
    """Publish in another process that dies at a call. Whether it died before it was done."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with Faults(place.folder, at, kill=True):
                run(place, files)
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), f"publishing failed by itself, with {code}"
    return code == 9


@pytest.mark.parametrize("error", [NO_SPACE, BROKEN])
def test_the_disk_fails(place: DirectoryPlace, error: int, every_call: bool) -> None:
    """A full disk, or one that breaks: the public site is the old or the new one (promise 13)."""
    run(place, OLD)
    sites = [OLD, NEW]
    turn, at = 1, 1
    while True:
        before, after = sites[1 - turn], sites[turn]
        with Faults(place.folder, at, error=error) as faults, suppress(OSError, SitegenError):
            run(place, after)
        if len(faults.calls) < at:
            break
        public = place.public()
        assert without_old(public, after) == after or without_old(public, before) == before
        run(place, after)
        assert without_old(place.public(), after) == after
        turn = 1 - turn
        at += 1 if every_call else 11
    assert at > 100


def test_unchanged_files_are_shared(place: DirectoryPlace) -> None:
    """A release costs what changed: the rest is the same file; and a release is never written to
    through a link to it.
    """
    run(place, OLD)
    first = (place.folder / "current").resolve()
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    run(place, NEW)
    second = (place.folder / "current").resolve()
    assert first != second
    for name, data in OLD.items():
        same = (second / name).exists() and (first / name).samefile(second / name)
        assert same == (NEW.get(name, data) == data and (second / name).exists()), name
    assert {path: path.read_bytes() for path in before} == before


def test_where_no_links_can_be_made(place: DirectoryPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system without hard links files are copied."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    run(place, OLD)
    run(place, NEW)
    assert without_old(place.public(), NEW) == NEW


def test_releases_are_kept_and_pruned(place: DirectoryPlace) -> None:
    """As many as the settings say, and always that of now (promise 18)."""
    for number in range(6):
        run(place, site([f"2026/03/04/alpha={number}"]))
    names = sorted(path.name.partition("-")[0] for path in (place.folder / "releases").iterdir())
    assert names == ["4", "5", "6"]
    assert [one.generation for one in place.reader().releases()] == [6, 5, 4]
    for _ in range(2):
        target = place.target()
        do(target, look_back(target), lambda *_: None, lambda *_: None)
    assert (place.folder / "current").resolve().name.startswith("4-")
    run(place, site(["2026/03/04/alpha=7"]))
    assert (place.folder / "current").resolve().name.startswith("7-")
    assert {path.name for path in (place.folder / ".sitegen").iterdir()} == {
        *(f"{path.name}.json" for path in (place.folder / "releases").iterdir()),
        "lock",
        "seen",
    }


def test_a_page_becomes_a_folder(place: DirectoryPlace) -> None:
    """And a folder a page; what else is in the folder is nobody's to remove (promise 9)."""
    first = {**OLD, "a": b"was a file", "b/c": b"was in a folder"}
    second = {**OLD, "a/b": b"is in a folder", "b": b"is a file"}
    for files in (first, second, first):
        run(place, files)
        assert without_old(place.public(), files) == files
    place.disturb("b/theirs", b"theirs")
    with pytest.raises(OSError, match="irectory"):
        run(place, second)
    assert place.public()["b/theirs"] == b"theirs"


def test_the_same_size_and_time(place: DirectoryPlace) -> None:
    """An edit that keeps both is seen all the same: bytes are compared (promise 15)."""
    run(place, OLD)
    file = place.folder / "current/index.html"
    status = file.stat()
    file.write_bytes(OLD["index.html"].replace(b"home", b"HOME"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    with pytest.raises(SitegenError, match=r"changed what sitegen published: `index\.html`"):
        run(place, OLD)
    run(place, OLD, "changed")
    assert place.public() == OLD


def test_two_publishers(place: DirectoryPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """One waits, and is refused if the other does not end (promise 11 of building, here too)."""
    monkeypatch.setattr(directory, "WAIT", 0)
    run(place, OLD)
    with place.target().lock(), pytest.raises(SitegenError, match="somebody else is publishing"):
        run(place, NEW)
    assert place.public() == OLD
    run(place, NEW)


def test_what_is_lost_is_only_time(place: DirectoryPlace) -> None:
    """The memory of digests may be lost or broken."""
    run(place, OLD)
    for data in (b"", b"\xff" * 50):
        (place.folder / ".sitegen/seen").write_bytes(data)
        assert not look(place.reader(), Wish(content(place.root / "x", OLD), AT)).plan.operations


@pytest.mark.parametrize(
    "name", ["../../outside", "/etc/passwd", "a/../../b", ".sitegen/x", "a\\b"]
)
def test_a_hostile_manifest(place: DirectoryPlace, name: str) -> None:
    """Whoever can write to the target must not lead sitegen out of it (promise 31)."""
    run(place, OLD)
    (path,) = (place.folder / ".sitegen").glob("*.json")
    text = path.read_text("utf-8").replace('"feed.xml"', json.dumps(name))
    path.write_text(text, "utf-8")
    with pytest.raises(SitegenError, match="manifest names"):
        run(place, NEW)
    assert without_old(place.public(), OLD) == OLD


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"format": 1, "site": 3}'])
def test_a_broken_manifest(place: DirectoryPlace, text: str) -> None:
    """It is told, and nothing is touched."""
    run(place, OLD)
    (path,) = (place.folder / ".sitegen").glob("*.json")
    path.write_text(text, "utf-8")
    with pytest.raises(SitegenError, match="manifest cannot be read"):
        run(place, NEW)
    assert place.public() == OLD


def test_a_newer_manifest(place: DirectoryPlace) -> None:
    """What another version of sitegen wrote is left alone."""
    run(place, OLD)
    (path,) = (place.folder / ".sitegen").glob("*.json")
    path.write_text(path.read_text("utf-8").replace('"format":1', '"format":2'), "utf-8")
    with pytest.raises(SitegenError, match="has format 2"):
        run(place, NEW)


def test_where_it_may_not_be(place: DirectoryPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not over the project, not over a home, not where there is a file (promise 9)."""
    for path in (".", "..", "/", "~"):
        with pytest.raises(SitegenError, match="holds more than the site"):
            DirectoryTarget(Directory(path=path), place.root)
    for path in ("output", "content/www", "./.sitegen", "x/../static"):
        text = f'{SITE}[publish.live]\ntype = "directory"\npath = "{path}"\n'
        with pytest.raises(SitegenError, match=r"toml:6: error: .* must not overlap"):
            config.read(text)
    (place.root / "file").write_bytes(b"mine")
    with pytest.raises(SitegenError, match="there is a file"):
        DirectoryTarget(Directory(path="file"), place.root)
    (place.root / "www/current").mkdir(parents=True)
    with pytest.raises(SitegenError, match="is not a link"):
        DirectoryTarget(Directory(path="www"), place.root)


def test_a_folder_of_somebody(place: DirectoryPlace) -> None:
    """Files beside where the releases would be are seen before anything is written (promise 16)."""
    place.folder.mkdir()
    (place.folder / "index.html").write_bytes(b"somebody's")
    with pytest.raises(SitegenError, match="not empty"):
        run(place, OLD)
    assert [path.name for path in place.folder.iterdir()] == ["index.html"]


def test_links_of_somebody_survive(place: DirectoryPlace, tmp_path: Path) -> None:
    """A symbolic link in the site that sitegen did not make is carried on, and never followed."""
    run(place, OLD)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.html").write_bytes(b"outside")
    (place.folder / "current/theirs").symlink_to(outside)
    run(place, NEW)
    assert (place.folder / "current/theirs").is_symlink()
    assert (outside / "a.html").read_bytes() == b"outside"


def test_hostile_names_of_others(place: DirectoryPlace) -> None:
    """Whatever others call their files: they are told, kept, and lead nowhere (promise 31)."""
    run(place, OLD)
    names = {"a\nb", "a\tb", '"; rm -rf $HOME', "-rf", "ünï", "$(touch x)", "a\\b", " ", "*", "'"}
    for name in names:
        place.disturb(name, name.encode())
    found = look(place.reader(), Wish(content(place.root / "new", NEW), AT, 2))
    assert set(found.plan.foreign) == names
    run(place, NEW)
    assert {name: place.public()[name] for name in names} == {n: n.encode() for n in names}


def test_a_disk_that_is_full(place: DirectoryPlace) -> None:
    """A real one: exit 1, what to do, and the old site; with room again it goes on (promises 13,
    14).
    """
    folder = Folder(place.root)
    with small_disk(place.folder, 1000) as disk:
        folder.write("sitegen.toml", f'{SITE}[publish.live]\ntype = "directory"\npath = "../www"\n')
        folder.article("a.md", title="First")
        assert folder.run("publish").exit_code == 0
        before = place.public()
        big = folder.write("static/big.bin", os.urandom(2_000_000))
        result = folder.run("publish")
        assert result.exit_code == 1
        assert re.search("No space left on device\n    make room on the disk", result.stderr)
        assert "run it again to go on" in result.stderr
        assert place.public() == before
        big.unlink()
        folder.article("b.md", title="Second")
        result = folder.run("publish")
        assert result.exit_code == 0, result.output
        assert place.public() == folder.files
        assert not list(disk.rglob("big.bin"))


def test_windows_without_the_right(place: DirectoryPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system lets nobody make links, it says how to be allowed to."""

    def refuse(*args: object, **kwargs: object) -> None:
        error = OSError(errno.EPERM, "A required privilege is not held by the client")
        error.winerror = 1314  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(Path, "symlink_to", refuse)
    with pytest.raises(SitegenError, match="developer mode"):
        run(place, OLD)
    assert place.public() == {}

"""A folder of releases on another machine, with the real rsync, ssh and sshd."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from msgspec import structs

from sitegen import config
from sitegen.problems import SitegenError
from sitegen.publish import rsync
from sitegen.publish.rsync import RsyncReader, RsyncTarget
from sitegen.publish.run import Wish, do, look
from sitegen.publish.ssh import Far
from sitegen.targets import Rsync
from tests.conftest import SITE, Folder
from tests.publish import sshhost
from tests.publish.contract import AT, NEW, OLD, Contract
from tests.publish.disks import small_disk
from tests.publish.killing import go_back, killed_again_and_again, needs_fork, publish
from tests.publish.recording import Watched
from tests.publish.sites import content, site, without_old
from tests.publish.test_directory import DirectoryPlace

pytestmark = sshhost.needs_sshd


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the `ssh` is that knows the machine `far`."""
    with sshhost.serving(tmp_path_factory.mktemp("ssh")) as folder:
        yield folder


class RsyncPlace(DirectoryPlace):
    """A folder of releases on the machine `far`, which is this one."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        # A name that no shell and no rsync may take for anything else.
        self.folder = root / "it's $HOME; *"
        self.far = Rsync(host="far", path=str(self.folder), keep=3)

    def target(self) -> RsyncTarget:  # type: ignore[override]
        return RsyncTarget(self.far, self.root)

    def reader(self) -> RsyncReader:  # type: ignore[override]
        return RsyncReader(self.far, self.root)

    def public(self) -> dict[str, bytes]:
        # Looked up once: what a killed run has begun there may still be under way.
        now = (self.folder / "current").resolve()
        return {
            path.relative_to(now).as_posix(): path.read_bytes()
            for path in now.rglob("*")
            if path.is_file()
        }

    def now(self) -> str:
        """The name of the release that is public."""
        return (self.folder / "current").resolve().name


@pytest.fixture
def place(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> RsyncPlace:
    """A folder that is published to."""
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    return RsyncPlace(tmp_path)


class TestRsync(Contract):
    """The contract, over ssh."""

    every = 9


@needs_fork
def test_killed(place: RsyncPlace, tmp_path: Path) -> None:
    """At random points, with all that it has started here (promises 14, 18)."""
    assert killed_again_and_again(place, tmp_path) > 25


def test_readers_see_one_release(place: RsyncPlace, tmp_path: Path) -> None:
    """While it is published and rolled back no read fails, and what is read from one opened folder
    is of one release (promise 18).
    """
    publish(place, tmp_path / "old", OLD)
    publish(place, tmp_path / "new", NEW)
    now = place.folder / "current"
    known = [[one["index.html"], one["sitemap.xml"]] for one in (OLD, NEW)]
    wrong: list[str] = []
    reads = 0
    done = Event()

    def read() -> None:
        nonlocal reads
        while (reads < 10_000 or not done.is_set()) and not wrong:
            folder = os.open(now, os.O_RDONLY)
            try:
                found = [_read_at(folder, name) for name in ("index.html", "sitemap.xml")]
            except OSError as error:
                found = [str(error).encode()]
            finally:
                os.close(folder)
            if found not in known:
                wrong.append(str(found))
            reads += 2

    reader = Thread(target=read)
    reader.start()
    try:
        go_back(place)
        for name, files in (("new", NEW), ("old", OLD)):
            publish(place, tmp_path / name, files)
        go_back(place)
    finally:
        done.set()
        reader.join()
    assert not wrong
    assert reads >= 10_000


def _read_at(folder: int, name: str) -> bytes:
    with open(os.open(name, os.O_RDONLY, dir_fd=folder), "rb") as file:  # noqa: PTH123
        return file.read()


def test_unchanged_files_are_shared(place: RsyncPlace, tmp_path: Path) -> None:
    """A release costs what changed: the rest is the same file; and a release is never written to
    through a link to it.
    """
    publish(place, tmp_path / "old", OLD)
    first = (place.folder / "current").resolve()
    publish(place, tmp_path / "new", NEW)
    second = (place.folder / "current").resolve()
    assert first != second
    for name, data in OLD.items():
        same = (second / name).exists() and (first / name).samefile(second / name)
        assert same == (NEW.get(name, data) == data and (second / name).exists()), name
    kept = {path.relative_to(first).as_posix(): path for path in first.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in kept.items()} == OLD


def test_only_what_changed_is_sent(
    place: RsyncPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what an interrupted run has sent is not sent again (promise 14)."""
    sent: list[set[str]] = []
    copy = Far.copy

    def watched(self: Far, folder: Path, target: str) -> None:
        files = (folder / "files").rglob("*")
        sent.append({str(path.relative_to(folder / "files")) for path in files if path.is_file()})
        copy(self, folder, target)

    monkeypatch.setattr(Far, "copy", watched)
    publish(place, tmp_path / "old", OLD)
    publish(place, tmp_path / "new", NEW)
    assert sent == [OLD.keys(), {name for name in NEW if NEW[name] != OLD.get(name)}]
    assert not list(place.root.rglob(".sitegen/rsync/*/files/**/*.html"))


def test_releases_are_kept_and_pruned(place: RsyncPlace, tmp_path: Path) -> None:
    """As many as the settings say, and always that of now, and the one to go back to; another
    machine knows them, too (promise 18).
    """
    for number in range(5):
        publish(place, tmp_path / str(number), site([f"2026/03/04/alpha={number}"]))
    shutil.rmtree(place.root / ".sitegen")
    assert [one.generation for one in place.reader().releases()] == [5, 4, 3]
    for _ in range(2):
        go_back(place)
    assert place.now().startswith("3-")
    publish(place, tmp_path / "7", site(["2026/03/04/alpha=7"]))
    assert place.now().startswith("6-")
    names = {path.name for path in (place.folder / "releases").iterdir()}
    assert {name.partition("-")[0] for name in names} == {"3", "4", "5", "6"}
    left = {path.name for path in (place.folder / ".sitegen").iterdir()}
    assert left == {f"{name}.json" for name in names}


@pytest.mark.parametrize("wait", [0, 60])
def test_two_publishers(
    place: RsyncPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: int
) -> None:
    """One waits, and is refused if the other does not end."""
    monkeypatch.setattr(rsync, "WAIT", wait)
    publish(place, tmp_path / "old", OLD)
    said: list[str] = []

    def second() -> None:
        try:
            publish(place, tmp_path / "new", NEW)
        except SitegenError as error:
            said.append(str(error))

    other = Thread(target=second, daemon=True)
    with place.target().lock():
        other.start()
        other.join(None if wait == 0 else 0.7)
        assert other.is_alive() == (wait != 0)
    other.join()
    if wait:
        assert not said
        assert without_old(place.public(), NEW) == NEW
    else:
        assert "somebody else is publishing there" in said[0]
        assert place.public() == OLD


def test_a_lock_of_nobody(place: RsyncPlace, tmp_path: Path) -> None:
    """Its process is gone, since the machine was switched off: it is taken over."""
    publish(place, tmp_path / "old", OLD)
    (place.folder / ".sitegen/lock").symlink_to("99999999-00")
    publish(place, tmp_path / "new", NEW)
    assert without_old(place.public(), NEW) == NEW
    assert not os.path.lexists(place.folder / ".sitegen/lock")


def test_a_lock_that_is_lost(place: RsyncPlace, tmp_path: Path) -> None:
    """Somebody else has taken it, since the line was broken: nothing more is done (promise 16)."""
    publish(place, tmp_path / "old", OLD)
    lock = place.folder / ".sitegen/lock"

    def steal() -> None:
        lock.unlink()
        lock.symlink_to("1-00")

    watched = Watched(place.target(), look=lambda: steal() if watched.done[-1] == "begin" else None)
    wish = Wish(content(tmp_path / "new", NEW), AT, 2)
    with pytest.raises(SitegenError, match="the lock is lost"):
        do(watched, look(watched, wish), lambda *_: None, lambda *_: None)
    assert place.public() == OLD
    assert lock.readlink() == Path("1-00"), "it is theirs"


def test_the_disk_is_full(place: RsyncPlace, tmp_path: Path) -> None:
    """There, or here: nothing is public, and it says so; with room again it goes on (promises 13,
    14).
    """
    big = {**OLD, "assets/big.bin": os.urandom(2_000_000)}
    with small_disk(tmp_path / "there", 1500) as there:
        place.folder = there / "www"
        place.far = structs.replace(place.far, path=str(place.folder))
        publish(place, tmp_path / "old", OLD)
        with pytest.raises(SitegenError, match=r"(?i)space.*\n.*make room on the disk"):
            publish(place, tmp_path / "big", big)
        assert place.public() == OLD
        publish(place, tmp_path / "new", NEW)
        assert without_old(place.public(), NEW) == NEW
    place.folder = tmp_path / "www"
    place.far = structs.replace(place.far, path=str(place.folder))
    with small_disk(tmp_path / "here", 1000) as here:
        place.root = here
        publish(place, tmp_path / "old", OLD)
        with pytest.raises((SitegenError, OSError), match=r"(?i)space"):
            publish(place, tmp_path / "big", big)
        assert place.public() == OLD


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("stranger", "`ssh` must work there without asking: see to its key"),
        ("unknown", "connect once by hand with `ssh`, and look at the key that it shows"),
        ("closed", "is `host` right? If it is, try later"),
        ("nobody.invalid", "is `host` right?"),
        ("bare", "install rsync there"),
    ],
)
def test_wrong_places(place: RsyncPlace, tmp_path: Path, host: str, said: str) -> None:
    """A wrong key, a machine that is not known, that does not answer, that is none, and one that
    has no rsync: nothing is public, and the sentence says what to do.
    """
    place.far = structs.replace(place.far, host=host)
    with pytest.raises(SitegenError) as error:
        publish(place, tmp_path / "new", NEW)
    assert said in str(error.value)
    assert place.public() == {}


@pytest.mark.parametrize("program", ["ssh", "rsync"])
def test_what_must_be_here(
    place: RsyncPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """Neither comes with every system."""
    few = tmp_path / "few"
    few.mkdir()
    if program == "rsync":
        (few / "ssh").symlink_to(shutil.which("ssh") or "")
        (few / "sh").symlink_to(shutil.which("sh") or "")
    monkeypatch.setenv("PATH", str(few))
    with pytest.raises(SitegenError, match=f"`{program}` is not installed on this machine"):
        publish(place, tmp_path / "new", NEW)
    assert place.public() == {}


def test_where_it_may_not_be(place: RsyncPlace, tmp_path: Path) -> None:
    """Not over a home, nor all of a machine, nor where there is a file (promise 9)."""
    for path in ("/", "~", "~/", "~/.", "/usr/.."):
        place.far = structs.replace(place.far, path=path)
        with pytest.raises(SitegenError, match="holds more than the site"):
            place.reader().read()
    (tmp_path / "file").write_bytes(b"mine")
    place.far = structs.replace(place.far, path=str(tmp_path / "file"))
    with pytest.raises(SitegenError, match=r"file: (?:Not a directory|error|can't cd)"):
        publish(place, tmp_path / "new", NEW)
    (place.folder / "current").mkdir(parents=True)
    place.far = structs.replace(place.far, path=str(place.folder))
    with pytest.raises(SitegenError, match="is not a link"):
        publish(place, tmp_path / "new", NEW)


def test_below_the_home(place: RsyncPlace, programs: Path, tmp_path: Path) -> None:
    """A path may begin at the home there."""
    place.far = structs.replace(place.far, path="~/sites/a b")
    place.folder = programs.parent / "home/sites/a b"
    publish(place, tmp_path / "old", OLD)
    assert place.public() == OLD


def test_a_folder_of_somebody(place: RsyncPlace, tmp_path: Path) -> None:
    """Files where the releases would be are seen before anything is written (promise 16)."""
    place.folder.mkdir()
    (place.folder / "index.html").write_bytes(b"somebody's")
    with pytest.raises(SitegenError, match="not empty"):
        publish(place, tmp_path / "old", OLD)
    assert [path.name for path in place.folder.iterdir()] == ["index.html"]


@pytest.mark.parametrize("where", ["way", "end"])
def test_what_is_not_whole(
    place: RsyncPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """A file that was damaged on its way is noticed before anybody sees it; one that changes right
    after, by the look at the end (promise 15).
    """
    publish(place, tmp_path / "old", OLD)
    copy, point_at = Far.copy, RsyncTarget._point_at

    def damaged(self: Far, folder: Path, target: str) -> None:
        copy(self, folder, target)
        (Path(target) / "files/feed.xml").write_bytes(b"torn")

    def and_changed(self: RsyncTarget, *told: object) -> None:
        point_at(self, *told)  # type: ignore[arg-type]
        place.disturb("feed.xml", b"torn")

    with monkeypatch.context() as patched:
        if where == "way":
            patched.setattr(Far, "copy", damaged)
            said = r"1 files did not arrive whole: `feed.xml`"
        else:
            patched.setattr(RsyncTarget, "_point_at", and_changed)
            said = r"1 files are not at the target as they were published: `feed.xml`"
        with pytest.raises(SitegenError, match=said):
            publish(place, tmp_path / "new", NEW)
    if where == "way":
        assert place.public() == OLD
    publish(place, tmp_path / "new", NEW, *(() if where == "way" else ("changed",)))
    assert without_old(place.public(), NEW) == NEW


def test_the_same_size_and_time(place: RsyncPlace, tmp_path: Path) -> None:
    """An edit that keeps both is seen all the same: bytes are compared (promise 15)."""
    publish(place, tmp_path / "old", OLD)
    file = place.folder / "current/index.html"
    status = file.stat()
    file.write_bytes(OLD["index.html"].replace(b"home", b"HOME"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(SitegenError, match=r"changed what sitegen published: `index\.html`"):
        publish(place, tmp_path / "old", OLD)
    publish(place, tmp_path / "old", OLD, "changed")
    assert place.public() == OLD


def test_a_page_becomes_a_folder(place: RsyncPlace, tmp_path: Path) -> None:
    """And a folder a page; what else is in the folder is nobody's to remove (promise 9)."""
    first = {**OLD, "a": b"was a file", "b/c": b"was in a folder"}
    second = {**OLD, "a/b": b"is in a folder", "b": b"is a file"}
    for number, files in enumerate((first, second, first)):
        publish(place, tmp_path / str(number), files)
        assert place.public() == files
    place.disturb("b/theirs", b"theirs")
    with pytest.raises(SitegenError):
        publish(place, tmp_path / "1", second)
    assert place.public()["b/theirs"] == b"theirs"


def test_hostile_names_of_others(place: RsyncPlace, tmp_path: Path) -> None:
    """Whatever others call their files: they are told, kept, and lead nowhere; links are not
    followed (promise 31).
    """
    publish(place, tmp_path / "old", OLD)
    names = ("a\nb", "a\tb", '"; rm -rf $HOME', "-rf", "ünï", "$(touch x)", "a\\b", " ", "*", "'")
    for name in names:
        place.disturb(name, name.encode())
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.html").write_bytes(b"outside")
    (place.folder / "current/link").symlink_to(outside)
    found = look(place.reader(), Wish(content(tmp_path / "new", NEW), AT, 2))
    assert set(found.plan.foreign) == {*names, "link"}
    publish(place, tmp_path / "new", NEW)
    assert {name: place.public()[name] for name in names} == {name: name.encode() for name in names}
    assert (place.folder / "current/link").readlink() == outside


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"feed.xml"', '"../../outside"', "manifest names"),
        ('"feed.xml"', '".sitegen/x"', "manifest names"),
        ('"format":1', '"format":2', "has format 2"),
        ('"format":1', '"format":', "manifest cannot be read"),
    ],
)
def test_a_hostile_manifest(
    place: RsyncPlace, tmp_path: Path, old: str, new: str, said: str
) -> None:
    """Whoever can write to the target must not lead sitegen out of it (promise 31)."""
    publish(place, tmp_path / "old", OLD)
    (path,) = (place.folder / ".sitegen").glob("*.json")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(SitegenError, match=said):
        publish(place, tmp_path / "new", NEW)
    assert place.public() == OLD


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("host", '"-oProxyCommand=touch x"', "must be a host"),
        ("host", '"a b"', "must be a host"),
        ("host", '"example.org:/www"', "must be a host"),
        ("host", '"$(touch x)"', "must be a host"),
        ("port", "70000", "must be 0 to 65535"),
        ("path", '"a\\nb"', "must name a folder"),
        ("keep", "0", "must be 1 to 1000"),
    ],
)
def test_settings(key: str, value: str, said: str) -> None:
    """What `ssh` or `rsync` would take for something else is refused, with its line."""
    settings = {"host": '"far"', "path": '"www"', key: value}
    lines = "".join(f"{name} = {it}\n" for name, it in settings.items())
    with pytest.raises(SitegenError, match=rf"toml:\d+: error: `publish.live.{key}`.*{said}"):
        config.read(f'{SITE}[publish.live]\ntype = "rsync"\n{lines}')


def test_the_command(place: RsyncPlace, tmp_path: Path) -> None:
    """`sitegen publish`, its list and the way back, with packed files; a wrong key is exit 1."""
    folder = Folder(tmp_path / "site")
    table = f'\n[publish.live]\ntype = "rsync"\nhost = "far"\npath = "{place.folder}"\n'
    folder.write("sitegen.toml", f"{SITE}{table}precompress = true\n")
    folder.article("a.md", title="First")
    result = folder.run("publish")
    assert result.exit_code == 0, result.output
    public = place.public()
    assert public.items() >= folder.files.items()
    assert "index.html.gz" in public
    folder.article("b.md", title="Second")
    assert folder.run("publish").exit_code == 0
    told = folder.run("publish", "--list").stdout.splitlines()
    assert [line[:1] for line in told[-2:]] == ["→", " "]
    result = folder.run("publish", "--rollback")
    assert result.exit_code == 0, result.output
    assert place.public() == public
    folder.write("sitegen.toml", SITE + table.replace('"far"', '"stranger"'))
    result = folder.run("publish")
    assert result.exit_code == 1
    assert "see to its key" in result.stderr
    assert "Traceback" not in result.output
    assert place.public() == public

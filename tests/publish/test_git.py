"""A branch, published to with the real git: commits, refusals, credentials, and being killed."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from sitegen import config
from sitegen.problems import SitegenError
from sitegen.publish import gitcache
from sitegen.publish.git import GitReader, GitTarget
from sitegen.publish.run import Wish, do, look
from sitegen.targets import Git
from tests.conftest import SITE, Folder
from tests.publish.contract import AT, NEW, OLD, Contract
from tests.publish.disks import small_disk
from tests.publish.githost import serving
from tests.publish.killing import go_back, killed_again_and_again, needs_fork, publish
from tests.publish.recording import Watched
from tests.publish.sites import content, without_old

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
SOMEBODY = {
    **{f"GIT_{who}_NAME": "Somebody" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "somebody@example.org" for who in ("AUTHOR", "COMMITTER")},
}


def nobodys(folder: Path) -> dict[str, str]:
    """Variables that make git know no settings of anybody."""
    empty = folder / "empty"
    empty.touch()
    return dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), str(empty))


class GitPlace:
    """A bare repository in a temporary folder, whose branch `pages` is published to."""

    def __init__(self, root: Path) -> None:
        self.remote, self.root = root / "remote.git", root / "project"
        self.root.mkdir()
        self.git("init", "--quiet", "--bare", str(self.remote))
        self.settings = Git(repository=self.remote.as_uri(), branch="pages")
        self.theirs: set[str] = set()
        self._seen: tuple[str, dict[str, bytes]] = ("", {})

    def git(self, *words: str, data: bytes = b"", index: Path | None = None) -> bytes:
        """Git, at the remote."""
        environ = {**os.environ, **SOMEBODY, **nobodys(self.root.parent)}
        if index:
            environ["GIT_INDEX_FILE"] = str(index)
        command = ["git", f"--git-dir={self.remote}", *words]
        done = subprocess.run(command, input=data, capture_output=True, check=False, env=environ)
        assert not done.returncode, done.stderr
        return done.stdout

    def tip(self) -> str:
        """The branch's commit; empty where there is none."""
        return (
            self.git("for-each-ref", "--format=%(objectname)", "refs/heads/pages").decode().strip()
        )

    def log(self) -> list[str]:
        """The first lines of the branch's commits, the newest first."""
        return self.git("log", "--format=%s", "pages").decode().splitlines()

    def target(self) -> GitTarget:
        return GitTarget(self.settings, self.root)

    def reader(self) -> GitReader:
        return GitReader(self.settings, self.root)

    def public(self) -> dict[str, bytes]:
        tip = self.tip()
        if tip and self._seen[0] != tip:
            self._seen = tip, self._files(tip)
        found = self._seen[1] if tip else {}
        # Made with the branch, so that GitHub serves what is there as it is.
        hidden = {".nojekyll", ".sitegen/manifest.json"} - self.theirs
        return {path: data for path, data in found.items() if path not in hidden}

    def _files(self, tip: str) -> dict[str, bytes]:
        lines = self.git("ls-tree", "-r", "-z", tip).decode().split("\0")[:-1]
        blobs = {line.partition("\t")[2]: line.split()[2] for line in lines}
        asked = "".join(f"{blob}\n" for blob in blobs.values()).encode()
        output = self.git("cat-file", "--batch", data=asked)
        files = {}
        for path in blobs:
            head, _, output = output.partition(b"\n")
            size = int(head.split()[2])
            files[path], output = output[:size], output[size + 1 :]
        return files

    def disturb(self, path: str, data: bytes | None) -> None:
        self.theirs.add(path)
        index, tip = self.remote / "index.theirs", self.tip()
        index.unlink(missing_ok=True)
        if tip:
            self.git("read-tree", tip, index=index)
        line = f"0 {'0' * 40}\t{path}\0"
        if data is not None:
            blob = self.git("hash-object", "-w", "--stdin", data=data).decode().strip()
            line = f"100644 {blob}\t{path}\0"
        self.git("update-index", "-z", "--index-info", data=line.encode(), index=index)
        tree = self.git("write-tree", index=index).decode().strip()
        parents = ("-p", tip) if tip else ()
        commit = self.git("commit-tree", *parents, "-m", f"Change {path}", tree).decode().strip()
        self.git("update-ref", "refs/heads/pages", commit)


@pytest.fixture
def place(tmp_path: Path) -> GitPlace:
    """A branch that is published to."""
    return GitPlace(tmp_path)


class TestGit(Contract):
    """The contract, over a branch."""

    every = 5


def wish(folder: Path, files: Mapping[str, bytes], *allowed: str) -> Wish:
    """To publish some files."""
    return Wish(content(folder, files), AT, 2, allowed)


def forget(place: GitPlace) -> None:
    """As on another machine: the project is there, the cache is not."""
    shutil.rmtree(place.root / ".sitegen")


def test_one_commit_for_each(place: GitPlace, tmp_path: Path) -> None:
    """Each publish and each way back is one commit on top of the last; with nothing to do there is
    none. The log alone tells the releases, on another machine, too.
    """
    publish(place, tmp_path / "old", OLD)
    publish(place, tmp_path / "old", OLD)
    publish(place, tmp_path / "new", NEW)
    go_back(place)
    forget(place)
    names = [release.name for release in reversed(place.reader().releases())]
    assert place.log() == [f"Go back to {names[0]}", f"Publish {names[1]}", f"Publish {names[0]}"]
    assert place.git("rev-list", "--min-parents=2", "pages") == b""
    text = place.git("log", "-1", "--format=%B", "pages").decode()
    assert f"3 articles, {len(OLD)} files" in text
    assert place.public() == OLD
    forget(place)
    publish(place, tmp_path / "new", NEW)
    assert without_old(place.public(), NEW) == NEW


def test_it_is_told_by_somebody(
    place: GitPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By who uses git here; where git knows nobody, as on servers, by sitegen."""
    for name, value in nobodys(tmp_path).items():
        monkeypatch.setenv(name, value)
    publish(place, tmp_path / "old", OLD)
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Ada Editor")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "ada@example.org")
    publish(place, tmp_path / "new", NEW)
    told = place.git("log", "--format=%cn <%ce>", "pages").decode().splitlines()
    assert told == ["Ada Editor <ada@example.org>", "sitegen <sitegen@localhost>"]


def test_moved_in_between(place: GitPlace, tmp_path: Path) -> None:
    """Whoever pushes while we are at it is not overwritten: we are refused, and the next run goes
    on from theirs, without putting anything again (promises 14, 16).
    """
    publish(place, tmp_path / "old", OLD)

    def intrude() -> None:
        if any(one.startswith("put") for one in watched.done) and "CNAME" not in place.public():
            place.disturb("CNAME", b"digest.example.org\n")

    watched = Watched(place.target(), look=intrude)
    new = wish(tmp_path / "new", NEW)
    with pytest.raises(SitegenError, match=r"somebody else has moved the branch.*\n.*run it again"):
        do(watched, look(watched, new), lambda *_: None, lambda *_: None)
    assert place.public() == {**OLD, "CNAME": b"digest.example.org\n"}
    again = Watched(place.target())
    do(again, look(again, new), lambda *_: None, lambda *_: None)
    assert not [one for one in again.done if one.startswith("put")]
    assert without_old(place.public(), NEW) == {**NEW, "CNAME": b"digest.example.org\n"}
    subjects = [line.split()[0] for line in place.log()]
    assert subjects == ["Publish", "Change", "Publish"]


def test_going_back_keeps_what_came_since(place: GitPlace, tmp_path: Path) -> None:
    """A CNAME that was added after a release is not lost by going back to it (promise 19)."""
    publish(place, tmp_path / "old", OLD)
    place.disturb("CNAME", b"digest.example.org\n")
    publish(place, tmp_path / "new", NEW)
    place.disturb(".well-known/a", b"a")
    go_back(place)
    assert place.public() == {**OLD, "CNAME": b"digest.example.org\n", ".well-known/a": b"a"}


def test_never_by_force(place: GitPlace, tmp_path: Path) -> None:
    """The branch was rewritten: what is there now is what is built upon, after being asked."""
    publish(place, tmp_path / "old", OLD)
    first = place.tip()
    publish(place, tmp_path / "new", NEW)
    place.git("config", "receive.denyNonFastForwards", "true")
    place.git("update-ref", "refs/heads/pages", first)
    publish(place, tmp_path / "new", NEW)
    assert place.git("rev-parse", "pages^").decode().strip() == first
    assert without_old(place.public(), NEW) == NEW


def test_a_page_becomes_a_folder(place: GitPlace, tmp_path: Path) -> None:
    """And a folder a page."""
    first = {**OLD, "a": b"was a file", "b/c": b"was in a folder"}
    second = {**OLD, "a/b": b"is in a folder", "b": b"is a file"}
    for number, files in enumerate((first, second, first)):
        publish(place, tmp_path / str(number), files)
        assert place.public() == files


def test_hostile_names_of_others(place: GitPlace, tmp_path: Path) -> None:
    """Whatever others call their files: they are told, kept, and lead nowhere (promise 31)."""
    publish(place, tmp_path / "old", OLD)
    names = ("a\nb", "a\tb", '"; rm -rf $HOME', "-rf", "ünï", "100644 blob", "a\\b", " ")
    for name in names:
        place.disturb(name, name.encode())
    found = look(place.reader(), wish(tmp_path / "new", NEW))
    assert set(found.plan.foreign) - {".nojekyll"} == set(names)
    publish(place, tmp_path / "new", NEW)
    assert {name: place.public()[name] for name in names} == {name: name.encode() for name in names}


def test_a_hostile_manifest(place: GitPlace, tmp_path: Path) -> None:
    """Whoever can write to the branch must not lead sitegen out of it (promise 31)."""
    publish(place, tmp_path / "old", OLD)
    data = place.git("show", "pages:.sitegen/manifest.json")
    place.disturb(".sitegen/manifest.json", data.replace(b'"feed.xml"', b'"../feed.xml"'))
    before = place.tip()
    with pytest.raises(SitegenError, match="manifest names"):
        publish(place, tmp_path / "new", NEW)
    assert place.tip() == before


def test_the_cache_leaves_bytes_out(place: GitPlace, tmp_path: Path) -> None:
    """From hosts that can, only what changed is brought: on another machine, a publish and a way
    back bring next to none of the files' bytes.
    """
    place.git("config", "uploadpack.allowFilter", "true")
    place.git("config", "uploadpack.allowAnySHA1InWant", "true")
    publish(place, tmp_path / "old", OLD)
    publish(place, tmp_path / "new", NEW)
    forget(place)
    publish(place, tmp_path / "other", {**NEW, "static/data.json": b"[]"})
    (cache,) = (place.root / ".sitegen/git").glob("*/")
    command = ["git", f"--git-dir={cache}", "cat-file", "--batch-check", "--batch-all-objects"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert told.count(" blob ") <= 5 < len(NEW)
    forget(place)
    go_back(place)
    assert without_old(place.public(), NEW) == NEW


def test_with_a_password(
    place: GitPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Over HTTP: git's own helper logs in; a wrong password is refused without asking, and none is
    told or kept; what may pass is tried again.
    """
    place.git("config", "http.receivepack", "true")
    helper = tmp_path / "helper"
    helper.write_text("#!/bin/sh\necho username=editor\necho password=s3cret-helper\n")
    helper.chmod(0o700)
    config = tmp_path / "gitconfig"
    config.write_text(f'[credential]\n\thelper = "{helper}"\n')
    for name, value in nobodys(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    with serving(tmp_path, "s3cret-helper") as host:
        address = f"127.0.0.1:{host.port}/remote.git"
        place.settings = Git(repository=f"http://{address}", branch="pages")
        publish(place, tmp_path / "old", OLD)
        assert place.public() == OLD

        place.settings = Git(repository=f"http://editor:s3cret-wrong@{address}", branch="pages")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "empty"))
        with pytest.raises(SitegenError, match=r"(?s)git cannot do it.*log in by itself") as error:
            publish(place, tmp_path / "new", NEW)
        assert place.public() == OLD
        told = str(error.value) + place.reader().shown + "".join(capfd.readouterr())
        assert "s3cret" not in told
        assert "editor" not in told

        place.settings = Git(repository=f"http://editor:s3cret-helper@{address}", branch="pages")
        host.failing = 503
        with pytest.raises(SitegenError, match=r"cannot|again and again") as error:
            publish(place, tmp_path / "new", NEW)
        assert "s3cret" not in str(error.value)
        host.failing = 0
        publish(place, tmp_path / "new", NEW)
        assert without_old(place.public(), NEW) == NEW
    kept = [path for path in (place.root / ".sitegen").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if b"s3cret" in path.read_bytes()]


def test_an_answer_that_is_lost(place: GitPlace, tmp_path: Path) -> None:
    """The push went through, and nobody could tell us: it is tried again, and it is still one
    commit; going back, too.
    """
    place.git("config", "http.receivepack", "true")
    nobodys(tmp_path)
    publish(place, tmp_path / "old", OLD)
    with serving(tmp_path, "s3cret") as host:
        url = f"http://editor:s3cret@127.0.0.1:{host.port}/remote.git"
        place.settings = Git(repository=url, branch="pages")
        host.losing = 1
        publish(place, tmp_path / "new", NEW)
        assert not host.losing
        assert without_old(place.public(), NEW) == NEW
        host.losing = 1
        go_back(place)
        assert not host.losing
    assert place.public() == OLD
    assert [line.split()[0] for line in place.log()] == ["Go", "Publish", "Publish"]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("repository", "--upload-pack=touch x", "must be a URL"),
        ("repository", " ", "must be a URL"),
        ("repository", "https://u:p@example.org/x.git", "must hold no user and no password"),
        ("repository", "https://token@example.org/x.git", "must hold no user and no password"),
        ("repository", "ssh://git:p@example.org/x.git", "must hold no user and no password"),
        ("branch", "-f", "must be the name of a branch"),
        ("branch", "+main", "must be the name of a branch"),
        ("branch", "a:b", "must be the name of a branch"),
        ("branch", "a..b", "must be the name of a branch"),
        ("branch", "pages.lock", "must be the name of a branch"),
    ],
)
def test_settings(key: str, value: str, said: str) -> None:
    """What git would take for something else, such as a push by force, is refused."""
    settings = {"repository": "origin", "branch": "pages", key: value}
    lines = "".join(f'{name} = "{it}"\n' for name, it in settings.items())
    with pytest.raises(
        SitegenError, match=rf"toml:\d+: error: `publish.live.{key}`.*{said}"
    ) as error:
        config.read(f'{SITE}[publish.live]\ntype = "git"\n{lines}')
    assert "token" not in str(error.value)


def test_what_git_takes() -> None:
    """A user of ssh is no secret."""
    for repository in ("ssh://git@example.org/x.git", "git@example.org:x.git", "../x", "origin"):
        told = f'type = "git"\nrepository = "{repository}"\nbranch = "main"\n'
        assert config.read(f"{SITE}[publish.live]\n{told}").publish


def test_the_command(place: GitPlace, tmp_path: Path) -> None:
    """`sitegen publish`, its list and the way back; what cannot be read is exit 1."""
    folder = Folder(tmp_path / "site")
    table = f'\n[publish.live]\ntype = "git"\nbranch = "pages"\nrepository = "{place.remote}"\n'
    folder.write("sitegen.toml", SITE + table)
    folder.article("a.md", title="First")
    result = folder.run("publish")
    assert result.exit_code == 0, result.output
    first = place.public()
    assert first == folder.files
    folder.article("b.md", title="Second")
    assert folder.run("publish").exit_code == 0
    tip = place.tip()
    assert "nothing to do" in folder.run("publish").stdout
    assert place.tip() == tip
    told = folder.run("publish", "--list").stdout.splitlines()
    assert [line[:1] for line in told[-2:]] == ["→", " "]
    assert folder.run("publish", "--rollback").exit_code == 0
    assert place.public() == first
    told = folder.run("publish", "--list").stdout.splitlines()
    assert [line[:1] for line in told[-2:]] == [" ", "→"]
    folder.write("sitegen.toml", SITE + table.replace("remote.git", "nowhere.git"))
    result = folder.run("publish")
    assert result.exit_code == 1
    assert "is no URL, no remote of the project, and no folder" in result.stderr
    assert place.public() == first


@pytest.mark.parametrize(
    ("repository", "told"),
    [
        ("nowhere", "`nowhere` is no URL, no remote of the project, and no folder"),
        ("file:///nowhere/at/all.git", "is `repository` right"),
        ("http://127.0.0.1:9/x.git", "is the address right"),
        ("http://user:s3cret@nobody.invalid/x.git", "is the address right"),
    ],
)
def test_wrong_places(place: GitPlace, tmp_path: Path, repository: str, told: str) -> None:
    """A missing repository, and a host that is none: the sentence says what to do."""
    place.settings = Git(repository=repository, branch="pages")
    with pytest.raises(SitegenError) as error:
        publish(place, tmp_path / "new", NEW)
    assert told in str(error.value)
    assert "s3cret" not in str(error.value)


def test_without_git(place: GitPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not come with every system."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for repository in (place.remote.as_uri(), "origin"):
        place.settings = Git(repository=repository, branch="pages")
        with pytest.raises(SitegenError, match="git is not installed"):
            publish(place, tmp_path / "new", NEW)


def test_the_host_refuses(place: GitPlace, tmp_path: Path) -> None:
    """A protected branch: what the host says is told, and it is not tried again."""
    publish(place, tmp_path / "old", OLD)
    hook = place.remote / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'pages is protected' >&2\nexit 1\n")
    hook.chmod(0o700)
    with pytest.raises(SitegenError, match=r"(?s)the host refuses.*hook declined.*is protected"):
        publish(place, tmp_path / "new", NEW)
    assert place.public() == OLD


def test_a_remote_of_the_project(place: GitPlace, tmp_path: Path) -> None:
    """It may be named as git knows it, also where sitegen is run by a hook of git."""
    subprocess.run(["git", "init", "--quiet", str(place.root)], check=True)
    words = ["git", "-C", str(place.root), "remote", "add", "origin", str(place.remote)]
    subprocess.run(words, check=True)
    place.settings = Git(repository="origin", branch="pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_DIR", str(place.root / ".git"))
        patch.setenv("GIT_INDEX_FILE", str(place.root / ".git/index"))
        publish(place, tmp_path / "old", OLD)
    assert place.public() == OLD
    assert not (place.root / ".git/index").exists()


def test_the_disk_is_full(place: GitPlace, tmp_path: Path) -> None:
    """There, or here: nothing is public, and it says so (promise 13)."""
    big = {**OLD, "assets/big.bin": os.urandom(2_000_000)}
    with small_disk(tmp_path / "there", 1000) as there:
        shutil.copytree(place.remote, there / "remote.git")
        place.remote = there / "remote.git"
        place.settings = Git(repository=place.remote.as_uri(), branch="pages")
        publish(place, tmp_path / "old", OLD)
        with pytest.raises(SitegenError, match=r"(?i)space"):
            publish(place, tmp_path / "big", big)
        assert place.public() == OLD
    with small_disk(place.root / ".sitegen2", 1000) as here:
        place.root = here
        place.remote = tmp_path / "remote.git"
        place.settings = Git(repository=place.remote.as_uri(), branch="pages")
        publish(place, tmp_path / "old", OLD)
        with pytest.raises((SitegenError, OSError), match=r"(?i)space"):
            publish(place, tmp_path / "big", big)
        assert place.public() == OLD


def test_two_publishers(place: GitPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On one machine one waits, and is refused if the other does not end."""
    monkeypatch.setattr(gitcache, "WAIT", 0)
    publish(place, tmp_path / "old", OLD)
    with place.target().lock(), pytest.raises(SitegenError, match="somebody else is publishing"):
        publish(place, tmp_path / "new", NEW)
    assert place.public() == OLD


@needs_fork
def test_killed(place: GitPlace, tmp_path: Path) -> None:
    """At random points, with all that it has started (promise 18)."""
    assert killed_again_and_again(place, tmp_path) > 25

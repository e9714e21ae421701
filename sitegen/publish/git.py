"""A branch that a host serves, such as the Pages of GitHub, GitLab and Codeberg.

    CNAME, .nojekyll, …          whatever is there and is not ours stays
    index.html, …                the site
    .sitegen/manifest.json       its manifest: what it names is public anyhow

A publishing is one commit, and going back is one, too: the branch only ever moves forward, never by
force. A commit's last line tells its release, so that the branch's log is the list of releases.
"""

import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, structs

from sitegen.digests import digest
from sitegen.problems import SitegenError, fault
from sitegen.publish import manifest as manifests
from sitegen.publish.gitcache import TIP, Cache, Hasher, moved
from sitegen.publish.manifest import Entry, Headers, Manifest, Release
from sitegen.publish.target import UNKNOWN, Listing
from sitegen.targets import Git

MANIFEST: Final = ".sitegen/manifest.json"
_RELEASE: Final = "Sitegen-Release: "
_NOT_JEKYLL: Final = ".nojekyll"
"""Tells GitHub to serve files as they are. Made with the branch; whoever removes it is heard."""
_GONE: Final = "0 " + "0" * 40


class _Staged(Struct, frozen=True, array_like=True):
    """A file that has been put and is in no commit yet."""

    blob: str
    digest: bytes


class GitReader:
    """The branch, to be looked at."""

    atomic = True
    keeps_headers = False

    def __init__(self, settings: Git, root: Path) -> None:
        """`root`: the project, whose remotes may be named. Raises `SitegenError`."""
        url = _url(settings.repository, root)
        name = hashlib.blake2b(f"{url}\0{settings.branch}".encode(), digest_size=8).hexdigest()
        self._root = root
        self._branch = settings.branch
        self._cache = Cache(root / ".sitegen" / "git" / name, url)
        self.shown = f"{self._cache.shown} ({settings.branch})"
        self._tip: str | None = None
        self._read_at = ""
        self._blobs: dict[str, bytes] = {}

    def _now(self) -> str:
        """The branch's commit, as this object has last seen it."""
        if self._tip is None:
            with self._cache.locked():
                self._tip = self._cache.fetch(self._branch)
        return self._tip

    def read(self, generation: int = 0) -> Manifest | None:
        if generation:
            commit = self._commits().get(generation, ("", None))[0]
        else:
            self._tip = None
            commit = self._read_at = self._now()
        return self._manifest(commit)

    def _manifest(self, commit: str) -> Manifest | None:
        """That of a commit; None where it has none, or there is no commit."""
        blob = dict(self._tree(commit, MANIFEST)).get(MANIFEST, "") if commit else ""
        if not blob:
            return None
        data = self._cache.run("cat-file", "blob", blob)
        return manifests.decode(data, f"{self.shown}: {MANIFEST}")

    def list(self, known: Manifest | None) -> Listing:
        tip = self._now()
        self._blobs |= {one.blob: one.digest for one in self._staged().values()}
        files = {}
        for path, blob in self._tree(tip) if tip else ():
            ours = {one.tag: one.digest for one in known.known(path)} if known else {}
            if path != MANIFEST:
                files[path] = ours.get(blob) or self._blobs.get(blob, UNKNOWN)
        return Listing(files, {path: one.digest for path, one in self._staged().items()})

    def _tree(self, commit: str, *only: str) -> Iterator[tuple[str, str]]:
        """Path and blob of each file; the blob of what is no plain file is empty."""
        output = self._cache.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *only)
        for line in output.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            about, _, path = line.partition("\t")
            mode, _, blob = about.split()
            yield path, blob if mode.startswith("100") else ""

    def _staged(self) -> Mapping[str, _Staged]:
        """What has been put and is not public; the last may be torn."""
        file = self._cache.file("staged")
        staged = {}
        for line in file.read_bytes().split(b"\n")[:-1] if file.exists() else ():
            path, one = msgspec.json.decode(line, type=tuple[str, _Staged])
            staged[path] = one
        if not staged:
            return {}
        asked = "".join(f"{one.blob}\n" for one in staged.values()).encode()
        told = self._cache.run("cat-file", "--batch-check", data=asked).decode().splitlines()
        there = {line.split()[0] for line in told if not line.endswith(" missing")}
        return {path: one for path, one in staged.items() if one.blob in there}

    def releases(self) -> Sequence[Release]:
        return [release for _, release in self._commits().values()]

    def _commits(self) -> Mapping[int, tuple[str, Release]]:
        """By generation, the newest first: the last commit of each."""
        tip = self._now()
        if not tip:
            return {}
        output = self._cache.run("log", "-z", "--first-parent", "--format=%H%n%B", tip)
        found: dict[int, tuple[str, Release]] = {}
        for text in output.decode("utf-8", "replace").split("\0"):
            commit, _, message = text.partition("\n")
            release = _release(message)
            if release and release.generation not in found:
                found[release.generation] = commit, release
        return dict(sorted(found.items(), reverse=True))


class GitTarget(GitReader):
    """The branch, to be written to."""

    in_flight = 1

    def __init__(self, settings: Git, root: Path) -> None:
        super().__init__(settings, root)
        self._hasher: Hasher | None = None
        self._open = ExitStack()
        self._puts: dict[str, str] | None = None
        self._deletes: list[str] = []
        self._made: dict[tuple[str, str], str] = {}
        """Commits, by tree and parent."""

    @contextmanager
    def lock(self) -> Iterator[None]:
        # Others elsewhere are kept away by the push, which only ever moves the branch forward.
        with self._cache.locked():
            try:
                yield
            finally:
                self._open.close()
                self._hasher = None

    def begin(self, journal: Manifest) -> None:
        with self._cache.locked():
            if self._cache.remote_tip(self._branch) != self._read_at:
                raise moved(self.shown)
            staged = {
                path: one
                for path, one in self._staged().items()
                if path in journal.pending and journal.pending[path].digest == one.digest
            }
            self._cache.file("staged").write_bytes(b"".join(map(_line, staged.items())))
        self._puts = {path: one.blob for path, one in staged.items()}
        self._deletes = []

    def put(self, path: str, data: bytes, headers: Headers) -> str:  # noqa: ARG002
        assert self._puts is not None
        if self._hasher is None:
            self._hasher = self._open.enter_context(self._cache.hasher())
        try:
            blob = self._hasher.keep(data)
        except SitegenError:
            self._hasher = None
            raise
        self._puts[path] = blob
        self._blobs[blob] = digest(data)
        with self._cache.file("staged").open("ab") as file:
            file.write(_line((path, _Staged(blob, self._blobs[blob]))))
        return blob

    def delete(self, path: str) -> None:
        self._deletes.append(path)

    def switch(self, manifest: Manifest) -> None:
        if self._puts is None:
            self._go_back(manifest)
            return
        blobs = {one: blob for blob, one in self._blobs.items()}
        files = {
            path: entry if entry.tag else structs.replace(entry, tag=blobs[entry.digest])
            for path, entry in manifest.files.items()
        }
        manifest = structs.replace(manifest, files=files)
        self._publish(manifest, self._deletes, self._puts, "Publish")
        self._puts = None
        self._cache.file("staged").unlink(missing_ok=True)

    def _go_back(self, manifest: Manifest) -> None:
        """What is ours becomes what it was; what others have added since stays."""
        # On top of what was looked at: whoever has published since is noticed by the push.
        now = self._manifest(self._read_at)
        commit, _ = self._commits()[manifest.release.generation]
        # Its manifest also names what was about to be deleted.
        old = {path: blob for path, blob in self._tree(commit) if path in manifest.paths}
        gone = now.paths - old.keys() if now else ()
        self._publish(manifest, gone, old, "Go back to")

    def _publish(
        self, manifest: Manifest, gone: Iterable[str], blobs: Mapping[str, str], verb: str
    ) -> None:
        """Make a commit on top of the branch, and push it."""
        base = self._read_at
        data = manifests.encode(manifest)
        blob = self._cache.run("hash-object", "-w", "--stdin", data=data).decode().strip()
        added = {**blobs, MANIFEST: blob}
        if not base:
            jekyll = self._cache.run("hash-object", "-w", "--stdin").decode().strip()
            added = {_NOT_JEKYLL: jekyll, **added}
        # A file that goes may make room for a folder of its name.
        lines = [f"{_GONE}\t{path}\0" for path in gone]
        lines += [f"100644 {one}\t{path}\0" for path, one in added.items()]
        self._cache.file("index").unlink(missing_ok=True)
        if base:
            self._cache.run("read-tree", base, index=True)
        text = "".join(lines).encode()
        self._cache.run("update-index", "-z", "--index-info", data=text, index=True)
        # The bytes of what stays may not be here.
        tree = self._cache.run("write-tree", "--missing-ok", index=True).decode().strip()
        commit = self._commit(tree, base, _message(manifest.release, verb))
        self._cache.push(commit, self._branch, first=not base)
        self._cache.run("update-ref", TIP, commit)
        self._tip = None
        self._cache.tidy()

    def _commit(self, tree: str, base: str, message: str) -> str:
        # A push may have gone through though nobody could tell us: tried again, it is the same one.
        if (tree, base) not in self._made:
            parents = ("-p", base) if base else ()
            words = (*_as_somebody(self._root), "commit-tree", *parents, tree)
            made = self._cache.run(*words, data=message.encode())
            self._made[tree, base] = made.decode().strip()
        return self._made[tree, base]

    def restore(self, path: str, entry: Entry) -> str:
        raise NotImplementedError("a release is gone back to by `switch`")


def _line(one: tuple[str, _Staged]) -> bytes:
    return msgspec.json.encode(one) + b"\n"


def _message(release: Release, verb: str) -> str:
    told = f"{release.articles:,} articles, {release.files:,} files"
    told += f", of {release.revision}" if release.revision else ""
    data = msgspec.json.encode(release).decode()
    return f"{verb} {release.name}\n\n{told}\n\n{_RELEASE}{data}\n"


def _release(message: str) -> Release | None:
    """The release that a commit tells of; None where it tells of none, or of none that can be."""
    _, _, data = message.rstrip().rpartition(f"\n{_RELEASE}")
    try:
        return msgspec.json.decode(data, type=Release) if data else None
    except msgspec.MsgspecError:
        return None  # It is somebody else's commit: the manifest decides what is ours.


def _as_somebody(root: Path) -> tuple[str, ...]:
    """Options that name who commits, where git does not know it: on servers nobody has a name."""
    words = ["git", "-c", "user.useConfigOnly=true", "-C", str(root), "var", "GIT_COMMITTER_IDENT"]
    done = subprocess.run(words, capture_output=True, check=False)
    found = re.fullmatch(r"(.+) <(.*)> \d+ \S+\s*", done.stdout.decode("utf-8", "replace"))
    name, email = found.groups() if found else ("sitegen", "sitegen@localhost")
    return ("-c", f"user.name={name}", "-c", f"user.email={email}")


def _url(repository: str, root: Path) -> str:
    """Where the repository is: a URL, a remote of the project, or a folder."""
    if re.match(r"\w[\w+.-]*://|[^/\\:]{2,}:", repository):
        return repository
    words = ["git", "-C", str(root), "remote", "get-url", "--push", "--", repository]
    try:
        done = subprocess.run(words, capture_output=True, check=False)
    except FileNotFoundError:
        raise fault("git is not installed", hint="install it: https://git-scm.com") from None
    if not done.returncode:
        return done.stdout.decode().strip()
    folder = root.resolve() / Path(repository).expanduser()
    if not folder.is_dir():
        message = f"`{repository}` is no URL, no remote of the project, and no folder"
        raise fault(message, hint="look at what `git remote -v` shows")
    return str(folder)

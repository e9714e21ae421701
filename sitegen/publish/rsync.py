"""A folder of releases on another machine, as `directory` has it on this one.

    PATH/current → releases/12-0a1b2c3d4e     what the web server serves
    PATH/releases/12-0a1b2c3d4e/              a whole site; what did not change is a hard link
    PATH/.sitegen/12-0a1b2c3d4e.json          its manifest
    PATH/.sitegen/upload/                     what has been sent for the next release
    PATH/.sitegen/stage.…/                    the release that is being made
    PATH/.sitegen/lock → 4711-…               who publishes: the process that holds it, and its mark

What is put is kept in the project's `.sitegen/` first, and sent all at once. The lock's process
ends with the line to it; one whose process is gone is taken over.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import structs

from sitegen.digests import digest
from sitegen.problems import fault
from sitegen.publish import far, tree
from sitegen.publish import manifest as manifests
from sitegen.publish.manifest import Entry, Headers, Manifest, Release
from sitegen.publish.ssh import MARK, Far, told
from sitegen.publish.target import UNKNOWN, Listing, TransientError
from sitegen.targets import Rsync

WAIT: Final = 60
"""Seconds that a publisher waits for another one."""
_TAG: Final = 32
"""Letters of a SHA-256 that are a file's tag: every machine can tell it."""
_SHOWN: Final = 5


class RsyncReader:
    """The folder, to be looked at."""

    atomic = True
    keeps_headers = False

    def __init__(self, settings: Rsync, root: Path) -> None:
        """`root`: the project."""
        self._far = Far(settings.host, settings.port, settings.path)
        self.shown = self._far.shown
        self._keep = settings.keep
        key = hashlib.blake2b(f"{self.shown}:{settings.port}".encode(), digest_size=8).hexdigest()
        self._here = root.resolve() / ".sitegen" / "rsync" / key
        self._read_at = ""
        self._folder = ""
        self._sums: dict[str, bytes] = {}
        """By tag, the digests of what has been put."""

    def _ask(self, script: str) -> bytes:
        try:
            return self._far.run(script)
        except TransientError as error:
            raise told(error, self.shown) from None

    def read(self, generation: int = 0) -> Manifest | None:
        data = self._ask(far.manifest(generation))
        if not data:
            self._read_at = ""
            return None
        folder, home, name, data = data.split(b"\n", 3)
        if folder in (b"/", home):
            hint = "name a folder for the releases alone, such as `/var/www/digest`"
            raise fault("the folder holds more than the site", self.shown, hint=hint)
        if not generation:
            self._read_at = name.decode("utf-8", "replace")
        return manifests.decode(data, f"{self.shown}/.sitegen") if data else None

    def list(self, known: Manifest | None) -> Listing:
        staged = self._staged()
        sums = _sums(self._ask(far.LIST))
        files = {}
        for path, tag in sums.items():
            ours = {one.tag: one.digest for one in known.known(path)} if known else {}
            files[path] = ours.get(tag) or self._sums.get(tag, UNKNOWN) if tag else UNKNOWN
        return Listing(files, staged)

    def _staged(self) -> dict[str, bytes]:
        """What has been put and not published: digests by path."""
        staged = {}
        for path in tree.files(self._here / "files"):
            data = (self._here / "files" / path).read_bytes()
            staged[path] = self._sums[_tag(data)] = digest(data)
        return staged

    def releases(self) -> Sequence[Release]:
        lines = self._ask(far.RELEASES).decode("utf-8", "replace").split("\n")[1:]
        # Of each manifest there is only the beginning: the release, without the files.
        heads = (line.partition(',"files":{')[0] + "}" for line in lines[1::2])
        found = [manifests.decode_release(head.encode(), self.shown) for head in heads]
        return sorted(found, key=lambda release: -release.generation)


class RsyncTarget(RsyncReader):
    """The folder, to be written to."""

    in_flight = 1

    def __init__(self, settings: Rsync, root: Path) -> None:
        super().__init__(settings, root)
        self._lock = ""
        self._begun = False
        self._deletes: list[str] = []

    @contextmanager
    def lock(self) -> Iterator[None]:
        mark = secrets.token_hex(8)
        try:
            with self._far.held(far.lock(mark, WAIT)) as line:
                answer, _, self._lock = line.partition(" ")
                if answer != "held":
                    hint = f"wait for it; if nobody is, remove `{self.shown}/.sitegen/lock`"
                    raise fault("somebody else is publishing there", self.shown, hint=hint)
                yield
        except TransientError as error:
            raise told(error, self.shown) from None
        finally:
            self._lock = ""

    def begin(self, journal: Manifest) -> None:
        name = self._far.run(far.NAME).decode("utf-8", "replace").strip()
        if name != self._read_at:
            raise fault(far.OVERTAKEN, self.shown, hint="run it again, to see what there is now")
        files = self._here / "files"
        files.mkdir(parents=True, exist_ok=True)
        for path, key in self._staged().items():
            entry = journal.pending.get(path)
            if entry is None or entry.digest != key:
                (files / path).unlink()
                tree.remove_empty((files / path).parent, files)
        self._begun, self._deletes = True, []

    def put(self, path: str, data: bytes, headers: Headers) -> str:  # noqa: ARG002
        temporary = self._here / "put"
        tree.write(temporary, data)
        target = self._here / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
        tag = _tag(data)
        self._sums[tag] = digest(data)
        return tag

    def delete(self, path: str) -> None:
        self._deletes.append(path)

    def switch(self, manifest: Manifest) -> None:
        if not self._begun:
            self._point_at(manifest.release, "")
            return
        tags = {key: tag for tag, key in self._sums.items()}
        files = {
            path: entry if entry.tag else structs.replace(entry, tag=tags[entry.digest])
            for path, entry in manifest.files.items()
        }
        manifest = structs.replace(manifest, files=files)
        (self._here / "manifest.json").write_bytes(manifests.encode(manifest))
        (self._here / "put").unlink(missing_ok=True)
        folder = self._far.run(far.ready(self._lock)).decode().rstrip("\n")
        self._far.copy(self._here, f"{folder}/.sitegen/upload")
        stage = f".sitegen/stage.{secrets.token_hex(8)}"
        self._check(manifest, _sums(self._far.run(far.assemble(self._lock, stage, self._deletes))))
        self._point_at(manifest.release, stage)
        for path in self._staged():
            (self._here / "files" / path).unlink()
            tree.remove_empty((self._here / "files" / path).parent, self._here)
        self._begun = False

    def _point_at(self, release: Release, stage: str) -> None:
        self._far.run(far.switch(self._lock, release, self._read_at, stage, self._keep))

    def _check(self, manifest: Manifest, sums: Mapping[str, str]) -> None:
        """Before anybody sees it: are all files there, whole?"""
        wrong = [path for path, one in manifest.files.items() if sums.get(path) != one.tag]
        if wrong:
            names = ", ".join(f"`{path}`" for path in wrong[:_SHOWN])
            message = f"{len(wrong):,} files did not arrive whole: {names}"
            raise fault(message, self.shown, hint="publish again: nothing is public of it yet")

    def restore(self, path: str, entry: Entry) -> str:
        raise NotImplementedError("a release is gone back to by `switch`")


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_TAG]


def _sums(output: bytes) -> dict[str, str]:
    """Tags by path, of what the digest program printed; empty for what is no plain file.

    A name that holds a line break or a backslash is escaped, and its line begins with one.
    """
    sums, _, others = output.decode("utf-8", "surrogateescape").partition(f"{MARK}\n")
    found = {}
    for line in sums.split("\n"):
        escaped = line.startswith("\\")
        tag, _, path = line.removeprefix("\\").partition("./")
        if escaped:
            path = path.replace("\\\\", "\0").replace("\\n", "\n").replace("\\r", "\r")
            path = path.replace("\0", "\\")
        if path:
            found[path] = tag[:_TAG]
    found |= {path[2:]: "" for path in others.split("\n") if path}
    return found

"""A folder of releases on this machine, and the link `current` to the one of now.

    PATH/current → releases/12-0a1b2c3d4e     what the web server serves
    PATH/releases/12-0a1b2c3d4e/              a whole site; what did not change is a hard link
    PATH/.sitegen/12-0a1b2c3d4e.json          its manifest
    PATH/.sitegen/stage/                      the release that is being made

Killed at any point, `current` leads to the old release or the new one.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from sitegen.digests import digest
from sitegen.problems import SitegenError, fault
from sitegen.publish import manifest as manifests
from sitegen.publish import tree
from sitegen.publish.manifest import Entry, Headers, Manifest, Release
from sitegen.publish.seen import Seen
from sitegen.publish.target import Listing
from sitegen.targets import Directory

OURS: Final = ".sitegen"
CURRENT: Final = "current"
RELEASES: Final = "releases"
WAIT: Final = 60
"""Seconds that a publisher waits for another one."""


class DirectoryReader:
    """The folder, to be looked at."""

    atomic = True
    keeps_headers = False

    def __init__(self, settings: Directory, root: Path) -> None:
        """`root`: the project, which a relative path begins at. Raises `SitegenError`."""
        self._folder = root.resolve() / Path(settings.path).expanduser()
        self.shown = settings.path
        self._keep = settings.keep
        self._check_place(root.resolve())
        self._seen = Seen(self._ours / "seen")
        self._read_at = ""

    @property
    def _ours(self) -> Path:
        return self._folder / OURS

    def _check_place(self, root: Path) -> None:
        folder = self._folder.resolve()
        hint = "name a folder for the releases alone, such as `/var/www/digest`"
        if root.is_relative_to(folder) or Path.home().resolve().is_relative_to(folder):
            raise fault("the folder holds more than the site", self.shown, hint=hint)
        if self._folder.exists() and not self._folder.is_dir():
            raise fault("there is a file where the folder of releases must be", self.shown)
        current = self._folder / CURRENT
        if os.path.lexists(current) and not current.is_symlink():
            message = f"`{CURRENT}` is not a link to a release"
            raise fault(message, self.shown, hint="move it away: it must be a link to be switched")

    def _name(self) -> str:
        """The name of the release of now; empty where there is none."""
        try:
            return Path(os.readlink(self._folder / CURRENT)).name  # noqa: PTH115
        except FileNotFoundError:
            return ""

    def read(self, generation: int = 0) -> Manifest | None:
        if generation:
            found = [path for path in self._manifests() if _generation(path) == generation]
        else:
            self._read_at = self._name()
            path = self._ours / f"{self._read_at}.json"
            found = [path] if self._read_at and path.exists() else []
        if not found:
            return None
        return manifests.decode(found[0].read_bytes(), self._shown_as(found[0]))

    def list(self, known: Manifest | None) -> Listing:  # noqa: ARG002
        return self._listed()

    def _listed(self) -> Listing:
        self._seen.load()
        now, stage = self._folder / CURRENT, self._ours / "stage"
        # Before the first release, whatever there is: it may be somebody's site.
        base, ours = (now, set()) if now.exists() else (self._folder, {OURS, RELEASES, CURRENT})
        found = tree.files(base, ours)
        inodes = {status.st_ino for status in found.values()}
        staged = {
            path: status
            for path, status in tree.files(stage).items()
            if status.st_ino not in inodes
        }
        return Listing(self._seen.digests(base, found), self._seen.digests(stage, staged))

    def releases(self) -> Sequence[Release]:
        found = (
            manifests.decode_release(path.read_bytes(), self._shown_as(path))
            for path in self._manifests()
        )
        return sorted(found, key=lambda release: -release.generation)

    def _shown_as(self, path: Path) -> str:
        return f"{self.shown}/{OURS}/{path.name}"

    def _manifests(self) -> Sequence[Path]:
        """Of the releases that are there."""
        return [
            path
            for path in self._ours.glob("*.json")
            if _generation(path) and (self._folder / RELEASES / path.stem).is_dir()
        ]


class DirectoryTarget(DirectoryReader):
    """The folder, to be written to."""

    in_flight = 1

    @property
    def _stage(self) -> Path:
        return self._ours / "stage"

    @contextmanager
    def lock(self) -> Iterator[None]:
        self._ours.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._ours / "lock")
        try:
            lock.acquire(timeout=WAIT)
        except Timeout:
            hint = "wait for it, or end the other sitegen"
            raise fault("somebody else is publishing there", self.shown, hint=hint) from None
        try:
            yield
        finally:
            lock.release()

    def list(self, known: Manifest | None) -> Listing:  # noqa: ARG002
        found = self._listed()
        if self._ours.exists():
            self._seen.save()
        return found

    def begin(self, journal: Manifest) -> None:
        if self._name() != self._read_at:
            raise self._overtaken()
        before = self._ours / "stage.before"
        shutil.rmtree(before, ignore_errors=True)
        if self._stage.exists():
            self._stage.rename(before)
        self._stage.mkdir()
        current = self._folder / CURRENT
        if current.exists():
            tree.link(current.resolve(), self._stage)
        self._take_over(before, journal.pending)
        shutil.rmtree(before, ignore_errors=True)

    def _overtaken(self) -> SitegenError:
        hint = "run it again, to see what there is now"
        return fault("somebody else has published there meanwhile", self.shown, hint=hint)

    def _take_over(self, before: Path, pending: Mapping[str, Entry]) -> None:
        """What an interrupted run has put need not be put again."""
        for path, entry in pending.items():
            file = before / path
            if file.is_file() and digest(file.read_bytes()) == entry.digest:
                self._place(file, path)

    def put(self, path: str, data: bytes, headers: Headers) -> str:  # noqa: ARG002
        temporary = self._ours / "put"
        tree.write(temporary, data)
        self._place(temporary, path)
        return ""

    def _place(self, file: Path, path: str) -> None:
        # Never written through: what is there may be a file of older releases, too.
        target = self._stage / path
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)

    def delete(self, path: str) -> None:
        target = self._stage / path
        target.unlink(missing_ok=True)
        tree.remove_empty(target.parent, self._stage)

    def switch(self, manifest: Manifest) -> None:
        name = manifest.release.name
        if self._name() not in (self._read_at, name):
            raise self._overtaken()
        release = self._folder / RELEASES / name
        if not release.exists():
            release.parent.mkdir(exist_ok=True)
            self._write(f"{name}.json", manifests.encode(manifest))
            self._stage.rename(release)
        self._point_at(f"{RELEASES}/{name}")
        self._prune(manifest.release)

    def _write(self, name: str, data: bytes) -> None:
        temporary = self._ours / f"{name}.new"
        temporary.write_bytes(data)
        temporary.replace(self._ours / name)

    def _point_at(self, where: str) -> None:
        temporary = self._ours / CURRENT
        temporary.unlink(missing_ok=True)
        try:
            temporary.symlink_to(where, target_is_directory=True)
        except OSError as error:
            if getattr(error, "winerror", 0) != 1314:  # ERROR_PRIVILEGE_NOT_HELD
                raise
            hint = "switch on the developer mode, or run it as an administrator"
            message = "Windows does not let you make the link `current`"
            raise fault(message, self.shown, hint=hint) from None
        current = self._folder / CURRENT
        if os.name == "nt" and current.exists():
            # Windows renames no link over another: for a moment there is none.
            current.rmdir()
        temporary.replace(current)

    def _prune(self, now: Release) -> None:
        """Remove all but the newest releases, that of now, and the one to go back to."""
        newest = sorted(self._manifests(), key=_generation, reverse=True)
        for path in newest[self._keep :]:
            if _generation(path) in (now.generation, now.before):
                continue
            # No half of a release is ever seen: it goes by one rename.
            gone = self._ours / "gone"
            shutil.rmtree(gone, ignore_errors=True)
            (self._folder / RELEASES / path.stem).rename(gone)
            path.unlink()
            shutil.rmtree(gone)

    def restore(self, path: str, entry: Entry) -> str:
        raise NotImplementedError("a release is gone back to by `switch`")


def _generation(path: Path) -> int:
    """That of a manifest's file; 0 where it is another file."""
    number = path.name.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() else 0

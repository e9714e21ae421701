"""Reading and writing below the project: whole files, and never through a link out of it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from sitegen.problems import fault


class Stat(Struct, frozen=True, gc=False, array_like=True):
    """What tells a file that was touched from one that was not; a hint, never a proof."""

    size: int
    mtime: int
    ctime: int
    inode: int


def stat_of(entry: "os.DirEntry[str] | Path") -> Stat:
    """A file's Stat."""
    found = entry.stat()
    return Stat(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def stat_or_none(path: Path) -> Stat | None:
    """The same; None where there is no such file."""
    try:
        return stat_of(path)
    except OSError:
        return None


class Project:
    """Reads and writes below a project's root; refuses what a link leads out of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._folders: dict[Path, Path | None] = {}

    def name(self, path: Path) -> str:
        """A path as problems tell it: relative to the project, with `/`."""
        return path.relative_to(self.root).as_posix()

    def below(self, folder: Path) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
        """The files below a folder, in a fixed order, without hidden ones.

        A link that leads out of the project is not followed: it is named, and reading it fails.
        """
        yield from self._below(folder, "")

    def _below(self, folder: Path, prefix: str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return
        for entry in listed:
            if entry.name.startswith(".") or entry.name.endswith("~"):
                continue
            path = prefix + entry.name
            if entry.is_symlink() and (entry.is_dir() or not self._is_inside(entry.path)):
                # A link to a folder is never followed: it could lead to one above it.
                if not entry.is_dir():
                    yield path, entry
            elif entry.is_dir():
                yield from self._below(Path(entry.path), f"{path}/")
            elif entry.is_file():
                yield path, entry

    def open(self, path: Path) -> BufferedReader:
        """A file to read from. Raises `SitegenError` (no path) if it cannot or must not be read."""
        place = self._real(path)
        if place is None:
            raise fault("it is a link that leaves the project", hint="put a copy of the file there")
        try:
            file = place.open("rb")
        except OSError as error:
            raise fault(f"cannot be read: {error.strerror}") from None
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise fault("it is no regular file")
        return file

    def read(self, path: Path) -> bytes:
        """A file's bytes. Raises `SitegenError` (no path)."""
        with self.open(path) as file:
            try:
                return file.read()
            except OSError as error:
                raise fault(f"cannot be read: {error.strerror}") from None

    def write(self, path: Path, data: bytes) -> None:
        """Put a whole file in place, or leave the old one whole. Raises `SitegenError`."""
        with self.replacing(path) as file:
            file.write(data)

    @contextmanager
    def replacing(self, path: Path) -> Iterator[BinaryIO]:
        """A file to write to, which is put in place when all went well. Raises `SitegenError`."""
        place = self._real(path)
        if place is None:
            raise fault("it is reached by a link that leaves the project", self.name(path))
        temporary = place.with_name(f".{place.name[:40]}.{os.getpid()}.tmp")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                with temporary.open("wb") as file:
                    yield file
                temporary.replace(place)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise fault(f"cannot be written: {error.strerror}", self.name(path)) from None

    def remove(self, path: Path) -> None:
        """Remove a file of ours, if it is there."""
        if self._real(path.parent) is not None:
            path.unlink(missing_ok=True)

    def _real(self, path: Path) -> Path | None:
        """Where a file really is; None outside of the project."""
        if path.parent not in self._folders:
            real = os.path.realpath(path.parent)
            self._folders[path.parent] = Path(real) if self._is_inside(real) else None
        folder = self._folders[path.parent]
        if folder is None:
            return None
        place = folder / path.name
        if not place.is_symlink():
            return place
        return Path(os.path.realpath(place)) if self._is_inside(place) else None

    def _is_inside(self, path: str | Path) -> bool:
        real = os.path.realpath(path)
        return real == self._real_root or real.startswith(self._real_root.rstrip(os.sep) + os.sep)

"""Reading and writing below the project: whole files, and never through a link out of it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

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


def files_below(folder: Path, root: Path) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """The regular files below a folder, by path, in a fixed order; hidden ones are left out.

    A link that leads out of the project is not followed: it is given out, and reading it fails.
    """
    yield from _below(folder, "", os.path.realpath(root))


def _below(folder: Path, prefix: str, root: str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in listed:
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue
        path = prefix + entry.name
        if entry.is_symlink() and not _is_inside(entry.path, root):
            yield path, entry
        elif entry.is_dir():
            # A link to a folder above it would never end.
            if not entry.is_symlink():
                yield from _below(Path(entry.path), f"{path}/", root)
        elif entry.is_file():
            yield path, entry


def _is_inside(path: str | Path, root: str) -> bool:
    real = os.path.realpath(path)
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def read(root: Path, path: Path) -> bytes:
    """A file's bytes. Raises `SitegenError` (no path) if it cannot or must not be read."""
    if not _is_inside(path, os.path.realpath(root)):
        raise fault("it is a link that leaves the project", hint="put a copy of the file there")
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise fault("it is no regular file")
            return file.read()
    except OSError as error:
        raise fault(f"cannot be read: {error.strerror}") from None


def write(root: Path, path: Path, data: bytes) -> None:
    """Put a whole file in place, or leave the old one whole. Raises `SitegenError` (no path)."""
    real_root = os.path.realpath(root)
    real = Path(os.path.realpath(path))
    if not _is_inside(real, real_root):
        raise fault("it is reached by a link that leaves the project")
    temporary = real.with_name(f".{real.name[:80]}.{os.getpid()}.tmp")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(data)
            temporary.replace(real)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise fault(f"cannot be written: {error.strerror}") from None


def remove(root: Path, path: Path) -> None:
    """Remove a file of ours, if it is there."""
    if _is_inside(path.parent, os.path.realpath(root)):
        path.unlink(missing_ok=True)

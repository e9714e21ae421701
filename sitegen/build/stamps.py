"""Stamps: what the file system says of a file, trusted only where it could not lie."""

import os
from pathlib import Path
from typing import Final

from msgspec import Struct

from sitegen.digests import NOTHING, digest

_COARSE: Final = 2_100_000_000
"""Nanoseconds within which a file system that keeps whole (or even) seconds shows no change."""
_FINE: Final = 50_000_000
"""The same for one that keeps fractions: the kernel's clock tick, with room to spare."""


class Stamp(Struct, frozen=True, gc=False, array_like=True):
    """A file's state when it was looked at. Equal stamps mean equal bytes, unless `racy`."""

    size: int
    modified: int
    """Nanoseconds since 1970."""
    changed: int
    """The same, of the inode: a program that sets `modified` back cannot set this."""
    inode: int
    taken: int
    """When the stamp was taken."""

    @property
    def racy(self) -> bool:
        """Whether a later change could have left the same times, so that only bytes can tell.

        Source: "Use of index and Racy Git problem", Documentation/technical/racy-git.txt in git.
        """
        newest = max(self.modified, self.changed)
        window = _COARSE if newest % 1_000_000_000 == 0 else _FINE
        return newest > self.taken - window

    def taken_at(self, moment: int) -> "Stamp":
        """The same, looked at later."""
        return Stamp(self.size, self.modified, self.changed, self.inode, moment)

    def serves(self, status: os.stat_result) -> bool:
        """Whether a file of which `os.stat` says this is sure to be what it was."""
        return (
            self.size == status.st_size
            and self.modified == status.st_mtime_ns
            and self.changed == status.st_ctime_ns
            and self.inode == status.st_ino
            and not self.racy
        )

    def same_file(self, other: "Stamp") -> bool:
        """Whether nothing that the file system tells differs."""
        return (
            self.size == other.size
            and self.modified == other.modified
            and self.changed == other.changed
            and self.inode == other.inode
        )


def stamp(status: os.stat_result, taken: int) -> Stamp:
    """The stamp of what `os.stat` said at `taken`."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, taken)


def digest_of_file(path: Path) -> bytes:
    """The digest of a file's bytes; `NOTHING` where there is no such file."""
    try:
        return digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return NOTHING

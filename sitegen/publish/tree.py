"""Trees of files: looking at them, and making one of hard links to another."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

_NOTHING: frozenset[str] = frozenset()


def files(folder: Path, but: Collection[str] = _NOTHING) -> dict[str, os.stat_result]:
    """Every file below a folder by its path, with `/`; links are files, and never followed.

    None where there is no such folder. `but`: names directly in the folder that are left out.
    """
    if not folder.is_dir():
        return {}
    return {
        path: entry.stat(follow_symlinks=False)
        for path, entry in _entries(os.fspath(folder), "", but)
        if not entry.is_dir(follow_symlinks=False)
    }


def _entries(
    folder: str, prefix: str, but: Collection[str] = _NOTHING
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not prefix and entry.name in but:
                continue
            path = f"{prefix}{entry.name}"
            yield path, entry
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(entry.path, f"{path}/")


def write(file: Path, data: bytes) -> None:
    """Write a file. One that has no room is removed, so that it takes none from the next run."""
    try:
        file.write_bytes(data)
    except OSError:
        file.unlink(missing_ok=True)
        raise


def link(source: Path, target: Path) -> None:
    """Fill an empty folder with hard links to the files of another; where the file system makes
    none, with copies.
    """
    place = os.fspath(target)
    for path, entry in _entries(os.fspath(source), ""):
        if entry.is_dir(follow_symlinks=False):
            os.mkdir(f"{place}/{path}")  # noqa: PTH102 - called for every file.
        elif entry.is_symlink():
            (target / path).symlink_to(os.readlink(entry.path))  # noqa: PTH115
        else:
            try:
                os.link(entry.path, f"{place}/{path}")
            except OSError:
                shutil.copy2(entry.path, f"{place}/{path}")


def remove_empty(folder: Path, until: Path) -> None:
    """Remove a folder, and those around it up to another, as far as they are empty."""
    for one in (folder, *folder.parents):
        if one == until:
            return
        with suppress(FileNotFoundError):
            try:
                one.rmdir()
            except FileNotFoundError:
                raise
            except OSError:
                return  # It holds something.

"""Writes the output: everything is staged first, then moved into place; stale files go last.

The output holds a file of its own, `.sitegen`, which lists what sitegen wrote there. Only what is
listed is ever removed (promise 9), and the list is there even when the cache is not.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Final

from sitegen import theme
from sitegen.build.moves import Moves
from sitegen.build.records import Written
from sitegen.build.stage import Stage
from sitegen.build.stamps import Stamp, digest_of_file, stamp
from sitegen.config import Build
from sitegen.problems import Problem, SitegenError, fault
from sitegen.urls import portable

LISTING: Final = ".sitegen"
_ELSEWHERE: Final = "set `output` in `[build]` to a folder that is new or empty"
_HEAD: Final = "# Written by sitegen, which removes no other file from this folder.\n"


class Output:
    """The output folder of a project."""

    def __init__(
        self, root: Path, folders: Build, stage: Stage, manifest: Mapping[str, Written]
    ) -> None:
        """`manifest`: what the cache says was written.

        Raises `SitegenError` where the folder is not one that sitegen may write to.
        """
        self.folder, self.stage = root / folders.output, stage
        self._shown = folders.output
        self._check_place(root, folders)
        listing = self._read_listing()
        self.listed, self.intact = _listed_in(listing)
        """What sitegen wrote, and whether the listing of it is as the last build left it."""
        if not listing.startswith(_HEAD):
            self.listed, self.intact = self._recognised(manifest), False

    def _check_place(self, root: Path, folders: Build) -> None:
        real = self.folder.resolve()
        if not real.is_relative_to(root.resolve()) or real == root.resolve():
            raise fault("the output folder leads out of the project", self._shown, hint=_ELSEWHERE)
        if Path.home().resolve().is_relative_to(real):
            raise fault("the output folder is your home", self._shown, hint=_ELSEWHERE)
        for source in (folders.content, folders.seeds, folders.static, theme.FOLDER):
            folder = (root / source).resolve()
            if real.is_relative_to(folder) or folder.is_relative_to(real):
                message = f"the output folder and `{source}` must not lie in each other"
                raise fault(message, self._shown, hint=_ELSEWHERE)
        if self.folder.exists() and not self.folder.is_dir():
            raise fault("the output is not a folder", self._shown, hint=_ELSEWHERE)

    def _read_listing(self) -> str:
        path = self.folder / LISTING
        return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""

    def _recognised(self, manifest: Mapping[str, Written]) -> frozenset[str]:
        """What sitegen wrote to a folder that has lost its listing: what is as the cache says."""
        if not self.folder.is_dir():
            return frozenset()
        ours = {
            path
            for path, written in manifest.items()
            if digest_of_file(self.folder / path) == written.digest
        }
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if name not in ours and not name.startswith(".") and not path.is_dir():
                message = f"the output folder holds a file that sitegen did not write: {name}"
                raise fault(message, self._shown, hint=_ELSEWHERE)
        return frozenset(ours)

    def commit(self, staged: Iterable[str], planned: frozenset[str]) -> dict[str, Stamp]:
        """Move what is staged into place and remove what is listed but no longer planned.

        Gives the stamps of files whose stamp changed by moving. A failure at any point takes all
        of it back. Whatever ends the process, each file is the old or the new one, whole, and the
        listing names every file that sitegen wrote.
        """
        stale = [] if _are_same(self.listed, planned) else sorted(self.listed - planned)
        if problems := list(self._foreign("", frozenset(stale))):
            raise SitegenError(problems)
        self.folder.mkdir(parents=True, exist_ok=True)
        listed, moves = self.listed, Moves(self.stage.folder.with_suffix(".before"))
        try:
            moved = self._move(moves, stale, planned)
        except BaseException:
            moves.take_back()
            self._list(listed)
            raise
        moves.settle()
        self.stage.discard()
        stamps = {}
        wanted = set(staged)
        for path in moved:
            if path in wanted:
                taken = time.time_ns()
                stamps[path] = stamp((self.folder / path).stat(), taken)
        return stamps

    def _move(self, moves: Moves, stale: Sequence[str], planned: frozenset[str]) -> list[str]:
        """All changes to the output, in their order: the files that were moved one by one."""
        self._list(self.listed | planned if stale else planned)
        in_the_way = _in_the_way(stale, planned)
        self._remove(moves, in_the_way)
        moved: list[str] = []
        self._merge(moves, "", moved)
        self._remove(moves, (path for path in stale if path not in in_the_way))
        if stale:
            self._list(planned)
        return moved

    def _foreign(self, prefix: str, stale: Set[str]) -> Iterator[Problem]:
        """What is in the way of a staged folder's content and is not ours to replace."""
        with os.scandir(self.stage.folder / prefix) as entries:
            for entry in entries:
                name = prefix + entry.name
                target = self.folder / name
                found = ""
                if not os.path.lexists(target):
                    continue
                if not target.is_dir() or target.is_symlink():
                    found = "" if name in self.listed else name
                elif entry.is_dir(follow_symlinks=False):
                    yield from self._foreign(f"{name}/", stale)
                else:
                    found = self._foreign_in(target, stale)
                if found:
                    message = f"a file that sitegen did not write is in the way of `{name}`"
                    hint = "move it away, or give the page another address"
                    yield Problem(message, f"{self._shown}/{found}", hint=hint)

    def _foreign_in(self, folder: Path, stale: Set[str]) -> str:
        """Something in a folder that will not go with the stale files; empty if all does."""
        going = {parent.as_posix() for path in stale for parent in PurePath(path).parents} | stale
        inside = sorted(folder.rglob("*"))
        # A file tells more than the folder that holds it.
        for path in (*inside[::-1], folder):
            name = path.relative_to(self.folder).as_posix()
            if name not in going:
                return name
        return ""

    def _merge(self, moves: Moves, prefix: str, moved: list[str]) -> None:
        """Move a staged folder's content; a folder that the output lacks is moved whole."""
        with os.scandir(self.stage.folder / prefix) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                name = prefix + entry.name
                target = self.folder / name
                if entry.is_dir(follow_symlinks=False):
                    if target.is_dir():
                        self._merge(moves, f"{name}/", moved)
                        continue
                else:
                    moved.append(name)
                moves.replace(entry.path, target)

    def _remove(self, moves: Moves, paths: Iterable[str]) -> None:
        for path in paths:
            target = self.folder / path
            if not target.parent.resolve().is_relative_to(self.folder.resolve()):
                continue
            if target.is_dir() and not target.is_symlink():
                continue
            moves.remove(target)
            for parent in target.parents:
                if parent == self.folder:
                    break
                try:
                    parent.rmdir()
                except OSError:
                    # Not empty: it holds pages, or a file that is not ours.
                    break

    def _list(self, paths: frozenset[str]) -> None:
        if self.intact and _are_same(self.listed, paths):
            return
        temporary = self.stage.folder.with_suffix(".list")
        temporary.write_bytes(_listing_of(paths).encode())
        temporary.replace(self.folder / LISTING)
        self.listed, self.intact = paths, True


def _listing_of(paths: Iterable[str]) -> str:
    return _HEAD + "".join(f"{path}\n" for path in sorted(paths))


@lru_cache(maxsize=1)
def _listed_in(text: str) -> tuple[frozenset[str], bool]:
    """The files that a listing names, and whether it is one as sitegen writes it."""
    listed = frozenset(line for line in text.split("\n") if line and not line.startswith("#"))
    return listed, text == _listing_of(listed)


@lru_cache(maxsize=1)
def _are_same(listed: frozenset[str], planned: frozenset[str]) -> bool:
    """Whether two sets are equal. After most edits they are the two of the build before, and a
    hundred thousand paths need not be compared again.
    """
    return listed == planned


def _in_the_way(stale: Iterable[str], planned: frozenset[str]) -> set[str]:
    """Stale files that must go before planned ones can come: one name is a folder to the other, or
    they are the same on a file system that folds case.
    """
    stale = list(stale)
    if not stale:
        return set()
    names = {portable(path) for path in planned}
    folders = set()
    for name in names:
        while name := name.rpartition("/")[0]:
            folders.add(name)
    found = set()
    for path in stale:
        name = portable(path)
        clash = name in names or name in folders
        while not clash and (name := name.rpartition("/")[0]):
            clash = name in names
        if clash:
            found.add(path)
    return found

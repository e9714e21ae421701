"""Writes the output: everything is staged first, then moved into place; stale files go last.

The output holds a file of its own, `.sitegen`, which lists what sitegen wrote there. Only what is
listed is ever removed (promise 9), and the list is there even when the cache is not.
"""

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sitegen.build.stamps import Stamp, stamp
from sitegen.problems import fault
from sitegen.urls import portable

LISTING: Final = ".sitegen"
_HEAD: Final = "# Written by sitegen, which removes no other file from this folder.\n"


class Output:
    """The output folder of a project."""

    def __init__(self, root: Path, folder: str, stage: Path) -> None:
        """Raises `SitegenError` where the folder is not one that sitegen may write to."""
        self.folder, self.stage = root / folder, stage
        self._shown = folder
        self._check(root)
        self.listed = self._read_listing()

    def _check(self, root: Path) -> None:
        real = self.folder.resolve()
        hint = "set `output` in `[build]` to a folder that is new or empty"
        if not real.is_relative_to(root.resolve()) or real == root.resolve():
            raise fault("the output folder leads out of the project", self._shown, hint=hint)
        if self.folder.exists() and not self.folder.is_dir():
            raise fault("the output is not a folder", self._shown, hint=hint)
        if not self.folder.is_dir() or (self.folder / LISTING).exists():
            return
        foreign = sorted(p.name for p in self.folder.iterdir() if not p.name.startswith("."))
        if foreign:
            message = f"the output folder holds files that sitegen did not write: {foreign[0]}"
            raise fault(message, self._shown, hint=hint)

    def _read_listing(self) -> frozenset[str]:
        try:
            text = (self.folder / LISTING).read_text("utf-8")
        except FileNotFoundError:
            return frozenset()
        return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))

    def begin(self) -> None:
        """Make room for staged files."""
        if self.stage.exists():
            shutil.rmtree(self.stage)
        self.stage.mkdir(parents=True)

    def commit(self, staged: Iterable[str], planned: frozenset[str]) -> dict[str, Stamp]:
        """Move what is staged into place and remove what is listed but no longer planned.

        Gives the stamps of files whose stamp changed by moving. After a failure at any point each
        file is the old or the new one, whole, and the listing names every file that sitegen wrote.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        stale = sorted(self.listed - planned)
        if not planned <= self.listed or not (self.folder / LISTING).exists():
            self._list(self.listed | planned)
        in_the_way = _in_the_way(stale, planned)
        self._remove(in_the_way)
        moved: list[str] = []
        self._merge("", moved)
        self._remove(path for path in stale if path not in in_the_way)
        if stale:
            self._list(planned)
        shutil.rmtree(self.stage, ignore_errors=True)
        stamps = {}
        wanted = set(staged)
        for path in moved:
            if path in wanted:
                taken = time.time_ns()
                stamps[path] = stamp((self.folder / path).stat(), taken)
        return stamps

    def discard(self) -> None:
        """Forget what was staged."""
        shutil.rmtree(self.stage, ignore_errors=True)

    def _merge(self, prefix: str, moved: list[str]) -> None:
        """Move a staged folder's content; a folder that the output lacks is moved whole."""
        with os.scandir(self.stage / prefix) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                name = prefix + entry.name
                target = self.folder / name
                if entry.is_dir(follow_symlinks=False):
                    if target.is_symlink():
                        raise fault("a symbolic link is in the way", f"{self._shown}/{name}")
                    if target.is_dir():
                        self._merge(f"{name}/", moved)
                        continue
                else:
                    moved.append(name)
                os.replace(entry.path, target)  # noqa: PTH105

    def _remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            target = self.folder / path
            if not target.parent.resolve().is_relative_to(self.folder.resolve()):
                continue
            target.unlink(missing_ok=True)
            for parent in target.parents:
                if parent == self.folder:
                    break
                try:
                    parent.rmdir()
                except OSError:
                    # Not empty: it holds pages, or a file that is not ours.
                    break

    def _list(self, paths: Iterable[str]) -> None:
        temporary = self.stage.with_name(f"{self.stage.name}.list")
        temporary.write_text(_HEAD + "".join(f"{path}\n" for path in sorted(paths)), "utf-8")
        temporary.replace(self.folder / LISTING)
        self.listed = frozenset(paths)


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

"""Moves into the output that can be taken back as long as not all of them are done."""

import os
import shutil
from pathlib import Path

from sitegen.build.stage import put_aside


class Moves:
    """What was done to the output so far, with the files that were there before.

    At any moment each file is whole, the old or the new one: the old keeps a second name (a hard
    link, or where the file system has none a copy) until `settle`.
    """

    def __init__(self, kept: Path) -> None:
        """`kept`: a folder for what was there before, on the output's file system."""
        self._kept = kept
        self._done: list[tuple[Path, Path | None]] = []
        self._made = False
        shutil.rmtree(kept, ignore_errors=True)

    def replace(self, source: str, target: Path) -> None:
        """Move a file to a name that may be another's, or a folder to one that is free."""
        before = self._keep(target)
        os.replace(source, target)  # noqa: PTH105 - called for every file.
        self._done.append((target, before))

    def remove(self, target: Path) -> None:
        """Remove a file, if it is there."""
        before = self._keep(target)
        if before is not None:
            target.unlink()
            self._done.append((target, before))

    def _keep(self, target: Path) -> Path | None:
        """Give what is there a second name; None where there is nothing."""
        try:
            target.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        name = self._kept / str(len(self._done))
        if not self._made:
            self._kept.mkdir(parents=True)
            self._made = True
        try:
            os.link(target, name, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(target, name, follow_symlinks=False)
        return name

    def take_back(self) -> None:
        """Have the output as it was. Raises `OSError`."""
        while self._done:
            target, before = self._done[-1]
            if before is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                before.replace(target)
            elif target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)
            self._done.pop()

    def settle(self) -> None:
        """Let go of what was there before."""
        self._done.clear()
        put_aside(self._kept)

"""Where new files lie, whole, until all of them are there and the writer moves them into place."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from sitegen.build.stamps import Stamp, stamp

_GONE: Final = "gone"
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Stage:
    """A folder beside the output, of the same shape. Several processes may fill it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._name = os.fspath(folder)
        self._made: set[str] = set()

    def begin(self) -> None:
        """Make room."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self._made.clear()

    def put(self, path: str, data: bytes) -> Stamp:
        """Put a file where the writer will take it from. Raises `OSError`."""
        # Built-in calls: pathlib and file objects cost as much as what they do here.
        name = f"{self._name}/{path}"
        self._make_folder(name.rpartition("/")[0])
        taken = time.time_ns()
        file = os.open(name, _NEW, 0o666)
        try:
            # Where space runs out, the first call writes what fits, and only the next one says so.
            written = os.write(file, data)
            while written < len(data):
                written += os.write(file, data[written:])
            return stamp(os.fstat(file), taken)
        finally:
            os.close(file)

    def _make_folder(self, folder: str) -> None:
        # Most folders are new, below one that was just made: one call then does.
        if folder in self._made:
            return
        parent = folder.rpartition("/")[0]
        if parent in self._made:
            with suppress(FileExistsError):
                os.mkdir(folder)  # noqa: PTH102
        else:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._made.add(parent)
        self._made.add(folder)

    def discard(self) -> None:
        """Forget what was put."""
        put_aside(self.folder)


def put_aside(folder: Path) -> None:
    """Take a folder out of the way, if it is there; `sweep` removes it.

    To remove files takes as long as to write them, and nobody should wait for it.
    """
    try:
        (folder.parent / _GONE).mkdir(exist_ok=True)
        folder.rename(folder.parent / _GONE / uuid4().hex)
    except FileNotFoundError:
        return
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what was put aside, by any process, within a folder."""
    shutil.rmtree(folder / _GONE, ignore_errors=True)

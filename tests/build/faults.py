"""Fault injection: the k-th file-system call of a build fails, or is its last.

What a call would leave that is the last can also be looked at while the build goes on: a process
that is killed takes with it what it has in memory, and the files stay as they are.

Counted is what Python code asks of the file system below the project: opening, writing, making,
moving, listing and removing files, looking at them, and each statement of the cache's database.
"""

import builtins
import errno
import io
import os
import sqlite3
import sys
from collections.abc import Callable, Container, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

from tests.build.project import Project

_CALLS = (
    "open",
    "mkdir",
    "link",
    "rename",
    "replace",
    "unlink",
    "remove",
    "rmdir",
    "scandir",
    "listdir",
    "stat",
    "lstat",
    "utime",
    "readlink",
    "link",
    "symlink",
)


class Faults:
    """Counts calls below a folder while it is entered; at the one chosen, fails or dies."""

    def __init__(
        self,
        root: Path,
        at: int = 0,
        *,
        kill: bool = False,
        error: int = 0,
        only: str = "",
        look: Callable[[int], None] | None = None,
    ) -> None:
        """`at`: which call, counted from 1; 0 for none. It fails with `error`, or kills.

        `only`: how a call begins that counts, name and path. `look` is called with the number of
        each call where a kill would strike.
        """
        self.only = only
        self.look = look
        self._looking = False
        self.root, self.at, self.kill, self.error = os.fspath(root), at, kill, error
        self.calls: list[str] = []
        self._stack = ExitStack()
        self._opened_by_number: dict[int, object] = {}

    def __enter__(self) -> "Faults":
        for name in _CALLS:
            self._patch(os, name, self._counted(name, getattr(os, name)))
        self._patch(os, "write", self._written(os.write))
        opened = self._opened(builtins.open)
        self._patch(builtins, "open", opened)
        self._patch(io, "open", opened)
        self._patch(sqlite3, "connect", self._connected(sqlite3.connect))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _patch(self, owner: object, name: str, function: object) -> None:
        self._stack.enter_context(mock.patch.object(owner, name, function))

    def count(self, name: str, path: object, before: Callable[[], object] = lambda: None) -> bool:
        """Count a call; `before` is what a call that fails has already done of its work.

        Whether it was done, and the rest is still to do.
        """
        call = f"{name} {path}"
        if self._looking or not call.startswith(self.only):
            return False
        self.calls.append(call)
        if self.look is not None:
            before()
            self._looking = True
            self.look(len(self.calls))
            self._looking = False
            return True
        if len(self.calls) != self.at:
            return False
        before()
        if self.kill:
            os._exit(9)
        if name == "execute":
            raise sqlite3.OperationalError("database or disk is full")
        raise OSError(self.error, os.strerror(self.error), str(path))

    def _concerns(self, path: Any, arguments: dict[str, Any]) -> bool:
        if arguments.get("dir_fd") is not None:
            return True  # Only removing the stage goes by open folders.
        return not isinstance(path, int) and os.fsdecode(path).startswith(self.root)

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            if args and self._concerns(args[0], kwargs):
                self.count(name, args[0])
                if name == "open":
                    number = call(*args, **kwargs)
                    self._opened_by_number[number] = args[0]
                    return number
            return call(*args, **kwargs)

        return counted

    def _written(self, call: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
        def written(number: int, data: bytes) -> int:
            if number in self._opened_by_number:
                path, half = self._opened_by_number[number], len(data) // 2
                if self.count("write", path, lambda: call(number, data[:half])):
                    return half + call(number, data[half:])
            return call(number, data)

        return written

    def _opened(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if not self._concerns(path, {}):
                return call(path, mode, *args, **kwargs)
            self.count("open", path)
            file = call(path, mode, *args, **kwargs)
            return _File(file, self, path) if set(mode) & set("wxa+") else file

        return opened

    def _connected(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def connected(*args: Any, **kwargs: Any) -> Any:
            self.count("connect", args[0])
            return _Database(call(*args, **kwargs), self)

        return connected


class _File:
    """An open file whose writing counts; a write that fails has written half."""

    def __init__(self, file: Any, faults: Faults, path: object) -> None:
        self._file, self._faults, self._path = file, faults, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_File":
        self._file.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self._file.__exit__(*args)

    def write(self, data: Any) -> Any:
        half = len(data) // 2

        def begin() -> None:
            self._file.write(data[:half])
            self._file.flush()

        if self._faults.count("write", self._path, begin):
            return half + self._file.write(data[half:])
        return self._file.write(data)


class _Database:
    """A connection whose statements count."""

    def __init__(self, database: Any, faults: Faults) -> None:
        self._database, self._faults = database, faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def execute(self, statement: str, *args: Any) -> Any:
        self._count(statement)
        return self._database.execute(statement, *args)

    def executemany(self, statement: str, rows: Iterable[Any]) -> Any:
        self._count(statement)
        return self._database.executemany(statement, rows)

    def executescript(self, statement: str) -> Any:
        self._count(statement)
        return self._database.executescript(statement)

    def _count(self, statement: str) -> None:
        # Taking back what was half done is not asked of the disk in these tests.
        if statement != "ROLLBACK":
            self._faults.count("execute", statement.split("(", maxsplit=1)[0].strip())


def calls_of(project: Project) -> list[str]:
    """The calls of a build."""
    with Faults(project.root) as faults:
        project.build()
    return faults.calls


def deaths(project: Project, chosen: Container[int], folder: Path) -> dict[int, Project]:
    """What builds that die at these calls leave: copies, by call, made while one build goes on."""
    left: dict[int, Project] = {}

    def look(at: int) -> None:
        if at in chosen:
            left[at] = project.copy(folder / f"death{at}", built=True)

    with Faults(project.root, look=look):
        project.build()
    return left


def killed_at(project: Project, at: int) -> bool:
    """Build in another process that dies at a call. Whether it died before it was done."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with Faults(project.root, at, kill=True):
                project.build()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9), f"the build failed by itself, with {code}"
    return code == 9


NO_SPACE, BROKEN = errno.ENOSPC, errno.EIO

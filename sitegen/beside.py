"""Work that a copy of this process does beside it: one that only looks, and tells what it saw."""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress


def can_copy() -> bool:
    """Whether a copy of this very process may go on as it likes.

    It has but the thread that made it: a lock that another one held is never let go. Outside Linux,
    copies are slow to make, or what the system loads does not bear them.
    """
    return sys.platform == "linux" and threading.active_count() == 1


class Beside:
    """A call that gives some bytes. Where there can be no copy, it is made when they are asked for.

    A copy begins with all that this process has in memory, and nothing that it does there comes
    back but the result.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._work = work
        self._pipe = self._child = -1
        if can_copy() and _cores() > 1:
            self._pipe, end = os.pipe()
            self._child = os.fork()
            if self._child == 0:
                _tell(work, end)
            os.close(end)

    def result(self) -> bytes:
        """Wait for what the work gives, and raise what it raises."""
        # Whatever went wrong there is told here.
        return self.close() or self._work()

    def close(self) -> bytes:
        """Wait for the copy to end: what it told, if anything."""
        told = b""
        if self._child > 0:
            with open(self._pipe, "rb") as pipe:  # noqa: PTH123 - it has no path.
                told = pipe.read()
            _, status = os.waitpid(self._child, 0)
            self._child = -1
            told = b"" if status else told
        return told


def _tell(work: Callable[[], bytes], end: int) -> None:
    """In the copy: work, tell, and end without a look at what is the first process's."""
    status = 1
    with suppress(BaseException):
        with open(end, "wb") as pipe:
            pipe.write(work())
        status = 0
    os._exit(status)


def _cores() -> int:
    return len(os.sched_getaffinity(0))

"""When to build: changes are gathered until it is quiet; what they were, a scan decides."""

import time
from collections.abc import Callable
from threading import Condition
from typing import Final

QUIET: Final = 0.030
"""Seconds without a change after which a build is due."""
WHOLE: Final = 0.010
"""The same where every file is known to be whole: it was closed, or moved into its place. One file
that was written where it is, after a pause, is an editor's save: that is not waited for at all."""
LIMIT: Final = 0.300
"""Seconds after which a build is due though changes go on."""
ABSENT: Final = 0.150
"""The same while a file is gone: many editors put a new one in its place."""
STORM: Final = 200
"""Paths that no editor changes at once: a branch is switched, or an archive unpacked."""
STORM_QUIET: Final = 0.500
"""The same in a storm, which takes a breath now and then."""
STORM_LIMIT: Final = 10.0
"""The limit in a storm. What is half unpacked is not worth showing."""


class Waker:
    """Paths that may have changed, noted by any thread, taken by the one that builds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.stopped = False
        self._clock = clock
        self._condition = Condition()
        self._paths: set[str] = set()
        self._gone: set[str] = set()
        self._unfinished: set[str] = set()
        self._everything = self._came_or_went = False
        self._first = self._last = 0.0
        self._taken = -LIMIT

    def note(self, path: str, gone: bool = False, whole: bool = False, stays: bool = False) -> None:
        """A path, relative to the project, may have changed.

        `gone`: there is nothing now. `whole`: nobody is still writing to it. `stays`: it is the
        file that was there before.
        """
        with self._condition:
            before = self._due()
            self._begin()
            self._paths.add(path)
            (self._gone.add if gone else self._gone.discard)(path)
            (self._unfinished.discard if whole else self._unfinished.add)(path)
            self._came_or_went |= not stays
            self._tell(before)

    def note_everything(self) -> None:
        """Anything may have changed."""
        with self._condition:
            before = self._due()
            self._begin()
            self._everything = True
            self._tell(before)

    def stop(self) -> None:
        """End every wait, now and later."""
        with self._condition:
            self.stopped = True
            self._condition.notify_all()

    @property
    def due(self) -> float | None:
        """When a build is due, by the clock; None if nothing was noted."""
        with self._condition:
            return self._due()

    def wait(self, seconds: float) -> bool:
        """Wait until a build is due. False if the time is over, or `stop` was called."""
        end = self._clock() + seconds
        with self._condition:
            while not self.stopped:
                now, due = self._clock(), self._due()
                if due is not None and due <= now:
                    return True
                if now >= end:
                    return False
                self._condition.wait(min(end, end if due is None else due) - now)
        return False

    def take(self) -> frozenset[str] | None:
        """What was noted since the last time; None for anything."""
        with self._condition:
            taken = None if self._everything else frozenset(self._paths)
            self._paths, self._gone, self._unfinished = set(), set(), set()
            self._everything = self._came_or_went = False
            self._taken = self._clock()
            return taken

    def _begin(self) -> None:
        self._last = self._clock()
        if not self._paths and not self._everything:
            self._first = self._last

    def _due(self) -> float | None:
        if not self._paths and not self._everything:
            return None
        if len(self._paths) > STORM:
            return min(self._last + STORM_QUIET, self._first + STORM_LIMIT)
        unsure = self._unfinished or self._everything
        quiet = ABSENT if self._gone else QUIET if unsure else WHOLE
        after_a_pause = self._first >= self._taken + LIMIT
        if not unsure and not self._came_or_went and len(self._paths) == 1 and after_a_pause:
            quiet = 0.0
        return min(self._last + quiet, self._first + LIMIT)

    def _tell(self, before: float | None) -> None:
        # Who waits for an earlier time than the new one looks again by itself.
        due = self._due()
        if before is None or (due is not None and due < before):
            self._condition.notify_all()

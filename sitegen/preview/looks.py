"""When the project is looked at though no change was told of."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sitegen.build.state import Last
from sitegen.preview.attempt import Attempt

RESCAN: Final = 60.0
"""Seconds after which everything is looked at, whatever was told of."""
POLL: Final = 1.0
"""The same for the sources alone, where no events come."""
HEAL: Final = 5.0
"""The same after a failure: what mends it may be no file of the project."""
INDEX: Final = 5.0
"""Seconds without an edit after which the search index is made anew: that may take seconds."""
REST: Final = 10.0
"""Seconds after an edit in which another may come, which must not wait for a look at everything."""

Hints = frozenset[str] | None
Clock = Callable[[], float]
Now = Callable[[], datetime]


class Looks:
    """The moments at which to look, planned anew after each build."""

    def __init__(self, clock: Clock, now: Now) -> None:
        self._clock, self._now = clock, now
        self._rescan_at = self._latest = self._poll_at = 0.0
        self._until: datetime | None = None
        self._index_at: float | None = None

    def next(self, polled: Hints) -> tuple[float, Hints]:
        """Seconds until the next look, and what to look at. `polled`: sources without events."""
        looks: list[tuple[float, Hints]] = [(self._rescan_at - self._clock(), None)]
        if polled:
            looks.append((self._poll_at - self._clock(), polled))
        if self._index_at is not None:
            looks.append((self._index_at - self._clock(), frozenset()))
        if self._until is not None:
            looks.append(((self._until - self._now()).total_seconds(), frozenset()))
        return min(looks, key=lambda look: look[0])

    def plan(self, attempt: Attempt, seconds: float, last: Last | None) -> None:
        """Plan them after an attempt. `last`: the last build that succeeded."""
        # Looking may take a hundredth of the time, or a tenth where nothing else tells of changes.
        now = self._clock()
        rest = max(HEAL, 10 * seconds) if attempt.failed else max(RESCAN, 100 * seconds)
        if attempt.because is None or attempt.failed:
            self._rescan_at, self._latest = now + rest, now + 5 * rest
        elif attempt.because:
            self._rescan_at = min(max(self._rescan_at, now + REST), self._latest)
        self._poll_at = now + max(POLL, 10 * seconds)
        self._index_at = None
        if not attempt.failed:
            self._until = last.until if last else None
            self._index_at = now + INDEX if last and last.stale else None

    def put_off_index(self) -> None:
        """Make the search index later: an edit came first."""
        self._index_at = self._clock() + INDEX

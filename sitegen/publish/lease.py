"""Who may publish to a bucket: a lease, which runs out where its holder was killed."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

import msgspec
from msgspec import Struct

from sitegen.problems import SitegenError, fault
from sitegen.publish.store import ChangedError, Store, Version
from sitegen.publish.target import TransientError

KEY: Final = "lock"
SECONDS: Final = 120
"""How long a lease lasts unless it is renewed."""


class _Holder(Struct, frozen=True):
    owner: str
    until: float
    """Seconds since 1970. Clocks that differ by a minute do no harm: whoever publishes compares and
    swaps the manifest, whatever the lease says.
    """


class Lease:
    """Held by one publisher at a time; many threads may renew it."""

    def __init__(self, records: Store, owner: str, now: Callable[[], float] = time.time) -> None:
        """`owner`: who takes it, of whom no two are at work at once. A lease that bears the name
        is left from a run of ours that was killed.
        """
        self._records, self._owner, self._now = records, owner, now
        self._version: Version | None = None
        self._renew_at = 0.0
        self._renewing = Lock()

    def take(self) -> None:
        """Raises `SitegenError` where somebody else holds it."""
        found = self._records.get(KEY)
        if found:
            holder = self._holder(found.data)
            left = holder.until - self._now()
            if holder.owner != self._owner and left > 0:
                hint = f"wait for it; if it was stopped, its turn ends in {left:.0f} seconds"
                raise fault("somebody else is publishing there", self._records.shown, hint=hint)
        self._version = found.version if found else None
        self._write("somebody else has just begun to publish there")
        # A store that knows no conditions lets two write it: the later one has it.
        now = self._records.get(KEY)
        if now is None or self._holder(now.data).owner != self._owner:
            raise self._lost("somebody else has just begun to publish there")

    def renew(self) -> None:
        """Go on holding it. Raises `SitegenError` where somebody else has taken it."""
        if self._now() < self._renew_at or not self._renewing.acquire(blocking=False):
            return
        try:
            if self._now() >= self._renew_at:
                self._write("somebody else has begun to publish there")
        finally:
            self._renewing.release()

    def free(self) -> None:
        """Let it go. Where the store does not answer, it runs out by itself."""
        try:
            now = self._records.get(KEY)
            if now and self._holder(now.data).owner == self._owner:
                self._records.delete(KEY)
        except (SitegenError, TransientError):
            return

    def _write(self, otherwise: str) -> None:
        until = self._now() + SECONDS
        data = msgspec.json.encode(_Holder(self._owner, until))
        try:
            self._version = self._records.put_if(KEY, data, self._version)
        except ChangedError:
            raise self._lost(otherwise) from None
        self._renew_at = until - SECONDS * 3 / 4

    def _lost(self, message: str) -> SitegenError:
        return fault(message, self._records.shown, hint="run it again when they are done")

    def _holder(self, data: bytes) -> _Holder:
        try:
            return msgspec.json.decode(data, type=_Holder)
        except msgspec.MsgspecError:
            hint = f"remove `{KEY}` there if nobody is publishing"
            raise fault("the lock cannot be read", self._records.shown, hint=hint) from None

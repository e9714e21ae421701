"""What a target can do. A target is dumb: what is put where, in which order and whether at all is
decided in `plan.py` and `guards.py`; how operations are retried and stopped, in `execute.py`.

A target is *atomic* (a folder of releases, a git branch): nothing that is put or deleted is public
before `switch`. Or it is in place (a bucket): every single operation is public at once.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from msgspec import Struct

from sitegen.publish.manifest import Entry, Headers, Manifest, Release

UNKNOWN: Final = b""
"""In place of a digest: what is there is not what we put there, and more is not known."""


class TransientError(Exception):
    """An operation failed in a way that may pass: it is tried again, after a while.

    Everything else that fails (`SitegenError`, `OSError`) ends the run at once.
    """


class Listing(Struct, frozen=True):
    """What there is at a target."""

    files: Mapping[str, bytes]
    """Every public file, also those that are not ours, by path: the digest of its bytes, before any
    encoding, or `UNKNOWN`. Without what the target keeps for itself (`.sitegen/`, `.git/`).
    """
    staged: Mapping[str, bytes] = {}
    """Atomic targets: what an interrupted run has put already, so that it need not be put again."""


class Reader(Protocol):
    """A target that can only be looked at. A dry run has nothing else (promise 17)."""

    @property
    def shown(self) -> str:
        """Where it is, for people; without secrets."""

    @property
    def atomic(self) -> bool:
        """Whether nothing is public before `switch`."""

    @property
    def keeps_headers(self) -> bool:
        """Whether files have headers there. Where not, none are planned."""

    def read(self, generation: int = 0) -> Manifest | None:
        """The manifest that is there now, or that of an earlier release; None if there is none.

        The one of now holds `pending` where a run was interrupted. Raises `SitegenError`.
        """

    def list(self, known: Manifest | None) -> Listing:
        """What is there. A digest stands only for bytes that are there now: read anew, or told by
        the target's own tag (`Entry.tag`), never by size or time alone (promise 15).
        """

    def releases(self) -> Sequence[Release]:
        """The releases that can be told of, newest first; those of which `read` gives the manifest
        can be gone back to.
        """


class Target(Reader, Protocol):
    """A target that can be written to. What writes is called while the lock is held."""

    @property
    def in_flight(self) -> int:
        """How many `put`s may be under way at once, from as many threads."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep other publishers away. Raises `SitegenError` where one does not let go."""

    def begin(self, journal: Manifest) -> None:
        """Make ready. `journal`: what is there, and in `pending` what will be put.

        In place: keep the journal, so that a run that is killed is recognised as ours. Atomic:
        stage all that is public now (and what is not ours), with little cost, and drop what an
        interrupted run has staged that is not in `pending`. Raises `SitegenError` where the
        manifest is no longer the one that `read` gave: somebody else is publishing.
        """

    def put(self, path: str, data: bytes, headers: Headers) -> str:
        """Write a file, whole or not at all. Gives its tag, "" where the target has none."""

    def delete(self, path: str) -> None:
        """Remove a file; one that is not there is no fault."""

    def switch(self, manifest: Manifest) -> None:
        """Keep the manifest as that of now, and make what is staged public, at once. Atomic targets
        may be given the manifest of an earlier release without a `begin`: then they go back to it.
        """

    def restore(self, path: str, entry: Entry) -> str:
        """In-place targets, going back: put what the target itself has kept of an earlier release.
        Gives its tag.
        """

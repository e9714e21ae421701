"""What the cache keeps of articles and outputs."""

import msgspec
from msgspec import Struct

from sitegen.build.stamps import Stamp
from sitegen.cards import Entry
from sitegen.digests import digest
from sitegen.problems import Problem


class Parsed(Struct, frozen=True, array_like=True):
    """What became of an article's file."""

    entry: Entry | None
    """None where a problem is an error."""
    problems: tuple[Problem, ...] = ()
    """With paths relative to the project."""

    @property
    def plans(self) -> bytes:
        """The digest of all that a plan is made from: everything but the body."""
        entry = self.entry
        shown = (entry.card.digest, entry.links, entry.images) if entry else None
        return digest(msgspec.msgpack.encode((shown, self.problems)))


class Known(Struct, frozen=True, gc=False):
    """An article's file as it was when it was last parsed."""

    stamp: Stamp
    digest: bytes
    """Of its bytes."""


class Written(Struct, frozen=True, array_like=True, gc=False):
    """An output as the last build left it, and why it is as it is."""

    stamp: Stamp
    digest: bytes
    """Of its bytes."""
    wanted: bytes
    """The digest of the page and of the bodies that it shows."""
    reads: int
    """Which set of reads it was made with."""
    environment: bytes
    """What those reads stood for."""

"""What the cache keeps of articles and outputs, and what comes to it from those who parse."""

import msgspec
from msgspec import Struct

from sitegen.build.seals import CacheError, unsealed
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


class ParseChunk(Struct, frozen=True):
    """Files of articles to parse."""

    root: str
    config: bytes
    """Pickled `Config`: what all chunks share."""
    paths: tuple[str, ...]
    """Relative to the content folder."""
    known: tuple[bytes, ...]
    """The digest that each file had when it was last parsed; empty where it never was."""


class ParsedFile(Struct, frozen=True, array_like=True):
    """One file of a chunk, parsed."""

    path: str
    stamp: Stamp
    digest: bytes
    """Of its bytes."""
    parsed: bytes
    """Encoded `Parsed`."""
    body: bytes
    """Encoded `Body`; empty where there is no article."""
    body_digest: bytes = b""
    same: bool = False
    """Whether the file's bytes are those it had, so that it was not parsed."""


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


decode_files = msgspec.msgpack.Decoder(list[ParsedFile]).decode
decode_parsed = msgspec.msgpack.Decoder(Parsed).decode


def unsealed_parsed(data: bytes) -> Parsed:
    """What became of an article's file, as the cache keeps it. Raises `CacheError`."""
    try:
        return decode_parsed(unsealed(data))
    except msgspec.MsgspecError as error:
        # Of a sitegen in development, which changed its shape but not its version.
        raise CacheError(str(error)) from error

"""Seed and Found: what goes into a format's reader, and what comes out of it."""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Protocol

from msgspec import Struct

from sitegen.article import Image, Source
from sitegen.dates import Moment


class Seed(Struct, frozen=True):
    """A raw article file, exactly as it came, and its text."""

    path: str
    """Relative to `seeds/`, with `/` between folders."""
    data: bytes
    """Its bytes, unpacked where it was gzipped."""
    text: str
    """Its text: decoded and cleaned, `\\n` line ends."""
    zone: tzinfo = UTC
    """The site's time zone: that of a date which names none."""
    columns: dict[str, str] = {}
    """`[ingest]` `columns`: which column of a table holds which field, where a project says so."""


class Found(Struct, frozen=True):
    """One article as a reader found it in a seed; what it did not find is empty.

    The headline, summary and tags that are missing are made later, for all formats alike.
    """

    body: str
    """Clean Markdown, without the headline."""
    text: str
    """The same as plain text, paragraphs parted by blank lines."""
    title: str = ""
    """Plain text."""
    date: Moment | None = None
    updated: Moment | None = None
    key: str = ""
    """Tells articles of one seed apart, and stays when it is edited: a GUID, a URL, a number."""
    summary: str = ""
    tags: tuple[str, ...] = ()
    """Given by the seed; hashtags with their `#`: they are kept if the text speaks of them."""
    sources: tuple[Source, ...] = ()
    authors: tuple[str, ...] = ()
    language: str = ""
    image: Image | None = None


class Reader(Protocol):
    """A format: one module of this package."""

    def recognises(self, seed: Seed) -> bool:
        """Whether the seed's content (not its suffix alone) is of this format."""

    def read(self, seed: Seed) -> Iterator[Found]:
        """The articles in it. Raises `SitegenError` (no path) if it cannot be used."""

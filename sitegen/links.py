"""What leads on: the small parts of views. `docs/themes.md` lists them for theme authors."""

from datetime import date

from msgspec import Struct


class Link(Struct, frozen=True, gc=False):
    """A title and where it leads."""

    title: str
    """What it leads to: a headline."""
    url: str
    """Where it leads."""


class RelatedLink(Struct, frozen=True, gc=False):
    """An article that belongs with another."""

    title: str
    """Its headline."""
    url: str
    """Its page."""
    day: date
    """When it was published."""


class DayLink(Struct, frozen=True, gc=False):
    """A day or month, without a word on how much it holds."""

    day: date
    """The day, or the first of the month."""
    url: str
    """Its page."""


class DateLink(Struct, frozen=True, gc=False):
    """A day, month or year that has articles."""

    day: date
    """The day, or the first of the month or year."""
    url: str
    """Its page."""
    count: int
    """How many articles it has."""


class TagLink(Struct, frozen=True, gc=False):
    """A tag and how much it holds."""

    name: str
    """As most articles write it."""
    slug: str
    """Its name in URLs."""
    url: str
    """Its page."""
    count: int
    """How many articles it has."""


class TagGroup(Struct, frozen=True, gc=False):
    """The tags of one letter, or of a script other than most tags'."""

    head: str
    """The letter; `#` where names begin with none; for another script one of its letters."""
    tags: tuple[TagLink, ...]
    """By name."""


class FeedLink(Struct, frozen=True, gc=False):
    """A feed that a page offers."""

    title: str
    """What it is the feed of."""
    url: str
    """Where it is."""
    type: str
    """Its media type."""


class Pager(Struct, frozen=True, gc=False):
    """Where a page stands in a list of several pages."""

    number: int
    """This page, counted from 1."""
    total: int
    """How many pages there are."""
    previous: str
    """The page with newer articles; empty on the first."""
    next: str
    """The page with older articles; empty on the last."""

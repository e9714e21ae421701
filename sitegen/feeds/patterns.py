"""What feedgen writes, as patterns to be filled: it writes each shape of feed and of item once,
with a mark in the place of everything that differs from one to the next.

An item then costs a fraction of what feedgen takes for it, and is the same to the byte: a property
test holds the two equal. What feedgen wrote is kept from build to build.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import compress
from typing import Any, Final

from msgspec import Struct

from sitegen.codes import Codes
from sitegen.feed_views import Channel, FeedView, Neighbours
from sitegen.feeds.items import KEPT, Item, newest
from sitegen.feeds.wellformed import checked
from sitegen.pictures import Picture
from sitegen.views import PageInfo

Values = Mapping[str, str | bytes | Sequence[str]]
"""What differs, by its mark."""
Escape = Callable[[Any], bytes]
"""How a value is written in its place."""

# Marks are of a private use area: nothing that feedgen writes by itself holds one.
ID, URL, TITLE, PUBLISHED, UPDATED, SUMMARY, HTML, LANGUAGE, AUTHORS, TAGS = map(
    chr, range(0xE000, 0xE00A)
)
SRC, ALT, TYPE, LENGTH, WIDTH, HEIGHT = map(chr, range(0xE010, 0xE016))
CHANNEL, NAME, SUBTITLE, HOME, OWNER, SPOKEN, SELF = map(chr, range(0xE020, 0xE027))
HUB, CURRENT, OLDER, NEWER = map(chr, range(0xE030, 0xE034))
_MARK: Final = re.compile("([\ue000-\ue0ff])")

_NUMBERS: Final = {LENGTH: 70_000_001, WIDTH: 70_000_002, HEIGHT: 70_000_003}
_PUBLISHED: Final = datetime(2001, 2, 3, tzinfo=UTC)
_UPDATED: Final = datetime(2004, 5, 6, tzinfo=UTC)
"""What stands for a mark where a model can hold no text."""


class Format(Struct, frozen=True, eq=False):
    """RSS or Atom."""

    name: str
    by_feedgen: Callable[[FeedView, list[Item]], bytes]
    """The feed that feedgen writes, with every text as it is."""
    id: Callable[[Item], str]
    """The id of an item as the format asks for it."""
    told: Callable[[datetime], str]
    """A moment as the format has it."""
    item: tuple[str, str]
    """What an item begins and ends with."""
    repeated: Mapping[str, tuple[str, str]]
    """What an author and a tag begin and end with."""
    escapes: Mapping[str, Escape]
    """How those texts are written that are more than text."""


class Pattern(Struct, frozen=True):
    """A text with places to be filled."""

    between: tuple[bytes, ...]
    """What stands around the places: one more than there are."""
    places: tuple[tuple[str, Escape], ...]
    """The mark of what goes into each, and how it is written there."""

    def filled(self, values: Values) -> bytes:
        """The text with everything in its place."""
        pieces = [b""] * (2 * len(self.places) + 1)
        pieces[::2] = self.between
        pieces[1::2] = [escape(values[mark]) for mark, escape in self.places]
        return b"".join(pieces)


def in_text(value: str) -> bytes:
    """As lxml writes a text."""
    return escaped(value.encode())


def escaped(text: bytes) -> bytes:
    """The same of what is encoded."""
    text = text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return text.replace(b"\r", b"&#13;")


def in_attribute(value: str) -> bytes:
    """As lxml writes an attribute."""
    text = in_text(value).replace(b'"', b"&quot;")
    return text.replace(b"\n", b"&#10;").replace(b"\t", b"&#9;")


_body_in_text: Final = lru_cache(KEPT)(escaped)
"""RSS and Atom both hold it."""


def poured(form: Format, view: FeedView, items: list[Item], patterns: "Patterns") -> bytes:
    """A feed. Raises `ValueError` where it would not be well-formed."""
    channel, neighbours = view.channel, view.neighbours
    values = {
        CHANNEL: channel.id,
        NAME: channel.title,
        SUBTITLE: channel.subtitle,
        HOME: channel.home,
        OWNER: channel.author,
        SPOKEN: channel.language,
        SELF: view.page.canonical,
        HUB: channel.hub,
        CURRENT: neighbours.current,
        OLDER: neighbours.older,
        NEWER: neighbours.newer,
        UPDATED: form.told(newest(items)),
    }
    head, tail = patterns.outer(form, frozenset(compress(values, values.values())))
    inner = [_filled(form, item, channel.language, patterns) for item in items]
    return checked(b"".join([head.filled(values), *inner, tail]))


def _filled(form: Format, item: Item, spoken: str, patterns: "Patterns") -> bytes:
    published = form.told(item.published)
    values: dict[str, str | bytes | Sequence[str]] = {
        ID: form.id(item),
        URL: item.url,
        TITLE: item.title,
        PUBLISHED: published,
        UPDATED: published if item.updated is item.published else form.told(item.updated),
        SUMMARY: item.summary,
        HTML: item.html,
        LANGUAGE: item.language if item.language != spoken else "",
        AUTHORS: item.authors,
        TAGS: item.tags,
    }
    if picture := item.picture:
        values[SRC], values[ALT], values[TYPE] = picture.src, picture.alt, picture.type
        values[LENGTH] = str(picture.length or "")
        values[WIDTH], values[HEIGHT] = str(picture.width or ""), str(picture.height or "")
    return patterns.inner(form, frozenset(compress(values, values.values()))).filled(values)


class Patterns:
    """Those that were made; a site has a dozen."""

    def __init__(self, codes: Codes) -> None:
        """`codes`: where what feedgen wrote is kept."""
        self._codes = codes
        self._outer: dict[tuple[Format, frozenset[str]], tuple[Pattern, bytes]] = {}
        self._inner: dict[tuple[Format, frozenset[str]], Pattern] = {}

    def outer(self, form: Format, shape: frozenset[str]) -> tuple[Pattern, bytes]:
        """What stands before the items of a feed, and after them; `shape`: what it has."""
        found = self._outer.get((form, shape))
        if found is None:
            before, _, after = self._model(form, shape)
            found = _pattern(before, form.escapes), after.encode()
            self._outer[form, shape] = found
        return found

    def inner(self, form: Format, shape: frozenset[str]) -> Pattern:
        """An item; `shape`: what it has."""
        found = self._inner.get((form, shape))
        if found is None:
            _, text, _ = self._model(form, shape)
            found = self._inner[form, shape] = _item(form, text)
        return found

    def _model(self, form: Format, shape: frozenset[str]) -> tuple[str, str, str]:
        """What feedgen writes of a feed with one item: before the item, the item, and after it."""
        name = f"feed {form.name} {''.join(sorted(shape))}"
        return _cut(self._codes.text(name, partial(_written, form, shape)), *form.item)


def _item(form: Format, text: str) -> Pattern:
    escapes: dict[str, Escape] = {
        HTML: _body_in_text,
        PUBLISHED: str.encode,
        UPDATED: str.encode,
        **form.escapes,
    }
    for mark, (begins, ends) in form.repeated.items():
        before, one, after = _cut(text, begins, ends)
        escapes[mark] = _repeating(_pattern(one, escapes), mark)
        text = before + mark + after
    return _pattern(text, escapes)


def _repeating(each: Pattern, mark: str) -> Escape:
    """Writes a pattern for each of several values."""
    return lambda values: b"".join([each.filled({mark: value}) for value in values])


def _pattern(text: str, escapes: Mapping[str, Escape]) -> Pattern:
    pieces = _MARK.split(text)
    places = [
        (mark, in_attribute if before.endswith('="') else escapes.get(mark, in_text))
        for before, mark in zip(pieces[::2], pieces[1::2], strict=False)
    ]
    return Pattern(tuple(piece.encode() for piece in pieces[::2]), tuple(places))


def _cut(text: str, begins: str, ends: str) -> tuple[str, str, str]:
    """What stands before the first thing that begins and ends so, the thing, and what follows."""
    start = text.index(begins)
    end = text.index(ends, start) + len(ends)
    return text[:start], text[start:end], text[end:]


def _written(form: Format, shape: frozenset[str]) -> str:
    """What feedgen writes of a feed with one item, with marks."""

    def given(mark: str) -> str:
        return mark if mark in shape else ""

    def number(mark: str) -> int:
        return _NUMBERS[mark] if mark in shape else 0

    channel = Channel(CHANNEL, NAME, SUBTITLE, HOME, OWNER, SPOKEN, given(HUB))
    neighbours = Neighbours(given(CURRENT), given(OLDER), given(NEWER))
    picture = Picture(
        SRC,
        given(ALT),
        width=number(WIDTH),
        height=number(HEIGHT),
        type=given(TYPE),
        length=number(LENGTH),
    )
    item = Item(
        ID,
        URL,
        TITLE,
        _PUBLISHED,
        _UPDATED,
        SUMMARY,
        given(HTML).encode(),
        (AUTHORS,),
        (TAGS,),
        LANGUAGE if LANGUAGE in shape else SPOKEN,
        picture if SRC in shape else None,
    )
    view = FeedView(PageInfo("feed", "", SELF, ()), channel, (), {}, {}, neighbours)
    text = form.by_feedgen(view, [item]).decode()
    stand_ins = {form.id(item): ID, form.told(_PUBLISHED): PUBLISHED, form.told(_UPDATED): UPDATED}
    stand_ins |= {str(written): mark for mark, written in _NUMBERS.items()}
    for written, mark in stand_ins.items():
        text = text.replace(written, mark)
    return text

"""An article as a seed last gave it: in full, or briefly where a seed gives very many."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct, structs

from sitegen.digests import of_text
from sitegen.ingest.given import Given, Value

MANY: Final = 1000
"""Articles of one seed beyond which all of them are remembered briefly, and told by number."""
_FIELD: Final = 8
"""Hexadecimal digits that tell a field's values apart: only those of one article are compared."""
_MARK: Final = 12
"""The same of paragraphs: these are compared with all others there are."""
_FLAGS: Final = ("duplicate", "clash", "undated")
_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)")


class Past(Struct, frozen=True, omit_defaults=True, gc=False):
    """An article as a seed last gave it."""

    id: str
    """The article's; how it is found wherever the editor moves it."""
    path: str
    """The article's file when it was last seen, relative to `content/`."""
    fields: dict[str, Value]
    """Front matter as given."""
    body: tuple[str, ...]
    """Of each paragraph its digest and first words."""
    key: str = ""
    """Tells articles of one seed apart."""
    duplicate: bool = False
    """Another seed gave the article; this one only repeats it."""
    clash: bool = False
    """An incoming copy was put beside the article."""
    undated: bool = False
    """The seed told no day: it is the one on which it was converted first."""
    brief: bool = False
    """Of fields (but for the date) and paragraphs it holds nothing but short digests."""

    @property
    def title(self) -> str:
        """What the seed called it; empty where that is not kept."""
        return "" if self.brief else str(self.fields.get("title", ""))

    def held(self, key: str, value: Value | None) -> Value | None:
        """A field's value in the form in which this past holds it, to be compared."""
        return _brief_value(key, value) if self.brief else value

    def held_item(self, item: str | dict[str, str]) -> str | dict[str, str]:
        """The same of one item of a list."""
        return _brief_item(item) if self.brief else item

    def held_body(self, paragraphs: Iterable[str]) -> tuple[str, ...]:
        """The same of a body."""
        return brief_marks(marks(paragraphs)) if self.brief else marks(paragraphs)


class Row(Struct, frozen=True, array_like=True, gc=False):
    """A brief past as it is written: one line of a record."""

    id: str
    path: str
    key: str
    fields: dict[str, Value]
    body: str
    """The digests of its paragraphs, between spaces."""
    flags: str = ""
    """Those of `_FLAGS` that it has, between spaces."""


def briefed(past: Past) -> Past:
    """A past with digests in place of texts."""
    if past.brief:
        return past
    fields = {key: held for key, v in past.fields.items() if (held := _brief_value(key, v))}
    return structs.replace(past, fields=fields, body=brief_marks(past.body), brief=True)


def to_row(past: Past) -> Row:
    """How a past is written where there are very many."""
    one = briefed(past)
    flags = " ".join(flag for flag in _FLAGS if getattr(one, flag))
    return Row(one.id, one.path, one.key, one.fields, " ".join(one.body), flags)


def of_row(row: Row) -> Past:
    """The past that a row holds."""
    flags = dict.fromkeys(row.flags.split(), True)
    known = {flag: flags.get(flag, False) for flag in _FLAGS}
    return Past(row.id, row.path, row.fields, tuple(row.body.split()), row.key, **known, brief=True)


def brief_marks(found: Iterable[str]) -> tuple[str, ...]:
    """Marks of paragraphs without their words; brief ones stay as they are."""
    return tuple(mark[:_MARK] for mark in found)


def _brief_value(key: str, value: Value | None) -> Value | None:
    if value is None or key == "date":
        return value
    if isinstance(value, tuple):
        return tuple(map(_brief_item, value))
    if isinstance(value, dict) and "name" in value:
        return (_brief_item(value),)  # A single source is the same in a list and alone.
    return _brief_item(value)


def _brief_item(item: str | dict[str, str]) -> str:
    parts = (item,) if isinstance(item, str) else [f"{key}={item[key]}" for key in sorted(item)]
    return of_text(*parts).hex()[:_FIELD]


def past(given: Given, path: str, id_: str) -> Past:
    """What is remembered of an article that a seed gave."""
    return Past(
        id_, path, given.fields, marks(blocks(given.body)), given.key, undated=not given.dated
    )


def blocks(body: str) -> list[str]:
    """The paragraphs of a Markdown text; fenced code is one, whatever empty lines it holds."""
    found: list[str] = []
    lines: list[str] = []
    fence = ""
    for line in body.split("\n"):
        if fence:
            lines.append(line)
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if match := _FENCE.match(line):
            fence = match[1]
        if line.strip():
            lines.append(line.rstrip("\r"))
        elif lines:
            found.append("\n".join(lines))
            lines = []
    if lines:
        found.append("\n".join(lines))
    return found


def marks(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """What is remembered of paragraphs: equal marks, equal paragraphs (but for spacing)."""
    return tuple(map(_mark, paragraphs))


def _mark(paragraph: str) -> str:
    words = paragraph.split()
    return f"{of_text(' '.join(words)).hex()[:16]} {' '.join(words[:6])[:48]}"

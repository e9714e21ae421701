"""A plain text → its paragraphs: lines may be wrapped, indented, or paragraphs themselves."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_WRAPPED: Final = 100
"""No mail program or terminal wraps lines wider than this."""
_ITEM = re.compile(r"\s*(?:[-+*•·▪–—]|\d{1,3}[.)]|[a-z]\))\s+\S")
_INDENT = re.compile(r"[ \t]{2,}\S")


def paragraphs(text: str) -> list[str]:
    """The paragraphs; a line break stays in one only where it means something (a list, a verse)."""
    found: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        found += filter(None, map(_tidy, _parted(block)))
    return found


def _tidy(paragraph: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in paragraph.split("\n"))))


def _parted(block: str) -> Iterator[str]:
    lines = [line.rstrip() for line in block.split("\n") if line.strip()]
    if len(lines) < 2:
        yield from lines
        return
    if any(_ITEM.match(line) for line in lines):
        yield from _items(lines)
        return
    if _is_wrapped(lines):
        yield from _indented(lines)
    elif max(map(len, lines)) > _WRAPPED:
        yield from lines  # Each line is a paragraph.
    else:
        yield "\n".join(lines)


def _is_wrapped(lines: list[str]) -> bool:
    """Whether every line but the last (and those before an indent) runs to about the same edge."""
    full = [line for line, after in pairwise(lines) if not _INDENT.match(after)]
    edge = max(map(len, lines))
    return 40 <= edge <= _WRAPPED and all(len(line) > 0.66 * edge for line in full)


def _indented(lines: list[str]) -> Iterator[str]:
    """Wrapped lines; where some are indented, an indent begins a paragraph."""
    indents = [bool(_INDENT.match(line)) for line in lines]
    begins = not all(indents[1:])
    paragraph: list[str] = []
    for line, indented in zip(lines, indents, strict=True):
        if indented and begins and paragraph:
            yield " ".join(paragraph)
            paragraph = []
        paragraph.append(line.strip())
    yield " ".join(paragraph)


def _items(lines: list[str]) -> Iterator[str]:
    """A list keeps its lines; a line that goes on with an item joins it."""
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not items or not _goes_on(items[-1], line):
            items.append(line.strip())
        else:
            items[-1] += f" {line.strip()}"
    yield "\n".join(items)


def _goes_on(item: str, line: str) -> bool:
    return line[:1] in " \t" or (len(item) > 50 and line[:1].islower())

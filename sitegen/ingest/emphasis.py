"""Emphasis in Markdown, only where the characters around its marks let it count."""

import re
import unicodedata
from typing import Final

_MARKS: Final = {"\1": "**", "\2": "*", "\3": "~~"}
"""Stand for a mark that opens; that which closes it is four characters on."""
_ANY: Final = re.compile("[\1-\3\5-\7]")
_SEAM: Final = re.compile("\5( *)\1|\6( *)\2|\7( *)\3")


def open_mark(kind: str) -> str:
    """What stands for the opening `**`, `*` or `~~` until `emphasised` is called."""
    return next(sign for sign, mark in _MARKS.items() if mark == kind)


def close_mark(kind: str) -> str:
    """What stands for the closing one."""
    return chr(ord(open_mark(kind)) + 4)


def emphasised(text: str) -> str:
    """Markdown with its marks in place: pairs only, each where it counts.

    A mark counts if words touch it from inside, and either no punctuation does or no word touches
    it from outside. Source: https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    if not _ANY.search(text):
        return text
    while _SEAM.search(text):
        text = _SEAM.sub(lambda match: match[1] or match[2] or match[3] or "", text)
    pieces = re.split("([\1-\3\5-\7])", text)
    kept: dict[int, str] = {}
    for opened, closed in _pairs(pieces):
        kind = _MARKS[pieces[opened]]
        if _touches(pieces, kept, opened) or _touches(pieces, kept, closed):
            continue  # Marks that touch are read as one.
        if _counts(pieces, opened, 1) and _counts(pieces, closed, -1):
            kept[opened] = kept[closed] = kind
    for index in range(1, len(pieces), 2):
        pieces[index] = kept.get(index, "")
    return "".join(pieces)


def _pairs(pieces: list[str]) -> list[tuple[int, int]]:
    """Where marks open and close, the outer pairs first; none inside one of its kind."""
    waiting: list[int] = []
    found: list[tuple[int, int]] = []
    for index in range(1, len(pieces), 2):
        sign = pieces[index]
        if sign in _MARKS:
            waiting.append(index)
            continue
        opened = next((i for i in reversed(waiting) if ord(pieces[i]) == ord(sign) - 4), None)
        if opened is not None:
            waiting = [i for i in waiting if i < opened]
            if all(pieces[i] != pieces[opened] for i in waiting):
                found.append((opened, index))
    return sorted(found)


def _touches(pieces: list[str], kept: dict[int, str], index: int) -> bool:
    for step in (-1, 1):
        at = index + step
        while 0 < at < len(pieces) and not (at % 2 == 0 and pieces[at]):
            if at in kept:
                return True
            at += step
    return False


def _counts(pieces: list[str], index: int, inwards: int) -> bool:
    inner, outer = _beside(pieces, index, inwards), _beside(pieces, index, -inwards)
    if not inner or inner.isspace():
        return False
    return not _is_mark(inner) or not outer or outer.isspace() or _is_mark(outer)


def _beside(pieces: list[str], index: int, step: int) -> str:
    """The nearest character on one side, past other marks."""
    index += step
    while 0 <= index < len(pieces):
        if index % 2 == 0 and pieces[index]:
            return pieces[index][0] if step > 0 else pieces[index][-1]
        index += step
    return ""


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"

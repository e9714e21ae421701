"""What feeds would change in an article or leave out, told by the field that mends it."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sitegen.cards import Card
from sitegen.problems import Problem, Severity
from sitegen.urls import PICTURE_TYPES, suffix

_MARKUP: Final = re.compile(r"<[A-Za-z/!?][^<>]*>?|&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]{2,8});")
_ADDRESS: Final = re.compile(r"[^\s<>()@]+@[^\s<>()@]+\.[A-Za-z]{2,}")
_LOST: Final = "\ufffd"
"""What programs put in the place of a character that they cannot read."""


def markup_in(text: str) -> str:
    """What a program that takes a plain text for HTML would take for markup; mostly nothing."""
    found = _MARKUP.search(text)
    return found[0] if found else ""


def feed_faults(card: Card, now: datetime) -> Iterator[tuple[str, Problem]]:
    """Warnings about an article in feeds, each with the field that it is about."""
    if found := markup_in(card.title):
        message = f"`title` holds `{found}`, which feed readers may take for markup"
        yield "title", _warning(message, "write the headline as it is to be read")
    for field, text in (("title", card.title), ("summary", card.summary)):
        if _LOST in text:
            message = f"`{field}` holds `{_LOST}`, where a character was lost"
            yield field, _warning(message, "write the character that is meant")
    if address := _ADDRESS.search(" ".join(card.authors)):
        message = f"`authors` holds the e-mail address `{address[0]}`, which feeds would spread"
        yield "authors", _warning(message, "write the name alone")
    if not card.summary:
        message = "there is no summary and no first paragraph: feeds show the headline in its place"
        yield "summary", _warning(message, "add `summary: …`")
    if card.updated and card.updated.instant > now:
        message = f"`updated`: `{card.updated.iso}` is to come: until then it is left out"
        yield "updated", _warning(message, "write when the article was changed")
    elif card.updated and card.updated.instant < card.date.instant:
        message = f"`updated`: `{card.updated.iso}` is before `date`, which feeds show in its place"
        yield "updated", _warning(message, "write when the article was changed, or remove it")
    if (
        card.image
        and card.image.src.startswith("/")
        and suffix(card.image.src) not in PICTURE_TYPES
    ):
        message = f"`image`: the name `{card.image.src}` does not tell what it is"
        hint = f"feeds leave it out as an enclosure; known are {', '.join(sorted(PICTURE_TYPES))}"
        yield "image", _warning(message, hint)


def _warning(message: str, hint: str) -> Problem:
    return Problem(message, hint=hint, severity=Severity.WARNING)

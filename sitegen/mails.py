"""What e-mails need beside templates: style sheets written into tags, lines of 72 columns."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from css_inline import CSSInliner

COLUMNS: Final = 72
"""Of a line, so that it may be quoted in answers.
Source: RFC 5322, 2.1.1, asks for 78 at most; quoting adds to it.
"""

_OTHER: Final = re.compile("[^\x00-\u02ff\u2010-\u2027]")
"""What is neither Latin nor its punctuation."""


def inlined(html: str) -> str:
    """A page whose style sheets stand in its tags, for mail programs that drop them elsewhere.

    Media queries, which no tag can hold, stay where they are.
    """
    return _inliner().inline(html)


@lru_cache
def _inliner() -> "CSSInliner":
    # Imported where an e-mail is made.
    from css_inline import CSSInliner  # noqa: PLC0415

    return CSSInliner(
        keep_style_tags=False,
        keep_at_rules=True,
        load_remote_stylesheets=False,
        minify_css=True,
    )


def wrapped(text: str, indent: str = "") -> str:
    """A text in lines of 72 columns at most, each behind `indent`; a longer word stays whole."""
    room = COLUMNS - _width(indent)
    text = " ".join(text.split())
    lines = _cut(text, room) if _width(text) == len(text) else _filled(text, room)
    return "\n".join([indent + line for line in lines])


def _cut(text: str, room: int) -> Iterator[str]:
    """The lines of a text whose characters take a column each."""
    while len(text) > room:
        at = text.rfind(" ", 0, room + 1)
        at = text.find(" ", room) if at < 0 else at
        if at < 0:
            break
        yield text[:at]
        text = text[at + 1 :]
    yield text


def _filled(text: str, room: int) -> Iterator[str]:
    """The lines of any text."""
    line, used = "", 0
    for gap, word in _words(text):
        width = _width(word)
        if used and used + len(gap) + width > room:
            yield line
            line, used = word, width
        else:
            line = line + gap + word if used else line + word
            used += len(gap) + width if used else width
    yield line


def _words(text: str) -> Iterator[tuple[str, str]]:
    """What may begin a line, with what stands before it otherwise: a space, mostly."""
    for word in text.split():
        gap, kept = " ", ""
        for character in word:
            # Chinese and Japanese have no spaces: a line may end behind each letter.
            if unicodedata.east_asian_width(character) == "W" and character.isalpha():
                if kept:
                    yield gap, kept
                    gap = ""
                kept = character
            else:
                kept += character
        yield gap, kept


def _width(text: str) -> int:
    """Columns: letters of Chinese, Japanese and Korean take two, accents none."""
    if not _OTHER.search(text):
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )

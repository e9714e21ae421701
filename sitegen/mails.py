"""What e-mails need beside templates: style sheets written into tags, lines of 72 columns."""

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
    lines: list[str] = []
    line, used = "", 0
    for gap, word in _words(text):
        width = _width(word)
        if line and used + len(gap) + width > room:
            lines.append(line)
            line, used = word, width
        else:
            line, used = line + gap * bool(line) + word, used + len(gap) * bool(line) + width
    return "\n".join(indent + one for one in (*lines, line))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """What may begin a line, with what stands before it otherwise: a space, mostly."""
    for word in text.split():
        if word.isascii():
            yield " ", word
            continue
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
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )

"""Plain text → Markdown that shows exactly that text: nothing in it turns into formatting."""

import re
from typing import Final

_URL = re.compile(r"https?://[^\s<>\"“”«»`\\^{}|\x00-\x20\x7f]+", re.IGNORECASE)
_TRAILING = ".,;:!?'’*_~)]"
_INLINE: Final = re.compile(
    r"""[\\`*]                      # escapes, code, emphasis
    |(?<![^\W_])_|_(?![^\W_])       # an underscore inside a word is only an underscore
    |<(?=[A-Za-z/!?])               # tags and autolinks
    |&(?=\#?\w{1,40};)              # entities
    |~(?=~)|(?<=~)~                 # strikethrough, fences
    """,
    re.VERBOSE,
)
_BRACKETED = re.compile(r"\][(:\[]|\[\^|\^\[")
_LINE_START: Final = re.compile(
    r"""(?:\#{1,6}(?=\s|$)          # headings
    |[+-](?=\s|$)                   # bullets
    |-(?=[-\s|:]*$)                 # rules, underlines, tables
    |=(?==*\s*$)                    # underlines
    |>                              # quotations
    |:(?=[-\s|:]+$)|\|)             # tables
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def escape(text: str) -> str:
    """The Markdown of one paragraph. Its lines stay lines; bare web addresses become links."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    # Only an unescaped `[` can open a link, a footnote or a definition.
    brackets = bool(_BRACKETED.search(text))
    return "\\\n".join(_line(line, brackets) for line in lines if line)


def _line(line: str, brackets: bool) -> str:
    parts: list[str] = []
    start = 0
    for match in _URL.finditer(line):
        url = _trimmed(match[0])
        parts += (_inline(line[start : match.start()], brackets), f"<{url}>")
        start = match.start() + len(url)
    parts.append(_inline(line[start:], brackets))
    escaped = "".join(parts)
    if _LINE_START.match(escaped):
        return f"\\{escaped}"
    return _NUMBER.sub(r"\1\\\2", escaped, count=1) if _NUMBER.match(escaped) else escaped


def _inline(text: str, brackets: bool) -> str:
    text = _INLINE.sub(r"\\\g<0>", text)
    return text.replace("[", "\\[") if brackets else text


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if it opened."""
    while (
        url and url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")"))
    ):
        url = url[:-1]
    return url

"""Reads plain prose at once, and leaves everything else to markdown-it.

Most of a news article is paragraphs without markup, or with a few `*words*` and `[links](https://…)`.
markdown-it tries two dozen rules on each line and at each special character; here one expression
recognises what can only be prose and gives the very HTML that markdown-it would give. A property
test holds the two equal.

The source has `\n` line ends and no control characters.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

_LINE: Final = r"""(?:["“„«‘(]|—[ ])?(?:[^\W\d_]|\d+(?![\d.)]))[^\n]*(?:\n|\Z)"""
"""A line that begins with a letter or a number, perhaps behind a quotation mark, a bracket or a
dash. It can only be part of a paragraph, whatever comes before it."""
_PROSE: Final = re.compile(rf"(?:{_LINE})+")
_QUOTE: Final = re.compile(rf"(?:>(?: {_LINE}|\n))+")
_QUOTE_MARK: Final = re.compile(r"^&gt; ?", re.MULTILINE)
_BULLETS: Final = re.compile(rf"(?:- {_LINE})+")
_AFTER_BULLETS: Final = re.compile(r"(?:[ \t]*\n)*(?:\Z|[^ \t\n*+\d-])")
"""What may follow a list so that it is no further item, and no paragraph of the last one."""
_HEADING: Final = re.compile(r"#{1,6} (?=[^\s#])[^\n#]{0,500}(?<!\s)")
_FENCES: Final = ("```", "~~~")
"""A fence makes code of whatever follows, so that no line can be read by itself."""
_PARTING: Final = re.compile("\n\n+")
_TAG: Final = re.compile("<[^>]*>")

_OPENING: Final = "\x01"
_CLOSING: Final = "\x02"
"""Stand for quotation marks until all is read, so that none is taken for one of the source."""
_LEFT_ALONE: Final = ("\\", "`", "~", "<", "&", _OPENING, _CLOSING)
"""Where an inline rule could begin that is left to markdown-it."""

_NO_TEXT: Final = ("*", "[", _OPENING, _CLOSING)
"""Where a quotation mark may stand beside what is no mark of emphasis or link in a plain text."""

# Each begins with the one character that it looks for, which makes the search for it quick; what
# must stand before it is told thereafter.
_APOSTROPHE: Final = re.compile(r"'(?<=[^\W_]')(?=[^\W_])")
_PAIR: Final = re.compile(
    r"""
      "(?<![^ (\n]")(?=(?:\*\*?|\[)?[^\W_])
      ([^"\n]*)
      (?: (?: (?<=[^\W_]) | (?<=[^\W_]\*) | (?<=[^\W_]\*\*) | (?<=\)) ) "(?![^ .,;:!?)\n])
        | (?<=[.,!?…])"(?![^ \n])
      )
    """,
    re.VERBOSE,
)
"""Quotation marks whose neighbours leave no choice: the first can only open, the second only close.
Marks of emphasis and links, which markdown-it looks past, may stand between."""
_EMPHASIS: Final = re.compile(
    r"""
      \*(?<![^\s"“(\x01]\*)(\*?)
      ([^\W_](?:[^\n*\[\]\x01\x02]*[^\W_])?)
      \*\1(?![^\s.,;:!?"”)\x02])
    """,
    re.VERBOSE,
)
"""Emphasis whose marks can only open or only close. A quotation mark in it pairs with none outside,
so that such is left to markdown-it; likewise below."""
_LINK: Final = re.compile(
    r"""
      \[(?<![!^]\[)
      ([^\W_](?:[^\n*_\[\]<^!\x01\x02]*[^\s*_\[\]<^!\x01\x02])?)
      \]\(
      (https?://[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[A-Za-z0-9._/-]*)?)\)
    """,
    re.VERBOSE,
)
"""A link to a plain URL."""


class Prose(Struct, frozen=True):
    """Blocks that follow each other."""

    blocks: tuple[str, ...]
    """The HTML of each."""

    @property
    def html(self) -> str:
        """The HTML of all."""
        return "".join(self.blocks)

    @property
    def text(self) -> str:
        """The plain text of the paragraph that they begin with; empty where they do not."""
        return _plain(self.blocks[0]) if self.blocks[0].startswith("<p>") else ""


class Head(Struct, frozen=True):
    """A heading."""

    level: int
    html: str
    """What it says."""

    @property
    def text(self) -> str:
        """The same as plain text."""
        return _plain(self.html)


class Rest(Struct, frozen=True):
    """What it takes markdown-it to read."""

    start: int
    end: int
    """Where it stands in the source."""


Part = Prose | Head | Rest


def read(source: str, quotes: Sequence[str], rel: str) -> list[Part]:
    """The parts of a body, in order. `quotes`: the language's marks, as markdown-it takes them;
    `rel`: that of links.
    """
    # To look for one character is much quicker than for three.
    if ("`" in source or "~" in source) and any(fence in source for fence in _FENCES):
        return [Rest(0, len(source))]
    inline = _Inline(quotes, rel)
    blocks = source.split("\n\n")
    whole = inline.html(source)
    # The inline rules leave line ends alone, so that the whole falls into the same blocks.
    htmls = map(inline.html, blocks) if whole is None else whole.split("\n\n")
    parts: list[Part] = []
    written: list[str] = []
    begun = end = 0
    for block, found in zip(blocks, htmls, strict=True):
        start, end = end, end + len(block) + 2
        text = block.strip("\n")
        if found is None or not text:
            continue
        html = found.strip("\n")
        pending = begun < start and source[begun:start].strip(" \t\n")
        alone = not pending and text[0] == "-" and _AFTER_BULLETS.match(source, end)
        quick = _block(text, html, alone=bool(alone))
        level = 0 if quick else _level(text)
        if not quick and not level:
            continue
        if written and (pending or level):
            parts.append(Prose(tuple(written)))
            written.clear()
        if pending:
            parts.append(Rest(begun, start))
        begun = end
        if level:
            parts.append(Head(level, html[level:].strip()))
        else:
            written.append(quick)
    if written:
        parts.append(Prose(tuple(written)))
    if source[begun:].strip(" \t\n"):
        parts.append(Rest(begun, len(source)))
    return parts


def with_quotes(text: str, quotes: Sequence[str]) -> str | None:
    """A plain text with the language's quotation marks; None where it takes markdown-it to tell."""
    if any(map(text.__contains__, _NO_TEXT)):
        return None
    marked = _PAIR.sub(_paired, _APOSTROPHE.sub("’", text))
    if "'" in marked or '"' in marked:
        return None
    return marked.replace(_OPENING, quotes[0]).replace(_CLOSING, quotes[1])


def _plain(html: str) -> str:
    """The plain text of what `_Inline` wrote, on one line."""
    return one_line(_TAG.sub("", html).replace("&gt;", ">"))


def one_line(text: str) -> str:
    """The words of a text, with a space between two."""
    if text.isprintable() and "  " not in text:
        return text.strip()  # Of all that parts words, only the space is printable.
    return " ".join(text.split())


# The HTML of a block, from its source and that with the inline rules done; empty where it takes
# markdown-it to tell.


def _block(text: str, html: str, *, alone: bool) -> str:
    """`alone`: whether a list here is no part of one that others go on with."""
    if text[0].isalpha() and "\n" not in text:
        # As `_PROSE` would find, which takes longer.
        return f"<p>{html.strip()}</p>\n"
    if _PROSE.fullmatch(text):
        return _paragraph(text, html)
    if text[0] == "-":
        return _bullets(text, html) if alone else ""
    return _quotation(text, html) if text[0] == ">" else ""


def _paragraph(text: str, html: str) -> str:
    # Blanks before a line's end go, and two of them are a break.
    if "\n" in text and (" \n" in text or "\t\n" in text):
        return ""
    return f"<p>{html.strip()}</p>\n"


def _quotation(text: str, html: str) -> str:
    if not _QUOTE.fullmatch(text):
        return ""
    inner = _QUOTE_MARK.sub("", html).strip("\n")
    paragraphs = [_paragraph(part, part) for part in _PARTING.split(inner)]
    return f"<blockquote>\n{''.join(paragraphs)}</blockquote>\n" if all(paragraphs) else ""


def _bullets(text: str, html: str) -> str:
    if not _BULLETS.fullmatch(text):
        return ""
    items = "".join([f"<li>{line[2:].strip()}</li>\n" for line in html.split("\n")])
    return f"<ul>\n{items}</ul>\n"


def _level(text: str) -> int:
    """The level of a heading; 0 of what is none, and where it takes markdown-it to tell."""
    return text.index(" ") if text[0] == "#" and _HEADING.fullmatch(text) else 0


class _Inline:
    """Reads quotation marks, emphasis and links."""

    def __init__(self, quotes: Sequence[str], rel: str) -> None:
        self._opening, self._closing = quotes[0], quotes[1]
        self._link = f'<a href="{{}}" rel="{rel}">{{}}</a>' if rel else '<a href="{}">{}</a>'

    def html(self, text: str) -> str | None:
        """The HTML of a text, with the marks of its blocks as they were; None where it takes
        markdown-it to tell.
        """
        if any(map(text.__contains__, _LEFT_ALONE)):
            return None
        if "_" in text and "_" in _LINK.sub("", text):
            return None
        html = text.replace(">", "&gt;")
        if "'" in html:
            html = _APOSTROPHE.sub("’", html)
        quoted = '"' in html
        if quoted:
            html = _PAIR.sub(_paired, html)
        if "'" in html or '"' in html:
            return None
        if "*" in html:
            html = _EMPHASIS.sub(_emphasised, html)
        if "[" in html:
            html = _LINK.sub(self._linked, html)
        if "*" in html or "[" in html:
            return None
        if quoted:
            html = html.replace(_OPENING, self._opening).replace(_CLOSING, self._closing)
        return html

    def _linked(self, found: re.Match[str]) -> str:
        return self._link.format(found[2], found[1])


def _paired(found: re.Match[str]) -> str:
    return f"{_OPENING}{found[1]}{_CLOSING}"


def _emphasised(found: re.Match[str]) -> str:
    mark, text = found.groups()
    return f"<strong>{text}</strong>" if mark else f"<em>{text}</em>"

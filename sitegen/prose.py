"""A markdown-it plugin that reads plain prose at once, and asks markdown-it for everything else.

Most of a news article is paragraphs without markup, or with a few `*words*` and `[links](https://…)`.
markdown-it tries two dozen rules on each line and at each special character; here one expression
recognises what can only be prose and gives the very HTML that markdown-it would give. A property
test holds the two equal.

The HTML stands in `html_block` tokens: one for all blocks that follow each other, and one between
the tokens of a heading. As `meta["text"]` they have the plain text of the heading, or that of the
paragraph that they begin with. `env["rel"]` is the `rel` of links.

The source has `\n` line ends and no control characters.
"""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

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


def prose_plugin(md: MarkdownIt) -> None:
    """Read prose at once."""
    md.core.ruler.at("block", _block)


def _block(state: StateCore) -> None:
    source = state.src
    # To look for one character is much quicker than for three.
    if ("`" in source or "~" in source) and any(fence in source for fence in _FENCES):
        state.md.block.parse(source, state.md, state.env, state.tokens)
        return
    inline = _Inline(state)
    blocks = source.split("\n\n")
    whole = inline.html(source)
    # The inline rules leave line ends alone, so that the whole falls into the same blocks.
    htmls = map(inline.html, blocks) if whole is None else whole.split("\n\n")
    written: list[str] = []
    begun = end = 0
    for block, read in zip(blocks, htmls, strict=True):
        start, end = end, end + len(block) + 2
        text = block.strip("\n")
        if read is None or not text:
            continue
        html = read.strip("\n")
        pending = begun < start and source[begun:start].strip(" \t\n")
        if text[0].isalpha() and "\n" not in text:
            # As `_PROSE` would find, which takes longer.
            quick = f"<p>{html.strip()}</p>\n"
        elif _PROSE.fullmatch(text):
            quick = _paragraph(text, html)
        elif text[0] == "-":
            alone = not pending and _AFTER_BULLETS.match(source, end)
            quick = _bullets(text, html) if alone else ""
        else:
            quick = _quotation(text, html) if text[0] == ">" else ""
        level = 0 if quick else _level(text)
        if not quick and not level:
            continue
        if pending:
            _flush(written, state)
            _parse(state, begun, start)
        begun = end
        if level:
            _flush(written, state)
            _head(state, level, html[level:].strip())
        else:
            written.append(quick)
    _flush(written, state)
    if source[begun:].strip(" \t\n"):
        _parse(state, begun, len(source))


def _parse(state: StateCore, start: int, end: int) -> None:
    """Have markdown-it read a part of the source."""
    tokens: list[Token] = []
    line = state.src.count("\n", 0, start)
    state.md.block.parse(state.src[start:end], state.md, state.env, tokens)
    for token in tokens:
        if token.map:
            token.map = [token.map[0] + line, token.map[1] + line]
    state.tokens += tokens


def _flush(written: list[str], state: StateCore) -> None:
    """Put the HTML of blocks that follow each other into one token."""
    if written:
        # It may be the first of all, even where footnotes stand before it, for these go to the end.
        meta = {"text": _plain(written[0])} if written[0].startswith("<p>") else {}
        state.tokens.append(Token("html_block", "", 0, content="".join(written), meta=meta))
        written.clear()


def _head(state: StateCore, level: int, html: str) -> None:
    """Put in a heading, whose tag and id are known when all headings are."""
    tag = f"h{level}"
    state.tokens += (
        Token("heading_open", tag, 1),
        Token("html_block", "", 0, content=html, meta={"text": _plain(html)}),
        Token("heading_close", tag, -1, block=True),  # A block's end ends its line.
    )


def _plain(html: str) -> str:
    """The text of what `_Inline` wrote."""
    return _TAG.sub("", html).replace("&gt;", ">").strip()


# The HTML of a block, from its source and that with the inline rules done; empty where it takes
# markdown-it to tell.


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

    def __init__(self, state: StateCore) -> None:
        self._opening, self._closing = state.md.options.quotes[0], state.md.options.quotes[1]
        rel = state.env.get("rel", "")
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

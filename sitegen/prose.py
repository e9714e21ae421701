"""A markdown-it plugin that reads plain prose at once, and asks markdown-it for everything else.

Most of a news article is paragraphs without markup, or with a few `*words*` and `[links](https://…)`.
markdown-it tries two dozen rules on each line and at each special character; here one expression
recognises what can only be prose and gives the very HTML that markdown-it would give. A property
test holds the two equal.

The HTML stands in `html_block` tokens, with the plain text of a paragraph as their `meta["text"]`.
`env["rel"]` is the `rel` of links.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_BLOCKS: Final = re.compile(r"^(?:[ \t]*[^ \t\n][^\n]*(?:\n|\Z))+", re.MULTILINE)
"""Lines that follow each other without a blank one."""
_LINE: Final = r"""(?:["“„«‘(]|—[ ])?(?:[^\W\d_]|\d+(?![\d.)]))[^\n]*(?:\n|\Z)"""
"""A line that begins with a letter or a number, perhaps behind a quotation mark, a bracket or a
dash. It can only be part of a paragraph, whatever comes before it."""
_PROSE: Final = re.compile(rf"(?:{_LINE})+")
_QUOTE: Final = re.compile(rf"(?:>(?: {_LINE}|\n))+")
_BULLETS: Final = re.compile(rf"(?:- {_LINE})+")
_AFTER_BULLETS: Final = re.compile(r"(?:[ \t]*\n)*(?:\Z|[^ \t\n*+\d-])")
"""What may follow a list so that it is no further item, and no paragraph of the last one."""
_FENCES: Final = ("```", "~~~")
"""A fence makes code of whatever follows, so that no line can be read by itself."""

_STRAIGHT: Final = re.compile("[\"']")
_STOPS: Final = ".,!?…"
_ENDS: Final = " .,;:!?)"
_BORDER: Final = "\0"
"""Parts pieces of a paragraph: markdown-it leaves none in its source."""
_SPECIAL: Final = re.compile(r"[\n\\`~*_\[<&]")
"""Where an inline rule could begin."""
_PIECES: Final = re.compile(
    r"""
      (?P<text>[^\n\\`~*_\[<&]+)
    | (?<![^\s"“(])(?P<mark>\*\*?)
        (?P<inner>[^\W_](?:[^\n\\`~*_\[\]<&]*[^\W_])?)(?P=mark)(?![^\s.,;:!?"”)])
    | (?<![!^])\[(?P<label>[^\W_][^\n\\`~*_\[\]<&^!]*)\]\(
        (?P<url>https?://[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[A-Za-z0-9._/-]*)?)\)
    """,
    re.VERBOSE,
)
"""Text, emphasis whose marks can only open or only close, and links to plain URLs."""


def prose_plugin(md: MarkdownIt) -> None:
    """Read prose at once."""
    md.core.ruler.at("block", _block)


def _block(state: StateCore) -> None:
    source = state.src
    if any(fence in source for fence in _FENCES):
        state.md.block.parse(source, state.md, state.env, state.tokens)
        return
    writer = _Writer(state)
    begun = 0
    for block in _BLOCKS.finditer(source):
        start, end = block.span()
        pending = source[begun:start].strip(" \t\n")
        quick = writer.write(block[0], alone=not pending and _AFTER_BULLETS.match(source, end))
        if quick is not None:
            if pending:
                _parse(state, begun, start)
            state.tokens.append(quick)
            begun = end
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


class _Writer:
    """Writes HTML for blocks that are plainly one thing."""

    def __init__(self, state: StateCore) -> None:
        self._opening, self._closing = state.md.options.quotes[0], state.md.options.quotes[1]
        rel = state.env.get("rel", "")
        self._rel = f' rel="{rel}"' if rel else ""

    def write(self, text: str, alone: object) -> Token | None:
        """The HTML of a block; None where it takes markdown-it to tell.

        `alone`: whether nothing before or after could belong to a list.
        """
        if _PROSE.fullmatch(text):
            return self._paragraph(text)
        if _QUOTE.fullmatch(text):
            lines = (line[2:] if line.startswith("> ") else "" for line in text.splitlines())
            paragraphs = _BLOCKS.findall("\n".join(lines))
            if not paragraphs:
                return None
            return self._all(paragraphs, "<p>{}</p>", "<blockquote>\n{}\n</blockquote>\n")
        if alone and _BULLETS.fullmatch(text):
            items = [line[2:] for line in text.splitlines()]
            return self._all(items, "<li>{}</li>", "<ul>\n{}\n</ul>\n")
        return None

    def _paragraph(self, text: str) -> Token | None:
        read = self._inline(text)
        if read is None:
            return None
        html, plain = read
        return Token("html_block", "", 0, content=f"<p>{html}</p>\n", meta={"text": plain})

    def _all(self, texts: Iterable[str], each: str, around: str) -> Token | None:
        parts: list[str] = []
        for text in texts:
            read = self._inline(text)
            if read is None:
                return None
            parts.append(each.replace("{}", read[0]))
        return Token("html_block", "", 0, content=around.replace("{}", "\n".join(parts)))

    def _inline(self, text: str) -> tuple[str, str] | None:
        """A paragraph's HTML and its plain text."""
        content = text.strip()
        if not _SPECIAL.search(content):
            plain = self._quoted(content)
            return None if plain is None else (plain.replace(">", "&gt;"), plain)
        pieces: list[tuple[str, str, str]] = []
        end = 0
        for piece in _PIECES.finditer(content):
            if piece.start() != end:
                return None
            end = piece.end()
            if piece.lastgroup == "text":
                pieces.append(("", piece[0], ""))
            elif piece.lastgroup == "inner":
                tag = "em" if piece["mark"] == "*" else "strong"
                pieces.append((f"<{tag}>", piece["inner"], f"</{tag}>"))
            else:
                pieces.append((f'<a href="{piece["url"]}"{self._rel}>', piece["label"], "</a>"))
        return self._joined(pieces) if end == len(content) else None

    def _joined(self, pieces: Sequence[tuple[str, str, str]]) -> tuple[str, str] | None:
        # What stands around a quotation mark may be in another piece. A mark inside emphasis or a
        # link pairs with none outside it, so these are left to markdown-it.
        if any(begin and _STRAIGHT.search(text) for begin, text, _ in pieces):
            return None
        joined = _BORDER.join(text for _, text, _ in pieces)
        plain = self._quoted(joined)
        if plain is None:
            return None
        texts = plain.replace(">", "&gt;").split(_BORDER)
        html = [b + text + e for (b, _, e), text in zip(pieces, texts, strict=True)]
        return "".join(html), plain.replace(_BORDER, "")

    def _quoted(self, text: str) -> str | None:
        """A text with typographic quotation marks; None where it takes markdown-it to tell.

        Taken are marks whose neighbours leave no choice: an apostrophe between letters, and double
        marks that can only open, or only close, in turn.
        """
        if '"' not in text and "'" not in text:
            return text
        parts: list[str] = []
        end = 0
        is_open = False
        for found in _STRAIGHT.finditer(text):
            at = found.start()
            before, after = _beside(text, at)
            if found[0] == "'":
                if not (before.isalnum() and after.isalnum()):
                    return None
                mark = "’"
            elif is_open:
                ends = before.isalnum() and after in _ENDS
                if not ends and not (before in _STOPS and after == " "):
                    return None
                mark, is_open = self._closing, False
            else:
                if before not in " (" or not after.isalnum():
                    return None
                mark, is_open = self._opening, True
            parts += (text[end:at], mark)
            end = at + 1
        return None if is_open else "".join([*parts, text[end:]])


def _beside(text: str, at: int) -> tuple[str, str]:
    """The characters before and after a place; a space at the ends of the text."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before == _BORDER:
        before = text[at - 2 : at - 1]
    if after == _BORDER:
        after = text[at + 2 : at + 3]
    return before or " ", after or " "

"""A markdown-it plugin that reads plain prose at once, and asks markdown-it for everything else.

Most of a news article is paragraphs without markup, or with a few `*words*` and `[links](https://…)`.
markdown-it tries two dozen rules on each line and at each special character; here one expression
recognises what can only be prose and gives the very tokens that markdown-it would give. A property
test holds the two equal.
"""

import re
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
_HEADING: Final = re.compile(r"(#{1,6}) +([^\W_][^#\n]*)\n?")
_QUOTE: Final = re.compile(rf"(?:>(?: {_LINE}|\n))+")
_BULLETS: Final = re.compile(rf"(?:- {_LINE})+")
_AFTER_BULLETS: Final = re.compile(r"(?:[ \t]*\n)*(?:\Z|[^ \t\n*+\d-])")
"""What may follow a list so that it is no further item, and no paragraph of the last one."""
_FENCES: Final = ("```", "~~~")
"""A fence makes code of whatever follows, so that no line can be read by itself."""

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
    md.core.ruler.at("inline", _inline)


def _block(state: StateCore) -> None:
    source = state.src
    if any(fence in source for fence in _FENCES):
        state.md.block.parse(source, state.md, state.env, state.tokens)
        return
    begun = counted = line = 0
    for block in _BLOCKS.finditer(source):
        start, end = block.span()
        pending = source[begun:start].strip(" \t\n")
        line += source.count("\n", counted, start)
        counted = start
        tokens = _quick(block[0], line, alone=not pending and _AFTER_BULLETS.match(source, end))
        if tokens is not None:
            if pending:
                _parse(state, source[begun:start], line - source.count("\n", begun, start))
            state.tokens += tokens
            begun = end
    if source[begun:].strip(" \t\n"):
        _parse(state, source[begun:], source.count("\n", 0, begun))


def _parse(state: StateCore, part: str, line: int) -> None:
    """Have markdown-it read a part of the source that begins on a line."""
    tokens: list[Token] = []
    state.md.block.parse(part, state.md, state.env, tokens)
    for token in tokens:
        if token.map:
            token.map = [token.map[0] + line, token.map[1] + line]
    state.tokens += tokens


def _quick(text: str, line: int, alone: object) -> list[Token] | None:
    """The tokens of a block that is plainly one thing; None where it takes markdown-it to tell.

    `alone`: whether nothing before or after could belong to a list.
    """
    if _PROSE.fullmatch(text):
        return _paragraph(text, line, 0)
    if heading := _HEADING.fullmatch(text):
        mark, tag = heading[1], f"h{len(heading[1])}"
        begin = Token("heading_open", tag, 1, map=[line, line + 1], markup=mark, block=True)
        end = Token("heading_close", tag, -1, markup=mark, block=True)
        return [begin, _inline_token(heading[2], line, 1, 1), end]
    if _QUOTE.fullmatch(text):
        return _quote(text, line)
    if alone and _BULLETS.fullmatch(text):
        return _bullets(text, line)
    return None


def _paragraph(text: str, line: int, level: int, hidden: bool = False) -> list[Token]:
    count = text.count("\n") + (not text.endswith("\n"))
    lines = [line, line + count]
    return [
        Token("paragraph_open", "p", 1, map=lines, level=level, block=True, hidden=hidden),
        _inline_token(text, line, count, level + 1),
        Token("paragraph_close", "p", -1, level=level, block=True, hidden=hidden),
    ]


def _inline_token(text: str, line: int, count: int, level: int) -> Token:
    lines, content = [line, line + count], text.strip()
    return Token("inline", "", 0, map=lines, level=level, content=content, children=[], block=True)


def _quote(text: str, line: int) -> list[Token]:
    count = text.count("\n") + (not text.endswith("\n"))
    lines = [line, line + count]
    tokens = [Token("blockquote_open", "blockquote", 1, map=lines, markup=">", block=True)]
    inside = "".join(one[2:] if one.startswith("> ") else one[1:] for one in text.splitlines(True))
    for paragraph in _BLOCKS.finditer(inside):
        at = line + inside.count("\n", 0, paragraph.start())
        tokens += _paragraph(paragraph[0], at, 1)
    tokens.append(Token("blockquote_close", "blockquote", -1, markup=">", block=True))
    return tokens


def _bullets(text: str, line: int) -> list[Token]:
    items = text.splitlines()
    lines = [line, line + len(items)]
    tokens = [Token("bullet_list_open", "ul", 1, map=lines, markup="-", block=True)]
    for at, item in enumerate(items, line):
        here = [at, at + 1]
        tokens += (
            Token("list_item_open", "li", 1, map=here, level=1, markup="-", block=True),
            *_paragraph(item[2:], at, 2, hidden=True),
            Token("list_item_close", "li", -1, level=1, markup="-", block=True),
        )
    tokens.append(Token("bullet_list_close", "ul", -1, markup="-", block=True))
    return tokens


def _inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            children = _read(token.content)
            if children is None:
                children = []
                state.md.inline.parse(token.content, state.md, state.env, children)
            token.children = children


def _read(content: str) -> list[Token] | None:
    """The tokens of a paragraph's text; None where it takes markdown-it to tell."""
    if not _SPECIAL.search(content):
        return [Token("text", "", 0, content=content)]
    tokens: list[Token] = []
    end = 0
    for piece in _PIECES.finditer(content):
        if piece.start() != end:
            return None
        end = piece.end()
        kind = piece.lastgroup
        if kind == "text":
            tokens.append(Token("text", "", 0, content=piece[0]))
        elif kind == "inner":
            mark = piece["mark"]
            tag = "em" if mark == "*" else "strong"
            tokens += (
                Token(f"{tag}_open", tag, 1, markup=mark),
                Token("text", "", 0, content=piece["inner"], level=1),
                Token(f"{tag}_close", tag, -1, markup=mark),
            )
        else:
            tokens += (
                Token("link_open", "a", 1, attrs={"href": piece["url"]}),
                Token("text", "", 0, content=piece["label"], level=1),
                Token("link_close", "a", -1),
            )
    return tokens if end == len(content) else None

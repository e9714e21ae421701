"""One configured markdown-it: what is no plain prose → HTML."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.smartquotes import process_inlines
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from msgspec import Struct

from sitegen.headings import headings
from sitegen.problems import fault
from sitegen.prose import Head, Part, Rest, one_line
from sitegen.rendered import Heading, beside_path
from sitegen.sanitising import Unclean
from sitegen.urls import quoted

MAX_NESTING: Final = 64
"""Levels of blocks within blocks; more is named, for markdown-it would drop what lies deeper."""
MAX_MARKS: Final = 5_000
"""Brackets and quotation marks in one paragraph. markdown-it tries each of them against the rest of
the paragraph, and copies it for each quotation mark: 256 KB of them take half a minute."""


class Place(Struct, frozen=True):
    """Where a body stands, for its links."""

    address: str
    """The article's own."""
    path: str
    """Its file in `content/`: relative links start there."""
    base: str
    """The path that the site is served from."""
    rel: str
    """Of links that leave the site."""


def render_parts(body: str, parts: Sequence[Part], quotes: Sequence[str], place: Place) -> Unclean:
    """Render a body, of which the prose has been read. Raises `SitegenError` with a line of it."""
    md = _parser(tuple(quotes))
    environment: dict[str, object] = {"parts": parts}
    tokens = md.parse(body, environment)
    for token in tokens:
        if token.level >= MAX_NESTING - 1:
            line = token.map[0] + 1 if token.map else 0
            hint = "quotations and lists within each other: take some out"
            raise fault(f"the text nests deeper than {MAX_NESTING} levels", line=line, hint=hint)
    links = _Links(place)
    toc = _name_headings(tokens)
    for token in tokens:
        if token.type == "inline":
            line = token.map[0] + 1 if token.map else 1
            for child in token.children or ():
                if child.type == "link_open":
                    links.rewrite(child, "href", line)
                elif child.type == "image":
                    links.rewrite(child, "src", line)
                    child.attrs["loading"] = "lazy"
                elif child.type in ("softbreak", "hardbreak"):
                    line += 1
        elif token.type in ("td_open", "th_open") and "style" in token.attrs:
            # A strict Content-Security-Policy forbids inline styles (promise 34).
            token.attrs = {"class": str(token.attrs["style"]).removeprefix("text-align:")}
    html = md.renderer.render(tokens, md.options, environment)
    found, images = tuple(links.found.items()), tuple(links.images.items())
    return Unclean(html, toc, found, images, _lead(tokens))


def replace_quotes(text: str, quotes: Sequence[str]) -> str:
    """A plain text with a language's quotation marks."""
    token = Token("text", "", 0, content=text)
    process_inlines([token], StateCore("", _parser(tuple(quotes)), {}))
    return token.content


@lru_cache(maxsize=32)
def _parser(quotes: tuple[str, ...]) -> MarkdownIt:
    options = {
        "html": False,
        "typographer": True,
        "maxNesting": MAX_NESTING,
        "quotes": quotes,
    }
    md = MarkdownIt("commonmark", options)
    md.enable(["table", "strikethrough", "smartquotes"]).use(footnote_plugin)
    md.core.ruler.at("block", _read_rest)
    md.core.ruler.before("inline", "bounded", _bounded)
    md.core.ruler.disable("normalize")  # `content.decode` has done it.
    return md


def _read_rest(state: StateCore) -> None:
    """Have markdown-it read what is left of `env["parts"]`; the prose is put between.

    Its HTML stands in `html_block` tokens, also within a heading. As `meta["text"]` they have its
    plain text.
    """
    for part in state.env["parts"]:
        if type(part) is Rest:
            _parse(state, part)
            continue
        token = Token("html_block", "", 0, content=part.html, meta={"text": part.text})
        if type(part) is Head:
            tag = f"h{part.level}"
            # A block's end ends its line.
            closing = Token("heading_close", tag, -1, block=True)
            state.tokens += (Token("heading_open", tag, 1), token, closing)
        else:
            state.tokens.append(token)


def _parse(state: StateCore, rest: Rest) -> None:
    tokens: list[Token] = []
    line = state.src.count("\n", 0, rest.start)
    state.md.block.parse(state.src[rest.start : rest.end], state.md, state.env, tokens)
    for token in tokens:
        if token.map:
            token.map = [token.map[0] + line, token.map[1] + line]
    state.tokens += tokens


def _bounded(state: StateCore) -> None:
    """Refuse a paragraph that no one wrote to be read (promise 29)."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_MARKS:
            marks = sum(map(token.content.count, "[\"'"))
            if marks > MAX_MARKS:
                message = f"a paragraph holds {marks:,} brackets and quotation marks"
                line = token.map[0] + 1 if token.map else 0
                raise fault(message, line=line, hint=f"part it; {MAX_MARKS:,} are allowed")


class _Links:
    """Makes every link hold wherever the body is shown, and notes those that stay on the site."""

    def __init__(self, place: Place) -> None:
        self.address, self.path, self.base = quoted(place.address), place.path, place.base
        self.rel = place.rel
        self.found: dict[str, int] = {}
        self.images: dict[str, int] = {}

    def rewrite(self, token: Token, attribute: str, line: int) -> None:
        url = str(token.attrs.get(attribute, ""))
        try:
            parts = urlsplit(url)
        except ValueError:
            token.attrs[attribute] = ""
            return
        if parts.scheme or parts.netloc:
            if self.rel and attribute == "href":
                token.attrs["rel"] = self.rel
            return
        if not parts.path:
            return
        tail = url.partition(parts.path)[2]
        beside = attribute == "src" or parts.path.endswith(".md")
        if beside and not parts.path.startswith("/"):
            target = beside_path(self.path, parts.path)
            token.attrs[attribute] = quoted(unquote(target)) + tail
            if attribute == "src":
                self.images.setdefault(unquote(target), line)
                return
        else:
            # However many `..` it holds, and slashes it begins with, it stays on this site.
            target = "/" + urljoin(self.address, parts.path).lstrip("/")
            token.attrs[attribute] = self.base + target + tail
            if attribute == "src":
                self.images.setdefault(unquote(target), line)
        self.found.setdefault(unquote(target), line)


def _name_headings(tokens: Sequence[Token]) -> tuple[Heading, ...]:
    """Have each heading its level and its id."""
    opening = [
        (token, inline) for token, inline in pairwise(tokens) if token.type == "heading_open"
    ]
    closing = [token for token in tokens if token.type == "heading_close"]
    found = headings([(int(token.tag[1]), _plain(inline)) for token, inline in opening])
    for (opened, _), closed, heading in zip(opening, closing, found, strict=True):
        opened.tag = closed.tag = f"h{heading.level}"
        opened.attrs["id"] = heading.id
    return found


def _lead(tokens: Sequence[Token]) -> str:
    if tokens and "text" in tokens[0].meta:
        return _plain(tokens[0])
    if len(tokens) > 1 and tokens[0].type == "paragraph_open":
        return _plain(tokens[1])
    return ""


def _plain(inline: Token) -> str:
    if "text" in inline.meta:
        return str(inline.meta["text"])
    words = (
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type != "footnote_ref"
    )
    return one_line("".join(words))

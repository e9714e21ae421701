"""One configured markdown-it: an article's body → HTML, its headings and its links → clean HTML."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.smartquotes import process_inlines
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from msgspec import Struct

from sitegen.problems import fault
from sitegen.prose import prose_plugin
from sitegen.rendered import Heading, Rendered, beside_path
from sitegen.urls import quoted, slugify

MAX_NESTING: Final = 64
"""Levels of blocks within blocks; more is named, for markdown-it would drop what lies deeper."""
MAX_MARKS: Final = 5_000
"""Brackets and quotation marks in one paragraph. markdown-it tries each of them against the rest of
the paragraph, and copies it for each quotation mark: 256 KB of them take half a minute."""
_LONG: Final = 2000
"""Characters beyond which a text is no headline or summary: finding pairs costs their square."""

_QUOTES: Final = {
    "en": "“”‘’",
    "de": "„“‚‘",
    "fr": ["«\u202f", "\u202f»", "“", "”"],
    "es": "«»“”",
    "it": "«»“”",
    "pt": "“”‘’",
    "nl": "“”‘’",
    "pl": "„”‚’",
    "cs": "„“‚‘",
    "ru": "«»„“",
    "uk": "«»„“",
    "sv": "””’’",
    "fi": "””’’",
    "da": "»«›‹",
    "ar": "“”‘’",
    "ja": "「」『』",
    "zh": "“”‘’",
}
"""Outer and inner quotation marks by language.
Source: the `delimiters` of Unicode CLDR, https://cldr.unicode.org
"""

_TAGS: Final = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li"),
    *("em", "strong", "s", "a", "img", "code", "sup", "section"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {
    "*": {"id"},
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
}
_CLASSES: Final = {
    "a": {"footnote-backref"},
    "sup": {"footnote-ref"},
    "section": {"footnotes"},
    "hr": {"footnotes-sep"},
    "ol": {"footnotes-list"},
    "li": {"footnote-item"},
    "th": {"left", "center", "right"},
    "td": {"left", "center", "right"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=_SCHEMES,
    link_rel=None,  # Set below, on links that leave the site.
)


class Unclean(Struct, frozen=True):
    """A body as HTML that has not been sanitised; its fields are those of `Rendered`."""

    html: str
    toc: tuple[Heading, ...]
    links: tuple[tuple[str, int], ...]
    images: tuple[tuple[str, int], ...]
    lead: str


def sanitise(body: Unclean) -> Rendered:
    """The body with nothing left in it that an article may not hold."""
    return Rendered(_CLEANER.clean(body.html), body.toc, body.links, body.images, body.lead)


def render(
    body: str, *, address: str, path: str, base: str, language: str, foreign: bool
) -> Unclean:
    """Render a body.

    `address` is the article's own, `path` its file in `content/`: relative links start there.
    `base` is the path the site is served from. `foreign` marks text that came from a seed, whose
    links must not lend it our good name. Raises `SitegenError` with a line of the body.
    """
    md = _parser(language.split("-", maxsplit=1)[0].lower())
    rel = "nofollow noopener" if foreign else ""
    environment: dict[str, object] = {"rel": rel}
    tokens = md.parse(body, environment)
    for token in tokens:
        if token.level >= MAX_NESTING - 1:
            line = token.map[0] + 1 if token.map else 0
            hint = "quotations and lists within each other: take some out"
            raise fault(f"the text nests deeper than {MAX_NESTING} levels", line=line, hint=hint)
    links = _Links(address, path, base, rel)
    toc = tuple(_headings(tokens))
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


def typographic(text: str, language: str) -> str:
    """A plain text (a headline, a summary) with the quotation marks that bodies have."""
    if ('"' not in text and "'" not in text) or len(text) > _LONG:
        return text
    md = _parser(language.split("-", maxsplit=1)[0].lower())
    token = Token("text", "", 0, content=text)
    process_inlines([token], StateCore("", md, {}))
    return token.content


@lru_cache(maxsize=32)
def _parser(language: str) -> MarkdownIt:
    options = {
        "html": False,
        "typographer": True,
        "maxNesting": MAX_NESTING,
        "quotes": _QUOTES.get(language, _QUOTES["en"]),
    }
    md = MarkdownIt("commonmark", options)
    md.enable(["table", "strikethrough", "smartquotes"]).use(footnote_plugin).use(prose_plugin)
    md.core.ruler.before("inline", "bounded", _bounded)
    md.core.ruler.disable("normalize")  # `content.decode` has done it.
    return md


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

    def __init__(self, address: str, path: str, base: str, rel: str) -> None:
        self.address, self.path, self.base = quoted(address), path, base
        self.rel = rel
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


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    if any(token.type == "heading_open" and token.tag == "h1" for token in tokens):
        # A page has one `h1`, its headline: a body that uses `#` is moved down by one.
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    used: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            text = _plain(inline)
            name = _unused(slugify(text), used)
            token.attrs["id"] = name
            yield Heading(int(token.tag[1]), name, text)


def _unused(name: str, used: dict[str, int]) -> str:
    """A name that no heading has yet: `name`, `name-2`, `name-3`, …"""
    number, free = used.get(name, 0), name
    while free in used:
        number += 1
        free = f"{name}-{number}"
    used[name] = max(number, 1)
    used.setdefault(free, 1)
    return free


def _lead(tokens: Sequence[Token]) -> str:
    if tokens and "text" in tokens[0].meta:
        return _plain(tokens[0])
    if len(tokens) > 1 and tokens[0].type == "paragraph_open":
        return _plain(tokens[1])
    return ""


def _plain(inline: Token) -> str:
    if "text" in inline.meta:
        return _one_line(inline.meta["text"])
    words = (
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type != "footnote_ref"
    )
    return _one_line("".join(words))


def _one_line(text: str) -> str:
    return " ".join(text.split())

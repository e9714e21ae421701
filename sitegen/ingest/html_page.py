"""A web page as its fields are looked for: meta tags, JSON-LD, what stands near the headline."""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from lxml import etree, html
from lxml.html import HtmlElement

from sitegen.ingest.tidy import fold, tidy
from sitegen.problems import fault

MAX_DEPTH: Final = 256
"""Levels of nesting; the parser counts them before anything walks the page (promise 29)."""
_ARTICLES: Final = frozenset({
    "article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle",
    "opinionnewsarticle", "backgroundnewsarticle", "reviewnewsarticle", "askpublicnewsarticle",
    "advertisercontentarticle", "blogposting", "liveblogposting", "socialmediaposting",
    "report", "techarticle", "scholarlyarticle", "satiricalarticle", "review", "recipe",
})  # fmt: skip
_WRAPPED = re.compile(r"^\s*(?://)?\s*(?:<!\[CDATA\[|<!--)\s*|\s*(?://)?\s*(?:\]\]>|-->)\s*$")
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(\S+)"
)
_NEAR: Final = (12, 80)
"""Elements before and behind the headline among which a byline and a date are looked for."""

Node = dict[str, Any]
"""A thing that JSON-LD describes."""


class Page:
    """A parsed page. What is expensive to find is found once, when it is asked for."""

    def __init__(self, text: str) -> None:
        self.saved_from: Final = saved[1] if (saved := _SAVED_FROM.search(text[:4000])) else ""
        self.root: Final = parse(text)
        self.nodes: Final = tuple(_described(self.root))
        """What its JSON-LD describes, outermost first; bounded."""
        etree.strip_elements(self.root, "script", "style", with_tail=False)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """The contents of meta tags by property, name or itemprop, in lower case."""
        found: dict[str, list[str]] = {}
        for element in self.root.iter("meta"):
            content = tidy(element.get("content", ""))
            if not content:
                continue
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                if key := element.get(attribute, "").lower().strip():
                    found.setdefault(key, []).append(content)
                    break
        return found

    def meta(self, *keys: str) -> str:
        """The first content of the first of some meta tags that is there; else ""."""
        return next((self.metas[key][0] for key in keys if key in self.metas), "")

    @cached_property
    def article(self) -> Node:
        """The JSON-LD that describes the article; empty where there is none."""
        articles = [node for node in self.nodes if _types(node) & _ARTICLES]
        articles.sort(key=lambda node: ("headline" not in node, "datePublished" not in node))
        return articles[0] if articles else {}

    @cached_property
    def webpage(self) -> Node:
        """The JSON-LD that describes the page around it."""
        return next((node for node in self.nodes if "webpage" in _types(node)), {})

    def named(self, value: object) -> list[Node]:
        """The things that a JSON-LD value means: given whole, by `@id`, by name, or in a list."""
        if isinstance(value, str):
            return [{"name": value}]
        if isinstance(value, list):
            return [
                node
                for item in value[:50]
                if not isinstance(item, list)
                for node in self.named(item)
            ]
        if not isinstance(value, dict):
            return []
        if "name" not in value and "@id" in value:
            same = (node for node in self.nodes if node.get("@id") == value["@id"])
            return [next((node for node in same if "name" in node), value)]
        return [value]

    @cached_property
    def headline(self) -> HtmlElement | None:
        """The `<h1>` that is the article's, or another heading that says what `<title>` says."""
        told = fold(self.meta("og:title", "twitter:title") or self.title_tag)
        heads = [head for head in self.root.iter("h1") if said(head)]
        if heads:
            return max(heads, key=lambda head: _likeness(head, told))
        lesser = ((head, fold(said(head))) for head in self.root.iter("h2", "h3", "h4", "h5", "h6"))
        return next((head for head, text in lesser if len(text) > 12 and text in told), None)

    @cached_property
    def title_tag(self) -> str:
        """What `<title>` says."""
        element = self.root.find(".//title")
        return tidy(element.text_content()) if element is not None else ""

    @cached_property
    def near(self) -> tuple[HtmlElement, ...]:
        """The elements near the headline, in order; empty where there is no headline."""
        if self.headline is None:
            return ()
        before, behind = _NEAR
        window: list[HtmlElement] = []
        found = 0
        for element in self.root.iter():
            if element is self.headline:
                window = window[-before:]
                found = 1
            elif found:
                found += 1
            if isinstance(element.tag, str):
                window.append(element)
            if found > behind:
                break
            if not found and len(window) > 4 * before:
                window = window[-before:]
        return tuple(window)


def parse(text: str) -> HtmlElement:
    """The tree of a page. Raises `SitegenError` if it is nested too deep."""
    parser = html.HTMLParser(collect_ids=False, remove_comments=True, remove_pis=True)
    # A declared encoding is wrong by now: the text is decoded.
    text = re.sub(r"^\s*<\?xml[^>]{0,300}\?>", "", text)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise fault(f"the page cannot be read: {error}") from None
    deep = any("depth" in entry.message for entry in parser.error_log)
    if deep or root.xpath("/*" + "/*" * MAX_DEPTH):
        raise fault(f"the page is nested deeper than {MAX_DEPTH} levels")
    return root


def said(element: HtmlElement) -> str:
    """What an element says, on one line; lines and blocks in it are parted by a space."""
    parts: list[str] = []
    for inner in element.iter():
        if isinstance(inner.tag, str) and inner.tag not in ("b", "em", "i", "span", "strong", "a"):
            parts.append(" ")
        parts.append(inner.text or "")
        if inner is not element:
            parts.append(inner.tail or "")
    return tidy("".join(parts))


def _likeness(head: HtmlElement, told: str) -> tuple[bool, int]:
    folded = fold(said(head))
    alike = len(folded) > 5 and told != "" and (folded in told or told in folded)
    return (alike, len(folded))


def _described(root: HtmlElement) -> list[Node]:
    found: list[Node] = []
    for script in root.iter("script"):
        if "ld+json" in script.get("type", "").lower():
            for value in _values(_WRAPPED.sub("", script.text_content())):
                _collect(value, found, 0)
    return found


def _values(text: str) -> Iterator[object]:
    """The JSON values in a text, also where several stand in a row."""
    decoder = json.JSONDecoder(strict=False)
    position = len(text) - len(text.lstrip())
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1


def _collect(value: object, found: list[Node], depth: int) -> None:
    if depth > 4 or len(found) > 500:
        return
    if isinstance(value, list):
        for item in value[:200]:
            _collect(item, found, depth + 1)
    elif isinstance(value, dict):
        found.append(value)
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "author",
            "publisher",
            "itemReviewed",
        ):
            if isinstance(value.get(key), dict | list):
                _collect(value[key], found, depth + 1)


def _types(node: Node) -> set[str]:
    types = node.get("@type")
    listed = types if isinstance(types, list) else [types]
    return {kind.lower() for kind in listed if isinstance(kind, str)}

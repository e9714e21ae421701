"""Which part of a page is the article: trafilatura points at words, the page gives their form."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from lxml.html import HtmlElement
from msgspec import Struct

from sitegen.ingest.decode import clean
from sitegen.ingest.html_blocks import Block, blocks, joined, plain
from sitegen.ingest.html_inline import SKIPPED
from sitegen.ingest.html_names import ENDS, is_junk, names_of, squeezed
from sitegen.ingest.html_trim import lead_of, without_repeats, without_tail
from sitegen.ingest.paragraphs import paragraphs
from sitegen.ingest.plain_body import prose_of
from sitegen.problems import fault

MAX_TEXT: Final = 256 * 1024
"""Bytes that an article may have; more is set aside (promise 29)."""
_LONG: Final = 25
"""Characters without spaces from which a text is found by itself, not only as a whole block."""
_CAPTION: Final = re.compile(
    r"caption|bildunter|legende|image-?credit|photo-?credit", re.IGNORECASE
)
_CREDIT: Final = re.compile(
    r"(?:crédits?|fotos?|photos?|bild(?:er|quelle|nachweis)?|images?|pictures?|credits?|©|quelle)"
    r"(?:\s+(?:photos?|images?|credits?|by|von|par))?\s*[:©/].{0,80}",
    re.IGNORECASE,
)


_LITTLE: Final = 250
"""Characters without spaces of an article that may be only a part of it."""


class Body(Struct, frozen=True, gc=False):
    """An article's words in their two forms."""

    markdown: str
    text: str


class Known(Struct, frozen=True, gc=False):
    """What a page tells about its article elsewhere."""

    titles: tuple[str, ...] = ()
    """Ways to write its headline, which the body does not repeat."""
    image: str = ""
    """The picture that stands for it, which the body does not repeat."""
    lead: str = ""
    """A description: it tells the paragraph above the body."""
    words: str = ""
    """Its text, for pages in which little is found."""


def body(page: HtmlElement, base: str, known: Known) -> Body:
    """The article's body in a page. Raises `SitegenError` if it is too long."""
    hint = _hint(page)
    if len(hint.all) > MAX_TEXT:
        raise fault(f"the article has more than {MAX_TEXT // 1024} KB")
    if len(squeezed(known.words)) > 2 * len(hint.all):
        hint = _Hint(squeezed(known.words), frozenset(map(squeezed, known.words.split("\n"))))
    container = _container(page, hint)
    if container is None:
        # A page that scripts draw holds its words in its data only.
        prose = prose_of(paragraphs(clean(known.words)))
        return Body(prose.markdown, prose.text)
    found = [block for block in blocks(container, base) if block.markdown]
    chosen = without_tail(_chosen(found, hint, container))
    if chosen:
        chosen = [*lead_of(page, chosen, known.lead, base), *chosen]
    chosen = without_repeats(chosen, known.titles, known.image)
    return Body(joined(chosen), plain(chosen))


def fragment(element: HtmlElement, base: str, titles: tuple[str, ...] = ()) -> Body:
    """All of an element, for content that is nothing but the article: a feed's."""
    found = [block for block in blocks(element, base) if block.markdown]
    chosen = without_repeats(found, titles, "")
    return Body(joined(chosen), plain(chosen))


class _Hint(Struct, frozen=True):
    """Which words are the article's, without any space in them."""

    all: str
    """In a row."""
    parts: frozenset[str]
    """By block."""

    def holds(self, text: str) -> bool:
        """Whether a text is of the article."""
        bare = squeezed(text)
        return bare in self.parts or (len(bare) >= _LONG and bare in self.all)


def _hint(page: HtmlElement) -> _Hint:
    from trafilatura import bare_extraction  # noqa: PLC0415 - half a second

    hint = _Hint("", frozenset())
    for fast in (True, False):
        document: Any = bare_extraction(page, include_comments=False, fast=fast)
        if document is not None and document.body is not None:
            parts = [squeezed("".join(part.itertext())) for part in document.body.iter()]
            hint = _Hint(parts[0], frozenset(part for part in parts if part))
        # Its slower ways are worth their time only where the quick one finds next to nothing.
        if len(hint.all) > _LITTLE:
            break
    return hint


def _container(page: HtmlElement, hint: _Hint) -> HtmlElement | None:
    """The innermost element that holds the article's words; what repeats them elsewhere is out."""
    places = list(_places(page, hint))
    if not places:
        # Words in small pieces only: whole blocks may still be known.
        known = any(part in hint.parts for part in map(squeezed, _texts(page)))
        return page.find("body") if known else None
    totals: dict[HtmlElement, int] = {}
    for element, bare in places:
        for holder in (element, *element.iterancestors()):
            totals[holder] = totals.get(holder, 0) + len(bare)
    best = page
    while True:
        heavy = [child for child in best if totals.get(child, 0) >= 0.9 * totals[best]]
        if not heavy or heavy[0].tag in ("p", "ul", "ol", "table", "blockquote", "pre"):
            break
        best = heavy[0]
    inside = squeezed("".join(best.itertext()))
    for element, bare in places:
        # A lead may stand apart; a teaser says what the article says.
        if bare not in inside:
            best = _common(best, element)
    return best


def _texts(page: HtmlElement) -> Iterator[str]:
    return ("".join(element.itertext()) for element in page.iter("p", "li", "h2", "h3", "td"))


def _common(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    around = {one, *one.iterancestors()}
    return next(holder for holder in (other, *other.iterancestors()) if holder in around)


def _places(page: HtmlElement, hint: _Hint) -> Iterator[tuple[HtmlElement, str]]:
    """Where the page has long pieces of the article's words."""
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in SKIPPED:
            continue
        for text in (element.text, *(child.tail for child in element)):
            if text and len(text) >= _LONG:
                bare = squeezed(text)
                if len(bare) >= _LONG and bare in hint.all:
                    yield element, bare


def _chosen(found: list[Block], hint: _Hint, container: HtmlElement) -> list[Block]:
    """The article's blocks, and those between them that belong to it though they were not seen."""
    alone = Counter(block.node for block in found)
    seen = [_is_seen(block, hint, alone[block.node] == 1) for block in found]
    if True not in seen:
        return []
    first, last = seen.index(True), len(seen) - 1 - seen[::-1].index(True)
    homes = {block.node.getparent() for block, is_seen in zip(found, seen, strict=True) if is_seen}
    junk = _Junk(container)
    chosen = []
    for index, block in enumerate(found):
        if seen[index]:
            keep = not _is_caption(block, container)
        elif junk.holds(block.node):
            keep = False
        elif first < index <= last + 1 and block.kind == "embed":
            keep = True
        elif first < index < last:
            keep = _belongs(block, homes)
        else:
            keep = False
        if keep:
            chosen.append(block)
    return chosen


def _is_seen(block: Block, hint: _Hint, alone: bool) -> bool:
    if not block.text:
        return False
    if hint.holds(block.text):
        return True
    lines = [line for line in re.split(r"\n+", block.text) if line]
    known = sum(len(line) for line in lines if hint.holds(line))
    if 2 * known > len(block.text):
        return True
    if not alone:
        return False
    # What stands between two tags may be left out: then most other pieces are still there.
    pieces = [piece for piece in block.node.itertext() if len(piece) >= _LONG]
    known = sum(len(piece) for piece in pieces if hint.holds(piece))
    return 3 * known > 2 * len(block.text)


def _belongs(block: Block, homes: "set[HtmlElement | None]") -> bool:
    """Whether a block between the article's own is one of them."""
    if block.kind == "caption":
        return False
    if block.kind == "picture":
        return True
    if 2 * block.linked > len(block.text):
        return False
    if block.kind in ("table", "code", "quote", "heading", "list"):
        return block.node.getparent() in homes
    return block.node.getparent() in homes and bool(ENDS.search(block.text))


def _is_caption(block: Block, container: HtmlElement) -> bool:
    if block.kind == "caption":
        return True
    if block.kind != "text" or len(block.text) > 400:
        return False
    if _CREDIT.fullmatch(block.text):
        return True
    node = block.node
    while node is not None and node is not container:
        if node.tag in ("figure", "figcaption") or _CAPTION.search(names_of(node)):
            return True
        node = node.getparent()
    return False


class _Junk:
    """Remembers which elements of a container are furniture."""

    def __init__(self, container: HtmlElement) -> None:
        self._known: dict[HtmlElement | None, bool] = {container: False, None: False}

    def holds(self, element: HtmlElement) -> bool:
        """Whether an element, or one around it, is furniture by its name."""
        trail: list[HtmlElement] = []
        node: HtmlElement | None = element
        while node not in self._known:
            assert node is not None
            trail.append(node)
            node = node.getparent()
        verdict = self._known[node]
        for inner in reversed(trail):
            verdict = verdict or is_junk(inner)
            self._known[inner] = verdict
        return verdict

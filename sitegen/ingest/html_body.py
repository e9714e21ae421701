"""Which part of a page is the article: trafilatura points at its words, the page gives their form."""

import re
from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement
from msgspec import Struct

from sitegen.ingest.html_blocks import Block, blocks, joined, plain
from sitegen.ingest.html_inline import SKIPPED

_LONG: Final = 25
"""Characters without spaces from which a text is found by itself, not only as a whole block."""
_JUNK: Final = re.compile(
    r"""(?:^|[\s_-])(?:share|sharing|social|related|recommend\w*|newsletter|subscri\w+|promo\w*
    |advert\w*|ads?|sponsor\w*|banner|comments?|disqus|breadcrumbs?|byline|bio|authors?
    |footer|sidebar|toolbar|tags?|teasers?|outbrain|taboola|paywall|cookie\w*|popup|modal|widget
    |navigation|nav|menu|credits?|copyright|more-on|read-more|most-read|trending|signup|donat\w+)
    (?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
_CAPTION: Final = re.compile(r"caption|bildunter|legende|image-?credit|photo-?credit", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|chapo|standfirst|intro|dek|deck|subhead|anriss|vorspann|entradilla)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_CREDIT: Final = re.compile(
    r"(?:crédits?|fotos?|photos?|bild(?:er|quelle|nachweis)?|images?|pictures?|credits?|©|quelle)"
    r"(?:\s+(?:photos?|images?|credits?|by|von|par))?\s*[:©/].{0,80}",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(r"""[.!?…。！？:;][»”"'’)\]]*$""")


_ENDING: Final = ("text", "heading", "picture")
_SHORT: Final = 80
"""Characters below which words without a full stop, behind the last sentence, are no paragraph."""


class Body(Struct, frozen=True, gc=False):
    """An article's words in their two forms."""

    markdown: str
    text: str


def body(
    page: HtmlElement, base: str, titles: "tuple[str, ...]" = (), lead: str = "", words: str = "",
    image: str = "",
) -> Body:  # fmt: skip
    """The article's body in a page.

    `titles` and `image` are not repeated in it. `lead` is what describes the article, `words` what
    else is known of its text: they help where little is found.
    """
    hint = _hint(page)
    if len(_squeezed(words)) > 2 * len(hint.all):
        hint = _Hint(_squeezed(words), frozenset(map(_squeezed, words.split("\n"))))
    container = _container(page, hint)
    if container is None:
        return Body("", "")
    found = [block for block in blocks(container, base) if block.markdown]
    chosen = _without_tail(_chosen(found, hint, container))
    if chosen:
        chosen = [*_lead(page, chosen, lead, base), *chosen]
    chosen = _without_repeats(chosen, titles, image)
    return Body(joined(chosen), plain(chosen))


def fragment(element: HtmlElement, base: str, titles: "tuple[str, ...]" = ()) -> Body:
    """All of an element, for content that is nothing but the article: a feed's."""
    found = [block for block in blocks(element, base) if block.markdown]
    chosen = _without_repeats(found, titles, "")
    return Body(joined(chosen), plain(chosen))


class _Hint(Struct, frozen=True):
    """Which words are the article's, without any space in them."""

    all: str
    """In a row."""
    parts: frozenset[str]
    """By block."""

    def holds(self, text: str) -> bool:
        """Whether a text is of the article."""
        squeezed = _squeezed(text)
        return squeezed in self.parts or (len(squeezed) >= _LONG and squeezed in self.all)


def _squeezed(text: str) -> str:
    return "".join(text.replace("\xad", "").split())


def _hint(page: HtmlElement) -> _Hint:
    from trafilatura import bare_extraction  # noqa: PLC0415 - half a second

    document = bare_extraction(page, include_comments=False, fast=True)
    if document is None or document.body is None:
        return _Hint("", frozenset())
    parts = [_squeezed("".join(part.itertext())) for part in document.body.iter()]
    return _Hint(parts[0], frozenset(part for part in parts if part))


def _container(page: HtmlElement, hint: _Hint) -> HtmlElement | None:
    """The innermost element that holds the article's words; what repeats them elsewhere is out."""
    places = list(_places(page, hint))
    if not places:
        return None
    totals: dict[HtmlElement, int] = {}
    for element, squeezed in places:
        for holder in (element, *element.iterancestors()):
            totals[holder] = totals.get(holder, 0) + len(squeezed)
    best = page
    while True:
        heavy = [child for child in best if totals.get(child, 0) >= 0.9 * totals[best]]
        if not heavy or heavy[0].tag in ("p", "ul", "ol", "table", "blockquote", "pre"):
            break
        best = heavy[0]
    inside = _squeezed("".join(best.itertext()))
    for element, squeezed in places:
        # A lead may stand apart; a teaser says what the article says.
        if squeezed not in inside:
            best = _common(best, element)
    return best


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
                squeezed = _squeezed(text)
                if len(squeezed) >= _LONG and squeezed in hint.all:
                    yield element, squeezed


def _chosen(found: list[Block], hint: _Hint, container: HtmlElement) -> list[Block]:
    """The article's blocks, and those between them that belong to it though they were not seen."""
    seen = [_is_seen(block, hint) for block in found]
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


def _is_seen(block: Block, hint: _Hint) -> bool:
    if not block.text:
        return False
    if hint.holds(block.text):
        return True
    lines = [line for line in re.split(r"\n+", block.text) if line]
    known = sum(len(line) for line in lines if hint.holds(line))
    if 2 * known > len(block.text):
        return True
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
    return block.node.getparent() in homes and bool(_ENDS.search(block.text))


def _is_caption(block: Block, container: HtmlElement) -> bool:
    if block.kind == "caption":
        return True
    if block.kind != "text" or len(block.text) > 400:
        return False
    if _CREDIT.fullmatch(block.text):
        return True
    node = block.node
    while node is not None and node is not container:
        if node.tag in ("figure", "figcaption") or _CAPTION.search(_names(node)):
            return True
        node = node.getparent()
    return False


def _names(element: HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


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
            verdict = verdict or self._is_junk(inner)
            self._known[inner] = verdict
        return verdict

    @staticmethod
    def _is_junk(element: HtmlElement) -> bool:
        if element.tag in ("nav", "footer", "aside", "form", "header"):
            return True
        return bool(_JUNK.search(_names(element))) or "hidden" in element.attrib


def _without_tail(chosen: list[Block]) -> list[Block]:
    """Without what follows the last sentence: headings of nothing, lists of links, credits."""
    ends = [bool(_ENDS.search(block.text)) or block.kind not in _ENDING for block in chosen]
    if True in ends:
        end = len(ends) - ends[::-1].index(True)
        home = chosen[end - 1].node.getparent()
        if all(
            len(block.text) < _SHORT and not (block.node.tag == "p" and block.node.getparent() is home)
            for block in chosen[end:]
        ):
            chosen = chosen[:end]
    while chosen:
        last = chosen[-1]
        links = last.kind in ("text", "list", "heading") and 3 * last.linked > 2 * len(last.text)
        if not (last.kind in ("heading", "picture") or links):
            break
        chosen = chosen[:-1]
    return [block for block, after in _pairs(chosen) if not _is_idle(block, after)]


def _pairs(chosen: list[Block]) -> Iterator[tuple[Block, Block | None]]:
    return zip(chosen, [*chosen[1:], None], strict=False)


def _is_idle(block: Block, after: Block | None) -> bool:
    """Whether a heading has nothing below it."""
    if block.kind != "heading" or after is None or after.kind != "heading":
        return False
    return _level(after) < _level(block)


def _level(block: Block) -> int:
    return len(block.markdown) - len(block.markdown.lstrip("#"))


def _lead(page: HtmlElement, chosen: list[Block], told: str, base: str) -> list[Block]:
    """The paragraph that stands between headline and body and sums the article up."""
    start = _squeezed(told)[:60]
    known = _squeezed(plain(chosen))
    for element in page.iter("p", "div", "blockquote", "h2", "strong", "section"):
        if element is chosen[0].node:
            return []
        names = _names(element)
        marked = element.tag in ("p", "div") and _LEAD.search(names) and not _JUNK.search(names)
        if not marked and not (start and _squeezed(element.text or "").startswith(start[:20])):
            continue
        found = [block for block in blocks(element, base) if block.text]
        text = _squeezed(plain(found))
        if not marked and not (len(start) > 40 and text.startswith(start)):
            continue
        if len(found) > 3 or not 80 < len(text) < 1500 or text in known:
            continue
        if all(block.linked * 2 < len(block.text) and _ENDS.search(block.text) for block in found):
            return [block for block in found if block.kind in ("text", "quote")]
    return []


def _without_repeats(chosen: list[Block], titles: "tuple[str, ...]", image: str) -> list[Block]:
    """Without the headline and the picture that stand for the article, where they come again."""
    heads = {_letters(title) for title in titles if title}
    file = re.sub(r"[-_]\d+x\d+$", "", image.partition("?")[0].rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return [
        block
        for index, block in enumerate(chosen)
        if not (index < 4 and block.kind in ("heading", "text") and _letters(block.text) in heads)
        and not (index < 4 and block.kind == "picture" and len(file) > 4 and file in block.markdown)
    ]


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w", text.casefold()))

"""The edges of an article's body: its lead is fetched, what is not of it is cut off."""

import re
from collections.abc import Iterator
from datetime import UTC
from typing import Final

from lxml.html import HtmlElement

from sitegen.ingest.boilerplate import is_furniture
from sitegen.ingest.html_blocks import Block, blocks, plain
from sitegen.ingest.html_names import ENDS, is_junk, names_of, squeezed
from sitegen.ingest.when import read_date

_LEAD: Final = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|chapo|standfirst|intro|dek|deck|subhead|anriss|vorspann|entradilla)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"""(?:(?:see|read|watch|listen)\s+(?:also|more|next)|(?:more|related|recommended)\b.{0,40}
    |(?:siehe|lesen\s+sie|lies)\s+auch.{0,20}|(?:mehr|weitere)\s.{0,40}|(?:das\s+könnte|auch\s+interess).{0,40}
    |(?:à\s+)?lire\s+aussi|(?:sur\s+le\s+même\s+sujet|à\s+voir\s+aussi)
    |(?:lea|lee|ver|vea|leia|leggi|veja)\s+(?:también|mais|anche|também)
    |(?:top-?themen|meistgelesen|interessante\s+links|artikel\s+zum\s+thema).{0,40})\s*:?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
"""What stands above links to other articles."""
_ENDING: Final = ("text", "heading", "picture")
_SHORT: Final = 80
"""Characters below which words without a full stop, behind the last sentence, are no paragraph."""


def without_tail(chosen: list[Block]) -> list[Block]:
    """Without what follows the last sentence: headings of nothing, lists of links, credits."""
    chosen = _until_elsewhere(chosen)
    ends = [bool(ENDS.search(block.text)) or block.kind not in _ENDING for block in chosen]
    if True in ends:
        end = len(ends) - ends[::-1].index(True)
        home = chosen[end - 1].node.getparent()
        if all(
            len(block.text) < _SHORT
            and not (block.node.tag == "p" and block.node.getparent() is home)
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


def _until_elsewhere(chosen: list[Block]) -> list[Block]:
    """Without furniture, and without all that follows a heading of other articles at the end."""
    total = sum(len(block.text) for block in chosen)
    seen = 0
    kept: list[Block] = []
    for block in chosen:
        seen += len(block.text)
        short = block.kind in ("text", "heading") and len(block.text) < _SHORT
        if short and _ELSEWHERE.fullmatch(block.text):
            if total - seen < total // 4:
                break
            if block.kind == "text":
                continue
        if not (block.kind in ("text", "heading") and is_furniture(block.text)):
            kept.append(block)
    return kept


def _pairs(chosen: list[Block]) -> Iterator[tuple[Block, Block | None]]:
    return zip(chosen, [*chosen[1:], None], strict=False)


def _is_idle(block: Block, after: Block | None) -> bool:
    """Whether a heading has nothing below it."""
    if block.kind != "heading" or after is None or after.kind != "heading":
        return False
    return _level(after) < _level(block)


def _level(block: Block) -> int:
    return len(block.markdown) - len(block.markdown.lstrip("#"))


def lead_of(page: HtmlElement, chosen: list[Block], told: str, base: str) -> list[Block]:
    """The paragraph that stands between headline and body and sums the article up."""
    start = squeezed(told)[:60]
    known = squeezed(plain(chosen))
    for element in page.iter("p", "div", "blockquote", "h2", "strong", "section"):
        if element is chosen[0].node:
            return []
        names = names_of(element)
        marked = element.tag in ("p", "div") and _LEAD.search(names) and not is_junk(element)
        if not marked and not (start and squeezed(element.text or "").startswith(start[:20])):
            continue
        found = [block for block in blocks(element, base) if block.text]
        text = squeezed(plain(found))
        if not marked and not (len(start) > 40 and text.startswith(start)):
            continue
        if len(found) > 3 or not 60 < len(text) < 1500 or text in known:
            continue
        if all(block.linked * 2 < len(block.text) and ENDS.search(block.text) for block in found):
            return [block for block in found if block.kind in ("text", "quote")]
    return []


def without_repeats(chosen: list[Block], titles: "tuple[str, ...]", image: str) -> list[Block]:
    """Without the headline and the picture that stand for the article, where they come again."""
    heads = {_letters(title) for title in titles if title}
    file = re.sub(r"[-_]\d+x\d+$", "", image.partition("?")[0].rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return [
        block
        for index, block in enumerate(chosen)
        if not (index < 4 and block.kind in ("heading", "text") and _letters(block.text) in heads)
        and not (index < 3 and _is_dateline(block))
        and not (index < 4 and block.kind == "picture" and len(file) > 4 and file in block.markdown)
    ]


def _is_dateline(block: Block) -> bool:
    """Whether a block is nothing but a date: it is a field of its own."""
    text = block.text
    if (
        block.kind != "text"
        or len(text) > 40
        or len(text.split()) > 6
        or not re.search(r"\d{4}", text)
    ):
        return False
    return read_date(text, UTC) is not None


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w", text.casefold()))

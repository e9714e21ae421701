"""Block HTML (paragraphs, headings, lists, quotations, tables, code) → blocks of Markdown."""

import re
from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement
from msgspec import Struct

from sitegen.ingest import html_embeds
from sitegen.ingest.decode import clean
from sitegen.ingest.html_inline import (
    SKIPPED,
    Words,
    line_start,
    paragraphs,
    picture_address,
    words,
)

_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    "picture", "html",
})  # fmt: skip
_HEADINGS: Final = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
"""Levels in an article: its title has the first for itself."""
_CODE_LANGUAGE = re.compile(r"\b(?:language|lang|brush)[-:]\s?([A-Za-z0-9+#]{1,15})")


class Block(Struct, frozen=True, gc=False):
    """A paragraph or the like, in its two forms, and where it stands in the page."""

    kind: str
    """`text`, `heading`, `list`, `quote`, `embed`, `table`, `code`, `picture`, `caption`."""
    markdown: str
    text: str
    node: HtmlElement
    """The element that it was made of, or that holds its words."""
    linked: int = 0
    """Characters of `text` that are links."""


def blocks(element: HtmlElement, base: str) -> Iterator[Block]:
    """The blocks in an element, in order. `base` is the address that links are relative to."""
    pending: list[HtmlElement | str] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str) and child.tag not in SKIPPED:
            if _holds_blocks(child):
                yield from _flush(pending, element, base)
                yield from _block(child, base)
            else:
                pending.append(child)
        if child.tail:
            pending.append(child.tail)
    yield from _flush(pending, element, base)


def _holds_blocks(element: HtmlElement) -> bool:
    if element.tag in _BLOCKS:
        return True
    return bool(len(element)) and any(inner.tag in _BLOCKS for inner in element.iterdescendants())


def _flush(pending: "list[HtmlElement | str]", element: HtmlElement, base: str) -> Iterator[Block]:
    if pending:
        found = words(pending, base)
        pending.clear()
        yield from _texts("text", found, element)


def _texts(kind: str, found: Words, element: HtmlElement) -> Iterator[Block]:
    for paragraph in paragraphs(found):
        picture = not paragraph.text
        yield Block(
            "picture" if picture else kind,
            paragraph.markdown,
            paragraph.text,
            element,
            paragraph.linked,
        )


def _block(element: HtmlElement, base: str) -> Iterator[Block]:
    tag = element.tag
    if tag in _HEADINGS:
        yield from _heading(element, base)
    elif tag in ("ul", "ol"):
        yield from _list(element, base)
    elif tag == "blockquote":
        yield from _quote(element, base)
    elif tag == "table":
        yield from _table(element, base)
    elif tag == "pre":
        yield from _code(element)
    elif tag == "figcaption":
        yield from (_as("caption", block) for block in blocks(element, base) if block.text)
    elif tag == "picture":
        if (image := element.find(".//img")) is not None and picture_address(image, base):
            yield from _texts("picture", words([image], base), element)
    elif html_embeds.is_embed(element):
        yield from _embed(element, base)
    else:
        yield from blocks(element, base)


def _as(kind: str, block: Block) -> Block:
    return Block(kind, block.markdown, block.text, block.node, block.linked)


def _heading(element: HtmlElement, base: str) -> Iterator[Block]:
    inner = list(blocks(element, base))
    text = " ".join(block.text for block in inner if block.text)
    if not text:
        yield from (block for block in inner if block.kind == "picture")
        return
    markdown = " ".join(block.markdown for block in inner if block.text).replace("\\\n", " ")
    if len(text) > 120 or (len(text) > 60 and text.endswith(".")):
        yield Block("text", markdown, text, element, sum(block.linked for block in inner))
        return
    # A heading is strong already.
    markdown = re.sub(r"\*\*(.+?)\*\*", r"\1", markdown)
    marks = "#" * _HEADINGS[element.tag]
    linked = sum(block.linked for block in inner)
    yield Block("heading", f"{marks} {markdown.rstrip('#')}", text, element, linked)


def _list(element: HtmlElement, base: str) -> Iterator[Block]:
    items: list[tuple[str, str]] = []
    linked = 0
    ordered = element.tag == "ol"
    start = element.get("start", "")
    number = int(start) if start.isdecimal() and len(start) < 9 else 1
    for child in element:
        if not isinstance(child.tag, str) or child.tag in SKIPPED:
            continue
        inner = list(blocks(child, base)) if child.tag == "li" else list(_block(child, base))
        if not any(block.text for block in inner):
            continue
        mark = f"{number}. " if ordered else "- "
        number += 1
        body = joined(inner)
        indented = body.replace("\n", "\n" + " " * len(mark))
        items.append((mark + re.sub(r"\n +(?=\n)", "\n", indented), plain(inner)))
        linked += sum(block.linked for block in inner)
    if items:
        loose = any("\n\n" in markdown for markdown, _ in items)
        between = "\n\n" if loose else "\n"
        text = "\n".join(text for _, text in items)
        yield Block("list", between.join(markdown for markdown, _ in items), text, element, linked)


def _quote(element: HtmlElement, base: str) -> Iterator[Block]:
    if html_embeds.is_embed(element):
        yield from _embed(element, base)
        return
    inner = [block for block in blocks(element, base) if block.markdown]
    if any(block.text for block in inner):
        text = plain(inner)
        yield Block("quote", quoted(joined(inner)), text, element, sum(b.linked for b in inner))


def _embed(element: HtmlElement, base: str) -> Iterator[Block]:
    if post := html_embeds.read(element, base):
        yield Block("embed", quoted("\n\n".join(post.markdown)), "\n\n".join(post.text), element)


def _code(element: HtmlElement) -> Iterator[Block]:
    text = "\n".join(line.rstrip() for line in clean(element.text_content()).split("\n"))
    text = text.strip("\n")
    if not text.strip():
        return
    fence = "`" * max(3, max(map(len, re.findall(r"`+", text)), default=0) + 1)
    inner = element.find("code")
    classes = f"{element.get('class', '')} {inner.get('class', '') if inner is not None else ''}"
    match = _CODE_LANGUAGE.search(classes)
    language = match[1].lower() if match else ""
    yield Block("code", f"{fence}{language}\n{text}\n{fence}", text, element)


def _table(element: HtmlElement, base: str) -> Iterator[Block]:
    rows = [
        [cell for cell in row if cell.tag in ("td", "th")]
        for row in element.iter("tr")
        if next(row.iterancestors("table"), None) is element
    ]
    rows = [row for row in rows if row]
    if not _is_data(element, rows):
        for row in rows:
            for cell in row:
                yield from blocks(cell, base)
        return
    cells = [[_cell(cell, base) for cell in row] for row in rows]
    cells = [row for row in cells if any(cell.text for cell in row)]
    if len(cells) < 2:
        for row in cells:
            for cell in row:
                if cell.text:
                    yield Block("text", line_start(cell.markdown), cell.text, element, cell.linked)
        return
    width = max(map(len, cells))
    lines = [_row(row, width) for row in cells]
    lines.insert(1, "|" + " --- |" * width)
    text = "\n".join(" ".join(cell.text for cell in row if cell.text) for row in cells)
    linked = sum(cell.linked for row in cells for cell in row)
    yield Block("table", "\n".join(lines), text, element, linked)


def _is_data(element: HtmlElement, rows: "list[list[HtmlElement]]") -> bool:
    """Whether a table shows data, rather than arranging parts of a page."""
    if len(rows) < 2 or max(map(len, rows)) < 2 or element.get("role") == "presentation":
        return False
    if element.find(".//table") is not None:
        return False
    long = sum(len(cell.text_content()) > 400 for row in rows for cell in row)
    return not long


def _cell(element: HtmlElement, base: str) -> Words:
    inner = list(blocks(element, base))
    markdown = " ".join(block.markdown.replace("\\\n", " ") for block in inner)
    markdown = re.sub(r"(?<!\\)\|", r"\\|", " ".join(markdown.split()))
    text = " ".join(" ".join(block.text.split()) for block in inner if block.text)
    return Words(markdown, text, sum(block.linked for block in inner))


def _row(row: list[Words], width: int) -> str:
    cells = [cell.markdown for cell in row] + [""] * (width - len(row))
    return "| " + " | ".join(cells) + " |"


def quoted(markdown: str) -> str:
    """Markdown as a block quotation."""
    return "\n".join(f"> {line}" if line else ">" for line in markdown.split("\n"))


def joined(found: "list[Block]") -> str:
    """The Markdown of blocks."""
    return "\n\n".join(block.markdown for block in found if block.markdown)


def plain(found: "list[Block]") -> str:
    """The plain text of blocks."""
    return "\n\n".join(block.text for block in found if block.text)

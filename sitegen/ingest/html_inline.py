"""Inline HTML (words, links, pictures, emphasis) → Markdown and the plain text of it."""

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement
from msgspec import Struct

from sitegen.ingest.addresses import without_tracking
from sitegen.ingest.decode import clean
from sitegen.ingest.emphasis import close_mark, emphasised, open_mark

BREAK: Final = "\0"
"""Stands for `<br>` until paragraphs are made; cleaned text cannot hold it."""
SKIPPED: Final = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object",
    "embed", "param", "source", "track", "video", "audio", "map", "area", "head", "title",
    "meta", "link", "base", "input", "select", "option", "button", "textarea", "label",
    "datalist", "dialog", "menu", "progress", "meter", "frame", "frameset", "noframes",
    "applet", "rp", "rt",
})  # fmt: skip
"""Elements whose content is not an article's text."""
_MARKS: Final = {
    "strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "del": "~~", "s": "~~",
}  # fmt: skip
_SPECIAL = re.compile(
    r"""[\\`*\[\]]                  # escapes, code, emphasis, links
    |(?<![^\W_])_|_(?![^\W_])       # an underscore inside a word is only an underscore
    |<(?=[A-Za-z/!?])               # tags and autolinks
    |&(?=\#?\w{1,40};)              # entities
    |~(?=~)|(?<=~)~                 # strikethrough
    """,
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"(?=\#{1,6}(?:\s|$)|[+-](?:\s|$)|-[-\s|:]*$|=+\s*$|>|:[-\s|:]+$|\||~~~)|\d{1,9}(?=[.)](?:\s|$))"
)
_SPACE = re.compile(r"[ \t\n]+")
_PICTURE_SOURCES: Final = ("data-src", "data-lazy-src", "data-original", "data-url", "src")
_SMALL: Final = 64
"""Pixels; what is smaller is an icon or a counter, no picture of the article."""


class Words(Struct, frozen=True, gc=False):
    """Inline content in its two forms."""

    markdown: str
    text: str
    linked: int = 0
    """Characters of `text` that are links."""


def words(nodes: "list[HtmlElement | str]", base: str) -> Words:
    """What some text and inline elements say; `BREAK` for line breaks, spaces as they are."""
    parts = [_text(node) if isinstance(node, str) else _element(node, base) for node in nodes]
    return _joined(parts)


def _joined(parts: "list[Words]") -> Words:
    if len(parts) == 1:
        return parts[0]
    return Words(
        "".join(part.markdown for part in parts),
        "".join(part.text for part in parts),
        sum(part.linked for part in parts),
    )


def _text(text: str) -> Words:
    plain = _SPACE.sub(" ", clean(text))
    return Words(_escaped(plain), plain)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _children(element: HtmlElement, base: str) -> Words:
    parts = [_text(element.text)] if element.text else []
    for child in element:
        parts.append(_element(child, base))
        if child.tail:
            parts.append(_text(child.tail))
    return _joined(parts)


def _element(element: HtmlElement, base: str) -> Words:
    tag = element.tag
    if tag in SKIPPED or not isinstance(tag, str):
        return Words("", "")
    if tag == "br":
        return Words(BREAK, BREAK)
    if tag == "img":
        return _picture(element, base)
    if tag in ("code", "kbd", "samp", "tt"):
        return _code(element)
    inner = _children(element, base)
    if tag == "a":
        return _link(element, inner, base)
    if tag == "q":
        return Words(f"“{inner.markdown}”", f"“{inner.text}”", inner.linked)
    if tag in _MARKS:
        return Words(_marked(inner.markdown, _MARKS[tag]), inner.text, inner.linked)
    return inner


def _marked(markdown: str, mark: str) -> str:
    """Emphasis hugs its words, and does not span paragraphs."""
    core = markdown.strip(" ")
    if not re.search(r"\w", core) or BREAK in core:
        return markdown
    before, after = markdown[: markdown.index(core)], markdown[markdown.index(core) + len(core) :]
    return f"{before}{open_mark(mark)}{core}{close_mark(mark)}{after}"


def _code(element: HtmlElement) -> Words:
    text = " ".join(clean(element.text_content()).split())
    if not text:
        return Words("", "")
    fence = "`" * (max(map(len, re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return Words(f"{fence}{pad}{text}{pad}{fence}", text)


def _link(element: HtmlElement, inner: Words, base: str) -> Words:
    url = address(element.get("href", ""), base)
    plain = inner.text.replace(BREAK, " ").strip()
    linked = len(inner.text)
    if not url or not plain or "![" in inner.markdown or BREAK * 2 in inner.markdown:
        return Words(inner.markdown, inner.text, linked)
    markdown = inner.markdown.replace(BREAK, " ")
    core = markdown.strip()
    before, after = markdown[: markdown.index(core)], markdown[markdown.index(core) + len(core) :]
    return Words(f"{before}[{core}]({url}){after}", inner.text.replace(BREAK, " "), linked)


def _picture(element: HtmlElement, base: str) -> Words:
    alt = " ".join(clean(element.get("alt", "")).split())
    if "emoji" in element.get("class", "") and len(alt) <= 16:
        return _text(alt)
    src = picture_address(element, base)
    if not src:
        return Words("", "")
    return Words(f"![{_escaped(alt)}]({src})", "")


def picture_address(element: HtmlElement, base: str) -> str:
    """Where an `<img>` has its picture, also if it loads late; "" for icons and counters."""
    for side in ("width", "height"):
        if (size := element.get(side, "").removesuffix("px")).isdecimal() and int(size) <= _SMALL:
            return ""
    for name in _PICTURE_SOURCES:
        url = element.get(name, "").strip()
        if url and not url.startswith("data:"):
            return address(url, base)
    source = (element.get("data-srcset") or element.get("srcset") or "").split()
    return address(source[0].rstrip(","), base) if source else ""


def address(url: str, base: str) -> str:
    """An absolute http(s) or mail address, fit to stand in Markdown; "" for any other."""
    url = "".join(url.split()) if len(url) < 2000 else ""
    if not url or url.startswith("#"):
        return ""
    try:
        whole = urljoin(base, url)
        parts = urlsplit(whole)
        web = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    return _fit(without_tracking(whole)) if web or parts.scheme == "mailto" else ""


def _fit(url: str) -> str:
    return re.sub(r"[()<>\[\]\\`|\"{}^\x00-\x20\x7f]", lambda m: f"%{ord(m[0]):02X}", url)


def paragraphs(found: Words) -> "list[Words]":
    """Its paragraphs: parted by two breaks, lines by one; none of them empty, no space around."""
    if BREAK not in found.markdown:
        markdown = emphasised(_one_space(found.markdown).strip())
        text = " ".join(found.text.split())
        return [Words(line_start(markdown), text, found.linked)] if markdown else []
    pieces = re.split(r" *\0(?: *\0)+ *", found.markdown), re.split(r" *\0(?: *\0)+ *", found.text)
    share = found.linked / max(1, len(found.text))
    result = []
    for markdown, text in zip(*pieces, strict=False):
        lines = [line.strip() for line in emphasised(_one_space(markdown)).split(BREAK)]
        lines = [line_start(line) for line in lines if line]
        plain = "\n".join(" ".join(line.split()) for line in text.split(BREAK) if line.strip())
        if lines:
            result.append(Words("\\\n".join(lines), plain, round(share * len(plain))))
    return result


def _one_space(markdown: str) -> str:
    # Spaces may stand on both sides of a mark.
    return re.sub(" +([\1-\7]*) +", r" \1", markdown)


def line_start(line: str) -> str:
    """A line whose first characters start no heading, list, quotation or table."""
    match = _LINE_START.match(line)
    return f"{line[: match.end()]}\\{line[match.end() :]}" if match else line

"""Posts of social networks that a page embeds → quotations whose last line says who and where."""

import re
from typing import Final

from lxml.html import HtmlElement
from msgspec import Struct

from sitegen.ingest.html_inline import BREAK, address, paragraphs, words

_CLASSES: Final = re.compile(
    r"(?:^|\s)(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|xfbml-parse-ignore)"
    r"|reddit-(?:embed|card)[\w-]*|mastodon-embed|bluesky-embed|text-post-media|imgur-embed-pub"
    r"|telegram-post|embedly-card|threads-embed)(?:\s|$)"
)
_ADDRESSES: Final = (
    "cite", "data-instgrm-permalink", "data-text-post-permalink", "data-href", "data-url",
)  # fmt: skip
_NETWORKS: Final = {
    "twitter.com": "Twitter", "x.com": "X", "instagram.com": "Instagram", "tiktok.com": "TikTok",
    "facebook.com": "Facebook", "reddit.com": "Reddit", "threads.net": "Threads",
    "threads.com": "Threads", "bsky.app": "Bluesky", "t.me": "Telegram",
}  # fmt: skip
_PICTURE = re.compile(r"\s*(?:\[[^\]]*\]\([^)]*\)|\S+)?pic\.(?:twitter|x)\.com\S*")
_DASHES = " \t\n—–―-·|"


class Post(Struct, frozen=True):
    """What an embedded post says, and who says it: paragraphs, the attribution last."""

    markdown: tuple[str, ...]
    text: tuple[str, ...]


def is_embed(element: HtmlElement) -> bool:
    """Whether an element is a network's embedded post."""
    return bool(_CLASSES.search(element.get("class", "")))


def read(element: HtmlElement, base: str) -> Post | None:
    """The post; None where it holds neither words nor an address."""
    said = [p for p in element.iter("p") if p.text_content().strip()]
    url = _address(element, base)
    signed = _signature(element, said, base)
    if not said and not url:
        return None
    markdown: list[str] = []
    text: list[str] = []
    for paragraph in said:
        for found in paragraphs(words([paragraph], base)):
            plain = _PICTURE.sub("", found.text).strip()
            if plain:
                text.append(plain)
                markdown.append(_without_pictures(found.markdown))
    if not text and not signed:
        return None
    name = signed or _network(url)
    markdown.append(f"— [{_escaped(name)}]({url})" if url else f"— {_escaped(name)}")
    text.append(f"— {name}")
    return Post(tuple(markdown), tuple(text))


def _address(element: HtmlElement, base: str) -> str:
    """Its own address: as the embed declares it, else its last link, best outside the words."""
    for name in _ADDRESSES:
        if url := address(element.get(name, ""), base):
            return url
    links = list(element.iter("a"))
    links.sort(key=lambda link: next(link.iterancestors("p"), None) is None)
    found = (address(link.get("href", ""), base) for link in reversed(links))
    return next(filter(None, found), "")


def _signature(element: HtmlElement, said: "list[HtmlElement]", base: str) -> str:
    """The words outside the paragraphs: `Name (@handle) March 3, 2026`."""
    inside = {inner for paragraph in said for inner in paragraph.iter()}
    parts: list[str] = []
    for node in element.iter():
        if node in inside:
            # A paragraph's own tail stands behind it, and is no part of it.
            if node.tag == "p" and node.tail and node.getparent() not in inside:
                parts.append(node.tail)
            continue
        if isinstance(node.tag, str) and node.tag not in ("script", "style"):
            parts.append(node.text or "")
        if node is not element:
            parts.append(node.tail or "")
    found = paragraphs(words([" ".join(parts).replace(BREAK, " ")], base))
    signed = " ".join(" ".join(part.text for part in found).split()).strip(_DASHES)
    return re.sub(r"(\(@[\w.]+\))\s+(?=\w)", r"\1, ", signed)[:200]


def _network(url: str) -> str:
    host = url.split("/")[2].removeprefix("www.") if "//" in url else ""
    return _NETWORKS.get(host, host)


def _without_pictures(markdown: str) -> str:
    return re.sub(r"\s*\[pic\.(?:twitter|x)\.com[^\]]*\]\([^)]*\)", "", markdown).strip()


def _escaped(text: str) -> str:
    return words([text], "").markdown

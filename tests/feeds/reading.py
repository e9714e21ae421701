"""Feeds of every format, read as strictly as their formats are, into one shape."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from xml.etree import ElementTree

from msgspec import Struct

FORMATS: Final = ("rss", "atom", "json")
NAMES: Final = {"rss": "feed.xml", "atom": "atom.xml", "json": "feed.json"}
TYPES: Final = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
SPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
}
Element = ElementTree.Element


class Entry(Struct):
    """An item."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    """As a reader takes it: HTML."""
    published: datetime
    updated: datetime | None
    authors: list[str]
    tags: list[str]
    language: str | None
    enclosures: list[tuple[str, str, int]]
    """URL, type, bytes."""
    raw_dates: list[str]


class Feed(Struct):
    """A feed."""

    title: str
    subtitle: str
    home: str
    own: str
    own_type: str
    language: str | None
    authors: list[str]
    updated: datetime | None
    hubs: list[str]
    links: dict[str, str]
    """By `rel`, but for its own and its home."""
    archive: bool
    entries: list[Entry]


def read(data: bytes, form: str) -> Feed:
    """Read a feed."""
    return {"rss": _rss, "atom": _atom, "json": _json}[form](data)


def _text(parent: Element, path: str) -> str:
    return parent.findtext(path, "", SPACES)


def _links(parent: Element) -> list[dict[str, str]]:
    return [dict(link.attrib) for link in parent.findall("atom:link", SPACES)]


def _feed_links(links: list[dict[str, str]]) -> dict[str, str]:
    others = [one for one in links if one["rel"] not in ("self", "alternate", "hub")]
    found = {one["rel"]: one["href"] for one in others}
    assert len(found) == len(others)
    return found


def _rss(data: bytes) -> Feed:
    root = ElementTree.fromstring(data)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    links = _links(channel)
    (own,) = (link for link in links if link["rel"] == "self")
    return Feed(
        title=_text(channel, "title"),
        subtitle=_text(channel, "description"),
        home=_text(channel, "link"),
        own=own["href"],
        own_type=own["type"],
        language=_text(channel, "language"),
        authors=[],
        updated=parsedate_to_datetime(_text(channel, "lastBuildDate")),
        hubs=[link["href"] for link in links if link["rel"] == "hub"],
        links=_feed_links(links),
        archive=channel.find("fh:archive", SPACES) is not None,
        entries=[_item(item) for item in channel.findall("item")],
    )


def _item(item: Element) -> Entry:
    guid = item.find("guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"
    assert item.find("author") is None
    order = [child.tag for child in item]
    content = f"{{{SPACES['content']}}}encoded"
    if content in order:
        assert order.index("description") < order.index(content)
    return Entry(
        id=guid.text or "",
        url=_text(item, "link"),
        title=_text(item, "title"),
        summary=_text(item, "description"),
        html=_text(item, "content:encoded"),
        published=parsedate_to_datetime(_text(item, "pubDate")),
        updated=None,
        authors=[one.text or "" for one in item.findall("dc:creator", SPACES)],
        tags=[one.text or "" for one in item.findall("category")],
        language=item.findtext("dc:language", None, SPACES),
        enclosures=[
            (one.attrib["url"], one.attrib["type"], int(one.attrib["length"]))
            for one in item.findall("enclosure")
        ],
        raw_dates=[_text(item, "pubDate")],
    )


def _atom(data: bytes) -> Feed:
    root = ElementTree.fromstring(data)
    assert root.tag == f"{{{SPACES['atom']}}}feed"
    links = _links(root)
    (own,) = (link for link in links if link["rel"] == "self")
    (home,) = (link for link in links if link["rel"] == "alternate")
    return Feed(
        title=_text(root, "atom:title"),
        subtitle=_text(root, "atom:subtitle"),
        home=home["href"],
        own=own["href"],
        own_type=own["type"],
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        authors=[_text(one, "atom:name") for one in root.findall("atom:author", SPACES)],
        updated=datetime.fromisoformat(_text(root, "atom:updated")),
        hubs=[link["href"] for link in links if link["rel"] == "hub"],
        links=_feed_links(links),
        archive=root.find("fh:archive", SPACES) is not None,
        entries=[_entry(entry) for entry in root.findall("atom:entry", SPACES)],
    )


def _entry(entry: Element) -> Entry:
    links = _links(entry)
    (home,) = (link for link in links if link.get("rel", "alternate") == "alternate")
    content = entry.find("atom:content", SPACES)
    assert content is None or content.get("type") == "html"
    summary = entry.find("atom:summary", SPACES)
    assert summary is None or summary.get("type", "text") == "text"
    dates = [_text(entry, "atom:published"), _text(entry, "atom:updated")]
    return Entry(
        id=_text(entry, "atom:id"),
        url=home["href"],
        title=_text(entry, "atom:title"),
        summary=_text(entry, "atom:summary"),
        html=_text(entry, "atom:content"),
        published=datetime.fromisoformat(dates[0]),
        updated=datetime.fromisoformat(dates[1]),
        authors=[_text(one, "atom:name") for one in entry.findall("atom:author", SPACES)],
        tags=[one.attrib["term"] for one in entry.findall("atom:category", SPACES)],
        language=entry.get("{http://www.w3.org/XML/1998/namespace}lang"),
        enclosures=[
            (link["href"], link["type"], int(link["length"]))
            for link in links
            if link.get("rel") == "enclosure"
        ],
        raw_dates=dates,
    )


def _json(data: bytes) -> Feed:
    feed: dict[str, Any] = json.loads(data.decode("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    return Feed(
        title=feed["title"],
        subtitle=feed["description"],
        home=feed["home_page_url"],
        own=feed["feed_url"],
        own_type=TYPES["json"],
        language=feed["language"],
        authors=[author["name"] for author in feed["authors"]],
        updated=None,
        hubs=[hub["url"] for hub in feed.get("hubs", ()) if hub["type"] == "WebSub"],
        links={},
        archive=False,
        entries=[_json_item(item) for item in feed["items"]],
    )


def _json_item(item: dict[str, Any]) -> Entry:
    assert ("content_html" in item) != ("content_text" in item)
    dates = [item[name] for name in ("date_published", "date_modified") if name in item]
    return Entry(
        id=item["id"],
        url=item["url"],
        title=item["title"],
        summary=item["summary"],
        html=item.get("content_html", ""),
        published=datetime.fromisoformat(dates[0]),
        updated=datetime.fromisoformat(dates[1]) if dates[1:] else None,
        authors=[author["name"] for author in item.get("authors", ())],
        tags=item.get("tags", []),
        language=item.get("language"),
        enclosures=[
            (one["url"], one["mime_type"], one["size_in_bytes"])
            for one in item.get("attachments", ())
        ],
        raw_dates=dates,
    )

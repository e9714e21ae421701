"""JSON Feed 1.1. Source: https://www.jsonfeed.org/version/1.1/"""

from typing import Any, Final

import msgspec

from sitegen.feed_views import FeedView
from sitegen.feeds.items import Item

_VERSION: Final = "https://jsonfeed.org/version/1.1"


def write(view: FeedView, items: list[Item]) -> bytes:
    """A feed as JSON."""
    channel = view.channel
    feed: dict[str, Any] = {
        "version": _VERSION,
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": view.page.canonical,
        "description": channel.subtitle,
        "language": channel.language,
        "authors": [{"name": channel.author}],
    }
    if channel.hub:
        feed["hubs"] = [{"type": "WebSub", "url": channel.hub}]
    feed["items"] = [_item(item) for item in items]
    text = msgspec.json.format(msgspec.json.encode(feed), indent=1) + b"\n"
    msgspec.json.decode(text)  # Promise 33.
    return text


def _item(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "date_published": item.published.isoformat(),
    }
    if item.html:
        told["content_html"] = item.html.decode()
    else:
        told["content_text"] = item.summary
    if item.updated > item.published:
        told["date_modified"] = item.updated.isoformat()
    if item.authors:
        told["authors"] = [{"name": name} for name in item.authors]
    if item.tags:
        told["tags"] = list(item.tags)
    if item.language:
        told["language"] = item.language
    if picture := item.picture:
        told["image"] = picture.src
        if picture.length and picture.type:
            told["attachments"] = [
                {
                    "url": picture.src,
                    "mime_type": picture.type,
                    "size_in_bytes": picture.length,
                }
            ]
    return told

"""RSS 2.0. Source: https://www.rssboard.org/rss-profile"""

import re
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Final

from sitegen.feed_views import FeedView
from sitegen.feeds.items import Item, newest
from sitegen.feeds.wellformed import checked

_HALF_HOUR: Final = timedelta(minutes=30)
_PLAIN: Final = re.compile(rb"<(title|category)>[^<]*&[^<]*(?=</)")
"""What holds plain text, with a character that would be markup."""


def write(view: FeedView, items: list[Item]) -> bytes:
    """A feed as RSS."""
    # Imported where a feed is written: feedgen brings lxml and dateutil with it.
    from sitegen.feeds.extension import add, generator  # noqa: PLC0415

    feed = generator(view, items, "application/rss+xml")
    feed.lastBuildDate(_told(newest(items)))
    feed.description(view.channel.subtitle)
    for item in items:
        entry = add(feed, item)
        entry.guid(item.id, permalink=False)
        entry.pubDate(_told(item.published))
        entry.category([{"term": tag} for tag in item.tags])
        # Readers take it for HTML, which plain text has to be made first.
        entry.description(escape(item.summary, quote=False))
        if item.html:
            entry.content(item.html)
        picture = item.picture
        if picture and picture.length and picture.type:
            entry.enclosure(picture.src, str(picture.length), picture.type)
    return checked(_PLAIN.sub(_plain, bytes(feed.rss_str(pretty=True))))


def _told(at: datetime) -> datetime:
    """A moment with an offset that readers of RFC 822 expect: of whole or half hours."""
    offset = at.utcoffset() or timedelta()
    rounded = -(-offset // _HALF_HOUR) * _HALF_HOUR
    return at if rounded == offset else at.astimezone(timezone(rounded))


def _plain(text: re.Match[bytes]) -> bytes:
    """Its `<` and `&` as numbers: by that, readers know it for plain text."""
    return text[0].replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;")

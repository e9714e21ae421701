"""RSS 2.0. Source: https://www.rssboard.org/rss-profile"""

from datetime import datetime, timedelta, timezone
from html import escape
from typing import Final

from sitegen.feed_views import FeedView
from sitegen.feeds.items import Item, newest
from sitegen.feeds.patterns import (
    AUTHORS,
    NAME,
    SUBTITLE,
    SUMMARY,
    TAGS,
    TITLE,
    Format,
    Patterns,
    in_text,
    poured,
)

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_HALF_HOUR: Final = timedelta(minutes=30)


def write(view: FeedView, items: list[Item], patterns: Patterns) -> bytes:
    """A feed as RSS."""
    return poured(_FORMAT, view, items, patterns)


def _by_feedgen(view: FeedView, items: list[Item]) -> bytes:
    # Imported where a pattern is made: feedgen brings lxml and dateutil with it.
    from sitegen.feeds.extension import add, generator  # noqa: PLC0415

    feed = generator(view, items, "application/rss+xml")
    feed.lastBuildDate(_rounded(newest(items)))
    feed.description(view.channel.subtitle)
    for item in items:
        entry = add(feed, item)
        entry.guid(item.id, permalink=False)
        entry.pubDate(_rounded(item.published))
        entry.category([{"term": tag} for tag in item.tags])
        entry.description(item.summary)
        if item.html:
            entry.content(item.html.decode())
        picture = item.picture
        if picture and picture.length and picture.type:
            entry.enclosure(picture.src, str(picture.length), picture.type)
    return bytes(feed.rss_str(pretty=True))


def _rounded(at: datetime) -> datetime:
    """A moment with an offset that readers of RFC 822 expect: of whole or half hours."""
    offset = at.utcoffset() or timedelta()
    rounded = -(-offset // _HALF_HOUR) * _HALF_HOUR
    return at if rounded == offset else at.astimezone(timezone(rounded))


def _told(at: datetime) -> str:
    at = _rounded(at)
    iso = at.isoformat()
    return (
        f"{_DAYS[at.weekday()]}, {iso[8:10]} {_MONTHS[at.month - 1]} {iso[:4]}"
        f" {iso[11:19]} {iso[19:22]}{iso[23:]}"
    )


def _plain(value: str) -> bytes:
    """With `<` and `&` as numbers: by that, readers know it for plain text."""
    return in_text(value).replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;")


def _as_html(value: str) -> bytes:
    """Readers take it for HTML, which plain text has to be made first."""
    return in_text(escape(value, quote=False))


_FORMAT: Final = Format(
    name="rss",
    by_feedgen=_by_feedgen,
    id=lambda item: item.id,
    told=_told,
    item=("    <item>", "    </item>\n"),
    repeated={
        AUTHORS: ("      <dc:creator>", "</dc:creator>\n"),
        TAGS: ("      <category>", "</category>\n"),
    },
    escapes={NAME: _plain, SUBTITLE: _plain, TITLE: _plain, TAGS: _plain, SUMMARY: _as_html},
)

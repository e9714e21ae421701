"""RSS 2.0. Source: https://www.rssboard.org/rss-profile"""

from html import escape

from sitegen.feed_views import FeedView
from sitegen.feeds.items import Item
from sitegen.feeds.wellformed import checked


def write(view: FeedView, items: list[Item]) -> bytes:
    """A feed as RSS."""
    # Imported where a feed is written: feedgen brings lxml and dateutil with it.
    from sitegen.feeds.extension import add, generator  # noqa: PLC0415

    feed = generator(view, items, "application/rss+xml")
    feed.description(view.channel.subtitle)
    for item in items:
        entry = add(feed, item)
        entry.guid(item.id, permalink=False)
        entry.pubDate(item.published)
        entry.category([{"term": tag} for tag in item.tags])
        # Readers take it for HTML, which plain text has to be made first.
        entry.description(escape(item.summary, quote=False))
        if item.html:
            entry.content(item.html)
        picture = item.picture
        if picture and picture.length and picture.type:
            entry.enclosure(picture.url, str(picture.length), picture.type)
    return checked(bytes(feed.rss_str(pretty=True)))

"""Atom. Source: https://www.rfc-editor.org/rfc/rfc4287"""

from datetime import datetime
from typing import Final

from sitegen.feed_views import FeedView
from sitegen.feeds.items import Item
from sitegen.feeds.patterns import AUTHORS, TAGS, Format, Patterns, poured


def write(view: FeedView, items: list[Item], patterns: Patterns) -> bytes:
    """A feed as Atom."""
    return poured(_FORMAT, view, items, patterns)


def _by_feedgen(view: FeedView, items: list[Item]) -> bytes:
    # Imported where a pattern is made: feedgen brings lxml and dateutil with it.
    from sitegen.feeds.extension import add, generator  # noqa: PLC0415

    feed = generator(view, items, "application/atom+xml")
    feed.id(view.channel.id)
    feed.subtitle(view.channel.subtitle)
    feed.author({"name": view.channel.author})
    for item in items:
        entry = add(feed, item)
        entry.id(item.iri)
        entry.published(item.published)
        entry.updated(item.updated)
        entry.author([{"name": name} for name in item.authors])
        entry.category([{"term": tag, "label": tag} for tag in item.tags])
        entry.summary(item.summary)
        if item.html:
            entry.content(item.html.decode(), type="html")
    return bytes(feed.atom_str(pretty=True))


_FORMAT: Final = Format(
    name="atom",
    by_feedgen=_by_feedgen,
    id=lambda item: item.iri,
    told=datetime.isoformat,
    item=("  <entry", "  </entry>\n"),
    repeated={
        AUTHORS: ("    <author>", "    </author>\n"),
        TAGS: ("    <category ", "/>\n"),
    },
    escapes={},
)

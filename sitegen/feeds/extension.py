"""What feedgen does not write by itself, as one extension of it for RSS and Atom.

Its own link elements lose their `rel` in Atom's entries, and its extensions are imported anew for
each item.
"""

from typing import Any, Final

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from sitegen.feed_views import FeedView
from sitegen.feeds.items import Item, newest

_ATOM: Final = "http://www.w3.org/2005/Atom"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_HISTORY: Final = "http://purl.org/syndication/history/1.0"
_MEDIA: Final = "http://search.yahoo.com/mrss/"
_XML: Final = "http://www.w3.org/XML/1998/namespace"


class _OfFeed(BaseExtension):  # type: ignore[misc]
    view: FeedView

    def extend_ns(self) -> dict[str, str]:
        """The prefixes that the feed declares."""
        return {"dc": _DC, "fh": _HISTORY, "media": _MEDIA}

    def extend_rss(self, feed: Any) -> Any:
        """Into the channel."""
        return self._extend(feed[0], f"{{{_ATOM}}}link")

    def extend_atom(self, feed: Any) -> Any:
        """Into the feed, whose own namespace feedgen does not tell lxml."""
        return self._extend(feed, "link")

    def _extend(self, parent: Any, link: str) -> Any:
        neighbours = self.view.neighbours
        for rel, url in (
            ("hub", self.view.channel.hub),
            ("current", neighbours.current),
            ("prev-archive", neighbours.older),
            ("next-archive", neighbours.newer),
        ):
            if url:
                etree.SubElement(parent, link, rel=rel, href=url)
        if neighbours.current:
            etree.SubElement(parent, f"{{{_HISTORY}}}archive")
        return parent


class _OfItem(BaseEntryExtension):  # type: ignore[misc]
    item: Item
    language: str
    """The feed's."""

    def extend_rss(self, entry: Any) -> Any:
        """People, language and picture; an RSS `author` would have to be an e-mail address."""
        for name in self.item.authors:
            etree.SubElement(entry, f"{{{_DC}}}creator").text = name
        if self.item.language != self.language:
            etree.SubElement(entry, f"{{{_DC}}}language").text = self.item.language
        return self._picture(entry)

    def extend_atom(self, entry: Any) -> Any:
        """Language and picture."""
        if self.item.language != self.language:
            entry.set(f"{{{_XML}}}lang", self.item.language)
        picture = self.item.picture
        if picture and picture.length and picture.type:
            etree.SubElement(
                entry,
                "link",
                rel="enclosure",
                href=picture.src,
                type=picture.type,
                length=str(picture.length),
            )
        return self._picture(entry)

    def _picture(self, entry: Any) -> Any:
        if picture := self.item.picture:
            content = etree.SubElement(entry, f"{{{_MEDIA}}}content", url=picture.src)
            content.set("medium", "image")
            if picture.type:
                content.set("type", picture.type)
            if picture.length:
                content.set("fileSize", str(picture.length))
            if picture.width:
                content.set("width", str(picture.width))
                content.set("height", str(picture.height))
            if picture.alt:
                described = etree.SubElement(content, f"{{{_MEDIA}}}description", type="plain")
                described.text = picture.alt
        return entry


def generator(view: FeedView, items: list[Item], media_type: str) -> FeedGenerator:
    """A feed without its items, in which RSS and Atom agree. One serves one format only: its self
    link is written into both.
    """
    feed = FeedGenerator()
    feed.register_extension("more", _OfFeed, _OfItem)
    feed.more.view = view
    feed.title(view.channel.title)
    feed.link(href=view.page.canonical, rel="self", type=media_type)
    # The channel's own link is the last one given.
    feed.link(href=view.channel.home, rel="alternate", type="text/html")
    feed.language(view.channel.language)
    feed.generator("sitegen")
    feed.updated(newest(items))  # Never now, which is what feedgen takes.
    return feed


def add(feed: FeedGenerator, item: Item) -> Any:
    """An entry at the end of the feed, with what RSS and Atom agree in."""
    entry = feed.add_entry(order="append")
    entry.more.item, entry.more.language = item, feed.language()
    entry.title(item.title)
    entry.link(href=item.url)
    return entry

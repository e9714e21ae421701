"""Feeds, sitemap and robots.txt: the pages that have no template."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape, unescape
from typing import Final
from urllib.parse import urljoin

from sitegen.cards import Body
from sitegen.markdown import with_references
from sitegen.views import FeedView, PageInfo, RobotsView, SitemapView

_TAG: Final = re.compile(r'<(?:a|img)(?:\s+[\w-]+="[^"]*")*\s*/?>')
"""Tags that link, as nh3 writes them."""
_LINK: Final = re.compile(r'(\s(?:href|src))="([/#][^"]*)"')
"""A link that holds on this site only: `markdown.py` leaves no other relative ones."""


def rss(view: FeedView, bodies: Mapping[str, Body], language: str) -> bytes:
    """RSS 2.0. `bodies` by the articles' files; without a body an item has its summary alone.

    Source: https://www.rssboard.org/rss-profile
    """
    # Imported where a feed is written: feedgen brings lxml and dateutil with it.
    from feedgen.feed import FeedGenerator  # noqa: PLC0415
    from lxml import etree  # noqa: PLC0415

    feed = FeedGenerator()
    feed.load_extension("dc", atom=False, rss=True)
    feed.load_extension("media", atom=False, rss=True)
    feed.title(view.title)
    feed.description(view.subtitle)
    feed.link(href=view.page.canonical, rel="self", type="application/rss+xml")
    # The channel's own link is the last one given.
    feed.link(href=view.home, rel="alternate")
    feed.language(language)
    feed.generator("sitegen")
    # Never now: an unchanged feed must have unchanged bytes.
    changes = [(card.updated or card.date).at for card in view.cards]
    feed.lastBuildDate(max(changes, default=datetime.fromtimestamp(0, UTC)))
    for card in view.cards:
        item = feed.add_entry(order="append")
        item.title(card.title)
        item.guid(card.id, permalink=False)
        url = _absolute(card.url, view.page)
        item.link(href=url)
        item.pubDate(card.date.at)
        for author in card.authors:
            item.dc.dc_creator(author)
        item.category([{"term": tag.name} for tag in card.tags])
        # Readers take it for HTML, which plain text has to be made first.
        item.description(escape(card.summary or card.title, quote=False))
        if card.image:
            picture = _absolute(card.image.src, view.page)
            item.media.content({"url": picture, "medium": "image"}, group=None)
        if card.path in bodies:
            item.content(for_feed(bodies[card.path].html, url, view.references))
    text = bytes(feed.rss_str(pretty=True))
    etree.fromstring(text)  # A feed that does not parse is never written (promise 33).
    return text


def for_feed(html: str, page: str, references: Mapping[str, str]) -> str:
    """A body whose every link and image holds in a reader's inbox. `page` is its whole URL."""

    def whole(link: re.Match[str]) -> str:
        return f'{link[1]}="{escape(urljoin(page, unescape(link[2])))}"'

    resolved = with_references(html, references)
    return _TAG.sub(lambda tag: _LINK.sub(whole, tag[0]), resolved)


def _absolute(url: str, page: PageInfo) -> str:
    return urljoin(page.canonical, url)


def sitemap(view: SitemapView) -> bytes:
    """Source: https://www.sitemaps.org/protocol.html"""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for url, day in view.entries:
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(url)}</loc>{changed}</url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()


def robots(view: RobotsView) -> bytes:
    """Everyone may read everything.

    Source: https://www.rfc-editor.org/rfc/rfc9309
    """
    return f"User-agent: *\nAllow: /\n\nSitemap: {view.sitemap}\n".encode()

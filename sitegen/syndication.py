"""Site → what machines read: feeds and their archives, OPML, sitemaps, robots.txt.

The formats of a list are planned one after the other, so that they are rendered by one worker,
which then prepares each article for them once.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct, structs

from sitegen import dates
from sitegen.cards import Card
from sitegen.config import Config
from sitegen.feed_views import (
    Channel,
    Day,
    FeedView,
    Neighbours,
    NewsView,
    OpmlView,
    RobotsView,
    SitemapView,
)
from sitegen.pages import Page, Pages
from sitegen.pictures import Picture
from sitegen.references import References
from sitegen.site import Choice, Edition, Site
from sitegen.subscriptions import OPML, Listing, listings, subscription
from sitegen.urls import Urls
from sitegen.views import PageInfo, SubscribeView

SITEMAP_LENGTH: Final = 50_000
"""URLs that a sitemap may hold. Source: https://www.sitemaps.org/protocol.html"""
NEWS_LENGTH: Final = 1_000
"""Articles that a news sitemap may hold.
Source: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""
NEWS_SITEMAP: Final = "/news-sitemap.xml"
ARCHIVED: Final = ("rss", "atom")
"""Formats whose documents can be linked as RFC 5005 says. The one that the site prefers has the
archive: it holds every article whole, and twice would double the size of a site.
"""
_SPACE: Final = UUID("7d4b6a2e-2b0e-5c0a-9d51-3f6f1d2a8c47")
"""What the ids of editions are made in, with `[feeds] id`."""
_KINDS: Final = ("site", "editions", "tag", "source")
"""In the order in which people are told of them."""
_LABELS: Final = {"rss": "RSS", "atom": "Atom", "json": "JSON"}


def plan(site: Site, config: Config, choice: Choice, pages: Pages) -> list[Page]:
    """Every page that has no template, and the one that shows all feeds; in a settled order: what
    takes longest is not the last, so that no worker is left with it when the others are done.
    """
    planner = _Planner(site, config, choice, pages)
    return [*planner.sitemaps(), *planner.subscribe(), *planner.feeds()]


class _Planner:
    """What one site offers to machines."""

    def __init__(self, site: Site, config: Config, choice: Choice, pages: Pages) -> None:
        self.config, self.urls, self.choice = config, config.urls, choice
        self.site, self.references = site, References(site, config.urls)
        self.page = pages.of
        formats = config.feeds.formats
        self.archived = next((form for form in formats if form in ARCHIVED), "")
        self.listings = list(listings(site, config))

    def feeds(self) -> Iterator[Page]:
        size = self.config.feeds.items
        for listing in self.listings:
            channel = self._channel(listing)
            if listing.kind == "editions":
                yield from self._edition_feeds(listing, channel)
                continue
            cards = self._due(listing.cards)
            shown = _Document(listing.address, cards[:size])
            archived = self.config.feeds.archive and listing.kind == "site"
            parts = list(_archive(cards, size, self.urls)) if archived else []
            yield from self._documents(listing, channel, [shown, *parts])

    def _documents(
        self, listing: Listing, channel: Channel, documents: Sequence["_Document"]
    ) -> Iterator[Page]:
        """A feed, and the documents of its archive, newest first."""
        whole = self.config.feeds.content == "full"
        last = len(documents) - 1
        for index, document in enumerate(documents):
            cards = document.cards
            bodies = tuple(card.path for card in cards) if whole else ()
            references = self.references.of(cards) if whole else {}
            pictures = self._pictures(cards) if whole else {}
            older = documents[index + 1] if index < last else None
            newer = documents[index - 1] if index > 1 else None
            for form in self.config.feeds.formats:
                neighbours = Neighbours()
                if form == self.archived:
                    neighbours = Neighbours(
                        current=self._url(documents[0], form) if index else "",
                        older=self._url(older, form) if older else "",
                        newer=self._url(newer, form) if newer else "",
                    )
                elif index:
                    continue
                address = self.urls.of_feed(document.address, form, document.part)
                info = self._info("feed", address)
                view = FeedView(info, channel, cards, references, pictures, neighbours)
                yield self.page(address, form, view, _origin(form, listing, document), bodies)

    def _edition_feeds(self, listing: Listing, channel: Channel) -> Iterator[Page]:
        days: list[Day] = []
        cards: list[Card] = []
        for edition in listing.editions:
            shown = self._due(edition.cards)
            if len(days) < self.config.feeds.items and shown:
                days.append(self._day(edition, len(shown)))
                cards += shown
        for form in self.config.feeds.formats:
            address = self.urls.of_feed(listing.address, form)
            info = self._info("feed", address)
            view = FeedView(info, channel, tuple(cards), {}, {}, days=tuple(days))
            yield self.page(address, form, view, _origin(form, listing))

    def _day(self, edition: Edition, count: int) -> Day:
        name = f"{self.config.editions.every} {self.config.feeds.id} {edition.day.isoformat()}"
        begins = dates.of_day(edition.day, self.config.zone)
        return Day(edition.day, f"urn:uuid:{uuid5(_SPACE, name)}", edition.url, begins, count)

    def subscribe(self) -> Iterator[Page]:
        by_name = sorted(
            (subscription(self.config, listing) for listing in self.listings),
            key=lambda one: (_KINDS.index(one.kind), one.title.lower(), one.url),
        )
        subscriptions = tuple(by_name)
        feeds = tuple(feed for one in subscriptions[:2] for feed in one.feeds)
        address = self.urls.subscribe
        info = PageInfo("subscribe", self.urls.href(address), self.urls.absolute(address), feeds)
        view = SubscribeView(info, subscriptions, self.urls.href(OPML))
        yield self.page(address, "subscribe.html", view, "the page of all feeds")
        opml = OpmlView(self._info("opml", OPML), self.config.site.title, subscriptions)
        yield self.page(OPML, "opml", opml, "the list of all feeds")

    def sitemaps(self) -> Iterator[Page]:
        entries = sorted(self._entries())
        starts = range(0, len(entries), SITEMAP_LENGTH)
        parts = [tuple(entries[start : start + SITEMAP_LENGTH]) for start in starts]
        if len(parts) == 1:
            yield self._sitemap("/sitemap.xml", "sitemap", parts[0])
        else:
            named = [(f"/sitemap-{number}.xml", part) for number, part in enumerate(parts, 1)]
            for address, part in named:
                yield self._sitemap(address, "sitemap", part)
            index = tuple((self.urls.absolute(a), max(day for _, day in part)) for a, part in named)
            yield self._sitemap("/sitemap.xml", "sitemaps", index)
        news = tuple(card for card in self.site.cards if self.choice.is_news(card))[:NEWS_LENGTH]
        view = NewsView(self._info("sitemap", NEWS_SITEMAP), self.config.site.title, news)
        yield self.page(NEWS_SITEMAP, "news", view, "the sitemap of the news")
        both = tuple(map(self.urls.absolute, ("/sitemap.xml", NEWS_SITEMAP)))
        robots = RobotsView(self._info("robots", "/robots.txt"), both)
        yield self.page("/robots.txt", "robots", robots, "robots.txt")

    def _sitemap(self, address: str, form: str, entries: tuple[tuple[str, str], ...]) -> Page:
        view = SitemapView(self._info("sitemap", address), entries)
        return self.page(address, form, view, f"the sitemap `{address}`")

    def _entries(self) -> Iterator[tuple[str, str]]:
        """Every page that is a place of its own, and the day of its last change."""
        site, urls = self.site, self.urls
        changed = {card.path: (card.updated or card.date).day.isoformat() for card in site.cards}
        for card in site.cards:
            yield urls.absolute(card.address), changed[card.path]
        for tag in site.tags:
            yield urls.absolute(tag.address), max([changed[card.path] for card in tag.cards])
        newest = [max([changed[card.path] for card in one.cards]) for one in site.editions]
        days = list(zip(site.editions, newest, strict=True))
        for edition, day in days:
            yield urls.absolute(edition.address), day
        for address_of in (urls.of_month, urls.of_year):
            for address, group in groupby(days, lambda pair: address_of(pair[0].day)):  # noqa: B023
                yield urls.absolute(address), max(day for _, day in group)
        yield urls.absolute("/"), max(newest, default="")
        for address in (urls.archive, urls.tags, urls.subscribe):
            yield urls.absolute(address), ""

    def _channel(self, listing: Listing) -> Channel:
        settings, absolute = self.config.site, self.urls.absolute
        return Channel(
            id=absolute(listing.address),
            title=listing.title,
            subtitle=listing.subtitle,
            home=absolute(listing.home),
            author=settings.author or settings.title,
            language=settings.language,
            hub=self.config.feeds.hub,
        )

    def _due(self, cards: tuple[Card, ...]) -> tuple[Card, ...]:
        if not self.choice.future:
            return cards
        return tuple(card for card in cards if self.choice.is_due(card))

    def _pictures(self, cards: Iterable[Card]) -> dict[str, dict[str, Picture]]:
        """Each in one size: readers' programs differ in what they make of several."""
        return {
            card.path: {
                key: structs.replace(picture, srcset="")
                for key, picture in self.references.pictures(card).items()
            }
            for card in cards
            if card.path in self.site.images
        }

    def _url(self, document: "_Document", form: str) -> str:
        return self.urls.absolute(self.urls.of_feed(document.address, form, document.part))

    def _info(self, kind: str, address: str) -> PageInfo:
        return PageInfo(kind, self.urls.href(address), self.urls.absolute(address), ())


class _Document(Struct, frozen=True):
    """A document of a feed: the feed itself, or a part of its archive."""

    address: str
    """What its name is added to."""
    cards: tuple[Card, ...]
    """Newest first."""
    part: int = 0
    """Its number in its month, from 1; 0 for the feed itself."""


def _archive(cards: Sequence[Card], size: int, urls: Urls) -> Iterator[_Document]:
    """What the feed's past is cut into, newest first; nothing where the feed holds all of it.

    Each month is cut from its oldest article on, so that an article that comes late changes only
    its own month. What the newest month has beyond its last whole part is in the feed itself, whose
    length is that of a part.
    """
    if len(cards) <= size:
        return
    for index, (month, group) in enumerate(groupby(cards, lambda c: c.date.day.replace(day=1))):
        newest_first = list(group)
        count = len(newest_first)
        parts = count // size if index == 0 else -(-count // size)
        for part in range(parts, 0, -1):
            start = max(0, count - part * size)
            shown = tuple(newest_first[start : count - (part - 1) * size])
            yield _Document(urls.of_month(month), shown, part)


def _origin(form: str, listing: Listing, document: _Document | None = None) -> str:
    part = f", part {document.part} of {document.address}" if document and document.part else ""
    return f"the {_LABELS[form]} feed of {listing.address}{part}"

"""Views without a template: what `feeds/` writes for machines."""

from datetime import date

from msgspec import Struct

from sitegen.cards import Card
from sitegen.dates import Moment
from sitegen.links import Subscription
from sitegen.pictures import Picture
from sitegen.views import AnyView, View


class Channel(Struct, frozen=True):
    """What a feed says of itself."""

    id: str
    """The same for every document of the feed: an absolute URL."""
    title: str
    subtitle: str
    """What it is about."""
    home: str
    """The whole URL of the page that it is the feed of."""
    author: str
    """Who publishes the site."""
    language: str
    hub: str
    """The WebSub hub; may be empty."""


class Neighbours(Struct, frozen=True):
    """Where a document stands among those of its feed: whole URLs, empty where there is none."""

    current: str = ""
    """The feed that new articles come to; only in a document of the archive."""
    older: str = ""
    newer: str = ""
    """Both of the archive."""


class Day(Struct, frozen=True):
    """An edition as an item of a feed."""

    day: date
    id: str
    """Permanent."""
    url: str
    """Its page."""
    begins: Moment
    """When the day begins: it is published then, whatever comes to it later."""
    count: int
    """How many of the view's cards are its own."""


class FeedView(View, frozen=True):
    """A document of a feed: no template, `feeds/` writes it."""

    channel: Channel
    cards: tuple[Card, ...]
    """Newest first."""
    references: dict[str, str]
    """The URLs of the articles' files that the bodies link to."""
    pictures: dict[str, dict[str, Picture]]
    """What the bodies show, by the articles' files: in one size, by what stands for it there."""
    neighbours: Neighbours = Neighbours()
    days: tuple[Day, ...] = ()
    """Where its items are editions and not articles: the days, newest first."""


class OpmlView(View, frozen=True):
    """`feeds.opml`: no template."""

    title: str
    subscriptions: tuple[Subscription, ...]


class SitemapView(View, frozen=True):
    """`sitemap.xml`, or a part of it: no template."""

    entries: tuple[tuple[str, str], ...]
    """Whole URL and the day of the last change (may be empty), by URL."""


class NewsView(View, frozen=True):
    """The sitemap of the news of two days: no template."""

    name: str
    """The publication."""
    cards: tuple[Card, ...]
    """Newest first."""


class RobotsView(View, frozen=True):
    """`robots.txt`: no template."""

    sitemaps: tuple[str, ...]
    """Whole URLs."""


PageView = AnyView | FeedView | OpmlView | SitemapView | NewsView | RobotsView
"""Every view that a page can have."""

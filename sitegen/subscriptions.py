"""Site → everything that readers can follow: the site, its editions, every tag, every source."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from sitegen.cards import Card
from sitegen.config import Config
from sitegen.links import FeedLink, Subscription
from sitegen.site import Edition, Site, Tag
from sitegen.urls import slugify

TYPES: Final = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
"""The media type of each format."""
OPML: Final = "/feeds.opml"
_EDITIONS: Final = {
    "ar": {"day": "النشرة اليومية", "week": "النشرة الأسبوعية"},
    "de": {"day": "Tagesausgabe", "week": "Wochenausgabe"},
    "en": {"day": "Daily edition", "week": "Weekly edition"},
    "es": {"day": "Edición diaria", "week": "Edición semanal"},
    "fr": {"day": "Édition du jour", "week": "Édition de la semaine"},
}
"""What the feed of editions is called, by language: its name stands in feeds, which no theme
writes."""


class Listing(Struct, frozen=True):
    """A list of articles that has feeds."""

    kind: str
    """`site`, `editions`, `tag` or `source`."""
    name: str
    """What tells it from the site's other lists."""
    title: str
    """What tells it from those of other sites too."""
    subtitle: str
    address: str
    """What the names of its feeds are added to."""
    home: str
    """The address of the page that shows the same."""
    cards: tuple[Card, ...]
    """Newest first."""
    editions: tuple[Edition, ...] = ()
    """Newest first, where its items are days."""


def listings(site: Site, config: Config) -> Iterator[Listing]:
    """The site, its editions, every tag and every source, the last two by slug."""
    name = config.site.title
    about = config.site.description or name
    yield Listing("site", name, name, about, "/", "/", site.cards)
    yield of_editions(config, site.editions)
    for tag in site.tags:
        yield of_tag(config, tag)
    by_source: dict[str, list[Card]] = defaultdict(list)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    slugs: dict[str, str] = {}
    for card in site.cards:
        # One source in two spellings is one, and the article is there once.
        for slug, written in {_slug(one.name, slugs): one.name for one in card.sources}.items():
            by_source[slug].append(card)
            names[slug][written] += 1
    for slug in sorted(by_source):
        # As most articles write it; of two that are as frequent, the first by the alphabet.
        written = min(names[slug], key=lambda one: (-names[slug][one], one))
        title = f"{written} – {name}"
        address = config.urls.of_source(slug)
        yield Listing("source", written, title, title, address, "/", tuple(by_source[slug]))


def _slug(name: str, known: dict[str, str]) -> str:
    slug = known.get(name)
    if slug is None:
        slug = known[name] = slugify(name)
    return slug


def of_editions(config: Config, editions: tuple[Edition, ...] = ()) -> Listing:
    """The list of editions: an item for each day. Its page is the archive."""
    language = config.site.language.split("-", maxsplit=1)[0].lower()
    name = _EDITIONS.get(language, _EDITIONS["en"])[config.editions.every]
    title = f"{name} – {config.site.title}"
    archive = config.urls.archive
    return Listing("editions", name, title, title, archive, archive, (), editions)


def of_tag(config: Config, tag: Tag) -> Listing:
    """The list of a tag."""
    title = f"{tag.name} – {config.site.title}"
    return Listing("tag", tag.name, title, title, tag.address, tag.address, tag.cards)


def feed_links(config: Config, listing: Listing) -> tuple[FeedLink, ...]:
    """The feeds of a list, the preferred format first."""
    return tuple(
        FeedLink(
            listing.title, config.urls.href(config.urls.of_feed(listing.address, form)), TYPES[form]
        )
        for form in config.feeds.formats
    )


def site_feeds(config: Config) -> tuple[FeedLink, ...]:
    """The feeds of all articles."""
    return feed_links(config, Listing("site", "", config.site.title, "", "/", "/", ()))


def subscription(config: Config, listing: Listing) -> Subscription:
    """A list as people are told of it."""
    home = config.urls.href(listing.home)
    feeds = feed_links(config, listing)
    return Subscription(listing.name, listing.title, listing.kind, home, feeds)

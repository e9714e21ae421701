"""Site → the facts that every template may read as `site`, and the links that they are made of."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct, structs

from sitegen.cards import Card
from sitegen.config import Config
from sitegen.links import DateLink, FeedLink, TagLink
from sitegen.pictures import Picture
from sitegen.site import Edition, Site, Tag
from sitegen.subscriptions import OPML, feed_links, of_editions, site_feeds

RECENT: Final = 10
"""Articles in the site fact `recent`."""
CONFIGURED: Final = frozenset(
    (
        *("title", "url", "description", "language", "direction", "author"),
        *("every", "home", "tags_url", "archive_url"),
    )
)
"""The facts that `config_facts` tells."""


class SiteFacts(Struct, frozen=True):
    """`site` in every template."""

    title: str
    """The digest's name."""
    url: str
    """Where it is published, with a final `/`."""
    description: str
    """`[site] description`; may be empty."""
    language: str
    """BCP 47."""
    direction: str
    """`ltr` or `rtl`: how the language is written."""
    author: str
    """`[site] author`; may be empty."""
    options: dict[str, object]
    """`[theme] options`."""
    every: str
    """`day` or `week`: how often there is an edition."""
    home: str
    """The link to the home page."""
    tags_url: str
    """The link to the tag index."""
    archive_url: str
    """The link to the archive."""
    search_url: str
    """The link to the search page; empty where `[search]` is off."""
    feeds: tuple[FeedLink, ...]
    """The feeds of the whole site, the preferred format first."""
    edition_feeds: tuple[FeedLink, ...]
    """The feeds that hold an item for each day."""
    subscribe_url: str
    """The link to the page of all feeds."""
    opml_url: str
    """The link to the list of all feeds that feed readers can import."""
    tags: tuple[TagLink, ...]
    """Every tag, by name."""
    editions: tuple[DateLink, ...]
    """Every edition, newest first."""
    recent: tuple[Card, ...]
    """The ten newest articles."""
    social: Picture | None
    """What shares of pages that are no article show; none where cards are not drawn."""


def site_facts(site: Site, config: Config) -> dict[str, object]:
    """What every template may read as `site`, by name; each read is recorded."""
    address = config.urls
    by_name = sorted(site.tags, key=lambda tag: (tag.name.lower(), tag.slug))
    facts = SiteFacts(
        **config_facts(config),
        options=config.theme.options,
        search_url=address.href(address.search) if config.search.enabled else "",
        feeds=site_feeds(config),
        edition_feeds=feed_links(config, of_editions(config)),
        subscribe_url=address.href(address.subscribe),
        opml_url=address.href(OPML),
        tags=tuple(map(tag_link, by_name)),
        editions=tuple(map(edition_link, site.editions)),
        recent=site.cards[:RECENT],
        social=site.gallery.card,
    )
    return structs.asdict(facts)


def config_facts(config: Config) -> dict[str, str]:
    """Those facts that the configuration alone tells, by name."""
    address = config.urls
    return {
        "title": config.site.title,
        "url": address.absolute("/"),
        "description": config.site.description,
        "language": config.site.language,
        "direction": config.site.direction,
        "author": config.site.author,
        "every": config.editions.every,
        "home": address.href("/"),
        "tags_url": address.href(address.tags),
        "archive_url": address.href(address.archive),
    }


def encoded(facts: Mapping[str, Any]) -> bytes:
    """Facts as bytes, without the theme's options: of these the config knows more than an encoding
    could tell.
    """
    return msgspec.msgpack.encode(SiteFacts(**(dict(facts) | {"options": {}})))


def decoded(data: bytes, config: Config) -> dict[str, object]:
    """The facts that were encoded."""
    facts = msgspec.msgpack.decode(data, type=SiteFacts)
    return structs.asdict(structs.replace(facts, options=config.theme.options))


def tag_link(tag: Tag) -> TagLink:
    return TagLink(tag.name, tag.slug, tag.url, len(tag.cards))


def edition_link(edition: Edition) -> DateLink:
    return DateLink(edition.day, edition.url, len(edition.cards))

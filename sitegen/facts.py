"""Site → the facts that every template may read as `site`, and the links that they are made of."""

from typing import Final

from sitegen.config import Config
from sitegen.site import Edition, Site, Tag
from sitegen.views import DateLink, FeedLink, TagLink

RSS: Final = "application/rss+xml"
RECENT: Final = 10
"""Articles in the site fact `recent`."""


def site_facts(site: Site, config: Config) -> dict[str, object]:
    """What every template may read as `site`; each read is recorded."""
    address = config.urls
    return {
        "title": config.site.title,
        "url": address.absolute("/"),
        "description": config.site.description,
        "language": config.site.language,
        "direction": config.site.direction,
        "author": config.site.author,
        "options": config.theme.options,
        "home": address.href("/"),
        "tags_url": address.href(address.tags),
        "archive_url": address.href(address.archive),
        "feeds": (feed_link(config, config.site.title, "/"),),
        "tags": tuple(
            map(tag_link, sorted(site.tags, key=lambda tag: (tag.name.lower(), tag.slug)))
        ),
        "editions": tuple(map(edition_link, site.editions)),
        "recent": site.cards[:RECENT],
    }


def feed_link(config: Config, title: str, home: str) -> FeedLink:
    return FeedLink(title, config.urls.href(home + config.urls.rss), RSS)


def tag_link(tag: Tag) -> TagLink:
    return TagLink(tag.name, tag.slug, tag.url, len(tag.cards))


def edition_link(edition: Edition) -> DateLink:
    return DateLink(edition.day, edition.url, len(edition.cards))

"""Cards → Site: order, neighbours, tags, editions, archives; drafts and the like filtered once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Final

import msgspec
from msgspec import Struct, structs

from sitegen.cards import Card, Entry, with_picture
from sitegen.dates import monday
from sitegen.digests import NOTHING, digest
from sitegen.pictures import Gallery
from sitegen.urls import Urls

NEWS: Final = timedelta(days=2)
"""How long an article is news: what a news sitemap may hold.
Source: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

NO_PICTURES: Final = Gallery()


class Choice(Struct, frozen=True):
    """Which articles are published, and what is known of them yet."""

    now: datetime
    """Aware; later articles wait, and those that expired before it are gone."""
    drafts: bool = False
    """Show drafts."""
    future: bool = False
    """Show articles whose moment has not come."""

    def takes(self, card: Card) -> bool:
        """Whether an article is published."""
        return (
            (self.drafts or not card.draft)
            and (self.future or card.date.instant <= self.now)
            and (card.expires is None or card.expires.instant > self.now)
        )

    def shows_as(self, other: "Choice") -> bool:
        """Whether both take the same at the same moment."""
        return (self.drafts, self.future) == (other.drafts, other.future)

    def may_change(self, card: Card) -> bool:
        """Whether time alone may have an article come, go or be shown otherwise after `now`."""
        return (
            card.expires is not None
            or card.date.instant > self.now - NEWS
            or (card.updated is not None and card.updated.instant > self.now)
        )

    def seen(self, card: Card) -> Card:
        """The card as it is shown: a change that is still to come has not been made."""
        if card.updated is None or card.updated.instant <= self.now:
            return card
        earlier = structs.replace(card, updated=None, digest=NOTHING)
        return structs.replace(earlier, digest=digest(msgspec.msgpack.encode(earlier)))

    def is_due(self, card: Card) -> bool:
        """Whether an article's moment has come: feeds hold none that lies ahead."""
        return card.date.instant <= self.now

    def is_news(self, card: Card) -> bool:
        """Whether an article is of the last two days."""
        return self.now - NEWS < card.date.instant <= self.now

    def until(self, cards: Iterable[Card]) -> datetime | None:
        """The first instant after `now` at which any of this differs; None if none ever does."""
        instants: list[datetime] = []
        earliest = self.now - NEWS
        for card in cards:
            published = card.date.instant
            if published > earliest:
                instants += (published, published + NEWS)
            if card.updated:
                instants.append(card.updated.instant)
            if card.expires:
                instants.append(card.expires.instant)
        return min((instant for instant in instants if instant > self.now), default=None)


class Tag(Struct, frozen=True):
    """A topic, person or place that articles share."""

    name: str
    """As most articles write it."""
    slug: str
    address: str
    url: str
    cards: tuple[Card, ...]
    """Newest first; never empty."""


class Edition(Struct, frozen=True):
    """The digest of one day, or of one week."""

    day: date
    """Its day; of a week the Monday."""
    address: str
    url: str
    cards: tuple[Card, ...]
    """Newest first; never empty."""


class Site(Struct, frozen=True):
    """All that is published."""

    cards: tuple[Card, ...]
    """Newest first."""
    tags: tuple[Tag, ...]
    """By slug."""
    editions: tuple[Edition, ...]
    """Newest first."""

    links: dict[str, tuple[tuple[str, int], ...]]
    """Of each article's file that links to this site: where to, and on which line."""
    images: dict[str, tuple[tuple[str, int], ...]]
    """Of each article's file whose body shows images of this site: which, and on which line."""
    gallery: Gallery


def newest_first(cards: Iterable[Card]) -> list[Card]:
    """Cards in the order of every list and feed; ties are broken by id, then by file."""
    return sorted(sorted(cards, key=_BY_ID), key=_BY_TIME, reverse=True)


_BY_ID: Final = attrgetter("id", "path")
_BY_TIME: Final = attrgetter("date.instant")


def edition_day(day: date, every: str) -> date:
    """The day that names the edition of a day; `every` is `[editions] every`."""
    return monday(day) if every == "week" else day


def assemble(
    entries: Iterable[Entry],
    choice: Choice,
    urls: Urls,
    every: str,
    gallery: Gallery = NO_PICTURES,
) -> Site:
    """The site that the chosen articles make; `every` is `[editions] every`."""
    published = [entry for entry in entries if choice.takes(entry.card)]
    chosen = newest_first([_shown(entry.card, choice, gallery) for entry in published])
    by_tag: dict[str, list[Card]] = defaultdict(list)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    by_day: dict[date, list[Card]] = defaultdict(list)
    for card in chosen:
        by_day[edition_day(card.date.day, every)].append(card)
        for ref in card.tags:
            by_tag[ref.slug].append(card)
            names[ref.slug][ref.name] += 1
    return Site(
        cards=tuple(chosen),
        tags=tuple(_tag(slug, names[slug], by_tag[slug], urls) for slug in sorted(by_tag)),
        editions=tuple(
            Edition(day, urls.of_edition(day), urls.href(urls.of_edition(day)), tuple(cards_of_day))
            for day, cards_of_day in sorted(by_day.items(), reverse=True)
        ),
        links={entry.card.path: entry.links for entry in published if entry.links},
        images={entry.card.path: entry.images for entry in published if entry.images},
        gallery=gallery,
    )


def _shown(card: Card, choice: Choice, gallery: Gallery) -> Card:
    if card.updated is None and card.image is None:
        # Most are shown as they are.
        return card
    return with_picture(choice.seen(card), gallery)


def _tag(slug: str, names: Mapping[str, int], cards: Sequence[Card], urls: Urls) -> Tag:
    name = min(names, key=lambda name: (-names[name], name))
    address = urls.of_tag(slug)
    return Tag(name, slug, address, urls.href(address), tuple(cards))

"""Site → every page of it, with its address, its template and its view."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from sitegen import editions, urls
from sitegen.cards import Card
from sitegen.config import Config
from sitegen.digests import digest
from sitegen.facts import edition_link
from sitegen.feed_views import PageView
from sitegen.links import DateLink, FeedLink, Link, Pager, RelatedLink
from sitegen.memo import Memo
from sitegen.outlines import Outline
from sitegen.references import References
from sitegen.site import Edition, Site, edition_day
from sitegen.subscriptions import feed_links, of_editions, of_tag, site_feeds
from sitegen.timeline import chart
from sitegen.topics import Topics
from sitegen.views import (
    AliasView,
    ArchiveView,
    ArticleView,
    MonthView,
    PageInfo,
    PlainView,
    YearView,
    article_digest,
)

T = TypeVar("T")


ALIAS_IN: Final = "an alias in "
"""Begins the origin of an alias."""


class Page(Struct, frozen=True):
    """A planned output: where it goes, what makes it, and of what."""

    path: str
    """Its file, relative to the output."""
    address: str
    """Its URL, from the site's root, unquoted."""
    template: str
    """A template's name, or what `feeds/` writes: `rss`, `sitemap`, `robots`, …"""
    made: PageView | Callable[[], PageView]
    """Its view, or what makes it: most are not asked for."""
    digest: bytes
    """Of the view and the template's name."""
    origin: str
    """What it is the page of, for people: `content/2022/12/a.md`, ``the tag `Cuba` ``."""
    bodies: tuple[str, ...] = ()
    """The articles' files whose bodies it shows."""

    @property
    def view(self) -> PageView:
        """What its template sees."""
        return self.made() if callable(self.made) else self.made


class Pages:
    """Makes pages. One that would be equal to one of the last plan is that one, the very object."""

    def __init__(self, memo: Memo) -> None:
        self.memo = memo

    def of(
        self,
        address: str,
        template: str,
        view: PageView,
        origin: str,
        bodies: tuple[str, ...] = (),
    ) -> Page:
        """The page of a view."""
        parts = address, template, view, origin, bodies
        # Two pages with one address are told as a problem, which names their origins.
        return self.memo.get((address, origin), parts, partial(self.make, *parts))

    def make(
        self, address: str, template: str, view: PageView, origin: str, bodies: tuple[str, ...]
    ) -> Page:
        """The page of a view, which is none of the last plan's."""
        key = view.digest + template.encode()
        return Page(urls.output_path(address), address, template, view, key, origin, bodies)


Related = Mapping[str, Sequence[str]]
"""By an article's file the files of those that belong to it."""
Outlines = Mapping[str, Outline]
"""By a tag's slug."""


def plan(
    site: Site, config: Config, related: Related, outlines: Outlines, pages: Pages
) -> list[Page]:
    """Every page that has a template, in a settled order."""
    planner = _Planner(site, config, related, outlines, pages)
    return [
        *planner.articles(),
        *planner.editions(),
        *planner.tags(),
        *planner.months(),
        *planner.years(),
        *planner.others(),
    ]


class _Infos:
    """Makes what pages see as `page`, of the configuration alone."""

    def __init__(self, config: Config) -> None:
        self._urls = config.urls
        self._site_feeds = site_feeds(config)
        self._edition_feeds = feed_links(config, of_editions(config))

    def __call__(self, kind: str, address: str, *feeds: FeedLink) -> PageInfo:
        offered = (*feeds, *self._site_feeds)
        if kind == "edition":
            offered = (*self._edition_feeds, *self._site_feeds)
        elif kind in ("home", "month", "year", "archive"):
            offered = (*self._site_feeds, *self._edition_feeds)
        path = urls.quoted(address)
        return PageInfo(kind, self._urls.base + path, self._urls.site + path, offered)

    def article(self, card: Card, *shown: Any) -> ArticleView:
        """The view of an article, of its card and the fields after it."""
        return ArticleView(self("article", card.address), card, *shown)


class _Planner:
    """The pages of one site, kind by kind."""

    def __init__(
        self, site: Site, config: Config, related: Related, outlines: Outlines, pages: Pages
    ) -> None:
        self.site, self.config, self.urls = site, config, config.urls
        self.memo, self.page = pages.memo, pages.of
        self.related = related
        self.topics = Topics(site, config, outlines)
        self._info = _Infos(config)
        self.shared = digest(msgspec.msgpack.encode(self._info("article", "/")))
        self.references = References(site, config.urls)
        self.editions_by_day = {edition.day: edition_link(edition) for edition in site.editions}
        self.months_of = [
            DateLink(month, self.urls.href(self.urls.of_month(month)), sum(map(_count, editions)))
            for month, editions in _grouped(site.editions, lambda e: e.day.replace(day=1))
        ]
        self.years_of = [
            DateLink(year, self.urls.href(self.urls.of_year(year)), sum(map(_count, editions)))
            for year, editions in _grouped(site.editions, lambda e: e.day.replace(month=1, day=1))
        ]

    def articles(self) -> Iterator[Page]:
        cards, gallery = self.site.cards, self.site.gallery
        every = self.config.editions.every
        links = [Link(card.title, card.url) for card in cards]
        dated = {card.path: RelatedLink(card.title, card.url, card.date.day) for card in cards}
        last = len(cards) - 1
        for index, card in enumerate(cards):
            parts = (
                card,
                links[index + 1] if index < last else None,
                links[index - 1] if index else None,
                self.editions_by_day[edition_day(card.date.day, every)],
                tuple(map(dated.__getitem__, self.related[card.path])),
                self.references.of([card]),
                card.image or gallery.cards.get(card.path, gallery.card),
                self.references.pictures(card),
            )
            yield self.memo.get(card.path, parts, partial(self._article, *parts))
            for alias in card.aliases:
                origin = self._origin(card)
                target = Link(card.title, card.url)
                absolute = self.urls.absolute(card.address)
                moved = AliasView(self._info("alias", alias), target, absolute)
                yield self.page(alias, "alias.html", moved, f"{ALIAS_IN}{origin}")

    def _article(self, card: Card, *shown: Any) -> Page:
        address, template = card.address, "article.html"
        key = article_digest(self.shared, card, *shown) + template.encode()
        # It must not hold on to this plan: pages may outlive it.
        view = partial(self._info.article, card, *shown)
        origin, bodies = self._origin(card), (card.path,)
        return Page(urls.output_path(address), address, template, view, key, origin, bodies)

    def _origin(self, card: Card) -> str:
        return f"{self.config.build.content}/{card.path}"

    def tags(self) -> Iterator[Page]:
        for tag in self.site.tags:
            feeds = feed_links(self.config, of_tag(self.config, tag))
            for address, cards, pager in self._paged(tag.address, tag.cards):
                view = self.topics.page(self._info("tag", address, *feeds), tag, cards, pager)
                yield self.page(address, "tag.html", view, f"the tag `{tag.name}`")
        index = self.topics.index(self._info("tags", self.urls.tags))
        yield self.page(self.urls.tags, "tags.html", index, "the tag index")

    def editions(self) -> Iterator[Page]:
        for planned in editions.plan(self.site, self.config, self._info, self.memo):
            yield self.page(*planned)

    def months(self) -> Iterator[Page]:
        groups = dict(_grouped(self.site.editions, lambda e: e.day.replace(day=1)))
        years = {year.day: year for year in self.years_of}
        for month, older, newer in _with_neighbours(self.months_of):
            editions = groups[month.day]
            address = self.urls.of_month(month.day)
            view = MonthView(
                page=self._info("month", address),
                month=month.day,
                editions=tuple(map(edition_link, editions)),
                links=tuple(
                    tuple(Link(card.title, card.url) for card in edition.cards)
                    for edition in editions
                ),
                previous=older,
                next=newer,
                year=years[month.day.replace(month=1)],
            )
            yield self.page(address, "month.html", view, f"the month {month.day:%Y-%m}")

    def years(self) -> Iterator[Page]:
        groups = dict(_grouped(self.site.editions, lambda e: e.day.replace(day=1)))
        for year, older, newer in _with_neighbours(self.years_of):
            months = tuple(m for m in self.months_of if m.day.year == year.day.year)
            editions = tuple(tuple(map(edition_link, groups[month.day])) for month in months)
            address = self.urls.of_year(year.day)
            view = YearView(self._info("year", address), year.day, months, editions, older, newer)
            yield self.page(address, "year.html", view, f"the year {year.day.year}")

    def others(self) -> Iterator[Page]:
        info = self._info("archive", self.urls.archive)
        days = [edition.day for edition in reversed(self.site.editions) for _ in edition.cards]
        archive = ArchiveView(info, tuple(self.years_of), tuple(self.months_of), chart(days))
        yield self.page(self.urls.archive, "archive.html", archive, "the archive")
        if self.config.search.enabled:
            view = PlainView(self._info("search", self.urls.search))
            yield self.page(self.urls.search, "search.html", view, "the search page")
        missing = PlainView(self._info("404", "/404.html"))
        yield self.page("/404.html", "404.html", missing, "the page for wrong addresses")
        manifest = PlainView(self._info("manifest", f"/{urls.MANIFEST}"))
        yield self.page(f"/{urls.MANIFEST}", urls.MANIFEST, manifest, "the web manifest")

    def _paged(
        self, first: str, cards: tuple[Card, ...]
    ) -> Iterator[tuple[str, tuple[Card, ...], Pager]]:
        size = self.config.build.page_size
        total = max(1, -(-len(cards) // size))
        addresses = [self.urls.of_page(first, number + 1) for number in range(total)]
        hrefs = ["", *map(self.urls.href, addresses), ""]
        for index, address in enumerate(addresses):
            pager = Pager(index + 1, total, hrefs[index], hrefs[index + 2])
            yield address, cards[index * size : (index + 1) * size], pager


def _count(edition: Edition) -> int:
    return len(edition.cards)


def _grouped(
    editions: Sequence[Edition], key: Callable[[Edition], date]
) -> list[tuple[date, list[Edition]]]:
    return [(day, list(group)) for day, group in groupby(editions, key)]


def _with_neighbours(items: Sequence[T]) -> Iterator[tuple[T, T | None, T | None]]:
    """Each item of a list that runs newest first, with the older and the newer beside it."""
    for index, item in enumerate(items):
        older = items[index + 1] if index + 1 < len(items) else None
        yield item, older, items[index - 1] if index else None

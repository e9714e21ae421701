"""Site → every page of it, with its address, its template and its view."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final, TypeVar

from msgspec import Struct

from sitegen import editions, urls
from sitegen.cards import Card
from sitegen.config import Config
from sitegen.facts import edition_link, feed_link
from sitegen.links import DateLink, FeedLink, Link, Pager, RelatedLink
from sitegen.markdown import ARTICLE_LINK
from sitegen.outlines import Outline
from sitegen.pictures import Picture
from sitegen.site import Edition, Site, edition_day
from sitegen.timeline import chart
from sitegen.topics import Topics
from sitegen.views import (
    AliasView,
    AnyView,
    ArchiveView,
    ArticleView,
    FeedView,
    MonthView,
    PageInfo,
    PlainView,
    RobotsView,
    SitemapView,
    YearView,
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
    """A template's name, or `rss`, `sitemap`, `robots`, which have none."""
    view: AnyView
    digest: bytes
    """Of the view and the template's name."""
    origin: str
    """What it is the page of, for people: `content/2022/12/a.md`, ``the tag `Cuba` ``."""
    bodies: tuple[str, ...] = ()
    """The articles' files whose bodies it shows."""


class Copied(Struct, frozen=True):
    """A planned output that is a file as it is: of `static/`, a theme's asset, a picture."""

    path: str
    """Its file, relative to the output."""
    digest: bytes
    """Of its bytes."""
    origin: str
    """The file that it is a copy of, for people."""
    data: bytes | None = None
    """Its bytes, where they are none of these."""
    file: str = ""
    """The file that it is a copy of, relative to the project."""
    made: bool = False
    """Whether its bytes are kept, by their digest, among the pictures that were made."""


Related = Mapping[str, Sequence[str]]
"""By an article's file the files of those that belong to it."""
Outlines = Mapping[str, Outline]
"""By a tag's slug."""


def plan(site: Site, config: Config, related: Related, outlines: Outlines) -> list[Page]:
    """Every page of the site, in a settled order."""
    planner = _Planner(site, config, related, outlines)
    return [
        *planner.articles(),
        *planner.editions(),
        *planner.tags(),
        *planner.months(),
        *planner.years(),
        *planner.others(),
        *planner.feeds(),
        *planner.sitemap(),
    ]


class _Planner:
    """The pages of one site, kind by kind."""

    def __init__(self, site: Site, config: Config, related: Related, outlines: Outlines) -> None:
        self.site, self.config, self.urls = site, config, config.urls
        self.related = related
        self.topics = Topics(site, config, outlines)
        self.base = config.urls.base
        self.site_feed = feed_link(config, config.site.title, "/")
        self.addresses = {card.path: card.url for card in site.cards}
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
            view = ArticleView(
                page=self._info("article", card.address),
                article=card,
                previous=links[index + 1] if index < last else None,
                next=links[index - 1] if index else None,
                edition=self.editions_by_day[edition_day(card.date.day, every)],
                related=tuple(map(dated.__getitem__, self.related[card.path])),
                references=self._references([card]),
                social=card.image or gallery.cards.get(card.path, gallery.card),
                pictures=self._pictures(card),
            )
            origin = f"{self.config.build.content}/{card.path}"
            yield _page(card.address, "article.html", view, origin, (card.path,))
            for alias in card.aliases:
                target = Link(card.title, card.url)
                absolute = self.urls.absolute(card.address)
                moved = AliasView(self._info("alias", alias), target, absolute)
                yield _page(alias, "alias.html", moved, f"{ALIAS_IN}{origin}")

    def tags(self) -> Iterator[Page]:
        for tag in self.site.tags:
            feed = feed_link(self.config, tag.name, tag.address)
            for address, cards, pager in self._paged(tag.address, tag.cards):
                view = self.topics.page(self._info("tag", address, feed), tag, cards, pager)
                yield _page(address, "tag.html", view, f"the tag `{tag.name}`")
        index = self.topics.index(self._info("tags", self.urls.tags))
        yield _page(self.urls.tags, "tags.html", index, "the tag index")

    def editions(self) -> Iterator[Page]:
        for planned in editions.plan(self.site, self.config, self._info):
            yield _page(*planned)

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
            yield _page(address, "month.html", view, f"the month {month.day:%Y-%m}")

    def years(self) -> Iterator[Page]:
        groups = dict(_grouped(self.site.editions, lambda e: e.day.replace(day=1)))
        for year, older, newer in _with_neighbours(self.years_of):
            months = tuple(m for m in self.months_of if m.day.year == year.day.year)
            editions = tuple(tuple(map(edition_link, groups[month.day])) for month in months)
            address = self.urls.of_year(year.day)
            view = YearView(self._info("year", address), year.day, months, editions, older, newer)
            yield _page(address, "year.html", view, f"the year {year.day.year}")

    def others(self) -> Iterator[Page]:
        info = self._info("archive", self.urls.archive)
        days = [edition.day for edition in reversed(self.site.editions) for _ in edition.cards]
        archive = ArchiveView(info, tuple(self.years_of), tuple(self.months_of), chart(days))
        yield _page(self.urls.archive, "archive.html", archive, "the archive")
        if self.config.search.enabled:
            view = PlainView(self._info("search", self.urls.search))
            yield _page(self.urls.search, "search.html", view, "the search page")
        missing = PlainView(self._info("404", "/404.html"))
        yield _page("/404.html", "404.html", missing, "the page for wrong addresses")
        manifest = PlainView(self._info("manifest", f"/{urls.MANIFEST}"))
        yield _page(f"/{urls.MANIFEST}", urls.MANIFEST, manifest, "the web manifest")

    def feeds(self) -> Iterator[Page]:
        site = self.config.site
        yield self._feed("/", site.title, site.description or site.title, self.site.cards)
        for tag in self.site.tags:
            title = f"{tag.name} – {site.title}"
            yield self._feed(tag.address, title, title, tag.cards)

    def sitemap(self) -> Iterator[Page]:
        absolute = self.urls.absolute
        entries = [
            (absolute(card.address), (card.updated or card.date).day.isoformat())
            for card in self.site.cards
        ]
        entries += [(absolute(tag.address), _newest(tag.cards)) for tag in self.site.tags]
        entries += [(absolute(e.address), _newest(e.cards)) for e in self.site.editions]
        entries += [(absolute("/"), _newest(self.site.cards)), (absolute(self.urls.tags), "")]
        view = SitemapView(self._info("sitemap", "/sitemap.xml"), tuple(sorted(entries)))
        yield _page("/sitemap.xml", "sitemap", view, "the sitemap")
        robots = RobotsView(self._info("robots", "/robots.txt"), absolute("/sitemap.xml"))
        yield _page("/robots.txt", "robots", robots, "robots.txt")

    def _feed(self, home: str, title: str, subtitle: str, cards: Sequence[Card]) -> Page:
        address = home + self.urls.rss
        shown = tuple(cards[: self.config.feeds.items])
        view = FeedView(
            page=self._info("feed", address),
            title=title,
            subtitle=subtitle,
            home=self.urls.absolute(home),
            cards=shown,
            references=self._references(shown),
        )
        whole = self.config.feeds.content == "full"
        bodies = tuple(card.path for card in shown) if whole else ()
        return _page(address, "rss", view, f"the feed of {home}", bodies)

    def _info(self, kind: str, address: str, *feeds: FeedLink) -> PageInfo:
        path = urls.quoted(address)
        return PageInfo(kind, self.base + path, self.urls.site + path, (*feeds, self.site_feed))

    def _references(self, cards: Iterable[Card]) -> dict[str, str]:
        found: dict[str, str] = {}
        for card in cards:
            for link, _ in self.site.links.get(card.path, ()):
                target = link.removeprefix(ARTICLE_LINK)
                if link != target and target in self.addresses:
                    found[link] = self.addresses[target]
            pictures = self._pictures(card).items()
            found |= {src: shown.src for src, shown in pictures if src.startswith(ARTICLE_LINK)}
        return found

    def _pictures(self, card: Card) -> dict[str, Picture]:
        images = self.site.images.get(card.path, ())
        shown, base = self.site.gallery.shown, self.urls.base
        keys = (src if src.startswith(ARTICLE_LINK) else base + src for src, _ in images)
        return {key: shown[key] for key in keys if key in shown}

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


def _page(
    address: str, template: str, view: AnyView, origin: str, bodies: tuple[str, ...] = ()
) -> Page:
    key = view.digest + template.encode()
    return Page(urls.output_path(address), address, template, view, key, origin, bodies)


def _count(edition: Edition) -> int:
    return len(edition.cards)


def _newest(cards: Sequence[Card]) -> str:
    return max([(c.updated or c.date).day for c in cards]).isoformat() if cards else ""


def _grouped(
    editions: Sequence[Edition], key: Callable[[Edition], date]
) -> list[tuple[date, list[Edition]]]:
    return [(day, list(group)) for day, group in groupby(editions, key)]


def _with_neighbours(items: Sequence[T]) -> Iterator[tuple[T, T | None, T | None]]:
    """Each item of a list that runs newest first, with the older and the newer beside it."""
    for index, item in enumerate(items):
        older = items[index + 1] if index + 1 < len(items) else None
        yield item, older, items[index - 1] if index else None

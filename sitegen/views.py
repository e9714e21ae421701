"""Views: the frozen data that one template sees. `docs/themes.md` lists them for theme authors."""

from datetime import date

import msgspec
from msgspec import Struct

from sitegen.cards import Card
from sitegen.digests import digest
from sitegen.related import RelatedLink
from sitegen.timeline import Chart

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


class Link(Struct, frozen=True, gc=False):
    """A title and where it leads."""

    title: str
    """What it leads to: a headline."""
    url: str
    """Where it leads."""


class FeedLink(Struct, frozen=True, gc=False):
    """A feed that a page offers."""

    title: str
    """What it is the feed of."""
    url: str
    """Where it is."""
    type: str
    """Its media type."""


class DateLink(Struct, frozen=True, gc=False):
    """A day, month or year that has articles."""

    day: date
    """The day, or the first of the month or year."""
    url: str
    """Its page."""
    count: int
    """How many articles it has."""


class TagLink(Struct, frozen=True, gc=False):
    """A tag and how much it holds."""

    name: str
    """As most articles write it."""
    slug: str
    """Its name in URLs."""
    url: str
    """Its page."""
    count: int
    """How many articles it has."""


class TagGroup(Struct, frozen=True, gc=False):
    """The tags of one letter, or of a script other than most tags'."""

    head: str
    """The letter; `#` where names begin with none; for another script one of its letters."""
    tags: tuple[TagLink, ...]
    """By name."""


class Pager(Struct, frozen=True, gc=False):
    """Where a page stands in a list of several pages."""

    number: int
    """This page, counted from 1."""
    total: int
    """How many pages there are."""
    previous: str
    """The page with newer articles; empty on the first."""
    next: str
    """The page with older articles; empty on the last."""


class PageInfo(Struct, frozen=True, gc=False):
    """What every template sees as `page`."""

    kind: str
    """`article`, `home`, `tag`, `tags`, `edition`, `month`, `year`, `archive`, `404` or `alias`."""
    url: str
    """Its link from this site."""
    canonical: str
    """Its whole URL, for search engines and shares."""
    feeds: tuple[FeedLink, ...]
    """The feeds that it offers to readers' programs, the most fitting first."""


class View(Struct, frozen=True, tag=True):
    """What all views have in common."""

    page: PageInfo

    @property
    def digest(self) -> bytes:
        """Of everything in the view. A card counts by its own digest, so that this costs little."""
        parts: list[object] = [type(self).__name__]
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is Card:
                value = value.digest
            elif type(value) is tuple and value and type(value[0]) is Card:
                value = [card.digest for card in value]
            parts.append(value)
        return digest(_ENCODER.encode(parts))


class ArticleView(View, frozen=True):
    """`article.html`. The template also sees `body`, the article's `Body`."""

    article: Card
    """What the article is, without its text."""
    previous: Link | None
    """The article before it in time."""
    next: Link | None
    """The article after it in time."""
    edition: DateLink
    """The digest of its day."""
    related: tuple[RelatedLink, ...]
    """Articles that belong with it, at most four, best first; mostly fewer, often none."""
    references: dict[str, str]
    """The URLs of the articles' files that its body links to."""


class HomeView(View, frozen=True):
    """`home.html`: the newest articles, and further pages of older ones."""

    cards: tuple[Card, ...]
    """Newest first, a page of them."""
    pager: Pager
    """Where the page stands."""
    editions: tuple[DateLink, ...]
    """The latest editions, newest first; on the first page only."""


class TagView(View, frozen=True):
    """`tag.html`: the articles of a tag, a page of them."""

    tag: TagLink
    """The tag itself."""
    about: str
    """What it is about, of `[tags] about`; may be empty."""
    since: date
    """The day of its first article."""
    chart: Chart | None
    """Its articles over time; on the first page only, and where there is something to see."""
    companions: tuple[Link, ...]
    """The tags that go with it most often, at most six; on the first page only."""
    cards: tuple[Card, ...]
    """Newest first, a page of them."""
    pager: Pager
    """Where the page stands."""


class TagsView(View, frozen=True):
    """`tags.html`: every tag."""

    tags: tuple[TagLink, ...]
    """By name."""
    groups: tuple[TagGroup, ...]
    """The same, by first letter."""


class EditionView(View, frozen=True):
    """`edition.html`: the articles of one day."""

    day: date
    """Which day it is of."""
    cards: tuple[Card, ...]
    """Newest first, all of them."""
    minutes: int
    """Reading time of them all."""
    previous: DateLink | None
    """The edition before it."""
    next: DateLink | None
    """The edition after it."""
    month: DateLink
    """The month that it is in."""


class MonthView(View, frozen=True):
    """`month.html`: the editions of a month."""

    month: date
    """Its first day."""
    editions: tuple[DateLink, ...]
    """Newest first."""
    links: tuple[tuple[Link, ...], ...]
    """The articles of each edition, in the same order."""
    previous: DateLink | None
    """The month with articles before it."""
    next: DateLink | None
    """The month with articles after it."""
    year: DateLink
    """The year that it is in."""


class YearView(View, frozen=True):
    """`year.html`: the months of a year."""

    year: date
    """Its first day."""
    months: tuple[DateLink, ...]
    """Newest first."""
    editions: tuple[tuple[DateLink, ...], ...]
    """Those of each month, in the same order, newest first."""
    previous: DateLink | None
    """The year with articles before it."""
    next: DateLink | None
    """The year with articles after it."""


class ArchiveView(View, frozen=True):
    """`archive.html`: every year and month."""

    years: tuple[DateLink, ...]
    """Newest first."""
    months: tuple[DateLink, ...]
    """Newest first."""
    chart: Chart | None
    """All articles over time, where there is something to see."""


class NotFoundView(View, frozen=True):
    """`404.html`."""


class AliasView(View, frozen=True):
    """`alias.html`: leads on to where an article is now."""

    target: Link
    """Where the article is now."""
    absolute: str
    """The target's whole URL."""


class FeedView(View, frozen=True):
    """A feed: no template, `feeds.py` writes it."""

    title: str
    """Its name."""
    subtitle: str
    """What it is about."""
    home: str
    """The whole URL of the page that it is the feed of."""
    cards: tuple[Card, ...]
    """Newest first."""
    references: dict[str, str]
    """The URLs of the articles' files that the bodies link to."""


class SitemapView(View, frozen=True):
    """`sitemap.xml`: no template."""

    entries: tuple[tuple[str, str], ...]
    """Whole URL and the day of the last change (may be empty), by URL."""


class RobotsView(View, frozen=True):
    """`robots.txt`: no template."""

    sitemap: str
    """The sitemap's whole URL; empty where the site does not know where it is."""


AnyView = (
    ArticleView
    | HomeView
    | TagView
    | TagsView
    | EditionView
    | MonthView
    | YearView
    | ArchiveView
    | NotFoundView
    | AliasView
    | FeedView
    | SitemapView
    | RobotsView
)

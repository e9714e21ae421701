"""Views: the frozen data that one template sees. `docs/themes.md` lists them for theme authors."""

from collections.abc import Callable
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from msgspec import Struct, msgpack

from sitegen.cards import Card
from sitegen.digests import digest
from sitegen.fronts import Front, Span
from sitegen.links import (
    DateLink,
    DayLink,
    FeedLink,
    Link,
    Pager,
    RelatedLink,
    Subscription,
    TagGroup,
    TagLink,
)
from sitegen.pictures import Picture
from sitegen.timeline import Chart

_ENCODER = msgpack.Encoder(order="deterministic")


class Earlier(Struct, frozen=True, gc=False):
    """An edition before the one at hand."""

    edition: DateLink
    """Where it is."""
    links: tuple[Link, ...]
    """Its weightiest headlines, three at most."""
    gap: Span | None
    """The days between it and the next, where no edition came."""


class PageInfo(Struct, frozen=True, gc=False):
    """What every template sees as `page`."""

    kind: str
    """The name of its template: `article`, `home`, `404`, …; of the web manifest `manifest`."""
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
        kind = type(self)
        parts = [kind.__name__, *_values(kind)(self)[1:]]
        for number, value in enumerate(parts):
            held = type(value)
            if held is Card or held is Front:
                parts[number] = value.digest
            elif held is tuple and value and type(value[0]) is Card:
                parts[number] = [card.digest for card in value]
        return digest(_ENCODER.encode(parts))


@cache
def _values(view: type[View]) -> Callable[[View], tuple[Any, ...]]:
    # Of one attribute alone the getter would give no tuple.
    return attrgetter("__class__", *view.__struct_fields__)


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
    social: Picture | None = None
    """What shares show: its picture, or a card drawn for it; none where there is neither."""
    pictures: dict[str, Picture] = {}
    """Those of the project that its body shows, by the address or file that it names."""


def article_digest(shared: bytes, card: Card, *shown: Any) -> bytes:
    """As `View.digest`, of an article's view that need not be made for it: of its card and the
    fields after it. `shared`: the digest of what else the pages of all articles tell.
    """
    return digest(_ENCODER.encode((shared, card.digest, *shown)))


class HomeView(View, frozen=True):
    """`home.html`: the latest edition, and those before it."""

    edition: Front | None
    """The latest edition; none where nothing is published."""
    earlier: tuple[Earlier, ...]
    """The six editions before it, newest first."""


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
    """`edition.html`: the articles of one day, or of one week."""

    edition: Front
    """The edition itself."""
    previous: DateLink | None
    """The edition before it."""
    next: DateLink | None
    """The edition after it."""
    gap: Span | None
    """The days between it and the one before it, where no edition came."""
    month: DayLink
    """The month that it is in."""
    days: tuple[DayLink, ...]
    """The editions of that month, newest first."""
    email: str
    """The link to its e-mail; empty where `[editions] email` is off."""
    email_text: str
    """The link to the same as text."""


class EmailView(View, frozen=True):
    """`email.html`: an edition as an e-mail. Its style sheet is written into its tags."""

    edition: Front
    """What of the edition fits into an e-mail."""


class EmailTextView(EmailView, frozen=True):
    """`email.txt`: the same without markup, so that nothing in it is escaped."""


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


class PlainView(View, frozen=True):
    """`404.html`; `search.html`, if `[search]` is on; `site.webmanifest`, if the theme has it."""


class AliasView(View, frozen=True):
    """`alias.html`: leads on to where an article is now."""

    target: Link
    """Where the article is now."""
    absolute: str
    """The target's whole URL."""


class SubscribeView(View, frozen=True):
    """`subscribe.html`: every feed, for people who have never used one."""

    subscriptions: tuple[Subscription, ...]
    """The site's, the editions', then every tag's and every source's by name."""
    opml: str
    """The list of all feeds that feed readers can import."""


AnyView = (
    ArticleView
    | HomeView
    | TagView
    | TagsView
    | EditionView
    | EmailView
    | EmailTextView
    | MonthView
    | YearView
    | ArchiveView
    | PlainView
    | AliasView
    | SubscribeView
)
"""Those that a template shows. For the others see `feed_views.py`."""

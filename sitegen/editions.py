"""Site → the home page and every edition, on the web and as e-mail."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from sitegen.config import Config
from sitegen.facts import edition_link
from sitegen.fronts import Item, Span, by_weight, for_mail, front
from sitegen.links import DayLink, Link
from sitegen.memo import Memo
from sitegen.site import Edition, Site
from sitegen.views import (
    AnyView,
    Earlier,
    EditionView,
    EmailTextView,
    EmailView,
    HomeView,
    PageInfo,
)

EARLIER: Final = 6
"""Editions before the latest that the home page leads to: with it, a week of days."""
HEADLINES: Final = 12
"""Headlines of the latest edition that the home page shows below what it shows in full."""
_NAMED: Final = 3
"""Headlines of an earlier edition."""

Planned = tuple[str, str, AnyView, str]
"""Of a page: its address, its template, its view, and its origin."""


def plan(
    site: Site, config: Config, info: Callable[[str, str], PageInfo], memo: Memo
) -> Iterator[Planned]:
    """The home page and every edition. `info` makes what a page of a kind at an address is."""
    items = [
        memo.get(("items", edition.day), (edition.cards,), partial(by_weight, edition.cards))
        for edition in site.editions
    ]
    yield "/", "home.html", _home(site.editions, items, config, info("home", "/")), "the home page"
    yield from _editions(site.editions, items, config, info, memo)


def _home(
    editions: Sequence[Edition], items: Sequence[Sequence[Item]], config: Config, page: PageInfo
) -> HomeView:
    if not editions:
        return HomeView(page, None, ())
    every = config.editions.every
    earlier = tuple(
        Earlier(edition_link(edition), _named(shown), _gap(edition.day, newer.day, every))
        for edition, shown, newer in zip(editions[1:], items[1:], editions[:EARLIER], strict=False)
    )
    latest = front(editions[0], items[0], config.editions.full, HEADLINES)
    return HomeView(page, latest, earlier)


def _editions(
    editions: Sequence[Edition],
    items: Sequence[Sequence[Item]],
    config: Config,
    info: Callable[[str, str], PageInfo],
    memo: Memo,
) -> Iterator[Planned]:
    urls, settings = config.urls, config.editions
    months = _months(editions)
    links = [None, *map(edition_link, editions), None]
    for index, edition in enumerate(editions):
        older = editions[index + 1] if index + 1 < len(editions) else None
        month = edition.day.replace(day=1)
        html, text = urls.of_email(edition.address)
        made = partial(front, edition, items[index], settings.full)
        whole = memo.get(("front", edition.day), (edition,), made)
        view = EditionView(
            page=info("edition", edition.address),
            edition=whole,
            previous=links[index + 2],
            next=links[index],
            gap=_gap(older.day, edition.day, settings.every) if older else None,
            month=DayLink(month, urls.href(urls.of_month(month))),
            days=months[month],
            email=urls.href(html) if settings.email else "",
            email_text=urls.href(text) if settings.email else "",
        )
        origin = f"the edition of {edition.day}"
        yield edition.address, "edition.html", view, origin
        if settings.email:
            fits = partial(for_mail, edition, whole, urls.absolute)
            shown = memo.get(("mail", edition.day), (edition,), fits)
            mail = EmailView(info("email", html), shown)
            yield html, "email.html", mail, f"the e-mail of {origin}"
            plain = EmailTextView(info("email", text), shown)
            yield text, "email.txt", plain, f"the text of the e-mail of {origin}"


def _months(editions: Sequence[Edition]) -> dict[date, tuple[DayLink, ...]]:
    """The editions of each month, by its first day."""
    return {
        month: tuple(DayLink(edition.day, edition.url) for edition in found)
        for month, found in groupby(editions, lambda edition: edition.day.replace(day=1))
    }


def _named(items: Sequence[Item]) -> tuple[Link, ...]:
    return tuple(Link(item.card.title, item.card.url) for item in items[:_NAMED])


def _gap(older: date, newer: date, every: str) -> Span | None:
    """The days between two editions that have none, if there are any."""
    first = older + timedelta(days=7 if every == "week" else 1)
    return Span(first, newer - timedelta(days=1)) if first < newer else None

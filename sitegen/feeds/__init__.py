"""The pages that have no template: feeds in three formats, OPML, sitemaps, robots.txt.

Each is parsed again before it is written (promise 33).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from sitegen.cards import KeptBody
from sitegen.feed_views import FeedView, NewsView, OpmlView, PageView, RobotsView, SitemapView
from sitegen.feeds import atom, jsonfeed, rss, sitemaps
from sitegen.feeds.items import items_of
from sitegen.feeds.opml import opml
from sitegen.feeds.patterns import Patterns
from sitegen.problems import fault

_FORMATS: Final = {"rss": rss.write, "atom": atom.write}


def render(
    form: str,
    view: PageView,
    bodies: Mapping[str, KeptBody],
    origin: str,
    say_day: Callable[[date], str],
    patterns: Patterns,
) -> bytes | None:
    """The bytes of a page; None for a view that a template shows.

    `form` is the page's `template`; `bodies` are by the articles' files, `say_day` writes a day in
    the site's language. Raises `SitegenError` where what was made is not what it should be.
    """
    try:
        if isinstance(view, FeedView):
            items = items_of(view, bodies, say_day)
            if form == "json":
                return jsonfeed.write(view, items)
            return _FORMATS[form](view, items, patterns)
        if isinstance(view, OpmlView):
            return opml(view)
        if isinstance(view, SitemapView):
            return sitemaps.index(view) if form == "sitemaps" else sitemaps.sitemap(view)
        if isinstance(view, NewsView):
            return sitemaps.news(view)
        if isinstance(view, RobotsView):
            return sitemaps.robots(view)
    except ValueError as error:
        # lxml refuses characters that XML forbids, its parser what is no XML, msgspec what is no
        # JSON: all are ValueErrors or made so below.
        raise fault(f"{origin} would be broken: {error}") from error
    return None

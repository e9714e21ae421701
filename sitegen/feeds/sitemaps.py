"""Sitemaps and robots.txt: what search engines read."""

from html import escape
from typing import Final

from sitegen.feed_views import NewsView, RobotsView, SitemapView
from sitegen.feeds.items import whole
from sitegen.feeds.wellformed import checked

_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>'
_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS: Final = "http://www.google.com/schemas/sitemap-news/0.9"


def sitemap(view: SitemapView) -> bytes:
    """Source: https://www.sitemaps.org/protocol.html"""
    return _listed("urlset", "url", view)


def index(view: SitemapView) -> bytes:
    """A sitemap of sitemaps. Source: https://www.sitemaps.org/protocol.html#index"""
    return _listed("sitemapindex", "sitemap", view)


def _listed(root: str, entry: str, view: SitemapView) -> bytes:
    lines = [_HEAD, f'<{root} xmlns="{_SPACE}">']
    for url, day in view.entries:
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<{entry}><loc>{escape(url)}</loc>{changed}</{entry}>")
    return checked("\n".join([*lines, f"</{root}>", ""]).encode())


def news(view: NewsView) -> bytes:
    """The articles of the last two days.

    Source: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
    """
    lines = [_HEAD, f'<urlset xmlns="{_SPACE}" xmlns:news="{_NEWS}">']
    for card in view.cards:
        lines += [
            f"<url><loc>{escape(whole(card.url, view.page.canonical))}</loc>",
            "<news:news>",
            f"<news:publication><news:name>{escape(view.name)}</news:name>"
            f"<news:language>{_spoken(card.language)}</news:language></news:publication>",
            f"<news:publication_date>{card.date.iso}</news:publication_date>",
            f"<news:title>{escape(card.title)}</news:title>",
            "</news:news></url>",
        ]
    return checked("\n".join([*lines, "</urlset>", ""]).encode())


def _spoken(language: str) -> str:
    """A language as news sitemaps have it: of Chinese, which script is asked for."""
    spoken, *more = language.lower().split("-")
    if spoken != "zh":
        return spoken
    simplified = "hans" in more or {"hant", "tw", "hk", "mo"}.isdisjoint(more)
    return "zh-cn" if simplified else "zh-tw"


def robots(view: RobotsView) -> bytes:
    """Everyone may read everything. Source: https://www.rfc-editor.org/rfc/rfc9309"""
    named = "".join(f"Sitemap: {url}\n" for url in view.sitemaps)
    return f"User-agent: *\nAllow: /\n\n{named}".encode()

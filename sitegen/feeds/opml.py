"""OPML: the list of all feeds that feed readers import. Source: http://opml.org/spec2.opml"""

from html import escape
from itertools import groupby
from typing import Final
from urllib.parse import urljoin

from sitegen.feed_checks import markup_in
from sitegen.feed_views import OpmlView
from sitegen.feeds.wellformed import checked
from sitegen.links import Subscription

_ALONE: Final = ("site", "editions")
"""Kinds that have one feed each; the others stand in a folder of their kind."""


def opml(view: OpmlView) -> bytes:
    """Each list once, in the format that the site prefers."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<opml version="2.0">',
        f"<head><title>{escape(view.title)}</title></head>",
        "<body>",
    ]
    for kind, subscriptions in groupby(view.subscriptions, lambda one: one.kind):
        outlines = [_outline(one, view.page.canonical) for one in subscriptions]
        if kind not in _ALONE:
            outlines = [f'<outline text="{kind}s">', *outlines, "</outline>"]
        lines += outlines
    return checked("\n".join([*lines, "</body>", "</opml>", ""]).encode())


def _outline(subscription: Subscription, base: str) -> str:
    feed = subscription.feeds[0]
    title = subscription.title
    if markup_in(title):
        # By the specification the text is HTML; most programs take it as it is.
        title = escape(title, quote=False)
    title = escape(title)
    return (
        f'<outline type="rss" text="{title}" title="{title}"'
        f' xmlUrl="{escape(urljoin(base, feed.url))}"'
        f' htmlUrl="{escape(urljoin(base, subscription.url))}"/>'
    )

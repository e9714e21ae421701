"""A body's HTML → clean HTML: what an article may hold, and nothing else (promise 27)."""

from typing import Final

import nh3
from msgspec import Struct

from sitegen.rendered import Heading, Rendered

_TAGS: Final = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li"),
    *("em", "strong", "s", "a", "img", "code", "sup", "section"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {
    "*": {"id"},
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
}
_CLASSES: Final = {
    "a": {"footnote-backref"},
    "sup": {"footnote-ref"},
    "section": {"footnotes"},
    "hr": {"footnotes-sep"},
    "ol": {"footnotes-list"},
    "li": {"footnote-item"},
    "th": {"left", "center", "right"},
    "td": {"left", "center", "right"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=_SCHEMES,
    link_rel=None,  # Set below, on links that leave the site.
)


class Unclean(Struct, frozen=True):
    """A body as HTML that has not been sanitised; its fields are those of `Rendered`."""

    html: str
    toc: tuple[Heading, ...]
    links: tuple[tuple[str, int], ...]
    images: tuple[tuple[str, int], ...]
    lead: str


def sanitise(body: Unclean) -> Rendered:
    """The body with nothing left in it that an article may not hold."""
    return Rendered(_CLEANER.clean(body.html), body.toc, body.links, body.images, body.lead)

"""View + bodies → the items of a feed, each URL of them whole."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from html import escape, unescape
from itertools import islice, pairwise
from typing import Final
from urllib.parse import quote, urljoin
from uuid import UUID, uuid5

from msgspec import Struct, structs

from sitegen.cards import Card, KeptBody
from sitegen.feed_views import FeedView
from sitegen.pictures import Picture, with_pictures
from sitegen.rendered import with_references
from sitegen.urls import PICTURE_TYPES, suffix

_TAG: Final = re.compile(r'<([a-z][a-z0-9]*)((?:\s+[\w-]+="[^"]*")+)(\s*/?)>')
"""A tag with attributes, as nh3 writes them."""
_ATTRIBUTE: Final = re.compile(r'\s+([\w-]+)="([^"]*)"')
_OURS: Final = frozenset(("class", "loading"))
"""Attributes that mean something to our themes and to browsers alone."""
_LINKS: Final = frozenset(("href", "src", "poster", "cite"))
_WHOLE: Final = ("https://", "http://", "mailto:")
_WHOLE_LINK: Final = re.compile(rb'"(?:https?://|mailto:)[!#-~]*"')
_KEPT_AS_THEY_ARE: Final = (b" id", b" rel", b" start")
KEPT: Final = 512
"""Articles that a worker keeps prepared: those of a list's feeds, with room for common ones."""
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9;/?:@&=+$.\-_!~*'()%,#]+")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SPACE: Final = UUID("0c9b5c3e-6d0a-5f43-9a8e-52f5b1f1a7d4")


class Item(Struct, frozen=True):
    """An article or an edition, as every format tells it."""

    id: str
    """As the front matter has it."""
    url: str
    title: str
    """Plain text."""
    published: datetime
    updated: datetime
    """Not before `published`."""
    summary: str
    """Plain text, never empty."""
    html: bytes
    """The whole of it, in UTF-8; empty where the feed holds summaries."""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    """BCP 47."""
    picture: Picture | None = None
    """With a whole URL. Where its type or length is not known it is no enclosure."""

    @property
    def iri(self) -> str:
        """The id as Atom asks for it: an IRI, made of the id alone."""
        if _IRI.fullmatch(self.id):
            return self.id
        # In one spelling only, for else two ids could become one.
        known = self.id if _UUID.fullmatch(self.id) else uuid5(_SPACE, self.id)
        return f"urn:uuid:{known}"


def items_of(
    view: FeedView, bodies: Mapping[str, KeptBody], say_day: Callable[[date], str]
) -> list[Item]:
    """What a feed holds, newest first. `bodies` are by the articles' files."""
    if view.days:
        return list(_editions(view, say_day))
    base = urljoin(view.page.canonical, "/")
    return [_article(_source(card, view, bodies.get(card.path), base)) for card in view.cards]


def newest(items: list[Item]) -> datetime:
    """When a feed was changed: never now, so that an unchanged one has unchanged bytes."""
    return max((item.updated for item in items), default=datetime.fromtimestamp(0, UTC))


class _Source(Struct, frozen=True):
    """Everything that an article's item is made of."""

    card: Card
    base: str
    """The site's origin, as a whole URL."""
    html: bytes = b""
    """The body, in UTF-8; empty where the feed holds summaries."""
    references: tuple[tuple[str, str], ...] = ()
    """The URLs of the files that the body links to."""
    pictures: tuple[tuple[str, Picture], ...] = ()
    """What it shows, by what stands for it."""

    def __hash__(self) -> int:
        return hash(self.card.digest)


def _source(card: Card, view: FeedView, body: KeptBody | None, base: str) -> _Source:
    if body is None:
        return _Source(card, base)
    known = view.references
    references = tuple([(link, known[link]) for link in body.references if link in known])
    pictures = tuple(view.pictures.get(card.path, {}).items())
    return _Source(card, base, body.html, references, pictures)


@lru_cache(maxsize=KEPT)
def _article(source: _Source) -> Item:
    card, base = source.card, source.base
    url = whole(card.url, base)
    picture = card.image
    if picture is not None:
        kind = picture.type or PICTURE_TYPES.get(suffix(picture.src), "")
        picture = structs.replace(picture, src=whole(picture.src, base), type=kind)
    published = card.date.at
    return Item(
        id=card.id,
        url=url,
        title=card.title,
        published=published,
        updated=max(published, card.updated.at) if card.updated else published,
        summary=card.summary or card.title,
        html=for_feed(source.html, url, source.references, source.pictures),
        authors=card.authors,
        tags=tuple([tag.name for tag in card.tags]),
        language=card.language,
        picture=picture,
    )


def _editions(view: FeedView, say_day: Callable[[date], str]) -> Iterator[Item]:
    cards = iter(view.cards)
    for day in view.days:
        shown = list(islice(cards, day.count))
        begins = day.begins.at
        lines = (
            f'<li><a href="{escape(whole(card.url, view.page.canonical))}">{escape(card.title)}</a>'
            f"{f'<br>{escape(card.summary)}' if card.summary else ''}</li>"
            for card in shown
        )
        yield Item(
            id=day.id,
            url=whole(day.url, view.page.canonical),
            title=say_day(day.day),
            published=begins,
            updated=max(begins, *((card.updated or card.date).at for card in shown)),
            summary=" · ".join(card.title for card in shown),
            html=f"<ul>\n{chr(10).join(lines)}\n</ul>".encode(),
            language=view.channel.language,
        )


def whole(url: str, base: str) -> str:
    """A URL that holds everywhere, percent-encoded."""
    if url.startswith(_WHOLE):
        joined = url
    elif url.startswith("/") and not url.startswith("//"):
        joined = _origin(base) + url
    else:
        joined = urljoin(base, url)
    return joined if joined.isascii() else quote(joined, safe="%/:=&?~#+!$,;'@()*[]")


@lru_cache(maxsize=16)
def _origin(base: str) -> str:
    """The scheme and host of a URL."""
    return urljoin(base, "/").rstrip("/")


def for_feed(
    html: bytes,
    page: str,
    references: tuple[tuple[str, str], ...] = (),
    pictures: tuple[tuple[str, Picture], ...] = (),
) -> bytes:
    """A body that holds in a reader's inbox: each link and picture whole, nothing of our themes.

    `page` is the article's whole URL, `references` where the files are that the body links to,
    `pictures` what it shows, by what stands for them.
    """

    def attribute(found: re.Match[str]) -> str:
        name, value = found.groups()
        if name in _OURS:
            return ""
        if name in _LINKS:
            if value.startswith(_WHOLE) and value.isascii():
                return found[0]
            return f' {name}="{escape(whole(unescape(value), page))}"'
        if name == "srcset":
            # Candidates stand between commas, each a URL and perhaps a width.
            urls = (one.split(maxsplit=1) for one in unescape(value).split(", "))
            told = ", ".join(" ".join([whole(url, page), *rest]) for url, *rest in urls)
            return f' srcset="{escape(told)}"'
        # nh3 leaves these in attributes, where some readers take them for tags.
        return found[0].replace("<", "&lt;").replace(">", "&gt;")

    def tag(found: re.Match[str]) -> str:
        name, attributes, end = found.groups()
        return f"<{name}{_ATTRIBUTE.sub(attribute, attributes)}{end}>"

    if not pictures and not references and _is_whole(html):
        return html
    text = html.decode()
    if pictures:
        text = with_pictures(text, dict(pictures), eager=False)
    if references:
        text = with_references(text, dict(references))
    return _TAG.sub(tag, text).encode()


def _is_whole(html: bytes) -> bool:
    """Whether a body plainly holds nothing but whole links. Most do, and this is found at once."""
    for before, value in pairwise(html.split(b"=")):
        if not value.startswith(b'"') or before.endswith(_KEPT_AS_THEY_ARE):
            continue
        if not (before.endswith(b" href") and _WHOLE_LINK.match(value)):
            return False
    return True

"""Pages that show bodies, as the cache keeps them: for a build where nothing but bodies differs."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct, defstruct, structs

from sitegen.build.cache import Cache
from sitegen.build.seals import CacheError
from sitegen.cards import Card, Entry
from sitegen.feed_views import FeedView, PageView
from sitegen.pages import Page
from sitegen.views import ArticleView

_MADE_WITH: Final = "pages"
_ENOUGH: Final = 1_000_000
"""Bytes of pages that are held before they go to the cache, which holds twice as many before it
keeps those who read it waiting."""
_encode = msgspec.msgpack.Encoder().encode


class _Kept(Struct, frozen=True, array_like=True):
    """A page without what the cache holds of its articles."""

    address: str
    template: str
    digest: bytes
    origin: str
    bodies: tuple[str, ...]
    cards: tuple[Card, ...]
    """Of the articles that the page shows otherwise than as they are: with a picture that was made,
    or without a change that is still to come."""
    view: msgspec.Raw
    """Its fields but the one that holds the cards of the bodies."""


_decode = msgspec.msgpack.Decoder(_Kept).decode


def _bare(view: type[Struct], cards: str) -> type[Struct]:
    """What is kept of a view: all fields but one."""
    fields = [(one.name, one.type) for one in structs.fields(view) if one.name != cards]
    return defstruct(view.__name__, fields, array_like=True)


_ARTICLE: Final = _bare(ArticleView, "article")
_FEED: Final = _bare(FeedView, "cards")


class Keeper:
    """Keeps those pages of a plan that show bodies, while they are rendered."""

    def __init__(self, cache: Cache, settings: bytes, entries: Mapping[str, Entry]) -> None:
        """`settings`: their digest; `entries`: the articles as they are."""
        self._cache, self._settings, self._entries = cache, settings, entries
        # With other settings even a page with the same view may have another origin.
        self._anew = not are_kept(cache, settings)
        self._rows: list[tuple[str, bytes]] = []
        self._size = 0
        self._shown: dict[str, tuple[str, ...]] = {}
        self._others: list[str] = []

    def keep(self, page: Page, view: PageView) -> None:
        """Keep a page that is made anew."""
        if not page.bodies:
            self._others.append(page.path)
            return
        self._add(page, view)
        if self._size > _ENOUGH:
            with self._cache.transaction():
                # Should the build fail, what is kept is of two plans.
                self._cache.remove_meta(_MADE_WITH)
                self._put()

    def settle(self, pages: Iterable[Page], gone: Iterable[str]) -> None:
        """Within a transaction: the plan is in the output, where some files are no longer."""
        for page in pages if self._anew else ():
            if page.bodies and page.path not in self._shown:
                self._add(page, page.view)
                if self._size > _ENOUGH:
                    self._put()
        self._put()
        self._cache.pages.note(self._shown)
        self._cache.pages.remove([*self._others, *gone])
        if not are_kept(self._cache, self._settings):
            self._cache.put_meta(_MADE_WITH, self._settings)

    def _add(self, page: Page, view: PageView) -> None:
        data = _kept(page, view, self._entries)
        self._rows.append((page.path, data))
        self._shown[page.path] = page.bodies
        self._size += len(data)

    def _put(self) -> None:
        self._cache.pages.put(self._rows)
        self._rows.clear()
        self._size = 0


def are_kept(cache: Cache, settings: bytes) -> bool:
    """Whether the pages that the cache keeps are those of the last build that succeeded."""
    return cache.meta.get(_MADE_WITH) == settings


def _kept(page: Page, view: PageView, entries: Mapping[str, Entry]) -> bytes:
    if type(view) is ArticleView:
        shown: tuple[Card, ...] = (view.article,)
        bare = _ARTICLE
    else:
        assert type(view) is FeedView
        shown, bare = view.cards, _FEED
    values = [getattr(view, name) for name in bare.__struct_fields__]
    others = tuple([card for card in shown if card is not entries[card.path].card])
    data = msgspec.Raw(_encode(values))
    kept = _Kept(page.address, page.template, page.digest, page.origin, page.bodies, others, data)
    return _encode(kept)


def pages_showing(cache: Cache, articles: Iterable[str]) -> tuple[list[Page], dict[str, Entry]]:
    """The pages that show the body of one of some articles, as they were planned, and the articles
    that these show, as they are. Raises `CacheError`.
    """
    kept = {}
    for path in cache.pages.showing(frozenset(articles)):
        try:
            kept[path] = _decode(cache.pages.get(path))
        except msgspec.MsgspecError as error:
            raise CacheError(str(error)) from error
    wanted = {article for one in kept.values() for article in one.bodies}
    parsed = cache.parsed(sorted(wanted))
    entries = {path: one.entry for path, one in parsed if one.entry is not None}
    if len(entries) < len(wanted):
        raise CacheError("the cache has lost an article")
    return [_page(path, one, entries) for path, one in kept.items()], entries


def _page(path: str, kept: _Kept, entries: Mapping[str, Entry]) -> Page:
    shown = {article: entries[article].card for article in kept.bodies}
    shown |= {card.path: card for card in kept.cards}
    view: ArticleView | FeedView
    if kept.template == "article.html":
        (card,) = shown.values()
        view = ArticleView(article=card, **_fields(kept.view, _ARTICLE))
    else:
        cards = tuple([shown[article] for article in kept.bodies])
        view = FeedView(cards=cards, **_fields(kept.view, _FEED))
    return Page(path, kept.address, kept.template, view, kept.digest, kept.origin, kept.bodies)


def _fields(view: msgspec.Raw, bare: type[Struct]) -> dict[str, Any]:
    return structs.asdict(msgspec.msgpack.decode(view, type=bare))

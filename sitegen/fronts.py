"""Edition → Front: its articles gathered into stories, ordered by weight, and bounded.

Weight says how large an article stands and what is cut first. It is made of what the edition's
articles themselves tell, never of the clock; `docs/configuration.md` explains it to editors.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape
from typing import Final

import msgspec
from msgspec import Struct, structs

from sitegen.cards import WORDS_A_MINUTE, Card, count_words
from sitegen.digests import NOTHING, digest
from sitegen.site import Edition

LEAD: Final = 100
"""Weight of `extra: {lead: true}`: more than all else together."""
PICTURE: Final = 8
"""Weight of a picture: more than the longest article without one."""
SUMMARY: Final = 2
"""Weight of a summary."""
LENGTH: Final = 6
"""Weight of the longest articles: one for each minute of reading, up to this."""
SOURCE: Final = 5
"""Weight of each further source of a story."""
SOURCES: Final = 5
"""Further sources of a story that count."""

MAIL: Final = 90_000
"""Bytes of an e-mail at most: Gmail cuts those of more than 102 KB off."""
_MAIL_ITEM: Final = 2_000
"""Bytes of markup around an article in full."""
_MAIL_HEADLINE: Final = 600
"""Bytes of markup around a headline."""


class Span(Struct, frozen=True, gc=False):
    """Days that follow each other."""

    first: date
    """The first of them."""
    last: date
    """The last of them; may be the first, too."""


class Item(Struct, frozen=True, gc=False):
    """What an edition shows as one: an article, or a story of several."""

    card: Card
    """The article; of a story the weightiest."""
    others: tuple[Card, ...]
    """The story's other articles, weightiest first; empty where the article stands alone."""
    weight: int
    """How much it matters; the first of an edition has most."""

    @property
    def key(self) -> bytes:
        """Stands for it in keys."""
        return b"".join([b"%d:" % self.weight, self.card.digest, *_digests(self.others)])


class Front(Struct, frozen=True):
    """An edition as a page shows it: the weightiest in full, the rest as headlines."""

    day: date
    """Its day; of a week the Monday."""
    url: str
    """Its own page."""
    count: int
    """How many articles it has, shown or not."""
    items: tuple[Item, ...]
    """In full, the weightiest first; never empty."""
    rest: tuple[Card, ...]
    """As headlines, weightiest first; those of one story beside each other."""
    more: int
    """How many articles only the edition's own page shows."""
    minutes: int
    """Reading time of the headlines and summaries shown; at least 1."""
    whole_minutes: int
    """Reading time of all its articles."""
    digest: bytes = NOTHING
    """Of all the fields above."""


def weight(card: Card) -> int:
    """What an article weighs by itself."""
    return (
        (LEAD if card.extra.get("lead") else 0)
        + (PICTURE if card.image else 0)
        + (SUMMARY if card.summary else 0)
        + min(card.minutes, LENGTH)
    )


def by_weight(cards: Iterable[Card]) -> tuple[Item, ...]:
    """Articles and stories, the weightiest first; ties in the order given."""
    stories: dict[tuple[str, str], list[tuple[int, Card]]] = {}
    for card in cards:
        key = (card.story, "" if card.story else card.path)
        stories.setdefault(key, []).append((weight(card), card))
    items = [_item(story) for story in stories.values()]
    return tuple(sorted(items, key=lambda item: -item.weight))


def _item(story: list[tuple[int, Card]]) -> Item:
    if len(story) > 1:
        story = sorted(story, key=lambda pair: -pair[0])
    heaviest, card = story[0]
    others = tuple(other for _, other in story[1:])
    if others or len(card.sources) > 1:
        names = {source.name for one in (card, *others) for source in one.sources}
        heaviest += SOURCE * min(max(len(names) - 1, 0), SOURCES)
    return Item(card, others, heaviest)


def front(
    edition: Edition, items: Sequence[Item], full: int, headlines: int | None = None
) -> Front:
    """An edition with `full` of its items in full, and so many headlines; all of them if None."""
    rest = [card for item in items[full:] for card in (item.card, *item.others)]
    return _front(edition, tuple(items[:full]), tuple(rest[:headlines]))


def size_in_html(text: str) -> int:
    """How many bytes a text takes once it is escaped: quicker than to escape it."""
    return len(text.encode()) + sum(more * text.count(sign) for sign, more in _ESCAPED)


_ESCAPED: Final = tuple((sign, len(escape(sign)) - 1) for sign in "&<>'\"")


def for_mail(edition: Edition, whole: Front, absolute: Callable[[str], str]) -> Front:
    """The front of an edition's e-mail: what of the page's front fits into `MAIL` bytes.

    `absolute` makes a card's address a whole URL.
    """

    def size(card: Card) -> int:
        names = (source.name for source in card.sources)
        return size_in_html("".join((card.title, card.summary, absolute(card.address), *names)))

    room = MAIL - _MAIL_ITEM
    items: list[Item] = []
    for item in whole.items:
        room -= _MAIL_ITEM + size(item.card)
        if items and room < 0:
            break
        kept: list[Card] = []
        for card in item.others:
            room -= _MAIL_HEADLINE + size(card)
            if room < 0:
                break
            kept.append(card)
        items.append(structs.replace(item, others=tuple(kept)))
    rest: list[Card] = []
    for card in whole.rest:
        room -= _MAIL_HEADLINE + size(card)
        if room < 0:
            break
        rest.append(card)
    if len(rest) == len(whole.rest) and room >= 0:
        return whole
    return _front(edition, tuple(items), tuple(rest))


def _front(edition: Edition, items: tuple[Item, ...], rest: tuple[Card, ...]) -> Front:
    shown, words = len(rest), 0
    for item in items:
        shown += 1 + len(item.others)
        words += count_words(item.card.title) + count_words(item.card.summary)
        words += sum(count_words(card.title) for card in item.others)
    words += sum(count_words(card.title) for card in rest)
    made = Front(
        day=edition.day,
        url=edition.url,
        count=len(edition.cards),
        items=items,
        rest=rest,
        more=len(edition.cards) - shown,
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        whole_minutes=sum(card.minutes for card in edition.cards),
    )
    told = (made.day, made.url, made.count, made.more, made.minutes, made.whole_minutes, len(items))
    keys = [item.key for item in items]
    # An item's key is as long as it has articles: lengths tell where each ends.
    parts = [b"%d;" % len(key) for key in keys] + keys + list(_digests(rest))
    return structs.replace(made, digest=digest(msgspec.msgpack.encode(told) + b"".join(parts)))


def _digests(cards: Iterable[Card]) -> list[bytes]:
    return [card.digest for card in cards]

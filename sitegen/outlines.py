"""Tags → what the page of each tells beside its articles: a chart, and the tags that go with it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from sitegen.cards import Card
from sitegen.memo import Memo
from sitegen.site import Tag
from sitegen.timeline import Chart, chart

_LATEST: Final = 30
"""Articles of a tag that tell what goes with it."""
_MOST: Final = 6
"""Tags that go with another, at most."""


class Outline(Struct, frozen=True):
    """What a tag's articles are, taken together."""

    chart: Chart | None
    """How many there were over time."""
    companions: tuple[str, ...]
    """The slugs of the tags that its latest articles have beside it more than once, most often
    first."""


def outline(tags: Iterable[Tag], memo: Memo) -> dict[str, Outline]:
    """The outline of each tag, by slug."""
    return {
        tag.slug: memo.get(("outline", tag.slug), (tag.cards,), partial(_outline, tag))
        for tag in tags
    }


def _outline(tag: Tag) -> Outline:
    days = sorted([card.date.day for card in tag.cards])
    return Outline(chart(days), _companions(tag.slug, tag.cards[:_LATEST]))


def _companions(slug: str, cards: Sequence[Card]) -> tuple[str, ...]:
    counts = Counter([ref.slug for card in cards for ref in card.tags])
    del counts[slug]
    often = sorted((-count, other) for other, count in counts.items() if count > 1)
    return tuple(other for _, other in often[:_MOST])

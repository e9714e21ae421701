"""Which articles belong together: by the tags they share, and by the words that they open with.

A tag or a word that two articles share counts the more, the fewer articles have it: its weight is
1/log2 of their number. Source: L. Adamic, E. Adar, "Friends and neighbors on the Web", Social
Networks 25 (2003): 211. It counts only where the two stand near each other among the articles that
have it, for what a news site says of a busy topic months apart seldom belongs together; so each
article is compared with a bounded number of others, whatever the site's size. Weights are whole
numbers and step by powers of two: sums do not hang on an order, and one article more or less does
not change what others are related to.

What is found is kept with what it was found from. An edit looks anew at the articles near the
edited one in the lists of its tags and words, and at no others; that this gives what a site made
from nothing gives is tested.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

from msgspec import Struct

from sitegen.cards import Card
from sitegen.sketch import words_of

Feature = str | int
"""What articles share: a tag, by its slug, or a word, by its number."""

MOST: Final = 4
"""Articles that one is related to, at most."""
_NEAR: Final = 5
"""How far apart, in a list, two articles may stand."""
_UNIT: Final = 27720
"""A weight of 1: divisible by every number to 12."""
_LEAST: Final = _UNIT // 2
"""The score from which two articles belong together: one tag that two or three articles have, two
that fifteen have, three that sixty have; one that seven have, and a rare word; three rare words."""
_WORDS: Final = 4
"""Binary digits: a word that more than fifteen articles have tells nothing."""


class Relations(Struct, frozen=True):
    """Which articles belong together, and what that was found from."""

    found: dict[str, tuple[str, ...]]
    """By an article's file: the files of those that belong to it, best first."""
    cards: dict[str, Card]
    """By file, newest first."""
    lists: dict[Feature, list[str]]
    """The files of the articles that share something, newest first."""


def relate(cards: Sequence[Card], last: Relations | None = None) -> Relations:
    """What belongs together among a site's cards, which come newest first.

    No article is related to itself, to another of its story, to two of one story, or to its
    neighbours in time, which its page shows anyway. `last` was found from other cards: it saves
    time, and changes nothing.
    """
    size = len(cards).bit_length()
    if last is None or len(last.cards).bit_length() != size:
        last = Relations({}, {}, {})
    now = {card.path: card for card in cards}
    come = [card for card in cards if not _alike(card, last.cards.get(card.path))]
    gone = [card for card in last.cards.values() if not _alike(card, now.get(card.path))]
    if not come and not gone:
        return Relations(last.found, now, last.lists)
    rank = {path: number for number, path in enumerate(now)}
    if len(come) == len(cards):
        dirty, features = list(now), list(map(_features, cards))
        lists = _grouped(zip(dirty, features, strict=True))
    else:
        lists = dict(last.lists)
        near = _neighbours(last.cards, gone) | _neighbours(now, come)
        near |= _update(lists, gone, come, rank, size)
        dirty = sorted(near & rank.keys(), key=rank.__getitem__)
        features = [_features(now[path]) for path in dirty]
    found = last.found | _find(dirty, features, now, lists, rank, size)
    return Relations({path: found[path] for path in now}, now, lists)


def _alike(card: Card, other: Card | None) -> bool:
    """Whether two states of an article are related to the same ones."""
    return card is other or (
        other is not None
        and (card.sketch, card.id, card.story) == (other.sketch, other.id, other.story)
        and card.date.instant == other.date.instant
        and [ref.slug for ref in card.tags] == [ref.slug for ref in other.tags]
    )


def _features(card: Card) -> list[Feature]:
    return [*[ref.slug for ref in card.tags], *words_of(card.sketch)]


def _grouped(held: Iterable[tuple[str, list[Feature]]]) -> dict[Feature, list[str]]:
    """The files that have each feature, from the features that each file has, in the same order."""
    lists: dict[Feature, list[str]] = defaultdict(list)
    for path, features in held:
        for feature in features:
            lists[feature].append(path)
    return dict(lists)


def _neighbours(cards: Mapping[str, Card], changed: Sequence[Card]) -> set[str]:
    """The changed cards, and those beside them in time."""
    if not changed:
        return set()
    order = list(cards)
    found: set[str] = set()
    paths = {card.path for card in changed}
    for number, path in enumerate(order):
        if path in paths:
            found.update(order[max(0, number - 1) : number + 2])
    return found


def _update(
    lists: dict[Feature, list[str]],
    gone: Sequence[Card],
    come: Sequence[Card],
    rank: Mapping[str, int],
    size: int,
) -> set[str]:
    """Bring the lists up to date; the files of the articles for which something may differ."""
    near: set[str] = set()
    leaving, coming = (
        _grouped((card.path, _features(card)) for card in changed) for changed in (gone, come)
    )
    for feature in leaving.keys() | coming.keys():
        before = lists.pop(feature, [])
        leaves, comes = leaving.get(feature, []), coming.get(feature, [])
        without = frozenset(leaves)
        after = [path for path in before if path not in without] + comes
        after.sort(key=rank.__getitem__)
        if after:
            lists[feature] = after
        if _weight(feature, len(before), size) != _weight(feature, len(after), size):
            near.update(after)
        for members, changed in ((before, leaves), (after, comes)):
            for path in changed:
                at = members.index(path)
                near.update(members[max(0, at - _NEAR) : at + _NEAR + 1])
    return near


def _weight(feature: Feature, count: int, size: int) -> int:
    """How much it tells that two articles share a feature that `count` articles have.

    `size` is the binary digits of the number of all articles. On a small site much is rare: there a
    tag counts only where less than half of the articles have it, or so, and a word where few do.
    """
    bits = count.bit_length()
    if isinstance(feature, str):
        return _UNIT // bits if bits == 2 or 2 < bits < size - 1 else 0
    return _UNIT // (2 * bits + 1) if 2 <= bits <= min(size - 3, _WORDS) else 0


class _List:
    """The articles that share something, and a place among them that moves on."""

    __slots__ = ("at", "members", "weight")

    def __init__(self, members: list[str], weight: int) -> None:
        self.members, self.weight, self.at = members, weight, 0


_Good = list[tuple[int, int, int, str]]
"""Of articles that belong to one: score, below 0; days between them, in ranks; rank; file."""


def _find(
    dirty: Sequence[str],
    features: Sequence[list[Feature]],
    cards: Mapping[str, Card],
    lists: Mapping[Feature, list[str]],
    rank: Mapping[str, int],
    size: int,
) -> dict[str, tuple[str, ...]]:
    """What belongs to each of some articles, which are given in order, with what they have."""
    # Where all are looked at, each pair is met once, by the newer of the two.
    whole = len(dirty) == len(cards)
    good: dict[str, _Good] = {path: [] for path in dirty}
    telling: dict[Feature, _List] = {}
    for feature in lists if whole else set(chain.from_iterable(features)):
        members = lists[feature]
        if len(members) > 1 and (weight := _weight(feature, len(members), size)):
            telling[feature] = _List(members, weight)
    for path, held in zip(dirty, features, strict=True):
        mine = [one for one in map(telling.get, held) if one is not None]
        here = rank[path]
        for other, score in _scores(path, mine, rank, 0 if whole else _NEAR).items():
            there = rank[other]
            distance = abs(here - there)
            if score >= _LEAST and distance > 1:
                good[path].append((-score, distance, there, other))
                if whole:
                    good[other].append((-score, distance, here, path))
    return {
        path: _best(sorted(found), cards[path], cards) if found else ()
        for path, found in good.items()
    }


def _scores(path: str, mine: Sequence[_List], rank: Mapping[str, int], back: int) -> dict[str, int]:
    """How much one article shares with those near it, `back` of each list's newer ones among them.

    Those that could not reach the least score are left out.
    """
    near: list[list[str]] = []
    likely: set[str] = set()
    for one in mine:
        members, at = one.members, one.at
        # Where articles come in order, the place is mostly the one after the last's.
        if at >= len(members) or members[at] is not path:
            at = bisect_left(members, rank[path], key=rank.__getitem__)
        one.at = at + 1
        window = members[at + 1 : at + 1 + _NEAR]
        if back and at:
            window += members[at - back if at > back else 0 : at]
        near.append(window)
        if one.weight >= _LEAST:
            likely.update(window)
    # Most share one thing with it by chance: no more is asked of those.
    met = list(chain.from_iterable(near))
    if len(set(met)) < len(met):
        likely.update([other for other, count in Counter(met).items() if count > 1])
    scores = dict.fromkeys(likely, 0)
    for one, window in zip(mine, near, strict=True) if likely else ():
        for other in likely.intersection(window):
            scores[other] += one.weight
    return scores


def _best(good: _Good, card: Card, cards: Mapping[str, Card]) -> tuple[str, ...]:
    """The first of the good ones that tell each story once."""
    told = {card.story}
    best: list[str] = []
    for *_, other in good:
        story = cards[other].story
        if not story or story not in told:
            told.add(story)
            best.append(other)
            if len(best) == MOST:
                break
    return tuple(best)

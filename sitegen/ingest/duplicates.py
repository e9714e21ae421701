"""The same article from two seeds: one address, or nearly the same words."""

import re
import struct
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final

from msgspec import Struct

from sitegen.ingest.addresses import identity

_HASHES: Final = 128
"""Numbers in a signature: likeness is told to about 0.03."""
_BANDS: Final = 16
"""Groups of them: of articles alike by 0.85, 99 % agree in one group at least."""
_ROWS: Final = _HASHES // _BANDS
_ALIKE: Final = 0.85
"""Share of four-word sequences from which two texts are one article.

Stories by one template (markets, results) are alike by 0.6 at most; a wire story with another
headline and dateline by 0.9. In doubt two articles stay two: one lost is worse than one twice.
"""
_RELATED: Final = 0.1
"""Below this share, two texts at one address are not versions of one article."""
_SHORT: Final = 40
"""Words below which a text is too little to tell an article by."""
_FEW: Final = 12
"""Articles of a group that a further one is compared with; bounds the cost of equal texts."""
_SEED: Final = 42
_FORM: Final = struct.Struct(f"<BI{_HASHES}H")
"""A signature: the algorithm's version, the number of words, the hashes."""
_WORD: Final = re.compile(r"\w+")


class Why(StrEnum):
    """What shows that two articles are one."""

    ADDRESS = "address"
    TEXT = "text"


class Record(Struct, frozen=True, gc=False):
    """An article as duplicates are looked for."""

    id: str
    url: str
    """Of the original; empty where it is not known."""
    signature: bytes
    """What `signature` made of its text."""


class Pair(Struct, frozen=True, gc=False):
    """Two articles that are one."""

    first: str
    """The id of the one that came earlier; it is not itself the second of a pair."""
    second: str
    why: Why


def signature(text: str) -> bytes:
    """What a text is known by: its length in words, and a MinHash of its word sequences.

    Empty if it is too short. The same on any machine; signatures of another version of the
    library do not compare.
    """
    words = _WORD.findall(text.casefold())
    if len(words) < _SHORT:
        # Scripts without spaces have few words, but long ones: their letters are the words.
        words = [character for word in words for character in word]
        if len(words) < 4 * _SHORT or text.isascii():
            return b""
    from rensa import RMinHash  # noqa: PLC0415 - only where seeds are converted

    minhash = RMinHash(num_perm=_HASHES, seed=_SEED)
    minhash.update([" ".join(words[i : i + 4]) for i in range(len(words) - 3)])
    # Sixteen bits are as good as thirty-two, and half as long.
    numbers = (number & 0xFFFF for number in minhash.digest())
    return _FORM.pack(RMinHash.ALGORITHM_VERSION, len(words), *numbers)


def pairs(records: Iterable[Record]) -> tuple[Pair, ...]:
    """The pairs among some articles, in their order; each second is in one pair only."""
    listed = list(records)
    first: dict[int, tuple[int, Why]] = {}
    _by_address(listed, first)
    _by_text(listed, first)
    found = []
    for index in sorted(first):
        root, why = first[index]
        while root in first:
            root = first[root][0]
        found.append(Pair(listed[root].id, listed[index].id, why))
    return tuple(found)


def _by_address(records: list[Record], first: dict[int, tuple[int, Why]]) -> None:
    seen: dict[str, int] = {}
    for index, record in enumerate(records):
        address = identity(record.url)
        if not address:
            continue
        root = seen.setdefault(address, index)
        if root != index and may_be_versions(records[root].signature, record.signature):
            first[index] = (root, Why.ADDRESS)


def may_be_versions(one: bytes, other: bytes) -> bool:
    """Whether two texts at one address can be one article."""
    return not one or not other or likeness(one, other) >= _RELATED


def _by_text(records: list[Record], first: dict[int, tuple[int, Why]]) -> None:
    for band in range(_BANDS):
        start = 5 + 2 * _ROWS * band
        groups: dict[bytes, list[int]] = {}
        for index, record in enumerate(records):
            if not record.signature or index in first:
                continue
            group = groups.setdefault(record.signature[start : start + 2 * _ROWS], [])
            for other in group:
                if is_same(records[other].signature, record.signature):
                    first[index] = (other, Why.TEXT)
                    break
            else:
                if len(group) < _FEW:
                    group.append(index)


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two texts are so alike that they are one article."""
    shorter, longer = sorted((_words(one), _words(other)))
    return shorter >= 0.8 * longer and likeness(one, other) >= _ALIKE


def likeness(one: bytes, other: bytes) -> float:
    """The estimated share of word sequences that two texts have in common."""
    if one[:1] != other[:1]:
        return 0.0
    numbers = zip(_numbers(one), _numbers(other), strict=True)
    return sum(a == b for a, b in numbers) / _HASHES


@lru_cache(4096)
def _numbers(signature: bytes) -> tuple[int, ...]:
    return _FORM.unpack(signature)[2:]


def _words(signature: bytes) -> int:
    count: int = _FORM.unpack_from(signature)[1]
    return count

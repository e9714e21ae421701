"""How alike two texts are, told from short signatures of them."""

import re
import struct
from functools import lru_cache
from typing import Final

_HASHES: Final = 128
"""Numbers in a signature: likeness is told to about 0.03."""
_ALIKE: Final = 0.85
"""Share of four-word sequences from which two texts are one article.

Stories by one template (markets, results) are alike by 0.6 at most; a wire story with another
headline and dateline by 0.9. In doubt two articles stay two: one lost is worse than one twice.
"""
_RELATED: Final = 0.1
"""Below this share, two texts at one address are not versions of one article."""
_SHORT: Final = 40
"""Words below which a text is too little to tell an article by."""
_SEED: Final = 42
_FORM: Final = struct.Struct(f"<BI{_HASHES}H")
"""A signature: the algorithm's version, the number of words, the hashes."""
_WORD: Final = re.compile(r"\w+")


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


def may_be_versions(one: bytes, other: bytes) -> bool:
    """Whether two texts at one address can be one article."""
    return not one or not other or likeness(one, other) >= _RELATED


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

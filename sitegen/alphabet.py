"""Names in the order of an index: by letter, whatever the case and the accents.

A simple stand-in for the Unicode Collation Algorithm (UTS #10): letters without their marks first,
then the name as it is. A language's own order, as of `ñ` after `n`, is not followed.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Protocol, TypeVar

_SPELLED: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_OTHERS: Final = "#"
"""Heads what begins with no letter."""
_HEADS: Final = {
    "ARABIC": "ع",
    "CJK": "漢",
    "CYRILLIC": "Я",
    "DEVANAGARI": "अ",
    "GREEK": "Ω",
    "HANGUL": "한",
    "HEBREW": "א",
    "HIRAGANA": "あ",
    "KATAKANA": "ア",
    "LATIN": "A–Z",
    "THAI": "ก",
}
"""What stands above the names of a script; by the first word of its letters' Unicode names."""
_WITHOUT_LETTERS: Final = frozenset(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
"""Scripts in which too many characters begin a name for each to have a group."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=_Named)


@lru_cache(maxsize=20_000)
def place(name: str) -> tuple[str, str]:
    """Where a name stands in an index: sort by this."""
    if name.isascii():
        return name.lower(), name
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_SPELLED)
    return "".join(c for c in letters if not unicodedata.category(c).startswith("M")), name


def by_letter(items: Iterable[T]) -> list[tuple[str, Sequence[T]]]:
    """Things with names, in order, in groups with a head each.

    The script that most names are in is grouped by first letter, each other script together after
    it; what begins with no letter comes first.
    """
    ordered = sorted(items, key=lambda item: place(item.name))
    scripts = [_script(_first(item.name)) for item in ordered]
    counts = Counter(script for script in scripts if script)
    main = min(counts, key=lambda script: (-counts[script], script), default="")
    if main in _WITHOUT_LETTERS:
        main = ""
    groups: dict[tuple[int, str], list[T]] = {}
    for item, script in zip(ordered, scripts, strict=True):
        first = _first(item.name)
        if not script:
            head = (0, _OTHERS)
        elif script == main:
            head = (1, first.upper())
        else:
            head = (2, _HEADS.get(script, first))
        groups.setdefault(head, []).append(item)
    return [(head, groups[rank, head]) for rank, head in sorted(groups)]


def _first(name: str) -> str:
    """The first letter or digit of a name; empty where it has none."""
    return next((c for c in place(name)[0] if c.isalnum()), "")


@lru_cache(maxsize=2_000)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""

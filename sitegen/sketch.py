"""A sketch of a text: its telling words, a few bytes of them, made while an article is parsed.

Words of five letters and more, and names, are cut to six letters, which makes one of most forms of
a word in most languages. Source: P. McNamee, C. Nicholas, J. Mayfield, "Addressing morphological
variation in alphabetic languages", SIGIR 2009: 75, which finds cut words to serve as well as stems.
Scripts without spaces give pairs of characters.
"""

import re
import struct
from itertools import pairwise
from typing import Final
from zlib import crc32

_KEPT: Final = 12
"""Words of a sketch: those of a headline and of the first sentence."""
_LENGTH: Final = 6
_REACH: Final = 200
"""Characters that are looked at."""
_WORD: Final = re.compile(r"[^\W\d_]{5,}|[A-ZÀ-ÖØ-Þ][^\W\d_]{3,}")
_ASCII_WORD: Final = re.compile(r"[A-Za-z]{5,}|[A-Z][A-Za-z]{3,}")
"""The same in plain ASCII, found in half the time."""
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def sketch(text: str) -> bytes:
    """The first telling words of a text, four bytes each, without those that come again."""
    pattern = _ASCII_WORD if text.isascii() else _WORD
    words = pattern.findall(text, 0, _REACH)
    if pattern is _WORD and (runs := _CJK.findall(text, 0, _REACH)):
        pairs = ("".join(pair) for run in runs for pair in pairwise(run))
        words = [*pairs, *_WORD.findall(_CJK.sub(" ", text[:_REACH]))]
    kept: dict[int, None] = {}
    for word in words:
        kept[crc32(word[:_LENGTH].lower().encode("utf-8", "replace"))] = None
        if len(kept) == _KEPT:
            break
    return struct.pack(f"<{len(kept)}I", *kept)


def words_of(made: bytes) -> tuple[int, ...]:
    """The words of a sketch, as numbers."""
    return struct.unpack(f"<{len(made) // 4}I", made)

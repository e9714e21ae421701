"""Posts of social networks, flattened into a paragraph → quotations with their attribution."""

import re
from itertools import islice
from typing import Final

from msgspec import Struct

_POST: Final = re.compile(
    r"""(?P<text>.+?)\s*[—–―-]\s*
    (?P<name>[^()—–\n]{1,80}?)\s*
    \((?P<handle>@[\w.]{1,50}(?:@[\w.-]+)?)\)\s*
    (?P<date>(?:[^\W\d_]{3,10}\.?\s+\d{1,2},?\s+\d{4})|(?:\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,10}\.?\s+(?:de\s+)?\d{4})|\d{4}-\d{2}-\d{2})
    [\s.]*""",
    re.VERBOSE | re.DOTALL,
)
_HASHTAG = re.compile(r"(?<![\w&/#])#(?=\w*[^\W\d_])(\w{2,60})")
_GLUED = re.compile(r"(?<=[^\s(#&/\"“])#(?=[^\W\d_]\w)")
_PICTURE = re.compile(
    r"\s*(?:\bpic\.(?:twitter\.com|x\.com|[\w-]+(?:\.\w+)+)/\w+|https?://t\.co/\w+)", re.IGNORECASE
)


_MOST: Final = 30
"""Hashtags that anybody wrote on purpose."""


class Post(Struct, frozen=True):
    """A post that an article quotes."""

    text: str
    """What it says, without the hashtags at its end and without addresses of pictures."""
    attribution: str
    """`Name (@handle), December 28, 2022`."""
    hashtags: tuple[str, ...]
    """Without `#`, as written."""


def read_post(paragraph: str) -> Post | None:
    """The post that a paragraph is, if it ends in `— Name (@handle) Month D, YYYY`."""
    if "(@" not in paragraph:
        return None
    match = _POST.fullmatch(paragraph)
    if not match:
        return None
    # The first hashtag is often glued to the last sentence.
    said = _PICTURE.sub(" ", _GLUED.sub(" #", match["text"]))
    attribution = f"{match['name'].strip()} ({match['handle']}), {match['date']}"
    return Post(_without_last_hashtags(said), attribution, hashtags(said))


def hashtags(text: str) -> tuple[str, ...]:
    """The hashtags in a text, without `#`, each once."""
    if "#" not in text:
        return ()
    return tuple(dict.fromkeys(islice((m[1] for m in _HASHTAG.finditer(text)), _MOST)))


def _without_last_hashtags(text: str) -> str:
    """A row of hashtags at the end is an index, not a sentence; one inside a sentence stays."""
    text = " ".join(text.split())
    return re.sub(r"(?:\s*(?<!\w)#\w+)+$", "", text) or text

"""A summary: the article's own sentences, never a paraphrase."""

import re
from typing import Final

from sitegen.ingest.boilerplate import dateline
from sitegen.ingest.headline import shorten
from sitegen.ingest.sentences import sentences
from sitegen.ingest.words import width

LIMIT: Final = 300
"""How wide a summary of several sentences may be; a single sentence may be somewhat wider."""
_ENOUGH: Final = 60
"""A lead narrower than this tells too little alone."""


def prose(text: str) -> list[str]:
    """The paragraphs of a plain text that are sentences: no headings, attributions, lists."""
    found = [
        " ".join(p.split()) for p in text.split("\n\n") if not re.match(r"\s*(?:— |- |\d+\. )", p)
    ]
    sentence = [
        p for p in found if re.search(r"[.!?…。！？؟۔।][\"'”’»」)]*\s*$", p) or width(p) > 120
    ]
    return sentence or [p for p in found if p]


def make_summary(paragraphs: list[str]) -> str:
    """The lead paragraph if it is short, else its first sentences."""
    if not paragraphs:
        return ""
    lead = paragraphs[0][dateline(paragraphs[0]).length :].strip()
    if width(lead) < _ENOUGH and len(paragraphs) > 1:
        return _whole(lead, sentences(paragraphs[1]))
    if width(lead) <= LIMIT:
        return lead
    first, *more = sentences(lead)
    if width(first) > LIMIT + 100:
        return shorten(first, LIMIT)
    return _whole(first, more)


def _whole(start: str, more: list[str]) -> str:
    """As many whole sentences as there is room for; in scripts without spaces, without spaces."""
    for sentence in more:
        longer = f"{start}{'' if start[-1:] in '。！？」' else ' '}{sentence}".strip()
        if width(longer) > LIMIT:
            break
        start = longer
    return start

"""Given: what a seed gives for one article, ready to be written."""

from datetime import date, tzinfo

from msgspec import Struct

from sitegen.ingest.tags import TagRules

Value = str | dict[str, str] | tuple[str | dict[str, str], ...]
"""What a field of the front matter holds when sitegen writes it: texts, in lists or tables."""


class Options(Struct, frozen=True):
    """All that a conversion depends on beside the seed."""

    zone: tzinfo
    """The site's time zone."""
    language: str
    """The site's language; an article in it names none."""
    today: date
    """The day of an article that tells none."""
    tags: TagRules = TagRules()
    columns: dict[str, str] = {}
    """Which column of a table holds which field, where the project says so."""


class Given(Struct, frozen=True):
    """What a seed gives for one article, as it will be written."""

    id: str
    """From the article's own text: the same anywhere."""
    key: str
    """Tells articles of one seed apart; empty where it has one."""
    fields: dict[str, Value]
    """Front matter without `id`, in the order written."""
    body: str
    """Markdown, with a line break at its end."""
    url: str = ""
    """Of the original, as far as it is told."""
    signature: bytes = b""
    """What its text is known by, to find it again in another seed."""
    dated: bool = True
    """Whether the seed told a day; if not, it is the day it was converted."""

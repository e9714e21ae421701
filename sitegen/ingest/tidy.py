"""Texts of fields: on one line, without entities; and as letters alone, for comparison."""

import re
from html import unescape

from sitegen.ingest.decode import clean

_ENTITY = re.compile(r"&(?:amp|quot|lt|gt|nbsp|apos|#\d{1,6}|#x[0-9a-fA-F]{1,5});")


def tidy(text: str) -> str:
    """A text on one line, without superfluous space and entities that were escaped twice."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: unescape(match[0]), text)
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """A text for comparison: letters and digits only."""
    return "".join(character for character in text.casefold() if character.isalnum())

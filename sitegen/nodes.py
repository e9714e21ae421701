"""Values as front matter holds them, each with its line. What they mean is for others to say."""

import re

from msgspec import Struct

_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_NULL = frozenset({"null", "Null", "NULL", "~", ""})
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
# What YAML 1.1 takes for a number, so that a text which `dump` leaves without quotes stays one.
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]{1,18}\.[0-9]*)([eE][-+][0-9]{1,3})?")


class Node(Struct, frozen=True):
    """A value in the front matter and where it stands."""

    value: "str | list[Node] | dict[str, Node]"
    """Text, a list, or a table."""
    line: int
    """The line in the file, counted from 1; of a table's entry, that of its key."""
    plain: bool = True
    """Whether a text was written without quotes."""


class Plain(str):
    """A text that YAML would quote though it need not be: a date."""


def free_value(node: Node) -> object:
    """What a free field holds: lists, tables, texts, numbers, truth values, or None."""
    if isinstance(node.value, list):
        return [free_value(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: free_value(item) for key, item in node.value.items()}
    text = node.value
    if not node.plain:
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text

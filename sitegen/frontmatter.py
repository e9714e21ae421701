"""Front matter: text ↔ (fields, body). Pure; it knows on which line each field stands.

A scalar is kept as text and each field decides what it means, so `title: No` is a headline and
`tags: [2022, yes]` are two words. YAML's own guesses are used for `extra` alone.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from sitegen.nodes import Node
from sitegen.problems import fault

MAX_YAML = 64 * 1024
"""Characters of front matter; more is a mistake or an attack."""
_OPENING = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING = re.compile(r"\n---[ \t]*(?:\n|\Z)")
_LINE: Final = re.compile(
    r"""
      ^([ ]*) (?: (-)[ ] | ([A-Za-z_][A-Za-z0-9_-]*):(?:[ ]|$) )
      ( "[^"\\\n]*"
      | '[^'\n]*(?:''[^'\n]*)*'
      | \[(?: [^\W_][\w .-]* (?:,[ ][^\W_][\w .-]*)* )?\]
      | [\w/(“„«‘…][^\n]*
      )?$
    """,
    re.MULTILINE | re.VERBOSE,
)
"""A line of plain front matter: a key with a value of one line, a key alone, or an item."""


class Parts(Struct, frozen=True):
    """A file's text, taken apart."""

    fields: dict[str, Node]
    """Front matter by key, in the order written; empty where there is none."""
    body: str
    """What follows the front matter."""
    body_line: int
    """The line that the body begins on, counted from 1."""


def parse(text: str) -> Parts:
    """Take a file's text apart. Raises `SitegenError` (with lines, without a path) if it is broken.

    Text that does not begin with a `---` line has no front matter and is all body.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return Parts({}, text, 1)
    # From the end of the first line on, for there may be nothing between the two.
    closing = _CLOSING.search(text, opening.end() - 1)
    if closing is None:
        raise fault("the front matter is not closed", line=1, hint="end it with a line `---`")
    block, body = text[opening.end() : closing.start()], text[closing.end() :]
    if len(block) > MAX_YAML:
        raise fault(f"the front matter is longer than {MAX_YAML} characters", line=1)
    fields = _plain_fields(block)
    if not fields:
        # Imported where it is needed.
        from sitegen.yaml_text import read_fields  # noqa: PLC0415

        fields = read_fields(block)
    return Parts(fields, body, text.count("\n", 0, closing.end()) + 1)


def _plain_fields(block: str) -> dict[str, Node] | None:
    """What `read_fields` gives for front matter that is as plain as most is, in a fraction of the
    time; None for any other, and for all that is wrong.
    """
    lines = _LINE.findall(block)
    # A character that is not printable may be a line's end to YAML, or not allowed at all.
    if len(lines) != block.count("\n") + 1 or not block.replace("\n", "").isprintable():
        return None
    fields: dict[str, Node] = {}
    alone, begun = "", 0  # The last key, if it stood alone: what is below belongs to it.
    margin = ""
    for number, (indent, dash, key, written) in enumerate(lines, 2):
        node = _plain_value(written, number) if written else None
        if key and not indent:
            if key in fields or (alone and alone not in fields):
                return None
            if node is not None:
                fields[key], alone = node, ""
            elif written:
                return None
            else:
                alone, begun = key, number
            continue
        if node is None or not alone or (alone in fields and indent != margin):
            return None
        if alone not in fields:
            margin = indent
            fields[alone] = Node([] if dash else {}, begun)
        inner = fields[alone].value
        if dash and isinstance(inner, list):
            inner.append(node)
        elif key and isinstance(inner, dict) and key not in inner:
            inner[key] = node
        else:
            return None
    return None if alone and alone not in fields else fields


def _plain_value(written: str, line: int) -> Node | None:
    first = written[0]
    if first == '"':
        return Node(written[1:-1], line, plain=False)
    if first == "'":
        return Node(written[1:-1].replace("''", "'"), line, plain=False)
    if first == "[":
        items = written[1:-1]
        return Node([Node(item.strip(), line) for item in items.split(", ")] if items else [], line)
    if ": " in written or " #" in written or written[-1] in ": ":
        return None
    return Node(written, line)


def dump(fields: Mapping[str, object], body: str) -> str:
    """The text of a file: `parse` gives the same fields and the same body back.

    Values are texts, numbers, truth values, `Plain`, lists and tables of these.
    """
    from sitegen.yaml_text import write_fields  # noqa: PLC0415 - as above.

    return f"---\n{write_fields(fields) if fields else ''}---\n{body}"

"""Front matter: text ↔ (fields, body). Pure; it knows on which line each field stands.

A scalar is kept as text and each field decides what it means, so `title: No` is a headline and
`tags: [2022, yes]` are two words. YAML's own guesses are used for `extra` alone.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml
from msgspec import Struct

from sitegen.problems import SitegenError, fault

MAX_YAML = 64 * 1024
"""Characters of front matter; more is a mistake or an attack."""
MAX_DEPTH = 8
"""Levels of nesting."""
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
_Events = Callable[[], yaml.Event]
"""Gives the next event of a document."""
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_NULL = frozenset({"null", "Null", "NULL", "~", ""})
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
# What YAML 1.1 takes for a number, so that a text which `dump` leaves without quotes stays one.
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]{1,18}\.[0-9]*)([eE][-+][0-9]{1,3})?")
_BREAKS = re.compile("[\x85\u2028\u2029]")


class Node(Struct, frozen=True):
    """A value in the front matter and where it stands."""

    value: "str | list[Node] | dict[str, Node]"
    """Text, a list, or a table."""
    line: int
    """The line in the file, counted from 1; of a table's entry, that of its key."""
    plain: bool = True
    """Whether a text was written without quotes."""


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
    fields = _plain_fields(block) or _read(block)
    return Parts(fields, body, text.count("\n", 0, closing.end()) + 1)


def _plain_fields(block: str) -> dict[str, Node] | None:
    """What `_read` gives for front matter that is as plain as most is, in a fraction of the time;
    None for any other, and for all that is wrong.
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


def _read(block: str) -> dict[str, Node]:
    # The first line of the block is the file's second.
    loader = None
    try:
        loader = _LOADER(block)
        events: _Events = loader.get_event
        events()  # The stream begins.
        if isinstance(events(), yaml.StreamEndEvent):
            return {}
        first = events()
        if isinstance(first, yaml.DocumentEndEvent):
            return {}
        root = _node(first, events, 0)
        if not isinstance(root.value, dict):
            raise fault(
                "the front matter is not a table of keys", line=root.line, hint="write `title: …`"
            )
        events()  # The document ends.
        if not isinstance(events(), yaml.StreamEndEvent):
            raise fault("the front matter holds a second document", line=root.line)
        return root.value
    except yaml.MarkedYAMLError as error:
        raise _broken(block, error) from None
    except yaml.YAMLError as error:
        line = block.count("\n", 0, getattr(error, "position", 0)) + 2
        raise fault("a character that YAML does not allow", line=line) from None
    finally:
        if loader is not None:
            loader.dispose()


_IN_OTHER_WORDS: Final = (
    ("mapping values are not allowed", "`: ` stands inside a value", "put the value in quotes"),
    ("alphabetic or numeric", "a value begins with `*` or `&`", "put the value in quotes"),
    ("did not find expected key", "", "a value that begins with a quote must also end with it"),
    ("unexpected end of stream", "a quote is not closed", "close it, or use the other kind"),
    ("cannot start any token", "", "put the value in quotes"),
)
"""What libyaml says, what an editor should read, and what to do."""


def _broken(block: str, error: yaml.MarkedYAMLError) -> SitegenError:
    mark = error.problem_mark or error.context_mark
    number = mark.line if mark else 0
    lines = block.split("\n")
    if number < len(lines) and re.match(r" *\t", lines[number]):
        return fault("a tab stands before the key", line=number + 2, hint="indent with spaces")
    said = str(error.problem or error.context)
    if "expected ',' or" in said and error.context_mark:
        line = error.context_mark.line + 2
        return fault("a list or table is not closed", line=line, hint="write `[one, two]`")
    if "mapping values" in said and re.match(r" +[\w-]+:", lines[number]):
        return fault("a key is indented", line=number + 2, hint="begin it where the line begins")
    for found, message, hint in _IN_OTHER_WORDS:
        if found in said:
            return fault(message or f"broken YAML: {said}", line=number + 2, hint=hint)
    return fault(f"broken YAML: {said}", line=number + 2, hint="put the value in quotes")


def _node(event: yaml.Event, events: _Events, depth: int, line: int = 0) -> Node:
    line = line or _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise fault(
            "anchors and aliases (`&`, `*`) are not allowed",
            line=line,
            hint="put the value in quotes if it begins with `*` or `&`",
        )
    if isinstance(event, yaml.ScalarEvent):
        if event.tag not in (None, "!"):
            raise _tagged(event.tag, line)
        return Node(event.value, line, not event.style)
    if depth == MAX_DEPTH:
        raise fault(f"the front matter nests deeper than {MAX_DEPTH} levels", line=line)
    tag = getattr(event, "tag", None)
    if tag not in (None, "!"):
        raise _tagged(tag, line)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(event := events(), yaml.SequenceEndEvent):
            items.append(_node(event, events, depth + 1))
        return Node(items, line)
    entries: dict[str, Node] = {}
    while not isinstance(event := events(), yaml.MappingEndEvent):
        key_line = _line(event)
        key = _node(event, events, depth + 1).value
        if not isinstance(key, str):
            raise fault("a key must be a word", line=key_line)
        if key in entries:
            raise fault(f"`{key}` is given twice, first on line {entries[key].line}", line=key_line)
        entries[key] = _node(events(), events, depth + 1, key_line)
    return Node(entries, line)


def _tagged(tag: str, line: int) -> SitegenError:
    hint = "put the value in quotes if it begins with `!`"
    return fault(f"the YAML tag `{tag}` is not allowed", line=line, hint=hint)


def _line(event: yaml.Event) -> int:
    # Marks count from 0, and the block's first line is the file's second.
    return event.start_mark.line + 2 if event.start_mark else 1


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


class Plain(str):
    """A text that YAML would quote though it need not be: a date."""


def _represent_plain(dumper: yaml.SafeDumper, text: Plain) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", str(text))


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # PyYAML writes these as line breaks, which libyaml reads as spaces.
    style = '"' if _BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


class _Dumper(yaml.SafeDumper):
    """Writes dates without quotes. libyaml's own emitter would escape every emoji."""


_Dumper.add_representer(Plain, _represent_plain)
_Dumper.add_representer(str, _represent_text)


def dump(fields: Mapping[str, object], body: str) -> str:
    """The text of a file: `parse` gives the same fields and the same body back.

    Values are texts, numbers, truth values, `Plain`, lists and tables of these.
    """
    block = (
        yaml.dump(
            dict(fields),
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=10**6,
            default_flow_style=False,
        )
        if fields
        else ""
    )
    return f"---\n{block}---\n{body}"

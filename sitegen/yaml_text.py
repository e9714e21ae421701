"""YAML ↔ nodes, by libyaml where it is installed.

Importing it takes a while: most front matter is so plain that it can be read without.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from sitegen.nodes import Node, Plain
from sitegen.problems import SitegenError, fault

MAX_DEPTH = 8
"""Levels of nesting."""
_Events = Callable[[], yaml.Event]
"""Gives the next event of a document."""
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAKS = re.compile("[\x85\u2028\u2029]")


def read_fields(block: str) -> dict[str, Node]:
    """What a block of front matter holds, by key. Raises `SitegenError` with lines of the file."""
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


def write_fields(fields: Mapping[str, object]) -> str:
    """The block that holds these fields."""
    return yaml.dump(
        dict(fields),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=10**6,
        default_flow_style=False,
    )

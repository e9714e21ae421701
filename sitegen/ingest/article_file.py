"""An article's file as text: its fields as plain values, and how to change some of them."""

import re
from collections.abc import Mapping
from typing import Final

from sitegen.content import FIELDS
from sitegen.frontmatter import dump, parse
from sitegen.ingest.given import Given, Value
from sitegen.nodes import Node, Plain

_DATES: Final = ("date", "updated")
_PLAIN = re.compile(r"[^\W\d_](?:[\w ,.'()/%’“”–-]*[\w.)%’”])?")
_NOT_TEXT: Final = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
"""Words that YAML does not take for text."""
_ID = re.compile(r"^id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


def write_new(given: Given, id_: str, slug: str = "") -> str:
    """The text of an article as a seed gives it."""
    fields: dict[str, Value] = {**given.fields, "id": id_}
    if slug:
        fields["slug"] = slug
    block = "".join(_lines(key, fields[key]) for key in FIELDS if key in fields)
    return f"---\n{block}---\n\n{given.body}"


def _lines(key: str, value: Value) -> str:
    """A field of the front matter, as `dump` writes it; what is plain is written without YAML."""
    if key in _DATES and isinstance(value, str):
        return f"{key}: {value}\n"
    if isinstance(value, str) and _is_plain(value):
        return f"{key}: {value}\n"
    if isinstance(value, tuple) and all(isinstance(v, str) and _is_plain(v) for v in value):
        return f"{key}:\n" + "".join(f"- {item}\n" for item in value)
    return dump({key: value}, "")[4:-4]


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text.lower() not in _NOT_TEXT


def _writable(key: str, value: Value) -> object:
    return Plain(value) if key in _DATES and isinstance(value, str) else value


def read_fields(text: str) -> tuple[dict[str, Value], str]:
    """Fields as plain values, and the body. Raises `SitegenError` (no path) if they are broken."""
    parts = parse(text)
    return {key: _value(node) for key, node in parts.fields.items()}, parts.body


def _value(node: Node) -> Value:
    if isinstance(node.value, str):
        return " ".join(node.value.split())
    if isinstance(node.value, list):
        return tuple(_value(item) for item in node.value)  # type: ignore[misc]
    return {key: _value(item) for key, item in node.value.items()}  # type: ignore[misc]


def id_in(text: str) -> str:
    """The id in a file's front matter; empty where it has none. Quick, and never fails."""
    if not text.startswith("---"):
        return ""
    end = text.find("\n---", 3)
    match = _ID.search(text, 0, end if end > 0 else 0)
    return match[1] if match else ""


def update(text: str, changes: Mapping[str, Value | None], body: str | None) -> str | None:
    """The text with some fields set (or removed, where None) and perhaps another body.

    Every other line, comment and the order stay. None where that cannot be done safely.
    """
    parts = parse(text)
    lines = text.split("\n")
    head, rest = lines[: parts.body_line - 1], "\n".join(lines[parts.body_line - 1 :])
    for key, value in changes.items():
        head = _set(head, key, value)
    new = "\n".join([*head, rest if body is None else f"\n{body}"])
    expected = {key: _value(node) for key, node in parts.fields.items()} | dict(changes)
    fields, _ = read_fields(new)
    return new if fields == {k: v for k, v in expected.items() if v is not None} else None


def _set(head: list[str], key: str, value: Value | None) -> list[str]:
    """The lines of the front matter (with both fences) with one field set or removed."""
    block = dump({key: _writable(key, value)}, "").split("\n")[1:-2] if value is not None else []
    spans = _spans(head)
    if key in spans:
        begin, end = spans[key]
        return [*head[:begin], *block, *head[end:]]
    before = [spans[name][1] for name in FIELDS[: FIELDS.index(key)] if name in spans]
    at = max(before, default=1)
    return [*head[:at], *block, *head[at:]]


def _spans(head: list[str]) -> dict[str, tuple[int, int]]:
    """The lines of each field: from its key to its last line, without comments that follow it."""
    parts = parse("\n".join(head) + "\n")
    begins = [(node.line - 1, key) for key, node in parts.fields.items()]
    spans: dict[str, tuple[int, int]] = {}
    for number, (begin, key) in enumerate(begins):
        end = begins[number + 1][0] if number + 1 < len(begins) else len(head) - 1
        while end - 1 > begin and re.fullmatch(r"\s*|#.*", head[end - 1]):
            end -= 1
        spans[key] = (begin, end)
    return spans

"""TOML that a person wrote: read it, and tell where in it something stands."""

import re
import tomllib
from typing import Any

import msgspec

from sitegen.problems import fault


def parse(text: str, path: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises `SitegenError` with file and line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        line = int(found[1]) if (found := re.search(r"at line (\d+)", said)) else 0
        reason = re.sub(r" \(at .*\)", "", said)
        hint = ""
        if twice := re.fullmatch(r"Cannot declare \((.*?),?\) twice", reason):
            section = ".".join(re.findall("'([^']*)'", twice[1]))
            reason = f"`[{section}]` is given twice"
        elif reason == "Cannot overwrite a value":
            reason = "a key is given twice"
        if reason.startswith(("Illegal character", "Invalid value")):
            hint = 'a text stands between quotes, on one line: `title = "The news"`'
        raise fault(f"broken TOML: {reason}", path, line, hint) from None


def line_of(text: str, section: str, key: str = "") -> int:
    """The line of a section's head or of a key in it, counted from 1; 0 if written otherwise.

    `section`: as between brackets; `publish.live` is a section inside another.
    """
    wanted = section.split(".")
    inside = not section
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[+\s*([\w.\"-]+)\s*\]+", line):
            names = [name.strip('"') for name in head[1].split(".")]
            inside = names[: len(wanted)] == wanted
            if inside and (not key or names[len(wanted) : len(wanted) + 1] == [key]):
                return number
        elif key and inside and re.match(rf'\s*"?{re.escape(key)}"?\s*[=.]', line):
            return number
    return 0


def plainly(error: msgspec.ValidationError) -> str:
    """What is wrong with a value's type, in words that are not a programmer's."""
    words = {
        "`str`": "a text",
        "`int`": "a number",
        "`array`": "a list",
        "`object`": "a table",
        "`bool`": "true or false",
    }
    said = re.sub(r" - at .*", "", str(error))
    if match := re.fullmatch(r"Expected (`\w+`), got (`\w+`)", said):
        wanted, got = (words.get(word, word) for word in match.groups())
        return f"must be {wanted}, not {got}"
    return said

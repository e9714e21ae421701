"""A table of `sitegen.toml` → its frozen type; every fault in it told at once, with its line."""

from collections.abc import Callable, Iterable, Mapping
from typing import get_args, get_type_hints

import msgspec
from msgspec import Struct

from sitegen import toml
from sitegen.problems import Problem, did_you_mean

Check = Callable[[str, object], str]
"""From a key and its value to what is wrong with it; "" if nothing is."""
Where = Callable[[str, Iterable[str]], str]
"""From a key that the section does not know, and those that it does, to a hint."""


def read_section(
    name: str,
    section: type[Struct],
    table: Mapping[str, object],
    text: str,
    check: Check,
    where: Where = did_you_mean,
    told_elsewhere: Iterable[str] = (),
) -> tuple[Struct | None, list[Problem]]:
    """The section that a table tells; None, and what is wrong, where it tells none.

    `name`: as it stands between brackets. `told_elsewhere`: fields that are no settings.
    """
    hints = get_type_hints(section)
    for field in told_elsewhere:
        del hints[field]
    problems: list[Problem] = []
    values: dict[str, object] = {}
    for key, value in table.items():
        shown, line = f"`{name}.{key}`", toml.line_of(text, name, key)
        if key not in hints:
            hint = where(key, hints)
            problems.append(Problem(f"{shown} is not a setting", line=line, hint=hint))
            continue
        try:
            values[key] = msgspec.convert(value, hints[key])
        except msgspec.ValidationError as error:
            problems += _mistyped(shown, line, value, hints[key], error)
            continue
        if wrong := check(key, values[key]):
            problems.append(Problem(f"{shown}: {wrong}", line=line))
    meant = {problem.hint for problem in problems}
    missing = [
        f.name
        for f in msgspec.structs.fields(section)
        # What is there but misspelled is told once.
        if f.required and f.name not in table and f"did you mean `{f.name}`?" not in meant
    ]
    problems += [
        Problem(
            f"`{name}.{key}` is missing", line=toml.line_of(text, name), hint=f'add `{key} = "…"`'
        )
        for key in missing
    ]
    return (None if problems else section(**values)), problems


def _mistyped(
    where: str, line: int, value: object, wanted: type, error: msgspec.ValidationError
) -> list[Problem]:
    """What is wrong with a value; of a table, with each of its entries."""
    kinds = get_args(wanted)
    if not isinstance(value, dict) or not kinds:
        return [Problem(f"{where}: {toml.plainly(error)}", line=line)]
    problems: list[Problem] = []
    for name, entry in value.items():
        try:
            msgspec.convert(entry, kinds[1])
        except msgspec.ValidationError as wrong:
            message = f"{where}: `{name}` {toml.plainly(wrong)}"
            problems.append(Problem(message, line=line))
    return problems

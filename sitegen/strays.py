"""What a project adds to a theme to no effect: misspelled names of templates and of words."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from sitegen import toml
from sitegen.problems import Problem, Severity
from sitegen.theme import Layer, Theme

_WORD: Final = re.compile(r"\bt\(\s*[\"'](\w+)")
_CLOSE: Final = 0.75
"""How alike two names are of which one is taken for the other, misspelled. What is like nothing is
left alone: templates may be named while rendering."""


def strays(theme: Theme) -> list[Problem]:
    """Templates and words of the project's own layers that nothing uses and that are nearly called
    what the layers behind them have.
    """
    own = [layer for layer in theme.layers if not layer.shipped]
    if not own or len(own) == len(theme.layers):
        return []
    sources = [text for layer in theme.layers for text in layer.templates.values()]
    used = {word for text in sources for word in _WORD.findall(text)}
    shipped = [layer for layer in theme.layers if layer.shipped]
    known = {name for layer in shipped for name in layer.templates}
    return [
        *(one for layer in own for one in _templates(layer, known, sources)),
        *(one for layer in own for one in _words(layer, used)),
    ]


def _templates(layer: Layer, known: set[str], sources: Iterable[str]) -> Iterator[Problem]:
    stems = {name.rpartition(".")[0]: name for name in known}
    for name in sorted(set(layer.templates) - known):
        near = get_close_matches(name.rpartition(".")[0], stems, 1, _CLOSE)
        named = any(f"{name}{mark}" in text for text in sources for mark in "\"'")
        if near and not named:
            path = f"{layer.folder}/templates/{name}"
            yield _stray("nothing uses this template", path, 0, stems[near[0]])


def _words(layer: Layer, used: set[str]) -> Iterator[Problem]:
    for language in sorted(layer.messages):
        text, path = layer.messages[language], f"{layer.folder}/messages/{language}.toml"
        for key in toml.parse(text, path):
            if key not in used and (near := get_close_matches(key, used, 1, _CLOSE)):
                yield _stray(f"nothing says `{key}`", path, toml.line_of(text, "", key), near[0])


def _stray(message: str, path: str, line: int, near: str) -> Problem:
    return Problem(message, path, line, f"did you mean `{near}`?", Severity.WARNING)

"""Templates, each compiled once in a process: most of what a build from nothing takes is that.

What a build keeps of them, and when, is as without this: it lies behind what asks for it. A build
in a process of its own compiles its templates itself.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from types import CodeType
from typing import Any
from unittest import mock
from weakref import WeakKeyDictionary

import jinja2

from sitegen.environment import Environment
from sitegen.facts import CONFIGURED
from sitegen.templates import Renderer

_known: dict[tuple[object, ...], tuple[CodeType, frozenset[str]]] = {}
_made_with: WeakKeyDictionary[Renderer, bytes] = WeakKeyDictionary()
_compile = jinja2.Environment.compile


def _of(environment: Environment) -> tuple[object, ...]:
    """All that compiling looks at beside the template: the whole theme, all settings, some facts.

    They are taken as they are: no digest of the program's own stands for them, which a test may
    have made wrong.
    """
    renderer: Renderer = environment.globals["t"].__self__  # type: ignore[attr-defined]
    if renderer not in _made_with:
        whole = pickle.dumps((renderer._theme, renderer._config))
        _made_with[renderer] = sha256(whole).digest()
    facts = pickle.dumps([renderer._values.get(name) for name in sorted(CONFIGURED)])
    return _made_with[renderer], facts, environment.autoescape, environment.careful


def _compiled(
    environment: jinja2.Environment, source: Any, name: Any = None, filename: Any = None, **how: Any
) -> Any:
    if how or not isinstance(environment, Environment):
        return _compile(environment, source, name, filename, **how)
    key = source, name, filename, *_of(environment)
    names = environment.reads.names
    if key not in _known:
        before = set(names)
        names.clear()
        try:
            code = _compile(environment, source, name, filename)
            _known[key] = code, frozenset(names)
        finally:
            names.update(before)
    code, reads = _known[key]
    names.update(reads)
    return code


@contextmanager
def compiled_once() -> Iterator[None]:
    """While it is entered, no template of a site is compiled twice."""
    with mock.patch.object(jinja2.Environment, "compile", _compiled):
        yield

"""Quick code writes what Jinja's own writes; what is settled is what the template asked for."""

import re
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, nodes
from markupsafe import Markup, escape

from sitegen.compiler import QuickCode, QuickContext, escaped, text
from sitegen.settling import SAY, settled


class Quick(jinja2.Environment):
    """Jinja with nothing changed but its code, and how it calls."""

    code_generator_class = QuickCode
    context_class = QuickContext
    text, escaped = staticmethod(text), staticmethod(escaped)
    careful = True


class Hopeful(Quick):
    """Gives up where something has no attribute of a name."""

    careful = False


class Thing:
    """What a template may meet: attributes, items, attributes of attributes."""

    def __repr__(self) -> str:
        return "<Thing>"

    name = "<b>Q&A</b>"
    mark = Markup("<i>")
    number = 7
    nothing = None

    def __init__(self, depth: int = 3) -> None:
        self.table = {"name": "an item", "number": "another", "items": 3}
        self.list = ["a", "<", Markup("<")]
        if depth:
            self.inner = Thing(depth - 1)

    def said(self, what: str) -> str:
        """A method."""
        return f"{what}!"


LEAVES = st.sampled_from(
    ["a.name", "a.mark", "a.number", "a.nothing", "a.list", "'<x>'", "3", "none", "a.missing"]
)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = inner.map(lambda e: f"({e})")
    return st.one_of(
        st.builds("{}.{}".format, st.sampled_from(["a", "a.inner", "a.inner.inner"]), FIELDS),
        st.builds("{}.{}".format, one, FIELDS),
        st.builds("{}[{}.name]".format, st.just("a.table"), st.just("a.inner")),
        st.builds("{}|e".format, one),
        st.builds("{}|default({})".format, one, inner),
        st.builds("{} ~ {}".format, one, one),
        st.builds("{} if {} else {}".format, one, one, one),
        st.builds("{} == {}".format, one, one),
        st.builds("{} is defined".format, one),
        st.builds("a.inner.said({})".format, inner),
        st.builds("[{}, {}]|length".format, inner, inner),
        st.builds("[{}, a.inner]|map(attribute='name')|join(a.inner.name)".format, inner),
    )


FIELDS = st.sampled_from(["name", "mark", "number", "table", "list", "inner", "gone", "items"])
EXPRESSIONS = st.recursive(LEAVES, nested, max_leaves=6)
SHAPES = st.sampled_from(
    [
        "{{ E }}",
        "{% if E %}{{ a.name }}{% elif a.number %}{{ E }}{% else %}-{% endif %}",
        "{% for x in [E, a.inner] %}{{ x.name }}{{ loop.index }}{% endfor %}",
        "{% for x in a.list if x != E %}{{ x }}{% endfor %}",
        "{% macro m(x, y=a.inner.name) %}{{ x }}{{ y }}{{ E }}{% endmacro %}{{ m(E) }}{{ m(a) }}",
        "{% macro m(x, y=a.name) %}{{ x }}{{ y }}{% endmacro %}{{ m(y=E, x=a.name) }}{{ m(x=E) }}",
        "{% macro m(x) %}{{ x is defined }}{% endmacro %}{{ m() }}{{ m(E) }}{{ m(E, E) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(E, x=E) }}{{ m(z=E) }}",
        "{% macro m(x) %}{{ x }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, E, z=E) }}",
        "{% macro m() %}{{ caller(E) }}{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{% for x in [1, 2] %}{{ m(E) }}{% endfor %}",
        "{% autoescape false %}{% macro m(x) %}{{ x }}{% endmacro %}{{ m(E) }}{% endautoescape %}",
        "{{ a.name.title() }}{{ a.said(E) }}{{ a.said(what=E) }}{{ a.said() }}{{ range(2) }}",
        "{{ context_of(E) }}",
        "{% set x = E %}{{ x }}{{ a.inner.inner.name }}",
        "{% set n = namespace(x=1) %}{% set n.x = E %}{{ n.x }}",
        "{% with x=E %}{{ x }}{% endwith %}",
        "{% call(x) a.wrap() %}{{ E }}{% endcall %}",
        "{% filter upper %}{{ E }}{% endfilter %}",
        "{% block b %}{{ E }}{% endblock %}",
        "{% autoescape false %}{{ E }}{% endautoescape %}",
    ]
)


@jinja2.pass_context
def context_of(context: jinja2.runtime.Context, value: object) -> str:
    """A function that asks for the context."""
    return f"{sorted(context.vars)} {value!r}"


def outcome(environment: jinja2.Environment, source: str) -> str:
    """What a template gives, or how it fails."""
    environment.globals["context_of"] = context_of
    try:
        said = environment.from_string(source).render(a=Thing())
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    return re.sub(" at 0x[0-9a-f]+", "", said)


@given(SHAPES, EXPRESSIONS)
def test_same_as_plain_jinja(shape: str, expression: str) -> None:
    """Text for text, and fault for fault."""
    source = shape.replace("E", expression)
    ours, hopeful, theirs = (
        outcome(kind(autoescape=True, undefined=StrictUndefined), source)
        for kind in (Quick, Hopeful, jinja2.Environment)
    )
    assert ours == theirs
    assert hopeful == theirs or hopeful.startswith("AttributeError: ")


SETS = [
    # What stands before a template says what it extends is written first.
    {"main": "before{% extends 'base' %}after{% block a %}A{{ super() }}{{ x }}{% endblock %}"},
    {"main": "0{% if x %}{% extends 'base' %}{% endif %}1{% block a %}A{% endblock %}2"},
    {"main": "0{% if not x %}{% extends 'base' %}{% endif %}1{% block a %}A{% endblock %}2"},
    {"main": "{% extends 'middle' %}{% block a %}{{ super.super() }}{{ self.b() }}{% endblock %}"},
    {"main": "{% extends 'middle' %}{% block b %}{{ super() }}{{ gone }}{% endblock %}"},
    {"main": "{% extends 'base' %}{% extends 'middle' %}"},
    {"main": "{% extends x %}"},
    {"main": "{% block a required %}{% endblock %}"},
    {"main": "{% set y = 3 %}{% include 'part' %}{% include 'part' without context %}"},
    {"main": "{% include ['no', 'part'] %}{% include 'no' ignore missing %}{% include gone %}"},
    {"main": "{% include 'no' %}"},
    {"main": "{% filter upper %}{% include 'part' %}{% block a %}a{% endblock %}{% endfilter %}"},
    {"main": "{% macro m(y) %}{% include 'part' %}{% endmacro %}{{ m('<') }}{{ m(x) }}"},
    {"main": "{% set s %}{% block a %}{{ x }}{% endblock %}{% endset %}{{ s }}{{ s }}"},
    {"main": "{% import 'macros' as m %}{{ m.one(x) }}{{ m.two() }}{{ m.none() }}"},
    {"main": "{% from 'macros' import one, none with context %}{{ one('&') }}{{ none }}"},
    {
        "main": "{% for y in (1, 2) recursive %}{{ y }}{% block a scoped %}{{ y }}{% endblock %}"
        "{{ loop.last }}{{ ' not' if not loop.first }}{% endfor %}"
    },
    {"main": "{{ 'a' if gone is defined }}{{ 'b' if x }}{{ 'c' if not x else 'd' if not x }}"},
]
"""What cannot be said in one template."""
OTHERS = {
    "base": "<{% block a %}base {{ x }}{% endblock %}|{% block b %}b{% endblock %}>",
    "middle": "{% extends 'base' %}{% block a %}[{{ super() }}]{% endblock %}",
    "part": "({{ x }}{{ y is defined }})",
    "macros": "{% macro one(x) %}{{ x }}!{% endmacro %}"
    "{% macro two() %}{{ one('<') }}{% endmacro %}",
}


@pytest.mark.parametrize("sources", SETS, ids=lambda sources: sources["main"])
def test_same_among_several_templates(sources: dict[str, str]) -> None:
    """So it is with templates that extend, include and import others."""
    said = []
    for kind in (Quick, Hopeful, jinja2.Environment):
        loader = jinja2.DictLoader(OTHERS | sources)
        environment = kind(autoescape=True, undefined=StrictUndefined, loader=loader)
        try:
            said.append(environment.get_template("main").render(x="<x>"))
        except Exception as error:
            said.append(f"{type(error).__name__}: {error}")
    ours, hopeful, theirs = said
    assert ours == theirs
    assert hopeful == theirs or hopeful.startswith("AttributeError: ")


@given(st.one_of(st.text(), st.text().map(Markup), st.integers(), st.none(), st.lists(st.text())))
def test_text_is_escaped(value: object) -> None:
    """A value as it stands in HTML."""
    assert str(text(value)) == str(escape(value))


class Facts:
    """`site`: says who asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return {"title": "T<", "author": "", "recent": ("a",)}[name]


@pytest.fixture
def facts() -> Facts:
    """Facts of which none was asked for."""
    return Facts()


def settle(source: str, facts: Facts) -> tuple[nodes.Template, str]:
    """The settled tree, and what is rendered of it."""
    environment = Quick(autoescape=True)
    names = {"t": lambda key, **_: f"[{key}]", "asset": lambda name: f"/{name}", "site": facts}
    environment.globals.update(names)
    environment.filters[SAY] = names["t"]
    tree = settled(environment.parse(source), names)
    code = environment.compile(tree)
    return tree, jinja2.Template.from_code(environment, code, environment.globals).render(x=1)


def test_what_is_settled(facts: Facts) -> None:
    """Texts of the configuration, words and assets that are named outright: nothing is left."""
    source = "{{ site.title }} {{ t('a') }}{{ asset('b') }}{% if site.author %}by{% endif %}"
    tree, said = settle(source, facts)
    assert said == "T&lt; [a]/b"
    assert not list(tree.find_all((nodes.Getattr, nodes.Call, nodes.If)))


def test_what_is_not_settled(facts: Facts) -> None:
    """What depends on the articles is asked for when a page is rendered, and noted then."""
    tree, said = settle("{{ site.recent[0] }}{{ t('a', count=x) }}", facts)
    assert facts.asked == ["recent"]
    assert said == "a[a]"
    assert [filtered.name for filtered in tree.find_all(nodes.Filter)] == [SAY]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% if site.author %}a{% elif x %}b{% else %}c{% endif %}", "b"),
        ("{% if site.author %}a{% elif not x %}b{% elif site.title %}c{% else %}d{% endif %}", "c"),
        ("{% if x %}a{% elif site.author %}b{% else %}c{% endif %}", "a"),
        ("{% if not x %}a{% elif site.title %}b{% else %}c{% endif %}", "b"),
        ("{% if site.author %}a{% endif %}", ""),
        ("{% if site.author %}{% block b %}B{% endblock %}{% endif %}{{ self.b() }}", "B"),
        ("{% set site = {'title': 'own'} %}{{ site.title }}", "own"),
        ("{% macro t(x) %}own{% endmacro %}{{ t('a') }}", "own"),
    ],
)
def test_conditions(facts: Facts, source: str, said: str) -> None:
    """A condition that is settled is decided; names that a template gives a meaning keep it."""
    assert settle(source, facts)[1] == said

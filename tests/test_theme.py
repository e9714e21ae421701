"""Themes: which file is found where, fingerprints, interface words; templates: escaping, reads."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sitegen import config, theme, words
from sitegen.dates import instant, of_day
from sitegen.facts import CONFIGURED, config_facts
from sitegen.problems import SitegenError
from sitegen.templates import Renderer, read_digest
from sitegen.theme import Theme
from sitegen.views import PageInfo, PlainView
from sitegen.words import Words
from tests.conftest import SITE, Folder

CONFIG = config.read(SITE)
VIEW = PlainView(PageInfo("404", "/404.html", "https://example.org/404.html", ()))
MINE = '[theme]\nname = "mine"\n'


def project(root: Path, **files: str) -> Theme:
    """The theme `mine` that extends `below`, from files by `theme__folder__name`."""
    for key, text in {
        "mine/theme.toml": 'extends = "below"\n',
        "below/theme.toml": 'name = "Below"\n',
        **files,
    }.items():
        path = root / "themes" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return theme.load(root, "mine")


def render(found: Theme, **facts: object) -> tuple[str, frozenset[str]]:
    """The template `404.html`, and what it has read."""
    renderer = Renderer(found, CONFIG, facts)
    text = renderer.render("404.html", VIEW, "the page").decode()
    return text, renderer.take_reads()


def templates(root: Path, files: dict[str, str]) -> Theme:
    """A theme of templates, by name."""
    return project(root, **{f"mine/templates/{name}": text for name, text in files.items()})


def test_a_child_overrides_blocks(tmp_path: Path) -> None:
    """A theme's template extends the one of the same name below it."""
    found = project(
        tmp_path,
        **{
            "below/templates/404.html": "[{% block a %}below{% endblock %}]",
            "mine/templates/404.html": '{% extends "404.html" %}'
            "{% block a %}{{ super() }}+{% endblock %}",
        },
    )
    text, reads = render(found)
    assert text == "[below+]"
    assert reads == {"template:404.html", "template:404.html>0"}


def test_a_name_with_its_theme(tmp_path: Path) -> None:
    """`below/base.html` is that theme's, whatever lies above."""
    found = project(
        tmp_path,
        **{
            "below/templates/base.html": "below",
            "mine/templates/base.html": "mine",
            "mine/templates/404.html": '{% include "base.html" %} {% include "below/base.html" %}',
        },
    )
    assert render(found)[0] == "mine below"


def test_a_project_overrides_a_shipped_file(site: Folder) -> None:
    """One file beside the shipped theme's, extending what it overrides; the rest is shipped."""
    site.write(
        "themes/digest/templates/base.html",
        '{% extends "base.html" %}{% block footer %}<footer>Ours</footer>{% endblock %}',
    )
    site.write("themes/digest/messages/en.toml", 'topics = "Subjects"\n')
    site.article("a.md")
    site.build()
    html = site.output("2026/03/05/a-headline/index.html")
    assert "<footer>Ours</footer>" in html
    assert "Subjects" in html
    assert "<h1" in html


def test_a_theme_extends_the_shipped_one(site: Folder) -> None:
    """`extends = "digest"` and one template make a theme."""
    site.write("sitegen.toml", SITE + MINE)
    site.write("themes/mine/theme.toml", 'extends = "digest"\n')
    site.write(
        "themes/mine/templates/404.html",
        '{% extends "404.html" %}{% block title %}Lost{% endblock %}',
    )
    site.build()
    assert "<title>Lost</title>" in site.output("404.html")
    assert "assets/style" in site.output("404.html")


def test_assets_have_fingerprints(tmp_path: Path) -> None:
    """The address changes with the bytes, and with those of what a style sheet names."""
    files = {
        "below/assets/a.css": "x { background: url( 'img/dot one.svg#p?q' ) }",
        "below/assets/img/dot one.svg": "<svg/>",
        "mine/assets/z.css": '@import "a.css"; @import url(a.css); y { src: url(data:x,a.css) }',
        "mine/assets/sub/b.css": "@import '../z.css'; z { background: url(/x.png) url(no.png) }",
    }
    first = project(tmp_path, **files).assets
    names = {name: address for name, (address, _) in first.items()}
    for name, address in names.items():
        stem, _, suffix = name.rpartition(".")
        assert re.fullmatch(rf"/assets/{re.escape(stem)}\.[0-9a-f]{{10}}\.{suffix}", address)
    own = names["a.css"].removeprefix("/assets/")
    assert first["z.css"][1].decode() == (
        f'@import "{own}"; @import url("{own}"); y {{ src: url(data:x,a.css) }}'
    )
    dot = names["img/dot one.svg"].removeprefix("/assets/")
    assert first["a.css"][1].decode() == f'x {{ background: url( "{dot}#p?q" ) }}'
    whole = f'@import "../{names["z.css"][8:]}"; z {{ background: url(/x.png) url(no.png) }}'
    assert first["sub/b.css"][1].decode() == whole
    second = project(tmp_path, **{**files, "below/assets/img/dot one.svg": "<svg></svg>"}).assets
    assert all(second[name][0] != address for name, address in names.items())


def test_style_sheets_in_a_circle(tmp_path: Path) -> None:
    """They make no endless loop."""
    files = {"mine/assets/a.css": '@import "b.css";', "mine/assets/b.css": '@import "a.css";'}
    assert set(project(tmp_path, **files).assets) == {"a.css", "b.css"}


# Interface words


def test_words_fall_back(tmp_path: Path) -> None:
    """The region's, else the language's, else English; a child's over its parent's in each."""
    found = project(
        tmp_path,
        **{
            "below/messages/en.toml": 'a = "a"\nb = "b"\nc = "c"\nd = "d"\n',
            "mine/messages/en.toml": 'b = "B"\n',
            "below/messages/pt.toml": 'c = "cê"\nd = "dê"\n',
            "mine/messages/pt-BR.toml": 'd = "dê do Brasil"\n',
        },
    )
    said = Words(found, "pt-BR")
    assert [said.say(key) for key in "abcd"] == ["a", "B", "cê", "dê do Brasil"]
    with pytest.raises(LookupError, match="there is no message"):
        said.say("e")


def test_plurals_and_numbers(tmp_path: Path) -> None:
    """`count` chooses the form, by the language's own rules, and is written in its way."""
    text = 'n = { one = "{count} día", other = "{count} días" }\nx = "{a} & {b}"\n'
    said = Words(project(tmp_path, **{"mine/messages/es.toml": text}), "es")
    assert [said.say("n", count=n) for n in (0, 1, 2, 12345)] == [
        *("0 días", "1 día", "2 días", "12.345 días")
    ]
    assert said.say("x", a=["x"], b=2) == "['x'] & 2"
    arabic = 'n = { zero = "0", one = "1", two = "2", few = "3-10", many = "11-99", other = "o" }'
    said = Words(project(tmp_path, **{"mine/messages/ar.toml": arabic}), "ar")
    assert [said.say("n", count=n) for n in (0, 1, 2, 5, 50, 100)] == [
        *("0", "1", "2", "3-10", "11-99", "o")
    ]


@pytest.mark.parametrize(
    ("language", "long"),
    [
        ("en", "March 5, 2026"),
        ("en-GB", "5 March 2026"),
        ("de", "5. März 2026"),
        ("zh", "2026年3月5日"),
        ("xx", "March 5, 2026"),
        ("en-XX", "March 5, 2026"),
    ],
)
def test_dates_in_the_language(language: str, long: str, tmp_path: Path) -> None:
    """As its readers write them; English where Unicode knows no such language."""
    said = Words(project(tmp_path), language)
    assert said.date(of_day(date(2026, 3, 5), UTC)) == long
    assert said.date(date(2026, 3, 5)) == long


def test_hours(tmp_path: Path) -> None:
    """A whole day has none; an instant has the site's."""
    said = Words(project(tmp_path), "de")
    zone = config.read(SITE + 'timezone = "Asia/Kolkata"\n').zone
    moment = instant(datetime(2026, 3, 5, 12, tzinfo=UTC), zone)
    assert said.time(moment) == "17:30"
    assert said.time(of_day(date(2026, 3, 5), zone)) == ""


def test_every_style_of_date(tmp_path: Path) -> None:
    """Each style that is offered works in each shipped language."""
    for language in ("en", "de", "fr", "es", "ar"):
        said = Words(project(tmp_path), language)
        assert all(said.date(date(2026, 3, 5), style) for style in words._STYLES)


# Templates


@pytest.mark.parametrize("name", ["404.html", "404.txt", "404.xml", "404", "404.html.j2"])
def test_escaped_whatever_the_suffix(name: str, tmp_path: Path) -> None:
    """Promise 35: a template escapes whatever it is called, included, imported or extended."""
    found = templates(
        tmp_path,
        {
            name: '{% import "m.txt" as m %}{{ site.x }}{{ m.show(site.x) }}{% include "i.js" %}',
            "m.txt": "{% macro show(x) %}{{ x }}{% endmacro %}",
            "i.js": "{{ site.x }}",
        },
    )
    text = Renderer(found, CONFIG, {"x": "<b>"}).render(name, VIEW, "it").decode()
    assert text == "&lt;b&gt;" * 3


def test_facts_of_the_configuration() -> None:
    """What templates are settled with is what the configuration tells, no more and no less."""
    assert config_facts(CONFIG).keys() == CONFIGURED


def test_reads_are_recorded(tmp_path: Path) -> None:
    """Promise 23: templates, site facts, assets and words, those in macros too, each time anew."""
    found = project(
        tmp_path,
        **{
            "mine/templates/404.html": '{% import "m.html" as m %}{{ m.show() }}'
            '{% include "i.html" %}',
            "mine/templates/m.html": "{% macro show() %}{{ site.inside }}{% endmacro %}"
            "{% set x = site.top %}",
            "mine/templates/i.html": "{{ asset('a.css') }}{{ t('hi') }}"
            "{{ site.gone|default('-') }}",
            "mine/assets/a.css": "",
            "mine/messages/en.toml": 'hi = "Hi"\n',
        },
    )
    renderer = Renderer(found, CONFIG, {"inside": 1, "top": 2, "other": 3})
    wanted = {
        *("template:404.html", "template:m.html", "template:i.html", "asset:a.css", "words"),
        *("site.inside", "site.top", "site.gone"),
    }
    for _ in range(3):
        renderer.render("404.html", VIEW, "it")
        assert renderer.take_reads() == wanted


def test_a_read_stands_for_what_it_is_now(tmp_path: Path) -> None:
    """Promise 23: the digest of a read changes with the thing, and when it comes to be or goes."""
    one = project(tmp_path, **{"mine/templates/a.html": "a", "mine/assets/a.css": "a"})
    two = project(tmp_path, **{"mine/templates/a.html": "b", "mine/assets/a.css": "b"})
    for name in ("template:a.html", "asset:a.css"):
        assert read_digest(name, one, {}) == read_digest(name, one, {})
        assert read_digest(name, one, {}) != read_digest(name, two, {})
    for name in ("template:b.html", "asset:b.css", "site.b"):
        assert read_digest(name, one, {}) == read_digest(name, two, {})
    assert read_digest("site.a", one, {"a": 1}) != read_digest("site.a", one, {"a": 2})
    assert read_digest("site.a", one, {"a": 1}) != read_digest("site.a", one, {})


@pytest.mark.parametrize(
    ("source", "place", "said"),
    [
        ("\n\n{{ x.y }}", "404.html:3", "`x` is not defined"),
        ("{% for a in b %}", "404.html:1", "the template is broken"),
        ('\n{% include "none.html" %}', "404.html:2", "there is no template `none.html`"),
        ('{% import "m.html" as m %}\n{{ m.fail() }}', "m.html:2", "ZeroDivisionError"),
        ('{% include "m2.html" %}', "m2.html:2", "the template is broken"),
        ("\n{{ page.nothing.at.all }}", "404.html:2", "`nothing` is not a field of PageInfo"),
        ("\n{{ 'a'|date }}", "404.html:2", "`a` is not a date"),
        ("\n{{ 'a'|number }}", "404.html:2", "`a` is not a number"),
        ("\n{{ 'a'|time }}", "404.html:2", "`a` is not a moment"),
    ],
)
def test_places_of_errors(source: str, place: str, said: str, tmp_path: Path) -> None:
    """A fault is told at its own file and line: in a macro, an include, a parent."""
    found = templates(
        tmp_path,
        {
            "404.html": source,
            "m.html": "{% macro fail() %}\n{{ 1 / 0 }}\n{% endmacro %}",
            "m2.html": "\n{{ }",
        },
    )
    with pytest.raises(SitegenError) as caught:
        render(found)
    (problem,) = caught.value.problems
    assert f"{problem.path}:{problem.line}" == f"themes/mine/templates/{place}"
    assert problem.message.startswith(said)
    assert problem.message.endswith(", rendering the page")

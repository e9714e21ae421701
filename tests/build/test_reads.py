"""What a render reads is in its key: it opens no file, and every read is recorded."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sitegen import config, theme
from sitegen.build import outputs
from sitegen.build.rendering import render_chunk
from sitegen.pages import Page
from sitegen.templates import Renderer, read_digest
from tests.build.project import Project, article, difference, opened

_watching: list[list[str]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _watching and isinstance(arguments[0], str | bytes | os.PathLike):
        _watching[-1].append(os.fsdecode(arguments[0]))


@pytest.fixture(scope="module", autouse=True)
def _audit() -> None:
    # A hook cannot be taken away again; it does nothing where nobody watches.
    sys.addaudithook(_hook)


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """The files that are opened."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()


def opened_while_rendering(project: Project) -> set[str]:
    """The project's files that are opened while pages are rendered, without the cache's own."""
    found: list[str] = []

    def watched(chunk: Any) -> Any:
        with opened_files() as files:
            rendered = render_chunk(chunk)
        found.extend(files)
        return rendered

    with mock.patch.object(outputs, "render_chunk", watched):
        report = project.build()
    assert report.rendered > 20
    root = f"{project.root}/"
    return {
        path.removeprefix(root)
        for path in found
        if path.startswith(root) and not path.startswith(f"{root}.sitegen/")
    }


# promise 23


def test_a_render_opens_no_file_of_the_project(project: Project) -> None:
    """All that a render reads comes to it as values, which keys are made of."""
    assert opened_while_rendering(project) == set()


def test_a_read_behind_the_back_is_found(project: Project) -> None:
    """Were a template to read a file, the test above would see it."""
    real = Renderer.render

    def render(*args: Any, **kwargs: Any) -> bytes:
        return real(*args, **kwargs) + Path(project.root / "static/CNAME").read_bytes()

    with mock.patch.object(Renderer, "render", render):
        assert opened_while_rendering(project) == {"static/CNAME"}


def test_the_shipped_theme_opens_no_file(tmp_path: Path) -> None:
    """So it is with the shipped theme."""
    settings = '[site]\ntitle = "Digest"\nurl = "https://example.org"\n'
    files = {"sitegen.toml": settings}
    for number in range(8):
        files[f"content/{number}.md"] = article(
            f"T{number}", f"2024-03-0{number + 1}", "Cuba, Sport"
        )
    assert opened_while_rendering(Project(tmp_path, files)) == set()


def _reads(project: Project, template: str) -> frozenset[str]:
    """What the page of an article reads when it is made with a template."""
    project.write("themes/tiny/templates/article.html", template)
    project.build()
    with opened(project.root) as state:
        cache = state.cache
        written = cache.outputs["2024/03/01/first/index.html"]
        return frozenset(cache.reads[written.reads])


_ARTICLE = "template:article.html"


@pytest.mark.parametrize(
    ("template", "reads"),
    [
        ("{{ article.title }}", set()),
        ("{{ site.title }}", {"site.title"}),
        ("{{ site['title'] }}", {"site.title"}),
        ("{{ site.nothing is defined }}", {"site.nothing"}),
        ("{% if site.recent %}{% endif %}", {"site.recent"}),
        ("{{ asset('dot.svg') }}", {"asset:dot.svg"}),
        ("{{ t('home') }}", {"words"}),
        ("{{ 3|number }}", {"words"}),
        ("{{ article.date|date }}", {"words"}),
        ("{{ article.url|absolute }}", {"site.url"}),
        ("{% include 'partials/foot.html' %}", {"template:partials/foot.html"}),
        ("{% include 'no.html' ignore missing %}", {"template:no.html"}),
        (
            "{% include ['no.html', 'partials/foot.html'] %}",
            {"template:no.html", "template:partials/foot.html"},
        ),
        ("{% import 'partials/show.html' as s %}", {"template:partials/show.html"}),
        (
            "{% from 'partials/show.html' import card %}{{ card(article) }}",
            {"template:partials/show.html", "words"},
        ),
        # What the configuration tells is looked up when the template is compiled.
        ("{% macro m() %}{{ site.title }}{% endmacro %}", {"site.title"}),
        ("{% macro m() %}{{ site.recent }}{% endmacro %}", set()),
        ("{% macro m() %}{{ site.title }}{% endmacro %}{{ m() }}", {"site.title"}),
        (
            "{% set name = 'partials/' ~ 'foot.html' %}{% include name %}",
            {"template:partials/foot.html"},
        ),
    ],
)
def test_reads_are_recorded(project: Project, template: str, reads: set[str]) -> None:
    """Whatever a template reads, in whatever way, is noted by its name."""
    assert _reads(project, template) == reads | {_ARTICLE}


def test_reads_of_a_module_count_for_each_page(project: Project) -> None:
    """What an imported template reads while it is made counts for every page that imports it."""
    project.write(
        "themes/tiny/templates/m.html", "{% set name = site.title %}{% include 'n.html' %}"
    )
    project.write("themes/tiny/templates/n.html", "{{ t('home') }}")
    reads = _reads(project, "{% import 'm.html' as m %}{{ m.name }}")
    assert reads == {_ARTICLE, "template:m.html", "template:n.html", "site.title", "words"}


def test_constants_count_for_each_page(project: Project) -> None:
    """What is read while a template is compiled counts for every page, not for the first alone."""
    project.write("themes/tiny/templates/article.html", "{{ 1234.5|number }} {{ t('home')|upper }}")
    project.build()
    project.edit("sitegen.toml", "[build]", 'language = "de"\n\n[build]')
    project.build()
    for path in ("03/01/first", "03/02/second", "03/02/third", "02/28/fourth"):
        assert project.read(f"output/2024/{path}/index.html") == "1.234,5 ANFANG"


def test_names_of_a_templates_own(project: Project) -> None:
    """A template may give `t` and `asset` a meaning of its own."""
    project.write("themes/tiny/templates/m.html", "{% macro asset(x) %}my {{ x }}{% endmacro %}")
    project.write(
        "themes/tiny/templates/year.html",
        "{% from 'm.html' import asset %}{% macro t(x) %}own {{ x }}{% endmacro %}"
        "{{ t('home') }} {{ asset('dot.svg') }}",
    )
    project.build()
    assert project.read("output/2024/index.html") == "own home my dot.svg"


def test_pages_do_not_count_on_each_other(project: Project) -> None:
    """A macro that counts begins anew on each page: its bytes do not hang on the pages before."""
    counting = "{% set n = namespace(i=0) %}"
    counting += "{% macro one() %}{% set n.i = n.i + 1 %}{{ n.i }}{% endmacro %}"
    project.write("themes/tiny/templates/m.html", counting)
    template = "{% import 'm.html' as m %}{{ m.one() }} {{ m.one() }}: {{ article.title }}"
    project.write("themes/tiny/templates/article.html", template)
    project.build()
    for path, title in (("03/01/first", "First"), ("02/28/fourth", "Fourth")):
        assert project.read(f"output/2024/{path}/index.html") == f"1 2: {title}"


@pytest.mark.parametrize("template", ["{{ [1, 2]|random }}", "{{ lipsum() }}"])
def test_no_template_draws_lots(project: Project, template: str) -> None:
    """Jinja's ways to random text are not there: same inputs, same bytes."""
    project.write("themes/tiny/templates/year.html", template)
    with pytest.raises(Exception, match=r"random|lipsum"):
        project.build()


def test_a_chain_of_overrides(project: Project) -> None:
    """A template that names itself means the one behind it, in each of three layers."""
    project.write("themes/own/theme.toml", 'extends = "tiny"')
    project.write("themes/last/theme.toml", 'extends = "own"')
    for name in ("own", "last"):
        text = f"{{% extends 'year.html' %}}{{% block a %}}{name} {{{{ super() }}}}{{% endblock %}}"
        project.write(f"themes/{name}/templates/year.html", text)
    project.write("themes/tiny/templates/year.html", "{% block a %}tiny{% endblock %}")
    project.edit("sitegen.toml", 'name = "tiny"', 'name = "last"')
    project.build()
    assert project.read("output/2024/index.html") == "last own tiny"
    project.edit("themes/own/templates/year.html", "own", "ours")
    project.build()
    assert project.read("output/2024/index.html") == "last ours tiny"


def test_every_read_has_a_digest(project: Project) -> None:
    """A name of a read stands for something as long as what it names is there, and only then."""
    settings = config.load(project.root)
    tiny = theme.load(project.root, "tiny")
    facts = {"language": "en", "options": {"since": 1}}
    missing = read_digest("template:no.html", tiny, facts)
    assert read_digest("asset:no.svg", tiny, facts) == missing
    assert read_digest("template:year.html", tiny, facts) != missing
    assert settings.theme.name == "tiny"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("motto = 2024-03-01", 'motto = "2024-03-01"'),
        ("motto = 1", "motto = 1.0"),
        ("motto = true", "motto = 1"),
        ('motto = { a = "x", b = "y" }', 'motto = { b = "y", a = "x" }'),
        ("motto = 2024-03-01T00:00:00Z", "motto = 2024-03-01T01:00:00+01:00"),
        ("motto = 123456789012345678901234567890", "motto = 1"),
    ],
)
def test_options_of_another_kind(project: Project, one: str, other: str) -> None:
    """Two options that a template can tell apart have two keys."""
    for motto in (one, other):
        text = project.read("sitegen.toml")
        (line,) = [line for line in text.splitlines() if line.startswith("motto")]
        project.write("sitegen.toml", text.replace(line, motto))
        project.build()
        wanted = project.clean(project.root.with_name("oracle"))
        assert not difference(project.outputs(), wanted)


def test_keys_of_pages_are_their_own(project: Project) -> None:
    """No two pages of a site share a key with one template."""
    project.build()
    with opened(project.root) as state:
        wanted = [one.wanted for path, one in state.cache.outputs.items() if path.endswith("html")]
    assert len(wanted) == len(set(wanted))
    assert Page.__struct_config__.frozen

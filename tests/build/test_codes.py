"""Templates that an earlier build compiled are not compiled again; nothing else differs."""

import sqlite3
from contextlib import closing
from typing import Any
from unittest import mock

import jinja2
import pytest

from sitegen.build import rendering
from sitegen.feeds import patterns
from sitegen.problems import SitegenError
from tests.build.project import Project, opened


def compiled(project: Project) -> list[str]:
    """The templates that a build compiles, in new processes."""
    names = []
    real = jinja2.Environment.compile

    def counted(environment: Any, source: Any, name: Any = None, *args: Any) -> Any:
        names.append(name)
        return real(environment, source, name, *args)

    rendering._renderer.cache_clear()
    with mock.patch.object(jinja2.Environment, "compile", counted):
        project.build()
    return sorted(names)


def reads(project: Project) -> dict[str, tuple[str, ...]]:
    """What each output was made with."""
    with opened(project.root) as state:
        cache = state.cache
        return {path: cache.reads[one.reads] for path, one in cache.outputs.items()}


def everything(project: Project) -> dict[str, bytes]:
    """All of the output."""
    files = (path for path in project.output.rglob("*") if path.is_file())
    return {path.relative_to(project.output).as_posix(): path.read_bytes() for path in files}


def lose_the_output(project: Project) -> None:
    for path in everything(project).keys() - {".sitegen"}:
        (project.output / path).unlink()


# promises 20, 23, 24


def test_templates_are_compiled_once(project: Project) -> None:
    """A later build makes the same bytes and notes the same reads without compiling anything."""
    assert "article.html" in compiled(project)
    before = everything(project), reads(project)
    lose_the_output(project)
    assert compiled(project) == []
    assert (everything(project), reads(project)) == before


def test_feedgen_writes_once(project: Project) -> None:
    """A later build makes the same feeds without it."""
    project.build()
    before = everything(project)
    lose_the_output(project)
    rendering._renderer.cache_clear()
    with mock.patch.object(patterns, "_written", side_effect=AssertionError):
        project.build()
    assert everything(project) == before


def test_an_edited_template_is_compiled_alone(project: Project) -> None:
    """What others were compiled to serves on."""
    project.edit("sitegen.toml", '"tiny"', '"digest"')
    first, own = "output/2024/03/01/first/index.html", "themes/digest/templates/article.html"
    project.write(own, "one {{ article.title }}")
    assert len(compiled(project)) > 9
    assert project.read(first) == "one First"
    project.write(own, "another {{ article.title }}")
    lose_the_output(project)
    assert compiled(project) == ["article.html"]
    assert project.read(first) == "another First"


def test_blocks_are_looked_for_again(project: Project) -> None:
    """Whether what extends a template shows in it is asked again when that one is another."""
    base, own = "themes/tiny/templates/base.html", "themes/tiny/templates/month.html"
    project.write(base, "{% block main %}{% endblock %}")
    project.write(own, '{% extends "base.html" %}{% block main %}month{% endblock %}')
    compiled(project)
    project.write(base, "{% block other %}{% endblock %}")
    with pytest.raises(SitegenError) as caught:
        compiled(project)
    assert any("`main`" in problem.message for problem in caught.value.problems)


@pytest.mark.parametrize("edit", ["X'00'", "'text'", "NULL", "data || X'00'", "zeroblob(900)"])
def test_damaged_templates_are_compiled_again(project: Project, edit: str) -> None:
    """Whatever stands in the cache in place of a template's code, the output is as it was."""
    names = compiled(project)
    before = everything(project)
    with closing(sqlite3.connect(project.root / ".sitegen/cache.db")) as database:
        # What feedgen wrote is kept among them.
        assert database.execute(f"UPDATE code SET data = {edit}").rowcount > len(names)
        database.commit()
    lose_the_output(project)
    assert compiled(project) == names
    assert everything(project) == before

"""Templates' text: blocks that nothing would show, and what to do about what Jinja says."""

from pathlib import Path

import pytest

from sitegen.problems import SitegenError
from sitegen.template_syntax import syntax_hint
from tests.test_theme import render, templates

BASE = "{% block a %}{% endblock %}{% block b %}{% block c %}{% endblock %}{% endblock %}"


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "mid.html" %}{% block a %}1{% endblock %}{% block c %}2{% endblock %}',
        # One's own, inside one that is there.
        '{% extends "mid.html" %}{% block b %}{% block own %}{% endblock %}{% endblock %}',
        # Shown by name.
        '{% extends "mid.html" %}{% block x %}1{% endblock %}'
        "{% block a %}{{ self.x() }}{% endblock %}",
        # Where nobody knows what is extended, nothing is refused.
        '{% set m = "mid.html" %}{% extends m %}{% block x %}{% endblock %}',
        '{% extends "dynamic.html" %}{% block x %}{% endblock %}',
        "{% block alone %}{% endblock %}",
    ],
)
def test_blocks_that_are_shown(source: str, tmp_path: Path) -> None:
    """Each is there in the template that is extended, or in one that this extends."""
    found = {"404.html": source, "base.html": BASE, "mid.html": '{% extends "base.html" %}'}
    dynamic = '{% set b = "base.html" %}{% extends b %}'
    render(templates(tmp_path, {**found, "dynamic.html": dynamic}))


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "mid.html" %}\n{% block bb %}1{% endblock %}',
        '{% extends "mid.html" %}\n{%- block bb %}{% block a %}{% endblock %}{% endblock %}',
        '{% extends "mid.html" %}\n{% if 1 %}{% block bb %}{% endblock %}{% endif %}',
    ],
)
def test_blocks_that_are_lost(source: str, tmp_path: Path) -> None:
    """Told with line and the name that was meant, before anything is shown."""
    files = {"404.html": source, "base.html": f"{BASE}{{% block bbb %}}{{% endblock %}}"}
    with pytest.raises(SitegenError) as caught:
        render(templates(tmp_path, {**files, "mid.html": '{% extends "base.html" %}'}))
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("themes/mine/templates/404.html", 2)
    assert problem.message.startswith("no block is called `bb` in `mid.html`")
    assert problem.hint == "did you mean `bbb`?"


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("{% for x in [] %}{% endblock %}", "close `for` with `{% endfor %}` first"),
        ("{% if 1 %}", "close it with `{% endif %}`"),
        ("{% inclde x %}", "did you mean `include`?"),
        ("{{ 1 }", "a value stands between `{{` and `}}`, a statement between `{%` and `%}`"),
    ],
)
def test_hints(source: str, hint: str, tmp_path: Path) -> None:
    """Each thing that Jinja cannot read has a way out."""
    with pytest.raises(SitegenError) as caught:
        render(templates(tmp_path, {"404.html": source}))
    (problem,) = caught.value.problems
    assert problem.hint == hint
    assert syntax_hint(problem.message) == hint

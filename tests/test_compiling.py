"""What tests compile once is what a build would compile."""

import shutil
from typing import Any
from unittest import mock

import jinja2

from sitegen.build import rendering
from tests import compiling
from tests.conftest import SITE, Folder

OWN = '{% extends "digest/base.html" %}{% block main %}{{ t("topics") }}{% endblock %}\n'


def built(site: Folder, compile: Any) -> dict[str, bytes]:
    """The site, built from nothing with one way to compile."""
    rendering._renderer.cache_clear()
    shutil.rmtree(site.root / "output", ignore_errors=True)
    shutil.rmtree(site.root / ".sitegen", ignore_errors=True)
    with mock.patch.object(jinja2.Environment, "compile", compile):
        site.build("--jobs", "1")
    return site.files


CHANGES = (
    ("sitegen.toml", SITE.replace("The Test Digest", "Another Digest")),
    ("sitegen.toml", SITE.replace("example.org", "example.net/news")),
    ("sitegen.toml", SITE + 'language = "de"\n'),
    ("themes/digest/messages/de.toml", 'topics = "Unsere Themen"\n'),
    ("themes/digest/assets/style.css", "body { color: red }\n"),
    ("themes/digest/templates/archive.html", OWN),
)
"""Of all that code holds: the title, the address, the language, words, an asset, a template."""


def test_all_that_is_compiled_in_counts(site: Folder) -> None:
    """After a change of what code holds, none that was kept before serves."""
    site.article("a.md", tags="[Harbour]")
    before = built(site, compiling._compiled)
    for name, text in CHANGES:
        site.write(name, text)
        after = built(site, compiling._compiled)
        assert after == built(site, compiling._compile), name
        assert after != before, name
        before = after


def test_nothing_is_compiled_twice(site: Folder) -> None:
    """The same site elsewhere has its templates already."""
    site.article("a.md")
    first = built(site, compiling._compiled)
    with mock.patch.object(compiling, "_compile", side_effect=AssertionError("compiled again")):
        assert built(site, compiling._compiled) == first

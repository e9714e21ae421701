"""Versions of installed projects, by the names of their folders."""

from importlib import metadata

from sitegen.build.state import shaped_by
from sitegen.versions import version


def test_versions_are_those_that_the_projects_tell() -> None:
    """Told by folders as `importlib.metadata` reads them, whatever the case and the hyphens."""
    for name in ("Jinja2", "markdown-it-py", "mdit_py_plugins", "MarkupSafe", "css-inline"):
        assert version(name) == metadata.version(name)


def test_what_is_not_installed_has_no_version() -> None:
    """It is named all the same: installing it changes the key of everything."""
    assert version("no-such-project") == "none"
    assert f"jinja2 {metadata.version('jinja2')}" in shaped_by()

"""A build after which nothing but bodies differs goes on with the pages as they were planned."""

import sqlite3
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from sitegen.build.cache import Cache
from sitegen.build.kept_pages import pages_showing
from sitegen.build.state import shaped_by
from sitegen.problems import SitegenError
from tests.build.project import Project, difference, opened

A = "2024/03/01/first/index.html"


@pytest.fixture
def built(project: Project) -> Project:
    """The small project, whose articles show a fact of the site, built."""
    project.edit("themes/tiny/templates/article.html", "<h1>", "{{ site.tags|length }}<h1>")
    project.build()
    return project


def without_plan(project: Project) -> None:
    """Build in another process's stead, where no article can be decoded but those that show."""
    with (
        mock.patch("sitegen.build.remake.plan_site", side_effect=AssertionError),
        mock.patch("sitegen.build.state.Collection", side_effect=AssertionError),
    ):
        project.build()


def check(project: Project, folder: Path) -> None:
    """The output is that of a clean build."""
    found = difference(project.outputs(), project.clean(folder))
    assert not found, found


def test_a_body_needs_no_plan(built: Project, tmp_path: Path) -> None:
    """A body is shown anew where it is shown, and nothing is planned."""
    # promise 20
    built.edit("content/a.md", "More of it.", "More and more.")
    without_plan(built)
    assert "More and more." in built.outputs()[A].decode()
    check(built, tmp_path / "clean")


def test_a_body_beside_the_edit_before(built: Project, tmp_path: Path) -> None:
    """What another edit changed of its pages, and of the site, is kept anew."""
    # promise 20
    built.edit("content/b.md", 'title: "Second"', 'title: "Other"\nslug: second')
    built.edit("content/c.md", "[Music]", "[Music, New]")
    built.build()
    built.edit("content/a.md", "More of it.", "More and more.")
    without_plan(built)
    assert "Other" in built.outputs()[A].decode()
    check(built, tmp_path / "clean")


def test_a_body_after_a_failure(built: Project, tmp_path: Path) -> None:
    """What a build that failed had read is not taken for what the output shows."""
    # promise 20
    template = built.read("themes/tiny/templates/article.html")
    built.edit("content/a.md", "More of it.", "More and more.")
    built.edit("content/b.md", 'title: "Second"', 'title: "Other"\nslug: second')
    built.write("themes/tiny/templates/article.html", "{{ wrong }}")
    with pytest.raises(SitegenError):
        built.build()
    built.write("themes/tiny/templates/article.html", template)
    built.build()
    check(built, tmp_path / "clean")


def test_a_body_after_pages_that_were_kept_in_vain(built: Project, tmp_path: Path) -> None:
    """Pages of a build that fails once some of them are kept are not taken for the last build's."""
    # promise 20
    template = built.read("themes/tiny/templates/home.html")
    built.edit("content/b.md", 'title: "Second"', 'title: "Other"\nslug: second')
    built.write("themes/tiny/templates/home.html", "{{ wrong }}")
    with mock.patch("sitegen.build.kept_pages._ENOUGH", 0), pytest.raises(SitegenError):
        built.build()
    built.write("themes/tiny/templates/home.html", template)
    built.edit("content/b.md", 'title: "Other"\nslug: second', 'title: "Second"')
    for _ in range(2):
        built.edit("content/a.md", "More of it.", "More and more. More of it.")
        built.build()
        check(built, tmp_path / "clean")
    without_plan(built)


def test_a_folder_of_another_name(built: Project) -> None:
    """Problems name the article's file where it is now, though its page was not rendered anew."""
    (built.root / "content").rename(built.root / "texts")
    built.edit("sitegen.toml", "page_size = 5", 'page_size = 5\ncontent = "texts"')
    # More than is held before it goes to the cache.
    with mock.patch("sitegen.build.kept_pages._ENOUGH", 0):
        assert not built.build().problems
    with closing(Cache(built.root, shaped_by())) as cache:
        pages, _ = pages_showing(cache, ["a.md"])
    assert "texts/a.md" in {page.origin for page in pages}


@pytest.mark.parametrize("table", ["page", "shows"])
def test_a_page_that_is_damaged(built: Project, tmp_path: Path, table: str) -> None:
    """Damage to what is kept gives a clean build."""
    # promise 24
    column = {"page": "data", "shows": "bodies"}[table]
    with closing(sqlite3.connect(built.root / ".sitegen/cache.db")) as database:
        database.execute(f"UPDATE {table} SET {column} = x'00' || substr({column}, 2)")
        database.commit()
    built.edit("content/a.md", "More of it.", "More and more.")
    assert "the cache was dropped" in str(built.build().problems[0])
    check(built, tmp_path / "clean")


def test_a_page_that_is_lost(built: Project, tmp_path: Path) -> None:
    """So does a loss."""
    # promise 24
    with closing(sqlite3.connect(built.root / ".sitegen/cache.db")) as database:
        database.execute("DELETE FROM page")
        database.commit()
    built.edit("content/a.md", "More of it.", "More and more.")
    assert "the cache was dropped" in str(built.build().problems[0])
    check(built, tmp_path / "clean")


def test_in_memory_as_in_the_cache(built: Project, tmp_path: Path) -> None:
    """A state that has planned goes on with its own plan, and knows what others then need."""
    # promise 20
    with opened(built.root) as state:
        built.build(state)
        for number in range(3):
            built.edit("content/a.md", "More", f"More {number}")
            built.edit("content/b.md", "Second", f"Second {number}")
            built.build(state)
            built.edit("content/a.md", "More", f"More {number}")
            built.build(state)
    built.edit("content/b.md", "More", "Else")
    without_plan(built)
    check(built, tmp_path / "clean")

"""A state that is kept warm and told what has changed builds what a clean build does."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen.build import State
from sitegen.build.inputs import below, hinted_files, rescan, scan
from sitegen.problems import SitegenError
from tests.build.project import Project, article, difference, opened, tree

# promise 20


@pytest.fixture
def warm(project: Project) -> Iterator[State]:
    """A state that has built the small project."""
    with opened(project.root) as state:
        project.build(state)
        yield state


def assert_clean(project: Project) -> None:
    """The output is what a clean build gives."""
    wanted = project.clean(project.root.with_name("oracle"))
    assert not difference(project.outputs(), wanted)


def test_hints_of_a_build_that_failed(project: Project, warm: State) -> None:
    """What a failed build was told is not forgotten by the next one."""
    project.edit("content/a.md", "First", "Other")
    project.edit("sitegen.toml", "[site]", "[site")
    with pytest.raises(SitegenError):
        project.build(warm, frozenset(["content/a.md", "sitegen.toml"]))
    project.edit("sitegen.toml", "[site", "[site]")
    project.build(warm, frozenset(["sitegen.toml"]))
    assert_clean(project)


def test_a_state_that_never_built(project: Project) -> None:
    """A new state looks at everything, whatever it is told."""
    with opened(project.root) as state:
        project.build(state, frozenset(["content/a.md"]))
    assert_clean(project)


@pytest.mark.parametrize("loss", [".sitegen", ".sitegen/cache.db"])
def test_a_cache_that_is_deleted(project: Project, warm: State, loss: str) -> None:
    """Where the cache is gone, hints are of no use."""
    project.remove(loss)
    project.build(warm, frozenset(["content/a.md"]))
    assert_clean(project)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Europe/Paris", "Asia/Kolkata"),
        ("[build]", 'language = "de"\n[build]'),
        ("/news", ""),
        ("[feeds]", '[tags.aliases]\nCuba = ["Sport"]\n[feeds]'),
    ],
)
def test_settings_by_which_articles_are_read(
    project: Project, warm: State, old: str, new: str
) -> None:
    """Such a setting has all articles read again, though only `sitegen.toml` is hinted."""
    project.edit("sitegen.toml", old, new)
    project.build(warm, frozenset(["sitegen.toml"]))
    assert_clean(project)


def test_seeds_become_articles(project: Project, warm: State) -> None:
    """Where a seed is hinted, the articles that come of it are seen."""
    project.write("seeds/a.txt", "Title: A seed\nDate: 2024-03-04\n\nIts text.\n")
    report = project.build(warm, frozenset(["seeds/a.txt"]))
    assert report.articles == 5
    assert_clean(project)


def test_an_undone_edit_after_a_build_elsewhere(project: Project, warm: State) -> None:
    """Another process has built in between: what it wrote is noticed and undone."""
    project.edit("content/a.md", "First", "Other")
    project.build()
    project.edit("content/a.md", "Other", "First")
    project.build(warm, frozenset(["content/a.md"]))
    assert_clean(project)


def test_an_undone_edit_after_a_failed_commit(project: Project, warm: State) -> None:
    """A build that broke off while it wrote is noticed and undone."""
    project.edit("content/a.md", "First", "Other")
    real = os.replace
    moved: list[str] = []

    def full(source: str, target: str) -> None:
        if len(moved) == 5:
            raise OSError(28, "No space left on device", str(target))
        moved.append(target)
        real(source, target)

    with mock.patch("os.replace", full), pytest.raises(SitegenError, match="No space left"):
        project.build(warm, frozenset(["content/a.md"]))
    project.edit("content/a.md", "Other", "First")
    project.build(warm, frozenset(["content/a.md"]))
    assert_clean(project)


@pytest.mark.parametrize("hint", ["output", "output/index.html", "output/tags", "output/.sitegen"])
def test_hinted_outputs(project: Project, warm: State, hint: str) -> None:
    """Outputs that are hinted are looked at."""
    project.remove(hint)
    project.build(warm, frozenset([hint]))
    assert_clean(project)


def test_the_clock_needs_no_hint(project: Project, warm: State) -> None:
    """The clock is no file: a scheduled article appears without any hint."""
    project.write("content/n.md", article("New", "2024-03-10T14:00Z", id="n"))
    assert project.build(warm, frozenset(["content/n.md"])).articles == 4
    project.now = project.now.replace(hour=15)
    assert project.build(warm, frozenset()).articles == 5
    assert_clean(project)


# A rescan is a scan.

_NAMES = st.sampled_from(["a.md", "b.md", "c.txt", "d", "e", ".h", ".well-known", "f.md"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
_CHANGES = st.lists(
    st.tuples(st.sampled_from(["file", "link", "folder link", "remove"]), _PATHS), max_size=6
)


def _apply(folder: Path, changes: Iterable[tuple[str, str]]) -> set[str]:
    """Do what can be done; which paths it may have changed."""
    hints: set[str] = set()
    for kind, name in changes:
        path = folder / name
        try:
            if kind == "remove":
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            elif path.is_symlink() or any(parent.is_symlink() for parent in path.parents):
                continue
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                if kind == "file":
                    path.write_text(f"{len(hints)}", "utf-8")
                else:
                    path.symlink_to(folder / ("a.md" if kind == "link" else "d"))
        except OSError:
            continue
        hints.add(name)
    return hints


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=_CHANGES, after=_CHANGES)
def test_a_rescan_is_a_scan(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, str]],
    after: list[tuple[str, str]],
) -> None:
    """Told all that has changed, a rescan finds what a scan does."""
    root = tmp_path_factory.mktemp("scan")
    folder = root / "content"
    folder.mkdir()
    _apply(folder, before)
    known = scan(root, "content", (".md",))
    hints = _apply(folder, after)
    looked_at = {*hints, *known.odd}
    found = rescan(root, "content", (".md",), looked_at)
    kept = known.files.keys() - hinted_files(looked_at, known.files)
    wanted = scan(root, "content", (".md",))
    assert {*kept, *found.files} == wanted.files.keys()
    now = known.files | found.files
    assert all(now[name].same_file(stamp) for name, stamp in wanted.files.items())
    assert found.odd == wanted.odd


@given(
    names=st.sets(st.sampled_from(["a", "b/a", "b/c", "b/c/d", "bb/a", "b.c/a", "c/b/a"])),
    hints=st.sets(st.sampled_from(["", "a", "b", "b/c", "bb", "c/b", "c/b/a", "x", "b/c/d/e"])),
)
def test_hinted_files(names: set[str], hints: set[str]) -> None:
    """A file is hinted by its own name or that of a folder above it."""
    expected = {
        name
        for name in names
        if any(not hint or name == hint or name.startswith(f"{hint}/") for hint in hints)
    }
    assert hinted_files(hints, dict.fromkeys(names)) == expected


def test_hints_below_a_folder() -> None:
    """Hints are told to the folder they concern, and one above it means all of it."""
    hints = frozenset(["content/a.md", "contents/b.md", "static/x", "content/sub"])
    assert sorted(below("content", hints)) == ["a.md", "sub"]
    assert below("content", frozenset(["content", "x"])) == [""]
    assert below("deep/content", frozenset(["deep"])) == [""]


def test_links_out_of_the_project(project: Project, warm: State, tmp_path: Path) -> None:
    """No file from outside of the project is published, by a link or below one."""
    # promise 31
    (tmp_path / "out").mkdir()
    (tmp_path / "out/x.md").write_text(article("Canary", id="x"), "utf-8")
    (project.root / "content/x.md").symlink_to(tmp_path / "out/x.md")
    (project.root / "content/folder").symlink_to(tmp_path / "out")
    (project.root / "static/folder").symlink_to(tmp_path / "out")
    (project.root / "static/loop").symlink_to(project.root / "static/loop")
    hints = {"content/x.md", "content/folder", "content/folder/x.md", "static/folder"}
    for told in (frozenset(hints), None):
        report = project.build(warm, told)
        assert {problem.path for problem in report.problems} >= {"content/x.md", "static/folder"}
        assert not any(b"Canary" in data for data in tree(project.output).values())


def test_an_article_that_is_a_link(project: Project, warm: State) -> None:
    """An article that is a link changes with the file it leads to, which alone is hinted."""
    project.write("drafts/x.txt", article("Linked", id="x"))
    (project.root / "content/x.md").symlink_to("../drafts/x.txt")
    project.build(warm, frozenset(["content/x.md"]))
    project.edit("drafts/x.txt", "More", "Less")
    project.build(warm, frozenset(["drafts/x.txt"]))
    assert_clean(project)
    assert "Less of it" in project.read("output/2024/03/01/linked/index.html")


@pytest.mark.parametrize("folder", ["content", "static"])
def test_a_name_that_is_not_utf_8(project: Project, folder: str) -> None:
    """Such a file is named, and nothing is written."""
    path = os.fsencode(project.root / folder) + b"/\xff.md"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(article().encode())
    with pytest.raises(SitegenError, match=r"\\udcff.md: error: the file's name is not UTF-8"):
        project.build()
    assert not project.output.exists()

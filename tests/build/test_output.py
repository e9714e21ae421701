"""The output folder: sitegen deletes and replaces only what it wrote, and mends what it wrote."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from sitegen.build import Report, inspect
from sitegen.cli import main
from sitegen.problems import SitegenError
from tests.build.project import CONFIG, Project, difference, opened, same_time, stats, tree


def faults(project: Project) -> str:
    """What a build that must fail says."""
    with pytest.raises(SitegenError) as caught:
        project.build()
    return str(caught.value)


def assert_clean(project: Project) -> None:
    """The output is what a clean build gives."""
    wanted = project.clean(project.root.with_name("oracle"))
    assert not difference(project.outputs(), wanted)


# promise 9


def test_files_of_others_survive(project: Project) -> None:
    """A file that sitegen did not write stays, even where all pages around it go."""
    project.build()
    kept = {
        "output/.git/config": "[core]",
        "output/.nojekyll": "",
        "output/CNAME.old": "x",
        "output/2024/02/28/fourth/mine.txt": "mine",
        "output/tags/.htaccess": "x",
    }
    for path, text in kept.items():
        project.write(path, text)
    project.remove("content/d.md")
    report = project.build()
    assert "2024/02/28/fourth/index.html" in report.changed
    assert {path: project.read(path) for path in kept} == kept
    for name in "abc":
        project.remove(f"content/{name}.md")
    project.build()
    assert {path: project.read(path) for path in kept} == kept
    assert not (project.output / "2024/03").exists()


@pytest.mark.parametrize("folder", ["content", "seeds", "static", "themes"])
@pytest.mark.parametrize("inside", ["", "/inside"])
def test_sources_are_no_output(project: Project, folder: str, inside: str) -> None:
    """A folder of sources, or one in it, is refused as output, even where it is empty."""
    project.edit("sitegen.toml", "[build]", f'[build]\noutput = "{folder}{inside}"')
    if folder == "seeds":
        (project.root / "seeds").mkdir()
    before = tree(project.root)
    said = faults(project)
    assert "must not overlap" in said or "must not lie in each other" in said
    after = tree(project.root)
    assert {k: v for k, v in after.items() if not k.startswith(".sitegen")} == before


def test_sources_inside_the_output(project: Project) -> None:
    """A folder that holds sources is refused as output."""
    (project.root / "all/content").mkdir(parents=True)
    project.edit("sitegen.toml", "[build]", '[build]\noutput = "all"\ncontent = "all/content"')
    assert "`all/content` must not overlap" in faults(project)


@pytest.mark.parametrize("output", ["..", "/", "/tmp", ".", "./", "output/../content", ""])
def test_an_output_outside_of_the_project(project: Project, output: str) -> None:
    """The project itself and whatever lies outside of it are refused as output."""
    project.edit("sitegen.toml", "[build]", f'[build]\noutput = "{output}"')
    assert faults(project)
    assert not project.output.exists()


def test_a_link_out_of_the_project(project: Project, tmp_path: Path) -> None:
    """An output that is a link to somewhere else, or to sources, is refused."""
    (tmp_path / "elsewhere").mkdir()
    project.output.symlink_to(tmp_path / "elsewhere")
    assert "leads out of the project" in faults(project)
    project.output.unlink()
    project.output.symlink_to(project.root / "static")
    assert "`static` must not lie in each other" in faults(project)


def test_home_is_no_output(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home folder is refused as output, also where it lies in the project and looks empty."""
    home = project.root / "output"
    home.mkdir()
    (home / ".bashrc").write_text("x", "utf-8")
    monkeypatch.setenv("HOME", os.fspath(home))
    assert "the output folder is your home" in faults(project)


def test_a_folder_of_others(project: Project) -> None:
    """A folder that is not empty and that sitegen did not make is refused, and left alone."""
    project.write("output/thesis.txt", "mine")
    assert "a file that sitegen did not write: thesis.txt" in faults(project)
    assert tree(project.output) == {"thesis.txt": b"mine"}


def test_a_listing_of_another_program(project: Project) -> None:
    """A file named like the listing does not make a folder ours."""
    project.write("output/.sitegen", "thesis.txt\n")
    project.write("output/thesis.txt", "mine")
    assert "did not write: thesis.txt" in faults(project)
    project.remove("output/.sitegen")
    project.write("output/.sitegen/cache.db", "another project")
    assert "did not write: thesis.txt" in faults(project)


def test_a_folder_with_hidden_files_alone(project: Project) -> None:
    """A folder with nothing but `.git` may become the output."""
    project.write("output/.git/config", "[core]")
    project.build()
    assert project.read("output/.git/config") == "[core]"


@pytest.mark.parametrize(
    ("foreign", "page"),
    [
        ("2024/03/05/new/index.html", "2024/03/05/new/index.html"),
        ("2024/03/05", "2024/03/05"),
        ("deep/plain/mine.txt", "deep/plain"),
        ("deep/plain/empty/", "deep/plain"),
        ("deep", "deep"),
    ],
)
def test_a_foreign_file_in_the_way(project: Project, foreign: str, page: str) -> None:
    """A file that sitegen did not write, where a page must be, is named; nothing is written."""
    project.build()
    if foreign.endswith("/"):
        (project.output / foreign).mkdir(parents=True)
    else:
        project.write(f"output/{foreign}", "mine")
    before = tree(project.output)
    project.write("content/new.md", '---\ntitle: New\ndate: 2024-03-05\nid: "new"\n---\nText.\n')
    project.write("static/deep/plain", "a file")
    said = faults(project)
    assert f"output/{foreign.rstrip('/')}: error: " in said
    assert f"a file that sitegen did not write is in the way of `{page}`" in said
    assert tree(project.output) == before
    project.remove(f"output/{page}")
    project.build()
    assert_clean(project)


def test_a_foreign_link_in_the_way(project: Project, tmp_path: Path) -> None:
    """Nothing is written through a symbolic link in the output."""
    project.build()
    (tmp_path / "elsewhere").mkdir()
    (project.output / "deep").symlink_to(tmp_path / "elsewhere")
    project.write("static/deep/plain", "a file")
    assert "output/deep: error: a file that sitegen did not write" in faults(project)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_foreign_folder_where_a_stale_page_was(project: Project) -> None:
    """What an editor put in the place of a page that goes is not ours to remove."""
    project.write("static/note", "a file")
    project.build()
    project.remove("static/note")
    project.remove("output/note")
    project.write("output/note/mine.txt", "mine")
    project.build()
    assert project.read("output/note/mine.txt") == "mine"


@pytest.mark.parametrize("swap", ["file to folder", "folder to file", "deeper"])
def test_files_and_folders_change_places(project: Project, swap: str) -> None:
    """Where a page was a folder may come a file, and the other way about."""
    one, other = {
        "file to folder": ("x", "x/y"),
        "folder to file": ("x/y", "x"),
        "deeper": ("x/y", "x/y/z"),
    }[swap]
    project.write(f"static/{one}", "one")
    project.build()
    project.remove(f"static/{one.partition('/')[0]}")
    project.write(f"static/{other}", "other")
    project.build()
    assert_clean(project)


def test_a_listing_never_leads_outside(project: Project, tmp_path: Path) -> None:
    """Whatever is written into the listing, nothing outside of the output is removed."""
    project.build()
    victim = tmp_path / "victim"
    victim.write_text("x", "utf-8")
    (project.output / "out").symlink_to(tmp_path)
    listing = project.read("output/.sitegen")
    listing += f"{victim}\n../sitegen.toml\n../../victim\nout/victim\n../content/a.md\n\n.\n..\n"
    project.write("output/.sitegen", listing)
    project.build()
    assert victim.exists()
    assert (project.root / "sitegen.toml").exists()
    assert (project.root / "content/a.md").exists()


def test_another_output_leaves_the_first_alone(project: Project) -> None:
    """A project that changes its output folder builds the new one whole, and can go back."""
    project.build()
    before = project.outputs()
    project.write("sitegen.toml", CONFIG.replace("[build]", '[build]\noutput = "public"'))
    project.build()
    assert tree(project.root / "public") == before
    project.write("sitegen.toml", CONFIG)
    project.edit("content/a.md", "First", "Other")
    project.build()
    assert_clean(project)


def test_a_failed_build_writes_nothing(project: Project) -> None:
    """Where a problem is found, even by the last page, no output is touched."""
    project.build()
    before = stats(project.output)
    project.edit("content/a.md", "First", "Other")
    project.write("themes/tiny/templates/year.html", "{{ nothing }}")
    assert "`nothing` is not defined" in faults(project)
    assert stats(project.output) == before
    assert not (project.root / ".sitegen/stage").exists()


# promise 10


def test_nothing_to_do(project: Project) -> None:
    """A build with nothing to do writes no file and keeps every time, inode and byte."""
    project.build()
    before = stats(project.output)
    for report in (project.build(), project.build()):
        assert (report.written, report.removed, report.rendered) == (0, 0, 0)
        assert report.unchanged == report.reused == report.pages == len(before) - 1
        assert report.changed == ()
    assert stats(project.output) == before


@pytest.mark.parametrize("loss", ["cache", "clean", "touched"])
def test_the_same_bytes_are_not_written_again(project: Project, loss: str) -> None:
    """A build that must make every page anew keeps the files whose bytes are as they were."""
    project.build()
    before = stats(project.output)
    if loss == "cache":
        project.remove(".sitegen")
    elif loss == "touched":
        for path in project.files("content"):
            os.utime(project.root / path)
    arguments = [
        "build",
        "--root",
        os.fspath(project.root),
        *(["--clean"] if loss == "clean" else []),
    ]
    with mock.patch.dict(os.environ, SOURCE_DATE_EPOCH=str(int(project.now.timestamp()))):
        result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "warning" not in result.output
    assert stats(project.output) == before


# promise 24


def _lose(path: Path) -> None:
    path.unlink()


def _spoil(path: Path) -> None:
    same_time(path, b"x" * path.stat().st_size)


def _fold(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [_lose, _spoil, _fold])
@pytest.mark.parametrize(
    "path", ["index.html", "CNAME", "feed.xml", "404.html", "tags/cuba/index.html", ".sitegen"]
)
def test_a_harmed_output_is_mended(
    project: Project, path: str, harm: Callable[[Path], None]
) -> None:
    """An output that was deleted or edited by hand is as it was after the next build."""
    project.build()
    before = project.outputs()
    harm(project.output / path)
    if harm is _fold:
        with pytest.raises(SitegenError, match=r"in the way|cannot be read or written"):
            project.build()
        (project.output / path).rmdir()
    project.build()
    assert project.outputs() == before


def test_one_harmed_output_is_made_alone(project: Project) -> None:
    """Only what was harmed is made again."""
    project.build()
    _spoil(project.output / "tags/cuba/index.html")
    pages, report = project.rendered()
    assert pages == set(report.changed) == {"tags/cuba/index.html"}


def _noise(file: Path) -> None:
    file.write_bytes(b"\xff\x00noise" * 3000)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def _older(file: Path) -> None:
    database = sqlite3.connect(file)
    with database:
        database.execute("UPDATE meta SET value = ? WHERE name = 'version'", (b"sitegen 0.0",))
    database.close()


def _without_table(file: Path) -> None:
    database = sqlite3.connect(file)
    with database:
        database.execute("DROP TABLE output")
    database.close()


def _without_reads(file: Path) -> None:
    database = sqlite3.connect(file)
    with database:
        database.execute("DELETE FROM reads WHERE number > 1")
    database.close()


def _folder(file: Path) -> None:
    file.unlink()
    (file / "x").mkdir(parents=True)


@pytest.mark.parametrize("harm", [_noise, _cut, _older, _without_table, _without_reads, _folder])
def test_a_bad_cache(project: Project, harm: Callable[[Path], None]) -> None:
    """A cache that is not what it must be is dropped with one warning; the build is a clean one."""
    project.build()
    before = stats(project.output)
    harm(project.root / ".sitegen/cache.db")
    report = project.build()
    (warning,) = report.problems
    assert str(warning).startswith(
        ".sitegen/cache.db: warning: the cache was dropped and is made anew: "
    )
    assert report.rendered > 10
    assert stats(project.output) == before
    assert project.build().problems == ()


@pytest.mark.parametrize("table", ["article", "body"])
def test_a_changed_bit(project: Project, table: str) -> None:
    """A text in the cache that is no longer what it was is never published."""
    project.build()
    column, key, old = {
        "article": ("parsed", "path", b"First"),
        "body": ("data", "rowid", b"More of it"),
    }[table]
    database = sqlite3.connect(project.root / ".sitegen/cache.db")
    with database:
        for row, data in database.execute(f"SELECT {key}, {column} FROM {table}").fetchall():
            query = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
            database.execute(query, (data.replace(old, old.swapcase()), row))
    database.close()
    project.edit("content/c.md", "Third", "Other")
    project.edit("themes/tiny/templates/base.html", "<title>", "<title>!")
    report = project.build()
    assert [problem.path for problem in report.problems] == [".sitegen/cache.db"]
    assert_clean(project)


def test_a_warm_state_whose_cache_is_harmed(project: Project) -> None:
    """A state kept in memory goes on, whatever happens to its cache's file."""
    with opened(project.root) as state:
        project.build(state)
        for number, harm in enumerate((_noise, _cut, _lose, _folder, _older, _noise)):
            harm(project.root / ".sitegen/cache.db")
            project.write(
                f"content/x{number}.md", f"---\ntitle: X{number}\ndate: 2024-03-04\n---\nx"
            )
            project.build(state, frozenset([f"content/x{number}.md"]))
            assert_clean(project)


@pytest.mark.parametrize("harm", [_noise, _cut, _without_table, _folder])
def test_a_check_with_a_bad_cache(project: Project, harm: Callable[[Path], None]) -> None:
    """`check` drops a bad cache as a build does, and writes no output."""
    project.build()
    harm(project.root / ".sitegen/cache.db")
    before = stats(project.output)
    with opened(project.root) as state:
        assert {problem.severity for problem in inspect(state, project.choice())} <= {"warning"}
    assert stats(project.output) == before


def test_strict_does_not_mind_a_dropped_cache(project: Project) -> None:
    """The cache is no fault of the project: `--strict` builds without it."""
    project.build()
    _older(project.root / ".sitegen/cache.db")
    result = CliRunner().invoke(main, ["build", "--strict", "--root", os.fspath(project.root)])
    assert result.exit_code == 0, result.output
    assert result.output.count("the cache was dropped") == 1


def test_a_report_adds_up(project: Project) -> None:
    """The counts of a report are those of the files."""
    first = project.build()
    assert isinstance(first, Report)
    assert first.written == first.pages == len(project.outputs()) - 1
    project.remove("content/d.md")
    report = project.build()
    assert report.pages == len(project.outputs()) - 1 == first.pages - report.removed
    assert report.written + report.unchanged == report.pages
    assert report.removed == len(set(report.changed) - project.outputs().keys())

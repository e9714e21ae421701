"""The commands as a shell sees them: help, exit codes, streams, and what is imported."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sitegen import __version__
from sitegen.cli import main
from tests.conftest import Folder

ROOT = Path(__file__).parent.parent


def shell(*arguments: str) -> Result:
    """Run a command in the current folder."""
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )
    return done.stdout


def test_help_shows_the_commands_in_order() -> None:
    """As an editor meets them; DESIGN's table."""
    told = shell("--help").output
    wanted = ["new", "ingest", "build", "watch", "serve", "check", "publish"]
    listed = re.findall(r"^  (\w+)  ", told.partition("Commands:")[2], re.MULTILINE)
    assert listed == [name for name in wanted if name in listed]
    assert {"new", "ingest", "build", "check"} <= set(listed)


@pytest.mark.parametrize("command", ["new", "build", "ingest", "check"])
def test_every_command_has_the_same_options(command: str) -> None:
    """`--root`, `-q` and `-v` are everywhere, and each option says what it does."""
    told = shell(command, "--help").output
    for option in ("--root", "-q, --quiet", "-v, --verbose"):
        assert option in told
    assert not re.search(r"^  (-\w, )?--[\w-]+( [A-Z]+)?$\n(?!  {10,})", told, re.MULTILINE)


HEAVY = ("jinja2", "markdown_it", "yaml", "feedgen", "babel", "rich", "sqlite3", "nh3", "lxml")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"]])
def test_help_answers_at_once(arguments: list[str]) -> None:
    """Nothing imports what it does not use: help needs none of the libraries of a build."""
    code = f"""
import sys
sys.argv = ["sitegen", *{arguments!r}]
from sitegen.cli import main
try:
    main()
except SystemExit:
    pass
print("loaded", *[name for name in {HEAVY!r} if name in sys.modules], "end")
"""
    assert "loaded end" in python(code)


def test_version() -> None:
    """`--version` and `python -m sitegen` say the same."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "sitegen", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert done.stdout == f"sitegen {__version__}\n" == shell("--version").output


def test_the_first_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a newcomer types works as told: new, build, an article, build, check."""
    monkeypatch.chdir(tmp_path)
    told = shell("new", "my-digest")
    assert told.exit_code == 0
    assert "cd my-digest && sitegen build" in told.output
    monkeypatch.chdir("my-digest")
    assert 'title = "My Digest"' in Path("sitegen.toml").read_text("utf-8")
    assert shell("build", "--strict").exit_code == 0
    assert Path("output/index.html").exists()
    told = shell("new", "article", "Ferry: back on “Friday”")
    path = Path("content/2026/03/ferry-back-on-friday.md")
    assert told.output == f"{path}: a draft. Remove `draft: true` to publish it.\n"
    assert "draft: true" in path.read_text("utf-8")
    assert shell("build").exit_code == 0
    assert not Path("output/2026/03/06/ferry-back-on-friday").exists()
    assert shell("build", "--drafts").exit_code == 0
    assert Path("output/2026/03/06/ferry-back-on-friday/index.html").exists()
    assert shell("check").output == "no faults found\n"
    again = shell("new", "article", "Ferry: back on “Friday”")
    assert again.exit_code == 1
    assert "there is an article already" in again.output


@pytest.mark.parametrize(
    "name", ["My News", "l'été", "kid's-news", 'a "quoted" one', "日本", "back\\slash", "a\tb"]
)
def test_a_project_of_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder's name becomes the title, and the settings that hold it can be read."""
    monkeypatch.chdir(tmp_path)
    told = shell("new", name)
    assert told.exit_code == 0
    assert "Now: cd " in told.output
    assert shell("build", "--root", name).exit_code == 0


def test_new_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds anything is left alone; so is a file."""
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    Path("full/a.txt").write_text("mine", "utf-8")
    Path("file").write_text("mine", "utf-8")
    for name in ("full", "file"):
        result = shell("new", name)
        assert result.exit_code == 1
        assert "is not empty" in result.output
    assert [path.name for path in Path("full").iterdir()] == ["a.txt"]


def test_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, and what to write instead."""
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["bild"],
        ["build", "--job", "x"],
        ["build", "--jobs", "-1"],
        ["new"],
        ["new", "article"],
        ["new", "a", "b"],
        ["build", "extra"],
    ):
        result = shell(*arguments)
        assert result.exit_code == 2, arguments
        assert "Usage:" in result.output
    assert not list(tmp_path.iterdir())


def test_no_project_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a project each command says how to get into one."""
    monkeypatch.chdir(tmp_path)
    for arguments in (["build"], ["ingest"], ["check"], ["new", "article", "A"]):
        result = shell(*arguments)
        assert result.exit_code == 1
        assert "`sitegen new DIR` makes a project" in result.output
    for arguments in (["build", "--root", "nowhere"], ["check", "--root", "nowhere"]):
        result = shell(*arguments)
        assert result.exit_code == 1
        assert "sitegen.toml" in result.output
    assert not list(tmp_path.iterdir())


def test_from_a_folder_below(site: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project is the nearest folder upwards."""
    site.article("2026/a.md")
    monkeypatch.chdir(site.root / "content/2026")
    assert shell("build").exit_code == 0
    assert "index.html" in site.files


def test_what_goes_where(site: Folder) -> None:
    """Results on the output stream, faults on the error stream; `-q` leaves only faults."""
    site.article("a.md", "[x](/nowhere/)")
    result = site.run("build")
    assert re.fullmatch(r"1 article: \d+ of \d+ files written in [\d.]+ s\n", result.stdout)
    assert "warning: a link leads to `/nowhere/`" in result.stderr
    result = site.run("build", "-q")
    assert result.stdout == ""
    assert "warning" in result.stderr
    assert "seeds" in site.run("build", "-v").stdout
    assert "\x1b" not in result.stderr


def test_strict(site: Folder) -> None:
    """Warnings fail a strict build, every time, and a plain one never."""
    site.article("a.md", "[x](/nowhere/)")
    assert site.run("build").exit_code == 0
    for _ in range(2):
        result = site.run("build", "--strict")
        assert result.exit_code == 1
        assert "`--strict`; nothing was written" in result.output


def test_report(site: Folder, tmp_path: Path) -> None:
    """`--report` tells counts, seconds and problems as JSON: after a build that did all, one that
    had nothing to do, and one that failed.
    """
    site.article("a.md", "[x](/nowhere/)")
    path = tmp_path / "report.json"
    site.build("--report", str(path))
    report = json.loads(path.read_text("utf-8"))
    counts = ("articles", "pages", "rendered", "reused", "written", "unchanged", "removed")
    assert {*counts, "seconds", "problems"} <= set(report)
    assert report["articles"] == 1
    assert report["written"] == report["pages"] == len(site.files)
    (problem,) = report["problems"]
    assert problem["path"] == "content/a.md"
    assert problem["severity"] == "warning"
    site.build("--report", str(path))
    report = json.loads(path.read_text("utf-8"))
    assert (report["written"], report["rendered"], report["removed"]) == (0, 0, 0)
    site.article("b.md", date="soon")
    assert site.run("build", "--report", str(path)).exit_code == 1
    report = json.loads(path.read_text("utf-8"))
    assert [one["path"] for one in report["problems"]] == ["content/b.md"]


def test_a_report_that_cannot_be_written(site: Folder) -> None:
    """It is named, with the reason."""
    result = site.run("build", "--report", str(site.root / "nowhere/report.json"))
    assert result.exit_code == 1
    assert "the report cannot be written: No such file or directory" in result.output


def test_what_is_held_back_is_told(site: Folder) -> None:
    """An article that does not appear is no riddle: drafts, expired and future ones are counted,
    also by a build that has nothing to do.
    """
    site.article("a.md", draft="true")
    site.article("b.md", date="2026-03-07", id="b")
    for _ in range(2):
        told = site.run("build").stdout
        assert told.startswith("0 articles: ")
        assert "2 articles held back: draft, expired, or dated after now\n" in told
    assert "held back" not in site.run("build", "--drafts", "--future").stdout


def test_clean(site: Folder) -> None:
    """`--clean` makes every page anew and changes nothing."""
    site.article("a.md")
    site.build()
    before = site.files
    result = site.run("build", "--clean")
    assert result.exit_code == 0
    assert site.files == before


def test_many_problems(site: Folder) -> None:
    """Fifty are told, the rest counted; `-v` tells them all."""
    for number in range(60):
        site.article(f"{number:02}.md", date="soon", id=f"i{number}")
    told = site.run("build").output
    assert told.count("is not a date") == 50
    assert "… and 10 more: `-v` shows them all" in told
    assert "60 errors; nothing was written" in told
    assert site.run("build", "-v").output.count("is not a date") == 60


def test_ingest(site: Folder) -> None:
    """`--status` shows and changes nothing; a run converts; `--diff` shows what an edit met."""
    site.write("seeds/a.txt", "Title: Ferry returns\nDate: 2026-03-05\n\nThe ferry returns.\n")
    told = site.run("ingest", "--status").output
    assert "a.txt" in told
    assert not (site.root / "content").exists()
    assert site.run("ingest").exit_code == 0
    assert len(list((site.root / "content").rglob("*.md"))) == 1
    site.write("seeds/a.txt", "Title: Ferry returns\nDate: 2026-03-05\n\nThe ferry is back.\n")
    diff = site.run("ingest", "--diff").output
    assert "+The ferry is back." in diff
    assert "-The ferry returns." in diff
    site.write("seeds/empty.txt", "")
    assert site.run("ingest").exit_code == 0
    assert site.run("ingest", "--strict").exit_code == 1


def test_check_writes_nothing(site: Folder) -> None:
    """It reads settings, articles and links, and leaves no output."""
    site.article("a.md", "[x](/tags/)")
    result = site.run("check")
    assert (result.exit_code, result.output) == (0, "no faults found\n")
    assert not (site.root / "output").exists()
    site.article("b.md", "[x](/nowhere/)", title="B")
    result = site.run("check")
    assert result.exit_code == 1
    assert "content/b.md:6: error" in result.output


def test_no_traceback_for_what_the_system_refuses(site: Folder) -> None:
    """A folder where a file should be, a file where a folder should be: told, with the path."""
    site.article("a.md")
    site.write("static", "a file")
    site.write("themes", "a file")
    (site.root / "seeds").mkdir()
    assert "Traceback" not in site.run("build").output
    (site.root / "sitegen.toml").unlink()
    (site.root / "sitegen.toml").mkdir()
    result = site.run("build")
    assert result.exit_code == 1
    assert "sitegen.toml" in result.output


def test_new_without_a_name() -> None:
    """It says what can be written."""
    result = CliRunner().invoke(main, ["new"])
    assert result.exit_code == 2
    assert "write `sitegen new DIR`" in result.output


def test_warnings_name_what_to_correct(site: Folder) -> None:
    """The article that has no date of its own; what an office document should be saved as."""
    site.write("seeds/a.txt", "Mill turns again\n\nThe mill ground flour at last, and all came.\n")
    site.write("seeds/b.docx", b"PK\x03\x04 and so on")
    output = site.run("ingest").output
    assert "correct `date:` in content/2026/03/mill-turns-again.md" in output
    assert "save it as a web page, as Markdown or as plain text" in output

"""Every folder in `sites/bad` is a project with a fault; `expected.txt` is what its editor reads.

`expected.txt` is a transcript: `$ sitegen build`, what that prints, and the exit code.
"""

import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sitegen.cli import main

BAD = Path(__file__).parent / "sites" / "bad"


def transcript(line: str) -> str:
    """What a command prints and how it ends, in the current folder."""
    command, *arguments = shlex.split(line.removeprefix("$ "))
    assert command == "sitegen"
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return f"{line}\n{result.output}exit {result.exit_code}\n"


@pytest.mark.parametrize("name", sorted(path.name for path in BAD.iterdir()))
def test_message(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    """The fault is told with path, line, what is wrong and what to do; no traceback, no output."""
    project = tmp_path / "project"
    shutil.copytree(BAD / name, project, ignore=shutil.ignore_patterns("expected.txt"))
    monkeypatch.chdir(project)
    expected = BAD / name / "expected.txt"
    line = expected.read_text("utf-8").splitlines()[0]
    told = transcript(line)
    if update_golden:
        expected.write_text(told, "utf-8", newline="\n")
    assert told == expected.read_text("utf-8")
    assert "Traceback" not in told
    if told.endswith("exit 1\n"):
        written = project / "output"
        assert not any(path.suffix == ".html" for path in written.rglob("*"))

"""`sitegen publish` as a shell sees it."""

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sitegen import config
from sitegen.console import transfer
from sitegen.problems import SitegenError, fault
from sitegen.publish import places
from sitegen.publish.content import revision
from sitegen.publish.target import Target
from tests.conftest import SITE, Folder
from tests.publish.recording import Memory, MemoryTarget, Watched
from tests.test_docs import files, page

AFTER = f"""after = ["{sys.executable}", "-c", "open('ran', 'w')"]\n"""
TARGET = '\n[publish.live]\ntype = "directory"\npath = "../www"\n'


@pytest.fixture
def digest(tmp_path: Path) -> Folder:
    """A project with two articles and a target."""
    folder = Folder(tmp_path / "project")
    folder.write("sitegen.toml", SITE + TARGET)
    folder.article("a.md", title="First", tags="[ferry]")
    folder.article("b.md", title="Second", date="2026-03-04")
    return folder


def public(folder: Folder) -> dict[str, bytes]:
    """What is published."""
    now = (folder.root / "../www/current").resolve()
    return {
        path.relative_to(now).as_posix(): path.read_bytes()
        for path in now.rglob("*")
        if path.is_file()
    }


@contextmanager
def watched(**options: Any) -> Iterator[Watched]:
    """A target in memory, in place of what the settings say."""
    target = Watched(MemoryTarget(Memory(), atomic=False), **options)

    def opened(*args: object) -> Target:
        return target

    with mock.patch.object(places, "open_target", opened):
        yield target


def test_publish(digest: Folder) -> None:
    """It builds, shows what it will do, does it, and looks at it again; a second time there is
    nothing to do. What the output keeps for itself is not published.
    """
    result = digest.run("publish")
    assert result.exit_code == 0, result.output
    assert "2 articles: " in result.stdout
    assert "put: pages, new" in result.stdout
    assert f"{len(digest.files)} put (" in result.stdout
    assert "is at release 1-" in result.stdout
    assert public(digest) == digest.files
    assert ".sitegen" not in public(digest)
    result = digest.run("publish", "live")
    assert "nothing to do" in result.stdout
    assert digest.run("publish", "-q").output == ""


def test_dry_run(digest: Folder) -> None:
    """It prints the operations of the real run, one by one, and leaves nothing (promise 17)."""
    told = digest.run("publish", "--dry-run").stdout.splitlines()
    assert told[-1] == "this was a dry run: nothing was published"
    assert not (digest.root / "../www").exists()
    with watched() as target:
        digest.run("publish")
    asked = [line for line in told if line.startswith(("put ", "delete ", "switch "))]
    done = [one for one in target.done if one != "begin"]
    assert asked[-1] == done[-1]
    assert sorted(asked) == sorted(done)
    digest.run("publish")
    (digest.root / "content/b.md").unlink()
    asked = digest.run("publish", "--dry-run").stdout.splitlines()
    done = digest.run("publish", "-v").stdout.splitlines()
    only = [line for line in asked if line.startswith(("put ", "delete ", "switch "))]
    assert any(line.startswith("delete ") for line in only)
    assert only == [line for line in done if line.startswith(("put ", "delete ", "switch "))]


def test_it_builds_strictly(digest: Folder) -> None:
    """What has a fault, even a small one, is not published."""
    digest.run("publish")
    before = public(digest)
    digest.article("c.md", "[x](/nowhere/)", title="Third")
    result = digest.run("publish")
    assert result.exit_code == 1
    assert "a link leads to `/nowhere/`" in result.stderr
    assert public(digest) == before


def test_drafts_stay(digest: Folder) -> None:
    """Also where they were built to look at."""
    digest.article("c.md", title="Third", draft="true")
    digest.build("--drafts")
    assert "2026/03/05/third/index.html" in digest.files
    digest.run("publish")
    assert "2026/03/05/third/index.html" not in public(digest)


def test_targets_are_no_input_of_the_build(digest: Folder) -> None:
    """Another target makes no page anew."""
    digest.build()
    digest.write("sitegen.toml", SITE + TARGET.replace("live", "other"))
    assert "0 of " in digest.run("build").stdout


def test_list_and_rollback(digest: Folder) -> None:
    """What was published when, and back again."""
    assert "nothing is published" in digest.run("publish", "--list").stdout
    assert digest.run("publish", "--rollback").exit_code == 1
    digest.run("publish")
    first = public(digest)
    digest.article("c.md", title="Third")
    digest.run("publish")
    assert public(digest) != first
    told = digest.run("publish", "--list").stdout.splitlines()
    assert [line.split()[:2] for line in told[1:]] == [
        ["→", told[1].split()[1]],
        told[2].split()[:2],
    ]
    assert told[1].split()[1].startswith("2-")
    assert "2026-03-06 12:00:00 UTC" in told[1]
    digest.write("sitegen.toml", SITE + TARGET + AFTER)
    result = digest.run("publish", "--rollback", "--dry-run")
    assert not (digest.root / "ran").exists()
    assert "back to release 1-" in result.stdout
    assert public(digest) != first
    assert digest.run("publish", "--rollback").exit_code == 0
    assert public(digest) == first
    assert (digest.root / "ran").exists(), "what is in front of the site must be told, too"
    assert digest.run("publish", "--list").stdout.splitlines()[2].startswith("→  1-")


def test_guards(digest: Folder) -> None:
    """Exit code 1, an untouched target, and the word that allows it (promise 16)."""
    (digest.root / "../www").mkdir()
    (digest.root / "../www/index.html").write_text("somebody's", "utf-8")
    for option in ((), ("--dry-run",)):
        result = digest.run("publish", *option)
        assert result.exit_code == 1
        assert "put: pages, new" in result.stdout
        assert "`--force foreign` publishes all the same" in result.stderr
        assert "nothing was written" in result.stderr
        assert "../www: error: the target is not empty" in result.stderr
    assert [path.name for path in (digest.root / "../www").iterdir()] == ["index.html"]
    result = digest.run("publish", "--force", "foreign", "--force", "changed")
    assert result.exit_code == 0, result.output
    result = digest.run("publish", "--force", "everything")
    assert result.exit_code == 2
    assert "'deletions'" in result.stderr


def test_it_says_where_it_stopped(digest: Folder) -> None:
    """After a failure: how far it was, and that running again goes on (promise 13)."""

    def fail(*args: object) -> str:
        raise fault("the target is full")

    with watched() as target, mock.patch.object(target.target, "put", fail):
        result = digest.run("publish")
    assert result.exit_code == 1
    assert "the target is full" in result.stderr
    assert "stopped after 0 of " in result.stderr
    assert "run it again to go on" in result.stderr
    assert len(target.done) == 2


def test_ctrl_c(digest: Folder) -> None:
    """It ends with 130, and the next run goes on (promise 14)."""
    real = MemoryTarget.put
    count = 0

    def interrupted(*args: Any) -> str:
        nonlocal count
        count += 1
        if count == 5:
            raise KeyboardInterrupt
        return real(*args)

    memory = Memory()
    with watched() as target, mock.patch.object(MemoryTarget, "put", interrupted):
        target.target.memory = memory  # type: ignore[attr-defined]
        result = digest.run("publish")
    assert result.exit_code == 130
    assert "run it again to go on" in result.stderr
    assert len(memory.public) == 4
    with watched() as target:
        target.target.memory = memory  # type: ignore[attr-defined]
        assert digest.run("publish").exit_code == 0
    assert memory.public == digest.files


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["other"], 2, "there is no target `other`: known here: live, test"),
        (["liev"], 2, "there is no target `liev`: did you mean `live`?"),
        ([], 2, "say which target: live, test"),
        (["live", "--list", "--rollback"], 2, "`--list` stands alone"),
        (["live", "test"], 2, "unexpected extra argument"),
    ],
)
def test_wrong_usage(digest: Folder, arguments: list[str], code: int, said: str) -> None:
    """Exit code 2, and what to write instead."""
    digest.write("sitegen.toml", SITE + TARGET + TARGET.replace("live", "test"))
    result = digest.run("publish", *arguments)
    assert result.exit_code == code
    assert said in result.stderr


def test_no_target(digest: Folder) -> None:
    """It says how to name one."""
    digest.write("sitegen.toml", SITE)
    result = digest.run("publish")
    assert result.exit_code == 1
    assert "there is no target to publish to" in result.stderr
    assert "[publish.live]" in result.stderr


def test_the_command_after(digest: Folder) -> None:
    """It is run in the project, without a shell; that it fails is told, with exit code 1; where
    there is nothing to do it is not run.
    """
    code = "import os, sys; open('ran', 'a').write(sys.argv[1]); sys.exit(len(sys.argv) - 2)"
    after = f'after = ["{sys.executable}", "-c", "{code}", "$HOME;"]\n'
    digest.write("sitegen.toml", SITE + TARGET + after)
    assert digest.run("publish").exit_code == 0
    assert (digest.root / "ran").read_text("utf-8") == "$HOME;"
    assert digest.run("publish").exit_code == 0
    assert (digest.root / "ran").read_text("utf-8") == "$HOME;"
    digest.article("c.md", title="Third")
    digest.write("sitegen.toml", SITE + TARGET + after.replace('"]', '", "x", "y"]'))
    result = digest.run("publish")
    assert result.exit_code == 1
    assert "published, but" in result.stderr
    assert "ended with exit code 2" in result.stderr
    digest.article("d.md", title="Fourth")
    digest.write("sitegen.toml", SITE + TARGET + 'after = ["no-such-program"]\n')
    result = digest.run("publish")
    assert result.exit_code == 1
    assert "`no-such-program` cannot be run" in result.stderr


def test_the_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a project that git keeps: its commit, and whether files differ; without git, nothing."""
    for name in (
        "GIT_AUTHOR_NAME",
        "GIT_AUTHOR_EMAIL",
        "GIT_COMMITTER_NAME",
        "GIT_COMMITTER_EMAIL",
    ):
        monkeypatch.setenv(name, "a@example.org")
    assert revision(tmp_path) == ""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(tmp_path), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    assert revision(tmp_path) == ""
    (tmp_path / "a").write_text("a", "utf-8")
    git("add", "a")
    git("commit", "-qm", "first")
    git("tag", "-am", "v1", "v1")
    commit = git("rev-parse", "HEAD")
    assert revision(tmp_path) == commit[:12]
    (tmp_path / "a").write_text("b", "utf-8")
    assert revision(tmp_path) == f"{commit[:12]}+"
    git("commit", "-qam", "second")
    (tmp_path / "b").write_text("git does not know it yet", "utf-8")
    assert revision(tmp_path) == f"{git('rev-parse', 'HEAD')[:12]}+"
    (tmp_path / "b").unlink()
    (tmp_path / "project").mkdir()
    assert revision(tmp_path / "project") == git("rev-parse", "HEAD")[:12]
    (tmp_path / "a").write_text("of another project in this repository", "utf-8")
    assert "+" not in revision(tmp_path / "project")
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    assert revision(tmp_path) == ""


def test_the_list_tells_the_commit(digest: Folder) -> None:
    """From which content each release was made: `+`, where an article was not committed yet."""
    digest.write(".gitignore", ".sitegen/\noutput/\n")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", str(digest.root), *words], check=True)
    commit = revision(digest.root)
    assert len(commit) == 12
    digest.run("publish")
    digest.article("c.md", title="Third")
    digest.run("publish")
    told = digest.run("publish", "--list").stdout.splitlines()
    assert f" {commit}+ " in told[1]
    assert f" {commit} " in told[2]


def test_it_tells_what_it_waits_for(digest: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits is told why and how long, but for `--quiet`."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with watched(fail=3, times=2):
        result = digest.run("publish")
    assert result.exit_code == 0, result.output
    assert "warning: not now; trying again in 0.5 s" in result.stderr
    assert "warning: not now; trying again in 1 s" in result.stderr
    assert waited == [0.5, 1.0]
    with watched(fail=9, times=100):
        result = digest.run("publish", "-q")
    assert "the target fails again and again: not now" in result.stderr
    assert "trying again" not in result.stderr


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, speed and time; it turns until the end. In a pipe there is nothing."""
    for terminal, quiet in ((True, False), (True, True), (False, False)):
        said = _Terminal() if terminal else io.StringIO()
        monkeypatch.setattr(sys, "stderr", said)
        monkeypatch.setenv("TERM", "xterm")
        with transfer(quiet, 2_000_000) as shown:
            shown(500_000)
            shown(2_000_000)
        if terminal and not quiet:
            assert "2.0/2.0 MB" in said.getvalue()
            assert "/s" in said.getvalue()
            assert "0:00:0" in said.getvalue()
            assert "finishing" in said.getvalue()
        else:
            assert said.getvalue() == ""


def test_the_url_of_the_example(digest: Folder) -> None:
    """Who has not yet said where the site is published is told so."""
    said = "is `[site] url` where it is published?"
    assert said in digest.run("publish").stderr
    text = (digest.root / "sitegen.toml").read_text("utf-8")
    digest.write("sitegen.toml", text.replace("example.org", "harrowbay.example"))
    result = digest.run("publish")
    assert said not in result.stderr
    assert "another site is published there: https://example.org" in result.stderr


def test_whoever_reads_has_gone(digest: Folder) -> None:
    """`sitegen publish --list | head -1` ends without a word."""
    command = [sys.executable, "-m", "sitegen", "publish", "--root", str(digest.root), "--dry-run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        assert b"error" not in process.stderr.read()


def faults(text: str) -> list[str]:
    """What is wrong with some targets."""
    try:
        config.read(SITE + text)
    except SitegenError as error:
        return [str(problem).removeprefix("sitegen.toml:") for problem in error.problems]
    return []


def test_faults_in_targets() -> None:
    """All at once, with lines and suggestions."""
    assert not faults(TARGET)
    told = faults(
        '[publish.live]\ntype = "directroy"\npath = "x"\n'
        '[publish.two]\npath = "x"\n'
        '[publish.three]\ntype = "directory"\npaht = "x"\nkeep = 0\nafter = "make"\n'
        '[publish.four]\ntype = "git"\nrepository = "origin"\n'
        "[publish.five]\ntype = 3\n"
    )
    assert told == [
        "5: error: `directroy` is not a type\n    did you mean `directory`?",
        "7: error: `publish.two.type` is missing\n    known here: bucket, directory, git, rsync",
        "11: error: `publish.three.paht` is not a setting\n    did you mean `path`?",
        "12: error: `publish.three.keep`: must be 1 to 1000",
        "13: error: `publish.three.after`: must be a list, not a text",
        '14: error: `publish.four.branch` is missing\n    add `branch = "…"`',
        "18: error: `3` is not a type\n    known here: bucket, directory, git, rsync",
    ]
    (told_bare,) = faults('[publish]\ntype = "directory"\n')
    assert "`publish.type` stands outside a target" in told_bare
    (told_empty,) = faults('[publish.live]\ntype = "directory"\npath = "x"\nafter = []\n')
    assert "must begin with the name of a program" in told_empty
    (told_name,) = faults('[publish."a b"]\ntype = "directory"\npath = "x"\n')
    assert "is not a name for a target" in told_name
    (told_misspelled,) = faults("[pubilsh.live]\n")
    assert "did you mean `publish`?" in told_misspelled


def test_the_documentation(digest: Folder) -> None:
    """Each command of `docs/publishing.md` works, in that order, with the settings shown there."""
    digest.write("sitegen.toml", files("publishing.md")["sitegen.toml"])
    (commands,) = re.findall(r"^```sh\n(.*?)^```", page("publishing.md"), re.DOTALL | re.MULTILINE)
    for number, line in enumerate(commands.splitlines()):
        program, *arguments = line.split()
        assert program == "sitegen"
        result = digest.run(*arguments)
        assert result.exit_code == 0, f"{line}: {result.output}"
        digest.article(f"more-{number}.md", title=f"More {number}")
    assert (digest.root / "../www/current").is_symlink()

"""Workers that die, and articles that are too much: named; the old site stays."""

import errno
import os
import signal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sitegen import commonmark, content
from sitegen.build import build, executor, outputs, parsed, remake
from sitegen.build.parsed import parse_chunk
from sitegen.build.records import ParseChunk
from sitegen.build.rendering import (
    CompileJob,
    RenderChunk,
    RenderedChunk,
    compile_templates,
    decode_rendered,
)
from sitegen.problems import Problem, SitegenError
from tests.build.project import Project, article, difference, opened, tree
from tests.build.test_deterministic import many

# These stand in for the work of a worker; they are named, so that they can be sent to one.


def dies_while_parsing(chunk: ParseChunk) -> bytes:
    """Kill the worker that holds a certain article."""
    if "50.md" in chunk.paths:
        os.kill(os.getpid(), signal.SIGKILL)
    return parse_chunk(chunk)


def dies_while_rendering(chunk: RenderChunk) -> bytes:
    """Kill the worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def finds_no_space(chunk: RenderChunk) -> bytes:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), f"{chunk.stage}/index.html")


def dies_while_compiling(job: CompileJob) -> dict[str, bytes]:
    """Kill the worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def edit_all(project: Project) -> None:
    """Have every article differ."""
    for number in range(90):
        project.edit(f"content/{number}.md", "More", "Less")


@pytest.mark.parametrize("stage", ["parse", "render"])
def test_a_worker_that_dies(tmp_path: Path, stage: str) -> None:
    """The build fails whole, names what the worker held, and leaves the old site; the next
    build of the same state succeeds.
    """
    # promise 29
    project = many(tmp_path)
    with mock.patch.object(executor, "WORTH_WORKERS", 1), opened(project.root, 2) as state:
        build(state, project.choice())
        before = tree(project.output)
        edit_all(project)
        dead: Any = mock.patch.object(parsed, "parse_chunk", dies_while_parsing)
        if stage == "render":
            dead = mock.patch.object(outputs, "render_chunk", dies_while_rendering)
        with dead, pytest.raises(SitegenError) as caught:
            build(state, project.choice())
        (problem,) = caught.value.problems
        assert problem.message.startswith("a worker process died while it held ")
        assert "content/" in problem.message
        assert "--jobs 1" in problem.hint
        assert tree(project.output) == before
        assert not (project.root / ".sitegen/stage").exists()
        build(state, project.choice())
    assert not difference(project.outputs(), project.clean(tmp_path / "oracle"))


def test_what_a_dead_worker_held_is_named(tmp_path: Path) -> None:
    """The chunk that was being worked on is among those named."""
    project = many(tmp_path)
    with (
        mock.patch.object(executor, "WORTH_WORKERS", 1),
        mock.patch.object(parsed, "parse_chunk", dies_while_parsing),
        opened(project.root, 2) as state,
        pytest.raises(SitegenError) as caught,
    ):
        build(state, project.choice())
    held = caught.value.problems[0].message.partition(" held ")[2]
    ranges = [part.removeprefix("content/").split(" … ") for part in held.split("; ")]
    assert any(first <= "50.md" <= last for first, last in ranges)


def test_a_worker_that_finds_no_space(tmp_path: Path) -> None:
    """The build says so, and leaves the old site and no stage."""
    # promise 8
    project = many(tmp_path)
    with mock.patch.object(executor, "WORTH_WORKERS", 1), opened(project.root, 2) as state:
        build(state, project.choice())
        before = tree(project.output)
        edit_all(project)
        with (
            mock.patch.object(outputs, "render_chunk", finds_no_space),
            pytest.raises(SitegenError, match="space"),
        ):
            build(state, project.choice())
        assert tree(project.output) == before
        assert not (project.root / ".sitegen/stage").exists()
        build(state, project.choice())
    assert not difference(project.outputs(), project.clean(tmp_path / "oracle"))


@pytest.mark.parametrize("dies", [False, True])
def test_templates_are_compiled_while_pages_are_planned(tmp_path: Path, dies: bool) -> None:
    """Pages then find them compiled; where the worker died that was to do it, they do it."""
    project = many(tmp_path)
    compiled: list[str] = []

    def looked_at(data: bytes) -> RenderedChunk:
        chunk = decode_rendered(data)
        # All but what feedgen wrote, and those that are compiled again, with care, for a page that
        # asked for it.
        kept = (name for name in chunk.codes if not name.startswith("feed "))
        compiled.extend(name for name in kept if not name.endswith("1"))
        return chunk

    work = dies_while_compiling if dies else compile_templates
    with (
        mock.patch.object(executor, "WORTH_WORKERS", 1),
        mock.patch.object(outputs, "decode_rendered", looked_at),
        mock.patch.object(remake, "compile_templates", work),
        opened(project.root, 2) as state,
    ):
        build(state, project.choice())
    assert bool(compiled) == dies
    assert not difference(project.outputs(), project.clean(tmp_path / "oracle"))


def test_an_error_in_a_worker_is_told_with_its_place(tmp_path: Path) -> None:
    """A problem found by a worker comes out as it would without workers."""
    said = []
    for jobs in (1, 2):
        project = many(tmp_path / str(jobs))
        project.write("themes/tiny/templates/article.html", "\n{{ nothing }}")
        project.write("content/x.md", "---\ntitle: X\ndate: 2024-03-01\n---\nx\n")
        with (
            mock.patch.object(executor, "WORTH_WORKERS", 1),
            opened(project.root, jobs) as state,
            pytest.raises(SitegenError) as caught,
        ):
            build(state, project.choice())
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert "themes/tiny/templates/article.html:2: error: `nothing` is not defined" in said[0]


# promise 29


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x" * content.MAX_BYTES, "more than 262,144"),
        (">" * (commonmark.MAX_NESTING + 5) + " deep", "deeper than 64 levels"),
        ("- " * (commonmark.MAX_NESTING + 5) + "deep", "deeper than 64 levels"),
        ("> " * 20000 + "deep", "deeper than 64 levels"),
    ],
)
def test_an_article_that_is_too_much(project: Project, body: str, message: str) -> None:
    """An article over a cap is named with its path, beside all others; nothing is written."""
    project.build()
    before = tree(project.output)
    project.write("content/a.md", article("First", body=body))
    project.write("content/sub/z.md", "---\ntitle: [\n---\n")
    with pytest.raises(SitegenError) as caught:
        project.build()
    problems = caught.value.problems
    assert [problem.path for problem in problems] == ["content/a.md", "content/sub/z.md"]
    assert message in problems[0].message
    assert tree(project.output) == before


@pytest.mark.parametrize(
    "body",
    [
        "[" * 50_000,
        "![" * 25_000,
        "*a " * 40_000,
        "*a_ " * 30_000,
        "`" * 50_000 + "a",
        "<" * 50_000,
        "&" * 50_000,
        "| a " * 10_000 + "\n" + "|-" * 10_000,
        "[a](" * 20_000,
        "[^1]: " * 5_000,
        "~~" * 40_000,
        '"' * 50_000,
        "http://a.b/" * 10_000,
        "\\" * 100_000,
    ],
    ids=lambda body: body[:6],
)
def test_hostile_bodies_are_no_crash(project: Project, body: str) -> None:
    """A body made to break parsers is built or named, never a traceback."""
    project.write("content/a.md", article("First", body=body))
    told: tuple[Problem, ...] = ()
    try:
        project.build()
    except SitegenError as error:
        told = error.problems
    assert {problem.path for problem in told} <= {"content/a.md"}


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": '"\\ud800"'},
        {"summary": '"\\u0000 \\u0008 \\ufffe"'},
        {"extra": "{ n: 123456789012345678901234567890 }"},
        {"extra": "{ n: " + "9" * 5000 + " }"},
        {"extra": "{ n: 1e999, m: .nan, k: -.inf }"},
        {"tags": "['\\']"},
        {"authors": '["\\udfff", "<b>"]'},
        {"updated": "9998-12-31"},
        {"image": "{ src: 'https://e.org/\\ud83d' }"},
    ],
    ids=str,
)
def test_hostile_fields_are_no_crash(project: Project, fields: dict[str, str]) -> None:
    """A field made to break encoders is built or named, never a traceback."""
    fields = {"title": "T", "date": "2024-03-01", **fields}
    head = "".join(f"{key}: {value}\n" for key, value in fields.items())
    project.write("content/a.md", f"---\n{head}---\nBody.\n")
    told: tuple[Problem, ...] = ()
    try:
        project.build()
        project.build()
    except SitegenError as error:
        told = error.problems
    assert {problem.path for problem in told} <= {"content/a.md"}

"""Times are only a fast path: what could be racy is hashed."""

import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build import parsing, stamps
from sitegen.build.stamps import Stamp, digest_of_file, stamp
from sitegen.digests import NOTHING
from tests.build.project import Project, difference, opened, same_time

SECOND = 1_000_000_000

# promise 25


@given(
    modified=st.integers(0, 10**19),
    changed=st.integers(0, 10**19),
    later=st.integers(-(10**12), 10**12),
)
def test_a_stamp_is_trusted_only_when_its_times_are_past(
    modified: int, changed: int, later: int
) -> None:
    """A change after the stamp was taken shows, or the stamp calls itself racy.

    The clock of the file system may show such a change as long before as its coarsest tick.
    """
    newest = max(modified, changed)
    tick = 2 * SECOND if newest % SECOND == 0 else 10_000_000
    one = Stamp(1, modified, changed, 1, taken=newest + later)
    # The earliest time that a change right after `taken` can show.
    shown = (one.taken // tick) * tick
    if shown <= newest:
        assert one.racy


def test_only_bytes_tell_racy_files_apart(project: Project) -> None:
    """On a file system whose clock stands still, edits of one size are still seen."""

    def frozen(status: os.stat_result, taken: int) -> Stamp:
        return Stamp(status.st_size, 10**18, 10**18, status.st_ino, 10**18 + 1)

    places = [
        mock.patch(f"sitegen.build.{name}.stamp", frozen)
        for name in ("inputs", "parsing", "outputs", "writer")
    ]
    with places[0], places[1], places[2], places[3]:
        project.build()
        for path, old, new in (
            ("content/a.md", "More of it", "Less of it"),
            ("static/CNAME", "example", "elpmaxe"),
            ("output/index.html", "All of it", "Nothing!!"),
            ("output/CNAME", "elpmaxe", "example"),
        ):
            file = project.root / path
            same_time(file, file.read_bytes().replace(old.encode(), new.encode()))
            project.build()
            assert not difference(project.outputs(), project.clean(project.root.with_name("o")))
        with mock.patch.object(Stamp, "racy", False):
            file = project.root / "content/a.md"
            same_time(file, file.read_bytes().replace(b"Less of it", b"More of it"))
            project.build()
            wanted = project.clean(project.root.with_name("o"))
            assert difference(project.outputs(), wanted), "the test would not see a racy bug"


@pytest.mark.parametrize("path", ["content/a.md", "static/CNAME", "themes/tiny/assets/dot.svg"])
def test_same_size_and_same_time(project: Project, path: str) -> None:
    """An edit that keeps a file's size, time and inode is seen."""
    project.build()
    project.build()
    file = project.root / path
    same_time(file, file.read_bytes().replace(b"More", b"Less").replace(b"e", b"a"[:1]))
    if path.startswith("content"):
        file.write_bytes(file.read_bytes().replace(b"titla", b"title").replace(b"data", b"date"))
    with mock.patch.object(Stamp, "same_file", Stamp.same_file):
        project.build()
    assert not difference(project.outputs(), project.clean(project.root.with_name("o")))


def test_a_file_put_in_place_of_another(project: Project) -> None:
    """A file with the size and the times of the one before it is another file."""
    project.build()
    file = project.root / "content/a.md"
    before = file.stat()
    other = project.root / "content/other"
    other.write_bytes(file.read_bytes().replace(b"More of it", b"Less of it"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    project.build()
    assert "Less of it" in project.read("output/2024/03/01/first/index.html")


def test_settled_files_are_not_read(project: Project) -> None:
    """Once no stamp is racy, a build reads no article, no static file and no output."""
    real = stamps.stamp

    def older(status: os.stat_result, taken: int) -> Stamp:
        return real(status, taken + 10 * SECOND)

    def none(*_: Any) -> Any:
        raise AssertionError("a file was read")

    with (
        mock.patch("sitegen.build.inputs.stamp", older),
        mock.patch("sitegen.build.parsing.stamp", older),
        mock.patch("sitegen.build.outputs.stamp", older),
        mock.patch("sitegen.build.verify.stamp", older),
        mock.patch("sitegen.build.writer.stamp", older),
        mock.patch("sitegen.build.stage.stamp", older),
        opened(project.root) as state,
    ):
        project.build(state)
        with (
            mock.patch.object(parsing, "parse_chunk", none),
            mock.patch("sitegen.build.files.digest_of_file", none),
            mock.patch("sitegen.build.verify.digest_of_file", none),
            mock.patch("sitegen.build.outputs.digest_of_file", none),
        ):
            assert project.build(state).rendered == 0


def test_a_stamp_is_what_the_system_says(tmp_path: Path) -> None:
    """A stamp holds size, times and inode, and tells files apart by each."""
    file = tmp_path / "file"
    file.write_bytes(b"123")
    status = file.stat()
    one = stamp(status, 5)
    assert one == Stamp(3, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, 5)
    assert one.same_file(stamp(status, 6))
    os.utime(file, ns=(1, 1))
    assert not one.same_file(stamp(file.stat(), 5))


def test_the_digest_of_what_is_not_a_file(tmp_path: Path) -> None:
    """What is missing, a folder, or below a file, has the digest of nothing."""
    (tmp_path / "file").write_bytes(b"")
    for path in ("missing", "", "file/below"):
        assert digest_of_file(tmp_path / path) == NOTHING
    assert digest_of_file(tmp_path / "file") != NOTHING

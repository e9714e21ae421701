"""Packed files beside a site's own."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.publish import siblings
from sitegen.publish.content import Content
from sitegen.publish.directory import DirectoryTarget
from sitegen.publish.manifest import Entry
from sitegen.publish.packing import gunzipped, gzipped, packers
from sitegen.publish.run import Wish, do, look
from sitegen.publish.siblings import FILE, precompressed
from sitegen.targets import Directory
from tests.conftest import SITE, Folder
from tests.publish.contract import AT
from tests.publish.sites import content

PAGE = b"<p>a sentence that comes again and again</p>" * 60
FILES = {
    "2026/03/05/a/index.html": PAGE,
    "index.html": b"<p>short</p>",
    "assets/a.png": b"\x89PNG" + PAGE,
    "own.css": PAGE + b"1",
    "own.css.gz": b"the project's own",
}


@given(st.binary(max_size=3000))
def test_gzip_there_and_back(data: bytes) -> None:
    """Python's own reads it, no time is in it, and the same bytes come out each time."""
    packed = gzipped(data)
    assert gzip.decompress(packed) == gunzipped(packed) == data
    assert packed == gzipped(data)
    assert packed[4:10] == b"\0\0\0\0\x02\xff"


def _packed(content: Content) -> set[str]:
    return {path for path in content.files if path.endswith((".gz", ".br"))}


def test_which_files(tmp_path: Path) -> None:
    """Text that is worth it, and nothing that the project has by itself; each can be unpacked."""
    endings = set(packers())
    done = precompressed(content(tmp_path / "built", FILES), tmp_path)
    expected = {f"2026/03/05/a/index.html{ending}" for ending in endings} | {"own.css.gz"}
    assert _packed(done) == expected | {f"own.css{ending}" for ending in endings}
    path = "2026/03/05/a/index.html.gz"
    assert gunzipped(done.read(path, Entry(*done.files[path]))) == PAGE
    own = done.read("own.css.gz", Entry(*done.files["own.css.gz"]))
    assert own == b"the project's own"


def test_nothing_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once packed, a file is neither read nor packed again, and what has gone is forgotten; the
    files may lose their bytes for all that the second time knows.
    """
    built = content(tmp_path / "built", FILES)
    first = precompressed(built, tmp_path)
    changed = {**FILES, "index.html": PAGE + b"2"}
    del changed["own.css"]
    again = content(tmp_path / "again", changed)
    read: list[str] = []

    class Watched(Content, frozen=True):
        def read(self, path: str, entry: Entry) -> bytes:
            read.append(path)
            return super().read(path, entry)

    watched = Watched(again.folder, again.files, again.site, again.articles)
    second = precompressed(watched, tmp_path)
    assert set(read) == {"index.html"}
    path = "2026/03/05/a/index.html.gz"
    assert second.files[path] == first.files[path]
    with closing(sqlite3.connect(tmp_path / FILE)) as kept:
        keys = {row[0] for row in kept.execute("SELECT plain FROM packed")}
        assert keys == {row[0] for row in kept.execute("SELECT plain FROM bytes")}
    assert keys == {again.files[name][0] for name in ("2026/03/05/a/index.html", "index.html")}


@pytest.mark.parametrize("damage", ["gone", "no database", "other bytes"])
def test_a_lost_cache(tmp_path: Path, damage: str) -> None:
    """Whatever happens to the cache, the same bytes are published."""
    built = content(tmp_path / "built", FILES)
    first = precompressed(built, tmp_path)
    path = "2026/03/05/a/index.html.gz"
    if damage == "gone":
        (tmp_path / FILE).unlink()
    elif damage == "no database":
        (tmp_path / FILE).write_bytes(b"nonsense" * 1000)
    else:
        with closing(sqlite3.connect(tmp_path / FILE)) as kept, kept:
            kept.execute("UPDATE bytes SET data = x'00'")
    assert gunzipped(first.read(path, Entry(*first.files[path]))) == PAGE
    assert precompressed(built, tmp_path).files == first.files


def test_on_all_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches, each kept when it is done: the whole is not held in memory."""
    monkeypatch.setattr(siblings, "_BATCH", 4)
    files = {f"{number}.html": PAGE + str(number).encode() for number in range(30)}
    done = precompressed(content(tmp_path / "built", files), tmp_path)
    for path in _packed(done):
        data = done.read(path, Entry(*done.files[path]))
        if path.endswith(".gz"):
            assert gunzipped(data) == files[path.removesuffix(".gz")]


def test_published(tmp_path: Path) -> None:
    """They go to a folder as all files do, and with the files that they belong to."""
    (tmp_path / "project").mkdir()
    settings = Directory(path=str(tmp_path / "www"), precompress=True)
    for number, files in enumerate((FILES, {**FILES, "own.css": b"now too short"})):
        made = precompressed(content(tmp_path / f"built-{number}", files, 1), tmp_path)
        target = DirectoryTarget(settings, tmp_path / "project")
        do(target, look(target, Wish(made, AT)), lambda *_: None, lambda *_: None)
        now = tmp_path / "www/current"
        assert gunzipped((now / "2026/03/05/a/index.html.gz").read_bytes()) == PAGE
        assert (now / "own.css.gz").read_bytes() == b"the project's own"
        assert (now / "own.css.br").exists() == (number == 0 and ".br" in packers())


def test_the_command(tmp_path: Path) -> None:
    """`precompress = true` is all that it takes."""
    folder = Folder(tmp_path / "project")
    target = '[publish.live]\ntype = "directory"\npath = "../www"\nprecompress = true\n'
    folder.write("sitegen.toml", SITE + target)
    folder.article("a.md", title="First")
    result = folder.run("publish")
    assert result.exit_code == 0, result.output
    now = tmp_path / "www/current"
    assert gunzipped((now / "index.html.gz").read_bytes()) == (now / "index.html").read_bytes()
    again = folder.run("publish")
    assert "nothing to do" in again.output

"""Packed files beside the files of a site, for web servers that look for them: `index.html.gz`.

A file is packed once: what it became is kept in `.sitegen/`, by the digest of its bytes, so that
nothing is read again of what has not changed. The folder may be lost: then all is packed anew.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final

from sitegen.build.report import Progress, silent
from sitegen.digests import digest
from sitegen.publish.content import Content
from sitegen.publish.headers import WORTH, is_text
from sitegen.publish.manifest import Entry
from sitegen.publish.packing import packers

FILE: Final = "packed.sqlite"
_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS packed
        (plain BLOB, ending TEXT, digest BLOB, size INTEGER, PRIMARY KEY (plain, ending));
    CREATE TABLE IF NOT EXISTS bytes
        (plain BLOB, ending TEXT, data BLOB, PRIMARY KEY (plain, ending));
"""
_BATCH: Final = 256
"""Files that are packed and kept at once."""
_Key = tuple[bytes, str]
"""The digest of a file, and the letters that the name of the packed one ends with."""


class Precompressed(Content, frozen=True, kw_only=True):
    """A built site with packed files beside its own."""

    packed: Mapping[str, tuple[str, str]]
    """By the path of a packed file: that of the file itself, and the ending."""
    cache: Path

    def read(self, path: str, entry: Entry) -> bytes:
        """The bytes of a file, or of a packed one."""
        if path not in self.packed:
            return Content.read(self, path, entry)
        plain, ending = self.packed[path]
        key = self.files[plain][0]
        with closing(_opened(self.cache)) as kept:
            found = kept.execute(
                "SELECT data FROM bytes WHERE plain = ? AND ending = ?", (key, ending)
            ).fetchone()
        if found is None or digest(found[0]) != entry.digest:
            return packers()[ending](Content.read(self, plain, Entry(*self.files[plain])))
        return bytes(found[0])


def precompressed(content: Content, folder: Path, told: Progress = silent) -> Content:
    """The site with packed files. `folder`: `.sitegen/`. Raises `SitegenError`, `OSError`."""
    cache = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    with closing(_opened(cache)) as kept:
        known: dict[_Key, tuple[bytes, int]] = {
            (plain, ending): (key, size)
            for plain, ending, key, size in kept.execute("SELECT * FROM packed")
        }
        tools = packers()
        wanted = {
            (key, ending): path
            for path, (key, size) in content.files.items()
            if size >= WORTH and is_text(path, content.urls)
            for ending in tools
        }
        _forget(kept, known.keys() - wanted.keys())
        todo = [(path, one) for one, path in wanted.items() if one not in known]
        for number, one in enumerate(_pack(kept, content, tools, todo), 1):
            known.update([one])
            told("pack", number, len(todo))
    files, packed = dict(content.files), {}
    for path, (key, size) in content.files.items():
        for ending in tools:
            became = known.get((key, ending), (b"", 0))
            beside = f"{path}{ending}"
            # The project's own file of that name is left, and what did not become smaller.
            if is_text(path, content.urls) and 0 < became[1] < size and beside not in content.files:
                files[beside] = became
                packed[beside] = path, ending
    return Precompressed(
        folder=content.folder,
        files=files,
        site=content.site,
        articles=content.articles,
        revision=content.revision,
        urls=content.urls,
        packed=packed,
        cache=cache,
    )


def _pack(
    kept: sqlite3.Connection,
    content: Content,
    tools: Mapping[str, Callable[[bytes], bytes]],
    todo: list[tuple[str, _Key]],
) -> Iterator[tuple[_Key, tuple[bytes, int]]]:
    """Pack files on all cores: zlib and brotli let Python's other threads run meanwhile."""

    def pack(one: tuple[str, _Key]) -> tuple[_Key, bytes]:
        path, (key, ending) = one
        return one[1], tools[ending](content.read(path, Entry(key, content.files[path][1])))

    with ThreadPoolExecutor(os.cpu_count(), "pack") as pool:
        for begin in range(0, len(todo), _BATCH):
            done = list(pool.map(pack, todo[begin : begin + _BATCH]))
            told = [(*key, digest(data), len(data)) for key, data in done]
            with kept:
                kept.executemany("INSERT OR REPLACE INTO packed VALUES (?, ?, ?, ?)", told)
                kept.executemany(
                    "INSERT OR REPLACE INTO bytes VALUES (?, ?, ?)",
                    [(*key, data) for key, data in done],
                )
            yield from (((plain, ending), (key, size)) for plain, ending, key, size in told)


def _forget(kept: sqlite3.Connection, keys: set[_Key]) -> None:
    """Drop what no file of the site becomes any more."""
    with kept:
        for table in ("packed", "bytes"):
            kept.executemany(f"DELETE FROM {table} WHERE plain = ? AND ending = ?", keys)


def _opened(path: Path) -> sqlite3.Connection:
    """The file; a new one where it is none."""
    try:
        return _connected(path)
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    kept = sqlite3.connect(path)
    try:
        # All of it can be made again: nothing waits for the disk.
        kept.execute("PRAGMA synchronous = OFF")
        kept.executescript(_SCHEMA)
    except BaseException:
        kept.close()
        raise
    return kept

"""Pages that show bodies, kept in the cache one by one: an edit reads those that it concerns."""

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final

import msgspec

from sitegen.build.seals import CacheError, sealed, unsealed

_PARTS: Final = 256
"""Rows of the index. All of them are read for an edit, and few are written."""
_NUL: Final = "\0"
"""Parts the files of articles: no name holds one."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, str]).decode


class PageRows:
    """Encoded pages by their files, and an index of the bodies that they show."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def put(self, pages: Iterable[tuple[str, bytes]]) -> None:
        """Keep pages by their files; what they show is to be noted, too."""
        rows = ((path, sealed(data)) for path, data in pages)
        self._database.executemany("INSERT OR REPLACE INTO page VALUES (?, ?)", rows)

    def remove(self, paths: Iterable[str]) -> None:
        """Forget pages, those that are kept."""
        forget = "DELETE FROM page WHERE path = ?"
        gone = [path for path in paths if self._database.execute(forget, (path,)).rowcount]
        self.note(dict.fromkeys(gone, ()))

    def note(self, shown: Mapping[str, Sequence[str]]) -> None:
        """Note the articles whose bodies pages show; of what shows none nothing is known."""
        parts: dict[int, list[str]] = defaultdict(list)
        for path in shown:
            parts[zlib.crc32(path.encode()) % _PARTS].append(path)
        for part, paths in parts.items():
            found = self._database.execute("SELECT bodies FROM shows WHERE part = ?", (part,))
            before = next((_decode(unsealed(data)) for (data,) in found), {})
            after = before | {path: _NUL.join(shown[path]) for path in paths}
            kept = {path: bodies for path, bodies in after.items() if bodies}
            if kept != before:
                row = part, sealed(_encode(kept))
                self._database.execute("INSERT OR REPLACE INTO shows VALUES (?, ?)", row)

    def showing(self, articles: Set[str]) -> list[str]:
        """The pages that show the body of one of these articles. Raises `CacheError`."""
        return [
            path
            for (data,) in self._database.execute("SELECT bodies FROM shows")
            for path, bodies in _decode(unsealed(data)).items()
            if not articles.isdisjoint(bodies.split(_NUL))
        ]

    def get(self, path: str) -> bytes:
        """A page that is kept. Raises `CacheError`."""
        for (data,) in self._database.execute("SELECT data FROM page WHERE path = ?", (path,)):
            return unsealed(data)
        raise CacheError("the cache has lost a page")

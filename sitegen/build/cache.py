"""The cache under `.sitegen/`: parsed articles, their bodies, compiled templates and the manifest.

It is SQLite, and may be deleted at any time. One that is corrupt, foreign or of another version is
dropped, with a word said, and the build is a clean one.
"""

import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from sitegen.build.bodies import CacheFile, kept_open
from sitegen.build.pagerows import PageRows
from sitegen.build.records import Known, Parsed, Written, unsealed_parsed
from sitegen.build.seals import SEAL, CacheError, sealed, unsealed
from sitegen.build.stamps import Stamp
from sitegen.problems import Problem, Severity

FOLDER: Final = ".sitegen"
_FILE: Final = "cache.db"
_PARTS: Final = 256
"""Rows of the manifest. Each holds many outputs: one by one they take four times as long to load,
and all in one would be written anew for every edit."""
_SCHEMA: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE aside (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE article (path TEXT PRIMARY KEY, stamp BLOB, digest BLOB, parsed BLOB) WITHOUT ROWID;
CREATE TABLE body (digest BLOB PRIMARY KEY, data BLOB);
CREATE TABLE output (part INTEGER PRIMARY KEY, written BLOB);
CREATE TABLE code (name TEXT PRIMARY KEY, data BLOB);
CREATE TABLE reads (number INTEGER PRIMARY KEY, names BLOB);
CREATE TABLE page (path TEXT PRIMARY KEY, data BLOB);
CREATE TABLE shows (part INTEGER PRIMARY KEY, bodies BLOB);
"""
_encode = msgspec.msgpack.Encoder().encode
_decode_stamp = msgspec.msgpack.Decoder(Stamp).decode
_decode_part = msgspec.msgpack.Decoder(dict[str, Written]).decode
_decode_changed = msgspec.msgpack.Decoder(dict[str, bytes]).decode


class Cache:
    """One project's cache, open, with all but what the articles hold in memory."""

    def __init__(self, root: Path, version: str) -> None:
        """Open or begin the cache. `version` names everything that shapes what is in it."""
        self.path = root / FOLDER / _FILE
        self._version = version
        self.warning: Problem | None = None
        """Said where an earlier cache had to be dropped."""
        self.articles: dict[str, Known] = {}
        self.outputs: dict[str, Written] = {}
        self._parts: dict[int, dict[str, Written]] = {}
        self.reads: dict[int, tuple[str, ...]] = {}
        self.meta: dict[str, bytes] = {}
        self._database = sqlite3.connect(":memory:")
        try:
            self._connect()
            self._load()
        except (sqlite3.Error, msgspec.MsgspecError, CacheError, ValueError, TypeError) as error:
            # Whatever a file may hold that is not as we left it.
            self.drop(str(error))
        self._mark()

    def _mark(self) -> None:
        status = self.path.stat()
        self._file = status.st_dev, status.st_ino
        self._data = self._version_of_data()

    @property
    def file(self) -> CacheFile:
        """Where others read it."""
        return CacheFile(str(self.path), self._file[1])

    def _connect(self) -> None:
        # Another thread may go on with a cache; builds themselves are kept apart by a lock.
        self._database.close()
        self._database = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        # A killed process leaves the journal, and SQLite takes the half-done back. Against a power
        # cut there is no need to sync: a cache that is torn is dropped.
        # Bodies are of some kilobytes: in pages of four, each would take two or three.
        self._database.execute("PRAGMA page_size = 16384")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = TRUNCATE")
        self.pages = PageRows(self._database)

    @property
    def current(self) -> bool:
        """Whether the file is still there and nobody else has written to it."""
        try:
            status = self.path.stat()
            same = (status.st_dev, status.st_ino) == self._file
            return same and self._version_of_data() == self._data
        except (OSError, sqlite3.Error):
            return False

    def _version_of_data(self) -> int:
        # Changes when another connection commits.
        (number,) = self._database.execute("PRAGMA data_version").fetchone()
        return int(number)

    def _load(self) -> None:
        rows = self._database.execute
        self.meta = {
            name: unsealed(value) if name != "version" else value
            for name, value in rows("SELECT name, value FROM meta")
        }
        if self.meta.get("version") != self._version.encode():
            raise CacheError("it is of another version")
        self.articles = {
            path: Known(_decode_stamp(stamp), digest)
            for path, stamp, digest in rows("SELECT path, stamp, digest FROM article")
        }
        self.outputs, self._parts = {}, {}
        for part, written in rows("SELECT * FROM output"):
            self._parts[part] = _decode_part(unsealed(written))
            self.outputs.update(self._parts[part])
        self.reads = {
            number: tuple(unsealed(names).decode().split("\n")) if len(names) > SEAL else ()
            for number, names in rows("SELECT * FROM reads")
        }
        if not self.reads.keys() >= {written.reads for written in self.outputs.values()}:
            raise CacheError("it is damaged")

    def drop(self, reason: str) -> None:
        """Begin again with an empty cache; the reason, if there is one, is told as a warning."""
        if reason and self.path.exists() and self.path.stat().st_size:
            message = f"the cache was dropped and is made anew: {reason}"
            self.warning = Problem(message, f"{FOLDER}/{_FILE}", severity=Severity.WARNING)
        self._database.close()
        kept_open.cache_clear()
        # The journal goes first: it must never be taken for that of the new file.
        for path in (self.path.with_name(f"{_FILE}-journal"), self.path):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
        self._connect()
        self._database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        self.articles, self.outputs, self.reads, self.meta = {}, {}, {}, {}
        self._parts = {}
        with self.transaction():
            self._database.execute(
                "INSERT INTO meta VALUES ('version', ?)", (self._version.encode(),)
            )
        self._mark()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is put inside is kept, or nothing is."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self._load()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def put_meta(self, name: str, value: bytes) -> None:
        """Note a fact about the last build."""
        self.meta[name] = value
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, sealed(value)))

    def put_aside(self, name: str, value: bytes) -> None:
        """Note what is large, and seldom asked for."""
        self._database.execute("INSERT OR REPLACE INTO aside VALUES (?, ?)", (name, sealed(value)))

    def aside(self, name: str) -> bytes:
        """What was put aside; empty where nothing was. Raises `CacheError`."""
        found = self._database.execute("SELECT value FROM aside WHERE name = ?", (name,)).fetchone()
        return unsealed(found[0]) if found else b""

    def remove_meta(self, name: str) -> None:
        """Forget a fact."""
        self.meta.pop(name, None)
        self._database.execute("DELETE FROM meta WHERE name = ?", (name,))

    def parsed(self, paths: Iterable[str] | None = None) -> Iterator[tuple[str, Parsed]]:
        """What became of articles' files that the cache knows, all of them if None. Raises
        `CacheError`.
        """
        rows = self._database.execute
        if paths is None:
            for path, data in rows("SELECT path, parsed FROM article"):
                yield path, unsealed_parsed(data)
            return
        for path in paths:
            for (data,) in rows("SELECT parsed FROM article WHERE path = ?", (path,)):
                yield path, unsealed_parsed(data)

    def put_articles(
        self, articles: Mapping[str, tuple[Known, bytes]], bodies: Mapping[bytes, bytes]
    ) -> None:
        """Keep parsed articles, each with its encoded `Parsed`, and their bodies (encoded `Body`s
        by digest).
        """
        self._note(articles)
        self.articles.update((path, known) for path, (known, _) in articles.items())
        rows = (
            (path, _encode(known.stamp), known.digest, sealed(parsed))
            for path, (known, parsed) in articles.items()
        )
        self._database.executemany("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?)", rows)
        self._database.executemany("INSERT OR IGNORE INTO body VALUES (?, ?)", bodies.items())

    def restamp_articles(self, articles: Mapping[str, Known]) -> None:
        """Note other stamps of files whose bytes are those that were parsed."""
        self.articles.update(articles)
        rows = ((_encode(known.stamp), path) for path, known in articles.items())
        self._database.executemany("UPDATE article SET stamp = ? WHERE path = ?", rows)

    def remove_articles(self, paths: Iterable[str]) -> None:
        """Forget articles whose files are gone."""
        gone = list(paths)
        self._note(gone)
        for path in gone:
            del self.articles[path]
        self._database.executemany("DELETE FROM article WHERE path = ?", ((p,) for p in gone))

    @property
    def changed(self) -> dict[str, bytes]:
        """The articles' files that were parsed anew, or are gone, since the last build that
        succeeded; each with the digest of what a plan was made from then, empty where it was not
        there.
        """
        return _decode_changed(self.meta.get("changed", b"\x80"))

    def _note(self, paths: Iterable[str]) -> None:
        # Where no build has succeeded, the next one plans everything.
        if "last" in self.meta:
            changed = self.changed
            new = [path for path in paths if path not in changed]
            known = dict(self.parsed(path for path in new if path in self.articles))
            changed.update((path, known[path].plans if path in known else b"") for path in new)
            self.put_meta("changed", _encode(changed))

    def keep_bodies(self, digests: Set[bytes]) -> None:
        """Forget every body that is not among these."""
        known = {key for (key,) in self._database.execute("SELECT digest FROM body")}
        self.remove_bodies(known - digests)

    def remove_bodies(self, digests: Iterable[bytes]) -> None:
        """Forget bodies."""
        gone = ((key,) for key in digests)
        self._database.executemany("DELETE FROM body WHERE digest = ?", gone)

    @property
    def has_codes(self) -> bool:
        """Whether an earlier build has left compiled templates."""
        return self._database.execute("SELECT 1 FROM code LIMIT 1").fetchone() is not None

    def put_codes(self, codes: Mapping[str, bytes]) -> None:
        """Keep compiled templates: they know themselves whether they serve."""
        if codes:
            self._database.executemany("INSERT OR REPLACE INTO code VALUES (?, ?)", codes.items())

    def put_outputs(self, outputs: Mapping[str, Written]) -> None:
        """Note what was written, and why."""
        self.outputs.update(outputs)
        parts = set()
        for path, written in outputs.items():
            parts.add(part := _part(path))
            self._parts.setdefault(part, {})[path] = written
        self._store(parts)

    def remove_outputs(self, paths: Iterable[str]) -> None:
        """Forget outputs."""
        gone = list(paths)
        for path in gone:
            del self.outputs[path], self._parts[_part(path)][path]
        self._store({_part(path) for path in gone})

    def _store(self, parts: Set[int]) -> None:
        rows = ((part, sealed(_encode(self._parts[part]))) for part in parts)
        self._database.executemany("INSERT OR REPLACE INTO output VALUES (?, ?)", rows)

    def number_of_reads(self, names: Iterable[str]) -> int:
        """The number by which outputs refer to a set of reads."""
        wanted = tuple(sorted(names))
        for number, known in self.reads.items():
            if known == wanted:
                return number
        number = max(self.reads, default=0) + 1
        self.reads[number] = wanted
        names_sealed = sealed("\n".join(wanted).encode())
        self._database.execute("INSERT INTO reads VALUES (?, ?)", (number, names_sealed))
        return number


def _part(path: str) -> int:
    return zlib.crc32(path.encode()) % _PARTS

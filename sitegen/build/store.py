"""Pictures that were made, kept under `.sitegen/` by what they were made of.

Apart from the cache, for it costs much to make them anew and they hold no project's secrets but its
own: a cache that is dropped, for a newer sitegen or a fault, leaves them. They too may be deleted.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from sitegen.build.cache import FOLDER
from sitegen.build.seals import CacheError, sealed, unsealed
from sitegen.digests import digest
from sitegen.imaging import Made

_FILE: Final = "pictures.db"
_AT_ONCE: Final = 500
"""Keys asked for in one query; older SQLites allow 999."""
_VERSION: Final = 1
_SCHEMA: Final = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS made (key BLOB PRIMARY KEY, made BLOB);
CREATE TABLE IF NOT EXISTS data (digest BLOB PRIMARY KEY, data BLOB);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Made).decode


class Store:
    """One project's pictures. Its file is there only where some were made."""

    def __init__(self, root: Path) -> None:
        self.path = root / FOLDER / _FILE
        self._made: dict[bytes, Made] = {}
        self._open: sqlite3.Connection | None = None
        self._file = (0, 0)

    @property
    def current(self) -> bool:
        """Whether the file, once open, is still there: neither deleted nor replaced."""
        return self._open is None or self._seen() == self._file

    def _seen(self) -> tuple[int, int]:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return status.st_dev, status.st_ino

    def known(self, keys: Sequence[bytes]) -> Mapping[bytes, Made]:
        """What has been made by some keys, and perhaps by others. Raises `CacheError`."""
        wanted = [key for key in keys if key not in self._made]
        if not wanted or (self._open is None and not self.path.exists()):
            return self._made
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self._rows(f"SELECT key, made FROM made WHERE key IN ({marks})", part)
            for key, made in rows:
                try:
                    self._made[key] = _decode(unsealed(made))
                except (CacheError, msgspec.MsgspecError) as error:
                    raise self._lost(str(error)) from None
        return self._made

    def put(self, key: bytes, made: Made, files: Mapping[bytes, bytes]) -> None:
        """Keep what was made, with the bytes of each size by their digest."""
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO data VALUES (?, ?)", files.items())
            row = key, sealed(_encode(made))
            database.execute("INSERT OR REPLACE INTO made VALUES (?, ?)", row)
        self._made[key] = made

    def get(self, key: bytes) -> bytes:
        """The bytes that have a digest. Raises `CacheError` where they are lost."""
        rows = self._rows("SELECT data FROM data WHERE digest = ?", [key])
        if len(rows) != 1 or not isinstance(rows[0][0], bytes) or digest(rows[0][0]) != key:
            raise self._lost("the pictures are damaged")
        return rows[0][0]

    def keep(self, keys: Set[bytes]) -> None:
        """Forget what was made by other keys."""
        if self._open is None and not self.path.exists():
            return
        gone = [key for (key,) in self._rows("SELECT key FROM made", []) if key not in keys]
        if not gone:
            return
        made = self.known(list(keys))
        sizes = [one for key in keys if key in made for one in made[key].sizes]
        used = {size.digest for size in sizes}
        stored = self._rows("SELECT digest FROM data", [])
        with self._transaction() as database:
            database.executemany("DELETE FROM made WHERE key = ?", ((key,) for key in gone))
            unused = ((key,) for (key,) in stored if key not in used)
            database.executemany("DELETE FROM data WHERE digest = ?", unused)
        for key in gone:
            self._made.pop(key, None)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            database = self._connected()
            database.execute("BEGIN")
            yield database
            database.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            # With the connection goes what it has not done.
            raise self._lost(str(error)) from error

    def _rows(self, query: str, values: Sequence[bytes]) -> list[tuple[bytes, ...]]:
        try:
            return self._connected().execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._lost(str(error)) from error

    def _connected(self) -> sqlite3.Connection:
        if self._open is None:
            self._open = self._begun()
            self._file = self._seen()
        return self._open

    def _begun(self) -> sqlite3.Connection:
        self.path.parent.mkdir(exist_ok=True)
        for _ in range(2):
            # Another thread may go on with it; builds themselves are kept apart by a lock.
            database = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            try:
                # As the cache: what a power cut tears is found out, and made anew.
                database.execute("PRAGMA synchronous = OFF")
                (version,) = database.execute("PRAGMA user_version").fetchone()
                if version not in (0, _VERSION):
                    raise sqlite3.DatabaseError("of another version")
                if version == 0:
                    database.executescript(_SCHEMA)
                return database
            except sqlite3.OperationalError:
                database.close()
                raise
            except sqlite3.DatabaseError:
                # Not a database, or not ours: begin anew.
                database.close()
                self._delete()
        raise CacheError("the pictures cannot be kept")

    def _lost(self, reason: str) -> CacheError:
        self.close()
        self._delete()
        return CacheError(reason)

    def _delete(self) -> None:
        # The journal goes first: it must never be taken for that of a new file.
        self.path.with_name(f"{_FILE}-journal").unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file, and of what is remembered of it."""
        self._made = {}
        if self._open is not None:
            self._open.close()
            self._open = None

"""Rendered bodies and compiled templates, read from the cache's file by any process."""

import sqlite3
from collections.abc import Set
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from weakref import finalize

import msgspec

from sitegen.build.seals import CacheError
from sitegen.cards import KeptBody
from sitegen.digests import digest

_AT_ONCE: Final = 500
"""Bodies asked for in one query; older SQLites allow 999."""
_decode_body = msgspec.msgpack.Decoder(KeptBody).decode


class Bodies:
    """Reads from a cache's file: in a worker, where there is no `Cache`."""

    def __init__(self, path: Path) -> None:
        # Chunks come one after the other, though perhaps not in one thread.
        self._database = sqlite3.connect(
            f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
        finalize(self, self._database.close)

    def get(self, keys: Set[bytes]) -> dict[bytes, KeptBody]:
        """The bodies of some digests. Raises `CacheError` if the cache does not hold them whole."""
        found: dict[bytes, KeptBody] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self._database.execute(f"SELECT * FROM body WHERE digest IN ({marks})", part)
            try:
                found |= {key: _decode_body(data) for key, data in rows if digest(data) == key}
            except msgspec.MsgspecError as error:
                # Of a sitegen in development.
                raise CacheError(str(error)) from error
        if len(found) < len(wanted):
            raise CacheError("the cache has lost a body")
        return found

    def codes(self) -> dict[str, bytes]:
        """The templates that earlier builds compiled."""
        return dict(self._database.execute("SELECT name, data FROM code"))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class CacheFile(NamedTuple):
    """A cache's file, as others than its process know it."""

    path: str
    number: int
    """Tells it from another one that was there before, or came thereafter."""


@lru_cache(maxsize=1)
def kept_open(file: CacheFile) -> Bodies:
    """What reads a cache from chunk to chunk: to open it takes as long as to read a chunk."""
    return Bodies(Path(file.path))

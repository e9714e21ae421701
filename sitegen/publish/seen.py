"""Digests of files that were looked at before, told from their stamps where these cannot lie."""

import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from stat import S_ISREG
from typing import Final

import msgspec

from sitegen.build.stamps import Stamp, digest_of_file, stamp
from sitegen.publish.target import UNKNOWN

_CHUNK: Final = 64
"""Files that are hashed by one thread in a row: to hand over each costs more than its hash."""
_Kept = dict[int, tuple[Stamp, bytes]]


class Seen:
    """A file's digest by its inode: releases share the files that did not change.

    It is kept in a file, which may be lost: then all files are read again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: _Kept = {}
        self._used: _Kept = {}

    def load(self) -> None:
        """Read what was kept; nothing, where it cannot be read."""
        try:
            self._known = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept)
        except (FileNotFoundError, msgspec.MsgspecError):
            self._known = {}
        self._used = {}

    def digests(self, folder: Path, found: Mapping[str, os.stat_result]) -> dict[str, bytes]:
        """The digest of each file below a folder; `UNKNOWN` for links and the like."""
        digests: dict[str, bytes] = {}
        unseen: list[str] = []
        taken = time.time_ns()
        for path, status in found.items():
            if not S_ISREG(status.st_mode):
                digests[path] = UNKNOWN
                continue
            known = self._known.get(status.st_ino)
            if known is None or known[0].racy or not known[0].same_file(stamp(status, taken)):
                unseen.append(path)
                continue
            digests[path] = known[1]
            self._used[status.st_ino] = known

        def read(chunk: list[str]) -> list[tuple[str, bytes]]:
            return [(path, digest_of_file(folder / path)) for path in chunk]

        chunks = [unseen[begin : begin + _CHUNK] for begin in range(0, len(unseen), _CHUNK)]
        if len(chunks) > 1:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                read_now = list(pool.map(read, chunks))
        else:
            read_now = list(map(read, chunks))
        for path, key in chain.from_iterable(read_now):
            digests[path] = key
            self._used[found[path].st_ino] = (stamp(found[path], taken), key)
        return digests

    def save(self) -> None:
        """Keep what is known of the files that were asked for."""
        temporary = self._path.with_name(f"{self._path.name}.new")
        temporary.write_bytes(msgspec.msgpack.encode(self._used))
        temporary.replace(self._path)

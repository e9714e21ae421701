"""Checksums: SQLite does not notice when the bytes of its file change under it."""

import zlib
from typing import Final


class CacheError(Exception):
    """The cache does not hold what it should: begin again with an empty one."""


SEAL: Final = 4
"""Bytes of a checksum."""


def sealed(data: bytes) -> bytes:
    """Data with a checksum."""
    return data + zlib.crc32(data).to_bytes(SEAL, "big")


def unsealed(data: bytes) -> bytes:
    """What was sealed. Raises `CacheError` where it is not what it was."""
    inside = data[:-SEAL]
    if zlib.crc32(inside).to_bytes(SEAL, "big") != data[-SEAL:]:
        raise CacheError("it is damaged")
    return inside

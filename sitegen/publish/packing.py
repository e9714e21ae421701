"""Bytes packed and unpacked: the same on every machine, since nothing but the bytes goes in."""

import struct
import zlib
from collections.abc import Callable
from typing import Final

from sitegen.publish.headers import GZIP

_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""Of a gzip file: no time, no name, and no system, which zlib would write by itself (RFC 1952)."""
_BROTLI_QUALITY: Final = 10
"""Pages of 4.5 kB become 21 % smaller than by gzip, in 2 ms each; 11 takes twice that for 3 %."""


def gzipped(data: bytes) -> bytes:
    """The bytes as a gzip file."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    tail = struct.pack("<LL", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    return b"".join((_HEAD, packer.compress(data), packer.flush(), tail))


def gunzipped(data: bytes) -> bytes:
    """The bytes of a gzip file; bytes that are none, as they are: some stores unpack what they
    send. Raises `zlib.error` where the file is broken.
    """
    return zlib.decompress(data, wbits=31) if data.startswith(_HEAD[:2]) else data


def packed(data: bytes, encoding: str) -> bytes:
    """The bytes as a store is to keep them, by `Content-Encoding`."""
    return gzipped(data) if encoding == GZIP else data


def packers() -> dict[str, Callable[[bytes], bytes]]:
    """What is there to pack files with, by the letters that such a file's name ends with."""
    found: dict[str, Callable[[bytes], bytes]] = {".gz": gzipped}
    try:
        import brotli  # noqa: PLC0415 - who has it installed gets smaller files.
    except ImportError:
        return found

    def with_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY))

    found[".br"] = with_brotli
    return found

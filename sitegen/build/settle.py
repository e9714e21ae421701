"""Gives the files of a Pagefind index one order, whatever order its program hashed them in.

Everywhere else the same documents give the same bytes. The filters of an index, and the values of
each, come in an order that differs from run to run; so do the names of their files, which are
digests, and what refers to these names. Pagefind's files are gzipped CBOR behind a mark, of which
only numbers, texts and lists occur.
"""

import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from sitegen.digests import digest

ENTRY: Final = "pagefind-entry.json"
_MARK: Final = b"pagefind_dcd"
_FILTERS, _SORTS = 3, 4
"""Where they stand in the list that a language's `.pf_meta` is."""
_HEAD: Final = b"\x1f\x8b\x08\0\0\0\0\0\2\xff"
"""Of a gzip file that tells neither time nor system."""
_NUMBER, _TEXT, _LIST = 0, 3, 4


def settled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same index in settled order. Raises LookupError or ValueError where it is no index."""
    found = dict(files)
    entry = json.loads(found.pop(ENTRY))
    for language in entry["languages"].values():
        meta = _unpacked(found.pop(f"pagefind.{language['hash']}.pf_meta"))
        filters = []
        for name, number in meta[_FILTERS]:
            values = _unpacked(found.pop(f"filter/{number}.pf_filter"))
            values[1].sort()
            data = _packed(values)
            filters.append([name, _renamed(number, data)])
            found[f"filter/{filters[-1][1]}.pf_filter"] = data
        meta[_FILTERS] = sorted(filters)
        meta[_SORTS].sort()
        data = _packed(meta)
        language["hash"] = _renamed(language["hash"], data)
        found[f"pagefind.{language['hash']}.pf_meta"] = data
    found[ENTRY] = json.dumps(entry, separators=(",", ":"), sort_keys=True).encode()
    return dict(sorted(found.items()))


def _renamed(old: str, data: bytes) -> str:
    """`en_1f3cdc2` with the digest of other data; no shorter and no longer."""
    language, _, number = old.rpartition("_")
    return f"{language}_{digest(data).hex()[: len(number)]}"


def _unpacked(data: bytes) -> Any:
    text = zlib.decompress(data, wbits=31)
    if not text.startswith(_MARK):
        raise ValueError("a file lacks its mark")
    return _decoded(text, len(_MARK))[0]


def _packed(value: Any) -> bytes:
    text = _MARK + _encoded(value)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    return _HEAD + deflate.compress(text) + deflate.flush() + end


def _decoded(data: bytes, at: int) -> tuple[Any, int]:
    """The CBOR value that begins at a place, and where it ends. Source: RFC 8949, section 3."""
    kind, short = data[at] >> 5, data[at] & 31
    at += 1
    size = 0 if short < 24 else 1 << (short - 24)
    if size > 8 or kind not in (_NUMBER, _TEXT, _LIST):
        raise ValueError(f"it holds CBOR of the kind {data[at - 1]:#x}")
    number = int.from_bytes(data[at : at + size], "big") if size else short
    at += size
    if kind == _NUMBER:
        return number, at
    if kind == _TEXT:
        return data[at : at + number].decode(), at + number
    values = []
    for _ in range(number):
        value, at = _decoded(data, at)
        values.append(value)
    return values, at


def _encoded(value: Any) -> bytes:
    if isinstance(value, int):
        return _head(_NUMBER, value)
    if isinstance(value, str):
        text = value.encode()
        return _head(_TEXT, len(text)) + text
    return _head(_LIST, len(value)) + b"".join(map(_encoded, value))


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    short = next(short for short in range(4) if number < 1 << (8 << short))
    return bytes([kind << 5 | 24 + short]) + number.to_bytes(1 << short, "big")

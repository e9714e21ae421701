"""Compiled templates, kept from build to build: Jinja takes its time, a small edit has none.

Each is kept with a key of all that it was made from and a digest, without which it is not looked
into: what is damaged or of another time is compiled anew.
"""

import importlib.util
import marshal
from collections.abc import Iterable, Mapping
from types import CodeType, MappingProxyType
from typing import Final

import msgspec

from sitegen.digests import SIZE, digest, of_digests, of_text

_MAGIC: Final = importlib.util.MAGIC_NUMBER
_NONE: Final[Mapping[str, bytes]] = MappingProxyType({})
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[tuple[str, ...], bytes]).decode


class Codes:
    """Those of earlier builds, and new ones."""

    def __init__(self, made_with: bytes = b"", known: Mapping[str, bytes] = _NONE) -> None:
        """`made_with`: the digest of all that a template's code holds beside its source."""
        self._made_with = digest(made_with + _MAGIC)
        self._known = known
        self._new: dict[str, bytes] = {}

    def find(self, name: str, *made_from: str) -> tuple[CodeType, tuple[str, ...]] | None:
        """A template's code, and what was read for it; None where it must be compiled."""
        kept = self._known.get(name)
        if not isinstance(kept, bytes) or kept[:SIZE] != digest(kept[SIZE:]):
            return None
        if kept[SIZE : 2 * SIZE] != self._key(made_from):
            return None
        reads, code = _decode(kept[2 * SIZE :])
        return marshal.loads(code), reads

    def keep(self, name: str, code: CodeType, reads: Iterable[str], *made_from: str) -> None:
        """Keep a template's code for later builds."""
        data = self._key(made_from) + _encode((tuple(sorted(reads)), marshal.dumps(code)))
        self._new[name] = digest(data) + data

    def take_new(self) -> dict[str, bytes]:
        """What was compiled since this was last asked."""
        new, self._new = self._new, {}
        return new

    def _key(self, made_from: tuple[str, ...]) -> bytes:
        return of_digests([self._made_with, of_text(*made_from)])

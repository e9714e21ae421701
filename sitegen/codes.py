"""Compiled templates, and texts made with libraries, kept from build to build: Jinja and others
take their time, a small edit has none.

Each is kept with a key of all that it was made from and a digest, without which it is not looked
into: what is damaged or of another time is compiled anew.
"""

import importlib.util
import marshal
from collections.abc import Callable, Iterable, Mapping
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
        kept = self._kept(name, made_from)
        if kept is None:
            return None
        reads, code = _decode(kept)
        return marshal.loads(code), reads

    def keep(self, name: str, code: CodeType, reads: Iterable[str], *made_from: str) -> None:
        """Keep a template's code for later builds."""
        self._keep(name, made_from, _encode((tuple(sorted(reads)), marshal.dumps(code))))

    def text(self, name: str, make: Callable[[], str]) -> str:
        """A text by its name: that of an earlier build, or else what is made now."""
        kept = self._kept(name, ())
        if kept is not None:
            return kept.decode()
        made = make()
        self._keep(name, (), made.encode())
        return made

    def take_new(self) -> dict[str, bytes]:
        """What was made since this was last asked."""
        new, self._new = self._new, {}
        return new

    def _kept(self, name: str, made_from: tuple[str, ...]) -> bytes | None:
        kept = self._known.get(name)
        if not isinstance(kept, bytes) or kept[:SIZE] != digest(kept[SIZE:]):
            return None
        return kept[2 * SIZE :] if kept[SIZE : 2 * SIZE] == self._key(made_from) else None

    def _keep(self, name: str, made_from: tuple[str, ...], data: bytes) -> None:
        data = self._key(made_from) + data
        self._new[name] = digest(data) + data

    def _key(self, made_from: tuple[str, ...]) -> bytes:
        return of_digests([self._made_with, of_text(*made_from)])

"""Content digests: 16 bytes of SHA-256, for which processors have instructions."""

import zlib
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

SIZE = 16
"""Bytes in a digest. A chance collision among 2**40 values is below 2**-47."""

_FINGERPRINT = 8
"""The fewest letters of a digest that make a name a promise."""

NOTHING = bytes(SIZE)
"""The digest of what is not there: an absent file is an input like any other."""


def digest(data: bytes) -> bytes:
    """The digest of some bytes."""
    return sha256(data).digest()[:SIZE]


def of_text(*texts: str) -> bytes:
    """The digest of texts, parted by NUL, which no text of ours can hold."""
    return digest("\0".join(texts).encode("utf-8", "surrogatepass"))


def of_digests(digests: Iterable[bytes]) -> bytes:
    """The digest of a sequence of digests: how the key of a whole is made from its parts."""
    return digest(b"".join(digests))


def named_by(path: str, key: bytes) -> bool:
    """Whether a file's name holds the digest of its bytes (`style.0a1b2c3d4e.css`): whenever it is
    asked for again, it is the same. A name that only looks so is not believed.
    """
    return any(
        len(part) >= _FINGERPRINT and key.hex().startswith(part)
        for part in path.rpartition("/")[2].split(".")
    )


class DigestTree:
    """The digest of a mapping of names to digests, kept as it changes: a hash tree of two levels,
    so that one change costs a small part of all. Source: R. C. Merkle, "A Digital Signature Based
    on a Conventional Encryption Function", 1987.
    """

    _PARTS: Final = 256

    def __init__(self) -> None:
        self._parts: list[dict[str, bytes]] = [{} for _ in range(self._PARTS)]
        self._digests = [NOTHING] * self._PARTS
        self._stale: set[int] = set()

    def put(self, name: str, key: bytes) -> None:
        """Add a name, or give it another digest."""
        encoded = name.encode()
        number = zlib.crc32(encoded) % self._PARTS
        part = self._parts[number]
        # No name holds a NUL, so that a name and its digest cannot be taken for others.
        named = b"%b\0%b" % (encoded, key)
        if part.get(name) != named:
            part[name] = named
            self._stale.add(number)

    def remove(self, name: str) -> None:
        """Take a name away, if it is there."""
        number = zlib.crc32(name.encode()) % self._PARTS
        if self._parts[number].pop(name, None) is not None:
            self._stale.add(number)

    @property
    def digest(self) -> bytes:
        """Of all, in whatever order they came."""
        for number in self._stale:
            named = sorted(self._parts[number].values())
            self._digests[number] = of_digests(named) if named else NOTHING
        self._stale.clear()
        return of_digests(self._digests)

"""Content digests: 16 bytes of BLAKE2b, the one hash of the program."""

from collections.abc import Iterable
from hashlib import blake2b

SIZE = 16
"""Bytes in a digest. A chance collision among 2**40 values is below 2**-47."""

_FINGERPRINT = 8
"""The fewest letters of a digest that make a name a promise."""

NOTHING = bytes(SIZE)
"""The digest of what is not there: an absent file is an input like any other."""


def digest(data: bytes) -> bytes:
    """The digest of some bytes."""
    return blake2b(data, digest_size=SIZE).digest()


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

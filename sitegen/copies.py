"""Outputs that are files as they are."""

from msgspec import Struct


class Copied(Struct, frozen=True):
    """A planned output that is a file as it is: of `static/`, a theme's asset, a picture."""

    path: str
    """Its file, relative to the output."""
    digest: bytes
    """Of its bytes."""
    origin: str
    """The file that it is a copy of, for people."""
    data: bytes | None = None
    """Its bytes, where they are none of these."""
    file: str = ""
    """The file that it is a copy of, relative to the project."""
    made: bool = False
    """Whether its bytes are kept, by their digest, among the pictures that were made."""

"""What a target holds of ours: path → digest and headers, kept at the target itself."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from sitegen import urls
from sitegen.digests import digest, of_digests
from sitegen.problems import fault

FORMAT: Final = 1
"""Rises when a manifest can no longer be read as before."""
_NAME: Final = 10
"""Letters of a release's digest that stand in its name."""


class Headers(Struct, frozen=True, array_like=True, gc=False):
    """What a host says of a file. Empty where the target keeps none."""

    type: str = ""
    """Its media type."""
    cache: str = ""
    """`Cache-Control`."""
    encoding: str = ""
    """`Content-Encoding` of the bytes as they are kept; empty for the file's own bytes."""


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """A file at the target."""

    digest: bytes
    """Of its bytes, before any encoding."""
    size: int
    """Of its bytes, before any encoding."""
    headers: Headers = Headers()
    tag: str = ""
    """What the target calls these bytes in its lists (an ETag), where that is no digest of ours."""


class Kept(Struct, frozen=True, array_like=True, gc=False):
    """A file of ours that is no longer part of the site."""

    entry: Entry
    since: int
    """The last generation that it was part of."""


class Release(Struct, frozen=True):
    """One publishing: what, when, and from which content."""

    generation: int
    """Counts the target's releases from 1."""
    digest: str
    """Of every path and its bytes, in hexadecimal."""
    at: str
    """When: an instant in ISO 8601, UTC."""
    before: int = 0
    """The generation that was public before it; 0 where there was none."""
    revision: str = ""
    """The git revision of the project; empty where there is none."""
    articles: int = 0
    files: int = 0
    size: int = 0
    """Bytes of all files."""
    pages: int = 0
    """Bytes of the pages alone."""

    @property
    def name(self) -> str:
        """`12-0a1b2c3d4e`: its folder, or commit, or whatever the target keeps releases as."""
        return f"{self.generation}-{self.digest[:_NAME]}"


class Manifest(Struct, frozen=True):
    """What the target holds of ours."""

    site: str
    """The site's URL: no other site is published over it."""
    release: Release
    files: dict[str, Entry]
    """The site, by path."""
    kept: dict[str, Kept] = {}
    """Ours too, but no longer part of the site: old assets, and what is about to be deleted."""
    pending: dict[str, Entry] = {}
    """What a run has set out to put. Empty but while it runs, and after it was interrupted."""
    format: int = FORMAT

    def known(self, path: str) -> tuple[Entry, ...]:
        """Everything that we may have put at a path."""
        kept = self.kept.get(path)
        both = (self.files.get(path), kept.entry if kept else None, self.pending.get(path))
        return tuple(entry for entry in both if entry is not None)

    @property
    def paths(self) -> frozenset[str]:
        """Every path that may hold something of ours."""
        return frozenset([*self.files, *self.kept, *self.pending])


def release_digest(files: Mapping[str, bytes]) -> str:
    """The digest of a whole site, from the digests of its files by path."""
    return of_digests(digest(path.encode()) + files[path] for path in sorted(files)).hex()


def encode(manifest: Manifest) -> bytes:
    """The manifest as JSON, the same bytes for the same manifest."""
    return msgspec.json.encode(manifest, order="deterministic")


def decode(data: bytes, where: str) -> Manifest:
    """A manifest that a target kept. Raises `SitegenError`, also where it names a path that sitegen
    would never write: whoever can write to the target must not lead us out of it (promise 31).
    """
    hint = "somebody else wrote to the target: remove that file if it is none of yours"
    try:
        found = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise fault(f"the target's manifest cannot be read: {error}", where, hint=hint) from None
    if found.format != FORMAT:
        message = f"another sitegen published there: its manifest has format {found.format}"
        raise fault(message, where, hint="publish with the newest sitegen")
    for path in found.paths:
        if reason := fault_in(path):
            message = f"the target's manifest names `{path}`, which {reason}"
            raise fault(message, where, hint=hint)
    return found


class _Head(Struct, frozen=True):
    release: Release


def decode_release(data: bytes, where: str) -> Release:
    """What a manifest says of its release, without the rest of it. Raises `SitegenError`."""
    try:
        return msgspec.json.decode(data, type=_Head).release
    except msgspec.MsgspecError as error:
        raise fault(f"the target's manifest cannot be read: {error}", where) from None


def fault_in(path: str) -> str:
    """Why no output is at a path, as the end of a sentence; "" if one can be."""
    return urls.fault_in(f"/{path}") if path else "is empty"

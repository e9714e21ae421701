"""Which kind of file an output is, told by its path and digest: it decides order and headers."""

from collections.abc import Iterable
from typing import Final

ENTRANCES: Final = ("404.html", "robots.txt", "sitemap.xml", "_headers", "_redirects")
"""Files that are asked for although no page links to them: all that they name must be there."""
HOME: Final = "index.html"
_INDEXES: Final = (".xml", ".json", ".txt", ".webmanifest")
_FOREIGN: Final = ("CNAME", ".nojekyll")
_HIDDEN: Final = (".well-known/",)
_FINGERPRINT: Final = 8
"""The fewest letters of a digest that make a name a promise."""


def is_fingerprinted(path: str, digest: bytes) -> bool:
    """Whether a file's name holds its digest (`style.0a1b2c3d4e.css`): whatever it is asked for
    again, it is the same bytes. A name that only looks so is not believed.
    """
    parts = path.rpartition("/")[2].split(".")
    if len(parts) < 2:
        return False
    return any(
        len(part) >= _FINGERPRINT and digest.hex().startswith(part)
        for part in (parts[-1], parts[-2], parts[0])
    )


def is_page(path: str) -> bool:
    """Whether a file is one that readers see and follow links from."""
    return path.endswith((".html", ".htm"))


def is_index(path: str) -> bool:
    """Whether a file names pages to programs: feeds, sitemaps, search indexes."""
    return path.endswith(_INDEXES) or path in ENTRANCES


def is_hosts(path: str) -> bool:
    """Whether a file is the host's business, and is nobody's to lose (promise 19)."""
    return path in _FOREIGN or path.startswith(_HIDDEN)


def foreign(paths: Iterable[str]) -> list[str]:
    """Of some files those that are not the host's business."""
    return sorted(path for path in paths if not is_hosts(path))

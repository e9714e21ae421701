"""Which kind of file an output is, told by its path and digest: it decides order and headers."""

from collections.abc import Iterable
from typing import Final

from sitegen.urls import WELL_KNOWN

ENTRANCES: Final = ("404.html", "robots.txt", "sitemap.xml", "_headers", "_redirects")
"""Files that are asked for although no page links to them: all that they name must be there."""
HOME: Final = "index.html"
_INDEXES: Final = (".xml", ".json", ".txt", ".webmanifest")
_FOREIGN: Final = ("CNAME", ".nojekyll")


def is_page(path: str) -> bool:
    """Whether a file is one that readers see and follow links from."""
    return path.endswith((".html", ".htm"))


def is_index(path: str) -> bool:
    """Whether a file names pages to programs: feeds, sitemaps, search indexes."""
    return path.endswith(_INDEXES) or path in ENTRANCES


def is_hosts(path: str) -> bool:
    """Whether a file is the host's business, and is nobody's to lose (promise 19)."""
    return path in _FOREIGN or path.startswith(f"{WELL_KNOWN}/")


def foreign(paths: Iterable[str]) -> list[str]:
    """Of some files those that are not the host's business."""
    return sorted(path for path in paths if not is_hosts(path))

"""What hosts are to say of each file: media type and how long it may be kept."""

from typing import Final

from sitegen.digests import named_by
from sitegen.hosts import FOREVER
from sitegen.publish.manifest import Headers

SHORT: Final = "public, max-age=60, must-revalidate"
"""For everything else: who subscribed to a digest must not wait for it."""
GZIP: Final = "gzip"
"""The one encoding that everything understands: a bucket keeps each file once."""
WORTH: Final = 1000
"""Bytes from which compression is worth it: less goes in one packet of the network anyway."""
_FEEDS: Final = {"feed.xml": "application/rss+xml", "atom.xml": "application/atom+xml"}
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "xml": "application/xml",
    "xsl": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "ico": "image/x-icon",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "wasm": "application/wasm",
    "zip": "application/zip",
}
"""A table of our own: Python's `mimetypes` reads the machine's, so that two would differ."""
_DENSE: Final = ("application/wasm", "font/ttf", "font/otf", "image/x-icon")


def media_type(path: str) -> str:
    """The media type of a file, by its name."""
    name = path.rpartition("/")[2]
    if name in _FEEDS:
        return _FEEDS[name]
    if name == "feed.json":
        return "application/feed+json"
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def is_text(path: str) -> bool:
    """Whether a file is of a kind that compression makes smaller."""
    kind = media_type(path).partition(";")[0]
    return kind.startswith("text/") or kind.endswith(("json", "xml")) or kind in _DENSE


def headers_of(path: str, digest: bytes, size: int) -> Headers:
    """What a host is to say of a file of so many bytes."""
    cache = FOREVER if named_by(path, digest) else SHORT
    encoding = GZIP if size >= WORTH and is_text(path) else ""
    return Headers(media_type(path), cache, encoding)

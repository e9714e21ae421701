"""Answers: a status, headers and bytes, or a part of them."""

import os
import posixpath
import re
from html import escape
from typing import Final

from msgspec import Struct, structs

from sitegen.config import Config

SAFE: Final = (
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "SAMEORIGIN"),
)
"""Of every answer: kept nowhere, embedded nowhere, taken for nothing else."""
STRICT: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
"""The policy of pages that are the preview's own."""
_TYPES: Final = {
    "": "application/octet-stream",
    ".atom": "application/atom+xml; charset=utf-8",
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".opml": "text/x-opml; charset=utf-8",
    ".opus": "audio/ogg",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".rss": "application/rss+xml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
    ".zip": "application/zip",
}
"""Ours, not the computer's, which differ from one to the next."""
_FEEDS: Final = {
    "rss": _TYPES[".rss"],
    "atom": _TYPES[".atom"],
    "json": "application/feed+json",
}
_RANGE: Final = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


class Answer(Struct, frozen=True):
    """What a request is answered with, beside the headers of every answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    file: int = -1
    """An open file to send instead of `body`; whoever takes the answer closes it."""
    start: int = 0
    """Where in the file to begin."""
    length: int = 0
    """How many of its bytes to send."""

    @property
    def size(self) -> int:
        """Bytes to send."""
        return len(self.body) if self.file < 0 else self.length


def media_type(path: str, config: Config | None = None) -> str:
    """The type of a file of the output; a feed's by the name that the settings give it."""
    name = posixpath.basename(path)
    if config is not None and (form := config.urls.format_of(path)):
        return _FEEDS[form]
    return _TYPES.get(posixpath.splitext(name)[1].lower(), _TYPES[""])


def notice(status: int, text: str, script: str = "", **headers: str) -> Answer:
    """A page of the preview's own. Its text is shown as it is, whatever it holds."""
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{status}</title>'
        f"</head><body><p>{escape(text)}</p>{script}</body></html>\n"
    )
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    kind = ("content-type", _TYPES[".html"]), ("content-security-policy", STRICT)
    return Answer(status, (*kind, *more), page.encode())


def redirect(location: str) -> Answer:
    """Leads to another address of this server: one that begins with a single `/`."""
    assert re.match(r"/(?![/\\])", location)
    return notice(302, f"See {location}", location=location)


def ranged(answer: Answer, wanted: str) -> Answer:
    """The part of an answer that a `Range` header asks for; all of it where it asks for several."""
    match = _RANGE.fullmatch(wanted.replace(" ", ""))
    if answer.status != 200 or match is None:
        return answer
    size = answer.size
    first, last, tail = match.groups()
    start = max(0, size - int(tail)) if tail else int(first)
    end = min(size, int(last) + 1) if last else size
    if start >= size or (last and int(last) < int(first)):
        close(answer)
        return Answer(416, (("content-range", f"bytes */{size}"),))
    shown = ("content-range", f"bytes {start}-{end - 1}/{size}")
    headers = (*answer.headers, shown)
    if answer.file < 0:
        body = answer.body[start:end]
        return structs.replace(answer, status=206, headers=headers, body=body)
    return structs.replace(answer, status=206, headers=headers, start=start, length=end - start)


def close(answer: Answer) -> None:
    """Let go of an answer's file."""
    if answer.file >= 0:
        os.close(answer.file)

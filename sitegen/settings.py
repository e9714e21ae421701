"""What each setting may be: functions from a value to what is wrong with it, "" if nothing is."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sitegen import urls


@lru_cache
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name; reading one takes its time."""
    return ZoneInfo(name)


def _check_url(value: object) -> str:
    url = str(value)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.query
    except ValueError:
        good = False
    if not good or parts.fragment or re.search(r'[\s<>"\\%]', url):
        return f"`{url}` is not where a site can be; write `https://example.org`"
    return ""


def _check_zone(value: object) -> str:
    try:
        zone(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"`{value}` is not a time zone; write a name like `Europe/Paris` or `UTC`"
    return ""


def _check_language(value: object) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(value)):
        return f"`{value}` is not a language; write `en`, `pt-BR`, …"
    return ""


def _check_text(value: object) -> str:
    controls = not str(value).isprintable()
    return "must be one line, without control characters" if controls else ""


def _check_title(value: object) -> str:
    return _check_text(value) if str(value).strip() else "must not be empty"


def _check_theme(value: object) -> str:
    name = str(value)
    bad = not name or "/" in name or urls.fault_in(f"/{name}")
    return f"`{name}` is not the name of a folder in `themes/`" if bad else ""


def _check_folder(value: object) -> str:
    folder = str(value)
    if not folder.strip("./") or urls.fault_in(f"/{folder}"):
        return f"`{folder}` must be a folder inside the project"
    return ""


def overlap(output: str, folders: Iterable[str]) -> str:
    """Why the output cannot be where it is: it must hold nothing that the site is made from, and
    lie in nothing of the kind (promise 9).
    """
    for folder in folders:
        if f"{output}/".startswith(f"{folder}/") or f"{folder}/".startswith(f"{output}/"):
            return f"`{output}` and the folder `{folder}` must not overlap"
    return ""


def _check_aliases(value: object) -> str:
    assert isinstance(value, dict)
    meant: dict[str, str] = {urls.slugify(tag): tag for tag in value}
    for tag, written in value.items():
        for word in written:
            other = meant.setdefault(urls.slugify(word), tag)
            if other != tag:
                return f"`{word}` cannot stand for both `{other}` and `{tag}`"
    return ""


def _check_about(value: object) -> str:
    assert isinstance(value, dict)
    wrong = next((tag for tag, told in value.items() if _check_title(told)), None)
    return "" if wrong is None else f"`{wrong}`: {_check_title(value[wrong])}"


def _check_content(value: object) -> str:
    return "" if value in ("full", "summary") else f"`{value}` must be `full` or `summary`"


def _check_every(value: object) -> str:
    return "" if value in ("day", "week") else f"`{value}` must be `day` or `week`"


def _check_count(value: object) -> str:
    return "" if isinstance(value, int) and 1 <= value <= 1000 else "must be 1 to 1000"


def _check_widths(value: object) -> str:
    assert isinstance(value, tuple)
    good = 0 < len(value) <= 8 and all(16 <= width <= 4000 for width in value)
    return "" if good else "must be one to eight widths of 16 to 4000 pixels"


def _check_quality(value: object) -> str:
    return "" if isinstance(value, int) and 1 <= value <= 100 else "must be 1 to 100"


COLUMNS: Final = (
    "title", "body", "summary", "date", "updated", "url", "authors", "tags", "key", "source",
    "language", "image",
)  # fmt: skip
"""The fields of an article that a column can hold."""


def _check_columns(value: object) -> str:
    assert isinstance(value, dict)
    unknown = next((name for name in value if name not in COLUMNS), None)
    return "" if unknown is None else f"`{unknown}` is not one of {', '.join(COLUMNS)}"


_HOLDS: Final = {
    "article": {"year", "month", "day", "slug"},
    "edition": {"year", "month", "day"},
    "month": {"year", "month"},
    "year": {"year"},
    "tag": {"slug"},
    "page": {"number"},
}
"""What a pattern of `[urls]` may hold; all but the article's must hold all of it."""
_BELOW: Final = ("page", "rss", "email")
"""Addresses that are added to a list's."""


def check_pattern(key: str, value: object) -> str:
    pattern = str(value)
    known = _HOLDS.get(key, set())
    held = re.findall(r"\{([^}]*)\}?", pattern)
    if unknown := [name for name in held if name not in known]:
        names = ", ".join(f"`{{{name}}}`" for name in sorted(known)) or "no braces"
        return f"`{{{unknown[0]}}}` has no meaning there; it may hold {names}"
    needed = {"slug"} if key == "article" else known
    if missing := sorted(needed - set(held)):
        return f"`{pattern}` must hold `{{{missing[0]}}}`"
    if key in _BELOW and pattern.startswith("/"):
        return f"`{pattern}` must not begin with `/`: it is added to a list's address"
    address = re.sub(r"[{}]", "", f"/{pattern}" if key in _BELOW else pattern)
    if reason := urls.fault_in(address):
        return f"`{pattern}` {reason}"
    if key == "rss":
        return f"`{pattern}` must be the name of a file" if pattern.endswith("/") else ""
    if key == "email":
        return "" if pattern.endswith(".html") else f"`{pattern}` must end in `.html`"
    if pattern.endswith("/") or (key == "article" and pattern.endswith(".html")):
        return ""
    return f"`{pattern}` must end in `/`"


CHECKS: Final[dict[str, Callable[[object], str]]] = {
    "site.title": _check_title,
    "site.description": _check_text,
    "site.author": _check_text,
    "site.url": _check_url,
    "site.timezone": _check_zone,
    "site.language": _check_language,
    "build.content": _check_folder,
    "build.seeds": _check_folder,
    "build.static": _check_folder,
    "build.output": _check_folder,
    "build.page_size": _check_count,
    "ingest.columns": _check_columns,
    "theme.name": _check_theme,
    "tags.aliases": _check_aliases,
    "tags.about": _check_about,
    "feeds.content": _check_content,
    "feeds.items": _check_count,
    "images.widths": _check_widths,
    "images.quality": _check_quality,
    "editions.every": _check_every,
    "editions.full": _check_count,
}
"""By section and key; of `[urls]`, see `check_pattern`."""

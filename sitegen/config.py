"""`sitegen.toml` → a frozen Config; every fault in it reported at once."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from sitegen import urls
from sitegen.problems import Problem, SitegenError, did_you_mean, fault
from sitegen.urls import Urls

FILE: Final = "sitegen.toml"
_RIGHT_TO_LEFT: Final = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
"""Languages written from right to left. Source: `characterOrder` in Unicode CLDR."""


class Site(Struct, frozen=True):
    """`[site]`: what the digest is."""

    title: str
    """Its name, on every page and feed."""
    url: str
    """Where it is published, e.g. `https://example.org`; feeds and canonical links need it."""
    description: str = ""
    """A sentence for search engines and feed readers."""
    language: str = "en"
    """BCP 47: interface words, dates, and the articles' language where they name none."""
    timezone: str = "UTC"
    """IANA name; says which day an instant belongs to."""
    author: str = ""
    """Who publishes it."""

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`: how the language is written."""
        parts = self.language.lower().split("-")
        return "rtl" if parts[0] in _RIGHT_TO_LEFT and "latn" not in parts else "ltr"


class Build(Struct, frozen=True):
    """`[build]`: folders, relative to the project, and lists."""

    content: str = "content"
    seeds: str = "seeds"
    static: str = "static"
    output: str = "output"
    page_size: int = 20
    """Articles on a page of a list."""


class Theme(Struct, frozen=True):
    """`[theme]`: how it looks."""

    name: str = "digest"
    """A folder in `themes/`, of the project or shipped."""
    options: dict[str, object] = {}
    """Whatever the theme documents; templates read `site.options`."""


class Ingest(Struct, frozen=True):
    """`[ingest]`: how seeds are read."""

    columns: dict[str, str] = {}
    """Which column of CSV and JSON holds which field, where its name does not tell:
    `columns = {title = "hed", body = "copy"}`."""


COLUMNS: Final = (
    "title", "body", "summary", "date", "updated", "url", "authors", "tags", "key", "source",
    "language", "image",
)  # fmt: skip
"""The fields of an article that a column can hold."""


class Tags(Struct, frozen=True):
    """`[tags]`: one topic, one tag."""

    aliases: dict[str, list[str]] = {}
    """Other ways to write a tag, by the tag: `"Cuba" = ["CUBA", "Republic of Cuba"]`."""
    ignore: list[str] = []
    """Words that are never made a tag when seeds are converted."""


class Feeds(Struct, frozen=True):
    """`[feeds]`: what subscribers get."""

    content: str = "full"
    """`full`: whole articles; `summary`: their summaries."""
    items: int = 20
    """Articles in a feed."""


class Config(Struct, frozen=True):
    """The whole of `sitegen.toml`, checked."""

    site: Site
    build: Build = Build()
    urls: Urls = Urls()
    theme: Theme = Theme()
    ingest: Ingest = Ingest()
    tags: Tags = Tags()
    feeds: Feeds = Feeds()

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return _zone(self.site.timezone)

    @property
    def digest(self) -> bytes:
        """Stands for all of it in keys."""
        return msgspec.msgpack.encode(self, order="deterministic")


def load(root: Path) -> Config:
    """Read the project's `sitegen.toml`. Raises `SitegenError` with every fault in it."""
    path = root / FILE
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise fault("there is no project here", FILE, hint="`sitegen new DIR` makes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise fault(f"cannot be read: {error}", FILE) from None
    return read(text)


def read(text: str) -> Config:
    """The Config that a TOML text tells. Raises `SitegenError` with every fault in it."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = int(found[1]) if (found := re.search(r"at line (\d+)", str(error))) else 0
        reason = re.sub(r" \(at .*\)", "", str(error))
        raise fault(f"broken TOML: {reason}", FILE, line) from None
    problems: list[Problem] = []
    sections: dict[str, object] = {}
    for name, table in tables.items():
        section = _SECTIONS.get(name)
        if section is None:
            hint = did_you_mean(name, _SECTIONS)
            problems.append(
                Problem(f"`[{name}]` is not a section", hint=hint, line=_line(text, name))
            )
        elif not isinstance(table, dict):
            problems.append(Problem(f"`{name}` must be a section", hint=f"write `[{name}]`"))
        else:
            sections[name], found_here = _read_section(name, section, table, text)
            problems += found_here
    if "site" not in tables:
        problems.append(Problem("`[site]` is missing", hint='write `[site]` and `title = "…"`'))
    if problems:
        raise SitegenError(problem.at(FILE) for problem in problems)
    site, address = sections["site"], sections.get("urls", Urls())
    assert isinstance(site, Site)
    assert isinstance(address, Urls)
    sections["urls"] = msgspec.structs.replace(address, site=site.url.rstrip("/"))
    return Config(**sections)  # type: ignore[arg-type]


_SECTIONS: Final[dict[str, type[Struct]]] = {
    "site": Site,
    "build": Build,
    "urls": Urls,
    "theme": Theme,
    "ingest": Ingest,
    "tags": Tags,
    "feeds": Feeds,
}


def _read_section(
    name: str, section: type[Struct], table: Mapping[str, object], text: str
) -> tuple[Struct | None, list[Problem]]:
    hints = get_type_hints(section)
    if section is Urls:
        del hints["site"]  # Told by [site] url, not here.
    problems: list[Problem] = []
    values: dict[str, object] = {}
    for key, value in table.items():
        where, line = f"`{name}.{key}`", _line(text, name, key)
        if key not in hints:
            hint = did_you_mean(key, hints)
            problems.append(Problem(f"{where} is not a setting", line=line, hint=hint))
            continue
        try:
            values[key] = msgspec.convert(value, hints[key])
        except msgspec.ValidationError as error:
            problems.append(Problem(f"{where}: {_plainly(error)}", line=line))
            continue
        check = _CHECKS.get(f"{name}.{key}") or (_check_pattern if section is Urls else None)
        if check and (wrong := check(values[key])):
            problems.append(Problem(f"{where}: {wrong}", line=line))
    missing = [
        f.name for f in msgspec.structs.fields(section) if f.required and f.name not in table
    ]
    problems += [
        Problem(f"`{name}.{key}` is missing", line=_line(text, name), hint=f'add `{key} = "…"`')
        for key in missing
    ]
    return (None if problems else section(**values)), problems


def _plainly(error: msgspec.ValidationError) -> str:
    words = {
        "`str`": "a text",
        "`int`": "a number",
        "`array`": "a list",
        "`object`": "a table",
        "`bool`": "true or false",
    }
    said = re.sub(r" - at .*", "", str(error))
    if match := re.fullmatch(r"Expected (`\w+`), got (`\w+`)", said):
        wanted, got = (words.get(word, word) for word in match.groups())
        return f"must be {wanted}, not {got}"
    return said


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
        _zone(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"`{value}` is not a time zone; write a name like `Europe/Paris` or `UTC`"
    return ""


def _check_language(value: object) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(value)):
        return f"`{value}` is not a language; write `en`, `pt-BR`, …"
    return ""


def _check_folder(value: object) -> str:
    folder = str(value)
    if not folder.strip("./") or urls.fault_in(f"/{folder}"):
        return f"`{folder}` must be a folder inside the project"
    return ""


def _check_content(value: object) -> str:
    return "" if value in ("full", "summary") else f"`{value}` must be `full` or `summary`"


def _check_columns(value: object) -> str:
    assert isinstance(value, dict)
    unknown = next((name for name in value if name not in COLUMNS), None)
    return "" if unknown is None else f"`{unknown}` is not one of {', '.join(COLUMNS)}"


def _check_count(value: object) -> str:
    return "" if isinstance(value, int) and 1 <= value <= 1000 else "must be 1 to 1000"


def _check_pattern(value: object) -> str:
    pattern = str(value)
    unknown = re.findall(r"\{(?!(?:year|month|day|slug|number)\})[^}]*\}?", pattern)
    if unknown:
        return f"`{unknown[0]}` is not one of {{year}}, {{month}}, {{day}}, {{slug}}, {{number}}"
    if reason := urls.fault_in("/" + re.sub(r"[{}]", "", pattern).removeprefix("/")):
        return f"`{pattern}` {reason}"
    return ""


_CHECKS: Final[dict[str, Callable[[object], str]]] = {
    "site.title": lambda value: "" if str(value).strip() else "must not be empty",
    "site.url": _check_url,
    "site.timezone": _check_zone,
    "site.language": _check_language,
    "build.content": _check_folder,
    "build.seeds": _check_folder,
    "build.static": _check_folder,
    "build.output": _check_folder,
    "build.page_size": _check_count,
    "ingest.columns": _check_columns,
    "feeds.content": _check_content,
    "feeds.items": _check_count,
}


def _line(text: str, section: str, key: str = "") -> int:
    """The line of a section's head or of a key in it, counted from 1; 0 if written otherwise."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[+\s*([\w.\"-]+)\s*\]+", line):
            current = head[1].split(".")[0].strip('"')
            tail = head[1].split(".")[1:2]
            if current == section and (not key or tail == [key]):
                return number
        elif key and current == section and re.match(rf'\s*"?{re.escape(key)}"?\s*[=.]', line):
            return number
    return 0


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)

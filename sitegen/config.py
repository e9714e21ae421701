"""`sitegen.toml` → a frozen Config; every fault in it reported at once."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from sitegen import targets, toml
from sitegen.problems import Problem, SitegenError, did_you_mean, fault
from sitegen.sections import read_section
from sitegen.settings import CHECKS, check_pattern, overlap, zone
from sitegen.targets import AnyTarget, Directory
from sitegen.urls import FORMATS, Urls

FILE: Final = "sitegen.toml"
_RIGHT_TO_LEFT: Final = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
"""Languages written from right to left. Source: `characterOrder` in Unicode CLDR."""


class Site(Struct, frozen=True):
    """`[site]`: what the digest is."""

    title: str
    """Its name, on every page and feed."""
    url: str = ""
    """Where it is published, e.g. `https://example.org`. Needed by all but a preview: feeds and
    canonical links are made of it."""
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
    """Where the articles are."""
    seeds: str = "seeds"
    """Where the raw articles are."""
    static: str = "static"
    """Files that are copied to the site as they are."""
    output: str = "output"
    """Where the site is built; must not overlap with the others."""
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


class Tags(Struct, frozen=True):
    """`[tags]`: one topic, one tag."""

    aliases: dict[str, list[str]] = {}
    """Other ways to write a tag, by the tag: `"Cuba" = ["CUBA", "Republic of Cuba"]`."""
    about: dict[str, str] = {}
    """A sentence on what a tag is about, by the tag: `"Cuba" = "The island, and who left it."`."""
    ignore: list[str] = []
    """Words that are never made a tag when seeds are converted."""


class Feeds(Struct, frozen=True):
    """`[feeds]`: what subscribers get."""

    content: str = "full"
    """`full`: whole articles; `summary`: their summaries."""
    items: int = 20
    """Articles in a feed."""
    formats: tuple[str, ...] = FORMATS
    """Which feeds every list has: `rss`, `atom`, `json`, the first one first."""
    archive: bool = True
    """Whether the site's feed leads on to every older article; as RSS or Atom only."""
    hub: str = ""
    """A WebSub hub, which tells subscribers at once what is new; `publish` tells the hub."""
    id: str = ""
    """What the ids of editions are made of. Never change it; `sitegen new` writes one."""


class Images(Struct, frozen=True):
    """`[images]`: what is made of the project's image files."""

    enabled: bool = True
    """Make them in several sizes, without their metadata; else they are shown as they are."""
    widths: tuple[int, ...] = (480, 800, 1200, 1600)
    """How wide, in pixels; none is made wider than its file."""
    quality: int = 80
    """Of JPEG and WebP, 1 to 100."""
    social: bool = True
    """Draw a card for shares of each article without a picture, where the theme says how."""


class Editions(Struct, frozen=True):
    """`[editions]`: what an edition is."""

    every: str = "day"
    """`day`, or `week`: from Monday to Sunday, at the address of its Monday."""
    full: int = 12
    """Articles and stories that an edition shows in full; what weighs less is a headline."""
    email: bool = True
    """Whether each edition is there as an e-mail, too, to be copied into a newsletter."""


class Search(Struct, frozen=True):
    """`[search]`: a page on which readers search the articles."""

    enabled: bool = False
    """Make the page and its index; needs `pip install 'sitegen[search]'`."""


class Config(Struct, frozen=True):
    """The whole of `sitegen.toml`, checked."""

    site: Site
    build: Build = Build()
    urls: Urls = Urls()
    theme: Theme = Theme()
    ingest: Ingest = Ingest()
    tags: Tags = Tags()
    feeds: Feeds = Feeds()
    images: Images = Images()
    editions: Editions = Editions()
    search: Search = Search()
    publish: dict[str, AnyTarget] = {}
    """`[publish.NAME]`: the targets, by name."""

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return zone(self.site.timezone)

    @property
    def digest(self) -> bytes:
        """Stands for all of it in keys, but the targets: no output is made from them."""
        options = self.theme.options
        rest = msgspec.structs.replace(self, theme=Theme(self.theme.name), publish={})
        # In the order written, which templates see; and by `repr`, which tells a date from a text.
        return msgspec.msgpack.encode(rest) + repr(options).encode()


def load(root: Path) -> Config:
    """Read the project's `sitegen.toml`. Raises `SitegenError` with every fault in it."""
    path = root / FILE
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise fault("there is no project here", FILE, hint="`sitegen new DIR` makes one") from None
    except UnicodeDecodeError:
        raise fault("the file is not UTF-8", FILE, hint="save it as UTF-8") from None
    except OSError as error:
        raise fault(f"cannot be read: {error.strerror}", FILE) from None
    return read(text)


def read(text: str) -> Config:
    """The Config that a TOML text tells. Raises `SitegenError` with every fault in it."""
    tables = toml.parse(text, FILE)
    problems: list[Problem] = []
    sections: dict[str, object] = {}
    for name, table in tables.items():
        section = _SECTIONS.get(name)
        if name == targets.SECTION and isinstance(table, dict):
            sections[name], found_here = targets.read(table, text)
            problems += found_here
        elif section is None and not isinstance(table, dict | list):
            homes = [head for head, known in _SECTIONS.items() if name in known.__struct_fields__]
            hint = f"write it below `[{homes[0] if homes else 'site'}]`"
            problems.append(
                Problem(
                    f"`{name}` stands outside a section",
                    line=toml.line_of(text, "", name),
                    hint=hint,
                )
            )
        elif section is None:
            hint = did_you_mean(name, [*_SECTIONS, targets.SECTION])
            problems.append(
                Problem(f"`[{name}]` is not a section", hint=hint, line=toml.line_of(text, name))
            )
        elif not isinstance(table, dict):
            problems.append(Problem(f"`{name}` must be a section", hint=f"write `[{name}]`"))
        else:
            sections[name], found_here = _read_section(name, section, table, text)
            problems += found_here
    build = sections.get("build")
    if isinstance(build, Build):
        folders = (build.content, build.seeds, build.static, "themes")
        if wrong := overlap(build.output, folders):
            line = toml.line_of(text, "build", "output")
            problems.append(Problem(f"`build.output`: {wrong}", line=line))
    problems += _overlapping(sections, text)
    if "site" not in tables:
        problems.append(
            Problem("`[site]` is missing", hint="write `[site]`, and `title` and `url` below it")
        )
    if problems:
        raise SitegenError(problem.at(FILE) for problem in problems)
    site, address = sections["site"], sections.get("urls", Urls())
    assert isinstance(site, Site)
    assert isinstance(address, Urls)
    sections["urls"] = msgspec.structs.replace(address, site=site.url.rstrip("/"))
    return Config(**sections)  # type: ignore[arg-type]


def _overlapping(sections: Mapping[str, object], text: str) -> Iterator[Problem]:
    """Targets in folders of the project that hold something else."""
    found, build = sections.get(targets.SECTION, {}), sections.get("build") or Build()
    assert isinstance(found, dict)
    assert isinstance(build, Build)
    folders = (build.content, build.seeds, build.static, build.output, "themes", ".sitegen")
    for name, target in found.items():
        path = posixpath.normpath(target.path) if isinstance(target, Directory) else ""
        if path and not path.startswith(("/", "~", "..")) and (wrong := overlap(path, folders)):
            section = f"{targets.SECTION}.{name}"
            line = toml.line_of(text, section, "path")
            yield Problem(f"`{section}.path`: {wrong}", line=line)


_SECTIONS: Final[dict[str, type[Struct]]] = {
    "site": Site,
    "build": Build,
    "urls": Urls,
    "theme": Theme,
    "ingest": Ingest,
    "tags": Tags,
    "feeds": Feeds,
    "images": Images,
    "editions": Editions,
    "search": Search,
}


def _read_section(
    name: str, section: type[Struct], table: Mapping[str, object], text: str
) -> tuple[Struct | None, list[Problem]]:
    def check(key: str, value: object) -> str:
        wrong = check_pattern(key, value) if section is Urls else ""
        found = CHECKS.get(f"{name}.{key}")
        return found(value) if found else wrong

    def where(key: str, known: Iterable[str]) -> str:
        """Where a key belongs that its section does not know."""
        homes = [home for home, other in _SECTIONS.items() if key in other.__struct_fields__]
        if key in _SECTIONS and key != name:
            return f"`[{key}]` is a section: its settings stand below that line"
        return f"it belongs below `[{homes[0]}]`" if homes else did_you_mean(key, known)

    elsewhere = ("site",) if section is Urls else ()  # Told by [site] url, not here.
    return read_section(name, section, table, text, check, where, elsewhere)

"""The only owner of URL shape: slugs, permalinks, and how a URL maps to a file in the output.

Inside the program a URL is its *address*: the path from the site's root, unquoted, beginning with
`/` (`/tags/kultur/`). `Urls.href` makes of it what a page may link to: quoted, below the path that
the site is served from. `output_path` makes of it the file that answers it.
"""

import re
import unicodedata
from datetime import date
from urllib.parse import quote, urlsplit

from msgspec import Struct

from sitegen.digests import of_text

PICTURES = "/pictures/"
"""Where the sizes of pictures are on the site."""
WELL_KNOWN = ".well-known"
"""The one hidden folder that is part of a site (RFC 8615)."""
MANIFEST = "site.webmanifest"
"""The web manifest: the one template that a theme may do without."""
SLUG_LENGTH = 80
"""Characters of a slug that is made from a title."""
_SLUG_BYTES = 180
"""Room for a suffix below the 255 bytes that file systems allow a name."""

_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_DROPPED = re.compile("['’ʼ`\u200b-\u200f\u00ad]")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
"""Names that Windows keeps for devices, whatever their suffix.
Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""
_NOT_SLUG = re.compile("[^a-z0-9]+")
_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*")
_WORDS = re.compile(r"/[a-z0-9]+(?:-[a-z0-9]+)+/?")
"""An address of one name that is no device's, for none of these has a hyphen."""
_HYPHENS = re.compile("-+")
FORMATS = ("rss", "atom", "json")
"""The formats of feeds."""
PICTURE_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
"""The media types of pictures, by the suffixes of their names."""
_PART = re.compile(r"-\d+(?=\.[^./]*$|$)")
"""The number of a part of a feed's archive."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*]')


def slugify(text: str) -> str:
    """A readable, portable name for a text of any script; never empty.

    Letters and digits stay in their own script; accents on Latin letters go, case is folded.
    A text without letters or digits gets a name from its digest.
    """
    if text.isascii():
        spelled = _NOT_SLUG.sub("-", _DROPPED.sub("", text).lower())
    else:
        folded = unicodedata.normalize("NFKC", text).casefold().translate(_LATIN)
        characters = "".join(_slug_characters(_DROPPED.sub("", folded)))
        spelled = _HYPHENS.sub("-", unicodedata.normalize("NFC", characters))
    words = spelled.strip("-").split("-")
    slug = words[0]
    for word in words[1:]:
        if len(slug) + 1 + len(word) > SLUG_LENGTH:
            break
        slug += f"-{word}"
    slug = _cut(slug[:SLUG_LENGTH])
    if not slug:
        return f"untitled-{of_text(text).hex()[:8]}"
    return f"{slug}-" if slug in _DEVICES else slug


def _slug_characters(text: str) -> "list[str]":
    characters: list[str] = []
    latin = False
    for character in unicodedata.normalize("NFD", text):
        if character.isalnum():
            latin = character < "\u0250"
            characters.append(character)
        elif unicodedata.category(character).startswith("M"):
            # A mark is part of the letter in most scripts; on Latin letters it is an accent.
            if characters and not latin and characters[-1] != "-":
                characters.append(character)
        else:
            characters.append("-")
    return characters


def _cut(slug: str) -> str:
    return slug.encode()[:_SLUG_BYTES].decode(errors="ignore").strip("-")


def fault_in(address: str) -> str:
    """Why an address cannot be a file on every system, as the end of a sentence; "" if it can."""
    if _WORDS.fullmatch(address) and len(address) < 240:
        return ""
    if not address.startswith("/"):
        return "must begin with `/`"
    if address.startswith("//") or "//" in address:
        return "must not hold `//`"
    if match := _FORBIDDEN.search(address):
        return f"must not hold `{match[0]!r}`"
    if "%" in address or "#" in address:
        return "must be written unquoted, without `%` and `#`"
    for depth, name in enumerate(address.strip("/").split("/")):
        if name in (".", ".."):
            return f"must not hold `{name}`"
        if name.startswith(".") and (depth or name != WELL_KNOWN):
            return f"must not hold the hidden name `{name}`"
        if name != name.strip(" ") or name.endswith("."):
            return f"must not hold `{name}`, which ends in a dot or has spaces around it"
        if name.split(".")[0].rstrip(" ").lower() in _DEVICES:
            return f"must not hold `{name}`, a device on Windows"
        if len(name.encode()) > 240:
            return "must not hold a name of more than 240 bytes"
    return ""


def output_path(address: str) -> str:
    """The file that answers an address, relative to the output: `/a/` → `a/index.html`."""
    path = unicodedata.normalize("NFC", address).lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def suffix(url: str) -> str:
    """What the name of a file ends in, small and without the dot; "" where it has none."""
    name = re.split("[?#]", url)[0].rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def portable(path: str) -> str:
    """What two paths share if they are one file on a system that folds case or normalises."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path.casefold())


def quoted(address: str) -> str:
    """An address as it stands in a link: UTF-8, percent-encoded where RFC 3986 asks for it."""
    if _PLAIN.fullmatch(address):
        return address
    return quote(address, safe="/~!$&'()*+,;=:@")


class Urls(Struct, frozen=True):
    """The addresses of a site. Patterns hold `{year}`, `{month}`, `{day}`, `{slug}`, `{number}`."""

    site: str = ""
    """Where the site is published: scheme, host, and perhaps a path; without a final `/`."""
    article: str = "/{year}/{month}/{day}/{slug}/"
    """An article; must hold `{slug}`, may hold the date; may end in `.html`."""
    edition: str = "/{year}/{month}/{day}/"
    """The edition of a day, or of the week that begins on it."""
    month: str = "/{year}/{month}/"
    """A month of the archive."""
    year: str = "/{year}/"
    """A year of the archive."""
    archive: str = "/archive/"
    """The archive."""
    search: str = "/search/"
    """The search page, where `[search]` is on."""
    tag: str = "/tags/{slug}/"
    """A tag."""
    tags: str = "/tags/"
    """The tag index."""
    source: str = "/sources/{slug}/"
    """Where the feeds of a source lie."""
    subscribe: str = "/subscribe/"
    """The page that shows every feed."""
    page: str = "page/{number}/"
    """What a further page of a list adds to the address of the first."""
    rss: str = "feed.xml"
    """What the RSS feed of a list adds to its address."""
    atom: str = "atom.xml"
    """The same for the Atom feed."""
    json: str = "feed.json"
    """The same for the JSON feed."""

    email: str = "email.html"
    """What the e-mail of an edition adds to its address; its text has `.txt` for `.html`."""

    @property
    def base(self) -> str:
        """The path that the site is served from, without a final `/`; mostly empty."""
        return urlsplit(self.site).path.rstrip("/")

    def of_article(self, day: date, slug: str) -> str:
        """An article's address, from its day in the site's zone and its slug."""
        return _dated(self.article, day).replace("{slug}", slug)

    def of_edition(self, day: date) -> str:
        """A day's address."""
        return _dated(self.edition, day)

    def of_email(self, edition: str) -> tuple[str, str]:
        """The addresses of an edition's e-mail: as HTML and as text."""
        html = edition + self.email
        return html, html.removesuffix(".html") + ".txt"

    def of_month(self, day: date) -> str:
        """The address of the month that holds a day."""
        return _dated(self.month, day)

    def of_year(self, day: date) -> str:
        """The address of the year that holds a day."""
        return _dated(self.year, day)

    def of_tag(self, slug: str) -> str:
        """A tag's address."""
        return self.tag.replace("{slug}", slug)

    def of_source(self, slug: str) -> str:
        """The address that the feeds of a source are below."""
        return self.source.replace("{slug}", slug)

    def of_feed(self, home: str, form: str, part: int = 0) -> str:
        """A list's feed in a format (`rss`, `atom`, `json`), or a numbered part of its archive."""
        name: str = getattr(self, form)
        if part:
            stem, dot, suffix = name.rpartition(".")
            name = f"{stem}-{part}.{suffix}" if dot else f"{name}-{part}"
        return home + name

    def format_of(self, path: str) -> str:
        """Which format of feed lies at an address or in an output; "" for what is no feed."""
        plain = _PART.sub("", path)
        return next((f for f in FORMATS if f"/{plain}".endswith(f"/{getattr(self, f)}")), "")

    def of_picture(self, name: str, fingerprint: str, width: int, suffix: str) -> str:
        """The address of a picture in one of its widths; 0 stands for the file itself."""
        size = f"-{width}" if width else ""
        return f"{PICTURES}{name}{size}.{fingerprint}{suffix}"

    def of_page(self, first: str, number: int) -> str:
        """The address of a list's page: `first` itself, then `/page/2/` below it."""
        return first if number == 1 else first + self.page.replace("{number}", str(number))

    def href(self, address: str) -> str:
        """What a page links to: quoted, below the path that the site is served from."""
        return self.base + quoted(address)

    def absolute(self, address: str) -> str:
        """What the outside links to: with scheme and host where the site has them."""
        return self.site + quoted(address)


def _dated(pattern: str, day: date) -> str:
    return (
        pattern.replace("{year}", f"{day.year:04}")
        .replace("{month}", f"{day.month:02}")
        .replace("{day}", f"{day.day:02}")
    )

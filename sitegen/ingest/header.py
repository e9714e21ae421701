"""The head of a text: `Title: …` lines, mail headers, `-- …` lines, ` date 2022-12-29 `."""

import re
from datetime import tzinfo
from typing import Final

from msgspec import Struct

from sitegen.article import Source
from sitegen.dates import Moment
from sitegen.ingest.when import read_date

NAMES: Final = {
    alias: name
    for name, aliases in {
        "title": "title headline subject heading titel titre titulo título betreff",
        "date": "date published pubdate publication-date published-on publish-date datum fecha "
        "sent created posted date-published",
        "updated": "updated modified lastmod last-modified last-updated date-modified",
        "tags": "tags tag keywords keyword categories category topics topic labels schlagwörter",
        "source": "source publication publisher newspaper site quelle fuente website site-name",
        "from": "from",
        "url": "url link permalink source-url canonical canonical-url original",
        "authors": "author authors by byline writer reporter autor autoren auteur",
        "summary": "summary description excerpt abstract standfirst subtitle deck",
        "language": "language lang",
        "image": "image cover thumbnail picture",
    }.items()
    for alias in aliases.split()
}
"""What a field of a header is called, by each way to write it."""
_LINE = re.compile(r"([^\W\d_][\w -]{0,30}?)[ \t]*:[ \t]*(.*)")
_RUN_IN = re.compile(r"\s*date:?[ \t]+(\d{4}-\d{2}-\d{2})(?:[ \t]+|\s*\n\s*)(?=\S)", re.IGNORECASE)
_DASHED = re.compile(r"--[ \t]*(.*)")
_URL = re.compile(r"https?://[^\s<>\"\\]+")


class Header(Struct, frozen=True):
    """What the head of a text tells; what it does not tell is empty."""

    title: str = ""
    date: Moment | None = None
    updated: Moment | None = None
    tags: tuple[str, ...] = ()
    source: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    summary: str = ""
    language: str = ""
    image: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The publication, as far as it is told; its host's name where only a URL is."""
        name = self.source or (host(self.url) if self.url else "")
        return (Source(name, self.url),) if name else ()


def read_header(text: str, zone: tzinfo) -> tuple[Header, str]:
    """The header that a text begins with, and the text below it."""
    if match := _RUN_IN.match(text):
        return Header(date=read_date(match[1], zone)), text[match.end() :]
    top = text.lstrip("\n\r \t")
    if top.startswith("--") and (found := _dashed(top, zone)):
        return found
    return _lines(top, zone) or (Header(), text)


def _lines(text: str, zone: tzinfo) -> tuple[Header, str] | None:
    values: dict[str, str] = {}
    lines = text.split("\n")
    last, end = "", 0
    while end < len(lines):
        line = lines[end]
        if last and line[:1] in (" ", "\t") and line.strip():
            values[last] = f"{values[last]} {line.strip()}".strip()  # A folded line.
        elif last and (item := re.fullmatch(r"- +(.+)", line)):
            values[last] = f"{values[last]}, {item[1].strip()}".lstrip(", ")
        elif match := _LINE.fullmatch(line.rstrip()):
            last = "-".join(match[1].casefold().replace("_", " ").split())
            values.setdefault(last, match[2].strip())
        else:
            break
        end += 1
    if not values:
        return None
    known = {NAMES[key]: value for key, value in reversed(values.items()) if key in NAMES}
    if not known or not _plausible(values, known, "".join(lines[end : end + 1])):
        return None
    return read_values(known, zone), "\n".join(lines[end:])


def _plausible(values: dict[str, str], known: dict[str, str], after: str) -> bool:
    """A header is more than a sentence with a colon: two known keys, or one and an empty line."""
    first = next(iter(values))
    if first not in NAMES:
        return len(known) > 1 and not after.strip()
    if len(known) > 1:
        return True
    return not after.strip() and bool(known.keys() & {"title", "date"})


def read_values(known: dict[str, str], zone: tzinfo) -> Header:
    """The header whose fields have these texts."""
    known = {key: _decoded(value) for key, value in known.items()}
    source, authors = known.get("source", ""), list(names(known.get("authors", "")))
    if sender := known.get("from", ""):
        source = source or _sender(sender)
    url = found[0] if (found := _URL.search(known.get("url", ""))) else ""
    if not url and (found := _URL.fullmatch(source)):
        source, url = host(source), source
    image = found[0] if (found := _URL.search(known.get("image", ""))) else ""
    return Header(
        title=_unquoted(known.get("title", "")),
        date=read_date(known["date"], zone) if known.get("date") else None,
        updated=read_date(known["updated"], zone) if known.get("updated") else None,
        tags=listed(known.get("tags", "")),
        source=source,
        url=url,
        authors=tuple(authors),
        summary=_unquoted(known.get("summary", "")),
        language=_language(known.get("language", "")),
        image=image,
    )


def _dashed(text: str, zone: tzinfo) -> tuple[Header, str] | None:
    """`-- headline`, `-- By  Name`, `-- date`, `-- URL`, in this order, any of them empty."""
    lines = text.split("\n")
    values: list[str] = []
    for line in lines:
        match = _DASHED.fullmatch(line.strip())
        if not match:
            break
        values.append(match[1].strip())
    if len(values) < 2:
        return None
    title, url, date = "", "", None
    authors: tuple[str, ...] = ()
    for value in filter(None, values):
        if found := _URL.fullmatch(value):
            url = found[0]
        elif not title:
            title = value
        elif re.match(r"by\s", value, re.IGNORECASE):
            authors = names(value)
        else:
            date = date or read_date(value, zone)
    header = Header(title=title, date=date, url=url, authors=authors)
    return header, "\n".join(lines[len(values) :])


def names(text: str) -> tuple[str, ...]:
    """The people of a byline: without `By`, e-mail addresses and roles."""
    text = re.sub(r"^\s*(?:by|von|por|par|di)\b:?\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"<[^<>]*@[^<>]*>|\([^()]*@[^()]*\)|\S+@\S+", " ", text)
    people = re.split(r"\s*(?:[;|&\n]|,(?!\s*(?:Jr|Sr|PhD|MD)\b)|\s(?:and|und|y|et)\s)\s*", text)
    return tuple(dict.fromkeys(name for p in people if (name := " ".join(p.split()).strip(" .,-"))))


def listed(text: str) -> tuple[str, ...]:
    """The items of a list on one line: `a, b`, `a; b`, `[a, "b"]`."""
    text = text.strip().removeprefix("[").removesuffix("]")
    parts = re.split(r"\s*[;,|]\s*", text)
    return tuple(dict.fromkeys(item for p in parts if (item := _unquoted(p.lstrip("#")))))


def host(url: str) -> str:
    """A URL's host, as readers know it: without `www.`."""
    match = re.match(r"https?://(?:[^/@]*@)?([^/:?#]+)", url, re.IGNORECASE)
    return match[1].lower().removeprefix("www.") if match else ""


def _sender(text: str) -> str:
    """Who a mail is from: the name beside the address, else the address' domain."""
    name = _unquoted(re.sub(r"<[^>]*>|\S+@\S+", " ", text))
    domain = re.search(r"@([\w.-]+\.\w+)", text)
    return " ".join(name.split()) or (domain[1].lower() if domain else "")


def _unquoted(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
        return text[1:-1].strip()
    return text


def _language(text: str) -> str:
    match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2,4}))?", text)
    return "-".join(filter(None, match.groups())) if match else ""


def _decoded(text: str) -> str:
    """A mail header's encoded words (`=?utf-8?…?=`) as text."""
    if "=?" not in text:
        return text
    from email.header import decode_header, make_header  # noqa: PLC0415 - mails are rare

    try:
        return str(make_header(decode_header(text)))
    except (LookupError, UnicodeDecodeError, ValueError):
        return text

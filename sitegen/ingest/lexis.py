"""LexisNexis downloads: many newspaper articles in one text file."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from itertools import takewhile
from typing import Final

from msgspec import Struct

from sitegen.article import Source
from sitegen.dates import Moment
from sitegen.ingest.paragraphs import paragraphs
from sitegen.ingest.people import people
from sitegen.ingest.plain_body import prose_of
from sitegen.ingest.seed import Found, Seed
from sitegen.ingest.when import read_date

_DOCUMENT: Final = re.compile(
    r"^[ \t]*(\d{1,6})[ \t]+(?:of|von|de|di)[ \t]+\d{1,6}"
    r"[ \t]+(?:DOCUMENTS?|DOKUMENTEN?|DOCUMENTOS?|DOCUMENTI)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_KEY: Final = re.compile(r"([A-Z][A-Z /&-]{2,24}):(?:[ \t]+(.*))?")
_FIELDS: Final = re.compile(r"^(?:LENGTH|BYLINE|LOAD-DATE|SECTION|LÄNGE|LONGUEUR):", re.MULTILINE)
_HEAD: Final = ("BYLINE", "SECTION", "LENGTH", "HIGHLIGHT", "DATELINE", "HEADLINE", "SOURCE")
_FOOT: Final = (
    "LOAD-DATE", "LANGUAGE", "PUBLICATION-TYPE", "GRAPHIC", "SUBJECT", "GEOGRAPHIC", "JOURNAL-CODE",
    "COMPANY", "ORGANIZATION", "PERSON", "INDUSTRY", "TICKER", "CITY", "STATE", "COUNTRY", "TYPE",
    "DOCUMENT-TYPE", "PUB-TYPE", "CORRECTION-DATE", "CORRECTION", "SERIES", "NOTES", "URL",
)  # fmt: skip
_LANGUAGES: Final = {
    "ENGLISH": "en", "GERMAN": "de", "DEUTSCH": "de", "FRENCH": "fr", "FRANÇAIS": "fr",
    "SPANISH": "es", "ESPAÑOL": "es", "ITALIAN": "it", "DUTCH": "nl", "PORTUGUESE": "pt",
}  # fmt: skip
_CENTRED: Final = re.compile(r"[ \t]{12,}\S")
_COPYRIGHT: Final = re.compile(r"\s*(?:Copyright\b|©|All Rights Reserved).*", re.IGNORECASE)


class _Document(Struct, frozen=True):
    """One article's lines, by the part that they play."""

    centred: tuple[str, ...]
    """Above the headline: publication, date, edition."""
    headline: str
    values: dict[str, str]
    """What stands behind `BYLINE:` and the like."""
    body: str


def recognises(seed: Seed) -> bool:
    """Whether it counts its documents, and these have the service's fields."""
    return bool(_DOCUMENT.search(seed.text[:20000]) and _FIELDS.search(seed.text[:60000]))


def read(seed: Seed) -> Iterator[Found]:
    """Its articles, in order."""
    starts = list(_DOCUMENT.finditer(seed.text))
    ends = [match.start() for match in starts[1:]] + [len(seed.text)]
    for start, end in zip(starts, ends, strict=True):
        document = _document(seed.text[start.end() : end])
        if document.body or document.headline:
            yield _found(document, seed.zone, start[1])


def _document(text: str) -> _Document:
    lines = [line.rstrip() for line in text.split("\n")]
    first = next((n for n, line in enumerate(lines) if _key(line) in _HEAD), None)
    if first is None:
        first = next((n for n, line in enumerate(lines) if _key(line)), len(lines))
    head = [line for line in lines[:first] if line.strip()]
    centred = [line.strip() for line in takewhile(_CENTRED.match, head)]
    headline = " ".join(line.strip() for line in head[len(centred) :])
    values: dict[str, str] = {}
    body: list[str] = []
    key = ""
    for line in lines[first:]:
        name = _key(line)
        if name in _HEAD or name in _FOOT:
            key = name
            match = _KEY.match(line)
            values[key] = (match[2] or "").strip() if match else ""
        elif key and line.strip() and not _COPYRIGHT.match(line):
            values[key] = f"{values[key]} {line.strip()}".strip()
        elif key in _FOOT:
            continue  # What follows the last fields is the copyright.
        else:
            key = ""
            body.append(line)
    return _Document(tuple(centred), headline, values, "\n".join(body))


def _key(line: str) -> str:
    match = _KEY.fullmatch(line)
    return match[1].strip() if match else ""


def _found(document: _Document, zone: tzinfo, number: str) -> Found:
    parts = [part for part in paragraphs(document.body) if not _COPYRIGHT.fullmatch(part)]
    prose = prose_of(parts)
    date = _date(document.centred, zone) or read_date(document.values.get("LOAD-DATE", ""), zone)
    name = next((line for line in document.centred if read_date(line, zone) is None), "")
    return Found(
        body=prose.markdown,
        text=prose.text,
        title=_title(document.headline or document.values.get("HEADLINE", "")),
        date=date,
        # Downloads are numbered anew each time: what tells articles apart is what they are.
        key="" if document.headline else f"lexis-{number}",
        tags=_subjects(document.values.get("SUBJECT", "")),
        sources=(Source(name),) if name else (),
        authors=people(document.values.get("BYLINE", "")),
        language=_LANGUAGES.get(
            document.values.get("LANGUAGE", "").split(";")[0].strip().upper(), ""
        ),
    )


def _title(text: str) -> str:
    return " ".join(text.split()).rstrip(";")


def _date(lines: tuple[str, ...], zone: tzinfo) -> Moment | None:
    return next((moment for line in lines if (moment := read_date(line, zone))), None)


def _subjects(text: str) -> tuple[str, ...]:
    """Its subjects without their weights: `ELECTIONS (90%); VOTERS (78%)`; the heaviest first."""
    found = re.findall(r"([^;()]{3,40}?)\s*\((\d{2})%\)", text)
    heavy = sorted((-int(weight), name) for name, weight in found if int(weight) >= 85)
    return tuple(name.strip().capitalize() for _, name in heavy[:5])

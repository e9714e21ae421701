"""Reuters-21578 files: many wire stories in one file of SGML."""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from html import unescape
from typing import Final

from sitegen import dates
from sitegen.article import Source
from sitegen.dates import Moment
from sitegen.ingest.decode import clean
from sitegen.ingest.people import people
from sitegen.ingest.plain_body import prose_of
from sitegen.ingest.seed import Found, Seed

_HEAD: Final = re.compile(r"\s*(?:<!DOCTYPE\s+lewis\b[^>]{0,200}>\s*)?<REUTERS\s", re.IGNORECASE)
_STORY: Final = re.compile(r"<REUTERS\s([^>]{0,400})>", re.IGNORECASE)
_TOPIC: Final = re.compile(r"<D>([^<]{1,60})</D>")
_DATE: Final = re.compile(r"(\d{1,2})-([A-Z]{3})-(\d{4})(?:\s+(\d{1,2}):(\d{2}):(\d{2}))?")
_MONTHS: Final = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_TRAILER: Final = re.compile(r"\n\s*REUTERS?\s*\Z|\n\s*Reuters?\s*\Z")
_BYLINE: Final = re.compile(r"\s*By\s+(.{3,60}?)(?:,\s*Reuters?)?\s*\Z", re.IGNORECASE)


def recognises(seed: Seed) -> bool:
    """Whether it begins with a story of the collection."""
    return bool(_HEAD.match(seed.text[:2000]))


def read(seed: Seed) -> Iterator[Found]:
    """Its stories, in order; those without words are left out."""
    starts = list(_STORY.finditer(seed.text))
    ends = [match.start() for match in starts[1:]] + [len(seed.text)]
    for start, end in zip(starts, ends, strict=True):
        if found := _story(start[1], seed.text[start.end() : end], seed.zone):
            yield found


def _story(attributes: str, text: str, zone: tzinfo) -> Found | None:
    whole = _part(text, "TEXT")
    body = _part(whole, "BODY")
    if not body:
        # Short stories are not marked up: what no other element holds is the story.
        body = re.sub(r"<(TITLE|AUTHOR|DATELINE)>.{0,400}?</\1>", "", whole, flags=re.DOTALL)
        body = re.sub(r"<[^<>]{0,80}>", "", body)
    prose = prose_of(_paragraphs(_TRAILER.sub("", _plain(body).rstrip())))
    title = " ".join(_plain(_part(whole, "TITLE")).split())
    if not prose.text and not title:
        return None
    number = re.search(r'NEWID="(\d{1,9})"', attributes)
    author = _BYLINE.match(_plain(_part(whole, "AUTHOR")))
    return Found(
        body=prose.markdown,
        text=prose.text,
        title=title.strip(" <>"),
        date=_date(_part(text, "DATE"), zone),
        key=f"reuters-{number[1]}" if number else "",
        tags=tuple(_plain(topic) for topic in _TOPIC.findall(_part(text, "TOPICS"))),
        sources=(Source("Reuters"),),
        authors=people(author[1]) if author else (),
        language="en",
    )


def _part(text: str, name: str) -> str:
    """What the first element of a name holds; "" where there is none."""
    start = re.search(rf"<{name}(?:\s[^>]{{0,80}})?>", text)
    if not start:
        return ""
    end = text.find(f"</{name}>", start.end())
    return text[start.end() : end if end >= 0 else len(text)]


def _plain(text: str) -> str:
    return clean(unescape(text))


def _paragraphs(text: str) -> Iterator[str]:
    """Its paragraphs: an indent of four begins one."""
    for part in re.split(r"\n[ \t]*\n|\n(?= {3,}\S)", text):
        if paragraph := " ".join(part.split()):
            yield paragraph


def _date(text: str, zone: tzinfo) -> Moment | None:
    match = _DATE.search(text.upper())
    if not match or match[2] not in _MONTHS.split():
        return None
    month = _MONTHS.split().index(match[2]) + 1
    hour, minute, second = (int(part or 0) for part in match.groups()[3:])
    try:
        at = datetime(int(match[3]), month, int(match[1]), hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    return dates.instant(at, zone) if match[4] else dates.of_day(at.date(), zone)

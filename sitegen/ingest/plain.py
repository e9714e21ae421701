"""Plain-text seeds: header lines or none, a headline or none, paragraphs, flattened posts."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from sitegen.article import Source
from sitegen.dates import Moment
from sitegen.ingest.boilerplate import dateline, is_furniture, without_trailers
from sitegen.ingest.header import host, names, read_header
from sitegen.ingest.paragraphs import paragraphs
from sitegen.ingest.plain_body import prose_of
from sitegen.ingest.seed import Found, Seed
from sitegen.ingest.when import read_date

_HIGHLIGHT = re.compile(
    r"^@highlight[ \t]*\n+(.+?)(?=\n[ \t]*\n|\n@highlight|\Z)", re.MULTILINE | re.DOTALL
)
_HEADLINE: Final = 150
"""Characters of a headline on the first line; longer is a paragraph."""
_BYLINE = re.compile(r"(?:By|Von|Por|Par)\s+[^\W\d_][^\n.!?]{2,80}", re.UNICODE)
_DATED = re.compile(
    r"(?:(?:first\s+)?(?:published|posted|updated|date)[:\s]+)?[^.!?\n]{6,50}", re.IGNORECASE
)
_URL = re.compile(r"(?:(?:url|link|source):\s*)?(https?://\S+)", re.IGNORECASE)


class _Top(Struct, frozen=True):
    """What the lines below a headline tell."""

    date: Moment | None = None
    authors: tuple[str, ...] = ()
    url: str = ""


def recognises(seed: Seed) -> bool:
    """Any text at all: this reader is asked last."""
    return bool(seed.text.strip())


def read(seed: Seed) -> Iterator[Found]:
    """The one article in it; without a body if there is nothing below its header."""
    header, text = read_header(seed.text, seed.zone)
    text, highlights = _highlights(text)
    title, text = (header.title, text) if header.title else _first_line(text)
    parts = paragraphs(text)
    top, parts = _below_headline(parts, seed)
    parts = [
        p for p in map(without_trailers, _without_repeated(title, parts)) if not is_furniture(p)
    ]
    body = prose_of(parts)
    yield Found(
        body=body.markdown,
        text=body.text,
        title=title,
        date=header.date or top.date,
        updated=header.updated,
        key=header.url or top.url,
        summary=header.summary or highlights,
        tags=header.tags + body.hashtags,
        sources=header.sources or _source(top.url, parts),
        authors=header.authors or top.authors,
        language=header.language,
    )


def _source(url: str, parts: list[str]) -> tuple[Source, ...]:
    if url:
        return (Source(host(url), url),)
    agency = dateline(parts[0]).agency if parts else ""
    return (Source(agency),) if agency else ()


def _highlights(text: str) -> tuple[str, str]:
    """The text without its `@highlight` blocks, and these as sentences."""
    if "@highlight" not in text:
        return text, ""
    lines = [" ".join(match[1].split()) for match in _HIGHLIGHT.finditer(text)]
    said = [re.sub(r"^NEW:\s*", "", line) for line in lines]
    ended = [line if line[-1:] in '.!?…"”' else f"{line}." for line in said]
    return _HIGHLIGHT.sub("", text).replace("@highlight", ""), " ".join(ended)


def _first_line(text: str) -> tuple[str, str]:
    """The headline that a text begins with, if it does, and what follows it."""
    lines = text.lstrip("\n \t").split("\n")
    first = " ".join(lines[0].split())
    rest = lines[1:]
    underlined = bool(rest) and bool(re.fullmatch(r"\s*([=~*#_-])\1{2,}\s*", rest[0]))
    if underlined:
        rest = rest[1:]
    below = next((line.strip() for line in rest if line.strip()), "")
    parted = underlined or (bool(rest) and not rest[0].strip())
    if not below or not (underlined or _is_headline(first)):
        return "", text
    # Without an empty line between them, only a line much longer is a paragraph below a headline.
    if not parted and not _goes_below(first, [line for line in rest[:8] if line.strip()]):
        return "", text
    if parted and not underlined and not _body_follows(first, rest):
        return "", text
    return first, "\n".join(rest)


def _is_headline(line: str) -> bool:
    if not 6 <= len(line) <= _HEADLINE or (line[0].islower() and line[0].isascii()):
        return False
    if line.endswith((".", ",", ";", ":", "。", "،")) and not re.search(r"(?:\b\w\.){2,}$", line):
        return False
    if dateline(line).length or _URL.fullmatch(line) or _BYLINE.fullmatch(line):
        return False
    return len(line.split()) > 1 or not line.isascii()


def _goes_below(first: str, rest: list[str]) -> bool:
    if _BYLINE.fullmatch(rest[0].strip()) or len(rest[0]) > max(100, 2 * len(first)):
        return True
    edge = max(map(len, rest))
    return len(rest) > 1 and len(rest[0]) > 0.85 * edge > 50 and len(first) < 0.6 * edge


def _body_follows(first: str, rest: list[str]) -> bool:
    """Whether somewhere below there is more than other short lines."""
    text = " ".join(rest)
    return len(text) > len(first) and (
        max(map(len, rest)) > 100 or bool(re.search(r"[.!?…。؟][\"'”’»]?\s", f"{text} "))
    )


def _below_headline(parts: list[str], seed: Seed) -> tuple[_Top, list[str]]:
    """By-lines, dates and addresses between the headline and the story."""
    top = _Top()
    for count, part in enumerate(parts[:4]):
        lines = part.split("\n")
        read = [_meta_line(line, top, seed) for line in lines]
        if not all(read):
            return top, parts[count:]
        for line in lines:
            top = _meta_line(line, top, seed) or top
    return top, parts[4:]


def _meta_line(line: str, top: _Top, seed: Seed) -> _Top | None:
    if _BYLINE.fullmatch(line) and not top.authors and len(line.split()) <= 9:
        return _Top(top.date, names(line), top.url)
    if match := _URL.fullmatch(line):
        return _Top(top.date, top.authors, top.url or match[1])
    if len(line.split()) <= 9 and _DATED.fullmatch(line) and any(c.isdigit() for c in line):
        date = read_date(re.sub(r"^\D*?[:]\s*", "", line), seed.zone)
        # A sentence may name a day; a line that is a date has few other letters.
        if date and len(re.findall(r"[^\W\d_]{3,}", line)) <= 4:
            return _Top(top.date or date, top.authors, top.url)
    return None


def _without_repeated(title: str, parts: list[str]) -> list[str]:
    """Without the headline, repeated as the first line."""
    same = re.sub(r"\W+", "", title).casefold()
    if same and len(parts) > 1 and re.sub(r"\W+", "", parts[0]).casefold() == same:
        return parts[1:]
    return parts

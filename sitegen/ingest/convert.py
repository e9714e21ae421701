"""One seed → the articles it gives: pure and picklable, so that seeds convert on all cores."""

import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct, structs

from sitegen import dates
from sitegen.article import Source
from sitegen.content import MAX_BYTES
from sitegen.ingest import readers
from sitegen.ingest.boilerplate import dateline
from sitegen.ingest.decode import decode
from sitegen.ingest.duplicates import signature
from sitegen.ingest.given import Given, Options, Value
from sitegen.ingest.headline import calm, make_headline
from sitegen.ingest.seed import Found
from sitegen.ingest.summary import make_summary, prose
from sitegen.ingest.tags import TagRules, choose
from sitegen.ingest.when import day_in_name
from sitegen.ingest.words import folded
from sitegen.problems import Problem, Severity, SitegenError, fault

_SPACE: Final = UUID("6f0cf2a5-2a3c-5d0e-9a55-1d5f0b1d7a10")
"""The namespace of articles' ids; must never change."""


_MOST: Final = MAX_BYTES - 8192
"""Bytes of a body; there must be room for the front matter."""


class Conversion(Struct, frozen=True):
    """What came of one seed."""

    given: tuple[Given, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Warnings, without a path."""


def convert(path: str, data: bytes, options: Options) -> Conversion:
    """The articles that a seed gives; what cannot be used is a warning."""
    given: list[Given] = []
    problems: list[Problem] = []
    try:
        seed = structs.replace(decode(path, data, options.zone), columns=options.columns)
        for one in finish_all(readers.read(seed), path, options):
            if isinstance(one, SitegenError):
                problems += one.problems
            else:
                given.append(one)
        if not given and not problems:
            raise fault("there is no article in it")
    except SitegenError as error:
        problems += error.problems
    return Conversion(tuple(given), tuple(map(as_warning, problems)))


def finish_all(
    founds: Iterable[Found], path: str, options: Options
) -> "list[Given | SitegenError]":
    """Each article finished, or why it cannot be used; the others go on."""
    given: list[Given | SitegenError] = []
    for found in founds:
        try:
            given.append(finish(found, path, options))
        except SitegenError as error:
            given.append(error)
    return given


def as_warning(problem: Problem) -> Problem:
    """A fault of a seed: the digest still goes out."""
    return structs.replace(problem, severity=Severity.WARNING)


def finish(found: Found, path: str, options: Options) -> Given:
    """An article with what its seed did not tell: headline, summary, tags, id."""
    paragraphs = prose(found.text)
    if not found.body.strip():
        raise fault("the article has no text", hint="there is nothing below its header")
    if len(found.body.encode("utf-8", "replace")) > _MOST:
        raise fault(f"the article has more than {_MOST:,} bytes", hint="split it, or shorten it")
    title = calm(" ".join(found.title.split()), found.text)
    lead = paragraphs[0] if paragraphs else found.text
    day = day_in_name(path)
    moment = found.date or (dates.of_day(day, options.zone) if day else None)
    fields: dict[str, Value] = {
        "title": title or make_headline(lead) or _from_name(path),
        "date": (moment or dates.of_day(options.today, options.zone)).iso,
        "updated": found.updated.iso if found.updated and found.updated != moment else "",
        "summary": " ".join(found.summary.split()) or make_summary(paragraphs),
        "tags": _tags(found, title, options.tags),
        "source": _sources(found.sources),
        "authors": found.authors,
        "language": found.language if found.language != options.language else "",
        "image": _image(found),
    }
    return Given(
        id=_id(found),
        key=found.key,
        fields={key: value for key, value in fields.items() if value},
        body=f"{found.body.strip(chr(10))}\n",
        url=next((source.url for source in found.sources if source.url), ""),
        signature=signature(found.text),
        dated=moment is not None,
    )


def _id(found: Found) -> str:
    """An id from the seed's own content: its key, day, and words without spacing and case."""
    day = found.date.iso[:10] if found.date else ""
    words = re.sub(r"\W+", " ", folded(f"{found.title}\n{found.text}")).strip()
    return str(uuid5(_SPACE, f"{found.key}\n{day}\n{words}"))


def _sources(sources: tuple[Source, ...]) -> Value:
    tables = (({"name": s.name, "url": s.url} if s.url else {"name": s.name}) for s in sources)
    listed = tuple(tables)
    return listed[0] if len(listed) == 1 else listed


def _tags(found: Found, title: str, tags: TagRules) -> tuple[str, ...]:
    by = (*found.authors, *(source.name for source in found.sources))
    text = found.text[dateline(found.text).length :]
    return choose(found.tags, title, text, tags, by)


def _image(found: Found) -> Value:
    if not found.image:
        return ""
    image = {"src": found.image.src, "alt": found.image.alt, "credit": found.image.credit}
    return {key: value for key, value in image.items() if value}


def _from_name(path: str) -> str:
    stem = path.rpartition("/")[2].split(".")[0]
    return " ".join(re.sub(r"[-_]+", " ", stem).split()).capitalize() or "Untitled"

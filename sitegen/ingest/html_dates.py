"""When a web page's article was published and last changed."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from lxml.html import HtmlElement

from sitegen import dates
from sitegen.dates import Moment
from sitegen.ingest.html_page import Page, said
from sitegen.ingest.moments import read_moment
from sitegen.ingest.tidy import tidy
from sitegen.ingest.when import read_date

_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "parsely-pub-date", "datepublished",
    "article.published", "publish_date", "publish-date", "publication_date", "pub_date", "pubdate",
    "publishdate", "citation_publication_date", "dc.date.issued", "dcterms.created", "dc.date",
    "dcterms.date", "date", "article_date_original", "sailthru.date",
)  # fmt: skip
_CHANGED: Final = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time",
    "lastmod", "last-modified", "dcterms.modified", "article:updated_time",
)  # fmt: skip
_UPDATE: Final = re.compile(
    r"updat|modif|aktualis|geändert|mis à jour|mise à jour|maj\b|actualiz|aggiorn|bijgewerkt",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?([0-3]\d)(?:\D|$)")


def dates_of(page: Page, url: str, zone: tzinfo) -> tuple[Moment | None, Moment | None]:
    """The moments of publication and of the last change."""
    published = _first(_stated(page, "datePublished", _PUBLISHED), zone)
    changed = _first(_stated(page, "dateModified", _CHANGED), zone)
    shown = _shown(page, zone)
    if published and changed and shown and published.day < changed.day == shown.day:
        # A publisher who prints the day of the change as the article's day has published it anew.
        return changed, None
    published = published or shown or _in_address(url, zone) or _guessed(page, url, zone)
    if published and changed and changed.at <= published.at:
        changed = None
    return published, changed


def _first(texts: Iterator[object], zone: tzinfo) -> Moment | None:
    found = (read_moment(text, zone) for text in texts)
    return next((moment for moment in found if moment and _is_plausible(moment)), None)


def _is_plausible(moment: Moment) -> bool:
    return moment.at.year >= 1900 and moment.at < datetime.max.replace(tzinfo=UTC)


def _stated(page: Page, key: str, metas: "tuple[str, ...]") -> Iterator[object]:
    yield page.article.get(key)
    yield page.webpage.get(key)
    for name in metas:
        yield from page.metas.get(name, ())


def _shown(page: Page, zone: tzinfo) -> Moment | None:
    """The date that is printed near the headline, unless it is called that of an update."""
    found: Moment | None = None
    for element in page.near:
        if element.tag == "time" or element.get("itemprop") == "datePublished":
            around = f"{_before(element)} {element.get('class', '')} {element.get('itemprop', '')}"
            text = said(element)
            if _UPDATE.search(f"{around} {text}") or "comment" in around:
                continue
            given = element.get("datetime") or element.get("content") or text
            if moment := read_moment(given, zone) or read_moment(text, zone):
                return moment
        elif found is None:
            found = _printed(element, zone)
    return found


def _printed(element: HtmlElement, zone: tzinfo) -> Moment | None:
    pieces = [(_before(element), element.text)]
    pieces += [(said(child) if len(child) < 3 else "", child.tail) for child in element]
    for before, text in pieces:
        if text and 7 < len(line := tidy(text)) < 70 and re.search(r"\d{4}", line):
            label = f"{before[-60:]} {element.get('class', '')} {line}"
            if not _UPDATE.search(label) and (moment := read_date(line, zone)):
                return moment
    return None


def _before(element: HtmlElement) -> str:
    """The words that introduce an element on its line."""
    previous = element.getprevious()
    parent = element.getparent()
    text = previous.tail if previous is not None else parent.text if parent is not None else ""
    label = previous.text if previous is not None and len(previous) == 0 else ""
    return f"{label or ''} {text or ''}"[-60:]


def _in_address(url: str, zone: tzinfo) -> Moment | None:
    match = _IN_ADDRESS.search(url)
    if not match:
        return None
    try:
        return dates.of_day(date(*map(int, match.groups())), zone)
    except ValueError:
        return None


def _guessed(page: Page, url: str, zone: tzinfo) -> Moment | None:
    """What trafilatura's own search for a date finds."""
    from htmldate import find_date  # noqa: PLC0415 - rarely needed

    text = find_date(page.root, url=url or None, original_date=True, extensive_search=True)
    return read_moment(text, zone) if text else None

"""RSS, Atom and JSON Feed files → an article for each entry."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from sitegen.article import Image, Source
from sitegen.ingest.addresses import web_address
from sitegen.ingest.moments import read_moment
from sitegen.ingest.paragraphs import paragraphs
from sitegen.ingest.people import people
from sitegen.ingest.plain_body import Prose, prose_of
from sitegen.ingest.seed import Found, Seed
from sitegen.ingest.tidy import tidy
from sitegen.problems import SitegenError, fault

_XML: Final = re.compile(
    # Atomic: a comment that could end in many places would be tried at all of them, each time.
    r"\s*+(?>(?:<!--.{0,4000}?-->|<\?.{0,500}?\?>|<!DOCTYPE[^>\[]{0,300}>)\s*+)*+"
    r"<(?:[\w-]{1,20}:)?(?:rss|feed|rdf)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_JSON: Final = re.compile(
    r'"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org', re.IGNORECASE
)
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|\w+);")

Entry = Mapping[str, Any]


def recognises(seed: Seed) -> bool:
    """Whether it is a feed: by its outermost element, or JSON Feed's version."""
    head = seed.text[:20000]
    if head.lstrip()[:1] == "{":
        return bool(_JSON.search(head))
    return bool(_XML.match(head))


def read(seed: Seed) -> Iterator[Found]:
    """Its entries, in order."""
    if seed.text.lstrip()[:1] == "{":
        yield from _json(seed)
    else:
        yield from _xml(seed)


def markup_to_prose(markup: str, base: str, title: str = "") -> Prose:
    """The body that HTML in a field makes, all of it; plain text is taken as it is."""
    if not _MARKUP.search(markup):
        return prose_of(paragraphs(markup))
    # Feeds of plain text do not pay for this.
    from sitegen.ingest.html_body import fragment  # noqa: PLC0415
    from sitegen.ingest.html_page import parse  # noqa: PLC0415

    found = fragment(parse(f"<html><body>{markup}</body></html>"), base, (title,))
    return Prose(found.markdown, found.text)


def _body(markup: str, base: str, title: str) -> Prose:
    try:
        return markup_to_prose(markup, base, title)
    except SitegenError:
        # One entry that cannot be used (nested too deep) is empty; the others go on.
        return Prose("", "")


def _xml(seed: Seed) -> Iterator[Found]:
    import feedparser  # noqa: PLC0415 - a tenth of a second

    if "<!ENTITY" in seed.text[:20000]:
        raise fault("the feed declares entities of its own, which is not allowed")
    data = _DECLARATION.sub("", seed.text, count=1).encode("utf-8", "replace")
    feed = feedparser.parse(
        data,
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.entries and feed.get("bozo"):
        raise fault(f"the feed is broken: {tidy(str(feed.bozo_exception))}")
    for entry in feed.entries:
        yield _found(entry, feed.feed, seed.zone)


def _found(entry: Entry, feed: Entry, zone: tzinfo) -> Found:
    url = web_address(entry.get("feedburner_origlink") or entry.get("link") or "")
    base = url or web_address(feed.get("link") or "")
    title = _plain(entry.get("title") or "")
    contents = [part.get("value") or "" for part in entry.get("content", ())]
    told = entry.get("summary") or ""
    content = max([*contents, told], key=len)
    prose = _body(content, base, title)
    name = _plain((entry.get("source") or {}).get("title") or feed.get("title") or "")
    # Asked for, an `updated` that is not there is `published`, with a warning of feedparser's.
    changed = (entry.get("updated") or "") if "updated" in entry else ""
    published = read_moment(entry.get("published") or changed, zone)
    updated = read_moment(changed, zone) if entry.get("published") else None
    return Found(
        body=prose.markdown,
        text=prose.text,
        title=title,
        date=published,
        updated=updated if updated and published and updated.at > published.at else None,
        key=tidy(entry.get("id") or url)[:500],
        summary=_summary(told) if content != told else "",
        tags=_tags(tag.get("label") or tag.get("term") for tag in entry.get("tags", ())),
        sources=(Source(name or _host(url), url),) if name or url else (),
        authors=_authors(entry),
        language=_language(entry, feed),
        image=_image(entry, base),
    )


def _plain(markup: str) -> str:
    """A title or a summary, which may be HTML, as plain text."""
    if not _MARKUP.search(markup):
        return tidy(markup)
    if "<" not in markup:
        return tidy(markup)
    return tidy(
        re.sub(r"</?[a-zA-Z][^<>]*>", " " if "<p" in markup or "<br" in markup else "", markup)
    )


def _summary(markup: str) -> str:
    text = _plain(markup)
    return "" if len(text) > 500 or text.endswith(("…", "...", "[...]", "[…]")) else text


def _tags(texts: Iterator[object]) -> tuple[str, ...]:
    found = (tidy(text) for text in texts if isinstance(text, str))
    return tuple(dict.fromkeys(tag for tag in found if 1 < len(tag) <= 60 and "://" not in tag))[
        :12
    ]


def _authors(entry: Entry) -> tuple[str, ...]:
    texts = [author.get("name") or "" for author in entry.get("authors", ())]
    found = [name for text in texts or [entry.get("author") or ""] for name in people(text)]
    return tuple(dict.fromkeys(found))


def _language(entry: Entry, feed: Entry) -> str:
    contents = entry.get("content") or [{}]
    told = contents[0].get("language") or feed.get("language") or ""
    match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?", told.strip())
    return "-".join(filter(None, (match[1].lower(), (match[2] or "").upper()))) if match else ""


def _host(url: str) -> str:
    return url.split("/")[2].removeprefix("www.") if url.count("/") > 1 else ""


def _image(entry: Entry, base: str) -> Image | None:
    media = [*entry.get("media_content", ()), *entry.get("enclosures", ())]
    pictures = [
        item.get("url") or item.get("href") or ""
        for item in media
        if item.get("medium") == "image" or str(item.get("type", "")).startswith("image/")
    ]
    pictures += [item.get("url") or "" for item in entry.get("media_thumbnail", ())]
    src = next((url for text in pictures if (url := web_address(text, base))), "")
    credit = (entry.get("media_credit") or [{}])[0].get("content") or ""
    return Image(src, credit=tidy(credit)[:120]) if src else None


def _json(seed: Seed) -> Iterator[Found]:
    try:
        feed = json.loads(seed.text)
    except (ValueError, RecursionError) as error:
        raise fault(f"broken JSON: {error}") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise fault("the feed has no `items`")
    for item in items:
        if isinstance(item, dict):
            yield _item(item, feed, seed.zone)


def _item(item: Entry, feed: Entry, zone: tzinfo) -> Found:
    url = web_address(_text(item, "url") or _text(item, "external_url"))
    title = tidy(_text(item, "title"))
    html, text = _text(item, "content_html"), _text(item, "content_text")
    prose = _body(html, url, title) if html else prose_of(paragraphs(text))
    name = tidy(_text(feed, "title"))
    people_of = item.get("authors") or feed.get("authors") or [item.get("author")]
    texts = [_text(one, "name") for one in people_of if isinstance(one, dict)]
    tags = item.get("tags")
    src = web_address(_text(item, "image") or _text(item, "banner_image"), url)
    published = read_moment(item.get("date_published"), zone)
    updated = read_moment(item.get("date_modified"), zone)
    return Found(
        body=prose.markdown,
        text=prose.text,
        title=title,
        date=published or updated,
        updated=updated if updated and published and updated.at > published.at else None,
        key=tidy(str(item.get("id") or url))[:500],
        summary=_summary(_text(item, "summary")),
        tags=_tags(iter(tags)) if isinstance(tags, list) else (),
        sources=(Source(name or _host(url), url),) if name or url else (),
        authors=tuple(dict.fromkeys(name for text in texts for name in people(text))),
        language=_language({}, {"language": _text(item, "language") or _text(feed, "language")}),
        image=Image(src) if src else None,
    )


def _text(item: Entry, key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""

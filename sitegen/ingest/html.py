"""Saved web pages → articles."""

import re
from collections.abc import Iterator
from typing import Final

from sitegen.ingest.seed import Found, Seed
from sitegen.ingest.tidy import tidy
from sitegen.problems import fault

MAX_PAGE: Final = 8 * 1024 * 1024
"""Characters that a page may have, scripts and all; more is set aside (promise 29)."""
_PAGE: Final = re.compile(
    # Atomic: a comment that could end in many places would be tried at all of them, each time.
    r"\s*+(?:<\?xml[^>]{0,300}\?>\s*+)?(?>(?:<!--.{0,20000}?-->\s*+)*+)"
    r"(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_PART: Final = re.compile(
    r"\s*<(?:article|main|div|section|p|h1|title|meta|link)[\s>]", re.IGNORECASE
)
_CLOSED: Final = re.compile(r"</(?:p|div|article|h1)\s*>", re.IGNORECASE)


def recognises(seed: Seed) -> bool:
    """Whether the text is an HTML page, or a part of one."""
    head = seed.text[:40000]
    if _PAGE.match(head):
        return True
    return bool(_PART.match(head) and _CLOSED.search(head))


def read(seed: Seed) -> Iterator[Found]:
    """The page's article. Raises `SitegenError` (no path) if there is none, or too much."""
    if len(seed.text) > MAX_PAGE:
        raise fault(f"the page has more than {MAX_PAGE // 2**20} MB")
    # The libraries cost half a second; a project without web pages does not pay it.
    from sitegen.ingest import html_body, html_dates, html_meta, html_people, html_title  # noqa: PLC0415
    from sitegen.ingest.html_page import Page  # noqa: PLC0415

    page = Page(seed.text)
    url = html_meta.url_of(page)
    sites = html_meta.sites_of(page, url)
    base = html_meta.base_of(page, url)
    title = html_title.title_of(page, sites[0] if sites else "")
    published, changed = html_dates.dates_of(page, url, seed.zone)
    image = html_meta.image_of(page, base)
    description = page.meta("og:description", "description", "twitter:description")
    words = page.article.get("articleBody")
    known = html_body.Known(
        titles=(title, page.title_tag),
        image=image.src if image else "",
        lead=description,
        words=words if isinstance(words, str) else "",
    )
    body = html_body.body(page.root, base, known)
    if not body.markdown:
        raise fault(
            "the page holds no article", hint="save it as plain text, with its headline first"
        )
    if len(body.markdown.encode()) > html_body.MAX_TEXT:
        raise fault(f"the article has more than {html_body.MAX_TEXT // 1024} KB")
    yield Found(
        body=body.markdown,
        text=body.text,
        title=title,
        date=published,
        updated=changed,
        key=url,
        summary=tidy(description) if _is_said(description, body.text) else "",
        tags=html_meta.tags_of(page, sites, title, body.text),
        sources=html_meta.source_of(sites, url),
        authors=html_people.authors_of(page, sites, title),
        language=html_meta.language_of(page),
        image=image,
    )


def _is_said(description: str, text: str) -> bool:
    """Whether a description is the article's own words, and whole."""
    if len(description) < 40 or description.rstrip().endswith(("…", "...")):
        return False
    return "".join(description.split()) in "".join(text[:4000].split())

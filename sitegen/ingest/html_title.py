"""The headline of a web page, without the site's name."""

import re
from typing import Final

from lxml.html import HtmlElement

from sitegen.ingest.html_page import Page, said
from sitegen.ingest.tidy import fold, tidy

_PARTED: Final = re.compile(r"\s+[|–—·•»«›‹:~⁄/-]+\s+|\s*[|»›]\s*|:\s+")
_MAX: Final = 300


def title_of(page: Page, site: str) -> str:
    """The page's headline. `site` is the name of its publication."""
    visible = _visible(page.headline)
    stated = _stated(page, site)
    social = [without_site(text, site, page) for text in _social(page)]
    tag = without_site(page.title_tag, site, page)
    backers = [text for text in (*stated, *social, tag) if text]
    if visible and fold(visible) == fold(site):
        visible = ""
    if visible:
        chosen = _confirmed(visible, backers) or (stated[0] if stated else visible)
        if len(fold(chosen)) < 3:
            chosen = next(iter(backers), visible)
    else:
        chosen = next(iter(backers), "")
        chosen = _shown(page, chosen) or chosen
    return without_site(chosen, site, page)[:_MAX]


def _visible(head: HtmlElement | None) -> str:
    return said(head) if head is not None else ""


def _stated(page: Page, site: str) -> list[str]:
    """What the publisher's own system calls the headline."""
    texts = [page.article.get("headline"), page.meta("parsely-title"), page.meta("sailthru.title")]
    texts += [page.meta("citation_title", "dc.title", "dcterms.title")]
    return [
        without_site(tidy(text), site, page)
        for text in texts
        if isinstance(text, str) and text.strip() and not text.rstrip().endswith(("…", "..."))
    ]


def _social(page: Page) -> list[str]:
    return [text for key in ("og:title", "twitter:title", "title") if (text := page.meta(key))]


def _confirmed(visible: str, backers: list[str]) -> str:
    """The visible headline if anything else says it, without a kicker that runs into it."""
    folded = fold(visible)
    for text in backers:
        if fold(text) == folded:
            return visible if len(visible) <= len(text) + 3 else text
    for text in backers:
        known = fold(text)
        if len(known) > 12 and folded.endswith(known):
            return text
    for text in backers:
        if len(folded) > 12 and folded in fold(text):
            return visible
    return ""


def _shown(page: Page, text: str) -> str:
    """A heading that says the same in fewer words, where there is no `<h1>`."""
    known = fold(text)
    for head in page.root.iter("h2", "h3"):
        shown = _visible(head)
        if len(fold(shown)) > 12 and known.startswith(fold(shown)):
            return shown
    return ""


def without_site(title: str, site: str, page: Page) -> str:
    """A title without the name of its publication in front of it or behind it."""
    names = {fold(site), fold(page.meta("og:site_name")), fold(page.meta("application-name"))}
    names |= {name.removesuffix(end) for name in names for end in ("com", "de", "fr", "org", "net")}
    names = {name for name in names if len(name) > 1}
    for _ in range(3):
        parts = list(_PARTED.finditer(title))
        if not parts:
            return title
        first, last = title[: parts[0].start()], title[parts[-1].end() :]
        if _is_site(last, names):
            title = title[: parts[-1].start()]
        elif _is_site(first, names):
            title = title[parts[0].end() :]
        else:
            return title
    return title


def _is_site(part: str, names: set[str]) -> bool:
    folded = fold(part)
    if not folded:
        return True
    if folded in names or re.fullmatch(
        r"(?:www\.)?[\w-]+\.[a-z]{2,10}", part.strip(), re.IGNORECASE
    ):
        return True
    return any(
        len(name) > 4 and (folded.startswith(name) and len(folded) < 2 * len(name))
        for name in names
    )

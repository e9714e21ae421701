"""Who wrote a web page's article."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml.html import HtmlElement

from sitegen.ingest.html_page import Node, Page, said
from sitegen.ingest.people import people
from sitegen.ingest.tidy import fold

_VISIBLE_LEAD: Final = re.compile(
    r"^\s*(?:by|von|par|por|di|door|written by|text|autor(?:in)?|author|posted by"
    r"|veröffentlicht von)"
    r"(?:\s*:\s*|\s+)(?=[^\W\d_])",
    re.IGNORECASE,
)
_BYLINE: Final = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|authors?|autor(?:en|in)?|auteur|writer|contributors?|vcard|signature"
    r"|(?:post|entry|article|meta)-?author|author-?name|contentheaderby)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"comment|related|recommend|teaser|sidebar|widget|footer|promo|more-|latest|popular|bio\b|card",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(
    r"""\s[|•·–—]\s|\s\d{1,2}[.:]\d|,?\s+\d{1,2}\.?\s+\w+\s+\d{4}|\bupdated\b|\bam\s+\d|\bon\s+[A-Z]
    |\s(?:illustration|foto|photo|bild)\w*\s*(?:von|by|par|:)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What follows the names in a byline: a date, a place, who made the pictures."""
_MAX: Final = 8


def authors_of(page: Page, sites: Iterable[str], title: str) -> tuple[str, ...]:
    """The people who wrote the article. `sites` are names of its publication."""
    sites = list(sites)
    banned = {fold(site) for site in sites}
    banned |= {fold(name) for site in sites for name in re.split(r"[.\s]", site) if len(name) > 5}
    for source in (_stated(page), _meta(page), _near(page), _tag(page, title), _anywhere(page)):
        for text in source:
            if found := people(text, banned):
                more = [name for other in source for name in people(other, banned)]
                return tuple(dict.fromkeys([*found, *more]))[:_MAX]
    return ()


def _stated(page: Page) -> list[str]:
    """What the article's JSON-LD says: people first, whoever is not known to be none else."""
    for key in ("author", "creator"):
        nodes = page.named(page.article.get(key) or page.webpage.get(key) or [])
        names = [name for node in nodes if not _is_company(node) for name in _name(node)]
        if names:
            return names
    return []


def _is_company(node: Node) -> bool:
    types = node.get("@type", "")
    return "Organization" in str(types) or "WebSite" in str(types)


def _name(node: Node) -> Iterator[str]:
    name = node.get("name")
    if isinstance(name, list):
        yield from (part for part in name[:_MAX] if isinstance(part, str))
    elif isinstance(name, str):
        yield name
    elif isinstance(node.get("familyName"), str):
        yield f"{node.get('givenName', '')} {node['familyName']}"


def _meta(page: Page) -> list[str]:
    for key in (
        "parsely-author", "sailthru.author", "byl", "author", "article:author", "dc.creator",
        "dcterms.creator", "citation_author", "og:article:author", "authors", "creator",
    ):  # fmt: skip
        names = [text for text in page.metas.get(key, ()) if not text.startswith("http")]
        # A single small word is the name of an account.
        names = [text for text in names if " " in text or not text.islower()]
        if names:
            return names
    return []


def _near(page: Page) -> list[str]:
    """What stands near the headline and is marked as a byline, or begins like one."""
    marked: list[str] = []
    begun: list[str] = []
    for element in page.near:
        text = said(element) if len(element) < 12 else ""
        if not 2 < len(text) < 150:
            continue
        names = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"
        rel = element.get("rel", "").split()
        if "author" in rel or (_BYLINE.search(names) and not _ELSEWHERE.search(names)):
            marked.append(_first_line(element))
        elif _VISIBLE_LEAD.match(text):
            begun.append(_first_line(element))
    good = [text for text in (*marked, *begun) if people(text)]
    return good[:1]


def _first_line(element: HtmlElement) -> str:
    """A byline's words without its date and what else is parted from the names."""
    return _BEHIND.split(said(element), maxsplit=1)[0]


def _tag(page: Page, title: str) -> list[str]:
    """What follows the headline in `<title>`: `Headline, par Jeanne Doe (…)`."""
    rest = page.title_tag.partition(title)[2] if title else ""
    match = re.match(r"\W*(?:by|von|par|por|di)\s+([^(,|–—-]{4,50})", rest, re.IGNORECASE)
    return [match[1]] if match else []


def _anywhere(page: Page) -> list[str]:
    """A link to the author anywhere, if the whole page has one author only."""
    found: dict[str, None] = {}
    marked = page.root.xpath(
        '//*[@rel="author" or @itemprop="author" or contains(@class,"author")]'
    )
    for element in marked[:60]:
        names = " ".join(f"{e.get('class', '')} {e.get('id', '')}" for e in element.iterancestors())
        if _ELSEWHERE.search(names.replace("card", "")):
            continue
        text = said(element)
        if len(text) < 100:
            for name in people(text)[:1]:
                found.setdefault(name)
    return list(found) if len(found) == 1 else []

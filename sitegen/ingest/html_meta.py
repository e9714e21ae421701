"""A web page's source, language, picture and keywords."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from sitegen.article import Image, Source
from sitegen.ingest.addresses import without_tracking
from sitegen.ingest.html_page import Page, said
from sitegen.ingest.tidy import fold, tidy

_NO_PICTURE: Final = re.compile(
    r"\.(?:jpe?g|png|webp|gif)https?:|logo|placeholder|favicon|avatar|sprite|blank\.|default[-_]|spacer|\.svg(?:$|\?)",
    re.IGNORECASE,
)
_CREDIT: Final = re.compile(
    r"(?:photo(?:graph)?s?|foto[s]?|bild(?:er|quelle|nachweis)?|image|picture|quelle|crédits?|credits?)"
    r"(?:\s+(?:photo|image|courtesy|credit))?\s*(?:by|von|par|:|©|/)\s*:?\s*(.{2,80})$|©\s*(.{2,80})$",
    re.IGNORECASE,
)
_MAX_TAGS: Final = 10


def url_of(page: Page) -> str:
    """The article's own address: canonical, as shared, as described, or as it was saved."""
    candidates = [*_links(page), page.meta("og:url"), page.meta("twitter:url")]
    for key in ("mainEntityOfPage", "url"):
        candidates += [
            str(node.get("@id") or node.get("url") or node.get("name") or "")
            for node in page.named(page.article.get(key) or [])
        ]
    candidates.append(page.saved_from)
    base = next((url for url in candidates if url.startswith("http")), "")
    whole = [url for text in candidates if text and (url := _whole(text, base))]
    deep = (url for url in whole if urlsplit(url).path.strip("/") or urlsplit(url).query)
    return next(deep, whole[0] if whole else "")


def _links(page: Page) -> Iterator[str]:
    for link in page.root.iter("link"):
        if "canonical" in link.get("rel", "").lower().split():
            yield link.get("href", "").strip()


def _whole(url: str, base: str) -> str:
    try:
        whole = urljoin(base, url)
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(whole) > 2000:
            return ""
        return "" if re.search(r'[\s<>"\\]', whole) else without_tracking(whole.partition("#")[0])
    except ValueError:
        return ""


def base_of(page: Page, url: str) -> str:
    """What relative addresses in the page are relative to."""
    element = page.root.find(".//base")
    return urljoin(url, element.get("href", "")) if element is not None else url


def sites_of(page: Page, url: str) -> list[str]:
    """What the publication is called, best first; its host last."""
    names = [page.meta("og:site_name")]
    publishers = page.named(page.article.get("publisher") or [])
    names += [tidy(node["name"]) for node in publishers if isinstance(node.get("name"), str)]
    names += [page.meta("application-name", "apple-mobile-web-app-title", "dc.publisher")]
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return [name for name in dict.fromkeys((*names, host)) if name and len(name) < 80]


def source_of(sites: list[str], url: str) -> tuple[Source, ...]:
    """The publication, if anything names it."""
    return (Source(sites[0], url),) if sites else ()


def language_of(page: Page) -> str:
    """The article's language as BCP 47; "" where the page does not tell."""
    told = page.article.get("inLanguage")
    for text in (
        page.root.get("lang"), page.root.get("xml:lang"), told if isinstance(told, str) else "",
        page.meta("content-language", "og:locale", "dc.language", "language"),
    ):  # fmt: skip
        match = re.fullmatch(
            r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}|[A-Z][a-z]{3}))?", (text or "").strip()
        )
        if match:
            region = match[2].upper() if match[2] and len(match[2]) == 2 else match[2]
            return "-".join(filter(None, (match[1].lower(), region)))
    return ""


def image_of(page: Page, base: str) -> Image | None:
    """The picture that stands for the article, with what is known of it."""
    alt = page.meta("og:image:alt", "twitter:image:alt")
    credit = ""
    candidates: list[str] = []
    for node in page.named(page.article.get("image") or []):
        address = node.get("url") or node.get("contentUrl") or node.get("name") or node.get("@id")
        if isinstance(address, str):
            candidates.append(address)
            credit = credit or _credited(node)
            caption = node.get("caption") or node.get("description")
            alt = alt or (tidy(caption) if isinstance(caption, str) else "")
    candidates = [
        page.meta("og:image", "og:image:secure_url", "og:image:url"),
        *candidates,
        page.meta("twitter:image", "twitter:image:src", "parsely-image-url"),
    ]
    src = next((url for text in candidates if text and (url := _picture(text, base))), "")
    if not src:
        return None
    shown = _shown(page, src)
    if shown is not None:
        alt = tidy(shown.get("alt", "")) or alt
        credit = credit or _credit_near(shown)
    return Image(src, alt[:300], credit[:120])


def _picture(text: str, base: str) -> str:
    url = _whole(text, base)
    return "" if not url or _NO_PICTURE.search(url) else url


def _credited(node: "dict[str, object]") -> str:
    for key in ("creditText", "copyrightHolder", "creator", "author"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and value.strip():
            return tidy(value)
    return ""


def _shown(page: Page, src: str) -> HtmlElement | None:
    """The same picture in the page: its file is named alike, whatever its size."""
    name = _stem(src)
    if len(name) < 5:
        return None
    for image in page.root.iter("img"):
        for key in ("src", "data-src", "data-lazy-src", "srcset", "data-srcset"):
            if name in image.get(key, ""):
                return image
    return None


def _stem(url: str) -> str:
    name = urlsplit(url).path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[-_](?:\d{2,4}x\d{2,4}|scaled|large|small|medium|\d{3,4}w?)$", "", name)


def _credit_near(image: HtmlElement) -> str:
    figure = next((a for a in image.iterancestors() if a.tag == "figure"), None)
    if figure is None:
        return ""
    texts: list[str] = []
    for element in figure.iter():
        names = f"{element.get('class', '')} {element.get('itemprop', '')}".lower()
        if "credit" in names or "copyright" in names or "source" in names:
            texts.append(said(element))
    text = next(filter(None, texts), "")
    match = _CREDIT.search(text or said(figure))
    return (match[1] or match[2] if match else text).strip(" ()[]")


def tags_of(page: Page, sites: list[str], title: str, text: str) -> tuple[str, ...]:
    """The page's keywords, if they are such that a reader would choose them."""
    marked = [link for link in page.root.iter("a") if "tag" in link.get("rel", "").lower().split()]
    # WordPress marks categories as tags too.
    pure = [link for link in marked if "category" not in link.get("rel", "").lower()]
    links = [tidy(link.text_content()) for link in pure or marked]
    stated = page.article.get("keywords")
    chosen = [page.metas.get("article:tag", []), links]
    automatic = [
        stated if isinstance(stated, list) else _listed(stated),
        _listed(page.meta("news_keywords")),
        _listed(page.meta("parsely-tags", "sailthru.tags")),
        _listed(page.meta("keywords")),
    ]
    banned = {fold(name) for name in (*sites, title)}
    known = fold(f"{title} {text}")
    for index, found in enumerate((*chosen, *automatic)):
        texts = [part for text in found if isinstance(text, str) for part in _listed(text)]
        good = list(dict.fromkeys(text for text in texts if _is_tag(text, banned)))
        if index >= len(chosen):
            # Keywords are written for machines; those that the article uses are its own.
            good = [tag for tag in good if fold(tag) in known]
        if good and len(texts) <= 2 * _MAX_TAGS:
            return tuple(good[:_MAX_TAGS])
    return ()


def _listed(text: object) -> list[str]:
    return (
        [tidy(part).strip("#") for part in re.split(r"[,;|]", text)]
        if isinstance(text, str)
        else []
    )


def _is_tag(text: str, banned: set[str]) -> bool:
    if not 1 < len(text) <= 40 or len(text.split()) > 5 or fold(text) in banned:
        return False
    return not re.search(
        r"[:=_/<>{}]|^\d+$|^(?:news|home|article|post|default|none|null)$", text.lower()
    )

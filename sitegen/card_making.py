"""Article + Rendered → Card and body."""

from typing import Final

import msgspec
from msgspec import structs

from sitegen.article import Article, Image
from sitegen.cards import WORDS_A_MINUTE, Card, KeptBody, TagNames
from sitegen.digests import digest
from sitegen.markdown import typographic
from sitegen.pictures import Picture
from sitegen.prose import one_line
from sitegen.rendered import ARTICLE_LINK, Rendered, beside_path
from sitegen.sketch import sketch
from sitegen.urls import Urls, slugify

SUMMARY_LENGTH: Final = 300
"""Characters of a summary that is made from the first paragraph."""
_DATELINE: Final = 80
"""Characters that a dateline may have."""
_DASHES: Final = ("-", "–", "—", ":")
_FOLDS: Final = (("“", '"'), ("”", '"'), ("„", '"'), ("«", '"'), ("»", '"'), ("‘", "'"), ("’", "'"))
"""Quotation marks that a summary and a paragraph may have in different shapes."""


def article_address(article: Article, urls: Urls) -> str:
    """Where an article's page is: its permalink, or the site's pattern filled in."""
    slug = article.slug or slugify(article.title)
    return article.permalink or urls.of_article(article.date.day, slug)


def make_card(
    article: Article, address: str, rendered: Rendered, words: int, tags: TagNames, language: str
) -> Card:
    """The card of an article at its address; `language` is the site's."""
    spoken = article.language or language
    summary = article.summary or shorten(rendered.lead, SUMMARY_LENGTH)
    card = Card(
        id=article.id,
        path=article.path,
        address=address,
        url=tags.urls.href(address),
        title=typographic(article.title, spoken),
        summary=typographic(summary, spoken),
        date=article.date,
        updated=article.updated,
        tags=tags.refs(article.tags),
        sources=article.sources,
        authors=article.authors,
        language=spoken,
        image=_on_site(article.image, article.path, tags.urls),
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        draft=article.draft,
        expires=article.expires,
        aliases=article.aliases,
        story=article.story,
        extra=article.extra,
        sketch=sketch(f"{article.title} {summary}"),
    )
    return structs.replace(card, digest=digest(msgspec.msgpack.encode(card)))


def _on_site(image: Image | None, path: str, urls: Urls) -> Picture | None:
    if image is None:
        return None
    src = image.src
    if src.startswith("/"):
        src = urls.href(src)
    elif not src.startswith(("http:", "https:")):
        src = beside_path(path, src)
    return Picture(src, image.alt, image.credit)


def make_body(rendered: Rendered, words: int, card: Card) -> KeptBody:
    """What the article's page shows beside its card."""
    return KeptBody(
        html=rendered.html.encode(),
        toc=rendered.toc,
        words=words,
        opens_with_summary=opens_with(rendered.lead, card.summary),
        references=tuple(link for link, _ in rendered.links if link.startswith(ARTICLE_LINK)),
    )


def opens_with(lead: str, summary: str) -> bool:
    """Whether a first paragraph says the summary at once, or after a wire story's dateline.

    The dateline is news and stays in the body: `PARIS (Reuters) –`.
    """
    said = _folded(summary).rstrip("…")
    text = _folded(lead[: 2 * (len(said) + _DATELINE)])
    at = text.find(said, 0, len(said) + _DATELINE) if said else -1
    return at == 0 or (at > 0 and text[:at].rstrip()[-1:] in _DASHES)


def shorten(text: str, length: int) -> str:
    """A text cut to `length` characters: after a sentence if one ends late enough, else a word."""
    if len(text) <= length:
        return text
    sentence = max(text.rfind(end, 0, length) for end in (". ", "! ", "? ", "。", "؟ "))
    if sentence > length // 3:
        return text[: sentence + 1].rstrip()
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _folded(text: str) -> str:
    if not text.isascii():
        # One search for each is far quicker than a look at each character.
        for mark, plain in _FOLDS:
            text = text.replace(mark, plain)
    return one_line(text)  # No-break spaces are white space too.

"""An article's body → HTML, its headings and its links; prose at once, all else by markdown-it.

Importing markdown-it takes a while, so that it is left to who meets what takes it to read.
"""

from collections.abc import Sequence
from typing import Final, cast

from sitegen.headings import headings
from sitegen.prose import Head, Part, Prose, Rest, read, with_quotes
from sitegen.rendered import Heading
from sitegen.sanitising import Unclean

_LONG: Final = 2000
"""Characters beyond which a text is no headline or summary: finding pairs costs their square."""
_QUOTES: Final = {
    "en": "“”‘’",
    "de": "„“‚‘",
    "fr": ["«\u202f", "\u202f»", "“", "”"],
    "es": "«»“”",
    "it": "«»“”",
    "pt": "“”‘’",
    "nl": "“”‘’",
    "pl": "„”‚’",
    "cs": "„“‚‘",
    "ru": "«»„“",
    "uk": "«»„“",
    "sv": "””’’",
    "fi": "””’’",
    "da": "»«›‹",
    "ar": "“”‘’",
    "ja": "「」『』",
    "zh": "“”‘’",
}
"""Outer and inner quotation marks by language.
Source: the `delimiters` of Unicode CLDR, https://cldr.unicode.org
"""


def render(
    body: str, *, address: str, path: str, base: str, language: str, foreign: bool
) -> Unclean:
    """Render a body.

    `address` is the article's own, `path` its file in `content/`: relative links start there.
    `base` is the path the site is served from. `foreign` marks text that came from a seed, whose
    links must not lend it our good name. Raises `SitegenError` with a line of the body.
    """
    quotes = _quotes(language)
    rel = "nofollow noopener" if foreign else ""
    parts = read(body, quotes, rel)
    whole = _all_prose(parts)
    if whole is not None:
        return whole
    from sitegen.commonmark import Place, render_parts  # noqa: PLC0415 - as told above.

    return render_parts(body, parts, quotes, Place(address, path, base, rel))


def _all_prose(parts: Sequence[Part]) -> Unclean | None:
    """A body that holds nothing which takes markdown-it to read; None of any other."""
    heads: list[Head] = []
    for part in parts:
        if type(part) is Rest:
            return None
        if type(part) is Head:
            heads.append(part)
    toc = headings([(head.level, head.text) for head in heads])
    named = iter(toc)
    html = "".join(
        [
            part.html if type(part) is Prose else _heading(next(named), part.html)
            for part in cast(Sequence[Prose | Head], parts)
        ]
    )
    lead = parts[0].text if parts and type(parts[0]) is Prose else ""
    return Unclean(html, toc, (), (), lead)


def _heading(heading: Heading, html: str) -> str:
    return f'<h{heading.level} id="{heading.id}">{html}</h{heading.level}>\n'


def typographic(text: str, language: str) -> str:
    """A plain text (a headline, a summary) with the quotation marks that bodies have."""
    if ('"' not in text and "'" not in text) or len(text) > _LONG:
        return text
    quotes = _quotes(language)
    quick = with_quotes(text, quotes)
    if quick is not None:
        return quick
    from sitegen.commonmark import replace_quotes  # noqa: PLC0415 - as told above.

    return replace_quotes(text, quotes)


def _quotes(language: str) -> Sequence[str]:
    return _QUOTES.get(language.partition("-")[0].lower(), _QUOTES["en"])

"""What readers search: each published article as the document from which Pagefind makes its index.

All documents are of one language, the site's, whatever an article is written in. Pagefind would
keep an index for each language and show a reader that of the page's alone; one index finds every
article, and only the endings of words are taken for those of the site's language.
"""

from collections.abc import Mapping
from html import escape
from importlib.util import find_spec
from typing import Final

from sitegen import urls
from sitegen.cards import Card, KeptBody
from sitegen.problems import fault
from sitegen.site import Site

FOLDER: Final = "pagefind/"
"""Where the index is, relative to the output; nothing else may be there."""
SETTINGS: Final[Mapping[str, object]] = {
    # Beside letters and digits: C++, C#, AT&T, @name.
    "include_characters": "+#&@",
    "exclude_selectors": [".footnote-backref", ".footnote-ref"],
}
"""Of Pagefind's index."""
_PROGRAMS: Final = ("pagefind_bin_extended", "pagefind_bin")


def find_program() -> str:
    """The package that holds Pagefind's program. Raises `SitegenError` if there is none."""
    for name in _PROGRAMS:
        if find_spec(name):
            return name
    message = "`[search]` is on, and Pagefind, which makes the index, is not installed"
    raise fault(message, "sitegen.toml", hint="`pip install 'sitegen[search]'`")


def tag_names(site: Site) -> dict[str, str]:
    """The name of each tag by its slug: an article may write it otherwise."""
    return {tag.slug: tag.name for tag in site.tags}


def document(card: Card, body: KeptBody, names: Mapping[str, str], language: str) -> str:
    """An article in HTML, with the marks that Pagefind knows. `language`: the site's, BCP 47.

    The body has been sanitised, which leaves no such mark in it; all else is escaped (promise 26).
    """
    day = card.date.day.isoformat()
    tags = [names[ref.slug] for ref in card.tags]
    # What is `meta` is searched, a title before all, which days and languages should not be.
    marks = [("meta", "title", card.title), ("filter", "day", day), ("filter", "year", day[:4])]
    marks += [("filter", "tag", tag) for tag in tags]
    marks += [("meta", "tags", ", ".join(tags)), ("meta", "authors", ", ".join(card.authors))]
    marks.append(("sort", "date", card.date.instant.isoformat()))
    if card.language != language:
        marks.append(("filter", "language", card.language))
    marked = "".join(
        f'<p data-pagefind-{kind}="{name}">{escape(value)}</p>'
        for kind, name, value in marks
        if value
    )
    summary = "" if body.opens_with_summary else f"<p>{escape(card.summary)}</p>"
    return (
        f'<html lang="{_primary(language)}"><body data-pagefind-body>{summary}{body.html.decode()}'
        f'<div data-pagefind-ignore="index">{marked}</div></body></html>'
    )


def address(card: Card) -> str:
    """Where an article is, as the index knows it: Pagefind adds the path that the site is at."""
    return urls.quoted(card.address)


def _primary(language: str) -> str:
    """`en` of `en-GB`: an index is of a language, and browsers look for it by this name too."""
    return language.split("-", maxsplit=1)[0].lower()

"""A body as HTML, and what stands in it for files of the project."""

import posixpath
import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from sitegen.pictures import BESIDE

ARTICLE_LINK: Final = BESIDE
"""Begins a link to another article's file; the page that shows the body puts its URL there."""
_REFERENCE: Final = re.compile(rf'(href|src)="({ARTICLE_LINK}[^"?#]*)')


class Heading(Struct, frozen=True, gc=False):
    """An entry of the table of contents."""

    level: int
    """1 to 6."""
    id: str
    """What a link to it ends in, after `#`."""
    text: str
    """Plain text."""


class Rendered(Struct, frozen=True):
    """A body as HTML. The HTML has been sanitised and may be put on a page as it is."""

    html: str
    toc: tuple[Heading, ...]
    """Its headings, in order."""
    links: tuple[tuple[str, int], ...]
    """Addresses on this site that it links to, and articles' files as `/@/2022/12/a.md`; each once,
    with the line of the body, counted from 1."""
    images: tuple[tuple[str, int], ...]
    """Addresses of images on this site, and images' files as `/@/2022/12/wall.jpg`; likewise."""
    lead: str
    """The first paragraph as plain text; empty where the body does not begin with one."""


def beside_path(path: str, relative: str) -> str:
    """What stands for a file that lies in `content/`, as seen from the article's file `path`."""
    return ARTICLE_LINK + posixpath.normpath(f"{posixpath.dirname(path)}/{relative}").lstrip("/")


def with_references(html: str, references: Mapping[str, str]) -> str:
    """The HTML with the URLs of the articles and pictures that it names by their files."""

    def found(link: re.Match[str]) -> str:
        url = references.get(unquote(unescape(link[2])))
        return f'{link[1]}="{escape(url)}' if url is not None else link[0]

    return _REFERENCE.sub(found, html) if references else html

"""Pictures: what pages show of image files, and how a body's images are shown with them."""

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Final
from urllib.parse import unquote

from msgspec import Struct, structs

BESIDE: Final = "/@/"
"""Begins what stands for a file of `content/` until its place on the site is known."""
SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
"""How the name of an image file ends, whatever the case."""
SIZES: Final = "(min-width: 42rem) 39rem, 100vw"
"""How wide a picture in running text is: as the text, or as the screen where that is narrower."""
_IMG: Final = re.compile(r'<img(?:\s+[\w-]+="[^"]*")*\s*/?>')
"""A tag as nh3 writes it."""
_SRC: Final = re.compile(r'\ssrc="([^"]*)"')


class Picture(Struct, frozen=True, gc=False):
    """An image as pages show it."""

    src: str
    """What every browser can show: a link."""
    alt: str = ""
    """What it shows, for those who do not see it."""
    credit: str = ""
    """Who made it."""
    width: int = 0
    """Of `src`, in pixels; 0 where nobody knows, as of images on other sites."""
    height: int = 0
    """Of `src`, in pixels; 0 where nobody knows."""
    type: str = ""
    """The media type of `src`; empty where nobody knows."""
    length: int = 0
    """Bytes of `src`; 0 where nobody knows."""
    srcset: str = ""
    """The same as WebP in several widths, for the `srcset` of a `<source>`; empty where none is."""


class Gallery(Struct, frozen=True):
    """Every picture of a site that is made of a file of the project."""

    shown: dict[str, Picture] = {}
    """By what articles write, unquoted: the link to a file of `static/`, or `/@/` and a file of
    `content/`. Alt text and credit are the article's, and not in here."""
    cards: dict[str, Picture] = {}
    """Social cards, by the file of the article that each was drawn for."""
    card: Picture | None = None
    """The site's own social card."""

    def completed(self, picture: Picture) -> Picture | None:
        """An article's picture with all that is known of its file; None where it has no place on
        the site.
        """
        if not picture.src.startswith("/"):
            return picture
        found = self.shown.get(unquote(picture.src))
        if found is None:
            return None if picture.src.startswith(BESIDE) else picture
        return structs.replace(found, alt=picture.alt, credit=picture.credit)


def is_picture(name: str) -> bool:
    """Whether a file's name is that of an image."""
    return name.lower().endswith(SUFFIXES)


def with_pictures(html: str, pictures: Mapping[str, Picture], *, eager: bool) -> str:
    """The HTML of a body with each image that is among `pictures` in the size that fits.

    `eager`: the first of them is the article's first picture, and is not to wait.
    """
    waiting = eager

    def shown(tag: re.Match[str]) -> str:
        nonlocal waiting
        src = _SRC.search(tag[0])
        picture = pictures.get(source_of(unescape(src[1]))) if src else None
        if src is None or picture is None:
            return tag[0]
        image = tag[0].replace(src[0], f' src="{escape(picture.src)}"', 1)
        if picture.width:
            size = f' width="{picture.width}" height="{picture.height}"'
            image = image.replace("<img", f"<img{size}", 1)
        if waiting:
            image = image.replace('loading="lazy"', 'fetchpriority="high"', 1)
            waiting = False
        if not picture.srcset:
            return image
        return (
            f'<picture><source type="image/webp" srcset="{escape(picture.srcset)}"'
            f' sizes="{SIZES}">{image}</picture>'
        )

    return _IMG.sub(shown, html) if pictures else html


def source_of(src: str) -> str:
    """What an image's `src` is known by in a `Gallery`."""
    return unquote(src.partition("?")[0].partition("#")[0])

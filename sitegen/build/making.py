"""The third kind of cold work: sizes of image files, and social cards, made in any executor."""

import posixpath
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from sitegen import imaging, social
from sitegen.config import Images
from sitegen.dates import Moment
from sitegen.digests import digest, of_digests
from sitegen.imaging import Made, Size
from sitegen.problems import fault
from sitegen.words import long_date


class PictureJob(Struct, frozen=True):
    """An image file to make sizes of."""

    root: str
    path: str
    """Relative to the project."""
    images: Images


class Done(Struct, frozen=True):
    """What was made, and by which key it is known."""

    key: bytes
    made: Made
    files: dict[bytes, bytes]
    """The bytes of each size by their digest."""


class Card(Struct, frozen=True, array_like=True):
    """A social card, as it is ordered."""

    name: str
    """The site's."""
    headline: str
    date: Moment | None
    source: str
    language: str
    """The site's, which the date is told in."""


class CardJob(Struct, frozen=True):
    """Social cards to draw."""

    style: social.Style
    font: bytes
    cards: tuple[tuple[bytes, Card], ...]
    """Each with its key."""


def key_of_picture(file: bytes, path: str, images: Images) -> bytes:
    """What the sizes of an image file are known by; `file` is the digest of its bytes."""
    return of_digests([file, digest(imaging.recipe(images) + _suffix(path).encode())])


def make_picture(job: PictureJob) -> Done:
    """Make the sizes of a file as it is now: if that is not what it was when it was looked at, the
    next build makes those that it needs.
    """
    try:
        with (Path(job.root) / job.path).open("rb") as file:
            # One byte more tells that there is more.
            data = file.read(imaging.MAX_BYTES + 1)
    except OSError as error:
        message = f"the picture cannot be read: {error.strerror}"
        return Done(b"", Made(message=message, hint="look at its permissions", unfit=True), {})
    made, files = imaging.make(data, _suffix(job.path), job.images)
    return Done(key_of_picture(digest(data), job.path, job.images), made, files)


def key_of_card(style: social.Style, font: bytes, card: Card) -> bytes:
    """What a card is known by; `font` is the digest of the font's bytes."""
    return digest(_encode((social.recipe(), style, font, card)))


def draw_cards(job: CardJob) -> list[Done]:
    """Draw cards; of one whose letters the font lacks nothing is made. Raises `SitegenError`."""
    found: list[Done] = []
    for key, card in job.cards:
        day = long_date(card.date.day, card.language) if card.date else ""
        note = " · ".join(filter(None, (day, card.source)))
        try:
            data = social.draw(job.style, job.font, card.name, card.headline, note)
        except OSError as error:
            message = f"the font `{job.style.font}` of the social cards cannot be read: {error}"
            raise fault(message, hint="name a TrueType or OpenType font") from None
        if data:
            size = Size(social.WIDTH, social.HEIGHT, "image/png", digest(data), len(data))
            made = Made(size.width, size.height, size.type, size)
            found.append(Done(key, made, {size.digest: data}))
        else:
            found.append(Done(key, Made(), {}))
    return found


@lru_cache(maxsize=1000)
def _suffix(path: str) -> str:
    return posixpath.splitext(path)[1].lower()


_encode = msgspec.msgpack.Encoder().encode

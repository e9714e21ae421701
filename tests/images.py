"""Image files for tests, drawn on the spot."""

from io import BytesIO
from typing import Any

from PIL import Image


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as the bytes of a file."""
    into = BytesIO()
    picture.save(into, kind, **options)
    return into.getvalue()


def jpeg(width: int = 60, height: int = 40, colour: str = "#2c7486", **options: Any) -> bytes:
    """A JPEG file of one colour."""
    return encoded(Image.new("RGB", (width, height), colour), "JPEG", **options)


def png(width: int = 60, height: int = 40, colour: str = "#2c7486") -> bytes:
    """A PNG file of one colour, which may be see-through (`#2c748680`)."""
    return encoded(Image.new("RGBA", (width, height), colour), "PNG")


def opened(data: bytes) -> Image.Image:
    """What a file shows."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture

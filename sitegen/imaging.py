"""An image file → the sizes that pages show. Pure: bytes and a recipe in, bytes out.

Whatever is in the file, a picture or a trap, what comes back is a `Made` that says what to do with
it. Metadata of the file, where and by whom it was taken, are in none of the sizes.
"""

import re
import warnings
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from sitegen.config import Images
from sitegen.digests import digest
from sitegen.versions import version

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES: Final = 50 * 1024 * 1024
"""The size that an image file may have."""
_RECIPE: Final = 1
"""Changes with what is made of a file by the same settings."""
_PLAIN_WIDTH: Final = 1200
"""Pixels: as wide as shares and mail show a picture, so that the size for all is no wider."""
_TALLEST: Final = 16_383
"""Pixels: what WebP can hold."""
_NAMES: Final = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "AVIF": (".avif",),
}
"""Formats that are read, and how their files' names end. No other decoder is ever tried."""
_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_TURNED: Final = (5, 6, 7, 8)
"""Orientations of EXIF that lay a picture on its side."""
_ORIENTATION: Final = 0x0112
_ACTIVE: Final = re.compile(rb"<script|<foreignobject|<!entity|javascript:|\son\w+\s*=")
_LENGTH: Final = re.compile(rb"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*")


class Size(Struct, frozen=True, gc=False, array_like=True):
    """One of the sizes of a picture."""

    width: int
    height: int
    type: str
    """Its media type."""
    digest: bytes
    """Of its bytes."""
    length: int
    """Of its bytes, how many."""


class Made(Struct, frozen=True, array_like=True):
    """What has been made of an image file."""

    width: int = 0
    """As it is seen, in pixels; 0 where nobody can tell."""
    height: int = 0
    type: str = ""
    """The file's media type."""
    plain: Size | None = None
    """JPEG, or PNG where it is see-through: for every browser, for feeds and shares. None where the
    file itself is shown."""
    modern: tuple[Size, ...] = ()
    """WebP, from narrow to wide."""
    message: str = ""
    """What is wrong with the file, as a problem says it."""
    hint: str = ""
    unfit: bool = False
    """Whether the file is not to be shown as it is either."""

    @property
    def sizes(self) -> tuple[Size, ...]:
        """All that was made."""
        return (*self.modern, self.plain) if self.plain else self.modern


def recipe(images: Images) -> bytes:
    """Stands in keys for everything but the file that shapes what is made."""
    parts = (_RECIPE, version("pillow"), images.widths, images.quality)
    return msgspec.msgpack.encode(parts)


def make(data: bytes, suffix: str, images: Images) -> tuple[Made, dict[bytes, bytes]]:
    """What is made of an image file, and the bytes of each size by their digest.

    `suffix`: how the file's name ends, in lower case.
    """
    if len(data) > MAX_BYTES:
        message = f"the picture has {len(data):,} bytes, more than {MAX_BYTES:,}"
        return Made(message=message, hint="make it smaller", unfit=True), {}
    if suffix == ".svg":
        return _drawn(data), {}
    try:
        return _make(data, suffix, images)
    except _too_large():
        message = "the picture has too many pixels"
        hint = "make it smaller: 80 million are enough for every screen"
        return Made(message=message, hint=hint, unfit=True), {}
    except _unknown():
        kinds = ", ".join(kind for kind in _NAMES)
        message = f"this is no picture: none of {kinds} and SVG"
        return Made(message=message, hint="export it as one of them", unfit=True), {}
    except Exception:
        # Decoders meet a file that lies with errors of every kind; each means the same.
        hint = "export it anew"
        return Made(message="the picture is damaged", hint=hint, unfit=True), {}


def _too_large() -> tuple[type[Exception], ...]:
    from PIL import Image  # noqa: PLC0415

    return Image.DecompressionBombError, Image.DecompressionBombWarning


def _unknown() -> type[Exception]:
    from PIL import UnidentifiedImageError  # noqa: PLC0415

    return UnidentifiedImageError


def _drawn(data: bytes) -> Made:
    """An SVG is shown as it is: browsers run nothing of what is in an `<img>`."""
    text = data.lower()
    start = text.find(b"<svg")
    if start < 0:
        hint = "export it anew as SVG"
        return Made(message="the picture is no SVG", hint=hint, unfit=True)
    if _ACTIVE.search(text):
        hint = "export it without scripts, entities and foreign objects"
        return Made(message="the SVG holds more than a drawing", hint=hint, unfit=True)
    head = text[start : text.find(b">", start)]
    box = re.search(rb"\sviewbox=[\"']\s*\S+\s+\S+\s+([\d.]+)\s+([\d.]+)", head)
    sides = [_pixels(head, name) for name in (b"width", b"height")]
    if not all(sides) and box and all(side.count(b".") < 2 for side in box.groups()):
        # Units of its own, which tell the shape alone.
        wide, high = (float(side) for side in box.groups())
        sides = [_PLAIN_WIDTH, round(_PLAIN_WIDTH * high / wide)] if wide else []
    width, height = sides if all(sides) and sides else (0, 0)
    return Made(width, height, "image/svg+xml")


def _pixels(head: bytes, name: bytes) -> int:
    found = re.search(rb"\s" + name + rb"=[\"']([^\"']*)[\"']", head)
    number = _LENGTH.fullmatch(found[1]) if found else None
    return int(number[1]) if number else 0


def _make(data: bytes, suffix: str, images: Images) -> tuple[Made, dict[bytes, bytes]]:
    with _opened(data) as opened:
        # Cameras put a second picture, for depth or a preview, behind the first: `MPO`.
        kind = "JPEG" if opened.format == "MPO" else str(opened.format)
        kind_type = _TYPES.get(kind, f"image/{kind.lower()}")
        message = hint = ""
        if suffix not in _NAMES[kind]:
            message = f"the picture is a {kind} file, which its name does not tell"
            hint = f"let its name end in `{_NAMES[kind][0]}`"
        turned = opened.getexif().get(_ORIENTATION) in _TURNED
        width, height = opened.size[::-1] if turned else opened.size
        if kind != "JPEG" and getattr(opened, "is_animated", False):
            return Made(width, height, kind_type, message=message, hint=hint), {}
        widths = sorted({min(wide, width) for wide in images.widths})
        if height * widths[-1] / width > _TALLEST:
            message = f"the picture is too tall: {width} by {height} pixels"
            return Made(width, height, kind_type, message=message, hint="cut it"), {}
        # A JPEG can be read at a half, a quarter or an eighth of its size: much quicker.
        share = min(1.0, 2 * widths[-1] / width)
        opened.draft(None, tuple(round(side * share) for side in opened.size))
        picture = _plainly(opened)
    found: dict[bytes, bytes] = {}
    sizes: dict[int, Size] = {}
    plain = None
    plain_width = max((w for w in widths if w <= _PLAIN_WIDTH), default=widths[0])
    # From wide to narrow, each from the one before: a large picture is gone through once.
    for wide in sorted(widths, reverse=True):
        size = wide, max(1, round(height * wide / width))
        if picture.size != size:
            picture = picture.resize(size, _lanczos(), reducing_gap=3.0)
        sizes[wide] = _saved(picture, "WEBP", found, quality=images.quality, method=4)
        if wide == plain_width:
            if picture.mode == "RGBA":
                plain = _saved(picture, "PNG", found, optimize=True)
            else:
                options = {"quality": images.quality, "optimize": True, "progressive": True}
                plain = _saved(picture, "JPEG", found, **options)
    modern = tuple(sizes[wide] for wide in widths)
    return Made(width, height, kind_type, plain, modern, message, hint), found


def _opened(data: bytes) -> Any:
    # Only these: the decoders of others, PostScript among them, are never even loaded.
    from PIL import (  # noqa: PLC0415
        GifImagePlugin,
        Image,
        JpegImagePlugin,
        PngImagePlugin,
        WebPImagePlugin,
    )

    with suppress(ImportError):
        from PIL import AvifImagePlugin  # noqa: F401, PLC0415
    assert all((GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin))
    formats = [kind for kind in _NAMES if kind in Image.OPEN]
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return Image.open(BytesIO(data), formats=formats)


def _lanczos() -> Any:
    from PIL import Image  # noqa: PLC0415

    return Image.Resampling.LANCZOS


def _plainly(opened: "Image") -> "Image":
    """Upright, in sRGB, as RGB or, where something shines through, RGBA; nothing else told."""
    from PIL import ImageOps  # noqa: PLC0415

    picture = ImageOps.exif_transpose(opened)
    if picture.mode.startswith("I"):
        # 16 bits of grey.
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    clear = "transparency" in picture.info or "A" in picture.getbands() or picture.mode == "PA"
    profile = picture.info.get("icc_profile")
    if picture.mode not in ("RGB", "CMYK"):
        picture = picture.convert("RGBA" if clear else "RGB")
    if profile:
        picture = _in_srgb(picture, profile)
    if picture.mode != "RGBA" or picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    picture.info.clear()
    return picture


def _in_srgb(picture: "Image", profile: bytes) -> "Image":
    from PIL import ImageCms  # noqa: PLC0415

    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(given):
            return picture
        wanted = "RGBA" if picture.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, given, srgb, outputMode=wanted) or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A profile that says nothing sensible: the colours are taken for those of screens.
        return picture


def _saved(picture: "Image", kind: str, found: dict[bytes, bytes], **options: Any) -> Size:
    into = BytesIO()
    picture.save(into, kind, **options)
    data = into.getvalue()
    key = digest(data)
    found[key] = data
    return Size(*picture.size, _TYPES[kind], key, len(data))

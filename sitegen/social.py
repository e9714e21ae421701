"""Draws social cards: what a share of an article without a picture shows.

A card is drawn in sixteen tones, from the paper's colour to the ink's, and the mark's: so it costs
milliseconds, and is small.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from sitegen.problems import Problem, did_you_mean
from sitegen.versions import version

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

WIDTH: Final = 1200
HEIGHT: Final = 630
"""What every network shows whole. Source: https://developers.facebook.com/docs/sharing/webmasters"""
_RECIPE: Final = 1
"""Changes with what is drawn of the same words."""
_EDGE: Final = 84
_BAR: Final = (132, 20)
_NAME: Final = 40
"""Size of the site's name, in pixels; that of the note is smaller."""
_NOTE: Final = 30
_NAME_TOP: Final = 74
_NOTE_TOP: Final = HEIGHT - 88
_TOP: Final = 158
_BOTTOM: Final = HEIGHT - 132
"""The headline stands between them."""
_SIZES: Final = (92, 84, 76, 70, 64, 58, 52, 46)
"""Of headlines, in pixels: the largest that fits."""
_LEADING: Final = 1.14
_TONES: Final = 14
"""Steps from paper to ink; the mark's colour is the one after them."""
_SOFT: Final = 196
"""Of 255: how near to the ink the name and the note are."""
_CJK: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uff60]")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_REFERENCE: Final = 100
"""Pixels: words are measured once at this size, and their widths scaled."""


class Style(Struct, frozen=True):
    """`[social]` in `theme.toml`: how cards are drawn."""

    paper: str
    """The ground: `#0b5566`."""
    ink: str
    """The headline."""
    mark: str
    """The bar."""
    font: str
    """A TrueType or OpenType font among the theme's `fonts/`."""


def read_style(table: object) -> tuple[Style | None, list[Problem]]:
    """A theme's `[social]`, or all that is wrong with it."""
    if not isinstance(table, dict):
        return None, [Problem("`social` must be a section", hint="write `[social]`")]
    names = Style.__struct_fields__
    problems = [
        Problem(f"`social.{key}` is not a setting of a theme", hint=did_you_mean(str(key), names))
        for key in table
        if key not in names
    ]
    for name in names:
        value = table.get(name)
        if name == "font":
            if not isinstance(value, str) or not value:
                hint = "name a font file in the theme's `fonts/`"
                problems.append(Problem("`social.font` is missing", hint=hint))
        elif not isinstance(value, str) or not _COLOUR.fullmatch(value):
            problems.append(Problem(f"`social.{name}` must be a colour like `#0b5566`"))
    return (None if problems else Style(**table)), problems


def recipe() -> bytes:
    """Stands in keys for everything but a card's words, style and font that shapes it."""
    return msgspec.msgpack.encode((_RECIPE, version_of_pillow()))


@lru_cache
def version_of_pillow() -> str:
    """Which Pillow draws: another one may give other bytes."""
    return version("pillow")


def draw(style: Style, font: bytes, name: str, headline: str, note: str) -> bytes:
    """A card as PNG; empty where the font lacks a letter of the headline.

    `name` is the site's, and takes the headline's place where that is empty; `note` stands below.
    What else the font lacks a letter of is left out. `font`: its bytes. Raises `OSError` where it
    is none.
    """
    if not covers(font, headline):
        return b""
    picture = _ground(font, name if headline else "").copy()
    pen = _pen(picture)
    if not headline and covers(font, name):
        headline = name
    if headline:
        lines, size = fitted(headline, font)
        height = round(size * _LEADING)
        # A little above the middle, where the eye looks for it.
        top = _TOP + max(0, (_BOTTOM - _TOP - height * len(lines)) * 2 // 5)
        for number, line in enumerate(lines):
            at = _EDGE - 2, top + number * height
            pen.text(at, line, fill=255, font=_font(font, size))
    if covers(font, note):
        note = _cut(note, font, _NOTE)
        pen.text((_EDGE, _NOTE_TOP), note, fill=_SOFT, font=_font(font, _NOTE))
    return _encoded(picture, style)


def covers(font: bytes, text: str) -> bool:
    """Whether a font has every letter of a text, and the text needs no more than its letters.

    Scripts that join their letters or run from right to left need a shaping engine, which is not
    everywhere: what cannot be set right is not set.
    """
    return all(_covered(font, letter) for letter in set(text) if not letter.isspace())


@lru_cache(maxsize=10_000)
def _covered(font: bytes, letter: str) -> bool:
    if unicodedata.bidirectional(letter) in ("R", "AL", "AN") or unicodedata.combining(letter):
        return False
    if unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf", "Cc", "Co", "Cn"):
        return False
    drawn, missing = (_font(font, _NOTE).getmask(one) for one in (letter, "\U0010ffff"))
    return bool(drawn.size != missing.size or bytes(drawn) != bytes(missing))


def fitted(headline: str, font: bytes) -> tuple[list[str], int]:
    """A headline's lines, about equally long, and the largest size that they fit at.

    What does not fit at the smallest is cut.
    """
    words = list(_words(headline, font))
    widest = max(width for _, width, _ in words)
    for size in _SIZES:
        room = (WIDTH - 2 * _EDGE) * _REFERENCE / size
        lines = _balanced(words, room)
        height = size * _LEADING * len(lines)
        # Few lines are better than large letters.
        if widest <= room and height <= _BOTTOM - _TOP and (len(lines) <= 4 or size == _SIZES[-1]):
            return lines, size
    most = int((_BOTTOM - _TOP) / (_SIZES[-1] * _LEADING))
    last = lines[most - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-")
    return [*lines[: most - 1], f"{last}…"], _SIZES[-1]


def _words(text: str, font: bytes) -> Iterator[tuple[str, float, bool]]:
    """Each piece of a text that a line may end after: its letters, its width at the size of
    reference, and whether a space follows it.
    """
    widest = (WIDTH - 2 * _EDGE) * _REFERENCE / _SIZES[-1]
    for word in text.split():
        pieces = [piece for piece in re.split(f"({_CJK.pattern})", word) if piece]
        for number, piece in enumerate(pieces):
            follows = number == len(pieces) - 1
            width = _width(font, piece)
            while width > widest and len(piece) > 1:
                # A word that is wider than the card is parted anywhere.
                share = max(1, int(len(piece) * widest / width * 0.95))
                yield piece[:share], _width(font, piece[:share]), False
                piece = piece[share:]  # noqa: PLW2901 - what is left of it.
                width = _width(font, piece)
            yield piece, width, follows


def _balanced(words: Sequence[tuple[str, float, bool]], room: float) -> list[str]:
    """Lines as few as fit into a room, and within those as even as can be."""
    lines = _filled(words, room)
    low, high = 0.0, room
    for _ in range(8):
        middle = (low + high) / 2
        tried = _filled(words, middle)
        if len(tried) > len(lines) or any(width > middle for _, width in tried):
            low = middle
        else:
            high = middle
    return [line for line, _ in _filled(words, high)]


def _filled(words: Sequence[tuple[str, float, bool]], room: float) -> list[tuple[str, float]]:
    space = _REFERENCE * 0.25
    lines: list[tuple[str, float]] = []
    line, length, gap = "", 0.0, ""
    for word, width, follows in words:
        more = space if gap else 0.0
        if line and length + more + width > room:
            lines.append((line, length))
            line, length, gap, more = "", 0.0, "", 0.0
        line, length, gap = f"{line}{gap}{word}", length + more + width, " " if follows else ""
    return [*lines, (line, length)]


def _cut(text: str, font: bytes, size: int) -> str:
    while len(text) > 1 and _width(font, text) * size / _REFERENCE > WIDTH - 2 * _EDGE:
        text = f"{text[: len(text) * 9 // 10].rstrip('… ')}…"
    return text


def _width(font: bytes, text: str) -> float:
    return float(_font(font, _REFERENCE).getlength(text))


@lru_cache(maxsize=2)
def _ground(font: bytes, name: str) -> "Image":
    """What all cards of a site share, drawn once."""
    from PIL import Image  # noqa: PLC0415

    picture = Image.new("L", (WIDTH, HEIGHT))
    if covers(font, name):
        short = _cut(name, font, _NAME)
        _pen(picture).text((_EDGE, _NAME_TOP), short, fill=_SOFT, font=_font(font, _NAME))
    return picture


def _pen(picture: "Image") -> Any:
    from PIL import ImageDraw  # noqa: PLC0415

    return ImageDraw.Draw(picture)


@lru_cache(maxsize=16)
def _font(font: bytes, size: int) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415

    # The plain layout is the same on every machine, and the quicker one.
    return ImageFont.truetype(BytesIO(font), size, layout_engine=ImageFont.Layout.BASIC)


def _encoded(picture: "Image", style: Style) -> bytes:
    """The tones of grey as tones from paper to ink, with the bar that hangs from the edge."""
    toned = picture.point([(value * _TONES + 127) // 255 for value in range(256)])
    toned.paste(_TONES + 1, (_EDGE, 0, _EDGE + _BAR[0], _BAR[1]))
    toned.putpalette(_palette(style))
    into = BytesIO()
    toned.save(into, "PNG", bits=4, compress_level=1, compress_type=zlib.Z_RLE)
    return into.getvalue()


def _palette(style: Style) -> bytes:
    paper, ink, mark = (bytes.fromhex(one[1:]) for one in (style.paper, style.ink, style.mark))
    palette = bytearray()
    for tone in range(_TONES + 1):
        palette += bytes(
            round(p + (i - p) * tone / _TONES) for p, i in zip(paper, ink, strict=True)
        )
    return bytes(palette) + mark

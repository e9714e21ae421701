"""Image files of every kind, honest and hostile, and what is made of them."""

import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sitegen.config import Images
from sitegen.imaging import MAX_BYTES, Made, make
from tests.images import encoded, jpeg, opened, png

SMALL = Images(widths=(20, 40))


def made(data: bytes, suffix: str = ".jpg", images: Images = SMALL) -> Made:
    """What is made of a file; the bytes of each size are what is said of them."""
    found, files = make(data, suffix, images)
    assert {size.digest for size in found.sizes} == files.keys()
    for size in found.sizes:
        picture = opened(files[size.digest])
        assert picture.size == (size.width, size.height)
        assert f"image/{picture.format}".lower() == size.type
        assert len(files[size.digest]) == size.length
    return found


def _several(kind: str) -> bytes:
    """A file of several pictures."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("#000000", "#ff0000", "#00ff00")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def widths(found: Made) -> list[int]:
    return [size.width for size in found.modern]


def test_sizes() -> None:
    """No wider than the file, and in its shape; the plain one is the widest that shares show."""
    found = made(jpeg(60, 30))
    assert (found.width, found.height, found.type) == (60, 30, "image/jpeg")
    assert [(size.width, size.height) for size in found.modern] == [(20, 10), (40, 20)]
    assert widths(made(jpeg(30, 30))) == [20, 30]
    assert widths(made(jpeg(9, 30))) == [9]
    wide = made(jpeg(1400, 70), images=Images())
    assert widths(wide) == [480, 800, 1200, 1400]
    assert wide.plain
    assert wide.plain.width == 1200


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (jpeg(), ".jpg", "image/jpeg"),
        (jpeg(), ".jpeg", "image/jpeg"),
        (png(), ".png", "image/jpeg"),
        (png(colour="#2c748680"), ".png", "image/png"),
        (encoded(Image.new("L", (60, 40), 90), "PNG"), ".png", "image/jpeg"),
        (encoded(Image.new("LA", (60, 40), (90, 9)), "PNG"), ".png", "image/png"),
        (encoded(Image.new("1", (60, 40)), "PNG"), ".png", "image/jpeg"),
        (encoded(Image.new("I;16", (60, 40), 40_000), "PNG"), ".png", "image/jpeg"),
        (encoded(Image.new("P", (60, 40)), "PNG", transparency=0), ".png", "image/png"),
        (encoded(Image.new("P", (60, 40)), "GIF"), ".gif", "image/jpeg"),
        (encoded(Image.new("RGB", (60, 40)), "WEBP"), ".webp", "image/jpeg"),
        (encoded(Image.new("CMYK", (60, 40)), "JPEG"), ".jpg", "image/jpeg"),
        (_several("MPO"), ".jpg", "image/jpeg"),
    ],
)
def test_kinds(data: bytes, suffix: str, kind: str) -> None:
    """JPEG for every browser, and PNG where something shines through."""
    found = made(data, suffix)
    assert not found.message
    assert found.plain
    assert found.plain.type == kind
    assert widths(found) == [20, 40]


def test_colours() -> None:
    """Ink on paper, and a profile of other colours, are made those of screens; 16 bits are kept."""

    def middle(data: bytes, suffix: str) -> tuple[int, ...]:
        found, files = make(data, suffix, SMALL)
        assert found.plain
        pixel = opened(files[found.plain.digest]).convert("RGB").getpixel((9, 9))
        assert isinstance(pixel, tuple)
        return tuple(int(value) for value in pixel)

    red = middle(encoded(Image.new("CMYK", (60, 40), (0, 255, 255, 0)), "JPEG"), ".jpg")
    assert red[0] > 240
    assert max(red[1:]) < 20
    grey = middle(encoded(Image.new("I;16", (60, 40), 0x8000), "PNG"), ".png")
    assert all(abs(value - 0x80) < 3 for value in grey)
    broken = jpeg(colour="#ff0000", icc_profile=b"no profile")
    assert middle(broken, ".jpg")[0] > 240


def _camera(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    return exif


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned(orientation: int) -> None:
    """A camera's note on how it was held is followed, and the sizes tell nothing of the camera."""
    picture = Image.new("RGB", (60, 30), "#ffffff")
    exif = _camera(orientation)
    data = encoded(picture, "JPEG", exif=exif, comment=b"CAMERA", xmp=b"CAMERA")
    assert b"CAMERA" in data
    found, files = make(data, ".jpg", SMALL)
    assert (found.width, found.height) == ((60, 30) if orientation < 5 else (30, 60))
    for size in files.values():
        assert not opened(size).getexif()
        assert b"CAMERA" not in size
        assert b"Exif" not in size


def test_turned_upright() -> None:
    """What was on the left of a picture that lies on its side is on top."""
    picture = Image.new("RGB", (64, 32), "#000000")
    picture.paste("#ffffff", (0, 0, 32, 32))
    found, files = make(encoded(picture, "JPEG", exif=_camera(6)), ".jpg", SMALL)
    assert found.plain
    upright = opened(files[found.plain.digest]).convert("L")
    white, black = (upright.crop((0, y, 16, y + 8)).tobytes() for y in (0, upright.height - 8))
    assert min(white) > 200
    assert max(black) < 50


@pytest.mark.parametrize(("kind", "suffix"), [("GIF", ".gif"), ("WEBP", ".webp"), ("PNG", ".png")])
def test_what_moves_is_shown_as_it_is(kind: str, suffix: str) -> None:
    found = made(_several(kind), suffix)
    assert (found.width, found.height, found.sizes) == (60, 40, ())
    assert not found.message
    assert not found.unfit


def test_a_wrong_name_is_told() -> None:
    """The picture is shown all the same."""
    found = made(jpeg(), ".png")
    assert found.message == "the picture is a JPEG file, which its name does not tell"
    assert found.hint == "let its name end in `.jpg`"
    assert widths(found) == [20, 40]


def _bomb(width: int, height: int) -> bytes:
    """A PNG that says that it is large, without its pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + crc

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x06\0\0\0"
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "suffix", "message"),
    [
        (b"", ".jpg", "this is no picture"),
        (b"<html>", ".jpg", "this is no picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", ".png", "this is no picture"),
        (encoded(Image.new("RGB", (9, 9)), "TIFF"), ".png", "this is no picture"),
        (encoded(Image.new("RGB", (9, 9)), "BMP"), ".jpg", "this is no picture"),
        (jpeg(400, 400)[:700], ".jpg", "the picture is damaged"),
        (png()[:60], ".png", "the picture is damaged"),
        (_bomb(900, 900), ".png", "the picture is damaged"),
        (_bomb(10_000, 10_000), ".png", "the picture has too many pixels"),
        (_bomb(100_000, 100_000), ".png", "the picture has too many pixels"),
        (b"<svg", ".png", "this is no picture"),
        (b"no drawing", ".svg", "the picture is no SVG"),
        (b"<svg><script>1</script></svg>", ".svg", "the SVG holds more than a drawing"),
        (b"<svg\nonload='x'/>", ".svg", "the SVG holds more than a drawing"),
        (b"<!DOCTYPE svg [<!ENTITY a 'a'>]><svg/>", ".svg", "the SVG holds more than a drawing"),
    ],
)
def test_hostile(data: bytes, suffix: str, message: str) -> None:
    """What is no picture, or too much of one, is told and not shown."""
    found = made(data, suffix)
    assert found.message.startswith(message)
    assert found.hint
    assert found.unfit
    assert "0x" not in found.message


def test_too_many_bytes() -> None:
    """They are not even looked at."""
    found = made(jpeg() + bytes(MAX_BYTES))
    assert found.message.startswith("the picture has 52,4")
    assert found.unfit


def test_too_tall() -> None:
    found = made(jpeg(2, 60_000), images=Images(widths=(480,)))
    assert found.message == "the picture is too tall: 2 by 60000 pixels"
    assert not found.sizes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (b'<svg width="30" height="20"/>', (30, 20)),
        (b'<svg width="30px" height="20.5px" viewBox="0 0 1 1"/>', (30, 20)),
        (b'<svg viewBox="0 0 3 2"/>', (1200, 800)),
        (b'<svg width="100%" height="100%" viewBox="0 0 3 2"/>', (1200, 800)),
        (b'<?xml version="1.0"?><SVG viewBox="0 0 0 2"/>', (0, 0)),
        (b'<svg viewBox="0 0 1.2.3 2"/>', (0, 0)),
        (b'<svg viewBox="a"/>', (0, 0)),
    ],
)
def test_drawings(text: bytes, size: tuple[int, int]) -> None:
    """An SVG is never drawn: only its size is read, where it tells one."""
    found = made(text, ".svg")
    assert (found.width, found.height) == size
    assert (found.type, found.sizes, found.unfit) == ("image/svg+xml", (), False)


@given(
    st.sampled_from([jpeg(), png(), encoded(Image.new("P", (9, 9)), "GIF"), _several("WEBP")]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8),
    st.sampled_from([".jpg", ".png", ".gif", ".svg"]),
)
def test_damaged_anyhow(data: bytes, flips: list[tuple[int, int]], suffix: str) -> None:
    """Whatever bytes differ, what comes back is a `Made`, and the same again."""
    damaged = bytearray(data)
    for at, bits in flips:
        damaged[at % len(damaged)] ^= bits
    found = made(bytes(damaged), suffix)
    assert make(bytes(damaged), suffix, SMALL)[0] == found


def test_only_what_is_needed_is_loaded() -> None:
    """No decoder of a format that is not read is there to be attacked."""
    program = (
        "import sys; from sitegen.imaging import make; from sitegen.config import Images\n"
        "make(b'%!PS-Adobe-3.0 EPSF-3.0', '.jpg', Images())\n"
        "from PIL import Image\n"
        "sys.stdout.write(' '.join(sorted(Image.OPEN)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    kinds = set(done.stdout.decode().split())
    assert {"JPEG", "PNG", "GIF", "WEBP"} <= kinds
    assert not kinds & {"EPS", "PSD", "TIFF", "ICNS", "FLI"}

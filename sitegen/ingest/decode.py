"""Bytes → text: gzip, byte order marks, declared and mistaken encodings; cleaning of characters."""

import codecs
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Final

from sitegen.ingest.seed import Seed
from sitegen.problems import fault

MAX_BYTES: Final = 32 * 1024 * 1024
"""The unpacked size up to which a seed is held in memory; only rows of a table may be more."""
_GZIP: Final = b"\x1f\x8b\x08"
_HEAD: Final = 4096
"""Bytes in which an encoding must be declared. HTML asks for the first 1024."""
_DECLARED: Final = re.compile(
    rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})
    |<meta\s[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE | re.VERBOSE,
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 comes first: its mark begins with that of UTF-16."""
_KINDS: Final = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ", "an archive"),
    (b"\x28\xb5\x2f\xfd", "an archive"),
)
_OFFICE: Final = ("a PDF", "an archive or an office document", "an old office document")
_MEANT: Final = {
    "ascii": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso-8859-9": "cp1254",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932",
    "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs",
}  # fmt: skip
"""What pages mean by a name. Source: https://encoding.spec.whatwg.org/#names-and-labels"""
_GUESSES: Final = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2",
    "koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
_GUESSED_FROM: Final = 64 * 1024
_MISREAD: Final = re.compile("[a-z]{3}[³¹]|[³¹][a-z]|[a-z]¿|[a-z]¾[a-z]")
"""What Polish or Czech looks like in the encoding of western Europe."""
_WESTERN: Final = tuple(
    frozenset(letters)
    for letters in (
        "äöüßéÄÖÜ", "àâæçéèêëîïôœùûüÿÀÂÇÉÈÊÎÔŒÙ", "áéíóúñüçªºÁÉÍÓÚÑ", "àèéìíîòóùÀÈÉÌÒÙ",
        "ãõáàâçéêíóôúüªºÁÀÂÃÇÉÊÍÓÔÕÚ", "åäöæøéÅÄÖÆØÉ", "éëïóèêöüáíúÉË", "áéíóúýðþæöÁÉÍÓÚÝÐÞÆÖ",
    )
)  # fmt: skip
"""The letters of each western language; a text of one does not hold those of all."""

_SPACES: Final = dict.fromkeys((0xA0, 0x2007, 0x202F, 0x3000), " ")
_LINES: Final = dict.fromkeys((0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")
_NOTHING: Final = dict.fromkeys(
    (
        *range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0),
        0xAD, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070),
        0xFEFF, *range(0xFFF9, 0xFFFD), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF,
    )
)  # fmt: skip
_TABLE: Final = {chr(code): new or "" for code, new in (_NOTHING | _SPACES | _LINES).items()}
_DIRT: Final = re.compile(f"[{re.escape(''.join(_TABLE))}]")
_JOINERS = re.compile(
    r"(?<![\u200c\u200d])(?:(?<![^\x00-\u02af])[\u200c\u200d]++|[\u200c\u200d]++(?![^\x00-\u02af]))"
)
"""Joiners beside Latin letters do nothing; in Persian, Hindi and emoji they belong to the word."""


def decode(
    path: str, data: bytes, zone: tzinfo = UTC, columns: Mapping[str, str] | None = None
) -> Seed:
    """The seed that a file's bytes are. Raises `SitegenError` (no path) if they are not text."""
    data = unpack(data)
    if not data.strip():
        raise fault("the seed is empty")
    text = clean(_text(data))
    if not text.strip():
        raise fault("the seed is empty: it holds only characters that are not seen")
    return Seed(path, data, text, zone, dict(columns or {}))


def unpack(data: bytes, limit: int = MAX_BYTES) -> bytes:
    """Data as it was before gzip. Raises `SitegenError` if that is more than `limit`, or broken."""
    if not data.startswith(_GZIP):
        if len(data) > limit:
            raise _too_large(limit)
        return data
    parts: list[bytes] = []
    room = limit
    while data.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            parts.append(unpacker.decompress(data, room + 1))
        except zlib.error as error:
            raise fault(f"the gzip file is broken: {error}") from None
        room -= len(parts[-1])
        if room < 0:
            raise _too_large(limit)
        if not unpacker.eof:
            raise fault("the gzip file is cut off", hint="copy it once more")
        data = unpacker.unused_data
    return b"".join(parts)


def _too_large(limit: int) -> Exception:
    hint = "rows of CSV or JSON Lines may be more" if limit == MAX_BYTES else ""
    return fault(f"the seed has more than {limit // 2**20} MB", hint=hint)


def clean(text: str) -> str:
    """A text without characters that are not seen; plain spaces, `\\n` line ends. Idempotent."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if _DIRT.search(text):
        text = _DIRT.sub(lambda match: _TABLE[match[0]], text)
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS.sub("", text)
    return text


def encoding_of(data: bytes) -> str:
    """The encoding of some bytes: by mark, by being UTF-8, as declared, or guessed.

    Raises `SitegenError` if they are no text in any.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    for start, kind in _KINDS:
        if data.startswith(start):
            hint = "save it as a web page, as Markdown or as plain text" if kind in _OFFICE else ""
            raise fault(f"the seed is {kind}, not text", hint=hint)
    if b"\0" in data[:_HEAD]:
        return _wide(data[:_HEAD])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that is cut in the middle of a letter at its very end is UTF-8 all the same.
        if error.start >= len(data) - 3 and data[: error.start].decode("utf-8", "ignore"):
            return "utf-8" if not data[: error.start].isascii() else _other(data)
        return "utf-8" if _is_damaged(data) else _other(data)
    return "utf-8"


def _text(data: bytes) -> str:
    encoding = encoding_of(data)
    if encoding == "utf-8":
        return data.decode("utf-8", "sitegen.cp1252") if _strays(data) else data.decode("utf-8")
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") * 20 > len(text):
        raise fault(f"the seed cannot be read as {encoding}: it is damaged, or not text")
    return text


def _strays(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is not UTF-8 as windows-1252: what is pasted into UTF-8 mostly is."""
    assert isinstance(error, UnicodeDecodeError)
    byte = error.object[error.start : error.start + 1]
    return byte.decode("cp1252", "replace"), error.start + 1


codecs.register_error("sitegen.cp1252", _stray)


def _is_damaged(data: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few: far more letters of it than strays."""
    sample = data[: 16 * _GUESSED_FROM]
    strays = sample.decode("utf-8", "replace").count("\ufffd")
    good = sum(character > "\x7f" for character in sample.decode("utf-8", "ignore"))
    return good >= 8 * strays


def _wide(head: bytes) -> str:
    """UTF-16 without a mark is told by zeros in every second byte of its spaces and letters."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 5 and even * 20 < odd:
        return "utf-16-le"
    if even > len(head) // 5 and odd * 20 < even:
        return "utf-16-be"
    raise fault("the seed is binary, not text")


def _other(data: bytes) -> str:
    controls = sum(data[:_HEAD].count(code) for code in (*range(1, 9), *range(14, 32)))
    if controls * 20 > len(data[:_HEAD]):
        raise fault("the seed is binary, not text")
    if match := _DECLARED.search(data[:_HEAD]):
        name = (match[1] or match[2]).decode("ascii").lower()
        name = _MEANT.get(name, name)
        try:
            if not codecs.lookup(name).name.startswith("utf") and _fits(data, name):
                return name
        except LookupError:
            pass  # A name that nobody knows declares nothing.
    return _guessed(data)


def _fits(data: bytes, name: str) -> bool:
    text = data[:_GUESSED_FROM].decode(name, "replace")
    return text.count("\ufffd") * 200 <= len(text)


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - costs time, and is rarely needed

    lines = data[:_GUESSED_FROM].splitlines()
    telling = b"\n".join(line for line in lines if not line.isascii()) or data[:_GUESSED_FROM]
    if _is_western(telling):
        return "cp1252"
    best = from_bytes(telling, cp_isolation=_GUESSES, enable_fallback=False).best()
    if best is not None:
        text = telling.decode(best.encoding, "replace")
        return "cp1250" if best.encoding == "cp1252" and _MISREAD.search(text) else best.encoding
    if _fits(data, "cp1252"):
        return "cp1252"
    raise fault("the seed's encoding is not known", hint="save it as UTF-8")


def _is_western(data: bytes) -> bool:
    """Whether bytes, read as windows-1252, hold letters of one western language only.

    Statistics of letters, which `charset_normalizer` has, cannot tell it from windows-1250.
    """
    text = data.decode("cp1252", "replace")
    letters = {character for character in text if character > "\x7f" and character.isalpha()}
    many = 4 * sum(text.count(letter) for letter in letters) > len(text)
    return "\ufffd" not in text and not many and any(letters <= known for known in _WESTERN)

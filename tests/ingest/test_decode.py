"""Bytes → text."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.ingest.decode import MAX_BYTES, clean, decode, unpack
from sitegen.problems import SitegenError

GERMAN = "Die Brücke über den Fluß wird größer, sagte die Bürgermeisterin.\n"
FRENCH = "Le préfet a été reçu à l’hôtel de ville, où l’été s’achève déjà.\n"
RUSSIAN = "Мэр города открыл новый мост через реку в воскресенье утром.\n"
POLISH = "Burmistrz otworzył most przez rzekę w niedzielę i powiedział, że źle śpi.\n"


def text_of(data: bytes) -> str:
    return decode("a.txt", data).text


def reason(data: bytes) -> str:
    with pytest.raises(SitegenError) as caught:
        decode("a.txt", data)
    return caught.value.problems[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    assert text_of(GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(GERMAN, "cp1252"), (FRENCH, "cp1252"), (RUSSIAN, "cp1251"), (POLISH, "cp1250")],
)
def test_an_encoding_that_is_not_declared_is_guessed(text: str, encoding: str) -> None:
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "head",
    ['<meta charset="windows-1251">', "<meta http-equiv=x content='text/html; charset=cp1251'>",
     '<?xml version="1.0" encoding="windows-1251"?>'],
)  # fmt: skip
def test_a_declared_encoding_is_believed(head: str) -> None:
    assert text_of(f"{head}Мэр".encode("cp1251")) == f"{head}Мэр"


def test_utf_8_wins_over_a_declaration_that_says_otherwise() -> None:
    page = f'<meta charset="iso-8859-1">{GERMAN}'
    assert text_of(page.encode()) == page


def test_utf_8_that_is_only_declared_is_not_believed() -> None:
    page = f'<meta charset="utf-8">{GERMAN}'
    assert text_of(page.encode("cp1252")) == page


def test_latin_1_means_windows_1252() -> None:
    page = '<meta charset="iso-8859-1">“Größe” – 5 €'
    assert text_of(page.encode("cp1252")) == page


def test_a_few_strays_in_utf_8_are_read_as_windows_1252() -> None:
    assert text_of(RUSSIAN.encode() * 3 + b"\x93so\x94") == f"{RUSSIAN * 3}“so”"


def test_an_unknown_declaration_declares_nothing() -> None:
    page = f'<meta charset="klingon">{GERMAN}'
    assert text_of(page.encode("cp1252")) == page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the seed is empty"),
        (b" \n\t ", "the seed is empty"),
        ("\u200b\ufeff".encode(), "the seed is empty: it holds only characters that are not seen"),
        (b"%PDF-1.7 ...", "the seed is a PDF, not text"),
        (b"PK\x03\x04...", "the seed is an archive or an office document, not text"),
        (b"\x89PNG\r\n\x1a\n", "the seed is a picture, not text"),
        (b"\x7fELF\0\0\1\2\3" * 50, "the seed is binary, not text"),
        (bytes(range(1, 256)) * 4, "the seed is binary, not text"),
        (gzip.compress(b"abc" * 1000, mtime=0)[:-12], "the gzip file is cut off"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, said: str) -> None:
    assert reason(data) == said


def test_gzip_is_unpacked_also_in_several_members() -> None:
    seed = decode("a.txt.gz", gzip.compress(b"one ") + gzip.compress(b"two"))
    assert (seed.text, seed.data) == ("one two", b"one two")


def test_a_gzip_bomb_is_not_unpacked() -> None:
    """Promise 29: the work is bounded by the limit, not by what is packed."""
    bomb = gzip.compress(b"\0" * (MAX_BYTES + 1), 9)
    with pytest.raises(SitegenError, match="more than 32 MB"):
        unpack(bomb)


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("Feuer\u00adwehr", "Feuerwehr"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\u00a0b\u202fc", "a b c"),
        ("bell\x07 nul\0", "bell nul"),
        ("over\u202eride", "override"),
        ("line\u2028break", "line\nbreak"),
        ("x\u200dy", "xy"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_characters_that_are_not_seen_are_cleaned(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


@given(st.text())
def test_cleaning_is_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet="a\u200c\u200dक ", max_size=12))
def test_cleaning_joiners_is_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        seed = decode("a", data)
    except SitegenError:
        return
    assert seed.text == clean(seed.text)
    assert seed.text.strip()

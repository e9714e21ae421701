"""What the readers of plain text and Markdown find in a seed."""

from contextlib import suppress
from datetime import UTC, timedelta, timezone
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.ingest import readers
from sitegen.ingest.embeds import read_post
from sitegen.ingest.paragraphs import paragraphs
from sitegen.ingest.seed import Found, Seed
from sitegen.ingest.when import day_in_name, read_date
from sitegen.problems import SitegenError

BODY = (
    "The weir was opened at dawn and the eels went down to the sea in the dark water below it.\n\n"
    "Nobody had counted them before, and nobody who was there will forget the sound they made.\n"
)


def read(text: str, path: str = "a.txt") -> Found:
    """The one article in a seed."""
    (found,) = readers.read(Seed(path, text.encode("utf-8", "replace"), text, UTC))
    return found


def test_header_lines() -> None:
    """`Key: value` lines above an empty line are fields."""
    found = read(
        "Title: Eels go down\nDate: 2031-09-30T06:10:00+02:00\nTags: Weir, Eels\n"
        "Source: The Lissow Post\nURL: https://lissow.example/eels\n"
        f"Author: By Ann Holm and Bo Lind\nLanguage: en\n\n{BODY}"
    )
    assert found.title == "Eels go down"
    assert found.date is not None
    assert found.date.at.isoformat() == "2031-09-30T04:10:00+00:00"
    assert found.tags == ("Weir", "Eels")
    assert (found.sources[0].name, found.sources[0].url) == (
        "The Lissow Post", "https://lissow.example/eels",
    )  # fmt: skip
    assert found.authors == ("Ann Holm", "Bo Lind")
    assert found.key == "https://lissow.example/eels"
    assert found.body == BODY.strip()


def test_mail() -> None:
    """Mail headers are fields too: folded lines, encoded words, a bare sender's domain."""
    found = read(
        "From: desk@lissow.example\nSubject: =?utf-8?q?Eels_=C3=A0_la_mode?=\n and more\n"
        f"Date: Tue, 30 Sep 2031 06:10:00 +0200\nMIME-Version: 1.0\n\n{BODY}"
    )
    assert found.title == "Eels à la mode and more"
    assert found.sources[0].name == "lissow.example"
    assert found.date is not None
    assert found.date.timed


def test_dashed_header() -> None:
    """`-- ` lines: headline, byline, date, address."""
    found = read(
        "-- Eels go down\n-- By  Ann Holm\n-- Tue Sep 30, 2031 9:15pm EDT\n"
        f"-- https://gull.example/eels\n\n\n \n LISSOW  (Gull News) - {BODY}"
    )
    assert found.title == "Eels go down"
    assert found.authors == ("Ann Holm",)
    assert found.date is not None
    assert found.date.iso == "2031-10-01T01:15:00+00:00"
    assert found.body.startswith("LISSOW (Gull News) - The weir")


def test_no_header_in_a_sentence() -> None:
    """A sentence with a colon is no header."""
    found = read(f"Source: nobody would say who opened it, and that was that.\n{BODY}")
    assert found.body.startswith("Source: nobody")


@pytest.mark.parametrize(
    "top",
    [
        "Eels go down to the sea\n\n",
        "Eels go down to the sea\n=======================\n\n",
        "Eels go down to the sea\n\nBy Ann Holm\n30 September 2031\n\n",
        "Eels go down to the sea\n\nPublished: September 30, 2031\n\nEels go down to the sea\n\n",
        "# Eels go down to the sea\n\n",
        "---\ntitle: Eels go down to the sea\n---\n\n# Eels go down to the sea\n\n",
        '+++\ntitle = "Eels go down to the sea"\ntags = ["Weir"]\n+++\n\n',
    ],
)
def test_headlines_on_top(top: str) -> None:
    """A headline is taken from the first line, once, with the by-lines below it."""
    found = read(top + BODY)
    assert found.title == "Eels go down to the sea"
    assert found.body == BODY.strip()
    if "Ann" in top:
        assert found.authors == ("Ann Holm",)
    if "2031" in top:
        assert found.date is not None
        assert found.date.iso == "2031-09-30"


def test_a_first_paragraph_is_no_headline() -> None:
    """A sentence, a dateline and a long line are the story itself."""
    for first in ("It was dawn when they came.", "LISSOW (GN) - It was dawn", "x" * 40 + " y" * 70):
        assert read(f"{first}\n\n{BODY}").title == ""


def test_highlights_are_the_summary() -> None:
    """`@highlight` blocks are summary, not body."""
    found = read(f"{BODY}\n@highlight\n\nNEW: Eels leave\n\n@highlight\n\nForty watch")
    assert found.summary == "Eels leave. Forty watch."
    assert found.body == BODY.strip()


@pytest.mark.parametrize(
    ("paragraph", "text", "attribution"),
    [
        (
            "The weir is open.#Eels #GoEels pic.twitter.com/aB1 — Weir (@weir) September 30, 2031",
            "The weir is open.",
            "Weir (@weir), September 30, 2031",
        ),
        (
            "The #eels are gone — Ann (@ann@fedi.example) 30 September 2031",
            "The #eels are gone",
            "Ann (@ann@fedi.example), 30 September 2031",
        ),
        (
            "Adiós, anguilas. https://t.co/x1 — Río (@rio) 30 de septiembre de 2031",
            "Adiós, anguilas.",
            "Río (@rio), 30 de septiembre de 2031",
        ),
    ],
)
def test_posts(paragraph: str, text: str, attribution: str) -> None:
    """A flattened post is known by its end, in any network and language."""
    post = read_post(paragraph)
    assert post is not None
    assert (post.text, post.attribution) == (text, attribution)


def test_no_post() -> None:
    """A paragraph that mentions a handle and a date is none."""
    assert read_post("He wrote to Ann (@ann) on September 30, 2031 and waited.") is None


def test_furniture_goes() -> None:
    """What a page's frame left in the text is no part of it."""
    furniture = (
        "Follow us on Gullbook", "Share this story", "12 shares | 3 comments", "Advertisement"
    )  # fmt: skip
    parts = zip(BODY.split("\n\n") * 2, furniture, strict=True)
    found = read("\n\n".join(chain.from_iterable(parts)))
    for line in furniture:
        assert line not in found.body
    assert found.body.count("weir") == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one\n\ntwo\n \nthree", ["one", "two", "three"]),
        ("a line that was wrapped by a mail program\nand goes on down here for long,\nthen ends.",
         ["a line that was wrapped by a mail program and goes on down here for long, then ends."]),
        ("x" * 120 + "\n" + "y" * 130, ["x" * 120, "y" * 130]),
        ("1. first\n2. second\nand its rest\n", ["1. first\n2. second\nand its rest"]),
        ("1. first is long enough to have been wrapped somewhere\nand its rest\n2. second",
         ["1. first is long enough to have been wrapped somewhere and its rest\n2. second"]),
        ("Roses are red\nviolets are blue", ["Roses are red\nviolets are blue"]),
    ],
)  # fmt: skip
def test_paragraphs(text: str, parts: list[str]) -> None:
    """Wrapped lines are joined; lists and verses keep their lines."""
    assert paragraphs(text) == parts


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2031-09-30", "2031-09-30"),
        ("September 30, 2031", "2031-09-30"),
        ("Sept. 30, 2031", "2031-09-30"),
        ("30th of September 2031", "2031-09-30"),
        ("30. September 2031, 14:05 Uhr", "2031-09-30T14:05:00+00:00"),
        ("30 de septiembre de 2031", "2031-09-30"),
        ("1er août 2031 à 14h05", "2031-08-01T14:05:00+00:00"),
        ("2031年9月30日", "2031-09-30"),
        ("30.9.2031", "2031-09-30"),
        ("Tuesday, September 30, 2031 at 2:15 p.m. EST", "2031-09-30T19:15:00+00:00"),
        ("30 September 2031 14:05 CET", "2031-09-30T13:05:00+00:00"),
        ("30 September 2031, 9:30 pm", "2031-09-30T21:30:00+00:00"),
        ("12:30am on September 30, 2031", "2031-09-30"),
        ("03/04/2031", None),
        ("February 30, 2031", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    """Dates as people write them; what could be two days is none."""
    moment = read_date(text, UTC)
    assert (moment.iso if moment else None) == iso


def test_a_bracket_is_no_json() -> None:
    """A text may begin with a note in brackets."""
    found = read(f"[Update] {BODY}")
    assert found.body.startswith("\\[Update]") or found.body.startswith("[Update]")


def test_dates_take_the_site_s_zone() -> None:
    """An hour without a zone is the site's."""
    moment = read_date("30 September 2031 14:05", timezone(timedelta(hours=2)))
    assert moment is not None
    assert moment.iso == "2031-09-30T14:05:00+02:00"


def test_days_in_names() -> None:
    """A file's name may tell the day."""
    assert str(day_in_name("a/2031-09-30-eels.txt")) == "2031-09-30"
    assert str(day_in_name("mail_20310930.txt")) == "2031-09-30"
    assert day_in_name("000_06fc2c5ec0ee95f9.txt") is None
    assert day_in_name("20319930.txt") is None


@settings(deadline=None)
@given(st.text(max_size=400), st.sampled_from(["a.txt", "a.md", "a"]))
def test_any_text_is_read_or_set_aside(text: str, path: str) -> None:
    """No text makes a reader fail but by saying so."""
    with suppress(SitegenError):
        list(readers.read(Seed(path, text.encode("utf-8", "replace"), text, UTC)))

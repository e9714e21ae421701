"""Seeds made to take long: what they cost grows with their size, not with its square.

Counted are calls, of Python and of C, which are the same on any machine; so are sizes.
"""

import sys
from datetime import UTC, date
from types import FrameType

import pytest

from sitegen.content import MAX_BYTES
from sitegen.ingest import feed, html
from sitegen.ingest.convert import Conversion, convert
from sitegen.ingest.given import Options
from sitegen.ingest.seed import Seed
from sitegen.problems import Severity

OPTIONS = Options(UTC, "en", date(2026, 5, 4))
PIECES = [
    "(", "@", '"', "[", "A. ", "— ", "#a", "a ", "a\n", "a\n\n", "Aa ", "Aa Bb. ", "*", "_", "`",
    "~", "<", "&", "|", "\\", "> ", "1. ", "- ", "-- ", "Title: x\n", "a: b\n", "http://",
    "https://a.b/(", "“", "A", "a", "É", "é ", "«", "»", "'s ", "Aa’s ", ", ", "; ", "of the ",
    "Aa of the ", "(@a) ", "— A (@b) ", "pic.twitter.com/", "@highlight\n\nx\n\n", "Mr. ", "U.S. ",
    '"Aa," ', "said ", "\t", "  ", "= ", "=\n", "+++\n", "---\n", "---\na: b\n", "# ", "#\n",
    "## a\n", "[a](b)", "[^1]", "![", "((", "aé", "漢", "。", "1,000 shares ", "X (Y) - ",
    "A B C D ", "A-", "A.", "A&", "Aa,\n", "--\n", ". ", "! ", "? ", "…", "a.b.", "😀", "\u0301",
    "a\u0301", '{"a":', "[1,", "a,b\n", "<p>", "<div><p>", '<a href="', "&lt;", "<!--",
    "Download Request", "1 of 2 DOCUMENTS\n", "<REUTERS>", "<?xml ", "<rss><item>", "*a* ", "**a",
    "```\n", "a…", "!", "<?xml ?><?a ?>", "<!-- --><!-- -->", "<!--><b>",
]  # fmt: skip
STARTS = ["", "Hello there good people. "]
NAMES = ["a.txt", "a.md"]
SMALL, LARGE = 800, 1600
"""Bytes: large enough for a square to show, small enough for hundreds of texts."""


def cost(path: str, text: str) -> tuple[int, Conversion]:
    """How many calls a conversion makes, and what it gives."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        done = convert(path, text.encode("utf-8", "replace"), OPTIONS)
    finally:
        sys.setprofile(None)
    return calls, done


@pytest.mark.parametrize("start", STARTS, ids=["alone", "after a sentence"])
@pytest.mark.parametrize("path", NAMES)
def test_cost_is_bounded(path: str, start: str) -> None:
    """Of double the text, less than three times the calls (promise 29); nothing grows out of it."""
    convert(path, b"Warm words, which import what is needed.\n", OPTIONS)
    steep: list[tuple[str, int, int]] = []
    for piece in PIECES:
        small, _ = cost(path, start + piece * (SMALL // len(piece)))
        large, done = cost(path, start + piece * (LARGE // len(piece)))
        if large >= 3 * small + 300:
            steep.append((piece, small, large))
        size = sum(len(given.body) + len(str(given.fields)) for given in done.given)
        assert size < 12 * LARGE, piece
        assert all(problem.severity is Severity.WARNING for problem in done.problems)
    assert not steep


def test_markup_is_known_at_once() -> None:
    """What comes before the first element is read once, however it could be parted."""
    for piece in ("<?xml ?><?a ?>", "<!--><b>-->", "<!-- --!><i> -->"):
        assert not feed.recognises(Seed("a", b"", piece * 500))
        assert not html.recognises(Seed("a", b"", piece * 500))
    head = "<?xml ?>\n<!-- a -->\n<!-- b -->\n"
    assert feed.recognises(Seed("a", b"", f"{head}<rss>"))
    assert html.recognises(Seed("a", b"", f"{head}<html>"))


@pytest.mark.parametrize("path", NAMES)
@pytest.mark.parametrize("piece", ["a ", "> ", "[", "漢"])
def test_what_is_too_large_is_set_aside(path: str, piece: str) -> None:
    """Over the cap there is a reason, and no article (promise 29)."""
    text = f"Hello there. {piece * (3 * MAX_BYTES // len(piece))}"
    done = convert(path, text.encode(), OPTIONS)
    assert all(len(given.body.encode()) <= MAX_BYTES for given in done.given)
    assert done.given or done.problems

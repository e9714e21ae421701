"""Slugs and addresses: readable, portable, and never a way out of the output."""

import posixpath
import string
import unicodedata
from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import urls
from sitegen.urls import Urls, slugify

WORDS = st.text() | st.text(
    alphabet=st.sampled_from(
        "aäöÖßİıǅς ΣﬁⅫ日本語한국어ไทยเชียงใหม่हिन्दीعربى\u200d\u200c-–_.'’/\\%#?:*\x00\u0301\ud7a3"
    )
)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ferry returns on Friday", "ferry-returns-on-friday"),
        ("It’s the council's vote", "its-the-councils-vote"),
        ("Straße, Łódź & Ærø", "strasse-lodz-aero"),
        ("Crème brûlée", "creme-brulee"),
        ("Việt Nam", "viet-nam"),
        ("ΟΔΟΣ και Οδός", "οδοσ-και-οδόσ"),
        ("北京的春天", "北京的春天"),
        ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("한국 뉴스", "한국-뉴스"),
        ("CON", "con-"),
        ("com¹", "com1-"),
        ("con.txt", "con-txt"),
        ("../../etc/passwd", "etc-passwd"),
        ("1.4 million", "1-4-million"),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    """Every script stays itself; accents on Latin letters go."""
    assert slugify(title) == slug


@pytest.mark.parametrize("title", ["", "!!!", "🎉🎉", "\u0301", "...", "—", "\u200b"])
def test_a_title_without_letters(title: str) -> None:
    """Its slug comes from its digest, so that it is not empty and stays the same."""
    assert slugify(title).startswith("untitled-")
    assert slugify(title) == slugify(title)


@given(WORDS)
def test_slugs_are_portable(text: str) -> None:
    """Promise 32: never empty, one name under NFC and case folding, valid on every system, no
    traversal; and a slug's own slug is itself.
    """
    slug = slugify(text)
    assert slug
    assert urls.portable(slug) == slug
    assert unicodedata.normalize("NFC", slug) == slug
    assert urls.fault_in(f"/{slug}/") == ""
    assert slugify(slug) == slug
    assert len(slug.encode()) <= 200
    assert slugify(text.swapcase()) == slugify(text.swapcase().swapcase().swapcase())


@given(WORDS)
def test_case_makes_no_other_slug(text: str) -> None:
    """`CUBA`, `Cuba` and `cuba` are one tag."""
    if text.casefold() == text.upper().casefold():
        assert slugify(text.upper()) == slugify(text) or slugify(text).startswith("untitled-")


@pytest.mark.parametrize(
    "address",
    [
        *("a/", "", "//a/", "/a//b/", "/../a/", "/a/../b/", "/a/./b/", "/.git/", "/a/.htaccess"),
        *("/a\\b/", "/a\x00/", "/a\n/", "/%2e%2e/", "/a%2fb/", "/a#b/", "/a?b/", "/a:b/", '/a"/'),
        *("/con/", "/CON.html", "/aux.txt/", "/com¹/", "/nul .html", "/a./", "/ a/", "/a /"),
        *("/<script>/", "/a|b/", "/a*/", f"/{'a' * 300}/", "/a/..", "/..", "/."),
    ],
)
def test_addresses_that_cannot_be_files(address: str) -> None:
    """Promises 31 and 32: no traversal, no device, nothing that one system takes for another."""
    assert urls.fault_in(address)


@pytest.mark.parametrize("address", ["/", "/a/", "/2022/12/29/a-b_c.d/", "/über/uns.html", "/日/"])
def test_addresses_that_can(address: str) -> None:
    """What an editor may ask for."""
    assert urls.fault_in(address) == ""


@given(st.text(alphabet=st.sampled_from("/.abAB%2eé\\:# ~\x00-"), max_size=12))
def test_no_address_leaves_the_output(text: str) -> None:
    """Promise 31: what passes is a file below the output, whoever normalises its path."""
    address = f"/{text}"
    if urls.fault_in(address):
        return
    path = urls.output_path(address)
    for seen in (path, unquote(path), path.replace("\\", "/")):
        assert posixpath.normpath(seen) == seen
        assert not seen.startswith(("/", ".."))
    assert path.endswith("index.html") or not address.endswith("/")


@given(st.text(alphabet=string.printable + "éü日ع", max_size=20))
def test_links_say_what_the_address_says(text: str) -> None:
    """A link is ASCII and unquotes to its address."""
    quoted = urls.quoted(f"/{text}")
    assert quoted.isascii()
    assert unquote(quoted) == f"/{text}"


def test_patterns() -> None:
    """Each kind of page has its address; a site below a path links below it."""
    day = date(2022, 3, 4)
    site = Urls(site="https://example.org/news")
    assert site.of_article(day, "a") == "/2022/03/04/a/"
    assert site.of_edition(day) == "/2022/03/04/"
    assert site.of_month(day) == "/2022/03/"
    assert site.of_year(day) == "/2022/"
    assert site.of_tag("cuba") == "/tags/cuba/"
    assert site.of_page("/tags/cuba/", 1) == "/tags/cuba/"
    assert site.of_page("/tags/cuba/", 2) == "/tags/cuba/page/2/"
    assert site.href("/tags/é/") == "/news/tags/%C3%A9/"
    assert site.absolute("/tags/é/") == "https://example.org/news/tags/%C3%A9/"
    assert urls.output_path("/") == "index.html"
    assert urls.output_path("/a/b.html") == "a/b.html"
    assert urls.output_path("/cafe\u0301/") == "caf\u00e9/index.html"


@given(st.lists(st.sampled_from(["a", "con", "-", ".", "9", "b" * 119, "/", "é"]), max_size=6))
def test_plain_addresses_are_told_quickly(parts: list[str]) -> None:
    """What is taken for a plain name has no fault the long way either."""
    address = "/" + "".join(parts)
    if urls._WORDS.fullmatch(address) and not urls.fault_in(address):
        # An underscore takes the long way.
        assert not urls.fault_in(f"/_{address}")

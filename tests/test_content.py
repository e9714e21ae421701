"""A file in `content/` → an article, or everything that is wrong with it."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import content
from sitegen.article import Article, Image, Source
from sitegen.nodes import Node
from sitegen.problems import SitegenError

ZONE = ZoneInfo("Europe/Paris")


def read(text: str) -> Article:
    """The article; there must be no problem."""
    article, problems = content.read_article("2026/03/a.md", text, ZONE)
    assert not problems
    assert article is not None
    return article


def faults(fields: str) -> list[str]:
    """What is wrong with an article that has these fields besides the needed ones."""
    text = f"---\ntitle: A\ndate: 2026-03-05\n{fields}\n---\nText.\n"
    article, problems = content.read_article("a.md", text, ZONE)
    assert article is None
    return [problem.message for problem in problems]


def test_every_field() -> None:
    """Each field arrives typed; the body begins where it begins."""
    article = read("""---
title: "  Storm   opens a gap "
date: 2026-03-05 08:30
updated: 2026-03-06
id: storm-1
summary: |
  Two lines
  become one.
tags: [Harbour, "2026", Harbour]
source:
- name: The Gazette
- name: The Courier
  url: https://example.com/a?b=c
authors: [Ann Ember, Bo Tarn]
language: de
image: {src: /images/wall.jpg, alt: A wall, credit: Ann}
draft: true
expires: 2026-04-01
slug: storm
permalink: /storm/
aliases: [/old/, /older.html]
story: storm
extra: {lead: true, rank: 3, note: null}
---

Body.
""")
    assert article.title == "Storm opens a gap"
    assert article.date.iso == "2026-03-05T08:30:00+01:00"
    assert article.updated
    assert article.updated.iso == "2026-03-06"
    assert article.summary == "Two lines become one."
    assert article.tags == ("Harbour", "2026")
    assert article.sources == (
        Source("The Gazette"),
        Source("The Courier", "https://example.com/a?b=c"),
    )
    assert article.image == Image("/images/wall.jpg", "A wall", "Ann")
    assert article.aliases == ("/old/", "/older.html")
    assert article.extra == {"lead": True, "rank": 3, "note": None}
    assert (article.body, article.body_line) == ("\nBody.\n", 25)


def test_the_least() -> None:
    """A title and a date make an article; its id then comes from its path."""
    article = read("---\ntitle: No\ndate: 2026-03-05\n---\n")
    assert article.title == "No"
    assert article.id == content.stable_id("2026/03/a.md")
    assert (article.tags, article.sources, article.body) == ((), (), "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("draft: yes", "`draft`: must be true or false, not `yes`"),
        ("tags: [a, [b]]", "`tags`: must be a text"),
        ("tags: ['']", "`tags`: must not be empty"),
        (f"tags: [{'a' * 101}]", f"`tags`: `{'a' * 40}…` is too long for a tag"),
        ("source: {url: https://example.com/}", "`source`: `name` is missing"),
        (
            "source: {name: A, url: ftp://example.com/}",
            "`source`: `ftp://example.com/` is not a URL",
        ),
        ("source: {name: A, url: 'https://a b/'}", "`source`: `https://a b/` is not a URL"),
        ("source: {name: A, url: 'https://['}", "`source`: `https://[` is not a URL"),
        ("image: {src: //evil.example/a.png}", "`image`: `//evil.example/a.png` is not a URL"),
        (
            "image: {src: 'data:image/png;base64,x'}",
            "`image`: `data:image/png;base64,x` is not a URL",
        ),
        ("image: {src: /../a.png}", "`image`: `/../a.png` must not hold `..`"),
        ("image: {alt: A}", "`image`: `src` is missing"),
        ("slug: a/b", "`slug`: `a/b` must not hold `/`"),
        ("slug: ..", "`slug`: `..` must not hold `..`"),
        ("slug: CON", "`slug`: `CON` must not hold `CON`, a device on Windows"),
        ("permalink: /a", "`permalink`: `/a` must end in `/` or `.html`"),
        ("permalink: /a.php", "`permalink`: `/a.php` must end in `/` or `.html`"),
        (
            "permalink: https://example.org/a/",
            "`permalink`: `https://example.org/a/` must begin with `/`",
        ),
        ("aliases: /old/", "`aliases`: must be a list"),
        ("id: a b", "`id`: `a b` is not an id: up to 200 characters, no spaces"),
        ("language: English", "`language`: `English` is not a language"),
        ("extra: 3", "`extra`: must be a table"),
        ("story:", "`story`: must not be empty"),
        ("titel: A", "`titel` is not a field"),
    ],
)
def test_faults(fields: str, said: str) -> None:
    """Each fault quotes the bad value and names the field."""
    assert faults(fields) == [said]


def test_all_faults_at_once() -> None:
    """Every field that is wrong is told, with its own line."""
    text = "---\ntitle:\ndate: soon\ndraft: 1\nsumary: x\n---\n"
    _, problems = content.read_article("a.md", text, ZONE)
    assert [problem.line for problem in problems] == [2, 3, 4, 5]


def test_decode() -> None:
    """Byte order marks, line ends and control characters are gone before anything is read."""
    assert content.decode("\ufeff---\r\ntitle: A\rb\x00\x08\x0c\x1b\x7f\uffff\n".encode()) == (
        "---\ntitle: A\nb\n"
    )
    odd = "é\x80\x9f\ufdd0\ufdef\ufffe\U0001fffe\U0010ffff\x85ü\u2028\u202e\ufffd🎉"
    assert content.decode(odd.encode()) == "é ü\u2028\u202e\ufffd🎉"


def test_the_cap() -> None:
    """Promise 29: an article of 256 KB is read, one byte more is named and not built."""
    assert content.decode(b"x" * content.MAX_BYTES)
    with pytest.raises(SitegenError, match=r"has 262,145 bytes, more than 262,144"):
        content.decode(b"x" * (content.MAX_BYTES + 1))


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """No file makes a traceback: there is an article, or a problem with a message."""
    try:
        article, problems = content.read_article("a.md", content.decode(data), ZONE)
    except SitegenError as error:
        article, problems = None, error.problems
    assert (article is None) == bool(problems)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_field(key: str, value: str) -> None:
    """No field makes a traceback, however it is written."""
    text = content.decode(
        f"---\ntitle: A\ndate: 2026-03-05\n{key}: {value}\n---\n".encode("utf-8", "replace")
    )
    article, problems = content.read_article("a.md", text, ZONE)
    assert (article is None) == bool(problems)


@given(
    st.text(
        st.sampled_from(" a\t\n\x00\x1f\x7f\xa0\u2028\u3000\ufffe\U000e0001é") | st.characters()
    )
)
def test_a_text_is_one_line_without_control_characters(text: str) -> None:
    """Whether or not it takes the short way."""
    found = content._text(Node(text, 1), ZONE)
    assert found == " ".join(content._CONTROLS.sub("", text).split())

"""Plain text never turns into formatting."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from sitegen.ingest.escape import escape

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
footnote_plugin(_markdown)

MARKS = "*_#`~<>[]()!|\\&;:=+-.^1 \n\tabé“’.@/?"
texts = st.one_of(
    st.text(MARKS, max_size=60),
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["# ", "- ", "1. ", "> ", "***", "---", "===", "|a|b|", "|---|", "[x](y)", "[^1]",
             "[^1]: z", "&amp;", "&#35;", "<b>", "<a@b.de>", "~~x~~", "```", "    ", "\t", "\\",
             "_it_", "**it**", "`it`", "![x](y)", "^[x]", "[x]: y", "\n", " ", "word", "2)", "+ ",
             ":--|", "a | b", "--- | ---", "<!-- x -->", "snake_case_name", "http:/x", "<http://x.y>"]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


def shown(markdown: str) -> str:
    """What a reader sees: the page's text, which must be a single paragraph."""
    page = _markdown.render(markdown)
    inner = re.fullmatch(r"(?:<p>(.*)</p>\n)?", page, re.DOTALL)
    assert inner is not None, page
    text = (inner[1] or "").replace("<br />\n", "\n")
    text = re.sub(r'<a href="[^"]*">([^<]*)</a>', r"\1", text)
    assert not re.search(r"<[a-z/]", text), page
    return html.unescape(text)


def tidy(text: str) -> str:
    """A text as paragraphs keep it: spaces folded, no empty lines."""
    text = re.sub("[\x00\x0b\x0c\x1c-\x1f\x85\u2028\u2029\r\ufffd]", "", text)
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


@settings(max_examples=600, deadline=None)
@given(texts)
def test_text_stays_text(text: str) -> None:
    """Rendered, any text reads exactly as it was written."""
    text = tidy(text)
    if "://" in text:  # Links show their address decoded; they have tests of their own.
        text = text.replace("://", ":/")
    assert shown(escape(text)) == text


@settings(max_examples=200, deadline=None)
@given(texts, texts)
def test_paragraphs_do_not_reach_each_other(one: str, other: str) -> None:
    """No text forms something with the paragraph after it: a definition, a footnote, a table."""
    one, other = (tidy(text).replace("://", ":/") for text in (one, other))
    pages = _markdown.render(f"{escape(one)}\n\n{escape(other)}")
    assert pages == _markdown.render(escape(one)) + _markdown.render(escape(other))


@settings(max_examples=200, deadline=None)
@given(texts)
def test_quotations_hold_it(text: str) -> None:
    """In a block quote, too, a text stays text."""
    text = tidy(text).replace("://", ":/") or "x"
    quoted = "\n".join(f"> {line}" for line in escape(text).split("\n"))
    page = _markdown.render(quoted)
    inner = re.fullmatch(r"<blockquote>\n<p>(.*)</p>\n</blockquote>\n", page, re.DOTALL)
    assert inner is not None, page
    assert html.unescape(inner[1].replace("<br />\n", "\n")) == text


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a_b*c, then", "https://example.org/a_b*c"),
        ("(https://example.org/a(b))", "https://example.org/a(b)"),
        ("[x](https://example.org)", "https://example.org"),
        ("https://example.org.", "https://example.org"),
        ("1. http://example.org/?q=1&amp=2", "http://example.org/?q=1&amp=2"),
    ],
)
def test_bare_addresses_become_links(text: str, address: str) -> None:
    """A web address is the one thing that is marked up, without its sentence's punctuation."""
    markdown = escape(text)
    assert f"<{address}>" in markdown
    assert shown(markdown) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("1874. The date", "1874\\. The date"),
        ("#4 bus", "#4 bus"),
        ("waves < 2 m", "waves < 2 m"),
        ("@corrin_head_wx", "@corrin_head_wx"),
        ("he [the mayor] said", "he [the mayor] said"),
        ("AT&T and R&amp;D", "AT&T and R\\&amp;D"),
        ("+ A meeting", "\\+ A meeting"),
        ("-5 degrees", "-5 degrees"),
    ],
)
def test_escapes_no_more_than_needed(text: str, markdown: str) -> None:
    """An editor reads the file too: only what would be formatting has a backslash."""
    assert escape(text) == markdown

"""Prose that is read at once comes out as markdown-it would have it."""

from typing import Any
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec import structs

from sitegen import markdown
from sitegen.commonmark import replace_quotes
from sitegen.prose import Head, Part, Prose, Rest, read, with_quotes
from sitegen.rendered import Rendered
from sitegen.sanitising import sanitise

_WORDS = [
    "Word",
    "word",
    "a",
    "É",
    "12",
    "3.5",
    "1.",
    "2)",
    "http://x.y",
    "…",
    "don't",
    "'80s",
    "(x)",
]
_QUOTED = ['"Said"', '"a b" ', '"y."', 'x"', '""', "'", '1"', '"a"b', "“x”", '("c")', '"it\'s"']
_QUOTED += [
    '"*a* b"',
    '"b *c*"',
    '"',
    ' "A',
    'z" ',
    '*it\'s "x" y*',
    '"[a](https://e.org)"',
    "*“y” z*",
]
_INLINE = """
*em* **st** *x*. (*x*) *x*y y*x* *x * ** _ _a_ `c` ~~s~~ [l](https://e.org/a) [A](https://e.org/a_b)
[l] [l][r] [^1] ^[n] ^ ! ![i](https://e.org/x) *[a](https://e.org)* [a*b](https://e.org) <b> &amp;
& \\ x"y "a"b y*
""".split()  # noqa: SIM905 - one can read it
_BLOCKS = [
    "\n", "\n\n", "\n\n", "\n\n", "\n- Word", "\n- ", "\n\n- It", "\n> Word x", "\n>\n", "\n> - z",
    "\n> — Name (@x) 2", "\n\n## Head", "\n\n# H # x", "\n1. ", "\n3) y", "\n    ", "\n---\n",
    "\n===\n", "\n```\n", " \n", "\n\n  Ind", "\n| a | b |\n|---|---|\n| c | d |\n", "\t", "\u00a0",
    "\n[r]: https://e.org/r\n", "\n[^1]: note\n", "\n\n[^1]: note\n\n    more\n\nA",
]  # fmt: skip
_part = st.sampled_from([*_WORDS, *_WORDS, *_WORDS, *_QUOTED, *_INLINE, *_BLOCKS])
_texts = st.lists(st.tuples(_part, st.sampled_from(["", " ", " "])), min_size=2, max_size=10).map(
    lambda parts: "".join(part + gap for part, gap in parts)
)
_quotes = st.sampled_from(["“”‘’", ["«\u202f", "\u202f»", "“", "”"], "„“‚‘"])


def _read(text: str, quotes: Any) -> Rendered:
    """A body, read as the site reads it."""
    with mock.patch.dict(markdown._QUOTES, en=quotes):
        unclean = markdown.render(
            text, address="/a/", path="a.md", base="", language="en", foreign=True
        )
    return sanitise(unclean)


def _left(source: str, _quotes: object, _rel: object) -> list[Part]:
    """All of it left to markdown-it."""
    return [Rest(0, len(source))]


def _without_lines(body: Rendered) -> Rendered:
    """What the two ways may write differently left out."""
    html = body.html.replace("<p></p>\n", "")
    return structs.replace(body, html=html)


@settings(max_examples=1000, deadline=None)
@example("See ![i](https://e.org/x) and ^[a](https://e.org).", "“”‘’")
@example("# One\n\n## Two\n\n## Two", "“”‘’")
@given(_texts, _quotes)
def test_prose_is_what_markdown_it_makes_of_it(text: str, quotes: Any) -> None:
    """Read at once or not, a text gives the same HTML, headings, links and lead."""
    quick = _read(text, quotes)
    with mock.patch.object(markdown, "read", _left):
        plain = _read(text, quotes)
    assert _without_lines(quick) == _without_lines(plain)


@settings(max_examples=500, deadline=None)
@example("It’s 'it' and the dogs' \"*x* y\"", "“”‘’")
@given(st.lists(st.sampled_from([*_WORDS, *_QUOTED, *_INLINE]), max_size=6).map(" ".join), _quotes)
def test_a_headline_has_the_marks_that_markdown_it_gives(text: str, quotes: Any) -> None:
    """Its quotation marks are found at once, or left to markdown-it."""
    assert with_quotes(text, quotes) in (None, replace_quotes(text, quotes))


def test_most_headlines_are_read_at_once() -> None:
    """Those of which every mark can be only one thing."""
    assert with_quotes('"It\'s late," she said', "“”‘’") == "“It’s late,” she said"


def test_plain_prose_is_read_at_once() -> None:
    """A news text of paragraphs, emphasis, links, quotations and lists needs nothing else."""
    text = (
        'The *ferry* left. "It was late," she said.\n\n- One\n- Two\n\n## The *news*\n\n'
        "> It doesn't matter.\n>\n> — A Name\n\nMore\nat [the quay](https://quay.example/a).\n"
    )
    first, head, last = read(text, "“”‘’", "")
    assert isinstance(first, Prose)
    assert first.text == "The ferry left. “It was late,” she said."
    assert isinstance(head, Head)
    assert (head.level, head.text) == (2, "The news")
    assert isinstance(last, Prose)
    with mock.patch.object(MarkdownIt, "parse", side_effect=AssertionError):
        assert _read(text, "“”‘’").toc[0].id == "the-news"


def test_links_of_prose_carry_the_rel_of_their_text() -> None:
    """promise 28: what came from a seed lends nobody its good name."""
    (prose,) = read("See [it](https://e.org/a).", "“”‘’", "nofollow noopener")
    assert isinstance(prose, Prose)
    assert '<a href="https://e.org/a" rel="nofollow noopener">it</a>' in prose.html

"""Prose that is read at once comes out as markdown-it would have it."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from sitegen.prose import prose_plugin

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


def _parser(quotes: object) -> MarkdownIt:
    options = {"html": False, "typographer": True, "quotes": quotes, "maxNesting": 64}
    md = MarkdownIt("commonmark", options).enable(["table", "strikethrough", "smartquotes"])
    return md.use(footnote_plugin)


def _folded(html: str) -> str:
    """HTML as the sanitiser leaves it in what the two ways may write differently."""
    return html.replace("&quot;", '"').replace("<p></p>\n", "")


@settings(max_examples=1000, deadline=None)
@example("See ![i](https://e.org/x) and ^[a](https://e.org).", "“”‘’")
@given(_texts, _quotes)
def test_prose_is_what_markdown_it_makes_of_it(text: str, quotes: object) -> None:
    """With the plugin or without it, a text gives the same HTML."""
    plain, quick = _parser(quotes), _parser(quotes).use(prose_plugin)
    assert _folded(quick.render(text)) == _folded(plain.render(text))


def test_plain_prose_is_read_at_once() -> None:
    """A news text of paragraphs, emphasis, links, quotations and lists needs nothing else."""
    text = (
        'The *ferry* left. "It was late," she said.\n\n- One\n- Two\n\n## The *news*\n\n'
        "> It doesn't matter.\n>\n> — A Name\n\nMore\nat [the quay](https://quay.example/a).\n"
    )
    tokens = _parser("“”‘’").use(prose_plugin).parse(text)
    assert [token.type for token in tokens] == [
        *("html_block", "heading_open", "html_block", "heading_close", "html_block")
    ]
    assert tokens[0].meta == {"text": "The ferry left. “It was late,” she said."}
    assert tokens[2].meta == {"text": "The news"}


def test_links_of_prose_carry_the_rel_of_their_text() -> None:
    """promise 28: what came from a seed lends nobody its good name."""
    md = _parser("“”‘’").use(prose_plugin)
    html = md.render("See [it](https://e.org/a).", {"rel": "nofollow noopener"})
    assert '<a href="https://e.org/a" rel="nofollow noopener">it</a>' in html

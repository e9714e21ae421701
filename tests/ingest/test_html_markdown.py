"""HTML → Markdown: form is kept, and text stays text."""

# ruff: noqa: E501 - pages are written as they come.

import re
from html import escape as html_escape
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sitegen.ingest.decode import clean
from sitegen.ingest.html_body import fragment
from sitegen.ingest.html_page import parse

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def markdown(html: str) -> str:
    return fragment(parse(f"<html><body>{html}</body></html>"), "https://bay.example/a/").markdown


def plain(html: str) -> str:
    return fragment(parse(f"<html><body>{html}</body></html>"), "https://bay.example/a/").text


CASES = [
    ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    ("Loose words <p>and a paragraph", "Loose words\n\nand a paragraph"),
    ("<p>a<br>b<br><br>c</p>", "a\\\nb\n\nc"),
    ("<h1>T</h1><h2>A</h2><h3>B</h3>", "## T\n\n## A\n\n### B"),
    ("<p>a <b>bold</b> and <i>slanted</i> <s>gone</s></p>", "a **bold** and *slanted* ~~gone~~"),
    ("<p><b>a</b><b>b</b> <em> spaced </em>x</p>", "**ab** *spaced* x"),
    ('<p>so <b>"quoted"</b>runs on</p>', 'so "quoted"runs on'),
    ("<p>use <code>a`b</code></p>", "use ``a`b``"),
    ('<p><a href="/b?utm_source=x&id=3">link</a></p>', "[link](https://bay.example/b?id=3)"),
    ('<p><a href="javascript:alert(1)">no</a> <a href="#n">1</a></p>', "no 1"),
    ('<p><a href="x (1)">y</a></p>', "[y](https://bay.example/a/x%281%29)"),
    ('<p><img src="p.jpg" alt="A [quay]"></p>', "![A \\[quay\\]](https://bay.example/a/p.jpg)"),
    ('<p>dot <img src="t.gif" width="1" height="1"></p>', "dot"),
    ('<p><img src="data:x" data-src="/late.jpg" alt=""></p>', "![](https://bay.example/late.jpg)"),
    ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n\n- b\n\n  - c"),
    ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
    ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
    ("<pre><code class='language-py'>x = 1\n  y</code></pre>", "```py\nx = 1\n  y\n```"),
    (
        "<table><tr><th>a<th>b</tr><tr><td>1|2<td></tr></table>",
        "| a | b |\n| --- | --- |\n| 1\\|2 |  |",
    ),
    ("<table><tr><td><p>laid out</p><p>as a table</p></td></tr></table>", "laid out\n\nas a table"),
    ("<p>1. no list</p><p># no head</p><p>- no item</p>", "1\\. no list\n\n\\# no head\n\n\\- no item"),
    ("<p>a *b* _c_ d_e_f [g] &lt;h&gt;</p>", "a \\*b\\* \\_c\\_ d_e_f \\[g\\] \\<h>"),
    ("<p>&amp;lt; &amp;copy;</p>", "\\&lt; \\&copy;"),
    ("<p>Fire\u00adman&nbsp;here<script>alert(1)</script><style>p{}</style></p>", "Fireman here"),
    ("<p><span class=cap>T</span>he start</p>", "The start"),
    ("<p>fine <img class=emoji alt='🎉' src=e.png> day</p>", "fine 🎉 day"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), CASES)
def test_form_is_kept(html: str, expected: str) -> None:
    assert markdown(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<blockquote class="twitter-tweet"><p>Ferries run again. '
            '<a href="https://t.co/a">pic.twitter.com/a</a></p>&mdash; Harbour Office (@harbour) '
            '<a href="https://twitter.com/harbour/status/1?ref_src=x">March 3, 2026</a></blockquote>',
            "> Ferries run again.\n>\n"
            "> — [Harbour Office (@harbour), March 3, 2026](https://twitter.com/harbour/status/1)",
        ),
        (
            '<blockquote class="instagram-media" data-instgrm-permalink='
            '"https://www.instagram.com/p/x/?utm_source=ig"><p>Sunset at the pier</p></blockquote>',
            "> Sunset at the pier\n>\n> — [Instagram](https://www.instagram.com/p/x/)",
        ),
    ],
)
def test_an_embedded_post_is_a_quotation_whose_last_line_says_who(html: str, expected: str) -> None:
    assert markdown(html) == expected


def test_the_headline_is_not_repeated() -> None:
    page = parse("<html><body><h1>Ferry stays!</h1><p>Ferry stays</p><p>It does.</p></body></html>")
    assert fragment(page, "", ("“Ferry stays”",)).markdown == "It does."


def shown(rendered: str) -> str:
    """The words of rendered HTML."""
    return " ".join(unescape(re.sub(r"<[^<>]+>", " ", rendered.replace("<br />", " "))).split())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_text_stays_text(text: str) -> None:
    """No text turns into formatting that it did not have."""
    text = " ".join(clean(text).split())
    rendered = MARKDOWN.render(markdown(f"<p>{html_escape(text)}</p>"))
    assert set(re.findall(r"<(\w+)", rendered)) <= {"p"}
    assert shown(rendered) == text


@given(st.text(alphabet="ab *_~`#>-+.1)|[]!\\<>&;=\n\"'", max_size=40))
def test_marks_stay_marks(text: str) -> None:
    """The same for texts that are little else than marks."""
    text = " ".join(text.split())
    rendered = MARKDOWN.render(markdown(f"<p>{html_escape(text)}</p>"))
    assert set(re.findall(r"<(\w+)", rendered)) <= {"p"}
    assert shown(rendered) == text


INLINE = st.recursive(
    st.text(alphabet='ab ."(', max_size=4).map(html_escape),
    lambda inner: st.tuples(
        st.sampled_from(["b", "i", "s", "em"]), st.lists(inner, max_size=3)
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    max_leaves=8,
)


@given(st.lists(INLINE, max_size=5))
def test_emphasis_shows_no_marks(parts: list[str]) -> None:
    """Wherever emphasis stands, its marks are never read as text."""
    html = f"<p>{''.join(parts)}</p>"
    rendered = MARKDOWN.render(markdown(html))
    assert not set("*~\\") & set(shown(rendered))
    assert "".join(shown(rendered).split()) == "".join(plain(html).split())

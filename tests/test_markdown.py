"""Markdown → clean HTML: promises 27, 28, 29 and 34 on the body of an article."""

import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import quote

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import markdown, sanitising
from sitegen.problems import SitegenError
from sitegen.rendered import Rendered, with_references
from sitegen.sanitising import sanitise
from tests.hostile import PAYLOADS

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "ul", "ol"),
    *("li", "em", "strong", "s", "a", "img", "sup", "section"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"id", "class", "href", "title", "rel", "src", "alt", "loading", "start"}


def render(body: str, *, foreign: bool = False, language: str = "en", base: str = "") -> Rendered:
    """Render a body as that of `content/2026/03/a.md`, which stands at `/2026/03/05/a/`."""
    unclean = markdown.render(
        body,
        address="/2026/03/05/a/",
        path="2026/03/a.md",
        base=base,
        language=language,
        foreign=foreign,
    )
    return sanitise(unclean)


class Judge(HTMLParser):
    """What a browser's parser would find that an article may not hold."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.faults.append(f"{name} on <{tag}>")
            if name in ("href", "src"):
                scheme, colon, _ = re.split(r"[/?#]", value or "", maxsplit=1)[0].partition(":")
                if colon and scheme.lower() not in ("http", "https", "mailto"):
                    self.faults.append(f"{name}={value}")

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_pi(self, data: str) -> None:
        self.faults.append("instruction")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")


FRAMES = (
    "{}",
    "[a]({})",
    "[a](<{}>)",
    "![a]({})",
    "<{}>",
    "[{}](/b)",
    "[a](/b '{}')",
    "![{}](/b)",
    "# {}",
    "`{}`",
    "```{}\n{}\n```",
    "> {}",
    "| {} |\n|---|\n| {} |",
    "[^1]\n\n[^1]: {}",
    "[^{}]: x\n\n[^{}]",
    "[a]: {}\n\n[a]",
    "1. {}",
    "**{}**",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_active(payload: str) -> None:
    """Promise 27: whatever the place in Markdown, a parser finds only what is allowed."""
    for frame in FRAMES:
        html = render(frame.replace("{}", payload), foreign=True).html
        assert not Judge(html).faults, (frame, html)


MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<",
                ">",
                "&",
                '"',
                "'",
                "[",
                "]",
                "(",
                ")",
                "!",
                "*",
                "_",
                "`",
                "\n",
                "\n\n",
                " ",
                "|",
            ),
            *("-|-", "\\", "#", "~~", "[^1]", "[^1]: ", "script", "style", "svg", "math", "a", "é"),
            *("javascript:", "data:text/html,", "http://a.b/", "onload=", "&lt;", "&#x3c;", "<!--"),
            *(
                "    ",
                "> ",
                "- ",
                "1. ",
                "|a|\n|-|\n",
                "```",
                "---\n",
                "\u202e",
                "\u0000",
                "<a href=",
            ),
        ]
    ),
    max_size=25,
).map("".join)


@given(MARKUP)
def test_cleaning_twice_changes_nothing(body: str) -> None:
    """Promise 27: what nh3 gave it gives again, so that nothing hides in its first pass; and the
    parser's allow-list holds for every text.
    """
    html = render(body, foreign=True).html
    assert sanitising._CLEANER.clean(html) == html
    assert not Judge(html).faults
    assert nh3.is_html(html) or not html.strip() or "<" not in html


def test_no_style_attributes() -> None:
    """Promise 34: columns are aligned by classes."""
    html = render("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |\n").html
    assert "style" not in html
    assert '<th class="left">a</th>' in html
    assert '<td class="right">2</td>' in html
    assert '<td class="center">3</td>' in html


def test_foreign_links_lend_no_good_name() -> None:
    """Promise 28: links that leave the site from a seed's text get `nofollow noopener`."""
    body = "[a](https://example.com/) [b](/tags/) [c](#d) [d](//example.com/)"
    html = render(body, foreign=True).html
    assert html.count('rel="nofollow noopener"') == 2
    assert 'href="/tags/"' in html
    assert 'href="#d"' in html
    assert "rel=" not in render(body).html


@pytest.mark.parametrize(
    ("link", "href", "found"),
    [
        ("/tags/", "/news/tags/", "/tags/"),
        ("b/", "/news/2026/03/05/a/b/", "/2026/03/05/a/b/"),
        ("../b/?q=1#x", "/news/2026/03/05/b/?q=1#x", "/2026/03/05/b/"),
        ("../../../../../../etc/", "/news/etc/", "/etc/"),
        ("caf%C3%A9/", "/news/2026/03/05/a/caf%C3%A9/", "/2026/03/05/a/café/"),
        ("b.md", "/@/2026/03/b.md", "/@/2026/03/b.md"),
        ("../04/c%20d.md#x", "/@/2026/04/c%20d.md#x", "/@/2026/04/c d.md"),
        ("#x", "#x", ""),
        ("?a", "?a", ""),
        ("mailto:a@example.org", "mailto:a@example.org", ""),
        ("https://example.com/a.md", "https://example.com/a.md", ""),
        ("https://[", "", ""),
        ("////evil.example/a", "/news/evil.example/a", "/evil.example/a"),
        ("/\\evil.example/", "/news/%5Cevil.example/", "/\\evil.example/"),
    ],
)
def test_relative_links(link: str, href: str, found: str) -> None:
    """A link holds on every page that shows the body, below the path the site is served from."""
    rendered = render(f"\n[a]({link})\n", base="/news")
    assert f'<a href="{href}">a</a>' in rendered.html or not href
    assert rendered.links == (((found, 2),) if found else ())


def test_links_know_their_lines() -> None:
    """Each address once, with the line that it is first on."""
    body = "a\n[b](/b/)\nc [c](/c/)\n\n- [b](/b/)\n- ![d](/d.png)\n"
    assert render(body).links == (("/b/", 2), ("/c/", 3), ("/d.png", 6))


@pytest.mark.parametrize(
    "name", ["b.md", "it's.md", "a & b.md", 'c"d.md', "e+f.md", "日本.md", "%25.md"]
)
def test_references(name: str) -> None:
    """A link to an article's file becomes its URL, whatever its name, and keeps its tail."""
    rendered = render(f"[a]({quote(name)}#x) [b]({quote(name)})")
    ((reference, _),) = rendered.links
    assert reference == f"/@/2026/03/{name}"
    html = with_references(rendered.html, {reference: "/b/?c&d"})
    assert '<a href="/b/?c&amp;d#x">a</a> <a href="/b/?c&amp;d">b</a>' in html


def test_references_are_whole_names() -> None:
    """`/@/a.md` is not the beginning of `/@/a.md.md`."""
    html = '<a href="/@/a.md.md">a</a><a href="/@/a.md">a</a>'
    assert with_references(html, {"/@/a.md": "/a/"}) == (
        '<a href="/@/a.md.md">a</a><a href="/a/">a</a>'
    )


def test_headings() -> None:
    """Each heading has a name of its own, in any script; two of a kind are told apart."""
    rendered = render("## Costs\n\n## Costs\n\n### 費用 *x*\n\n## !!!\n")
    assert [heading.id for heading in rendered.toc][:3] == ["costs", "costs-2", "費用-x"]
    assert [heading.level for heading in rendered.toc] == [2, 2, 3, 2]
    assert len({heading.id for heading in rendered.toc}) == 4
    assert '<h2 id="costs-2">Costs</h2>' in rendered.html


@pytest.mark.parametrize(
    ("language", "quoted"),
    [("en", "“a ‘b’”"), ("de", "„a ‚b‘“"), ("fr-CA", "«\u202fa “b”\u202f»"), ("xx", "“a ‘b’”")],
)
def test_quotation_marks(language: str, quoted: str) -> None:
    """Straight quotation marks become those of the article's language."""
    assert render("\"a 'b'\"", language=language).html == f"<p>{quoted}</p>\n"


def test_the_lead() -> None:
    """The first paragraph as plain text, without its notes; nothing where it is not first."""
    assert render("A *bold*\nclaim[^1] & `more`.\n\n[^1]: x").lead == "A bold claim & more."
    assert render("# Head\n\nText").lead == ""
    assert render("").lead == ""


# promise 29

DEEP = ("> " * 100 + "a", "".join("  " * n + "- a\n" for n in range(100)), ">" * 70_000 + "a")


@pytest.mark.parametrize("body", DEEP, ids=["quotes", "lists", "long"])
def test_nested_too_deep(body: str) -> None:
    """What nests deeper than markdown-it would follow is named, with its line."""
    with pytest.raises(SitegenError, match="nests deeper than 64 levels"):
        render(body)


HOSTILE: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "closing": lambda n: "]" * n,
    "pairs": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "images": lambda n: "![" * (n // 2),
    "links": lambda n: "[a](" * (n // 4),
    "references": lambda n: "[a][" * (n // 4),
    "link in link": lambda n: "[" * (n // 5) + "a" + "](b)" * (n // 5),
    "stars": lambda n: "*" * n,
    "openers": lambda n: "*a **a " * (n // 7),
    "closers": lambda n: "a** " * (n // 4),
    "mixed": lambda n: "*_" * (n // 2),
    "strikes": lambda n: "~~a " * (n // 4),
    "backticks": lambda n: "`" * n,
    "growing backticks": lambda n: " ".join("`" * k for k in range(1, int((2 * n) ** 0.5))),
    "footnotes": lambda n: "".join(f"[^{k}]: x\n\n[^{k}]\n\n" for k in range(n // 20)),
    "footnote used": lambda n: "[^1]: x\n\n" + "[^1] " * (n // 5),
    "inline footnotes": lambda n: "^[" * (n // 2),
    "wide table": lambda n: "|" * (n // 3) + "\n" + "|-" * (n // 3) + "\n",
    "long table": lambda n: "|a|b|\n|-|-|\n" + "|x|y|\n" * (n // 6),
    "entities": lambda n: "&amp;" * (n // 5),
    "not entities": lambda n: "&#1" * (n // 3),
    "autolinks": lambda n: "<a@b " * (n // 5),
    "html": lambda n: "<!--" * (n // 4),
    "quotes": lambda n: "> a\n" * (n // 4),
    "items": lambda n: "- a\n" * (n // 4),
    "empty items": lambda n: "-\n" * (n // 2),
    "headings": lambda n: "# a\n\n" * (n // 5),
    "definitions": lambda n: "".join(f"[{k}]: /x\n" for k in range(n // 10)),
    "open title": lambda n: "[a]: /x '" + "a\n" * (n // 2),
    "quotation marks": lambda n: '"a" ' * (n // 4),
    "apostrophes": lambda n: "'" * n,
    "backslashes": lambda n: "\\" * n,
    "lines": lambda n: "a\n" * (n // 2),
    "paragraphs": lambda n: "a\n\n" * (n // 3),
}


def calls(body: str) -> int:
    """The cost of rendering: how many functions are called. Time would depend on the machine."""
    count = 0

    def profile(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(profile)
    try:
        render(body)
    except SitegenError:
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", HOSTILE)
def test_cost_is_linear(kind: str) -> None:
    """Promise 29: hostile input of double the size takes less than three times the work."""
    make = HOSTILE[kind]
    assert calls(make(4_000)) < 3 * calls(make(2_000)) + 5_000


@pytest.mark.parametrize("mark", ["[", '"', "'", "![", "^[", "[^1] "])
def test_a_paragraph_of_marks_is_refused(mark: str) -> None:
    """Promise 29: brackets and quotation marks cost most, and much of it in C, where no call is
    counted; a paragraph of thousands is named, with its line.
    """
    with pytest.raises(SitegenError, match=r":?3: error: a paragraph holds 5,001"):
        render("Text.\n\n" + mark * 5_001)
    assert render("Text.\n\n" + "a" * 6_000 + '"').html


def test_the_lead_is_what_readers_see_first() -> None:
    """A footnote's text goes to the end, wherever it was written."""
    assert render("[^1]: Note.\n\nLead with *care*.[^1]\n").lead == "Lead with care."
    assert render("[^1]: Note.\n\nLead with *care*.\n\nMore.\n").lead == "Lead with care."
    assert render("## Head\n\nText.\n").lead == ""

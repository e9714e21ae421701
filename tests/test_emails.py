"""E-mails: styles in tags, whole URLs, never too large; and the same as text."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.mails import COLUMNS, inlined, wrapped
from tests.conftest import Folder
from tests.images import jpeg

THEMES = ("digest", "wire")
LIMIT = 102_000
"""Gmail cuts off what is longer."""


class Mail(HTMLParser):
    """What the tests ask of an e-mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.urls: list[str] = []
        self.bare: list[str] = []
        self.metas: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.urls += [given[name] for name in ("href", "src") if name in given]
        if given.get("class") and "style" not in given and tag not in ("span",):
            self.bare.append(f"{tag}.{given['class']}")
        if "name" in given:
            self.metas[given["name"]] = given.get("content", "")


def write_edition(site: Folder, theme: str, articles: int = 3, title: str = "T") -> None:
    """An edition of some articles, two of them one story."""
    text = (site.root / "sitegen.toml").read_text("utf-8")
    site.write("sitegen.toml", f'{text}[theme]\nname = "{theme}"\n')
    for number in range(articles):
        picture = {} if number else {"image": "{src: /a.jpg, alt: A}"}
        site.article(
            f"{number}.md",
            title=f"'{title}{number}'",
            slug=f"{'ق' * 60}-{number}" if len(title) > 1 else f"t{number}",
            summary="'One & \"two\" <three>.'",
            story="flood" if number < 2 else f"s{number % 40}",
            source="{name: The Gazette, url: https://gazette.example/a}",
            **picture,
        )


@pytest.mark.parametrize("theme", THEMES)
def test_an_e_mail_stands_alone(theme: str, site: Folder) -> None:
    """Styles in its tags, whole URLs, no script, nothing fetched but pictures; it is not to be
    listed, and only the edition leads to it.
    """
    write_edition(site, theme)
    site.write("static/a.jpg", jpeg())
    site.build("--strict")
    html = site.output("2026/03/05/email.html")
    mail = Mail(html)
    assert not mail.tags & {"script", "link", "iframe", "form", "svg"}
    assert mail.urls
    assert all(urlsplit(url).scheme == "https" and urlsplit(url).netloc for url in mail.urls)
    assert not mail.bare
    assert "@media (prefers-color-scheme: dark)" in html
    assert mail.metas["robots"] == "noindex"
    assert mail.metas["color-scheme"] == "light dark"
    assert "email" not in site.output("sitemap.xml")
    assert "/2026/:a2/:a3/email.txt\n  X-Robots-Tag: noindex\n" in site.output("_headers")
    pages = {name: data for name, data in site.files.items() if name.endswith("html")}
    leading = [name for name, data in pages.items() if b"email.html" in data]
    assert leading == ["2026/03/05/index.html"]


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_not_escaped_and_markup_is(theme: str, site: Folder) -> None:
    """Promise 35: what is text is text in both; quotation marks are the article's own."""
    write_edition(site, theme)
    site.build()
    assert "One & “two” <three>." in site.output("2026/03/05/email.txt")
    assert "One &amp; “two” &lt;three&gt;." in site.output("2026/03/05/email.html")
    text = site.output("2026/03/05/email.txt")
    assert "https://example.org/2026/03/05/t1/" in text
    assert "The Gazette" in text


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("title", ["T" * 290, "ق" * 290, "<" * 290, "🎉 <b> " * 40])
def test_no_e_mail_is_cut_off(theme: str, title: str, site: Folder) -> None:
    """However much a day has, however long its headlines, and however much of them is escaped."""
    write_edition(site, theme, 150, title)
    site.build()
    for name in ("email.html", "email.txt"):
        assert 10_000 < len(site.files[f"2026/03/05/{name}"]) < LIMIT
    assert "150" in site.output("2026/03/05/email.html")


def test_without_e_mails(site: Folder) -> None:
    """`email = false`: no page, no link."""
    path = site.root / "sitegen.toml"
    site.write("sitegen.toml", path.read_text("utf-8") + "[editions]\nemail = false\n")
    site.article("a.md")
    site.build("--strict")
    assert not [name for name in site.files if "email" in name]
    assert "e-mail" not in site.output("2026/03/05/index.html")


def test_other_templates_escape_whatever_their_name(site: Folder) -> None:
    """Promise 35: only the text of e-mails is not escaped, not what a page includes."""
    site.article("a.md", title="'<b>'")
    site.write("themes/digest/templates/note.txt", "{{ site.recent[0].title }}")
    site.write(
        "themes/digest/templates/base.html",
        '{% extends "base.html" %}{% block footer %}{% include "note.txt" %}{% endblock %}',
    )
    site.build()
    assert "&lt;b&gt;" in site.output("index.html").partition("</main>")[2]
    assert "<b>" not in site.output("index.html").partition("</main>")[2]


def test_styles_are_inlined_the_same_way_each_time() -> None:
    """Promise 11."""
    html = "<style>p{color:red}@media print{p{color:blue}}</style><p>a &amp; b</p>"
    made = inlined(html)
    assert made == inlined(html)
    assert re.search(r'<p style="color: ?red;?">a &amp; b</p>', made)
    assert "@media print" in made


@given(st.text(alphabet="ab 漢字、é\u0301-https://", max_size=400), st.sampled_from(["", "  "]))
def test_wrapping_keeps_every_character(text: str, indent: str) -> None:
    """Only spaces become ends of lines, and only words that are longer pass the limit."""
    lines = wrapped(text, indent).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert line.startswith(indent)
        wide = sum(2 if character in "漢字、" else 1 for character in line)
        if wide > COLUMNS + text.count("\u0301"):
            assert " " not in line.strip()


def test_wrapping() -> None:
    """At 72 columns; Chinese, which takes two each and has no spaces, at 36."""
    assert [len(line) for line in wrapped("word " * 40).split("\n")] == [69, 69, 59]
    assert [len(line) for line in wrapped("漢" * 80).split("\n")] == [36, 36, 8]
    url = "https://example.org/" + "x" * 80
    assert wrapped(f"See {url} now").split("\n") == ["See", url, "now"]

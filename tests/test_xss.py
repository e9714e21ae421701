"""Promise 26: what has run scripts elsewhere, in every field, on every page of the shipped themes.

Pages are judged by an HTML parser and a list of what is allowed, never by looking for words.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Folder
from tests.hostile import PAYLOADS

CONFIG = """
description = '''{0}'''
author = '''{0}'''
[build]
page_size = 30
"""
RAW = {"style", "iframe", "object", "embed", "base", "form", "math", "template", "noscript"}
"""Elements that no page of a theme has."""
DRAWN = {"title", "desc", "path", "rect", "a"}
"""Elements of the themes' drawings: none moves, loads or holds markup."""
PAINT = {("fill", "none"), ("stroke", "gray")}
"""How they are drawn where there are no styles; other values could lead somewhere."""
URLS = {"href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href", "cite"}
NEUTRAL = re.compile(r"(itemprop|data-[a-z-]+|aria-[a-z]+)")
ATTRIBUTES = {
    *(
        "abbr",
        "alt",
        "charset",
        "class",
        "content",
        "datetime",
        "dir",
        "fetchpriority",
        "for",
        "id",
    ),
    *("height", "hidden", "href", "hreflang", "http-equiv", "lang", "loading", "media", "name"),
    *("property", "rel", "role", "scope", "sizes", "src", "start", "tabindex", "title", "type"),
    *(
        "width",
        "colspan",
        "rowspan",
        "autocomplete",
        "defer",
        "span",
        "open",
        "decoding",
        "spellcheck",
        "value",
    ),
    *("d", "preserveaspectratio", "viewbox", "x", "y"),
}


MAIL = {"style", "align", "border", "cellpadding", "cellspacing"}


class Judge(HTMLParser):
    """What a browser would find on a page that may run, fetch or lead astray."""

    def __init__(self, html: str, *, mail: bool = False) -> None:
        """`mail`: styles may stand in the page, as mail programs need them, and tables be old."""
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.raw = RAW - {"style"} if mail else RAW
        self.attributes = ATTRIBUTES | MAIL if mail else ATTRIBUTES
        self.data: list[str] = []
        self._in_data = self._in_drawing = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in self.raw or not re.fullmatch(r"[a-z][a-z0-9]*", tag):
            self.faults.append(f"<{tag}>")
        if self._in_drawing and tag not in DRAWN:
            self.faults.append(f"<{tag}> in a drawing")
        if tag == "svg":
            self._in_drawing = True
            if given.get("role") not in ("img", "group") and given.get("aria-hidden") != "true":
                self.faults.append("a drawing that is no theme's")
        self._in_data = tag == "script" and given.get("type") == "application/ld+json"
        if self._in_data:
            self.data.append("")
        elif tag == "script" and not re.fullmatch(r"/assets/[\w.]+\.js", given.get("src", "")):
            self.faults.append(f"<script> {given}")
        if tag == "link" and given.get("rel") == "stylesheet" and given["href"][:8] != "/assets/":
            self.faults.append(f"<link> {given}")
        leads = re.fullmatch(r"0; url=/(?![/\\])\S*", given.get("content", ""))
        if tag == "meta" and "http-equiv" in given and not leads:
            self.faults.append(f"<meta> {given}")
        for name, value in given.items():
            is_known = name in self.attributes or (name, value) in PAINT
            if not is_known and not NEUTRAL.fullmatch(name):
                self.faults.append(f"{name} on <{tag}>")
            if name in URLS:
                scheme = urlsplit(re.sub(r"[\x00-\x20]", "", value)).scheme.lower()
                if scheme not in ("", "http", "https", "mailto"):
                    self.faults.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False
        if tag == "svg":
            self._in_drawing = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data[-1] += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")


def quoted(text: str) -> str:
    """A text as one line of YAML."""
    return "'" + text.replace("'", "''").replace("\n", " ") + "'"


def hostile_site(folder: Folder, theme: str) -> None:
    """One article for each payload, which stands in each of its fields, and a theme over them."""
    first = "<img src=x onerror=alert(1)>"
    config = CONFIG.format(first) + f'[theme]\nname = "{theme}"\n'
    head = f"[site]\ntitle = '''{first}'''\nurl = 'https://example.org'\n"
    folder.write("sitegen.toml", head + config)
    for number, payload in enumerate(PAYLOADS):
        text = quoted(payload)
        name = re.sub(r"[/\x00\n]", "∕", payload)[:60]
        folder.article(
            f"2026/{number}-{name}.md",
            f"{payload}\n\n" + f"## {payload}\n\n" * 3 + f"[{payload}]({payload})\n",
            id=f"id-{number}",
            title=text,
            date=f"2026-03-0{1 + number % 5}",
            slug=f"s{number}",
            summary=quoted(f"{payload} again"),
            tags=f"[{text}, T{number % 3}]",
            authors=f"[{text}]",
            source=f"{{name: {text}, url: https://example.com/?q=%22%3E}}",
            image=f"{{src: 'https://example.com/a.png', alt: {text}, credit: {text}}}",
            story=text,
            extra=f"{{lead: {text}, a: {text}}}",
            aliases=f"[/old/{number}/]",
        )


@pytest.mark.parametrize("theme", ["digest", "wire"])
def test_nothing_active_anywhere(theme: str, tmp_path: Path) -> None:
    """Promises 26 and 34: no script but the theme's own file and data blocks, no handler, no style,
    no scheme but http, https and mailto: on articles, lists, tags, editions, aliases and the 404.
    """
    folder = Folder(tmp_path)
    hostile_site(folder, theme)
    folder.build()
    pages = {name: data.decode() for name, data in folder.files.items() if name.endswith(".html")}
    assert len(pages) > 2 * len(PAYLOADS)
    for name, html in pages.items():
        judge = Judge(html, mail=name.endswith("/email.html"))
        assert not judge.faults, (name, judge.faults)
        for block in judge.data:
            assert json.loads(block)


def test_text_arrives_as_it_was(tmp_path: Path) -> None:
    """Escaping is not removing: a reader sees the very characters of a headline."""

    class Heads(HTMLParser):
        inside = False
        text = ""

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.inside = self.inside or tag == "h1"

        def handle_endtag(self, tag: str) -> None:
            self.inside = self.inside and tag != "h1"

        def handle_data(self, data: str) -> None:
            self.text += data * self.inside

    folder = Folder(tmp_path)
    title = """</h1><b>"x" & 'y'</b> {{ site }} &lt;"""
    folder.article("a.md", title=quoted(title), slug="a")
    folder.build()
    heads = Heads()
    heads.feed(folder.output("2026/03/05/a/index.html"))
    assert heads.text == """</h1><b>“x” & ‘y’</b> {{ site }} &lt;"""


FIELDS = ("source: {{name: A, url: {}}}", "image: {{src: {}}}", "permalink: {}", "slug: {}")
MORE = ("aliases: [{}]", "id: {}", "language: {}", "date: {}", "expires: {}", "updated: {}")


@pytest.mark.parametrize("field", [*FIELDS, *MORE])
def test_fields_that_make_urls(field: str, site: Folder) -> None:
    """Promises 28 and 31: a payload in a field that makes a URL, a path or an attribute is refused,
    with its line; the few that are harmless there build a page that is.
    """
    for number, payload in enumerate(PAYLOADS):
        fields = {"title": "A", "date": "2026-03-05", "id": "a", "slug": f"s{number}"}
        name, _, pattern = field.partition(": ")
        fields[name] = pattern.format(quoted(payload))
        path = site.article(f"{number}.md", **fields)
        result = site.run("check")
        if result.exit_code == 0:
            site.build()
            for page, data in site.files.items():
                if page.endswith(".html"):
                    judge = Judge(data.decode(), mail=page.endswith("/email.html"))
                    assert not judge.faults, (payload, page)
        else:
            assert f"content/{number}.md:" in result.output
        path.unlink()

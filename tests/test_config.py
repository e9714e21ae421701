"""`sitegen.toml` → Config: typed, checked, all faults at once. `sites/bad` holds the texts."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import config
from sitegen.config import Config
from sitegen.problems import SitegenError
from tests.conftest import SITE


def faults(text: str) -> list[str]:
    """What is wrong with settings, after the needed ones."""
    with pytest.raises(SitegenError) as caught:
        config.read(SITE + text)
    return [problem.message for problem in caught.value.problems]


def test_the_least() -> None:
    """A title and a URL are a digest; all else has a default."""
    read = config.read(SITE)
    assert isinstance(read, Config)
    assert read.urls.site == "https://example.org"
    assert str(read.zone) == "UTC"
    assert read.feeds.content == "full"


def test_everything() -> None:
    """Each section reaches its own type."""
    text = """
description = "News"
language = "ar-EG"
timezone = "Africa/Cairo"
author = "Ann"
[build]
page_size = 3
output = "public"
[urls]
article = "/{year}/{slug}.html"
tag = "/t/{slug}/"
rss = "rss.xml"
[theme]
name = "wire"
options = { colour = "red", wide = true }
[tags]
ignore = ["Monday"]
aliases = { Cuba = ["Kuba", "CUBA"] }
[feeds]
content = "summary"
items = 5
"""
    read = config.read(SITE + text)
    assert read.site.direction == "rtl"
    assert read.urls.article == "/{year}/{slug}.html"
    assert read.theme.options == {"colour": "red", "wide": True}
    assert read.tags.aliases == {"Cuba": ["Kuba", "CUBA"]}


def test_a_byte_order_mark(tmp_path: Path) -> None:
    """What Notepad saves is read."""
    (tmp_path / "sitegen.toml").write_text(f"\ufeff{SITE}", "utf-8")
    assert config.load(tmp_path).site.title == "The Test Digest"


def test_no_project(tmp_path: Path) -> None:
    """The way to a project is in the hint."""
    with pytest.raises(SitegenError, match="sitegen new DIR"):
        config.load(tmp_path)


def test_editions() -> None:
    """By day or by week; at least one article in full."""
    assert faults('[editions]\nevery = "month"\nfull = 0\nemail = "yes"\n') == [
        "`editions.every`: `month` must be `day` or `week`",
        "`editions.full`: must be 1 to 1000",
        "`editions.email`: must be true or false, not a text",
    ]
    assert config.read(SITE + '[editions]\nevery = "week"\n').editions.full == 12


@pytest.mark.parametrize(
    "url",
    [
        *("example.org", "//example.org", "ftp://example.org", "https://", "https://[", "/news"),
        *("https://example.org/?a=b", "https://example.org/#a", "https://example.org/a b"),
        *("javascript:alert(1)", 'https://example.org/"><script>', "https://example.org/%2e%2e"),
    ],
)
def test_urls_where_no_site_can_be(url: str) -> None:
    """Promise 28: the site's own URL stands on every page."""
    with pytest.raises(SitegenError, match="is not where a site can be"):
        config.read(f"[site]\ntitle = 'A'\nurl = '{url}'\n")


@pytest.mark.parametrize(
    "url", ["https://example.org/", "http://localhost:8000/a/b/", "https://é.fr"]
)
def test_urls_where_a_site_can_be(url: str) -> None:
    """A path below the host is kept, a final slash is not."""
    read = config.read(f"[site]\ntitle = 'A'\nurl = '{url}'\n")
    assert read.urls.site == url.rstrip("/")


@pytest.mark.parametrize(
    "folder",
    [
        "",
        ".",
        "..",
        "/",
        "../a",
        "a/../..",
        "/etc",
        "a\\b",
        ".git",
        "~",
        "con",
        "a:b",
        "./",
        "a//b",
    ],
)
def test_folders_outside(folder: str) -> None:
    """Promise 9: no output at the root, the home or outside the project. (`~` is just a name.)"""
    if folder == "~":
        return
    assert faults(f"[build]\noutput = '{folder}'\n")


@pytest.mark.parametrize(
    "line",
    [
        *("output = 'content'", "output = 'content/out'", "output = 'themes'", "output = 'seeds'"),
        *("output = 'static/site'", "content = 'output/a'", "static = 'output'"),
    ],
)
def test_the_output_overlaps_nothing(line: str) -> None:
    """Promise 9: the output is not, and is not within, and does not hold, a folder of sources."""
    assert "must not overlap" in faults(f"[build]\n{line}\n")[0]


@pytest.mark.parametrize(
    "line",
    [
        *("article = '/{year}/'", "article = '/{title}/'", "article = '{slug}/'", "year = '/'"),
        *("article = '/../{slug}/'", "article = '/{slug}'", "article = '/{slug}.php'"),
        *("tag = '/tags/{slug}.html'", "tag = '/tags/'", "tags = '/tags'", "month = '/{year}/'"),
        *("page = '/page/{number}/'", "page = 'page/'", "rss = '/feed.xml'", "rss = 'feed/'"),
        *("article = '/{slug/'", "article = '/%2e/{slug}/'", "edition = '/{year}/{month}/{slug}/'"),
        *("archive = '//evil/'", "tag = '/con/{slug}/'", "rss = '../feed.xml'"),
        *("email = 'email.txt'", "email = '/email.html'", "email = 'mail/'"),
    ],
)
def test_patterns_that_make_no_address(line: str) -> None:
    """Promise 31: patterns may not leave the site, and two pages of a kind must differ."""
    assert len(faults(f"[urls]\n{line}\n")) == 1


@pytest.mark.parametrize("key", ["title", "description", "author"])
@pytest.mark.parametrize("code", ["\\u0000", "\\u001b", "\\n", "\\u0085"])
def test_control_characters(key: str, code: str) -> None:
    """Feeds rule 1: none may reach a feed; `sitegen.toml` could bring them escaped."""
    given = {"title": "A", "url": "https://example.org", key: f"A{code}"}
    text = "".join(f'{name} = "{value}"\n' for name, value in given.items())
    with pytest.raises(SitegenError, match="control characters"):
        config.read(f"[site]\n{text}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[feeds]]\nitems = 1\n", "`feeds` must be a section"),
        ("[feeds]\nitems = true\n", "`feeds.items`: must be a number, not true or false"),
        ("[feeds]\nitems = 1.5\n", "`feeds.items`: must be a number, not"),
        ("[feeds]\nitems = 0\n", "`feeds.items`: must be 1 to 1000"),
        ("[tags]\nignore = 'Monday'\n", "`tags.ignore`: must be a list, not a text"),
        ("[theme]\nname = '.hidden'\n", "`theme.name`: `.hidden` is not the name of a folder"),
        ("[urls]\nsite = 'https://x.org'\n", "`urls.site` is not a setting"),
        ("[tags.aliases]\nA = ['B']\nB = ['C']\n", "`tags.aliases`: `B` cannot stand for both"),
    ],
)
def test_faults(text: str, said: str) -> None:
    """Each names the setting and says what it must be."""
    (fault,) = faults(text)
    assert fault.startswith(said)


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    """No file makes a traceback."""
    with contextlib.suppress(SitegenError):
        config.read(text)

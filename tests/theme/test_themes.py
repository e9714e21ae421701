"""The shipped themes: whole in every language, lean, fit for a strict security policy."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel import Locale

from sitegen.build import Choice, State, build
from sitegen.theme import shipped
from tests.indexing import fake_index
from tests.theme.odd import write_project

THEMES = ("digest", "wire")
NOW = datetime(2026, 5, 4, tzinfo=UTC)
LANGUAGES = ("en", "es", "de", "fr", "ar")
_FETCHING = {"link": "href", "script": "src", "img": "src", "source": "src"}


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text("utf-8")
        self.tags: Counter[str] = Counter()
        self.faults: list[str] = []
        self.fetched: list[str] = []
        self.data: list[str] = []
        self.language = ""
        self._in_data = False
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        self._in_data = given.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in given and not self._in_data):
            self.faults.append(f"inline <{tag}>")
        self.faults += [
            f"{name} on <{tag}>" for name in given if name == "style" or name.startswith("on")
        ]
        if tag == "img" and "alt" not in given:
            self.faults.append("<img> without alt")
        if given.get("rel") not in ("canonical", "alternate"):
            self.fetched += [
                given[name] for t, name in _FETCHING.items() if t == tag and name in given
            ]

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)


def built(root: Path, theme: str, language: str = "en", *, articles: bool = True) -> Path:
    """The output of the odd project."""
    write_project(root, theme=theme, language=language, articles=articles)
    with fake_index():
        build(State(root, jobs=1), Choice(NOW))
    return root / "output"


def pages(output: Path) -> Iterator[tuple[str, Page]]:
    """All but e-mails, which are made for mail programs: `test_emails.py` judges them."""
    for path in sorted(output.rglob("*.html")):
        if path.name != "email.html":
            yield path.relative_to(output).as_posix(), Page(path)


@pytest.fixture(scope="module", params=THEMES)
def output(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp(request.param) / "site", request.param)


def test_nothing_inline_and_nothing_from_elsewhere(output: Path) -> None:
    # promise 34, promise 26
    for path, page in pages(output):
        assert not page.faults, path
        assert not [url for url in page.fetched if urlsplit(url).netloc], path


def test_every_page_has_one_headline_one_main_and_a_language(output: Path) -> None:
    for path, page in pages(output):
        assert page.tags["h1"] == 1, path
        assert page.tags["main"] == 1, path
        assert page.language == "en", path


def test_what_programs_read_parses(output: Path) -> None:
    # Every article is told of, in every theme.
    article = re.compile(r"\d{4}/\d\d/\d\d/[^/]+/index\.html")
    for path, page in pages(output):
        assert bool(page.data) == bool(article.fullmatch(path)), path
        for data in page.data:
            facts = json.loads(data)
            assert facts["@type"] == "NewsArticle", path
            assert facts["url"].startswith("https://digest.example/paper/"), path


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_misses_a_word(theme: str, language: str, tmp_path: Path) -> None:
    home = built(tmp_path / "site", theme, language) / "index.html"
    direction = "rtl" if language == "ar" else "ltr"
    assert f'lang="{language}" dir="{direction}"' in home.read_text("utf-8")


@pytest.mark.parametrize("theme", THEMES)
def test_a_site_without_articles_says_so(theme: str, tmp_path: Path) -> None:
    output = built(tmp_path / "site", theme, articles=False)
    assert "Nothing has been published yet" in (output / "index.html").read_text("utf-8")


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_whole_and_used(theme: str) -> None:
    folder = shipped() / theme
    sources = "".join(path.read_text("utf-8") for path in folder.glob("templates/**/*.html"))
    used = set(re.findall(r"""\bt\(["'](\w+)""", sources))
    for language in LANGUAGES:
        words = tomllib.loads((folder / f"messages/{language}.toml").read_text("utf-8"))
        assert set(words) == used, language
        forms = {*Locale(language).plural_form.tags, "other"}
        for key, word in words.items():
            if isinstance(word, dict):
                assert set(word) <= forms | {"zero"}, (language, key)
                assert "other" in word, (language, key)


@pytest.mark.parametrize("theme", THEMES)
def test_articles_do_not_hang_on_the_rest_of_the_site(theme: str) -> None:
    for name in ("base.html", "article.html"):
        source = (shipped() / theme / "templates" / name).read_text("utf-8")
        assert not re.search(r"\bsite\.(recent|tags|editions)\b", source), name


def test_the_themes_are_lean(tmp_path: Path) -> None:
    digest, wire = built(tmp_path / "digest", "digest"), built(tmp_path / "wire", "wire")
    assert (shipped() / "digest/assets/theme.js").stat().st_size < 3_000
    bare = next(digest.glob("2026/03/14/nothing*/index.html"))
    assert bare.stat().st_size < 5_000
    mails = {*wire.rglob("email.html")}
    assert all(path.stat().st_size < 10_000 for path in {*wire.rglob("*.html")} - mails)

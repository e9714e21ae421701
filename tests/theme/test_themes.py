"""The shipped themes: whole in every language, lean, fit for a strict security policy."""

import gzip
import json
import re
import shutil
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
from sitegen.config import read
from sitegen.facts import SiteFacts
from sitegen.templates import Renderer
from sitegen.theme import load, shipped
from sitegen.words import Words
from tests.indexing import fake_index
from tests.theme.example import built_example
from tests.theme.odd import Extent, write_project

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


def built(root: Path, theme: str, language: str = "en", *, extent: Extent = "odd") -> Path:
    """The output of the odd project."""
    write_project(root, theme=theme, language=language, extent=extent)
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
    output = built(tmp_path / "site", theme, extent="none")
    assert "Nothing has been published yet" in (output / "index.html").read_text("utf-8")


def words(theme: str, language: str) -> dict[str, str | dict[str, str]]:
    """What a theme says in a language."""
    path = shipped() / theme / "messages" / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_whole_and_used(theme: str, language: str) -> None:
    """Every key that a template asks for and no other, with the same values, in every form."""
    folder = shipped() / theme
    sources = "".join(path.read_text("utf-8") for path in folder.glob("templates/**/*.*"))
    found, english = words(theme, language), words(theme, "en")
    assert set(found) == set(re.findall(r"""\bt\(["'](\w+)""", sources))
    forms = {*Locale(language).plural_form.tags, "other"}
    for key, word in found.items():
        said, meant = (
            {"other": one} if isinstance(one, str) else one for one in (word, english[key])
        )
        values = [set(re.findall(r"{(\w+)}", one["other"])) for one in (said, meant)]
        assert values[0] == values[1], key
        # "One article" may be written without the number; what has none is no plural of it.
        assert all(set(re.findall(r"{(\w+)}", text)) <= values[0] for text in said.values()), key
        assert isinstance(word, str) == isinstance(english[key], str), key
        assert set(said) == forms if "count" in values[0] else set(said) <= forms, key
        for text in said.values():
            assert text.strip() == text or key == "comma", key
            if language == "fr":
                # No line begins with what belongs to the word before it.
                assert not re.search(r" [:;?!»]|« ", text), key


PLURALS = {
    "en": {0: "0 articles", 1: "1 article", 2: "2 articles", 1234: "1,234 articles"},
    "de": {0: "0 Artikel", 1: "1 Artikel", 1234: "1.234 Artikel"},
    "es": {0: "0 artículos", 1: "1 artículo", 2: "2 artículos", 10**6: "1.000.000 de artículos"},
    "fr": {0: "0 article", 1: "1 article", 2: "2 articles"},
    "ar": {
        **{1: "مقال واحد", 2: "مقالان", 3: "3 مقالات", 10: "10 مقالات"},
        **{11: "11 مقالًا", 99: "99 مقالًا", 100: "100 مقال", 103: "103 مقالات"},
    },
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals(theme: str, language: str) -> None:
    """As the language counts, with its own separators."""
    said = Words(load(Path(), theme), language)
    for count, text in PLURALS[language].items():
        assert said.say("articles", count=count) == text


@pytest.mark.parametrize("theme", THEMES)
def test_articles_do_not_hang_on_the_rest_of_the_site(theme: str) -> None:
    for name in ("base.html", "article.html"):
        source = (shipped() / theme / "templates" / name).read_text("utf-8")
        assert not re.search(r"\bsite\.(recent|tags|editions)\b", source), name


@pytest.mark.parametrize("theme", THEMES)
def test_blocks_are_shown(theme: str, tmp_path: Path) -> None:
    """No block of a shipped theme is lost: as a project's own files they pass what those must."""
    shutil.copytree(shipped() / theme, tmp_path / "themes" / "own")
    site = "[site]\ntitle = 'T'\nurl = 'https://example.org'\n"
    facts = dict.fromkeys(SiteFacts.__struct_fields__, "")
    environment = Renderer(load(tmp_path, "own"), read(site), facts).environment
    for path in (shipped() / theme / "templates").glob("*.html"):
        environment.get_template(path.name)


@pytest.mark.parametrize("theme", THEMES)
def test_scripts_are_small_and_assets_ask_nobody(theme: str) -> None:
    """Scripts under 10 KB without search; no style sheet or script names another host."""
    assets = shipped() / theme / "assets"
    scripts = [path for path in assets.rglob("*.js") if path.name != "search.js"]
    assert sum(path.stat().st_size for path in scripts) < 10_000
    for path in assets.rglob("*"):
        if path.suffix in (".css", ".js", ".svg"):
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"(https?:)?//\w|data:", text), path.name


def test_the_themes_are_lean(tmp_path: Path) -> None:
    """A bare article of `digest`; in `wire` every page, of the example too, and all its styles."""
    bare = next(built(tmp_path / "digest", "digest").glob("2026/03/14/nothing*/index.html"))
    assert bare.stat().st_size < 5_000
    wire = built_example(tmp_path / "example", "wire")
    many = built(tmp_path / "many", "wire", extent="many")
    sizes = {path: path.stat().st_size for site in (wire, many) for path in site.rglob("*.html")}
    assert len(sizes) > 200
    assert not {path: size for path, size in sizes.items() if size >= 10_000}
    styles = [path for path in wire.rglob("assets/*") if path.name != "search.js"]
    assert sum(path.stat().st_size for path in styles) < 10_000


def test_the_home_page_comes_quickly(tmp_path: Path) -> None:
    """With its styles, script and icon, but without pictures, in less than 60 KB."""
    output = built(tmp_path / "site", "digest", extent="many")
    page = Page(output / "index.html")
    assert page.tags["script"] == 1
    names = [url.removeprefix("/paper/") for url in page.fetched if "pictures/" not in url]
    assert any(name.endswith(".css") for name in names)
    files = [output / "index.html", *(output / name for name in names)]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 60_000

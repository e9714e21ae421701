"""The user's own article, from the raw file to the site: all that issue 2 says it must reach."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner

from sitegen.cli import main
from tests.conftest import NOW, Folder
from tests.links import broken

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the user's article is not here")


class Text(HTMLParser):
    """The blocks of an article's text, and those that are quotations."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.quoted: list[str] = []
        self.inside = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "p":
            self.blocks.append("")
        self.inside += tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "blockquote"
        if tag == "p" and self.inside:
            self.quoted.append(self.blocks[-1])

    def handle_data(self, data: str) -> None:
        if self.blocks:
            self.blocks[-1] += data


def letters(text: str) -> str:
    """What is left of a text whatever its quotation marks and spaces."""
    return re.sub(r"[^\w]", "", text)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """A project of `sitegen new`, the seed dropped in, built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(NOW))
        yield build(tmp_path_factory)


def build(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """What an editor does."""
    root = tmp_path_factory.mktemp("user") / "digest"
    run = CliRunner()
    assert run.invoke(main, ["new", str(root)]).exit_code == 0
    for seed in (SEEDS).iterdir():
        (root / "seeds" / seed.name).write_bytes(seed.read_bytes())
    text = (root / "sitegen.toml").read_text("utf-8")
    folder = Folder(root)
    folder.write("sitegen.toml", text)
    result = run.invoke(main, ["build", "--root", str(root)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def raw() -> str:
    """The seed as it came."""
    (path,) = (SEEDS).glob("000_*.txt")
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def page(built: Folder) -> str:
    """The article's page."""
    (name,) = [name for name in built.files if re.match(r"2022/12/29/[^/]+/index\.html", name)]
    return built.output(name)


def test_its_headline(page: str) -> None:
    """It names the speaker and quotes the lead."""
    (title,) = re.findall(r"<h1[^>]*>([^<]*)</h1>", page)
    assert re.search(r"D[ií]az-Canel", title)
    assert "“We ratified the common will to deepen political dialogue" in title
    assert len(title) <= 100


def test_its_date(page: str) -> None:
    """2022-12-29, from ` date 2022-12-29 `, which is no part of the text."""
    assert '<time datetime="2022-12-29">' in page
    assert "date 2022" not in page


def test_its_summary(built: Folder, page: str, raw: str) -> None:
    """The lead, in the feed; on the page it is shown once."""
    lead = raw.split("\n\n", maxsplit=1)[0].partition("2022-12-29")[2]
    entry = feedparser.parse(built.files["tags/cuba/feed.xml"]).entries[0]
    assert letters(entry.summary) == letters(lead)
    body = Text(page)
    assert sum(letters(block) == letters(lead) for block in body.blocks) == 1


def test_its_tags(page: str) -> None:
    """Cuba, Russia and both presidents."""
    tags = set(re.findall(r'rel="tag">([^<]*)</a>', page))
    assert {"Cuba", "Russia", "Miguel Diaz-Canel", "Vladimir Putin"} <= tags


def test_its_tweet(page: str) -> None:
    """A quotation with its attribution."""
    quoted = " ".join(Text(page).quoted)
    assert "Despite the blockade imposed by the US" in quoted
    assert "— EmbaCuba Jamaica (@EmbaCubaJamaica)" in quoted
    assert "December 28, 2022" in quoted


def test_no_paragraph_is_lost(page: str, raw: str) -> None:
    """Every paragraph of the seed is there, in order, word for word."""
    text = letters(" ".join(Text(page).blocks))
    at = 0
    for paragraph in raw.partition("2022-12-29")[2].split("\n\n"):
        words = letters(re.split(r"#\w+|pic\.twitter", paragraph)[0])
        found = text.find(words, at)
        assert found >= 0, paragraph
        at = found + len(words)


def test_its_addresses(built: Folder) -> None:
    """The URLs that readers and programs will ask for."""
    assert {
        "2022/12/29/index.html",
        "tags/cuba/index.html",
        "tags/index.html",
        "feed.xml",
        "tags/cuba/feed.xml",
        "sitemap.xml",
    } <= set(built.files)


def test_all_links_resolve(built: Folder) -> None:
    """On every page of the site."""
    assert not list(broken(built.files, "https://example.org"))


def test_its_feed(built: Folder) -> None:
    """feedparser reads it without `bozo`, and finds the article."""
    for name in [name for name in built.files if name.endswith("feed.xml")]:
        assert not feedparser.parse(built.files[name]).bozo
    entries = feedparser.parse(built.files["feed.xml"]).entries
    assert any("Diaz-Canel" in entry.title for entry in entries)


def test_a_second_build_writes_nothing(built: Folder) -> None:
    """Promise 10: nothing to do, nothing written, every time of change kept."""
    before = {path: path.stat().st_mtime_ns for path in (built.root / "output").rglob("*")}
    result = built.run("build")
    assert re.match(r"\d+ articles?: 0 of", result.output)
    assert before == {p: p.stat().st_mtime_ns for p in (built.root / "output").rglob("*")}

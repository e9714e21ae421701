"""What names the feeds and the pages: OPML, the page of all feeds, sitemaps, robots.txt; and a site
that does not say where it is.
"""

import re
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from sitegen import syndication
from sitegen.build import Choice, State, build
from sitegen.preview.loop import Options
from tests.conftest import SITE, Folder
from tests.feeds.reading import NAMES, read
from tests.preview.project import NOW, Bench, Project

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def there(folder: Folder, url: str) -> bool:
    """Whether a URL of the site leads to a file."""
    path = unquote(urlsplit(url).path).lstrip("/")
    return (f"{path}index.html" if not path or path.endswith("/") else path) in folder.files


def locations(folder: Folder, name: str) -> dict[str, str | None]:
    """What a sitemap names, with the day of the last change."""
    root = ElementTree.fromstring(folder.output(name))
    found = {one.findtext(f"{SITEMAP}loc", ""): one.findtext(f"{SITEMAP}lastmod") for one in root}
    assert len(found) == len(root)
    return found


# OPML and the page


def test_opml(rich: Folder) -> None:
    """Every list once, by a feed that is there and a page that is."""
    root = ElementTree.fromstring(rich.output("feeds.opml"))
    assert root.findtext("head/title") == "The Test Digest"
    outlines = [one for one in root.iter("outline") if one.get("xmlUrl")]
    assert [one.attrib["text"] for one in outlines] == [
        "The Test Digest",
        "Daily edition – The Test Digest",
        "C & D – The Test Digest",
        "Harbour – The Test Digest",
        "Élan – The Test Digest",
        "港口 – The Test Digest",
        "Quay Press – The Test Digest",
    ]
    for one in outlines:
        assert one.attrib["type"] == "rss"
        assert there(rich, one.attrib["xmlUrl"])
        assert there(rich, one.attrib["htmlUrl"])
        data = rich.files[unquote(urlsplit(one.attrib["xmlUrl"]).path).lstrip("/")]
        assert read(data, "rss").title == one.attrib["text"]


def test_opml_holds_no_markup(site: Folder) -> None:
    """A name that would be markup is written as HTML, which the text of OPML is; others are not."""
    site.article("a.md", tags="[A & B, '<b onclick=x>', '5 < 6', '&lt;i&gt;']")
    site.build()
    root = ElementTree.fromstring(site.output("feeds.opml"))
    names = {one.attrib["text"].partition(" – ")[0] for one in root.iter("outline")}
    wanted = {"A & B", "&lt;b onclick=x&gt;", "5 < 6", "&amp;lt;i&amp;gt;"}
    assert names == {"The Test Digest", "Daily edition", "tags", *wanted}


@pytest.mark.parametrize("theme", ["digest", "wire"])
def test_the_page_of_all_feeds(rich: Folder, theme: str) -> None:
    """Every feed, and the OPML; each page leads there.

    `wire` is for the smallest pages: of tags and sources it has the preferred format alone there.
    """
    rich.write("sitegen.toml", f'{SITE}[theme]\nname = "{theme}"\n')
    rich.build()
    html = rich.output("subscribe/index.html")
    links = {unquote(link).lstrip("/") for link in re.findall(r'href="([^"]+)"', html)}
    feeds = {name for name in rich.files if name.endswith(tuple(NAMES.values()))}
    assert len(feeds) == 3 * 7
    many = {name for name in feeds if name.startswith(("tags/", "sources/"))}
    left_out = {name for name in many if not name.endswith(NAMES["rss"])}
    assert (feeds - left_out if theme == "wire" else feeds) <= links
    assert "feeds.opml" in links
    assert 'href="/subscribe/"' in rich.output("index.html")


def test_the_page_of_weekly_editions(rich: Folder) -> None:
    """A digest of weeks does not promise an item a day."""
    for theme in ("digest", "wire"):
        rich.write("sitegen.toml", f'{SITE}[theme]\nname = "{theme}"\n[editions]\nevery = "week"\n')
        rich.build()
        html = rich.output("subscribe/index.html")
        assert "One item for each week" in html
        assert "One item for each day" not in html


@pytest.mark.parametrize("language", ["en", "es", "de", "fr", "ar"])
def test_the_editions_have_a_name(site: Folder, language: str) -> None:
    """In the language of the site, which no theme has to say."""
    site.write("sitegen.toml", f'{SITE}language = "{language}"\n')
    site.article("a.md")
    site.build()
    title = read(site.files["archive/feed.xml"], "rss").title
    assert title.endswith(" – The Test Digest")
    assert (title == "Daily edition – The Test Digest") == (language == "en")


def test_a_source_in_two_spellings(site: Folder) -> None:
    """One source, one feed, under the name that most articles give it."""
    for number, name in enumerate(("The Courier", "the courier", "The Courier")):
        site.article(f"{number}.md", title=f"T{number}", source=f"{{name: {name}}}")
    site.article("b.md", title="Both", source="[{name: The Courier}, {name: THE COURIER}]")
    site.build()
    feed = read(site.files["sources/the-courier/feed.xml"], "rss")
    assert feed.title == "The Courier – The Test Digest"
    assert len(feed.entries) == 4


# Sitemaps


def test_sitemap_and_robots(rich: Folder) -> None:
    """Every page that is a place of its own, once, absolute, with the day of its last change."""
    found = locations(rich, "sitemap.xml")
    assert found["https://example.org/2026/03/05/wall-b-gap-b-done/"] == "2026-03-06"
    assert found["https://example.org/2026/03/05/"] == "2026-03-06"
    assert found["https://example.org/2026/03/"] == "2026-03-06"
    assert found["https://example.org/2026/"] == "2026-03-06"
    assert found["https://example.org/2026/03/04/"] == "2026-03-04"
    assert found["https://example.org/tags/elan/"] == "2026-03-06"
    for url in found:
        assert there(rich, url)
    pages = {name for name in rich.files if name.endswith("index.html")}
    assert len(found) == len(pages)
    assert rich.output("robots.txt").endswith(
        "Sitemap: https://example.org/sitemap.xml\nSitemap: https://example.org/news-sitemap.xml\n"
    )


def test_a_sitemap_in_parts(rich: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the length that a sitemap may have there is an index of several."""
    whole = locations(rich, "sitemap.xml")
    monkeypatch.setattr(syndication, "SITEMAP_LENGTH", 5)
    rich.build("--clean")
    index = locations(rich, "sitemap.xml")
    assert "<sitemapindex" in rich.output("sitemap.xml")
    parts: dict[str, str | None] = {}
    for url, day in index.items():
        part = locations(rich, urlsplit(url).path.lstrip("/"))
        assert len(part) <= 5
        assert day == max(filter(None, part.values()), default=None)
        parts |= part
    assert parts == whole


def test_news(rich: Folder) -> None:
    """Two days of articles, with the publication, its language, the date and the headline."""
    root = ElementTree.fromstring(rich.output("news-sitemap.xml"))
    (url,) = root
    news = url[1]
    assert url.findtext(f"{SITEMAP}loc") == "https://example.org/2026/03/05/wall-b-gap-b-done/"
    assert news.findtext(f"{NEWS}publication/{NEWS}name") == "The Test Digest"
    assert news.findtext(f"{NEWS}publication/{NEWS}language") == "en"
    assert news.findtext(f"{NEWS}publication_date") == "2026-03-05T23:30:00+00:00"
    assert news.findtext(f"{NEWS}title") == "Wall & <b>gap</b> ]]> done"


@pytest.mark.parametrize(
    ("language", "told"),
    [("pt-BR", "pt"), ("zh", "zh-cn"), ("zh-Hans-HK", "zh-cn"), ("zh-TW", "zh-tw")],
)
def test_languages_of_news(site: Folder, language: str, told: str) -> None:
    """Two letters, and of Chinese which."""
    site.article("a.md", language=language)
    site.build()
    assert f"<news:language>{told}</news:language>" in site.output("news-sitemap.xml")


def test_as_many_news_as_there_may_be(rich: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest, where there are more than a news sitemap may hold."""
    monkeypatch.setattr(syndication, "NEWS_LENGTH", 2)
    for number in (1, 2):
        rich.article(f"n{number}.md", title=f"N{number}", date=f"2026-03-06 0{number}:00")
    rich.build()
    root = ElementTree.fromstring(rich.output("news-sitemap.xml"))
    assert [one.findtext(f".//{NEWS}title") for one in root] == ["N2", "N1"]


# A site without a URL


def test_a_preview_without_a_url(tmp_path: Path) -> None:
    """`build` refuses it (`sites/bad/url-missing`), the preview shows it under its own address."""
    project = Project(tmp_path / "project")
    (project.root / "sitegen.toml").write_text('[site]\ntitle = "T"\n', "utf-8")
    bench = Bench(project, Options(jobs=1, address="http://localhost:8001"))
    bench.loop.step(None)
    assert bench.last.report is not None, bench.last.problems
    feed = read((project.root / "output/feed.xml").read_bytes(), "rss")
    assert feed.own == "http://localhost:8001/feed.xml"
    assert len(feed.entries) == 3


def test_five_hundred_tags(site: Folder) -> None:
    """Every feed of many tags is read, and an edit renders those that hold it, no other."""
    site.write("sitegen.toml", f'{SITE}[theme]\nname = "wire"\n')
    for number in range(100):
        tags = ", ".join(f"Tag {tag}" for tag in range(number * 5, number * 5 + 5))
        site.article(f"{number:03}.md", title=f"T{number}", tags=f"[{tags}]")
    with closing(State(site.root, 1)) as state:
        build(state, Choice(NOW))
        feeds = {
            name: form for form, tail in NAMES.items() for name in site.files if name.endswith(tail)
        }
        assert len(feeds) == 3 * 502
        files = site.files
        for name, form in feeds.items():
            assert read(files[name], form).entries
        path = site.root / "content/007.md"
        path.write_text(path.read_text("utf-8") + "\nMore text.\n", "utf-8")
        changed = build(state, Choice(NOW)).changed
    assert set(changed) & set(feeds) == {
        *NAMES.values(),
        *(f"tags/tag-{tag}/{name}" for tag in range(35, 40) for name in NAMES.values()),
    }

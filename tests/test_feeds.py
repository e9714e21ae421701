"""RSS as `FEEDS.md` asks for it (its rules are cited by number), the sitemap, robots.txt."""

from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest

from tests.conftest import Folder
from tests.hostile import PAYLOADS
from tests.test_markdown import Judge

NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def items(folder: Folder, name: str = "feed.xml") -> list[ElementTree.Element]:
    """The items of a feed, parsed as strictly as XML is."""
    return ElementTree.fromstring(folder.output(name)).findall("channel/item")


def text(item: ElementTree.Element, tag: str) -> str:
    """What an element of an item says."""
    return item.findtext(tag, "", NAMES)


@pytest.fixture
def rich(site: Folder) -> Folder:
    """An article with everything that feeds have rules for."""
    site.write("static/wall ü.png", b"x")
    site.article(
        "a.md",
        "The lead.\n\n[up](../b/) [root](/tags/?q=1&r=2) [in](#x) [mail](mailto:a@b.c) [é](/é/)\n\n"
        "![w](</wall ü.png>)[^1]\n\n[^1]: Note.\n",
        title="Wall & <b>gap</b> ]]> done",
        date="2026-03-05 23:30",
        updated="2026-03-06 10:00",
        id="wall",
        summary="Less < more & ]]>",
        tags="[Harbour, 'C & D', Élan]",
        authors="[Ann Ember, Bo]",
        image="{src: /wall ü.png}",
    )
    site.article("b.md", title="Older", date="2026-03-04")
    site.build()
    return site


def test_well_formed_and_whole(rich: Folder) -> None:
    """Rules 1, 2 and 6: feedparser has nothing to say; each item has what an item needs."""
    parsed = feedparser.parse(rich.files["feed.xml"])
    assert not parsed.bozo
    assert parsed.version == "rss20"
    assert parsed.feed.title == "The Test Digest"
    assert [entry.title for entry in parsed.entries] == ["Wall & <b>gap</b> ]]> done", "Older"]
    for entry in parsed.entries:
        assert entry.id
        assert entry.published_parsed
        assert entry.summary
        assert entry.content


def test_ids(rich: Folder) -> None:
    """Rule 3: the front matter's id, no permalink, the same in every feed."""
    for name in ("feed.xml", "tags/harbour/feed.xml"):
        guid = items(rich, name)[0].find("guid")
        assert guid is not None
        assert guid.text == "wall"
        assert guid.get("isPermaLink") == "false"


def test_ids_survive_a_new_slug_title_and_domain(rich: Folder) -> None:
    """Rule 3: subscribers do not see an article again because its address changed."""
    path = rich.root / "content/a.md"
    path.write_text(
        path.read_text("utf-8").replace("title: Wall", "slug: new\ntitle: Fall"), "utf-8"
    )
    config = (rich.root / "sitegen.toml").read_text("utf-8")
    rich.write("sitegen.toml", config.replace("https://example.org", "http://example.net/x"))
    rich.build()
    item = items(rich)[0]
    assert text(item, "link") == "http://example.net/x/2026/03/05/new/"
    assert text(item, "guid") == "wall"


def test_dates(rich: Folder) -> None:
    """Rules 4 and 5: RFC 822 with a zone; `published` stays; the feed is as old as its newest."""
    channel = ElementTree.fromstring(rich.output("feed.xml"))[0]
    published = [text(item, "pubDate") for item in channel.findall("item")]
    assert published == ["Thu, 05 Mar 2026 23:30:00 +0000", "Wed, 04 Mar 2026 00:00:00 +0000"]
    built = parsedate_to_datetime(channel.findtext("lastBuildDate", ""))
    assert built.isoformat() == "2026-03-06T10:00:00+00:00"


def test_urls_are_absolute(rich: Folder) -> None:
    """Rule 7: links, pictures and footnotes lead to the site from wherever they are read."""
    item = items(rich)[0]
    page = "https://example.org/2026/03/05/wall-b-gap-b-done/"
    html = text(item, "content:encoded")
    for url in (
        "https://example.org/2026/03/05/b/",
        "https://example.org/tags/?q=1&amp;r=2",
        f"{page}#x",
        f"{page}#fn1",
        f"{page}#fnref1",
        "mailto:a@b.c",
        "https://example.org/%C3%A9/",
        "https://example.org/wall%20%C3%BC.png",
    ):
        assert f'="{url}"' in html
    assert text(item, "link") == page
    assert not Judge(html).faults


def test_links_of_the_feed(rich: Folder) -> None:
    """Rule 8: each feed names itself and its own page; each page offers its feed."""
    for feed, home in (("feed.xml", ""), ("tags/harbour/feed.xml", "tags/harbour/")):
        channel = ElementTree.fromstring(rich.output(feed))[0]
        (own,) = channel.findall("atom:link", NAMES)
        assert own.attrib == {
            "href": f"https://example.org/{feed}",
            "rel": "self",
            "type": "application/rss+xml",
        }
        assert channel.findtext("link") == f"https://example.org/{home}"
        assert f'href="/{feed}"' in rich.output(f"{home}index.html")


def test_summary_and_content(rich: Folder) -> None:
    """Rule 9: the summary comes first and is HTML, as readers take it; `]]>` breaks nothing."""
    item = items(rich)[0]
    order = [child.tag for child in item]
    assert order.index("description") < order.index(f"{{{NAMES['content']}}}encoded")
    assert text(item, "description") == "Less &lt; more &amp; ]]&gt;"
    assert text(item, "content:encoded").startswith("<p>The lead.</p>")


def test_people_topics_pictures(rich: Folder) -> None:
    """Rules 12, 13 and 14: names are not e-mail addresses; a category for each tag; the picture."""
    item = items(rich)[0]
    assert item.find("author") is None
    assert [one.text for one in item.findall("dc:creator", NAMES)] == ["Ann Ember", "Bo"]
    assert [one.text for one in item.findall("category")] == ["Harbour", "C & D", "Élan"]
    picture = item.find("media:content", NAMES)
    assert picture is not None
    assert picture.attrib == {
        "url": "https://example.org/wall%20%C3%BC.png",
        "medium": "image",
        "type": "image/png",
        "fileSize": "1",
    }
    channel = ElementTree.fromstring(rich.output("feed.xml"))[0]
    assert channel.findtext("language") == "en"


def test_order_and_length(site: Folder) -> None:
    """Rule 15: newest first, ties broken by id, no more than `[feeds] items`."""
    config = (site.root / "sitegen.toml").read_text("utf-8")
    site.write("sitegen.toml", config + "[feeds]\nitems = 3\n")
    for number in (3, 1, 2, 0, 4):
        site.article(f"{number}.md", title=f"T{number}", id=f"id-{number}")
    site.build()
    assert [text(item, "guid") for item in items(site)] == ["id-0", "id-1", "id-2"]


def test_unchanged_content_unchanged_bytes(rich: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule 15: an hour later, from nothing, the feed is the same to the byte."""
    before = rich.files["feed.xml"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772802000")
    rich.build("--clean")
    assert rich.files["feed.xml"] == before


def test_summaries_only(rich: Folder) -> None:
    """`[feeds] content = "summary"` gives no bodies."""
    config = (rich.root / "sitegen.toml").read_text("utf-8")
    rich.write("sitegen.toml", config + '[feeds]\ncontent = "summary"\n')
    rich.build()
    assert text(items(rich)[0], "content:encoded") == ""
    assert text(items(rich)[0], "description")


def test_a_feed_without_articles(site: Folder) -> None:
    """An empty digest has a feed that parses."""
    site.build()
    parsed = feedparser.parse(site.files["feed.xml"])
    assert not parsed.bozo
    assert parsed.entries == []


def test_hostile_articles(site: Folder) -> None:
    """Rules 1, 10 and 11, promise 33: whatever articles hold, every feed parses and is inert."""
    config = (site.root / "sitegen.toml").read_text("utf-8")
    site.write("sitegen.toml", config + "[feeds]\nitems = 1000\n")
    for number, payload in enumerate(PAYLOADS):
        quoted = "'" + payload.replace("'", "''").replace("\n", " ") + "'"
        marks = "\x00\x08\x0b\ud7ff\ufffe 🎉&#1;&#xFFFE;&#x110000;"
        body = f"{payload}{marks}\n\n[{payload}]({payload})\n"
        fields = {"title": quoted, "summary": quoted, "tags": f"[{quoted}]"}
        site.article(f"{number}.md", body, **fields, authors=f"[{quoted}]", slug=f"s{number}")
    site.build()
    for name in [name for name in site.files if name.endswith(".xml")]:
        parsed = feedparser.parse(site.files[name], sanitize_html=False)
        assert not parsed.bozo, parsed.get("bozo_exception")
    found = items(site)
    assert len(found) == len(PAYLOADS)
    for item in found:
        assert not Judge(text(item, "description")).faults
        assert not Judge(text(item, "content:encoded")).faults
        assert text(item, "title")


def test_a_long_title(site: Folder) -> None:
    """300 characters of emoji and CJK stay whole; the file's name does not."""
    title = "渡轮🎉" * 100
    site.article("a.md", title=title)
    site.build()
    assert text(items(site)[0], "title") == title
    assert all(len(part.encode()) <= 255 for name in site.files for part in name.split("/"))


def test_sitemap_and_robots(rich: Folder) -> None:
    """Every page that is a place of its own, once, absolute, with the day of its last change."""
    root = ElementTree.fromstring(rich.output("sitemap.xml"))
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = {one.findtext(f"{space}loc", ""): one.findtext(f"{space}lastmod") for one in root}
    assert len(found) == len(root)
    assert found["https://example.org/2026/03/05/wall-b-gap-b-done/"] == "2026-03-06"
    assert found["https://example.org/2026/03/05/"] == "2026-03-06"
    assert found["https://example.org/tags/elan/"] == "2026-03-06"
    for url in found:
        assert urlsplit(url).netloc == "example.org"
        assert f"{urlsplit(url).path.lstrip('/')}index.html" in rich.files
    assert rich.output("robots.txt").endswith(
        "Sitemap: https://example.org/sitemap.xml\nSitemap: https://example.org/news-sitemap.xml\n"
    )

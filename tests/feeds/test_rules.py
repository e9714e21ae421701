"""The rules that a good feed obeys, by number, in every format.

1 well-formed, 2 whole, 3 ids, 4 and 5 dates, 6 mandatory fields, 7 absolute URLs, 8 self and
autodiscovery, 9 summary and content, 10 plain titles, 11 inert, 12 people, 13 pictures, 14 language
and topics, 15 order and bytes, 16 media types.
"""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from unittest.mock import patch
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import feedparser
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sitegen import feeds
from sitegen.codes import Codes
from sitegen.config import read as read_config
from sitegen.feed_views import Channel, FeedView
from sitegen.feeds import items, patterns
from sitegen.feeds.items import Item, for_feed
from sitegen.preview.answer import media_type
from sitegen.problems import SitegenError
from sitegen.publish.headers import headers_of
from sitegen.views import PageInfo
from tests.conftest import NOW, Folder
from tests.feeds.reading import FORMATS, NAMES, SPACES, TYPES, Entry, Feed, read
from tests.hostile import PAYLOADS
from tests.images import png
from tests.test_markdown import Judge

PAGE = "https://example.org/2026/03/05/wall-b-gap-b-done/"
LISTS = ("", "tags/harbour/", "tags/港口/", "sources/quay-press/", "archive/")
"""Every kind of list: the site, tags, a source, the editions."""


def feed_of(folder: Folder, form: str, home: str = "") -> Feed:
    """A list's feed."""
    return read(folder.files[home + NAMES[form]], form)


def entries(folder: Folder, form: str, home: str = "") -> list[Entry]:
    """What it holds."""
    return feed_of(folder, form, home).entries


def settings(folder: Folder, text: str) -> None:
    """Add to the settings."""
    path = folder.root / "sitegen.toml"
    folder.write("sitegen.toml", path.read_text("utf-8") + text)


def picture_of(folder: Folder, base: str = "https://example.org/") -> tuple[str, str, int]:
    """The whole URL, type and bytes of what was made of the only picture, as all can show it."""
    (name,) = (n for n in folder.files if re.fullmatch(r"pictures/(p|wall-u)-60\..*\.(jpg|png)", n))
    return base + name, "image/jpeg", len(folder.files[name])


class Links(HTMLParser):
    """Every URL of a text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.names: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.names.add(name)
            if name in ("href", "src", "poster", "cite"):
                self.found.append(value or "")
            elif name == "srcset":
                self.found += [one.split()[0] for one in (value or "").split(", ")]


# Rule 1


@pytest.mark.parametrize("home", LISTS)
def test_rule_01_well_formed(rich: Folder, form: str, home: str) -> None:
    """Every feed parses, as UTF-8; feedparser has nothing to say."""
    data = rich.files[home + NAMES[form]]
    data.decode("utf-8")
    if form != "json":
        parsed = feedparser.parse(data)
        assert not parsed.bozo
        assert parsed.version == {"rss": "rss20", "atom": "atom10"}[form]
        assert parsed.encoding.lower() == "utf-8"


def test_rule_01_hostile_articles(site: Folder, form: str) -> None:
    """Rules 1, 10 and 11, promise 33: whatever articles hold, every feed parses and is inert."""
    settings(site, "[feeds]\nitems = 1000\n")
    site.write("static/p.png", png())
    for number, payload in enumerate(PAYLOADS):
        quoted = "'" + payload.replace("'", "''").replace("\n", " ") + "'"
        marks = "\x00\x08\x0b\x7f\ud7ff\ufffe 🎉\u202eعكس\u2066 ]]> &#1;&#xFFFE;&#x110000;"
        body = f"{payload}{marks}\n\n[{payload}]({payload}) ![{payload}](../p.png)[^1]\n"
        body += f"\n[^1]: {payload}\n"
        fields = {"title": quoted, "summary": quoted, "tags": f"[{quoted}]"}
        fields["source"] = f"{{name: {quoted}}}"
        fields["image"] = f"{{src: /p.png, alt: {quoted}}}"
        site.article(f"{number}.md", body, **fields, authors=f"[{quoted}]", slug=f"s{number}")
    site.build()
    assert len(entries(site, form)) == len(PAYLOADS)
    feeds = [data for name, data in site.files.items() if name.endswith(NAMES[form])]
    assert len(feeds) > 100
    for data in feeds:
        feed = read(data, form)
        if form != "json":
            parsed = feedparser.parse(data, sanitize_html=False)
            assert not parsed.bozo, parsed.get("bozo_exception")
        for entry in feed.entries:
            assert entry.title.strip()
            assert not Judge(entry.html).faults
            assert all(urlsplit(url).scheme for url in Links(entry.html).found)
            if form == "rss":
                assert not Judge(entry.summary).faults


def test_rule_01_control_characters_in_yaml(site: Folder, form: str) -> None:
    """Escapes of YAML bring in what a file cannot hold; XML would refuse it."""
    site.article("a.md", title='"A\\x01\\x08\\uFFFEB \\u2028 C"', tags='["T\\x02"]')
    site.build()
    (entry,) = entries(site, form)
    assert entry.title == "AB C"
    assert entry.tags == ["T"]


def test_rule_01_a_broken_feed_is_a_problem(form: str) -> None:
    """Promise 33: what cannot be parsed is told by its name and never written."""
    channel = Channel("https://a.b/", "T", "T", "https://a.b/", "T", "en", "")
    info = PageInfo("feed", "/f", "https://a.b/f", ())
    view = FeedView(info, structs.replace(channel, title="\x01 \ud800"), (), {}, {})
    with pytest.raises(SitegenError, match="the feed of x would be broken"):
        feeds.render(form, view, {}, "the feed of x", str, patterns.Patterns(Codes()))


def test_rule_01_a_broken_feed_ends_the_build(site: Folder, form: str) -> None:
    """Promise 33: the build fails, names the feed, and leaves the output as it was."""
    settings(site, f'[feeds]\nformats = ["{form}"]\n')
    site.article("a.md")
    site.build()
    before = site.files
    site.article("b.md", title="B")
    target = (msgspec.json, "format") if form == "json" else (patterns, "in_text")
    with patch.object(*target, return_value=b"<"):
        result = site.run("build", "--clean", "--jobs", "1")
    assert result.exit_code == 1
    assert f"the {form.upper().replace('ATOM', 'Atom')} feed of / would be broken" in result.output
    assert site.files == before


# Rule 2


@pytest.mark.parametrize("home", LISTS)
def test_rule_02_whole(rich: Folder, form: str, home: str) -> None:
    """Each item has a title, an absolute link that is there, an id, a date, content, a summary."""
    found = entries(rich, form, home)
    assert found
    for entry in found:
        assert entry.title
        assert entry.id
        assert entry.summary
        assert entry.html
        assert entry.published.tzinfo
        path = urlsplit(entry.url).path
        assert entry.url.startswith("https://example.org/")
        assert f"{path.lstrip('/')}index.html" in rich.files


def test_rule_02_an_article_without_text(site: Folder, form: str) -> None:
    """What has neither text nor summary has its headline."""
    site.article("a.md", "", title="Only <this>")
    site.build()
    (entry,) = entries(site, form)
    assert entry.summary in ("Only <this>", "Only &lt;this&gt;")


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_rule_02_as_feedparser_reads_it(rich: Folder, name: str) -> None:
    """Every field is where a program that others have written looks for it."""
    parsed = feedparser.parse(rich.files[name])
    entry = parsed.entries[0]
    assert (parsed.feed.title, parsed.feed.link) == ("The Test Digest", "https://example.org/")
    assert parsed.feed.language == "en"
    assert parsed.feed.updated_parsed[:5] == (2026, 3, 6, 10, 0)
    assert entry.title == "Wall & <b>gap</b> ]]> done"
    assert entry.link == PAGE
    assert entry.id
    assert "Less" in entry.summary
    assert "The lead." in entry.content[0].value
    assert entry.published_parsed[:5] == (2026, 3, 5, 23, 30)
    assert [author.name for author in entry.authors if author.get("name")] == ["Ann Ember", "Bo"]
    assert [tag.term for tag in entry.tags] == ["Harbour", "C & D", "Élan", "港口"]
    url, kind, length = picture_of(rich)
    (enclosure,) = entry.enclosures
    assert (enclosure.href, enclosure.type, enclosure.length) == (url, kind, str(length))
    assert entry.media_content[0]["url"] == url


# Rule 3


def test_rule_03_ids(rich: Folder, form: str) -> None:
    """The front matter's id, the same in every feed that holds the article, and no two alike."""
    expected = {"rss": "wall", "json": "wall", "atom": Item("wall", *_REST).iri}[form]
    uuid = "2f1c6f0e-6a44-4a08-9d5c-6f2f7a3b9c11"
    assert [entry.id for entry in entries(rich, form)] == [
        expected,
        f"urn:uuid:{uuid}" if form == "atom" else uuid,
    ]
    for home in LISTS[1:-1]:
        assert entries(rich, form, home)[0].id == expected


_REST = ("", "", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "", b"")


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40))
def test_rule_03_atom_ids_are_iris(text: str) -> None:
    """Whatever the id, Atom gets an absolute IRI, made of nothing else; no two become one."""
    iri = Item(text, *_REST).iri
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", iri)
    assert iri == Item(text, *_REST).iri
    assert iri != Item(f"{text}x", *_REST).iri


def test_rule_03_a_uuid_in_two_spellings() -> None:
    """Is two ids, as it is for RSS and JSON Feed."""
    uuid = "2f1c6f0e-6a44-4a08-9d5c-6f2f7a3b9c11"
    spelt = (uuid, uuid.upper(), uuid.replace("-", ""), f"{{{uuid}}}")
    assert len({Item(one, *_REST).iri for one in spelt}) == 4


@pytest.mark.parametrize(
    "change",
    [
        ("content/a.md", "title: Wall", "slug: new\ntitle: Fall"),
        ("content/a.md", "[Harbour,", "[Pier,"),
        ("content/a.md", "The lead.", "Another lead."),
        ("sitegen.toml", "https://example.org", "http://example.net/x"),
        ("sitegen.toml", "The Test Digest", "Another Digest"),
        ("sitegen.toml", '"https://example.org"', '"https://example.org"\ntimezone = "Asia/Tokyo"'),
    ],
    ids=["slug-and-title", "tag", "text", "domain", "site-title", "zone"],
)
def test_rule_03_and_05_what_survives(
    rich: Folder, form: str, change: tuple[str, str, str]
) -> None:
    """No edit, and no build from nothing, gives an article or an edition another id."""
    before = entries(rich, form), entries(rich, form, "archive/")
    name, old, new = change
    text = (rich.root / name).read_text("utf-8")
    assert old in text
    # An instant without a zone is the site's: only a day's own changes with it.
    rich.write(name, text.replace(old, new))
    rich.write(
        "content/a.md",
        (rich.root / "content/a.md").read_text("utf-8").replace("23:30\n", "23:30Z\n"),
    )
    rich.build("--clean")
    after = entries(rich, form), entries(rich, form, "archive/")
    assert [entry.id for entry in after[0]] == [entry.id for entry in before[0]]
    assert after[0][0].published == before[0][0].published
    if "zone" not in new:
        assert [entry.id for entry in after[1]] == [entry.id for entry in before[1]]


def test_rule_03_without_an_id(site: Folder, form: str) -> None:
    """The id comes from the path, until the editor keeps it as `check` says."""
    site.write("content/a.md", "---\ntitle: A\ndate: 2026-03-05\n---\nText.\n")
    site.build()
    (before,) = entries(site, form)
    told = site.run("check").output
    line = re.search(r"add `(id: \S+)`", told)
    assert line is not None
    (site.root / "content/a.md").unlink()
    site.write("content/b.md", f"---\ntitle: A\ndate: 2026-03-05\n{line[1]}\n---\nText.\n")
    site.build()
    (after,) = entries(site, form)
    assert after.id == before.id


def test_rule_03_minted_once(site: Folder, form: str) -> None:
    """By `ingest` and by `new article`; a seed that comes again, corrected, is the same article."""
    text = "{}\n\nMarch 5, 2026\n\nThe council closed the wall on Monday. It was a long day.\n"
    site.write("seeds/wall.txt", text.format("Harbour wall closes"))
    assert site.run("new", "article", "Ferry runs").exit_code == 0
    (ferry,) = (site.root / "content").rglob("*ferry-runs*")
    written = ferry.read_text("utf-8")
    ferry.write_text(f"{written.replace('draft: true', 'draft: false')}\nText.\n", "utf-8")
    site.build()
    before = {entry.title: entry for entry in entries(site, form)}
    kept = [
        re.search(r"^id: (\S+)$", path.read_text("utf-8"), re.MULTILINE)
        for path in sorted((site.root / "content").rglob("*.md"))
    ]
    ids = {found[1] for found in kept if found}
    assert {entry.id.removeprefix("urn:uuid:") for entry in before.values()} == ids
    assert len(ids) == 2
    site.write("seeds/wall.txt", text.format("Harbour wall to close for good"))
    site.build("--clean")
    after = {entry.title: entry for entry in entries(site, form)}
    new, old = after["Harbour wall to close for good"], before["Harbour wall closes"]
    assert (new.id, new.published) == (old.id, old.published)


def test_rule_03_editions_of_two_digests(site: Folder, form: str) -> None:
    """Two digests that have `[feeds] id` never give two editions one id."""
    site.article("a.md")
    found = set()
    for name in ("one", "two"):
        site.write(
            "sitegen.toml", f'[site]\ntitle = "T"\nurl = "https://a.b"\n[feeds]\nid = "{name}"\n'
        )
        site.build()
        found.add(entries(site, form, "archive/")[0].id)
    assert len(found) == 2


# Rules 4 and 5


def test_rule_04_dates(rich: Folder, form: str) -> None:
    """RFC 822 with a zone, or RFC 3339; the instant is that of the front matter."""
    shapes = {
        "rss": r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
        "atom": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    }
    for entry in entries(rich, form):
        for date in entry.raw_dates:
            assert re.fullmatch(shapes.get(form, shapes["atom"]), date)
    assert entries(rich, form)[0].published == datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
    assert entries(rich, form)[1].published == datetime(2026, 3, 4, tzinfo=UTC)


def test_rule_04_none_in_the_future(site: Folder, form: str) -> None:
    """Neither an article that is to come, though `--future` shows it, nor a change."""
    site.article("a.md", title="Soon", date="2026-03-07", tags="[T]")
    site.article("b.md", title="Here", date="2026-03-05", updated="2026-03-09", tags="[T]")
    site.build("--future")
    assert "2026/03/07/soon/index.html" in site.files
    for home in ("", "tags/t/", "archive/"):
        for entry in entries(site, form, home):
            assert entry.title != "Soon"
            assert max(entry.published, entry.updated or entry.published).timestamp() <= NOW
    assert "Soon" not in site.output("news-sitemap.xml")


def test_rule_04_odd_zones_and_years(site: Folder, form: str) -> None:
    """Zones of any offset and years of four digits, in English whatever the site's language."""
    site.write(
        "sitegen.toml",
        '[site]\ntitle = "T"\nurl = "https://a.b"\nlanguage = "ar"\ntimezone = "Asia/Kathmandu"\n',
    )
    site.article("a.md", date="1000-01-01", id="a")
    site.article("b.md", title="B", date="2026-03-05T06:00:00+13:45", id="b")
    site.article("c.md", title="C", date="2026-03-04T16:15:00Z", id="c")
    site.build()
    shown = {entry.id: entry for entry in read(site.files[NAMES[form]], form).entries}
    for entry in shown.values():
        if form == "rss":
            # As the W3C's validator asks for it.
            assert re.fullmatch(
                r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} .* [+-]\d\d[03]0", entry.raw_dates[0]
            )
    dates = sorted(entry.published for entry in shown.values())
    assert dates[1:] == [datetime(2026, 3, 4, 16, 15, tzinfo=UTC)] * 2


def test_rule_05_the_feeds_own_date(rich: Folder, form: str) -> None:
    """`published` never moves, an edit moves `updated`, the feed is as old as its newest."""
    first, second = entries(rich, form)
    changed = datetime(2026, 3, 6, 10, tzinfo=UTC)
    if form != "json":
        assert feed_of(rich, form).updated == changed
    if form != "rss":
        assert first.updated == changed
        assert second.updated in (None, second.published)
    path = rich.root / "content/a.md"
    path.write_text(path.read_text("utf-8").replace("10:00", "11:00"), "utf-8")
    rich.build()
    assert entries(rich, form)[0].published == first.published


# Rule 6


def test_rule_06_mandatory(rich: Folder, form: str) -> None:
    """Everything that each format demands of a feed; an author for every entry."""
    feed = feed_of(rich, form)
    assert feed.title == "The Test Digest"
    assert feed.subtitle
    assert feed.home == "https://example.org/"
    if form != "rss":
        assert feed.authors == ["The Test Digest"]
    if form == "atom":
        root = ElementTree.fromstring(rich.files["atom.xml"])
        assert root.findtext("atom:id", "", SPACES) == "https://example.org/"


def test_rule_06_a_feed_without_articles(site: Folder, form: str) -> None:
    """An empty digest has feeds that parse."""
    site.build()
    for home in ("", "archive/"):
        assert entries(site, form, home) == []
        if form != "json":
            assert not feedparser.parse(site.files[home + NAMES[form]]).bozo


# Rule 7


def test_rule_07_absolute_urls(rich: Folder, form: str) -> None:
    """Links, pictures and footnotes lead to the site from wherever they are read."""
    html = entries(rich, form)[0].html
    for url in (
        "https://example.org/2026/03/05/b/",
        "https://example.org/tags/?q=1&amp;r=2",
        f"{PAGE}#x",
        f"{PAGE}#fn1",
        f"{PAGE}#fnref1",
        "mailto:a@b.c",
        "https://example.org/%C3%A9/",
        picture_of(rich)[0],
        "https://example.org/2026/03/04/older/#y",
        "https://cdn.example/x",
    ):
        assert f'="{url}"' in html
    assert all(urlsplit(url).scheme for url in Links(html).found)
    assert not Judge(html.replace(' width="60" height="40"', "")).faults


@pytest.mark.parametrize(
    ("given_html", "wanted"),
    [
        ('<a href="">x</a>', '<a href="https://a.b/c/">x</a>'),
        ('<a href="?q=1&amp;r">x</a>', '<a href="https://a.b/c/?q=1&amp;r">x</a>'),
        ('<img src="/ü.png" alt="a &lt; b">', '<img src="https://a.b/%C3%BC.png" alt="a &lt; b">'),
        ('<img class="c" loading="lazy" width="3" height="2" src="d.png">',
         '<img width="3" height="2" src="https://a.b/c/d.png">'),
        ('<img srcset="/a.png 1x, b.png 2x, https://c.d/e.png">',
         '<img srcset="https://a.b/a.png 1x, https://a.b/c/b.png 2x, https://c.d/e.png">'),
        ('<blockquote cite="/q">x</blockquote>', '<blockquote cite="https://a.b/q">x</blockquote>'),
        ('<video poster="/p.png"></video>', '<video poster="https://a.b/p.png"></video>'),
        ('<p>a href="/x" &lt;a href="/y"&gt;</p>', '<p>a href="/x" &lt;a href="/y"&gt;</p>'),
        ('<h2 id="a" class="b">x</h2><hr class="footnotes-sep">', '<h2 id="a">x</h2><hr>'),
        ('<a href="/@/b.md#y">x</a>', '<a href="https://a.b/2026/b/#y">x</a>'),
        ('<img alt="<b>1</b>" src="/a.png">',
         '<img alt="&lt;b&gt;1&lt;/b&gt;" src="https://a.b/a.png">'),
        ('<a title="1 < 2" href="https://c.d/">x</a>',
         '<a title="1 &lt; 2" href="https://c.d/">x</a>'),
    ],
)  # fmt: skip
def test_rule_07_for_feed(given_html: str, wanted: str) -> None:
    """Each attribute that links, and none of the themes'."""
    found = for_feed(given_html.encode(), "https://a.b/c/", (("/@/b.md", "/2026/b/"),))
    assert found.decode() == wanted


_PIECES = (
    *('<a href="https://c.d/?a=b&amp;c=d" rel="nofollow">', '<a href="mailto:a@b.c">', "</a>"),
    *('<a href="https://c.d/é">', '<a href="/x">', '<a href="#y">', '<a href="">', "= ", '="'),
    *('<h2 id="x">', "</h2>", '<ol start="3">', '<img src="https://c.d/e.png" alt="a = <b>">'),
    *('<p class="a">', ' href="/x"', ' id="', "https://c.d/", '"', "a=b", "é", "<p>", "</p>\n"),
)


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_rule_07_what_is_left_as_it_is(html: str) -> None:
    """A body of which a glance tells that nothing is to be done is one where nothing is."""
    quick = for_feed(html.encode(), "https://a.b/c/")
    with patch.object(items, "_is_whole", return_value=False):
        assert for_feed(html.encode(), "https://a.b/c/") == quick


def test_rule_07_below_a_path(site: Folder, form: str) -> None:
    """A site that is served from a path."""
    site.write("sitegen.toml", '[site]\ntitle = "T"\nurl = "https://a.b/news"\n')
    site.article("a.md", "[x](/y/) [z](b.md) ![](p.png)", image="{src: p.png}")
    site.article("b.md", title="B", id="b")
    site.write("content/p.png", png())
    site.build()
    entry = next(entry for entry in entries(site, form) if entry.id != "b" and "y/" in entry.html)
    assert 'href="https://a.b/news/y/"' in entry.html
    assert 'href="https://a.b/news/2026/03/05/b/"' in entry.html
    assert entry.url == "https://a.b/news/2026/03/05/a-headline/"
    picture = picture_of(site, "https://a.b/news/")
    assert entry.enclosures == [picture]
    assert f'src="{picture[0]}"' in entry.html


# Rule 8


@pytest.mark.parametrize("home", LISTS)
def test_rule_08_a_feed_names_itself(rich: Folder, form: str, home: str) -> None:
    """Each feed names its own URL and a page that is there."""
    feed = feed_of(rich, form, home)
    quoted = home.replace("港口", "%E6%B8%AF%E5%8F%A3")
    assert feed.own == f"https://example.org/{quoted}{NAMES[form]}"
    assert feed.own_type == TYPES[form]
    page = urlsplit(feed.home).path.replace("%E6%B8%AF%E5%8F%A3", "港口")
    assert f"{page.lstrip('/')}index.html" in rich.files


@pytest.mark.parametrize("theme", ["digest", "wire"])
def test_rule_08_autodiscovery(rich: Folder, form: str, theme: str) -> None:
    """Every page offers feeds; a tag's page its own first, an edition that of editions."""
    settings(rich, f'[theme]\nname = "{theme}"\n')
    rich.build()
    first = {"tags/harbour/": "/tags/harbour/", "2026/03/05/": "/archive/", "": "/"}
    link = re.compile(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)"')
    for name, data in rich.files.items():
        if not name.endswith(".html") or name.endswith("email.html"):
            continue
        offered = [url for kind, url in link.findall(data.decode()) if kind == TYPES[form]]
        assert f"/{NAMES[form]}" in offered, name
        assert {unquote(url).lstrip("/") for url in offered} <= set(rich.files)
        home = first.get(name.removesuffix("index.html"))
        assert home is None or offered[0] == home + NAMES[form]


# Rule 9


def test_rule_09_summary_and_content(rich: Folder, form: str) -> None:
    """Escaped once, in the order that readers expect (`reading.py` looks); `]]>` breaks nothing."""
    entry = entries(rich, form)[0]
    assert entry.summary == (
        "Less &lt; more &amp; ]]&gt;" if form == "rss" else "Less < more & ]]>"
    )
    assert entry.html.startswith("<p>The lead.</p>")
    assert 'class="' not in entry.html
    assert "loading=" not in entry.html


def test_rule_09_summaries_only(rich: Folder, form: str) -> None:
    """`[feeds] content = "summary"` gives no bodies."""
    settings(rich, '[feeds]\ncontent = "summary"\n')
    rich.build()
    for entry in entries(rich, form):
        assert entry.html == ""
        assert entry.summary


def test_rule_09_editions(rich: Folder, form: str) -> None:
    """An item for each day: its headlines, summaries and links; it leads to its own day."""
    first, second = entries(rich, form, "archive/")
    assert first.title == "Thursday, March 5, 2026"
    assert first.url == "https://example.org/2026/03/05/"
    assert first.published == datetime(2026, 3, 5, tzinfo=UTC)
    assert "Less &lt; more &amp; ]]&gt;" in first.html
    assert f'<a href="{PAGE}">Wall &amp; &lt;b&gt;gap&lt;/b&gt; ]]&gt; done</a>' in first.html
    assert second.url == "https://example.org/2026/03/04/"


def test_rule_09_weekly_editions(rich: Folder, form: str) -> None:
    """`[editions] every = "week"`: an item for each week, which begins on its Monday."""
    days = {entry.id for entry in entries(rich, form, "archive/")}
    settings(rich, '[editions]\nevery = "week"\n')
    rich.build()
    feed = feed_of(rich, form, "archive/")
    assert feed.title == "Weekly edition – The Test Digest"
    (week,) = feed.entries
    assert week.title == "Mar 2\u2009–\u20098, 2026"
    assert week.url == "https://example.org/2026/03/02/"
    assert week.published == datetime(2026, 3, 2, tzinfo=UTC)
    assert week.html.count("<li>") == 2
    assert week.id not in days


def test_rule_09_quoted_posts_are_quotations(site: Folder, form: str) -> None:
    """What was a post is a quotation that needs no script."""
    site.article("a.md", "> The pier is open.\n>\n> — Ann (@ann), March 5, 2026\n")
    site.build()
    (entry,) = entries(site, form)
    assert re.fullmatch(r"<blockquote>\n<p>.*</p>\n<p>.*</p>\n</blockquote>\n", entry.html)


def test_rule_09_a_post_in_a_saved_page(site: Folder, form: str) -> None:
    """From the seed to the feed: the post's words and its author, nothing of what showed it."""
    filler = "The council voted on Monday to close the harbour wall before the winter storms. " * 8
    site.write(
        "seeds/page.html",
        "<html><head><title>Wall to close</title><meta property='article:published_time'"
        " content='2026-03-05T10:00:00Z'></head><body><article><h1>Wall to close</h1>"
        f"<p>{filler}</p><blockquote class='twitter-tweet' data-dnt='true'><p>The pier is open.</p>"
        "&mdash; Ann Ember (@ann) <a href='https://twitter.com/ann/status/1'>March 5, 2026</a>"
        "</blockquote><script async src='https://platform.twitter.com/widgets.js'></script>"
        f"<p>{filler}</p></article></body></html>",
    )
    site.build()
    (entry,) = entries(site, form)
    (quotation,) = re.findall(r"(?s)<blockquote>.*</blockquote>", entry.html)
    assert "The pier is open." in quotation
    assert "https://twitter.com/ann/status/1" in quotation
    for word in ("script", "class", "platform.twitter", "data-"):
        assert word not in entry.html


# Rule 10


def test_rule_10_titles(rich: Folder, form: str) -> None:
    """Plain text; in RSS so that readers which take it for HTML see it too."""
    assert entries(rich, form)[0].title == "Wall & <b>gap</b> ]]> done"
    if form == "rss":
        raw = rich.output("feed.xml")
        assert "<title>Wall &#x26; &#x3C;b&gt;gap&#x3C;/b&gt; ]]&gt; done</title>" in raw
        topic = rich.output("tags/c-d/feed.xml")
        assert topic.count("<title>C &#x26; D – The Test Digest</title>") == 1
        assert topic.count("<description>C &#x26; D – The Test Digest</description>") == 1


def test_rule_10_a_long_title(site: Folder, form: str) -> None:
    """300 characters of emoji, CJK and Arabic stay whole; the file's name does not."""
    title = "渡🎉ع" * 100
    site.article("a.md", title=title)
    site.build()
    assert entries(site, form)[0].title == title
    assert all(len(part.encode()) <= 255 for name in site.files for part in name.split("/"))


# Rule 11


def test_rule_11_inert(site: Folder, form: str) -> None:
    """No script, style, frame, object, form or comment, as HTML or in disguise; all is balanced."""
    site.article(
        "a.md",
        "Before <!-- note --> <b>bold\n\n<script>x()</script>\n\n<style>p{}</style>\n\n"
        '<iframe src="https://a.b/"></iframe><object data="x"></object><embed src="x">\n\n'
        '<form action="/x"><input></form>\n\n[x](javascript:x()) ![x](data:text/html,x)\n\n'
        "> quoted\n\n- one\n  - two\n\n```\n</pre><script>\n```\n",
    )
    site.build()
    (entry,) = entries(site, form)
    assert not Judge(entry.html).faults
    assert "&lt;script&gt;" in entry.html
    for name in ("script", "style", "iframe", "object", "embed", "form", "input", "!--", "b"):
        assert f"<{name}" not in entry.html.replace("<blockquote", "")
    tags = re.findall(r"<(/?)(p|ul|li|pre|code|blockquote)\b", entry.html)
    open_tags: list[str] = []
    for closing, name in tags:
        if closing:
            assert open_tags.pop() == name
        else:
            open_tags.append(name)
    assert tags
    assert not open_tags


# Rule 12


def test_rule_12_people(rich: Folder, form: str) -> None:
    """Names, none of them as an e-mail address (`reading.py` looks)."""
    assert entries(rich, form)[0].authors == ["Ann Ember", "Bo"]
    assert entries(rich, form)[1].authors == []


# Rule 13


def test_rule_13_pictures(rich: Folder, form: str) -> None:
    """An enclosure has URL, type and length; Media RSS names the picture too."""
    url, kind, length = picture_of(rich)
    entry = entries(rich, form)[0]
    assert entry.enclosures == [(url, kind, length)]
    assert f'<img width="60" height="40" src="{url}" alt="w">' in entry.html
    assert "<picture" not in entry.html
    if form == "json":
        assert f'"image": "{url}"' in rich.output("feed.json")
        return
    root = ElementTree.fromstring(rich.files[NAMES[form]])
    (content,) = root.findall(".//media:content", SPACES)
    assert content.attrib == {
        "url": url,
        "medium": "image",
        "type": kind,
        "fileSize": str(length),
        "width": "60",
        "height": "40",
    }
    assert content.findtext("media:description", "", SPACES) == 'A "wall" & gap'


def test_rule_13_files_as_they_are(site: Folder, form: str) -> None:
    """Without `[images]`, and of what is only copied, the file's own type and length."""
    settings(site, "[images]\nenabled = false\n")
    site.write("static/p.JPG", b"seven b")
    site.article("a.md", image="{src: /p.JPG}")
    site.build()
    assert entries(site, form)[0].enclosures == [("https://example.org/p.JPG", "image/jpeg", 7)]


@pytest.mark.parametrize("src", ["https://c.d/e.png?x=1", "/strange.data"])
def test_rule_13_what_is_not_known_is_no_enclosure(site: Folder, form: str, src: str) -> None:
    """A picture elsewhere has no known length, a name of no type no type."""
    site.write("static/strange.data", b"x")
    site.article("a.md", image=f"{{src: '{src}'}}")
    site.build()
    assert entries(site, form)[0].enclosures == []
    assert src in site.output(NAMES[form])


# Rule 14


def test_rule_14_language_and_topics(site: Folder, form: str) -> None:
    """The feed's language, an article's where it is another, a category for each tag."""
    site.write("sitegen.toml", '[site]\ntitle = "T"\nurl = "https://a.b"\nlanguage = "pt-BR"\n')
    site.article("a.md", tags="[Harbour, 'C & D', Élan, 港口]", language="ar")
    site.build()
    feed = feed_of(site, form)
    assert feed.language == "pt-BR"
    assert feed.entries[0].language == "ar"
    assert feed.entries[0].tags == ["Harbour", "C & D", "Élan", "港口"]


# Rule 15


def test_rule_15_order_and_length(site: Folder, form: str) -> None:
    """Newest first, ties broken by id, no more than `[feeds] items`."""
    settings(site, "[feeds]\nitems = 3\n")
    for number in (3, 1, 2, 0, 4):
        site.article(f"{number}.md", title=f"T{number}", id=f"id:{number}")
    site.article("n.md", title="Newest", id="id:n", date="2026-03-06")
    site.build()
    assert [entry.id for entry in entries(site, form)] == ["id:n", "id:0", "id:1"]


def test_rule_15_unchanged_content_unchanged_bytes(
    rich: Folder, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour later, from nothing, every feed is the same to the byte."""
    before = {name: data for name, data in rich.files.items() if name.endswith(NAMES[form])}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NOW + 3600))
    rich.build("--clean")
    assert {name: rich.files[name] for name in before} == before


# Rule 16


def test_rule_16_media_types(form: str) -> None:
    """Served as what it is, whatever the settings name it; a part of an archive too."""
    kind = {"rss": "rss", "atom": "atom", "json": "json"}[form]
    config = read_config(f'[site]\ntitle = "T"\n[urls]\n{kind} = "news.data"\n')
    for path in ("news.data", "tags/t/news.data", "2026/03/news-12.data"):
        assert media_type(path, config).partition(";")[0] == TYPES[form]
        assert headers_of(path, b"", 0, config.urls).type == TYPES[form]
    assert media_type("tags/t/other.data", config) == "application/octet-stream"
    assert media_type("data.json", config) == "application/json"


# Settings


@pytest.mark.parametrize("chosen", FORMATS)
def test_one_format_alone(rich: Folder, chosen: str) -> None:
    """`[feeds] formats` leaves the others out, on every page that names feeds too."""
    settings(rich, f'[feeds]\nformats = ["{chosen}"]\n')
    rich.build()
    for form in FORMATS:
        there = [name for name in rich.files if name.endswith(NAMES[form])]
        assert bool(there) == (form == chosen)
        html = rich.output("index.html") + rich.output("subscribe/index.html")
        assert (TYPES[form] in html) == (form == chosen)
    assert NAMES[chosen] in rich.output("feeds.opml")


def test_a_hub_is_announced(rich: Folder, form: str) -> None:
    """`[feeds] hub`, in every format, of every list."""
    settings(rich, '[feeds]\nhub = "https://hub.example/?a=1&b=2"\n')
    rich.build()
    for home in LISTS:
        assert feed_of(rich, form, home).hubs == ["https://hub.example/?a=1&b=2"]

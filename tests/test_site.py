"""From articles to pages: order, neighbours, tags, lists, and the URL contract."""

import re

import pytest

from tests.conftest import Folder
from tests.links import broken


def titles(html: str) -> list[str]:
    """The articles of a list, in order: `T1`, `T2`, … by their links."""
    return list(dict.fromkeys(re.findall(r'<a href="/[^"]*">(T\d+)</a>', html)))


def config(folder: Folder, text: str) -> None:
    """Add to the settings."""
    path = folder.root / "sitegen.toml"
    folder.write("sitegen.toml", path.read_text("utf-8") + text)


def test_every_url_of_the_contract(site: Folder) -> None:
    """DESIGN's table: articles, editions, months, years, tags, the index, feeds, sitemap, 404."""
    site.article("a.md", title="Bread is dear", date="2022-12-29", tags="[Cuba, North Pole]")
    site.build()
    names = set(site.files)
    assert {
        "2022/12/29/bread-is-dear/index.html",
        "2022/12/29/index.html",
        "2022/12/29/email.html",
        "2022/12/29/email.txt",
        "2022/12/index.html",
        "2022/index.html",
        "archive/index.html",
        "tags/cuba/index.html",
        "tags/north-pole/index.html",
        "tags/index.html",
        "index.html",
        *("feed.xml", "atom.xml", "feed.json"),
        *("tags/cuba/feed.xml", "tags/cuba/atom.xml", "tags/cuba/feed.json"),
        *("tags/north-pole/feed.xml", "tags/north-pole/atom.xml", "tags/north-pole/feed.json"),
        *("archive/feed.xml", "archive/atom.xml", "archive/feed.json"),
        "subscribe/index.html",
        "feeds.opml",
        "_headers",
        "sitemap.xml",
        "news-sitemap.xml",
        "robots.txt",
        "404.html",
        "site.webmanifest",
    } == {name for name in names if not name.startswith(("assets/", "pictures/"))}


def test_every_url_can_be_another(site: Folder) -> None:
    """`[urls]` moves them all, and every link follows."""
    config(
        site,
        """[build]
page_size = 1
[urls]
article = "/a/{slug}.html"
edition = "/on/{year}-{month}-{day}/"
month = "/on/{year}-{month}/"
year = "/on/{year}/"
archive = "/all/"
tag = "/topics/{slug}/"
tags = "/topics/"
page = "p{number}/"
rss = "rss.xml"
email = "mail.html"
""",
    )
    site.article("a.md", title="Bread", date="2022-12-29", tags="[Cuba]")
    site.article("b.md", title="Salt", date="2022-12-30", tags="[Cuba]")
    site.build()
    for name in (
        *(
            "a/bread.html",
            "on/2022-12-29/index.html",
            "on/2022-12/index.html",
            "on/2022/index.html",
        ),
        *("all/index.html", "topics/cuba/index.html", "topics/cuba/p2/index.html"),
        *("on/2022-12-29/mail.html", "on/2022-12-29/mail.txt"),
        *("topics/index.html", "rss.xml", "topics/cuba/rss.xml"),
    ):
        assert name in site.files
    assert not list(broken(site.files, "https://example.org"))


def test_order_and_neighbours(site: Folder) -> None:
    """Newest first; at one instant by id; previous is earlier, next is later."""
    site.article("x.md", title="T1", date="2026-03-04", id="b")
    site.article("y.md", title="T2", date="2026-03-04", id="a")
    site.article("z.md", title="T3", date="2026-03-04 10:00", id="c")
    site.article("w.md", title="T4", date="2026-03-03", id="d")
    site.build()
    assert re.findall(r"<title>(T\d)</title>", site.output("feed.xml")) == ["T3", "T2", "T1", "T4"]
    html = site.output("2026/03/04/t2/index.html")
    assert re.findall(r'rel="prev".*?(T\d)', html) == ["T1"]
    assert re.findall(r'rel="next".*?(T\d)', html) == ["T3"]
    assert 'rel="next"' not in site.output("2026/03/04/t3/index.html")
    assert 'rel="prev"' not in site.output("2026/03/03/t4/index.html")


def test_names_of_files_change_nothing(site: Folder) -> None:
    """Where the front matter has an id, the file may be called and lie as it likes."""
    site.article("a.md", title="T1", id="one")
    site.build()
    before = site.files
    (site.root / "content/a.md").rename(site.root / "content/zzz.md")
    site.build()
    assert site.files == before


def test_tags_are_folded(site: Folder) -> None:
    """Case, accents and `[tags] aliases` make one tag; it is called as the settings call it."""
    config(site, '[tags.aliases]\n"Habana" = ["Havana", "La Habana"]\n')
    site.article("a.md", title="T1", tags="[havana, CUBA]")
    site.article("b.md", title="T2", tags="[La Habana, habana, Cuba]")
    site.article("c.md", title="T3", tags="[habana, Cuba]")
    site.build()
    index = site.output("tags/index.html")
    assert re.findall(r'<a href="/tags/[^"]+/">([^<]*)</a>', index) == ["Cuba", "Habana"]
    assert "tags/havana/index.html" not in site.files
    assert titles(site.output("tags/habana/index.html")) == ["T1", "T2", "T3"]


def test_lists_have_pages(site: Folder) -> None:
    """Each article is on one page of a list, in order, and the pages lead to each other."""
    config(site, "[build]\npage_size = 2\n")
    for number in range(1, 6):
        site.article(f"{number}.md", title=f"T{number}", date=f"2026-02-0{number}", tags="[X]")
    site.build()
    assert titles(site.output("tags/x/index.html")) == ["T5", "T4"]
    assert titles(site.output("tags/x/page/2/index.html")) == ["T3", "T2"]
    assert titles(site.output("tags/x/page/3/index.html")) == ["T1"]
    assert "tags/x/page/4/index.html" not in site.files
    assert not list(broken(site.files, "https://example.org"))


def test_the_moment_decides(site: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's article is there in the site's zone though the day has not begun in UTC, and waits
    where it has not begun in the site's (Jekyll #3998).
    """
    site.article("a.md", title="T1", date="2026-03-07")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772838000")  # 2026-03-06 23:00 UTC
    site.build()
    assert "2026/03/07/t1/index.html" not in site.files
    config(site, 'timezone = "Europe/Paris"\n')
    site.build()
    assert "2026/03/07/t1/index.html" in site.files


def test_expired_at_the_instant(site: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article is gone from the instant that `expires` names, not a second before."""
    site.article("a.md", title="T1", expires="2026-03-06 12:00")
    site.build()
    assert "2026/03/05/t1/index.html" not in site.files
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772798399")
    site.build()
    assert "2026/03/05/t1/index.html" in site.files


def test_aliases_lead_on(site: Folder) -> None:
    """An old address leads to the article, also below a path, and tells search engines."""
    text = (site.root / "sitegen.toml").read_text("utf-8")
    site.write("sitegen.toml", text.replace("example.org", "example.org/news"))
    site.article("a.md", title="T1", aliases="[/old/, /2001/story.html]")
    site.build()
    for name in ("old/index.html", "2001/story.html"):
        html = site.output(name)
        assert 'content="0; url=/news/2026/03/05/t1/"' in html
        assert '<link rel="canonical" href="https://example.org/news/2026/03/05/t1/">' in html


def test_an_empty_digest(site: Folder) -> None:
    """Nothing published is a site too."""
    site.build("--strict")
    assert "index.html" in site.files
    assert not list(broken(site.files, "https://example.org"))


LONG = "One sentence that goes on for a while, as leads do. " * 12


@pytest.mark.parametrize(
    ("summary", "lead", "twice"),
    [
        ("", "The lead.", False),
        ("The lead.", "The lead.", False),
        ('"Yes," she said.', '"Yes," she said.', False),
        ("The lead.", "The lead. And more of it.", False),
        ("", LONG, False),
        ("Another thing.", "The lead.", True),
    ],
)
def test_a_summary_is_shown_once(summary: str, lead: str, twice: bool, site: Folder) -> None:
    """A summary that is the beginning of the text is not put above it."""
    fields = {"summary": f"'{summary}'"} if summary else {}
    site.article("a.md", f"{lead}\n\nMore.\n", title="T1", **fields)
    site.build()
    assert ('class="standfirst"' in site.output("2026/03/05/t1/index.html")) == twice


def test_a_long_lead_is_cut_at_a_sentence(site: Folder) -> None:
    """A summary made from the first paragraph ends where a sentence does."""
    site.article("a.md", LONG, title="T1")
    site.build()
    described = re.search(r"<description>(One[^<]*)</description>", site.output("feed.xml"))
    assert described
    assert 100 < len(described[1]) <= 300
    assert described[1].endswith("do.")


def test_static_files_are_copied(site: Folder) -> None:
    """To the byte, in their folders; hidden ones stay behind, but for what RFC 8615 asks for."""
    site.write("static/a/b.bin", bytes(range(256)))
    for name in (".secret", ".git/config", "a/.well-known/a", ".well-known/.secret"):
        site.write(f"static/{name}", "x")
    site.write("static/.well-known/security.txt", "Contact: mailto:desk@example.org")
    site.build()
    assert site.files["a/b.bin"] == bytes(range(256))
    assert site.files[".well-known/security.txt"].startswith(b"Contact")
    assert not site.files.keys() & {"a/.well-known/a", ".git/config"}
    assert not list((site.root / "output").rglob(".secret"))
    (site.root / "static/.well-known/security.txt").unlink()
    site.build()
    assert not (site.root / "output/.well-known").exists()


def test_links_out_of_the_project(site: Folder) -> None:
    """Promise 31: symbolic links that leave the project are never followed."""
    secret = site.root.parent / "secret.txt"
    secret.write_text("canary", "utf-8")
    (site.root / "static").mkdir()
    for place in ("static/a.txt", "themes/digest/assets/a.txt", "content/a.md"):
        link = site.root / place
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(secret)
        result = site.run("build")
        assert not any(b"canary" in data for data in site.files.values())
        assert place.split("/")[-1] in result.output
        assert "symbolic link" in result.output
        link.unlink()
    folder = site.root / "themes/digest/templates"
    folder.parent.mkdir(exist_ok=True)
    folder.symlink_to(site.root.parent)
    site.run("build")
    assert not any(b"canary" in data for data in site.files.values())

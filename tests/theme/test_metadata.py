"""What pages tell programs: shares, search engines, phones. All that they name is there."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sitegen.build import Choice, State, build
from tests.images import jpeg, opened

BASE = "https://digest.example/paper/"
CONFIG = f'[site]\ntitle = "The Digest"\nurl = "{BASE}"\n[theme]\nname = "THEME"\n'
ARTICLES = {
    "pictured": "title: Wall\ndate: 2026-05-01\nimage: {src: wall.jpg, alt: The wall, credit: Ann}",
    "bare": "title: Bread & “salt”\ndate: 2026-05-02T09:00\nupdated: 2026-05-03\ntags: [Food]",
    "arabic": "title: افتتاح جدار الميناء\ndate: 2026-05-02\nlanguage: ar",
    "elsewhere": "title: Far\ndate: 2026-04-02\nimage: {src: 'https://example.net/a.jpg'}",
}


class Head(HTMLParser):
    """The metadata of a page, its links and its images."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.images: list[dict[str, str]] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.metas[given.get("property") or given.get("name", "")] = given.get("content", "")
        if tag == "link":
            self.links[f"{given['rel']} {given.get('sizes', '')}".strip()] = given["href"]
        if tag == "img":
            self.images.append(given)


def made(root: Path, theme: str) -> Path:
    (root / "content").mkdir(parents=True)
    (root / "sitegen.toml").write_text(CONFIG.replace("THEME", theme), "utf-8")
    (root / "content/wall.jpg").write_bytes(jpeg(1500, 1000))
    for name, head in ARTICLES.items():
        text = f"---\nid: {name}\nslug: {name}\n{head}\n---\nThe text.\n"
        (root / f"content/{name}.md").write_text(text, "utf-8")
    build(State(root, jobs=1), Choice(datetime(2026, 5, 4, tzinfo=UTC)))
    return root / "output"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("metadata") / "site", "digest")


def local(output: Path, url: str) -> Path:
    """The file that answers a whole URL, or a link."""
    return output / re.sub(f"^({BASE}|/paper/)", "", url)


PAGES = (
    ("2026/05/01/pictured/", "The wall", (1200, 800), "jpeg"),
    ("2026/05/02/bare/", "Bread & “salt”", (1200, 630), "png"),
    ("2026/05/02/arabic/", "افتتاح جدار الميناء", (1200, 630), "png"),
    ("", "The Digest", (1200, 630), "png"),
    ("tags/", "The Digest", (1200, 630), "png"),
)


@pytest.mark.parametrize(("page", "alt", "size", "kind"), PAGES)
def test_what_shares_show(
    output: Path, page: str, alt: str, size: tuple[int, int], kind: str
) -> None:
    """A picture that is there, of the size and kind that are told, under a whole URL."""
    metas = Head(output / page / "index.html").metas
    assert metas["og:image"].startswith(f"{BASE}pictures/")
    picture = opened(local(output, metas["og:image"]).read_bytes())
    assert picture.size == size == (int(metas["og:image:width"]), int(metas["og:image:height"]))
    assert metas["og:image:type"] == f"image/{kind}" == f"image/{picture.format}".lower()
    assert metas["og:image:alt"] == alt
    assert metas["twitter:card"] == "summary_large_image"
    assert metas["og:url"] == BASE + page


def test_a_picture_elsewhere_is_shared_as_it_is(output: Path) -> None:
    """Nobody knows its size, and none is told."""
    metas = Head(output / "2026/04/02/elsewhere/index.html").metas
    assert metas["og:image"] == "https://example.net/a.jpg"
    assert "og:image:width" not in metas


def test_what_search_engines_read(output: Path) -> None:
    text = (output / "2026/05/02/bare/index.html").read_text("utf-8")
    facts = json.loads(text.partition("ld+json")[2].partition(">")[2].partition("</script>")[0])
    assert facts["datePublished"].startswith("2026-05-02T09:00")
    assert facts["dateModified"] == "2026-05-03"
    for url in (*facts["image"], facts["publisher"]["logo"]["url"]):
        assert opened(local(output, url).read_bytes()).width >= 512
    metas = Head(output / "2026/05/02/bare/index.html").metas
    assert metas["article:published_time"] == facts["datePublished"]
    assert metas["article:modified_time"] == facts["dateModified"]
    assert metas["article:tag"] == "Food"


def test_icons(output: Path) -> None:
    """Of every kind that is asked for, each in the size that it says."""
    links = Head(output / "index.html").links
    icon = opened(local(output, links["icon 32x32"]).read_bytes())
    assert (icon.format, icon.size) == ("ICO", (32, 32))
    assert local(output, links["icon"]).read_bytes().startswith(b"<svg")
    assert opened(local(output, links["apple-touch-icon"]).read_bytes()).size == (180, 180)
    manifest = json.loads(local(output, links["manifest"]).read_text("utf-8"))
    assert manifest["name"] == "The Digest"
    assert manifest["start_url"] == manifest["scope"] == "/paper/"
    for one in manifest["icons"]:
        data = local(output, one["src"]).read_bytes()
        if one["sizes"] != "any":
            assert "x".join(map(str, opened(data).size)) == one["sizes"]


def test_pictures_keep_their_place(output: Path) -> None:
    """Each has its size in the page, and only the first does not wait."""
    (hero,) = Head(output / "2026/05/01/pictured/index.html").images
    assert (hero["width"], hero["height"]) == ("1200", "800")
    assert hero["fetchpriority"] == "high"
    for image in Head(output / "2026/05/01/index.html").images:
        assert image["width"]
        assert ("fetchpriority" in image) != ("loading" in image)


def test_text_alone_leads_to_the_picture(tmp_path: Path) -> None:
    """`wire` shows none, draws no cards, and links to it."""
    output = made(tmp_path / "site", "wire")
    text = (output / "2026/05/01/pictured/index.html").read_text("utf-8")
    assert "<img" not in text
    found = re.search(r'href="(/paper/pictures/[^"]*)"', text)
    assert found
    assert local(output, found[1]).is_file()
    assert not list(output.glob("pictures/*.png"))
    assert not (output / "site.webmanifest").exists()

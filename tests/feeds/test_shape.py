"""What a strict validator looks at: which elements and attributes there are, how often, in which
order, and what they hold. Rules 1 to 14 as the W3C's validator and the specifications have them.

Source: https://validator.w3.org/feed/docs/, https://www.jsonfeed.org/version/1.1/
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

import msgspec
import pytest
from msgspec import Struct

from tests.conftest import SITE, Folder
from tests.feeds.reading import NAMES, SPACES, Element
from tests.hostile import PAYLOADS
from tests.images import png

_URL: Final = r"https?://[A-Za-z0-9.-]+(:\d+)?(/[!-~]*)?"
_MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"
_MAIL_MOMENT: Final = (
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d\d[03]0"
)
_TEXT: Final = r"(?s)\S.*"
_NUMBER: Final = r"[1-9]\d*"
_KIND: Final = r"image/[a-z+.-]+"
_LANGUAGE: Final = r"[a-z]{2,3}(-[A-Za-z0-9]+)*"
_RELATIONS: Final = {"self", "alternate", "hub", "current", "prev-archive", "next-archive"}


class Shape(Struct):
    """An element: how often it is there, and a pattern for its text and each attribute."""

    least: int
    most: int
    text: str = ""
    attributes: Mapping[str, str] = {}
    """A name that ends in `?` need not be there."""
    children: "Mapping[str, Shape]" = {}
    ordered: bool = False
    """Whether the children are in the order of their shapes."""
    last: str = ""
    """The children that no others may follow."""


_MEDIA: Final = Shape(
    0,
    1,
    attributes={
        "url": _URL,
        "medium": "image",
        "type?": _KIND,
        "fileSize?": _NUMBER,
        "width?": _NUMBER,
        "height?": _NUMBER,
    },
    children={"media:description": Shape(0, 1, _TEXT, {"type": "plain"})},
)
_LINKS: Final = Shape(
    1, 9, attributes={"href": _URL, "rel?": "|".join(_RELATIONS), "type?": r"[a-z]+/[a-z+]+"}
)
_SHAPES: Final = {
    "rss": Shape(
        1,
        1,
        attributes={"version": r"2\.0"},
        children={
            "channel": Shape(
                1,
                1,
                last="item",
                children={
                    "title": Shape(1, 1, _TEXT),
                    "link": Shape(1, 1, _URL),
                    "description": Shape(1, 1, _TEXT),
                    "docs": Shape(0, 1, _URL),
                    "generator": Shape(1, 1, "sitegen"),
                    "language": Shape(1, 1, _LANGUAGE),
                    "lastBuildDate": Shape(1, 1, _MAIL_MOMENT),
                    "atom:link": _LINKS,
                    "fh:archive": Shape(0, 1),
                    "item": Shape(
                        0,
                        99,
                        children={
                            "title": Shape(1, 1, _TEXT),
                            "link": Shape(1, 1, _URL),
                            "description": Shape(1, 1, _TEXT),
                            "content:encoded": Shape(0, 1, _TEXT),
                            "guid": Shape(1, 1, r"\S+", {"isPermaLink": "false"}),
                            "category": Shape(0, 9, _TEXT),
                            "enclosure": Shape(
                                0, 1, attributes={"url": _URL, "length": _NUMBER, "type": _KIND}
                            ),
                            "pubDate": Shape(1, 1, _MAIL_MOMENT),
                            "dc:creator": Shape(0, 9, _TEXT),
                            "dc:language": Shape(0, 1, _LANGUAGE),
                            "media:content": _MEDIA,
                        },
                        ordered=True,
                    ),
                },
            )
        },
    ),
    "atom": Shape(
        1,
        1,
        last="atom:entry",
        attributes={"xml:lang": _LANGUAGE},
        children={
            "atom:id": Shape(1, 1, _URL),
            "atom:title": Shape(1, 1, _TEXT),
            "atom:updated": Shape(1, 1, _MOMENT),
            "atom:author": Shape(1, 1, children={"atom:name": Shape(1, 1, _TEXT)}),
            "atom:generator": Shape(1, 1, "sitegen", {"uri?": _URL, "version?": _TEXT}),
            "atom:subtitle": Shape(1, 1, _TEXT),
            "atom:link": _LINKS,
            "fh:archive": Shape(0, 1),
            "atom:entry": Shape(
                0,
                99,
                attributes={"xml:lang?": _LANGUAGE},
                children={
                    "atom:id": Shape(1, 1, r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+"),
                    "atom:title": Shape(1, 1, _TEXT),
                    "atom:published": Shape(1, 1, _MOMENT),
                    "atom:updated": Shape(1, 1, _MOMENT),
                    "atom:author": Shape(0, 9, children={"atom:name": Shape(1, 1, _TEXT)}),
                    "atom:category": Shape(0, 9, attributes={"term": _TEXT, "label": _TEXT}),
                    "atom:summary": Shape(1, 1, _TEXT, {"type?": "text"}),
                    "atom:content": Shape(0, 1, _TEXT, {"type": "html"}),
                    "atom:link": Shape(
                        1,
                        2,
                        attributes={
                            "href": _URL,
                            "rel?": "alternate|enclosure",
                            "type?": _KIND,
                            "length?": _NUMBER,
                        },
                    ),
                    "media:content": _MEDIA,
                },
            ),
        },
    ),
}


class Author(Struct, forbid_unknown_fields=True):
    """Of JSON Feed."""

    name: str


class Attachment(Struct, forbid_unknown_fields=True):
    """Of JSON Feed."""

    url: str
    mime_type: str
    size_in_bytes: int


class Hub(Struct, forbid_unknown_fields=True):
    """Of JSON Feed."""

    type: str
    url: str


class JsonItem(Struct, forbid_unknown_fields=True):
    """Of JSON Feed."""

    id: str
    url: str
    title: str
    summary: str
    date_published: str
    content_html: str = ""
    content_text: str = ""
    date_modified: str = "2026-01-01T00:00:00+00:00"
    authors: list[Author] = []
    tags: list[str] = []
    language: str = "en"
    image: str = "https://a.b/"
    attachments: list[Attachment] = []


class JsonFeed(Struct, forbid_unknown_fields=True):
    """JSON Feed 1.1: fields that it does not name are faults, as they would be misspelled ones."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    description: str
    language: str
    authors: list[Author]
    items: list[JsonItem]
    hubs: list[Hub] = []


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A site with a hub, an archive, and everything in its articles that is odd."""
    folder = Folder(tmp_path_factory.mktemp("odd"))
    feeds = '[feeds]\nitems = 9\nhub = "https://hub.example/?a=1&b=2"\n'
    folder.write("sitegen.toml", f'{SITE}timezone = "Asia/Kathmandu"\n{feeds}')
    folder.write("static/wall ü.png", png())
    folder.write("content/p.png", png())
    for number, payload in enumerate(PAYLOADS):
        text = "'" + payload.replace("'", "''").replace("\n", " ") + "'"
        fields = {"title": text, "summary": text, "authors": f"[{text}]", "tags": f"[{text}]"}
        fields["image"] = f"{{src: '/wall ü.png', alt: {text}}}"
        fields["source"] = f"{{name: {text}}}"
        day = f"2026-02-{number % 28 + 1:02}"
        folder.article(
            f"{number}.md", f"![{payload}](p.png)\n", **fields, slug=f"s{number}", date=day
        )
    body = "![](p.png)[^1]\n\n> A post.\n>\n> — Ann (@ann)\n\n[x](?q=a) [y](../é)\n\n[^1]: Note.\n"
    zones = {"date": "2026-03-05T06:00:00+13:45", "updated": "2026-03-06T01:00:00-03:30"}
    folder.article(
        "long.md", body, title="渡🎉ع" * 100, language="ar", tags="[港口, Élan]", **zones
    )
    far = "{src: 'https://c.d/e%20f.png?x=1&y=2', alt: x}"
    folder.article("far.md", "", title="Far", image=far, id="'tag:a.b,2026:x'")
    folder.article("old.md", title="Old", date="1000-01-01", id="http://a.b/é", tags="[C#, C++]")
    folder.build()
    return folder


def _named(name: str) -> str:
    for prefix, space in {**SPACES, "xml": "http://www.w3.org/XML/1998/namespace"}.items():
        name = name.replace(f"{{{space}}}", f"{prefix}:")
    return name


def _faults(element: Element, shape: Shape, place: str) -> Iterator[str]:
    """What is not as the shape has it."""
    own = element.text or ""
    if not re.fullmatch(shape.text, own if shape.text else own.strip()):
        yield f"{place}: {own!r}"
    given = {_named(name): value for name, value in element.attrib.items()}
    for name, pattern in shape.attributes.items():
        value = given.pop(name.rstrip("?"), None)
        if value is None and not name.endswith("?"):
            yield f"{place}: no {name}"
        if value is not None and not re.fullmatch(pattern, value):
            yield f"{place}: {name}={value!r}"
    yield from (f"{place}: {name}?" for name in given)
    names = [_named(child.tag) for child in element]
    counts = Counter(names)
    for name, child in shape.children.items():
        if not child.least <= counts.pop(name, 0) <= child.most:
            yield f"{place}: {names.count(name)} {name}"
    yield from (f"{place}: {name}?" for name in counts)
    known = list(shape.children)
    for one, name in zip(element, names, strict=True):
        if name in shape.children:
            yield from _faults(one, shape.children[name], f"{place}/{name}")
        if (one.tail or "").strip():
            yield f"{place}: {one.tail!r}"
    if shape.last in names and {*names[names.index(shape.last) :]} != {shape.last}:
        yield f"{place}: {names}"
    order = [known.index(name) for name in names if name in known]
    if shape.ordered and order != sorted(order):
        yield f"{place}: {names}"


def _feeds(folder: Folder, form: str) -> dict[str, bytes]:
    stem, _, end = NAMES[form].partition(".")
    name = re.compile(rf"(.*/)?{stem}(-\d+)?\.{end}")
    return {path: data for path, data in folder.files.items() if name.fullmatch(path)}


def test_shape(odd: Folder, form: str) -> None:
    """Nothing is there that a format does not know, and everything that it demands."""
    feeds = _feeds(odd, form)
    assert len(feeds) > len(PAYLOADS)
    for path, data in feeds.items():
        if form == "json":
            feed = msgspec.json.decode(data, type=JsonFeed, strict=True)
            urls = [feed.home_page_url, feed.feed_url, *(hub.url for hub in feed.hubs)]
            for item in feed.items:
                urls += [item.url, item.image, *(one.url for one in item.attachments)]
                assert re.fullmatch(_MOMENT, item.date_published)
                assert re.fullmatch(_MOMENT, item.date_modified)
                assert re.fullmatch(_LANGUAGE, item.language)
            assert all(re.fullmatch(_URL, url) for url in urls)
        else:
            faults = list(_faults(ElementTree.fromstring(data), _SHAPES[form], path))
            assert not faults, faults[:3]


def test_the_shape_finds_faults(odd: Folder) -> None:
    """The test above is worth something: what is put in wrongly is found."""
    text = odd.output("feed.xml")
    for old, new in (
        ("<guid ", '<guid x="" '),
        ("<pubDate>", "<pubDate>x"),
        ("</item>", "<more/></item>"),
        ("<generator>", "</title><generator>".replace("</title>", "<title>Two</title>")),
        ("<enclosure url=", "<enclosure href="),
    ):
        assert old in text
        wrong = ElementTree.fromstring(text.replace(old, new, 1))
        assert list(_faults(wrong, _SHAPES["rss"], "feed"))


def test_ids_and_own_links(odd: Folder, form: str) -> None:
    """No id twice in a document, no two links of a kind; each document names itself."""
    for path, data in _feeds(odd, form).items():
        if form == "json":
            feed = msgspec.json.decode(data, type=JsonFeed)
            ids, own = [item.id for item in feed.items], feed.feed_url
        else:
            root = ElementTree.fromstring(data)
            tag = {"rss": "guid", "atom": "atom:entry/atom:id"}[form]
            ids = [one.text or "" for one in root.findall(f".//{tag}", SPACES)]
            parent = root if form == "atom" else root[0]
            links = [one.attrib for one in parent.findall("atom:link", SPACES)]
            (own,) = [one["href"] for one in links if one["rel"] == "self"]
            assert max(Counter(one["rel"] for one in links).values()) == 1
        assert len(set(ids)) == len(ids)
        assert urlsplit(own).path.isascii()
        assert own.endswith(path.rpartition("/")[2])

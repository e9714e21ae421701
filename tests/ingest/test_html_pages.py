"""Saved web pages: what each field is taken from, and what of a page is the article."""

# ruff: noqa: E501 - pages are written as they come.

import json
from datetime import UTC

import pytest

from sitegen.ingest import html
from sitegen.ingest.decode import decode
from sitegen.ingest.seed import Found, Seed
from sitegen.problems import SitegenError

PARAGRAPHS = (
    "The harbour board of Lower Quay voted on Tuesday to keep the old ferry for another year.",
    "Repairs to the hull will cost less than a new boat, the board's chair told the meeting, and "
    "they can be done before the season begins.",
    "Passengers had asked for a second crossing on Sunday mornings; the board will decide in June.",
    "The ferry has linked the two quays since 1911, longer than any bridge in the county.",
)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(
    body: str = TEXT, head: str = "", heading: str = "<h1>Ferry stays another year</h1>"
) -> Seed:
    text = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">{head}</head><body>
    <nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
    <article>{heading}{body}</article>
    <footer><p>All rights reserved by the Quay Courier. Contact the newsroom for permissions.</p></footer>
    </body></html>"""
    return decode("page.html", text.encode(), UTC)


def found(
    body: str = TEXT, head: str = "", heading: str = "<h1>Ferry stays another year</h1>"
) -> Found:
    seed = page(body, head, heading)
    assert html.recognises(seed)
    (one,) = html.read(seed)
    return one


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def test_the_article_is_found_among_the_furniture() -> None:
    assert found().body == "\n\n".join(PARAGRAPHS)
    assert found().text == "\n\n".join(PARAGRAPHS)
    assert found().language == "en-GB"


@pytest.mark.parametrize(
    "head",
    [
        "<title>Ferry stays another year | Quay Courier</title>"
        "<meta property=og:site_name content='Quay Courier'>",
        "<title>Quay Courier: Ferry stays another year</title>"
        "<meta property=og:site_name content='Quay Courier'>",
        "<title>Ferry stays another year - quaycourier.example</title>",
        "<meta property=og:title content='Ferry stays another year &amp;#8211; Quay Courier'>"
        "<meta property=og:site_name content='Quay Courier'>",
        ld('{"@type": "NewsArticle", "headline": "Ferry stays another year"}'),
        ld('<![CDATA[ [{"@type":"BreadcrumbList"}], {"@type":["NewsArticle"],'
           '"headline":"Ferry stays another year"} ]]>'),
        ld('{"@graph": [{"@type": "WebPage", "name": "x"}, {"@type": "Article",'
           '"headline": "Ferry stays another year"}]}'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", ["", "<h1>Ferry stays another year</h1>"])
def test_the_title_has_no_site_name(head: str, heading: str) -> None:
    assert found(head=head, heading=heading).title == "Ferry stays another year"


def test_a_kicker_is_not_part_of_the_title() -> None:
    head = "<meta property=og:title content='Ferry stays another year'>"
    heading = "<h1><span>Harbour</span> Ferry stays another year</h1>"
    assert found(head=head, heading=heading).title == "Ferry stays another year"


def test_what_readers_see_wins_over_what_search_engines_are_told() -> None:
    head = "<title>Best ferries 2026</title><meta property=og:title content='Our ferry tips'>"
    assert found(head=head).title == "Ferry stays another year"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (ld('{"@type":"NewsArticle","datePublished":"2026-03-03T23:30:00-05:00"}'), "",
         "2026-03-03T23:30:00-05:00"),
        ("<meta property=article:published_time content=2026-03-03T08:00:00+01:00>", "",
         "2026-03-03T08:00:00+01:00"),
        ("<meta name=date content=2026-03-03>", "", "2026-03-03"),
        ("<meta name=date content=2026-03-03T00:00:00Z>", "", "2026-03-03"),
        ("", "<time datetime='2026-03-03T08:00:00Z'>today</time>", "2026-03-03T08:00:00+00:00"),
        ("", "<p class=date>3 March 2026</p>", "2026-03-03"),
        ("", "<p>Updated <time datetime=2026-03-09>9 March</time></p>"
             "<time datetime=2026-03-03>3 March</time>", "2026-03-03"),
        ("<link rel=canonical href=https://quay.example/2026/03/03/ferry>", "", "2026-03-03"),
    ],
)  # fmt: skip
def test_the_date_keeps_its_zone(head: str, body: str, expected: str) -> None:
    moment = found(body + TEXT, head).date
    assert moment is not None
    assert moment.iso == expected


def test_a_later_change_is_the_update() -> None:
    head = ld('{"@type":"Article","datePublished":"2026-03-03T08:00:00Z",'
              '"dateModified":"2026-03-04T09:00:00Z"}')  # fmt: skip
    one = found(head=head)
    assert one.date is not None
    assert one.updated is not None
    assert (one.date.iso[:10], one.updated.iso[:10]) == ("2026-03-03", "2026-03-04")


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (ld('{"@type":"Article","author":{"@type":"Person","name":"By Anna Weir"}}'), "", ["Anna Weir"]),
        (ld('{"@type":"Article","author":[{"name":"Anna Weir"},{"name":"Bo Li"}]}'), "",
         ["Anna Weir", "Bo Li"]),
        (ld('{"@graph":[{"@type":"Article","author":{"@id":"#a"}},'
            '{"@id":"#a","@type":"Person","name":"Anna Weir"}]}'), "", ["Anna Weir"]),
        ("<meta name=author content='Anna Weir, Bo Li and Cy Orr'>", "",
         ["Anna Weir", "Bo Li", "Cy Orr"]),
        ("<meta name=author content='Quay Courier'><meta property=og:site_name content='Quay Courier'>",
         "<p class=byline>By Anna Weir | 3 March 2026</p>", ["Anna Weir"]),
        ("<meta property=article:author content=https://facebook.com/anna>",
         "<a rel=author href=/anna>Anna Weir</a>", ["Anna Weir"]),
        ("", "<span class=author>View all posts by Anna Weir</span>", ["Anna Weir"]),
        ("", "<div>Von Anna Weir (anna@quay.example)</div>", ["Anna Weir"]),
        ("<meta name=author content='anna_w'>", "", []),
        ("<meta name=author content='Staff Reporter'>", "", []),
    ],
)  # fmt: skip
def test_authors_are_people(head: str, body: str, expected: list[str]) -> None:
    assert list(found(body + TEXT, head).authors) == expected


def test_the_source_is_the_canonical_address_without_tracking() -> None:
    head = (
        "<meta property=og:site_name content='Quay Courier'>"
        "<link rel=canonical href='https://quay.example/ferry?utm_source=x&amp;id=4#top'>"
    )
    one = found(head=head)
    assert [(s.name, s.url) for s in one.sources] == [
        ("Quay Courier", "https://quay.example/ferry?id=4")
    ]
    assert one.key == "https://quay.example/ferry?id=4"


def test_a_front_page_is_no_article_s_address() -> None:
    head = (
        "<link rel=canonical href=https://quay.example/>"
        "<meta property=og:url content=https://quay.example/ferry>"
    )
    assert found(head=head).sources[0].url == "https://quay.example/ferry"


def test_a_saved_page_tells_where_it_was_saved_from() -> None:
    text = page().text.replace(
        "<html", "<!-- saved from url=(0026)https://quay.example/ferry -->\n<html"
    )
    (one,) = html.read(Seed("p.html", b"", text))
    assert one.sources[0].url == "https://quay.example/ferry"


def test_the_image_has_its_text_and_its_credit_and_is_not_repeated() -> None:
    head = "<meta property=og:image content=https://quay.example/img/old-ferry-1200x630.jpg>"
    figure = (
        "<figure><img src=/img/old-ferry-640x360.jpg alt='The ferry at low tide'>"
        "<figcaption>At the quay. <span class=credit>Photo: Cy Orr</span></figcaption></figure>"
    )
    one = found(f"<p>{PARAGRAPHS[0]}</p>{figure}{TEXT[len(PARAGRAPHS[0]) + 7 :]}", head)
    assert one.image is not None
    assert (one.image.alt, one.image.credit) == ("The ferry at low tide", "Cy Orr")
    assert "old-ferry" not in one.body
    assert "At the quay" not in one.body


def test_logos_are_no_images() -> None:
    assert (
        found(head="<meta property=og:image content=https://quay.example/logo.png>").image is None
    )


def test_keywords_are_tags_if_the_article_speaks_of_them() -> None:
    assert found(head="<meta name=keywords content='ferry, seo-slot-4, Lower Quay, web'>").tags == (
        "ferry", "Lower Quay",
    )  # fmt: skip
    assert found(head="<meta property=article:tag content=Transport>").tags == ("Transport",)


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>Follow us on Twitter</p>",
        "<div class=share-buttons><p>12 shares</p></div>",
        "<p>Ferry stays another year</p>",
        "<aside class=related><h3>More stories</h3><ul><li><a href=/b>Bridge of sighs</a></li></ul></aside>",
        "<figure><img src=x.jpg><figcaption>The hull in dry dock, seen from the east.</figcaption></figure>",
        "<p>Photo: Cy Orr/Quay Courier</p>",
    ],
)
def test_furniture_is_not_the_article(furniture: str) -> None:
    middle = f"<p>{PARAGRAPHS[0]}</p>{furniture}{TEXT[len(PARAGRAPHS[0]) + 7 :]}"
    assert found(middle).text == "\n\n".join(PARAGRAPHS)


def test_links_to_other_articles_at_the_end_are_cut_off() -> None:
    tail = "<h2>Read more</h2><p><a href=/a>Tide tables</a></p><p><a href=/b>Bridge closed</a></p>"
    assert found(TEXT + tail).text == "\n\n".join(PARAGRAPHS)


def test_what_belongs_to_the_article_stays_in_form() -> None:
    middle = (
        f"<p>{PARAGRAPHS[0]}</p><h2>What it costs</h2><ul><li>the hull: a third</li>"
        f"<li>the engine: the rest of the sum</li></ul><blockquote class=twitter-tweet><p>Good news!</p>"
        f"— Harbour Office (@harbour) <a href=https://twitter.com/harbour/status/1>March 3, 2026</a>"
        f"</blockquote>{TEXT[len(PARAGRAPHS[0]) + 7 :]}"
    )
    body = found(middle).body
    assert (
        "\n\n## What it costs\n\n- the hull: a third\n- the engine: the rest of the sum\n\n" in body
    )
    assert (
        "> — [Harbour Office (@harbour), March 3, 2026](https://twitter.com/harbour/status/1)"
        in body
    )


def test_a_lead_above_the_body_is_part_of_it() -> None:
    lead = "The old ferry of Lower Quay sails on: its hull is mended, and nobody buys a new boat this year."
    text = (
        f"<html><body><div class=head><h1>Ferry stays</h1><p class=lead>{lead}</p></div>"
        f"<div class=ad>x</div><div class=text>{TEXT}</div></body></html>"
    )
    (one,) = html.read(Seed("p.html", b"", text))
    assert one.text.startswith(lead)


def test_a_page_that_is_drawn_by_scripts_is_read_from_its_data() -> None:
    data = ld(json.dumps({"@type": "NewsArticle", "articleBody": "\n\n".join(PARAGRAPHS)}))
    text = f"<html><head>{data}</head><body><p>Please turn on scripts.</p></body></html>"
    (one,) = html.read(Seed("p.html", b"", text))
    assert one.text == "\n\n".join(PARAGRAPHS)


def test_a_page_without_an_article_is_refused() -> None:
    with pytest.raises(SitegenError, match="the page holds no article"):
        list(html.read(Seed("p.html", b"", "<html><body><p></p></body></html>")))


@pytest.mark.parametrize(
    ("text", "is_page"),
    [
        ("<!doctype html><p>x", True),
        ("<?xml version='1.0'?><html><p>x", True),
        ("<!-- saved -->\n<HTML><p>x", True),
        ("<article><p>x</p></article>", True),
        ("Plain words with a <p> in them.</p>", False),
        ("# Markdown\n\n<div>x</div>", False),
        ("<rss version='2.0'>", False),
        ("", False),
    ],
)
def test_pages_are_told_by_their_content(text: str, is_page: bool) -> None:
    assert html.recognises(Seed("seed", b"", text)) is is_page

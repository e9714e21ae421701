"""Which pages are rendered after each kind of edit: these, and no other."""

import pytest

from tests.build.project import TINY, Project, article

A, B, C, D = (
    f"2024/{path}/index.html"
    for path in ("03/01/first", "03/02/second", "03/02/third", "02/28/fourth")
)
"""The articles' pages: c is the newest, then b, a, d. d links to c."""
ARTICLES = {A, B, C, D}
CUBA, SPORT, MUSIC = ("tags/cuba", "tags/sport", "tags/music")
LISTS = {"index.html", "404.html"}
"""Show every article; the second by the site fact `recent`."""


@pytest.fixture
def built(project: Project) -> Project:
    """The small project, built."""
    project.build()
    return project


def of_tag(tag: str) -> set[str]:
    """A tag's page and feed."""
    return {f"{tag}/index.html", f"{tag}/feed.xml"}


def of_edition(day: str) -> set[str]:
    """An edition's page and its e-mail."""
    return {f"2024/{day}/{name}" for name in ("index.html", "email.html", "email.txt")}


def pages_of(kind: str, project: Project) -> set[str]:
    """Every page of a kind of file."""
    return {path for path in project.outputs() if path.endswith(kind)}


# promise 22


def test_nothing(built: Project) -> None:
    """Nothing changed: nothing is rendered."""
    pages, report = built.rendered()
    assert (pages, report.changed) == (set(), ())


def test_a_touched_file(built: Project) -> None:
    """A file that has another time and the same bytes renders nothing."""
    built.write("content/a.md", built.read("content/a.md"))
    pages, report = built.rendered()
    assert (pages, report.changed) == (set(), ())


def test_a_body(built: Project) -> None:
    """A body is shown by its page and by the feeds that hold it."""
    built.edit("content/a.md", "More of it.", "More and more.")
    pages, report = built.rendered()
    assert pages == {A, "feed.xml", f"{CUBA}/feed.xml"} == set(report.changed)


def test_a_body_where_feeds_hold_summaries(built: Project) -> None:
    """Feeds of summaries hold no bodies."""
    built.edit("sitegen.toml", "items = 5", 'items = 5\ncontent = "summary"')
    built.build()
    built.edit("content/a.md", "More of it.", "More and more.")
    assert built.rendered()[0] == {A}


def test_a_body_out_of_the_feed(built: Project) -> None:
    """A feed does not hold what is older than its last item."""
    built.edit("sitegen.toml", "items = 5", "items = 1")
    built.build()
    built.edit("content/a.md", "More of it.", "More and more.")
    assert built.rendered()[0] == {A}


def test_a_title(built: Project) -> None:
    """A headline is shown by its page, its neighbours, the lists and feeds that hold it."""
    built.edit("content/a.md", 'title: "First"', 'title: "Other"\nslug: first')
    pages, report = built.rendered()
    expected = {A, B, D} | LISTS | of_tag(CUBA)
    expected |= of_edition("03/01") | {"2024/03/index.html", "feed.xml"}
    assert pages == expected == set(report.changed)


def test_a_title_of_a_related_article(built: Project) -> None:
    """A headline is shown by the articles that are related to its own."""
    built.edit("content/d.md", 'title: "Fourth"', 'title: "Other"\nslug: fourth')
    pages = built.rendered()[0]
    # b has a tag in common with d; a is its neighbour.
    assert pages & ARTICLES == {A, B, D}


def test_a_tag_goes(built: Project) -> None:
    """A tag that an article loses renders those that it related it to."""
    built.edit("content/d.md", "tags: [Sport]", "tags: []")
    assert built.rendered()[0] & ARTICLES == {B, D}


def test_a_title_that_moves_the_page(built: Project) -> None:
    """A headline that gives another address moves the page, with every link to it."""
    built.edit("content/c.md", "Third", "Other")
    pages, report = built.rendered()
    moved = "2024/03/02/other/index.html"
    expected = {moved, B, D} | LISTS | of_tag(MUSIC)
    expected |= of_edition("03/02") | {"2024/03/index.html", "feed.xml", "sitemap.xml"}
    # The feed of `Sport` holds the body of d, which links to c.
    assert pages == expected | {f"{SPORT}/feed.xml"}
    assert set(report.changed) == pages | {C}
    assert report.removed == 1


def test_a_tag_comes(built: Project) -> None:
    """A tag that an article gains renders its page, the tag's pages and what shows its tags.

    The home page shows of an earlier edition headlines alone.
    """
    built.edit("content/a.md", "[Cuba]", "[Cuba, Music]")
    pages, report = built.rendered()
    expected = {A, "tags/index.html", "feed.xml", "404.html"} | of_edition("03/01")
    # c, of the same tag, is related to it now.
    assert pages == expected | of_tag(CUBA) | of_tag(MUSIC) | {C}
    assert set(report.changed) <= pages


def test_a_new_tag(built: Project) -> None:
    """A tag that is new adds its pages, and changes the sitemap."""
    built.edit("content/a.md", "[Cuba]", "[Cuba, New]")
    expected = {A, "tags/index.html", "feed.xml", "sitemap.xml", "404.html"} | of_edition("03/01")
    assert built.rendered()[0] == expected | of_tag(CUBA) | of_tag("tags/new")


def test_an_article_comes(built: Project) -> None:
    """A new article renders itself, its neighbours, the day, month and year, lists and feeds."""
    built.write("content/n.md", article("New", "2024-03-01T18:00", "Music", id="n"))
    pages, report = built.rendered()
    new = "2024/03/01/new/index.html"
    # a is its neighbour and of its day; b is its other neighbour; c, of the same tag, is related.
    expected = {new, A, B, C, "feed.xml", "sitemap.xml", "tags/index.html"} | LISTS | of_tag(MUSIC)
    expected |= of_edition("03/01") | {"2024/03/index.html", "2024/index.html"}
    # They name the days, months and years beside them with their counts.
    expected |= {"2024/03/02/index.html", "2024/02/28/index.html", "2024/02/index.html"}
    assert pages == expected | {"archive/index.html"}
    assert new in report.changed


def test_an_edition_that_grows(built: Project) -> None:
    """The calendars of its month tell which days have an edition, not how much it holds."""
    built.write("content/n.md", article("New", "2024-03-04", "Music", id="n"))
    built.build()
    built.write("content/o.md", article("Newer", "2024-03-04T18:00", "Music", id="o"))
    rendered = built.rendered()[0]
    # 03/02 is the neighbour.
    assert {"2024/03/02/index.html"} | of_edition("03/04") <= rendered
    assert not of_edition("03/01") & rendered


def test_a_new_edition(built: Project) -> None:
    """A day that had none renders the calendars of its month, and no e-mail but its own."""
    built.write("content/n.md", article("New", "2024-03-04", "Music", id="n"))
    rendered = built.rendered()[0]
    assert of_edition("03/04") | {"2024/03/01/index.html", "2024/03/02/index.html"} <= rendered
    assert "2024/02/28/index.html" not in rendered
    assert {path for path in rendered if "/email." in path} < of_edition("03/04")


def test_a_story(built: Project) -> None:
    """An article that joins a story renders its page and its edition, nothing of another day."""
    built.edit("content/b.md", "id: b", "id: b\nstory: flood")
    built.build()
    built.edit("content/c.md", "id: c", "id: c\nstory: flood")
    rendered = built.rendered()[0]
    assert of_edition("03/02") | {"index.html", C} <= rendered
    assert not of_edition("03/01") & rendered
    assert not {A, B, D} & rendered


def test_how_much_is_shown_in_full(built: Project) -> None:
    """An edition that the limit does not touch is not rendered; one that it cuts is."""
    built.edit("sitegen.toml", "full = 3", "full = 2")
    assert built.rendered()[0] == set()
    built.edit("sitegen.toml", "full = 2", "full = 1")
    assert built.rendered()[0] == of_edition("03/02") | {"index.html"}


def test_no_e_mails(built: Project) -> None:
    """Without e-mails, those of before go, and the editions lose their links."""
    built.edit("sitegen.toml", "full = 3", "full = 3\nemail = false")
    pages, report = built.rendered()
    assert pages == {f"2024/{day}/index.html" for day in ("02/28", "03/01", "03/02")}
    assert report.removed == 6


def test_an_article_goes(built: Project) -> None:
    """An article that goes renders what it leaves behind, and nothing else."""
    built.write("content/n.md", article("New", "2024-03-01T18:00", "Music", id="n"))
    built.build()
    built.remove("content/n.md")
    pages, report = built.rendered()
    expected = {A, B, C, "feed.xml", "sitemap.xml", "tags/index.html"} | LISTS | of_tag(MUSIC)
    expected |= of_edition("03/01") | {"2024/03/index.html", "2024/index.html"}
    expected |= {"2024/03/02/index.html", "2024/02/28/index.html", "2024/02/index.html"}
    assert pages == expected | {"archive/index.html"}
    assert "2024/03/01/new/index.html" in report.changed


def test_a_draft(built: Project) -> None:
    """A draft that is edited renders nothing."""
    built.write("content/n.md", article("New", "2024-03-01", "Music", id="n", draft="true"))
    assert built.rendered()[0] == set()
    built.edit("content/n.md", "More", "Less")
    assert built.rendered()[0] == set()


def test_an_alias(built: Project) -> None:
    """An alias adds its page; of the article's own only what shows its card."""
    built.edit("content/a.md", "id: a", "id: a\naliases: [/old/]")
    pages, report = built.rendered()
    assert "old/index.html" in pages
    assert set(report.changed) == {"old/index.html", "_redirects"}


def test_a_template(built: Project) -> None:
    """A template renders the pages that are made with it."""
    built.edit(
        "themes/tiny/templates/edition.html", "{{ edition.day|date }}", "{{ edition.day|date }}!"
    )
    pages, report = built.rendered()
    editions = {f"2024/{day}/index.html" for day in ("02/28", "03/01", "03/02")}
    assert pages == editions == set(report.changed)


def test_an_extended_template(built: Project) -> None:
    """A template that others extend renders theirs."""
    built.edit("themes/tiny/templates/base.html", "<title>", "<title>!")
    tags = {f"{tag}/index.html" for tag in (CUBA, SPORT, MUSIC)}
    assert built.rendered()[0] == ARTICLES | tags | {"index.html"}


def test_an_imported_template(built: Project) -> None:
    """A template that others import renders theirs."""
    built.edit("themes/tiny/templates/partials/show.html", "<li>", "<li>!")
    tags = {f"{tag}/index.html" for tag in (CUBA, SPORT, MUSIC)}
    assert built.rendered()[0] == tags | {"index.html"}


def test_a_template_that_comes(built: Project) -> None:
    """A template that was asked for and missing renders who asked; one nobody asked for, none."""
    built.write("themes/tiny/templates/nobody.html", "x")
    assert built.rendered()[0] == set()
    built.write("themes/tiny/templates/missing.html", "x")
    tags = {f"{tag}/index.html" for tag in (CUBA, SPORT, MUSIC)}
    assert built.rendered()[0] == ARTICLES | tags | {"index.html"}


def test_an_override(built: Project) -> None:
    """A theme that overrides one template renders the pages that are made with it."""
    built.write("themes/own/theme.toml", 'extends = "tiny"')
    built.edit("sitegen.toml", 'name = "tiny"', 'name = "own"')
    assert built.rendered()[0] == set()
    built.write("themes/own/templates/year.html", "{% extends 'year.html' %}")
    assert built.rendered()[0] == {"2024/index.html"}


def test_an_asset(built: Project) -> None:
    """An asset renders the pages that name it, or a style sheet that does."""
    built.write("themes/tiny/assets/dot.svg", "<svg>!</svg>")
    pages, report = built.rendered()
    tags = {f"{tag}/index.html" for tag in (CUBA, SPORT, MUSIC)}
    assert pages == ARTICLES | tags | {"index.html"}
    assert len([path for path in report.changed if path.startswith("assets/")]) == 4
    built.write("themes/tiny/assets/unused.txt", "x")
    assert built.rendered()[0] == set()


def test_words(built: Project) -> None:
    """Messages render the pages that say something, in the site's language alone."""
    built.write("themes/tiny/messages/de.toml", 'home = "Heim"')
    assert built.rendered()[0] == set()
    built.write("themes/tiny/messages/en.toml", TINY["messages/en.toml"].replace("Home", "House"))
    pages, report = built.rendered()
    assert pages >= ARTICLES
    assert not pages & {"404.html", "tags/index.html", "feed.xml", "2024/index.html"}
    assert set(report.changed) < pages


def test_a_static_file(built: Project) -> None:
    """A static file is copied; nothing is rendered."""
    built.write("static/CNAME", "example.com\n")
    pages, report = built.rendered()
    assert (pages, report.changed, report.written) == (set(), ("CNAME",), 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"All of it"', '"Half of it"', {"index.html"}),
        ('timezone = "Europe/Paris"', 'timezone = "Europe/Paris"\nauthor = "Me"', set()),
        ("items = 5", "items = 6", set()),
        ("items = 5", "items = 3", {"feed.xml"}),
        ("[feeds]", '[tags]\nabout = {Music = "Tunes."}\n[feeds]', {f"{MUSIC}/index.html"}),
    ],
)
def test_a_setting(built: Project, old: str, new: str, expected: set[str]) -> None:
    """A setting renders the pages that read it."""
    built.edit("sitegen.toml", old, new)
    assert built.rendered()[0] == expected


def test_the_page_size(built: Project) -> None:
    """Lists that are cut otherwise are rendered; articles are not even read again."""
    built.edit("sitegen.toml", "page_size = 5", "page_size = 3")
    assert built.rendered()[0] == set()
    built.edit("sitegen.toml", "page_size = 3", "page_size = 1")
    assert built.rendered()[0] == {
        *("tags/cuba/index.html", "tags/cuba/page/2/index.html"),
        *("tags/sport/index.html", "tags/sport/page/2/index.html"),
    }

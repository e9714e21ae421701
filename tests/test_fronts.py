"""What an edition shows: weight, stories, and how much; home, gaps and weeks."""

import re
from datetime import date
from html import escape

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sitegen.article import Image, Source
from sitegen.cards import Card
from sitegen.dates import Moment, of_day
from sitegen.digests import of_text
from sitegen.fronts import MAIL, Front, Item, by_weight, for_mail, front, size_in_html, weight
from sitegen.site import Edition
from tests.conftest import Folder

DAY = date(2026, 3, 5)


def moment() -> Moment:
    """The day of every article here."""
    from datetime import UTC

    return of_day(DAY, UTC)


def card(number: int, **fields: object) -> Card:
    """An article that weighs 1."""
    plain = Card(
        id=f"a{number}",
        path=f"a{number}.md",
        address=f"/2026/03/05/a{number}/",
        url=f"/2026/03/05/a{number}/",
        title=f"T{number}",
        summary="",
        date=moment(),
        updated=None,
        tags=(),
        sources=(),
        authors=(),
        language="en",
        image=None,
        minutes=1,
        draft=False,
        expires=None,
        aliases=(),
        story="",
        extra={},
        sketch=b"",
    )
    made = structs.replace(plain, **fields)
    return structs.replace(made, digest=of_text(repr(made)))


def edition(*cards: Card) -> Edition:
    """The edition of some articles."""
    return Edition(DAY, "/2026/03/05/", "/2026/03/05/", cards)


def shown(items: tuple[Item, ...]) -> list[list[str]]:
    """The titles of each item."""
    return [[one.title for one in (item.card, *item.others)] for item in items]


IMAGE = Image("/a.jpg", "A", "")


def test_what_weighs() -> None:
    """The editor's word above all, then a picture, a summary, and length up to a limit."""
    assert weight(card(1)) == 1
    assert weight(card(1, minutes=60)) < weight(card(1, image=IMAGE))
    assert weight(card(1, summary="S")) == weight(card(1, minutes=3))
    lead = weight(card(1, extra={"lead": True}))
    assert lead > weight(card(1, image=IMAGE, summary="S", minutes=60)) + 25
    assert weight(card(1, extra={"lead": False, "other": 9})) == 1


def test_ties_keep_the_order() -> None:
    """Of what weighs the same, what came first stays first."""
    cards = [card(number) for number in range(5)]
    assert shown(by_weight(cards)) == [["T0"], ["T1"], ["T2"], ["T3"], ["T4"]]


def test_a_story_is_one() -> None:
    """The weightiest of a story stands for it; each further source adds to it."""
    sources = [(Source(name, ""),) for name in ("Gazette", "Courier", "Gazette")]
    cards = (
        card(0, minutes=5),
        card(1, story="flood", sources=sources[0]),
        card(2, story="flood", sources=sources[1], summary="S"),
        card(3, story="flood", sources=sources[2]),
        card(4, story="match"),
    )
    items = by_weight(cards)
    assert shown(items) == [["T2", "T1", "T3"], ["T0"], ["T4"]]
    assert [item.weight for item in items] == [3 + 5, 5, 1]


def test_a_story_of_many_sources_does_not_pass_the_editors_choice() -> None:
    many = [card(n, story="s", image=IMAGE, sources=(Source(f"N{n}", ""),)) for n in range(50)]
    assert by_weight([*many, card(99, extra={"lead": True})])[0].card.title == "T99"


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "", "a", "b"]), st.integers(1, 9), st.booleans()), min_size=1
    ),
    st.integers(1, 12),
    st.none() | st.integers(0, 5),
)
def test_nothing_is_lost(
    drawn: list[tuple[str, int, bool]], full: int, headlines: int | None
) -> None:
    """Each article is shown once, or counted among those that are not; heavier ones come first."""
    cards = tuple(
        card(number, story=story, minutes=minutes, image=IMAGE if pictured else None)
        for number, (story, minutes, pictured) in enumerate(drawn)
    )
    made = front(edition(*cards), by_weight(cards), full, headlines)
    ids = [one.id for item in made.items for one in (item.card, *item.others)]
    ids += [one.id for one in made.rest]
    assert len(ids) == len(set(ids))
    assert len(ids) + made.more == made.count == len(cards)
    assert 1 <= len(made.items) <= full
    assert headlines is not None or not made.more
    weights = [item.weight for item in made.items]
    assert weights == sorted(weights, reverse=True)
    assert by_weight(cards) == by_weight(list(cards))


@given(st.lists(st.sampled_from(["", "a"]), min_size=2, max_size=5), st.integers(0, 4))
def test_a_digest_tells_fronts_apart(stories: list[str], changed: int) -> None:
    """A front's digest differs with any of its articles, and with how they are grouped."""
    cards = [card(number, story=story) for number, story in enumerate(stories)]
    whole = front(edition(*cards), by_weight(cards), 3)
    fewer = front(edition(*cards), by_weight(cards), 1)
    assert (whole.digest == fewer.digest) == (whole.items == fewer.items)
    at = changed % len(cards)
    cards[at] = structs.replace(cards[at], title="Other", digest=of_text("other"))
    assert front(edition(*cards), by_weight(cards), 3).digest != whole.digest


def test_an_e_mail_has_room() -> None:
    """What does not fit into an e-mail is counted; what fits is the page's front itself."""
    few = edition(*(card(number) for number in range(20)))
    page = front(few, by_weight(few.cards), 12)
    assert for_mail(few, page, str) is page
    long = "ق" * 300
    many = edition(*(card(n, title=long, summary=long, story="s") for n in range(500)))
    page = front(many, by_weight(many.cards), 12)
    mail = for_mail(many, page, str)
    assert len(mail.items) == 1
    assert mail.more == 500 - 1 - len(mail.items[0].others) > 400
    rows = sum(2 * len(long.encode()) for _ in mail.items[0].others)
    assert rows < MAIL


def test_even_one_article_too_long_is_sent() -> None:
    """An e-mail is never empty."""
    huge = edition(card(1, summary="x" * MAIL), card(2))
    made: Front = for_mail(huge, front(huge, by_weight(huge.cards), 2), str)
    assert (len(made.items), made.more) == (1, 1)


# On the site.


def test_home_is_the_latest_edition(site: Folder) -> None:
    """By weight, and the six editions before it with three headlines each."""
    for number in range(1, 10):
        site.article(f"{number}.md", title=f"Day{number}", date=f"2026-02-{number:02}")
    for number in range(4):
        site.article(f"x{number}.md", title=f"Old{number}", date="2026-02-08")
    site.article("lead.md", title="First", date="2026-02-09", extra="{lead: true}")
    site.build()
    html = site.output("index.html")
    assert html.index(">First</a>") < html.index(">Day9</a>")
    days = re.findall(r'<h3 class="when"><a href="/(2026/\d\d/\d\d)/"', html)
    assert days == [f"2026/02/{day:02}" for day in (8, 7, 6, 5, 4, 3)]
    assert re.findall(r">(Old\d|Day8)</a>", html) == ["Day8", "Old0", "Old1"]
    assert "No edition" not in html


def test_days_without_an_edition_are_told(site: Folder) -> None:
    """Between the editions on the home page, and on the edition that follows them."""
    for day in ("2026-02-27", "2026-03-02", "2026-03-04"):
        site.article(f"{day}.md", date=day)
    site.build()
    html = site.output("index.html")
    assert re.findall(r"No edition: ([^<]*)<", html) == [
        "Mar 3, 2026",
        "Feb 28\u2009–\u2009Mar 1, 2026",
    ]
    assert "No edition: Mar 3, 2026" in site.output("2026/03/04/index.html")
    assert "No edition" not in site.output("2026/02/27/index.html")


def test_weeks(site: Folder) -> None:
    """From Monday to Sunday, at the Monday's address, also over the end of a year."""
    path = site.root / "sitegen.toml"
    text = path.read_text("utf-8") + 'language = "en-GB"\n[editions]\nevery = "week"\n'
    site.write("sitegen.toml", text)
    for number, day in enumerate(("2025-12-28", "2025-12-29", "2026-01-01", "2026-01-04")):
        site.article(f"{number}.md", title=f"T{number}", date=day)
    site.article("later.md", title="T9", date="2026-01-19")
    site.build("--strict")
    assert "2026/01/01/index.html" not in site.files
    week = site.output("2025/12/29/index.html")
    assert {*re.findall(r">(T\d)</a>", week)} == {"T1", "T2", "T3"}
    assert "<h1>29 Dec 2025\u2009–\u20094 Jan 2026</h1>" in week
    assert {*re.findall(r">(T\d)</a>", site.output("2025/12/22/index.html"))} == {"T0"}
    assert "No edition: 5–18 Jan 2026" in site.output("2026/01/19/index.html")
    assert 'href="/2025/12/29/"' in site.output("2026/01/01/t2/index.html")


def test_a_calendar_begins_as_the_language_has_it(site: Folder) -> None:
    """Saturday in Egypt, Sunday in the United States, Monday in Germany; weeks on Monday."""
    base = (site.root / "sitegen.toml").read_text("utf-8")
    site.article("a.md", date="2026-03-05")
    for language, weekly, first in (
        ("ar", False, "السبت"),
        ("en-US", False, "Sunday"),
        ("de", False, "Montag"),
        ("en-US", True, "Monday"),
    ):
        every = '[editions]\nevery = "week"\n' if weekly else ""
        site.write("sitegen.toml", f'{base}language = "{language}"\n{every}')
        site.build()
        html = site.output("2026/03/02/index.html" if weekly else "2026/03/05/index.html")
        assert re.findall(r'<abbr title="([^"]*)"', html)[0] == first
        assert len(re.findall(r"<t[hd][ >]", html)) % 7 == 0
        assert len(re.findall(r'aria-current="page"', html)) == 1


@given(st.text() | st.text("&<>'\"aé中"))
def test_size_in_html(text: str) -> None:
    """As many bytes as the escaped text has."""
    assert size_in_html(text) == len(escape(text).encode())

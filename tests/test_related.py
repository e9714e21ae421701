"""Which articles belong together: found the same however it is found, and only what truly does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sitegen.cards import Card, TagRef
from sitegen.dates import Moment
from sitegen.digests import of_text
from sitegen.related import MOST, Relations, relate
from sitegen.site import newest_first
from sitegen.sketch import _ASCII_WORD, _WORD, sketch, words_of

WORDS = ("Reservoir", "ferry boats", "Zeppelin", "the mayor", "Harbour", "kittens", "Quarterly")


def card(
    name: str, hour: int = 0, tags: str = "", title: str = "", story: str = "", summary: str = ""
) -> Card:
    """A card of the first of January 2024, or of some hours later; its tags are its letters."""
    instant = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    refs = tuple(TagRef(tag, tag.lower(), f"/tags/{tag}/") for tag in tags)
    return Card(
        id=name,
        path=f"{name}.md",
        address=f"/{name}/",
        url=f"/{name}/",
        title=title or name,
        summary=summary,
        date=Moment(instant, instant.date(), 0, timed=True),
        updated=None,
        tags=refs,
        sources=(),
        authors=(),
        language="en",
        image=None,
        minutes=1,
        draft=False,
        expires=None,
        aliases=(),
        story=story,
        extra={},
        sketch=sketch(f"{title} {summary}"),
        digest=of_text(name, str(hour), tags, title, story, summary),
    )


def found(*cards: Card, last: Relations | None = None) -> dict[str, list[str]]:
    """What belongs to each article, by names."""
    relations = relate(newest_first(cards), last)
    return {
        path.removesuffix(".md"): [other.removesuffix(".md") for other in others]
        for path, others in relations.found.items()
    }


def fillers(count: int) -> list[Card]:
    """Articles that have nothing to do with any, each older than the last."""
    return [card(f"filler{number}", -1 - number) for number in range(count)]


CARDS = st.builds(
    card,
    name=st.sampled_from([f"n{number}" for number in range(24)]),
    hour=st.integers(0, 40),
    tags=st.text("ABCDEFGH", max_size=3).map(lambda text: "".join(dict.fromkeys(text))),
    title=st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
    story=st.sampled_from(["", "", "one", "two"]),
)
SITES = st.lists(CARDS, max_size=24, unique_by=lambda one: one.path)


@given(st.lists(SITES, min_size=1, max_size=4))
def test_what_was_found_before_changes_nothing(sites: list[list[Card]]) -> None:
    """Sites made from each other give what each gives by itself."""
    # promise 20
    last = None
    for cards in sites:
        ordered = newest_first(cards)
        last = relate(ordered, last)
        anew = relate(ordered)
        assert (last.found, last.lists) == (anew.found, anew.lists)


@given(SITES, st.data())
def test_a_few_edits(cards: list[Card], data: st.DataObject) -> None:
    """As above, where most articles stay as they are."""
    last = relate(newest_first(cards))
    edited = {one.path: one for one in cards}
    for one in data.draw(st.lists(CARDS, max_size=3)):
        edited[one.path] = one
    for path in data.draw(st.lists(st.sampled_from(sorted(edited)), max_size=2)) if edited else ():
        edited.pop(path, None)
    ordered = newest_first(edited.values())
    assert relate(ordered, last).found == relate(ordered).found


@given(SITES)
def test_laws(cards: list[Card]) -> None:
    """Never itself, its neighbours, its own story, or one story twice; never more than four."""
    ordered = newest_first(cards)
    by_path = {one.path: one for one in ordered}
    rank = {one.path: number for number, one in enumerate(ordered)}
    for path, others in relate(ordered).found.items():
        assert len(others) <= MOST
        assert all(abs(rank[path] - rank[other]) > 1 for other in others)
        stories = [by_path[one].story for one in (path, *others) if by_path[one].story]
        assert len(stories) == len(set(stories))


@given(SITES)
def test_how_articles_are_filed_changes_nothing(cards: list[Card]) -> None:
    """Neither the order of the files nor their names play a part where ids tell articles apart."""
    # promise 11
    renamed = [structs.replace(one, path=f"z/{99 - int(one.id[1:])}.md") for one in cards]
    ids = {one.path: one.id for one in [*cards, *renamed]}

    def by_id(some: list[Card]) -> dict[str, list[str]]:
        related = relate(newest_first(some)).found
        return {ids[path]: [ids[other] for other in others] for path, others in related.items()}

    assert by_id(cards) == by_id(renamed) == by_id(cards[::-1])


def test_a_rare_tag() -> None:
    """A tag that few articles have relates them; one that many have does not."""
    rare = [card("a", 9, "R"), card("x", 7), card("b", 5, "R"), *fillers(20)]
    assert found(*rare)["a"] == ["b"]
    assert found(*rare)["b"] == ["a"]
    common = [card(f"c{number}", number, "R") for number in range(15)]
    assert not any(found(*common, *fillers(40)).values())


def test_two_tags_weigh_more() -> None:
    """Who shares more comes first; of equals the nearer in time."""
    first = card("a", 50, "RST")
    others = [card("b", 40, "R"), card("c", 30, "RS"), card("d", 20, "RT"), card("e", 10, "RST")]
    assert found(first, card("x", 45), *others, *fillers(40))["a"] == ["e", "c", "d"]


def test_words_relate() -> None:
    """Three rare words do, two do not; a word that is everywhere never does."""
    said = "Zeppelin above Harbour frightens Magpies"
    same = "Magpies frightened: Zeppelin over the Harbour"
    cards = [card("a", 9, title=said), card("x", 7), card("b", 5, title=same), *fillers(40)]
    assert found(*cards)["a"] == ["b"]
    fewer = [*cards[:2], card("b", 5, title="Zeppelin, Harbour"), *fillers(40)]
    assert found(*fewer)["a"] == []
    common = [card(f"c{number}", number, title=said) for number in range(20)]
    assert not any(found(*common, *fillers(40)).values())


def test_far_apart() -> None:
    """What a busy tag relates stands near in time."""
    tagged = [card(f"t{number}", number, "RST") for number in range(30)]
    related = found(*tagged, *fillers(60))["t20"]
    assert set(related) == {"t18", "t22", "t17", "t23"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Elections générales", "ELECTION"),
        ("The mayor of Lisbon", "Lisbon"),
        ("الانتخابات العامة", "الانتخابات"),
        ("港口城墙最后一块石头", "港口"),
        ("選挙の結果", "選挙"),
    ],
)
def test_forms_of_a_word(one: str, other: str) -> None:
    """Endings, case and company make no difference; scripts without spaces have words too."""
    assert set(words_of(sketch(other))) <= set(words_of(sketch(one)))


@given(st.text(st.characters(codec="ascii")))
def test_words_of_plain_text(text: str) -> None:
    """The quick way finds the words that the other one does."""
    assert _ASCII_WORD.findall(text) == _WORD.findall(text)


@given(st.text())
def test_a_sketch_is_small(text: str) -> None:
    """Whatever a text holds; and the words that come out are those that went in."""
    made = sketch(text)
    assert len(made) <= 48
    assert len(set(words_of(made))) == len(made) // 4

"""The laws of merging."""

from hypothesis import given
from hypothesis import strategies as st

from sitegen.ingest.three_way import merge

bases = st.lists(st.sampled_from("abcdef"), max_size=7, unique=True)
edits = st.lists(
    st.tuples(st.sampled_from(["strike", "replace", "insert"]), st.integers(0, 7)), max_size=4
)


def edited(base: list[str], edit: list[tuple[str, int]], name: str) -> list[str]:
    """A base after some edits; what is new is named after its author."""
    text = list(base)
    for number, (what, place) in enumerate(edit):
        at = min(place, len(text))
        end = at if what == "insert" else at + 1
        text[at:end] = [] if what == "strike" else [f"{name}{number}"]
    return text


def merged(base: list[str], mine: list[str], theirs: list[str]) -> tuple[list[str], bool]:
    """The merged sequence, and whether there was a clash."""
    result = merge(base, mine, theirs)
    return [mine[k] if own else theirs[k] for own, k in result.items], result.clashed


@given(bases, edits)
def test_one_side(base: list[str], edit: list[tuple[str, int]]) -> None:
    """Where only one side changed anything, or both the same, that is the result."""
    text = edited(base, edit, "m")
    assert merged(base, text, base) == (text, False)
    assert merged(base, base, text) == (text, False)
    assert merged(base, text, text) == (text, False)


@given(bases, edits, edits)
def test_nothing_is_lost(
    base: list[str], one: list[tuple[str, int]], two: list[tuple[str, int]]
) -> None:
    """What I wrote is there, in my order; what they wrote is there too, unless it clashed."""
    mine, theirs = edited(base, one, "m"), edited(base, two, "t")
    result, clashed = merged(base, mine, theirs)
    assert [item for item in result if item[0] == "m"] == [i for i in mine if i[0] == "m"]
    if not clashed:
        assert [item for item in result if item[0] == "t"] == [i for i in theirs if i[0] == "t"]
        assert all(item in mine and item in theirs for item in result if item in base)


@given(bases, edits, edits)
def test_clashes_are_seen_from_both_sides(
    base: list[str], one: list[tuple[str, int]], two: list[tuple[str, int]]
) -> None:
    """Whether two versions clash does not depend on whose is whose."""
    mine, theirs = edited(base, one, "m"), edited(base, two, "t")
    assert merged(base, mine, theirs)[1] == merged(base, theirs, mine)[1]

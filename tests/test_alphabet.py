"""Names in the order of an index."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from sitegen.alphabet import by_letter, place


class Named(Struct, frozen=True):
    """Something with a name."""

    name: str


def grouped(*names: str) -> list[tuple[str, list[str]]]:
    """The names in groups, as the index shows them."""
    return [(head, [one.name for one in group]) for head, group in by_letter(map(Named, names))]


def test_accents_and_case_fold() -> None:
    """Ä stands with A, and in the place of a."""
    assert grouped("zoo", "Ärger", "apfel", "Éclair", "edam", "Øre", "Oper", "Ox") == [
        ("A", ["apfel", "Ärger"]),
        ("E", ["Éclair", "edam"]),
        ("O", ["Oper", "Øre", "Ox"]),
        ("Z", ["zoo"]),
    ]


def test_other_scripts_have_groups_of_their_own() -> None:
    """After the letters; what begins with no letter comes before them."""
    names = ("Berlin", "Athens", "737 Max", "🎉", "ميناء", "أخبار", "港口", "Москва", "“Quoted”")
    assert grouped(*names) == [
        ("#", ["737 Max", "🎉"]),
        ("A", ["Athens"]),
        ("B", ["Berlin"]),
        ("Q", ["“Quoted”"]),
        ("Я", ["Москва"]),
        ("ع", ["أخبار", "ميناء"]),
        ("漢", ["港口"]),
    ]


def test_the_script_of_most_names_has_letters() -> None:
    """An Arabic site's index goes by Arabic letters; a Chinese one's has one group of its own."""
    assert grouped("ميناء", "أخبار", "اقتصاد", "Cuba") == [
        ("ا", ["أخبار", "اقتصاد"]),
        ("م", ["ميناء"]),
        ("A–Z", ["Cuba"]),
    ]
    assert [head for head, _ in grouped("港口", "经济", "Cuba")] == ["A–Z", "漢"]


@given(st.lists(st.text(min_size=1), unique=True))
def test_no_name_is_lost(names: list[str]) -> None:
    """Each name is in one group, each head there once, and the order is that of the names."""
    groups = grouped(*names)
    assert sorted(name for _, group in groups for name in group) == sorted(names)
    assert len({head for head, _ in groups}) == len(groups)
    for _, group in groups:
        assert group == sorted(group, key=place)
    assert groups == grouped(*reversed(names))

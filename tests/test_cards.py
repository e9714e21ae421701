"""What a card and a body are made of is counted and compared the same whatever way is taken."""

from hypothesis import example, given
from hypothesis import strategies as st

from sitegen.card_making import opens_with
from sitegen.cards import count_words

_ASCII = st.text(st.sampled_from("ax'-. \t\n\x0b\x1c\x1f\x00") | st.characters(codec="ascii"))


@given(_ASCII)
@example("")
def test_words_stand_between_spaces(text: str) -> None:
    """Of plain ASCII, too, which is counted without taking it apart."""
    assert count_words(text) == len(text.split())


def test_words_of_other_scripts() -> None:
    """Two characters of a script without spaces are a word."""
    assert count_words("né le 3\u00a0mai") == 4
    assert count_words("東京都 tower") == 3


@given(st.text(st.sampled_from("ab \u00a0\u202f“”„«»‘’\"'"), max_size=12))
def test_quotation_marks_do_not_part_a_summary_from_its_paragraph(text: str) -> None:
    """Whatever their shape, and whatever space stands beside them."""
    plain = text
    for mark, straight in zip("“”„«»‘’\u202f\u00a0", '"""""\'\'  ', strict=True):
        plain = plain.replace(mark, straight)
    said = bool(plain.strip())
    assert opens_with(text, plain) is said
    assert opens_with(f"{plain} b", text) is said

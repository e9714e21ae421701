"""Headlines, summaries, sentences, names and tags."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.ingest.headline import LIMIT, calm, make_headline, shorten
from sitegen.ingest.sentences import sentences
from sitegen.ingest.summary import make_summary
from sitegen.ingest.tags import choose, fold, rules
from sitegen.ingest.words import ENDINGS, width

LEADS = [
    (
        '"We shall mend every roof in the village before the first snow falls on it," Ilse Varga '
        "said after a walk through Unterau.",
        "Ilse Varga: “We shall mend every roof in the village before the first snow falls on it”",
    ),
    (
        "“Nobody asked the bees,” said Tomas Reyes, who keeps forty hives above the quarry road.",
        "Tomas Reyes: “Nobody asked the bees”",
    ),
    (
        "«El puente no se va a caer mientras yo viva», afirmó Lucía Prados tras la reunión.",
        "Lucía Prados: «El puente no se va a caer mientras yo viva»",
    ),
    (
        '"It is a very small fire and it has behaved very well so far, considering the wind and '
        'the straw and the dry summer we had," the chief of the brigade said.',
        None,
    ),
    (
        "PORT ANNE (Gull News) - The lighthouse keeper retired on Friday.",
        "The lighthouse keeper retired on Friday",
    ),
    (
        "Three of the seven mills on the upper river will stop grinding flour this winter, because "
        "the weirs that feed them are to be rebuilt from the bed up.",
        "Three of the seven mills on the upper river will stop grinding flour this winter",
    ),
    (
        "After weeks of talks that nobody thought would end, the two villages agreed to share the "
        "well on the border between them.",
        "The two villages agreed to share the well on the border between them",
    ),
]


@pytest.mark.parametrize(("lead", "headline"), LEADS)
def test_headlines(lead: str, headline: str | None) -> None:
    """A speaker with a quotation, or the main clause: always the article's own words."""
    made = make_headline(lead)
    assert width(made) <= LIMIT + 6
    if headline is not None:
        assert made == headline


@given(
    st.lists(
        st.sampled_from([*sorted(ENDINGS)[:60], "Weir", "mill,", "eels", "river.", '"so"']),
        min_size=1,
        max_size=60,
    )
)
def test_headlines_end_well(words: list[str]) -> None:
    """No headline is too wide, is cut inside a word, or ends in a word that calls for another."""
    text = " ".join(words)
    made = make_headline(text)
    assert width(made) <= LIMIT + 6
    if made.endswith("…") and len(made.split()) > 2:
        last = made.removesuffix("…").split()[-1]
        assert last.strip('.,"').lower() not in ENDINGS
        assert last in text.split() or last.strip('",.') in {w.strip('",.') for w in text.split()}


@given(st.text(max_size=300), st.integers(10, 120))
def test_shortened_texts_fit(text: str, room: int) -> None:
    """A shortened text is not wider than asked for, unless its first word is."""
    made = shorten(text, room)
    assert width(made) <= room or " " not in made


def test_shouting() -> None:
    """A shouting title calms down; names keep the form that they have in the text."""
    text = "On Monday the mayor of Port Anne met NATO envoys. The port was quiet."
    title = "MAYOR OF PORT ANNE MEETS NATO ENVOYS"
    assert calm(title, text) == "Mayor of Port Anne meets NATO envoys"
    assert calm("Mayor of Port Anne", text) == "Mayor of Port Anne"


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Holm met J. R. Voss.| They spoke for an hour.",
        "The U.S. and the U.K. agreed.| Nobody else did.",
        "He was born in the U.S.| The rest is known.",
        "It cost 3.5 million.| That is a lot.",
        '"Is it over?" she asked.| "It is."| He nodded.',
        "¿Quién lo dijo?| Nadie lo sabe.",
        "最初の文です。|次の文です。",
        "They left at 5 p.m. on Sunday.| It rained!| And how…",
    ],
)
def test_sentences(text: str) -> None:
    """Abbreviations, initials, numbers and quotations do not end a sentence."""
    parts = text.split("|")
    assert sentences("".join(parts)) == [part.strip() for part in parts]


@given(st.text(max_size=300))
def test_sentences_lose_nothing(text: str) -> None:
    """Put together again, the sentences are the text."""
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_summaries() -> None:
    """A short lead whole; a long one by whole sentences; a curt one with what follows."""
    lead = "The eels went down to the sea at dawn. Forty people watched them from the bridge."
    assert make_summary([lead, "More."]) == lead
    long = " ".join(f"Sentence number {n} tells a little more of it." for n in range(20))
    assert make_summary([long]) == " ".join(sentences(long)[:6])
    assert make_summary(["It was dark.", lead]) == f"It was dark. {lead}"
    assert make_summary(["LISSOW (GN) - The eels went down to the sea this morning at dawn."]) == (
        "The eels went down to the sea this morning at dawn."
    )


STORY = """Mayor Greta Olander opened the new bridge at Lissow on Monday with Ambassador Paul Njoku.

Olander said the Lissow Bridge Trust (LBT) had raised half of the money. "Lissow is on the map
again," Njoku said. The LBT was founded in 1990.

On Tuesday, Danes and Swedes came to look at it. Olander was pleased."""


def test_names_carry_the_article() -> None:
    """Full names before surnames; no offices, weekdays, first words, or names in passing."""
    tags = choose((), "", STORY, rules({}, ()))
    assert set(tags) == {"Greta Olander", "Lissow", "Paul Njoku", "Lissow Bridge Trust"}


def test_days_are_no_tags() -> None:
    """Weekdays are not names, nor are many of them."""
    text = "The ferry runs at night on Fridays. On Fridays it is full.\n\nNot so on Mondays."
    assert choose([], "Ferry on Fridays", text, rules({}, [])) == ()


def test_given_tags_are_trusted() -> None:
    """Three given tags are enough; what is no topic is dropped."""
    given_tags = ("Bridges", "News", "https://x.example", "2031", "Trade", "Lissow")
    assert choose(given_tags, "", STORY, rules({}, ())) == ("Bridges", "Trade", "Lissow")


def test_hashtags_that_the_text_speaks_of() -> None:
    """A hashtag is a tag if its words are in the article; a slogan is not."""
    tags = choose(("#LissowBridge", "#WeLoveIt", "#bridge"), "", STORY, rules({}, ()))
    assert tags[:2] == ("Lissow Bridge", "Bridge")
    assert not any("Love" in tag for tag in tags)


def test_aliases_and_ignored() -> None:
    """`[tags]` folds spellings and keeps words out."""
    config = rules({"Lissow": ["Lissow Bridge"], "Denmark": ["Danes"]}, ["Paul Njoku"])
    tags = choose(("lissow bridge",), "", STORY, config)
    assert tags[0] == "Lissow"
    assert "Denmark" in tags
    assert "Paul Njoku" not in tags


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", "MULLER"), ("The Hague", "Hague"), ("U.S.", "US"), ("Diaz-Canel", "Díaz Canel")],
)
def test_one_tag_however_written(one: str, other: str) -> None:
    """Case, accents, dots, hyphens and `the` make no new tag."""
    assert fold(one) == fold(other)


def test_scripts_without_capitals() -> None:
    """Where letters have no case only given tags and hashtags count."""
    text = "大統領は東京で演説した。#東京 の人々は聞いた。"
    assert choose((), "", text, rules({}, ())) == ()
    assert choose(("#東京",), "", text, rules({}, ())) == ("東京",)


@given(st.text(max_size=200))
def test_nothing_fails(text: str) -> None:
    """Any text has a summary, a headline and tags without a fault."""
    choose(("#" + text[:10],), "", text, rules({}, ()))
    make_summary([text] if text.strip() else [])
    assert re.sub(r"\s", "", make_headline(text)) is not None

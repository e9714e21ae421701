"""Problems are values: how they read, in which order, and that they cross processes."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from sitegen.digests import NOTHING, SIZE, digest, of_digests, of_text
from sitegen.problems import Problem, Severity, SitegenError, did_you_mean, errors, fault, in_order

PROBLEMS = st.builds(
    Problem,
    message=st.text(min_size=1, max_size=5),
    path=st.sampled_from(["", "a.md", "b.md"]),
    line=st.integers(0, 3),
    hint=st.sampled_from(["", "do this"]),
    severity=st.sampled_from(Severity),
)


def test_how_a_problem_reads() -> None:
    """Place, weight, what is wrong; what to do on a line of its own. Each part only if it is."""
    problem = Problem("it is broken", "a.md", 3, "mend it")
    assert str(problem) == "a.md:3: error: it is broken\n    mend it"
    assert str(Problem("it is broken", "a.md")) == "a.md: error: it is broken"
    assert str(Problem("odd", severity=Severity.WARNING)) == "warning: odd"


def test_a_place_is_filled_in_once() -> None:
    """Whoever knows more about the place speaks first."""
    assert Problem("x").at("a.md", 3) == Problem("x", "a.md", 3)
    assert Problem("x", "a.md", 3).at("b.md", 4) == Problem("x", "a.md", 3)


@given(st.lists(PROBLEMS, max_size=6), st.randoms())
def test_the_same_faults_in_the_same_order(problems: list[Problem], random: object) -> None:
    """Whatever order they were found in, and however often."""
    assert in_order(problems) == in_order([*reversed(problems), *problems])


@given(st.lists(PROBLEMS, min_size=1, max_size=4))
def test_errors_cross_processes(problems: list[Problem]) -> None:
    """A worker's error arrives whole."""
    error = SitegenError(problems)
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert str(again) == str(error)


def test_only_errors_forbid() -> None:
    """Warnings let the site go out."""
    (error,) = fault("x").problems
    warning = Problem("y", severity=Severity.WARNING)
    assert errors([warning, error]) == [error]


def test_did_you_mean() -> None:
    """The nearest name; else all, if an editor would read them; else nothing."""
    assert did_you_mean("Titel", ["title", "date"]) == "did you mean `title`?"
    assert did_you_mean("xyz", ["title", "date"]) == "known here: date, title"
    assert did_you_mean("xyz", []) == ""
    assert did_you_mean("xyz", [f"name{n}" for n in range(30)]) == ""


@given(st.lists(st.text(st.characters(exclude_characters="\0")), max_size=4))
def test_digests_tell_sequences_apart(texts: list[str]) -> None:
    """Moving a character from one text to the next gives another digest."""
    moved = ["".join(texts)]
    assert (of_text(*texts) == of_text(*moved)) == (texts == moved or (not texts and moved == [""]))
    assert len(of_text(*texts)) == SIZE


def test_nothing_is_no_digest_of_anything() -> None:
    """The digest of what is absent is not that of what is empty."""
    assert NOTHING not in (digest(b""), of_digests([]), of_text(""))

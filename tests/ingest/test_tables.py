"""Tables: which column holds what, and tables that hold no articles."""

from datetime import UTC

import pytest

from sitegen.ingest import readers
from sitegen.ingest.seed import Found, Seed
from sitegen.problems import SitegenError

CHOSEN = {"title": "hed", "body": "copy"}


def read(path: str, text: str, columns: dict[str, str] | None = None) -> list[Found]:
    """The articles in a seed."""
    return list(readers.read(Seed(path, text.encode(), text, UTC, columns or {})))


def test_chosen_columns() -> None:
    """What `[ingest] columns` names is read where the usual names tell nothing."""
    (found,) = read("a.csv", "hed,copy\nMill turns,It ground flour on Sunday.\n", CHOSEN)
    assert (found.title, found.body) == ("Mill turns", "It ground flour on Sunday.")


def test_chosen_columns_leave_other_tables_alone() -> None:
    """A table without the columns that are named is read by the usual names."""
    (found,) = read("a.jsonl", '{"headline": "Mill turns", "text": "It ground flour."}\n', CHOSEN)
    assert (found.title, found.body) == ("Mill turns", "It ground flour.")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.csv", "hed,copy\nMill turns,It ground flour on Sunday.\n"),
        ("a.tsv", "hed\tcopy\nMill turns\tIt ground flour on Sunday.\n"),
        ("A.CSV.gz", "hed;copy\nMill turns;It ground flour on Sunday.\n"),
        ("a.json", '{"hed": "Mill turns"}'),
        ("a.json", '[\n {"hed": "Mill turns"}\n]'),
        ("a.jsonl", '{"hed": "Mill turns"}\n{"hed": "Frost"}\n'),
    ],
)
def test_no_column_is_known(path: str, text: str) -> None:
    """A table whose columns are strange is set aside with a hint; its rows are no prose."""
    with pytest.raises(SitegenError) as caught:
        read(path, text)
    (problem,) = caught.value.problems
    assert problem.message == "no column of the table is known to hold the articles' text"
    assert "`[ingest]`" in problem.hint


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.json", '{"title": "Mill turns",\n "text": "It', 2),
        ("a.json", '[\n {"title": "Mill turns"},\n', 3),
        ("a.txt", '[{"title": "Mill turns", "text": "It', 1),
        ("a.jsonl", '{"title": "Mill", "text": "It ground."}\n{"title": ', 2),
    ],
)
def test_broken_json(path: str, text: str, line: int) -> None:
    """It is told with its line, and is no prose either."""
    with pytest.raises(SitegenError) as caught:
        read(path, text)
    (problem,) = caught.value.problems
    assert problem.message.startswith("broken JSON: ")
    assert "line" not in problem.message
    assert problem.line == line


def test_prose_in_a_table_s_name() -> None:
    """What a file holds counts, not its name alone."""
    (found,) = read("a.csv", "Mill turns again\n\nThe mill ground flour on Sunday, at last.\n")
    assert found.title == "Mill turns again"

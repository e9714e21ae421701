"""Seeds that hold many articles, many seeds, and one article in several seeds."""

import json
import os
import signal
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sitegen import ingest
from sitegen.build import pools
from sitegen.build.executor import Workers
from sitegen.ingest import Action, conversions, provenance, tally
from sitegen.problems import SitegenError
from tests.ingest.project import NOW, Project

WORDS = "weir eel river stone moss lantern boat copper ladder orchard pebble candle".split()  # noqa: SIM905


def story(number: int) -> str:
    """A text of its own."""
    lead = f"The {WORDS[number % 12]} of house {number} was found behind the {WORDS[number % 11]}."
    rest = " ".join(f"{WORDS[(number * k) % 12]} {number + k}" for k in range(1, 40))
    return f"{lead}\n\nThey counted {rest}."


def rows(numbers: Iterable[int]) -> str:
    """JSON Lines."""
    return "".join(
        json.dumps({"id": f"n{n}", "title": f"House {n}", "date": "2031-09-30", "body": story(n)})
        + "\n"
        for n in numbers
    )


def test_rows_are_articles(project: Project) -> None:
    """Each row is an article; the next file adds, changes, and lets go of some."""
    project.seed("rows.jsonl", rows(range(5)))
    assert project.ingest().counts == {Action.NEW: 5}
    changed = rows(range(2, 8)).replace("of house 3 was", "of house 3 was at last")
    project.seed("rows.jsonl", changed)
    counts = project.ingest().counts
    assert counts == {Action.NEW: 3, Action.UPDATED: 1, Action.UNCHANGED: 2, Action.GONE: 2}
    assert len(project.articles) == 8
    project.seed("rows.jsonl", rows(range(8)))
    assert project.ingest().counts == {Action.UPDATED: 1, Action.UNCHANGED: 7}


def test_one_bad_row(project: Project) -> None:
    """A row that cannot be used is set aside with its reason, every time; the others go on."""
    bad = json.dumps({"id": "bad", "title": "Bad", "date": "2031-09-30", "body": ""}) + "\n"
    project.seed("rows.jsonl", rows(range(3)) + bad)
    for counts in ({Action.NEW: 3}, {Action.UNCHANGED: 3}):
        report = project.ingest()
        assert report.counts == counts
        assert [p.path for p in report.problems] == ["seeds/rows.jsonl"]


def test_workers_and_streams_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With or without workers, in chunks or by streaming: the same bytes (promise 11)."""
    results = []
    for number, limits in enumerate(({}, {"_WORTH": 1, "_CHUNK": 3, "_WINDOW": 2}, {"_LARGE": 10})):
        root = tmp_path / str(number)
        root.mkdir()
        project = Project(root)
        for n in range(20):
            project.seed(f"s{n}.txt", f"Title: House {n}\nDate: 2031-09-30\n\n{story(n)}\n")
        project.seed("rows.jsonl", rows(range(100, 150)))
        with monkeypatch.context() as patch, ThreadPoolExecutor(3) as pool:
            for name, value in limits.items():
                patch.setattr(conversions, name, value)
            executor = pool if limits else None
            report = ingest.ingest(root, project.config, NOW, executor=executor)
        assert report.counts == {Action.NEW: 70}
        results.append(project.files())
    assert results[0] == results[1] == results[2]


def dies(*_args: object) -> list[object]:
    """Kill the worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_workers_start_when_there_is_work(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No process is started for a few seeds; one that dies is told, and the next run goes on."""
    workers = Workers(2)
    project.seed("a.txt", story(1))
    with monkeypatch.context() as patch:
        patch.setattr(pools, "ProcessPoolExecutor", None)
        ingest.ingest(project.root, project.config, NOW, executor=workers.executor)
    monkeypatch.setattr(conversions, "_WORTH", 1)
    project.seed("b.txt", story(2))
    with monkeypatch.context() as patch:
        patch.setattr(conversions, "_convert_all", dies)
        with pytest.raises(SitegenError, match=r"died while it converted b\.txt"):
            ingest.ingest(project.root, project.config, NOW, executor=workers.executor)
    report = ingest.ingest(project.root, project.config, NOW, executor=workers.executor)
    workers.close()
    assert report.counts == {Action.UNCHANGED: 1, Action.NEW: 1}


def test_progress(project: Project) -> None:
    """Progress is told for each seed."""
    project.seed("a.txt", story(1))
    project.seed("b.txt", story(2))
    told: list[tuple[int, int]] = []
    ingest.ingest(
        project.root, project.config, NOW, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 2), (2, 2)]


def test_progress_within_a_seed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large seed counts as many, and is told as it is read."""
    monkeypatch.setattr(conversions, "_LARGE", 10)
    project.seed("rows.jsonl", rows(range(500)))
    told: list[tuple[int, int]] = []
    ingest.ingest(
        project.root, project.config, NOW, progress=lambda done, total: told.append((done, total))
    )
    assert len(told) > 7
    assert told == sorted(told)
    assert told[0][0] < told[-1][0] == told[-1][1]


def given(source: str, title: str, text: str) -> str:
    """A seed of some publication."""
    return f"Title: {title}\nDate: 2031-09-30\nSource: {source}\n\n{text}\n"


def test_one_article_from_two_sources(project: Project) -> None:
    """Nearly the same text from two publications is one article that names both."""
    project.seed("a.txt", given("The Lissow Post", "Moss found", story(7)))
    project.seed("b.txt", given("Gull News", "A find behind a house", story(7) + " So it was."))
    report = project.ingest()
    assert report.counts == {Action.NEW: 1, Action.DUPLICATE: 1}
    text = project.article.read_text("utf-8")
    assert "- name: The Lissow Post\n- name: Gull News\n" in text
    assert project.ingest().counts == {Action.UNCHANGED: 1, Action.DUPLICATE: 1}
    assert project.status().counts == {Action.UNCHANGED: 1, Action.DUPLICATE: 1}
    project.seed("a.txt", given("The Lissow Post", "Moss found at last", story(7)))
    assert project.ingest().counts == {Action.UPDATED: 1, Action.DUPLICATE: 1}
    assert "Gull News" in project.article.read_text("utf-8")


def test_alike_is_not_the_same(project: Project) -> None:
    """Stories by one template, and the same notice on another day, are articles of their own."""
    for n in range(4):
        project.seed(
            f"{n}.txt", given("Post", f"House {n}", story(7).replace("house 7", f"house {n}"))
        )
    project.seed("later.txt", given("Post", "House 0", story(7)).replace("09-30", "10-30"))
    assert project.ingest().counts == {Action.NEW: 5}


def test_documents_of_one_seed_are_not_duplicates(project: Project) -> None:
    """A seed tells its own articles apart, however alike; not where they have one address."""
    other = story(7) + " So it was."
    texts = {"a": story(7), "b": other, "c": story(8), "d": story(8) + " So it was."}
    listed = [
        {
            "id": key,
            "url": f"https://post.example/{key.replace('d', 'c')}",
            "title": "Moss found",
            "date": "2031-09-30",
            "body": text,
        }
        for key, text in texts.items()
    ]
    project.seed("rows.jsonl", "".join(json.dumps(row) + "\n" for row in listed))
    assert project.ingest().counts == {Action.NEW: 3, Action.DUPLICATE: 1}
    project.seed("z.txt", given("Gull News", "Moss found", other))
    assert project.ingest().counts == {Action.UNCHANGED: 3, Action.DUPLICATE: 2}


def test_undated_articles_stay_on_their_day(project: Project) -> None:
    """An article without a date keeps the day it was first seen. It is said once, to who asks for
    the status, and under `strict` until the editor gives it a day.
    """
    said = "no date was found: 2026-05-04 is used"

    def strictly() -> list[str]:
        report = ingest.ingest(project.root, project.config, NOW, strict=True)
        return [problem.message for problem in report.problems]

    for text in (story(1), story(1) + " More."):
        project.seed("a.txt", text)
        os.utime(project.root / "seeds/a.txt", (1, len(text)))
        assert [p.message for p in project.ingest().problems] == [said]
        assert not project.ingest().problems
        assert [p.message for p in project.status().problems] == [said]
        assert strictly() == strictly() == [said]
    later = NOW.replace(month=6)
    project.seed("a.txt", story(1) + " Even more.")
    ingest.ingest(project.root, project.config, later)
    assert "date: 2026-05-04" in project.article.read_text("utf-8")
    project.edit("date: 2026-05-04", "date: 2031-09-30")
    assert not project.status().problems
    assert not strictly()


def test_very_many_articles(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a seed with very many, a line each is remembered, and told is what needs a word."""
    monkeypatch.setattr(provenance, "MANY", 20)
    monkeypatch.setattr(tally, "MANY", 20)
    project.seed("rows.jsonl", rows(range(50)))
    os.utime(project.root / "seeds/rows.jsonl", (1, 1))
    report = project.ingest()
    assert report.counts == {Action.NEW: 50}
    assert len(report.outcomes) == 1
    record = (project.root / "content/.provenance/rows.jsonl.json").read_text("utf-8")
    assert len(json.loads(record)["rows"]) == 50
    assert max(map(len, record.splitlines())) < 250
    before = project.files()
    assert project.ingest().counts == {Action.UNCHANGED: 50}
    assert project.files() == before
    project.seed("z.txt", given("Gull News", "House 7", story(7)))
    assert project.ingest().counts == {Action.UNCHANGED: 50, Action.DUPLICATE: 1}

    edited = project.root / "content/2031/09/house-9.md"
    edited.write_text(edited.read_text("utf-8").replace("They counted", "Nobody counted"), "utf-8")
    told = {o.article: o.edited for o in project.status().outcomes if o.edited}
    assert told == {"2031/09/house-9.md": ("body",)}
    project.seed("rows.jsonl", rows(range(51)).replace("of house 9 was", "of house 9 is"))
    counts = {Action.NEW: 1, Action.UNCHANGED: 49, Action.MERGED: 1, Action.DUPLICATE: 1}
    assert project.ingest().counts == counts
    text = edited.read_text("utf-8")
    assert "Nobody counted" in text
    assert "of house 9 is" in text

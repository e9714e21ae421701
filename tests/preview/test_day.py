"""A day of edits of all kinds, in a session as `watch` and `serve` run it.

`pytest tests/preview/test_day.py --edits 1000 -n 0 -s` makes it a long one.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

from sitegen.preview.attempt import Attempt
from sitegen.preview.loop import Options
from sitegen.preview.session import Session
from tests.preview.project import CONFIG, NOW, Project, source
from tests.preview.test_saving import SAVES

pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")
Holds = Callable[[], bool]
FEW = 500
"""Edits below which the memory says nothing."""


class Day:
    """Edits at random. Each gives what holds once it is shown."""

    def __init__(self, project: Project, seed: int) -> None:
        self.project, self.chance = project, random.Random(seed)
        self.articles = {name: f"{name}.md" for name in ("one", "two", "three")}
        self.folders = 0
        self.failed = False
        self.number = 0

    def edits(self, count: int) -> Iterator[tuple[str, Holds]]:
        """So many, of all kinds, each with its name; with many, each kind comes."""
        kinds = [self.body, self.title, self.tag, self.draft, self.add, self.delete, self.move]
        kinds += [self.folder, self.seed, self.template, self.partial, self.style, self.static]
        kinds += [self.settings, self.spoil, self.spoil_template]
        for self.number in range(count):
            often = [self.body] * 4 if self.number >= len(kinds) else []
            first = kinds[self.number : self.number + 1]
            kind = self.chance.choice(first or kinds + often)
            yield kind.__name__, kind()

    def body(self) -> Holds:
        return self.write(self.any(), f"Edit {self.number}.")

    def title(self) -> Holds:
        name = self.any()
        self.write(name, "Text.", title=f"Title {self.number}")
        files = [page_of(name), "index.html", "feed.xml"]
        return self.shows(self.chance.choice(files), f"Title {self.number}")

    def tag(self) -> Holds:
        name, tag = self.any(), self.number % 7
        self.write(name, f"Of {self.number}.", tags=f"[Tag {tag}]")
        return self.shows(f"tags/tag-{tag}/index.html", f"/2026/05/01/{name}/")

    def draft(self) -> Holds:
        """Taken back, to be published again by a later edit."""
        name = self.any()
        self.write(name, "Not yet.", draft="true")
        return self.shows(page_of(name), "")

    def add(self) -> Holds:
        self.make_room()
        name = f"new-{self.number}"
        folder = self.chance.choice(["", "a/", f"b{self.number}/c/"])
        self.articles[name] = f"{folder}{name}.md"
        return self.write(name, f"Added {self.number}.")

    def delete(self) -> Holds:
        while len(self.articles) < 4:
            self.add()
        name = self.any()
        (self.project.root / "content" / self.articles.pop(name)).unlink()
        return self.shows(page_of(name), "")

    def move(self) -> Holds:
        name = self.any()
        old = self.project.root / "content" / self.articles[name]
        self.articles[name] = f"moved/{self.number}/{name}.md"
        new = self.project.root / "content" / self.articles[name]
        new.parent.mkdir(parents=True)
        old.rename(new)
        return self.write(name, f"Moved {self.number}.")

    def folder(self) -> Holds:
        """A folder with all that it holds gets another name."""
        self.make_room()
        name = f"inside-{self.number}"
        self.articles[name] = f"folder-{self.folders}/{name}.md"
        shown = self.write(name, f"Inside {self.number}.")
        content = self.project.root / "content"
        moved = {a: f for a, f in self.articles.items() if f.startswith(f"folder-{self.folders}/")}
        (content / f"folder-{self.folders}").rename(content / f"folder-{self.folders + 1}")
        self.folders += 1
        for article, file in moved.items():
            self.articles[article] = f"folder-{self.folders}/{Path(file).name}"
        return shown

    def seed(self) -> Holds:
        name = f"seed-{self.number % 4}"
        words = f"It blew all night in the town, {self.number} times."
        self.put(f"seeds/{name}.txt", f"Title: {name}\nDate: 2026-05-01\n\n{words}\n")
        return self.shows(page_of(name), words)

    def template(self) -> Holds:
        path = "themes/digest/templates/article.html"
        text = '{% extends "digest/article.html" %}{% block main %}{{ super() }}'
        self.put(path, f"{text}Template {self.number}{{% endblock %}}")
        return self.shows(self.published(), f"Template {self.number}")

    def partial(self) -> Holds:
        """A template that another includes: there, changed, gone."""
        text = '{% extends "digest/article.html" %}{% block main %}{{ super() }}'
        text += '{% include "own.html" %}{% endblock %}'
        self.put("themes/digest/templates/own.html", f"Part {self.number}")
        self.put("themes/digest/templates/article.html", text)
        return self.shows(self.published(), f"Part {self.number}")

    def style(self) -> Holds:
        self.put("themes/digest/assets/extra.css", f"/* {self.number} */")
        return lambda: any(
            path.read_text("utf-8") == f"/* {self.number} */"
            for path in self.project.root.joinpath("output").rglob("extra*.css")
        )

    def static(self) -> Holds:
        self.put("static/note.txt", f"Note {self.number}")
        return self.shows("note.txt", f"Note {self.number}")

    def settings(self) -> Holds:
        self.put("sitegen.toml", CONFIG.replace("Test", f"Test {self.number}"))
        return self.shows("index.html", f"The Test {self.number} Digest")

    def spoil(self) -> Holds:
        """Nobody could read it: the next edit of this article mends it."""
        name = self.any()
        path = self.project.root / "content" / self.articles[name]
        path.write_bytes(self.chance.choice([b"", b"no article", b"---\ntitle: \xff\n---\n"]))
        return self.mended(lambda: self.write(name, f"Mended {self.number}."))

    def spoil_template(self) -> Holds:
        self.put("themes/digest/templates/article.html", "{% if %}")
        return self.mended(self.template)

    def mended(self, mend: Callable[[], Holds]) -> Holds:
        """What holds once a failure was told, and then was mended."""
        shown: list[Holds] = []

        def holds() -> bool:
            if not shown and self.failed:
                shown.append(mend())
            return bool(shown) and shown[0]()

        return holds

    def make_room(self) -> None:
        """The home page shows so many articles, and memory grows with their number."""
        while len(self.articles) > 9:
            self.delete()

    def any(self) -> str:
        return self.chance.choice(list(self.articles))

    def published(self) -> str:
        """The page of an article that is no draft."""
        name = self.any()
        self.write(name, "It is published.")
        return page_of(name)

    def write(self, name: str, body: str, **fields: str) -> Holds:
        path = self.project.root / "content" / self.articles[name]
        text = source(name, body, **fields)
        if path.exists():
            self.chance.choice(SAVES)(path, text)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return self.shows(page_of(name), body)

    def put(self, path: str, text: str) -> None:
        file = self.project.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def shows(self, file: str, text: str) -> Holds:
        """Whether a file of the output holds a text; without a text, whether it is gone."""
        path = self.project.root / "output" / file

        def holds() -> bool:
            if not text:
                return not path.exists()
            return path.is_file() and text in path.read_text("utf-8")

        return holds


def page_of(name: str) -> str:
    """Where the page of an article is in the output."""
    return f"2026/05/01/{name}/index.html"


def test_a_day(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: int, edits_seed: int
) -> None:  # promise 37
    """No edit is missed, the end equals a clean build, and memory stays level."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    attempts: Queue[Attempt] = Queue()
    session = Session(project.root, Options(jobs=1), attempts.put)
    day, memory, seconds, halves = Day(project, edits_seed), [], [], 0
    session.start()
    try:
        last = attempts.get(timeout=60).summary
        for kind, holds in day.edits(edits):
            begun = time.perf_counter()
            day.failed = False
            while not holds():
                try:
                    attempt = attempts.get(timeout=20)
                except Empty:
                    pytest.fail(f"edit {day.number} was missed: {kind}; last: {last}")
                last = attempt.summary
                day.failed = attempt.failed
                # A file that is written in pieces may be met half written: that is no miss.
                halves += attempt.failed and not kind.startswith("spoil")
            seconds.append(time.perf_counter() - begun)
            memory.append(resident())
    finally:
        session.waker.stop()
        session.join()
        session.watcher.close()
    assert session.error is None
    shown, clean = project.outputs(), project.clean_outputs(tmp_path / "clean")
    # Not `shown == clean`: to tell how two sites differ takes pytest hours.
    assert not [path for path in shown.keys() | clean.keys() if shown.get(path) != clean.get(path)]
    if edits >= FEW and memory[0]:
        early, late = memory[edits // 5], memory[-1]
        slowest = statistics.quantiles(seconds, n=20)[-1]
        print(f"\nsave to output: median {statistics.median(seconds) * 1000:.0f} ms, ", end="")
        print(f"95 % {slowest * 1000:.0f} ms; {halves} of {edits} edits met half written")
        print(f"resident: {early / 1e6:.1f} MB after a fifth, {late / 1e6:.1f} MB at the end")
        assert late < early * 1.05


def resident() -> int:
    """Bytes of this process's resident set; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")

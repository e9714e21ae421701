"""A day of edits of all kinds, with the system's own events.

`SITEGEN_EDITS=1000 python -m pytest tests/preview/test_day.py -s` makes it a long one.
"""

import gc
import os
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.preview.project import CONFIG, Project, source
from tests.preview.test_saving import SAVES, Watched, watched

__all__ = ["watched"]

EDITS = int(os.environ.get("SITEGEN_EDITS", "24"))
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")


class Day:
    """Edits at random. Each gives the file of the output to look at, and what it must hold."""

    def __init__(self, project: Project) -> None:
        self.project, self.chance = project, random.Random(5)
        self.articles = {name: f"{name}.md" for name in ("one", "two", "three")}
        self.number = 0

    def edits(self, count: int) -> Iterator[tuple[str, str]]:
        """So many, of all kinds."""
        kinds: list[Callable[[], tuple[str, str]]] = [self.body, self.body, self.body]
        kinds += [self.title, self.tag, self.add, self.delete, self.move]
        kinds += [self.template, self.style, self.static, self.settings]
        for self.number in range(count):
            yield self.chance.choice(kinds)()

    def body(self) -> tuple[str, str]:
        name = self.chance.choice(list(self.articles))
        return self.write(name, f"Edit {self.number}."), f"Edit {self.number}."

    def title(self) -> tuple[str, str]:
        name = self.chance.choice(list(self.articles))
        page = self.write(name, "Text.", title=f"Title {self.number}")
        return self.chance.choice([page, "index.html", "feed.xml"]), f"Title {self.number}"

    def tag(self) -> tuple[str, str]:
        name = self.chance.choice(list(self.articles))
        self.write(name, f"Of {self.number}.", tags=f"[Tag {self.number % 7}]")
        return f"tags/tag-{self.number % 7}/index.html", f"/2026/05/01/{name}/"

    def add(self) -> tuple[str, str]:
        name = f"new-{self.number}"
        folder = self.chance.choice(["", "a/", f"b{self.number}/c/"])
        self.articles[name] = f"{folder}{name}.md"
        return self.write(name, f"Added {self.number}."), f"Added {self.number}."

    def delete(self) -> tuple[str, str]:
        if len(self.articles) < 4:
            return self.add()
        name = self.chance.choice(list(self.articles))
        (self.project.root / "content" / self.articles.pop(name)).unlink()
        return page_of(name), ""

    def move(self) -> tuple[str, str]:
        name = self.chance.choice(list(self.articles))
        old = self.project.root / "content" / self.articles[name]
        self.articles[name] = f"moved/{self.number}/{name}.md"
        new = self.project.root / "content" / self.articles[name]
        new.parent.mkdir(parents=True)
        old.rename(new)
        new.write_text(source(name, f"Moved {self.number}."), "utf-8")
        return page_of(name), f"Moved {self.number}."

    def template(self) -> tuple[str, str]:
        path = "themes/digest/templates/article.html"
        text = '{% extends "digest/article.html" %}{% block main %}{{ super() }}'
        self.put(path, f"{text}Template {self.number}{{% endblock %}}")
        return page_of(self.chance.choice(list(self.articles))), f"Template {self.number}"

    def style(self) -> tuple[str, str]:
        self.put("themes/digest/assets/extra.css", f"/* {self.number} */")
        return self.static()

    def static(self) -> tuple[str, str]:
        self.put("static/note.txt", f"Note {self.number}")
        return "note.txt", f"Note {self.number}"

    def settings(self) -> tuple[str, str]:
        self.put("sitegen.toml", CONFIG.replace("Test", f"Test {self.number}"))
        return "index.html", f"The Test {self.number} Digest"

    def write(self, name: str, body: str, **fields: str) -> str:
        path = self.project.root / "content" / self.articles[name]
        text = source(name, body, **fields)
        if path.exists():
            self.chance.choice(SAVES)(path, text)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return page_of(name)

    def put(self, path: str, text: str) -> None:
        file = self.project.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def page_of(name: str) -> str:
    """Where the page of an article is in the output."""
    return f"2026/05/01/{name}/index.html"


def shows(project: Project, file: str, text: str) -> bool:
    """Whether a file of the output holds a text; without a text, whether it is gone."""
    path = project.root / "output" / file
    if not text:
        return not path.exists()
    return path.is_file() and text in path.read_text("utf-8")


def test_a_day(watched: Watched, tmp_path: Path) -> None:  # promise 37
    """No edit is missed, the end equals a clean build, and memory stays level."""
    memory: list[int] = []
    for file, text in Day(watched.project).edits(EDITS):
        watched.until(partial(shows, watched.project, file, text))
        assert not watched.attempts[-1].failed
        del watched.attempts[:-1]
        memory.append(_resident())
    watched.loop.step(None)
    assert watched.project.outputs() == watched.project.clean_outputs(tmp_path / "clean")
    if EDITS >= 500 and memory[0]:
        gc.collect()
        early, late = memory[EDITS // 5], memory[-1]
        print(f"resident: {early / 1e6:.1f} MB after a fifth, {late / 1e6:.1f} MB at the end")
        assert late < early * 1.05


def _resident() -> int:
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")

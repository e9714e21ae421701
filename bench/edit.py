"""`python -m bench edit`: one edit in warm state, in process, as `watch` and `serve` build it.

The clock starts when the changed article is on disk and stops when the last byte of the output is
written. The build is told which file changed, as the watcher tells it.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median, quantiles

from bench.corpus import Article, Corpus
from bench.generators import Generator
from bench.report import table
from sitegen.build import Choice, State, build

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""After the newest article of the corpus."""


@dataclass(frozen=True, slots=True)
class Run:
    """All edits of one kind."""

    edit: str
    seconds: tuple[float, ...]
    rendered: int
    """Pages that the last of them made anew."""


def _body(article: Article, number: int) -> Article:
    return replace(article, body=f"{article.body}\nThe zqbody{number} was added.\n")


def _title(article: Article, number: int) -> Article:
    return replace(article, title=f"{article.title} zqtitle{number}")


_Change = Callable[[Article, int], Article]
_EDITS: dict[str, _Change] = {"body edited": _body, "title edited": _title}


def run(generator: Generator, corpus: Corpus, edits: int, say: Callable[[str], None]) -> list[Run]:
    """Build the corpus once, then edit another article each time, in another part of the site."""
    generator.create(corpus)
    state = State(generator.root)
    runs = []
    try:
        say("cold build")
        build(state, Choice(_NOW))
        gc.collect()
        gc.freeze()
        for name, change in _EDITS.items():
            say(name)
            done = [_edit(state, generator, corpus, number, change) for number in range(edits + 1)]
            # The first edit of a kind imports what only it needs.
            seconds = tuple(taken for taken, _ in done[1:])
            runs.append(Run(name, seconds, done[-1][1]))
    finally:
        state.close()
    return runs


def _edit(
    state: State,
    generator: Generator,
    corpus: Corpus,
    number: int,
    change: _Change,
) -> tuple[float, int]:
    """Seconds from the changed file to the last byte written, and how many pages were made."""
    article = corpus[number * 997 % len(corpus)]
    generator.write_article(change(article, number))
    hints = frozenset({f"content/{article.file}"})
    begun = time.perf_counter()
    done = build(state, Choice(_NOW), hints=hints)
    return time.perf_counter() - begun, done.rendered


def as_table(runs: list[Run]) -> str:
    """A row for each kind of edit."""
    rows = [
        [
            one.edit,
            f"{median(one.seconds) * 1000:.0f}",
            f"{quantiles(one.seconds, n=20)[-1] * 1000:.0f}",
            f"{min(one.seconds) * 1000:.0f}–{max(one.seconds) * 1000:.0f}",
            str(one.rendered),
        ]
        for one in runs
    ]
    return table(["edit", "median ms", "95 % ms", "min–max", "pages made anew"], rows, words=1)

"""What a build did: counts, seconds for each stage, and every problem."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from sitegen.build.state import Last
from sitegen.problems import Problem, in_order

Progress = Callable[[str, int, int], None]
"""Told the stage, how much is done, and of how much."""


class Abandoned(BaseException):
    """Raised by a `Progress`: the build ends, and all is as if it had not begun."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """A progress that nobody watches."""


class Outcome(Struct, frozen=True):
    """What was done to the output."""

    rendered: int = 0
    """Pages made anew."""
    copied: int = 0
    """Files looked at anew because their bytes, or their copies, had changed."""
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Report(Struct, frozen=True):
    """What a build did. `--report` writes it as JSON."""

    articles: int
    """Published."""
    pages: int
    """Files in the output."""
    rendered: int
    """Pages made anew."""
    reused: int
    """Pages that were what they had to be."""
    written: int
    """Files whose bytes were written."""
    unchanged: int
    """Files that were left alone."""
    removed: int
    """Files that are no longer part of the site."""
    seconds: dict[str, float]
    """By stage, in order."""
    problems: tuple[Problem, ...]
    held: int = 0
    """Articles that are not published: drafts, expired, or waiting for their date."""
    changed: tuple[str, ...] = ()
    """The files written or removed, relative to the output."""

    def as_json(self) -> dict[str, object]:
        """What `--report` writes."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name != "changed"}


class Stopwatch:
    """Times the stages and tells how far they are."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self.progress = progress

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - begun
            self.seconds[name] = round(self.seconds.get(name, 0.0) + taken, 6)

    def report(
        self, last: Last, pages: int, outcome: Outcome, seeds: tuple[Problem, ...]
    ) -> Report:
        """The report of a build that succeeded."""
        written, removed = len(outcome.written), len(outcome.removed)
        return Report(
            articles=last.articles,
            pages=pages,
            rendered=outcome.rendered,
            reused=pages - outcome.rendered - outcome.copied,
            written=written,
            unchanged=pages - written,
            removed=removed,
            seconds=self.seconds,
            problems=in_order([*seeds, *last.problems]),
            held=last.held,
            changed=tuple(sorted({*outcome.written, *outcome.removed})),
        )

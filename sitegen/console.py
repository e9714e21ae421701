"""How commands show what was done: tables, sums, and a bar while one waits."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sitegen.build import Progress, Report
    from sitegen.ingest import Outcome

_LONG_WORK: Final = 200
"""Articles or pages from which a progress bar is worth its place."""


def table(outcomes: "tuple[Outcome, ...]") -> "Iterator[str]":
    """Each seed, what happened to it, what its editor changed, and what comes of both."""
    rows = [("seed", "the seed is", "you changed", "so it is", "article")]
    rows += [
        (
            one.seed,
            str(one.state),
            ", ".join(one.edited) or "–",
            str(one.action),
            one.article or "–",
        )
        for one in outcomes
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join([*cells, row[4]])


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 article`, `1,200 articles`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def summary(done: "Report", verbose: bool) -> str:
    """What a build did, in a line; if `verbose`, with the seconds of each stage."""
    total = sum(done.seconds.values())
    parts = [f"{done.written:,} of {done.pages:,} files written"]
    if done.removed:
        parts.append(f"{done.removed:,} removed")
    text = f"{counted(done.articles, 'article')}: {', '.join(parts)} in {total:.2f} s"
    if done.held:
        text += f"\n{counted(done.held, 'article')} held back: draft, expired, or dated after now"
    if verbose:
        text += "".join(f"\n  {stage:10} {taken:8.3f} s" for stage, taken in done.seconds.items())
    return text


@contextmanager
def progress(quiet: bool) -> "Iterator[Progress]":
    """A bar on a terminal, for work that takes a while; nothing in a pipe."""
    from sitegen.build.report import silent

    if quiet or not sys.stderr.isatty():
        yield silent
        return
    bars: dict[str, Any] = {}
    shown: list[Any] = []

    def progress(stage: str, done: int, total: int) -> None:
        if total < _LONG_WORK:
            return
        if not shown:
            from rich.console import Console
            from rich.progress import Progress as Bars

            shown.append(Bars(console=Console(stderr=True), transient=True))
            shown[0].start()
        if stage not in bars:
            bars[stage] = shown[0].add_task(stage, total=total)
        shown[0].update(bars[stage], completed=done)

    try:
        yield progress
    finally:
        if shown:
            shown[0].stop()

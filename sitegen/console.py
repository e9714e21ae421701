"""How commands show what was done: problems, tables, sums, and a bar while one waits."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sitegen.problems import Problem, Severity, fault

if TYPE_CHECKING:
    from sitegen.build import Progress, Report
    from sitegen.ingest import Outcome

Excerpt = Callable[[Problem], Iterable[tuple[int, str]]]
_MOST_PROBLEMS: Final = 50
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
            one.article or (f"{one.count:,} articles" if one.count > 1 else "–"),
        )
        for one in outcomes
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join([*cells, row[4]])


def listed(
    problems: tuple[Problem, ...], verbose: bool, excerpt: Excerpt | None = None
) -> "Iterator[str]":
    """Problems, errors first; more than an editor reads only if asked for.

    `excerpt` gives the lines that a problem is about, where these are wanted.
    """
    by_weight = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
    shown = by_weight if verbose else by_weight[:_MOST_PROBLEMS]
    for problem in shown:
        colour = "red" if problem.severity is Severity.ERROR else "yellow"
        word = f"{problem.severity}:"
        yield str(problem).replace(word, click.style(word, fg=colour, bold=True), 1)
        for number, line in excerpt(problem) if excerpt else ():
            yield f"  {'>' if number == problem.line else ' '} {number:4} | {line}"
    if len(shown) < len(problems):
        yield f"… and {len(problems) - len(shown):,} more: `-v` shows them all"


def warning(text: str, *more: str) -> str:
    """A warning that is no problem of a file's, with what it is about below it."""
    head = f"{click.style('warning:', fg='yellow', bold=True)} {text}"
    return "\n    ".join([head, *more])


def say(text: str, quiet: bool) -> None:
    """A line of what was done, unless the user asked for silence."""
    if not quiet:
        click.echo(text)


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


def write_report(path: Path, report: dict[str, object]) -> None:
    """What was done, as JSON. Raises `SitegenError`."""
    import msgspec

    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    except OSError as error:
        raise fault(f"the report cannot be written: {error.strerror}", str(path)) from None


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


@contextmanager
def transfer(quiet: bool, total: int) -> "Iterator[Callable[[int], None]]":
    """A bar of bytes and time on a terminal, told how many are there; nothing in a pipe.

    It goes on turning when all are there: what is put to another machine may only be sent then.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _size: None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        # Never quite done, so that it turns, and its time goes on, until the end.
        task = bars.add_task("putting", total=total + 1)

        def shown(size: int) -> None:
            doing = "finishing" if size >= total else "putting"
            bars.update(task, completed=size, description=doing)

        shown(0)
        yield shown

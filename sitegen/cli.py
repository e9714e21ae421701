"""The commands; the only place that prints or exits."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sitegen import __version__
from sitegen.problems import Problem, Severity, SitegenError, fault

if TYPE_CHECKING:
    from sitegen.build import Choice, Progress, Report
    from sitegen.ingest import Outcome
    from sitegen.preview.attempt import Attempt
    from sitegen.preview.loop import Tell
    from sitegen.preview.sockets import Listening

# Everything else is imported by the command that uses it: `sitegen --help` must answer at once.

_PROJECT: Final = "sitegen.toml"
_MOST_PROBLEMS: Final = 50
_LONG_WORK: Final = 200
"""Articles or pages from which a progress bar is worth its place."""


class _Commands(click.Group):
    """Shows the commands in the order in which an editor meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitegen", message="%(prog)s %(version)s")
def main() -> None:
    """Turn raw news articles into a published digest.

    \b
    Begin with        sitegen new my-digest
    then, inside it,  sitegen build
    Completion        eval "$(_SITEGEN_COMPLETE=bash_source sitegen)"  (also zsh, fish)
    """


def _command(function: Callable[..., None]) -> Callable[..., None]:
    """What every command shares: where the project is, how much to say, how faults end it."""

    @click.option("--root", type=click.Path(path_type=Path), help="The project's folder.")
    @click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
    @click.option("-v", "--verbose", is_flag=True, help="Say how long each stage took.")
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except SitegenError as error:
            _tell(error.problems, bool(kwargs.get("verbose")))
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)

    return run


def _building(function: Callable[..., None]) -> Callable[..., None]:
    """Which articles are published, and with how many processes."""
    for option in (
        click.option("--jobs", type=click.IntRange(0), default=0, help="Processes; 0: one a core."),
        click.option("--future", is_flag=True, help="Publish articles dated in the future."),
        click.option("--drafts", is_flag=True, help="Publish drafts."),
    ):
        function = option(function)
    return function


@main.command()
@click.argument("what")
@click.argument("headline", required=False)
@_command
def new(what: str, headline: str | None, root: Path | None, quiet: bool, verbose: bool) -> None:
    """Make a project: `new DIR`. Begin an article in one: `new article "Headline"`."""
    from sitegen import dates, scaffold
    from sitegen.config import load

    if what == "article" and headline is not None:
        project = _find_project(root)
        path = scaffold.new_article(project, load(project), headline, dates.now())
        _say(f"{path}: a draft. Remove `draft: true` to publish it.", quiet)
        return
    if headline is not None:
        raise click.UsageError('write `sitegen new DIR`, or `sitegen new article "Headline"`')
    for path in scaffold.new_project((root or Path()) / what, dates.now()):
        if verbose:
            _say(f"made {path}", quiet)
    _say(f"{what} is ready. Now: cd {what} && sitegen build", quiet)


@main.command()
@click.option("--status", is_flag=True, help="Show each seed and what would happen.")
@click.option("--diff", is_flag=True, help="Show what would change in the articles.")
@click.option("--strict", is_flag=True, help="Fail if a seed cannot be used.")
@_command
def ingest(
    root: Path | None, quiet: bool, verbose: bool, status: bool, diff: bool, strict: bool
) -> None:
    """Convert new and changed seeds; never overwrite a hand edit."""
    from sitegen import dates
    from sitegen import ingest as seeds
    from sitegen.config import load

    project = _find_project(root)
    config, now = load(project), dates.now()
    if diff:
        for difference in seeds.differences(project, config, now):
            _say(difference.diff, quiet)
        return
    if status:
        report = seeds.status(project, config, now)
        for row in _table(report.outcomes):
            _say(row, quiet)
    else:
        report = seeds.ingest(project, config, now)
    _tell(report.problems, verbose)
    counts = ", ".join(f"{count:,} {action}" for action, count in report.counts.items())
    _say(counts or "there are no seeds", quiet)
    if strict and report.problems:
        sys.exit(1)


@main.command()
@_building
@click.option("--strict", is_flag=True, help="Let warnings fail the build.")
@click.option("--clean", is_flag=True, help="Forget the cache and make every page anew.")
@click.option("--report", type=click.Path(path_type=Path), help="Write what was done, as JSON.")
@_command
def build(
    root: Path | None,
    quiet: bool,
    verbose: bool,
    drafts: bool,
    future: bool,
    jobs: int,
    strict: bool,
    clean: bool,
    report: Path | None,
) -> None:
    """Convert new seeds, then build the site in `output/`."""
    from sitegen.build import State
    from sitegen.build import build as build_site

    gc.disable()  # A build makes no cycles worth looking for, and ends soon.
    state = State(_find_project(root), jobs)
    try:
        if clean:
            state.forget()
        with _progress(quiet) as progress:
            done = build_site(state, _choice(drafts, future), strict=strict, progress=progress)
    except SitegenError as error:
        if report:
            _write_report(report, {"problems": error.problems})
        raise
    finally:
        state.close()
    if report:
        _write_report(report, done.as_json())
    _tell(done.problems, verbose)
    _say(_summary(done, verbose), quiet)


@main.command()
@_building
@_command
def watch(
    root: Path | None, quiet: bool, verbose: bool, drafts: bool, future: bool, jobs: int
) -> None:
    """Build, then rebuild on every change."""
    from sitegen.preview.loop import Options
    from sitegen.preview.session import watch as watch_project

    project = _find_project(root)
    with ExitStack() as first:
        options = Options(jobs, drafts, future, first.enter_context(_progress(quiet)))
        watch_project(project, options, _teller(project, first, quiet, verbose))


@main.command()
@_building
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Default: 8000.")
@click.option("--host", default="localhost", help="Default: this computer alone.")
@click.option("--allow-host", multiple=True, help="Another name that it is reached under.")
@click.option("--open", "opens", is_flag=True, help="Show it in the browser.")
@_command
def serve(
    root: Path | None,
    quiet: bool,
    verbose: bool,
    drafts: bool,
    future: bool,
    jobs: int,
    port: int,
    host: str,
    allow_host: tuple[str, ...],
    opens: bool,
) -> None:
    """Watch, and show the site in the browser while it is edited."""
    from sitegen.preview.loop import Options
    from sitegen.preview.session import Where
    from sitegen.preview.session import serve as serve_project

    def ready(listening: "Listening", base: str) -> None:
        urls = listening.urls(base)
        if listening.port != port and port:
            _say(f"port {port} is taken; {listening.port} is free", quiet)
        if listening.is_open:
            word = click.style("warning:", fg="yellow", bold=True)
            click.echo(f"{word} other computers can read it, drafts included:", err=True)
            for url in urls:
                click.echo(f"    {url}", err=True)
        _say(f"{urls[0]}  (Ctrl-C ends it)", quiet)
        if opens:
            click.launch(urls[0])

    project = _find_project(root)
    with ExitStack() as first:
        options = Options(jobs, drafts, future, first.enter_context(_progress(quiet)))
        tell = _teller(project, first, quiet, verbose)
        serve_project(project, options, tell, Where(host, port, allow_host), ready)


@main.command()
@_building
@_command
def check(
    root: Path | None, quiet: bool, verbose: bool, drafts: bool, future: bool, jobs: int
) -> None:
    """Look for faults in the settings, the articles and their links; write nothing."""
    from sitegen.build import State, inspect

    state = State(_find_project(root), jobs)
    try:
        found = inspect(state, _choice(drafts, future))
    finally:
        state.close()
    _tell(found, verbose)
    failed = sum(problem.severity is Severity.ERROR for problem in found)
    if failed:
        sys.exit(1)
    _say("no faults found" if not found else f"no errors, {_counted(len(found), 'warning')}", quiet)


def _find_project(root: Path | None) -> Path:
    """The folder given, or the nearest one upwards that holds a `sitegen.toml`."""
    if root is not None:
        return root
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _PROJECT).is_file():
            return folder
    hint = "`sitegen new DIR` makes a project; `--root DIR` names one"
    raise fault(f"there is no `{_PROJECT}` here or in a folder above", hint=hint)


def _choice(drafts: bool, future: bool) -> "Choice":
    from sitegen import dates
    from sitegen.build import Choice

    return Choice(dates.now(), drafts, future)


def _tell(problems: "tuple[Problem, ...]", verbose: bool = False) -> None:
    """Problems on the error stream, errors first; more than an editor reads only if asked for."""
    by_weight = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
    shown = by_weight if verbose else by_weight[:_MOST_PROBLEMS]
    for problem in shown:
        click.echo(_styled(problem), err=True)
    if len(shown) < len(problems):
        click.echo(f"… and {len(problems) - len(shown):,} more: `-v` shows them all", err=True)
    failed = sum(problem.severity is Severity.ERROR for problem in problems)
    if failed:
        click.echo(f"{_counted(failed, 'error')}; nothing was written", err=True)


def _styled(problem: Problem) -> str:
    colour = "red" if problem.severity is Severity.ERROR else "yellow"
    word = f"{problem.severity}:"
    return str(problem).replace(word, click.style(word, fg=colour, bold=True), 1)


def _teller(root: Path, first: ExitStack, quiet: bool, verbose: bool) -> "Tell":
    """Says a line for each build, and each problem once, with the lines that it is about.

    `first` is what the first build shows while it goes on.
    """
    from sitegen.preview.excerpts import excerpt

    def tell(attempt: "Attempt") -> None:
        first.close()
        for problem in attempt.fresh[: None if verbose else _MOST_PROBLEMS]:
            click.echo(_styled(problem), err=True)
            for number, line in excerpt(root, problem):
                mark = ">" if number == problem.line else " "
                click.echo(f"  {mark} {number:4} | {line}", err=True)
        _say(f"{time.strftime('%H:%M:%S')}  {attempt.summary}", quiet and not attempt.failed)

    return tell


def _table(outcomes: "tuple[Outcome, ...]") -> "Iterator[str]":
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


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _say(text: str, quiet: bool) -> None:
    if not quiet:
        click.echo(text)


def _summary(done: "Report", verbose: bool) -> str:
    total = sum(done.seconds.values())
    parts = [f"{done.written:,} of {done.pages:,} files written"]
    if done.removed:
        parts.append(f"{done.removed:,} removed")
    text = f"{_counted(done.articles, 'article')}: {', '.join(parts)} in {total:.2f} s"
    if verbose:
        text += "".join(f"\n  {stage:10} {taken:8.3f} s" for stage, taken in done.seconds.items())
    return text


def _write_report(path: Path, report: dict[str, object]) -> None:
    import msgspec

    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    except OSError as error:
        raise fault(f"the report cannot be written: {error.strerror}", os.fspath(path)) from None


@contextmanager
def _progress(quiet: bool) -> "Iterator[Progress]":
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

"""The commands; the only place that prints or exits."""

import gc
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sitegen import __version__
from sitegen.console import counted, listed, progress, say, summary, table, warning, write_report
from sitegen.problems import Problem, SitegenError, errors, fault

if TYPE_CHECKING:
    from sitegen.build import Choice
    from sitegen.preview.attempt import Attempt
    from sitegen.preview.loop import Tell
    from sitegen.preview.sockets import Listening

# Everything else is imported by the command that uses it: `sitegen --help` must answer at once.
_PROJECT: Final = "sitegen.toml"


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
            failed = len(errors(error.problems))
            why = counted(failed, "error") if failed else "warnings, and `--strict`"
            _tell(error.problems, bool(kwargs.get("verbose")), f"{why}; nothing was written")
            sys.exit(1)
        except OSError as error:
            _tell((Problem(error.strerror or str(error), str(error.filename or "")),))
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)

    return run


_jobs = click.option("--jobs", type=click.IntRange(0), default=0, help="Processes; 0: one a core.")


def _building(function: Callable[..., None]) -> Callable[..., None]:
    """Which articles are published, and with how many processes."""
    for option in (
        _jobs,
        click.option("--future", is_flag=True, help="Publish articles dated in the future."),
        click.option("--drafts", is_flag=True, help="Publish drafts."),
    ):
        function = option(function)
    return function


@main.command()
@click.argument("what", required=False)
@click.argument("headline", required=False)
@_command
def new(
    what: str | None, headline: str | None, root: Path | None, quiet: bool, verbose: bool
) -> None:
    """Make a project: `new DIR`. Begin an article in one: `new article "Headline"`."""
    from sitegen import dates, scaffold
    from sitegen.config import load

    if what == "article" and headline is not None:
        project = _find_project(root)
        path = scaffold.new_article(project, load(project), headline, dates.now())
        say(f"{path.relative_to(project)}: a draft. Remove `draft: true` to publish it.", quiet)
        return
    if what is None or headline is not None or what == "article":
        raise click.UsageError('write `sitegen new DIR`, or `sitegen new article "Headline"`')
    folder = (root or Path()) / what
    for path in scaffold.new_project(folder, dates.now()):
        say(f"made {path}", quiet or not verbose)
    say(f"{folder} is ready. Now: cd {shlex.quote(str(folder))} && sitegen build", quiet)


@main.command()
@click.option("--status", is_flag=True, help="Show each seed and what would happen.")
@click.option("--diff", is_flag=True, help="Show what would change in the articles.")
@click.option("--strict", is_flag=True, help="Fail if a seed cannot be used.")
@_jobs
@_command
def ingest(
    root: Path | None, quiet: bool, verbose: bool, status: bool, diff: bool, strict: bool, jobs: int
) -> None:
    """Convert new and changed seeds; never overwrite a hand edit."""
    from sitegen import dates
    from sitegen import ingest as seeds
    from sitegen.build.executor import Workers
    from sitegen.config import load

    project = _find_project(root)
    config, now = load(project), dates.now()
    if diff:
        for difference in seeds.differences(project, config, now):
            say(difference.diff, quiet)
        return
    if status:
        report = seeds.status(project, config, now)
        for row in table(report.outcomes):
            say(row, quiet)
    else:
        with progress(quiet) as told, closing(Workers(jobs)) as workers:
            run = partial(seeds.ingest, project, config, now, executor=workers.executor)
            report = run(progress=partial(told, "seeds"), strict=strict)
    _tell(report.problems, verbose)
    counts = ", ".join(f"{count:,} {action}" for action, count in report.counts.items())
    say(counts or "there are no seeds", quiet)
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
            state.begin_anew()
        with progress(quiet) as told:
            done = build_site(state, _choice(drafts, future), strict=strict, progress=told)
    except SitegenError as error:
        if report:
            write_report(report, {"problems": error.problems})
        raise
    finally:
        state.close()
    if report:
        write_report(report, done.as_json())
    _tell(done.problems, verbose)
    say(summary(done, verbose), quiet)


@main.command()
@_building
@_command
def watch(
    root: Path | None, quiet: bool, verbose: bool, drafts: bool, future: bool, jobs: int
) -> None:
    """Build, then rebuild on every change."""
    from sitegen.preview.session import Options
    from sitegen.preview.session import watch as watch_project

    project = _find_project(root)
    with ExitStack() as first:
        options = Options(jobs, drafts, future, first.enter_context(progress(quiet)))
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
    from sitegen.preview.session import Options, Where
    from sitegen.preview.session import serve as serve_project

    def ready(listening: "Listening", base: str) -> None:
        urls = listening.urls(base)
        if listening.port != port and port:
            say(f"port {port} is taken; {listening.port} is free", quiet)
        if listening.is_open:
            click.echo(warning("other computers can read it, drafts included:", *urls), err=True)
        say(f"{urls[0]}  (Ctrl-C ends it)", quiet)
        if opens:
            click.launch(urls[0])

    project = _find_project(root)
    with ExitStack() as first:
        options = Options(jobs, drafts, future, first.enter_context(progress(quiet)))
        where = Where(host, port, allow_host)
        serve_project(project, options, _teller(project, first, quiet, verbose), where, ready)


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
    if errors(found):
        sys.exit(1)
    say("no faults found" if not found else f"no errors, {counted(len(found), 'warning')}", quiet)


def _find_project(root: Path | None) -> Path:
    """The folder given, or the nearest one upwards that holds a `sitegen.toml`."""
    if root is not None:
        if not (root / _PROJECT).exists():
            raise fault(f"there is no `{_PROJECT}` in `{root}`", hint="`sitegen new` makes one")
        return root
    for folder in (Path.cwd() / _PROJECT).parents:
        if (folder / _PROJECT).is_file():
            return folder
    hint = "`sitegen new DIR` makes a project; `--root DIR` names one"
    raise fault(f"there is no `{_PROJECT}` here or in a folder above", hint=hint)


def _choice(drafts: bool, future: bool) -> "Choice":
    from sitegen import dates
    from sitegen.build import Choice

    return Choice(dates.now(), drafts, future)


def _tell(problems: "tuple[Problem, ...]", verbose: bool = False, outcome: str = "") -> None:
    """Problems on the error stream, and what came of them."""
    for line in listed(problems, verbose):
        click.echo(line, err=True)
    if outcome or errors(problems):
        click.echo(outcome or counted(len(errors(problems)), "error"), err=True)


def _teller(root: Path, first: ExitStack, quiet: bool, verbose: bool) -> "Tell":
    """Says a line for each build, and each new problem. `first`: what the first build shows."""
    from sitegen.preview.excerpts import excerpt

    def tell(attempt: "Attempt") -> None:
        first.close()
        for line in listed(attempt.fresh, verbose, partial(excerpt, root)):
            click.echo(line, err=True)
        say(f"{time.strftime('%H:%M:%S')}  {attempt.summary}", quiet and not attempt.failed)

    return tell

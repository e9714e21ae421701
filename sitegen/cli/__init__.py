"""The commands; the only place that prints or exits."""

import gc
import shlex
import sys
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen import __version__
from sitegen.cli.common import building, choice, command, find_project, is_new, jobs, tell, teller
from sitegen.cli.publishing import publish
from sitegen.console import counted, progress, say, summary, table, warning, write_report
from sitegen.problems import SitegenError, errors

if TYPE_CHECKING:
    from sitegen.preview.sockets import Listening

# Everything else is imported by the command that uses it: `sitegen --help` must answer at once.


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


@main.command()
@click.argument("what", required=False)
@click.argument("headline", required=False)
@command
def new(
    what: str | None, headline: str | None, root: Path | None, quiet: bool, verbose: bool
) -> None:
    """Make a project: `new DIR`. Begin an article in one: `new article "Headline"`."""
    from sitegen import dates, scaffold
    from sitegen.config import load

    if what == "article" and headline is not None:
        project = find_project(root)
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
@jobs
@command
def ingest(
    root: Path | None, quiet: bool, verbose: bool, status: bool, diff: bool, strict: bool, jobs: int
) -> None:
    """Convert new and changed seeds; never overwrite a hand edit."""
    from sitegen import dates
    from sitegen import ingest as seeds
    from sitegen.build.executor import Workers
    from sitegen.config import load

    project = find_project(root)
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
    tell(report.problems, verbose)
    counts = ", ".join(f"{count:,} {action}" for action, count in report.counts.items())
    say(counts or "there are no seeds", quiet)
    if strict and report.problems:
        sys.exit(1)


@main.command()
@building
@click.option("--strict", is_flag=True, help="Let warnings fail the build.")
@click.option("--clean", is_flag=True, help="Forget the cache and make every page anew.")
@click.option("--report", type=click.Path(path_type=Path), help="Write what was done, as JSON.")
@command
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
) -> object:
    """Convert new seeds, then build the site in `output/`."""
    project = find_project(root)
    from sitegen.build import State
    from sitegen.build import build as build_site

    state = State(project, jobs)
    if clean or is_new(project):
        state.workers.start()
    gc.disable()  # A build makes no cycles worth looking for, and ends soon.
    try:
        if clean:
            state.begin_anew()
        with progress(quiet) as told:
            done = build_site(state, choice(drafts, future), strict=strict, progress=told)
    except SitegenError as error:
        if report:
            write_report(report, {"problems": error.problems})
        raise
    finally:
        state.close()
    if report:
        write_report(report, done.as_json())
    tell(done.problems, verbose)
    say(summary(done, verbose), quiet)
    return state


@main.command()
@building
@command
def watch(
    root: Path | None, quiet: bool, verbose: bool, drafts: bool, future: bool, jobs: int
) -> None:
    """Build, then rebuild on every change."""
    from sitegen.preview.session import Options
    from sitegen.preview.session import watch as watch_project

    project = find_project(root)
    with ExitStack() as first:
        options = Options(jobs, drafts, future, first.enter_context(progress(quiet)))
        watch_project(project, options, teller(project, first, quiet, verbose))


@main.command()
@building
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Default: 8000.")
@click.option("--host", default="localhost", help="Default: this computer alone.")
@click.option("--allow-host", multiple=True, help="Another name that it is reached under.")
@click.option("--open", "opens", is_flag=True, help="Show it in the browser.")
@command
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

    project = find_project(root)
    with ExitStack() as first:
        options = Options(jobs, drafts, future, first.enter_context(progress(quiet)))
        where = Where(host, port, allow_host)
        serve_project(project, options, teller(project, first, quiet, verbose), where, ready)


@main.command()
@building
@command
def check(
    root: Path | None, quiet: bool, verbose: bool, drafts: bool, future: bool, jobs: int
) -> None:
    """Look for faults in the settings, the articles and their links; write nothing."""
    from sitegen.build import State, inspect

    state = State(find_project(root), jobs)
    try:
        found = inspect(state, choice(drafts, future))
    finally:
        state.close()
    tell(found, verbose)
    if errors(found):
        sys.exit(1)
    say("no faults found" if not found else f"no errors, {counted(len(found), 'warning')}", quiet)


main.add_command(publish)

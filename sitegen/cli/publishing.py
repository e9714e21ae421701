"""`sitegen publish`."""

import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from sitegen.cli.common import choice, command, find_project, jobs, refused, tell
from sitegen.console import counted, progress, say, summary, transfer, warning
from sitegen.problems import SitegenError, did_you_mean, fault
from sitegen.publish.guards import Guard

if TYPE_CHECKING:
    from sitegen.config import Config
    from sitegen.publish.content import Content
    from sitegen.publish.execute import Wait
    from sitegen.publish.plan import Plan
    from sitegen.publish.run import Look
    from sitegen.publish.target import Reader, Target
    from sitegen.targets import AnyTarget

_EXAMPLES: Final = ("example.org", "example.com")


@click.command()
@click.argument("name", required=False)
@click.option("--dry-run", is_flag=True, help="Show what would be done; do nothing.")
@click.option("--list", "lists", is_flag=True, help="Show what was published when.")
@click.option("--rollback", is_flag=True, help="Go back to the release before.")
@click.option(
    "--force",
    multiple=True,
    type=click.Choice([str(guard) for guard in Guard]),
    help="Publish although this forbids it.",
)
@jobs
@command
def publish(
    name: str | None,
    root: Path | None,
    quiet: bool,
    verbose: bool,
    dry_run: bool,
    lists: bool,
    rollback: bool,
    force: tuple[str, ...],
    jobs: int,
) -> None:
    """Build, then publish to the target NAME of `sitegen.toml`."""
    from sitegen.config import load
    from sitegen.publish import places, run
    from sitegen.publish.siblings import precompressed
    from sitegen.targets import Directory, Rsync

    if lists and (rollback or dry_run):
        raise click.UsageError("`--list` stands alone")
    project = find_project(root).resolve()
    config = load(project)
    name, settings = _chosen(config, name)
    wait = partial(_wait, quiet)
    if lists:
        for line in _releases(places.open_reader(settings, project), wait):
            say(line, quiet)
        return
    content = None if rollback else _build(project, quiet, verbose, jobs)
    if content:
        _check_url(config.site.url, quiet)
    if content and isinstance(settings, Directory | Rsync) and settings.precompress:
        with progress(quiet) as told:
            content = precompressed(content, project / ".sitegen", told)

    def look(reader: "Reader") -> "Look":
        if content is None:
            return run.look_back(reader, force, wait)
        return run.look(reader, run.Wish(content, _now(), settings.keep_assets, force), wait)

    if dry_run:
        found = look(places.open_reader(settings, project))
        _show(found.plan, quiet, each=True)
        found.check()
        say("this was a dry run: nothing was published", quiet)
        return
    target = places.open_target(settings, project)
    found = look(target)
    _show(found.plan, quiet, each=verbose)
    found.check()
    if found.plan.operations:
        _do(target, found, wait, quiet, verbose)
        try:
            _announce(settings, project)
        finally:
            if content and config.feeds.hub:
                _tell_hub(found.plan, config, quiet)


def _chosen(config: "Config", name: str | None) -> "tuple[str, AnyTarget]":
    """The target that is meant, with its name: the only one may go without saying."""
    names = list(config.publish)
    if not names:
        hint = 'write `[publish.live]`, and below it `type = "directory"` and `path = "…"`'
        raise fault("there is no target to publish to", "sitegen.toml", hint=hint)
    if name is None and len(names) > 1:
        raise click.UsageError(f"say which target: {', '.join(names)}")
    chosen = name or names[0]
    if chosen not in config.publish:
        raise click.UsageError(f"there is no target `{chosen}`: {did_you_mean(chosen, names)}")
    return chosen, config.publish[chosen]


def _build(project: Path, quiet: bool, verbose: bool, jobs: int) -> "Content":
    """The site as it is now, built strictly: what has a fault is not published."""
    from sitegen.build import State
    from sitegen.build import build as build_site
    from sitegen.config import load
    from sitegen.publish.content import built, revision

    state = State(project, jobs)
    try:
        with progress(quiet) as told:
            done = build_site(state, choice(False, False), strict=True, progress=told)
        say(summary(done, verbose), quiet)
        return built(state, done, load(project), revision(project))
    finally:
        state.close()


def _check_url(url: str, quiet: bool) -> None:
    """Feeds and canonical links hold the URL: whoever forgets it learns it late."""
    if urlsplit(url).hostname in _EXAMPLES and not quiet:
        told = warning(f"feeds and links lead to `{url}`", "is `[site] url` where it is published?")
        click.echo(told, err=True)


def _now() -> str:
    from sitegen import dates

    return dates.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _show(plan: "Plan", quiet: bool, each: bool) -> None:
    """What will be done: how much, and if asked for each single operation."""
    from sitegen.publish import lines

    for line in lines.plan_lines(plan):
        say(line, quiet)
    if each:
        for operation in plan.operations:
            say(str(operation), quiet)
    say(lines.summary(plan), quiet)


def _wait(quiet: bool, seconds: float, why: str) -> None:
    """Before what may pass is tried again: nobody should have to guess what takes so long."""
    if not quiet:
        click.echo(warning(f"{why}; trying again in {seconds:g} s"), err=True)
    time.sleep(seconds)


def _do(target: "Target", found: "Look", wait: "Wait", quiet: bool, verbose: bool) -> None:
    """Do it; whatever stops it, the next run goes on from there."""
    from sitegen.publish import run

    total, begun = len(found.plan.operations), time.perf_counter()
    done = 0

    try:
        with transfer(quiet, found.plan.size) as shown:

            def told(operations: int, size: int) -> None:
                nonlocal done
                done = operations
                shown(size)

            run.do(target, found, told, wait)
    except (SitegenError, OSError) as error:
        if isinstance(error, SitegenError):
            problems = error.problems
        else:
            problems = (refused(error).at(target.shown),)
        outcome = f"stopped after {done:,} of {total:,} operations; run it again to go on"
        tell(problems, verbose, outcome)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("stopped; run it again to go on", err=True)
        sys.exit(130)
    name, taken = found.plan.after.release.name, time.perf_counter() - begun
    say(f"{target.shown} is at release {name}, verified, in {taken:.1f} s", quiet)


def _announce(settings: "AnyTarget", project: Path) -> None:
    """Run the command of the settings, which nobody's shell takes apart."""
    if not settings.after:
        return
    shown = settings.after[0]
    try:
        import subprocess

        code = subprocess.run(settings.after, cwd=project, check=False).returncode
    except OSError as error:
        raise fault(f"published, but `{shown}` cannot be run: {error.strerror}") from None
    if code:
        raise fault(f"published, but `{shown}` ended with exit code {code}")


def _tell_hub(plan: "Plan", config: "Config", quiet: bool) -> None:
    """Tell the hub which feeds are new; that it was not told is a warning, for they are up."""
    from sitegen.publish.hub import changed_feeds
    from sitegen.websub import ping

    feeds = list(changed_feeds(plan, config))
    problems = ping(config.feeds.hub, feeds)
    tell(problems)
    if feeds and not problems:
        say(f"{config.feeds.hub} was told of {counted(len(feeds), 'feed')}", quiet)


def _releases(reader: "Reader", wait: "Wait") -> "Iterator[str]":
    from sitegen.publish import lines, run

    found, now = run.releases(reader, wait)
    if not now:
        return iter([f"nothing is published at {reader.shown} yet"])
    return lines.release_lines(found, now)

"""The engine: every file in the output is the value of a pure function, made anew when its key is.

A key is the digest of everything that the function read. A clean build is this same code with an
empty manifest; `watch` is this same code with its state kept in memory.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import structs

from sitegen import theme as themes
from sitegen.build.articles import read_articles
from sitegen.build.cache import FOLDER
from sitegen.build.lock import alone
from sitegen.build.report import Abandoned, Outcome, Progress, Report, Stopwatch, silent
from sitegen.build.seals import CacheError
from sitegen.build.seeds import convert_seeds
from sitegen.build.sources import Sources, stop_at
from sitegen.build.stage import Stage
from sitegen.build.state import State
from sitegen.build.statics import inputs_of, read_statics
from sitegen.build.verify import begin_to_look, damaged_outputs
from sitegen.build.writer import Output
from sitegen.config import FILE, Config, load
from sitegen.problems import Problem, SitegenError, fault, of_os_error
from sitegen.search import find_program
from sitegen.site import Choice

__all__ = ["Abandoned", "Choice", "Progress", "Report", "State", "build", "inspect"]


def build(
    state: State,
    choice: Choice,
    *,
    strict: bool = False,
    hints: frozenset[str] | None = None,
    renew: bool = True,
    rehearse: bool = False,
    progress: Progress = silent,
) -> Report:
    """Bring the output up to date with the project.

    `hints`: paths (relative to the project) that may have changed since the last build of this
    `state`; None if anything may have. `strict` makes warnings errors. Without `renew` the search
    index stays as it is, which is noted, and left to a later build. `rehearse` has this process
    get ready for the next build, though nothing changed. Raises `SitegenError` with every problem
    found, and then has written nothing.
    """
    with _plainly(state), alone(state.root):
        state.refresh()
        changed = state.changed(hints)
        try:
            report = _build(state, choice, strict, changed, renew, rehearse, progress)
        except (CacheError, sqlite3.Error) as error:
            state.forget(str(error))
            report = _build(state, choice, strict, None, renew, rehearse, progress)
        state.succeeded()
        return structs.replace(report, problems=(*report.problems, *state.take_warning()))


def inspect(state: State, choice: Choice) -> tuple[Problem, ...]:
    """What is wrong with the project, without writing any output. Broken links count as errors."""
    with _plainly(state), alone(state.root):
        state.refresh()
        try:
            return _inspect(state, choice)
        except (CacheError, sqlite3.Error) as error:
            state.forget(str(error))
            return _inspect(state, choice)


def _inspect(state: State, choice: Choice) -> tuple[Problem, ...]:
    from sitegen.build.inspection import inspect_sources  # noqa: PLC0415

    watch = Stopwatch(silent)
    config = _settings(state)
    # Cards for shares have no faults to be found.
    config = structs.replace(config, images=structs.replace(config.images, social=False))
    theme = themes.load(state.root, config.theme.name)
    articles = read_articles(state, config, None, watch)
    statics = read_statics(state, config, theme)
    return inspect_sources(state, Sources(config, theme, articles, statics), choice, watch)


@contextmanager
def _plainly(state: State) -> Iterator[None]:
    """What the file system and the cache's database refuse is told as a problem."""
    try:
        yield
    except (SitegenError, Abandoned):
        # Before anything was written.
        raise
    except OSError as error:
        state.failed()
        raise of_os_error(error, os.fspath(state.root)) from error
    except sqlite3.Error as error:
        state.failed()
        hint = f"`{FOLDER}/` may be deleted at any time"
        raise fault(f"the cache cannot be used: {error}", FOLDER, hint=hint) from error
    except BaseException:
        state.failed()
        raise


def _build(
    state: State,
    choice: Choice,
    strict: bool,
    hints: frozenset[str] | None,
    renew: bool,
    rehearse: bool,
    progress: Progress,
) -> Report:
    watch = Stopwatch(progress)
    with watch.stage("settings"):
        config = _settings(state)
        theme = themes.load(state.root, config.theme.name)
        stage = Stage(state.root / FOLDER / "stage")
        output = Output(state.root, config.build, stage, state.cache.outputs)
        begin_to_look(state, output, hints)
    with watch.stage("seeds"):
        seeds = convert_seeds(state, config, choice.now, hints, strict, watch)
    with watch.stage("articles"):
        articles = read_articles(state, config, seeds.changed, watch)
    with watch.stage("static"):
        statics = read_statics(state, config, theme)
        inputs = inputs_of(config, theme, statics, articles, choice)
    with watch.stage("verify"):
        damaged = damaged_outputs(state, output, config.build.output, seeds.changed)
    last = state.last
    asked = damaged or rehearse or (renew and last and last.stale)
    if last and last.serves(inputs, choice.now) and not asked:
        stop_at([*seeds.problems, *last.problems], strict)
        return watch.report(last, len(state.cache.outputs), Outcome(), seeds.problems)
    # Imported where something differs: that takes longer than all that a build did until here.
    from sitegen.build.remake import remake  # noqa: PLC0415

    sources = Sources(config, theme, articles, statics, seeds.problems)
    outcome, paths = remake(
        state,
        sources,
        choice,
        inputs,
        output,
        damaged,
        strict=strict,
        renew=renew,
        rehearse=rehearse,
        watch=watch,
    )
    assert state.last is not None
    return watch.report(state.last, paths, outcome, seeds.problems)


def _settings(state: State) -> Config:
    """The project's settings, of which all can be done here and which say where the site is."""
    config = _placed(load(state.root), state.address)
    if config.search.enabled:
        find_program()
    return config


def _placed(config: Config, address: str) -> Config:
    """The config of a site that has its place: `[site] url`, or else `address`, a preview's."""
    if config.site.url:
        return config
    if not address:
        hint = 'add `url = "https://example.org"` below `[site]`; `sitegen serve` works without it'
        raise fault("`site.url` is missing: feeds and shares need it", FILE, hint=hint)
    site = structs.replace(config.site, url=address)
    urls = structs.replace(config.urls, site=address.rstrip("/"))
    return structs.replace(config, site=site, urls=urls)

"""The build's first stage: new and changed seeds become articles."""

from datetime import datetime

from msgspec import Struct

from sitegen.build.inputs import below
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.config import FILE, Config
from sitegen.problems import Problem


class Seeds(Struct, frozen=True):
    """What the stage did."""

    problems: tuple[Problem, ...]
    """What could not be used."""
    changed: frozenset[str] | None
    """Everything that may have changed since the last build, now with the articles it wrote."""


def convert_seeds(
    state: State,
    config: Config,
    now: datetime,
    hints: frozenset[str] | None,
    strict: bool,
    watch: Stopwatch,
) -> Seeds:
    """Bring `content/` up to date with `seeds/`."""
    if not (state.root / config.build.seeds).is_dir():
        return Seeds((), hints)
    if hints is not None and FILE not in hints and not below(config.build.seeds, hints):
        return Seeds((), hints)
    # Imported where there are seeds: a project without them need not wait for the readers.
    from sitegen.ingest import ingest  # noqa: PLC0415

    report = ingest(
        state.root,
        config,
        now,
        executor=state.workers.executor,
        strict=strict,
        progress=lambda done, total: watch.progress("seeds", done, total),
    )
    return Seeds(report.problems, state.changed(frozenset([config.build.content])))

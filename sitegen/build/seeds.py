"""The build's first stage: new and changed seeds become articles."""

from datetime import datetime

from sitegen.build.inputs import below
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.config import Config
from sitegen.problems import Problem


def convert_seeds(
    state: State, config: Config, now: datetime, hints: frozenset[str] | None, watch: Stopwatch
) -> tuple[Problem, ...]:
    """Bring `content/` up to date with `seeds/`. Gives what could not be used."""
    if not (state.root / config.build.seeds).is_dir():
        return ()
    if hints is not None and not below(config.build.seeds, hints):
        return ()
    # Imported where there are seeds: a project without them need not wait for the readers.
    from sitegen.ingest import ingest  # noqa: PLC0415

    report = ingest(
        state.root,
        config,
        now,
        progress=lambda done, total: watch.progress("seeds", done, total),
    )
    return report.problems

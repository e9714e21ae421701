"""Seeds → content: raw articles become Markdown with front matter, and no hand edit is lost."""

from collections.abc import Iterator
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path

from sitegen.config import Config
from sitegen.ingest import index
from sitegen.ingest.differences import Difference, difference
from sitegen.ingest.files import Project
from sitegen.ingest.given import Options
from sitegen.ingest.keep import Ledger
from sitegen.ingest.report import (
    Action,
    IngestReport,
    Outcome,
    Progress,
    SeedState,
    silent,
)
from sitegen.ingest.shelf import Shelf
from sitegen.ingest.survey import survey
from sitegen.ingest.tags import rules
from sitegen.ingest.work import Work, plan

__all__ = [
    "Action",
    "Difference",
    "IngestReport",
    "Outcome",
    "Progress",
    "SeedState",
    "differences",
    "ingest",
    "status",
]


def ingest(
    root: Path,
    config: Config,
    now: datetime,
    *,
    executor: Executor | None = None,
    progress: Progress = silent,
    strict: bool = False,
) -> IngestReport:
    """Convert what is new or changed in `seeds/`, and remember what each seed gave.

    An article without a date is told once; if `strict`, every time until it has one.
    Raises `SitegenError` only where `content/` cannot be written.
    """
    work = _begin(root, config, now, again=strict)
    ledger = Ledger(work)
    ledger.tell_settled()
    for planned in plan(work, executor, progress):
        ledger.carry_out(planned)
    return ledger.close()


def status(
    root: Path, config: Config, now: datetime, *, progress: Progress = silent
) -> IngestReport:
    """What `ingest` would do, and how each article stands. Writes nothing."""
    work = _begin(root, config, now, known=False)
    ledger = Ledger(work)
    for planned in plan(work, None, progress):
        ledger.note(planned)
    return ledger.report()


def differences(root: Path, config: Config, now: datetime) -> Iterator[Difference]:
    """Each file that `ingest` would write, as a unified diff. Writes nothing."""
    work = _begin(root, config, now)
    for planned in plan(work, None, silent):
        for step in planned.steps:
            yield from difference(step, work.content)


def _begin(
    root: Path, config: Config, now: datetime, *, known: bool = True, again: bool = False
) -> Work:
    content = root / config.build.content
    seeds = root / config.build.seeds
    project = Project(root)
    remembered = index.load(root) if known else {}
    if again:
        remembered = {seed: one for seed, one in remembered.items() if not one.undated}
    zone = config.zone
    options = Options(
        zone=zone,
        language=config.site.language,
        today=now.astimezone(zone).date(),
        tags=rules(config.tags.aliases, config.tags.ignore),
        columns=config.ingest.columns,
    )
    return Work(
        project=project,
        seeds=seeds,
        content=content,
        options=options,
        survey=survey(project, seeds, content, remembered),
        shelf=Shelf(project, content, config.urls, zone),
        thorough=not known,
        again=again or not known,
    )

"""Carrying plans out: articles first, then what is remembered, so that a crash loses nothing."""

from collections.abc import Iterable

from sitegen.ingest import index, provenance
from sitegen.ingest.provenance import Record
from sitegen.ingest.report import Action, IngestReport, Outcome
from sitegen.ingest.work import Planned, Work
from sitegen.problems import Problem, Severity, in_order


class Ledger:
    """Writes what is planned and gathers what is to be told."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known = dict(work.survey.settled)
        self._left: set[str] = set()
        self._kept: set[str] = set(work.survey.settled)
        self._problems: list[Problem] = list(work.survey.problems)

    def note(self, planned: Planned) -> list[Outcome]:
        """What a plan tells, without carrying it out."""
        self._problems += planned.problems
        outcomes = [step.outcome for step in planned.steps]
        self._problems += filter(None, map(self._warning, outcomes))
        return outcomes

    def carry_out(self, planned: Planned) -> list[Outcome]:
        """Write a plan's articles and its record."""
        work = self._work
        for step in planned.steps:
            for path, text in step.writes:
                work.project.write(work.content / path, text.encode("utf-8", "replace"))
        if planned.record:
            self._remember(planned, planned.record)
        return self.note(planned)

    def _remember(self, planned: Planned, record: Record) -> None:
        task, work = planned.task, self._work
        self._kept.add(record.seed)
        if task.was:
            self._left.add(task.was)
        path = provenance.record_path(work.content, record.seed)
        if record != task.record or not path.exists():
            provenance.save(work.project, work.content, record)
        if known := index.known(task.stat, path, record):
            self._known[task.seed] = known
        else:
            self._known.pop(task.seed, None)

    def close(self, outcomes: Iterable[Outcome]) -> IngestReport:
        """Forget the former names of renamed seeds, keep the index, and report."""
        work = self._work
        for seed in self._left - self._kept:
            work.project.remove(provenance.record_path(work.content, seed))
        if self._known or work.survey.tasks:
            index.save(work.project, self._known)
        return self.report(outcomes)

    def report(self, outcomes: Iterable[Outcome]) -> IngestReport:
        """All that was told."""
        by_seed = sorted(outcomes, key=lambda outcome: (outcome.seed, outcome.article))
        return IngestReport(tuple(by_seed), in_order(self._problems))

    def _warning(self, outcome: Outcome) -> Problem | None:
        if outcome.action is not Action.CLASH:
            return None
        content = self._work.project.name(self._work.content)
        both = f" ({', '.join(outcome.clashes)})" if outcome.clashes else ""
        return Problem(
            f"you and the seed `{outcome.seed}` both changed it{both}: yours was kept",
            f"{content}/{outcome.article}",
            hint=f"take what you want from `{content}/{outcome.incoming}`, then delete that file",
            severity=Severity.WARNING,
        )

"""Carrying plans out: articles first, then what is remembered, so that a crash loses nothing."""

from collections.abc import Iterable, Iterator
from typing import Final

from sitegen.ingest import index, provenance
from sitegen.ingest.decide import Step
from sitegen.ingest.provenance import Past
from sitegen.ingest.report import Action, IngestReport, Outcome, SeedState
from sitegen.ingest.work import Planned, Work, settled_outcomes, undated
from sitegen.problems import Problem, Severity, in_order

_Told = list[tuple[Past, Outcome]]


class Ledger:
    """Writes what is planned and gathers what is to be told."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known = dict(work.survey.settled)
        self._left: set[str] = set()
        self._kept = set(work.survey.settled)
        self._outcomes: list[Outcome] = []
        self._problems: list[Problem] = list(work.survey.problems)

    def tell_settled(self) -> None:
        """Note the seeds that a Stat shows to be unchanged."""
        told: dict[str, _Told] = {}
        for last, outcome in settled_outcomes(self._work):
            told.setdefault(outcome.seed, []).append((last, outcome))
        for seed, known in self._work.survey.settled.items():
            self._tell(seed, told.get(seed, []), known.problems)

    def note(self, planned: Planned) -> None:
        """What a plan tells, without carrying it out."""
        self._settle(planned, list(planned.steps))

    def carry_out(self, planned: Planned) -> None:
        """Write a plan's articles, then its record."""
        task, work = planned.task, self._work
        path = provenance.record_path(work.content, task.seed)
        writer = provenance.Writer(work.project, path, task.seed, _digest(planned))
        steps: list[Step] = []
        try:
            for step in self._written(planned.steps):
                if step.past:
                    writer.add(step.past)
                steps.append(step if len(steps) < _MANY else _slim(step))
        except BaseException:
            writer.abandon()
            raise
        if any(step.past for step in steps):
            writer.close(planned.problems)
            self._remember(planned, [step.past for step in steps if step.past])
        else:
            writer.abandon()
        self._settle(planned, steps)

    def _written(self, steps: Iterable[Step]) -> Iterator[Step]:
        for step in steps:
            for path, text in step.writes:
                place = self._work.content / path
                self._work.project.write(place, text.encode("utf-8", "replace"))
            yield step

    def _remember(self, planned: Planned, pasts: list[Past]) -> None:
        task, work = planned.task, self._work
        self._kept.add(task.seed)
        if task.was:
            self._left.add(task.was)
        signatures = {past.id: planned.repeats.signature(past.id) for past in pasts}
        record = provenance.Record(
            task.seed, _digest(planned), tuple(pasts), tuple(planned.problems)
        )
        path = provenance.record_path(work.content, task.seed)
        if known := index.known(task.stat, path, record, signatures):
            self._known[task.seed] = known
        else:
            self._known.pop(task.seed, None)

    def _settle(self, planned: Planned, steps: list[Step]) -> None:
        told = [(step.past or _NOTHING, step.outcome) for step in steps]
        self._tell(planned.task.seed, told, planned.problems)

    def _tell(self, seed: str, told: _Told, problems: Iterable[Problem]) -> None:
        place = f"{self._work.project.name(self._work.seeds)}/{seed}"
        self._outcomes += [outcome for _, outcome in told]
        self._problems += [problem.at(place) for problem in problems]
        content = self._work.project.name(self._work.content)
        if told and told[0][1].state is not SeedState.GONE and (problem := undated(told, content)):
            self._problems.append(problem.at(place))
        self._problems += filter(None, (self._warning(outcome) for _, outcome in told))

    def close(self) -> IngestReport:
        """Forget the former names of renamed seeds, keep the index, and report."""
        work = self._work
        for seed in self._left - self._kept:
            work.project.remove(provenance.record_path(work.content, seed))
        if self._known or work.survey.tasks:
            index.save(work.project, self._known)
        return self.report()

    def report(self) -> IngestReport:
        """All that was told."""
        by_seed = sorted(self._outcomes, key=lambda outcome: (outcome.seed, outcome.article))
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


_MANY: Final = 64
"""Articles of a seed of which more than what is told is held."""
_NOTHING = Past("", "", {}, ())


def _digest(planned: Planned) -> str:
    """That of the seed as it is now, or as it last was where it is gone."""
    task = planned.task
    return task.digest or (task.record.digest if task.record else "")


def _slim(step: Step) -> Step:
    """A step without its texts: of a seed with very many articles only what is told is kept."""
    return Step(step.outcome, step.past and index.slim(step.past))

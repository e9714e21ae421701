"""Carrying plans out: articles first, then what is remembered, so that a crash loses nothing."""

from collections.abc import Iterable, Iterator

from sitegen.ingest import files, index, provenance
from sitegen.ingest.decide import Step
from sitegen.ingest.index import Known
from sitegen.ingest.report import Action, IngestReport, Outcome, SeedState
from sitegen.ingest.tally import Tally
from sitegen.ingest.work import Planned, Work, settled_outcomes
from sitegen.problems import Problem, Severity, in_order


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
        for seed, known in self._work.survey.settled.items():
            self._tell(seed, settled_outcomes(self._work, seed, known), known.problems)

    def note(self, planned: Planned) -> None:
        """What a plan tells, without carrying it out."""
        tally = Tally(self._work.project.name(self._work.content))
        for step in planned.steps:
            tally.add(step.past, step.outcome)
        self._settle(planned, tally)

    def carry_out(self, planned: Planned) -> None:
        """Write a plan's articles, then its record."""
        task, work = planned.task, self._work
        path = provenance.record_path(work.content, task.seed)
        tags = task.record.tags if task.record else ()
        writer = provenance.Writer(work.project, path, task.seed, _digest(planned), tags)
        tally = Tally(self._work.project.name(self._work.content))
        try:
            for step in self._written(planned.steps):
                if step.past:
                    writer.add(step.past)
                tally.add(step.past, step.outcome)
        except BaseException:
            writer.abandon()
            raise
        if not tally.is_empty:
            writer.close(planned.problems)
            self._remember(planned, tally, writer.tags)
        else:
            writer.abandon()
        self._settle(planned, tally)

    def _written(self, steps: Iterable[Step]) -> Iterator[Step]:
        for step in steps:
            for path, text in step.writes:
                place = self._work.content / path
                self._work.project.write(place, text.encode("utf-8", "replace"))
            yield step

    def _remember(self, planned: Planned, tally: Tally, tags: tuple[str, ...]) -> None:
        task, work = planned.task, self._work
        self._kept.add(task.seed)
        if task.was:
            self._left.add(task.was)
        self._known.pop(task.seed, None)
        stat = files.stat_or_none(provenance.record_path(work.content, task.seed))
        if stat and (task.stat is None or index.settled(task.stat)):
            bare = Known(
                task.stat, stat, _digest(planned), (), tags, {}, tuple(planned.problems),
                dict(tally.counted), tally.without_day > 0,
            )  # fmt: skip
            self._known[task.seed] = index.known(bare, tally.pasts, planned.repeats.signature)

    def _settle(self, planned: Planned, tally: Tally) -> None:
        self._tell(planned.task.seed, tally.outcomes(), planned.problems)
        state = planned.task.state
        # Once is enough for an article that waits for its date; who asks is told again.
        told = self._work.again or state in (SeedState.NEW, SeedState.CHANGED)
        if told and state is not SeedState.GONE and (problem := tally.undated()):
            self._problems.append(problem.at(self._place(planned.task.seed)))

    def _tell(self, seed: str, outcomes: Iterable[Outcome], problems: Iterable[Problem]) -> None:
        self._problems += [problem.at(self._place(seed)) for problem in problems]
        for outcome in outcomes:
            self._outcomes.append(outcome)
            if problem := self._warning(outcome):
                self._problems.append(problem)

    def _place(self, seed: str) -> str:
        return f"{self._work.project.name(self._work.seeds)}/{seed}"

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


def _digest(planned: Planned) -> str:
    """That of the seed as it is now, or as it last was where it is gone."""
    task = planned.task
    return task.digest or (task.record.digest if task.record else "")

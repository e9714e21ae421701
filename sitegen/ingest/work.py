"""Tasks → planned steps: what becomes of each article of each seed, one after the other."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from sitegen.ingest import provenance
from sitegen.ingest.decide import Step, Subject, decide, look, repeat
from sitegen.ingest.files import Project
from sitegen.ingest.given import Given, Options
from sitegen.ingest.index import Known
from sitegen.ingest.matching import Orphans, match
from sitegen.ingest.past import Past
from sitegen.ingest.repeats import Repeats
from sitegen.ingest.report import Action, Outcome, Progress, SeedState
from sitegen.ingest.shelf import Shelf
from sitegen.ingest.spellings import Spellings
from sitegen.ingest.survey import Survey, Task
from sitegen.problems import Problem, SitegenError

if TYPE_CHECKING:
    from sitegen.ingest.conversions import Stream

_ENOUGH: Final = 64
"""Articles of a new seed that tell whether it is an old one under another name."""

_PART: Final = 64 * 1024
"""Bytes of a large seed that count as much as a small one."""


class Work(Struct, frozen=True):
    """All that a run needs."""

    project: Project
    seeds: Path
    content: Path
    options: Options
    survey: Survey
    shelf: Shelf
    thorough: bool = False
    """Whether articles whose seeds give nothing new are looked at, too."""
    again: bool = False
    """Whether what was said when a seed was converted is said again."""


class Planned(Struct, frozen=True):
    """What is to be done about one seed; each is to be exhausted before the next is asked for."""

    task: Task
    steps: Iterator[Step]
    problems: list[Problem]
    """Of the seed, without a path; complete when `steps` is exhausted."""
    repeats: Repeats


def settled_outcomes(work: Work, seed: str, known: Known) -> Iterator[Outcome]:
    """The articles of a seed that a Stat shows to be unchanged."""
    subject = Subject(seed, known.state)
    for last in known.pasts:
        yield _glance(work, subject, last)
    for action, count in known.counted.items():
        stands = action if action is Action.DUPLICATE else _standing_of(subject)
        yield subject.outcome(stands, count=count)


def _standing_of(subject: Subject) -> Action:
    return Action.GONE if subject.state is SeedState.GONE else Action.UNCHANGED


def _glance(work: Work, subject: Subject, last: Past) -> Outcome:
    """How an article stands whose seed gives nothing new: its file is read only if need be."""
    if work.thorough or last.duplicate:
        return look(subject, last, work.shelf)
    if last.clash and (outcome := look(subject, last, work.shelf)).action is Action.CLASH:
        return outcome
    # Whoever corrects the date of an article that had none need not be told of it again.
    waits = last.undated and work.again
    edited = look(subject, last, work.shelf).edited if waits else ()
    return subject.outcome(
        _standing_of(subject), article=last.path, title=last.title, edited=edited
    )


def plan(work: Work, executor: Executor | None, progress: Progress) -> Iterator[Planned]:
    """What is to be done about each seed, in the order of their names; then about those gone."""
    tasks = work.survey.tasks
    waiting = [t for t in tasks if t.state in (SeedState.NEW, SeedState.CHANGED)]
    repeats, spellings = Repeats(), Spellings(work.survey)
    if waiting:
        _learn(repeats, work)
        # Imported where there is something to convert: the readers take their time.
        from sitegen.ingest.conversions import Conversions  # noqa: PLC0415

        streams = Conversions(work.project, work.seeds, work.options, executor).of(waiting)
    orphans = Orphans(task.record for task in tasks if task.state is SeedState.GONE)
    meter = _Meter(tasks, progress)
    for task in tasks:
        if task.state in (SeedState.NEW, SeedState.CHANGED):
            stream = next(streams)
            stream = structs.replace(stream, given=meter.watched(stream))
            first = list(islice(stream.given, _ENOUGH))
            if task.record is None and (record := orphans.adopt(first)):
                task = structs.replace(task, state=SeedState.RENAMED, record=record)  # noqa: PLW2901
            given = (spellings.settle(one) for one in chain(first, stream.given))
            steps = _decided(work, task, given, repeats)
            yield Planned(task, steps, stream.problems, repeats)
        elif task.record and (task.state is not SeedState.GONE or orphans.holds(task.seed)):
            steps = _standing(work, task)
            yield Planned(task, steps, list(task.record.problems), repeats)
        meter.done(task)


class _Meter:
    """Tells progress in seeds; a large one counts as many, and is told as it is read."""

    def __init__(self, tasks: Sequence[Task], progress: Progress) -> None:
        self._total = sum(map(_weight, tasks))
        self._before = 0
        self._progress = progress

    def watched(self, stream: "Stream") -> "Iterator[Given]":
        """The articles of a stream; every so many, progress is told."""
        for count, given in enumerate(stream.given, 1):
            if not count % _ENOUGH:
                self._progress(self._before + stream.position() // _PART, self._total)
            yield given

    def done(self, task: Task) -> None:
        """The whole of a seed is done."""
        self._before += _weight(task)
        self._progress(self._before, self._total)


def _weight(task: Task) -> int:
    return 1 + task.stat.size // _PART if task.stat else 1


def _learn(repeats: Repeats, work: Work) -> None:
    """Every article that is remembered may be what a new seed repeats."""
    for seed, known in work.survey.settled.items():
        if known.counted:
            path = provenance.record_path(work.content, seed)
            # A record that cannot be read was told of when its seed was last looked at.
            with suppress(SitegenError):
                repeats.learn(seed, provenance.load(work.project, path).articles)
        else:
            repeats.learn(seed, known.pasts, known)
    for record in work.survey.records.values():
        repeats.learn(record.seed, record.articles)


def _standing(work: Work, task: Task) -> Iterator[Step]:
    """A seed that gives nothing new: unchanged, renamed, or gone."""
    assert task.record is not None
    subject = Subject(task.seed, task.state, task.was)
    for last in task.record.articles:
        yield Step(_glance(work, subject, last), last)


def _decided(work: Work, task: Task, givens: Iterator[Given], repeats: Repeats) -> Iterator[Step]:
    subject = Subject(task.seed, task.state, task.was)
    lasts = task.record.articles if task.record else ()
    first = next(givens, None)
    if first is None:
        outcome = subject.outcome(Action.ASIDE, article=lasts[0].path if lasts else "")
        yield Step(outcome, None)
        return
    for last, given in match(lasts, chain([first], givens)):
        if given is None:
            assert last is not None
            yield Step(look(Subject(task.seed, SeedState.GONE, task.was), last, work.shelf), last)
        elif last is None and (known := repeats.find((task.seed, task.was), given)):
            yield repeat(subject, given, known, work.shelf)
        else:
            step = decide(subject, last, given, work.shelf)
            if step.past:
                repeats.add(task.seed, given, step.past)
            yield step

"""Tasks → planned steps: seeds are converted, in windows on all cores, and each article decided."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from sitegen.ingest.convert import Conversion, Given, Options, convert_all
from sitegen.ingest.decide import Step, Subject, decide, look
from sitegen.ingest.files import Project
from sitegen.ingest.matching import Orphans, match
from sitegen.ingest.provenance import Past, Record
from sitegen.ingest.report import Action, Outcome, Progress, SeedState
from sitegen.ingest.shelf import Shelf
from sitegen.ingest.spellings import Spellings
from sitegen.ingest.survey import Survey, Task
from sitegen.problems import Problem, Severity, SitegenError

_CHUNK: Final = 32
"""Seeds that a worker converts at a time."""
_WINDOW: Final = 8
"""Chunks under way: bounds memory, however many seeds there are."""
_WORTH: Final = 96
"""Below so many seeds, starting processes takes longer than they save."""


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


class Planned(Struct, frozen=True):
    """What is to be done about one seed."""

    task: Task
    steps: tuple[Step, ...]
    record: Record | None
    """What is remembered of it afterwards; None where the seed cannot be used."""
    problems: tuple[Problem, ...] = ()


def settled_outcomes(work: Work) -> list[Outcome]:
    """The articles of seeds that a Stat shows to be unchanged."""
    return [
        _glance(work, Subject(seed, known.state), last)
        for seed, known in work.survey.settled.items()
        for last in known.pasts
    ]


def _glance(work: Work, subject: Subject, last: Past) -> Outcome:
    """How an article stands whose seed gives nothing new: its file is read only if need be."""
    if work.thorough or last.duplicate:
        return look(subject, last, work.shelf)
    if last.clash and (outcome := look(subject, last, work.shelf)).action is Action.CLASH:
        return outcome
    action = Action.GONE if subject.state is SeedState.GONE else Action.UNCHANGED
    return subject.outcome(action, article=last.path, title=str(last.fields.get("title", "")))


def plan(work: Work, executor: Executor | None, progress: Progress) -> Iterator[Planned]:
    """What is to be done about each seed, in the order of their names."""
    tasks = work.survey.tasks
    spellings = Spellings(work.survey)
    ids = _ids(work.survey)
    waiting = [t for t in tasks if t.state in (SeedState.NEW, SeedState.CHANGED)]
    converted = _converted(work, waiting, executor)
    orphans = Orphans(task.record for task in tasks if task.state is SeedState.GONE)
    for done, task in enumerate(tasks, 1):
        if task.state in (SeedState.NEW, SeedState.CHANGED):
            conversion = next(converted)
            if task.record is None and (record := orphans.adopt(conversion.given)):
                task = structs.replace(task, state=SeedState.RENAMED, record=record)  # noqa: PLW2901
            yield _decided(work, task, conversion, spellings, ids)
        elif task.state is not SeedState.GONE or orphans.holds(task.seed):
            yield _standing(work, task)
        progress(done, len(tasks))


def _standing(work: Work, task: Task) -> Planned:
    """A seed that gives nothing new: unchanged, renamed, or gone."""
    assert task.record is not None
    subject = Subject(task.seed, task.state, task.was)
    outcomes = [_glance(work, subject, last) for last in task.record.articles]
    steps = tuple(Step(o, last) for o, last in zip(outcomes, task.record.articles, strict=True))
    return Planned(task, steps, structs.replace(task.record, seed=task.seed))


def _ids(survey: Survey) -> dict[str, str]:
    """Every article that is remembered, and the seed that gave it."""
    ids: dict[str, str] = {}
    for seed, pasts in (
        *((seed, known.pasts) for seed, known in survey.settled.items()),
        *((record.seed, record.articles) for record in survey.records.values()),
    ):
        ids |= {past.id: seed for past in pasts if not past.duplicate}
    return ids


def _decided(
    work: Work, task: Task, conversion: Conversion, spellings: Spellings, ids: dict[str, str]
) -> Planned:
    subject = Subject(task.seed, task.state, task.was)
    place = f"{work.project.name(work.seeds)}/{task.seed}"
    problems = tuple(problem.at(place) for problem in conversion.problems)
    lasts = task.record.articles if task.record else ()
    if not conversion.given:
        outcome = subject.outcome(Action.ASIDE, article=lasts[0].path if lasts else "")
        return Planned(task, (Step(outcome, None),), None, problems)
    steps: list[Step] = []
    for last, given in match(lasts, conversion.given):
        if given is None:
            assert last is not None
            gone = Subject(task.seed, SeedState.GONE, task.was)
            steps.append(Step(look(gone, last, work.shelf), last))
        elif last is None and given.id in ids:
            steps.append(_duplicate(subject, given, ids))
        else:
            step = decide(subject, last, spellings.settle(given, last), work.shelf)
            ids.setdefault(step.past.id if step.past else given.id, task.seed)
            steps.append(step)
    pasts = tuple(step.past for step in steps if step.past)
    return Planned(task, tuple(steps), Record(task.seed, task.digest, pasts), problems)


def _duplicate(subject: Subject, given: Given, ids: dict[str, str]) -> Step:
    title = str(given.fields["title"])
    if ids[given.id] == subject.seed:
        return Step(subject.outcome(Action.DUPLICATE, title=title), None)
    last = Past(given.id, "", {"title": title}, (), given.key, duplicate=True)
    return Step(subject.outcome(Action.DUPLICATE, title=title), last)


def _converted(work: Work, tasks: list[Task], executor: Executor | None) -> Iterator[Conversion]:
    """The conversions of seeds, in order, with no more than a window of them in memory."""
    chunks = _chunks(tasks)
    if executor is None or len(tasks) < _WORTH:
        for chunk in chunks:
            yield from _run(work, chunk)
        return
    window: deque[tuple[list[Conversion | None], Future[list[Conversion]]]] = deque()
    for chunk in chunks:
        window.append(_submit(work, chunk, executor))
        if len(window) == _WINDOW:
            yield from _finished(*window.popleft())
    while window:
        yield from _finished(*window.popleft())


def _run(work: Work, chunk: list[Task]) -> Iterator[Conversion]:
    for task in chunk:
        read = _read(work, task)
        if isinstance(read, Conversion):
            yield read
        else:
            yield from convert_all([read], work.options)


def _submit(
    work: Work, chunk: list[Task], executor: Executor
) -> tuple[list[Conversion | None], Future[list[Conversion]]]:
    reads = [_read(work, task) for task in chunk]
    failed = [read if isinstance(read, Conversion) else None for read in reads]
    seeds = [read for read in reads if not isinstance(read, Conversion)]
    return failed, executor.submit(convert_all, seeds, work.options)


def _finished(
    failed: list[Conversion | None], future: "Future[list[Conversion]]"
) -> Iterator[Conversion]:
    results = iter(future.result())
    for failure in failed:
        yield failure or next(results)


def _read(work: Work, task: Task) -> tuple[str, bytes] | Conversion:
    try:
        return task.seed, work.project.read(work.seeds / task.seed)
    except SitegenError as error:
        aside = [structs.replace(p, severity=Severity.WARNING) for p in error.problems]
        return Conversion((), tuple(aside))


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """Tasks in chunks."""
    chunk: list[Task] = []
    for task in tasks:
        chunk.append(task)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk

"""Tasks → what their seeds give: on all cores, in order, and never more than a window in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from msgspec import Struct

from sitegen.ingest import table
from sitegen.ingest.convert import Conversion, as_warning, convert, finish_all
from sitegen.ingest.files import Project
from sitegen.ingest.given import Given, Options
from sitegen.ingest.seed import Found
from sitegen.ingest.survey import Task
from sitegen.problems import Problem, SitegenError, fault

Converted = TypeVar("Converted")
_CHUNK: Final = 32
"""Seeds, or rows of a large one, that a worker converts at a time."""
_WINDOW: Final = 8
"""Chunks under way: bounds memory, however many seeds there are."""
_WORTH: Final = 96
"""Below so many seeds, starting processes takes longer than they save."""
_LARGE: Final = 2 * 1024 * 1024
"""Bytes from which a seed is read row by row, if it has rows."""


class Stream(Struct, frozen=True):
    """The articles that a seed gives, as they come."""

    given: Iterator[Given]
    problems: list[Problem]
    """Warnings, without a path; complete when `given` is exhausted."""
    position: Callable[[], int] = int
    """How many bytes of a large seed are read so far."""


_Job = tuple[str, bytes] | Conversion
"""A seed to convert, or why it could not be read."""


class Conversions:
    """Converts the seeds of one run."""

    def __init__(
        self, project: Project, seeds: Path, options: Options, executor: Executor | None
    ) -> None:
        self._project = project
        self._seeds = seeds
        self._options = options
        self._executor = executor

    def of(self, tasks: Sequence[Task]) -> Iterator[Stream]:
        """The stream of each task, in order; each is to be exhausted before the next."""
        pooled = self._executor is not None and len(tasks) >= _WORTH
        window: deque[Task | tuple[list[_Job], Future[list[Conversion]] | None]] = deque()
        for chunk in _chunks(tasks):
            window.append(chunk if isinstance(chunk, Task) else self._started(chunk, pooled))
            if len(window) == _WINDOW or not pooled:
                yield from self._finished(window.popleft())
        while window:
            yield from self._finished(window.popleft())

    def _started(
        self, chunk: list[Task], pooled: bool
    ) -> tuple[list[_Job], Future[list[Conversion]] | None]:
        jobs = [self._job(task) for task in chunk]
        if not pooled or self._executor is None:
            return jobs, None
        seeds = [job for job in jobs if isinstance(job, tuple)]
        return jobs, self._executor.submit(_convert_all, seeds, self._options)

    def _finished(
        self, started: Task | tuple[list[_Job], Future[list[Conversion]] | None]
    ) -> Iterator[Stream]:
        if isinstance(started, Task):
            yield self._large(started)
            return
        jobs, future = started
        seeds = [job[0] for job in jobs if isinstance(job, tuple)]
        done = (
            iter(_result(future, " … ".join(seeds[:: max(1, len(seeds) - 1)]))) if future else None
        )
        for job in jobs:
            if isinstance(job, tuple):
                job = next(done) if done else convert(*job, self._options)  # noqa: PLW2901
            yield Stream(iter(job.given), list(job.problems))

    def _job(self, task: Task) -> _Job:
        try:
            return task.seed, self._project.read(self._seeds / task.seed)
        except SitegenError as error:
            return Conversion((), tuple(map(as_warning, error.problems)))

    def _large(self, task: Task) -> Stream:
        """A seed that is too large to be held, if it has rows; else it is read as any other."""
        problems: list[Problem] = []
        at = [0]
        return Stream(self._rows(task, problems, at), problems, lambda: at[0])

    def _rows(self, task: Task, problems: list[Problem], at: list[int]) -> Iterator[Given]:
        try:
            with self._project.open(self._seeds / task.seed) as file:
                columns = self._options.columns
                rows = table.stream(file, self._options.zone, columns)
                if rows is not None:
                    for given in self._given(rows, task, problems):
                        at[0] = file.tell()
                        yield given
                    return
        except SitegenError as error:
            problems += map(as_warning, error.problems)
            return
        job = self._job(task)
        conversion = convert(*job, self._options) if isinstance(job, tuple) else job
        problems += conversion.problems
        yield from conversion.given

    def _given(self, rows: Iterator[Found], task: Task, problems: list[Problem]) -> Iterator[Given]:
        """Rows with what they do not tell themselves; in chunks, in order."""
        window: deque[Future[list[Given | SitegenError]]] = deque()
        chunks = iter(lambda: list(islice(rows, _CHUNK)), [])
        for finished in self._windowed(chunks, task, window):
            for given in finished:
                if isinstance(given, SitegenError):
                    problems += map(as_warning, given.problems)
                else:
                    yield given

    def _windowed(
        self,
        chunks: Iterable[list[Found]],
        task: Task,
        window: "deque[Future[list[Given | SitegenError]]]",
    ) -> Iterator[list[Given | SitegenError]]:
        for chunk in chunks:
            if self._executor is None:
                yield finish_all(chunk, task.seed, self._options)
                continue
            window.append(self._executor.submit(finish_all, chunk, task.seed, self._options))
            if len(window) == _WINDOW:
                yield _result(window.popleft(), task.seed)
        while window:
            yield _result(window.popleft(), task.seed)


def _result(future: "Future[list[Converted]]", held: str) -> "list[Converted]":
    """What a worker made of a chunk; `held`: its seeds, named if it died. Raises `SitegenError`."""
    try:
        return future.result()
    except BrokenExecutor:
        hint = "it may have run out of memory: try `--jobs 1`, or take these seeds away"
        raise fault(f"a worker process died while it converted {held}", hint=hint) from None


def _convert_all(seeds: list[tuple[str, bytes]], options: Options) -> list[Conversion]:
    """A chunk of seeds, converted in order: what a worker does."""
    return [convert(path, data, options) for path, data in seeds]


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task] | Task]:
    """Small seeds in chunks, large ones each by itself."""
    chunk: list[Task] = []
    for task in tasks:
        large = task.stat is not None and task.stat.size >= _LARGE
        if chunk and (large or len(chunk) == _CHUNK):
            yield chunk
            chunk = []
        if large:
            yield task
        else:
            chunk.append(task)
    if chunk:
        yield chunk

"""Worker processes, and what runs calls as they do."""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import parent_process
from typing import Any, TypeVar

from sitegen import forks
from sitegen.beside import can_copy
from sitegen.problems import Problem, SitegenError

In = TypeVar("In")
Out = TypeVar("Out")


class Serial(Executor):
    """Runs each call where it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run the call; its future is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class Pool(Executor):
    """Processes that are started when they are first needed, and ended by their owner."""

    def __init__(self, jobs: int) -> None:
        """`jobs`: how many."""
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._for_one_build = False

    def start(self) -> None:
        """Have processes get ready while this one goes on.

        It must not have opened the cache yet: a copy takes its locks for its own.
        """
        self._for_one_build = True
        if can_copy():
            self._pool = ProcessPoolExecutor(self._jobs, forks.copies(), _begin_worker)
            # The first call starts all of them.
            self._pool.submit(int)
        else:
            forks.prepare()

    def run(self, work: Callable[[In], Out], chunks: Iterable[tuple[In, str]]) -> Iterator[Out]:
        """The results of `work` on each chunk, in order."""
        # Chunks that may wait or run at once: enough to keep every worker busy.
        in_flight = 2 * self._jobs + 1
        try:
            yield from _run(self._started(), work, chunks, in_flight)
        except WorkerDiedError:
            # What is left of the processes is of no use; the next build starts new ones.
            self.close()
            raise

    def meanwhile(self, work: Callable[[In], Out], given: In) -> Callable[[], Out | None] | None:
        """As `Workers.meanwhile`."""
        if self._pool is None:
            return None
        future = self._pool.submit(work, given)

        def result() -> Out | None:
            try:
                return future.result()
            except BrokenProcessPool:
                self.close()
                return None

        return result

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a process run the call."""
        try:
            return self._started().submit(fn, *args, **kwargs)
        except BrokenProcessPool:
            # A process died in earlier work, which has told so: begin with new ones.
            self.close()
            return self._started().submit(fn, *args, **kwargs)

    def rest(self) -> None:
        """Nothing more is to be run in this build: what was started for it alone may end."""
        if self._pool is not None and self._for_one_build:
            # Python waits for them before it ends.
            self._pool.shutdown(wait=False)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._jobs, forks.context(), _begin_worker)
        return self._pool

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


class WorkerDiedError(SitegenError):
    """A process ended in the midst of its work."""


def _run(
    executor: Executor,
    work: Callable[[In], Out],
    chunks: Iterable[tuple[In, str]],
    in_flight: int,
) -> Iterator[Out]:
    """The results of `work` on each chunk, in order, with few chunks in flight.

    Each chunk comes with what it holds, for people: named if the worker that holds it dies.
    """
    waiting: deque[tuple[Future[Out], str]] = deque()
    try:
        for chunk, held in chunks:
            waiting.append((executor.submit(work, chunk), held))
            if len(waiting) >= in_flight:
                yield waiting[0][0].result()
                waiting.popleft()
        while waiting:
            yield waiting[0][0].result()
            waiting.popleft()
    except BrokenProcessPool:
        held = "; ".join(held for _, held in waiting)
        hint = "it may have run out of memory: try `--jobs 1`, or look at these files"
        problem = Problem(f"a worker process died while it held {held}", hint=hint)
        raise WorkerDiedError([problem]) from None
    finally:
        # What still runs reads the cache and the articles: the next build must not meet it there.
        wait(future for future, _ in waiting if not future.cancel())


def _begin_worker() -> None:
    # Ctrl-C reaches every process of the terminal; the one that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # The first work is to parse; what renders is imported when there is something to render.
    import sitegen.build.parsing  # noqa: F401, PLC0415

    # What chunks make has no cycles worth looking for; what was imported stays.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def _end_with_parent() -> None:
    """End when the process that started this one does: one that is killed cannot say so."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)

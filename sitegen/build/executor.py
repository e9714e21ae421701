"""Runs chunks through an executor: worker processes where they pay, else this process."""

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final, TypeVar

from sitegen.problems import fault

WORTH_WORKERS: Final = 400
"""Articles or pages below which starting workers costs more than they save."""

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


class Workers:
    """Gives the executor that fits the work at hand, and starts processes once at most."""

    def __init__(self, jobs: int) -> None:
        """`jobs`: worker processes; 0 for one per core, 1 for none."""
        self.jobs = jobs or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._serial = Serial()

    @property
    def in_flight(self) -> int:
        """Chunks that may wait or run at once: enough to keep every worker busy."""
        return 2 * self.jobs + 1

    def for_work(self, units: int) -> Executor:
        """The executor for so many articles or pages."""
        if self.jobs == 1 or (units < WORTH_WORKERS and self._pool is None):
            return self._serial
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.jobs, multiprocessing.get_context("spawn"), initializer=_begin_worker
            )
        return self._pool

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def run(
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
                yield waiting.popleft()[0].result()
        while waiting:
            yield waiting.popleft()[0].result()
    except BrokenProcessPool:
        held = "; ".join(held for _, held in list(waiting)[:in_flight])
        hint = "it may have run out of memory: try `--jobs 1`, or look at these files"
        raise fault(f"a worker process died while it held {held}", hint=hint) from None
    finally:
        for future, _ in waiting:
            future.cancel()


def _begin_worker() -> None:
    # Ctrl-C reaches every process of the terminal; the one that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What chunks make has no cycles worth looking for; what was imported stays.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)

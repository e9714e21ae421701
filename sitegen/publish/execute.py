"""Carries a plan out: in order, stopping at the first failure, so that running again goes on."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from threading import Event
from typing import Final, TypeVar, cast

from msgspec import Struct, structs

from sitegen.problems import fault
from sitegen.publish.manifest import Entry, Manifest
from sitegen.publish.plan import Delete, Operation, Plan, Put, Restore
from sitegen.publish.target import Listing, Reader, Target, TransientError

T = TypeVar("T")

WAITS: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try of an operation that failed in a way that may pass."""
_SHOWN: Final = 5

Read = Callable[[str, Entry], bytes]
"""Gives the bytes of a file of the site. Raises `SitegenError` where they are not the entry's."""
Told = Callable[[int, int], None]
"""Told how many operations are done, and how many bytes have been put."""
Wait = Callable[[float, str], None]
"""Waits for so many seconds, before what failed for this reason is tried again."""


class Means(Struct, frozen=True):
    """What carrying out needs beside plan and target."""

    read: Read
    wait: Wait
    told: Told


def patient(seconds: float, why: str) -> None:  # noqa: ARG001
    """Wait, and say nothing."""
    time.sleep(seconds)


def carry_out(plan: Plan, target: Target, means: Means) -> Manifest:
    """Do all operations of a plan. Gives what the target then holds.

    The first failure ends it: what is under way is waited for, nothing else begins, and nothing is
    deleted after it (promise 13). Raises `SitegenError`, `OSError`.
    """
    retry = Retry(means.wait)
    count = _Count(means.told)
    after = plan.after

    def put(one: Put | Restore) -> tuple[Put | Restore, str]:
        entry = one.entry
        if isinstance(one, Restore):
            return one, retry(partial(target.restore, one.path, entry))
        data = means.read(one.path, entry)
        return one, retry(partial(target.put, one.path, data, entry.headers))

    if plan.journal:
        retry(partial(target.begin, plan.journal))
    with _pool(target.in_flight) as run:
        for rank, group in groupby(plan.operations, key=_rank):
            if rank:
                files = dict(after.files)
                for one, tag in run(put, cast(Iterable[Put | Restore], group)):
                    files[one.path] = structs.replace(one.entry, tag=tag)
                    count.add(one.entry.size)
                after = structs.replace(after, files=files)
                continue
            for operation in group:
                if isinstance(operation, Delete):
                    retry(partial(target.delete, operation.path))
                else:
                    retry(partial(target.switch, after))
                count.add(0)
    return after


def _rank(operation: Operation) -> int:
    """Operations of one rank may be under way at once; 0 for those that may not."""
    return operation.rank if isinstance(operation, Put | Restore) else 0


def verify(target: Reader, manifest: Manifest, wait: Wait) -> Listing:
    """Look at the target again: raises `SitegenError` where it is not what was published."""
    found = Retry(wait)(partial(target.list, manifest))
    wrong = [path for path, one in manifest.files.items() if found.files.get(path) != one.digest]
    if wrong:
        names = ", ".join(f"`{path}`" for path in sorted(wrong)[:_SHOWN])
        message = f"{len(wrong):,} files are not at the target as they were published: {names}"
        hint = "publish again: what is missing is put again"
        raise fault(message, target.shown, hint=hint)
    return found


class Retry:
    """Tries an operation again while it fails in ways that may pass."""

    def __init__(self, wait: Wait) -> None:
        self._wait = wait

    def __call__(self, operation: Callable[[], T]) -> T:
        for seconds in WAITS:
            try:
                return operation()
            except TransientError as error:
                self._wait(seconds, str(error))
        try:
            return operation()
        except TransientError as error:
            message = f"the target fails again and again: {error}"
            raise fault(message, hint="try later: it goes on where it stopped") from error


class _Count:
    """How far it is."""

    def __init__(self, told: Told) -> None:
        self._told, self._operations, self._bytes = told, 0, 0

    def add(self, size: int) -> None:
        self._operations += 1
        self._bytes += size
        self._told(self._operations, self._bytes)


@contextmanager
def _pool(in_flight: int) -> Iterator["_Run"]:
    """Runs puts, many at once where the target allows."""
    if in_flight <= 1:
        yield map
        return
    with ThreadPoolExecutor(in_flight, "put") as pool:
        stopped = Event()

        def run(put: _Done, todo: Iterable[Put | Restore]) -> Iterator[tuple[Put | Restore, str]]:
            def unless_stopped(one: Put | Restore) -> tuple[Put | Restore, str]:
                if stopped.is_set():
                    raise CancelledError
                try:
                    return put(one)
                except BaseException:
                    stopped.set()
                    raise

            futures = [pool.submit(unless_stopped, one) for one in todo]
            try:
                for future in as_completed(futures):
                    if not isinstance(future.exception(), CancelledError):
                        yield future.result()
            except BaseException:
                # Also Ctrl-C. What is under way is waited for, nothing else begins.
                stopped.set()
                pool.shutdown(cancel_futures=True)
                raise

        yield run


_Done = Callable[[Put | Restore], tuple[Put | Restore, str]]
_Run = Callable[[_Done, Iterable[Put | Restore]], Iterable[tuple[Put | Restore, str]]]

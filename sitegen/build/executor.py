"""Runs chunks in worker processes where they pay, else in this process."""

import os
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sitegen.build.pools import Pool

CHUNK: Final = 128
"""Articles or pages in a chunk: some tens of milliseconds of work. Of half as many, a cold build
takes 4 % longer: less is done in a row by the same code."""
WORTH_WORKERS: Final = 400
"""Articles or pages below which starting workers costs more than they save."""

In = TypeVar("In")
Out = TypeVar("Out")


class Workers:
    """Runs work where it is done soonest, and starts processes once at most."""

    def __init__(self, jobs: int) -> None:
        """`jobs`: worker processes; 0 for one per core, 1 for none."""
        self.jobs = jobs or os.cpu_count() or 1
        self._made: Pool | None = None

    def start(self) -> None:
        """Have processes get ready while this one goes on: most of the work of its only build lies
        ahead.
        """
        if self.jobs > 1:
            self._pool.start()

    def run(
        self, units: int, work: Callable[[In], Out], chunks: Iterable[tuple[In, str]]
    ) -> Generator[Out]:
        """The results of `work` on each chunk, in order; `units`: how many articles or pages.

        Each chunk comes with what it holds, for people.
        """
        if self.jobs == 1 or units < WORTH_WORKERS:
            for chunk, _ in chunks:
                yield work(chunk)
        else:
            yield from self._pool.run(work, chunks)

    def meanwhile(self, work: Callable[[In], Out], given: In) -> Callable[[], Out | None] | None:
        """Have a process run the call between two runs; None where none was started.

        What is given back waits for the result, which is None where the process died.
        """
        return self._made.meanwhile(work, given) if self._made else None

    def rest(self) -> None:
        """Nothing more is to be run in this build."""
        if self._made is not None:
            self._made.rest()

    @property
    def executor(self) -> "Executor":
        """An executor for callers that judge themselves what is worth it.

        No process is started until something is submitted.
        """
        from sitegen.build.pools import Serial  # noqa: PLC0415 - as below.

        return Serial() if self.jobs == 1 else self._pool

    @property
    def _pool(self) -> "Pool":
        if self._made is None:
            # Imported where there is much to do: a small edit need not wait for it.
            from sitegen.build.pools import Pool  # noqa: PLC0415

            self._made = Pool(self.jobs)
        return self._made

    def close(self) -> None:
        """End the processes."""
        if self._made is not None:
            self._made.close()

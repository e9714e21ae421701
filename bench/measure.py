"""Runs one command and measures it: wall time, CPU time and peak memory of its process tree.

Memory is sampled from `/proc` every 20 ms (Linux): the sum, over all processes of the tree, of the
proportional set size (PSS), which counts a page that k processes share as 1/k in each of them.
Reading the PSS makes the kernel walk the page tables (0.5 ms for 100 MB, 2 to 7 ms for 900 MB), so

* it is read only where the sum of the resident set sizes, which is a counter and an upper bound of
  the sum of PSS, is above the peak so far;
* reads wait until all of them together took less than `SHARE` of the time that has passed.
"""

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

INTERVAL = 0.02
"""Seconds between two samples."""
SHARE = 0.02
"""The part of one core that reading PSS may take."""
_GRACE = 5.0
"""Seconds that processes may outlive the command before they are killed."""
_PAGE = resource.getpagesize()
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER in <linux/prctl.h>


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run cost."""

    wall: float
    """Seconds from the start of the command to its end."""
    cpu: float
    """Seconds of user and system time, of all processes of the tree."""
    peak: int
    """Bytes."""
    peak_kind: str
    """What `peak` is: `PSS` or `RSS` (sum over the tree), or `max RSS` (of the largest process)."""
    sampler: float
    """Seconds of CPU that the sampling itself took."""


class CommandError(Exception):
    """The command ended with another code than 0; the text holds the end of what it printed."""


def measure(command: Sequence[str], cwd: Path) -> Measurement:
    """Runs a command to its end; its output is kept aside and shown only if it fails."""
    _adopt_orphans()
    with tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed
        )
        sampler = _Sampler()
        sampler.start()
        try:
            status, own = _wait(process.pid)
            wall = time.perf_counter() - started
        except BaseException:
            process.kill()
            raise
        finally:
            sampler.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        orphans = _wait_for_orphans()
        if process.returncode != 0:
            printed.seek(0)
            tail = printed.read()[-2000:].decode(errors="replace")
            raise CommandError(f"{' '.join(command)}: exit {process.returncode}\n{tail}")
    usages = [own, *orphans]
    peak, kind = sampler.peak, sampler.kind
    if not kind:
        unit = 1 if sys.platform == "darwin" else 1024
        peak, kind = max(usage.ru_maxrss for usage in usages) * unit, "max RSS"
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return Measurement(wall, cpu, peak, kind, sampler.cost)


def _adopt_orphans() -> None:
    """Makes this process the parent of grandchildren whose parent ended (Linux).

    A helper process that outlives the command (the fork server of `multiprocessing`) would
    otherwise be inherited by init, and its CPU time be counted nowhere.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _wait(pid: int) -> "tuple[int, resource.struct_rusage]":
    _, status, usage = os.wait4(pid, 0)
    return status, usage


def _wait_for_orphans() -> "list[resource.struct_rusage]":
    """What the adopted processes used; those that do not end by themselves are killed."""
    usages: list[resource.struct_rusage] = []
    deadline = time.monotonic() + _GRACE
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return usages
        if pid:
            usages.append(usage)
        elif time.monotonic() > deadline:
            for child in _children(os.getpid()):
                os.kill(child, 9)
        else:
            time.sleep(0.005)


class _Sampler:
    """A thread that keeps the highest sum of memory over this process's descendants."""

    def __init__(self) -> None:
        self.peak = 0
        """Bytes."""
        self.kind = ""
        """`PSS`, `RSS`, or empty: nothing was measured."""
        self.cost = 0.0
        """Seconds of CPU."""
        self._ended = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        if Path(f"/proc/{os.getpid()}/statm").exists():
            proportional = Path("/proc/self/smaps_rollup").exists()
            self.kind = "PSS" if proportional else "RSS"
            self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self.kind:
            self._thread.join()

    def _run(self) -> None:
        started = time.perf_counter()
        reading = 0.0
        while True:
            processes = list(_descendants(os.getpid()))
            resident = sum(map(_resident, processes))
            if resident > self.peak:
                if self.kind == "RSS":
                    self.peak = resident
                elif reading <= SHARE * (time.perf_counter() - started):
                    before = time.thread_time()
                    self.peak = max(self.peak, sum(map(_proportional, processes)))
                    reading += time.thread_time() - before
            if self._ended.wait(INTERVAL):
                self.cost = time.thread_time()
                return


def _descendants(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _descendants(child)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/task") as threads:
        for thread in threads:
            found.extend(map(int, _read(f"{thread.path}/children").split()))
    return found


def _resident(pid: int) -> int:
    """Bytes of the resident set; 0 for a process that has ended."""
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * _PAGE if fields else 0


def _proportional(pid: int) -> int:
    """Bytes of the proportional set; 0 for a process that has ended."""
    _, found, rest = _read(f"/proc/{pid}/smaps_rollup").partition(b"\nPss:")
    return int(rest.split(None, 1)[0]) * 1024 if found else 0


def _read(path: str) -> bytes:
    """A file of `/proc`, in one system call each to open, read and close; empty if it is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 8192)
    except OSError:
        return b""
    finally:
        os.close(descriptor)

"""One build at a time (promise 11)."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sitegen.build.cache import FOLDER
from sitegen.problems import SitegenError, fault

WAIT = 60
"""Seconds that a build waits for another one."""
_PAUSE: Final = 0.05
"""Seconds between two attempts."""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the project's lock. Raises `SitegenError` if another build does not let it go."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    with _held(folder / "lock"):
        yield


if sys.platform == "win32":
    from filelock import FileLock, Timeout

    @contextmanager
    def _held(path: Path) -> Iterator[None]:
        lock = FileLock(path)
        try:
            lock.acquire(timeout=WAIT)
        except Timeout:
            raise _busy() from None
        try:
            yield
        finally:
            lock.release()

else:
    # The call that filelock makes here: a build with nothing to do would wait longer for all that
    # comes with filelock than for the lock.
    import fcntl

    @contextmanager
    def _held(path: Path) -> Iterator[None]:
        until = time.monotonic() + WAIT
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        try:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= until:
                        raise _busy() from None
                    time.sleep(_PAUSE)
            yield
        finally:
            # With the file goes its lock.
            os.close(lock)


def _busy() -> SitegenError:
    hint = "wait for it, or end the other sitegen that works in this project"
    return fault("another build is running", FOLDER, hint=hint)

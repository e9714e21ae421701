"""One build at a time (promise 11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sitegen.build.cache import FOLDER
from sitegen.problems import fault

WAIT = 60
"""Seconds that a build waits for another one."""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the project's lock. Raises `SitegenError` if another build does not let it go."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=WAIT)
    except Timeout:
        hint = "wait for it, or end the other sitegen that works in this project"
        raise fault("another build is running", FOLDER, hint=hint) from None
    try:
        yield
    finally:
        lock.release()

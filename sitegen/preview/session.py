"""Runs the loop beside whatever else the command does, and ends it at once when that ends."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from sitegen.config import Build
from sitegen.preview.loop import Loop, Options, Tell
from sitegen.preview.territory import Territory
from sitegen.preview.waker import Waker
from sitegen.preview.watcher import Watcher


class Session(Thread):
    """A loop in a thread of its own."""

    def __init__(self, root: Path, options: Options, tell: Tell) -> None:
        super().__init__(name="sitegen loop")
        # Said where a folder is met twice while it is made or moved, and watched once all the same.
        warnings.filterwarnings("ignore", module="watchdog", category=RuntimeWarning)
        self.waker = Waker()
        self.watcher = Watcher(Territory.of(root, Build()), self.waker)
        self.loop = Loop(root, options, tell, self.waker, self.watcher)
        self.error: BaseException | None = None

    def run(self) -> None:
        """Loop until told to stop. What ends it otherwise is kept for whoever started it."""
        try:
            self.loop.run()
        except BaseException as error:
            self.error = error


@contextmanager
def running(root: Path, options: Options, tell: Tell) -> Iterator[Session]:
    """A session that goes on inside the block and ends with it; Ctrl-C ends the block."""
    session = Session(root, options, tell)
    session.start()
    try:
        yield session
    except KeyboardInterrupt:
        pass
    finally:
        session.waker.stop()
        session.join()
        session.watcher.close()
    if session.error is not None:
        raise session.error


def watch(root: Path, options: Options, tell: Tell) -> None:
    """Build, then rebuild on every change, until Ctrl-C."""
    with running(root, options, tell) as session:
        session.join()

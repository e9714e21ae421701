"""Runs the loop beside whatever else the command does, and ends it at once when that ends."""

import logging
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from msgspec import Struct, structs

from sitegen.config import Build
from sitegen.preview.attempt import Attempt
from sitegen.preview.loop import Loop, Options, Tell
from sitegen.preview.sockets import Listening, listen
from sitegen.preview.territory import Territory
from sitegen.preview.waker import Waker
from sitegen.preview.watcher import Watcher

__all__ = ["Options", "Session", "Where", "running", "serve", "watch"]


class Session(Thread):
    """A loop in a thread of its own."""

    def __init__(self, root: Path, options: Options, tell: Tell) -> None:
        super().__init__(name="sitegen loop")
        # Said where a folder is met twice while it is made or moved, and watched once all the same.
        warnings.filterwarnings("ignore", module="watchdog", category=RuntimeWarning)
        # It complains of events that come while it ends; nobody waits for these.
        logging.getLogger("watchdog").addHandler(logging.NullHandler())
        self.waker = Waker()
        self.watcher = Watcher(Territory.of(root, Build()), self.waker)
        self.loop = Loop(root, options, tell, self.waker, self.watcher)
        self.error: BaseException | None = None
        self.on_error: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Loop until told to stop. What ends it otherwise is kept for whoever started it."""
        try:
            self.loop.run()
        except BaseException as error:
            self.error = error
            self.on_error()


@contextmanager
def running(root: Path, options: Options, tell: Tell) -> Iterator[Session]:
    """A session that goes on inside the block and ends with it; Ctrl-C ends the block."""
    session = Session(root, options, tell)
    session.start()
    # To be ended is to be interrupted.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield session
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
        session.waker.stop()
        session.join()
        session.watcher.close()
    if session.error is not None:
        raise session.error


def watch(root: Path, options: Options, tell: Tell) -> None:
    """Build, then rebuild on every change, until Ctrl-C."""
    with running(root, options, tell) as session:
        session.join()


class Where(Struct, frozen=True):
    """Where a preview is served."""

    host: str = "localhost"
    port: int = 8000
    allowed: tuple[str, ...] = ()
    """Host names beside those of this computer."""


def serve(
    root: Path, options: Options, tell: Tell, where: Where, ready: Callable[[Listening, str], None]
) -> None:
    """Show the site in the browser while it is edited, until Ctrl-C.

    `ready` is told once where the server listens, and below which path the site is.
    """
    # Imported here: `watch` does without them.
    from sitegen.preview.preview import Preview  # noqa: PLC0415
    from sitegen.preview.server import App, Server  # noqa: PLC0415

    listening = listen(where.host, where.port)
    hosts = {host.lower() for host in (*listening.hosts, *where.allowed)}
    preview = Preview(root, frozenset(hosts))
    app = App(preview)
    server = Server(app)

    def tell_all(attempt: Attempt) -> None:
        app.tell(attempt)
        tell(attempt)

    address = listening.urls("")[0].rstrip("/")
    options = structs.replace(options, commits=preview.lock, address=address)
    try:
        with running(root, options, tell_all) as session:
            session.on_error = server.stop
            preview.on_damage = session.waker.note_everything
            ready(listening, preview.base)
            server.run(sockets=list(listening.sockets))
    finally:
        for opened in listening.sockets:
            opened.close()

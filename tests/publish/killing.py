"""Publishing in a process that is killed at a random point, with all that it has started."""

import os
import random
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Timer

import pytest

from sitegen.publish.run import Wish, do, look
from tests.publish.contract import AT, NEW, OLD, Place
from tests.publish.sites import content, without_old

KILLS = int(os.environ.get("KILLS", "0"))
"""How often a test kills; 0 for its own choice."""
_EVENTS = {"subprocess.Popen", "os.rename", "os.remove", "os.mkdir", "open"}
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by forking")


def publish(place: Place, folder: Path, files: Mapping[str, bytes], *allowed: str) -> None:
    """Publish some files, without waiting for anything."""
    target = place.target()
    found = look(target, Wish(content(folder, files), AT, 2, allowed))
    do(target, found, lambda done, size: None, lambda seconds: None)


def killed_again_and_again(place: Place, folder: Path, kills: int) -> int:
    """The public site is always the old one or the new one, and the next run goes on (promises 14,
    18). Gives how often the process died before it was done.
    """
    chance = random.Random(8)
    built = (folder / "old", folder / "new")
    sites = (OLD, NEW)
    publish(place, built[0], OLD)
    events = _until(lambda: publish(place, built[1], NEW), 1_000_000, 0)[1]
    assert events > 10
    turn, died = 0, 0
    for _ in range(KILLS or kills):
        before, after = sites[1 - turn], sites[turn]

        def once(after: Mapping[str, bytes] = after, turn: int = turn) -> None:
            publish(place, built[turn], after)

        # Some time later, too: then what it has started is under way.
        died += _until(once, chance.randint(1, events), chance.choice((0, 0, chance.random() / 30)))[0]
        public = place.public()
        assert without_old(public, after) == after or without_old(public, before) == before
        once()
        assert without_old(place.public(), after) == after
        turn = 1 - turn
    return died


def _until(work: Callable[[], None], at: int, seconds: float) -> tuple[bool, int]:
    """Do something in another process, which dies some seconds after an event that is counted.
    Gives whether it died, and how many events there were, up to 60,000 and if it lived.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.setsid()
            count = _Count(at, seconds)
            sys.addaudithook(count)
            work()
            os.write(writing, str(count.seen).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    told = os.read(reading, 100)
    os.close(reading)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), f"publishing failed by itself, with {code}"
    return code != 0, int(told or 0)


class _Count:
    """Counts what a process does, and kills it with all its children."""

    def __init__(self, at: int, seconds: float) -> None:
        self.at, self.seconds, self.seen = at, seconds, 0

    def __call__(self, event: str, arguments: object) -> None:
        if event in _EVENTS:
            self.seen += 1
            if self.seen == self.at:
                if self.seconds:
                    Timer(self.seconds, _die).start()
                else:
                    _die()


def _die() -> None:
    os.killpg(0, signal.SIGKILL)

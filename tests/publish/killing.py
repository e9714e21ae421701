"""Publishing in a process that is killed at a random point, with all that it has started."""

import os
import random
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Timer

import pytest

from sitegen.publish.run import Wish, do, look, look_back
from tests.publish.contract import AT, NEW, OLD, Place
from tests.publish.sites import content, without_old

KILLS = int(os.environ.get("KILLS", "0"))
"""How often a test kills; 0 for what it takes by itself."""
_EVENTS = {"subprocess.Popen", "os.rename", "os.remove", "os.mkdir", "open"}
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by forking")


def publish(place: Place, folder: Path, files: Mapping[str, bytes], *allowed: str) -> None:
    """Publish some files, without waiting for anything."""
    target = place.target()
    found = look(target, Wish(content(folder, files), AT, 2, allowed))
    do(target, found, lambda *_: None, lambda *_: None)


def go_back(place: Place) -> None:
    """To the release that was public before."""
    target = place.target()
    do(target, look_back(target), lambda *_: None, lambda *_: None)


def killed_again_and_again(place: Place, folder: Path, kills: int = 50) -> int:
    """Publishing, and going back, are killed so often, and the public site is always the old one or
    the new one. After each fifth the next run goes on, and ends equal (promises 14, 18). Gives how
    often the process died before it was done.
    """
    chance = random.Random(8)
    built = (folder / "old", folder / "new")
    publish(place, built[0], OLD)
    publish_new = partial(publish, place, built[1], NEW)
    events = {
        "publish": _until(publish_new, 1_000_000, 0)[1],
        "back": _until(partial(go_back, place), 1_000_000, 0)[1],
    }
    assert min(events.values()) > 10
    died = 0
    for number in range(1, (KILLS or kills) + 1):
        turn = 1 - _which(place)
        work, at = partial(publish, place, built[turn], (OLD, NEW)[turn]), events["publish"]
        if number % 5 == 0:
            work()
            assert _which(place) == turn
            work, at = partial(go_back, place), events["back"]
        # Some time later, too: then what it has started is under way.
        died += _until(work, chance.randint(1, at), chance.choice((0, 0, chance.random() / 30)))[0]
    return died


def _which(place: Place) -> int:
    """Which of the two sites is public: 0 for the old one, 1 for the new one."""
    public = place.public()
    return next(turn for turn, one in enumerate((OLD, NEW)) if without_old(public, one) == one)


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

"""When a build is due."""

from threading import Thread

import pytest

from sitegen.preview.waker import (
    ABSENT,
    LIMIT,
    QUIET,
    STORM,
    STORM_LIMIT,
    STORM_QUIET,
    WHOLE,
    Waker,
)
from tests.preview.project import Clock


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


def test_quiet(clock: Clock) -> None:
    """A build is due 30 ms after the last change."""
    waker = Waker(clock)
    waker.note("content/a.md")
    clock.time += 0.01
    waker.note("content/a.md")
    assert waker.due == clock.time + QUIET == pytest.approx(clock.time + 0.03)
    assert waker.take() == frozenset({"content/a.md"})
    assert waker.due is None


def test_whole(clock: Clock) -> None:
    """A file that was closed need not be waited for as long as one that may be written to."""
    waker = Waker(clock)
    waker.note("content/a.md")
    waker.note("content/a.md", whole=True)
    assert waker.due == clock.time + WHOLE
    waker.note("content/b.md")
    waker.note("content/a.md", whole=True)
    assert waker.due == clock.time + QUIET


def test_a_save(clock: Clock) -> None:
    """One file written where it is, after a pause, is not waited for; what follows it is."""
    waker = Waker(clock)

    def save(path: str) -> float:
        waker.note(path, stays=True)
        waker.note(path, whole=True, stays=True)
        assert waker.due is not None
        return waker.due - clock.time

    assert save("content/a.md") == 0
    waker.take()
    clock.time += LIMIT / 2
    assert save("content/a.md") == pytest.approx(WHOLE)
    waker.take()
    clock.time += LIMIT
    assert save("content/a.md") == 0
    assert save("content/b.md") == pytest.approx(WHOLE)


def test_a_new_file_is_no_save(clock: Clock) -> None:  # promise 37
    """A branch that is switched makes its files anew: the first one starts no build."""
    waker = Waker(clock)
    waker.note("content/a.md", gone=True)
    waker.note("content/a.md")
    waker.note("content/a.md", whole=True, stays=True)
    assert waker.due == clock.time + WHOLE


def test_limit(clock: Clock) -> None:
    """Changes that never stop put a build off for 300 ms at most."""
    waker = Waker(clock)
    begun = clock.time
    while (due := waker.due) is None or due > clock.time:
        waker.note("content/a.md")
        clock.time += 0.02
    assert clock.time - begun == pytest.approx(LIMIT, abs=0.03)


def test_absent(clock: Clock) -> None:
    """A file that an editor took away is given time to come back."""
    waker = Waker(clock)
    waker.note("content/a.md", gone=True)
    assert waker.due == clock.time + ABSENT
    waker.note("content/a.md")
    assert waker.due == clock.time + QUIET


def test_storm(clock: Clock) -> None:  # promise 37
    """10,000 files checked out within four seconds are one build."""
    waker = Waker(clock)
    builds = 0
    for number in range(10_000):
        waker.note(f"content/{number}.md")
        clock.time += 0.0004
        due = waker.due
        if due is not None and due <= clock.time:
            waker.take()
            builds += 1
    assert builds == 0
    assert waker.due == pytest.approx(clock.time + STORM_QUIET, abs=0.001)


def test_storm_ends(clock: Clock) -> None:
    """Even a storm does not put a build off for ever."""
    waker = Waker(clock)
    begun = clock.time
    number = 0
    while (due := waker.due) is None or due > clock.time:
        waker.note(f"content/{number}.md")
        number += 1
        clock.time += 0.001
    assert number > STORM
    assert clock.time - begun == pytest.approx(STORM_LIMIT, abs=0.01)


def test_everything(clock: Clock) -> None:
    """Once anything may have changed, single paths say nothing."""
    waker = Waker(clock)
    waker.note("content/a.md")
    waker.note_everything()
    assert waker.take() is None
    assert waker.take() == frozenset()


def test_wait() -> None:
    """A change and the end of the program both end a wait in another thread."""
    waker = Waker()
    answers: list[bool] = []
    thread = Thread(target=lambda: answers.append(waker.wait(30)))
    thread.start()
    waker.note("content/a.md")
    thread.join(10)
    assert answers == [True]
    waker.take()
    thread = Thread(target=lambda: answers.append(waker.wait(30)))
    thread.start()
    waker.stop()
    thread.join(10)
    assert answers == [True, False]

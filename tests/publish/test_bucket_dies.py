"""A publisher to a bucket that dies at any of its writes: all is in memory, so each is tried."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sitegen.publish.bucket import BucketTarget, Places
from sitegen.publish.run import Look, Wish, do, look, look_back
from sitegen.publish.store import Object, Store, Version
from tests.publish.buckets import KEEP, BucketPlace, in_memory
from tests.publish.contract import AT, NEW, OLD
from tests.publish.sites import content, dead_links, without_old

pytest.importorskip("obstore", reason="obstore is not installed: `pip install 'sitegen[bucket]'`")


class DeadError(BaseException):
    """The process is gone: nothing catches it."""


class Life:
    """So many writes, then none."""

    def __init__(self, writes: int) -> None:
        self.left = writes

    def write(self) -> None:
        self.left -= 1
        self.read()

    def read(self) -> None:
        if self.left < 0:
            raise DeadError


class Mortal(Store):
    """A store of somebody who dies: from then on nothing reaches it, not even the lock's end."""

    def __init__(self, store: Store, life: Life) -> None:
        super().__init__(store._client, store.shown)
        self._life = life

    def get(self, key: str) -> Object | None:
        self._life.read()
        return super().get(key)

    def put(self, key: str, data: bytes, attributes: Mapping[str, str]) -> str:
        self._life.write()
        return super().put(key, data, attributes)

    def put_if(self, key: str, data: bytes, seen: Version | None) -> Version:
        self._life.write()
        return super().put_if(key, data, seen)

    def delete(self, key: str) -> None:
        self._life.write()
        super().delete(key)


def until_dead(where: Places, writes: int, found: Callable[[BucketTarget], Look]) -> bool:
    """Do what is found to be done; whether it was done before the last of so many writes."""
    life = Life(writes)
    site, records = (Mortal(store, life) for store in (where.site, where.records))
    target = BucketTarget(Places(site, records, where.local), KEEP)
    try:
        do(target, found(target), lambda *_: None, lambda *_: None)
    except DeadError:
        return False
    return True


def run(place: BucketPlace, found: Callable[[BucketTarget], Look]) -> None:
    """Do what is found to be done, by a process of its own."""
    target = place.target()
    do(target, found(target), lambda *_: None, lambda *_: None)


@pytest.mark.parametrize("back", [False, True])
def test_at_any_write(tmp_path: Path, back: bool) -> None:
    """No link is dead, the lock holds nobody up, and the next runs, on and back, end as if nobody
    had died (promises 12, 13, 14).
    """
    first, second = (
        Wish(content(tmp_path / name, files), AT, 2) for name, files in (("1", OLD), ("2", NEW))
    )

    def publish_first(target: BucketTarget) -> Look:
        return look(target, first)

    def publish_second(target: BucketTarget) -> Look:
        return look(target, second)

    writes, done = -1, False
    while not done:
        writes += 1
        place = in_memory(tmp_path)
        run(place, publish_first)
        if back:
            run(place, publish_second)
        done = until_dead(place.where, writes, look_back if back else publish_second)
        assert not dead_links(place.public(), OLD.keys() & NEW.keys())
        now = place.reader().read()
        assert now
        if back and writes % 2 and now.release.generation == 2:
            run(place, look_back)
            assert without_old(place.public(), OLD) == OLD
        run(place, publish_second)
        assert without_old(place.public(), NEW) == NEW
        # Where it died between the switch and the last deletion, what ends it is a release, too.
        run(place, look_back)
        if without_old(place.public(), OLD) != OLD:
            assert without_old(place.public(), NEW) == NEW
            run(place, look_back)
        assert without_old(place.public(), OLD) == OLD
    assert writes > len(NEW.keys() - OLD.keys())

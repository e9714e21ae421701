"""The contract over a target in memory, where every operation can be watched."""

import pytest

from sitegen.publish.target import Reader, Target
from tests.publish.contract import Contract
from tests.publish.recording import Memory, MemoryTarget


class _Reader:
    """The reading half of a target, and nothing else."""

    def __init__(self, target: Target) -> None:
        self.read, self.list, self.releases = target.read, target.list, target.releases
        self.atomic, self.keeps_headers, self.shown = (
            target.atomic,
            target.keeps_headers,
            target.shown,
        )


class MemoryPlace:
    """A target in memory."""

    def __init__(self, *, atomic: bool, in_flight: int = 1) -> None:
        self.memory, self.atomic, self.in_flight = Memory(), atomic, in_flight

    def target(self) -> Target:
        return MemoryTarget(self.memory, atomic=self.atomic, in_flight=self.in_flight)

    def reader(self) -> Reader:
        return _Reader(self.target())

    def public(self) -> dict[str, bytes]:
        return dict(self.memory.public)

    def disturb(self, path: str, data: bytes | None) -> None:
        if data is None:
            del self.memory.public[path]
        else:
            self.memory.public[path] = data


class TestAtomic(Contract):
    """A target whose changes are public at once, all together."""

    @pytest.fixture
    def place(self) -> MemoryPlace:
        return MemoryPlace(atomic=True)


class TestInPlace(Contract):
    """A target where each operation is public."""

    @pytest.fixture
    def place(self) -> MemoryPlace:
        return MemoryPlace(atomic=False)


class TestManyInFlight(Contract):
    """The same with eight operations under way at once."""

    @pytest.fixture
    def place(self) -> MemoryPlace:
        return MemoryPlace(atomic=False, in_flight=8)

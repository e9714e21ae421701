"""What the last plan made serves again where it would be made of the same."""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """Values by name, each with what it was made of.

    Parts are compared by `==`, which for cards that did not change is a look at where they lie.
    What a plan does not ask for is forgotten.
    """

    def __init__(self, common: bytes = b"", last: "Memo | None" = None) -> None:
        """`common`: the digest of what all values are made of; of another, `last` is of no use."""
        self._common = common
        self._last = last._made if last is not None and last._common == common else {}
        self._made: dict[object, tuple[tuple[object, ...], Any]] = {}

    def get(self, name: object, parts: tuple[object, ...], make: Callable[[], T]) -> T:
        """The value that `make` gives of these parts; `name` is its own in the whole plan."""
        found = self._last.get(name)
        if found is None or found[0] != parts:
            found = parts, make()
        self._made[name] = found
        value: T = found[1]
        return value

    def settle(self) -> None:
        """The plan is made: let go of what it did not ask for."""
        self._last = {}

"""What pages read beside their views, as it is now."""

from collections.abc import Mapping

from sitegen.build.cache import Cache
from sitegen.digests import of_digests
from sitegen.templates import read_digest
from sitegen.theme import Theme


class Environments:
    """What each set of reads stands for now."""

    def __init__(self, cache: Cache, theme: Theme, facts: Mapping[str, object]) -> None:
        self._cache = cache
        self._arguments = theme, facts
        self._reads: dict[str, bytes] = {}
        self._sets: dict[int, bytes] = {}

    def of(self, number: int) -> bytes:
        """The digest of what a set of reads stands for."""
        found = self._sets.get(number)
        if found is None:
            names = self._cache.reads[number]
            found = self._sets[number] = of_digests(map(self._of_read, names))
        return found

    def all(self) -> dict[int, bytes]:
        """The digests of all sets of reads, by their numbers."""
        return {number: self.of(number) for number in self._cache.reads}

    def _of_read(self, name: str) -> bytes:
        if name not in self._reads:
            self._reads[name] = read_digest(name, *self._arguments)
        return self._reads[name]

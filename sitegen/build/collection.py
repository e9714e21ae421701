"""All articles as a state knows them, kept as their files come, change and go."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from datetime import datetime

import msgspec
from msgspec import structs

from sitegen.build.cache import Known, decode_parsed
from sitegen.cards import Entry
from sitegen.digests import DigestTree, digest
from sitegen.problems import Problem
from sitegen.site import Choice

_encode = msgspec.msgpack.Encoder().encode


class Collection:
    """The articles of the cache, decoded. An edit costs what it changes, whatever their number."""

    def __init__(self, articles: Mapping[str, Known]) -> None:
        """`articles`: the cache's. Raises `CacheError`."""
        self.entries: dict[str, Entry] = {}
        """By the article's file."""
        self.problems: dict[str, tuple[Problem, ...]] = {}
        """Of the files that have any."""
        self.changed: set[str] = set()
        """Files whose bodies may be others than the output shows."""
        self.unused: set[bytes] = set()
        """Bodies that no article has any more."""
        self._bodies: Counter[bytes] = Counter()
        self._choice: Choice | None = None
        self._timed: set[str] = set()
        self._taken = DigestTree()
        self.update(articles, articles)

    def update(self, paths: Iterable[str], articles: Mapping[str, Known]) -> None:
        """Look again at some files; those that the cache does not know are gone."""
        for path in paths:
            self.changed.add(path)
            self.problems.pop(path, None)
            before = self.entries.pop(path, None)
            known = articles.get(path)
            entry = self._decoded(path, known, before) if known else None
            if entry is not None:
                self.entries[path] = entry
                self._bodies[entry.body] += 1
                self.unused.discard(entry.body)
            if before is not None:
                self._release(before.body)
            if self._choice is not None:
                self._weigh(path, self._choice)

    def _decoded(self, path: str, known: Known, before: Entry | None) -> Entry | None:
        parsed = decode_parsed(known.parsed)
        if parsed.problems:
            self.problems[path] = parsed.problems
        entry = parsed.entry
        if entry is not None and before is not None and entry.card == before.card:
            # Pages that were planned with it go on with the same one.
            return structs.replace(entry, card=before.card)
        return entry

    def _release(self, body: bytes) -> None:
        self._bodies[body] -= 1
        if not self._bodies[body]:
            del self._bodies[body]
            self.unused.add(body)

    def told(self) -> list[Problem]:
        """What is wrong with the articles."""
        return [problem for problems in self.problems.values() for problem in problems]

    @property
    def bodies(self) -> Set[bytes]:
        """The digests of all bodies."""
        return self._bodies.keys()

    def settle(self) -> None:
        """Note that the output shows the articles as they are."""
        self.changed.clear()
        self.unused.clear()

    def choose(self, choice: Choice) -> bytes:
        """The digest of all that other pages may show of the articles that are published."""
        first = self._choice
        if first is None or choice.now < first.now or not choice.shows_as(first):
            self._choice = choice
            self._timed.clear()
            self._taken = DigestTree()
            for path in self.entries:
                self._weigh(path, choice)
        else:
            for path in list(self._timed):
                self._weigh(path, choice)
        return self._taken.digest

    def _weigh(self, path: str, choice: Choice) -> None:
        entry = self.entries.get(path)
        if entry is None:
            self._timed.discard(path)
            self._taken.remove(path)
            return
        assert self._choice is not None
        if self._choice.may_change(entry.card):
            self._timed.add(path)
        else:
            self._timed.discard(path)
        if choice.takes(entry.card):
            self._taken.put(path, _shown_of(entry))
        else:
            self._taken.remove(path)

    def until(self, choice: Choice) -> datetime | None:
        """When another article comes or goes than `choose` was told; None if never."""
        return choice.until(self.entries[path].card for path in self._timed)


def _shown_of(entry: Entry) -> bytes:
    if not entry.links and not entry.images:
        return entry.card.digest
    return digest(entry.card.digest + _encode((entry.links, entry.images)))

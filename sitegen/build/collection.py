"""All articles as a state knows them, kept as their files come, change and go."""

from collections import Counter
from collections.abc import Iterable, Set
from datetime import datetime

import msgspec
from msgspec import structs

from sitegen.build.cache import Cache
from sitegen.build.records import Parsed
from sitegen.cards import Entry, TagRef
from sitegen.digests import DigestTree, digest
from sitegen.problems import Problem
from sitegen.site import Choice

_encode = msgspec.msgpack.Encoder().encode


class Collection:
    """All articles, decoded. An edit costs what it changes, whatever their number."""

    def __init__(self, files: Iterable[tuple[str, Parsed]] = ()) -> None:
        """What all articles' files tell."""
        self.entries: dict[str, Entry] = {}
        """By the article's file."""
        self.problems: dict[str, tuple[Problem, ...]] = {}
        """Of the files that have any."""
        self.unused: set[bytes] = set()
        """Bodies that no article has any more."""
        self._bodies: Counter[bytes] = Counter()
        self._choice: Choice | None = None
        self._timed: set[str] = set()
        self._taken = DigestTree()
        self._refs: dict[TagRef, TagRef] = {}
        self.add(files)

    def add(self, files: Iterable[tuple[str, Parsed]]) -> None:
        """Take in what files tell that are not among these yet."""
        bodies = []
        for path, parsed in files:
            if parsed.problems:
                self.problems[path] = parsed.problems
            if parsed.entry is not None:
                self.entries[path] = self._own(parsed.entry)
                bodies.append(parsed.entry.body)
        self._bodies.update(bodies)

    def update(self, paths: Iterable[str], cache: Cache) -> None:
        """Look again at some files; those that the cache does not know are gone."""
        found = dict(cache.parsed(paths))
        for path in paths:
            self._take(path, found.get(path))

    def _take(self, path: str, parsed: Parsed | None) -> None:
        self.problems.pop(path, None)
        before = self.entries.pop(path, None)
        entry = self._told(path, parsed, before) if parsed else None
        if entry is not None:
            self.entries[path] = entry
            self._bodies[entry.body] += 1
            self.unused.discard(entry.body)
        if before is not None:
            self._release(before.body)
        if self._choice is not None:
            self._weigh(path, self._choice)

    def _told(self, path: str, parsed: Parsed, before: Entry | None) -> Entry | None:
        if parsed.problems:
            self.problems[path] = parsed.problems
        entry = parsed.entry
        if entry is None:
            return None
        if before is not None and entry.card == before.card:
            # Pages that were planned with it go on with the same one.
            return structs.replace(entry, card=before.card)
        return self._own(entry)

    def _own(self, entry: Entry) -> Entry:
        """An entry that was decoded: each has its own copy of what many share, a third of its
        size.
        """
        refs = tuple([self._refs.setdefault(ref, ref) for ref in entry.card.tags])
        structs.force_setattr(entry.card, "tags", refs)
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
        """Note that what is not used is forgotten."""
        self.unused.clear()

    def choose(self, choice: Choice) -> bytes:
        """The digest of all that other pages may show of the articles that are published."""
        first = self._choice
        if first is None or choice.now < first.now or not choice.shows_as(first):
            self._choice = choice
            self._timed.clear()
            self._taken = DigestTree()
            for path, entry in self.entries.items():
                if choice.may_change(entry.card):
                    self._timed.add(path)
                if choice.takes(entry.card):
                    self._taken.put(path, _shown_of(entry, choice))
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
            self._taken.put(path, _shown_of(entry, choice))
        else:
            self._taken.remove(path)

    def until(self, choice: Choice) -> datetime | None:
        """When another article comes or goes than `choose` was told; None if never."""
        return choice.until(self.entries[path].card for path in self._timed)


def _shown_of(entry: Entry, choice: Choice) -> bytes:
    """What other pages may show of an article, at a moment."""
    card = choice.seen(entry.card)
    at = bytes((choice.is_due(card), choice.is_news(card)))
    if entry.links or entry.images:
        at += digest(_encode((entry.links, entry.images)))
    return card.digest + at

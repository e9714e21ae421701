"""Which of a seed's articles is which of those it gave before: by key, by text, by likeness."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sitegen.ingest.given import Given
from sitegen.ingest.past import Past, blocks, brief_marks, marks
from sitegen.ingest.provenance import Record

_MOST: Final = 1000
"""Articles without key or equal text that are held back to be compared: bounds memory."""


def match(
    lasts: Sequence[Past], givens: Iterable[Given]
) -> Iterator[tuple[Past | None, Given | None]]:
    """Each article with its past; None for what is new, and for what the seed gives no more."""
    by_key = {last.key: last for last in lasts if last.key}
    free = {last.id: last for last in lasts}
    waiting: list[Given] = []
    for given in givens:
        last = by_key.get(given.key) if given.key else None
        last = free.get(last.id if last else given.id)
        if last is not None:
            yield free.pop(last.id), given
        elif free and len(waiting) < _MOST:
            waiting.append(given)
        else:
            yield None, given
    for given in waiting:
        last = _likest(given, free)
        yield (free.pop(last.id) if last else None), given
    for last in free.values():
        yield last, None


def _likest(given: Given, free: dict[str, Past]) -> Past | None:
    """The past that an article most resembles, if it shares anything with one."""
    paragraphs = blocks(given.body)
    full, brief = set(marks(paragraphs)), set(brief_marks(marks(paragraphs)))
    best, most = None, 0
    for last in free.values():
        if last.key and given.key:
            continue  # Two different keys are two articles.
        shared = 2 * len((brief if last.brief else full).intersection(last.body))
        shared += last.fields.get("title") == last.held("title", given.fields.get("title"))
        # One article that was rewritten is still that of its day, if there is no other.
        shared += len(free) == 1 and last.fields.get("date") == given.fields.get("date")
        if shared > most:
            best, most = last, shared
    return best


class Orphans:
    """Records whose seeds are gone; a new seed like one of them is that seed, renamed."""

    def __init__(self, records: Iterable[Record | None]) -> None:
        self._records = {record.seed: record for record in records if record}
        self._by_mark: dict[str, str] = {}
        for record in self._records.values():
            for last in record.articles:
                for mark in (
                    *brief_marks(last.body),
                    f"key {last.key}" if last.key else f"id {last.id}",
                ):
                    self._by_mark.setdefault(mark, record.seed)

    def holds(self, seed: str) -> bool:
        """Whether nobody has taken the record of a seed."""
        return seed in self._records

    def adopt(self, givens: Sequence[Given]) -> Record | None:
        """The record that shares at least half of its paragraphs, or a key, with the articles."""
        if not self._records or not givens:
            return None
        own = {mark for given in givens for mark in brief_marks(marks(blocks(given.body)))}
        keys = {f"key {given.key}" for given in givens if given.key}
        seeds = Counter(self._by_mark[m] for m in own | keys if m in self._by_mark)
        for seed in sorted(seeds, key=lambda seed: (-seeds[seed], seed)):
            record = self._records.get(seed)
            if not record:
                continue
            theirs = {mark for last in record.articles for mark in brief_marks(last.body)}
            same_key = any(f"key {last.key}" in keys for last in record.articles if last.key)
            if same_key or 2 * len(own & theirs) >= min(len(own), len(theirs)):
                return self._records.pop(seed)
        return None

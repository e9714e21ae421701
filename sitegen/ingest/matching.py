"""Which of a seed's articles is which of those it gave before: by key, by text, by likeness."""

from collections.abc import Iterable, Iterator, Sequence

from sitegen.ingest.convert import Given
from sitegen.ingest.provenance import Past, Record, blocks, marks


def match(
    lasts: Sequence[Past], givens: Sequence[Given]
) -> Iterator[tuple[Past | None, Given | None]]:
    """Each article with its past; None for what is new, and for what the seed gives no more."""
    by_key = {last.key: last for last in lasts if last.key}
    by_id = {last.id: last for last in lasts}
    paired: dict[int, Past] = {}
    for number, given in enumerate(givens):
        last = by_key.get(given.key) or by_id.get(given.id)
        if last is not None and by_id.get(last.id) is last:
            paired[number] = last
            del by_id[last.id]
    for number, given in enumerate(givens):
        if number not in paired and by_id and (last := _likest(given, list(by_id.values()))):
            paired[number] = last
            del by_id[last.id]
    for number, given in enumerate(givens):
        yield paired.get(number), given
    for last in by_id.values():
        yield last, None


def _likest(given: Given, lasts: list[Past]) -> Past | None:
    """The past that an article most resembles, if it shares anything with one."""
    own = set(marks(blocks(given.body)))
    best, most = None, 0
    for last in lasts:
        if last.key and given.key:
            continue  # Two different keys are two articles.
        shared = 2 * len(own.intersection(last.body))
        shared += last.fields.get("title") == given.fields.get("title")
        # One article that was rewritten is still that of its day, if there is no other.
        shared += len(lasts) == 1 and last.fields.get("date") == given.fields.get("date")
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
                for mark in (*last.body, f"key {last.key}" if last.key else f"id {last.id}"):
                    self._by_mark.setdefault(mark, record.seed)

    def holds(self, seed: str) -> bool:
        """Whether nobody has taken the record of a seed."""
        return seed in self._records

    def adopt(self, givens: Sequence[Given]) -> Record | None:
        """The record that shares at least half of its paragraphs, or a key, with the articles."""
        if not self._records or not givens:
            return None
        own = [mark for given in givens for mark in marks(blocks(given.body))]
        keys = {f"key {given.key}" for given in givens if given.key}
        seeds = [self._by_mark[mark] for mark in (*own, *keys) if mark in self._by_mark]
        for seed in sorted(set(seeds), key=lambda seed: (-seeds.count(seed), seed)):
            record = self._records.get(seed)
            if not record:
                continue
            theirs = [mark for last in record.articles for mark in last.body]
            same_key = any(f"key {last.key}" in keys for last in record.articles if last.key)
            if same_key or 2 * len(set(own) & set(theirs)) >= min(len(own), len(theirs)):
                return self._records.pop(seed)
        return None

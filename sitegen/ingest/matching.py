"""Which of a seed's articles is which of those it gave before: by key, by text, by likeness."""

from collections.abc import Iterator, Sequence

from sitegen.ingest.convert import Given
from sitegen.ingest.provenance import Past, blocks, marks


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

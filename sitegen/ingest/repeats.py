"""The same article from another seed: known by its text, its address, or nearly the same words."""

from collections.abc import Container, Iterable, Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from sitegen.digests import of_text
from sitegen.ingest.addresses import identity
from sitegen.ingest.duplicates import is_same, may_be_versions
from sitegen.ingest.given import Given
from sitegen.ingest.index import Known
from sitegen.ingest.past import Past, blocks, brief_marks, marks
from sitegen.ingest.words import folded

_FEW: Final = 12
"""Articles that a further one is compared with; bounds the cost of equal headlines."""
_DAYS: Final = 3
"""An article is taken over within so many days; later, like words are another event's."""
_BRIEF: Final = Past("", "", {}, (), brief=True)


class First(Struct, frozen=True, gc=False):
    """An article that others may repeat."""

    id: str
    seed: str
    path: str
    """Its file in content."""
    day: str
    title: str
    """Folded; empty where it is not remembered."""
    mark: str
    """Of the title as it was given."""
    lead: str
    """The mark of its first paragraph."""
    signature: bytes


class Repeats:
    """Every article there is, found by what another seed would have in common with it."""

    def __init__(self) -> None:
        self._by_id: dict[str, First] = {}
        self._by_address: dict[str, First] = {}
        self._by_words: dict[str, list[First]] = {}
        self._by_text: dict[bytes, First] = {}

    def learn(self, seed: str, pasts: Iterable[Past], known: Known | None = None) -> None:
        """Take in the articles that a seed gave."""
        signatures = known.signatures if known else {}
        for last in pasts:
            if not last.duplicate:
                signature = signatures.get(last.id, b"")
                self._put(seed, last, signature, _address(last))
                # The index keeps no more than the lead of an article that has a signature.
                if not signature:
                    self._by_text.setdefault(_text(last.body), self._by_id[last.id])

    def add(self, seed: str, given: Given, last: Past) -> None:
        """Take in an article that was given now."""
        self._put(seed, last, given.signature, given.url)
        self._by_text.setdefault(_text(last.body), self._by_id[last.id])

    def find(self, own: Container[str], given: Given) -> First | None:
        """The article that this one repeats. In doubt it repeats none: none must be lost.

        `own`: the names of its seed, which tells its articles apart: there, like words do not make
        two of them one, but an address does.
        """
        if found := self._by_id.get(given.id):
            return found
        body = marks(blocks(given.body))
        new = _first("", "", Past(given.id, "", given.fields, body), given.signature)
        address = identity(given.url)
        found = self._by_address.get(address) if address else None
        if found and may_be_versions(found.signature, given.signature):
            return found
        found = self._by_text.get(_text(body))
        if found and found.seed not in own and _is_near(found, new):
            return found
        alike = (o for o in self._alike(new) if o.seed not in own and _is_near(o, new))
        return next(alike, None)

    def signature(self, id_: str) -> bytes:
        """What an article's text is known by, where it is known."""
        found = self._by_id.get(id_)
        return found.signature if found else b""

    def _alike(self, new: First) -> Iterator[First]:
        """Those with nearly the same words, among those with the same headline or lead."""
        if new.signature:
            for words in (new.title, new.mark, new.lead):
                for other in self._by_words.get(words, ()):
                    if other.signature and is_same(other.signature, new.signature):
                        yield other

    def _put(self, seed: str, last: Past, signature: bytes, url: str) -> None:
        first = _first(seed, last.path, last, signature)
        self._by_id.setdefault(first.id, first)
        if address := identity(url):
            self._by_address.setdefault(address, first)
        for words in filter(None, (first.title or first.mark, first.lead)):
            others = self._by_words.setdefault(words, [])
            if len(others) < _FEW:
                others.append(first)


def _first(seed: str, path: str, last: Past, signature: bytes) -> First:
    day, title = (str(last.fields.get(key, "")) for key in ("date", "title"))
    lead = "".join(brief_marks(last.body[:1]))
    held = "" if last.brief else folded(title)
    mark = title if last.brief else str(_BRIEF.held("title", title))
    return First(last.id, seed, path, day[:10], held, mark, lead, signature)


def _text(body: Iterable[str]) -> bytes:
    """What equal texts have in common, however much is remembered of them."""
    return of_text(*brief_marks(body))


def _is_near(one: First, other: First) -> bool:
    """Whether two texts that are alike report one event: by day, and by lead or headline.

    Stories by one template differ just there.
    """
    try:
        apart = abs(date.fromisoformat(one.day) - date.fromisoformat(other.day)).days
    except ValueError:
        return False
    if apart > _DAYS:
        return False
    same = one.title == other.title if one.title else one.mark == other.mark
    return same or (one.lead == other.lead and bool(one.signature))


def _address(last: Past) -> str:
    """That of the original; of a brief past it is known if it is its key."""
    if last.brief:
        return last.key
    source = last.fields.get("source")
    tables = source if isinstance(source, tuple) else (source,)
    return next((t["url"] for t in tables if isinstance(t, dict) and "url" in t), "")

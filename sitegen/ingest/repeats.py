"""The same article from another seed: known by its text, its address, or nearly the same words."""

from collections.abc import Iterable

from msgspec import Struct

from sitegen.ingest.addresses import identity
from sitegen.ingest.convert import Given
from sitegen.ingest.duplicates import bands, is_same, may_be_versions
from sitegen.ingest.index import Known
from sitegen.ingest.provenance import Past, blocks, marks

_FEW = 12
"""Articles of a band that a further one is compared with; bounds the cost of equal texts."""


class First(Struct, frozen=True, gc=False):
    """An article that others may repeat."""

    id: str
    seed: str
    path: str
    """Its file in content."""
    signature: bytes


class Repeats:
    """Every article there is, found by what another seed would have in common with it."""

    def __init__(self) -> None:
        self._by_id: dict[str, First] = {}
        self._by_address: dict[str, First] = {}
        self._by_band: dict[tuple[int, bytes], list[First]] = {}
        self._by_text: dict[tuple[str, ...], First] = {}

    def learn(self, seed: str, pasts: Iterable[Past], known: Known | None = None) -> None:
        """Take in the articles that a seed gave."""
        signatures = known.signatures if known else {}
        for last in pasts:
            if not last.duplicate:
                first = First(last.id, seed, last.path, signatures.get(last.id, b""))
                self._put(first, _address(last), last.body)

    def add(self, seed: str, given: Given, last: Past) -> None:
        """Take in an article that was given now."""
        self._put(First(last.id, seed, last.path, given.signature), given.url, last.body)

    def find(self, given: Given) -> First | None:
        """The article that this one repeats."""
        if found := self._by_id.get(given.id):
            return found
        address = identity(given.url)
        found = self._by_address.get(address) if address else None
        if found and may_be_versions(found.signature, given.signature):
            return found
        for band in bands(given.signature):
            for other in self._by_band.get(band, ()):
                if is_same(other.signature, given.signature):
                    return other
        return self._by_text.get(marks(blocks(given.body)))

    def signature(self, id_: str) -> bytes:
        """What an article's text is known by, where it is known."""
        found = self._by_id.get(id_)
        return found.signature if found else b""

    def _put(self, first: First, url: str, body: tuple[str, ...]) -> None:
        self._by_id.setdefault(first.id, first)
        if address := identity(url):
            self._by_address.setdefault(address, first)
        for band in bands(first.signature):
            others = self._by_band.setdefault(band, [])
            if len(others) < _FEW:
                others.append(first)
        if body:
            self._by_text.setdefault(body, first)


def _address(last: Past) -> str:
    source = last.fields.get("source")
    tables = source if isinstance(source, tuple) else (source,)
    return next((t["url"] for t in tables if isinstance(t, dict) and "url" in t), "")

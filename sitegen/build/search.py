"""Decides whether the search index is that of the articles, and has it made where it is not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from sitegen import search
from sitegen.build.bodies import Bodies
from sitegen.build.records import Written
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.cards import Card, KeptBody
from sitegen.config import Config
from sitegen.copies import Copied
from sitegen.digests import digest, of_digests
from sitegen.site import Site

_META: Final = "search"
_ORIGIN: Final = "the search index"
_BATCH: Final = 256
"""Bodies in memory at once."""


class Index(Struct, frozen=True):
    """The files of the search index."""

    copies: tuple[Copied, ...] = ()
    stale: bool = False
    """Whether it is not that of the articles as they are now."""


class _Made(Struct, frozen=True, array_like=True):
    """An index that was made."""

    key: bytes
    """The digest of all that it was made of."""
    files: dict[str, bytes]
    """Their digests by path, relative to the output."""


def search_index(
    state: State,
    config: Config,
    site: Site,
    damaged: Mapping[str, bytes],
    renew: bool,
    watch: Stopwatch,
) -> Index:
    """The index of the published articles; made anew if it is not, or if a file of it is damaged.

    Without `renew` what is there of an older one stays. Raises `SitegenError`.
    """
    if not config.search.enabled:
        return Index()
    entries = state.collection.entries
    keys = [entries[card.path].body for card in site.cards]
    # A card's digest is of more than what is searched: to look closer would cost every build.
    cards = (card.digest for card in site.cards)
    key = of_digests([digest(config.site.language.encode()), *cards, *keys])
    encoded = state.cache.meta.get(_META)
    made = msgspec.msgpack.decode(encoded, type=_Made) if encoded else _Made(b"", {})
    there = [
        Copied(path, wanted, _ORIGIN)
        for path, wanted in made.files.items()
        if path not in damaged and _is_of(state.cache.outputs.get(path), wanted)
    ]
    whole = made.key == key and len(there) == len(made.files)
    if whole or not renew:
        return Index(tuple(there), stale=not whole)
    # Imported where an index is made: most sites have none.
    from sitegen.build.pagefind import make_index  # noqa: PLC0415

    documents = _documents(state, site, keys, config.site.language)
    total = len(site.cards)
    files = make_index(
        search.find_program(),
        search.SETTINGS,
        documents,
        lambda done: watch.progress("search", done, total),
    )
    copies = tuple(
        Copied(search.FOLDER + name, digest(data), _ORIGIN, data) for name, data in files.items()
    )
    with state.cache.transaction():
        encoded = msgspec.msgpack.encode(_Made(key, {copy.path: copy.digest for copy in copies}))
        state.cache.put_meta(_META, encoded)
    return Index(copies)


def _is_of(written: Written | None, wanted: bytes) -> bool:
    return written is not None and written.wanted == wanted


def _documents(
    state: State, site: Site, keys: Sequence[bytes], language: str
) -> Iterator[tuple[str, str]]:
    """Every published article as address and HTML, newest first; bodies are fetched in batches."""
    names = search.tag_names(site)
    for start in range(0, len(keys), _BATCH):
        wanted = keys[start : start + _BATCH]
        cards: Sequence[Card] = site.cards[start : start + _BATCH]
        cache = Bodies(state.cache.path)
        try:
            found: Mapping[bytes, KeptBody] = cache.get(set(wanted))
        finally:
            cache.close()
        for card, key in zip(cards, wanted, strict=True):
            html = search.document(card, found[key], names, language)
            yield search.address(card), html

"""What the browser should know of the page that it shows, from the last good site."""

import posixpath
import sqlite3
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs

from msgspec import Struct

from sitegen import urls
from sitegen.build.bodies import Bodies
from sitegen.build.seals import CacheError
from sitegen.cards import Entry
from sitegen.preview import files
from sitegen.preview.attempt import Good
from sitegen.preview.seeds import Seeds

_MOST: Final = 100
"""Style sheets and pictures of one page that are asked about."""


class Told(Struct, frozen=True):
    """An article, as the draft bar tells of it."""

    id: str
    path: str
    """Where to edit it, relative to the project."""
    draft: bool
    scheduled: str
    """Its moment where that has not come; empty where it has."""
    words: int
    """0 where they are not known."""
    seed: str
    """What it was converted from, relative to the project; empty where it was not."""


class Asked(Struct, frozen=True):
    """What a browser asks about its page."""

    path: str
    """Where it is, as browsers write it."""
    id: str = ""
    """Of its article, where it is known to be the page of one."""
    file: str | None = None
    """Where that was edited when the browser last asked, empty for a page of no article: to look
    through all articles takes time. None where it never asked."""
    has: str = ""
    """The digest of the page that the browser has."""
    seen: tuple[str, ...] = ()
    """The paths of the style sheets and pictures that it shows."""

    @classmethod
    def of(cls, query: bytes) -> "Asked":
        """What the query of a request asks."""
        found = parse_qs(
            query.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace"
        )
        path, id_, has = (next(iter(found.get(name, ())), "") for name in ("at", "id", "has"))
        file = next(iter(found.get("file", ())), None)
        return cls(path, id_, file, has, tuple(found.get("with", ())[:_MOST]))


class About(Struct, frozen=True):
    """What is known of a page."""

    digest: str | None = None
    """Of its file; None where there is no such page."""
    lead: str = ""
    """Where to go from a page that is gone: where its article is now, or the nearest above."""
    seen: tuple[str | None, ...] = ()
    """The digests of the style sheets and pictures that it shows."""
    article: Told | None = None
    """What it is the page of."""


def about(good: Good, seeds: Seeds, asked: Asked) -> About:
    """What is known of a page."""
    address = address_of(good, asked.path)
    found = _digest(good, address)
    entry = None if address is None else _entry(good, address, asked.file)
    return About(
        digest=found,
        lead="" if found else _lead(good, address or "/", asked.id),
        seen=tuple(_digest(good, address_of(good, one)) for one in asked.seen),
        article=_told(good, seeds, entry) if entry else None,
    )


def address_of(good: Good, path: str) -> str | None:
    """The site's address of a path as a link has it."""
    address = files.address_of(path.encode())
    base = good.config.urls.base
    if address is None or not address.startswith(f"{base}/"):
        return None
    return address.removeprefix(base)


def _digest(good: Good, address: str | None) -> str | None:
    written = None if address is None else good.outputs.get(urls.output_path(address))
    return written.digest.hex() if written else None


def _entry(good: Good, address: str, file: str | None) -> Entry | None:
    """The article whose page is at an address."""
    href = good.config.urls.href(address)
    if file is not None:
        entry = good.entries.get(file.removeprefix(f"{good.config.build.content}/"))
        if not file or (entry is not None and _is_page_of(good, entry, href)):
            return entry
    return next((entry for entry in _entries(good) if _is_page_of(good, entry, href)), None)


def _is_page_of(good: Good, entry: Entry, href: str) -> bool:
    return entry.card.url == href and _is_shown(good, entry)


def _entries(good: Good) -> Iterator[Entry]:
    # Another thread may build meanwhile.
    return iter(list(good.entries.values()))


def _is_shown(good: Good, entry: Entry) -> bool:
    return good.choice.takes(entry.card)


def _lead(good: Good, address: str, id_: str) -> str:
    """Where to go from a page that is gone."""
    entries = _entries(good) if id_ else iter(())
    entry = next((e for e in entries if e.card.id == id_ and _is_shown(good, e)), None)
    if entry is not None:
        return entry.card.url
    while address != "/":
        address = posixpath.dirname(address.rstrip("/")).rstrip("/") + "/"
        if _digest(good, address):
            break
    return good.config.urls.href(address)


def _told(good: Good, seeds: Seeds, entry: Entry) -> Told:
    card = entry.card
    folders = good.config.build
    seed = seeds.of(card.id, folders.content)
    waits = card.date.at > good.choice.now
    return Told(
        id=card.id,
        path=f"{folders.content}/{card.path}",
        draft=card.draft,
        scheduled=card.date.iso if waits else "",
        words=_words(good, entry),
        seed=f"{folders.seeds}/{seed}" if seed else "",
    )


def _words(good: Good, entry: Entry) -> int:
    try:
        bodies = Bodies(good.cache)
        try:
            return bodies.get({entry.body})[entry.body].words
        finally:
            bodies.close()
    except (sqlite3.Error, CacheError):
        # The cache was deleted, or a build is changing it: the bar can do without.
        return 0

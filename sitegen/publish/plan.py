"""What has to be done to a target, in order: a pure function of what is wanted and what is there.

The order (promise 12) keeps every local link of the public site whole after every operation, where
the public site is what readers can come by: the pages that were there before and stay, the home
page, the entrances, and all that these lead to. Pages link to each other in circles, so new files
come first, in an order among themselves that hardly matters since nothing leads to them; then files
that change, which may lead to the new ones; then the entrances. What goes, goes last.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum

from msgspec import Struct

from sitegen.digests import named_by
from sitegen.publish.kinds import ENTRANCES, HOME, is_index, is_page
from sitegen.publish.manifest import Entry, Headers, Kept, Manifest, Release
from sitegen.publish.target import Listing


class Rank(IntEnum):
    """Puts of one rank may be under way at once; the next rank waits for them all."""

    FINGERPRINTED = 1
    ASSET = 2
    NEW_PAGE = 3
    NEW_INDEX = 4
    CHANGED_PAGE = 5
    CHANGED_INDEX = 6
    """And the home page, new or not: everything that it leads to is there."""
    ENTRANCE = 7


class Put(Struct, frozen=True):
    """Write a file."""

    path: str
    entry: Entry
    rank: Rank
    staged: bool = False
    """Whether an interrupted run has put it already; then nothing is done."""

    def __str__(self) -> str:
        return f"put {self.path}"


class Restore(Struct, frozen=True):
    """Write a file of an earlier release, from what the target has kept of it."""

    path: str
    entry: Entry
    rank: Rank

    def __str__(self) -> str:
        return f"restore {self.path}"


class Delete(Struct, frozen=True):
    """Remove a file."""

    path: str

    def __str__(self) -> str:
        return f"delete {self.path}"


class Switch(Struct, frozen=True):
    """Make it the release of now."""

    release: Release

    def __str__(self) -> str:
        return f"switch to {self.release.name}"


Operation = Put | Restore | Delete | Switch


class Plan(Struct, frozen=True):
    """All that will be done, and what the target holds afterwards."""

    operations: tuple[Operation, ...]
    """In order; none where the target is as it must be."""
    puts: tuple[Put, ...]
    """Every file that has to be written, also those that an interrupted run has staged."""
    after: Manifest
    """What is there when all is done; entries that are put have no tag yet."""
    journal: Manifest | None
    """What may be there until then; None to go back to a release that is there whole."""
    changed: tuple[str, ...] = ()
    """Files of ours that somebody else has changed or removed, or put in the way."""
    foreign: tuple[str, ...] = ()
    """Files that are not ours and stay."""

    @property
    def deletes(self) -> tuple[str, ...]:
        """The files that go, in order."""
        return tuple(one.path for one in self.operations if isinstance(one, Delete))

    @property
    def size(self) -> int:
        """Bytes to be put."""
        return sum(one.entry.size for one in self.operations if isinstance(one, Put | Restore))


def make_plan(
    wanted: Manifest, last: Manifest | None, found: Listing, generations: int, *, atomic: bool
) -> Plan:
    """The way from what is there to what is wanted.

    `wanted`: the site's files and its release. `last`: the target's manifest. `generations`: for
    how many releases a fingerprinted asset is kept after it left the site (promise 19).
    """
    before = last or Manifest(wanted.site, Release(0, "", ""), {})
    there = found.files
    files: dict[str, Entry] = {}
    puts: list[Put] = []
    in_the_way: list[str] = []
    for path, entry in wanted.files.items():
        now = there.get(path)
        known = before.known(path)
        if now is not None and not known and now != entry.digest:
            in_the_way.append(path)
        same = _same(entry, now, known)
        files[path] = same or entry
        if same is None:
            rank = _rank(path, entry.digest, is_new=now is None)
            puts.append(Put(path, entry, rank, found.staged.get(path) == entry.digest))
    puts.sort(key=_order)
    kept, gone = _leaving(wanted, before, there, generations)
    gone.sort(key=lambda path: _order_of_going(path, before), reverse=True)
    after = Manifest(wanted.site, wanted.release, files, kept)
    pending = {put.path: put.entry for put in puts}
    return Plan(
        operations=_operations(puts, gone, after, atomic=atomic),
        puts=tuple(puts),
        after=after,
        journal=Manifest(before.site, before.release, before.files, before.kept, pending),
        changed=tuple(sorted([*in_the_way, *_changed(before, there)])),
        foreign=tuple(sorted(there.keys() - before.paths - wanted.files.keys())),
    )


def _operations(
    puts: Sequence[Put], gone: Sequence[str], after: Manifest, *, atomic: bool
) -> tuple[Operation, ...]:
    if not puts and not gone:
        return ()
    missing = [put for put in puts if not put.staged]
    deletes, switch = map(Delete, gone), Switch(after.release)
    if atomic:
        # Not public yet: a folder may have to make room for a file of its name.
        return (*deletes, *missing, switch)
    return (*missing, switch, *deletes)


def _same(entry: Entry, now: bytes | None, known: tuple[Entry, ...]) -> Entry | None:
    """What is there, if that is what is wanted: bytes and headers (promise 15)."""
    if now is None or now != entry.digest:
        return None
    candidates = [one for one in known if one.digest == now]
    if not candidates:
        # Not ours, and yet the very bytes: nothing to put, unless the host must be told headers.
        return entry if entry.headers == Headers() else None
    # After an interruption only the bytes are seen: headers that may be the old ones are put again.
    return candidates[0] if all(one.headers == entry.headers for one in candidates) else None


def _leaving(
    wanted: Manifest, before: Manifest, there: Mapping[str, bytes], generations: int
) -> tuple[dict[str, Kept], list[str]]:
    """What is ours and no longer part of the site: what is kept all the same, and what goes."""
    kept: dict[str, Kept] = {}
    gone: list[str] = []
    for path in sorted(before.paths - wanted.files.keys()):
        now = there.get(path)
        ours = [one for one in before.known(path) if one.digest == now]
        if not ours:
            continue  # It is gone already, or somebody else's by now.
        old = before.kept.get(path)
        since = before.release.generation if path in before.files or old is None else old.since
        kept[path] = Kept(ours[0], since)
        young = wanted.release.generation - since <= generations
        if not (young and path not in before.pending and named_by(path, ours[0].digest)):
            gone.append(path)
    return kept, gone


def _changed(before: Manifest, there: Mapping[str, bytes]) -> list[str]:
    """Files of the site that are not as we left them, nor as an interrupted run would have."""
    return [
        path
        for path in before.files
        if all(there.get(path) != one.digest for one in before.known(path))
    ]


def _rank(path: str, digest: bytes, *, is_new: bool) -> Rank:
    if path in ENTRANCES:
        return Rank.ENTRANCE
    if path == HOME:
        return Rank.CHANGED_INDEX
    if named_by(path, digest):
        return Rank.FINGERPRINTED
    if is_page(path):
        return Rank.NEW_PAGE if is_new else Rank.CHANGED_PAGE
    if is_index(path):
        return Rank.NEW_INDEX if is_new else Rank.CHANGED_INDEX
    return Rank.ASSET


def _order(put: Put) -> tuple[int, int, str]:
    """By rank, then what lies deep (articles) before what lists it (editions, months, home)."""
    return put.rank, -put.path.count("/"), put.path


def _order_of_going(path: str, before: Manifest) -> tuple[int, int, str]:
    digest = before.known(path)[0].digest
    return _order(Put(path, before.known(path)[0], _rank(path, digest, is_new=True)))

"""A bucket: every object is public at once, so the order of the plan is all that readers see.

    URL/2026/03/05/name/index.html     the site
    RECORDS/now.json.gz                the manifest of now, and the list of releases; written only
                                       if it is what was read (compare and swap)
    RECORDS/releases/12.json.gz        the manifest of release 12
    RECORDS/old/12/0a1b….gz            what was replaced while 12 was the newest release
    RECORDS/lock                       who is publishing

RECORDS is `.sitegen/` below the URL, or a place of its own. What is replaced or removed is kept
before, so that going back needs nothing but the bucket.
"""

import socket
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct, structs

from sitegen.digests import SIZE, digest, of_text
from sitegen.problems import SitegenError, fault
from sitegen.publish import clouds
from sitegen.publish import manifest as manifests
from sitegen.publish.lease import Lease
from sitegen.publish.manifest import Entry, Headers, Manifest, Release
from sitegen.publish.packing import gunzipped, gzipped, packed
from sitegen.publish.past import RELEASES, Past, unpacked
from sitegen.publish.store import ChangedError, Store, Version
from sitegen.publish.target import UNKNOWN, Listing
from sitegen.targets import Bucket

OURS: Final = ".sitegen"
NOW: Final = "now.json.gz"
TOLD: Final = 50
"""Releases that `--list` tells of; far fewer can be gone back to."""
IN_FLIGHT: Final = 32
MARK: Final = "sitegen"
"""The object's own metadata that holds the digest of its plain bytes."""


class _Now(Struct, frozen=True):
    """What `now.json.gz` holds: both change together, or not at all."""

    releases: tuple[Release, ...]
    """Newest first."""
    manifest: msgspec.Raw


class Places(Struct, frozen=True):
    """The two halves of a bucket, and the machine that publishes."""

    site: Store
    records: Store
    local: Path
    """A folder of this machine for this project alone."""


def places(settings: Bucket, root: Path) -> Places:
    """Where the settings lead. `root`: the project. Raises `SitegenError`."""
    site = clouds.place_of(settings.url)
    inside = structs.replace(site, prefix=f"{site.prefix}/{OURS}".lstrip("/"))
    records = clouds.place_of(settings.records) if settings.records else inside
    if records != inside and (site.holds(records) or records.scheme != site.scheme):
        message = f"`records` (`{records}`) is within the site, or in another kind of store"
        hint = "name a bucket beside it, or leave it away"
        raise fault(message, str(site), hint=hint)
    here, there = (
        clouds.open_store(place, settings.endpoint, settings.region) for place in (site, records)
    )
    return Places(here, there, root.resolve() / OURS)


class BucketReader:
    """The bucket, to be looked at."""

    atomic = False
    keeps_headers = True

    def __init__(self, where: Places, keep: int) -> None:
        """`keep`: for how many releases what they need is kept."""
        self._site, self._records, self._local = where.site, where.records, where.local
        self._past, self._keep = Past(where.records), keep
        self.shown = where.site.shown
        self._now: _Now | None = None
        self._seen: Version | None = None
        self._before: Manifest | None = None
        self._found: dict[str, bytes] = {}
        self._tags: dict[str, tuple[str, bytes]] = {}
        """Of objects whose tag no manifest tells: the tag, and the digest that goes with it."""
        self._going_back = False

    def read(self, generation: int = 0) -> Manifest | None:
        if generation:
            self._going_back = True
            old = self._past.manifest(generation)
            return self._manifest(old, f"{RELEASES}/{generation}") if old else None
        self._seen, self._now = self._read_now()
        self._going_back = False
        self._before = self._manifest(bytes(self._now.manifest), NOW) if self._now else None
        return self._before

    def _read_now(self) -> tuple[Version | None, _Now | None]:
        found = self._records.get(NOW)
        if found is None:
            return None, None
        try:
            now = msgspec.json.decode(unpacked(self._records, NOW, found.data), type=_Now)
        except msgspec.MsgspecError as error:
            message = f"the target's manifest cannot be read: {error}"
            raise fault(message, f"{self._records.shown}/{NOW}") from None
        return found.version, now

    def _manifest(self, data: bytes, key: str) -> Manifest:
        return manifests.decode(data, f"{self._records.shown}/{key}")

    def list(self, known: Manifest | None) -> Listing:
        files: dict[str, bytes] = {}
        tags: dict[str, str] = {}
        for path, tag in self._site.list():
            if path.startswith(f"{OURS}/"):
                continue
            files[path] = UNKNOWN
            candidates = known.known(path) if known else ()
            same = [one.digest for one in candidates if tag and one.tag == tag]
            told = self._tags.get(path)
            if same:
                files[path] = same[0]
            elif told and tag and told[0] == tag:
                files[path] = told[1]
            elif candidates:
                tags[path] = tag
        with ThreadPoolExecutor(IN_FLIGHT, "look") as pool:
            for path, key in zip(tags, pool.map(self._mark, tags), strict=True):
                files[path] = key
                if key:
                    self._tags[path] = tags[path], key
        self._found = files
        return Listing(files)

    def _mark(self, path: str) -> bytes:
        """The digest that an object bears: who else writes an object does not write this."""
        try:
            key = bytes.fromhex(self._site.attributes(path).get(MARK, ""))
        except ValueError:
            return UNKNOWN
        return key if len(key) == SIZE else UNKNOWN

    def releases(self) -> Sequence[Release]:
        now = self._now or self._read_now()[1]
        return now.releases if now else ()


class BucketTarget(BucketReader):
    """The bucket, to be written to."""

    in_flight = IN_FLIGHT

    def __init__(self, where: Places, keep: int) -> None:
        super().__init__(where, keep)
        self._there: dict[str, bytes] = {}
        self._newest = 0
        # On one machine no two at once get as far as the lease: its name on one is of a dead run.
        name = of_text(socket.gethostname(), str(where.local), self.shown).hex()
        self._lease = Lease(self._records, name)
        self._file = where.local / f"publish-{name[:10]}.lock"

    @contextmanager
    def lock(self) -> Iterator[None]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            hint = "wait for it, or end the other sitegen"
            message = "you are publishing there already"
            raise fault(message, self.shown, hint=hint) from None
        try:
            self._lease.take()
            try:
                yield
            finally:
                self._lease.free()
        finally:
            lock.release()

    def begin(self, journal: Manifest) -> None:
        self._lease.renew()
        # What is there before anything is done: what of it goes is kept, if one can go back.
        self._there = self._found if self._keep > 1 else {}
        self._newest = max((one.generation for one in self.releases()), default=0)
        if self._going_back:
            lost = set(self._past.missing(one.digest for one in journal.pending.values()))
            for path, one in journal.pending.items():
                if one.digest in lost:
                    raise self._lost(path)
        self._swap(journal, self._now.releases if self._now else ())

    def _swap(self, manifest: Manifest, releases: tuple[Release, ...]) -> None:
        """Write the manifest of now, if nobody else has."""
        now = _Now(releases, msgspec.Raw(manifests.encode(manifest)))
        try:
            data = gzipped(msgspec.json.encode(now))
            self._seen = self._records.put_if(NOW, data, self._seen)
        except ChangedError:
            hint = "run it again, to see what there is now"
            message = "somebody else has published there meanwhile"
            raise fault(message, self.shown, hint=hint) from None
        self._now = now

    def put(self, path: str, data: bytes, headers: Headers) -> str:
        self._lease.renew()
        self._keep_old(path)
        self._tags.pop(path, None)
        told = {
            "Content-Type": headers.type,
            "Cache-Control": headers.cache,
            "Content-Encoding": headers.encoding,
            MARK: digest(data).hex(),
        }
        attributes = {name: value for name, value in told.items() if value}
        return self._site.put(path, packed(data, headers.encoding), attributes)

    def delete(self, path: str) -> None:
        self._lease.renew()
        self._keep_old(path)
        self._site.delete(path)

    def _keep_old(self, path: str) -> None:
        """Before a file of a release goes: keep its bytes, if they still are what they were."""
        before = self._before
        if before is None or path not in self._there:
            return
        kept = before.kept.get(path)
        released = (before.files.get(path), kept.entry if kept else None)
        keys = {one.digest for one in released if one} & {self._there[path]}
        found = self._site.get(path) if keys else None
        if found is None:
            return
        try:
            candidates = (found.data, gunzipped(found.data))
        except zlib.error:
            candidates = (found.data, found.data)
        for data in candidates:
            if digest(data) in keys:
                self._past.keep(self._newest, digest(data), data)
                return

    def switch(self, manifest: Manifest) -> None:
        self._lease.renew()
        files = {path: self._with_tag(path, entry) for path, entry in manifest.files.items()}
        manifest = structs.replace(manifest, files=files)
        release = manifest.release
        self._past.keep_manifest(release.generation, manifests.encode(manifest))
        others = [one for one in self.releases() if one.generation != release.generation]
        every = sorted([release, *others], key=lambda one: -one.generation)[:TOLD]
        self._swap(manifest, tuple(every))
        self._past.prune(release, others, self._keep)

    def _with_tag(self, path: str, entry: Entry) -> Entry:
        """With the tag that was found, so that what an interrupted run has put, or what has moved
        to another store, need not be asked for each time.
        """
        tag, key = self._tags.get(path, ("", b""))
        return structs.replace(entry, tag=tag) if key == entry.digest else entry

    def restore(self, path: str, entry: Entry) -> str:
        data = self._past.bytes_of(entry.digest)
        if data is None:
            raise self._lost(path)
        return self.put(path, data, entry.headers)

    def _lost(self, path: str) -> SitegenError:
        hint = "publish the older content instead"
        return fault(f"what `{path}` was then is not kept any more", self.shown, hint=hint)

"""What a bucket keeps of earlier releases: their manifests, and what was replaced or removed."""

import zlib
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final

from sitegen.digests import digest
from sitegen.problems import SitegenError, fault
from sitegen.publish.manifest import Release
from sitegen.publish.packing import gunzipped, gzipped
from sitegen.publish.store import Store
from sitegen.publish.target import TransientError

RELEASES: Final = "releases"
OLD: Final = "old"


class Past:
    """Earlier releases, in the part of a bucket that holds the records."""

    def __init__(self, records: Store) -> None:
        self._records = records
        self._keys: dict[str, str] | None = None
        self._listing = Lock()

    def manifest(self, generation: int) -> bytes | None:
        """That of an earlier release; None where it is not kept."""
        key = f"{RELEASES}/{generation}.json.gz"
        found = self._records.get(key)
        return unpacked(self._records, key, found.data) if found else None

    def keep_manifest(self, generation: int, data: bytes) -> None:
        """Keep that of the release that is published now."""
        self._records.put(f"{RELEASES}/{generation}.json.gz", gzipped(data), {})

    def keep(self, newest: int, key: bytes, data: bytes) -> None:
        """Keep the bytes of a file that is about to be replaced. `newest`: the newest release; none
        after it has them. `key`: their digest.
        """
        self._records.put(f"{OLD}/{newest}/{key.hex()}.gz", gzipped(data), {})

    def missing(self, keys: Iterable[bytes]) -> list[bytes]:
        """Of some digests those whose bytes are not kept."""
        return [key for key in keys if key.hex() not in self._kept()]

    def bytes_of(self, key: bytes) -> bytes | None:
        """The bytes that have a digest; None where they are not kept."""
        where = self._kept().get(key.hex(), "")
        found = self._records.get(where) if where else None
        data = unpacked(self._records, where, found.data) if found else b""
        return data if found and digest(data) == key else None

    def _kept(self) -> dict[str, str]:
        """Where the bytes are, by their digests in hexadecimal."""
        with self._listing:
            if self._keys is None:
                keys = [key for key, _ in self._records.list(OLD)]
                self._keys = {key.rpartition("/")[2].removesuffix(".gz"): key for key in keys}
            return self._keys

    def prune(self, now: Release, others: Sequence[Release], count: int) -> None:
        """Remove what can be gone back to by no way that is kept: from the release of now to the
        one that was public before it, and so on, `count` releases in all.
        """
        oldest = now
        for _ in range(count - 1):
            earlier = [one for one in others if 0 < one.generation <= oldest.before]
            oldest = max(earlier, key=lambda one: one.generation, default=oldest)
        try:
            for key, _ in [*self._records.list(OLD), *self._records.list(RELEASES)]:
                number = key.split("/")[1].partition(".")[0]
                if number.isdigit() and int(number) < oldest.generation:
                    self._records.delete(key)
        except (SitegenError, TransientError):
            # The site is published, and the next publishing prunes again.
            return


def unpacked(records: Store, key: str, data: bytes) -> bytes:
    """A packed record. Raises `SitegenError`."""
    try:
        return gunzipped(data)
    except zlib.error:
        hint = "somebody else wrote to the target, or the store has lost something"
        raise fault("it cannot be unpacked", f"{records.shown}/{key}", hint=hint) from None

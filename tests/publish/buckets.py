"""Buckets to publish to in tests: in memory, and at a real server that speaks S3."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from itertools import count
from pathlib import Path

from sitegen.publish.bucket import OURS, BucketReader, BucketTarget, Places
from sitegen.publish.packing import gunzipped
from sitegen.publish.store import Store

KEEP = 3
_NUMBERS = count()


def request(
    server: str, path: str, method: str = "GET", data: bytes | None = None
) -> tuple[bytes, Message]:
    """Ask the server; gives body and headers."""
    # Its language needs a signature that names the service; moto does not check it.
    scope = "Credential=a/20260305/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}"}
    asked = urllib.request.Request(f"{server}/{path}", data, headers, method=method)
    with urllib.request.urlopen(asked) as answer:
        return answer.read(), answer.headers


def make_bucket(server: str) -> str:
    """A new bucket at a server; gives its name."""
    name = f"digest-{next(_NUMBERS)}"
    request(server, name, "PUT")
    return name


class BucketPlace:
    """A bucket as the contract needs it."""

    def __init__(self, where: Places) -> None:
        self.where = where
        self._seen: dict[str, tuple[str, bytes]] = {}

    def target(self) -> BucketTarget:
        return BucketTarget(self.where, KEEP)

    def reader(self) -> BucketReader:
        return BucketReader(self.where, KEEP)

    def public(self) -> dict[str, bytes]:
        site = self.where.site
        found = {}
        for key, tag in site.list():
            if key.startswith(f"{OURS}/"):
                continue
            # It is looked at after every operation: what bears the tag of before is not read again.
            if self._seen.get(key, ("", b""))[0] != tag:
                one = site.get(key)
                assert one
                self._seen[key] = tag, gunzipped(one.data)
            found[key] = self._seen[key][1]
        return found

    def disturb(self, path: str, data: bytes | None) -> None:
        if data is None:
            self.where.site.delete(path)
        else:
            self.where.site.put(path, data, {})


def in_memory(folder: Path) -> BucketPlace:
    """Two stores in memory: the site, and its records."""
    from obstore.store import MemoryStore

    return BucketPlace(
        Places(Store(MemoryStore(), "memory"), Store(MemoryStore(), "memory"), folder)
    )


@contextmanager
def patched_environment(values: dict[str, str]) -> Iterator[None]:
    """With nothing of the user's own: only what is given."""
    import pytest

    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        for name, value in values.items():
            patch.setenv(name, value)
        yield

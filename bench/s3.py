"""As much of S3 as publishing asks for, in memory, in a process of its own.

`python -m bench.s3` prints its port, and ends when its standard input does. Signatures are not
checked. The tests have moto's server, which takes half a second to list each thousand of objects.
"""

import asyncio
import subprocess
import sys
from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import md5
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_KEPT = ("content-type", "cache-control", "content-encoding")
_PAGE = 1000
_Answer = tuple[str, Mapping[str, str], bytes]


@contextmanager
def running() -> Iterator[str]:
    """The server's URL, while it runs."""
    command = [sys.executable, "-m", __name__]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


class _Kept(NamedTuple):
    data: bytes
    headers: Mapping[str, str]


class _Objects:
    """Buckets are made when they are named."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._keys: list[str] = []

    def answer(self, method: str, target: str, asked: Mapping[str, str], body: bytes) -> _Answer:
        parts = urlsplit(target)
        key, query = unquote(parts.path).lstrip("/"), parse_qs(parts.query)
        if "list-type" in query:
            return self._list(key, query)
        now = self._kept.get(key)
        if method == "PUT":
            return self._put(key, asked, body, now)
        if method == "DELETE":
            if now:
                del self._kept[key]
                self._keys.remove(key)
            return "204 No Content", {}, b""
        if now is None:
            return "404 Not Found", {}, b"<Error><Code>NoSuchKey</Code></Error>"
        return "200 OK", now.headers, now.data

    def _put(self, key: str, asked: Mapping[str, str], body: bytes, now: _Kept | None) -> _Answer:
        match = asked.get("if-match")
        if (now and "if-none-match" in asked) or (
            match and (not now or now.headers["ETag"] != match)
        ):
            return "412 Precondition Failed", {}, b""
        if not now:
            insort(self._keys, key)
        kept = {
            name: value
            for name, value in asked.items()
            if name in _KEPT or name.startswith("x-amz-meta-")
        }
        kept["ETag"] = f'"{md5(body, usedforsecurity=False).hexdigest()}"'
        kept["Last-Modified"] = "Thu, 05 Mar 2026 12:00:00 GMT"
        self._kept[key] = _Kept(body, kept)
        return "200 OK", {"ETag": kept["ETag"]}, b""

    def _list(self, bucket: str, query: Mapping[str, list[str]]) -> _Answer:
        root = f"{bucket.rstrip('/')}/"
        prefix = root + query.get("prefix", [""])[0]
        begin = bisect_right(self._keys, query.get("continuation-token", [prefix])[0])
        found = []
        for key in self._keys[begin : begin + _PAGE]:
            if not key.startswith(prefix):
                break
            one = self._kept[key]
            found.append(
                f"<Contents><Key>{escape(key.removeprefix(root))}</Key>"
                "<LastModified>2026-03-05T12:00:00.000Z</LastModified>"
                f"<ETag>{escape(one.headers['ETag'])}</ETag><Size>{len(one.data)}</Size></Contents>"
            )
        more = len(found) == _PAGE
        last = self._keys[begin + len(found) - 1] if found else ""
        token = f"<NextContinuationToken>{escape(last)}</NextContinuationToken>" if more else ""
        body = (
            f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}"
            f"{''.join(found)}</ListBucketResult>"
        )
        return "200 OK", {"Content-Type": "application/xml"}, body.encode()


async def _serve(
    objects: _Objects, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer one connection's requests, one after another."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            asked = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(asked.get("content-length", 0)))
            status, headers, data = objects.answer(method, target, asked, body)
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
            lines.append(f"Content-Length: {len(data)}\r\n\r\n")
            writer.write("\r\n".join(lines).encode("latin-1") + (b"" if method == "HEAD" else data))
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
        writer.close()


async def _main() -> None:
    objects = _Objects()
    server = await asyncio.start_server(
        lambda reader, writer: _serve(objects, reader, writer), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_main())

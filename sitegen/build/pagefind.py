"""Runs Pagefind: documents in, the files of an index out.

Its program is spoken to directly, in the protocol of its own clients: base64 of JSON, each message
ended by a comma. The client for Python waits a tenth of a second for each document.
"""

import base64
import binascii
import subprocess
import zlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from contextlib import suppress
from importlib import import_module
from io import BufferedReader
from typing import IO, Final, cast

import msgspec
from msgspec import Struct

from sitegen.build.settle import ENTRY, settled
from sitegen.problems import SitegenError, fault

Tick = Callable[[int], None]
"""Told how many documents are done, again and again; what it raises ends the work."""
_PATIENCE: Final = 0.02
"""Seconds between two ticks while the index is put together."""
_AT_ONCE: Final = 1 << 20
_NEEDED: Final = ("pagefind.js", "pagefind-worker.js", ENTRY)
_PARTS: Final = (".pf_meta", ".pf_index", ".pf_filter", ".pf_fragment", ".pagefind")
"""The rest are ready-made pages and their styles, which no theme of ours uses."""


class _File(Struct, frozen=True):
    path: str
    content: bytes


class _Payload(Struct, frozen=True):
    type: str
    index_id: int = 0
    files: list[_File] = []
    message: str = ""


class _Answer(Struct, frozen=True):
    payload: _Payload


def make_index(
    package: str, settings: Mapping[str, object], documents: Iterable[tuple[str, str]], tick: Tick
) -> dict[str, bytes]:
    """The files of an index by name, from documents (address, HTML).

    The same documents in the same order give the same files. `package`: that of the program.
    Raises `SitegenError`.
    """
    program = str(import_module(package).get_executable())
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            [program, "--service"], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise _failed(f"`{program}` does not start: {error.strerror}") from error
    with ThreadPoolExecutor(1) as thread, process:
        try:
            return _converse(_Service(process), settings, documents, tick, thread)
        except OSError as error:
            raise _failed("it ended before it was done") from error
        finally:
            # First of all: the thread may wait for its answer.
            process.kill()
            with suppress(OSError):
                # What it was not told yet has nobody to go to.
                cast(IO[bytes], process.stdin).close()


class _Service:
    """Pagefind's program, asked one thing after the other."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._to = cast(IO[bytes], process.stdin)
        self._from = cast(BufferedReader, process.stdout)

    def ask(self, kind: str, **values: object) -> _Payload:
        message = {"message_id": 0, "payload": {"type": kind, **values}}
        self._to.write(base64.b64encode(msgspec.json.encode(message)) + b",")
        self._to.flush()
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b","):
            part = self._from.read1(_AT_ONCE)
            if not part:
                raise _failed("it ended before it was done")
            parts.append(part)
        try:
            payload = _decode(base64.b64decode(b"".join(parts)[:-1])).payload
        except (msgspec.MsgspecError, binascii.Error) as error:
            raise _failed(f"it answered what nobody understands: {error}") from error
        if payload.type == "Error":
            raise _failed(payload.message)
        return payload


def _converse(
    service: _Service,
    settings: Mapping[str, object],
    documents: Iterable[tuple[str, str]],
    tick: Tick,
    thread: Executor,
) -> dict[str, bytes]:
    number = service.ask("NewIndex", config=settings).index_id
    done = 0
    for url, html in documents:
        service.ask("AddFile", index_id=number, url=url, file_contents=html)
        done += 1
        tick(done)
    answer = thread.submit(service.ask, "GetFiles", index_id=number)
    while True:
        try:
            files = answer.result(_PATIENCE).files
            break
        except NotYetError:
            tick(done)
    kept = (file for file in files if file.path in _NEEDED or file.path.endswith(_PARTS))
    try:
        return settled({file.path: file.content for file in kept})
    except (LookupError, ValueError, zlib.error) as error:
        raise _failed(f"it is of a version that sitegen does not know ({error})") from error


def _failed(reason: str) -> SitegenError:
    hint = "install it anew: `pip install --force-reinstall 'sitegen[search]'`"
    return fault(f"Pagefind could not make the search index: {reason}", hint=hint)


_decode = msgspec.json.Decoder(_Answer).decode

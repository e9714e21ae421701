"""The server: HTTP on one side, the preview's answers on the other, and the stream of events."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from types import FrameType
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sitegen.preview.answer import SAFE, Answer, close, notice
from sitegen.preview.attempt import Attempt
from sitegen.preview.preview import EVENTS, Preview, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BEAT: Final = 15.0
"""Seconds after which the number is told again, so that a browser knows that it is connected."""
_CHUNK: Final = 1 << 16


class App:
    """The preview as an ASGI application."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.ended = asyncio.Event()
        """Set when all streams must end."""
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._loop = asyncio.get_running_loop()
        request = Request(
            scope["method"], scope["raw_path"], scope["query_string"], tuple(scope["headers"])
        )
        if request.target == EVENTS:
            refused = self.preview.refuse(request.method, request.headers)
            if refused is None:
                await self._events(request, receive, send)
                return
            await _respond(request, refused, send)
            return
        if self.preview.is_slow(request):
            answer = await asyncio.to_thread(self.preview.answer, request)
        else:
            answer = self.preview.answer(request)
        try:
            await _respond(request, answer, send)
        finally:
            close(answer)

    def tell(self, attempt: Attempt) -> None:
        """Show what an attempt made, and wake every browser. For any thread."""
        self.preview.take(attempt)
        self.call(self._wake)

    def call(self, function: Callable[[], object]) -> None:
        """Run something where the streams run."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function)

    def _wake(self) -> None:
        self._told.set()
        self._told = asyncio.Event()

    async def _events(self, request: Request, receive: Receive, send: Send) -> None:
        """A number at once, on every attempt, and from time to time."""
        kind = "content-type", "text/event-stream; charset=utf-8"
        await _start(send, Answer(200, (kind,)), ())
        if request.method == "HEAD":
            await send({"type": "http.response.body"})
            return
        text = "retry: 500\n\n"
        gone = asyncio.ensure_future(receive_end(receive))
        try:
            while not self.ended.is_set() and not gone.done():
                told = self._told
                text += f"data: {self.preview.number}\n\n"
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
                text = ""
                await _first(BEAT, gone, told.wait(), self.ended.wait())
            if not gone.done():
                await send({"type": "http.response.body"})
        finally:
            gone.cancel()


async def receive_end(receive: Receive) -> None:
    """Wait until whoever asked is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _first(seconds: float, gone: "asyncio.Future[None]", *others: Awaitable[Any]) -> None:
    """Wait for the first of several, or for the time to pass."""
    waits = [asyncio.ensure_future(other) for other in others]
    try:
        await asyncio.wait([gone, *waits], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def _respond(request: Request, answer: Answer, send: Send) -> None:
    await _start(send, answer, (("content-length", str(answer.size)),))
    if request.method == "HEAD":
        await send({"type": "http.response.body"})
    elif answer.file < 0:
        await send({"type": "http.response.body", "body": answer.body})
    else:
        await _send_file(answer, send)


async def _start(send: Send, answer: Answer, more: tuple[tuple[str, str], ...]) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in (*answer.headers, *more, *SAFE)
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _send_file(answer: Answer, send: Send) -> None:
    position, left = answer.start, answer.length
    os.lseek(answer.file, position, os.SEEK_SET)
    while left:
        data = await asyncio.to_thread(os.read, answer.file, min(_CHUNK, left))
        if not data:
            # Cut short while it was sent: a missing end tells the browser so.
            raise ConnectionError("the file was cut short")
        left -= len(data)
        message = {"type": "http.response.body", "body": data, "more_body": left > 0}
        await send(message)


class _Protocol(H11Protocol):
    """HTTP/1.1, and 403 where a request names no host or several."""

    def send_400_response(self, msg: str) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, h11.RemoteProtocolError) or "Host:" not in str(error):
            super().send_400_response(msg)
            return
        answer = notice(403, "A request must name one host.")
        headers = [*answer.headers, *SAFE, ("connection", "close")]
        start = h11.Response(status_code=answer.status, headers=headers)
        for event in (start, h11.Data(data=answer.body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class Server(uvicorn.Server):
    """Serves an application until Ctrl-C, which ends its streams first."""

    def __init__(self, app: App) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._app = app

    def stop(self) -> None:
        """End at once. For any thread."""
        self._app.call(self._app.ended.set)
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called on Ctrl-C."""
        self._app.call(self._app.ended.set)
        super().handle_exit(sig, frame)

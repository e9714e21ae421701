"""A preview on a real port, asked in raw bytes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from sitegen.preview.preview import Preview
from sitegen.preview.server import App, Server
from sitegen.preview.sockets import Listening, listen
from tests.preview.project import Bench


class Served:
    """A server in a thread of this process."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.begin(0)

    def begin(self, port: int) -> None:
        """Serve on a port, or on any (0)."""
        bench = self.bench
        self.listening: Listening = listen("127.0.0.1", port)
        self.port = self.listening.port
        self.app = App(Preview(bench.project.root))
        self.app.tell(bench.last)
        self.server = Server(self.app)
        self.thread = Thread(target=self.server.run, args=([*self.listening.sockets],))
        self.thread.start()

    def again(self) -> None:
        """Serve again, as after a restart, where it was served before."""
        self.begin(self.port)

    def raw(self, request: bytes) -> bytes:
        """All that is answered until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer

    def get(self, target: str | bytes, *headers: str, host: str = "localhost") -> bytes:
        """The answer to a GET."""
        path = target.encode("latin-1") if isinstance(target, str) else target
        lines = [b"GET " + path + b" HTTP/1.1", *(one.encode() for one in headers)]
        if host:
            lines.append(f"Host: {host}".encode())
        return self.raw(b"\r\n".join([*lines, b"Connection: close", b"", b""]))

    def status(self, target: str | bytes, *headers: str, host: str = "localhost") -> int:
        """The status of a GET."""
        return int(self.get(target, *headers, host=host).split()[1])


@contextmanager
def serving(bench: Bench) -> Iterator[Served]:
    """A server that ends with the block."""
    served = Served(bench)
    try:
        yield served
    finally:
        served.server.stop()
        served.thread.join(10)
        for opened in served.listening.sockets:
            opened.close()
        assert not served.thread.is_alive()

"""A host for git over HTTP on loopback, with a password, as GitHub has it: git's own backend."""

import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit


class Host:
    """What it was asked, and what it answers."""

    def __init__(self, folder: Path, login: str) -> None:
        self.folder = folder
        self.expected = "Basic " + b64encode(login.encode()).decode()
        self.port = 0
        self.failing = 0
        """With which status it answers the next requests to push; 0 for none."""
        self.losing = 0
        """How many of the next pushes it does, and never tells."""


@contextmanager
def serving(folder: Path, password: str, user: str = "editor") -> Iterator[Host]:
    """Serve the repositories of a folder."""
    host = Host(folder, f"{user}:{password}")

    class Handler(_Handler):
        of = host

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        host.port = server.server_port
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield host
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    of: Host

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            data = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(data)

    def _answer(self, data: bytes) -> None:
        if self.headers.get("Authorization") != self.of.expected:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="pages"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.of.failing and "receive-pack" in self.path:
            self.send_response(self.of.failing)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        url = urlsplit(self.path)
        environ = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.of.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": str(self.of.folder / "empty"),
            "REMOTE_USER": "editor",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": url.path,
            "QUERY_STRING": url.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        command = ["git", "http-backend"]
        done = subprocess.run(command, input=data, capture_output=True, env=environ, check=False)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        if self.command == "POST" and "receive-pack" in self.path and self.of.losing:
            self.of.losing -= 1
            self.send_error(503)
            return
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests are quiet."""

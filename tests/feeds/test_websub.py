"""WebSub: a hub in this process is told of feeds; what it does wrong is a warning."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from sitegen.problems import Severity
from sitegen.websub import ping

FEEDS = ("https://example.org/feed.xml", "https://example.org/tags/k%C3%A4se/atom.xml?a=1&b=2")


class Hub(ThreadingHTTPServer):
    """Keeps what it is told, and answers as it is told to."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, list[str]]] = []
        self.status = 204

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}/hub"


class Handler(BaseHTTPRequestHandler):
    """One request to the hub."""

    server: Hub

    def do_POST(self) -> None:
        """Keep the form."""
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        length = int(self.headers["content-length"])
        self.server.told.append(parse_qs(self.rfile.read(length).decode()))
        if self.server.status:
            self.send_response(self.server.status)
            self.send_header("content-length", "0")
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub on this computer."""
    server = Hub()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_hub_is_told_of_each_feed(hub: Hub) -> None:
    """Each feed's own URL, whatever characters it holds."""
    assert ping(hub.url, FEEDS) == ()
    assert hub.told == [{"hub.mode": ["publish"], "hub.url": [feed]} for feed in FEEDS]


def test_a_hub_that_refuses(hub: Hub) -> None:
    """Each refusal is a warning that names the feed; the others are told all the same."""
    hub.status = 422
    problems = ping(hub.url, FEEDS)
    assert [problem.severity for problem in problems] == [Severity.WARNING] * 2
    assert FEEDS[0] in problems[0].message
    assert "422" in problems[0].message
    assert len(hub.told) == 2


def test_a_hub_that_hangs_up(hub: Hub) -> None:
    """One warning, and no further attempt."""
    hub.status = 0
    (problem,) = ping(hub.url, FEEDS)
    assert "cannot be reached" in problem.message
    assert len(hub.told) == 1


def test_a_hub_that_is_away_or_says_nothing() -> None:
    """Nobody listens; somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        (problem,) = ping(url, FEEDS, timeout=0.05)
        assert "cannot be reached" in problem.message
        assert problem.hint
    (problem,) = ping(url, FEEDS, timeout=5)
    assert "cannot be reached" in problem.message


def test_nothing_to_tell() -> None:
    """No feed, no request."""
    assert ping("http://127.0.0.1:1/", ()) == ()

"""Sockets, the stream of events, and the end of both."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from sitegen.cli import main
from sitegen.preview import sockets
from sitegen.preview.sockets import listen
from sitegen.problems import SitegenError
from tests.preview.project import Bench, Project
from tests.preview.serving import serving


def test_loopback_alone() -> None:  # promise 1
    """By default no other computer can connect."""
    listening = listen("localhost", 0)
    with contextlib.ExitStack() as stack:
        for one in listening.sockets:
            stack.enter_context(one)
            assert one.getsockname()[0] in ("127.0.0.1", "::1")
            assert one.getsockname()[1] == listening.port
        assert not listening.is_open
        assert listening.urls("/base") == [f"http://localhost:{listening.port}/base/"]


def test_open_to_others(monkeypatch: pytest.MonkeyPatch) -> None:  # promise 1
    """Where others can connect, the URLs that it opens are known, to be printed."""
    monkeypatch.setattr(sockets, "_own_addresses", lambda: ["192.0.2.7"])
    listening = listen("0.0.0.0", 0)
    with listening.sockets[0]:
        assert listening.is_open
        assert listening.urls("")[1] == f"http://192.0.2.7:{listening.port}/"


def test_next_free_port() -> None:
    """A port that is taken leads to the next one that is free."""
    first = listen("127.0.0.1", 0)
    second = listen("127.0.0.1", first.port)
    with first.sockets[0], second.sockets[0]:
        assert second.port > first.port


def test_no_such_host() -> None:
    """A host that is not this computer's is refused with a word."""
    for host in ("no.such.host.invalid", "192.0.2.1"):
        with pytest.raises(SitegenError):
            listen(host, 0)


def test_events_carry_a_number_only(bench: Bench) -> None:  # promise 4
    """A number at once, another for each build; the stream ends with the server."""
    with serving(bench) as served:
        connection = socket.create_connection(("127.0.0.1", served.port), timeout=10)
        with connection, connection.makefile("rb") as stream:
            connection.sendall(b"GET /.sitegen/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = b"".join(iter(stream.readline, b"\r\n"))
            assert b"text/event-stream" in head
            assert b"no-store" in head
            numbers = [_next_number(stream)]
            bench.project.article("one", "New words.")
            bench.changed("content/one.md")
            served.app.tell(bench.last)
            numbers.append(_next_number(stream))
            assert numbers[1] > numbers[0]
            served.server.stop()
            assert b"new words" not in stream.read().lower()


def _next_number(stream: object) -> int:
    """The next number told; anything else but its frame is a fault."""
    while True:
        line = stream.readline().strip()  # type: ignore[attr-defined]
        if line.startswith(b"data: "):
            return int(line.removeprefix(b"data: "))
        assert line in (b"", b"retry: 500") or int(line, 16), line  # A chunk's size.


def test_head(bench: Bench) -> None:
    """HEAD tells what GET would send, and sends none of it."""
    with serving(bench) as served:
        request = b" / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        got, headed = served.raw(b"GET" + request), served.raw(b"HEAD" + request)
        length = next(one for one in got.split(b"\r\n") if one.startswith(b"content-length"))
        assert length in headed
        assert headed.endswith(b"\r\n\r\n")


def test_whole_while_building(bench: Bench) -> None:  # promise 7
    """Asked again and again during builds, every answer is a whole page, of one build."""
    bench.loop._state.commits = threading.Lock()
    with serving(bench) as served:
        bench.loop._state.commits = served.app.preview.lock
        ended = threading.Event()
        faults: list[bytes] = []

        def ask() -> None:
            while not ended.is_set():
                page = served.get("/2026/05/01/one/")
                if b" 200 " not in page.splitlines()[0] or not page.endswith(b"</html>\n"):
                    faults.append(page)

        reader = threading.Thread(target=ask)
        reader.start()
        for number in range(8):
            bench.project.article("one", f"Words of build {number}.")
            bench.changed("content/one.md")
        ended.set()
        reader.join(10)
        assert not faults
        assert b"Words of build 7." in served.get("/2026/05/01/one/")


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
@pytest.mark.parametrize("command", ["watch", "serve"])
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ends_at_once(project: Project, command: str, ending: signal.Signals) -> None:
    """Ctrl-C ends the command at once, without a traceback, even while a browser listens."""
    port = ("--port", "0") if command == "serve" else ()
    arguments = [sys.executable, "-m", "sitegen", command, "--root", str(project.root), *port]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parent.parent.parent,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        connection = None
        if command == "serve":
            served = int(said.split("localhost:")[1].split("/")[0])
            connection = socket.create_connection(("127.0.0.1", served), timeout=10)
            connection.sendall(b"GET /.sitegen/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(100)
            said = process.stdout.readline()
        assert "files in" in said
        begun = time.monotonic()
        process.send_signal(ending)
        assert process.wait(10) == 0
        assert time.monotonic() - begun < 3
        assert process.stderr.read() == ""
        if connection is not None:
            connection.close()


def test_answers_are_not_held_back() -> None:
    """Sockets name their protocol, without which asyncio lets each answer wait for 40 ms."""
    listening = listen("127.0.0.1", 0)
    with listening.sockets[0] as one:
        assert one.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("command", ["watch", "serve"])
def test_no_project(tmp_path: Path, command: str) -> None:
    """Where there is no project, there is nothing to wait for."""
    result = CliRunner().invoke(main, [command, "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert "there is no `sitegen.toml`" in result.output

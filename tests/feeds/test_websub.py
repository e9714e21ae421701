"""WebSub: a hub in this process is told of feeds that are up; what it does wrong is a warning."""

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from sitegen.config import read as read_config
from sitegen.problems import Severity
from sitegen.publish.hub import changed_feeds
from sitegen.publish.manifest import Entry, Manifest, Release
from sitegen.publish.plan import make_plan
from sitegen.publish.target import Listing
from sitegen.websub import ping
from tests.conftest import SITE, Folder
from tests.feeds.reading import NAMES

FEEDS = ("https://example.org/feed.xml", "https://example.org/tags/k%C3%A4se/atom.xml?a=1&b=2")


class Hub(ThreadingHTTPServer):
    """Keeps what it is told, and answers as it is told to."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, list[str]]] = []
        self.status = 204
        self.look: Callable[[str], None] = lambda feed: None
        """What it does with a feed that it is told of."""

    def forget(self) -> set[str]:
        """The paths of the feeds that it was told of."""
        found = {unquote(urlsplit(one["hub.url"][0]).path) for one in self.told}
        assert len(found) == len(self.told)
        self.told = []
        return found

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
        self.server.look(self.server.told[-1]["hub.url"][0])
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
    """One warning for all refusals of a kind, with a feed; the others are told all the same."""
    hub.status = 422
    (problem,) = ping(hub.url, FEEDS)
    assert problem.severity is Severity.WARNING
    assert problem.message == f"the hub refuses {FEEDS[0]} and 1 more: 422 Unprocessable Entity"
    assert len(hub.told) == 2
    (problem,) = ping(hub.url, FEEDS[1:])
    assert problem.message == f"the hub refuses {FEEDS[1]}: 422 Unprocessable Entity"


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


# `sitegen publish`


@pytest.fixture
def digest(tmp_path: Path, hub: Hub) -> Folder:
    """A project with a hub and a target, and two articles of different tags."""
    folder = Folder(tmp_path / "project")
    feeds = f'[feeds]\nhub = "{hub.url}"\n'
    target = '[publish.live]\ntype = "directory"\npath = "../www"\n'
    folder.write("sitegen.toml", f"{SITE}{feeds}{target}")
    folder.article("a.md", title="A", tags="[One]")
    folder.article("b.md", title="B", date="2026-03-04", tags="[Éló]")
    return folder


def feeds(*homes: str) -> set[str]:
    """The paths of lists' feeds, in every format."""
    return {f"/{home}{name}" for home in homes for name in NAMES.values()}


def test_publish_tells_the_hub(digest: Folder, hub: Hub) -> None:
    """Of each feed that has changed, after it is up; and of nothing else."""
    current = digest.root / "../www/current"
    seen: dict[str, bytes] = {}

    def look(feed: str) -> None:
        path = unquote(urlsplit(feed).path).lstrip("/")
        seen[path] = (current / path).read_bytes()

    hub.look = look
    digest.run("publish", "--dry-run")
    assert hub.told == []
    result = digest.run("publish")
    assert result.exit_code == 0, result.output
    assert f"{hub.url} was told of 12 feeds" in result.stdout
    assert hub.forget() == feeds("", "archive/", "tags/one/", "tags/elo/")
    assert seen == {path: digest.files[path] for path in seen}
    digest.run("publish")
    assert hub.told == []
    path = digest.root / "content/b.md"
    path.write_text(path.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert "was told of 6 feeds" in digest.run("publish").stdout
    assert hub.forget() == feeds("", "tags/elo/")
    # Nobody waits for what was there before.
    assert digest.run("publish", "--rollback").exit_code == 0
    assert hub.told == []


def test_published_though_the_hub_is_away(digest: Folder, hub: Hub) -> None:
    """A warning says so, and the exit code is that of a site that is up."""
    hub.status = 503
    result = digest.run("publish")
    assert result.exit_code == 0
    first = "https://example.org/archive/atom.xml"
    assert f"warning: the hub refuses {first} and 11 more: 503 Service Unav" in result.stderr
    assert "readers see the news at their next visit" in result.stderr
    assert "was told" not in result.stdout
    assert (digest.root / "../www/current/feed.xml").exists()


def test_the_hub_is_told_though_a_command_fails(digest: Folder, hub: Hub) -> None:
    """What is to be run after publishing may fail: the feeds are up."""
    text = (digest.root / "sitegen.toml").read_text("utf-8")
    digest.write("sitegen.toml", text + 'after = ["no-such-program"]\n')
    assert digest.run("publish").exit_code == 1
    assert len(hub.told) == 12


def test_what_an_interrupted_run_has_put_is_told_too() -> None:
    """In a bucket, feeds may be up already when the run that tells of them begins; documents of an
    archive, and formats that the site has no longer, are nobody's subscription.
    """
    config = read_config(f'{SITE}[feeds]\nformats = ["rss", "json"]\n')
    paths = ("feed.xml", "tags/a/feed.xml", "feed.json", "2026/01/feed-1.xml", "a/atom.xml")
    old, new = Entry(b"old", 1), Entry(b"new", 1)
    release = Release(1, "", "")
    wanted = Manifest("s", release, {**dict.fromkeys(paths, new), "feed.json": old})
    last = Manifest("s", release, dict.fromkeys(paths, old), pending={"feed.xml": new})
    there = {**dict.fromkeys(paths, b"old"), "feed.xml": b"new"}
    plan = make_plan(wanted, last, Listing(there), 1, atomic=False)
    assert "feed.xml" not in {put.path for put in plan.puts}
    assert list(changed_feeds(plan, config)) == [
        "https://example.org/feed.xml",
        "https://example.org/tags/a/feed.xml",
    ]

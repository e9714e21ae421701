"""A real feed reader, newsboat: it takes RSS and Atom, and never shows an article twice.

It runs in a folder of its own, with settings, cache and home there, and reads from a server on this
computer.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import Folder

pytestmark = pytest.mark.skipif(
    shutil.which("newsboat") is None, reason="newsboat is not installed: apt-get install newsboat"
)
FEEDS = ("", "archive/", "tags/harbour/")
"""The lists that it is subscribed to."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Reader:
    """newsboat, subscribed to some lists in one format."""

    def __init__(self, home: Path, base: str, name: str) -> None:
        self.home = home
        home.mkdir()
        (home / "urls").write_text("".join(f"{base}{feed}{name}\n" for feed in FEEDS), "utf-8")
        (home / "config").write_text("reload-threads 1\nsuppress-first-reload yes\n", "utf-8")

    def reload(self) -> dict[str, str]:
        """Fetch everything: the titles by id, as newsboat keeps them."""
        files = ("-u", "urls", "-C", "config", "-c", "cache.db")
        subprocess.run(
            ["newsboat", *files, "-x", "reload"],
            cwd=self.home,
            env={**os.environ, "HOME": str(self.home), "LC_ALL": "C.UTF-8", "NO_PROXY": "*"},
            check=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        with closing(sqlite3.connect(self.home / "cache.db")) as cache:
            rows = list(cache.execute("select guid, title from rss_item where deleted = 0"))
        # By the same id it knows an article of two feeds for one.
        assert len(dict(rows)) == len(rows)
        return dict(rows)


@pytest.fixture
def base(rich: Folder) -> Iterator[str]:
    """Where a server on this computer has the site's output."""
    handler = partial(Quiet, directory=str(rich.root / "output"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_no_article_is_shown_twice(rich: Folder, base: str, tmp_path: Path, name: str) -> None:
    """After another title, another slug, another domain and a build from nothing, newsboat has each
    article and each edition once, under the id that it had.
    """
    reader = Reader(tmp_path / "newsboat", base, name)
    before = reader.reload()
    assert len(before) == 4
    assert "Wall & <b>gap</b> ]]> done" in before.values()
    path = rich.root / "content/a.md"
    text = path.read_text("utf-8").replace("title: Wall & <b>gap</b> ]]> done", "title: Gap closed")
    path.write_text(text.replace("id: wall", "id: wall\nslug: gap"), "utf-8")
    config = (rich.root / "sitegen.toml").read_text("utf-8")
    rich.write("sitegen.toml", config.replace("https://example.org", "https://example.net"))
    rich.build("--clean")
    after = reader.reload()
    assert set(after) == set(before)
    assert "Gap closed" in after.values()
    assert "Wall & <b>gap</b> ]]> done" not in after.values()

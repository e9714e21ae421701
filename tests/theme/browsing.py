"""A site as somebody meets it: served under its own policy, in a browser whose faults are noted."""

import functools
import http.server
import threading
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import pytest

from sitegen.build import Choice, State, build
from sitegen.hosts import POLICY_OF_SEARCH
from tests.indexing import fake_index
from tests.theme.odd import write_project

NOW = datetime(2026, 5, 4, tzinfo=UTC)
RICH = "2026/03/15/last-stone-closes-the-gap-in-the-north-wall/"
PAGES = {
    "home": ("",),
    "edition": ("2026/03/15/", "2026/01/01/"),
    "article": (RICH, "2026/03/14/nothing-but-a-headline/"),
    "tag": ("tags/harbour/", "tags/ferry/"),
    "tags": ("tags/",),
    "archive": ("archive/",),
    "month": ("2026/01/",),
    "year": ("2026/",),
    "search": ("search/",),
    "subscribe": ("subscribe/",),
    "404": ("404.html",),
}
"""Every kind of page; of some a full one and a bare one."""
ALL = tuple(path for paths in PAGES.values() for path in paths)
EMAIL = "2026/03/15/email.html"


def made(root: Path, theme: str, **how: Any) -> Path:
    """The output of a project of odd articles, below the path that its URL has."""
    write_project(root, theme=theme, **how)
    with fake_index():
        build(State(root, jobs=1), Choice(NOW))
    (root / "web").mkdir()
    (root / "output").rename(root / "web/paper")
    return root / "web"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files with the policy, and says nothing."""

    def end_headers(self) -> None:
        # E-mails have their styles inline, and a policy of their own.
        if not self.path.endswith("email.html"):
            self.send_header("Content-Security-Policy", POLICY_OF_SEARCH)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class served:  # noqa: N801 - A block.
    """A server that ends with the block."""

    def __init__(self, folder: Path) -> None:
        handler = functools.partial(_Handler, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Visitor:
    """Somebody on a site. What must never happen is noted: what the console says, a dialog, a
    request to anywhere else.
    """

    def __init__(self, page: Any, home: str) -> None:
        self.page, self.home = page, home
        self.faults: list[str] = []
        page.set_default_timeout(10_000)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(self.home):
            self.faults.append(request.url)


_AXE = """
async (colours) => (await axe.run({
  resultTypes: ["violations"],
  rules: {"target-size": {enabled: true}},
  ...(colours ? {runOnly: ["color-contrast", "link-in-text-block"]} : {}),
})).violations.flatMap(({id, nodes}) => nodes.map(({target}) => `${id}: ${target}`))
"""


def judge(page: Any) -> None:
    """Have axe-core in whatever the page shows from now on."""
    found = find_spec("axe_playwright_python")
    if not found or not found.origin:
        pytest.skip("axe-core is not installed: pip install axe-playwright-python")
    page.add_init_script(path=Path(found.origin).parent / "axe.min.js")


def judged(page: Any, *, of: Literal["all", "colours"] = "all") -> list[str]:
    """What axe-core finds wrong with what is shown; or with its colours alone, which is quicker."""
    return list(page.evaluate(_AXE, of == "colours"))

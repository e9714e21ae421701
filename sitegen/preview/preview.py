"""The preview: what every request is answered with. It knows nothing of sockets."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
from msgspec import Struct

from sitegen import config as settings
from sitegen import urls
from sitegen.config import Build, Config
from sitegen.digests import digest
from sitegen.preview import files
from sitegen.preview.about import About, Asked, about, address_of
from sitegen.preview.answer import Answer, media_type, notice, ranged, redirect
from sitegen.preview.attempt import Attempt
from sitegen.preview.excerpts import excerpt
from sitegen.preview.guard import Headers, refusal
from sitegen.preview.seeds import Seeds
from sitegen.problems import Problem, Severity, SitegenError, errors
from sitegen.urls import quoted

HOME: Final = b"/.sitegen/"
"""Below it is what is the preview's own. No page can have such an address."""
EVENTS: Final = HOME + b"events"
_CLIENT: Final = HOME + b"client.js"
_PAGE: Final = HOME + b"page"
_WHOLE: Final = 1 << 20
"""Bytes up to which a file is read at once, so that nobody can change it while it is sent."""
_MOST_PROBLEMS: Final = 50


class Request(Struct, frozen=True):
    """What is asked for."""

    method: str
    target: bytes
    """The path as it was sent, without the query."""
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """With names in lower case."""

    def header(self, name: bytes) -> str:
        """The value of a header; empty where there is none."""
        return next((v.decode("latin-1") for key, v in self.headers if key == name), "")


class Preview:
    """The last good site of a project, and what became of the last attempt to build it."""

    def __init__(self, root: Path, allowed: frozenset[str] = frozenset()) -> None:
        """`allowed`: host names beside those of this computer."""
        self.root = root.resolve()
        self.lock = Lock()
        """Held by a build while it changes the output: every answer is of one site, whole."""
        self.number = time.time_ns() // 1_000_000
        """A later one for each attempt, also after a restart: all that browsers are told."""
        self.on_damage: Callable[[], None] = lambda: None
        """Called where a page is gone from the output that should be there."""
        self._allowed = allowed
        self._seeds = Seeds(self.root)
        self._attempt: Attempt | None = None
        self._config = Config(site=settings.Site("", ""))
        with suppress(SitegenError):
            self._config = settings.load(self.root)

    def take(self, attempt: Attempt) -> None:
        """Show what an attempt made."""
        self._attempt = attempt
        if attempt.good is not None:
            self._config = attempt.good.config
        self.number += 1

    @property
    def base(self) -> str:
        """The path that the site is served from, without a final `/`."""
        return self._config.urls.base

    def refuse(self, method: str, headers: Headers) -> Answer | None:
        """The answer to who may not ask, or asks for what is not done here."""
        if reason := refusal(headers, self._allowed):
            return notice(403, reason)
        if method not in ("GET", "HEAD"):
            return notice(405, "The preview can only be read.", allow="GET, HEAD")
        return None

    def is_slow(self, request: Request) -> bool:
        """Whether the answer has to wait for a build, or to look through the articles."""
        return self.lock.locked() or (request.target == _PAGE and b"file=" not in request.query)

    def answer(self, request: Request) -> Answer:
        """The answer to any request but that for the stream of events."""
        refused = self.refuse(request.method, request.headers)
        if refused is not None:
            return refused
        if request.target == _CLIENT:
            code = Path(__file__).with_name("client.js").read_bytes()
            return Answer(200, (("content-type", media_type("client.js")),), code)
        if request.target == _PAGE:
            return self._about(request.query)
        if request.target.startswith(HOME):
            return notice(404, "There is nothing here.")
        return self._page(request)

    def _page(self, request: Request) -> Answer:
        address = files.address_of(request.target)
        base = self.base
        if address == "/" != f"{base}/" or address == base != "":
            return redirect(f"{quoted(base)}/")
        if address is None or not address.startswith(f"{base}/"):
            return self._missing()
        address = address.removeprefix(base)
        output = self._output
        with self.lock:
            opened = files.open_page(output, address)
            if opened is not None:
                return self._file(*opened, request)
            if files.is_folder(output, address):
                return redirect(f"{quoted(base + address)}/")
        good = self._attempt.good if self._attempt is not None else None
        if good is not None and urls.output_path(address) in good.outputs:
            self.on_damage()
        return self._missing()

    def _file(self, file: int, path: str, request: Request) -> Answer:
        """The answer that a file is. Takes the open file over."""
        kind = media_type(path, self._config)
        headers: tuple[tuple[str, str], ...] = (("content-type", kind),)
        size = os.fstat(file).st_size
        is_page = kind.startswith("text/html")
        if is_page or size <= _WHOLE:
            data = _read(file)
            if is_page:
                return Answer(200, headers, _with_client(data))
            answer = Answer(200, (*headers, ("accept-ranges", "bytes")), data)
        else:
            headers = (*headers, ("accept-ranges", "bytes"))
            answer = Answer(200, headers, file=file, length=size)
        wanted = request.header(b"range")
        return ranged(answer, wanted) if wanted and not request.header(b"if-range") else answer

    def _missing(self) -> Answer:
        """The site's own page for wrong addresses; before the first build, a word to wait."""
        with self.lock:
            file = files.open_file(self._output, "404.html")
        if file is not None:
            page = _with_client(_read(file), at_hand=False)
            return Answer(404, (("content-type", media_type("404.html")),), page)
        script = _client("").decode()
        if self._attempt is None or self._attempt.good is None:
            return notice(503, "The site is not built yet.", script, retry_after="1")
        return notice(404, "There is no page here.", script)

    def _about(self, query: bytes) -> Answer:
        """What the client asks about its page."""
        asked, attempt = Asked.of(query), self._attempt
        found, page = About(), None
        if attempt is not None and attempt.good is not None:
            found = about(attempt.good, self._seeds, asked)
            page = self._bytes(address_of(attempt.good, asked.path)) if found.digest else None
        key = digest(page).hex() if page is not None else None
        problems = attempt.problems if attempt is not None else ()
        faults = errors(problems) if attempt is not None and attempt.failed else []
        warnings = [p for p in problems if p.severity is Severity.WARNING] if not faults else []
        told = {
            "number": self.number,
            "built": attempt is not None and attempt.good is not None,
            "digest": key,
            "page": page.decode("utf-8-sig", "replace") if page and key != asked.has else None,
            "lead": found.lead,
            "with": found.seen,
            "article": found.article,
            "errors": len(faults),
            "problems": [self._told(problem) for problem in faults[:_MOST_PROBLEMS]],
            "warnings": [self._told(problem) for problem in warnings[:_MOST_PROBLEMS]],
        }
        kind = ("content-type", media_type("page.json"))
        return Answer(200, (kind,), msgspec.json.encode(told))

    def _told(self, problem: Problem) -> dict[str, object]:
        return {
            "message": problem.message,
            "path": problem.path,
            "line": problem.line,
            "hint": problem.hint,
            "excerpt": excerpt(self.root, problem),
        }

    def _bytes(self, address: str | None) -> bytes | None:
        """The page at an address, as it is on disk; None where there is none, or a film."""
        with self.lock:
            opened = files.open_page(self._output, address) if address else None
            if opened is None:
                return None
            if media_type(opened[1]).startswith("text/html"):
                return _read(opened[0])
        os.close(opened[0])
        return None

    @property
    def _output(self) -> Path:
        return self.root / (self._config.build.output or Build().output)


def _read(file: int) -> bytes:
    with os.fdopen(file, "rb") as opened:
        return opened.read()


def _client(key: str) -> bytes:
    """The script that a page is given on its way to the browser."""
    return f'<script src="{_CLIENT.decode()}" data-digest="{key}" defer></script>'.encode()


def _with_client(page: bytes, at_hand: bool = True) -> bytes:
    """A page with the preview's script, which is never on disk.

    `at_hand`: whether it is the page that was asked for.
    """
    script = _client(digest(page).hex() if at_hand else "")
    head, body, tail = page.rpartition(b"</body>")
    return head + script + body + tail if body else tail + script

"""`python -m bench serve`: from the save of an article to its new page, while it is served.

An article is written in place, as most editors do; from then on its page is asked for every ten
milliseconds, over one connection, until it holds the new words. (To ask more often would slow the
build.) In a browser the clock stops when the first frame after the new words came is painted.
"""

import http.client
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.corpus import Article, Corpus
from bench.generators import Generator
from bench.report import table

SERVERS = ("sitegen", "hugo")
"""The generators that serve."""
REFERENCE = "hugo"
"""The one that ratios refer to."""
_EVERY = 0.01
"""Seconds between two requests."""
_REST = 0.4
"""Seconds between an edit that was seen and the next."""
_PATIENCE = 60.0
"""Seconds that an edit may take."""
_START = 900.0
"""Seconds that a server may take to serve the first page."""
_OBSERVE = """marker => new Promise(resolve => {
  const found = () => document.body.textContent.includes(marker);
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(
    () => resolve(performance.timeOrigin + performance.now())));
  const watch = new MutationObserver(() => { if (found()) { watch.disconnect(); painted(); } });
  watch.observe(document, {subtree: true, childList: true, characterData: true});
  window.watching = true;
})"""

Say = Callable[[str], None]


class LateError(Exception):
    """A server did not show what it must; the text says what."""


@dataclass(frozen=True, slots=True)
class Run:
    """The edits of one kind with one generator."""

    edit: str
    generator: str
    seconds: tuple[float, ...]
    """Of each edit, from the end of the save."""
    memory: int
    """Bytes of the server's resident set after the last edit; 0 where it is not told."""
    memory_before: int
    """The same after the first."""


def run(
    generators: Sequence[Generator], corpus: Corpus, edits: int, browser: bool, say: Say
) -> list[Run]:
    """All edits with each generator in turn; only one serves at a time."""
    runs: list[Run] = []
    for generator in generators:
        say(f"{generator.name}: writing {len(corpus)} articles")
        generator.create(corpus)
        with _serving(generator, corpus, say) as server:
            for name, edit in EDITS.items():
                runs.append(server.measure(name, edit, edits))
                say(_said(runs[-1]))
            if browser:
                runs.append(server.paint(edits))
                say(_said(runs[-1]))
    return runs


Edit = Callable[[Article, str], Article]


def _body(article: Article, marker: str) -> Article:
    return replace(article, body=f"The {marker} was added.\n\n{article.body}")


def _title(article: Article, marker: str) -> Article:
    return replace(article, title=f"{article.title} {marker}")


EDITS: dict[str, Edit] = {"body edited": _body, "title edited": _title}


class _Server:
    """A generator that serves its project."""

    def __init__(self, generator: Generator, corpus: Corpus, process: int, port: int) -> None:
        self.generator, self.corpus = generator, corpus
        self.process, self.port = process, port
        self._connection = http.client.HTTPConnection("localhost", port, timeout=_PATIENCE)

    def get(self, path: str) -> bytes:
        """A page, over the one connection."""
        try:
            self._connection.request("GET", path)
            return self._connection.getresponse().read()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            return b""

    def measure(self, name: str, edit: Edit, edits: int) -> Run:
        """Edit articles one after another, each until its page shows it."""
        seconds: list[float] = []
        memory = 0
        for number in range(edits):
            article = self.article(number)
            marker = f"zq{name[0]}{number}"
            self.generator.write_article(edit(article, marker))
            seconds.append(self._wait(article, marker.encode(), time.perf_counter()))
            time.sleep(_REST)
            memory = memory or _resident(self.process)
        return Run(name, self.generator.name, tuple(seconds), _resident(self.process), memory)

    def article(self, number: int) -> Article:
        """Another one for each edit, of the 20 newest."""
        return self.corpus[len(self.corpus) - 1 - number % min(20, len(self.corpus))]

    def _wait(self, article: Article, marker: bytes, begun: float) -> float:
        path = f"/{article.page.removesuffix('index.html')}"
        while marker not in self.get(path):
            if time.perf_counter() - begun > _PATIENCE:
                raise LateError(f"{self.generator.name}: {path} never showed {marker.decode()}")
            time.sleep(_EVERY)
        return time.perf_counter() - begun

    def paint(self, edits: int) -> Run:
        """Edit the article that is open in a browser, each time until it is painted."""
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everybody has it.

        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        article = self.article(0)
        seconds: list[float] = []
        with sync_playwright() as playwright:
            options: dict[str, Any] = {"args": ["--no-sandbox", "--disable-gpu"]}
            browser = playwright.chromium.launch(executable_path=chromium, **options)
            page = browser.new_page()
            path = article.page.removesuffix("index.html")
            page.goto(f"http://localhost:{self.port}/{path}")
            time.sleep(_REST)
            for number in range(edits):
                marker = f"zqpaint{number}x"
                # Nothing is given back, or the browser would be waited for here.
                seen = f"({_OBSERVE})('{marker}').then(at => window.painted = at)"
                page.evaluate(f"window.painted = 0; {seen}; undefined")
                self.generator.write_article(_body(article, marker))
                begun = time.time() * 1000
                seconds.append((_painted(page, marker) - begun) / 1000)
                time.sleep(_REST)
            browser.close()
        memory = _resident(self.process)
        return Run("body painted", self.generator.name, tuple(seconds), memory, memory)


def _painted(page: Any, marker: str) -> float:
    """When a page painted a text, in milliseconds since 1970, even if it was loaded anew for it."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            found = page.evaluate(
                f"window.painted || (document.body.textContent.includes('{marker}')"
                " && document.readyState == 'complete' && !window.watching"
                " && performance.timeOrigin + performance.now()) || 0"
            )
        except Exception as error:
            # The page was left while it was asked.
            if "context" not in str(error) and "navigation" not in str(error):
                raise
            found = 0
        if found:
            return float(found)
        time.sleep(_EVERY)
    raise LateError(f"the browser never showed {marker}")


@contextmanager
def _serving(generator: Generator, corpus: Corpus, say: Say) -> Iterator[_Server]:
    """Serve a generator's project until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = generator.root.with_name(f"{generator.name}-server.log")
    command = generator.server(port)
    with log.open("wb") as printed:
        process = subprocess.Popen(
            command, cwd=Path(__file__).parent.parent, stdout=printed, stderr=printed
        )
        begun = time.perf_counter()
        try:
            server = _Server(generator, corpus, process.pid, port)
            path = f"/{corpus[len(corpus) - 1].page.removesuffix('index.html')}"
            while b"</article>" not in server.get(path):
                if process.poll() is not None or time.perf_counter() - begun > _START:
                    tail = log.read_text("utf-8", "replace")[-1000:]
                    raise LateError(f"{generator.name}: the server does not serve\n{tail}")
                time.sleep(0.05)
            say(f"{generator.name}: first page after {time.perf_counter() - begun:.1f} s")
            _settle(server, corpus)
            yield server
        finally:
            process.terminate()
            process.wait(20)


def _settle(server: _Server, corpus: Corpus) -> None:
    """Wait until the whole site is served, and let the server come to rest."""
    end = time.perf_counter() + _START
    oldest = f"/{corpus[0].page.removesuffix('index.html')}"
    while b"</article>" not in server.get(oldest) or b"<item>" not in server.get("/feed.xml"):
        if time.perf_counter() > end:
            raise LateError(f"{server.generator.name}: {oldest} is not served")
        time.sleep(0.1)
    time.sleep(2)


def _resident(process: int) -> int:
    """Bytes of a process's resident set (Linux); its workers are not counted."""
    if sys.platform != "linux":
        return 0
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def _said(done: Run) -> str:
    return (
        f"{done.generator}, {done.edit}: median {median(done.seconds) * 1000:.0f} ms, "
        f"slowest {max(done.seconds) * 1000:.0f} ms, {done.memory / 1e6:.0f} MB"
    )


def as_table(runs: Sequence[Run]) -> str:
    """Medians, 95th percentiles and slowest, with the ratio of medians to `REFERENCE`."""
    head = [
        "edit",
        "generator",
        "median ms",
        "95 % ms",
        "slowest ms",
        "MB",
        f"median / {REFERENCE}",
    ]
    medians = {(done.edit, done.generator): median(done.seconds) for done in runs}
    rows = []
    for done in sorted(runs, key=lambda one: [*EDITS, "body painted"].index(one.edit)):
        reference = medians.get((done.edit, REFERENCE))
        rows.append(
            [
                done.edit,
                done.generator,
                f"{median(done.seconds) * 1000:.0f}",
                f"{_percentile(done.seconds) * 1000:.0f}",
                f"{max(done.seconds) * 1000:.0f}",
                f"{done.memory / 1e6:.0f}",
                f"{median(done.seconds) / reference:.3f}" if reference else "–",
            ]
        )
    return table(head, rows)


def _percentile(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


def notes(runs: Sequence[Run]) -> list[str]:
    """What a reader of the table must know."""
    edits = max(len(done.seconds) for done in runs)
    return [
        f"Edits: {edits} of each kind, {_REST} s apart, of the 20 newest articles in turn; "
        f"the page is asked for every {_EVERY * 1000:.0f} ms",
        "MB: the server's resident set after the last edit, 1 MB = 1,000,000 bytes",
    ]

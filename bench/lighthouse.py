"""`python -m bench lighthouse`: what Lighthouse says of the example digest's pages, in Chromium.

The example is built for the address it is served at, and served as a host would that follows
docs/hosting.md: gzipped, with the policy, and with fingerprinted files kept for ever.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

from bench.generators.base import REPOSITORY, MissingProgramError
from bench.report import table
from sitegen.build import Choice, State, build
from sitegen.config import load
from sitegen.dates import now
from sitegen.digests import digest
from sitegen.hosts import POLICY_OF_SEARCH
from sitegen.publish.headers import headers_of

VERSION = "12.8.2"
"""The newest Lighthouse that runs on Node 20."""
PAGES: Mapping[str, str] = {
    "home": "/",
    "article": "/2026/03/05/harbour-wall-breached-as-storm-batters-harrow-bay/",
    "tag": "/tags/harrow-bay/",
    "edition": "/2026/03/05/",
}
"""Of the example: the article is one with a picture, and the edition one with several articles."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
WANTED = 98
"""Of 100: what each category must reach."""
_FORMS: Mapping[str, Sequence[str]] = {"phone": (), "desk": ("--preset=desktop",)}
_SECONDS = 180

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Run:
    """A page, as one kind of device loads it."""

    page: str
    form: str
    scores: Mapping[str, float]
    """By category, of 100; medians over the rounds."""
    paint: float
    """Largest contentful paint, in seconds."""
    shift: float
    """Cumulative layout shift."""
    blocked: float
    """Total blocking time, in ms."""
    size: int
    """Bytes over the wire, pictures included."""
    wanting: tuple[str, ...]
    """Audits that count and are not passed in full."""


def run(program: str, theme: str, rounds: int, work: Path, say: Say) -> list[Run]:
    """Every page on every form of device, some times."""
    command = _command(program)
    runs: list[Run] = []
    with _served(work, theme) as address:
        for page, path in PAGES.items():
            for form, options in _FORMS.items():
                reports = [_report(command, f"{address}{path}", options) for _ in range(rounds)]
                runs.append(_read(page, form, reports))
                scores = ", ".join(f"{name} {runs[-1].scores[name]:.0f}" for name in CATEGORIES)
                say(f"{page} on a {form}: {scores}")
    return runs


def as_table(runs: Sequence[Run]) -> str:
    """One row for each page and form; below it, what keeps a score from 100."""
    head = ["page", "device", *(name.replace("-", " ") for name in CATEGORIES)]
    head += ["paint s", "shift", "blocked ms", "KB"]
    rows = [
        [
            *(one.page, one.form, *(f"{one.scores[name]:.0f}" for name in CATEGORIES)),
            *(f"{one.paint:.2f}", f"{one.shift:.3f}", f"{one.blocked:.0f}"),
            f"{one.size / 1000:.1f}",
        ]
        for one in runs
    ]
    return table(head, rows)


def notes(runs: Sequence[Run]) -> list[str]:
    """Whether all is reached, and what is wanting where."""
    short = [one for one in runs if min(one.scores.values()) < WANTED]
    told = [
        f"Below {WANTED}: {', '.join(f'{one.page} on a {one.form}' for one in short) or 'none'}"
    ]
    for audit in sorted({audit for one in runs for audit in one.wanting}):
        where = ", ".join(f"{one.page} ({one.form})" for one in runs if audit in one.wanting)
        told.append(f"Not passed in full: {audit}: {where}")
    return told


def version(program: str) -> str:
    """Lighthouse's and the browser's."""
    told = [
        subprocess.run([*command, "--version"], capture_output=True, check=True, text=True).stdout
        for command in (_command(program), [_browser()])
    ]
    return f"Lighthouse {told[0].strip()}; {told[1].strip()}"


def _command(program: str) -> list[str]:
    folder = Path(sys.prefix) / "lighthouse"
    beside = folder / "node_modules" / ".bin" / "lighthouse"
    found = program or (str(beside) if beside.exists() else shutil.which("lighthouse"))
    if not found or not shutil.which(found):
        how = f"npm install --prefix {folder} --no-save --ignore-scripts lighthouse@{VERSION}"
        raise MissingProgramError(f"Lighthouse is not installed: {how}")
    return [found]


def _browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise MissingProgramError("Chromium is not installed: apt-get install chromium")


def _report(command: Sequence[str], url: str, options: Sequence[str]) -> Mapping[str, Any]:
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
    done = subprocess.run(
        [
            *(*command, url, *options, "--quiet", "--output=json", "--output-path=stdout"),
            *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}"),
        ],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "CHROME_PATH": _browser()},
        timeout=_SECONDS,
    )
    if done.returncode:
        raise MissingProgramError(f"Lighthouse failed at {url}: {done.stderr.strip()[-500:]}")
    report: Mapping[str, Any] = json.loads(done.stdout)
    if "runtimeError" in report:
        raise MissingProgramError(f"Lighthouse failed at {url}: {report['runtimeError']}")
    return report


def _read(page: str, form: str, reports: Sequence[Mapping[str, Any]]) -> Run:
    def number(name: str) -> float:
        return median(float(one["audits"][name]["numericValue"]) for one in reports)

    categories = [one["categories"] for one in reports]
    wanting = {
        part["id"]
        for one in reports
        for category in one["categories"].values()
        for part in category["auditRefs"]
        if part["weight"]
        and (one["audits"][part["id"]]["score"] or 0) < 1
        # Those that do not hold for the page, or that a person must judge, have no score.
        and one["audits"][part["id"]]["scoreDisplayMode"] in ("binary", "numeric", "metricSavings")
    }
    return Run(
        page=page,
        form=form,
        scores={
            name: median(100 * float(one[name]["score"] or 0) for one in categories)
            for name in CATEGORIES
        },
        paint=number("largest-contentful-paint") / 1000,
        shift=number("cumulative-layout-shift"),
        blocked=number("total-blocking-time"),
        size=int(number("total-byte-weight")),
        wanting=tuple(sorted(wanting)),
    )


@contextmanager
def _served(work: Path, theme: str) -> Iterator[str]:
    """The address of the example, while it is served."""
    answers: dict[str, tuple[bytes, Mapping[str, str]]] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, answers))
    address = f"http://localhost:{server.server_address[1]}"
    answers |= _answers(_built(work, theme, address))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _built(work: Path, theme: str, address: str) -> Path:
    """The example, built for an address."""
    root = work / "example"
    shutil.copytree(REPOSITORY / "content", root / "content")
    settings = (REPOSITORY / "sitegen.toml").read_text("utf-8")
    changed = settings.replace("https://harrowbay.example", address)
    assert changed != settings
    (root / "sitegen.toml").write_text(f'{changed}\n[theme]\nname = "{theme}"\n', "utf-8")
    build(State(root), Choice(now()))
    return root


def _answers(root: Path) -> dict[str, tuple[bytes, Mapping[str, str]]]:
    """For each URL path the bytes as they are sent, and the headers."""
    output, urls = root / "output", load(root).urls
    answers: dict[str, tuple[bytes, Mapping[str, str]]] = {}
    for file in sorted(path for path in output.rglob("*") if path.is_file()):
        path, data = file.relative_to(output).as_posix(), file.read_bytes()
        told = headers_of(path, digest(data), len(data), urls)
        headers = {
            "Content-Type": told.type,
            "Cache-Control": told.cache,
            "Content-Security-Policy": POLICY_OF_SEARCH,
            "X-Content-Type-Options": "nosniff",
        }
        if told.encoding:
            headers |= {"Content-Encoding": told.encoding, "Vary": "Accept-Encoding"}
            data = gzip.compress(data, mtime=0)
        address = f"/{path}"
        if address.endswith("/index.html"):
            address = address.removesuffix("index.html")
        answers[address] = data, headers
    return answers


class _Handler(BaseHTTPRequestHandler):
    """Answers with files that are held ready, over lines that are kept."""

    protocol_version = "HTTP/1.1"

    def __init__(self, answers: Mapping[str, tuple[bytes, Mapping[str, str]]], *given: Any) -> None:
        self._answers = answers
        super().__init__(*given)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        data, headers = self._answers.get(path) or self._answers["/404.html"]
        self.send_response(200 if path in self._answers else 404)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Says nothing."""

"""What all tests share: a clock that stands still, and a folder that becomes a project."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from sitegen.cli import main
from tests.compiling import compiled_once

NOW = 1_772_798_400
"""2026-03-06 12:00 UTC: the time of every build in these tests."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
SITE = '[site]\ntitle = "The Test Digest"\nurl = "https://example.org"\n'

_MEMORY = Path("/dev/shm")


def _serves(folder: Path) -> bool:
    """Whether tests can have their files there: there is room for them, and programs run."""
    return (
        os.access(folder, os.R_OK | os.W_OK | os.X_OK)
        and not os.statvfs(folder).f_flag & os.ST_NOEXEC
        and shutil.disk_usage(folder).free > 2 << 30
    )


# Tests make and remove folders by the ten thousand, over which a disk takes longer than everything
# else. `--basetemp`, or this variable, has them elsewhere.
if _serves(_MEMORY):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", os.fspath(_MEMORY))

settings.register_profile(
    "quick", max_examples=int(os.environ.get("EXAMPLES", "60")), deadline=None, derandomize=True
)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` accepts what the program does now; `git diff` then shows what changed."""
    parser.addoption("--update-golden", action="store_true", help="rewrite what is expected")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether what is expected is to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(autouse=True, scope="session")
def _compiled_once() -> Iterator[None]:
    """What builds compile, they compile once."""
    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock that stands still; and `build` switches the collector off, which tests undo."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NOW))
    yield
    gc.enable()


class Folder:
    """A project's folder: files by name, and the commands that are run in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("sitegen.toml", SITE)

    def write(self, name: str, text: str | bytes) -> Path:
        """Put a file there, or replace it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def article(self, name: str, body: str = "Text.\n", **fields: str) -> Path:
        """Put an article there. `fields` are YAML; a title, a date and an id are given."""
        given = {
            "title": "A headline",
            "date": "2026-03-05",
            "id": name.replace("/", "-"),
            **fields,
        }
        block = "".join(f"{key}: {value}\n" for key, value in given.items())
        return self.write(f"content/{name}", f"---\n{block}---\n{body}")

    def run(self, *arguments: str) -> Result:
        """Run a command here, as the shell would."""
        return CliRunner().invoke(
            main, [arguments[0], "--root", str(self.root), *arguments[1:]], catch_exceptions=False
        )

    def build(self, *arguments: str) -> None:
        """Build; it must succeed."""
        result = self.run("build", *arguments)
        assert result.exit_code == 0, result.output

    def output(self, name: str) -> str:
        """A file of the output."""
        return (self.root / "output" / name).read_text("utf-8")

    @property
    def files(self) -> dict[str, bytes]:
        """The output: every file that is not hidden, with its bytes."""
        folder = self.root / "output"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }


@pytest.fixture
def site(tmp_path: Path) -> Folder:
    """A project without articles."""
    return Folder(tmp_path)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for all tests of a module."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()

"""`sites/good` has one of everything; `sites/golden` is what it must become, byte for byte."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import Folder
from tests.links import broken

SITES = Path(__file__).parent / "sites"


@pytest.fixture
def good(tmp_path: Path) -> Folder:
    """A copy of the good site."""
    folder = Folder(tmp_path)
    shutil.copytree(SITES / "good", tmp_path, dirs_exist_ok=True)
    return folder


def test_golden(good: Folder, update_golden: bool) -> None:
    """Promise 11: the same site gives the same bytes; `--update-golden` accepts new ones."""
    good.build("--strict")
    golden = SITES / "golden"
    if update_golden:
        shutil.rmtree(golden, ignore_errors=True)
        for name, data in good.files.items():
            path = golden / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    expected = {
        path.relative_to(golden).as_posix(): path.read_bytes()
        for path in sorted(golden.rglob("*"))
        if path.is_file()
    }
    assert list(good.files) == list(expected)
    for name, data in good.files.items():
        assert data == expected[name], name


def test_no_link_is_broken(good: Folder) -> None:
    """Every link on every page leads to a file of the site, every fragment to a place in it."""
    good.build()
    assert not list(broken(good.files, "https://example.org/news"))
    assert good.run("check").exit_code == 0


def test_the_link_checker_finds_what_is_broken(good: Folder) -> None:
    """The checker above is no use unless it finds planted faults."""
    good.build()
    files = good.files
    page = "lanterns/index.html"
    for link in ("/news/nowhere/", "/tags/", "../missing.html", "#nowhere", "/news/feed.xm"):
        planted = files[page].replace(b"</body>", f'<a href="{link}">x</a></body>'.encode())
        assert list(broken({**files, page: planted}, "https://example.org/news"))


@pytest.mark.parametrize("theme", ["digest", "wire"])
def test_no_link_is_broken_in_shipped_themes(good: Folder, theme: str) -> None:
    """The same site with each shipped theme, which must not need anything that it has not."""
    text = (good.root / "sitegen.toml").read_text("utf-8")
    good.write("sitegen.toml", text.replace('name = "tiny"', f'name = "{theme}"'))
    good.build("--strict")
    assert not list(broken(good.files, "https://example.org/news"))


def test_drafts_future_and_expired_leave_no_trace(good: Folder) -> None:
    """They are filtered once, before anything else sees them: nothing written has them."""
    good.build()
    for name, data in good.files.items():
        for trace in (b"A draft", b"Tomorrow", b"Yesterday", b"Hidden", b"hidden", b"expired"):
            assert trace not in data, (name, trace)


def test_drafts_and_future_on_request(good: Folder) -> None:
    """`--drafts` and `--future` show them; what has expired stays gone."""
    good.build("--drafts", "--future")
    assert "A draft" in good.output("2026/03/01/index.html")
    assert "Tomorrow" in good.output("2026/03/07/index.html")
    assert "tags/hidden/index.html" in good.files
    assert "2026/01/01/index.html" not in good.files
    good.build()
    assert "tags/hidden/index.html" not in good.files

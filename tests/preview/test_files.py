"""Only files of the output, whatever is asked for."""

import os
from pathlib import Path

import pytest

from tests.preview.project import Bench
from tests.preview.serving import serving

CANARY = b"the canary sings"
TARGETS = [
    b"/../canary.txt",
    b"/../../canary.txt",
    b"/..%2fcanary.txt",
    b"/%2e%2e/canary.txt",
    b"/%2e%2e%2fcanary.txt",
    b"/%2E%2E/canary.txt",
    b"/.%2e/canary.txt",
    b"/%2e./canary.txt",
    b"/%252e%252e/canary.txt",
    b"/%252e%252e%252fcanary.txt",
    b"/..%252fcanary.txt",
    b"/..%c0%afcanary.txt",
    b"/..%c1%9ccanary.txt",
    b"/%c0%ae%c0%ae/canary.txt",
    b"/..\\canary.txt",
    b"/..%5ccanary.txt",
    b"/%5c..%5ccanary.txt",
    b"\\..\\canary.txt",
    b"/tags/../../canary.txt",
    b"/tags/..%2f..%2fcanary.txt",
    b"/tags/%2e%2e/%2e%2e/canary.txt",
    b"/./../canary.txt",
    b"/.//../canary.txt",
    b"//../canary.txt",
    b"//canary.txt",
    b"///canary.txt",
    b"/%2f/canary.txt",
    b"/%2fcanary.txt",
    b"/..;/canary.txt",
    b"/..%20/canary.txt",
    b"/..%00/canary.txt",
    b"/..%0a/canary.txt",
    b"/..%09/canary.txt",
    b"/canary.txt%00.html",
    b"/%00",
    b"/index.html%00.txt",
    b"/index.html::$DATA",
    b"/index.html::%24DATA",
    b"/INDEX~1.HTM",
    b"/CANARY~1.TXT",
    b"/link.txt",
    b"/linked/canary.txt",
    b"/linked/",
    b"/linked",
    b"/pipe",
    b"/.sitegen",
    b"/.sitegen/../.sitegen",
    b"/%2esitegen",
    b"/.git/config",
    b"/.",
    b"/./",
    b"/..",
    b"/../",
    b"/%2e",
    b"/%2e%2e",
    b"/%23/../canary.txt",
    b"/%3f/../canary.txt",
    b"/con",
    b"/nul.txt",
    b"/C:/canary.txt",
    b"/c%3a/canary.txt",
    b"/%ff%fe",
    b"/%",
    b"/%2",
    b"/%zz",
    b"/file:///etc/passwd",
    b"/proc/self/environ",
    b"/etc/passwd",
    b"/a%2fb/..%2f..%2f..%2fcanary.txt",
    b"/index.html/",
    b"/index.html/..",
    b"/tags/index.html/../../../canary.txt",
    b"/" + b"a" * 5000,
    b"/" + b"../" * 500 + b"canary.txt",
    b"/\xe2\x80\xae",
    b"http://localhost/../canary.txt",
    b"*",
    b"canary.txt",
]


def spoil(root: Path) -> None:
    """Put a canary everywhere that must not be reached, and links to it into the output."""
    for folder in (root, root.parent):
        (folder / "canary.txt").write_bytes(CANARY)
    output = root / "output"
    (output / "link.txt").symlink_to(root / "canary.txt")
    (output / "linked").symlink_to(root)
    (output / "looped").symlink_to(output / "looped")
    if hasattr(os, "mkfifo"):
        os.mkfifo(output / "pipe")


def test_targets(bench: Bench) -> None:  # promise 3
    """None of them leads out of the output, to a link, or to what is no file."""
    assert len(TARGETS) > 60
    spoil(bench.project.root)
    with serving(bench) as served:
        for target in TARGETS:
            answer = served.get(target)
            assert CANARY not in answer
            assert b"Written by sitegen" not in answer
            assert int(answer.split()[1]) in (400, 404), target
        assert served.status("/") == 200
        assert served.status("/2026/05/01/one/") == 200


@pytest.mark.parametrize(
    "target",
    [b"//evil.example", b"//evil.example/", b"/\\evil.example", b"/%5cevil.example/..", b"///e/.."],
)
def test_no_open_redirect(bench: Bench, target: bytes) -> None:  # promise 5
    """Nothing that looks like another host is redirected to."""
    with serving(bench) as served:
        answer = served.get(target)
        assert b"location:" not in answer.lower()
        assert answer.split()[1] == b"404"

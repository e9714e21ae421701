"""Pages and style sheets as the Nu HTML checker judges them: no error, and nothing to improve."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sitegen.build import Choice, State, build
from tests.theme.example import built_example
from tests.theme.test_themes import built

JAR = Path(os.environ.get("VNU_JAR") or f"{sys.prefix}/vnu/node_modules/vnu-jar/build/dist/vnu.jar")
"""Where `make test` puts it, if npm is there."""
JAVA = shutil.which("java") or ""
SITES = Path(__file__).parent.parent / "sites"
_KEPT = {".html", ".css", ".svg"}
_ALLOWED = re.compile(
    # A rule of Markdown's footnotes: they have no heading, for it would be one of the article's.
    r"Section lacks heading"
    # Mail programs know no style sheets, or bad ones: what is obsolete on the web holds there.
    r"|email\.html.*(attribute on the .\w+. element is obsolete|computed heading level of 1)"
)

pytestmark = [
    pytest.mark.skipif(not JAVA, reason="Java is not installed"),
    pytest.mark.skipif(not JAR.is_file(), reason="the Nu HTML checker is not here: vnu-jar of npm"),
]

PLANTED = {
    "page.html": '<!doctype html><html lang="en"><title>T</title><p><div id=a></div></p>',
    "style.css": "a { colour: red }",
}
"""What must be found, for else the rest is no use."""


def told(folder: Path) -> list[str]:
    """What the checker says of every page, style sheet and drawing in a folder."""
    # It lives for seconds, too short for what the slower of Java's compilers would win.
    java = [JAVA, "-XX:TieredStopAtLevel=1", "-Xss4m", "-jar", str(JAR)]
    command = [*java, "--format", "gnu", "--stdout", "--no-langdetect"]
    options = ["--exit-zero-always", "--also-check-css", "--also-check-svg", "--asciiquotes"]
    done = subprocess.run(
        [*command, *options, str(folder)], capture_output=True, check=True, encoding="utf-8"
    )
    assert not done.stderr
    there = folder.as_uri().replace(":///", ":/")
    return [line.replace(f"{there}/", "") for line in done.stdout.splitlines()]


def good(root: Path, theme: str) -> Path:
    """The site of the golden test with a theme."""
    shutil.copytree(SITES / "good", root)
    settings = (root / "sitegen.toml").read_text("utf-8")
    text = settings.replace('name = "tiny"', f'name = "{theme}"')
    (root / "sitegen.toml").write_text(text, "utf-8")
    build(State(root, jobs=1), Choice(datetime(2026, 3, 6, 12, tzinfo=UTC)))
    return root / "output"


def gathered(sites: list[Path], into: Path) -> None:
    """Copies what the checker knows of sites, each file once however many sites have it."""
    seen: set[bytes] = set()
    for number, site in enumerate(sites):
        for path in sorted(site.rglob("*")):
            if path.suffix in _KEPT and (data := path.read_bytes()) not in seen:
                seen.add(data)
                place = into / f"{number}" / path.relative_to(site)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)


def test_every_page_is_valid(tmp_path: Path) -> None:
    """No error on any page of the example, nor of sites with odd articles, in each theme.

    One process for all: most of the time goes into starting it.
    """
    sites = [good(tmp_path / "good-tiny", "tiny")]
    for theme in ("digest", "wire"):
        sites += [
            built_example(tmp_path / theme / "example", theme),
            good(tmp_path / theme / "good", theme),
            built(tmp_path / theme / "odd", theme, "ar"),
            built(tmp_path / theme / "none", theme, extent="none"),
        ]
    checked = tmp_path / "checked"
    gathered(sites, checked)
    assert len(list(checked.rglob("*.html"))) > 250
    for name, text in PLANTED.items():
        (checked / name).write_text(text, "utf-8")
    lines = [line for line in told(checked) if not _ALLOWED.search(line)]
    assert {line.split('"')[1] for line in lines} >= set(PLANTED)
    assert [line for line in lines if line.split('"')[1] not in PLANTED] == []

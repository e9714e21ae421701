"""The documentation is true: its tables are up to date, its examples work as they are printed."""

import re
import runpy
from pathlib import Path
from typing import Any, Final

import pytest

from sitegen import content
from sitegen.settings import COLUMNS
from sitegen.theme import shipped
from tests.conftest import Folder
from tests.images import jpeg

DOCS: Final = Path(__file__).parent.parent / "docs"
PAGES: Final = sorted(path.name for path in DOCS.glob("*.md"))
_FILE: Final = re.compile(r"^`([^`\n]+)`:\n\n```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PARTS: Final = re.compile(r"<!-- generated: ([\w-]+) -->")


def page(name: str) -> str:
    """A page of the documentation."""
    return (DOCS / name).read_text("utf-8")


def files(name: str) -> dict[str, str]:
    """The files that a page shows in full; a name that comes again takes another key."""
    found: dict[str, str] = {}
    for path, text in _FILE.findall(page(name)):
        assert path not in found
        found[path] = text
    return found


@pytest.fixture(scope="module")
def generator() -> dict[str, Any]:
    """What `docs/generate.py` defines."""
    return runpy.run_path(str(DOCS / "generate.py"))


@pytest.mark.parametrize("name", PAGES)
def test_tables_are_up_to_date(name: str, generator: dict[str, Any]) -> None:
    """What `python docs/generate.py` writes is there already."""
    assert generator["renewed"](page(name)) == page(name), "run `python docs/generate.py`"


def test_every_part_is_shown(generator: dict[str, Any]) -> None:
    """Each table stands on one page."""
    shown = [part for name in PAGES for part in _PARTS.findall(page(name))]
    assert sorted(shown) == sorted(generator["PARTS"])


def test_everything_is_told(generator: dict[str, Any]) -> None:
    """No field, setting, fact, function or filter without its meaning."""
    for make in generator["PARTS"].values():
        assert "|  |" not in make()


def test_every_view_and_what_it_is_made_of_is_told(generator: dict[str, Any]) -> None:
    """Each type that the tables name has a table too, and each template of a theme its view."""
    parts = generator["PARTS"]
    views, small = parts["views"](), parts["small"]()
    told = set(re.findall(r"^\*\*`(\w+)`\*\*", small, re.MULTILINE))
    assert set(re.findall(r"`([A-Z]\w+)`", views + small + parts["facts"]())) == told
    shown = set(re.findall(r"`([\w.]+\.(?:html|txt|webmanifest))`", views))
    templates = {path.name for path in (shipped() / "digest/templates").glob("*.*")}
    assert templates - {"base.html", "email.css"} == shown


def test_the_design_is_as_told(generator: dict[str, Any]) -> None:
    """The scale of type, and colours that can be read, in light and dark, on both papers."""
    properties, pixels, contrast = (
        generator[name] for name in ("properties", "_pixels", "contrast")
    )
    light = properties(":root")
    scale = re.search(r"a scale of ([\d.]+) on a phone that opens to ([\d.]+)", page("themes.md"))
    assert scale
    for width, ratio in zip((390, 1280), scale.groups(), strict=True):
        steps = [pixels(light[f"text-{step}"], width) for step in range(1, 8)]
        assert steps == sorted(set(steps))
        assert (steps[6] / steps[2]) ** (1 / 4) == pytest.approx(float(ratio), abs=0.02)
    dark = {**light, **properties(':root[data-colours="dark"]')}
    assert dark == {**light, **properties(':root:not([data-colours="light"])')}
    for colours in (light, dark):
        for name in ("ink", "soft", "link"):
            assert all(contrast(colours[name], colours[on]) >= 4.5 for on in ("paper", "wash"))
        assert all(contrast(colours["ink"], colours[f"heat-{step}"]) >= 4.5 for step in (1, 2, 3))
        assert all(contrast(colours["on-heat"], colours[f"heat-{step}"]) >= 4.5 for step in (4, 5))


@pytest.mark.parametrize("name", PAGES)
def test_links_between_pages(name: str) -> None:
    """A link to another page of the documentation, or to a heading, leads there."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page(name), flags=re.DOTALL)
    for target, anchor in re.findall(r"\]\(([\w./-]+\.md)?(?:#([\w-]+))?\)", prose):
        text = page(target or name)
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        named = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in headings}
        assert not anchor or anchor in named


def test_the_theme_of_the_tutorial(site: Folder) -> None:
    """`dusk`, from exactly the files in the text: its colours and its footer, on every page."""
    shown = files("themes.md")
    for name in ("sitegen.toml", *(name for name in shown if name.startswith("themes/dusk/"))):
        site.write(name, shown[name])
    site.article("a.md", tags="[Ferry]")
    site.build("--strict")
    sheet = shown["themes/dusk/assets/dusk.css"]
    assert sheet.encode() in site.files.values()
    assert all(f"--{name}:" in sheet for name in ("paper", "link", "mark"))
    pages = {name: data.decode() for name, data in site.files.items() if name.endswith(".html")}
    assert len(pages) > 8
    for html in pages.values():
        if 'http-equiv="refresh"' not in html and 'role="presentation"' not in html:
            assert re.search(r'href="/assets/dusk\.\w+\.css"', html)
            assert "Read it before dark" in html
            assert "Back to the top" not in html


def test_a_project_overrides_files(site: Folder) -> None:
    """One template and two words beside the shipped theme's."""
    shown = files("themes.md")
    for name in shown:
        if name.startswith("themes/digest/"):
            site.write(name, shown[name])
    site.build("--strict")
    assert "Harrow Bay, since 2026." in site.output("index.html")
    assert "Back numbers" in site.output("index.html")
    assert "Subjects" in site.output("tags/index.html")


def test_the_error_in_the_text(site: Folder) -> None:
    """A template's fault is told as the text says."""
    site.write(
        "themes/digest/templates/base.html",
        '{% extends "base.html" %}\n{% block footer %}\n{{ site.motto }}\n{% endblock %}\n',
    )
    site.article("ferry.md")
    result = site.run("build")
    assert result.exit_code == 1
    told = re.search(r"^```text\n(themes/digest/.*?)…?\n```$", page("themes.md"), re.M | re.S)
    assert told is not None
    assert told[1] in result.output


def test_front_matter(site: Folder) -> None:
    """The example has every field, is valid, and the table tells every field in order."""
    shown = files("configuration.md")["content/ferry.md"]
    given = re.findall(r"^(\w+):", shown, re.MULTILINE)
    told = re.findall(
        r"^\| `(\w+)` \| (?!text|number|table|list|true)", page("configuration.md"), re.M
    )
    assert sorted(given) == sorted(content.FIELDS)
    assert told == list(content.FIELDS)
    site.write("content/ferry.md", shown)
    site.write("static/images/ferry.jpg", jpeg())
    site.build("--strict")
    assert "The ferry runs until eleven again." in site.output("transport/late-ferry/index.html")
    assert "/transport/late-ferry/" in site.output("2026/03/05/ferry/index.html")


def test_patterns_and_options(site: Folder) -> None:
    """The settings in the text are read, and the addresses are what it says."""
    blocks = re.findall(r"^```toml\n(.*?)^```$", page("configuration.md"), re.DOTALL | re.MULTILINE)
    site.write("sitegen.toml", "\n".join(blocks))
    site.article("a.md", tags="[Ferry]")
    site.build("--strict")
    assert {"news/a-headline.html", "topics/ferry/index.html"} <= set(site.files)


def test_seeds(site: Folder) -> None:
    """Each seed in the text gives an article, and the first gives the article that is shown."""
    shown = files("seeds.md")
    seeds = {name: text for name, text in shown.items() if name.startswith("seeds/")}
    for name, text in seeds.items():
        site.write(name, text)
    result = site.run("ingest", "--strict")
    assert result.output == f"{len(seeds) + 1} new\n"
    ((name, text),) = (item for item in shown.items() if item[0].startswith("content/"))
    assert (site.root / name).read_text("utf-8") == text
    titles = [
        re.sub(r"^'|'$", "", line.removeprefix("title: "))
        for path in (site.root / "content").rglob("*.md")
        for line in path.read_text("utf-8").split("\n")
        if line.startswith("title: ")
    ]
    assert sorted(titles) == [
        "Bus line 4 returns in April",
        "Choir seeks basses",
        "Ferry adds a late crossing",
        "Jon Vale: “The lock will open on Saturday”",
        "Library lends tools",
        "Market moves to Mill Square",
        "Pier lamps are mended",
        "Quay wall passes inspection",
    ]


def test_columns() -> None:
    """The text names every field that a column can hold."""
    listed = re.search(r"The fields are (.*?)\.", page("seeds.md"), re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r"`(\w+)`", listed[1])) == COLUMNS

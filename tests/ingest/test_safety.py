"""Links, crashes, names and caches: nothing outside is touched, nothing inside is half done."""

import builtins
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import frontmatter
from sitegen.content import FIELDS
from sitegen.ingest import Action
from sitegen.ingest.article_file import write_new
from sitegen.ingest.given import Given
from sitegen.nodes import Plain
from sitegen.problems import Severity, SitegenError
from tests.ingest.project import Project

STORY = (
    "Title: Eels {0}\nDate: 2031-09-30\n\n"
    "The weir number {0} was opened at dawn and the eels went down to the sea in the dark.\n"
)


def test_links_out_of_the_project(tmp_path: Path) -> None:
    """A seed, an article or a folder that is a link out of the project is refused (promise 31)."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("The secret of the weir is known to nobody at all.\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    project = Project(inside)
    (inside / "seeds/link.txt").symlink_to(outside / "secret.txt")
    (inside / "seeds/folder").symlink_to(outside)
    project.seed("eels.txt", STORY.format(1))
    report = project.ingest()
    assert report.counts == {Action.NEW: 1}
    assert [p.path for p in report.problems] == ["seeds/link.txt"]
    assert report.problems[0].severity is Severity.WARNING
    assert not any(b"secret" in data for data in project.files().values())

    target = outside / "target.md"
    target.write_bytes(project.article.read_bytes())
    project.article.unlink()
    (inside / "content/2031/09/eels-1.md").symlink_to(target)
    before = target.read_bytes()
    project.seed("eels.txt", STORY.format(2))
    project.ingest()
    assert target.read_bytes() == before


def test_content_that_is_a_link_out(tmp_path: Path) -> None:
    """Where `content/` itself leads out, nothing is written, and the error says so."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "inside").mkdir()
    project = Project(tmp_path / "inside")
    (tmp_path / "inside/content").symlink_to(tmp_path / "outside")
    project.seed("eels.txt", STORY.format(1))
    with pytest.raises(SitegenError, match="link that leaves the project"):
        project.ingest()
    assert not list((tmp_path / "outside").rglob("*.md"))


def test_odd_names(project: Project) -> None:
    """Names with spaces, marks, other scripts, great length; hidden and backup files."""
    names = ["a b&c.txt", "über/größe.txt", "新聞.txt", "x" * 240 + ".txt", "--help", "a.json"]
    for number, name in enumerate(names):
        project.seed(name, STORY.format(number))
    for name in (".hidden.txt", "eels.txt~", ".git/config"):
        project.seed(name, STORY.format(99))
    assert project.ingest().counts == {Action.NEW: len(names)}
    assert project.ingest().counts == {Action.UNCHANGED: len(names)}


def test_a_broken_record_is_an_error(project: Project) -> None:
    """Without its record hand edits could not be told: it is named, and the article left alone."""
    project.seed("eels.txt", STORY.format(1))
    project.ingest()
    project.edit("Eels 1", "Eels one")
    before = project.article.read_bytes()
    (project.root / "content/.provenance/eels.txt.json").write_text('{"seed": ')
    report = project.ingest()
    assert report.problems[0].path == "content/.provenance/eels.txt.json"
    assert project.article.read_bytes() == before


def test_a_broken_cache_is_none(project: Project) -> None:
    """The cache may be anything (promise 24)."""
    project.seed("eels.txt", STORY.format(1))
    cache = project.root / ".sitegen/ingest.msgpack"
    for data in (b"", b"\xff\xff", b"\x92\x02\x80", b"null"):
        cache.parent.mkdir(exist_ok=True)
        cache.write_bytes(data)
        project.ingest()
    assert len(project.articles) == 1


def test_same_size_same_mtime(project: Project) -> None:
    """A seed that changed without a trace in size and time is seen (promise 25)."""
    project.seed("eels.txt", STORY.format(1))
    project.ingest()
    path = project.root / "seeds/eels.txt"
    times = path.stat()
    project.seed("eels.txt", STORY.format(2))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert project.run().action is Action.UPDATED


def test_old_seeds_cost_a_stat(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed that is settled is not opened again, nor is its article."""
    project.seed("eels.txt", STORY.format(1))
    path = project.root / "seeds/eels.txt"
    os.utime(path, (1, 1))
    project.ingest()
    opened: list[str] = []
    real = io.open

    def watched(file: Any, *args: Any, **kwargs: Any) -> Any:
        opened.append(str(file))
        return real(file, *args, **kwargs)

    monkeypatch.setattr(io, "open", watched)
    monkeypatch.setattr(builtins, "open", watched)
    assert project.actions() == [Action.UNCHANGED]
    assert not [name for name in opened if "ingest.msgpack" not in name]


def failing(count: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """A call that fails the `count`-th time, as a full disk would."""
    calls = iter(range(10**6))

    def call(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == count:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    return call


@pytest.mark.parametrize("count", range(8))
@pytest.mark.parametrize("name", ["replace", "mkdir"])
def test_any_write_may_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    """After a failure at any point each file is whole, and the next run ends as if nothing was."""
    sound, broken = tmp_path / "sound", tmp_path / "broken"
    projects = []
    for root in (sound, broken):
        root.mkdir()
        project = Project(root)
        for number in (1, 2):
            project.seed(f"{number}.txt", STORY.format(number))
        project.ingest()
        edited = project.articles[0]
        edited.write_text(edited.read_text().replace("weir", "old weir"))
        project.seed("1.txt", STORY.format(1).replace("Eels 1", "Eels at last"))
        project.seed("2.txt", STORY.format(2).replace("dark", "moonlight"))
        project.seed("3.txt", STORY.format(3))
        projects.append(project)
    projects[0].ingest()
    with monkeypatch.context() as patch:
        patch.setattr(Path, name, failing(count, getattr(Path, name)))
        try:
            projects[1].ingest()
        except SitegenError as error:
            assert "No space left" in str(error)  # noqa: PT017 - it need not fail
    assert not list(broken.rglob("*.tmp"))
    for path in projects[1].articles:
        assert frontmatter.parse(path.read_text()).fields["title"]
    projects[1].ingest()
    assert projects[1].files() == projects[0].files()


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
ODD = [
    "yes", "No", "null", "~", "1", "1e3", "2031-09-30", "a: b", "a #b", "-", "- a", "? a", "'a'",
    '"', "*a", "&a", "!a", "%a", "@a", "`a", "[a", "{a", "a:", "=", "<<", "y", "on", "Ünïcode",
    "emoji 🐟", "|", ">", "0x1f", ".5",
]  # fmt: skip
words = st.one_of(texts, st.sampled_from(ODD)).map(lambda text: " ".join(text.split()) or "x")


@given(words, st.lists(words, max_size=3), words)
def test_front_matter_is_that_of_yaml(title: str, tags: list[str], name: str) -> None:
    """What is written without YAML's help is what YAML would have written."""
    fields: dict[str, Any] = {
        "title": title,
        "date": "2031-09-30",
        "tags": tuple(tags),
        "source": {"name": name},
    }
    text = write_new(Given("an-id", "", {k: v for k, v in fields.items() if v}, "Body.\n"), "an-id")
    plain = {**fields, "tags": tags, "date": Plain("2031-09-30"), "id": "an-id"}
    ordered = {key: plain[key] for key in FIELDS if plain.get(key)}
    assert text == frontmatter.dump(ordered, "\nBody.\n")


def test_records_are_plain_json(project: Project) -> None:
    """What is committed can be read by people and by anything else."""
    project.seed("eels.txt", STORY.format(1))
    project.ingest()
    record = json.loads((project.root / "content/.provenance/eels.txt.json").read_text())
    assert record["seed"] == "eels.txt"
    (article,) = record["articles"]
    assert article["fields"]["title"] == "Eels 1"
    assert article["body"][0].endswith("The weir number 1 was opened")

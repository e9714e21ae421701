"""The search index among the outputs: made when the text changed, kept otherwise, mended."""

from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from sitegen.build import Abandoned, State, build, search
from sitegen.build.pagefind import make_index
from sitegen.problems import SitegenError
from tests.build.project import CONFIG, Project, article, difference, opened
from tests.build.walk import FRESH, HINTED, MODES, WARM, Walk
from tests.indexing import fake_index

ON = CONFIG + "[search]\nenabled = true\n"
PAGE = "themes/tiny/templates/search.html"


@pytest.fixture
def searched(project: Project) -> Project:
    """A small project with search."""
    project.write("sitegen.toml", ON)
    project.write(PAGE, "{{ site.home }}\n")
    return project


def indexed(project: Project) -> str:
    """All that the index holds."""
    files = sorted((project.output / "pagefind").rglob("*.pf_fragment"))
    return "".join(file.read_text("utf-8") for file in files)


def test_only_when_the_text_changed(searched: Project) -> None:
    """An edit of a template or an asset leaves the index alone; one of an article makes it anew."""
    with fake_index() as made, opened(searched.root) as state:
        searched.build(state)
        searched.edit("themes/tiny/templates/home.html", "{{ edition.minutes }}", "!")
        searched.write("static/new.txt", "x")
        searched.edit("sitegen.toml", "All of it", "Some of it")
        searched.build(state)
        assert made.call_count == 1
        before = searched.outputs()
        searched.edit("content/a.md", "More of it.", "Much more of it.")
        searched.build(state)
        assert made.call_count == 2
        changed = {path for path, data in searched.outputs().items() if before.get(path) != data}
        assert {path.partition("/")[0] for path in changed} == {"2024", "pagefind", "feed.xml"} | {
            ".sitegen",
            "tags",
        }
    assert "Much more of it." in indexed(searched)


def test_a_name_that_other_articles_give_a_tag(searched: Project) -> None:
    """A tag is found by one name, that which most articles write: theirs are part of its key."""
    with fake_index():
        searched.build()
        assert "CUBA" not in indexed(searched)
        for number in range(3):
            text = article(f"More {number}", tags="CUBA", id=f"x{number}")
            searched.write(f"content/x{number}.md", text)
        searched.build()
        assert 'data-pagefind-filter="tag">Cuba<' not in indexed(searched)


@pytest.mark.parametrize("how", ["lost", "spoilt"])
def test_a_damaged_file_is_restored(searched: Project, how: str) -> None:  # promise 24
    with fake_index():
        searched.build()
        wanted = searched.outputs()
        path = next((searched.output / "pagefind").rglob("*.pf_fragment"))
        path.unlink()
        if how == "spoilt":
            path.write_text("spoilt")
        report = searched.build()
    assert searched.outputs() == wanted
    assert report.written == 1


def test_switched_off(searched: Project) -> None:
    """The index and the page go."""
    with fake_index():
        searched.build()
        searched.write("sitegen.toml", CONFIG)
        searched.build()
    assert not [path for path in searched.outputs() if "search" in path or "pagefind" in path]


def test_put_off(searched: Project, tmp_path: Path) -> None:
    """Without `renew` the old index stays, whole; the next build, whoever runs it, catches up."""
    with fake_index() as made:
        with opened(searched.root) as state:
            searched.build(state)
            old = indexed(searched)
            searched.edit("content/a.md", "More of it.", "Much more of it.")
            build(state, searched.choice(), renew=False)
            assert indexed(searched) == old
            assert "Much more of it." in searched.read("output/2024/03/01/first/index.html")
            assert state.last is not None
            assert state.last.stale
        assert made.call_count == 1
        searched.build()
        assert not difference(searched.outputs(), searched.clean(tmp_path / "clean"))
        assert searched.build().written == 0


def test_put_off_with_a_damaged_file(searched: Project, tmp_path: Path) -> None:
    """What is damaged goes until the index is made anew."""
    with fake_index():
        searched.build()
        next((searched.output / "pagefind").rglob("*.pf_fragment")).write_text("spoilt")
        with opened(searched.root) as state:
            build(state, searched.choice(), renew=False)
        assert "spoilt" not in indexed(searched)
        searched.build()
        assert not difference(searched.outputs(), searched.clean(tmp_path / "clean"))


def test_abandoned(searched: Project, tmp_path: Path) -> None:
    """A build that is given up while it makes the index has written nothing, and owes all."""

    def give_up(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("search", 2):
            raise Abandoned

    with fake_index(), opened(searched.root) as state:
        searched.build(state)
        before = searched.outputs()
        searched.edit("content/a.md", "More of it.", "Much more of it.")
        hints = frozenset({"content/a.md"})
        with pytest.raises(Abandoned):
            build(state, searched.choice(), hints=hints, progress=give_up)
        assert searched.outputs() == before
        build(state, searched.choice(), hints=frozenset())
        assert not difference(searched.outputs(), searched.clean(tmp_path / "clean"))


@pytest.mark.parametrize("mode", MODES)
def test_a_walk(tmp_path: Path, mode: str, walk_steps: int, walk_seed: int) -> None:
    """With search on, too, the output is that of a clean build after any edits."""
    # promise 20
    with fake_index(), closing(walk_of(tmp_path, walk_seed, mode)) as walk:
        walk.run(walk_steps // 3)


@pytest.mark.parametrize("mode", [WARM, HINTED])
def test_a_walk_of_the_preview(tmp_path: Path, mode: str, walk_steps: int, walk_seed: int) -> None:
    """So it is where each build leaves the index alone, and one without news catches up."""
    # promise 20
    real = Project.build

    def in_two(
        project: Project, state: State | None = None, hints: frozenset[str] | None = None
    ) -> object:
        if state is None:
            return real(project)
        build(state, project.choice(), hints=hints, renew=False)
        return real(project, state, frozenset())

    with (
        fake_index(),
        mock.patch.object(Project, "build", in_two),
        closing(walk_of(tmp_path, walk_seed + 1, mode)) as walk,
    ):
        walk.run(walk_steps // 3)


def test_a_planted_bug_is_found(tmp_path: Path) -> None:
    """An index whose key does not hold the bodies: the walk fails."""
    # promise 21

    def blind(parts: object) -> bytes:
        return b"always the same"

    with (
        fake_index(),
        mock.patch.object(search, "of_digests", blind),
        closing(walk_of(tmp_path, 1, FRESH, ["body"])) as walk,
    ):
        walk.run(0)
        with pytest.raises(AssertionError):
            walk.run(5)


def walk_of(folder: Path, seed: int, mode: str, kinds: list[str] | None = None) -> Walk:
    """A walk over a project with search."""
    walk = Walk(folder, seed, mode, kinds, articles=12)
    walk.project.edit("sitegen.toml", "[feeds]", "[search]\nenabled = true\n\n[feeds]")
    walk.project.write(PAGE, "{{ site.home }}\n")
    return walk


def documents(count: int) -> list[tuple[str, str]]:
    """Documents with filters of several values, which Pagefind keeps in no order."""
    marks = '<p data-pagefind-filter="tag">T{0}</p><p data-pagefind-filter="day">D{0}</p>'
    return [
        (
            f"/{n}/",
            f'<html lang="en"><body data-pagefind-body><h1>Word{n}</h1>{marks}'.format(n % 9),
        )
        for n in range(count)
    ]


@pytest.fixture
def package() -> str:
    """The package of Pagefind's program."""
    reason = "Pagefind is not installed: pip install 'sitegen[search]'"
    pytest.importorskip("pagefind_bin", reason=reason)
    return "pagefind_bin"


def test_the_same_documents_give_the_same_files(package: str) -> None:
    """Promise 11, with the real program, whose own order is not settled."""
    ticks: list[int] = []
    made = [make_index(package, {}, documents(40), ticks.append) for _ in range(3)]
    assert made[0] == made[1] == made[2]
    assert ticks[:40] == list(range(1, 41))
    suffixes = {path.rpartition(".")[2] for path in made[0]}
    assert suffixes == {"js", "json", "pagefind", "pf_filter", "pf_fragment", "pf_index", "pf_meta"}
    assert not [path for path in made[0] if "ui" in path]


def test_an_index_of_nothing(package: str) -> None:
    assert "pagefind-entry.json" in make_index(package, {}, [], lambda _: None)


def test_given_up(package: str) -> None:
    """What a tick raises ends the program at once, also while it puts the index together."""
    for at in (3, 21):
        calls = iter(range(1, 100))

        def tick(done: int, calls: object = calls, at: int = at) -> None:
            if next(calls) == at:  # type: ignore[call-overload]
                raise Abandoned

        with (
            mock.patch("sitegen.build.pagefind._PATIENCE", 0.0),
            pytest.raises(Abandoned),
        ):
            make_index(package, {}, documents(20), tick)


def test_what_goes_wrong_is_a_problem(tmp_path: Path) -> None:
    """A program that does not start, ends at once, or talks nonsense."""
    program = tmp_path / "program"
    for text, said in (
        (None, "does not start"),
        ("#!/bin/sh\nexit 3\n", "ended before it was done"),
        ("#!/bin/sh\nprintf 'e30=,'\nsleep 5\n", "what nobody understands"),
    ):
        if text is not None:
            program.write_text(text)
            program.chmod(0o755)
        module = mock.Mock(get_executable=lambda: program)
        with (
            mock.patch("sitegen.build.pagefind.import_module", return_value=module),
            pytest.raises(SitegenError, match=said),
        ):
            make_index("x", {}, documents(1), lambda _: None)

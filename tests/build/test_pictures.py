"""Pictures in builds: made once, shown in their sizes, gone when nobody shows them."""

import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from sitegen import imaging, social
from sitegen.build import inspect
from sitegen.config import Images
from sitegen.theme import shipped
from tests.build.project import Project, article, difference, opened, tree
from tests.build.test_minimal import A, B, C, D
from tests.images import jpeg, png
from tests.images import opened as shown

WIDTHS = "[images]\nwidths = [20, 40]\n\n[build]"


@pytest.fixture
def pictured(project: Project) -> Project:
    """A project where a shows a picture of its own and b one in its body; built."""
    project.edit("sitegen.toml", "[build]", WIDTHS)
    project.write("content/wall.jpg", jpeg())
    project.write("static/images/ferry.png", png())
    project.write("content/a.md", article("First", image="{src: wall.jpg, alt: Wall}", id="a"))
    body = "The lead.\n\n![Ferry](/images/ferry.png) and ![Wall](./wall.jpg)"
    project.write("content/b.md", article("Second", "2024-03-02", "Cuba, Sport", body, id="b"))
    project.build()
    return project


def pictures(project: Project) -> list[str]:
    """The pictures in the output, without their fingerprints."""
    names = [path.name.split(".") for path in (project.output / "pictures").glob("*")]
    return sorted(f"{parts[0]}.{parts[-1]}" for parts in names)


def problems(project: Project) -> list[str]:
    return [str(problem) for problem in project.build().problems]


FERRY = ["ferry-20.webp", "ferry-40.jpg", "ferry-40.webp"]
WALL = ["wall-20.webp", "wall-40.jpg", "wall-40.webp"]


def test_sizes_are_in_the_output(pictured: Project) -> None:
    """Each in its widths, and one for every browser; what lies beside an article is not copied."""
    assert pictures(pictured) == FERRY + WALL
    names = {path for path in pictured.outputs() if path.endswith((".jpg", ".png"))}
    assert {name for name in names if not name.startswith("pictures/")} == {"images/ferry.png"}


def test_pages_show_them(pictured: Project) -> None:
    """The article's picture by its view, those of the body in place, and each link leads there."""
    first, second = (pictured.read(f"output/{path}") for path in (A, B))
    assert "<picture>" not in first
    assert second.count("<picture>") == second.count('width="40" height="27"') == 2
    assert second.count('fetchpriority="high"') == second.count('loading="lazy"') == 1
    assert second.index("fetchpriority") < second.index("lazy")
    for page in (first, second):
        links = {word.strip("\"',") for word in page.replace('="', " ").split()}
        found = {link for link in links if link.startswith("/news/pictures/")}
        assert found
        assert all((pictured.output / link.removeprefix("/news/")).is_file() for link in found)


def test_feeds_show_them(pictured: Project) -> None:
    """A picture that lies beside its article has a whole URL in the feed."""
    feed = pictured.read("output/feed.xml")
    assert "https://example.org/news/pictures/wall-" in feed
    assert "/@/" not in feed


def test_what_is_rendered_when_a_picture_changes(pictured: Project) -> None:
    """The pages that show it, and no other."""
    # promise 22
    pictured.write("static/images/ferry.png", png(colour="#ff0000"))
    assert pictured.rendered()[0] == {B}
    pictured.write("content/wall.jpg", jpeg(colour="#ff0000"))
    pages = pictured.rendered()[0]
    assert {A, B, "feed.xml", "404.html"} <= pages
    assert not {C, D, "tags/sport/index.html"} & pages
    assert pictures(pictured) == FERRY + WALL


def test_a_picture_that_goes_takes_its_sizes_along(pictured: Project) -> None:
    pictured.remove("content/wall.jpg")
    told = problems(pictured)
    assert pictures(pictured) == FERRY
    assert told == [
        "content/a.md: warning: there is no picture `content/wall.jpg`\n"
        "    put it there, or write `/images/wall.jpg` for a file in the static folder",
        "content/b.md:9: warning: there is no picture `content/wall.jpg`\n"
        "    put it there, or write `/images/wall.jpg` for a file in the static folder",
    ]


def test_what_nobody_shows_is_not_made(pictured: Project) -> None:
    """Not of an article that is not published either; and what was made is forgotten."""
    pictured.edit("content/a.md", "id: a", "id: a\ndraft: true")
    pictured.edit("content/b.md", "![Wall](./wall.jpg)", "[Wall](/images/ferry.png)")
    pictured.write("content/other.jpg", jpeg(colour="#00ff00"))
    size = (pictured.root / ".sitegen/pictures.db").stat().st_size
    pictured.build()
    assert pictures(pictured) == FERRY
    assert (pictured.root / ".sitegen/pictures.db").stat().st_size <= size
    with opened(pictured.root) as state:
        pictured.edit("content/b.md", "![Ferry]", "[Ferry]")
        pictured.build(state)
        assert not state.pictures.known([b"any"])
    assert not (pictured.output / "pictures").exists()


def test_made_once(pictured: Project) -> None:
    """Not again by another build, without the cache, or after the output was lost."""
    wanted = pictured.outputs()
    with mock.patch.object(imaging, "make", side_effect=AssertionError):
        pictured.write("content/c.md", pictured.read("content/c.md") + "More.\n")
        pictured.build()
        pictured.remove(".sitegen/cache.db")
        pictured.build()
        shutil.rmtree(pictured.output / "pictures")
        pictured.build()
    found = pictured.outputs()
    assert {p: d for p, d in found.items() if p.startswith("pictures/")} == {
        p: d for p, d in wanted.items() if p.startswith("pictures/")
    }


def test_settled_files_are_not_read_again(pictured: Project) -> None:
    """Not even by a build that knows nothing but its cache: an unchanged picture costs a look."""
    # promise 25
    older = {}
    for path in ("content/wall.jpg", "static/images/ferry.png", "static/CNAME"):
        older[path] = (pictured.root / path).stat()
    with opened(pictured.root) as state:
        seen = {path: state.files[path] for path in older}
        assert all(one.stamp.modified == older[path].st_mtime_ns for path, one in seen.items())
    with (
        mock.patch("sitegen.build.stamps.Stamp.racy", False),
        mock.patch("sitegen.build.files.digest_of_file", side_effect=AssertionError),
    ):
        assert pictured.build().rendered == 0


@pytest.mark.parametrize("path", ["content/wall.jpg", "static/images/ferry.png"])
@pytest.mark.parametrize("data", [b"<html>", jpeg(300, 300)[:700]])
def test_a_damaged_picture(pictured: Project, path: str, data: bytes) -> None:
    """It is told with its path. In `static/` it is shown as it is; beside an article it is not."""
    pictured.write(path, data)
    (told,) = problems(pictured)
    assert told.startswith(f"{path}: warning: ")
    assert not difference(pictured.outputs(), pictured.clean(pictured.root.with_name("oracle")))
    page = pictured.read(f"output/{B}")
    assert ('src="/news/images/ferry.png"' in page) == path.startswith("static/")
    assert "wall" in pictured.read(f"output/{A}") or path == "content/wall.jpg"


def test_a_check_tells_it_too(pictured: Project) -> None:
    pictured.write("content/wall.jpg", b"<html>")
    with opened(pictured.root) as state:
        (told,) = inspect(state, pictured.choice())
    assert told.path == "content/wall.jpg"


def test_where_sizes_are_not_wanted(pictured: Project) -> None:
    """Pictures are shown as they are, and those beside articles copied."""
    pictured.edit("sitegen.toml", "widths = [20, 40]", "enabled = false")
    pictured.build()
    (name,) = (path.name for path in (pictured.output / "pictures").iterdir())
    assert (pictured.output / "pictures" / name).read_bytes() == jpeg()
    assert f"/news/pictures/{name}" in pictured.read(f"output/{A}")
    assert 'src="/news/images/ferry.png"' in pictured.read(f"output/{B}")


@pytest.mark.parametrize("name", ["Wall at night.JPG", "größe.jpeg", "'\"&<.jpg", "100%.jpg"])
def test_names_of_files(project: Project, name: str) -> None:
    """Whatever its name is, a picture's address is plain."""
    # promise 32
    project.write(f"content/2024/{name}", jpeg())
    yaml = name.replace('"', '\\"')
    project.write("content/2024/n.md", article("New", image=f'{{src: "{yaml}"}}', id="n"))
    if any(letter in name for letter in '<>"'):
        # No web address may hold them, and so no source.
        with pytest.raises(Exception, match="is not a URL"):
            project.build()
        return
    assert not project.build().problems
    found = [path for path in project.outputs() if path.startswith("pictures/")]
    assert len(found) == 2
    assert all(path.isascii() or "größe" in path for path in found)


@pytest.mark.parametrize("src", ["../secret.jpg", "../../secret.jpg", "sub/../../secret.jpg"])
def test_nothing_from_outside(project: Project, src: str) -> None:
    """No path leads out of `content/`, neither does a link."""
    # promise 31
    (project.root.parent / "secret.jpg").write_bytes(jpeg())
    project.write("secret.jpg", jpeg())
    project.write("content/n.md", article("New", body=f"![x]({src})", image=f"{{src: {src}}}"))
    (project.root / "content/link.jpg").symlink_to(project.root.parent / "secret.jpg")
    assert "there is no picture" in problems(project)[-1]
    assert not (project.output / "pictures").exists()


def test_sites_without_pictures_load_no_pillow(project: Project) -> None:
    """It is imported only where an image is made."""
    program = (
        "import sys; from pathlib import Path; from tests.build.project import NOW\n"
        "from sitegen.build import Choice, State, build\n"
        "build(State(Path(sys.argv[1]), 1), Choice(NOW))\n"
        "sys.stdout.write(str('PIL' in sys.modules))"
    )

    def loaded() -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, project.root], capture_output=True, check=True
        )
        return done.stdout.decode()

    assert loaded() == "False"
    project.write("content/wall.jpg", jpeg())
    project.write("content/n.md", article("New", image="{src: wall.jpg}"))
    assert loaded() == "True"
    project.write("content/o.md", article("Newer"))
    assert loaded() == "False"


def test_workers_make_the_same(pictured: Project, tmp_path: Path) -> None:
    """Processes or none, the bytes are the same."""
    # promise 11
    other = pictured.copy(tmp_path / "other")
    with opened(other.root, jobs=2) as state:
        for number in range(3):
            other.write(f"content/p{number}.jpg", jpeg(50 + number))
            other.write(
                f"content/p{number}.md",
                article(image=f"{{src: p{number}.jpg}}", id=f"{number}", slug=f"p{number}"),
            )
        other.build(state)
    assert not difference(other.outputs(), other.clean(tmp_path / "oracle"))


def test_a_picture_changes_while_it_is_made(pictured: Project) -> None:
    """What is made is of one of its states, and the next build is of the last."""
    # promise 38
    real = imaging.make
    pictured.write("content/wall.jpg", jpeg(colour="#ff0000"))

    def changed(data: bytes, suffix: str, images: Images) -> object:
        pictured.write("content/wall.jpg", jpeg(colour="#00ff00"))
        return real(data, suffix, images)

    with mock.patch.object(imaging, "make", changed):
        pictured.build()
    pictured.build()
    assert not difference(pictured.outputs(), pictured.clean(pictured.root.with_name("oracle")))


def test_metadata_stay_at_home(project: Project) -> None:
    """What a camera notes is in nothing that is published of a file beside an article."""
    data = jpeg(comment=b"51.5 N, 0.1 W")
    project.write("content/wall.jpg", data)
    project.write("content/n.md", article("New", image="{src: wall.jpg}"))
    project.build()
    assert b"51.5 N" in data
    assert not [path for path, text in tree(project.output).items() if b"51.5 N" in text]


@pytest.fixture
def carded(project: Project) -> Project:
    """A project whose theme draws social cards."""
    font = (shipped() / "digest/fonts/headline.ttf").read_bytes()
    project.write("themes/tiny/fonts/f.ttf", font)
    style = '[social]\npaper = "#000000"\nink = "#ffffff"\nmark = "#ff0000"\nfont = "f.ttf"\n'
    project.write("themes/tiny/theme.toml", style)
    project.edit("content/b.md", '"Second"', '"الثاني"\nslug: second')
    project.build()
    return project


def test_cards(carded: Project) -> None:
    """Each article without a picture has one; where the font lacks its letters, the site's own."""
    assert pictures(carded) == [
        "card-1200.png",
        "first-1200.png",
        "fourth-1200.png",
        "third-1200.png",
    ]
    assert "/news/pictures/first-" in carded.read(f"output/{A}")
    assert "/news/pictures/card-" in carded.read(f"output/{B}")
    for path in (carded.output / "pictures").iterdir():
        assert shown(path.read_bytes()).size == (1200, 630)


def test_a_card_follows_its_headline(carded: Project) -> None:
    """Another headline is another card; an article that shows a picture needs none."""
    carded.edit("content/a.md", '"First"', '"Other"\nslug: first')
    with mock.patch.object(social, "draw", wraps=social.draw) as drawn:
        carded.build()
    assert drawn.call_count == 1
    carded.write("content/wall.jpg", jpeg(1300, 700))
    carded.edit("content/a.md", "slug: first", "slug: first\nimage: {src: wall.jpg}")
    carded.build()
    assert not [name for name in pictures(carded) if name.startswith("first")]
    assert "wall-" in carded.read(f"output/{A}")


def test_cards_are_off_where_nobody_wants_them(carded: Project) -> None:
    carded.edit("sitegen.toml", "[build]", "[images]\nsocial = false\n\n[build]")
    carded.build()
    assert not (carded.output / "pictures").exists()


def test_a_font_that_is_none(carded: Project) -> None:
    carded.write("themes/tiny/fonts/f.ttf", b"no font")
    with pytest.raises(Exception, match=r"the font `f\.ttf` of the social cards cannot be read"):
        carded.build()

"""Seeded random walks over everything that can happen to a project between two builds.

After each step the output must be what a clean build of a copy gives, byte for byte.
"""

import os
import random
import shutil
from collections.abc import Callable, Iterable, Set
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sitegen.build import State
from sitegen.problems import SitegenError
from sitegen.theme import shipped
from tests.build.faults import killed_at
from tests.build.project import CONFIG, NOW, TINY, Project, article, difference, same_time
from tests.images import jpeg, png

TAGS: Final = ("Cuba", "Sport", "Music", "Havana", "Río", "CUBA")
RARE: Final = 12
"""Further tags, of which an article has one: those that tell what is related to it."""
FRESH, WARM, HINTED = "fresh", "warm", "hinted"
MODES: Final = (FRESH, WARM, HINTED)
"""With a new state for each build; with one that is kept; with one, and told what has changed."""

Done = tuple[str, set[str]]
"""What was done, and the paths that may have changed by it."""


class Walk:
    """A project, what happens to it, and the builds of it."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        mode: str = FRESH,
        kinds: Iterable[str] | None = None,
        articles: int = 30,
    ) -> None:
        """`kinds`: names of `EDITS`; all but `SLOW` if None."""
        self.random = random.Random(seed)
        self.seed, self.mode = seed, mode
        self.kinds = sorted(EDITS.keys() - SLOW if kinds is None else kinds)
        self.made = 0
        self.log: list[str] = []
        self.mends: list[tuple[str, str | None]] = []
        """What mends what was broken: a path, and its text or None where it is to be removed."""
        self.lost: set[str] = set()
        """Of the cache, the output and the listing, what is not as the last build left it: with the
        listing and one of the others gone, nothing says that all of the output is ours, and a build
        must refuse it."""
        self.oracle = folder / "oracle"
        self.project = Project(folder / "project", {"sitegen.toml": CONFIG, "static/CNAME": "x\n"})
        for name, text in TINY.items():
            self.project.write(f"themes/tiny/{name}", text)
        self.project.write("themes/other/theme.toml", 'extends = "tiny"\n')
        self.project.write("themes/other/templates/tags.html", "Other tags {{ tags|length }}\n")
        for _ in range(articles):
            self.project.write(*self.an_article())
        self.state = State(self.project.root, 1)

    def close(self) -> None:
        """Let go of files."""
        self.state.close()

    # What edits are made of.

    def an_article(self) -> tuple[str, str]:
        """A new article: its path and its text."""
        self.made += 1
        name = f"n{self.made:03}"
        day = 1 + self.random.randrange(10)
        moment = f"2024-03-{day:02}"
        if self.random.random() < 0.5:
            moment += f"T{self.random.randrange(24):02}:30"
        tags = self.some_tags()
        body = f"The lead of {name}.\n\nMore.\n"
        if self.random.random() < 0.6:
            body += f"\nSee [it](n{1 + self.random.randrange(self.made):03}.md#top).\n"
        text = article(f"Piece {self.made}", moment, tags, body, id=name)
        return f"content/{name}.md", text

    def some_tags(self) -> str:
        """Tags as front matter lists them."""
        rare = f"Rare {self.random.randrange(RARE)}"
        return ", ".join([*self.random.sample(TAGS, self.random.randrange(4)), rare])

    def pick(self, folder: str, suffix: str = "") -> str:
        """Some file of a folder; empty where there is none."""
        suffix = suffix or (".md" if folder == "content" else "")
        files = [name for name in self.project.files(folder) if name.endswith(suffix)]
        files = [name for name in files if "broken" not in name]
        return self.random.choice(files) if files else ""

    def set_field(self, path: str, key: str, value: str) -> Done:
        """Set or replace a field of an article."""
        head, _, body = self.project.read(path).removeprefix("---\n").partition("---\n")
        lines = [line for line in head.splitlines() if not line.startswith(f"{key}:")]
        lines += [f"{key}: {value}"] if value else []
        self.project.write(path, "---\n" + "\n".join(lines) + "\n---\n" + body)
        return f"{path}: {key}: {value}", {path}

    # The walk.

    def run(self, steps: int) -> None:
        """Walk, comparing after each step. Raises `AssertionError` with what was done."""
        self.compare()
        for _ in range(steps):
            hints: set[str] = set()
            if self.mends:
                path, text = self.mends.pop()
                if text is None:
                    self.project.remove(path)
                else:
                    self.project.write(path, text)
                self.log.append(f"mend: {path}")
                hints.add(path)
            for _ in range(self.random.choice((1, 1, 1, 2, 3))):
                hints |= self.edit()
            self.compare(hints)

    def edit(self) -> Set[str]:
        """Something happens to the project."""
        kind = self.random.choice(self.kinds)
        done = EDITS[kind](self)
        if done is None:
            return set()
        self.log.append(f"{kind}: {done[0]}")
        return done[1]

    def compare(self, hints: Set[str] = frozenset()) -> None:
        """Build, and look whether the output is what it must be."""
        before = self.project.outputs()
        wanted, failure = before, ""
        try:
            wanted = self.project.clean(self.oracle)
        except SitegenError as error:
            failure = str(error)
        assert self.mends or not failure, f"{self}\nfails: {failure}"
        told = frozenset(hints) if self.mode == HINTED and len(self.log) else None
        state = State(self.project.root, 1) if self.mode == FRESH else self.state
        self.log.append("build")
        try:
            self.project.build(state, told)
            said = ""
            self.lost.clear()
        except SitegenError as error:
            said = str(error)
        finally:
            if self.mode == FRESH:
                state.close()
        assert said == failure, f"{self}\nsays: {said}\nshould: {failure}"
        found = difference(self.project.outputs(), wanted)
        assert not found, f"{self}\n{found}"

    def __str__(self) -> str:
        """What was done, in order."""
        steps = "\n".join(f"  {number}. {text}" for number, text in enumerate(self.log))
        return f"--walk-seed {self.seed}, {self.mode}:\n{steps}"


# What can happen. Each does something with the walk's own randomness, or nothing where it cannot.


def _add(walk: Walk) -> Done | None:
    path, text = walk.an_article()
    walk.project.write(path, text)
    return path, {path}


def _body(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    words = " ".join(walk.random.choices(["more", "of", "it", "all"], k=walk.random.randrange(400)))
    walk.project.write(path, walk.project.read(path) + f"\nAnd {words}.\n")
    return path, {path}


def _lead(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    walk.made += 1
    text = walk.project.read(path).replace("The lead of", f"Lead {walk.made} of")
    walk.project.write(path, text)
    return path, {path}


def _title(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    walk.made += 1
    return walk.set_field(path, "title", f"Title {walk.made}")


def _retag(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    return walk.set_field(path, "tags", f"[{walk.some_tags()}]")


def _redate(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    hour, day = walk.random.randrange(24), 1 + walk.random.randrange(28)
    month = walk.random.choice((2, 3))
    return walk.set_field(path, "date", f"2024-{month:02}-{day:02}T{hour:02}:15")


def _expire(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    return walk.set_field(path, "expires", walk.random.choice(["", "2024-03-10T14:00Z"]))


def _draft(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    return walk.set_field(path, "draft", walk.random.choice(["", "true", "false"]))


def _updated(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    day, hour = walk.random.randrange(6, 16), walk.random.randrange(24)
    value = walk.random.choice(["", f"2024-03-{day:02}T{hour:02}:45Z"])
    return walk.set_field(path, "updated", value)


def _alias(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    walk.made += 1
    return walk.set_field(path, "aliases", walk.random.choice(["", f"[/old/{walk.made}/]"]))


def _extra(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    one, other = walk.random.sample(
        ["{ a: 1, b: 2 }", "{ b: 2, a: 1 }", "{ a: 1.0, b: 2 }", "{ lead: true }"], 2
    )
    return walk.set_field(path, "extra", walk.random.choice([one, other]))


def _story(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    return walk.set_field(path, "story", walk.random.choice(["", "flood", "match"]))


def _picture(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    picture = "{ src: https://example.com/a.png, alt: A picture }"
    return walk.set_field(path, "image", walk.random.choice(["", picture]))


def _source(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    names = walk.random.sample(
        ["{ name: Gazette }", "{ name: Courier }", "{ name: COURIER }", "{ name: Post }"], 2
    )
    sources = ["", names[0], f"[{', '.join(names)}]"]
    return walk.set_field(path, "source", walk.random.choice(sources))


def _rename(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    walk.made += 1
    new = f"content/{walk.random.choice(['', 'sub/', 'sub/deep/'])}r{walk.made}.md"
    (walk.project.root / new).parent.mkdir(parents=True, exist_ok=True)
    (walk.project.root / path).rename(walk.project.root / new)
    return f"{path} → {new}", {path, new}


def _delete(walk: Walk) -> Done | None:
    if len(walk.project.files("content")) < 20 or not (path := walk.pick("content")):
        return None
    walk.project.remove(path)
    return path, {path}


def _move_folder(walk: Walk) -> Done | None:
    folder = walk.project.root / "content/sub"
    if not folder.is_dir():
        return None
    walk.made += 1
    folder.rename(folder.with_name(f"moved{walk.made}"))
    return f"content/sub → moved{walk.made}", {"content/sub", f"content/moved{walk.made}"}


def _template(walk: Walk) -> Done | None:
    if not (path := walk.pick("themes", ".html")):
        return None
    walk.made += 1
    walk.project.write(path, walk.project.read(path) + f"<!-- {walk.made} -->")
    return path, {path}


def _macro(walk: Walk) -> Done | None:
    walk.made += 1
    path = "themes/tiny/templates/partials/show.html"
    text = walk.project.read(path).replace("<li>", f"<li>{walk.made}")
    walk.project.write(path, text)
    return path, {path}


def _missing_template(walk: Walk) -> Done | None:
    path = "themes/tiny/templates/missing.html"
    if (walk.project.root / path).exists():
        walk.project.remove(path)
    else:
        walk.project.write(path, "No longer missing")
    return path, {path}


def _override(walk: Walk) -> Done | None:
    name = walk.random.choice(["article.html", "tag.html", "partials/show.html", "home.html"])
    path = f"themes/other/templates/{name}"
    if (walk.project.root / path).exists():
        walk.project.remove(path)
    elif name.startswith("partials"):
        walk.project.write(path, "{% macro card(one) %}[{{ one.title }}]{% endmacro %}")
    else:
        walk.project.write(path, f"{{% extends '{name}' %}}{{% block main %}}!{{% endblock %}}")
    return path, {path}


def _theme(walk: Walk) -> Done | None:
    text = walk.project.read("sitegen.toml")
    one, other = 'name = "tiny"', 'name = "other"'
    text = text.replace(one, other) if one in text else text.replace(other, one)
    walk.project.write("sitegen.toml", text)
    return "", {"sitegen.toml"}


def _message(walk: Walk) -> Done | None:
    walk.made += 1
    theme = walk.random.choice(["tiny", "other"])
    path = f"themes/{theme}/messages/{walk.random.choice(['en', 'de'])}.toml"
    read = '\nread = { one = "{count}", other = "{count} all" }' if "en" in path else ""
    walk.project.write(path, f'home = "Home {walk.made}"{read}\n')
    return path, {path}


def _asset(walk: Walk) -> Done | None:
    walk.made += 1
    path = f"themes/{walk.random.choice(['tiny', 'other'])}/assets/dot.svg"
    walk.project.write(path, f"<svg>{walk.made}</svg>")
    return path, {path}


def _static(walk: Walk) -> Done | None:
    walk.made += 1
    path = walk.pick("static")
    if path and walk.random.random() < 0.5:
        if walk.random.random() < 0.5:
            walk.project.remove(path)
            return f"{path} removed", {path}
        walk.project.write(path, f"edit {walk.made}")
        return path, {path}
    folder = walk.random.choice(["", "deep/", "2024/03/", "old/"])
    path = f"static/{folder}s{walk.made}.txt"
    walk.project.write(path, f"static {walk.made}")
    return path, {path}


_PICTURES: Final = ("content/p1.jpg", "content/sub/p2.png", "content/p3.svg", "static/p4.jpg")
"""Image files that come and go."""
_SHOWN: Final = ("p1.jpg", "sub/p2.png", "p3.svg", "p2.png", "/p4.jpg", "https://example.net/p.jpg")
"""What articles show: some are not there, from where the article is, or not yet."""


def _image_file(walk: Walk) -> Done | None:
    path = walk.random.choice(_PICTURES)
    colour = f"#{walk.random.randrange(4096):03x}"
    side = walk.random.randrange(20, 60)
    made = {
        ".jpg": jpeg(side, 30, colour),
        ".png": png(30, side, f"{colour}8"),
        ".svg": b'<svg viewBox="0 0 %d 9"/>' % side,
    }[path[-4:]]
    how = walk.random.choice(["new", "new", "new", "cut", "gone"])
    if how == "gone" and (walk.project.root / path).exists():
        walk.project.remove(path)
    else:
        walk.project.write(path, made[: len(made) // 2] if how == "cut" else made)
    return f"{path}: {how}", {path}


def _show(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    shown = walk.random.choice(_SHOWN)
    if walk.random.random() < 0.4:
        walk.project.write(path, f"{walk.project.read(path)}\n![Shown]({shown})\n")
        return f"{path}: {shown}", {path}
    shown = walk.random.choice([shown, ""])
    return walk.set_field(path, "image", f"{{src: {shown}, alt: Shown}}" if shown else "")


def _pictures_spoilt(walk: Walk) -> Done | None:
    file = walk.project.root / ".sitegen/pictures.db"
    if not file.exists():
        return None
    data = bytearray(file.read_bytes())
    how = walk.random.choice(["noise", "cut", "empty", "gone"])
    file.unlink()
    if how == "noise":
        for _ in range(20):
            data[walk.random.randrange(len(data))] ^= 255
    elif how == "cut":
        del data[walk.random.randrange(len(data)) :]
    elif how == "empty":
        data.clear()
    if how != "gone":
        file.write_bytes(data)
    return how, set()


def _cards(walk: Walk) -> Done | None:
    path = "themes/tiny/theme.toml"
    text = TINY["theme.toml"]
    if walk.random.random() < 0.7:
        ink = walk.random.choice(["#ffffff", "#f2b632"])
        text += f'[social]\npaper = "#000000"\nink = "{ink}"\nmark = "#ff0000"\nfont = "f.ttf"\n'
    font = (shipped() / "digest/fonts/headline.ttf").read_bytes()
    walk.project.write("themes/tiny/fonts/f.ttf", font)
    walk.project.write(path, text)
    return "", {path, "themes/tiny/fonts/f.ttf"}


_SETTINGS: Final = (
    ('title = "The Test Digest"', 'title = "Another Digest"'),
    ('timezone = "Europe/Paris"', 'timezone = "Asia/Kolkata"'),
    ('timezone = "Europe/Paris"', 'timezone = "Europe/Paris"\nlanguage = "de"'),
    ("page_size = 5", "page_size = 7"),
    ('motto = "All of it"', "motto = 7"),
    ('{ one = "/1/", two = "/2/" }', '{ two = "/2/", one = "/1/" }'),
    ("items = 5", "items = 3"),
    ("items = 5", 'items = 5\ncontent = "summary"'),
    ("items = 5", 'items = 5\nformats = ["atom", "json"]'),
    ("items = 5", 'items = 5\nid = "mine"'),
    ("items = 5", 'items = 5\nhub = "https://hub.example/"'),
    ("full = 3", "full = 1"),
    ("full = 3", "full = 3\nemail = false"),
    ("full = 3", 'full = 3\nevery = "week"'),
    ("/news", "/olds"),
    ("[build]", '[tags.aliases]\n"Cuba" = ["Havana"]\n\n[build]'),
    ("[theme]", '[tags]\nabout = { Sport = "Games." }\n\n[theme]'),
    ("[feeds]", '[urls]\narticle = "/{year}/{slug}/"\n\n[feeds]'),
    ("[feeds]", "[images]\nwidths = [24, 40]\n\n[feeds]"),
    ("widths = [24, 40]", "widths = [24, 40]\nenabled = false"),
)


def _config(walk: Walk) -> Done | None:
    text = walk.project.read("sitegen.toml")
    old, new = walk.random.choice(_SETTINGS)
    # What is added beside another line may by now have others between.
    added = new.removeprefix(old).removesuffix(old)
    if added in text:
        old, new = added, "" if added != new else old
    walk.project.write("sitegen.toml", text.replace(old, new, 1))
    return f"{old!r} → {new!r}", {"sitegen.toml"}


def _clock(walk: Walk) -> Done | None:
    hours = walk.random.choice([-30, -5, -1, 1, 5, 30, 100])
    walk.project.now += timedelta(hours=hours)
    if not datetime(2024, 3, 1, tzinfo=UTC) < walk.project.now < datetime(2024, 3, 20, tzinfo=UTC):
        walk.project.now = NOW
    return str(walk.project.now), set()


def _same_time(walk: Walk) -> Done | None:
    if not (path := walk.pick(walk.random.choice(["content", "static"]))):
        return None
    file = walk.project.root / path
    data = file.read_bytes().replace(b"The lead", b"Thy lead").replace(b"static", b"sthtic")
    same_time(file, data if data != file.read_bytes() else data.replace(b"Thy lead", b"The lead"))
    return path, {path}


def _touch(walk: Walk) -> Done | None:
    if not (path := walk.pick("content")):
        return None
    os.utime(walk.project.root / path, (1, 1))
    return path, {path}


def _output_lost(walk: Walk) -> Done | None:
    if not (path := walk.pick("output")):
        return None
    walk.project.remove(path)
    return path, {path}


def _output_spoilt(walk: Walk) -> Done | None:
    if "listing" in walk.lost or not (path := walk.pick("output")):
        return None
    walk.lost.add("output")
    data = (walk.project.root / path).read_bytes()
    spoilt = bytes([data[0] ^ 1]) + data[1:] if data else b"?"
    same_time(walk.project.root / path, spoilt)
    return path, {path}


def _output_gone(walk: Walk) -> Done | None:
    if not walk.project.output.exists():
        return None
    folders = [path for path in walk.project.output.iterdir() if path.is_dir()]
    folder = walk.random.choice([walk.project.output, *sorted(folders)])
    shutil.rmtree(folder)
    name = folder.relative_to(walk.project.root).as_posix()
    return name, {name}


def _listing(walk: Walk) -> Done | None:
    file = walk.project.output / ".sitegen"
    if not file.exists():
        return None
    how = walk.random.choice(["cut", "noise", "comment"])
    if how == "comment":
        file.write_text(file.read_text("utf-8") + "# by hand\n", "utf-8")
    elif how == "cut" and not walk.lost:
        walk.lost.add("listing")
        file.unlink()
    else:
        file.write_text(file.read_text("utf-8") + "../../sitegen.toml\n/etc/x\nno\n", "utf-8")
    return how, {"output/.sitegen"}


def _cache_gone(walk: Walk) -> Done | None:
    folder = walk.project.root / ".sitegen"
    if not folder.exists() or "listing" in walk.lost:
        return None
    walk.lost.add("cache")
    shutil.rmtree(folder)
    return "", set()


def _cache_spoilt(walk: Walk) -> Done | None:
    file = walk.project.root / ".sitegen/cache.db"
    if not file.exists() or "listing" in walk.lost:
        return None
    walk.lost.add("cache")
    data = bytearray(file.read_bytes())
    how = walk.random.choice(["noise", "bit", "cut", "empty"])
    if how == "noise":
        start = walk.random.randrange(len(data))
        data[start : start + 2000] = walk.random.randbytes(len(data[start : start + 2000]))
    elif how == "bit":
        # One that stands for a text, so that what it stands in can still be decoded.
        start = walk.random.randrange(len(data))
        found = data.find(b"Piece", start)
        data[start if found < 0 else found] ^= 1
    elif how == "cut":
        del data[walk.random.randrange(len(data)) :]
    else:
        data.clear()
    file.unlink()
    file.write_bytes(data)
    return how, set()


def _cache_older(walk: Walk) -> Done | None:
    import sqlite3

    file = walk.project.root / ".sitegen/cache.db"
    if not file.exists() or "listing" in walk.lost:
        return None
    walk.lost.add("cache")
    database = sqlite3.connect(file)
    try:
        with database:
            database.execute("UPDATE meta SET value = 'sitegen 0.0' WHERE name = 'version'")
    except sqlite3.Error:
        return None
    finally:
        database.close()
    return "", set()


def _killed(walk: Walk) -> Done | None:
    if walk.mends or "listing" in walk.lost:
        return None
    walk.lost.add("cache")
    at = 1 + walk.random.randrange(600)
    killed_at(walk.project, at)
    return f"at call {at}", set()


def _elsewhere(walk: Walk) -> Done | None:
    if walk.mends or "listing" in walk.lost:
        return None
    walk.project.build()
    walk.lost.clear()
    return "", set()


_BREAKS: Final = (
    ("content/n_broken.md", "---\ntitle: [\n---\n"),
    ("content/n_broken.md", article("Piece", "never")),
    ("themes/tiny/templates/tags.html", "{{ nothing }}"),
    ("themes/tiny/templates/partials/foot.html", "{% if %}"),
    ("sitegen.toml", "[site"),
)


def _break(walk: Walk) -> Done | None:
    if walk.mends:
        return None
    path, text = walk.random.choice(_BREAKS)
    exists = (walk.project.root / path).exists()
    walk.mends.append((path, walk.project.read(path) if exists else None))
    walk.project.write(path, text)
    return path, {path}


EDITS: Final[dict[str, Callable[[Walk], Done | None]]] = {
    "add": _add,
    "body": _body,
    "lead": _lead,
    "title": _title,
    "retag": _retag,
    "redate": _redate,
    "expires": _expire,
    "updated": _updated,
    "draft": _draft,
    "alias": _alias,
    "extra": _extra,
    "story": _story,
    "picture": _picture,
    "source": _source,
    "rename": _rename,
    "delete": _delete,
    "move folder": _move_folder,
    "template": _template,
    "macro": _macro,
    "missing template": _missing_template,
    "override": _override,
    "theme": _theme,
    "message": _message,
    "asset": _asset,
    "static": _static,
    "config": _config,
    "image file": _image_file,
    "show": _show,
    "cards": _cards,
    "clock": _clock,
    "same time": _same_time,
    "touch": _touch,
    "output lost": _output_lost,
    "output spoilt": _output_spoilt,
    "output gone": _output_gone,
    "listing": _listing,
    "cache gone": _cache_gone,
    "cache spoilt": _cache_spoilt,
    "cache older": _cache_older,
    "pictures spoilt": _pictures_spoilt,
    "killed": _killed,
    "built elsewhere": _elsewhere,
    "break": _break,
}
SLOW: Final = frozenset(["cards"])
"""Edits for walks over few articles."""

"""A small project in a temporary folder, what an editor does to it, and the oracle of its output.

The oracle is a clean build of a copy of the project in another folder.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from sitegen.build import Choice, Report, State, build, comparing

NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)

CONFIG = """\
[site]
title = "The Test Digest"
url = "https://example.org/news"
timezone = "Europe/Paris"

[build]
page_size = 5

[theme]
name = "tiny"

[theme.options]
motto = "All of it"
menu = { one = "/1/", two = "/2/" }

[editions]
full = 3

[feeds]
items = 5
"""

TINY = {
    "theme.toml": 'description = "One line a template."\n',
    "assets/style.css": 'body { background: url("dot.svg") }\n',
    "assets/dot.svg": "<svg/>\n",
    "messages/en.toml": 'home = "Home"\nread = { one = "{count} one", other = "{count} all" }\n',
    "messages/de.toml": 'home = "Anfang"\n',
    "templates/base.html": (
        "<title>{{ site.title }}</title>{{ asset('style.css') }} {{ t('home') }}\n"
        "{% block main %}{% endblock %}\n"
        "{% include ['missing.html', 'partials/foot.html'] %}\n"
    ),
    "templates/partials/foot.html": "<footer>{{ page.url }}</footer>\n",
    "templates/partials/show.html": (
        "{% macro card(one) %}<li>{{ one.title }} {{ one.date|date }} {{ one.url }}"
        "{% for tag in one.tags %} {{ tag.name }}{% endfor %}"
        "{% if one.image %}{{ one.image.src }} {{ one.image.alt }}{% endif %}</li>{% endmacro %}\n"
    ),
    "templates/article.html": (
        "{% extends 'base.html' %}{% block main %}<h1>{{ article.title }}</h1>"
        "{{ article.date|date }} {{ article.date|time }} {{ article.extra }} {{ body.html }}"
        "{% if previous %}<a>{{ previous.title }}</a>{% endif %}"
        "{% if next %}<b>{{ next.title }}</b>{% endif %}"
        "{% for tag in article.tags %} {{ tag.name }}{% endfor %}"
        "{% for one in related %}<i>{{ one.title }} {{ one.url }}</i>{{ one.day }}{% endfor %}"
        "{% if article.image %}{{ article.image.src }} {{ article.image.srcset }}{% endif %}"
        "{% if social %}{{ social.src }} {{ social.width }}{% endif %}{% endblock %}\n"
    ),
    "templates/home.html": (
        "{% extends 'base.html' %}{% import 'partials/show.html' as show %}{% block main %}"
        "{{ site.options.motto }}{% for name in site.options.menu %} {{ name }}{% endfor %}"
        "{% if edition %}{{ t('read', count=edition.count) }} {{ edition.minutes }}"
        "{% for one in edition.items %}{{ show.card(one.card) }}{{ one.weight }}"
        "{% for other in one.others %}{{ show.card(other) }}{% endfor %}{% endfor %}"
        "{% for one in edition.rest %}{{ show.card(one) }}{% endfor %}{% endif %}"
        "{% for one in earlier %}{{ one.edition.url }} {{ one.edition.count }} {{ one.gap }}"
        "{% for link in one.links %} {{ link.title }} {{ link.url }}{% endfor %}{% endfor %}"
        "{% endblock %}\n"
    ),
    "templates/tag.html": (
        "{% extends 'base.html' %}{% from 'partials/show.html' import card %}{% block main %}"
        "{{ tag.name }}{{ about }}{{ since }}{% for one in cards %}{{ card(one) }}{% endfor %}"
        "{% for bar in (chart.bars if chart else ()) %}{{ bar.day }} {{ bar.count }}{% endfor %}"
        "{% for one in companions %}{{ one.title }} {{ one.url }}{% endfor %}{% endblock %}\n"
    ),
    "templates/tags.html": (
        "{% for group in groups %}{{ group.head }}"
        "{% for tag in group.tags %}{{ tag.name }} {{ tag.count }}\n{% endfor %}{% endfor %}"
    ),
    "templates/edition.html": (
        "{{ edition.day|date }}{% for one in edition.items %}{{ one.card.title }} {{ one.weight }}"
        "{% for other in one.others %}{{ other.title }}{% endfor %}{% endfor %}"
        "{% for one in edition.rest %}{{ one.title }}{% endfor %}{{ gap }} {{ previous }}"
        " {{ next }}"
        "{% for one in days %} {{ one.url }}{% endfor %} {{ month.url }} {{ email }}"
        "{% for week in month.day|weeks(days) %} {{ week[0] }}{% endfor %}\n"
    ),
    "templates/email.html": (
        "<style>.a{color:#123456}</style><title>{{ site.title }}</title>"
        "{{ edition.day|date('week') }}"
        "{% for one in edition.items %}<p class='a'>{{ one.card.title }}"
        "{{ one.card.url|absolute }}{% endfor %}{{ edition.more }}\n"
    ),
    "templates/email.txt": (
        "{% for one in edition.items %}{{ one.card.title|wrapped }} <{{ one.card.url|absolute }}>"
        "{% endfor %}\n"
    ),
    "templates/month.html": (
        "{{ month|date('month') }}{% for day in links %}{% for one in day %}{{ one.title }}"
        "{% endfor %}{% endfor %}\n"
    ),
    "templates/year.html": (
        "{{ year.year }}{% for one in months %}{{ one.count }} {% endfor %}"
        "{% for days in editions %}{% for one in days %}{{ one.count }} {% endfor %}{% endfor %}\n"
    ),
    "templates/archive.html": (
        "{% for one in site.editions %}{{ one.url }} {% endfor %}"
        "{% if chart %}{{ chart.unit }} {{ chart.most.count }}{% endif %}\n"
    ),
    "templates/subscribe.html": (
        "{% for one in subscriptions %}{{ one.name }} {% endfor %}{{ opml }}\n"
    ),
    "templates/404.html": "{% for one in site.recent %}{{ one.title }}\n{% endfor %}",
    "templates/alias.html": "<a href='{{ target.url }}'>{{ target.title }}</a>\n",
}
"""A theme that has every kind of read: extends, include (of one that is missing too), import, site
facts, assets, words."""


def article(
    title: str = "A title",
    date: str = "2024-03-01",
    tags: str = "Cuba",
    body: str = "The lead.\n\nMore of it.",
    **fields: str,
) -> str:
    """The text of an article's file."""
    more = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f'---\ntitle: "{title}"\ndate: {date}\ntags: [{tags}]\n{more}---\n{body}\n'


def small() -> dict[str, str]:
    """The files of a small project: four articles, the tiny theme, a static file."""
    return {
        "sitegen.toml": CONFIG,
        "static/CNAME": "example.org\n",
        "content/a.md": article("First", "2024-03-01", "Cuba", id="a"),
        "content/b.md": article("Second", "2024-03-02", "Cuba, Sport", id="b"),
        "content/c.md": article("Third", "2024-03-02T18:00", "Music", id="c"),
        "content/d.md": article(
            "Fourth", "2024-02-28", "Sport", "The lead.\n\nSee [c](c.md).", id="d"
        ),
        **{f"themes/tiny/{name}": text for name, text in TINY.items()},
    }


class Project:
    """A project's files, and builds of it."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes] | None = None) -> None:
        self.root = root
        self.now = NOW
        root.mkdir(parents=True, exist_ok=True)
        for path, text in (small() if files is None else files).items():
            self.write(path, text)

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str:
        """A file's text."""
        return (self.root / path).read_text("utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a text in a file."""
        text = self.read(path)
        assert old in text, f"{path} does not hold {old!r}"
        self.write(path, text.replace(old, new))

    def remove(self, path: str) -> None:
        """Delete a file or a folder."""
        file = self.root / path
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()

    def files(self, folder: str) -> list[str]:
        """The files of a folder, relative to the project, without hidden ones."""
        found = sorted((self.root / folder).rglob("*"))
        names = [path.relative_to(self.root).as_posix() for path in found if path.is_file()]
        return [name for name in names if "/." not in f"/{name}"]

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.root / "output"

    def outputs(self) -> dict[str, bytes]:
        """Every file of the output, the hidden ones too, with its bytes."""
        return tree(self.output)

    def choice(self) -> Choice:
        """What is published now."""
        return Choice(self.now)

    def build(self, state: State | None = None, hints: frozenset[str] | None = None) -> Report:
        """Build: with a fresh state, unless one is given."""
        if state is not None:
            return build(state, self.choice(), hints=hints)
        with opened(self.root) as fresh:
            return build(fresh, self.choice())

    def rendered(
        self, state: State | None = None, hints: frozenset[str] | None = None
    ) -> tuple[set[str], Report]:
        """Build, and say which pages were rendered."""
        pages: set[str] = set()
        find = comparing.find_differences

        def watched(*args: object) -> comparing.Differences:
            found = find(*args)  # type: ignore[arg-type]
            pages.update(page.path for page, _ in found.pages)
            return found

        with mock.patch("sitegen.build.remake.find_differences", watched):
            report = self.build(state, hints)
        assert report.rendered == len(pages)
        return pages, report

    def copy(self, root: Path, *, built: bool = False) -> "Project":
        """The same project elsewhere: its sources alone, or with its output and cache."""
        ignore = None if built else shutil.ignore_patterns("output", ".sitegen")
        shutil.copytree(self.root, root, ignore=ignore, symlinks=True)
        other = Project(root, {})
        other.now = self.now
        return other

    def clean(self, folder: Path) -> dict[str, bytes]:
        """The oracle: what a clean build of a copy gives."""
        if folder.exists():
            shutil.rmtree(folder)
        copy = self.copy(folder)
        copy.build()
        return copy.outputs()


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def difference(found: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> str:
    """How two outputs differ, for people; empty where they do not."""
    lines = [f"missing: {path}" for path in sorted(wanted.keys() - found.keys())]
    lines += [f"too much: {path}" for path in sorted(found.keys() - wanted.keys())]
    lines += [
        f"{path}:\n  is     {found[path]!r}\n  should {wanted[path]!r}"
        for path in sorted(found.keys() & wanted.keys())
        if found[path] != wanted[path]
    ]
    return "\n".join(lines)


def stats(folder: Path) -> dict[str, tuple[int, int, int]]:
    """The times and the inode of every file below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            found[name] = status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    return found


@contextmanager
def opened(root: Path, jobs: int = 1) -> Iterator[State]:
    """A state, closed afterwards."""
    state = State(root, jobs)
    try:
        yield state
    finally:
        state.close()


def same_time(path: Path, data: bytes) -> None:
    """Write other bytes, in place, and set the file's time back."""
    before = path.stat()
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

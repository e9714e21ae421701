"""The project's pictures: which are shown, what is made of them, and what must be in the output."""

import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from sitegen import urls
from sitegen.build.making import (
    Card,
    CardJob,
    PictureJob,
    draw_cards,
    key_of_card,
    key_of_picture,
    make_picture,
)
from sitegen.build.plans import Pictures
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.cards import Entry
from sitegen.config import Config
from sitegen.copies import Copied
from sitegen.digests import digest
from sitegen.imaging import Made
from sitegen.pictures import BESIDE, Gallery, Picture, is_picture, source_of
from sitegen.problems import Problem, Severity
from sitegen.theme import Theme

_CHUNK = 32
"""Cards in a chunk: some tenths of a second."""
_PICTURE_UNITS, _CARD_UNITS = 250, 12
"""What a picture and a card cost, in articles: they are what `Workers` judge by."""
_NAME_LENGTH = 60


class Files(Struct, frozen=True):
    """The files that may be shown, by the path that an article's link stands for."""

    static: dict[str, Copied]
    """By path in the output."""
    beside: dict[str, bytes]
    """Of `content/`, by path relative to it, with the digest of their bytes."""
    content: str
    """The name of `content/`."""
    base: str
    """What links to static files begin with."""

    def find(self, source: str) -> tuple[str, bytes] | None:
        """The path, relative to the project, and digest of the file that a link stands for."""
        if source.startswith(BESIDE):
            name = source.removeprefix(BESIDE)
            return (f"{self.content}/{name}", self.beside[name]) if name in self.beside else None
        copied = self.static.get(urls.output_path(source.removeprefix(self.base)))
        return (copied.file, copied.digest) if copied and copied.file else None


def make_pictures(
    state: State,
    key: bytes,
    config: Config,
    theme: Theme,
    files: Files,
    entries: Sequence[Entry],
    watch: Stopwatch,
) -> Pictures:
    """Make what is not made yet of every image file that the entries show, and draw their cards.

    `key` is the digest of all this.
    """
    used = _used(entries, config)
    found = {source: at for source in used if (at := files.find(source))}
    problems = list(_missing(used, found, config.build.content))
    shown: dict[str, Picture] = {}
    copies: dict[str, Copied] = {}
    keys: set[bytes] = set()
    made = _made(state, config, found, keys, watch)
    for source, (path, file) in sorted(found.items()):
        one = made.get(path)
        if one and one[1].message:
            told = one[1]
            problems.append(Problem(told.message, path, 0, told.hint, Severity.WARNING))
        picture = _as_made(config, path, one[1], copies) if one else None
        if picture is None and not (one and one[1].unfit):
            known = one[1] if one else Made()
            picture = _as_it_is(config, source, path, file, known, copies)
            picture = structs.replace(picture, length=state.files[path].stamp.size)
        if picture is not None:
            shown[source] = picture
    gallery = Gallery(shown)
    if config.images.social and theme.social is not None:
        gallery = _with_cards(state, config, theme, entries, gallery, copies, keys, watch)
    in_order = tuple(copies[path] for path in sorted(copies))
    return Pictures(key, gallery, in_order, tuple(problems), frozenset(keys))


def _used(entries: Iterable[Entry], config: Config) -> dict[str, list[tuple[str, int]]]:
    """What articles show that may be a file of the project: each with the articles, and lines."""
    used: dict[str, list[tuple[str, int]]] = defaultdict(list)
    base = config.urls.base
    for entry in entries:
        image, path = entry.card.image, entry.card.path
        if image is not None and image.src.startswith("/"):
            used[source_of(image.src)].append((path, 0))
        for src, line in entry.images:
            used[src if src.startswith(BESIDE) else base + src].append((path, line))
    return {source: places for source, places in used.items() if is_picture(source)}


def _missing(
    used: Mapping[str, list[tuple[str, int]]], found: Mapping[str, object], content: str
) -> Iterator[Problem]:
    for source, places in used.items():
        if source not in found and source.startswith(BESIDE):
            name = source.removeprefix(BESIDE)
            for path, line in places:
                message = f"there is no picture `{content}/{name}`"
                hint = "put it there, or write `/images/wall.jpg` for a file in the static folder"
                where = f"{content}/{path}"
                yield Problem(message, where, line, hint, Severity.WARNING)


def _made(
    state: State,
    config: Config,
    found: Mapping[str, tuple[str, bytes]],
    keys: set[bytes],
    watch: Stopwatch,
) -> dict[str, tuple[bytes, Made]]:
    """Of each file, by its path, what was made of it and its key."""
    if not config.images.enabled or not found:
        return {}
    wanted = {path: key_of_picture(file, path, config.images) for path, file in found.values()}
    known = state.pictures.known(list(wanted.values()))
    made = {path: (key, known[key]) for path, key in wanted.items() if key in known}
    missing = sorted(wanted.keys() - made.keys())
    root = os.fspath(state.root)
    jobs = ((PictureJob(root, path, config.images), path) for path in missing)
    units = len(missing) * _PICTURE_UNITS
    results = state.workers.run(units, make_picture, jobs)
    for number, (path, done) in enumerate(zip(missing, results, strict=True)):
        if done.key:
            state.pictures.put(done.key, done.made, done.files)
        made[path] = done.key, done.made
        watch.progress("pictures", number + 1, len(missing))
    keys.update(key for key, _ in made.values())
    return made


def _as_made(config: Config, path: str, made: Made, copies: dict[str, Copied]) -> Picture | None:
    """A picture in the sizes that were made, which are planned; None where none were."""
    if made.plain is None:
        return None

    def planned(width: int, kind: str, data: bytes) -> str:
        suffix = {"image/webp": ".webp", "image/jpeg": ".jpg", "image/png": ".png"}[kind]
        address = config.urls.of_picture(_name(path), data.hex()[:10], width, suffix)
        output = urls.output_path(address)
        copies[output] = Copied(output, data, path, made=True)
        return config.urls.href(address)

    plain = made.plain
    src = planned(plain.width, plain.type, plain.digest)
    modern = [f"{planned(s.width, s.type, s.digest)} {s.width}w" for s in made.modern]
    return Picture(
        src=src,
        width=plain.width,
        height=plain.height,
        type=plain.type,
        length=plain.length,
        srcset=", ".join(modern),
    )


def _as_it_is(
    config: Config, source: str, path: str, file: bytes, made: Made, copies: dict[str, Copied]
) -> Picture:
    """A picture that is shown as its file is: moving, drawn in lines, or as settings want it."""
    src = config.urls.base + urls.quoted(source.removeprefix(config.urls.base))
    if source.startswith(BESIDE):
        suffix = posixpath.splitext(path)[1].lower()
        address = config.urls.of_picture(_name(path), file.hex()[:10], 0, suffix)
        output = urls.output_path(address)
        copies[output] = Copied(output, file, path, file=path)
        src = config.urls.href(address)
    return Picture(src, width=made.width, height=made.height, type=made.type)


def _with_cards(
    state: State,
    config: Config,
    theme: Theme,
    entries: Iterable[Entry],
    gallery: Gallery,
    copies: dict[str, Copied],
    keys: set[bytes],
    watch: Stopwatch,
) -> Gallery:
    """The gallery with a social card for each article without a picture, and the site's own."""
    style, site = theme.social, config.site
    assert style is not None
    font = digest(theme.font)
    ordered = {"": Card(site.title, "", None, site.description, site.language)}
    names = {"": "card"}
    for entry in entries:
        card = entry.card
        if card.image is None or gallery.completed(card.image) is None:
            source = card.sources[0].name if card.sources else ""
            ordered[card.path] = Card(site.title, card.title, card.date, source, site.language)
            names[card.path] = card.address.rstrip("/")
    wanted = {path: key_of_card(style, font, card) for path, card in ordered.items()}
    known = state.pictures.known(list(wanted.values()))
    # Two articles with one headline, of one day and source, share a card.
    missing = sorted({key: path for path, key in wanted.items() if key not in known}.items())
    chunks = (missing[start : start + _CHUNK] for start in range(0, len(missing), _CHUNK))
    jobs = (
        (CardJob(style, theme.font, tuple((key, ordered[path]) for key, path in part)), "cards")
        for part in chunks
    )
    done = 0
    for part in state.workers.run(len(missing) * _CARD_UNITS, draw_cards, jobs):
        for one in part:
            state.pictures.put(one.key, one.made, one.files)
        done += len(part)
        watch.progress("social cards", done, len(missing))
    known = state.pictures.known(list(wanted.values()))
    keys.update(wanted.values())
    cards: dict[str, Picture] = {}
    for path, key in wanted.items():
        card_made = _as_made(config, names[path], known[key], copies)
        if card_made is not None:
            cards[path] = structs.replace(card_made, alt=ordered[path].headline)
    default = cards.pop("", None)
    return structs.replace(gallery, cards=cards, card=default)


def _name(path: str) -> str:
    return urls.slugify(posixpath.splitext(posixpath.basename(path))[0])[:_NAME_LENGTH].strip("-")

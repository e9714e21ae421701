"""Parses articles, in chunks. Pure and picklable, for any `concurrent.futures.Executor`."""

import os
import pickle
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from msgspec import Struct, structs

from sitegen import content, markdown
from sitegen.build.records import ParseChunk, Parsed, ParsedFile
from sitegen.build.stamps import Stamp, stamp
from sitegen.card_making import article_address, make_body, make_card
from sitegen.cards import Entry, TagNames, count_words
from sitegen.config import Config
from sitegen.digests import digest
from sitegen.problems import Problem, SitegenError
from sitegen.sanitising import sanitise

_encode = msgspec.msgpack.Encoder().encode


class _File(Struct, frozen=True):
    """A file of a chunk, read."""

    path: str
    stamp: Stamp
    digest: bytes
    data: bytes | None
    """None where it cannot be read."""
    problems: tuple[Problem, ...] = ()


def parse_chunk(chunk: ParseChunk) -> bytes:
    """Read and parse articles: encoded `ParsedFile`s, without files that vanished meanwhile."""
    config, tags = _settings(chunk.config)
    folder = config.build.content
    files = [file for path in chunk.paths if (file := _read(chunk.root, folder, path)) is not None]
    known = dict(zip(chunk.paths, chunk.known, strict=True))
    others = [
        (file.path, file.data)
        for file in files
        if file.data is not None and file.digest != known[file.path]
    ]
    told = dict(zip((path for path, _ in others), parse(others, config, tags), strict=True))
    found: list[ParsedFile] = []
    for file in files:
        parsed, body = told.get(file.path, (Parsed(None, file.problems), b""))
        key = parsed.entry.body if parsed.entry else b""
        same = file.path not in told and not file.problems
        encoded = b"" if same else _encode(parsed)
        found.append(ParsedFile(file.path, file.stamp, file.digest, encoded, body, key, same))
    # As one piece: the way between processes is charged by the object.
    return _encode(found)


@lru_cache(maxsize=1)
def _settings(pickled: bytes) -> tuple[Config, TagNames]:
    # Our own pickle, from the process that started this one. Tags come again from chunk to chunk.
    config: Config = pickle.loads(pickled)
    return config, TagNames(config.tags, config.urls)


def _read(root: str, folder: str, path: str) -> _File | None:
    taken = time.time_ns()
    try:
        with open(os.path.join(root, folder, path), "rb", 0) as file:  # noqa: PTH118, PTH123
            status = os.fstat(file.fileno())
            data = file.read(status.st_size + 1)
            if len(data) > status.st_size:
                # It has grown meanwhile: the stamp says so, and the next build looks again.
                data += file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = Problem(f"the file cannot be read: {error.strerror}", f"{folder}/{path}")
        return _File(path, Stamp(0, taken, taken, 0, taken), b"", None, (problem,))
    return _File(path, stamp(status, taken), digest(data), data)


def parse(
    files: Sequence[tuple[str, bytes]], config: Config, tags: TagNames
) -> list[tuple[Parsed, bytes]]:
    """What articles' files tell, each given with its path: its entry with the encoded body, or what
    is wrong with it.

    One step is taken with all of them before the next begins, for its code and tables then stay in
    the processor's caches: article by article it takes a third longer.
    """
    drafts = [_Draft(path, data, config) for path, data in files]
    for step in (_Draft.read, _Draft.render, _Draft.sanitise):
        for draft in drafts:
            if draft.going:
                try:
                    step(draft)
                except SitegenError as error:
                    draft.fail(error.problems)
    return [draft.told(tags) for draft in drafts]


class _Draft:
    """An article on its way from its file to its entry."""

    def __init__(self, path: str, data: bytes, config: Config) -> None:
        self._path, self._data, self._config = path, data, config
        self._problems: tuple[Problem, ...] = ()
        self.going = True
        """Whether no problem is an error."""

    def fail(self, problems: Iterable[Problem]) -> None:
        """Go no further."""
        self._problems, self.going = tuple(problems), False

    def read(self) -> None:
        """Bytes → front matter and body."""
        text = content.decode(self._data)
        article, self._problems = content.read_article(self._path, text, self._config.zone)
        if article is None:
            self.going = False
        else:
            self._article = article

    def render(self) -> None:
        """Body → HTML. Raises `SitegenError` with a line of the file."""
        article, config = self._article, self._config
        self._address = article_address(article, config.urls)
        try:
            self._unclean = markdown.render(
                article.body,
                address=self._address,
                path=self._path,
                base=config.urls.base,
                language=article.language or config.site.language,
                foreign=bool(article.sources),
            )
        except SitegenError as error:
            begins = article.body_line - 1
            raise SitegenError(
                structs.replace(problem, line=problem.line + begins) for problem in error.problems
            ) from None

    def sanitise(self) -> None:
        """HTML → clean HTML."""
        self._rendered = sanitise(self._unclean)

    def told(self, tags: TagNames) -> tuple[Parsed, bytes]:
        """The entry with the encoded body, or what is wrong."""
        folder = self._config.build.content
        problems = tuple(problem.at(f"{folder}/{self._path}") for problem in self._problems)
        if not self.going:
            return Parsed(None, problems), b""
        article, rendered = self._article, self._rendered
        words = count_words(article.body)
        language = self._config.site.language
        card = make_card(article, self._address, rendered, words, tags, language)
        body = _encode(make_body(rendered, words, card))
        begins = article.body_line - 1
        links = tuple((link, line + begins) for link, line in rendered.links)
        images = tuple((src, line + begins) for src, line in rendered.images)
        return Parsed(Entry(card, digest(body), links, images), problems), body

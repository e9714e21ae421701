"""Parses articles, in chunks. Pure and picklable, for any `concurrent.futures.Executor`."""

import os
import time

import msgspec
from msgspec import Struct, structs

from sitegen import content, markdown
from sitegen.build.cache import Parsed
from sitegen.build.stamps import Stamp, stamp
from sitegen.cards import Entry, TagNames, article_address, count_words, make_body, make_card
from sitegen.config import Config
from sitegen.digests import digest
from sitegen.problems import Problem, SitegenError

_encode = msgspec.msgpack.Encoder().encode


class ParseChunk(Struct, frozen=True):
    """Files of articles to parse."""

    root: str
    config: Config
    paths: tuple[str, ...]
    """Relative to the content folder."""
    known: tuple[bytes, ...]
    """The digest that each file had when it was last parsed; empty where it never was."""


class ParsedFile(Struct, frozen=True, array_like=True):
    """One file of a chunk, parsed."""

    path: str
    stamp: Stamp
    digest: bytes
    """Of its bytes."""
    parsed: bytes
    """Encoded `Parsed`."""
    body: bytes
    """Encoded `Body`; empty where there is no article."""
    same: bool = False
    """Whether the file's bytes are those it had, so that it was not parsed."""


def parse_chunk(chunk: ParseChunk) -> list[ParsedFile]:
    """Read and parse articles. A file that vanished meanwhile is left out."""
    tags = TagNames(chunk.config.tags, chunk.config.urls)
    pairs = zip(chunk.paths, chunk.known, strict=True)
    files = (_parse_file(chunk, path, known, tags) for path, known in pairs)
    return [file for file in files if file is not None]


def _parse_file(chunk: ParseChunk, path: str, known: bytes, tags: TagNames) -> ParsedFile | None:
    folder = chunk.config.build.content
    taken = time.time_ns()
    try:
        with open(os.path.join(chunk.root, folder, path), "rb") as file:  # noqa: PTH118, PTH123
            seen = stamp(os.fstat(file.fileno()), taken)
            data = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = Problem(f"the file cannot be read: {error.strerror}", f"{folder}/{path}")
        never = Stamp(0, taken, taken, 0, taken)
        return ParsedFile(path, never, b"", _encode(Parsed(None, (problem,))), b"")
    key = digest(data)
    if key == known:
        return ParsedFile(path, seen, key, b"", b"", same=True)
    parsed, body = parse(data, path, chunk.config, tags)
    return ParsedFile(path, seen, key, _encode(parsed), body)


def parse(data: bytes, path: str, config: Config, tags: TagNames) -> tuple[Parsed, bytes]:
    """What an article's file tells: its entry with the encoded body, or what is wrong with it."""
    folder = config.build.content
    try:
        article, problems = content.read_article(path, content.decode(data), config.zone)
        if article is None:
            return Parsed(None, tuple(p.at(f"{folder}/{path}") for p in problems)), b""
        address = article_address(article, config.urls)
        try:
            rendered = markdown.render(
                article.body,
                address=address,
                path=path,
                base=config.urls.base,
                language=article.language or config.site.language,
                foreign=bool(article.sources),
            )
        except SitegenError as error:
            moved = (
                structs.replace(p, line=p.line + article.body_line - 1) for p in error.problems
            )
            raise SitegenError(moved) from None
    except SitegenError as error:
        return Parsed(None, tuple(p.at(f"{folder}/{path}") for p in error.problems)), b""
    words = count_words(article.body)
    card = make_card(article, address, rendered, words, tags, config.site.language)
    body = _encode(make_body(rendered, words, card))
    links = tuple((link, line + article.body_line - 1) for link, line in rendered.links)
    warnings = tuple(p.at(f"{folder}/{path}") for p in problems)
    images = tuple((src, line + article.body_line - 1) for src, line in rendered.images)
    return Parsed(Entry(card, digest(body), links, images), warnings), body

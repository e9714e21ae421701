"""What each seed last gave: small, readable files in `content/.provenance/`, to be committed.

There is one file for each seed, named after it. It holds the front matter as it was given, and of
each paragraph a digest and its first words. A three-way merge asks of the past only what was equal
to it, so digests are enough: the text itself need not be kept twice. Two people who ingest
different seeds never touch the same file; of the same seed they write the same bytes.
"""

import re
from collections.abc import Iterable
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from sitegen.digests import SIZE, of_text
from sitegen.ingest.files import Project
from sitegen.ingest.given import Given, Value
from sitegen.problems import Problem, SitegenError, fault

FOLDER: Final = ".provenance"
SUFFIX: Final = ".json"
_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)")


class Past(Struct, frozen=True, omit_defaults=True):
    """An article as a seed last gave it."""

    id: str
    """The article's; how it is found wherever the editor moves it."""
    path: str
    """The article's file when it was last seen, relative to `content/`."""
    fields: dict[str, Value]
    """Front matter as given."""
    body: tuple[str, ...]
    """Of each paragraph its digest and first words."""
    key: str = ""
    """Tells articles of one seed apart."""
    duplicate: bool = False
    """Another seed gave the article; this one only repeats it."""
    clash: bool = False
    """An incoming copy was put beside the article."""
    undated: bool = False
    """The seed told no day: it is the one on which it was converted first."""


class Record(Struct, frozen=True, omit_defaults=True):
    """What one seed last gave."""

    seed: str
    """Its file, relative to `seeds/`."""
    digest: str
    """Of its bytes, in hexadecimal."""
    articles: tuple[Past, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What could not be used of it, as long as it stays as it is."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record, strict=True)


def encode_head(seed: str, digest: str) -> bytes:
    """The beginning of a record's file; articles follow, parted by commas, and the tail."""
    return b'{\n "seed": %b,\n "digest": %b,\n "articles": [\n' % (
        _encoder.encode(seed),
        _encoder.encode(digest),
    )


def encode_past(past: Past) -> bytes:
    """An article in a record's file."""
    lines = msgspec.json.format(_encoder.encode(past), indent=1)
    return b"  " + lines.replace(b"\n", b"\n  ")


def encode_tail(problems: Iterable[Problem]) -> bytes:
    """The end of a record's file."""
    listed = [_encoder.encode(problem) for problem in problems]
    told = b',\n "problems": [\n  %b\n ]' % b",\n  ".join(listed) if listed else b""
    return b"\n ]%b\n}\n" % told


def decode(data: bytes) -> Record:
    """The record in a file. Raises `SitegenError` (no path)."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = (
            "take it back from version control; without it hand edits cannot be told from the seed"
        )
        raise fault(f"broken record: {error}", hint=hint) from None


def record_name(seed: str) -> str:
    """The file of a seed's record, below the folder of all records."""
    # A name that leaves no room for the suffix is replaced by its digest.
    if len(seed) > 60 and (len(seed) > 200 or len(seed.encode()) > 200):
        return f"{of_text(seed).hex()}{SUFFIX}"
    return f"{seed}{SUFFIX}"


def record_path(content: Path, seed: str) -> Path:
    """Where the record of a seed is."""
    return content / FOLDER / record_name(seed)


def seed_digest(file: BinaryIO) -> str:
    """What tells the versions of a seed apart: the digest of its bytes, in hexadecimal."""
    state = blake2b(digest_size=SIZE)
    while block := file.read(1024 * 1024):
        state.update(block)
    return state.hexdigest()


def past(given: Given, path: str, id_: str) -> Past:
    """What is remembered of an article that a seed gave."""
    return Past(
        id_, path, given.fields, marks(blocks(given.body)), given.key, undated=not given.dated
    )


def blocks(body: str) -> list[str]:
    """The paragraphs of a Markdown text; fenced code is one, whatever empty lines it holds."""
    found: list[str] = []
    lines: list[str] = []
    fence = ""
    for line in body.split("\n"):
        if fence:
            lines.append(line)
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if match := _FENCE.match(line):
            fence = match[1]
        if line.strip():
            lines.append(line.rstrip("\r"))
        elif lines:
            found.append("\n".join(lines))
            lines = []
    if lines:
        found.append("\n".join(lines))
    return found


def marks(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """What is remembered of paragraphs: equal marks, equal paragraphs (but for spacing)."""
    return tuple(map(_mark, paragraphs))


def _mark(paragraph: str) -> str:
    words = paragraph.split()
    return f"{of_text(' '.join(words)).hex()[:16]} {' '.join(words[:6])[:48]}"


def load(project: Project, path: Path) -> Record:
    """Read a record. Raises `SitegenError` with its path."""
    try:
        return decode(project.read(path))
    except SitegenError as error:
        place = project.name(path)
        raise SitegenError(problem.at(place) for problem in error.problems) from None


class Writer:
    """Writes the record of one seed, article by article; leaves a file that would not differ."""

    _HELD = 1024 * 1024

    def __init__(self, project: Project, path: Path, seed: str, digest: str) -> None:
        self._project = project
        self._path = path
        self._parts = [encode_head(seed, digest)]
        self._size = 0
        self._between = b""
        self._stack = ExitStack()
        self._file: BinaryIO | None = None

    def add(self, past: Past) -> None:
        """One article more."""
        self._parts += (self._between, encode_past(past))
        self._between = b",\n"
        self._size += len(self._parts[-1])
        if self._size > self._HELD:
            if self._file is None:
                self._file = self._stack.enter_context(self._project.replacing(self._path))
            self._spill(self._file)

    def close(self, problems: Iterable[Problem] = ()) -> None:
        """Put it in place."""
        self._parts.append(encode_tail(problems))
        if self._file is not None:
            self._spill(self._file)
            self._stack.close()
            return
        data = b"".join(self._parts)
        if not self._path.is_file() or self._project.read(self._path) != data:
            self._project.write(self._path, data)

    def abandon(self) -> None:
        """Leave the old record as it is."""
        self._stack.__exit__(SitegenError, SitegenError(()), None)

    def _spill(self, file: BinaryIO) -> None:
        file.write(b"".join(self._parts))
        self._parts, self._size = [], 0

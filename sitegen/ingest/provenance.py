"""What each seed last gave: small, readable files in `content/.provenance/`, to be committed.

There is one file for each seed, named after it. It holds the front matter as it was given, and of
each paragraph a digest and its first words. A three-way merge asks of the past only what was equal
to it, so digests are enough: the text itself need not be kept twice. Of a seed that gives very many
articles, there is a line for each, with digests of its fields as well, and all their tags. Two
people who ingest different seeds never touch the same file; of the same seed they write the same
bytes.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from sitegen.digests import SIZE, of_text
from sitegen.ingest.files import Project
from sitegen.ingest.past import MANY, Past, Row, of_row, to_row
from sitegen.problems import Problem, SitegenError, fault

FOLDER: Final = ".provenance"
SUFFIX: Final = ".json"


class Record(Struct, frozen=True):
    """What one seed last gave."""

    seed: str
    """Its file, relative to `seeds/`."""
    digest: str
    """Of its bytes, in hexadecimal."""
    articles: tuple[Past, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What could not be used of it, as long as it stays as it is."""
    tags: tuple[str, ...] = ()
    """Those of brief articles, which do not hold them themselves."""


class _File(Struct):
    """A record as it is written: `articles` or `rows`."""

    seed: str
    digest: str
    articles: tuple[Past, ...] = ()
    rows: tuple[Row, ...] = ()
    tags: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_File, strict=True)


def _head(seed: str, digest: str, name: str) -> bytes:
    """The beginning of a record's file; articles follow, parted by commas, and the tail."""
    return b'{\n "seed": %b,\n "digest": %b,\n "%b": [\n' % (
        _encoder.encode(seed),
        _encoder.encode(digest),
        name.encode(),
    )


def _article(past: Past) -> bytes:
    """An article in a record's file."""
    lines = msgspec.json.format(_encoder.encode(past), indent=1)
    return b"  " + lines.replace(b"\n", b"\n  ")


def _row(past: Past) -> bytes:
    """The same, briefly."""
    return b"  " + _encoder.encode(to_row(past))


def _tail(tags: Iterable[str], problems: Iterable[Problem]) -> bytes:
    """The end of a record's file."""
    told = b"".join(
        b',\n "%b": [\n  %b\n ]' % (name, b",\n  ".join(map(_encoder.encode, listed)))
        for name, listed in ((b"tags", list(tags)), (b"problems", list(problems)))
        if listed
    )
    return b"\n ]%b\n}\n" % told


def decode(data: bytes) -> Record:
    """The record in a file. Raises `SitegenError` (no path)."""
    try:
        file = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = (
            "take it back from version control; without it hand edits cannot be told from the seed"
        )
        raise fault(f"broken record: {error}", hint=hint) from None
    articles = (*file.articles, *map(of_row, file.rows))
    return Record(file.seed, file.digest, articles, file.problems, file.tags)


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
    state = sha256()
    while block := file.read(1024 * 1024):
        state.update(block)
    return state.digest()[:SIZE].hex()


def load(project: Project, path: Path) -> Record:
    """Read a record. Raises `SitegenError` with its path."""
    try:
        return decode(project.read(path))
    except SitegenError as error:
        place = project.name(path)
        raise SitegenError(problem.at(place) for problem in error.problems) from None


class Writer:
    """Writes the record of one seed, article by article; leaves a file that would not differ."""

    def __init__(
        self, project: Project, path: Path, seed: str, digest: str, tags: Iterable[str]
    ) -> None:
        """`tags`: those that the record names already."""
        self._project = project
        self._path = path
        self._seed, self._digest = seed, digest
        self._first: list[Past] = []
        self._tags = set(tags)
        self._stack = ExitStack()
        self._file: BinaryIO | None = None

    def add(self, past: Past) -> None:
        """One article more."""
        if not past.brief and isinstance(tags := past.fields.get("tags"), tuple):
            self._tags.update(tag for tag in tags if isinstance(tag, str))
        if self._file is not None:
            self._file.write(b",\n" + _row(past))
            return
        self._first.append(past)
        if len(self._first) > MANY:
            self._file = self._stack.enter_context(self._project.replacing(self._path))
            rows = b",\n".join(map(_row, self._first))
            self._file.write(_head(self._seed, self._digest, "rows") + rows)

    @property
    def tags(self) -> tuple[str, ...]:
        """All tags of its articles."""
        return tuple(sorted(self._tags))

    def close(self, problems: Iterable[Problem] = ()) -> None:
        """Put it in place."""
        if self._file is not None:
            self._file.write(_tail(self.tags, problems))
            self._stack.close()
            return
        tags = self.tags if any(past.brief for past in self._first) else ()
        articles = b",\n".join(map(_article, self._first))
        data = _head(self._seed, self._digest, "articles") + articles + _tail(tags, problems)
        if not self._path.is_file() or self._project.read(self._path) != data:
            self._project.write(self._path, data)

    def abandon(self) -> None:
        """Leave the old record as it is."""
        self._stack.__exit__(SitegenError, SitegenError(()), None)

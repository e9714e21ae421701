"""CSV, JSON and JSON Lines → an article for each row; rows may stream, however many there are."""

import codecs
import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from itertools import chain, islice
from typing import BinaryIO, Final

from msgspec import Struct

from sitegen.article import Image, Source
from sitegen.ingest.addresses import web_address
from sitegen.ingest.columns import Columns, columns_of
from sitegen.ingest.decode import clean, encoding_of
from sitegen.ingest.feed import markup_to_prose
from sitegen.ingest.header import host
from sitegen.ingest.moments import read_moment
from sitegen.ingest.people import people
from sitegen.ingest.plain_body import Prose
from sitegen.ingest.seed import Found, Seed
from sitegen.ingest.tidy import tidy
from sitegen.problems import SitegenError, fault

MAX_ROW: Final = 1024 * 1024
"""Characters that a row may have; more is no article."""
_DELIMITERS: Final = ",\t;|"
_HEAD: Final = 64 * 1024
"""Characters that tell which table it is."""
_LISTS: Final = (
    "articles",
    "items",
    "results",
    "data",
    "entries",
    "documents",
    "rows",
    "docs",
    "hits",
)
"""What JSON that is not a list calls its list."""

_LIST_OF_OBJECTS: Final = re.compile(r'\s*\[\s*\{\s*"')

Row = Mapping[str, object]


class Table(Struct, frozen=True):
    """How the rows of a text are written, and what they hold."""

    kind: str
    """`csv`, `json` or `jsonl`."""
    columns: Columns
    delimiter: str = ","


def recognises(seed: Seed) -> bool:
    """Whether it is a table one of whose columns holds the articles' text or headlines.

    One without such a column is a table all the same: prose made of its rows would be no article.
    """
    table = table_of(seed.text[:_HEAD], seed.columns, whole=seed.text)
    return table is not None or _is_named_so(seed)


def read(seed: Seed) -> Iterator[Found]:
    """Its rows, in order. Raises `SitegenError` if the table is broken."""
    table = table_of(seed.text[:_HEAD], seed.columns, whole=seed.text)
    if table is None:
        _first_fault(seed.text)
        hint = 'name the column: `columns = { body = "…" }` below `[ingest]` in sitegen.toml'
        raise fault("no column of the table is known to hold the articles' text", hint=hint)
    rows = _objects(seed.text) if table.kind == "json" else _rows(io.StringIO(seed.text), table)
    for row in rows:
        yield _found(row, table.columns, seed.zone)


def stream(file: BinaryIO, zone: tzinfo, columns: Mapping[str, str]) -> Iterator[Found] | None:
    """The rows of a file too large to be a seed, one at a time; None if they cannot stream.

    Only CSV and JSON Lines can; gzipped or not.
    """
    head = file.peek(2) if isinstance(file, io.BufferedReader) else file.read(2)
    if not isinstance(file, io.BufferedReader):
        file.seek(-len(head), io.SEEK_CUR)
    if head.startswith(b"\x1f\x8b"):
        file = io.BufferedReader(gzip.GzipFile(fileobj=file))
    start = file.read(_HEAD)
    encoding = encoding_of(start)
    decoder = codecs.getincrementaldecoder(encoding)(
        "sitegen.cp1252" if encoding == "utf-8" else "replace"
    )
    head_text = clean(codecs.decode(start, encoding, "ignore").removeprefix("\ufeff"))
    table = table_of(head_text, columns)
    if table is None or table.kind == "json":
        return None
    lines = _lines(chain((start,), iter(lambda: file.read(_HEAD), b"")), decoder)
    return (_found(row, table.columns, zone) for row in _rows(lines, table))


def _lines(chunks: Iterable[bytes], decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    """The lines of a stream, cleaned; raises where one is longer than a row may be."""
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in lines:
            yield f"{clean(line)}\n"
        if len(rest) > MAX_ROW:
            raise fault(f"a row has more than {MAX_ROW // 2**20} MB")
    if rest:
        yield clean(rest)


def table_of(head: str, columns: Mapping[str, str], whole: str = "") -> Table | None:
    """Which table a text is, from its beginning; None if it is none with articles in it."""
    start = head.lstrip()
    if start[:1] in ("{", "["):
        row = _first_object(start)
        if row is not None and start[0] == "{":
            found = columns_of(row, columns)
            return Table("jsonl", found) if found else None
        rows = list(islice(_objects(whole), 20)) if whole else []
        found = columns_of({key: "" for row in rows for key in row}, columns)
        return Table("json", found) if found else None
    return _csv_of(start, columns)


def _is_named_so(seed: Seed) -> bool:
    """Whether a file's name and its beginning agree that it is a table."""
    suffix = seed.path.lower().removesuffix(".gz").rpartition(".")[2]
    start = seed.text.lstrip()
    if suffix in ("json", "jsonl", "ndjson"):
        return start[:1] in ("{", "[")
    lines = start.split("\n", 2)[:2]
    return suffix in ("csv", "tsv") and any(
        len(lines) == 2 and all(mark in line for line in lines) for mark in _DELIMITERS
    )


def _first_fault(text: str) -> None:
    """Raise if JSON is broken, and so has no columns that could be known."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text.strip().partition("\n")[0])
        except (ValueError, RecursionError):
            try:
                json.loads(text)
            except (ValueError, RecursionError) as error:
                raise _broken(error) from None


def _broken(error: Exception, line: int = 0) -> SitegenError:
    reason = re.sub(r": line \d+ column \d+ .*|: column \d+ .*", "", str(error))
    return fault(f"broken JSON: {reason}", line=line or getattr(error, "lineno", 0))


def _first_object(text: str) -> Row | None:
    """The object on the first line, if it is one and something follows it, or it is an article."""
    line = text.partition("\n")[0]
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and _list_in(row) is None else None


def _csv_of(text: str, columns: Mapping[str, str]) -> Table | None:
    head = text.partition("\n")[0]
    best: Table | None = None
    for delimiter in _DELIMITERS:
        try:
            names = next(csv.reader([head], delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(names) > 1 and (found := columns_of(dict.fromkeys(names, ""), columns)):
            table = Table("csv", found, delimiter)
            if best is None or len(found.known) > len(best.columns.known):
                best = table
    # A line of prose may hold a comma and a word like `text`.
    return best if best and len(best.columns.known) > 1 else None


def _rows(lines: Iterable[str], table: Table) -> Iterator[Row]:
    if table.kind == "jsonl":
        yield from _json_lines(lines)
        return
    # The limit belongs to the whole process; it only ever grows.
    csv.field_size_limit(MAX_ROW)
    rows = csv.reader(lines, delimiter=table.delimiter)
    names: list[str] = []
    try:
        for row in rows:
            if not names:
                names = [name.strip().lstrip("\ufeff") for name in row]
            elif any(cell.strip() for cell in row):
                yield dict(zip(names, row, strict=False))
    except csv.Error as error:
        raise fault(f"broken CSV: {error}", line=rows.line_num) from None


def _json_lines(lines: Iterable[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _broken(error, number) from None
        if isinstance(row, dict):
            yield row


def _objects(text: str) -> Iterator[Row]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not _LIST_OF_OBJECTS.match(text):
            return  # Text in braces or brackets is no table.
        raise _broken(error) from None
    rows = value if isinstance(value, list) else _list_in(value)
    yield from (row for row in (rows if rows is not None else [value]) if isinstance(row, dict))


def _list_in(value: object) -> list[object] | None:
    """The rows in an object that wraps them."""
    if isinstance(value, dict):
        for name in _LISTS:
            if isinstance(rows := value.get(name), list) and any(isinstance(r, dict) for r in rows):
                return rows
    return None


def _found(row: Row, columns: Columns, zone: tzinfo) -> Found:
    url = web_address(_text(columns.value(row, "url")))
    title = tidy(_text(columns.value(row, "title")))
    try:
        prose = markup_to_prose(_body(row, columns), url, title)
    except SitegenError:
        prose = Prose("", "")  # One row that cannot be used is empty; the others go on.
    source = tidy(_text(columns.value(row, "source"))) or host(url)
    src = web_address(_text(columns.value(row, "image")), url)
    published = read_moment(columns.value(row, "date"), zone)
    updated = read_moment(columns.value(row, "updated"), zone)
    return Found(
        body=prose.markdown,
        text=prose.text,
        title=title,
        date=published,
        updated=updated if updated and published and updated.at > published.at else None,
        key=tidy(_text(columns.value(row, "key")) or url)[:500],
        summary=_summary(row, columns),
        tags=tuple(dict.fromkeys(_texts(columns.value(row, "tags")))) + prose.hashtags,
        sources=(Source(source, url),) if source else (),
        authors=tuple(
            dict.fromkeys(
                name for text in _texts(columns.value(row, "authors")) for name in people(text)
            )
        ),
        language=tidy(_text(columns.value(row, "language")))[:12],
        image=Image(src) if src else None,
    )


def _body(row: Row, columns: Columns) -> str:
    """The text; where there is none, the description in its place."""
    return clean(_text(columns.value(row, "body")) or _text(columns.value(row, "summary")))


def _summary(row: Row, columns: Columns) -> str:
    return tidy(_text(columns.value(row, "summary"))) if columns.value(row, "body") else ""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n\n".join(part for part in map(_text, value) if part)
    if isinstance(value, dict):
        return next(
            (_text(value[key]) for key in ("name", "title", "url", "href") if key in value), ""
        )
    return "" if value is None or isinstance(value, bool) else str(value)


def _texts(value: object) -> list[str]:
    """The items of a list, or of a text that lists them."""
    if isinstance(value, list):
        return [text for item in value[:50] if (text := tidy(_text(item)))]
    text = _text(value).strip()
    if text.startswith("[") and text.endswith("]"):
        # A list that was written into a cell, by JSON or by Python.
        text = text[1:-1].replace('"', "").replace("'", "")
    mark = next((mark for mark in (";", "|", ",") if mark in text), ",")
    return [item for part in text.split(mark) if (item := tidy(part))]

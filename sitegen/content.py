"""`content/` → Articles: typed, closed front matter, every fault reported with its line."""

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Final
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from msgspec import structs

from sitegen import dates, urls
from sitegen.article import Article, Image, Source
from sitegen.dates import Moment
from sitegen.frontmatter import parse
from sitegen.nodes import Node, free_value
from sitegen.pictures import is_picture
from sitegen.problems import Problem, Severity, SitegenError, did_you_mean
from sitegen.prose import one_line

MAX_BYTES: Final = 256 * 1024
"""The size an article may have; more is named and not built (promise 29)."""
_CONTROL_BYTES = bytes([*range(9), 0xB, 0xC, *range(0xE, 0x20), 0x7F])
_PLANE_ENDS = "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_CONTROLS = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef{_PLANE_ENDS}]")
"""Characters that XML forbids, or that HTML has no meaning for."""
_TWO_ZONES = re.compile(r"(?:[+-]\d{2}:?\d{2}|Z)\s*(?:[A-Za-z]+|[+-]\d{2}:?\d{2})$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PLAIN_URL = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[A-Za-z0-9/._~%-]*)?")
_ID = re.compile(r"[^\s\x00-\x1f<>\"]{1,200}")


class _FieldError(Exception):
    """What is wrong with one value, told from inside the reading of that value."""

    def __init__(self, message: str, line: int, hint: str = "") -> None:
        self.problem = Problem(message, line=line, hint=hint)


def decode(data: bytes) -> str:
    """A content file's text: UTF-8, `\\n` line ends, no byte order mark, no control characters.

    Raises `SitegenError` without a path.
    """
    if len(data) > MAX_BYTES:
        problem = f"the article has {len(data):,} bytes, more than {MAX_BYTES:,}"
        raise SitegenError([Problem(problem, hint="split it, or shorten it")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8: byte 0x{data[error.start]:02x}"
        raise SitegenError([Problem(message, line=line, hint="save it as UTF-8")]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(data.translate(None, _CONTROL_BYTES)) < len(data) or not text.isascii():
        # U+0085 ends a line in YAML and nowhere else.
        text = _CONTROLS.sub("", text.replace("\x85", " "))
    return text


def read_article(path: str, text: str, zone: tzinfo) -> tuple[Article | None, tuple[Problem, ...]]:
    """The article that a file's text tells, and what is wrong with it.

    `path` is relative to `content/`. There is an article only where no problem is an error.
    """
    try:
        parts = parse(text)
    except SitegenError as error:
        return None, error.problems
    problems: list[Problem] = []
    values: dict[str, object] = {}
    for key, node in parts.fields.items():
        reader = _FIELDS.get(key)
        if reader is None:
            hint = did_you_mean(key, _FIELDS)
            problems.append(Problem(f"`{key}` is not a field", line=node.line, hint=hint))
            continue
        try:
            values[_NAMES.get(key, key)] = reader(node, zone)
        except _FieldError as error:
            problem = error.problem
            problems.append(structs.replace(problem, message=f"`{key}`: {problem.message}"))
    meant = {problem.hint for problem in problems}
    for key, hint in _REQUIRED.items():
        # What is there but misspelled is told once.
        if key not in parts.fields and f"did you mean `{key}`?" not in meant:
            problems.append(Problem(f"`{key}` is missing", line=1, hint=hint))
    if not parts.fields:
        hint = "an article begins with `---`, its fields, and `---` again; raw texts are seeds"
        problems = [Problem("there is no front matter", line=1, hint=hint)]
    if problems:
        return None, tuple(problems)
    if "id" not in values:
        values["id"] = stable_id(path)
    return Article(path=path, body=parts.body, body_line=parts.body_line, **values), ()  # type: ignore[arg-type]


def stable_id(path: str) -> str:
    """The id of an article that has none of its own: the same while its file keeps its name."""
    return str(uuid5(NAMESPACE_URL, f"sitegen:content:{path}"))


def without_id(path: str) -> Problem:
    """The warning for an article whose id would change with its file's name."""
    return Problem(
        "`id` is missing: subscribers see the article again when its file is renamed",
        line=1,
        hint=f"add `id: {stable_id(path)}`",
        severity=Severity.WARNING,
    )


# One reader for each kind of value. Each takes the node and the site's zone.


def _text(node: Node, _zone: tzinfo) -> str:
    if not isinstance(node.value, str):
        raise _FieldError("must be a text", node.line, "write it on one line, in quotes if need be")
    text = node.value
    return one_line(text if text.isprintable() else _CONTROLS.sub("", text))


def _needed_text(node: Node, zone: tzinfo) -> str:
    text = _text(node, zone)
    if not text or (node.plain and text in ("~", "null")):
        raise _FieldError("must not be empty", node.line)
    return text


def _moment(node: Node, zone: tzinfo) -> Moment:
    text = _text(node, zone)
    if _TWO_ZONES.search(text):
        raise _FieldError(f"`{text}` names two time zones", node.line, "write one, as `+01:00`")
    try:
        return dates.parse(text, zone)
    except ValueError as error:
        hint = "write `2022-12-29` or `2022-12-29T08:30:00+01:00`"
        raise _FieldError(str(error), node.line, hint) from None


def _truth(node: Node, _zone: tzinfo) -> bool:
    value = free_value(node)
    if not isinstance(value, bool):
        raise _FieldError(f"must be true or false, not `{node.value}`", node.line)
    return value


def _texts(node: Node, zone: tzinfo) -> tuple[str, ...]:
    if not isinstance(node.value, list):
        hint = "write `[one, two]`, or each on its own line after `- `"
        raise _FieldError("must be a list", node.line, hint)
    return tuple(dict.fromkeys(_needed_text(item, zone) for item in node.value))


def _tags(node: Node, zone: tzinfo) -> tuple[str, ...]:
    tags = _texts(node, zone)
    for tag in tags:
        if len(tag) > 100:
            raise _FieldError(f"`{tag[:40]}…` is too long for a tag", node.line)
    return tags


def _url(node: Node, zone: tzinfo) -> str:
    text = _needed_text(node, zone)
    if _PLAIN_URL.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        whole = False
    if not whole or re.search(r'[\s<>"\\]', text):
        raise _FieldError(f"`{text}` is not a URL", node.line, "write `https://…`")
    return text


def _image_src(node: Node, zone: tzinfo) -> str:
    text = _needed_text(node, zone)
    if text.startswith("/") and not text.startswith("//"):
        if reason := urls.fault_in(text):
            raise _FieldError(f"`{text}` {reason}", node.line)
        return text
    if is_picture(text) and not re.search(r'[:<>"\\?#]|^//', text):
        return text
    try:
        return _url(node, zone)
    except _FieldError as error:
        hint = "write `https://…`, `/images/wall.jpg` for a file in the static folder, or"
        hint += " `wall.jpg` for one beside the article"
        raise _FieldError(error.problem.message, node.line, hint) from None


def _table(
    node: Node, zone: tzinfo, readers: "Mapping[str, _Reader]", needed: str
) -> dict[str, object]:
    if not isinstance(node.value, dict):
        raise _FieldError("must be a table", node.line, f"write `{needed}: …` on a line below it")
    for key, item in node.value.items():
        if key not in readers:
            raise _FieldError(f"has no `{key}`", item.line, did_you_mean(key, readers))
    if needed not in node.value:
        raise _FieldError(f"`{needed}` is missing", node.line)
    return {key: readers[key](item, zone) for key, item in node.value.items()}


def _sources(node: Node, zone: tzinfo) -> tuple[Source, ...]:
    nodes = node.value if isinstance(node.value, list) else [node]
    tables = (_table(item, zone, {"name": _needed_text, "url": _url}, "name") for item in nodes)
    return tuple(Source(**table) for table in tables)  # type: ignore[arg-type]


def _image(node: Node, zone: tzinfo) -> Image:
    readers = {"src": _image_src, "alt": _text, "credit": _text}
    return Image(**_table(node, zone, readers, "src"))  # type: ignore[arg-type]


def _id(node: Node, zone: tzinfo) -> str:
    text = _needed_text(node, zone)
    if not _ID.fullmatch(text):
        raise _FieldError(f"`{text[:40]}` is not an id: up to 200 characters, no spaces", node.line)
    return text


def _language(node: Node, zone: tzinfo) -> str:
    text = _needed_text(node, zone)
    if not _LANGUAGE.fullmatch(text):
        raise _FieldError(f"`{text}` is not a language", node.line, "write `en`, `pt-BR`, …")
    return text


def _address(node: Node, zone: tzinfo) -> str:
    text = _needed_text(node, zone)
    if reason := urls.fault_in(text):
        raise _FieldError(f"`{text}` {reason}", node.line, "write `/a/path/` from the site's root")
    if not text.endswith(("/", ".html")):
        # Without a suffix a host does not know it for a page, and with another takes it for else.
        raise _FieldError(f"`{text}` must end in `/` or `.html`", node.line, f"write `{text}/`")
    return text


def _slug(node: Node, zone: tzinfo) -> str:
    text = _needed_text(node, zone)
    if "/" in text or urls.fault_in(f"/{text}/"):
        reason = "must not hold `/`" if "/" in text else urls.fault_in(f"/{text}/")
        raise _FieldError(f"`{text}` {reason}", node.line, f"write `{urls.slugify(text)}`")
    return text


def _addresses(node: Node, zone: tzinfo) -> tuple[str, ...]:
    _texts(node, zone)
    assert isinstance(node.value, list)
    return tuple(dict.fromkeys(_address(item, zone) for item in node.value))


def _free(node: Node, _zone: tzinfo) -> dict[str, object]:
    value = free_value(node)
    if not isinstance(value, dict):
        raise _FieldError("must be a table", node.line, "write `key: value` on a line below it")
    return value


_Reader = Callable[[Node, tzinfo], object]
_FIELDS: Final[dict[str, _Reader]] = {
    "title": _needed_text,
    "date": _moment,
    "updated": _moment,
    "id": _id,
    "summary": _text,
    "tags": _tags,
    "source": _sources,
    "authors": _texts,
    "language": _language,
    "image": _image,
    "draft": _truth,
    "expires": _moment,
    "slug": _slug,
    "permalink": _address,
    "aliases": _addresses,
    "story": _needed_text,
    "extra": _free,
}
"""Every field of the front matter, in the order in which sitegen writes them."""
FIELDS: Final = tuple(_FIELDS)
_NAMES = {"source": "sources"}
_REQUIRED = {
    "title": "add `title: …`",
    "date": "add `date: 2022-12-29`, the day it was published",
}

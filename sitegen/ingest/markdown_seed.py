"""Markdown seeds: with YAML or TOML front matter, with header lines, or with none."""

import re
import tomllib
from collections.abc import Iterator
from typing import Final

from sitegen import frontmatter
from sitegen.article import Image
from sitegen.ingest.header import NAMES, Header, read_header, read_values
from sitegen.ingest.seed import Found, Seed
from sitegen.nodes import Node
from sitegen.problems import fault

MAX_NESTING: Final = 256
"""Levels of quotations or lists; more is an attack on those who parse it (promise 29)."""
_SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
_FRONT = re.compile(r"---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_H1 = re.compile(
    r"\s*(?:#[ \t]+(?P<atx>[^\n]+?)[ \t#]*|(?P<setext>[^\n#>|\-*+][^\n]*)\n=+[ \t]*)(?:\n|\Z)"
)

_PLAIN: Final = (
    (re.compile(r"^(```|~~~).*?^\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE), ""),
    (re.compile(r"^\[\^?[^\]\n]+\]:.*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|.*\|?[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"\[\^[^\]\n]{1,99}\]"), ""),
    (re.compile(r"!\[([^\]\n]{0,300})\]\([^)\n]{0,999}\)"), ""),
    (re.compile(r"\[([^\]\n]{0,300})\](?:\([^)\n]{0,999}\)|\[[^\]\n]{0,99}\])"), r"\1"),
    (re.compile(r"<(https?://[^\s<>]+)>"), r"\1"),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t].*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*[-*+][ \t]+", re.MULTILINE), "- "),
    (
        re.compile(r"(?<![\\\w])(\*{1,3}|_{1,3}|~~|`{1,3})(?=[^\s*_~`])(.{1,300}?)(?<=\S)\1(?!\w)"),
        r"\2",
    ),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def recognises(seed: Seed) -> bool:
    """Front matter, a Markdown suffix, or a Markdown heading at the top."""
    text = seed.text.lstrip("\n")
    if seed.path.lower().endswith(_SUFFIXES):
        return True
    if text.startswith("---") and (match := _FRONT.match(text)):
        return bool(re.search(r"^\w[\w-]*[ \t]*:", match[0], re.MULTILINE))
    return bool(_TOML.match(text)) or bool(re.match(r"# \S[^\n]*\n\s*\n", text))


def read(seed: Seed) -> Iterator[Found]:
    """The one article in it. Raises `SitegenError` if its front matter is broken."""
    header, body = _header(seed)
    body = body.strip("\n")
    if _too_deep(body):
        raise fault(f"nested deeper than {MAX_NESTING} levels")
    match = _H1.match(body)
    title = header.title
    if match and not title:
        title = plain_text(match["atx"] or match["setext"])
    if match and _same(title, plain_text(match["atx"] or match["setext"])):
        body = body[match.end() :].strip("\n")
    yield Found(
        body=body.rstrip(),
        text=plain_text(body),
        title=title,
        date=header.date,
        updated=header.updated,
        key=header.url,
        summary=plain_text(header.summary),
        tags=header.tags,
        sources=header.sources,
        authors=header.authors,
        language=header.language,
        image=Image(header.image) if header.image else None,
    )


def plain_text(markdown: str) -> str:
    """The prose of a Markdown text, without its marks; headings, tables and code are left out."""
    for pattern, replacement in _PLAIN:
        markdown = pattern.sub(replacement, markdown)
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", markdown))
    return "\n\n".join(filter(None, blocks))


def _header(seed: Seed) -> tuple[Header, str]:
    text = seed.text.lstrip("\n")
    if match := _TOML.match(text):
        try:
            table = tomllib.loads(match[1])
        except tomllib.TOMLDecodeError as error:
            raise fault(f"broken TOML front matter: {error}", line=1) from None
        return read_values(_named(_texts(table)), seed.zone), text[match.end() :]
    if text.startswith("---") and _FRONT.match(text):
        parts = frontmatter.parse(text)
        fields = dict(_flat(parts.fields))
        return read_values(_named(fields), seed.zone), parts.body
    return read_header(text, seed.zone)


def _named(fields: dict[str, str]) -> dict[str, str]:
    """By sitegen's own names of fields; what it does not know is dropped."""
    named: dict[str, str] = {}
    for key, value in fields.items():
        name = key.casefold().replace("_", "-")
        if value and name in NAMES:
            named.setdefault(NAMES[name], value)
        elif value and name == "source.url":
            named["url"] = value
    return named


def _flat(fields: dict[str, Node]) -> Iterator[tuple[str, str]]:
    """Front matter with tables (`source: {name, url}`) flattened to their main entry."""
    for key, node in fields.items():
        if isinstance(node.value, dict):
            for inner in ("name", "title", "src"):
                if inner in node.value:
                    yield key, _node(node.value[inner])
            if "url" in node.value:
                yield f"{key}.url", _node(node.value["url"])
        else:
            yield key, _node(node)


def _node(node: Node) -> str:
    """A front-matter value on one line, as a header line would have it."""
    if isinstance(node.value, str):
        return " ".join(node.value.split())
    if isinstance(node.value, list):
        return "; ".join(filter(None, map(_node, node.value)))
    return ""


def _texts(table: dict[str, object]) -> dict[str, str]:
    return {
        key: "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in table.items()
        if not isinstance(value, dict)
    }


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold()


def _too_deep(body: str) -> bool:
    return any(
        len(marks[0]) - marks[0].count(" ") > MAX_NESTING
        for line in body.split("\n")
        if (marks := re.match(r"[ \t>*+-]*", line))
        and len(marks[0]) > MAX_NESTING
        and not re.fullmatch(r"[-*+ \t]*", line)
    ) or bool(re.search(rf"[\[(*_]{{{MAX_NESTING},}}", body))

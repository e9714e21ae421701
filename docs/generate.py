"""Rewrites the tables of the documentation from the types that they are about.

`python docs/generate.py` rewrites the parts between `<!-- generated: NAME -->` and `<!-- end -->`;
`tests/test_docs.py` fails when that would change anything.
"""

import ast
import inspect
import json
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import jinja2
import msgspec
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS as DEFAULT_FILTERS
from msgspec import Struct

from sitegen import config, links, targets, theme, views
from sitegen.article import Source
from sitegen.cards import Body, Card, TagRef
from sitegen.dates import Moment
from sitegen.facts import SiteFacts
from sitegen.fronts import Front, Item, Span
from sitegen.pictures import Picture
from sitegen.rendered import Heading
from sitegen.templates import Renderer
from sitegen.timeline import Bar, Chart
from sitegen.words import CalendarDay

FOLDER: Final = Path(__file__).parent
_PART: Final = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SMALL: Final[tuple[type[Struct], ...]] = (
    views.PageInfo,
    Card,
    Front,
    Item,
    Body,
    Moment,
    TagRef,
    Source,
    Picture,
    Heading,
    links.Link,
    links.RelatedLink,
    links.DateLink,
    links.DayLink,
    views.Earlier,
    Span,
    CalendarDay,
    links.TagLink,
    links.TagGroup,
    Chart,
    Bar,
    links.FeedLink,
    links.Subscription,
    links.Pager,
)
"""What views are made of, in the order in which a theme's author meets it."""
_INSIDE: Final = {"path", "address", "digest", "key", "references", "pictures", "sketch"}
"""Fields that no template needs."""
_WORDS: Final = {
    "str": "text",
    "int": "number",
    "bool": "true or false",
    "date": "day",
    "datetime": "instant",
    "object": "anything",
}


@cache
def docstrings(kind: type) -> Mapping[str, str]:
    """What stands below the fields and in the properties of a class, on one line each."""
    tree = ast.parse(inspect.getsource(kind))
    body = tree.body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    last = ""
    for node in body.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = ast.get_docstring(node) or ""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and last:
            found[last] = str(node.value.value)
        target = getattr(node, "target", None)
        last = target.id if isinstance(target, ast.Name) else ""
    return {name: " ".join(text.split()) for name, text in found.items()}


def plainly(hint: Any) -> str:
    """A type in words."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is types.UnionType:
        return ", or ".join("none" if one is types.NoneType else plainly(one) for one in inner)
    if origin in (list, tuple):
        return f"list of {_several(inner[0])}"
    if origin is dict:
        return "table" if inner[1] is object else f"table of {_several(inner[1])}"
    name = str(getattr(hint, "__name__", hint))
    return _WORDS.get(name, f"`{name}`")


def _several(hint: Any) -> str:
    kind, _, of = plainly(hint).partition(" ")
    return f"{kind if kind.startswith('`') else f'{kind}s'} {of}".rstrip()


def table(rows: list[tuple[str, ...]], *heads: str) -> str:
    """A table in Markdown."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def settings() -> str:
    """Every section of `sitegen.toml`."""
    parts: list[str] = []
    for name, section in get_type_hints(config.Config).items():
        if name == targets.SECTION:
            continue  # `publishing.md` tells them.
        rows = _keys(section, {"site"} if name == "urls" else set())
        about = " ".join((section.__doc__ or "").split())
        intro = about if about.startswith("`[") else f"`[{name}]`: {about[0].lower()}{about[1:]}"
        parts.append(
            f"### [{name}]\n\n{intro}\n\n{table(rows, 'key', 'type', 'default', 'meaning')}"
        )
    return "\n".join(parts)


def _keys(section: type[Struct], skipped: set[str]) -> list[tuple[str, ...]]:
    told, hints = docstrings(section), get_type_hints(section)
    return [
        (f"`{field.name}`", plainly(hints[field.name]), _default(field), told[field.name])
        for field in msgspec.structs.fields(section)
        if field.name not in skipped
    ]


def publishing() -> str:
    """Every type of target."""
    parts: list[str] = []
    shared = set(targets.Publishing.__struct_fields__)
    for section in (*targets.TYPES.values(), targets.Publishing):
        rows = _keys(section, set() if section is targets.Publishing else shared)
        about = " ".join((section.__doc__ or "").split())
        parts.append(f"{about}\n\n{table(rows, 'key', 'type', 'default', 'meaning')}")
    return "\n".join(parts)


def _default(field: "msgspec.structs.FieldInfo") -> str:
    if field.required:
        return "needed"
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    if isinstance(value, dict | list):
        return "none"
    if isinstance(value, tuple | bool):
        return f"`{json.dumps(value)}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def _fields(kind: type[Struct], skipped: set[str]) -> list[tuple[str, ...]]:
    hints, told = get_type_hints(kind), dict[str, str]()
    for base in reversed(kind.__mro__[: kind.__mro__.index(Struct)]):
        told |= docstrings(base)
    rows: list[tuple[str, ...]] = [
        (f"`{name}`", plainly(hints[name]), told[name])
        for name in kind.__struct_fields__
        if name not in skipped
    ]
    for name, value in inspect.getmembers(kind, lambda value: isinstance(value, property)):
        if name not in skipped | {"digest"}:
            returned = get_type_hints(value.fget)["return"]
            rows.append((f"`{name}`", plainly(returned), told[name]))
    return rows


def view_tables() -> str:
    """Every view that a template sees."""
    parts: list[str] = []
    for view in get_args(views.AnyView):
        rows = _fields(view, {"page", *_INSIDE})
        about = " ".join((view.__doc__ or "").split())
        parts.append(f"{about}\n\n{table(rows, 'field', 'type', 'meaning')}" if rows else about)
    return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def small_tables() -> str:
    """What views are made of."""
    parts: list[str] = []
    for kind in _SMALL:
        about = " ".join((kind.__doc__ or "").split())
        rows = _fields(kind, _INSIDE | {"offset", "instant"})
        parts.append(f"**`{kind.__name__}`** {about}\n\n{table(rows, 'field', 'type', 'meaning')}")
    return "\n".join(parts)


def facts() -> str:
    """What every template may read as `site`."""
    rows: list[tuple[str, ...]] = [
        (f"`site.{name[1:]}", *more) for name, *more in _fields(SiteFacts, set())
    ]
    return table(rows, "fact", "type", "meaning")


def functions() -> str:
    """The functions and filters that templates have beside Jinja's own."""
    settings = config.read('[site]\ntitle = "T"\nurl = "https://example.org"\n')
    environment = Renderer(theme.load(Path(), "digest"), settings, {}).environment
    rows: list[tuple[str, ...]] = []
    for name, function in environment.globals.items():
        if name not in DEFAULT_NAMESPACE and name != "site":
            assert callable(function)
            rows.append((f"`{_called(name, function)}`", inspect.getdoc(function) or ""))
    for name, function in environment.filters.items():
        if name.isidentifier() and name not in DEFAULT_FILTERS:
            rows.append((f"`value\\|{_called(name, function, 1)}`", inspect.getdoc(function) or ""))
    plain: list[tuple[str, ...]] = [(name, " ".join(told.split())) for name, told in rows]
    return table(plain, "in a template", "gives")


def _called(name: str, function: Callable[..., object], skipped: int = 0) -> str:
    shown: list[str] = []
    for parameter in list(inspect.signature(function).parameters.values())[skipped:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            shown.append("name=value, …")
        elif parameter.default is parameter.empty or not parameter.default:
            shown.append(parameter.name)
        else:
            shown.append(f'"{parameter.default}"')
    return f"{name}({', '.join(shown)})" if shown else name


def blocks(name: str) -> str:
    """The blocks of a shipped theme, by template."""
    rows: list[tuple[str, ...]] = [
        (f"`{path.name}`", ", ".join(f"`{name}`" for name in _blocks_of(path)))
        for path in sorted((theme.shipped() / name / "templates").glob("*.html"))
    ]
    return table([row for row in rows if row[1]], "template", "blocks")


def _blocks_of(path: Path) -> Iterator[str]:
    tree = jinja2.Environment().parse(path.read_text("utf-8"))
    return (block.name for block in tree.find_all(jinja2.nodes.Block))


def _style() -> str:
    return (theme.shipped() / "digest" / "assets" / "style.css").read_text("utf-8")


def design() -> str:
    """The comment at the top of the digest theme's style sheet."""
    comment = _style().partition("/*")[2].partition("*/")[0]
    lines = [line.removeprefix("   ").rstrip() for line in comment.strip().split("\n")]
    return "\n".join(["```text", *lines, "```", ""])


def properties(head: str) -> dict[str, str]:
    """The custom properties that the first rule with this selector sets."""
    rule = re.search(rf"^ *{re.escape(head)} {{\n(.*?)^ *}}", _style(), re.DOTALL | re.MULTILINE)
    assert rule
    return dict(re.findall(r"--([\w-]+): (.*?);", rule[1]))


def measures() -> str:
    """The sizes of the digest theme, in pixels."""
    rows: list[tuple[str, ...]] = [
        (f"`--{name}`", *(f"{_pixels(value, width):g}" for width in (390, 1280)))
        for name, value in properties(":root").items()
        if "rem" in value
    ]
    return table(rows, "size", "on a phone, 390 px wide", "on a desk, 1280 px wide")


def _pixels(value: str, width: int) -> float:
    """What a length, or a `clamp` of lengths, comes to in a window."""
    parts = [
        sum(
            float(number) * {"rem": 16.0, "vw": width / 100}[unit]
            for number, unit in re.findall(r"([\d.]+)(rem|vw)", part)
        )
        for part in value.split(",")
    ]
    return round(min(max(parts[0], parts[1]), parts[2]) if len(parts) == 3 else parts[0], 1)


def colours() -> str:
    """The colours of the digest theme, and how well they can be read on its paper."""
    light, dark = properties(":root"), properties(':root[data-colours="dark"]')
    rows: list[tuple[str, ...]] = []
    for name, value in light.items():
        if value.startswith("#"):
            pair = (value, light["paper"]), (dark.get(name, value), dark["paper"])
            told = [f"`{ink}`" for ink, _ in pair] + [f"{contrast(*one):.1f}" for one in pair]
            rows.append((f"`--{name}`", *told))
    return table(rows, "colour", "light", "dark", "contrast to paper, light", "dark")


def contrast(one: str, other: str) -> float:
    """Of two colours, from 1 to 21.

    Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [part / 255 for part in bytes.fromhex(digits)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "settings": settings,
    "views": view_tables,
    "small": small_tables,
    "facts": facts,
    "functions": functions,
    "blocks-digest": partial(blocks, "digest"),
    "blocks-wire": partial(blocks, "wire"),
    "design": design,
    "measures": measures,
    "colours": colours,
    "targets": publishing,
}


def renewed(text: str) -> str:
    """A page of the documentation with its generated parts made anew."""
    return _PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n{found[3]}", text)


def main() -> None:
    """Rewrite every page that differs."""
    for path in sorted(FOLDER.glob("*.md")):
        text = path.read_text("utf-8")
        if (new := renewed(text)) != text:
            path.write_text(new, "utf-8", newline="\n")
            sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()

"""What is wrong with a template's text: blocks that nothing shows; hints for what Jinja says."""

import re
from collections.abc import Callable
from typing import Final

import jinja2
from jinja2 import nodes

from sitegen.problems import did_you_mean

_BLOCK: Final = re.compile(r"\{%[-+]?\s*block\s+(\w+)")
_EXTENDS: Final = re.compile(r"\{%[-+]?\s*extends\s+(?:([\"'])(.+?)\1)?")
_SELF: Final = re.compile(r"\bself\.(\w+)")
_TAGS: Final = (
    *("block", "call", "else", "elif", "endblock", "endcall", "endfilter", "endfor", "endif"),
    *("endmacro", "endset", "endwith", "extends", "filter", "for", "from", "if", "import"),
    *("include", "macro", "set", "with"),
)
_MARKS: Final = "a value stands between `{{` and `}}`, a statement between `{%` and `%}`"


class LostBlockError(jinja2.TemplateSyntaxError):
    """A block that nothing shows."""

    hint = ""


Found = Callable[[str, str], tuple[str, str] | None]
"""A template's name, and that of the one that names it → the name that it then has, its source."""


def check_blocks(tree: nodes.Template, name: str, filename: str, find: Found) -> None:
    """Refuses a block that none of the templates has that this one extends: nothing would show it.

    Raises `LostBlockError`. Where a name is made while rendering, nobody knows, and nothing is
    refused.
    """
    parent = next(tree.find_all(nodes.Extends), None)
    if parent is None or not isinstance(parent.template, nodes.Const):
        return
    known = _known(str(parent.template.value), name, find)
    if known is None:
        return
    called = {
        read.attr
        for read in tree.find_all(nodes.Getattr)
        if isinstance(read.node, nodes.Name) and read.node.name == "self"
    }
    # What stands inside another block is shown with it.
    inside = {
        inner.name for block in tree.find_all(nodes.Block) for inner in block.find_all(nodes.Block)
    }
    for block in tree.find_all(nodes.Block):
        if block.name not in known | called | inside:
            message = f"no block is called `{block.name}` in `{parent.template.value}`"
            error = LostBlockError(message, block.lineno, name, filename)
            error.hint = did_you_mean(block.name, known)
            raise error


def _known(wanted: str, asking: str, find: Found) -> set[str] | None:
    """The blocks of a template and of all that it extends; None where that cannot be told."""
    known: set[str] = set()
    seen: set[str] = set()
    while found := find(wanted, asking):
        asking, source = found
        if asking in seen:
            return None
        seen.add(asking)
        known |= {*_BLOCK.findall(source), *_SELF.findall(source)}
        extends = _EXTENDS.search(source)
        if extends is None:
            return known
        if not extends[2]:
            return None
        wanted = extends[2]
    return None


def syntax_hint(message: str) -> str:
    """What to do about a fault that Jinja found while it read a template."""
    if found := re.search(r"unknown tag '(\w+)'", message):
        inner = re.search(r"innermost block that needs to be closed is '(\w+)'", message)
        if inner and found[1].startswith("end"):
            return f"close `{inner[1]}` with `{{% end{inner[1]} %}}` first"
        return did_you_mean(found[1], _TAGS)
    if found := re.search(r"end of template.*to be closed is '(\w+)'", message):
        return f"close it with `{{% end{found[1]} %}}`"
    return _MARKS

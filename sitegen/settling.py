"""Templates → templates of one site: what its settings and words tell is looked up once."""

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from sitegen.facts import CONFIGURED

_FUNCTIONS: Final = frozenset(("t", "asset"))
"""Functions of templates that give the same text for the same arguments throughout a site."""
SAY: Final = "t()"
"""What `t` is as a filter, which is called with fewer steps. No template can name it."""


def settled(tree: nodes.Template, names: Mapping[str, Any]) -> nodes.Template:
    """A template with the texts of its site in place of what asks for them.

    These are interface words and assets that it names outright, and facts that the configuration
    tells. Conditions that hang on nothing else are decided.
    """
    own = _assigned(tree)
    functions = {name: names[name] for name in _FUNCTIONS - own}
    _Settle(functions, None if "site" in own else names["site"]).visit(tree)
    return tree


def _assigned(tree: nodes.Template) -> set[str]:
    """Names that a template gives a meaning of its own."""
    names = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    names |= {macro.name for macro in tree.find_all(nodes.Macro)}
    names |= {module.target for module in tree.find_all(nodes.Import)}
    for imported in tree.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in imported.names}
    return names


class _Settle(NodeTransformer):
    """Puts texts in place of what asks for them, such as `t("archive")` and `site.title`."""

    def __init__(self, functions: Mapping[str, Any], facts: Any) -> None:
        self._functions, self._facts = functions, facts

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name for it.
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in self._functions:
            return node
        try:
            args = [arg.as_const() for arg in node.args]
            values = {pair.key: pair.value.as_const() for pair in node.kwargs}
        except nodes.Impossible:
            if node.node.name != "t" or not node.args or node.dyn_args or node.dyn_kwargs:
                return node
            key, *rest = node.args
            return nodes.Filter(key, SAY, rest, node.kwargs, None, None, lineno=node.lineno)
        try:
            said = self._functions[node.node.name](*args, **values)
        except (LookupError, TypeError):
            # Told when the template is rendered, with its line.
            return node
        return nodes.Const(said, lineno=node.lineno)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name != "site":
            return node
        if self._facts is None or node.attr not in CONFIGURED:
            return node
        return nodes.Const(getattr(self._facts, node.attr), lineno=node.lineno)

    def visit_If(self, node: nodes.If) -> nodes.Node | list[nodes.Node]:  # noqa: N802
        if node.elif_:
            first, *rest = node.elif_
            other = nodes.If(first.test, first.body, rest, node.else_, lineno=first.lineno)
            node = nodes.If(node.test, node.body, [], [other], lineno=node.lineno)
        self.generic_visit(node)
        # A block that is not shown may still be asked for elsewhere.
        if not isinstance(node.test, nodes.Const):
            return node
        if node.find(nodes.Block) or node.find(nodes.Extends):
            return node
        return node.body if node.test.value else node.else_

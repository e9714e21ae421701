"""Templates → quick code: what a site settles once is looked up once, the rest in few steps."""

from collections.abc import Callable, Mapping
from types import FunctionType, MethodType
from typing import Any, Final

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

try:
    # What `escape` calls for a text; the object around its result would be thrown away here.
    from markupsafe._speedups import _escape_inner
except ImportError:  # pragma: no cover - a build of markupsafe without its C code.

    def _escape_inner(text: str, /) -> str:
        return str(escape(text))


_FUNCTIONS: Final = frozenset(("t", "asset"))
"""Functions of templates that give the same text for the same arguments throughout a site."""
_FACTS: Final = frozenset(
    (
        *("title", "url", "description", "language", "direction", "author"),
        *("every", "home", "tags_url", "archive_url"),
    )
)
"""Fields of `site` that are as the configuration says, whatever is published."""


def text(value: object) -> str:
    """A value as it stands in HTML."""
    if type(value) is str:
        return _escape_inner(value)
    return value if type(value) is Markup else str(escape(value))


class QuickCode(CodeGenerator):
    """Writes the same as Jinja's own, in code that calls less Python for each value.

    The names that it assigns hold for the expression in which they stand.
    """

    _depth = 0

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.text(")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self._depth += 1
        found, owner = f"_found{self._depth}", f"_owner{self._depth}"
        self.write(f"({found} if ({found} := getattr(({owner} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr({owner}, {node.attr!r}))")
        self._depth -= 1


class QuickContext(Context):
    """Calls the same as Jinja's own, with fewer questions to macros and plain functions."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """What the callable gives."""
        if type(__obj) is Macro:
            said = _expanded(__obj, args, kwargs)
            if said is not None:
                return Markup(said) if __self.eval_ctx.autoescape else said
        elif type(__obj) in _PLAIN and not hasattr(__obj, "jinja_pass_arg"):
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
            return __obj(*args, **kwargs)
        return super().call(__obj, *args, **kwargs)


_PLAIN: Final = frozenset((FunctionType, MethodType))


def _expanded(macro: Macro, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str | None:
    """What a macro writes; None where it takes Jinja to tell what is given for what."""
    if macro.caller or macro.catch_kwargs or macro.catch_varargs:
        return None
    rest = macro.arguments[len(args) :]
    named = kwargs.keys() - _HIDDEN
    if len(args) > len(macro.arguments) or not named <= set(rest):
        return None
    said: str = macro._func(*args, *(kwargs.get(name, missing) for name in rest))
    return said


_HIDDEN: Final = frozenset(("_loop_vars", "_block_vars"))
"""What a template passes for functions that ask for its context."""


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
            return node
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
        if self._facts is None or node.attr not in _FACTS:
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

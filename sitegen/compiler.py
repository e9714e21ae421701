"""Templates → quick code, which takes few steps for each value."""

from collections.abc import Callable, Mapping
from keyword import iskeyword
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, Final

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

try:
    # What `escape` calls for a text; the object around its result would be thrown away here.
    from markupsafe._speedups import _escape_inner
except ImportError:  # pragma: no cover - a build of markupsafe without its C code.

    def _escape_inner(text: str, /) -> str:
        return str(escape(text))


escaped: Final[Callable[[str], str]] = _escape_inner
"""A text as it stands in HTML."""


def text(value: object) -> str:
    """A value as it stands in HTML."""
    if type(value) is str:
        return escaped(value)
    return value if type(value) is Markup else str(escape(value))


class QuickCode(CodeGenerator):
    """Writes the same as Jinja's own, in code that calls less Python for each value.

    Templates and blocks are functions that give the list of what they write, where Jinja's are
    generators, through each of which every text would pass. The names that an expression assigns
    hold for it alone. A function that is called may ask for its context, but not for the variables
    of the loop or block in which it is called: no function of ours does.

    Where its environment is not `careful`, what Jinja would look for elsewhere, or call undefined,
    is an `AttributeError`.
    """

    environment: Any
    _depth = 0
    _root = ""
    _shown = False

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Write a whole template, and whether it holds nothing but macros."""
        super().visit_Template(node, frame)
        self.writeline("undefined, concat = environment.undefined, environment.concat")
        self.writeline("text, escaped = environment.text, environment.escaped")
        self.writeline("cond_expr_undefined = Undefined")
        self.writeline(f"lasting = {all(map(_only_macros, node.body))}")

    def write_commons(self) -> None:
        """What each function begins with, where Jinja's also names what is the same for all, and
        yields in a dead branch to be a generator.
        """
        self.writeline("resolve = context.resolve_or_missing")

    def enter_frame(self, frame: Frame) -> None:
        """Begin a scope; that of a template or a block with a list."""
        super().enter_frame(frame)
        if frame.parent is None:
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        """End a scope; that of a template or a block gives its list."""
        super().leave_frame(frame, with_python_scope)
        if frame.parent is not None:
            return
        if frame.toplevel and self.extends_so_far:
            self._root = str(frame.buffer)
            if not self.has_known_extends:
                self.writeline(f"if parent_template is None: return {frame.buffer}")
        else:
            self.writeline(f"return {frame.buffer}")

    def writeline(self, x: Any, node: nodes.Node | None = None, extra: int = 0) -> None:
        """Write a line. The one that would make a generator of what extends another is ours."""
        if x == "yield from parent_template.root_render_func(context)":
            x = f"return [*{self._root}, *parent_template.root_render_func(context)]"
        super().writeline(x, node, extra)

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802
        """Add what a block gives."""
        child = frame.toplevel and self.extends_so_far
        if child and self.has_known_extends:
            return
        if child:
            self.writeline("if parent_template is None:")
            self.indent()
        blocks = f"context.blocks[{node.name!r}]"
        if node.required:
            message = f"Required block {node.name!r} not found"
            self.writeline(f"if len({blocks}) <= 1: raise TemplateRuntimeError({message!r})", node)
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        self.writeline(f"{frame.buffer}.extend({blocks}[0]({context}))", node)
        if child:
            self.outdent()

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802
        """Add what another template gives."""
        if node.ignore_missing:
            self.writeline("try:")
            self.indent()
        self.writeline("template = environment.get_or_select_template(", node)
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        if node.ignore_missing:
            self.outdent()
            self.writeline("except TemplateNotFound: pass")
            self.writeline("else:")
            self.indent()
        given = "template._get_default_module(context)._body_stream"
        if node.with_context:
            seen = f"context.get_all(), True, {self.dump_local_context(frame)}"
            given = f"template.root_render_func(template.new_context({seen}))"
        self.writeline(f"{frame.buffer}.extend({given})")
        if node.ignore_missing:
            self.outdent()

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802
        """Write texts. What is shown under a condition, and else nothing, is else an empty text."""
        for shown in node.nodes:
            while isinstance(shown, nodes.CondExpr):
                shown.expr2 = shown.expr2 or nodes.Const("", lineno=shown.lineno)
                shown = shown.expr2  # noqa: PLW2901
        super().visit_Output(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        elif isinstance(node, nodes.Call):
            self._shown = True
            self.write("(")
        else:
            # What `text` does first, for it is what most values are.
            self.write("(escaped(_said) if type(_said := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        quick = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if quick and not isinstance(node, nodes.Call):
            self.write(") is str else text(_said))")
        else:
            super()._output_child_post(node, frame, finalize)

    def visit_Call(  # noqa: N802
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,
    ) -> None:
        """Call something; where its result is only shown, it need not be markup first."""
        self.write("context.shown(" if self._shown else "context.call(")
        self._shown = False
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Take an attribute. What has none of this name may have an item; careful code asks."""
        of = node.node.name if isinstance(node.node, nodes.Name) else ""
        # The blocks of `self` are items.
        if not self.environment.careful and _plain_name(node.attr) and of != "self":
            if of:
                # Where it is missing, it has no attribute.
                self.write(frame.symbols.ref(of))
            else:
                self.write("(")
                self.visit(node.node, frame)
                self.write(")")
            self.write(f".{node.attr}")
            return
        self._depth += 1
        found, owner = f"_found{self._depth}", f"_owner{self._depth}"
        self.write(f"({found} if ({found} := getattr(({owner} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr({owner}, {node.attr!r}))")
        self._depth -= 1


def _plain_name(attr: str) -> bool:
    """Whether Python takes a name as it is, and nothing has it that is not asked for it."""
    return attr.isascii() and not iskeyword(attr) and not attr.startswith("__")


def _only_macros(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Output):
        return all(isinstance(part, nodes.TemplateData) for part in node.nodes)
    return isinstance(node, nodes.Macro)


class QuickContext(Context):
    """Calls the same as Jinja's own, with fewer questions to macros and plain functions."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """What the callable gives."""
        if type(__obj) is Macro:
            said = _expanded(__obj, args, kwargs)
            if said is not None:
                return Markup(said) if __self.eval_ctx.autoescape else said
        elif type(__obj) in _PLAIN and not hasattr(__obj, "jinja_pass_arg"):
            return __obj(*args, **kwargs)
        return super().call(__obj, *args, **kwargs)

    def shown(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> str:  # noqa: N805
        """What the callable gives, as it stands in HTML."""
        if type(__obj) is Macro:
            said = _expanded(__obj, args, kwargs)
            if said is not None:
                return said
        elif type(__obj) in _PLAIN and not hasattr(__obj, "jinja_pass_arg"):
            return text(__obj(*args, **kwargs))
        return text(super().call(__obj, *args, **kwargs))


_PLAIN: Final = frozenset((FunctionType, MethodType, BuiltinMethodType, BlockReference))


def _expanded(macro: Macro, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str | None:
    """What a macro writes; None where it takes Jinja to tell what is given for what."""
    if macro.caller or macro.catch_kwargs or macro.catch_varargs:
        return None
    lacking = len(macro.arguments) - len(args)
    if kwargs:
        rest = macro.arguments[len(args) :]
        if not kwargs.keys() <= set(rest):
            return None
        args += tuple([kwargs.get(name, missing) for name in rest])
    elif lacking > 0:
        args += (missing,) * lacking
    elif lacking < 0:
        return None
    said: str = macro._func(*args)
    return said

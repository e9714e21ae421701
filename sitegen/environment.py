"""The Jinja environment: strict, autoescaping, and noting every template and fact that is read."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import jinja2
from jinja2 import StrictUndefined, nodes
from jinja2.visitor import NodeTransformer

from sitegen.problems import did_you_mean
from sitegen.theme import Theme

_CONSTANT: Final = frozenset(("t", "asset"))
"""Functions of templates that give the same text for the same arguments throughout a site."""


class Reads:
    """What one render has read, by name."""

    def __init__(self) -> None:
        self.names: set[str] = set()


class Facts:
    """`site` in templates: facts about the whole site, each read noted."""

    def __init__(self, values: Mapping[str, object], reads: Reads) -> None:
        self._values, self._reads = values, reads

    def __getattr__(self, name: str) -> Any:
        self._reads.names.add(f"site.{name}")
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        return sorted(self._values)


class _Undefined(StrictUndefined):
    """Names what the object has in place of what was asked for."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        if owner is jinja2.utils.missing or self._undefined_hint:
            return super()._undefined_message
        if owner is None:
            hint = "it may be none: ask with `{% if … %}` first"
            return f"there is nothing to take `{self._undefined_name}` from\n{hint}"
        if isinstance(owner, dict):
            hint = did_you_mean(str(self._undefined_name), map(str, owner))
            hint = hint or "ask with `{% if … is defined %}` first"
            return f"`{self._undefined_name}` is not in the table\n{hint}"
        fields = getattr(owner, "__struct_fields__", None) or (
            [name for name in dir(owner) if not name.startswith("_")]
        )
        kind = "site" if isinstance(owner, Facts) else type(owner).__name__
        near = did_you_mean(str(self._undefined_name), map(str, fields))
        return f"`{self._undefined_name}` is not a field of {kind}\n{near}"


class _Loader(jinja2.BaseLoader):
    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def get_source(
        self,
        environment: jinja2.Environment,  # noqa: ARG002 - Jinja's signature.
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        name, _, after = template.partition(">")
        found = self._theme.find(name, int(after or -1))
        if found is None:
            raise jinja2.TemplateNotFound(name)
        return found.source, found.path, lambda: True


class _Template(jinja2.Template):
    """A template that is made a module anew for each page that imports it.

    One that outlived the page would not count as read, and could carry over what a macro counted.
    """

    def _get_default_module(self, ctx: Any = None) -> Any:  # noqa: ARG002 - Jinja's signature.
        environment = self.environment
        assert isinstance(environment, Environment)
        module = environment.modules.get(self)
        if module is None:
            module = environment.modules[self] = self.make_module()
        return module


class Environment(jinja2.Environment):
    """Autoescapes whatever the suffix (promise 35) and notes every template that is asked for."""

    template_class = _Template

    def __init__(self, theme: Theme, reads: Reads) -> None:
        super().__init__(
            loader=_Loader(theme),
            autoescape=True,
            undefined=_Undefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.theme, self.reads = theme, reads
        self._settled: dict[str, frozenset[str]] = {}
        self.modules: dict[jinja2.Template, Any] = {}
        """Those that the page at hand has imported."""
        # Only sanitised bodies are markup, and they come as such.
        del self.filters["safe"]
        # Same inputs, same bytes.
        del self.filters["random"], self.globals["lipsum"]

    def join_path(self, template: str, parent: str) -> str:
        """A template that names itself means the one that it overrides, in the layers behind it."""
        name, _, after = parent.partition(">")
        asking = self.theme.find(name, int(after or -1))
        found = self.theme.find(template)
        if asking and found and asking.name == found.name:
            return f"{template}>{asking.layer}"
        return template

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:
        outer = {*self.reads.names, f"template:{name}"}
        self.reads.names.clear()
        try:
            template = super()._load_template(name, globals)
            # What is read while a template is compiled counts for every page that is made with it.
            outer |= self._settled.setdefault(name, frozenset(self.reads.names))
        finally:
            self.reads.names.update(outer)
        return template

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Interface words and assets that a template names outright are looked up once, here."""
        tree = super()._parse(source, name, filename)
        _Settle({name: self.globals[name] for name in _CONSTANT - _assigned(tree)}).visit(tree)
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
    """Puts texts in place of calls such as `t("archive")` and `asset("style.css")`."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self._functions = functions

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
            text = self._functions[node.node.name](*args, **values)
        except (LookupError, TypeError):
            # Told when the template is rendered, with its line.
            return node
        return nodes.Const(text, lineno=node.lineno)

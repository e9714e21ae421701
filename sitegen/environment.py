"""The Jinja environment: strict, autoescaping, and noting every template and fact that is read."""

from collections.abc import Mapping, Sequence
from types import CodeType
from typing import Any, cast

import jinja2
from jinja2 import StrictUndefined, filters, nodes
from jinja2.environment import TemplateModule
from msgspec import Struct

from sitegen.codes import Codes
from sitegen.compiler import QuickCode, QuickContext, escaped, text
from sitegen.problems import did_you_mean
from sitegen.settling import settled
from sitegen.template_syntax import check_blocks
from sitegen.theme import SHIPPED, Theme


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
        if isinstance(owner, TemplateModule):
            known = [name for name in dir(owner) if not name.startswith("_")]
            near = did_you_mean(str(self._undefined_name), known)
            return f"there is no macro `{self._undefined_name}` in `{owner.__name__}`\n{near}"
        fields = getattr(owner, "__struct_fields__", None) or (
            [name for name in dir(owner) if not name.startswith("_")]
        )
        kind = "site" if isinstance(owner, Facts) else type(owner).__name__
        near = did_you_mean(str(self._undefined_name), map(str, fields))
        return f"`{self._undefined_name}` is not a field of {kind}\n{near}"


class _Loader(jinja2.BaseLoader):
    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def load(
        self, environment: jinja2.Environment, name: str, globals: Any = None
    ) -> jinja2.Template:
        assert isinstance(environment, Environment)
        local, _, after = name.partition(">")
        found = self._theme.find(local, int(after or -1))
        if found is None:
            raise jinja2.TemplateNotFound(local)
        code = environment.code(name, found.source, found.path)
        return _Template.from_code(environment, code, globals)


class _Template(jinja2.Template):
    """A template that is made a module anew for each page that imports it.

    One that outlived the page could carry over what a macro counted. Where there are only macros,
    nothing can be carried over, nor is anything read while the module is made.
    """

    lasting = False

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> "_Template":
        template = super()._from_namespace(environment, namespace, globals)
        assert isinstance(template, _Template)
        template.lasting = namespace["lasting"]
        return template

    def _get_default_module(self, ctx: Any = None) -> Any:  # noqa: ARG002 - Jinja's signature.
        environment = self.environment
        assert isinstance(environment, Environment)
        module = self._module or environment.modules.get(self)
        if module is None:
            module = environment.modules[self] = self.make_module()
            if self.lasting:
                self._module = module
        return module


class Environment(jinja2.Environment):
    """Autoescapes whatever the suffix (promise 35) and notes every template that is asked for."""

    template_class = _Template
    code_generator_class = QuickCode
    context_class = QuickContext
    text, escaped = staticmethod(text), staticmethod(escaped)
    careful = False
    """Whether what has no attribute of a name is asked for an item; else it is an error."""

    def __init__(self, theme: Theme, reads: Reads, codes: Codes) -> None:
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
        self.theme, self.reads, self.codes = theme, reads, codes
        self._joined: dict[tuple[str, str], str] = {}
        self._loaded: dict[str, tuple[jinja2.Template, frozenset[str]]] = {}
        self.modules: dict[jinja2.Template, Any] = {}
        """Those that the page at hand has imported."""
        # Only sanitised bodies are markup, and they come as such.
        del self.filters["safe"]
        # We wait for nothing, so nobody need ask whether there is something to wait for.
        for name in self.filters:
            self.filters[name] = getattr(filters, f"sync_do_{name}", self.filters[name])
        # Same inputs, same bytes.
        del self.filters["random"], self.globals["lipsum"]

    def again(self, *, autoescape: bool, careful: bool) -> "Environment":
        """The same, with templates of its own."""
        other = self.overlay(autoescape=autoescape)
        assert isinstance(other, Environment)
        other._loaded, other.modules, other.careful = {}, {}, careful
        return other

    def render(self, template: str, context: dict[str, Any], data: bytes) -> bytes:
        """A page, in UTF-8; `data`: the HTML of the context's `body`, if there is one, likewise."""
        self.modules.clear()
        found = self.get_template(template)
        try:
            # Code of ours gives a list.
            pieces = cast(list[str], found.root_render_func(found.new_context(context)))
        except Exception:
            self.handle_exception()
        return _encoded(pieces, context["body"].html, data) if data else "".join(pieces).encode()

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item, or else an attribute: what views are made of has these alone."""
        if isinstance(obj, Struct) and type(argument) is str:
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)

    def make_globals(self, d: Any) -> Any:
        """What all templates share. They are many, and none has globals of its own."""
        return super().make_globals(d) if d else self.globals

    def join_path(self, template: str, parent: str) -> str:
        """A template that names itself means the one that it overrides, in the layers behind it."""
        joined = self._joined.get((template, parent))
        if joined is None:
            joined = self._joined[template, parent] = self._join(template, parent)
        return joined

    def _join(self, template: str, parent: str) -> str:
        name, _, after = parent.partition(">")
        asking = self.theme.find(name, int(after or -1))
        found = self.theme.find(template)
        if asking and found and asking.name == found.name:
            return f"{template}>{asking.layer}"
        return template

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:
        self.reads.names.add(f"template:{name}")
        if name not in self._loaded:
            outer = frozenset(self.reads.names)
            self.reads.names.clear()
            try:
                template = super()._load_template(name, globals)
                self._loaded[name] = template, frozenset(self.reads.names)
            finally:
                self.reads.names.update(outer)
        # What is read while a template is compiled counts for every page that is made with it.
        template, read = self._loaded[name]
        self.reads.names.update(read)
        return template

    def code(self, name: str, source: str, path: str) -> CodeType:
        """A template's code, compiled where no earlier build has left it."""
        kept = f"{name} {self.autoescape:d}{self.careful:d}"
        # Whether its blocks are shown somewhere depends on the templates that it extends.
        beside = "" if SHIPPED in path else self.theme.templates_digest.hex()
        made_from = kept, path, source, beside
        found = self.codes.find(kept, *made_from)
        if found:
            code, reads = found
            self.reads.names.update(reads)
        else:
            code = self.compile(source, name, path)
            self.codes.keep(kept, code, self.reads.names, *made_from)
        return code

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if filename and SHIPPED not in filename:
            # Shipped themes pass, and would take a tenth longer to compile.
            check_blocks(tree, name or "", filename, self._source)
        return settled(tree, self.globals)

    def _source(self, name: str, parent: str) -> tuple[str, str] | None:
        """The source of a template that another one names; nothing is noted as read."""
        joined = self.join_path(name, parent)
        local, _, after = joined.partition(">")
        found = self.theme.find(local, int(after or -1))
        return (joined, found.source) if found else None


def _encoded(pieces: Sequence[str], html: str, data: bytes) -> bytes:
    """The pieces of a page in UTF-8. The body, the largest of them, is so already."""
    for at, piece in enumerate(pieces):
        if piece is html:
            before, after = "".join(pieces[:at]), "".join(pieces[at + 1 :])
            return b"".join((before.encode(), data, after.encode()))
    return "".join(pieces).encode()

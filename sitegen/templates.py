"""Views → HTML: the Jinja environment, which notes everything that a template reads.

Reads are names: `template:article.html` (`template:article.html>1` when looked for behind layer 1),
`site.recent`, `asset:style.css`, `words`. `Renderer.read_digest` says what a name stands for now;
a page is rendered anew when its view or one of its reads differs.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urljoin

import jinja2
import msgspec
from jinja2 import StrictUndefined
from markupsafe import Markup
from msgspec import structs

from sitegen.cards import Body, Card
from sitegen.config import Config
from sitegen.dates import Moment
from sitegen.digests import NOTHING, digest, of_digests
from sitegen.problems import Problem, SitegenError, did_you_mean
from sitegen.theme import Theme
from sitegen.views import View
from sitegen.words import Words

BUILTIN: Final = ("rss", "sitemap", "robots")
"""Page "templates" that are Python: see `feeds.py`."""


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


class Renderer:
    """Renders views with one theme, one configuration and one set of site facts."""

    def __init__(self, theme: Theme, config: Config, facts: Mapping[str, object]) -> None:
        self._theme, self._config = theme, config
        self._reads = Reads()
        self._words: Words | None = None
        self._values = facts
        self.facts = Facts(facts, self._reads)
        self._environment = _Environment(theme, self._reads)
        self._environment.globals.update(site=self.facts, asset=self._asset, t=self._say)
        self._environment.filters.update(
            date=self._date, time=self._time, number=self._number, absolute=self._absolute, iso=_iso
        )

    def render(self, template: str, view: View, origin: str, body: Body | None = None) -> str:
        """The text of a page. Raises `SitegenError` with the template's path and line."""
        context = {name: getattr(view, name) for name in view.__struct_fields__}
        if body is not None:
            # The one place where text becomes markup without being escaped: it has been sanitised.
            context["body"] = structs.replace(body, html=Markup(body.html))
        try:
            return self._environment.get_template(template).render(context)
        except Exception as error:
            raise SitegenError([self._problem(error, template, origin, context)]) from error

    def take_reads(self) -> frozenset[str]:
        """What was read since this was last asked."""
        names = frozenset(self._reads.names)
        self._reads.names.clear()
        return names

    # Functions and filters of templates.

    def _asset(self, name: str) -> str:
        self._reads.names.add(f"asset:{name}")
        if name not in self._theme.assets:
            raise LookupError(
                f"there is no asset `{name}`; {did_you_mean(name, self._theme.assets)}"
            )
        return self._config.urls.href(self._theme.assets[name][0])

    @property
    def words(self) -> Words:
        """The site's language. Made when first asked: Babel takes its time."""
        self._reads.names.add("words")
        if self._words is None:
            self._words = Words(self._theme, self._config.site.language)
        return self._words

    def _say(self, key: str, **values: object) -> str:
        return self.words.say(key, **values)

    def _date(self, value: Moment | date, style: str = "long") -> str:
        return self.words.date(value, style)

    def _time(self, value: Moment) -> str:
        return self.words.time(value)

    def _number(self, value: object) -> str:
        return self.words.number(value)

    def _absolute(self, url: str) -> str:
        self._reads.names.add("site.url")
        return urljoin(self._config.urls.absolute("/"), url)

    def _problem(
        self, error: Exception, template: str, origin: str, context: Mapping[str, object]
    ) -> Problem:
        """What went wrong in a template, told with its file and line."""
        path, line = self._place(error)
        hint = ""
        message = str(error) or type(error).__name__
        if isinstance(error, jinja2.TemplateNotFound):
            message = f"there is no template `{error.name}`"
            hint = did_you_mean(str(error.name), self._theme.template_names())
            path = path or f"themes/{self._theme.layers[0].theme}/templates"
        elif isinstance(error, jinja2.TemplateSyntaxError):
            message = f"the template is broken: {error.message}"
        elif isinstance(error, jinja2.UndefinedError) and (
            found := re.fullmatch(r"'(\w+)' is undefined", message)
        ):
            message = f"`{found[1]}` is not defined"
            hint = did_you_mean(found[1], {*context, *self._environment.globals})
        elif not isinstance(error, jinja2.TemplateError | LookupError):
            message = f"{type(error).__name__}: {message}"
        else:
            message = message.strip("'\"") if isinstance(error, LookupError) else message
        shown = f"{message}, in `{template}` for {origin}"
        return Problem(shown, path, line, hint)

    def _place(self, error: Exception) -> tuple[str, int]:
        if isinstance(error, jinja2.TemplateSyntaxError) and error.filename:
            return error.filename, error.lineno
        place, frame = ("", 0), error.__traceback__
        while frame is not None:
            name = frame.tb_frame.f_code.co_filename
            if name.startswith("themes/"):
                place = (name, frame.tb_lineno)
            frame = frame.tb_next
        return place


def read_digest(name: str, theme: Theme, facts: Mapping[str, object]) -> bytes:
    """What a read stands for now; `NOTHING` where there is no such thing."""
    kind, _, rest = name.partition(":")
    if kind == "template":
        local, _, after = rest.partition(">")
        return theme.template_digest(local, int(after or -1))
    if kind == "asset":
        return digest(theme.assets[rest][0].encode()) if rest in theme.assets else NOTHING
    if kind == "words":
        return of_digests(
            digest(t.encode()) for layer in theme.layers for t in layer.messages.values()
        )
    return _fact_digest(facts.get(name.removeprefix("site.")))


def _fact_digest(value: object) -> bytes:
    if isinstance(value, tuple) and value and isinstance(value[0], Card):
        return of_digests(card.digest for card in value)
    return digest(msgspec.msgpack.encode(value, order="deterministic"))


def _iso(value: Moment | date) -> str:
    return value.iso if isinstance(value, Moment) else value.isoformat()


class _Undefined(StrictUndefined):
    """Names what the object has in place of what was asked for."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        if owner is jinja2.utils.missing or self._undefined_hint:
            return super()._undefined_message
        fields = getattr(owner, "__struct_fields__", None) or (
            [name for name in dir(owner) if not name.startswith("_")]
        )
        kind = "site" if isinstance(owner, Facts) else type(owner).__name__
        near = did_you_mean(str(self._undefined_name), map(str, fields))
        return f"`{self._undefined_name}` is not a field of {kind}; {near}"


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
    """A template whose module, once made for `{% import %}`, still counts as read each time."""

    _module_reads: frozenset[str] = frozenset()

    def _get_default_module(self, ctx: Any = None) -> Any:
        environment = self.environment
        assert isinstance(environment, _Environment)
        outer = set(environment.reads.names)
        environment.reads.names.clear()
        module = super()._get_default_module(ctx)
        self._module_reads |= environment.reads.names
        environment.reads.names.update(outer, self._module_reads)
        return module


class _Environment(jinja2.Environment):
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
        # Only sanitised bodies are markup, and they come as such.
        del self.filters["safe"]

    def join_path(self, template: str, parent: str) -> str:
        """A template that names itself means the one that it overrides, in the layers behind it."""
        name, _, after = parent.partition(">")
        asking = self.theme.find(name, int(after or -1))
        found = self.theme.find(template)
        if asking and found and (asking.layer, asking.name) == (found.layer, found.name):
            return f"{template}>{asking.layer}"
        return template

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:
        self.reads.names.add(f"template:{name}")
        return super()._load_template(name, globals)

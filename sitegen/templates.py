"""Views → HTML: the Jinja environment, which notes everything that a template reads.

Reads are names: `template:article.html` (`template:article.html>1` when looked for behind layer 1),
`site.recent`, `asset:style.css`, `words`. `Renderer.read_digest` says what a name stands for now;
a page is rendered anew when its view or one of its reads differs.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from urllib.parse import urljoin

import jinja2
import msgspec
from markupsafe import Markup
from msgspec import Struct

from sitegen.cards import Body, Card, KeptBody
from sitegen.codes import Codes
from sitegen.config import Config
from sitegen.dates import Moment
from sitegen.digests import NOTHING, digest, of_digests, of_text
from sitegen.environment import Environment, Facts, Reads
from sitegen.links import DateLink, DayLink
from sitegen.mails import wrapped
from sitegen.problems import Problem, SitegenError, did_you_mean
from sitegen.settling import SAY
from sitegen.template_syntax import LostBlockError, syntax_hint
from sitegen.theme import Theme
from sitegen.views import EmailTextView, View
from sitegen.words import CalendarDay, Words, words_digest

_NOT_GIVEN: Final = re.compile(r"parameter '(\w+)' was not provided")
_encode_json = msgspec.json.Encoder(order="sorted", enc_hook=str).encode
_NOT_SAFE: Final = "`body.html` is markup already; all other text is shown as it is"


class Renderer:
    """Renders views with one theme, one configuration and one set of site facts."""

    def __init__(
        self,
        theme: Theme,
        config: Config,
        facts: Mapping[str, object],
        codes: Codes | None = None,
    ) -> None:
        self._theme, self._config = theme, config
        self._reads = Reads()
        self.codes = codes or Codes()
        self._words: Words | None = None
        self._host = urljoin(config.urls.absolute("/"), "/").removesuffix("/")
        self._values = dict(facts)
        self.facts = Facts(self._values, self._reads)
        self.environment = Environment(theme, self._reads, self.codes)
        self.environment.globals.update(site=self.facts, asset=self._asset, t=self._say)
        self.environment.filters[SAY] = self._say
        self.environment.policies["json.dumps_function"] = _json
        self.environment.filters.update(
            date=self._date,
            until=self._until,
            weeks=self._weeks,
            time=self._time,
            number=self._number,
            absolute=self._absolute,
            iso=_iso,
            wrapped=wrapped,
        )
        careful = self.environment.again(autoescape=True, careful=True)
        self._escaping = self.environment, careful
        # No markup, so nothing to escape: only for pages that are served as text (promise 35).
        self._plain = (
            self.environment.again(autoescape=False, careful=False),
            self.environment.again(autoescape=False, careful=True),
        )
        self._needs_care: set[str] = set()

    def compile(self, template: str) -> None:
        """Have a template ready before a page asks for it. Raises what is wrong with it."""
        quick, _ = self._plain if template.endswith(".txt") else self._escaping
        quick.get_template(template)

    def know(self, facts: Mapping[str, object]) -> None:
        """Go on with other site facts: what was compiled serves again."""
        self._values.clear()
        self._values.update(facts)

    def render(self, template: str, view: View, origin: str, body: KeptBody | None = None) -> bytes:
        """A page, in UTF-8. Raises `SitegenError` with the template's path and line."""
        context = {name: getattr(view, name) for name in view.__struct_fields__}
        if body is not None:
            # The one place where text becomes markup without being escaped: it has been sanitised.
            html = Markup(body.html, "utf-8")
            context["body"] = Body(
                html, body.toc, body.words, body.opens_with_summary, body.references
            )
        quick, careful = self._plain if isinstance(view, EmailTextView) else self._escaping
        data = body.html if body else b""
        try:
            if template not in self._needs_care:
                try:
                    return quick.render(template, context, data)
                except AttributeError:
                    # Rendering changes nothing, so it can begin again, with code that also looks
                    # for items, and tells what is not defined.
                    self._needs_care.add(template)
            return careful.render(template, context, data)
        except SitegenError:
            raise
        except Exception as error:
            raise SitegenError([self._problem(error, origin, context)]) from error

    def take_reads(self) -> frozenset[str]:
        """What was read since this was last asked."""
        names = frozenset(self._reads.names)
        self._reads.names.clear()
        return names

    def say_day(self, day: date) -> str:
        """The day of an edition as its title has it: a day, or a week."""
        return self.words.date(day, "week" if self._config.editions.every == "week" else "full")

    # Functions and filters of templates.

    def _asset(self, name: str) -> str:
        """The address of a file of the theme's `assets/`, with a fingerprint of its content."""
        self._reads.names.add(f"asset:{name}")
        if name not in self._theme.assets:
            raise LookupError(f"there is no asset `{name}`", did_you_mean(name, self._theme.assets))
        return self._config.urls.href(self._theme.assets[name][0])

    @property
    def words(self) -> Words:
        """The site's language. Made when first asked: Babel takes its time."""
        self._reads.names.add("words")
        if self._words is None:
            self._words = Words(self._theme, self._config.site.language)
        return self._words

    def _say(self, key: str, **values: object) -> str:
        """An interface text by its key, with `{name}`s filled in; `count` chooses the plural."""
        return self.words.said(key, values)

    def _date(self, value: Moment | date, style: str = "long") -> str:
        """A day in the site's language.

        Styles: `full`, `long`, `medium`, `short`, `month`, `day`, `year`, `month_name`, `weekday`,
        `weekday_short`, and `week` for the seven days from it on.
        """
        return self.words.date(value, style)

    def _until(self, value: date, last: date) -> str:
        """A day and those that follow it, to the `last`, in the site's language."""
        return self.words.until(value, last)

    def _weeks(
        self, value: date, links: Iterable[DayLink | DateLink] = ()
    ) -> tuple[tuple[CalendarDay, ...], ...]:
        """The weeks of a day's month, lists of seven `CalendarDay`s, each with its link among
        `links`. They begin as the site's language has it, or on Monday where editions are weekly.
        """
        self._reads.names.add("site.every")
        monday = 0 if self._config.editions.every == "week" else None
        return self.words.weeks(value, links, monday)

    def _time(self, value: Moment) -> str:
        """The hour and minute; empty for a moment that is a whole day."""
        return self.words.time(value)

    def _number(self, value: object) -> str:
        """A number with the language's separators."""
        return self.words.number(value)

    def _absolute(self, url: str) -> str:
        """A link made whole, with scheme and host."""
        self._reads.names.add("site.url")
        if url.startswith("/") and not url.startswith("//") and "/." not in url:
            return self._host + url
        return urljoin(self._config.urls.absolute("/"), url)

    def _problem(self, error: Exception, origin: str, context: Mapping[str, object]) -> Problem:
        """What went wrong in a template, told with its file and line."""
        path, line = self._place(error)
        message, hint = self._told(error, context)
        if isinstance(error, jinja2.TemplateNotFound):
            path = path or f"themes/{self._theme.layers[0].theme}/templates"
        where = f", rendering {origin}" if origin not in message else ""
        return Problem(f"{message}{where}", path, line, hint)

    def _told(self, error: Exception, context: Mapping[str, object]) -> tuple[str, str]:
        """What is wrong and what to do, in place of what Jinja and Python say."""
        message = str(error).rstrip(".") or type(error).__name__
        if isinstance(error, jinja2.TemplateNotFound):
            hint = did_you_mean(str(error.name), self._theme.template_names())
            hint = hint or "add it, or let `theme.toml` extend a theme that has it"
            return f"there is no template `{error.name}`", hint
        if isinstance(error, jinja2.UndefinedError):
            message, _, hint = message.partition("\n")
            if found := re.fullmatch(r"'(\w+)' is undefined", message):
                message = f"`{found[1]}` is not defined"
                hint = did_you_mean(found[1], {*context, *self.environment.globals})
                if owner := self._owner(found[1], context):
                    hint = f"did you mean `{owner}.{found[1]}`?"
            if found := _NOT_GIVEN.fullmatch(message):
                message = f"the macro needs `{found[1]}`, which is not given"
            return message, hint
        if found := re.match(r"No (filter|test) named '(\w+)'", message):
            kind, name = found.groups()
            known = self.environment.filters if kind == "filter" else self.environment.tests
            hint = did_you_mean(name, known) if name != "safe" else _NOT_SAFE
            return f"there is no {kind} `{name}`", hint
        if isinstance(error, LostBlockError):
            return message, error.hint
        if isinstance(error, jinja2.TemplateSyntaxError):
            return f"the template is broken: {message}", syntax_hint(message)
        if isinstance(error, RecursionError):
            return "a template or a macro calls itself without end", ""
        if isinstance(error, LookupError) and not isinstance(error, KeyError | IndexError):
            return str(error.args[0]), str(error.args[1]) if len(error.args) > 1 else ""
        return f"{type(error).__name__}: {message}", _type_hint(message)

    def _owner(self, field: str, context: Mapping[str, object]) -> str:
        """What a template sees that has a field of this name."""
        having = (name for name, value in context.items() if field in _fields(value))
        return next(having, "site" if field in self._values else "")

    def _place(self, error: Exception) -> tuple[str, int]:
        if isinstance(error, jinja2.TemplateSyntaxError) and error.filename:
            return error.filename, error.lineno
        places, frame = [("", 0)], error.__traceback__
        while frame is not None:
            name = frame.tb_frame.f_code.co_filename
            if name.startswith("themes/"):
                places.append((name, frame.tb_lineno))
            frame = frame.tb_next
        # A macro that was called wrongly is not at fault: who called it is.
        called = _NOT_GIVEN.match(str(error)) and len(places) > 2
        return places[-2] if called else places[-1]


def read_digest(name: str, theme: Theme, facts: Mapping[str, object]) -> bytes:
    """What a read stands for now; `NOTHING` where there is no such thing."""
    kind, _, rest = name.partition(":")
    if kind == "template":
        local, _, after = rest.partition(">")
        return theme.template_digest(local, int(after or -1))
    if kind == "asset":
        return digest(theme.assets[rest][0].encode()) if rest in theme.assets else NOTHING
    if kind == "words":
        return words_digest(theme, str(facts["language"]))
    return _fact_digest(facts.get(name.removeprefix("site.")))


def made_with(theme: Theme, config: Config) -> bytes:
    """The digest of all that the code of templates holds beside their own sources: settings,
    interface words, and where assets are.
    """
    addresses = (text for name, asset in sorted(theme.assets.items()) for text in (name, asset[0]))
    words = words_digest(theme, config.site.language)
    return of_digests([digest(config.digest), words, of_text(*addresses)])


def _fact_digest(value: object) -> bytes:
    if isinstance(value, tuple) and value and isinstance(value[0], Card):
        return of_digests(card.digest for card in value)
    if isinstance(value, dict):
        # The theme's options, in the order written; `repr` tells a date from a text.
        return digest(repr(value).encode())
    return digest(msgspec.msgpack.encode(value))


def _type_hint(message: str) -> str:
    if "not callable" in message:
        return "a field is written without `()`"
    return "`~` joins texts and numbers" if "concatenate" in message or " +: " in message else ""


def _fields(value: object) -> tuple[str, ...]:
    return value.__struct_fields__ if isinstance(value, Struct) else ()


def _json(value: object, **_options: object) -> str:
    """What `tojson` writes: as Jinja's own, without spaces, in a fifth of its time."""
    return _encode_json(value).decode()


def _iso(value: Moment | date) -> str:
    """As machines read it: `2022-12-29`, or `2022-12-29T08:30:00+01:00`."""
    return value.iso if isinstance(value, Moment) else value.isoformat()

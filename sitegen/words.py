"""Interface words, dates and numbers in the site's language."""

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_decimal
from msgspec import Struct

from sitegen import toml
from sitegen.dates import Moment
from sitegen.digests import of_text
from sitegen.links import DateLink, DayLink
from sitegen.problems import did_you_mean, fault
from sitegen.theme import Theme

_SKELETONS: Final = {
    "month": "yMMMM",
    "day": "Ed",
    "year": "y",
}
_PATTERNS: Final = {"month_name": "LLLL", "weekday": "EEEE", "weekday_short": "cccccc"}
_STYLES: Final = ("full", "long", "medium", "short", "week", *_SKELETONS, *_PATTERNS)


class CalendarDay(Struct, frozen=True, gc=False):
    """A day of a calendar."""

    day: datetime.date
    """Which day."""
    inside: bool
    """Whether it is one of the month's own."""
    link: DayLink | DateLink | None
    """What it leads to; none where there is nothing."""


class Words:
    """What templates say in the site's own words: `t(...)`, `|date`, `|time`, `|number`."""

    def __init__(self, theme: Theme, language: str) -> None:
        self.locale = _locale(language)
        self._messages = _messages(theme, language)
        self._said: dict[tuple[object, ...], str] = {}
        self._days: dict[tuple[datetime.date, str], str] = {}
        self._times: dict[datetime.time, str] = {}
        self._numbers: dict[str, str] = {}

    def say(self, key: str, **values: object) -> str:
        """An interface text by its key, with `{name}`s filled in; `count` chooses the plural."""
        return self.said(key, values)

    def said(self, key: str, values: dict[str, object]) -> str:
        """The same, with the values as one."""
        asked = (key, *values.items())
        try:
            said = self._said.get(asked)
        except TypeError:  # A list among the values cannot be remembered.
            return self._say(key, values)
        if said is None:
            said = self._said[asked] = self._say(key, values)
        return said

    def _say(self, key: str, values: dict[str, object]) -> str:
        message = self._messages.get(key)
        if message is None:
            hint = did_you_mean(key, self._messages)
            raise LookupError(f"there is no message `{key}`", hint)
        if isinstance(message, Mapping):
            count = values.get("count", 0)
            form = self.locale.plural_form(count if isinstance(count, int) else 0)
            message = message.get(form, message.get("other", ""))
        if "count" in values:
            values["count"] = self.number(values["count"])
        try:
            return message.format_map(values)
        except KeyError as error:
            raise LookupError(f"the message `{key}` needs `{error.args[0]}`") from None
        except (ValueError, IndexError, AttributeError):
            hint = "write `{name}` for a value, and `{{` for a brace"
            raise LookupError(f"the message `{key}` is broken: `{message}`", hint) from None

    def date(self, value: Moment | datetime.date, style: str = "long") -> str:
        """A day in the site's language."""
        day = value.day if isinstance(value, Moment) else value
        if not isinstance(day, datetime.date):
            raise LookupError(f"`{day}` is not a date")
        said = self._days.get((day, style))
        if said is None:
            said = self._days[day, style] = self._date(day, style)
        return said

    def _date(self, day: datetime.date, style: str) -> str:
        if style not in _STYLES:
            raise LookupError(f"there is no date style `{style}`", did_you_mean(style, _STYLES))
        if style == "week":
            return self.until(day, day + datetime.timedelta(days=6))
        if skeleton := _SKELETONS.get(style):
            return str(format_skeleton(skeleton, day, locale=self.locale))
        return str(format_date(day, _PATTERNS.get(style, style), locale=self.locale))

    def until(self, first: datetime.date, last: datetime.date) -> str:
        """Days that follow each other, in the site's language; one day where they are the same."""
        if not isinstance(first, datetime.date) or not isinstance(last, datetime.date):
            raise LookupError(f"`{first}` and `{last}` are not both days")
        return str(format_interval(first, last, "yMMMd", locale=self.locale))

    def weeks(
        self, day: datetime.date, links: Iterable[DayLink | DateLink], begin: int | None = None
    ) -> tuple[tuple[CalendarDay, ...], ...]:
        """The weeks of a day's month, whole, from weekday `begin` on (0 is Monday); where that is
        None, from the day that the language's likeliest country begins weeks with.

        Source: Unicode CLDR, week data and likely subtags.
        """
        if not isinstance(day, datetime.date):
            raise LookupError(f"`{day}` is not a day")
        first = day.replace(day=1)
        begin = _first_week_day(self.locale) if begin is None else begin
        start = first - datetime.timedelta(days=(first.weekday() - begin) % 7)
        found = {link.day: link for link in links}
        days = [start + datetime.timedelta(days=number) for number in range(42)]
        cells = [CalendarDay(one, one.month == first.month, found.get(one)) for one in days]
        weeks = [tuple(cells[row : row + 7]) for row in range(0, 42, 7)]
        return tuple(week for week in weeks if week[0].inside or week[-1].inside)

    def time(self, moment: Moment) -> str:
        """The hour and minute; empty for a moment that is a whole day."""
        if not isinstance(moment, Moment):
            raise LookupError(f"`{moment}` is not a moment")
        if not moment.timed:
            return ""
        clock = moment.at.time()
        said = self._times.get(clock)
        if said is None:
            said = self._times[clock] = str(format_time(clock, "short", locale=self.locale))
        return said

    def number(self, value: object) -> str:
        """A number with the language's separators."""
        written = str(value)
        said = self._numbers.get(written)
        if said is None:
            try:
                said = str(format_decimal(written, locale=self.locale))
            except ArithmeticError:
                raise LookupError(f"`{value}` is not a number") from None
            self._numbers[written] = said
        return said


@lru_cache
def _first_week_day(locale: Locale) -> int:
    if locale.territory is None:
        likely = get_global("likely_subtags").get(str(locale))
        locale = Locale.parse(likely) if likely else locale
    return int(locale.first_week_day)


def long_date(day: datetime.date, language: str) -> str:
    """A day as it is written out in a language."""
    return str(format_date(day, "long", locale=_locale(language)))


@lru_cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        try:
            return Locale.parse(language.split("-", maxsplit=1)[0])
        except (UnknownLocaleError, ValueError):
            return Locale.parse("en")


def words_digest(theme: Theme, language: str) -> bytes:
    """Stands in keys for all that `Words` say."""
    texts = [language]
    for wanted in _wanted(language):
        found = [layer.messages[wanted] for layer in theme.layers if wanted in layer.messages]
        texts += [wanted, *found]
    return of_text(*texts)


def _wanted(language: str) -> Iterable[str]:
    return dict.fromkeys(("en", language.split("-", maxsplit=1)[0].lower(), language))


def _messages(theme: Theme, language: str) -> dict[str, str | dict[str, str]]:
    """English first, then the language, then its regional form; own layers over those below."""
    found: dict[str, str | dict[str, str]] = {}
    for wanted in _wanted(language):
        for layer in reversed(theme.layers):
            text = layer.messages.get(wanted)
            if text is None:
                continue
            path = f"{layer.folder}/messages/{wanted}.toml"
            for key, message in toml.parse(text, path).items():
                forms = message if isinstance(message, dict) else {"other": message}
                if not all(isinstance(form, str) for form in forms.values()) or not forms:
                    hint = 'a text, or a table of plural forms: `{ one = "…", other = "…" }`'
                    line = toml.line_of(text, "", key)
                    raise fault(f"`{key}` must be a text", path, line, hint)
                found[key] = message
    return found

"""Dates as people write them (`Tue Mar 3, 2026 2:15pm GMT`, `5 de marzo de 2026`) → Moment."""

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Final

from sitegen import dates
from sitegen.dates import Moment
from sitegen.ingest.words import folded

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene janvier janv januar janeiro gennaio",
            "february feb febrero fevrier fevr februar fevereiro febbraio",
            "march mar marzo mars marz mrz marco",
            "april apr abril abr avril avr aprile",
            "may mayo mai maio maggio",
            "june jun junio juin juni junho giugno",
            "july jul julio juillet juil juli julho luglio",
            "august aug agosto ago aout",
            "september sept sep septiembre septembre setembro settembre",
            "october oct octubre octobre oktober okt outubro ottobre",
            "november nov noviembre novembre novembro",
            "december dec diciembre dic decembre dezember dez dezembro dicembre",
        ),
        1,
    )
    for name in names.split()
}
_ZONES: Final = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "msk": 3, "ist": 5.5, "sgt": 8, "hkt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
    "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7,
}  # fmt: skip
"""Hours east of Greenwich. `BST` and `IST` are read as Britain and India, where most news is."""

_WORD = r"[^\W\d_]{3,10}"
_MONTH_FIRST = re.compile(rf"\b({_WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b")
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|[.º])?\s+(?:de\s+|of\s+)?({_WORD})\.?,?\s+(?:de\s+|del\s+)?(\d{{4}})\b"
)
_YEAR_FIRST = re.compile(r"\b(\d{4})(?:[-/.]|年\s*)(\d{1,2})(?:[-/.]|月\s*)(\d{1,2})(?:日|\b)")
_DOTTED = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_CLOCK = re.compile(
    r"(?<![\d.])(\d{1,2})(?:[:.h](\d{2})(?::(\d{2}))?)?\s*([ap]\.?m\.?)?(?![\d])"
    r"\s*(?:uhr\s*)?(?:\(?([a-z]{1,4})\b\)?|([+-]\d{2}:?\d{2}))?",
    re.IGNORECASE,
)


def read_date(text: str, zone: tzinfo) -> Moment | None:
    """The moment that a text names, or None where it names none or could mean two days."""
    text = " ".join(text.split())
    try:
        return dates.parse(text, zone)
    except ValueError:
        pass
    if len(text) > 80:
        return None
    for find in (_month_first, _day_first, _year_first, _dotted):
        if found := find(text):
            day, rest = found
            return _at_hour(day, rest, zone)
    return None


def day_in_name(path: str) -> date | None:
    """The day in a file's name: `2026-03-08-library.txt`, `mail_20260305.txt`."""
    name = path.rpartition("/")[2]
    match = re.search(r"(?<!\d)(\d{4})[-_.](\d{2})[-_.](\d{2})(?!\d)", name) or re.search(
        r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)", name
    )
    return _day(*map(int, match.groups())) if match else None


def _month_first(text: str) -> tuple[date, str] | None:
    for match in _MONTH_FIRST.finditer(text):
        month = _MONTHS.get(folded(match[1]))
        if month and (day := _day(int(match[3]), month, int(match[2]))):
            return day, text[match.end() :]
    return None


def _day_first(text: str) -> tuple[date, str] | None:
    for match in _DAY_FIRST.finditer(text):
        month = _MONTHS.get(folded(match[2]))
        if month and (day := _day(int(match[3]), month, int(match[1]))):
            return day, text[match.end() :]
    return None


def _year_first(text: str) -> tuple[date, str] | None:
    match = _YEAR_FIRST.search(text)
    day = _day(int(match[1]), int(match[2]), int(match[3])) if match else None
    return (day, text[match.end() :]) if match and day else None


def _dotted(text: str) -> tuple[date, str] | None:
    match = _DOTTED.search(text)
    day = _day(int(match[3]), int(match[2]), int(match[1])) if match else None
    return (day, text[match.end() :]) if match and day else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in dates.YEARS else None
    except ValueError:
        return None


def _at_hour(day: date, rest: str, zone: tzinfo) -> Moment:
    match = _CLOCK.search(rest)
    if not match or not (match[2] or match[4]):
        return dates.of_day(day, zone)
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[4]:
        hour = hour % 12 + (12 if match[4][0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return dates.of_day(day, zone)
    at = datetime(day.year, day.month, day.day, hour, minute, second)
    return dates.instant(at.replace(tzinfo=_zone(match[5], match[6]) or zone), zone)


def _zone(name: str | None, offset: str | None) -> tzinfo | None:
    if offset:
        digits = offset[1:].replace(":", "")
        delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-delta if offset[0] == "-" else delta) if delta.days < 1 else None
    hours = _ZONES.get(name.lower()) if name else None
    return None if hours is None else timezone(timedelta(hours=hours))

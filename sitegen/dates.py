"""Moments (aware instants that know their day) and the build's clock."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from msgspec import Struct

from sitegen.problems import fault

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)", re.ASCII)
"""An instant as we write it, which Python reads by itself."""
_INSTANT = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})[Tt ]+(\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)"
    r"\s*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_RFC_822 = re.compile(r"(?:[A-Za-z]{3,9},\s*)?\d{1,2}\s+[A-Za-z]{3}")

YEARS = range(1000, 9999)
"""Years an article may be dated in: four digits for RSS, and room for time zones at both ends."""
_YEARS_TOLD = f"the year must be {YEARS[0]} to {YEARS[-1]}"


class Moment(Struct, frozen=True, gc=False, order=True):
    """When something happened: an instant in the site's time zone, or a whole day of it."""

    instant: datetime
    """In UTC, which is what an encoded instant comes back in; to the second."""
    day: date
    """The day in the site's zone: the edition that it belongs to."""
    offset: int
    """Minutes that the site's clock is ahead of UTC at that instant."""
    timed: bool
    """Whether the hour was given, or only the day: then it is the site's midnight."""

    @property
    def at(self) -> datetime:
        """The instant, aware, in the site's zone as a fixed offset."""
        if not self.offset:
            return self.instant
        return self.instant.astimezone(_ahead(self.offset))

    @property
    def iso(self) -> str:
        """As written in front matter: `2022-12-29`, or `2022-12-29T08:30:00+01:00`."""
        return self.at.isoformat() if self.timed else self.day.isoformat()


@lru_cache(maxsize=256)
def _ahead(minutes: int) -> timezone:
    """The zone with this offset. A site's moments have two, and are told over and over."""
    return timezone(timedelta(minutes=minutes))


def parse(text: str, zone: tzinfo) -> Moment:
    """Read a day or an instant: ISO 8601 / RFC 3339, or RFC 822 as in feeds and mails.

    An instant without a zone is the site's. Raises `ValueError` with a sentence that quotes `text`.
    """
    text = text.strip()
    try:
        moment = _parse(text, zone)
    except OverflowError:
        raise ValueError(f"`{text}` is not a date: {_YEARS_TOLD}") from None
    except ValueError as error:
        raise ValueError(f"`{text}` is not a date: {error}") from None
    if moment is None:
        raise ValueError(f"`{text}` is not a date")
    if moment.day.year not in YEARS:
        raise ValueError(f"`{text}` is not a date: {_YEARS_TOLD}")
    return moment


def _parse(text: str, zone: tzinfo) -> Moment | None:
    if _EXACT.fullmatch(text):
        return instant(datetime.fromisoformat(text), zone)
    if match := _DAY.fullmatch(text):
        return of_day(date(*map(int, match.groups())), zone)
    if match := _INSTANT.fullmatch(text):
        day, clock, offset = match.groups()
        year, month, day_of_month = map(int, day.split("-"))
        hour, minute, *rest = re.split(r"[:.,]", clock)
        second = int(rest[0]) if clock.count(":") > 1 else 0
        parts = (year, month, day_of_month, int(hour), int(minute), second)
        return instant(datetime(*parts, tzinfo=_offset(offset) if offset else zone), zone)
    if _RFC_822.match(text):
        # A site's articles seldom have such dates, and it brings sockets and much else with it.
        from email.utils import parsedate_to_datetime  # noqa: PLC0415

        parsed = parsedate_to_datetime(text)
        if parsed.tzinfo is None and text[-1].isalpha():
            # `CET`, `pm`: what the mail's reader passes over would make it another hour.
            unknown = text.rsplit(maxsplit=1)[-1]
            raise ValueError(f"`{unknown}` is not known; write the zone as `+01:00`")
        # `-0000` is UTC, from a clock that does not tell its zone. Source: RFC 5322, 3.3.
        own = UTC if text.endswith("-0000") else zone
        return instant(parsed if parsed.tzinfo else parsed.replace(tzinfo=own), zone)
    return None


def _offset(text: str) -> timezone:
    if text in ("Z", "z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if text[0] == "-" else delta)


def instant(at: datetime, zone: tzinfo) -> Moment:
    """The moment of an aware instant, seen from the site's zone."""
    # By way of UTC, for an hour that the zone leaves out in spring is another one there.
    exact = at.astimezone(UTC)
    if exact.microsecond:
        exact = exact.replace(microsecond=0)
    minutes = _minutes(exact.astimezone(zone))
    return Moment(exact, (exact + timedelta(minutes=minutes)).date(), minutes, timed=True)


def monday(day: date) -> date:
    """The Monday of a day's week.

    Source: ISO 8601, where weeks begin on Monday.
    """
    return day - timedelta(days=day.weekday())


def of_day(day: date, zone: tzinfo) -> Moment:
    """The moment that stands for a whole day: its midnight in the site's zone."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    minutes = _minutes(midnight)
    exact = midnight.replace(tzinfo=UTC) - timedelta(minutes=minutes)
    return Moment(exact, day, minutes, timed=False)


def _minutes(at: datetime) -> int:
    """The offset of an instant in whole minutes: what survives being written and read back."""
    offset = at.utcoffset()
    assert offset is not None
    return round(offset.total_seconds() / 60)


def now(environ: Mapping[str, str] = os.environ) -> datetime:
    """The build's clock: `SOURCE_DATE_EPOCH` (seconds since 1970) where it is set, else the time.

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise fault(f"SOURCE_DATE_EPOCH is `{epoch}`, not the seconds since 1970") from None

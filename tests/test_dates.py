"""Moments: what is read, in which zone, and that it survives being written."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import dates
from sitegen.dates import Moment
from sitegen.problems import SitegenError

PARIS = ZoneInfo("Europe/Paris")
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Paris", "Asia/Kolkata", "Pacific/Apia")]
    + [ZoneInfo(name) for name in ("America/Sao_Paulo", "Pacific/Kiritimati", "Africa/Monrovia")]
)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2022-12-29", "2022-12-29"),
        ("2022-1-9", "2022-01-09"),
        (" 2022-12-29 ", "2022-12-29"),
        ("2022-12-29 08:30", "2022-12-29T08:30:00+01:00"),
        ("2022-12-29T08:30:15.25Z", "2022-12-29T09:30:15+01:00"),
        ("2022-12-29T08:30-05:00", "2022-12-29T14:30:00+01:00"),
        ("2022-12-29 08:30 -0500", "2022-12-29T14:30:00+01:00"),
        ("2022-12-29 23:30 UTC", "2022-12-30T00:30:00+01:00"),
        ("Thu, 29 Dec 2022 08:30:00 +0000", "2022-12-29T09:30:00+01:00"),
        ("29 Dec 2022 08:30:00 EST", "2022-12-29T14:30:00+01:00"),
        ("Thu, 29 Dec 2022 08:30:00 -0000", "2022-12-29T09:30:00+01:00"),
    ],
)
def test_forms(text: str, iso: str) -> None:
    """ISO 8601 and RFC 822; without a zone it is the site's."""
    assert dates.parse(text, PARIS).iso == iso


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "5th of March", "2022-13-01", "2022-02-30", "2022-12-29 25:00"),
        *("22-12-29", "12/29/2022", "0022-12-29", "10000-01-01", "9999-12-31", "0999-12-31"),
        *("2022-12-29T08:30+99:00", "Thu, 99 Dec 2022 08:30:00 +0000", "29 Foo 2022"),
        *("29 Dec 2022 08:30 CET", "29 Dec 2022 9:30 pm"),
        *("2022-12-29T08", "2022-12-29T08:30:61", "0001-01-01T00:00+14:00", "1" * 5000),
    ],
)
def test_not_a_date(text: str) -> None:
    """Anything else is refused with a sentence that quotes it; years have four digits (RSS)."""
    with pytest.raises(ValueError, match="is not a date"):
        dates.parse(text, PARIS)


@given(st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30)), ZONES, ZONES)
def test_an_instant_survives_being_written(at: datetime, written: ZoneInfo, zone: ZoneInfo) -> None:
    """`parse` reads back what `iso` wrote: in any zone, in the hours that clocks skip or repeat,
    and where the zone's offset has seconds.
    """
    moment = dates.instant(at.replace(tzinfo=written), zone)
    assert dates.parse(moment.iso, zone) == moment
    assert dates.parse(moment.iso, zone).iso == moment.iso
    assert abs(moment.at - at.replace(tzinfo=written)) < timedelta(seconds=1)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)), ZONES, st.booleans())
def test_a_moment_survives_the_cache(at: datetime, zone: ZoneInfo, timed: bool) -> None:
    """Encoded and decoded it is the same day in the site's zone. (msgpack keeps no offset: a digest
    in Paris once had its articles on the day before.)
    """
    moment = (
        dates.instant(at.replace(tzinfo=zone), zone) if timed else dates.of_day(at.date(), zone)
    )
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(moment), type=Moment)
    assert again == moment
    assert (again.day, again.iso, again.at) == (moment.day, moment.iso, moment.at)


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)), ZONES)
def test_a_day_is_that_day_everywhere(day: date, zone: ZoneInfo) -> None:
    """A day is the edition of that day, even where it has no midnight."""
    moment = dates.of_day(day, zone)
    assert moment.day == day
    assert dates.parse(moment.iso, zone) == moment
    assert not moment.timed


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), ZONES)
def test_feeds_can_write_it(at: datetime, zone: ZoneInfo) -> None:
    """RFC 822 and back is the same instant: feeds rule 4."""
    moment = dates.instant(at.replace(tzinfo=UTC), zone)
    assert dates.parse(format_datetime(moment.at), zone) == moment


def test_an_hour_that_the_zone_leaves_out() -> None:
    """02:30 on the last Sunday of March is 03:30 in Paris."""
    assert dates.parse("2022-03-27 02:30", PARIS).iso == "2022-03-27T03:30:00+02:00"


def test_an_hour_that_comes_twice() -> None:
    """The first of the two is meant."""
    assert dates.parse("2022-10-30 02:30", PARIS).iso == "2022-10-30T02:30:00+02:00"


def test_the_clock() -> None:
    """SOURCE_DATE_EPOCH sets it; nonsense there is told, not ignored."""
    assert dates.now({"SOURCE_DATE_EPOCH": "0"}) == datetime(1970, 1, 1, tzinfo=UTC)
    for wrong in ("yesterday", "²", "9" * 30):
        with pytest.raises(SitegenError, match="SOURCE_DATE_EPOCH"):
            dates.now({"SOURCE_DATE_EPOCH": wrong})


@given(
    st.from_regex(
        r"(20|00|99)[0-9]{2}-[0-3][0-9]-[0-3][0-9]T[0-3][0-9]:[0-6][0-9]:[0-6][0-9]"
        r"(Z|[+-][012][0-9]:[0-6][0-9])",
        fullmatch=True,
    ),
    ZONES,
)
def test_an_exact_instant_is_what_its_other_spelling_is(text: str, zone: ZoneInfo) -> None:
    """The short way for `2022-12-29T08:30:00+01:00` gives what the long one does for ` ` in it."""

    def told(text: str) -> object:
        try:
            return dates.parse(text, zone)
        except ValueError as error:
            return str(error).replace("T", " ")

    assert told(text) == told(text.replace("T", " "))

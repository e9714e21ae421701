"""Dates that machines wrote → moments that keep the zone they were written in."""

from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

from sitegen import dates
from sitegen.dates import Moment
from sitegen.ingest.when import read_date


def read_moment(value: object, zone: tzinfo) -> Moment | None:
    """The moment of an ISO or RFC 822 date, of seconds since 1970, or as people write it.

    Midnight sharp is a mere day: systems that know no hour write it so. None if it is no date.
    """
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(str(value).split())
    if not 3 < len(text) < 80:
        return None
    try:
        at = _instant(text)
    except (ValueError, OverflowError, OSError, TypeError):
        at = None
    if at is None:
        return read_date(text, zone)
    if at.year not in dates.YEARS:
        return None
    own = at.tzinfo or zone
    if not (at.hour or at.minute or at.second):
        return dates.of_day(at.date(), own)
    return dates.instant(at.replace(tzinfo=own), own)


def _instant(text: str) -> datetime | None:
    number = text.partition(".")[0]
    if number.isdecimal() and text.replace(".", "", 1).isdecimal():
        # A compact day (`20260305`), seconds, or milliseconds.
        if len(number) == 8:
            return datetime.strptime(number, "%Y%m%d")
        if len(number) in (9, 10, 13):
            return datetime.fromtimestamp(int(number[:10] if len(number) == 13 else number), UTC)
        return None
    if text[:4].isdecimal() and text[4:5] in "-0123456789":
        return datetime.fromisoformat(text.replace(" UTC", "Z").replace(" +", "+"))
    if text[-5:-4] in "+-" or text[-3:] in ("GMT", "UTC"):
        return parsedate_to_datetime(text)
    return None

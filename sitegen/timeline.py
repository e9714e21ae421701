"""Days → a chart of how many there were on each day, or in each week, month or year."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

_DAYS: Final = 42
"""Days up to which a chart has a bar for each."""
_WEEKS: Final = 182
"""Days up to which it has one for each week: half a year."""
_MONTHS: Final = 1826
"""Days up to which it has one for each month: five years, which are 61 bars."""
_FEWEST: Final = 3
"""Articles, and bars, from which on a chart tells something."""


class Bar(Struct, frozen=True, gc=False):
    """A bar of a chart: a day, week, month or year, and how much there was."""

    day: date
    """Its first day; a week begins on Monday."""
    count: int
    """How many articles it has; may be 0."""


class Chart(Struct, frozen=True, gc=False):
    """How much there was over time."""

    unit: str
    """What a bar stands for: `day`, `week`, `month` or `year`."""
    bars: tuple[Bar, ...]
    """Oldest first, without gaps; at least three."""
    most: Bar
    """The highest bar; of several the newest."""


def chart(days: Sequence[date]) -> Chart | None:
    """The chart of articles' days, oldest first; None where it would tell nothing.

    The longer the time, the coarser the bars: there are never more than about sixty, or as many as
    there are years.
    """
    if len(days) < _FEWEST:
        return None
    span = (days[-1] - days[0]).days
    limits = (("day", _DAYS), ("week", _WEEKS), ("month", _MONTHS))
    unit = next((unit for unit, most in limits if span <= most), "year")
    bars: list[Bar] = []
    done = 0
    for first, after in _periods(days[0], days[-1], unit):
        end = bisect_left(days, after, done)
        bars.append(Bar(first, end - done))
        done = end
    if len(bars) < _FEWEST:
        return None
    return Chart(unit, tuple(bars), max(bars, key=lambda bar: (bar.count, bar.day)))


def _periods(first: date, last: date, unit: str) -> Iterator[tuple[date, date]]:
    """The first day of each period, and of the one after it."""
    begin = _begin(first, unit)
    while begin <= last:
        after = _after(begin, unit)
        yield begin, after
        begin = after


def _begin(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _after(begin: date, unit: str) -> date:
    if unit in ("day", "week"):
        return begin + timedelta(days=7 if unit == "week" else 1)
    if unit == "month" and begin.month < 12:
        return begin.replace(month=begin.month + 1)
    return date(begin.year + 1, 1, 1)

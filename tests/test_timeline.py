"""Charts of articles over time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sitegen.timeline import chart

DAYS = st.lists(st.dates(date(1990, 1, 1), date(2026, 12, 31)), max_size=60).map(sorted)


@given(DAYS)
def test_every_article_is_counted_once(days: list[date]) -> None:
    """Bars follow each other without gaps, hold every day, and are few."""
    made = chart(days)
    if made is None:
        return
    assert sum(bar.count for bar in made.bars) == len(days)
    assert made.bars[0].day <= days[0]
    assert made.bars[0].count
    assert made.bars[-1].count
    assert 3 <= len(made.bars) <= 62
    starts = [bar.day for bar in made.bars]
    assert starts == sorted(set(starts))
    for bar, after in zip(made.bars, [*starts[1:], date(9999, 1, 1)], strict=True):
        assert bar.count == sum(bar.day <= day < after for day in days)
    assert made.most == max(made.bars, key=lambda bar: (bar.count, bar.day))


def test_what_a_bar_stands_for() -> None:
    """A day in six weeks, a week in half a year, a month in five, else a year."""
    first = date(2024, 1, 3)
    for days, unit, bars, begins in (
        (2, "day", 3, date(2024, 1, 3)),
        (42, "day", 43, date(2024, 1, 3)),
        (43, "week", 7, date(2024, 1, 1)),
        (182, "week", 27, date(2024, 1, 1)),
        (183, "month", 7, date(2024, 1, 1)),
        (1826, "month", 61, date(2024, 1, 1)),
        (1827, "year", 6, date(2024, 1, 1)),
        (9000, "year", 25, date(2024, 1, 1)),
    ):
        made = chart([first, first, first + timedelta(days=days)])
        assert made is not None
        assert (made.unit, len(made.bars), made.bars[0].day) == (unit, bars, begins)


def test_nothing_to_see() -> None:
    """Two articles, or all within two days, make no chart."""
    assert chart([]) is None
    assert chart([date(2020, 1, 1), date(2024, 1, 1)]) is None
    assert chart([date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 2)]) is None

"""Patterns: what is poured into them is what feedgen writes."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sitegen.codes import Codes
from sitegen.feed_views import Channel, FeedView, Neighbours
from sitegen.feeds import atom, rss
from sitegen.feeds.items import Item
from sitegen.feeds.patterns import Patterns
from sitegen.pictures import Picture
from sitegen.views import PageInfo

PATTERNS = Patterns(Codes())
WRITERS = {"rss": rss, "atom": atom}
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
_MARKUP = st.sampled_from(("&", "<", ">", '"', "'", "]]>", "&amp;", "\ue000", "\U0010fffd", "%s{}"))
_LINES = st.lists(st.one_of(_CHARACTERS, _MARKUP, st.sampled_from("\n\t\r")), min_size=1).map(
    "".join
)
_WORDS = st.lists(st.one_of(_CHARACTERS, _MARKUP), min_size=1, max_size=9).map("".join)
_OPTIONAL = st.one_of(st.just(""), _WORDS)
_NUMBERS = st.integers(0, 9999)
_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30), timezones=_ZONES).map(
    lambda at: at.replace(microsecond=0)
)
_PICTURES = st.builds(
    Picture,
    src=_LINES,
    alt=_OPTIONAL,
    width=_NUMBERS,
    height=_NUMBERS,
    type=_OPTIONAL,
    length=_NUMBERS,
)
_ITEMS = st.builds(
    Item,
    id=_WORDS,
    url=_LINES,
    title=_WORDS,
    published=_MOMENTS,
    updated=_MOMENTS,
    summary=_LINES,
    html=st.one_of(st.just(""), _LINES).map(str.encode),
    authors=st.lists(_WORDS, max_size=3).map(tuple),
    tags=st.lists(_WORDS, max_size=3).map(tuple),
    language=st.sampled_from(("en", "ar")),
    picture=st.one_of(st.none(), _PICTURES),
)
_VIEWS = st.builds(
    FeedView,
    page=_WORDS.map(lambda url: PageInfo("feed", "", url, ())),
    channel=st.builds(Channel, *[_WORDS] * 5, st.just("en"), _OPTIONAL),
    cards=st.just(()),
    references=st.just({}),
    pictures=st.just({}),
    neighbours=st.builds(Neighbours, _OPTIONAL, _OPTIONAL, _OPTIONAL),
)


@pytest.mark.parametrize("name", WRITERS)
@given(view=_VIEWS, items=st.lists(_ITEMS, max_size=3))
def test_as_feedgen_writes_it(name: str, view: FeedView, items: list[Item]) -> None:
    """To the byte, whatever a feed and its items hold or lack."""
    writer = WRITERS[name]
    poured = writer.write(view, items, PATTERNS)
    if name == "rss":
        # Plain texts have numbers, and a summary is made HTML; feedgen does neither.
        poured = poured.replace(b"&#x3C;", b"&lt;").replace(b"&#x26;", b"&amp;")
        items = [structs.replace(one, summary=escape(one.summary, quote=False)) for one in items]
    assert poured == writer._by_feedgen(view, items)


@given(_MOMENTS)
def test_dates_of_rss(at: datetime) -> None:
    """As the standard library writes them, in half hours; the instant stays."""
    told = rss._told(at)
    assert told == format_datetime(rss._rounded(at))
    assert told[-2:] in ("00", "30")
    assert datetime.strptime(told, "%a, %d %b %Y %H:%M:%S %z").astimezone(UTC) == at.astimezone(UTC)

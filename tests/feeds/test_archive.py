"""Archives as RFC 5005 has them: everything can be fetched, and what was fetched stays true."""

from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sitegen import config, dates
from sitegen.build.parsing import parse
from sitegen.cards import Card, TagNames
from sitegen.syndication import _archive
from sitegen.urls import Urls
from tests.conftest import SITE, Folder
from tests.feeds.reading import NAMES, Feed, read

ITEMS = 3


def publish(
    folder: Folder, days: list[str], formats: str = '["rss", "atom", "json"]', more: str = ""
) -> None:
    """A site with an article for each of these days; `more` settings of its feeds."""
    feeds = f"[feeds]\nitems = {ITEMS}\nformats = {formats}\n{more}"
    folder.write("sitegen.toml", SITE + feeds)
    for number, day in enumerate(days):
        folder.article(f"{number}.md", title=f"T{number}", date=day, tags="[T]")
    folder.build()


def documents(folder: Folder, form: str = "rss") -> list[Feed]:
    """The feed and every older document, as a reader walks from one to the next."""
    found: list[Feed] = []
    url = f"https://example.org/{NAMES[form]}"
    while url:
        found.append(read(folder.files[url.removeprefix("https://example.org/")], form))
        assert found[-1].own == url
        url = found[-1].links.get("prev-archive", "")
    return found


DAYS = [f"2026-0{month}-{day:02}" for month in (1, 2) for day in range(1, 8)]


@pytest.mark.parametrize("archived", ["rss", "atom"])
def test_a_newcomer_can_fetch_everything(site: Folder, archived: str) -> None:
    """All articles, whole, from the feed back to the oldest; each document says what it is."""
    publish(site, DAYS, f'["{archived}"]')
    first, *archives = documents(site, archived)
    ids = {entry.id for feed in (first, *archives) for entry in feed.entries}
    assert len(ids) == len(DAYS)
    assert not first.archive
    assert "current" not in first.links
    assert "next-archive" not in first.links
    for newer, older in zip([None, *archives], archives, strict=False):
        assert older.archive
        assert older.links["current"] == first.own
        assert older.links.get("next-archive", "") == (newer.own if newer else "")
        assert 0 < len(older.entries) <= ITEMS
        assert all(entry.html for entry in older.entries)
    assert [len(feed.entries) for feed in archives] == [3, 3, 1, 3, 3]


def test_the_preferred_format_alone_has_an_archive(site: Folder) -> None:
    """It holds everything whole; and JSON Feed has no word for one."""
    publish(site, DAYS, '["json", "atom", "rss"]')
    assert len(documents(site, "atom")) > 1
    assert read(site.files["feed.xml"], "rss").links == {}
    publish(site, DAYS, '["json"]')
    assert not [name for name in site.files if name.endswith("-1.json")]


def test_it_can_be_left_out(site: Folder) -> None:
    """The feed then has the newest articles, and leads nowhere."""
    publish(site, DAYS, more="archive = false\n")
    (feed,) = documents(site)
    assert feed.links == {}
    assert len(feed.entries) == ITEMS
    assert not [name for name in site.files if name.endswith("-1.xml")]


def test_a_small_site_has_none(site: Folder) -> None:
    """Where the feed holds everything there is nothing else to fetch."""
    publish(site, DAYS[5:8])
    assert len(documents(site)) == 1


def test_tags_have_none(site: Folder) -> None:
    """An article is in the site's archive; once for each of its tags would be too much."""
    publish(site, DAYS)
    assert not read(site.files["tags/t/feed.xml"], "rss").links


def test_a_new_article_changes_no_document_that_was_there(site: Folder) -> None:
    """Only the one before the newest changes, and only in its link to it."""
    publish(site, DAYS)
    before = {name: data for name, data in site.files.items() if "feed-" in name}
    for number in range(8, 11):
        site.article(f"n{number}.md", title=f"N{number}", date=f"2026-02-{number:02}")
    site.build()
    newest = "2026/02/feed-3.xml"
    assert newest in site.files
    assert newest not in before
    for name, data in before.items():
        now, then = read(site.files[name], "rss"), read(data, "rss")
        assert now.entries == then.entries
        now.links.pop("next-archive", None)
        then.links.pop("next-archive", None)
        assert now.links == then.links


def _card(number: int, day: date) -> Card:
    text = f"---\ntitle: T{number}\ndate: 2026-01-01\nid: i{number}\n---\nText.\n"
    settings = config.read(SITE)
    tags = TagNames(settings.tags, settings.urls)
    ((parsed, _),) = parse([(f"{number}.md", text.encode())], settings, tags)
    assert parsed.entry is not None
    return structs.replace(parsed.entry.card, date=dates.of_day(day, UTC))


_CARDS = [_card(number, date(2025, 11, 1) + timedelta(days=number)) for number in range(120)]


@given(
    st.sets(st.integers(0, 119)),
    st.integers(1, 7),
    st.sets(st.integers(0, 119), max_size=4),
)
def test_what_late_articles_change(numbers: set[int], size: int, late: set[int]) -> None:
    """Everything is in the feed or in the archive; what comes late touches only its own month, and
    documents of the newest month are whole.
    """

    def cut(chosen: set[int]) -> tuple[list[Card], dict[tuple[str, int], tuple[Card, ...]]]:
        cards = [_CARDS[number] for number in sorted(chosen, reverse=True)]
        found = {(one.address, one.part): one.cards for one in _archive(cards, size, Urls())}
        return cards, found

    cards, before = cut(numbers)
    held = {card.id for part in before.values() for card in part} | {c.id for c in cards[:size]}
    assert held == {card.id for card in cards}
    assert sum(map(len, before.values())) == len({c.id for p in before.values() for c in p})
    if not cards or len(cards) <= size:
        return
    newest = cards[0].date.day.replace(day=1)
    for (address, _), part in before.items():
        assert len(part) <= size
        assert len(part) == size or address != Urls().of_month(newest)
    months = {_CARDS[number].date.day.replace(day=1) for number in late} | {newest}
    _, after = cut(numbers | late)
    for key, part in before.items():
        if key[0] not in {Urls().of_month(month) for month in months}:
            assert after[key] == part
    # What comes after everything else only adds.
    later = {number for number in late if numbers and number > max(numbers)}
    _, added = cut(numbers | later)
    assert all(added[key] == part for key, part in before.items())


def test_the_names_of_parts() -> None:
    """Beside the pages of their months, whatever the settings name them."""
    assert Urls().of_feed("/2026/02/", "rss", 12) == "/2026/02/feed-12.xml"
    assert Urls(rss="news").of_feed("/2026/02/", "rss", 1) == "/2026/02/news-1"

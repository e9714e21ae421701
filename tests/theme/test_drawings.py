"""The drawings of `digest`, the heat map of a year and the charts: they also say what they show."""

import re
from calendar import monthrange
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest

from tests.conftest import SITE, Folder

DAYS = {"2025-12-29": 1, "2026-01-01": 1, "2026-02-02": 4, "2026-02-28": 2, "2026-03-01": 1}
"""How many articles a day has. The first is a Monday, and its week holds the second; so does the
week of the last two, which began in February."""


def drawings(html: str) -> list[ElementTree.Element]:
    """Every drawing of a page: they must be well-formed."""
    return [ElementTree.fromstring(text) for text in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def year(site: Folder, number: int, config: str = "") -> str:
    """The page of a year of `DAYS`."""
    site.write("sitegen.toml", SITE + config)
    for day, count in DAYS.items():
        for index in range(count):
            site.article(f"{day}-{index}.md", date=day, slug=f"s{index}", tags="[Cuba]")
    site.build()
    return site.files[f"{number}/index.html"].decode()


def cells(html: str) -> dict[str, tuple[str, str, int, int, int]]:
    """Of each edition, by where it leads: its words, class, column, row and width."""
    found = {}
    for drawing in drawings(html):
        for link in drawing.iter("a"):
            (title,), (rect,) = link.findall("title"), link.findall("rect")
            place = (int(rect.get("x", "")), int(rect.get("y", "")), int(rect.get("width", "")))
            found[link.get("href", "")] = (title.text or "", rect.get("class", ""), *place)
    return found


def test_a_year_of_days(site: Folder) -> None:
    """Each edition once, where its day is, in words too; the days without one are outlined."""
    html = year(site, 2026)
    assert cells(html) == {
        "/2026/01/01/": ("Thursday, January 1, 2026: 1 article", "w1", 40, 0, 9),
        "/2026/02/02/": ("Monday, February 2, 2026: 4 articles", "w4", 10, 0, 9),
        "/2026/02/28/": ("Saturday, February 28, 2026: 2 articles", "w2", 60, 30, 9),
        "/2026/03/01/": ("Sunday, March 1, 2026: 1 article", "w1", 0, 0, 9),
    }
    months = drawings(html)
    for number, drawing in enumerate(months, 1):
        editions = {1: 1, 2: 2, 3: 1}.get(number, 0)
        empty = drawing.findall("path")[0].get("d", "")
        assert empty.count("M") == monthrange(2026, number)[1] - editions
        assert drawing.get("aria-hidden") == (None if editions else "true")
        if editions:
            assert drawing.get("role") == "group"
            assert drawing.get("aria-label") == f"{date(2026, number, 1):%B %Y}"
    assert len(months) == 12
    # What the tabulator passes over stands on the month's own page.
    links = [link for drawing in drawings(html) for link in drawing.iter("a")]
    assert all(link.get("tabindex") == "-1" for link in links)
    for month in ("01", "02", "03"):
        assert f'<h2><a href="/2026/{month}/">' in html


def test_the_archive_begins_with_a_year(site: Folder) -> None:
    """It shows the newest year as the year's own page does, and those before it by month."""
    html = year(site, 2026)
    archive = site.files["archive/index.html"].decode()
    assert cells(archive) == cells(html)
    assert '<a href="/2025/12/" class="w1"><b>December</b> 1 article</a>' in archive


def test_weeks_begin_as_the_language_has_it(site: Folder) -> None:
    """In French on Monday: the first of January 2026 is then the fourth, not the fifth."""
    title, _, *place = cells(year(site, 2026, 'language = "fr"\n'))["/2026/01/01/"]
    assert place == [30, 0, 9]
    assert "jeudi" in title


def test_a_year_of_weeks(site: Folder) -> None:
    """An edition is a bar as wide as its week, in the month of its Monday."""
    html = year(site, 2026, '[editions]\nevery = "week"\n')
    found = cells(html)
    assert {url: place for url, (_, *place) in found.items()} == {
        "/2026/02/02/": ["w4", 0, 0, 69],
        "/2026/02/23/": ["w3", 0, 30, 69],
    }
    february = drawings(html)[1]
    # The Mondays of February 2026 are the 2nd, 9th, 16th and 23rd.
    assert february.findall("path")[0].get("d", "").count("h69") == 2
    before = cells(site.files["2025/index.html"].decode())
    assert before["/2025/12/29/"][1:] == ("w2", 0, 40, 69)


@pytest.mark.parametrize("page", ["archive/index.html", "tags/cuba/index.html"])
def test_a_chart(site: Folder, page: str) -> None:
    """A bar for each week that had articles, and in words: what, from when to when, the most."""
    year(site, 2026)
    chart = drawings(site.files[page].decode())[0]
    assert chart.get("role") == "img"
    told = [chart.find(f"*[@id='{one}']") for one in chart.get("aria-labelledby", "").split()]
    title, about = (unescape((one.text if one is not None else "") or "") for one in told)
    assert title == f"{'Cuba' if 'cuba' in page else 'The Test Digest'} over time"
    assert about == "Dec 29, 2025 – Feb 23, 2026. Peak: week of Feb 2, 2026, 4 articles"
    (path,) = chart.findall("path")
    heights = [int(number) for number in re.findall(r"v-(\d+)", path.get("d", ""))]
    assert heights == [26, 50, 38]


def test_nothing_to_draw(site: Folder) -> None:
    """Where there is too little for a chart, there is none."""
    site.article("a.md", date="2026-03-05", tags="[Cuba]")
    site.build()
    assert 'class="chart"' not in site.files["archive/index.html"].decode()
    assert not drawings(site.files["tags/cuba/index.html"].decode())

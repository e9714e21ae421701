"""Social cards: what stands on them, and what they are drawn with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import theme
from sitegen.problems import SitegenError
from sitegen.social import HEIGHT, WIDTH, Style, covers, draw, fitted
from tests.conftest import Folder
from tests.images import opened

STYLE = Style("#0b5566", "#ffffff", "#f2b632", "headline.ttf")
FONT = (theme.shipped() / "digest/fonts/headline.ttf").read_bytes()
LONG = "The council has at last agreed to let the trust build " * 6
WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk"


def test_a_card() -> None:
    """A PNG of the size that networks show, in the theme's colours, and small."""
    data = draw(STYLE, FONT, "The Digest", "Wall breached", "5 March 2026")
    card = opened(data)
    assert (card.format, card.size, card.mode) == ("PNG", (WIDTH, HEIGHT), "P")
    assert len(data) < 40_000
    colours = {colour for _, colour in card.convert("RGB").getcolors() or []}
    assert {(11, 85, 102), (255, 255, 255), (242, 182, 50)} <= colours
    assert len(colours) <= 16


def test_each_word_counts() -> None:
    """Another name, headline or note is another card; the same is the same."""
    words = ("The Digest", "Wall breached", "5 March 2026")
    cards = {draw(STYLE, FONT, *words)}
    assert draw(STYLE, FONT, *words) in cards
    for number in range(3):
        changed = [*words]
        changed[number] += "!"
        cards.add(draw(STYLE, FONT, *changed))
    cards.add(draw(Style("#000000", "#ffffff", "#f2b632", "x"), FONT, *words))
    assert len(cards) == 5


@pytest.mark.parametrize(
    "headline", ["قال رئيس الميناء", "שלום", "港口城墙", "🎉🧱", "नमस्ते", "A\u0301", "A 港"]
)
def test_letters_that_the_font_lacks(headline: str) -> None:
    """A headline that cannot be set right is not set: there is no card for it."""
    assert draw(STYLE, FONT, "The Digest", headline, "") == b""


@pytest.mark.parametrize(
    "text", ["“Straße” – ñandú, œuvre…", "Ελληνικά", "Новости", "Đặng Thị", "2 € ‰ №", ""]
)
def test_letters_that_the_font_has(text: str) -> None:
    assert covers(FONT, text)


def test_a_note_or_a_name_that_the_font_lacks() -> None:
    """They are left out, and the card is drawn."""
    plain = draw(STYLE, FONT, "", "Wall breached", "")
    assert draw(STYLE, FONT, "港口", "Wall breached", "٥ مارس") == plain
    assert draw(STYLE, FONT, "港口", "", "") == draw(STYLE, FONT, "", "", "")


@pytest.mark.parametrize("headline", ["Yes", "Wall breached as storm batters bay", LONG, WORD])
def test_a_headline_fits(headline: str) -> None:
    """On few lines, whole where there is room, and cut at a word where there is none."""
    lines, size = fitted(headline, FONT)
    text = " ".join(lines)
    if headline == LONG:
        assert text.endswith("…")
        assert text.removesuffix("…") in " ".join(LONG.split())
    else:
        # A word that is wider than the card is parted.
        assert text.replace(" ", "") == headline.replace(" ", "")
        assert len(lines) <= 4
    assert len(lines) * size * 1.14 <= 345


def test_lines_are_balanced() -> None:
    """No line is left with one short word."""
    lines, _ = fitted("Crab leads the way as February landings rise", FONT)
    assert max(map(len, lines)) < 2 * min(map(len, lines))


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=400))
def test_any_headline(headline: str) -> None:
    """Nothing is lost but what is cut at the end, and nothing is too much."""
    if not headline.split() or not covers(FONT, headline):
        return
    lines, size = fitted(headline, FONT)
    assert len(lines) * size * 1.14 <= 345
    joined = "".join(lines).removesuffix("…").replace(" ", "")
    assert "".join(headline.split()).startswith(joined.rstrip(",;:–—-"))


BAD = {
    "social = 1": "`social` must be a section",
    "[social]": "`social.paper` must be a colour like `#0b5566`",
    "[social]\npaper = 'red'": "`social.paper` must be a colour like `#0b5566`",
    "[social]\npaper = '#fff'": "`social.paper` must be a colour like `#0b5566`",
    "[social]\ninc = '#ffffff'": "`social.inc` is not a setting of a theme\n    did you mean `ink`",
    "[social]\nfont = 1": "`social.font` is missing",
}


@pytest.mark.parametrize("text", BAD)
def test_a_theme_that_says_it_wrong(site: Folder, text: str) -> None:
    site.write("themes/own/theme.toml", f'extends = "digest"\n{text}\n')
    with pytest.raises(SitegenError) as caught:
        theme.load(site.root, "own")
    assert f"themes/own/theme.toml: error: {BAD[text]}" in str(caught.value)


def test_a_font_that_is_not_there(site: Folder) -> None:
    style = '[social]\npaper = "#000000"\nink = "#ffffff"\nmark = "#ff0000"\nfont = "headlin.ttf"\n'
    site.write("themes/own/theme.toml", f'extends = "digest"\n{style}')
    with pytest.raises(SitegenError, match=r"there is no font `headlin\.ttf`\n.*headline\.ttf"):
        _ = theme.load(site.root, "own").font


def test_a_project_gives_its_own_font(site: Folder) -> None:
    """A file of the same name in the project's own folder comes before the shipped one."""
    site.write("themes/digest/fonts/headline.ttf", b"other")
    changed = theme.load(site.root, "digest")
    assert changed.font == b"other"
    assert changed.digest != theme.load(site.root / "nowhere", "digest").digest

"""The proper names in a text, and how much each of them carries the article."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from sitegen.ingest.words import ENDINGS, WEEKDAYS_AND_MONTHS, folded, word_set

_UPPER: Final = "A-ZÀ-ÖØ-ÞĀ-ſΑ-ΩЀ-Я"
_PART: Final = rf"(?:(?:[{_UPPER}]\.)+(?:[{_UPPER}](?!\w))?|[{_UPPER}][\w]*(?:['’\-&](?!s\b)\w+)*)"
_JOINTS: Final = (
    "of the|of|de la|de los|de|del|da|do|dos|das|di|van der|van den|van|von der|von|bin|ibn|al|du|"
    "la|el"
)
_NAME: Final = re.compile(rf"\b{_PART}(?:\s(?:(?:{_JOINTS})\s)?{_PART})*(?:\sfor\s{_PART})?")
_BEGINNING: Final = re.compile(r"(?:^|[.!?…:;]['\"”’»)]*\s+|\n\s*|[\"“«„‘—–]\s*|\s['])\Z")
_LOWER: Final = re.compile(r"(?<![\w'’-])[a-zß-öø-ÿ][\w'’-]*")
_ACRONYM: Final = re.compile(rf"\s\(([{_UPPER}]{{2,8}})\)")

_TITLES: Final = word_set(
    """
    mr mrs ms mx dr prof professor sir dame lord lady rev reverend president vice-president
    premier prime minister secretary senator congressman congresswoman representative governor
    mayor councillor chancellor ambassador king queen prince princess pope bishop archbishop
    cardinal judge justice general colonel major captain lieutenant sergeant admiral inspector
    detective officer chief chairman chairwoman chair director manager coach captain analyst
    economist spokesman spokeswoman spokesperson former acting deputy señor señora sra don doña
    presidente presidenta ministro ministra alcalde alcaldesa herr frau bundeskanzler
    bundeskanzlerin präsident präsidentin minister ministerin monsieur madame président
    présidente ministre referee headteacher
    """
)
_NOT_NAMES: Final = word_set(
    """
    i i'm i've i'd i'll i’m i’ve i’d i’ll yes no ok okay hello thank thanks please what's it's
    that's he's she's we're they're you're don't can't won't let's new old first last north
    south east west god mum dad tv dvd ceo cfo cto phd ma ba mp mps bst gmt est edt
    """
)
_BROAD: Final = word_set(
    """
    north south east west new great upper lower central northern southern
    """
)
_NATIONS_IN_AN: Final = re.compile(
    r"(?:.*stan|iran|japan|sudan|oman|jordan|taiwan|bhutan|milan|vatican|michigan|leban|azerbaijan|"
    r"saipan|.*man|.*han|.*san|.*dan|.*ran|.*yan)\Z"
)
_OF_A_PEOPLE: Final = re.compile(
    r"[a-z]{2,}(?:ian|ean|[^aeiou]an|ish|ese|ese|iot|aeli|aqi|ench|utch|eek|erman|iss)\Z"
)


class Name(Struct, frozen=True, gc=False):
    """A proper name that a text uses."""

    text: str
    """In its fullest form."""
    count: int
    """How often it is used, alone or by surname."""
    leads: bool
    """Whether the title or the first paragraph uses it."""
    position: int
    """Where it first stands."""

    @property
    def salience(self) -> float:
        """How much of the article it carries."""
        return min(self.count, 5) + 2.5 * self.leads + 0.5 * (" " in self.text)


class _Mention(Struct, frozen=True, gc=False):
    text: str
    key: str
    initial: bool
    position: int


def names(title: str, text: str) -> list[Name]:
    """The names of a text by salience; `title` only if it was given, not made from the text."""
    whole = f"{title}.\n\n{text}" if title else text
    start = text.find("\n\n")
    lead = len(whole) - len(text) + (start if start > 0 else len(text))
    ordinary = set(_LOWER.findall(whole))
    mentions = list(_mentions(whole, ordinary))
    certain = {mention.key for mention in mentions if not mention.initial}
    # A word that only ever begins sentences is a word, not a name; two in a row are a name.
    mentions = [m for m in mentions if " " in m.text or m.key in certain]
    full = _full_forms(mentions, whole)
    groups: dict[str, list[_Mention]] = {}
    for mention in mentions:
        groups.setdefault(full.get(mention.key, mention.key), []).append(mention)
    found = [_name(group, key, lead) for key, group in groups.items()]
    return sorted(found, key=lambda name: (-name.salience, name.position, name.text))


def _name(group: list[_Mention], key: str, lead: int) -> Name:
    forms = [m.text for m in group if m.key == key] or [group[0].text]
    best = max(sorted(set(forms)), key=forms.count)
    first = min(m.position for m in group)
    return Name(best, len(group), first < lead, first)


def _mentions(text: str, ordinary: set[str]) -> Iterator[_Mention]:
    for match in _NAME.finditer(text):
        position = match.start()
        initial = bool(_BEGINNING.search(text, max(0, position - 6), position)) or not position
        words = match[0].split()
        while words and _is_prefix(words[0], initial, ordinary, len(words)):
            # After the first word has gone the rest no longer begins a sentence.
            position += len(words[0]) + 1
            initial = False
            del words[0]
        while words and (words[-1].lower() in WEEKDAYS_AND_MONTHS or words[-1].lower() in ENDINGS):
            del words[-1]
        if not words or not words[0][0].isupper():
            continue
        name = " ".join(words).rstrip("'’-")
        key = folded(name).replace(".", "").replace("-", " ").replace("’", "'")
        if len(key) > 1 and key not in _NOT_NAMES and len(words) <= 7:
            yield _Mention(name, key, initial, position)


def _is_prefix(word: str, initial: bool, ordinary: set[str], count: int) -> bool:
    """Whether a first word is no part of the name: `The`, `President`, `Thursday`."""
    lower = word.lower().rstrip(".")
    if lower in _TITLES or lower in WEEKDAYS_AND_MONTHS:
        return True
    if lower in ENDINGS and lower not in ("la", "el", "los", "las", "le", "us"):
        return not (word.isupper() and len(word) > 1)
    return initial and count > 1 and lower in ordinary


def _full_forms(mentions: list[_Mention], text: str) -> dict[str, str]:
    """Surnames and acronyms → the full name that introduced them."""
    full: dict[str, str] = {}
    for mention in mentions:
        words = mention.key.split()
        if not 2 <= len(words) <= 4:
            continue
        after = mention.position + len(mention.text)
        if acronym := _ACRONYM.match(text, after, after + 12):
            full.setdefault(acronym[1].lower(), mention.key)
        surname = mention.text.split()[-1]
        key = folded(surname).replace(".", "").replace("-", " ")
        joined = any(word[0].islower() for word in mention.text.split())
        if not joined and words[0] not in _BROAD and surname[0].isupper():
            full.setdefault(key, mention.key)
    return full


def is_demonym(name: str) -> bool:
    """Whether a single word is the adjective of a people (`Cuban`), which is no tag of its own."""
    lower = name.lower()
    return (
        " " not in name and bool(_OF_A_PEOPLE.match(lower)) and not _NATIONS_IN_AN.match(lower)
    ) or lower in (
        "french",
        "dutch",
        "greek",
        "swiss",
        "german",
        "germans",
        "british",
        "arab",
        "thai",
    )

"""The proper names in a text, and how much each of them carries the article."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from sitegen.ingest.words import ENDINGS, WEEKDAYS_AND_MONTHS, folded, word_set

_UPPER: Final = "A-ZÀ-ÖØ-ÞĀ-ſΑ-ΩЀ-Я"
_PART: Final = (
    rf"(?:(?:[{_UPPER}]\.)+(?:[{_UPPER}](?!\w))?"
    rf"|[{_UPPER}]\w*(?:['’\-&](?!s\b)\w+)*(?:\.(?:com|org|net|[a-z]{{2}})\b|(?<=s)['’](?=\s[{_UPPER}]))?)"
)
_JOINTS: Final = (
    "of the|of|de la|de los|de|del|da|do|dos|das|di|van der|van den|van|von der|von|bin|ibn|al|du|"
    "la|el"
)
_NAME: Final = re.compile(rf"\b{_PART}(?:\s(?:(?:{_JOINTS})\s)?{_PART})*(?!\w|\.\w)")
_BEGINNING: Final = re.compile(r"(?:^|[.!?…:;]['\"”’»)]*\s+|\n\s*|[\"“«„‘—–]\s*|\s['])\Z")
_LOWER: Final = re.compile(r"(?<![\w'’-])[a-zß-öø-ÿ][\w'’-]*")
_ACRONYM: Final = re.compile(rf"\s\(([{_UPPER}]{{2,8}})\)")

_OFFICES: Final = word_set(
    """
    mr mrs ms mx dr prof professor rev reverend president vice-president minister secretary senator
    congressman congresswoman representative governor mayor councillor chancellor ambassador
    lieutenant sergeant inspector detective officer executive chairman chairwoman analyst economist
    spokesman spokeswoman spokesperson señor señora sra don doña presidente presidenta ministro
    ministra alcalde alcaldesa herr frau bundeskanzler bundeskanzlerin präsident präsidentin
    ministerin monsieur madame président présidente ministre referee headteacher councilman
    councilwoman candidate leader professorin doctor
    """
)
"""Never part of a name; in the middle of a row of capitals they part two names."""
_RANKS: Final = word_set(
    """
    sir dame lord lady king queen prince princess pope bishop archbishop cardinal judge justice
    general colonel major captain admiral chief chair director manager coach former acting deputy
    premier prime first senior managing vice
    """
)
"""Part of some names (`General Motors`); before a name of two words they are its bearer's rank."""
_NOT_NAMES: Final = word_set(
    """
    i i'm i've i'd i'll yes no ok okay hello thank thanks please what's it's that's he's she's we're
    they're you're don't can't won't let's new old first last north south east west god mum dad tv
    dvd ceo cfo cto phd ma ba mp mps bst gmt est edt inc ltd llc plc corp co gmbh ag sa president
    """
)
_BROAD: Final = word_set("north south east west new great upper lower central northern southern")
_NATIONS_IN_AN: Final = re.compile(
    r"(?:.*stan|iran|japan|sudan|oman|jordan|taiwan|bhutan|milan|vatican|michigan|leban|azerbaijan|"
    r"saipan|.*man|.*han|.*san|.*dan|.*ran|.*yan)\Z"
)
_OF_A_PEOPLE: Final = re.compile(
    r"(?:[a-z]{2,}(?:ian|ean|[^aeiou]an|ish|ese|iot|aeli|aqi|erman|iss)|french|dutch|greek|british|"
    r"arab|thai|germans|\w+ans)\Z"
)


class Name(Struct, frozen=True, gc=False):
    """A proper name that a text uses."""

    text: str
    """In its fullest form."""
    count: int
    """How often it is used, alone or by surname."""
    leads: int
    """2 where the title or the first paragraph uses it, 1 where the second does, else 0."""
    position: int
    """Where it first stands."""

    @property
    def salience(self) -> float:
        """How much of the article it carries."""
        return min(self.count, 5) + 1.25 * self.leads + 0.5 * (" " in self.text)


class _Mention(Struct, frozen=True, gc=False):
    text: str
    key: str
    initial: bool
    position: int


def names(title: str, text: str) -> list[Name]:
    """The names of a text by salience; `title` only if it was given, not made from the text."""
    whole = f"{title}.\n\n{text}" if title else text
    first, second = _ends_of_paragraphs(whole, len(whole) - len(text))
    ordinary = set(_LOWER.findall(whole))
    mentions = list(_mentions(whole, ordinary))
    certain = {mention.key for mention in mentions if not mention.initial}
    # A word that only ever begins sentences is a word, not a name; two in a row are a name.
    mentions = [m for m in mentions if " " in m.text or m.key in certain]
    full = _full_forms(mentions, whole)
    groups: dict[str, list[_Mention]] = {}
    for mention in mentions:
        groups.setdefault(full.get(mention.key, mention.key), []).append(mention)
    found = [_name(group, key, first, second) for key, group in groups.items()]
    return sorted(found, key=lambda name: (-name.salience, name.position, name.text))


def _ends_of_paragraphs(text: str, start: int) -> tuple[int, int]:
    """Where the first and the second paragraph of the text after the title end."""
    first = text.find("\n\n", start)
    second = text.find("\n\n", first + 2) if first > 0 else -1
    return first if first > 0 else len(text), second if second > 0 else len(text)


def _name(group: list[_Mention], key: str, first_end: int, second_end: int) -> Name:
    forms = [m.text for m in group if m.key == key] or [group[0].text]
    best = max(sorted(set(forms)), key=forms.count)
    first = min(m.position for m in group)
    return Name(best, len(group), 2 if first < first_end else int(first < second_end), first)


def _mentions(text: str, ordinary: set[str]) -> Iterator[_Mention]:
    for match in _NAME.finditer(text):
        start = match.start()
        initial = not start or bool(_BEGINNING.search(text, max(0, start - 6), start))
        # A row of so many capitals is a heading or a list.
        words = match[0].split() if len(match[0]) < 200 else []
        while words:
            piece = _next_piece(words)
            if mention := _mention(piece, initial, ordinary, start):
                yield mention
            initial = False
            start += sum(len(word) + 1 for word in words[: len(piece) + 1])
            del words[: len(piece) + 1]


def _next_piece(words: list[str]) -> list[str]:
    """The words before the next office; the first office of all belongs to the first piece."""
    for number, word in enumerate(words):
        if number and word.lower().rstrip(".") in _OFFICES:
            return words[:number]
    return words[:]


def _mention(words: list[str], initial: bool, ordinary: set[str], position: int) -> _Mention | None:
    while words and _is_prefix(words, initial, ordinary):
        # After the first word has gone the rest no longer begins a sentence.
        position += len(words[0]) + 1
        initial = False
        del words[0]
    while words and _is_suffix(words[-1].lower()):
        del words[-1]
    if not words or not words[0][0].isupper() or len(words) > 7:
        return None
    name = " ".join(words).rstrip("'’-")
    key = _key(name)
    if len(key) < 2 or key in _NOT_NAMES or WEEKDAYS_AND_MONTHS & set(key.split()):
        return None
    return _Mention(name, key, initial, position)


def _key(name: str) -> str:
    return folded(name).replace(".", "").replace("-", " ").replace("’", "'")


def _is_prefix(words: list[str], initial: bool, ordinary: set[str]) -> bool:
    """Whether a first word is no part of the name: `The`, `President`, `Thursday`."""
    lower = words[0].lower().rstrip(".")
    if lower in _OFFICES or lower in WEEKDAYS_AND_MONTHS:
        return True
    if lower in _RANKS:
        return len(words) > 2
    if lower in ENDINGS and lower not in ("la", "el", "los", "las", "le", "us"):
        return not (words[0].isupper() and len(lower) > 1)
    # At the beginning of a sentence, what the text also writes small is a word.
    return initial and len(words) > 1 and lower in ordinary and lower not in _BROAD


def _is_suffix(word: str) -> bool:
    return word in WEEKDAYS_AND_MONTHS or word in ENDINGS


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
        key = _key(surname)
        joined = any(word[0].islower() for word in mention.text.split())
        if not joined and words[0] not in _BROAD and surname[0].isupper():
            full.setdefault(key, mention.key)
    return full


def is_demonym(name: str) -> bool:
    """Whether a single word is the adjective of a people (`Cuban`), which is no tag of its own."""
    lower = name.lower()
    return " " not in name and bool(_OF_A_PEOPLE.match(lower)) and not _NATIONS_IN_AN.match(lower)

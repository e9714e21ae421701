"""A headline: the given one made presentable, or one made from the article's own words."""

import re
from typing import Final

from sitegen.ingest.boilerplate import dateline
from sitegen.ingest.sentences import sentences
from sitegen.ingest.words import ENDINGS, width, word_set

LIMIT: Final = 90
"""How wide a headline that we make may be."""

_SAID: Final = (
    "said|says|told|tells|added|adds|tweeted|wrote|writes|explained|declared|announced|warned|warns|"
    "insisted|argued|claimed|stated|noted|recalled|joked|asked|replied|promised|admitted|thinks|"
    "dijo|afirmó|aseguró|señaló|declaró|explicó|añadió|advirtió|escribió|"
    "sagte|erklärte|betonte|meinte|schrieb|warnte|"
    "a dit|a déclaré|a affirmé|a expliqué|dit|déclare|affirme|disse|afirmou|ha detto"
)
_OPEN, _CLOSE = "\"“„«'‘「『", "\"”“»'’」』"
_NAME: Final = (
    r"(?:(?:[Tt]he|[Aa]n?)\s+)?(?:[^\W\d_][\w'’.-]*\s+){0,4}?"
    r"[^\W\d_][\w'’-]*(?:\s+[A-ZÀ-Þ][\w'’-]*){0,3}"
)
_QUOTED = re.compile(
    rf"""(?P<open>[{_OPEN}])(?P<quote>.{{12,400}}?)(?P<stop>[,.!?…]?)[{_CLOSE}](?P<stop2>,?)\s+
    (?:(?P<speaker>{_NAME})\s+(?:{_SAID})\b
    |(?:{_SAID})\s+(?P<after>(?:[A-ZÀ-Þ][\w'’.-]*)(?:\s+(?:(?:de|del|van|von|bin|al|la)\s+)?[A-ZÀ-Þ][\w'’-]*){{0,3}}))""",
    re.VERBOSE,
)
_PRONOUNS: Final = word_set(
    """
    he she they it we i you who él ella ellos er sie wir il elle
    """
)
_ROLES: Final = re.compile(r"^(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+")

_SUBORDINATE = re.compile(
    r"(?:As|After|When|While|Although|Though|If|Before|Since|Because|Despite|Following|Amid|Once|"
    r"Nachdem|Als|Während|Obwohl|Tras|Aunque|Cuando|Mientras|Après|Alors que|Quand|Bien que)"
    r"\s[^,]{8,160},\s+"
)
_STRONG: Final = word_set(
    """
    after as when while because since before although though amid despite following but until
    where who which whose whom unless so tras aunque cuando mientras porque pero donde quien
    después nachdem während weil obwohl wobei aber der die das dass après alors lorsque quand
    tandis mais où qui dont
    """
)
_ARTICLES: Final = word_set("the a an der die das")
_RELATIVE: Final = word_set(
    """
    who which whose whom where the a an der die das qui dont quien
    """
)
_TOKEN = re.compile(r"\S+")


def make_headline(lead: str) -> str:
    """A headline from a lead paragraph: its speaker and quotation, else its main clause."""
    text = " ".join(lead[dateline(lead).length :].split())
    return _spoken(text) or _clause(text)


def _spoken(text: str) -> str:
    match = _QUOTED.match(text)
    if not match:
        return ""
    speaker = _ROLES.sub("", match["speaker"] or match["after"] or "")
    speaker = re.sub(r"^(?:[Tt]he|[Aa]n?)\s+", "", speaker)
    if not speaker or speaker.lower() in _PRONOUNS or width(speaker) > 45:
        return ""
    begin, end = (
        ("«", "»") if match["open"] == "«" else ("„", "“") if match["open"] == "„" else ("“", "”")
    )
    quote = match["quote"].strip() + (match["stop"] if match["stop"] in "!?" else "")
    room = LIMIT - width(speaker) - 4
    return f"{speaker[0].upper()}{speaker[1:]}: {begin}{shorten(quote, room)}{end}"


def _clause(text: str) -> str:
    """The first sentence, or as much of it as is a clause of its own."""
    first = (sentences(text) or [""])[0]
    if width(first) > LIMIT and (match := _SUBORDINATE.match(first)):
        main = first[match.end() :]
        if width(main) > 30:
            first = main[0].upper() + main[1:]
    whole = _without_stop(first)
    if width(whole) <= LIMIT + 6:
        return whole
    ends = _clause_ends(whole)
    return _without_ending(whole[: ends[-1]]) if ends else shorten(whole, LIMIT)


def _clause_ends(text: str) -> list[int]:
    """Where a headline may end, because what stands before it is complete."""
    ends: list[int] = []
    quoted = 0
    for words, match in enumerate(_TOKEN.finditer(text)):
        token, start = match[0], match.start()
        before = text[:start].rstrip()
        if width(before) > LIMIT:
            break
        word = token.strip('"“”‘’«»„(),.;:').lower()
        comma = before[-1:] in (",", ";", ":", "—", "–", "،", "؛")
        if word in _RELATIVE and not comma and 0 < words < 5 and word not in _ARTICLES:
            return []  # `Drivers who…`: the main verb is yet to come.
        if words >= 5 and width(before) >= 35 and not quoted:
            relative = word in _RELATIVE and comma
            if (comma or word in _STRONG) and (words >= 8 or not relative):
                ends.append(len(before))
        quoted += sum(token.count(c) for c in "“«„(") - sum(token.count(c) for c in "”»)")
        quoted += 1 if token[0] == '"' else 0
        quoted -= 1 if '"' in token[1:] else 0
        quoted = max(quoted, 0)
    return ends


def shorten(text: str, room: int) -> str:
    """A text cut to a width with `…`: after a clause that is long enough, else after a word."""
    text = text.strip()
    if width(text) <= room:
        return text
    if " " not in text[: room // 2 + 1]:
        return _shorten_wide(text, room)
    kept = ""
    clause = ""
    for match in _TOKEN.finditer(text):
        word = match[0].strip('"“”‘’«»(),.;:').lower()
        if word in _STRONG or word in ("and", "y", "und", "et") or kept[-1:] in (",", ";", ":"):
            clause = kept
        longer = text[: match.end()]
        if width(longer) > room - 1:
            break
        kept = longer
    best = clause if width(clause) >= 0.6 * room else kept
    if best.count('"') % 2 and (before := best[: best.rindex('"')].rstrip()):
        best = before if width(before) >= 0.4 * room else best
    return f"{_without_ending(best)}…"


def _shorten_wide(text: str, room: int) -> str:
    kept = ""
    for character in text:
        if width(kept) + width(character) > room - 1:
            break
        kept += character
    pause = max(kept.rfind(c) for c in "、，,;；：")
    return f"{kept[:pause] if pause > len(kept) // 2 else kept}…"


def _without_ending(text: str) -> str:
    """A cut text without the words that call for a next one."""
    words = text.split(" ")
    while len(words) > 2 and (
        words[-1].strip('"“”‘’«»(),.;:—–-').lower() in ENDINGS or not re.search(r"\w", words[-1])
    ):
        words.pop()
    return " ".join(words).rstrip(" ,;:—–-(،؛")


def _without_stop(sentence: str) -> str:
    if sentence.endswith((".", "。", "।", "۔")) and not sentence.endswith("..."):
        abbreviation = re.search(r"(?:\b\w\.)+\w\.$", sentence)
        return sentence if abbreviation else sentence[:-1]
    return sentence


_LONG_NAME = re.compile(r"\b[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+){1,3}")


def calm(title: str, text: str) -> str:
    """A shouting title in sentence case; words keep the form that they have in the text."""
    letters = [c for c in title if c.isalpha()]
    shouts = len(letters) > 9 and sum(c.isupper() for c in letters) > 0.85 * len(letters)
    if not shouts or " " not in title.strip():
        return title
    forms: dict[str, str] = {}
    for match in re.finditer(r"(?<=[\w,;'’)] )[^\W\d_][\w'’.-]*\w", text[:20000]):
        if match[0][0].isupper():
            forms.setdefault(match[0].lower(), match[0])
        else:
            forms[match[0].lower()] = match[0]
    words = [re.sub(r"[\w'’.-]*\w", lambda m: _calm_word(m[0], forms), w) for w in title.split()]
    calmed = " ".join(words)
    for name in sorted(set(_LONG_NAME.findall(text[:20000]))):
        calmed = re.sub(rf"\b{re.escape(name)}\b", name, calmed, flags=re.IGNORECASE)
    return re.sub(r"[^\W\d_]", lambda m: m[0].upper(), calmed, count=1)


def _calm_word(word: str, forms: dict[str, str]) -> str:
    lower = word.lower()
    if lower in forms:
        return forms[lower]
    return word if "." in word or any(c.isdigit() for c in word) else lower

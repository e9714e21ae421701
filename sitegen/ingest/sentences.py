"""A paragraph → its sentences: knows abbreviations, initials, quotes and scripts without spaces."""

import re
from typing import Final

from sitegen.ingest.words import word_set

_ABBREVIATIONS: Final = word_set(
    """
    mr mrs ms mx dr prof rev hon pres gov sen rep gen col lt sgt capt cmdr adm maj st ste jr sr
    messrs mt ft no nos vs etc eg ie cf al inc ltd co corp bros plc llc dept univ assn est
    approx ca circa jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs
    fri sat sun fig vol pp p ed eds ch sec art para ave blvd rd sq bldg tel ext min max avg ph.d
    e.g i.e a.m p.m sra srta dra ud uds ee.uu pág núm av gral lic ing z.b d.h u.a bzw usw ggf
    evtl nr str hr fr frl dipl hrsg inkl mio mrd mme mlle mm env chap
    """
)
_STARTERS: Final = word_set(
    """
    the a an he she it they we i you this that these those but and in on at for from with after
    before when while as if there here his her its their our my mr mrs ms what who how no not
    """
)
"""After an abbreviation that may end a sentence (`in the U.S. The…`), these begin a new one."""

_BREAK = re.compile(
    r"""(?:(?<![.!?…؟۔।])[.!?…؟۔।]++["'”’»)\]]*+
        (?=\s+["'“‘«„(\[¿¡]*\w)   # a stop, closing quotes, space, a word
    |(?<![。！？])[。！？]++[」』”’）]*+(?=.))""",
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"([^\s(\[\"“‘«„'—–-]+)\Z")
_NEXT = re.compile(r"\s*[\"'“‘«„(\[¿¡]*(\w+)")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, in order; joined by spaces they are the paragraph."""
    found: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        if _ends(text, match):
            found.append(text[start : match.end()].strip())
            start = match.end()
    if rest := text[start:].strip():
        found.append(rest)
    return found


def _ends(text: str, match: re.Match[str]) -> bool:
    following = _NEXT.match(text, match.end())
    word = following[1] if following else ""
    if match[0][0] in "。！？؟۔।":
        return True
    if word[:1].islower():
        return False
    if match[0][0] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 30), match.start())
    last = before[1] if before else ""
    if last.lower() in _ABBREVIATIONS:
        return False
    if len(last) == 1 and last.isalpha() and last.isupper():
        return False  # An initial: `J. Smith`.
    if "." in last and all(len(part) <= 2 for part in last.split(".")):
        return word.lower() in _STARTERS  # `U.S.`, `a.m.`
    return True

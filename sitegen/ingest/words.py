"""Words that carry no meaning of their own, by language, and how words are compared."""

import re
import unicodedata
from typing import Final


def word_set(words: str) -> frozenset[str]:
    """The words of a list as it is written in the source: parted by spaces and line ends."""
    return frozenset(words.split())


ENDINGS: Final = word_set(
    """
    a an the and or but nor so yet as at by for from in into of off on onto out over per since
    than that to until up upon via with within without about above across after against along
    amid among around before behind below beneath beside between beyond despite during except
    inside like near outside through throughout toward towards under unlike versus vs while when
    where which who whom whose what why how if because although though unless whether is are was
    were be been being am has have had having do does did will would shall should can could may
    might must not no its his her their our your my this these those it he she they we i you
    there here said says just only el la los las lo un una unos unas y e o u ni pero sino que de
    del al en con por para sin sobre entre hacia hasta desde según tras ante bajo contra como
    cuando donde quien cuyo su sus mi tu es son fue era ser está están ha han había se no le les
    más muy si der die das den dem des ein eine einen einem einer eines und oder aber denn
    sondern dass daß ob weil wenn als wie in im an am auf aus bei beim mit nach von vom zu zum
    zur über unter vor hinter neben zwischen für durch gegen ohne um bis seit während wegen
    trotz ist sind war waren wird werden hat haben hatte kann soll muss will nicht sich sein
    seine ihr ihre es er sie wir le la les l un une des du de d et ou mais donc or ni car que qu
    qui dont où à au aux en dans sur sous avec sans pour par chez vers entre contre depuis
    pendant après avant comme si ce cet cette ces son sa ses leur leurs il elle ils elles est
    sont était a ont avait sera ne pas se s plus très
    """
)
"""Articles, prepositions, conjunctions, auxiliaries and pronouns: they call for a next word, so
neither a headline nor a cut text may end in one."""

WEEKDAYS_AND_MONTHS: Final = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays
    fridays saturdays sundays mon tue tues wed thu thurs fri sat sun january february
    march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec lunes martes miércoles jueves viernes
    sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre
    noviembre diciembre montag dienstag mittwoch donnerstag freitag samstag sonntag januar
    februar märz mai juni juli oktober dezember lundi mardi mercredi jeudi vendredi samedi
    dimanche janvier février mars avril juin juillet août septembre octobre novembre décembre
    spring summer autumn winter easter christmas today yesterday tomorrow tonight
    """
)

_ACCENTS: Final = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0670]+")
"""Marks that writers leave out; those of Indian and other scripts are letters."""
_LETTER = re.compile(r"[^\W\d_]")


def folded(text: str) -> str:
    """A text without case, accents and superfluous space: equal for people who read it."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(text.lower().split())


def cased(text: str) -> bool:
    """Whether most letters of a text are of a script that has capitals."""
    letters = "".join(_LETTER.findall(text[:500]))
    return 2 * sum(map(str.__ne__, letters.lower(), letters.upper())) > len(letters)


def width(text: str) -> int:
    """How wide a text is: letters of the wide scripts (Chinese, Japanese, Korean) count twice."""
    if text.isascii():
        return len(text)
    return len(text) + len(_WIDE.findall(text))


_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]"
)

"""What a page's furniture left in a text, and wire datelines: what a reader does not want."""

import re
from typing import Final

from msgspec import Struct

_COUNTED: Final = r"(?:shares?|likes?|retweets?|comments?|views?)"
_FURNITURE: Final = re.compile(
    "(?:"
    + "|".join(
        (
            r"(?:please )?follow (?:us|@\w+)\b.{0,80}",
            r"(?:like us|find us) on .{0,60}",
            r"subscribe (?:now|here|today|to (?:our|the|my))\b.{0,80}",
            r"sign up (?:for|to) .{0,90}",
            r"share (?:this|on|via|with)\b.{0,60}",
            r"(?:re)?tweet this.{0,20}",
            r"e-?mail (?:this )?to a friend",
            r"click here\b.{0,60}",
            r"(?:read (?:more|also|next)\b ?:?|see also ?:).{0,90}",
            r"(?:related|recommended|more) (?:articles?|stories|news|content|links)\b.{0,60}",
            r"(?:also|most) (?:read|popular|viewed)\b.{0,40}",
            r"advertisement|sponsored(?: content)?|(?:article )?continues below",
            r"scroll (?:down )?to continue.{0,30}|story continues .{0,40}",
            rf"(?:\d[\d.,]*[km]? )?{_COUNTED}(?: ?[|·•,/]? ?\d[\d.,]*[km]? {_COUNTED})+",
            rf"\d[\d.,]*[km]? {_COUNTED}",
            r"(?:print|save|share|comments?)(?: ?[|·•/] ?\w+)+",
            r"download (?:our|the) .{0,20}\bapp\b.{0,40}",
            r"all rights reserved\.?|(?:©|copyright (?:©|\(c\)|\d{4})).{0,120}",
            r"(?:síguenos en|suscríbete|compartir en)\b.{0,60}|compartir",
            r"(?:folgen sie uns|suivez-nous)\b.{0,60}",
            r"(?:lire|lea|lee|leer) (?:aussi|también)\b.{0,90}",
        )
    )
    + r")[\s.!»›>]*",
    re.IGNORECASE,
)
_TRAILER: Final = re.compile(
    r"\s+(?:E-?mail to a friend|(?:Watch|See|Read|Listen|View|Hear)\s[^.!?\n]{3,90}\s?[»›])(?=\s|$)"
)
"""Run into the end of a paragraph: the label of a link that is gone."""

_AGENCY: Final = r"Reuters|AP|AFP|CNN|UPI|dpa|EFE|ANSA|TASS|Xinhua|PTI|BBC|ANI|Kyodo|Bloomberg"
_DATELINE: Final = re.compile(
    rf"""\s*(?:
    (?P<place>[^\W\d_][^()\n"“]{{1,60}}?)\s*(?:,\s*)?
      \((?P<agency>[A-Z][\w .&'’-]{{1,40}}|dpa)\)\s*(?:[-–—]{{1,2}}|:)\s+
    | (?P<city>[A-ZÀ-Þ][A-ZÀ-Þ'’.\- ]{{2,40}}(?:,\s+[\w. ]{{2,30}})?)
      (?:,\s+\w{{3,9}}\.?\s+\d{{1,2}})?\s*(?:\((?P<wire>{_AGENCY})\)\s*)?(?:[–—]|--|-\s)\s*
    | (?P<first>{_AGENCY})\s+[-–—]\s+
    )""",
    re.VERBOSE,
)


class Dateline(Struct, frozen=True, gc=False):
    """The head of a wire story: `PARIS (Reuters) - `."""

    length: int
    """Characters of it, with what parts it from the story; 0 where there is none."""
    agency: str = ""
    """Who wrote it, where it tells."""


def dateline(paragraph: str) -> Dateline:
    """The dateline that a paragraph begins with."""
    match = _DATELINE.match(paragraph)
    if not match:
        return Dateline(0)
    agency = match["agency"] or match["wire"] or match["first"] or ""
    return Dateline(match.end(), " ".join(agency.split()))


def is_furniture(paragraph: str) -> bool:
    """Whether a whole paragraph is furniture: an invitation to follow, share counts, labels."""
    return len(paragraph) <= 160 and bool(_FURNITURE.fullmatch(paragraph))


def without_trailers(paragraph: str) -> str:
    """A paragraph without the link labels that run into its end."""
    return _TRAILER.sub("", paragraph) if paragraph[-1:] in "»›d" or "»" in paragraph else paragraph

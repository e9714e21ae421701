"""Bylines → names of people: without "By", roles, addresses and what is plainly no name."""

import re
from collections.abc import Iterable
from typing import Final

from sitegen.ingest.tidy import fold, tidy

_LEAD: Final = re.compile(
    r"""^\W*(?:(?:all|more)\s+(?:posts|articles|stories)\s+(?:by|from)|view\s+all\s+posts\s+by
    |(?:posted|written|published|reported|words?|text|story|article|report|opinion|review)\s+by
    |veröffentlicht\s+von|geschrieben\s+von|ein\s+(?:artikel|beitrag|kommentar)\s+von|beitrag\s+von
    |publié\s+par|écrit\s+par|escrito\s+por|publicado\s+por
    |authors?|autor(?:en|in|a|es)?|auteurs?|autrice|text|texte|by|von|par|por|di|da|door|av|af|przez)
    (?:\s*:\s*|\s+)""",
    re.IGNORECASE | re.VERBOSE,
)
_ROLE: Final = re.compile(
    r"""^(?:[\w-]*(?:experte|expertin|redakteur(?:in)?|korrespondent(?:in)?|autor(?:in)?|journalist(?:in)?
    |reporter(?:in)?|editor|correspondent|writer|columnist|contributor|photographer|producer))\s+
    (?=\S+\s+\S)""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_PERSON: Final = re.compile(
    r"""\b(?:staff|writers?|reporters?|editors?|editorial|correspondents?|contributors?|newsroom|bureau
    |desk|team|admin|administrator|webmaster|guest|print|e-?mail|share|comments?|updated?|published
    |posted|minutes?|read|facebook|twitter|instagram|linkedin|youtube|online|gmbh|e\.?\s?v\.?|inc|llc
    |ltd|corp|company|stiftung|foundation|verlag|media|média|magazin[e]?|news|times|press|agency|agentur
    |redakteur(?:in)?|chefredakteur(?:in)?|journalist(?:in)?|freelance|senior|chief|director|professor
    |university|follow|subscribe|cookies|uhr|last|the|about|more|monday|january|february|march|april|june|july|august
    |september|october|november|december|januar|februar|märz|juni|juli|oktober|dezember)\b|https?:|www\.
    |\.(?:com|org|net|de)\b|\d{3}|[@/\\{}<>=_]""",
    re.IGNORECASE | re.VERBOSE,
)
_SPLIT: Final = re.compile(
    r"\s*(?:[;|&•·\n/]|,(?!\s*(?:jr|sr|ph\.?d|m\.?d|ii|iii)\b)|\s(?:and|und|et|y|e|og|och|en|with)\s)\s*",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"<[^<>]*@[^<>]*>|\([^()]*@[^()]*\)|\S+@\S+\.\S+|(?<!\w)@\w+")
_PARTICLES: Final = frozenset({
    "af", "al", "ap", "ben", "bin", "da", "dal", "de", "del", "della", "den", "der", "des",
    "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "lo", "los", "ter", "ten",
    "van", "von", "vom", "y", "zu", "zum", "zur",
})  # fmt: skip
"""Words of names that are written small."""


def people(text: str, banned: Iterable[str] = ()) -> tuple[str, ...]:
    """The people that a byline names, in order; nothing that is plainly no person's name."""
    text = _ADDRESS.sub(" ", tidy(text.replace("\0", "\n")))
    if len(text) > 300 or fold(text) in banned or text.lower().startswith(("http", "www.")):
        return ()
    found: list[str] = []
    for part in _SPLIT.split(_LEAD.sub("", text)):
        name = _ROLE.sub("", _LEAD.sub("", part.strip(" .,-–—:|*'\"()")))
        name = " ".join(re.sub(r"\([^()]*\)", " ", name).split()).strip(" .,-–—:|*")
        if not _is_name(name) or fold(name) in banned:
            continue
        found.append(name.title() if name.isupper() and len(name) > 5 else name)
    return tuple(dict.fromkeys(found))


def _is_name(text: str) -> bool:
    if not 2 < len(text) < 50 or len(text.split()) > 5 or _NO_PERSON.search(text):
        return False
    if 3 * sum(character.isalpha() for character in text) < 2 * len(text):
        return False
    return all(not word[0].islower() or word in _PARTICLES for word in text.split())

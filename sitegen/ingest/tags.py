"""Tags: the given ones, hashtags, and names that carry the article; one spelling for one name."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from sitegen.ingest.names import is_demonym, names
from sitegen.ingest.words import ENDINGS, cased, folded, word_set

MOST: Final = 6
"""Tags that we choose; what a seed gives may be a few more."""
_MOST_GIVEN: Final = 10
_ENOUGH_GIVEN: Final = 3
"""With so many given tags no names are added."""
_NO_TOPIC: Final = word_set(
    """
    news article articles story stories uncategorized uncategorised general misc other none
    default blog post posts home page latest breaking top-stories homepage featured video photo
    photos all
    """
)


_WORDS: Final = re.compile(r"\w+")


class TagRules(Struct, frozen=True):
    """What `[tags]` says, ready for use."""

    names: dict[str, str] = {}
    """Folded spelling → the tag it means."""
    ignored: frozenset[str] = frozenset()
    """Folded spellings that are never made a tag."""


def rules(aliases: Mapping[str, Iterable[str]], ignore: Iterable[str]) -> TagRules:
    """The rules of a `[tags]` section."""
    spelled = {fold(tag): tag for tag in aliases}
    for tag, others in aliases.items():
        for other in others:
            spelled.setdefault(fold(other), tag)
    return TagRules(spelled, frozenset(map(fold, ignore)))


def fold(tag: str) -> str:
    """What spellings of one tag share: without case, accents, dots, hyphens and a leading `the`."""
    plain = re.sub(r"[-_\s]+", " ", folded(tag).replace(".", "").replace("’", "'"))
    return plain.strip().removeprefix("the ").strip() or tag


def choose(
    given: Iterable[str], title: str, text: str, rules: TagRules, by: Iterable[str] = ()
) -> tuple[str, ...]:
    """An article's tags. `title` only if the seed gave it; `given` may hold `#hashtags`.

    The names of those it is `by`, authors and publications, are no topics.
    """
    chosen: dict[str, str] = {}
    folded_text = " ".join(["", *_WORDS.findall(folded(text)), ""])
    trusted = [tag for tag in given if not tag.startswith("#")]
    for tag in trusted:
        if _good(tag):
            _add(chosen, tag, rules)
    enough = len(chosen) >= _ENOUGH_GIVEN
    for tag in given:
        if tag.startswith("#") and (topic := _spoken_of(tag[1:], folded_text, text)):
            _add(chosen, topic, rules)
    chosen = dict(list(chosen.items())[:_MOST_GIVEN])
    if not enough and cased(text):
        makers = set(map(fold, by))
        for tag in _carrying(title, text, rules):
            if len(chosen) >= MOST:
                break
            if fold(tag) not in makers:
                _add(chosen, tag, rules)
    return tuple(chosen.values())


def _add(chosen: dict[str, str], tag: str, rules: TagRules) -> None:
    key = fold(tag)
    tag = rules.names.get(key, tag)
    if key not in rules.ignored and fold(tag) not in rules.ignored:
        chosen.setdefault(fold(tag), tag)


def _good(tag: str) -> bool:
    """Whether a given tag names a topic: no address, number, sentence or catch-all."""
    return (
        1 < len(tag) <= 60
        and len(tag.split()) <= 6
        and "://" not in tag
        and "<" not in tag
        and any(c.isalpha() for c in tag)
        and folded(tag).replace(" ", "-") not in _NO_TOPIC
    )


def _spoken_of(hashtag: str, folded_text: str, text: str) -> str:
    """A hashtag as words, if the article speaks of them; a slogan is no topic."""
    words = _apart(hashtag)
    if f" {folded(words)} " not in folded_text:
        return ""
    used = re.search(rf"(?<![#@\w])\b{re.escape(words)}\b", text, re.IGNORECASE)
    spelled = used[0] if used else words
    return spelled[0].upper() + spelled[1:]


def _apart(hashtag: str) -> str:
    """`HarbourWall` → `Harbour Wall`, `G20Summit` → `G20 Summit`, `ring_road` → `ring road`."""
    spaced = re.sub(r"(?<=[a-zß-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-zß-ÿ])", " ", hashtag)
    return " ".join(spaced.replace("_", " ").split())


def _carrying(title: str, text: str, rules: TagRules) -> list[str]:
    """The names that carry the article, by salience."""
    counts: dict[str, tuple[float, int, str]] = {}
    found = names(title, text)
    # `Fannie` beside `Fannie Mae` is a short form, unless it is used far more often.
    first_words = {fold(name.text.split()[0]): name.count for name in found if " " in name.text}
    for order, name in enumerate(found):
        key = fold(name.text)
        short = name.leads < 2 and name.count <= first_words.get(key, 0)
        if short and key not in rules.names:
            continue
        meant = rules.names.get(key)
        if meant is None and (is_demonym(name.text) or key in ENDINGS):
            continue
        tag = meant or re.sub(r"^The\s+", "", name.text)
        carries = name.count > 2 or (name.leads > 0 and name.count > 1)
        carries = carries or (name.leads > 1 and (" " in tag or bool(title)))
        if not carries and not meant:
            continue
        before = counts.get(fold(tag), (0.0, order, tag))
        counts[fold(tag)] = (before[0] + name.salience, before[1], before[2])
    return [tag for _, _, tag in sorted(counts.values(), key=lambda v: (-v[0], v[1]))]

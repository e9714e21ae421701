"""What is told and remembered of one seed's articles: each, or of very many how many they are."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import structs

from sitegen.ingest.past import MANY, Past
from sitegen.ingest.report import Action, Outcome
from sitegen.problems import Problem, Severity

_QUIET: Final = frozenset(
    (
        Action.NEW,
        Action.UPDATED,
        Action.UNCHANGED,
        Action.REMOVED,
        Action.DUPLICATE,
        Action.GONE,
    )
)
"""What needs no word for each article if nobody edited it."""


class Tally:
    """Takes in a seed's articles one by one; its size is bounded, however many they are."""

    def __init__(self, content: str) -> None:
        """`content`: the folder of articles, as people know it."""
        self._content = content
        self.pasts: list[Past] = []
        """Those that are remembered; of very many only what must be looked at again."""
        self.counted: Counter[Action] = Counter()
        """Articles that are not in `pasts`: those that repeat others, and all others."""
        self._outcomes: list[Outcome] = []
        self._folded: Counter[Outcome] = Counter()
        self.without_day = 0
        """Articles that told no day, and were not given one by hand."""
        self._day = ""
        self._article = ""

    def add(self, last: Past | None, outcome: Outcome) -> None:
        """One article more; `last` is what is remembered of it."""
        if last is not None:
            self._remember(last)
            if last.undated and _lacks_day(last, outcome):
                self.without_day += 1
                self._day = self._day or str(last.fields.get("date", ""))
                self._article = self._article or outcome.article
        if self._folded:
            self._fold(outcome)
            return
        self._outcomes.append(outcome)
        if len(self._outcomes) > MANY:
            listed, self._outcomes = self._outcomes, []
            for one in listed:
                self._fold(one)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remember."""
        return not self.pasts and not self.counted

    def outcomes(self) -> Iterator[Outcome]:
        """What is told: of very many articles those that need a word, then the numbers."""
        yield from self._outcomes
        for outcome, count in self._folded.items():
            yield structs.replace(outcome, count=count)

    def undated(self) -> Problem | None:
        """The warning about articles that told no day, and were not given one by hand."""
        if not self.without_day:
            return None
        one = self.without_day == 1
        which = "no date was found" if one else f"{self.without_day:,} articles have no date"
        where = f"{self._content}/{self._article}" if one else "the articles"
        hint = f"correct `date:` in {where}"
        return Problem(f"{which}: {self._day} is used", hint=hint, severity=Severity.WARNING)

    def _fold(self, outcome: Outcome) -> None:
        if outcome.action not in _QUIET or outcome.edited or outcome.clashes:
            self._outcomes.append(outcome)
            return
        like = Outcome(outcome.seed, outcome.action, outcome.state, was=outcome.was)
        self._folded[like] += outcome.count

    def _remember(self, last: Past) -> None:
        if self.counted:
            self._forget(last)
            return
        self.pasts.append(last)
        if len(self.pasts) > MANY:
            listed, self.pasts = self.pasts, []
            for one in listed:
                self._forget(one)

    def _forget(self, last: Past) -> None:
        if last.clash:
            self.pasts.append(last)
        else:
            self.counted[Action.DUPLICATE if last.duplicate else Action.UNCHANGED] += 1


def _lacks_day(last: Past, outcome: Outcome) -> bool:
    by_hand = "date" in outcome.edited or outcome.action is Action.REMOVED
    return not last.duplicate and not by_hand

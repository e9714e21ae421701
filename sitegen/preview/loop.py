"""The one loop: it waits for a change, has the site built, and tells what came of it."""

import gc
import os
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from sitegen import config as settings
from sitegen import dates
from sitegen.build import Abandoned, Choice, Progress, Report, State, build
from sitegen.build.report import silent
from sitegen.build.stamps import digest_of_file
from sitegen.config import FILE, Build, Config
from sitegen.digests import NOTHING
from sitegen.preview.attempt import Attempt, Good
from sitegen.preview.looks import Hints, Looks
from sitegen.preview.territory import Territory
from sitegen.preview.waker import Waker
from sitegen.preview.watcher import Watcher
from sitegen.problems import Problem, Severity, SitegenError, errors, of_os_error

_DOZE: Final = 5.0
"""The longest wait: a computer that slept must see that it is late. What builds left is tidied up
when nobody has edited for as long."""
_MOST: Final = 20
"""Builds after which it is tidied up whatever comes: each template that changes leaves much."""
_FEW: Final = 100
"""Changed files up to which each is compared with what was read of it."""

Tell = Callable[[Attempt], None]


class Options(Struct, frozen=True):
    """How the site is built."""

    jobs: int = 0
    """Processes; 0: one a core."""
    drafts: bool = False
    future: bool = False
    progress: Progress = silent
    """Told of the first build, which may take a while."""
    commits: AbstractContextManager[object] = nullcontext()
    """Held while the output is changed."""
    address: str = "http://localhost:8000"
    """Where a site is that does not say so: what its feeds and canonical links are made of."""


class Stopped(BaseException):
    """The loop was stopped while it built."""


class Loop:
    """Builds a project again and again, with what it knows kept warm."""

    def __init__(
        self,
        root: Path,
        options: Options,
        tell: Tell,
        waker: Waker,
        watcher: Watcher,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = dates.now,
    ) -> None:
        self.root = root.resolve()
        self._options, self._tell = options, tell
        self._waker, self._watcher = waker, watcher
        self._clock, self._now = clock, now
        self._state = self._new_state()
        self._config: Config | None = None
        self._good: Good | None = None
        self._last: Attempt | None = None
        self._told: set[Problem] = set()
        self._held_back = False
        self._looks = Looks(clock, now)

    def run(self) -> None:
        """Build, then build on every change, until the waker is stopped."""
        # A pass of the garbage collector over a whole site costs as much as a build.
        gc.disable()
        try:
            self.step(None)
            self.warm_up()
            gc.freeze()
            untidy = 0
            while not self._waker.stopped:
                untidy = self._turn(untidy)
        except Stopped:
            pass
        finally:
            gc.enable()
            self._state.close()

    def _turn(self, untidy: int) -> int:
        """Wait for a change, or until it is time to look, and build; else tidy up.

        Takes and gives the number of builds that were not tidied up after.
        """
        seconds, hints = self.next_look()
        patience = min(seconds, _DOZE)
        if self._waker.wait(patience):
            self.step(self._waker.take())
            untidy += 1
            if untidy < _MOST:
                return untidy
        elif seconds <= patience and not self._waker.stopped:
            self.step(hints)
        elif not untidy:
            return 0
        gc.collect()
        return 0

    def next_look(self) -> tuple[float, Hints]:
        """Seconds until the project is looked at though nothing was noted, and at what of it."""
        polled = self._watcher.territory.sources if self._watcher.trouble else None
        return self._looks.next(polled)

    def warm_up(self) -> None:
        """Do once what the first edit would wait for: plan the site, and load the templates."""
        if self._last is not None and not self._last.failed and self._waker.due is None:
            self.step(frozenset(), rehearse=True)

    def step(self, hints: Hints, rehearse: bool = False) -> None:
        """Build if there is news among the hints, and tell what came of it."""
        if hints and not self._is_news(hints):
            return
        begun = self._clock()
        try:
            attempt = self._attempt(hints, rehearse)
        except Abandoned:
            self._looks.put_off_index()
            return
        built = None if attempt.failed else self._state.last
        self._looks.plan(attempt, self._clock() - begun, built)
        last, self._last = self._last, attempt
        if self._is_overtaken(attempt, last):
            self._told.difference_update(attempt.fresh)
        elif _is_worth_telling(attempt, last):
            self._tell(attempt)
        self._state.tidy()

    def _build(self, choice: Choice, changed: Hints, hints: Hints, rehearse: bool) -> Report:
        return build(
            self._state,
            choice,
            hints=changed,
            # Where nobody has edited anything, there is time to make the search index anew.
            renew=hints == frozenset() and not rehearse,
            rehearse=rehearse,
            progress=self._progress,
        )

    def _gone(self, hints: frozenset[str]) -> frozenset[str]:
        """Articles that are gone though that was not told of (yet).

        Of a file that moves into a new folder, the system may tell first what came: for a moment
        there seem to be two.
        """
        folder = self._config.build.content if self._config else Build().content
        known = (f"{folder}/{path}" for path in self._state.cache.articles)
        return frozenset(p for p in known if p not in hints and not os.path.lexists(self.root / p))

    def _is_overtaken(self, attempt: Attempt, last: Attempt | None) -> bool:
        """Whether a failure is not worth telling, since what it met has changed again.

        So it is with a branch that is half switched, and a file saved in two steps.
        """
        overtaken = attempt.failed and last is not None and self._waker.due is not None
        # Two in a row are told: what never comes to rest must be heard of too.
        self._held_back = overtaken and not self._held_back
        return self._held_back

    def _attempt(self, hints: Hints, rehearse: bool) -> Attempt:
        """Build once. Whatever goes wrong is a problem, not the end."""
        begun = self._clock()
        report: Report | None = None
        problems: tuple[Problem, ...]
        try:
            looked = self._watcher.follow(self._territory(hints))
            # Settings may name another output, all of which must then be looked at.
            changed = None if hints is None or FILE in hints else hints | looked
            choice = Choice(self._now(), self._options.drafts, self._options.future)
            try:
                report = self._build(choice, changed, hints, rehearse)
            except SitegenError:
                if not hints or not changed or not (gone := self._gone(hints)):
                    raise
                report = self._build(choice, changed | gone, hints, rehearse)
            problems = report.problems
            self._good = self._now_good(choice)
        except SitegenError as error:
            problems = error.problems
        except OSError as error:
            problems = of_os_error(error, os.fspath(self.root)).problems
        except Exception as error:
            problems = (_unforeseen(error),)
        if self._watcher.trouble:
            problems += (Problem(self._watcher.trouble, severity=Severity.WARNING),)
        fresh = self._fresh(problems, hints, failed=report is None)
        return Attempt(hints, self._clock() - begun, report, problems, fresh, self._good)

    def _fresh(
        self, problems: tuple[Problem, ...], hints: Hints, failed: bool
    ) -> tuple[Problem, ...]:
        """The problems that were not told yet.

        A good build mends every error. Warnings count as told until a look at their files finds
        them gone: a build of few files need not meet them again.
        """
        fresh = tuple(problem for problem in problems if problem not in self._told)
        if not failed:
            mended = set(errors(self._told)) | {p for p in self._told if p.path in (hints or ())}
            self._told = set() if hints is None else self._told - mended
        self._told.update(problems)
        return fresh

    def _territory(self, hints: Hints) -> Territory:
        """The folders that the settings name; broken settings leave them as they were."""
        if hints is None or FILE in hints:
            with suppress(SitegenError):
                self._config = settings.load(self.root)
        return Territory.of(self.root, self._config.build if self._config else Build())

    def _is_news(self, hints: frozenset[str]) -> bool:
        """Whether any of these differs from what the last good build read.

        What sitegen itself wrote into `content/` is no news: it read it right afterwards.
        """
        if self._last is None or self._last.failed or self._config is None or len(hints) > _FEW:
            return True
        if any(problem.path in hints for problem in self._last.problems):
            return True
        folder = f"{self._config.build.content}/"
        articles = self._state.cache.articles
        for hint in hints:
            known = articles.get(hint.removeprefix(folder))
            if not hint.startswith(folder) or not hint.endswith(".md"):
                return True
            try:
                found = digest_of_file(self.root / hint)
            except OSError:
                return True
            if found != (known.digest if known else NOTHING):
                return True
        return False

    def _progress(self, stage: str, done: int, total: int) -> None:
        if self._waker.stopped:
            raise Stopped
        if stage == "search" and self._waker.due is not None:
            raise Abandoned
        if self._last is None:
            self._options.progress(stage, done, total)

    def _now_good(self, choice: Choice) -> Good:
        if self._config is None:
            self._config = settings.load(self.root)
        cache, entries = self._state.cache, self._state.collection.entries
        return Good(self._config, choice, entries, cache.outputs, cache.path)

    def _new_state(self) -> State:
        state = State(self.root, self._options.jobs, self._options.address)
        state.commits = self._options.commits
        return state


def _is_worth_telling(attempt: Attempt, last: Attempt | None) -> bool:
    """Whether anybody would want to hear of it: a look that found nothing is passed over."""
    if last is None or attempt.fresh or attempt.problems != last.problems:
        return True
    if attempt.report is None:
        return bool(attempt.because)
    return bool(attempt.report.changed)


def _unforeseen(error: Exception) -> Problem:
    """The problem that stands for an error which nobody expected."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}, line {frame.lineno}"
    message = f"sitegen itself failed: {type(error).__name__}: {error} ({place})"
    return Problem(message, hint="please report it; meanwhile, undo what was changed last")

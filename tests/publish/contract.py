"""What every target must do: the tests of promises 12 to 19 that are the same for all.

A target's tests inherit from `Contract` and give it a `place`:

    class TestDirectory(Contract):
        @pytest.fixture
        def place(self, tmp_path: Path) -> Place: ...
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import pytest
from msgspec import structs

from sitegen.problems import SitegenError
from sitegen.publish.execute import WAITS
from sitegen.publish.plan import Plan
from sitegen.publish.run import Look, Wish, do, look, look_back
from sitegen.publish.target import Reader, Target
from tests.publish.recording import BrokenError, Watched
from tests.publish.sites import content, dead_links, site, without_old

AT = "2026-03-06T12:00:00Z"
DAYS = ["2026/03/04", "2026/03/05"]
OLD = site([f"{DAYS[0]}/alpha=1", f"{DAYS[0]}/beta=2", f"{DAYS[1]}/gamma=3"])
NEW = site(
    [f"{DAYS[0]}/alpha=1", f"{DAYS[1]}/gamma=4", f"{DAYS[1]}/delta=5", "2026/03/06/eta=6"],
    look="bold",
    asset="b",
)
"""An article less, one changed, two more; another style sheet, and an image that changed."""


class Place(Protocol):
    """Somewhere to publish to, in a test."""

    def target(self) -> Target:
        """The target, opened as a new process would."""

    def reader(self) -> Reader:
        """The same, as a dry run opens it."""

    def public(self) -> dict[str, bytes]:
        """What readers would get now: every public file, also those that are not ours."""

    def disturb(self, path: str, data: bytes | None) -> None:
        """Somebody else writes a public file, or removes it."""


class Contract:
    """Inherit from it, and give a `place`."""

    every = 1
    """Of the operations that can fail, each k-th is made to; 1 for all."""

    def wish(self, tmp_path: Path, files: Mapping[str, bytes], *allowed: str) -> Wish:
        """To publish some files."""
        self.number = getattr(self, "number", 0) + 1
        return Wish(content(tmp_path / f"built-{self.number}", files), AT, 2, allowed)

    def run(self, target: Target, wish: Wish) -> Plan:
        """Publish, without waiting for anything."""
        found = look(target, wish)
        do(target, found, lambda *_: None, lambda *_: None)
        return found.plan

    def test_first_and_next(self, place: Place, tmp_path: Path) -> None:
        """What is published is what was built; the next one puts only what changed; a third has
        nothing to do (promises 14, 15).
        """
        self.run(place.target(), self.wish(tmp_path, OLD))
        assert place.public() == OLD
        watched = Watched(place.target())
        plan = self.run(watched, self.wish(tmp_path, NEW))
        changed = {name for name in NEW if NEW[name] != OLD.get(name)}
        assert {one.removeprefix("put ") for one in watched.done if "put" in one} == changed
        assert set(plan.deletes) == {
            name for name in OLD.keys() - NEW.keys() if not name.startswith("assets/style")
        }
        again = Watched(place.target())
        assert not self.run(again, self.wish(tmp_path, NEW)).operations
        assert not again.done

    def test_the_order(self, place: Place, tmp_path: Path) -> None:
        """After every operation all local links resolve (promise 12)."""
        seen = []

        def look_on(stays: set[str]) -> Callable[[], None]:
            def now() -> None:
                seen.append(dead_links(place.public(), stays))

            return now

        self.run(Watched(place.target(), look=look_on(set())), self.wish(tmp_path, OLD))
        stays = OLD.keys() & NEW.keys()
        self.run(Watched(place.target(), look=look_on(stays)), self.wish(tmp_path, NEW))
        assert len(seen) > len(OLD)
        assert not any(seen)

    @pytest.mark.parametrize("late", [False, True])
    def test_every_operation_fails(self, place: Place, tmp_path: Path, late: bool) -> None:
        """Whichever operation fails: it stops there, nothing is deleted after it, links hold, and
        the next run goes on and ends equal (promises 12, 13, 14).
        """
        sites = [OLD, NEW]
        self.run(place.target(), self.wish(tmp_path, OLD))
        k, turn = 0, 1
        while True:
            k += self.every
            before, after = sites[1 - turn], sites[turn]
            stays = before.keys() & after.keys()
            dead: list[str] = []
            watched = Watched(
                place.target(),
                fail=k,
                late=late,
                look=lambda stays=stays, dead=dead: dead.extend(  # type: ignore[misc]
                    dead_links(place.public(), stays)
                ),
            )
            try:
                self.run(watched, self.wish(tmp_path, after))
                assert k > len(watched.done)
                break
            except BrokenError as error:
                begun = watched.done[k - 1 :]
                assert len(begun) <= watched.in_flight
                assert not [one for one in begun if one.startswith("delete")][1:]
                broken = str(error)
            assert broken in begun
            assert not dead
            public = place.public()
            assert not dead_links(public, stays)
            if watched.atomic:
                whole = [without_old(public, one) for one in sites]
                assert before in whole or after in whole
            resumed = Watched(place.target())
            self.run(resumed, self.wish(tmp_path, after))
            assert without_old(place.public(), after) == after
            once = [one for one in watched.done if one.startswith("put")]
            twice = {one for one in resumed.done if one.startswith("put")}
            finished = once[: -watched.in_flight] if watched.in_flight > 1 else once[:k]
            whole_once = {one for one in finished if one not in begun}
            assert not whole_once & twice, "what was put whole is not put again"
            turn = 1 - turn

    def test_what_may_pass_is_tried_again(self, place: Place, tmp_path: Path) -> None:
        """A failure that passes is no failure, and each wait is longer than the one before; one
        that does not pass ends it.
        """
        for fail, files in ((1, OLD), (3, NEW)):
            watched = Watched(place.target(), fail=fail, times=2)
            waits: list[tuple[float, str]] = []
            found = look(watched, self.wish(tmp_path, files))
            do(watched, found, lambda *_: None, lambda *told, waits=waits: waits.append(told))
            if watched.in_flight == 1:
                assert waits == [(seconds, "not now") for seconds in WAITS[:2]]
        assert without_old(place.public(), NEW) == NEW
        watched = Watched(place.target(), fail=1, times=len(WAITS) + 1)
        with pytest.raises(SitegenError, match="again and again"):
            self.run(watched, self.wish(tmp_path, site([f"{DAYS[0]}/alpha=7"]), "deletions"))

    def test_a_dry_run(self, place: Place, tmp_path: Path) -> None:
        """It has no way to write, and tells the very operations of the real run (promise 17)."""
        for files in (OLD, NEW):
            reader = place.reader()
            for name in ("put", "delete", "switch", "begin", "restore", "lock"):
                assert not hasattr(reader, name)
            before = place.public()
            plan = look(reader, self.wish(tmp_path, files)).plan
            assert place.public() == before
            watched = Watched(place.target())
            self.run(watched, self.wish(tmp_path, files))
            told = [str(one) for one in plan.operations]
            done = [one for one in watched.done if one != "begin"]
            assert (sorted(told) if watched.in_flight > 1 else told) == (
                sorted(done) if watched.in_flight > 1 else done
            )

    def test_foreign_files_survive(self, place: Place, tmp_path: Path) -> None:
        """CNAME, `.nojekyll`, `.well-known` and all that sitegen did not write (promise 19)."""
        foreign = {
            "CNAME": b"example.org\n",
            ".nojekyll": b"",
            ".well-known/security.txt": b"Contact: mailto:a@example.org\n",
        }
        for name, data in foreign.items():
            place.disturb(name, data)
        self.run(place.target(), self.wish(tmp_path, OLD))
        place.disturb("theirs/page.html", b"theirs")
        self.run(place.target(), self.wish(tmp_path, NEW))
        public = place.public()
        assert {name: public[name] for name in foreign} == foreign
        assert public["theirs/page.html"] == b"theirs"

    def test_old_assets_are_kept(self, place: Place, tmp_path: Path) -> None:
        """A page that somebody opened before still finds its style sheet, for two releases."""
        looks = ["one", "two", "three", "four", "five"]
        sheets = []
        for look_of in looks:
            files = site([f"{DAYS[0]}/alpha=1"], look=look_of)
            sheets.append(next(name for name in files if name.startswith("assets/style")))
            self.run(place.target(), self.wish(tmp_path, files))
        public = place.public()
        assert [name in public for name in sheets] == [False, False, True, True, True]

    def refused(self, place: Place, wish: Wish, *guards: str) -> None:
        """Each guard forbids it, the target is untouched, and only all their names allow it."""
        before = place.public()
        watched = Watched(place.target())
        with pytest.raises(SitegenError) as error:
            self.run(watched, wish)
        told = str(error.value)
        assert [guard for guard in guards if f"--force {guard}`" in told] == list(guards), told
        assert told.count("--force") == len(guards)
        assert not watched.done
        assert place.public() == before

    def test_guard_deletions_and_shrinking(self, place: Place, tmp_path: Path) -> None:
        """More than a quarter would go; fewer than half of the articles (promise 16)."""
        many = [f"2026/03/{day:02}/{word}=x" for day in range(1, 9) for word in ("ant", "bee")]
        self.run(place.target(), self.wish(tmp_path, site(many)))
        few = site(many[:4])
        self.refused(place, self.wish(tmp_path, few), "deletions", "shrunken")
        self.refused(place, self.wish(tmp_path, few, "shrunken"), "deletions")
        self.run(place.target(), self.wish(tmp_path, few, "deletions", "shrunken"))
        assert place.public() == few

    def test_guard_empty(self, place: Place, tmp_path: Path) -> None:
        """A site without articles is not published, not even first (promise 16)."""
        self.refused(place, self.wish(tmp_path, site([])), "empty")
        self.run(place.target(), self.wish(tmp_path, OLD))
        self.refused(place, self.wish(tmp_path, site([])), "empty", "deletions")

    def test_guard_foreign(self, place: Place, tmp_path: Path) -> None:
        """A target that holds something and was never published to (promise 16)."""
        place.disturb("index.html", b"somebody else's home")
        place.disturb("about.html", b"somebody else's page")
        self.refused(place, self.wish(tmp_path, OLD), "foreign", "changed")
        self.run(place.target(), self.wish(tmp_path, OLD, "foreign", "changed"))
        assert place.public() == {**OLD, "about.html": b"somebody else's page"}

    def test_guard_changed(self, place: Place, tmp_path: Path) -> None:
        """Somebody else changed or removed what sitegen published, or put something where a new
        file must go; the same size and a file removed count too (promises 15, 16).
        """
        self.run(place.target(), self.wish(tmp_path, OLD))
        home = OLD["index.html"]
        place.disturb("index.html", home[:-1] + b"?")
        self.refused(place, self.wish(tmp_path, OLD), "changed")
        self.refused(place, self.wish(tmp_path, NEW), "changed")
        self.run(place.target(), self.wish(tmp_path, OLD, "changed"))
        assert place.public() == OLD
        place.disturb("feed.xml", None)
        self.refused(place, self.wish(tmp_path, OLD), "changed")
        self.run(place.target(), self.wish(tmp_path, OLD, "changed"))
        assert place.public() == OLD
        place.disturb("2026/03/06/index.html", b"theirs")
        self.refused(place, self.wish(tmp_path, NEW), "changed")

    def test_guard_other_site(self, place: Place, tmp_path: Path) -> None:
        """What another site is published to (promise 16)."""
        self.run(place.target(), self.wish(tmp_path, OLD))
        wish = self.wish(tmp_path, OLD)
        other = structs.replace(wish.content, site="https://other.example")
        self.refused(place, structs.replace(wish, content=other), "other-site")

    def test_two_at_once(self, place: Place, tmp_path: Path) -> None:
        """Who looked at the target before somebody else published is refused."""
        self.run(place.target(), self.wish(tmp_path, OLD))
        late = place.target()
        plan = look(late, self.wish(tmp_path, OLD)).plan
        self.run(place.target(), self.wish(tmp_path, NEW))
        assert plan.journal
        with pytest.raises(SitegenError):
            late.begin(plan.journal)
        assert without_old(place.public(), NEW) == NEW
        late = place.target()
        back = look_back(late)
        self.run(place.target(), self.wish(tmp_path, OLD))
        with pytest.raises(SitegenError):
            do(late, back, lambda *_: None, lambda *_: None)
        assert without_old(place.public(), OLD) == OLD

    def test_two_begin_at_once(self, place: Place, tmp_path: Path) -> None:
        """Both have seen the same target: one publishes, the other is refused, in whatever order
        their operations are done, and the public site is that of one.
        """
        self.run(place.target(), self.wish(tmp_path, OLD))
        other = site([*(f"{DAYS[0]}/{name}=1" for name in ("alpha", "beta", "kappa"))])
        both = [(place.target(), self.wish(tmp_path, files)) for files in (NEW, other)]
        ready = [(target, look(target, wish)) for target, wish in both]

        def publish(one: tuple[Target, Look]) -> bool:
            try:
                do(*one, lambda *_: None, lambda *_: None)
            except SitegenError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(publish, ready))
        assert sorted(done) == [False, True]
        wanted = NEW if done[0] else other
        assert without_old(place.public(), wanted) == wanted

    def test_the_look_afterwards(self, place: Place, tmp_path: Path) -> None:
        """What is not there as it was published, although every operation went well, is told; the
        next run mends it, once it may (promise 15).
        """
        self.run(place.target(), self.wish(tmp_path, OLD))

        def spoil() -> None:
            if watched.done[-1].startswith("switch"):
                place.disturb("feed.xml", b"torn")

        watched = Watched(place.target(), look=spoil)
        with pytest.raises(SitegenError, match=r"1 files are not at the target .*: `feed.xml`"):
            self.run(watched, self.wish(tmp_path, NEW))
        self.refused(place, self.wish(tmp_path, NEW), "changed")
        self.run(place.target(), self.wish(tmp_path, NEW, "changed"))
        assert without_old(place.public(), NEW) == NEW

    def test_rollback(self, place: Place, tmp_path: Path) -> None:
        """Back to the release before, and before that; links hold after every operation; then
        forward again by publishing (promises 12, 18).
        """
        sites = [site([f"{DAYS[0]}/alpha=1"], look="first"), OLD, NEW]
        for files in sites:
            self.run(place.target(), self.wish(tmp_path, files))
        told = [one.generation for one in place.reader().releases()]
        assert told == sorted(told, reverse=True)
        for files, after in ((OLD, NEW), (sites[0], OLD)):
            seen: list[str] = []
            stays = files.keys() & after.keys()
            watched = Watched(
                place.target(),
                look=lambda stays=stays, seen=seen: seen.extend(  # type: ignore[misc]
                    dead_links(place.public(), stays)
                ),
            )
            planned = look_back(place.reader()).plan
            do(watched, look_back(watched), lambda *_: None, lambda *_: None)
            assert not seen
            assert len(watched.done) >= len(planned.operations)
            assert without_old(place.public(), files) == files
        with pytest.raises(SitegenError, match="no earlier release"):
            look_back(place.reader())
        self.run(place.target(), self.wish(tmp_path, NEW))
        assert without_old(place.public(), NEW) == NEW
        watched = Watched(place.target())
        do(watched, look_back(watched), lambda *_: None, lambda *_: None)
        assert without_old(place.public(), sites[0]) == sites[0], "what was public before it"

"""One publishing, from the look at the target to the look back; and going back to a release."""

from collections.abc import Collection, Sequence
from functools import partial

from msgspec import Struct, structs

from sitegen.problems import fault
from sitegen.publish.content import Content
from sitegen.publish.execute import Means, Read, Retry, Told, Wait, carry_out, patient, verify
from sitegen.publish.guards import Guard, check
from sitegen.publish.manifest import Entry, Manifest, Release
from sitegen.publish.plan import Plan, Put, Restore, Switch, make_plan
from sitegen.publish.target import Reader, Target


class Wish(Struct, frozen=True):
    """What is to be published, and how."""

    content: Content
    at: str
    """The instant of publishing: ISO 8601, UTC."""
    generations: int = 3
    """For how many releases a fingerprinted asset is kept after it left the site."""
    allowed: Collection[str] = ()
    """The guards that are overridden."""


class Look(Struct, frozen=True):
    """What a look at the target tells."""

    where: str
    """The target, for people."""
    plan: Plan
    last: Manifest | None
    """What is published there now."""
    read: Read
    """Where the bytes come from."""
    allowed: Collection[str]

    def check(self) -> None:
        """Raises `SitegenError` where a guard forbids the plan."""
        check(self.where, self.plan, self.last, self.allowed)


def look(reader: Reader, wish: Wish, wait: Wait = patient) -> Look:
    """What has to be done to publish: with a reader alone, so that nothing can be written
    (promise 17).
    """
    retry = Retry(wait)
    last = retry(reader.read)
    newest = max((one.generation for one in retry(reader.releases)), default=0)
    now = last.release.generation if last else 0
    number = max(newest, now) + 1
    wanted = wish.content.wanted(number, now, wish.at, headers=reader.keeps_headers)
    found = retry(partial(reader.list, last))
    plan = make_plan(wanted, last, found, wish.generations, atomic=reader.atomic)
    return Look(reader.shown, plan, last, wish.content.read, wish.allowed)


def look_back(reader: Reader, allowed: Collection[str] = (), wait: Wait = patient) -> Look:
    """What has to be done to go back to the release that was public before the one of now. Raises
    `SitegenError` where there is none.
    """
    retry = Retry(wait)
    last = retry(reader.read)
    now = last.release.generation if last else 0
    # Not simply the one before: that may be one that was gone back from.
    older = [
        one.generation
        for one in retry(reader.releases)
        if last and 0 < one.generation <= last.release.before
    ]
    old = retry(partial(reader.read, max(older))) if older else None
    if last is None or old is None:
        hint = "`sitegen publish --list` shows what there is"
        raise fault("there is no earlier release to go back to", reader.shown, hint=hint)
    if reader.atomic:
        # The old release is there, whole: only the pointer moves.
        plan = Plan((Switch(old.release),), (), old, None)
        return Look(reader.shown, plan, last, _nothing, {*Guard})
    wanted = structs.replace(old, kept={}, pending={})
    found = retry(partial(reader.list, last))
    plan = make_plan(wanted, last, found, now, atomic=False)
    restoring = tuple(
        Restore(one.path, one.entry, one.rank) if isinstance(one, Put) else one
        for one in plan.operations
    )
    # Two releases may be the same, where the later one only removed old assets: then it is the
    # pointer alone that goes back, so that the next time goes further.
    restoring = restoring or (Switch(old.release),)
    plan = structs.replace(plan, operations=restoring)
    return Look(reader.shown, plan, last, _nothing, ({*Guard} - {Guard.CHANGED}) | {*allowed})


def releases(reader: Reader, wait: Wait = patient) -> tuple[Sequence[Release], int]:
    """What was published, newest first, and the generation that is public; 0 where none is."""
    retry = Retry(wait)
    last = retry(reader.read)
    return (retry(reader.releases), last.release.generation) if last else ((), 0)


def _nothing(path: str, entry: Entry) -> bytes:  # noqa: ARG001
    raise AssertionError("the target itself has the bytes of earlier releases")


def do(target: Target, found: Look, told: Told, wait: Wait) -> None:
    """Do what was found to be done by a look at this very target, if no guard forbids it, and look
    whether it is done. Raises `SitegenError`, `OSError`.
    """
    found.check()
    if found.plan.operations:
        # Whoever publishes between the look and this is noticed by `begin`.
        with target.lock():
            done = carry_out(found.plan, target, Means(found.read, wait, told))
            verify(target, done, wait)

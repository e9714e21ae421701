"""One publishing from the look at the target to the look back: what `__init__.py` is made of."""

from collections.abc import Callable, Collection

from msgspec import Struct

from sitegen.publish.content import Content
from sitegen.publish.execute import Means, Told, carry_out, verify
from sitegen.publish.guards import check
from sitegen.publish.manifest import Manifest
from sitegen.publish.plan import Plan, make_plan
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


def look(reader: Reader, wish: Wish) -> tuple[Plan, Manifest | None]:
    """What would be done, and the target's manifest: with a reader alone, so that nothing can be
    written (promise 17).
    """
    last = reader.read()
    newest = max((one.generation for one in reader.releases()), default=0)
    before = max(newest, last.release.generation if last else 0)
    wanted = wish.content.wanted(before + 1, wish.at, headers=reader.keeps_headers)
    found = reader.list(last)
    return make_plan(wanted, last, found, wish.generations, atomic=reader.atomic), last


def publish(
    target: Target,
    wish: Wish,
    shown: Callable[[Plan], None],
    told: Told,
    sleep: Callable[[float], None],
) -> Plan:
    """Publish. `shown` gets the plan before anything forbids it or is done."""
    plan, last = look(target, wish)
    shown(plan)
    check(plan, last, wish.allowed)
    if plan.operations:
        # Whoever publishes meanwhile is noticed by `begin`.
        with target.lock():
            done = carry_out(plan, target, Means(wish.content.read, sleep, told))
            verify(target, done, sleep)
    return plan

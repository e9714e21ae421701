"""Plans and guards: values in, values out."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sitegen.digests import digest, named_by
from sitegen.publish.guards import Guard
from sitegen.publish.kinds import HOME
from sitegen.publish.lines import summary
from sitegen.publish.manifest import Entry, Headers, Kept, Manifest, Release, decode, encode
from sitegen.publish.plan import Delete, Plan, Put, Switch, make_plan
from sitegen.publish.target import UNKNOWN, Listing
from tests.publish.sites import SITE, dead_links, site

HTML = Headers("text/html", "public, max-age=60")


def manifest(files: Mapping[str, bytes], generation: int = 1, headers: Headers = HTML) -> Manifest:
    """What a site of some files asks for."""
    entries = {path: Entry(digest(data), len(data), headers) for path, data in files.items()}
    return Manifest(SITE, Release(generation, "0" * 32, ""), entries)


def listing(files: Mapping[str, bytes]) -> Listing:
    """What there is."""
    return Listing({path: digest(data) for path, data in files.items()})


def planned(new: Mapping[str, bytes], old: Mapping[str, bytes]) -> Plan:
    """From one site to the next, in place."""
    return make_plan(manifest(new, 2), manifest(old), listing(old), 0, atomic=False)


sites = st.builds(
    site,
    st.lists(
        st.builds(
            "2026/03/{:02}/{}={}".format,
            st.integers(1, 4),
            st.sampled_from(["ant", "ape", "bee", "cow"]),
            st.integers(1, 2),
        ),
        unique_by=lambda text: text.partition("=")[0],
        max_size=7,
    ),
    st.sampled_from(["plain", "bold"]),
    st.sampled_from(["a", "b"]),
)


@given(st.one_of(st.just({}), sites), sites)
def test_links_hold_after_every_operation(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """From any site to any other, and from nothing; and the end is the new one (promise 12)."""
    public = dict(old)
    stays = old.keys() & new.keys()
    for operation in planned(new, old).operations:
        if isinstance(operation, Put):
            public[operation.path] = new[operation.path]
        elif isinstance(operation, Delete):
            del public[operation.path]
        assert not dead_links(public, stays), operation
    assert public == new


@given(sites, sites)
def test_interrupted_anywhere(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Whatever of it was done, the next plan does the rest and nothing twice (promise 14)."""
    first = planned(new, old)
    for done in range(len(first.operations)):
        public = dict(old)
        last = first.journal
        for operation in first.operations[:done]:
            if isinstance(operation, Put):
                public[operation.path] = new[operation.path]
            elif isinstance(operation, Delete):
                del public[operation.path]
            else:
                last = first.after
        again = make_plan(manifest(new, 3), last, listing(public), 0, atomic=False)
        assert not again.changed
        rest = [one for one in first.operations[done:] if not isinstance(one, Switch)]
        assert [one for one in again.operations if not isinstance(one, Switch)] == rest


def test_the_order_by_kind() -> None:
    """Fingerprinted assets, other assets, pages, indexes and feeds, pointer, deletions (promise
    12): new files before those that may lead to them, articles before the lists around them.
    """
    old = site(["2026/03/04/ant=1", "2026/03/04/bee=1"])
    new = site(["2026/03/04/bee=2", "2026/03/05/cow=1"], look="bold", asset="b")
    told = [str(one) for one in planned(new, old).operations]
    style = next(path for path in new if path.startswith("assets/style"))
    gone = next(path for path in old if path.startswith("assets/style"))
    assert told == [
        f"put {style}",
        "put assets/logo.png",
        "put 2026/03/05/cow/index.html",
        "put 2026/03/05/index.html",
        "put tags/c/index.html",
        "put tags/c/feed.xml",
        "put 2026/03/04/bee/index.html",
        "put 2026/03/04/index.html",
        "put tags/b/index.html",
        "put tags/index.html",
        "put feed.xml",
        "put index.html",
        "put 404.html",
        "put sitemap.xml",
        "switch to 2-0000000000",
        "delete tags/a/feed.xml",
        "delete tags/a/index.html",
        "delete 2026/03/04/ant/index.html",
        f"delete {gone}",
    ]


def test_a_change_of_headers_alone() -> None:
    """It is seen (promise 15), also where a run was interrupted while it was made."""
    files = {HOME: b"home", "a.html": b"a"}
    old = manifest(files)
    new = manifest(files, 2, structs.replace(HTML, cache="no-store"))
    plan = make_plan(new, old, listing(files), 0, atomic=False)
    assert [str(one) for one in plan.operations][:2] == ["put a.html", "put index.html"]
    assert plan.journal
    again = make_plan(new, plan.journal, listing(files), 0, atomic=False)
    assert again.operations == plan.operations
    assert not make_plan(new, new, listing(files), 0, atomic=False).operations


def test_the_same_size() -> None:
    """Digests are compared, not sizes (promise 15)."""
    plan = planned({HOME: b"home"}, {HOME: b"emoh"})
    assert [str(one) for one in plan.operations] == ["put index.html", "switch to 2-0000000000"]


def test_what_is_left_of_a_stopped_run() -> None:
    """It is not put again, and the line that sums up says so (promise 14)."""
    new = {HOME: b"home", "a.html": b"a", "b.html": b"b"}
    staged = Listing({}, listing({"a.html": b"a", "b.html": b"other"}).files)
    plan = make_plan(manifest(new), None, staged, 0, atomic=True)
    assert [str(one) for one in plan.operations][:-1] == ["put b.html", "put index.html"]
    assert summary(plan) == "2 put (5 B), 0 deleted; 1 left of a run that was stopped"


def test_what_somebody_changed_is_theirs() -> None:
    """A file that goes from the site is deleted only while it is as we left it (promise 19)."""
    old = manifest({HOME: b"home", "a.html": b"a", "b.html": b"b"})
    there = Listing({HOME: digest(b"home"), "a.html": UNKNOWN, "b.html": digest(b"b")})
    plan = make_plan(manifest({HOME: b"home"}, 2), old, there, 0, atomic=False)
    assert plan.deletes == ("b.html",)
    assert plan.changed == ("a.html",)


def test_a_name_that_only_looks_fingerprinted() -> None:
    """Only a name that holds its bytes' digest is kept and cached for ever (promise 19)."""
    key = digest(b"x")
    assert named_by(f"assets/style.{key.hex()[:10]}.css", key)
    assert named_by(f"{key.hex()}.webp", key)
    assert not named_by("assets/style.0123456789.css", key)
    assert not named_by(f"{key.hex()[:10]}/style.css", key)
    assert not named_by(f"style.{key.hex()[:4]}.css", key)
    assert not named_by("style", key)


def test_old_assets_age_by_release() -> None:
    """Each is kept for N releases after its last; one that comes back starts anew."""
    data = b"body {}"
    name = f"style.{digest(data).hex()[:10]}.css"
    both, home = {HOME: b"home", name: data}, {HOME: b"home"}
    last = manifest(both, 5)
    for number, stays in ((6, True), (7, True), (8, False)):
        plan = make_plan(manifest(home, number), last, listing(both), 2, atomic=False)
        assert (name not in plan.deletes) == stays
        last = plan.after
        assert last.kept[name] == Kept(last.kept[name].entry, 5)
    back = make_plan(manifest(both, 8), last, listing(both), 2, atomic=False)
    assert name not in back.after.kept
    assert name in back.after.files


def test_a_manifest_comes_back() -> None:
    """What is kept at the target is read as it was written."""
    plan = planned(site(["2026/03/04/ant=1"]), site(["2026/03/04/bee=1"]))
    for one in (plan.after, plan.journal):
        assert one
        assert decode(encode(one), "") == one
        assert encode(decode(encode(one), "")) == encode(one)


@pytest.mark.parametrize("guard", list(Guard))
def test_guards_are_told(guard: Guard) -> None:
    """`docs/publishing.md` tells each."""
    from tests.test_docs import page

    assert f"`{guard}`" in page("publishing.md")

"""The bucket, in memory and at a real server that speaks S3."""

import gzip
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Barrier
from urllib.parse import quote

import pytest
from msgspec import structs

from sitegen.digests import digest
from sitegen.problems import SitegenError
from sitegen.publish.bucket import BucketTarget, places
from sitegen.publish.packing import gunzipped, gzipped
from sitegen.publish.plan import Plan, make_plan
from sitegen.publish.run import Wish, do, look, look_back
from sitegen.publish.target import TransientError
from sitegen.targets import Bucket
from tests.conftest import SITE, Folder
from tests.publish import s3_server
from tests.publish.buckets import (
    KEEP,
    BucketPlace,
    in_memory,
    make_bucket,
    request,
)
from tests.publish.contract import AT, DAYS, NEW, OLD, Contract
from tests.publish.recording import BrokenError, Watched
from tests.publish.sites import content, dead_links, site, without_old

pytest.importorskip("obstore", reason="obstore is not installed: `pip install 'sitegen[bucket]'`")


class TestInMemory(Contract):
    """The contract, over obstore's own store in memory: every operation fails in turn."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> BucketPlace:
        return in_memory(tmp_path)


class TestAtServer(Contract):
    """The contract, over a server."""

    every = 23

    @pytest.fixture
    def place(self, s3: str, tmp_path: Path) -> BucketPlace:
        settings = Bucket(url=f"s3://{make_bucket(s3)}/the site", endpoint=s3)
        return BucketPlace(places(settings, tmp_path))


def publish(place: BucketPlace, folder: Path, files: Mapping[str, bytes]) -> Plan:
    """Publish some files, without waiting for anything."""
    target = place.target()
    found = look(target, Wish(content(folder, files), AT), lambda *_: None)
    do(target, found, lambda *_: None, lambda *_: None)
    return found.plan


@pytest.fixture
def at_server(s3: str, tmp_path: Path) -> BucketPlace:
    """A bucket at the server, the whole of it."""
    return BucketPlace(places(Bucket(url=f"s3://{make_bucket(s3)}", endpoint=s3), tmp_path))


LONG = b"<!doctype html><p>" + b"a sentence that comes again. " * 100
CSS = b"body { color: black }" * 100
STYLE = f"assets/style.{digest(CSS).hex()[:10]}.css"


def test_what_a_reader_gets(s3: str, tmp_path: Path) -> None:
    """Types, how long to keep it, and packed text, as a browser is told them."""
    bucket = make_bucket(s3)
    place = BucketPlace(places(Bucket(url=f"s3://{bucket}/a b", endpoint=s3), tmp_path))
    png = b"\x89PNG" * 1000
    files = {
        "index.html": b"<!doctype html>short",
        "2026/03/05/größe ±%/index.html": LONG,
        "feed.xml": b"<rss/>" * 300,
        STYLE: CSS,
        "assets/a.png": png,
    }
    publish(place, tmp_path / "built", files)
    told = {}
    for path, data in files.items():
        body, headers = request(s3, f"{bucket}/a%20b/{quote(path)}")
        told[path] = tuple(
            headers[name] for name in ("Content-Type", "Cache-Control", "Content-Encoding")
        )
        assert (gzip.decompress(body) if told[path][2] else body) == data
    short, forever = "public, max-age=60, must-revalidate", "public, max-age=31536000, immutable"
    assert list(told.values()) == [
        ("text/html; charset=utf-8", short, None),
        ("text/html; charset=utf-8", short, "gzip"),
        ("application/rss+xml", short, "gzip"),
        ("text/css; charset=utf-8", forever, "gzip"),
        ("image/png", short, None),
    ]


def test_many_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one rank are under way together; those of the next wait for them."""
    place = in_memory(tmp_path)
    together, put = Barrier(8, timeout=20), place.where.site.put
    under_way: set[str] = set()
    beside: list[set[str]] = []

    def watched(key: str, data: bytes, attributes: Mapping[str, str]) -> str:
        under_way.add(key)
        if key.startswith("a/"):
            together.wait()
        beside.append(set(under_way))
        tag = put(key, data, attributes)
        under_way.discard(key)
        return tag

    monkeypatch.setattr(place.where.site, "put", watched)
    pages = {f"a/b/c/{number}/index.html": LONG for number in range(16)}
    publish(place, tmp_path / "built", {**pages, "index.html": LONG, "sitemap.xml": b"<a/>"})
    assert not [one for one in beside if one & {"index.html", "sitemap.xml"} and len(one) > 1]


def test_headers_alone(at_server: BucketPlace, tmp_path: Path) -> None:
    """The same bytes with other headers are put again (promise 15)."""
    files = {"index.html": b"<p>home", "a/b/c/d/index.html": LONG}
    publish(at_server, tmp_path / "one", files)
    assert not publish(at_server, tmp_path / "two", files).operations
    target = at_server.target()
    found = look(target, Wish(content(tmp_path / "three", files), AT))
    last = target.read()
    assert last
    home = last.files["index.html"]
    other = structs.replace(home, headers=structs.replace(home.headers, cache="no-cache"))
    wanted = structs.replace(last, files={**last.files, "index.html": other})
    plan = make_plan(wanted, last, target.list(last), 3, atomic=False)
    assert [str(one) for one in plan.operations][:1] == ["put index.html"]
    assert len(plan.puts) == 1
    do(target, structs.replace(found, plan=plan), lambda *_: None, lambda *_: None)
    assert at_server.where.site.attributes("index.html")["Cache-Control"] == "no-cache"


def test_same_size_and_time(at_server: BucketPlace, tmp_path: Path) -> None:
    """Bytes of the same size count as others, whoever wrote them (promises 15, 16)."""
    publish(at_server, tmp_path / "one", {"index.html": b"<p>one", "a/b/c/d/index.html": LONG})
    at_server.disturb("index.html", b"<p>two")
    with pytest.raises(SitegenError, match="changed"):
        publish(at_server, tmp_path / "two", {"index.html": b"<p>one", "a/b/c/d/index.html": LONG})


def test_where_tags_are_not_known(at_server: BucketPlace, tmp_path: Path) -> None:
    """What an interrupted run has put is known by its mark, once: then by its tag."""
    files = {f"a/b/c/{name}/index.html": LONG + name.encode() for name in "abcdefgh"}
    files["index.html"] = b"<p>home"
    watched = Watched(at_server.target(), fail=6)
    found = look(watched, Wish(content(tmp_path / "built", files), AT))
    with pytest.raises(BrokenError):
        do(watched, found, lambda *_: None, lambda *_: None)
    there = at_server.public()
    assert 0 < len(there) < len(files)
    plan = publish(at_server, tmp_path / "again", files)
    assert {put.path for put in plan.puts} == files.keys() - there.keys()
    reader = at_server.reader()
    last = reader.read()
    assert last
    assert all(entry.tag for entry in last.files.values())
    asked = []
    at_server.where.site.attributes = lambda key: asked.append(key) or {}  # type: ignore[method-assign, func-returns-value]
    assert look(reader, Wish(content(tmp_path / "third", files), AT)).plan.operations == ()
    assert not asked


def test_another_store(s3: str, tmp_path: Path) -> None:
    """What was copied to a store with tags of its own is neither put again nor asked for twice."""
    place = in_memory(tmp_path)
    publish(place, tmp_path / "one", OLD)
    other = in_memory(tmp_path / "other")
    for ours, theirs in zip(
        (place.where.site, place.where.records),
        (other.where.site, other.where.records),
        strict=True,
    ):
        ours.put("shifts the tags", b"", {})
        for key, _ in sorted(ours.list(), reverse=True):
            one = ours.get(key)
            assert one
            theirs.put(key, one.data, ours.attributes(key))
    asked: list[str] = []
    attributes = other.where.site.attributes

    def watched(key: str) -> Mapping[str, str]:
        asked.append(key)
        return attributes(key)

    other.where.site.attributes = watched  # type: ignore[method-assign]
    for number in range(2):
        files = {**OLD, "robots.txt": f"{number}".encode()}
        plan = publish(other, tmp_path / f"two-{number}", files)
        assert [put.path for put in plan.puts] == ["robots.txt"]
        assert bool(asked) == (number == 0)
        asked.clear()


def test_records_of_their_own(s3: str, tmp_path: Path) -> None:
    """With another bucket for the records, the public one holds the site and nothing else."""
    public, private = make_bucket(s3), make_bucket(s3)
    settings = Bucket(url=f"s3://{public}", endpoint=s3, records=f"s3://{private}/digest")
    place = BucketPlace(places(settings, tmp_path))
    for number, files in enumerate((OLD, NEW)):
        publish(place, tmp_path / f"{number}", files)
    assert not [key for key, _ in place.where.site.list() if key.startswith(".")]
    assert {key.partition("/")[0] for key, _ in place.where.records.list()} == {
        "now.json.gz",
        "old",
        "releases",
    }
    for inside in (f"s3://{public}/records", f"s3://{public}", "gs://other"):
        with pytest.raises(SitegenError, match="`records`"):
            places(structs.replace(settings, records=inside), tmp_path)


def test_only_so_many_releases(at_server: BucketPlace, tmp_path: Path) -> None:
    """What releases need that are no longer kept is removed; those that are, can be read."""
    for number in range(KEEP + 3):
        publish(at_server, tmp_path / f"{number}", site([f"{DAYS[0]}/alpha={number}"]))
    records = [key for key, _ in at_server.where.records.list()]
    kept = {int(key.split("/")[1].partition(".")[0]) for key in records if "/" in key}
    assert kept == {4, 5, 6}
    reader = at_server.reader()
    assert [one.generation for one in reader.releases()] == [6, 5, 4, 3, 2, 1]
    assert [bool(reader.read(one)) for one in (6, 5, 4, 3)] == [True, True, True, False]


def test_nothing_is_kept_of_what_was_withdrawn(at_server: BucketPlace, tmp_path: Path) -> None:
    """With `keep = 1`, nor longer than `keep` says."""
    for keep, left in ((1, set()), (2, {2})):
        folder = tmp_path / f"{keep}"
        place = at_server if keep == 1 else in_memory(folder)
        for number, files in enumerate((NEW, OLD, OLD | {"robots.txt": b"1"})):
            target = BucketTarget(place.where, keep)
            found = look(target, Wish(content(folder / f"{number}", files), AT))
            do(target, found, lambda *_: None, lambda *_: None)
        kept = {int(key.split("/")[1]) for key, _ in place.where.records.list("old")}
        assert kept == left


def test_what_is_lost_stops_a_rollback(at_server: BucketPlace, tmp_path: Path) -> None:
    """Where bytes of the release are lost, nothing is done at all."""
    for number, files in enumerate((OLD, NEW)):
        publish(at_server, tmp_path / f"{number}", files)
    for key, _ in at_server.where.records.list("old"):
        at_server.where.records.delete(key)
    before = at_server.public()
    target = at_server.target()
    with pytest.raises(SitegenError, match="not kept any more"):
        do(target, look_back(target), lambda *_: None, lambda *_: None)
    assert at_server.public() == before


def test_two_machines(at_server: BucketPlace, tmp_path: Path) -> None:
    """While one publishes, another is refused; once it is done, it is not."""
    other = structs.replace(at_server.where, local=tmp_path / "other")
    with (
        at_server.target().lock(),
        pytest.raises(SitegenError, match="somebody else is publishing"),
        BucketTarget(other, KEEP).lock(),
    ):
        raise AssertionError("both have it")
    with BucketTarget(other, KEEP).lock():
        pass
    assert "lock" not in {key for key, _ in at_server.where.records.list()}
    with (
        at_server.target().lock(),
        pytest.raises(SitegenError, match="you are publishing"),
        at_server.target().lock(),
    ):
        raise AssertionError("both have it")


_KILLED = """
import sys
from pathlib import Path
from sitegen.publish.bucket import places, BucketTarget
from sitegen.publish.run import Wish, do, look
from sitegen.targets import Bucket
from tests.publish.sites import content
from tests.publish.contract import AT, NEW
url, endpoint, folder, limit = sys.argv[1:]
target = BucketTarget(places(Bucket(url=url, endpoint=endpoint), Path(folder)), 3)
found = look(target, Wish(content(Path(folder) / "built", NEW), AT))
import os
done = 0
put = target.put
def stop(*given):
    global done
    done += 1
    if done > int(limit):
        os._exit(9)
    return put(*given)
target.put = stop
do(target, found, lambda *_: None, lambda *_: None)
"""


@pytest.mark.parametrize("limit", [0, 4, 9])
def test_killed(s3: str, tmp_path: Path, limit: int) -> None:
    """A run that is killed holds nobody up on its own machine: the next goes on where it was, and
    no link was dead in between (promises 12, 14).
    """
    bucket = make_bucket(s3)
    place = BucketPlace(places(Bucket(url=f"s3://{bucket}", endpoint=s3), tmp_path))
    publish(place, tmp_path / "old", OLD)
    command = [sys.executable, "-c", _KILLED, f"s3://{bucket}", s3, str(tmp_path), str(limit)]
    assert subprocess.run(command, check=False).returncode == 9
    assert "lock" in {key for key, _ in place.where.records.list()}
    assert not dead_links(place.public(), OLD.keys() & NEW.keys())
    publish(place, tmp_path / "new", NEW)
    assert without_old(place.public(), NEW) == NEW


def test_wrong_credentials(s3: str, tmp_path: Path) -> None:
    """A store that looks at signatures refuses a key that it does not know: exit 1, and a sentence
    without the secret, whatever was asked.
    """
    folder = Folder(tmp_path / "project")
    folder.article("a.md", title="First")
    with s3_server.running(INITIAL_NO_AUTH_ACTION_COUNT="1") as server:
        table = f'[publish.live]\ntype = "bucket"\nurl = "s3://{make_bucket(server)}"\n'
        folder.write("sitegen.toml", f'{SITE}{table}endpoint = "{server}"\n')
        for arguments in ([], ["--dry-run"], ["--list"], ["--rollback"]):
            result = folder.run("publish", *arguments)
            assert result.exit_code == 1
            assert "the store refuses access (InvalidAccessKeyId)" in result.stderr
            assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in result.stderr
            assert "zq-secret" not in result.output


def test_where_no_bucket_is(s3: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A bucket that is not there, and nobody who answers: a sentence, without the secret."""
    for settings, told in (
        (Bucket(url="s3://not-there", endpoint=s3), "there is no such bucket"),
        (Bucket(url="s3://not-there", endpoint="http://127.0.0.1:9"), "cannot be reached"),
    ):
        place = BucketPlace(places(settings, tmp_path))
        with pytest.raises((SitegenError, TransientError), match=told) as error:
            publish(place, tmp_path / "built", OLD)
        assert "zq-secret" not in str(error.value) + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "data", [b"nonsense", b"{}", gzipped(b"{"), gzipped(b"{}"), gzipped(b"x")[:-9]]
)
def test_a_broken_manifest(at_server: BucketPlace, tmp_path: Path, data: bytes) -> None:
    """What somebody else wrote in its place ends it, before anything is written."""
    at_server.where.records.put("now.json.gz", data, {})
    with pytest.raises(SitegenError, match=r"now\.json\.gz"):
        publish(at_server, tmp_path / "built", OLD)
    assert not at_server.public()


def test_a_hostile_manifest(at_server: BucketPlace, tmp_path: Path) -> None:
    """Whoever can write to the bucket must not lead sitegen out of it (promise 31)."""
    publish(at_server, tmp_path / "built", OLD)
    kept = at_server.where.records.get("now.json.gz")
    assert kept
    data = gunzipped(kept.data).replace(b'"feed.xml"', b'"../feed.xml"')
    at_server.where.records.put("now.json.gz", gzipped(data), {})
    with pytest.raises(SitegenError, match="manifest names"):
        publish(at_server, tmp_path / "new", NEW)
    assert at_server.public() == OLD


def test_hostile_names_of_others(at_server: BucketPlace, tmp_path: Path) -> None:
    """Whatever others call their objects: they are told, kept, and lead nowhere (promise 31)."""
    publish(at_server, tmp_path / "old", OLD)
    names = {'"; rm -rf $HOME', "-rf", "ünï", "a\\b", " ", "<a>&amp;", "a?b=c#d", "%2e%2e"}
    for name in names:
        at_server.disturb(name, name.encode())
    found = look(at_server.reader(), Wish(content(tmp_path / "new", NEW), AT))
    assert set(found.plan.foreign) == names
    publish(at_server, tmp_path / "new", NEW)
    assert {name: at_server.public()[name] for name in names} == {n: n.encode() for n in names}


def test_the_command(s3: str, tmp_path: Path) -> None:
    """`sitegen publish` to a bucket, and back; the credentials are in nothing that is printed, and
    in nothing that is written.
    """
    bucket = make_bucket(s3)
    folder = Folder(tmp_path / "project")
    target = f'[publish.live]\ntype = "bucket"\nurl = "s3://{bucket}"\nendpoint = "{s3}"\n'
    folder.write("sitegen.toml", SITE + target)
    folder.article("a.md", title="First")
    said = ""
    for arguments in (["--dry-run"], [], ["--list"]):
        result = folder.run("publish", *arguments)
        assert result.exit_code == 0, result.output
        said += result.output
    assert "1-" in said
    folder.article("b.md", title="Second")
    place = BucketPlace(places(Bucket(url=f"s3://{bucket}", endpoint=s3), folder.root))
    first = place.public()
    assert folder.run("publish", "-v").exit_code == 0
    assert place.public() != first
    assert folder.run("publish", "--rollback").exit_code == 0
    # The fingerprinted picture of the second stays for readers who have its page open.
    public = place.public()
    assert {path: public[path] for path in public if "/second-" not in path} == first
    written = [one.data for key, _ in place.where.site.list() if (one := place.where.site.get(key))]
    assert b"zq-secret" not in said.encode() + b"".join(map(gunzipped, written))

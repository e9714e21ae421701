"""What stores answer, told in sentences; conditions; leases; URLs and credentials."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sitegen import config
from sitegen.problems import SitegenError
from sitegen.publish.clouds import Place, open_store, place_of
from sitegen.publish.lease import KEY, SECONDS, Lease
from sitegen.publish.store import ChangedError, Store, Version
from sitegen.publish.target import TransientError
from sitegen.targets import Bucket
from tests.conftest import SITE
from tests.publish.buckets import make_bucket, patched_environment, request
from tests.publish.s3_server import CREDENTIALS

pytest.importorskip("obstore", reason="obstore is not installed: `pip install 'sitegen[bucket]'`")

S3 = Place("s3", "digest", "")


class Answers:
    """A store that answers every request with the same fault."""

    def __init__(self, url: str) -> None:
        self.url, self.status, self.body = url, 200, b""

    def say(self, status: int, code: str) -> Store:
        self.status, self.body = status, f"<Error><Code>{code}</Code></Error>".encode()
        return open_store(S3, self.url, "eu-central-1")


@pytest.fixture
def answers() -> Iterator[Answers]:
    """A server on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(told.body)

        do_GET = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Answers(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with patched_environment(CREDENTIALS):
        yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (403, "InvalidAccessKeyId", "refuses access (InvalidAccessKeyId)"),
        (403, "SignatureDoesNotMatch", "refuses access (SignatureDoesNotMatch)"),
        (403, "AccessDenied", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        (401, "NoSuchUser", "refuses access"),
        (404, "NoSuchBucket", "there is no such bucket"),
        (301, "PermanentRedirect", "set `region` to the bucket's own"),
        (400, "AuthorizationHeaderMalformed", "set `region` to the bucket's own"),
        (403, "QuotaExceeded", "the store is full (403 QuotaExceeded)\n    make room there"),
        (400, "InvalidArgument", "cannot do what it was asked (400 InvalidArgument)"),
    ],
)
def test_faults(answers: Answers, status: int, code: str, told: str) -> None:
    """Each is one problem that says what to do, whatever was asked; and holds no secret."""
    store = answers.say(status, code)
    asked: list[Callable[[], object]] = [
        lambda: store.put("a", b"1", {}),
        lambda: list(store.list()),
        lambda: store.put_if("a", b"1", None),
        lambda: store.put_if("a", b"1", Version('"x"', None)),
    ]
    for ask in asked:
        with pytest.raises(SitegenError) as error:
            ask()
        assert len(error.value.problems) == 1
        assert told in str(error.value)
        assert "zq-secret" not in str(error.value)
        assert "127.0.0.1" not in str(error.value)


@pytest.mark.parametrize(
    ("status", "code"), [(500, "InternalError"), (503, "SlowDown"), (429, "X"), (409, "Aborted")]
)
def test_what_may_pass(answers: Answers, status: int, code: str) -> None:
    """It is tried again by whoever asked."""
    store = answers.say(status, code)
    with pytest.raises(TransientError):
        store.put("a", b"1", {})
    with pytest.raises(TransientError):
        list(store.list()) if status != 409 else store.put("b", b"1", {})


def test_nobody_there() -> None:
    """No network, or a name that is none."""
    with patched_environment(CREDENTIALS):
        store = open_store(S3, "http://127.0.0.1:9", "")
        with pytest.raises(TransientError, match="is the network up"):
            store.get("a")


def test_conditions(s3: str) -> None:
    """Written only over what was seen; the same bytes again are no change by somebody else."""
    store = open_store(Place("s3", make_bucket(s3), "p"), s3, "")
    one = store.put_if("now", b"1", None)
    assert store.put_if("now", b"1", None) == one, "the answer was lost, and it is asked again"
    with pytest.raises(ChangedError):
        store.put_if("now", b"2", None)
    two = store.put_if("now", b"2", one)
    with pytest.raises(ChangedError):
        store.put_if("now", b"3", one)
    store.delete("now")
    store.delete("now")
    with pytest.raises(ChangedError):
        store.put_if("now", b"3", two)
    assert store.get("now") is None
    assert not store.attributes("now")


@pytest.mark.parametrize("key", ["a%2F%2Fb", "a%2F..%2Fb"])
def test_a_key_that_is_no_path(s3: str, key: str) -> None:
    """Somebody else's object with a hostile name ends it before anything is written."""
    bucket = make_bucket(s3)
    request(s3, f"{bucket}/{key}", "PUT", b"x")
    with pytest.raises(SitegenError, match="a key there is no path"):
        list(open_store(Place("s3", bucket, ""), s3, "").list())


def test_without_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a store knows none, what is there is looked at before."""
    import obstore
    from obstore.exceptions import GenericError
    from obstore.store import MemoryStore

    put = obstore.put

    def refusing(*given: object, mode: object = None, **more: object) -> object:
        if mode is not None:
            text = "status code: 501 Not Implemented: <Code>NotImplemented</Code>"
            raise GenericError(text)
        return put(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(obstore, "put", refusing)
    store = Store(MemoryStore(), "memory")
    one = store.put_if("now", b"1", None)
    with pytest.raises(ChangedError):
        store.put_if("now", b"2", None)
    store.put_if("now", b"2", one)
    with pytest.raises(ChangedError):
        store.put_if("now", b"3", one)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_lease() -> None:
    """It is renewed while its holder works, runs out where it was killed, and who comes after has
    it for good: the first one is told so.
    """
    from obstore.store import MemoryStore

    store, clock = Store(MemoryStore(), "memory"), Clock()
    ours, theirs = Lease(store, "ours", clock), Lease(store, "theirs", clock)
    ours.take()
    with pytest.raises(SitegenError, match=f"ends in {SECONDS} seconds"):
        theirs.take()
    for _ in range(10):
        clock.seconds += SECONDS / 3
        ours.renew()
        with pytest.raises(SitegenError, match="somebody else is publishing"):
            theirs.take()
    clock.seconds += SECONDS + 1
    theirs.take()
    with pytest.raises(SitegenError, match="somebody else has begun"):
        ours.renew()
    ours.free()
    assert store.get(KEY), "it is not ours any more"
    theirs.free()
    assert store.get(KEY) is None


def test_a_lease_of_a_dead_run() -> None:
    """What bears our own name is taken over at once."""
    from obstore.store import MemoryStore

    store, clock = Store(MemoryStore(), "memory"), Clock()
    Lease(store, "ours", clock).take()
    Lease(store, "ours", clock).take()
    store.put(KEY, b"nonsense", {})
    with pytest.raises(SitegenError, match="cannot be read"):
        Lease(store, "ours", clock).take()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3://digest", Place("s3", "digest", "")),
        ("s3://digest/", Place("s3", "digest", "")),
        ("gs://news.example.org/a/b/", Place("gs", "news.example.org", "a/b")),
        ("az://$web/site", Place("az", "$web", "site")),
    ],
)
def test_urls(url: str, place: Place) -> None:
    """Scheme, bucket and prefix."""
    assert place_of(url) == place


def test_faults_in_settings() -> None:
    """What no bucket's URL, and no endpoint, can be; and no secret in either."""
    good = SITE + '[publish.live]\ntype = "bucket"\nurl = "s3://a.b-c/d e"\n'
    settings = config.read(good + 'endpoint = "http://localhost:9000"').publish["live"]
    assert isinstance(settings, Bucket)
    bad = (
        SITE + '[publish.live]\ntype = "bucket"\nurl = "s3:/a"\nendpoint = "localhost"\n'
        'records = "s3://a/../b"\nkeep = 0\n'
        '[publish.two]\ntype = "bucket"\nurl = "ftp://a"\nendpoint = "https://u:p@a"\n'
    )
    with pytest.raises(SitegenError) as error:
        config.read(bad)
    told = [str(problem).partition("error: ")[2] for problem in error.value.problems]
    assert told == [
        "`publish.live.url`: `s3:/a` is not a bucket; write `s3://bucket`, `gs://bucket` or"
        " `az://container`",
        "`publish.live.endpoint`: `localhost` is not where a store can be; write"
        " `https://s3.example.org`",
        "`publish.live.records`: `s3://a/../b` holds a part that is no name",
        "`publish.live.keep`: must be 1 to 1000",
        "`publish.two.url`: `ftp://a` is not a bucket; write `s3://bucket`, `gs://bucket` or"
        " `az://container`",
        "`publish.two.endpoint`: must hold no credentials: they come from the environment",
    ]


def test_the_stores_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's and Microsoft's clients are made from the same settings."""
    from obstore.store import AzureStore, GCSStore

    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(SitegenError, match="AZURE_STORAGE_ACCOUNT_NAME"):
        open_store(place_of("az://$web"), "", "")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    azure = open_store(place_of("az://$web/site"), "https://account.example.org", "")._client
    assert isinstance(azure, AzureStore)
    assert azure.prefix == "site"
    assert azure.config["container_name"] == "$web"
    assert azure.config["endpoint"] == "https://account.example.org"
    google = open_store(place_of("gs://digest/a"), "", "")._client
    assert isinstance(google, GCSStore)
    assert (google.config["bucket"], google.prefix) == ("digest", "a")


def test_amazons_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys come from the environment, else from the profile that is chosen; the settings' region
    stands above all.
    """
    from obstore.store import S3Store

    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id = a\naws_secret_access_key = b%c\n"
        "[news]\naws_access_key_id = n\naws_secret_access_key = o\naws_session_token = p\n"
    )
    (tmp_path / "config").write_text(
        "[default]\nregion = eu-west-1\n[profile news]\nregion = eu-west-3\n[profile sso]\nx = y\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    def told(region: str = "") -> list[object]:
        client = open_store(S3, "", region)._client
        assert isinstance(client, S3Store)
        names = ("access_key_id", "secret_access_key", "session_token", "region")
        return [client.config.get(name) for name in names]

    for name in CREDENTIALS:
        monkeypatch.delenv(name, raising=False)
    with patched_environment({}):
        assert told() == ["a", "b%c", None, "eu-west-1"]
        assert told("auto")[3] == "auto"
    with patched_environment({"AWS_PROFILE": "news"}):
        assert told() == ["n", "o", "p", "eu-west-3"]
    with patched_environment({"AWS_PROFILE": "sso"}), pytest.raises(SitegenError, match="no keys"):
        told()
    with patched_environment({**CREDENTIALS, "AWS_PROFILE": "news"}):
        # Left to the client, which reads the environment by itself.
        assert told()[:2] == [None, None]
    (tmp_path / "credentials").write_text("zq-secret without a section")
    with patched_environment({}), pytest.raises(SitegenError, match="INI") as error:
        told()
    assert "zq-secret" not in str(error.value)


def test_without_obstore(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said."""
    monkeypatch.setitem(__import__("sys").modules, "obstore.store", None)
    with pytest.raises(SitegenError, match=r"pip install 'sitegen\[bucket\]'"):
        open_store(S3, "", "")

"""Options of the tests of publishing, and what they share."""

from collections.abc import Iterator

import pytest

from tests.publish import s3_server
from tests.publish.buckets import patched_environment


@pytest.fixture
def every_call(pytestconfig: pytest.Config) -> bool:
    """Whether each call of the file system is made to fail, in place of some (`--every-call`)."""
    return bool(pytestconfig.getoption("--every-call", False))


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The URL of a server that speaks S3, and the environment with credentials for it."""
    pytest.importorskip("moto", reason="moto is not installed: `pip install 'moto[server]'`")
    with patched_environment(s3_server.CREDENTIALS), s3_server.running() as url:
        yield url

"""Options of the tests of publishing."""

import pytest


@pytest.fixture
def every_call(pytestconfig: pytest.Config) -> bool:
    """Whether each call of the file system is made to fail, in place of some (`--every-call`)."""
    return bool(pytestconfig.getoption("--every-call", False))

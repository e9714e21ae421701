"""What tests in a browser share; each module says what its `home` is."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.theme.browsing import Visitor


@pytest.fixture
def reader(home: str, chromium: Any) -> Iterator[Visitor]:
    """Somebody on the site; no test ends with a fault."""
    page = chromium.new_page()
    visitor = Visitor(page, home)
    yield visitor
    page.close()
    assert not visitor.faults

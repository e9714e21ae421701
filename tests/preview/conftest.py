"""Fixtures and options of the tests of the preview.

A longer day: `pytest tests/preview/test_day.py --edits 1000 --edits-seed 7 -n 0 -s`.
"""

from pathlib import Path

import pytest

from tests.preview.project import Bench, Project

EDITS = 24
"""Of a day, where no option asks for more: some of each kind."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long a day is, and which."""
    parser.addoption("--edits", type=int, default=EDITS, help="edits of a day in the preview")
    parser.addoption("--edits-seed", type=int, default=5, help="which day")


@pytest.fixture
def edits(pytestconfig: pytest.Config) -> int:
    """How many edits a day has."""
    return int(pytestconfig.getoption("--edits", EDITS))


@pytest.fixture
def edits_seed(pytestconfig: pytest.Config) -> int:
    """Which day it is."""
    return int(pytestconfig.getoption("--edits-seed", 5))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with three articles."""
    return Project(tmp_path / "project")


@pytest.fixture
def bench(project: Project) -> Bench:
    """A loop that has built once."""
    bench = Bench(project)
    bench.loop.step(None)
    return bench

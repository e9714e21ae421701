"""Fixtures and options of the tests of the build engine.

A longer walk: `pytest tests/build/test_walk.py --walk-steps 5000 --walk-seed 7`.
"""

from pathlib import Path

import pytest

from tests.build.project import Project

STEPS = 35
"""Of each walk, where no option asks for more."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """How far and where random walks go."""
    parser.addoption("--walk-steps", type=int, default=STEPS, help="steps of a random walk")
    parser.addoption(
        "--every-call", action="store_true", help="fail each single call of a switch of folders"
    )
    parser.addoption("--walk-seed", type=int, default=1, help="which random walk")


@pytest.fixture
def walk_steps(pytestconfig: pytest.Config) -> int:
    """How many steps a random walk has."""
    return int(pytestconfig.getoption("--walk-steps", STEPS))


@pytest.fixture
def walk_seed(pytestconfig: pytest.Config) -> int:
    """Which random walk it is."""
    return int(pytestconfig.getoption("--walk-seed", 1))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project."""
    return Project(tmp_path / "project")

"""Fixtures of the tests of the preview."""

from pathlib import Path

import pytest

from tests.preview.project import Bench, Project


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

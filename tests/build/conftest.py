"""Fixtures of the tests of the build engine."""

from pathlib import Path

import pytest

from tests.build.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project."""
    return Project(tmp_path / "project")

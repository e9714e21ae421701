"""Fixtures of the tests of ingest."""

from pathlib import Path

import pytest

from tests.ingest.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path)

"""The bucket, in memory and at a real server that speaks S3."""

from pathlib import Path

import pytest

from sitegen.publish.bucket import places
from sitegen.targets import Bucket
from tests.publish.buckets import BucketPlace, in_memory, make_bucket
from tests.publish.contract import Contract

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

"""From a bucket's URL to a client of the store that holds it: by `obstore`, which speaks the
languages of Amazon, Google and Microsoft.

Credentials come from the environment or from the files of the platform's own tools, never from
`sitegen.toml`, and stand in no message.
"""

import os
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from sitegen.problems import fault
from sitegen.publish.store import Store

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_RETRY: Final[Mapping[str, Any]] = {
    # For what passes in a moment; longer faults are met by whoever carries out the plan.
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=20),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=2),
        "base": 2,
    },
}


class Place(Struct, frozen=True):
    """Where objects are."""

    scheme: str
    """`s3`, `gs` or `az`."""
    bucket: str
    prefix: str
    """What every key begins with, without slashes around it; empty for the whole bucket."""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}/{self.prefix}".rstrip("/")

    def holds(self, other: "Place") -> bool:
        """Whether the other place is this one, or within it."""
        same = (self.scheme, self.bucket) == (other.scheme, other.bucket)
        return same and f"{other.prefix}/".startswith(f"{self.prefix}/" if self.prefix else "")


def place_of(url: str) -> Place:
    """`s3://bucket/prefix` in its parts; the settings have been checked."""
    parts = urlsplit(url)
    return Place(parts.scheme, parts.netloc, parts.path.strip("/"))


def open_store(place: Place, endpoint: str, region: str) -> Store:
    """The objects at a place. Raises `SitegenError` where `obstore` or an account is missing."""
    try:
        import obstore.store as clients  # noqa: PLC0415 - only who publishes to a bucket has it.
    except ImportError:
        hint = "install it: `pip install 'sitegen[bucket]'`"
        raise fault("publishing to a bucket needs obstore", str(place), hint=hint) from None
    common: dict[str, Any] = {
        "prefix": place.prefix or None,
        "retry_config": _RETRY,
        # Only who writes `http://` is served without encryption, and where there is no other way.
        "client_options": {"allow_http": endpoint.startswith("http://")},
    }
    if place.scheme == "gs":
        told: dict[str, Any] = {"base_url": endpoint} if endpoint else {}
        return Store(clients.GCSStore(place.bucket, **common, **told), str(place))
    if place.scheme == "az":
        if not os.environ.get("AZURE_STORAGE_ACCOUNT_NAME"):
            hint = "set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or a token"
            raise fault("the storage account is not told", str(place), hint=hint)
        told = {"endpoint": endpoint} if endpoint else {}
        return Store(clients.AzureStore(place.bucket, **common, **told), str(place))
    return Store(_s3(clients, place, endpoint, region, common), str(place))


def _s3(clients: Any, place: Place, endpoint: str, region: str, common: Any) -> "ObjectStore":
    """S3 and what speaks it. Keys of `~/.aws/credentials` are used as Amazon's own tools do: where
    the environment tells none.
    """
    environment = os.environ
    profile = {} if environment.get("AWS_ACCESS_KEY_ID") else _profile(environment, str(place))
    told = {
        "endpoint": endpoint,
        "region": region
        or environment.get("AWS_REGION")
        or environment.get("AWS_DEFAULT_REGION")
        or profile.get("region"),
        "access_key_id": profile.get("aws_access_key_id"),
        "secret_access_key": profile.get("aws_secret_access_key"),
        "session_token": profile.get("aws_session_token"),
        # One request for each: not every store that speaks S3 deletes many at once.
        "disable_bulk_delete": True,
    }
    client: ObjectStore = clients.S3Store(
        place.bucket, **common, **{key: value for key, value in told.items() if value}
    )
    return client


def _profile(environment: Mapping[str, str], shown: str) -> Mapping[str, str]:
    """What the files of Amazon's command line tell of the profile that is chosen.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
    """
    name = environment.get("AWS_PROFILE", "")
    keys = ConfigParser(interpolation=None)
    others = ConfigParser(interpolation=None)
    folder = Path.home() / ".aws"
    for parser, variable, file in (
        (keys, "AWS_SHARED_CREDENTIALS_FILE", folder / "credentials"),
        (others, "AWS_CONFIG_FILE", folder / "config"),
    ):
        path = environment.get(variable) or file
        try:
            parser.read(path, encoding="utf-8")
        except (ConfigError, UnicodeDecodeError):
            # Not its text: a line that cannot be read may be a key.
            raise fault(f"`{path}` cannot be read: is it an INI file?", shown) from None
    chosen = name or "default"
    section = "default" if chosen == "default" else f"profile {chosen}"
    found = {
        **(dict(others[section]) if others.has_section(section) else {}),
        **(dict(keys[chosen]) if keys.has_section(chosen) else {}),
    }
    if name and "aws_access_key_id" not in found:
        hint = f'`eval "$(aws configure export-credentials --profile {name} --format env)"`'
        message = f"the profile `{name}` of AWS_PROFILE holds no keys"
        raise fault(message, shown, hint=f"where it signs you in another way, first run {hint}")
    return found

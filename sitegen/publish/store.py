"""The objects of a bucket, by key; and what a store answers, told in a sentence.

A store's own messages are never shown: they hold addresses, and addresses may hold signatures.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec import Struct

from sitegen.problems import SitegenError, fault
from sitegen.publish.target import TransientError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

T = TypeVar("T")

_CHUNK: Final = 1000
"""Objects that a store lists at once."""
_STATUS: Final = re.compile(r"status code: (\d{3})")
_CODE: Final = re.compile(r"<Code>(\w{1,60})</Code>")
_ACCESS: Final = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}


class Version(Struct, frozen=True):
    """Which of the contents that a key has had."""

    tag: str | None
    number: str | None


class Object(Struct, frozen=True):
    """What is at a key."""

    data: bytes
    version: Version


class ChangedError(Exception):
    """The object is not the one that was seen before."""


class Store:
    """A bucket, or a part of it, through a client of `obstore`."""

    def __init__(self, client: "ObjectStore", shown: str) -> None:
        self._client, self.shown = client, shown

    def get(self, key: str) -> Object | None:
        """What is at a key, as it is kept; None if there is nothing."""
        import obstore  # noqa: PLC0415

        def read() -> Object:
            found = obstore.get(self._client, key)
            meta = found.meta
            return Object(bytes(found.bytes()), Version(meta.get("e_tag"), meta.get("version")))

        return self._asked(read, None)

    def attributes(self, key: str) -> Mapping[str, str]:
        """What the store says of an object beside its bytes; nothing if there is none."""
        import obstore  # noqa: PLC0415

        def read() -> Mapping[str, str]:
            return obstore.get(self._client, key, options={"head": True}).attributes

        return self._asked(read, {})

    def list(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        """Every key with the tag of its object, below a folder or below all."""
        import obstore  # noqa: PLC0415

        chunks = obstore.list(self._client, prefix or None, chunk_size=_CHUNK)
        while found := self._asked(lambda: next(chunks, None), None):
            for one in found:
                yield one["path"], _bare(one["e_tag"])

    def put(self, key: str, data: bytes, attributes: Mapping[str, str]) -> str:
        """Write an object, whole or not at all. Gives its tag."""
        import obstore  # noqa: PLC0415
        from obstore.exceptions import AlreadyExistsError  # noqa: PLC0415

        def write() -> str:
            done = obstore.put(self._client, key, data, attributes=dict(attributes))
            return _bare(done["e_tag"])

        try:
            return self._asked(write)
        except AlreadyExistsError:  # 409 is all that the store has said.
            raise TransientError("the store is busy with that object") from None

    def put_if(self, key: str, data: bytes, seen: Version | None) -> Version:
        """Write an object if it is still as it was seen, or is still not there. Raises
        `ChangedError`.
        """
        import obstore  # noqa: PLC0415
        from obstore.exceptions import AlreadyExistsError, PreconditionError  # noqa: PLC0415

        mode: Any = "create"
        if seen:
            told = {"e_tag": seen.tag, "version": seen.number}
            mode = {name: value for name, value in told.items() if value is not None}

        def write() -> Version:
            done = obstore.put(self._client, key, data, mode=mode)
            return Version(done["e_tag"], done["version"])

        try:
            return self._asked(write)
        except (AlreadyExistsError, PreconditionError, ChangedError):
            # It may have been us: an answer was lost, and the client tried again.
            now = self.get(key)
            if now and now.data == data:
                return now.version
            raise ChangedError from None
        except _NoConditionsError:
            # A store without conditions: this leaves a moment in which two do not see each other.
            now = self.get(key)
            if (now and now.version) != seen:
                raise ChangedError from None
            self.put(key, data, {})
            return self._version(key)

    def _version(self, key: str) -> Version:
        found = self.get(key)
        if found is None:
            raise ChangedError
        return found.version

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no fault."""
        import obstore  # noqa: PLC0415

        self._asked(lambda: obstore.delete(self._client, key), None)

    def _asked(self, ask: Callable[[], T], *missing: T) -> T:
        """The answer, or what stands for it where there is no such object. Raises `SitegenError`,
        `TransientError`; what fails because of a condition is left to the caller.
        """
        from obstore.exceptions import (  # noqa: PLC0415
            AlreadyExistsError,
            BaseError,
            InvalidPathError,
            PreconditionError,
        )

        try:
            return ask()
        except (AlreadyExistsError, PreconditionError):
            raise
        except FileNotFoundError as error:
            code = _code(error)
            if missing and code != "NoSuchBucket":
                return missing[0]
            if code == "NoSuchKey":  # It should have been there, to be replaced.
                raise ChangedError from None
            raise self._fault(error, 404) from None
        except InvalidPathError:
            message = "a key there is no path: it holds `//`, `/./` or `/../`"
            raise self._told(message, "remove that object, or publish to another prefix") from None
        except BaseError as error:
            raise self._fault(error, _status(error)) from None

    def _fault(self, error: Exception, status: int) -> Exception:
        """What went wrong, and what to do."""
        text, code = str(error), _code(error)
        scheme = self.shown.partition(":")[0]
        access = f"set {_ACCESS.get(scheme, 'its credentials')}"
        if "169.254.169.254" in text or "metadata.google" in text:
            return self._told("there are no credentials for the store", access)
        if status == 507 or "Quota" in code or "StorageFull" in code:
            return self._told(f"the store is full ({status} {code})", "make room there")
        if status in (401, 403):
            because = f" ({code})" if code else ""
            message = f"the store refuses access{because}"
            hint = f"do the credentials allow to list, read, write and delete there? Else {access}"
            return self._told(message, hint)
        if status == 404:
            return self._told("there is no such bucket", "create it, or look at `url` and `region`")
        if "redirect without LOCATION" in text or code == "AuthorizationHeaderMalformed":
            return self._told("the bucket is in another region", "set `region` to the bucket's own")
        if status == 501:
            return _NoConditionsError(self.shown, f"the store knows no such request ({code})")
        if status in (408, 409, 429) or status >= 500:
            return TransientError(f"the store answers with {status} {code}".rstrip())
        if not status and "HTTP error" in text:
            where = "is the network up, and are `endpoint` and `region` right?"
            return TransientError(f"the store cannot be reached; {where}")
        answer = f" ({status} {code})".replace(" )", ")") if status else ""
        hint = "look at `url`, `endpoint` and `region`"
        return self._told(f"the store cannot do what it was asked{answer}", hint)

    def _told(self, message: str, hint: str) -> SitegenError:
        return fault(message, self.shown, hint=hint)


class _NoConditionsError(SitegenError):
    """The store does not know a request: most likely, one with a condition."""

    def __init__(self, shown: str, message: str) -> None:
        super().__init__(fault(message, shown).problems)


def _bare(tag: str | None) -> str:
    """A tag without quotation marks: Azure's lists have none, its other answers do."""
    return (tag or "").strip('"')


def _status(error: Exception) -> int:
    found = _STATUS.search(str(error))
    return int(found[1]) if found else 0


def _code(error: Exception) -> str:
    found = _CODE.search(str(error))
    return found[1] if found else ""

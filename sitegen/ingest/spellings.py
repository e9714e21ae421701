"""One spelling for one tag over the whole site: the one that was used first stays."""

from msgspec import structs

from sitegen.ingest.given import Given
from sitegen.ingest.survey import Survey
from sitegen.ingest.tags import fold


class Spellings:
    """Knows how each tag was written first."""

    def __init__(self, survey: Survey) -> None:
        self._spelled: dict[str, str] = {}
        for known in survey.settled.values():
            self._learn(known.tags)
        for record in survey.records.values():
            self._learn(record.tags)
            for past in record.articles:
                if not past.brief:
                    self._learn(past.fields.get("tags"))

    def settle(self, given: Given) -> Given:
        """The article with its tags as the site writes them."""
        tags = given.fields.get("tags")
        if not isinstance(tags, tuple):
            return given
        spelled = [self._spelled.setdefault(fold(tag), tag) for tag in tags if isinstance(tag, str)]
        return structs.replace(
            given, fields={**given.fields, "tags": tuple(dict.fromkeys(spelled))}
        )

    def _learn(self, tags: object) -> None:
        if isinstance(tags, tuple):
            for tag in tags:
                if isinstance(tag, str):
                    self._spelled.setdefault(fold(tag), tag)

"""Which feeds a WebSub hub is told of once they are up."""

from collections.abc import Iterator

from sitegen.config import Config
from sitegen.publish.plan import Plan


def changed_feeds(plan: Plan, config: Config) -> Iterator[str]:
    """The whole URLs of the feeds that are others than in the release before, by path.

    So also of those that an interrupted run has put. Documents of an archive are not among them:
    nobody is subscribed to one.
    """
    names = tuple(f"/{getattr(config.urls, form)}" for form in config.feeds.formats)
    before = plan.journal.files if plan.journal else {}
    for path, entry in sorted(plan.after.files.items()):
        if f"/{path}".endswith(names):
            last = before.get(path)
            if last is None or last.digest != entry.digest:
                yield config.urls.absolute(f"/{path}")

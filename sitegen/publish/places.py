"""From the settings of a target to the target: to be looked at, or to be written to."""

from pathlib import Path

from sitegen.publish.target import Reader, Target
from sitegen.targets import AnyTarget, Directory, Git, Rsync

# Each type's module is imported where it is used: a folder needs no library of a cloud.


def open_reader(settings: AnyTarget, root: Path) -> Reader:
    """The target, to be looked at and nothing else. `root`: the project. Raises `SitegenError`."""
    if isinstance(settings, Directory):
        from sitegen.publish.directory import DirectoryReader  # noqa: PLC0415

        return DirectoryReader(settings, root)
    if isinstance(settings, Git):
        from sitegen.publish.git import GitReader  # noqa: PLC0415

        return GitReader(settings, root)
    if isinstance(settings, Rsync):
        from sitegen.publish.rsync import RsyncReader  # noqa: PLC0415

        return RsyncReader(settings, root)
    from sitegen.publish import bucket  # noqa: PLC0415

    return bucket.BucketReader(bucket.places(settings, root), settings.keep)


def open_target(settings: AnyTarget, root: Path) -> Target:
    """The target, to be written to. `root`: the project. Raises `SitegenError`."""
    if isinstance(settings, Directory):
        from sitegen.publish.directory import DirectoryTarget  # noqa: PLC0415

        return DirectoryTarget(settings, root)
    if isinstance(settings, Git):
        from sitegen.publish.git import GitTarget  # noqa: PLC0415

        return GitTarget(settings, root)
    if isinstance(settings, Rsync):
        from sitegen.publish.rsync import RsyncTarget  # noqa: PLC0415

        return RsyncTarget(settings, root)
    from sitegen.publish import bucket  # noqa: PLC0415

    return bucket.BucketTarget(bucket.places(settings, root), settings.keep)

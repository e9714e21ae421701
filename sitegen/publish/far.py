"""The shell scripts that `rsync` targets run on the other machine, in the folder of releases.

Names of releases are of `[0-9a-f-]`, marks are hexadecimal: whatever else goes into a script is
quoted.
"""

from collections.abc import Iterable
from shlex import quote
from typing import Final

from sitegen.publish.manifest import Release
from sitegen.publish.ssh import MARK

OVERTAKEN: Final = "somebody else has published there meanwhile"
_NAME: Final = """name=
if [ -L current ]; then
  name=$(readlink current); name=${name##*/}
elif [ -e current ]; then
  echo '`current` is not a link to a release: move it away' >&2; exit 1
fi"""
NAME: Final = f"{_NAME}\nprintf '%s\\n' \"$name\""
"""Prints the name of the release of now."""

_SUMS: Final = f"""if command -v sha256sum >/dev/null; then sum=sha256sum
elif command -v shasum >/dev/null; then sum='shasum -a 256'
elif command -v sha256 >/dev/null; then sum='sha256 -r'
else echo 'one of sha256sum, shasum and sha256 is needed there' >&2; exit 1
fi
find . $but -type f -exec $sum {{}} +
echo '{MARK}'
find . $but ! -type f ! -type d -print"""

LIST: Final = f"""but=
if [ -d current ]; then cd -P ./current
else but='-path ./.sitegen -prune -o -path ./releases -prune -o -path ./current -prune -o'
fi
{_SUMS}"""
"""Prints the digest of every public file; before the first release, of whatever is there."""

RELEASES: Final = """for file in .sitegen/*.json; do
  name=${file##*/}; name=${name%.json}
  [ -d "releases/$name" ] || continue
  printf '\\n%s\\n' "$name"
  dd if="$file" bs=4096 count=1 2>/dev/null
done"""
"""Prints the name of each release that is there, and the beginning of its manifest."""


def manifest(generation: int) -> str:
    """Prints the folder, the home folder, the name of the release of now, and its manifest, or that
    of another generation.
    """
    which = f".sitegen/{generation}-*.json" if generation else '".sitegen/$name.json"'
    return f"""{_NAME}
pwd -P; (cd && pwd -P); printf '%s\\n' "$name"
for file in {which}; do
  stem=${{file##*/}}; stem=${{stem%.json}}
  if [ -f "$file" ] && [ -d "releases/$stem" ]; then cat "$file"; break; fi
done"""


def lock(mark: str, seconds: int) -> str:
    """Take the lock, print `held` and its owner, and let go of it when there is nothing more to
    read; or print `busy`.

    The lock is a link that leads nowhere: it is made with its owner in it, or not at all.
    """
    return f"""mkdir -p .sitegen
mine=$$-{mark}; waited=0; tries=0
until ln -s "$mine" .sitegen/lock 2>/dev/null; do
  # Gone in between, or it is no other that is in the way: then `ln` says what is.
  owner=$(readlink .sitegen/lock) || {{
    tries=$((tries + 1)); [ $tries -lt 9 ] || ln -s "$mine" .sitegen/lock || exit 1
    continue
  }}
  # Another user's process may be seen, and not be signalled.
  if kill -0 "${{owner%%-*}}" 2>/dev/null || ps -p "${{owner%%-*}}" >/dev/null 2>&1; then
    if [ $waited -ge {seconds} ]; then echo busy; exit 0; fi
    sleep 1; waited=$((waited + 1))
  else
    # Its process is gone. Another one may see that, too: who moves it is the one.
    mv .sitegen/lock ".sitegen/lock.$mine" 2>/dev/null || continue
    [ "$(readlink ".sitegen/lock.$mine")" = "$owner" ] || mv ".sitegen/lock.$mine" .sitegen/lock
    rm -f ".sitegen/lock.$mine"
  fi
done
echo "held $mine"
cat >/dev/null
[ "$(readlink .sitegen/lock)" != "$mine" ] || rm -f .sitegen/lock"""


def _held(owner: str) -> str:
    message = "the lock is lost: the line to the machine was broken"
    return f"""if [ "$(readlink .sitegen/lock)" != {quote(owner)} ]; then
  echo {quote(message)} >&2; exit 1
fi"""


def ready(owner: str) -> str:
    """Make room for what is sent; print the folder. What others have left half made goes."""
    return f"""{_held(owner)}
rm -rf .sitegen/stage.* .sitegen/gone.* .sitegen/current.*
mkdir -p .sitegen/upload
pwd -P"""


def assemble(owner: str, stage: str, gone: Iterable[str]) -> str:
    """Make the next release of the one of now and what was sent; print the digests of its files."""
    names = list(gone)
    folders = {
        path.rsplit("/", depth)[0] for path in names for depth in range(1, path.count("/") + 1)
    }
    lines = [f"rm -f -- {quote(f'{stage}/{path}')}" for path in names]
    # The deepest first; those that still hold something stay.
    lines += [
        f"rmdir -- {quote(f'{stage}/{path}')} 2>/dev/null || :"
        for path in sorted(folders, key=lambda path: (-path.count("/"), path))
    ]
    removing = "\n".join(lines)
    return f"""{_held(owner)}
mkdir {stage}
if [ -d current ]; then
  old=$(cd -P ./current && pwd -P)
  rsync -a --link-dest="$old" "$old/" {stage}/ >/dev/null
fi
{removing}
# Never in place: a file may be one of older releases, too.
rsync -rpt --ignore-times .sitegen/upload/files/ {stage}/ >/dev/null
chmod 755 {stage}
cd {stage}; but=
{_SUMS}"""


def switch(owner: str, release: Release, before: str, stage: str, keep: int) -> str:
    """Make a release public: a staged one, or one that is there. Remove all but the newest, that of
    now, and the one to go back to. `before`: the name of the release that was seen last.
    """
    name = release.name
    making = f"""if [ ! -d releases/{name} ]; then
  mkdir -p releases
  mv -f .sitegen/upload/manifest.json .sitegen/{name}.json
  mv {stage} releases/{name}
fi"""
    over = f"""[ ! -d .sitegen/upload ] || mv .sitegen/upload .sitegen/gone.$$
rm -rf .sitegen/gone.$$ {stage}"""
    return f"""{_held(owner)}
{_NAME}
# A try before may have done it, though nobody could tell us.
if [ "$name" != {quote(before)} ] && [ "$name" != {name} ]; then
  echo {quote(OVERTAKEN)} >&2; exit 1
fi
{making if stage else ""}
if [ ! -d releases/{name} ]; then echo 'release {name} is gone' >&2; exit 1; fi
new=.sitegen/current.$$
rm -f $new
ln -s releases/{name} $new
# This goes on for a while when the line is broken, and the lock is not held by then.
{_held(owner)}
# Over the link, not into the folder that it leads to: GNU and busybox, or the BSDs and macOS.
mv -fT $new current 2>/dev/null || mv -fh $new current
[ "$(readlink current)" = releases/{name} ]
{over if stage else ""}
seen=0
for old in $(ls .sitegen | grep '^[0-9]*-[0-9a-f]*[.]json$' | sort -rn); do
  old=${{old%.json}}
  if [ -d "releases/$old" ]; then
    seen=$((seen + 1))
    [ $seen -gt {keep} ] || continue
    case $old in {name} | {release.before}-*) continue ;; esac
  fi
  # No half of a release is ever seen: it goes by one rename.
  {{ [ ! -d "releases/$old" ] || mv "releases/$old" ".sitegen/gone.$old"; }} || :
  rm -rf ".sitegen/$old.json" ".sitegen/gone.$old" || :
done"""

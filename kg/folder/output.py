"""The output folder: a build's files appear in it all at once, or not at all.

Layout: `OUT/store`, `OUT/graph.trig` … are links through `OUT/.policykg/current`, itself a link to the folder of the last
whole build. Renaming that one link is the only step of the change, and the system does it as a whole; so a build that is
killed at any moment leaves the old files or the new ones. Other files in OUT are never touched. A rename of OUT itself
would not do: it may be a mount point or hold the user's own files, and swapping two folders needs what few systems offer.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policykg.ontology.errors import PolicyKGError

#: The page to explore the graph, among what a build leaves in its output folder.
PAGE_FILE = "graph.html"
#: The folder in it that holds all that is ours.
OURS = ".policykg"
_CURRENT = "current"
_BUILD = "build-"
#: What the system says of a disk that is full or cannot be written, not of a fault in the program.
_UNWRITABLE = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.ENOTDIR,
}


class OutputError(PolicyKGError):
    """The output folder cannot be used; the text names it and says why."""


class Output:
    """An output folder that this process alone may write."""

    def __init__(self, out: Path) -> None:
        self.out = out
        #: The folder with all that is ours, out of sight.
        self.ours = out / OURS

    @property
    def current(self) -> Path | None:
        """The folder with the files of the last whole build, None where there is none."""
        return current_build(self.out)

    @contextmanager
    def replace(self) -> Iterator[Path]:
        """Give a fresh folder to write a build's files into; on leaving, they take the place of the last build's.

        Hidden files among them are not shown in the output folder. If the block raises, the new files are dropped.

        Raises:
            OutputError: a file that is not ours has the name of one that would be written.
        """
        staging = self.ours / f"{_BUILD}{_last_number(self.ours) + 1}"
        staging.mkdir()
        try:
            yield staging
            _publish(self.out, staging)
        except PolicyKGError as error:
            # The engine's own words name a file that the user has never seen.
            for reason in map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)):
                if reason in str(error):
                    raise OutputError(_unwritable(self.out, reason)) from error
            raise
        finally:
            _sweep(self.out)

    def show(self) -> None:
        """Make the last build's files show up again where someone took their links away."""
        if (current := self.current) is not None:
            _link(self.out, current)


@contextmanager
def open_output(out: Path) -> Iterator[Output]:
    """Take an output folder for writing. What killed builds left behind is removed on entering.

    Raises:
        OutputError: `out` cannot be written, or another process is writing it; also for what the block finds out.
    """
    out = Path(out)
    try:
        (out / OURS).mkdir(parents=True, exist_ok=True)
        lock = os.open(out / OURS / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror or error}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(lock, 32, 0).decode(errors="replace").strip()
            raise OutputError(
                f"{out} is being written by another build (process {holder or '?'}); wait until it is done"
            ) from None
        try:
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
            _sweep(out)
            yield Output(out)
        except OSError as error:
            if error.errno not in _UNWRITABLE:
                raise
            raise OutputError(_unwritable(out, error.strerror or str(error))) from error
    finally:
        os.close(lock)


def current_build(out: Path) -> Path | None:
    """Return the folder with the files of the last whole build in an output folder, None where there is none."""
    current = Path(out) / OURS / _CURRENT
    return current.resolve() if current.is_dir() else None


def _unwritable(out: Path, reason: str) -> str:
    return f"{out} cannot be written: {reason}; its graph is what it was"


def _publish(out: Path, staging: Path) -> None:
    ours = out / OURS
    for folder, _, names in os.walk(staging, topdown=False):
        for name in names:
            _sync(Path(folder, name))
        _sync(Path(folder))
    # Links that lead nowhere yet: the files show up with the one rename below.
    _link(out, staging)
    _sync(out)
    fresh = ours / f"{_CURRENT}.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(staging.name)
    fresh.replace(ours / _CURRENT)
    _sync(ours)


def _link(out: Path, build: Path) -> None:
    names = sorted(entry.name for entry in build.iterdir() if not entry.name.startswith("."))
    foreign = [name for name in names if os.path.lexists(out / name) and not _is_our_link(out / name)]
    if foreign:
        listed = "、".join(str(out / name) for name in foreign)
        raise OutputError(
            f"{listed}: not made by policykg, so not replaced; move it away or choose another folder"
        )
    for name in names:
        if not os.path.lexists(out / name):
            (out / name).symlink_to(Path(OURS, _CURRENT, name))


def _sweep(out: Path) -> None:
    """Remove the folders of builds that are not the current one, and links to files that the current one lacks."""
    ours = out / OURS
    current = ours / _CURRENT
    kept = os.readlink(current) if current.is_symlink() else ""
    for folder in sorted(ours.glob(f"{_BUILD}*")):
        if folder.name != kept:
            shutil.rmtree(folder, ignore_errors=True)
    (ours / f"{_CURRENT}.new").unlink(missing_ok=True)
    for entry in sorted(out.iterdir()):
        if _is_our_link(entry) and not entry.exists():
            entry.unlink()


def _is_our_link(path: Path) -> bool:
    return path.is_symlink() and os.readlink(path) == os.path.join(OURS, _CURRENT, path.name)


def _last_number(ours: Path) -> int:
    numbers = [folder.name.removeprefix(_BUILD) for folder in ours.glob(f"{_BUILD}*")]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The output folder: a build's files appear in it all at once, or not at all.

Layout: `OUT/store`, `OUT/graph.trig` … are links through `OUT/.policykg/current`, itself a link to the folder of the last
whole build. Renaming that one link is the only step of the change, and the system does it as a whole; so a build that is
killed at any moment leaves the old files or the new ones. Other files in OUT are never touched. A rename of OUT itself
would not do: it may be a mount point or hold the user's own files, and swapping two folders needs what few systems offer.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policykg.ontology.errors import PolicyKGError

_OURS = ".policykg"
_CURRENT = "current"
_BUILD = "build-"


class OutputError(PolicyKGError):
    """The output folder cannot be used; the text names it and says why."""


@contextmanager
def atomic_output(out: Path) -> Iterator[Path]:
    """Give a fresh folder to write a build's files into; on leaving, they take the place of the last build's in `out`.

    If the block raises, the new files are dropped and `out` stays as it was. What killed builds left behind is removed
    on entering.

    Raises:
        OutputError: `out` cannot be written, another build is writing it, or a file that is not ours has the name of
            one that would be written.
    """
    out = Path(out)
    ours = out / _OURS
    try:
        ours.mkdir(parents=True, exist_ok=True)
        lock = os.open(ours / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror or error}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(lock, 32, 0).decode(errors="replace").strip()
            raise OutputError(f"{out} is being written by another build (process {holder or '?'})") from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        _sweep(out)
        staging = ours / f"{_BUILD}{_last_number(ours) + 1}"
        staging.mkdir()
        try:
            yield staging
            _publish(out, staging)
        finally:
            _sweep(out)
    finally:
        os.close(lock)


def _publish(out: Path, staging: Path) -> None:
    ours = out / _OURS
    names = sorted(entry.name for entry in staging.iterdir())
    foreign = [name for name in names if os.path.lexists(out / name) and not _is_our_link(out / name)]
    if foreign:
        listed = "、".join(str(out / name) for name in foreign)
        raise OutputError(
            f"{listed}: not made by policykg, so not replaced; move it away or choose another folder"
        )
    for file in staging.iterdir():
        if file.is_file():
            _sync(file)
    _sync(staging)
    # Links that lead nowhere yet: the files show up with the one rename below.
    for name in names:
        if not os.path.lexists(out / name):
            (out / name).symlink_to(Path(_OURS, _CURRENT, name))
    fresh = ours / f"{_CURRENT}.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(staging.name)
    fresh.replace(ours / _CURRENT)
    _sync(ours)


def _sweep(out: Path) -> None:
    """Remove the folders of builds that are not the current one, and links to files that the current one lacks."""
    ours = out / _OURS
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
    return path.is_symlink() and os.readlink(path) == os.path.join(_OURS, _CURRENT, path.name)


def _last_number(ours: Path) -> int:
    numbers = [folder.name.removeprefix(_BUILD) for folder in ours.glob(f"{_BUILD}*")]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

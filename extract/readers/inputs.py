"""What a user names as input: files, folders, archives and standard input, opened one file at a time."""

import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from policykg.extract.readers.source import (
    ARCHIVE_FAULTS,
    DEFAULT_LIMITS,
    Limits,
    ReadError,
    amount,
    find_format,
    over_limit,
    read_source,
    read_stream,
)

#: The name that stands for standard input.
STDIN = "-"
_LINK = 0o120000
#: An archive that unpacks to so many times its size, and to more than a megabyte, is made to do harm.
_RATIO = 200
_SMALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Input:
    """One file's content: `name` is its path as given, `ARCHIVE/MEMBER` in an archive, `-` for standard input."""

    name: str
    data: bytes


def open_inputs(
    path: str | Path, *, limits: Limits = DEFAULT_LIMITS, stdin: BinaryIO | None = None
) -> Iterator[Input | ReadError]:
    """Open a file, all files under a folder or in an archive, or `-` for standard input, in the order of their names.

    Hidden files and what is no regular file are left out of folders and archives. A file that cannot be opened comes
    as the error that says why; nothing is raised, and nothing is written.
    """
    if str(path) == STDIN:
        try:
            data = read_stream(stdin or sys.stdin.buffer, STDIN, limits)
        except ReadError as error:
            yield error
        else:
            yield from _unpack(Input(STDIN, data), limits, limits.nesting)
        return
    for file in _files(Path(path)):
        try:
            found = Input(str(file), read_source(file, limits))
        except ReadError as error:
            yield error
        else:
            yield from _unpack(found, limits, limits.nesting)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in entry.relative_to(path).parts)
        if entry.is_file() and not hidden:
            yield entry


def _unpack(given: Input, limits: Limits, nesting: int) -> Iterator[Input | ReadError]:
    """Yield a file itself, or the files in it where it is an archive."""
    try:
        is_archive = given.data[:2] == b"PK" and find_format(given.data, given.name) == "zip"
    except ReadError:
        is_archive = False  # Its reader says what is wrong with it.
    if not is_archive:
        yield given
        return
    if not nesting:
        yield over_limit(
            given.name,
            f"archives stand in each other more than {limits.nesting} deep",
            "nesting",
            advice="unpack the inner ones",
        )
        return
    try:
        with zipfile.ZipFile(BytesIO(given.data)) as archive:
            yield from _members(archive, given, limits, nesting)
    except ARCHIVE_FAULTS:
        yield ReadError(
            given.name, "the ZIP archive is damaged", "download it anew, or unpack it and give the folder"
        )


def _members(
    archive: zipfile.ZipFile, given: Input, limits: Limits, nesting: int
) -> Iterator[Input | ReadError]:
    infos = [(_name(info), info) for info in archive.infolist() if not info.is_dir()]
    if len(infos) > limits.members:
        yield over_limit(
            given.name,
            f"the archive holds {len(infos)} files, more than the limit of {limits.members}",
            "members",
        )
        return
    if not infos:
        yield ReadError(given.name, "the archive is empty", "check that it was saved or downloaded whole")
        return
    left = limits.unpacked_bytes
    for name, info in sorted(infos, key=lambda member: member[0]):
        full = f"{given.name}/{name}"
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or name[1:2] == ":":
            yield ReadError(
                full, "its path leads out of the archive", "leave it, or unpack the archive by hand"
            )
            continue
        if (
            any(part.startswith((".", "~$", "__MACOSX")) for part in parts)
            or info.external_attr >> 16 & 0o170000 == _LINK
        ):
            continue
        if info.flag_bits & 1:
            yield ReadError(
                full, "the file is protected by a password", "unpack the archive and give the folder"
            )
            continue
        try:
            data = _read(archive, info, full, limits, left)
        except ReadError as error:
            yield error
            if error.reason.startswith("the archive unpacks"):
                return
            continue
        left -= len(data)
        yield from _unpack(Input(full, data), limits, nesting - 1)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: Limits, left: int) -> bytes:
    """Unpack one member, never more of it than the limits allow, whatever the archive says of its size."""
    most = min(limits.file_bytes, left, max(_SMALL, info.compress_size * _RATIO))
    try:
        with archive.open(info) as stream:
            data = stream.read(most + 1)
    except ARCHIVE_FAULTS:
        raise ReadError(name, "the file is damaged in the archive", "make the archive anew") from None
    if len(data) <= most:
        return data
    if most == left:
        raise over_limit(
            name,
            f"the archive unpacks to more than the limit of {amount(limits.unpacked_bytes)}",
            "unpacked_bytes",
        )
    if most == limits.file_bytes:
        raise over_limit(name, f"it is larger than the limit of {amount(most)}", "file_bytes")
    raise ReadError(
        name, f"it unpacks to more than {_RATIO} times its size, as only harmful files do", "leave it out"
    )


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's path; Chinese Windows writes it in GBK, which ZIP readers take for another code page."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            pass
    return name.replace("\\", "/")

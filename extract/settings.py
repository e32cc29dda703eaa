"""What a user can set of the extraction."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user can set: files of their own, read beside the built-in data and checked in the same way; and whether
    the statistical tagger runs, which finds more names and takes most of the time.
    """

    lexicons: tuple[Path, ...] = ()
    frames: tuple[Path, ...] = ()
    model: bool = True

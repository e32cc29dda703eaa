"""Read files into text, with the way back: one module a format, chosen by a file's content."""

from bisect import bisect_right
from pathlib import Path

from policykg.extract.readers.plain import read_plain
from policykg.extract.readers.source import ReadError, foreign_format, read_source
from policykg.extract.records import ReaderText

__all__ = ["ReadError", "locate", "read_bytes", "read_file"]


def read_file(path: str | Path) -> ReaderText:
    """Read one file.

    Raises:
        ReadError: it cannot be read, is empty, is not text, or holds no policy text.
    """
    return read_bytes(read_source(Path(path)), str(path))


def read_bytes(data: bytes, source: str) -> ReaderText:
    """Read a file's content; `source` names it in the result and in errors.

    Raises:
        ReadError: it is empty, is not text, or holds no policy text.
    """
    if not data.strip():
        raise ReadError(source, "the file is empty", "check that it was saved or downloaded whole")
    if name := foreign_format(data):
        raise ReadError(
            source, f"this is {name}, not plain text", "save its text as .txt or .md and give that"
        )
    return read_plain(data, source)


def locate(reader_text: ReaderText, offset: int) -> tuple[int | None, int]:
    """Say where a place of the reader's text stands in the source.

    Args:
        offset: 0 <= offset <= len(text); the end of the text lies behind its last character.
    Returns:
        The printed page (None where unknown) and the offset in the decoded file.
    Raises:
        ValueError: `offset` lies outside the text.
    """
    if not 0 <= offset <= len(reader_text.text):
        raise ValueError(
            f"offset {offset} lies outside the text of {reader_text.source} (0 to {len(reader_text.text)})"
        )
    # The end belongs to the last character's stretch, also where furniture follows it.
    inside = max(0, min(offset, len(reader_text.text) - 1))
    made, original = reader_text.origins[
        bisect_right(reader_text.origins, inside, key=lambda pair: pair[0]) - 1
    ]
    page = bisect_right(reader_text.pages, inside, key=lambda found: found.offset)
    return (reader_text.pages[page - 1].page if page else None), original + offset - made

"""Read files into text, with the way back: one module a format, chosen by a file's content."""

import sys
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from policykg.extract.readers.inputs import STDIN, Input, open_inputs
from policykg.extract.readers.plain import read_plain
from policykg.extract.readers.source import (
    DEFAULT_LIMITS,
    Format,
    LimitError,
    Limits,
    ReadError,
    find_format,
    parse_limits,
    read_source,
    read_stream,
)
from policykg.extract.records import ReaderText

__all__ = [
    "DEFAULT_LIMITS",
    "STDIN",
    "Input",
    "LimitError",
    "Limits",
    "ReadError",
    "describe_place",
    "locate",
    "open_inputs",
    "parse_limits",
    "read_bytes",
    "read_file",
    "read_inputs",
]


def read_inputs(
    path: str | Path,
    *,
    ocr: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    stdin: BinaryIO | None = None,
) -> Iterator[ReaderText | ReadError]:
    """Read a file, all files under a folder or in a ZIP archive, or `-` for standard input, in the order of their names.

    A file that cannot be read comes as the error that says why, so that the rest is read; nothing is raised.
    """
    for found in open_inputs(path, limits=limits, stdin=stdin):
        if isinstance(found, ReadError):
            yield found
            continue
        try:
            yield read_bytes(found.data, found.name, ocr=ocr, limits=limits)
        except ReadError as error:
            yield error


def read_file(path: str | Path, *, ocr: bool = False, limits: Limits = DEFAULT_LIMITS) -> ReaderText:
    """Read one file, or `-` for standard input, that holds one text; `read_inputs` also reads folders, archives and standard input.

    Args:
        ocr: read the page images of a scanned PDF.
    Raises:
        ReadError: it cannot be read, is empty, in no format that is read, over a limit, or holds no policy text.
    """
    if str(path) == STDIN:
        return read_bytes(read_stream(sys.stdin.buffer, STDIN, limits), STDIN, ocr=ocr, limits=limits)
    return read_bytes(read_source(Path(path), limits), str(path), ocr=ocr, limits=limits)


def read_bytes(data: bytes, source: str, *, ocr: bool = False, limits: Limits = DEFAULT_LIMITS) -> ReaderText:
    """Read a file's content; `source` names it in the result and in errors.

    Raises:
        ReadError: as `read_file`.
    """
    format = find_format(data, source)
    if format == "zip":
        raise ReadError(
            source, "this is a ZIP archive, which holds more than one text", "build from it, or unpack it"
        )
    return _read_as(format, data, source, ocr, limits)


def _read_as(format: Format, data: bytes, source: str, ocr: bool, limits: Limits) -> ReaderText:
    if format == "text":
        return read_plain(data, source, limits)
    # The libraries for these formats are loaded only where a file needs them.
    if format == "html":
        from policykg.extract.readers.html import read_html

        return read_html(data, source, limits)
    if format == "docx":
        from policykg.extract.readers.docx import read_docx

        return read_docx(data, source, limits)
    from policykg.extract.readers.pdf import read_pdf

    return read_pdf(data, source, ocr=ocr, limits=limits)


def describe_place(reader_text: ReaderText, offset: int) -> str:
    """Say in words where a place of the reader's text stands: "page 3, line 12", "paragraph 5", "character 140".

    Raises:
        ValueError: `offset` lies outside the text.
    """
    page, place = locate(reader_text, offset)
    return f"{'' if page is None else f'page {page}, '}{reader_text.unit} {place}"


def locate(reader_text: ReaderText, offset: int) -> tuple[int | None, int]:
    """Say where a place of the reader's text stands in the source.

    Args:
        offset: 0 <= offset <= len(text); the end of the text lies behind its last character.
    Returns:
        The page (None where unknown), and the place in `reader_text.unit`: the offset in the decoded file, or the
        number of the paragraph, or of the line on the page.
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
    place = original + offset - made if reader_text.unit == "character" else original
    return (reader_text.pages[page - 1].page if page else None), place

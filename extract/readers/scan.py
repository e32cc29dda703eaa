"""Scanned PDF files: page images read by Debian's tesseract, one at a time."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing

import pypdfium2

from policykg.extract.readers.composing import clean, compose
from policykg.extract.readers.layout import Row, join_rows, strip_margins
from policykg.extract.readers.pdf import open_pdf
from policykg.extract.readers.plain import checked
from policykg.extract.readers.source import DEFAULT_LIMITS, Limits, ReadError, over_limit
from policykg.extract.records import ReaderText

#: Dots per inch that tesseract reads best, and the longest edge in dots that a page image may have.
_DPI = 300
_EDGE = 6000
_LANGUAGE = "chi_sim"
_INSTALL = "install Debian's tesseract-ocr and tesseract-ocr-chi-sim"
# Tesseract puts spaces between Chinese characters, and between them and punctuation.
_WIDE = "\u3000-\u9fff\uff00-\uffef“”‘’"
_GAP = re.compile(
    rf"(?<=[{_WIDE}]) +(?=[{_WIDE}()\[\],;:])|(?<=[()\[\],;:]) +(?=[{_WIDE}\d(])|(?<=[)\]]) +(?=[,;:)])|(?<=\d) +(?=[),;:\]])"
)


def read_scan(data: bytes, source: str, limits: Limits = DEFAULT_LIMITS) -> ReaderText:
    """Read the page images of a PDF file.

    Raises:
        ReadError: tesseract or its Chinese data is not installed, a page takes too long, or nothing is read.
    """
    program = find_tesseract(source)
    pages = []
    with closing(open_pdf(data, source, limits)) as document:
        for n in range(len(document)):
            pages.append(list(_rows(_image(document, n, source), n + 1, program, source, limits)))
    made = compose(
        join_rows(strip_margins(pages)),
        source=source,
        unit="line",
        metadata=(("format", "pdf"), ("read by", "tesseract")),
    )
    return checked(made, limits)


def find_tesseract(source: str) -> str:
    """Return the program's path.

    Raises:
        ReadError: it or its data for Chinese is not installed.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise ReadError(source, "reading page images needs tesseract, which is not installed", _INSTALL)
    known = subprocess.run([program, "--list-langs"], capture_output=True, timeout=60, check=False)
    if _LANGUAGE.encode() not in (known.stdout + known.stderr).split():
        raise ReadError(source, f"tesseract is installed without its data {_LANGUAGE}", _INSTALL)
    return program


def _image(document: pypdfium2.PdfDocument, n: int, source: str) -> bytes:
    """Draw a page as a grey PGM image."""
    try:
        with closing(document[n]) as page:
            scale = min(_DPI / 72, _EDGE / max(1.0, *page.get_size()))
            with closing(page.render(scale=scale, grayscale=True)) as bitmap:
                width, height, stride = bitmap.width, bitmap.height, bitmap.stride
                pixels = bytes(bitmap.buffer)
    except pypdfium2.PdfiumError:
        raise ReadError(
            source, f"page {n + 1} of the PDF is damaged", "download or export the file anew"
        ) from None
    rows = b"".join(pixels[at * stride : at * stride + width] for at in range(height))
    return f"P5 {width} {height} 255\n".encode() + rows


def _rows(image: bytes, page: int, program: str, source: str, limits: Limits) -> Iterator[Row]:
    """Read the lines of a page image with their boxes, from tesseract's table of words."""
    command = [program, "stdin", "stdout", "-l", _LANGUAGE, "--dpi", str(_DPI), "--psm", "3", "tsv"]
    try:
        done = subprocess.run(
            command,
            input=image,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin", **_environment()},
        )
    except subprocess.TimeoutExpired:
        raise over_limit(
            source,
            f"reading page {page} took longer than the limit of {limits.seconds} s",
            "seconds",
            advice="give the text",
        ) from None
    if done.returncode:
        raise ReadError(source, f"tesseract failed on page {page}", "give the text instead")
    size = image.split(b" ", 3)
    width, height = float(size[1]), float(size[2])
    lines: dict[tuple[str, ...], list[list[str]]] = {}
    for record in done.stdout.decode("utf-8", "replace").splitlines()[1:]:
        cells = record.split("\t")
        if len(cells) == 12 and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append(cells)
    for number, words in enumerate(lines.values(), start=1):
        boxes = [tuple(map(float, word[6:10])) for word in words]
        yield Row(
            text=_GAP.sub("", clean(" ".join(word[11] for word in words))).strip(),
            page=page,
            number=number,
            left=min(left for left, _, _, _ in boxes),
            right=max(left + across for left, _, across, _ in boxes),
            top=min(top for _, top, _, _ in boxes),
            bottom=max(top + down for _, top, _, down in boxes),
            width=width,
            height=height,
        )


def _environment() -> dict[str, str]:
    """Return where a tesseract that stands elsewhere keeps its data."""
    import os

    return {name: os.environ[name] for name in ("TESSDATA_PREFIX", "LD_LIBRARY_PATH") if name in os.environ}

"""PDF files with a text layer: characters to lines, lines to paragraphs, pages kept."""

import re
from collections.abc import Iterator
from contextlib import closing
from ctypes import byref, c_double
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from policykg.extract.readers.composing import clean, compose
from policykg.extract.readers.layout import Row, join_rows, strip_margins
from policykg.extract.readers.plain import checked
from policykg.extract.readers.source import DEFAULT_LIMITS, Limits, ReadError, over_limit
from policykg.extract.records import ReaderText
from policykg.extract.structure.labels import cut_labels, read_labels

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"\w")
_USE_OCR = "read its page images with --ocr (it needs Debian's tesseract-ocr and tesseract-ocr-chi-sim)"
#: A text layer in which fewer of the letters are Chinese belongs to other characters than are shown.
_LEAST_HAN = 0.05
#: A printed web page's data stand among so many paragraphs at either end, and are of so many kinds at least.
_ZONE = 14
_KINDS = 3
_REST = 8
#: So many characters on a page are no text: spaces and line ends.
_SLACK = 10_000
_CUT = re.compile(r"(?<=[A-Za-z])[\ufffe\x02](?=[a-z])")
# Spaces that set characters apart to fill a line.
_SPREAD = re.compile(r"(?:[\u3000-\u9fff\uff00-\uffef] ){4,}[\u3000-\u9fff\uff00-\uffef]")
#: So many characters on a page are its text; a scan has at most a stamp or a page number.
_LEAST_PAGE = 20


@dataclass(frozen=True, slots=True)
class _Char:
    code: int
    left: float
    bottom: float
    right: float
    top: float


def read_pdf(data: bytes, source: str, *, ocr: bool = False, limits: Limits = DEFAULT_LIMITS) -> ReaderText:
    """Read a PDF file. Page numbers, running heads and feet come out; lines are joined to paragraphs.

    Raises:
        ReadError: it is damaged, protected, scanned (without `ocr`), over a limit, or holds no policy text.
    """
    with closing(open_pdf(data, source, limits)) as document:
        pages = list(_pages(document, source, limits))
        sizes = [sum(len(row.text) for row in rows) for rows in pages]
        scanned = [n for n, size in enumerate(sizes) if size < _LEAST_PAGE and _has_image(document, n)]
    letters = sum(len(_LETTER.findall(row.text)) for rows in pages for row in rows)
    han = sum(len(_HAN.findall(row.text)) for rows in pages for row in rows)
    unreadable = letters > 0 and han < _LEAST_HAN * letters
    if not any(sizes) or unreadable or len(scanned) * 2 > len(pages):
        if ocr:
            from policykg.extract.readers.scan import read_scan

            return read_scan(data, source, limits)
        if unreadable and not scanned:
            raise ReadError(source, "this PDF's text layer holds no readable Chinese text", _USE_OCR)
        what = "this PDF is a scan without a text layer" if scanned or ocr else "this PDF has no text layer"
        raise ReadError(source, what, _USE_OCR)
    unread = (("pages without text", ", ".join(str(n + 1) for n in scanned)),) if scanned else ()
    paragraphs = [*join_rows(strip_margins(pages))]
    values, labelled = _table(["".join(piece.text for piece in paragraph) for paragraph in paragraphs])
    kept = (paragraph for n, paragraph in enumerate(paragraphs) if n not in labelled)
    made = compose(kept, source=source, unit="line", metadata=(("format", "pdf"), *unread, *values))
    return checked(made, limits)


def _table(lines: list[str]) -> tuple[tuple[tuple[str, str], ...], set[int]]:
    """Find the labelled data of a printed web page, before the text or behind it, and its lines."""
    for zone in (range(len(lines))[:_ZONE], range(len(lines))[-_ZONE:]):
        cells = [(n, cell) for n in zone for cell in cut_labels(lines[n])]
        found = read_labels([cell for _, cell in cells])
        if len(found.values) >= _KINDS:
            used = {cells[at][0] for at in found.lines if not cells[at][1].startswith("附件")}
            # A short line between two labels is the rest of a value that was wrapped.
            rest = {n for n in zone if {n - 1, n + 1} <= used and len(lines[n]) <= _REST}
            return found.values, used | rest
    return (), set()


def open_pdf(data: bytes, source: str, limits: Limits) -> pypdfium2.PdfDocument:
    """Open a PDF file.

    Raises:
        ReadError: it is damaged, needs a password, has no pages or more than the limit.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise ReadError(
                source,
                "the PDF is protected by a password",
                "save a copy without the password and give that",
            ) from None
        raise ReadError(
            source, "the PDF is damaged and cannot be opened", "download or export it anew"
        ) from None
    count = len(document)
    if not 0 < count <= limits.pages:
        document.close()
        if count <= 0:
            raise ReadError(source, "the PDF has no pages", "download or export it anew")
        raise over_limit(
            source,
            f"the PDF has {count} pages, more than the limit of {limits.pages}",
            "pages",
        )
    return document


def _pages(document: pypdfium2.PdfDocument, source: str, limits: Limits) -> Iterator[list[Row]]:
    left = limits.characters
    for n in range(len(document)):
        rows = list(_rows(document, n, source, left))
        left -= sum(len(row.text) for row in rows)
        yield rows


def _rows(document: pypdfium2.PdfDocument, n: int, source: str, most: int) -> Iterator[Row]:
    """Read the lines of a page in reading order."""
    try:
        page = document[n]
    except pypdfium2.PdfiumError:
        raise ReadError(
            source, f"page {n + 1} of the PDF is damaged", "download or export the file anew"
        ) from None
    with closing(page):
        width, height = page.get_size()
        try:
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            return
        with closing(text):
            if text.count_chars() > most + _SLACK:
                raise over_limit(source, "its text is longer than the limit", "characters")
            lines = list(_lines(text, height))
    for number, (line, left, top, right, bottom) in enumerate(_ordered(lines), start=1):
        yield Row(
            text=line,
            page=n + 1,
            number=number,
            left=left,
            right=right,
            top=top,
            bottom=bottom,
            width=width,
            height=height,
        )


_Line = tuple[str, float, float, float, float]


def _lines(text: pypdfium2.PdfTextPage, height: float) -> Iterator[_Line]:
    """Cut a page's characters into lines, each with its box (left, top, right, bottom) counted from the page's top."""
    parts: list[str] = []
    boxes: list[_Char] = []
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    for at in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, at)
        if code in (0x0A, 0x0D):
            if line := _line(parts, boxes, height):
                yield line
            parts, boxes = [], []
            continue
        parts.append(chr(code) if 0 < code < 0x110000 else "")
        if code > 0x20 and pdfium.FPDFText_GetCharBox(
            text, at, byref(left), byref(right), byref(bottom), byref(top)
        ):
            boxes.append(_Char(code, left.value, bottom.value, right.value, top.value))
    if line := _line(parts, boxes, height):
        yield line


def _line(parts: list[str], boxes: list[_Char], height: float) -> _Line | None:
    # PDFium joins a word that a hyphen cut at a line's end, and leaves U+FFFE or U+0002 in the hyphen's place.
    words = clean(_CUT.sub("", "".join(parts)).replace("\ufffe", "-").replace("\x02", "-")).strip()
    words = _SPREAD.sub(lambda found: found.group().replace(" ", ""), words)
    if not words or not boxes:
        return None
    return (
        words,
        min(box.left for box in boxes),
        height - max(box.top for box in boxes),
        max(box.right for box in boxes),
        height - min(box.bottom for box in boxes),
    )


def _ordered(lines: list[_Line]) -> list[_Line]:
    """Put blocks that the file holds out of order where they stand: one that lies wholly above another comes first.

    Blocks beside each other (the cells of a table's row, two columns) stay in the file's own order.
    """
    blocks: list[list[_Line]] = []
    for line in lines:
        if blocks and line[2] >= blocks[-1][-1][2] - 1:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    ordered: list[list[_Line]] = []
    for block in blocks:
        bottom = max(line[4] for line in block)
        at = len(ordered)
        while at and bottom <= min(line[2] for line in ordered[at - 1]) + 1:
            at -= 1
        ordered.insert(at, block)
    return [line for block in ordered for line in block]


def _has_image(document: pypdfium2.PdfDocument, n: int) -> bool:
    try:
        with closing(document[n]) as page:
            return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    except pypdfium2.PdfiumError:
        return False

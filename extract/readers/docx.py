"""Word files (DOCX): paragraphs with their numbers, tables row by row, footnotes behind the paragraph that cites them."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from policykg.extract.readers.composing import Piece, clean, compose
from policykg.extract.readers.numbering import Counters, read_numbering
from policykg.extract.readers.plain import checked
from policykg.extract.readers.source import ARCHIVE_FAULTS, DEFAULT_LIMITS, Limits, ReadError, over_limit
from policykg.extract.records import ReaderText

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BODY = "word/document.xml"
#: What is deleted, moved away, or the code of a field (HYPERLINK …) and not its result.
_SKIPPED = frozenset(
    _W + name
    for name in (
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "delInstrText",
        "pPr",
        "rPr",
        "tblPr",
        "sectPr",
        "fldData",
    )
) | {_MC + "Fallback"}
_DAMAGED = ("the Word file is damaged", "open it in Word or WPS, save it anew and give that")
# A line of a table of contents: the page's number stands behind a tab or dots.
_LEADER = re.compile(r"(?:\t|[.．·…‥]{6,})\s*\d{1,4}$")


@dataclass(slots=True)
class _Reading:
    """What is known while a document is walked: the page, and the footnotes cited since the last paragraph."""

    counters: Counters
    styles: dict[str, tuple[str, str]]
    notes: dict[tuple[str, str], str]
    page: int = 0
    paragraph: int = 0
    cited: list[tuple[str, str]] = field(default_factory=list)


def read_docx(data: bytes, source: str, limits: Limits = DEFAULT_LIMITS) -> ReaderText:
    """Read a Word file: its paragraphs one a line, a table's row as one line with " | " between its cells.

    Pages are those of the program that saved it last, where it noted them.

    Raises:
        ReadError: it is damaged, unpacks to more than the limit, or holds no policy text.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = _Parts(archive, source, limits)
            body = parts.read(_BODY)
            if body is None:
                raise ReadError(source, "this is a Word file without a text in it", _DAMAGED[1])
            reading = _Reading(
                counters=Counters(read_numbering(parts.read("word/numbering.xml"))),
                styles=_styles(parts.read("word/styles.xml")),
                notes=_notes(parts),
            )
    except ARCHIVE_FAULTS:
        raise ReadError(source, *_DAMAGED) from None
    if next(body.iter(_W + "lastRenderedPageBreak"), None) is not None:
        reading.page = 1
    made = compose(
        _paragraphs(body, reading), source=source, unit="paragraph", metadata=(("format", "docx"),)
    )
    return checked(made, limits)


class _Parts:
    """The XML parts of a Word file, unpacked one at a time within the limit."""

    def __init__(self, archive: zipfile.ZipFile, source: str, limits: Limits) -> None:
        self._archive, self._source, self._left = archive, source, limits.unpacked_bytes

    def read(self, name: str) -> etree._Element | None:
        """Parse a part; None where the file has none of this name."""
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            return None
        if info.flag_bits & 1:
            raise ReadError(
                self._source,
                "the file is protected by a password",
                "save a copy without the password and give that",
            )
        with self._archive.open(info) as stream:
            data = stream.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise over_limit(self._source, "the Word file unpacks to more than the limit", "unpacked_bytes")
        return parse_xml(data.replace(_STRICT[1:-1].encode(), _W[1:-1].encode()), self._source)


def parse_xml(data: bytes, source: str) -> etree._Element:
    """Parse XML from outside: no entities, no document types, no network.

    Raises:
        ReadError: it is not well-formed, or declares entities.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ReadError(source, *_DAMAGED) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError(source, "the Word file declares entities, as no Word does", _DAMAGED[1])
    return root


def _paragraphs(body: etree._Element, reading: _Reading) -> Iterator[list[Piece]]:
    for element in _outermost(body):
        if element.tag == _W + "tbl":
            yield from _table(element, reading)
            continue
        yield from _one(element, reading)


def _outermost(top: etree._Element) -> Iterator[etree._Element]:
    """List the paragraphs and tables that stand in no other one, past content controls and changes."""
    walker = etree.iterwalk(top, events=("start",))
    for _, element in walker:
        if element.tag in _SKIPPED:
            walker.skip_subtree()
        elif element.tag in (_W + "p", _W + "tbl") and element is not top:
            yield element
            walker.skip_subtree()


def _one(element: etree._Element, reading: _Reading) -> Iterator[list[Piece]]:
    """Read a paragraph: its lines, the text boxes anchored in it and the footnotes that it cites."""
    reading.paragraph += 1
    place = reading.paragraph
    number = _number(element, reading)
    pieces: list[Piece] = []
    boxes: list[etree._Element] = []
    for line in _lines(element, reading, boxes):
        shown = "".join(text for text, _ in line).strip()
        if not shown or _LEADER.search(shown):
            continue
        made = [Piece(text, place, page) for text, page in line]
        if number:
            made.insert(0, Piece(number, place, made[0].page))
            number = ""
        pieces += made
        yield _stripped(pieces)
        pieces = []
    for box in boxes:
        yield from _paragraphs(box, reading)
    for cited in reading.cited:
        if note := reading.notes.get(cited):
            yield [Piece(f"[{cited[1]}] {note}", place, reading.page)]
    reading.cited.clear()


def _stripped(pieces: list[Piece]) -> list[Piece]:
    first, last = pieces[0], pieces[-1]
    pieces[0] = Piece(first.text.lstrip(), first.place, first.page)
    last = pieces[-1]
    pieces[-1] = Piece(last.text.rstrip(), last.place, last.page)
    return pieces


def _lines(
    element: etree._Element, reading: _Reading, boxes: list[etree._Element]
) -> Iterator[list[tuple[str, int]]]:
    """Read a paragraph's runs; a line break ends a line, and a page break a stretch of it."""
    line: list[tuple[str, int]] = []
    walker = etree.iterwalk(element, events=("start",))
    for _, part in walker:
        tag = part.tag
        if tag in _SKIPPED:
            walker.skip_subtree()
        elif tag == _W + "txbxContent":
            boxes.append(part)
            walker.skip_subtree()
        elif tag == _W + "t":
            if text := clean(part.text or ""):
                line.append((text, reading.page))
        elif tag == _W + "tab":
            line.append(("\t", reading.page))
        elif tag in (_W + "br", _W + "cr"):
            if part.get(_W + "type", "textWrapping") == "textWrapping":
                yield line
                line = []
        elif tag == _W + "noBreakHyphen":
            line.append(("-", reading.page))
        elif tag == _W + "lastRenderedPageBreak":
            reading.page += 1
        elif tag in (_W + "footnoteReference", _W + "endnoteReference"):
            reading.cited.append((tag[len(_W) :].removesuffix("Reference"), part.get(_W + "id", "")))
    yield line


def _number(element: etree._Element, reading: _Reading) -> str:
    """Return the number that Word prints before a paragraph, "" where it prints none."""
    properties = element.find(_W + "pPr")
    if properties is None:
        return ""
    style = properties.find(_W + "pStyle")
    list_id, level = (
        reading.styles.get(style.get(_W + "val", ""), ("", "0")) if style is not None else ("", "0")
    )
    own = properties.find(_W + "numPr")
    if own is not None:
        own_id, own_level = own.find(_W + "numId"), own.find(_W + "ilvl")
        list_id = own_id.get(_W + "val", "") if own_id is not None else list_id
        level = own_level.get(_W + "val", "0") if own_level is not None else level
    shown = bool("".join(text.text or "" for text in element.iter(_W + "t")).strip())
    return reading.counters.next(list_id, level) if list_id not in ("", "0") and shown else ""


def _styles(root: etree._Element | None) -> dict[str, tuple[str, str]]:
    """Return list and level of the paragraph styles that number their paragraphs."""
    styles = {}
    for style in root.iter(_W + "style") if root is not None else ():
        numbered = style.find(f"{_W}pPr/{_W}numPr")
        if numbered is None:
            continue
        list_id, level = numbered.find(_W + "numId"), numbered.find(_W + "ilvl")
        if list_id is not None:
            styles[style.get(_W + "styleId", "")] = (
                list_id.get(_W + "val", ""),
                level.get(_W + "val", "0") if level is not None else "0",
            )
    return styles


def _notes(parts: _Parts) -> dict[tuple[str, str], str]:
    notes = {}
    for kind in ("footnote", "endnote"):
        root = parts.read(f"word/{kind}s.xml")
        for note in root.iter(_W + kind) if root is not None else ():
            text = "".join(clean(t.text or "") for t in note.iter(_W + "t")).strip()
            if text and note.get(_W + "type") is None:
                notes[kind, note.get(_W + "id", "")] = text
    return notes


def _table(table: etree._Element, reading: _Reading) -> Iterator[list[Piece]]:
    """Read a table row by row; a row with one cell, or that holds a table, is read as paragraphs."""
    for row in _children(table, "tr"):
        cells = _children(row, "tc")
        filled = [cell for cell in cells if any((t.text or "").strip() for t in cell.iter(_W + "t"))]
        nested = any(cell.find(f".//{_W}tbl") is not None for cell in filled)
        if len(filled) < 2 or nested:
            for cell in filled:
                yield from _paragraphs(cell, reading)
            continue
        line: list[Piece] = []
        for cell in filled:
            paragraphs = [p for p in _paragraphs(cell, reading) if p]
            for at, pieces in enumerate(paragraphs):
                between = "" if not line else (" | " if at == 0 else " ")
                pieces[0] = Piece(between + pieces[0].text, pieces[0].place, pieces[0].page)
                line += pieces
        yield line


def _children(top: etree._Element, name: str) -> list[etree._Element]:
    """List the nearest elements of a name below another, past content controls and changes."""
    found = []
    walker = etree.iterwalk(top, events=("start",))
    for _, element in walker:
        if element is top:
            continue
        if element.tag == _W + name:
            found.append(element)
            walker.skip_subtree()
        elif element.tag in (_W + "tbl", _W + "p") or element.tag in _SKIPPED:
            walker.skip_subtree()
    return found

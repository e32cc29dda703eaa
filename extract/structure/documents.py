"""Find the documents of a text, what each prints about itself, and its sections."""

import re
from dataclasses import dataclass, replace

from policykg.extract.normalise import has_sentence, narrow_digits, simplify, squeeze
from policykg.extract.records import DocumentSpan, ReaderText
from policykg.extract.structure.frontmatter import read_info
from policykg.extract.structure.sections import find_sections
from policykg.extract.structure.signatures import (
    DATE,
    Signature,
    find_orders,
    find_signature,
    is_passing,
    own_numbers,
)
from policykg.extract.structure.titles import (
    Line,
    announces,
    carried_title,
    looks_like_title,
    read_lines,
    title_lines,
)

_SIGNED = re.compile(rf"[(（]\s*{DATE}\s*[)）]$")
#: So much may follow a document's signature and still be no text of its own: (此件公开发布).
_REMARKS = 400
#: So long a title may be that stands in one line with its number.
_TITLE = 300
#: A sentence has at least so many characters before its full stop.
_SENTENCE = 10
#: So long a notice may be that carries another text.
_NOTICE = 3000
# A heading of the first level, up to where its text begins.
_TOP = re.compile(r"(?:^|[^#])#[^\S\n]")
_FIRST = re.compile(r"第一[章条](?=[\s　])")
_CONTENTS = re.compile(r"^[\s　#*]*目[\s　]*[录次][\s　*]*$", re.MULTILINE)
_ENDS = re.compile(rf"[。！？]|{DATE}")


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a document begins: its title, and its number where one is printed."""

    offset: int
    title: str
    number: str


def split_documents(reader_text: ReaderText) -> tuple[DocumentSpan, ...]:
    """Find the documents of a text.

    A document begins where a title stands with its number or with the line that says when it was passed, and with the
    order that puts it in force. Text before the first such place is a document of its own where it has sentences, and part of the first one's head where not.

    Returns:
        Spans in order that cover the whole text, at least one. A span without a title of its own has
        `fragment` set: its beginning is cut off, and no title is guessed.
    """
    # Found in simplified characters and half-width digits, and given as printed.
    text = narrow_digits(simplify(reader_text.text))
    found = _starts(text)
    starts = [start.offset for start in found]
    if not found or not _is_head(text, found[0]):
        starts.insert(0, 0)
    starts[0] = 0
    # A page's own table speaks of the one document on the page.
    labels = dict(reader_text.metadata) if len(starts) == 1 else {}
    spans: list[DocumentSpan] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        signature = find_signature(text, start, end)
        # What a table of contents lists names other documents, too.
        listed = not spans and len(starts) > 1 and _CONTENTS.search(text, 0, found[0].offset)
        info = read_info(text, found[0].offset if listed else start, end, signature, labels)
        sections = find_sections(
            text, start, _body_end(text, end, signature), reader_text.pages, title=info.title
        )
        span = DocumentSpan(start=start, end=end, info=info, sections=sections, fragment=not info.title)
        spans.append(span if text == reader_text.text else _as_printed(span, text, reader_text.text))
    return tuple(spans)


def _as_printed(span: DocumentSpan, simplified: str, text: str) -> DocumentSpan:
    """Give a span's names and headings in the text's own characters; one that is joined of lines stays simplified."""

    def printed(words: str, start: int, end: int) -> str:
        at = simplified.find(words, start, end) if words else -1
        return text[at : at + len(words)] if at >= 0 else words

    def whole(words: str) -> str:
        return printed(words, span.start, span.end)

    info = replace(
        span.info,
        title=whole(span.info.title),
        number=narrow_digits(whole(span.info.number)),
        issuers=tuple(whole(name) for name in span.info.issuers),
    )
    sections = tuple(
        replace(
            section,
            number=printed(section.number, section.start, section.start + _TITLE),
            heading=printed(section.heading, section.start, section.start + _TITLE),
        )
        for section in span.sections
    )
    return replace(span, info=info, sections=sections)


def _is_head(text: str, first: _Start) -> bool:
    """Whether what comes before the first title belongs to it: no sentences, or a notice or news that announces it."""
    before = text[: min(first.offset, _NOTICE + 1)]
    return not has_sentence(before, least=_SENTENCE) or (
        len(before) <= _NOTICE and announces(before, first.title)
    )


def _body_end(text: str, end: int, signature: Signature) -> int:
    """Return where the last section can reach: up to a signature that closes the document."""
    closing = (
        signature.end
        and end - signature.end < _REMARKS
        and not has_sentence(text, signature.end, end, least=_SENTENCE)
    )
    return signature.start if closing else end


def _starts(text: str) -> list[_Start]:
    lines = read_lines(text, 0, len(text))
    places: dict[int, _Start] = {}
    for start in (*_numbered(text, lines), *_dated(lines), *_ordered(lines), *_headed(text, lines)):
        places.setdefault(start.offset, start)
    found: list[_Start] = []
    for offset in sorted(places):
        if not found or not _same(text, found[-1], places[offset]):
            found.append(places[offset])
    ends = [*(start.offset for start in found), len(text)][1:]
    kept: list[_Start] = []
    for start, end in zip(found, ends, strict=False):
        # A list of titles and numbers names documents, and holds none.
        if not has_sentence(text, start.offset, end, least=_SENTENCE):
            continue
        if not kept or not _same(text, kept[-1], start):
            kept.append(start)
    return kept


def _same(text: str, before: _Start, start: _Start) -> bool:
    """Whether two places begin one document: one number or title, or a notice and the text that it carries."""
    if start.number and before.number:
        return start.number == before.number
    between = text[before.offset : min(start.offset, before.offset + _NOTICE)]
    if start.title and announces(between, start.title):
        return True
    titles, others = ({squeeze(t), squeeze(carried_title(t))} - {""} for t in (before.title, start.title))
    return not titles.isdisjoint(others)


def _numbered(text: str, lines: list[Line]) -> list[_Start]:
    """Find titles with a document number behind or above them."""
    found = []
    at = 0
    for number, begin, end in own_numbers(text, 0, len(text)):
        while at + 1 < len(lines) and lines[at + 1].start <= begin:
            at += 1
        line = lines[at]
        opening = max(line.start, begin - _TITLE)
        before = text[opening:begin].strip()
        if before:
            cut = max((m.end() for m in _ENDS.finditer(before)), default=0)
            title = before[cut:].strip()
            if looks_like_title(title):
                found.append(_Start(opening + text[opening:begin].rindex(title), title, number))
        elif text[end : min(line.end, end + 40)].lstrip()[:1] in ("", "各", "有"):
            above = title_lines(lines, at - 1) if at else None
            if above:
                found.append(_Start(lines[above[0]].start, above[1], number))
                continue
            below = next(
                (t for n in range(at + 1, min(at + 5, len(lines))) if (t := title_lines(lines, n))), None
            )
            if below and below[0] == at + 1 and not _labelled(lines, at):
                found.append(_Start(line.start, below[1], number))
    return found


def _ordered(lines: list[Line]) -> list[_Start]:
    """Find the orders (某某部令 / 第 12 号) that put a text in force."""
    return [
        _Start(lines[n].start, "", order.number)
        for n, order in find_orders([line.text for line in lines])
        if order.issuers
    ]


def _headed(text: str, lines: list[Line]) -> list[_Start]:
    """Find the titles that Markdown heads each text of several with, and those right above a first provision."""
    tops = [
        line for line in lines if line.marked and _TOP.fullmatch(text, max(0, line.start - 3), line.start)
    ]
    found = [_Start(line.start, line.text, "") for line in tops if looks_like_title(line.text, weak=True)]
    if len(found) < 2:
        found = []
    for n in range(1, len(lines)):
        if not _FIRST.match(lines[n].text):
            continue
        above = title_lines(lines, n - 1)
        if above and not _is_annexed(lines, above[0]):
            found.append(_Start(lines[above[0]].start, above[1], ""))
    return found


def _is_annexed(lines: list[Line], n: int) -> bool:
    return n > 0 and re.match(r"附\s*件", lines[n - 1].text) is not None


def _labelled(lines: list[Line], n: int) -> bool:
    return n > 0 and lines[n - 1].text.endswith((":", "："))


def _dated(lines: list[Line]) -> list[_Start]:
    """Find titles with the line under them that says when the text was passed or signed."""
    found = []
    for n in range(1, len(lines)):
        if not (is_passing(lines[n].text) or _SIGNED.match(lines[n].text)):
            continue
        above = title_lines(lines, n - 1)
        if above is None and looks_like_title(lines[n - 1].text, weak=True):
            above = (n - 1, lines[n - 1].text)
        if above and not _is_annexed(lines, above[0]):
            found.append(_Start(lines[above[0]].start, above[1], ""))
    return found

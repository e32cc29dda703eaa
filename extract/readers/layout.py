"""Lines of printed pages: margins off, lines joined to paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from policykg.extract.readers.composing import NUMBERED, Piece

# A page number, in the forms that are printed, and the lines that a browser puts on every page it prints.
_NUMBER = re.compile(
    r"[—–―－\-·•~]{0,2}\s*(?:第\s*)?(?:\d{1,4}|[IVXivx]{1,6})\s*(?:页)?\s*(?:[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?\s*[—–―－\-·•~]{0,2}"
)
_PRINTED = re.compile(
    r"(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2},?\s*(?:[上下]午\s*)?\d{1,2}:\d{2}(?:\s*[AP]M)?\b.*|(?:https?|file)://\S+(?:\s+\d{1,4}/\d{1,4})?|about:blank.*)"
)
# A line of a table of contents: dots lead to the page's number.
_LEADER = re.compile(r"[.．·…‥]{3,}\s*\d{1,4}$")
#: So many such lines make a page of contents, all between them included: entries run over more than one line.
_CONTENTS = 3
#: A page's own lines stand among so many at its head and foot.
_EDGE = 3
#: White space at a line's end of so many characters ends the paragraph; so much more than the margin indents a line.
_SHORT = 2.2
_INDENT = 1.2
# What a paragraph begins with even where nothing sets it off.
_MARKER = re.compile(rf"{NUMBERED}|附件\s*[\d一二三四五六七八九十]*\s*[:：]?(?:\s|$)|[●■◆▪•]")
_CLOSED = re.compile(r"[。！？!?：:；;]\s*[”’》〉）)」』】\]]*$")
_DATE = re.compile(
    r"[\d〇○零一二三四五六七八九]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A printed line: its text, page and number on the page (from 1), its box and its page's size.

    The box is in the page's unit, counted from the page's left and top.
    """

    text: str
    page: int
    number: int
    left: float
    right: float
    top: float
    bottom: float
    width: float
    height: float

    @property
    def em(self) -> float:
        """About the width of one character."""
        return max(1.0, self.bottom - self.top)


def strip_margins(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Take page numbers, running heads and feet, tables of contents and a browser's own lines off the pages."""
    counts: Counter[str] = Counter()
    for rows in pages:
        counts.update({_shape(row.text) for row in _edge(rows)})
    least = max(3, len(pages) // 3)
    kept = []
    for rows, following in zip(pages, [*pages[1:], ()], strict=True):
        edge = _edge(rows)
        own = {
            row.number
            for row in edge
            if _NUMBER.fullmatch(row.text)
            or _PRINTED.fullmatch(row.text)
            or (counts[_shape(row.text)] >= least and len(row.text) <= 60)
        }
        own |= _contents(rows, following)
        kept.append([row for row in rows if row.number not in own])
    return kept


def _contents(rows: Sequence[Row], following: Sequence[Row]) -> set[int]:
    """Find the lines of a table of contents; `following` is the next page."""
    leaders = _leaders(rows)
    if len(leaders) < _CONTENTS:
        return set(leaders)
    first, last = min(leaders), max(leaders)
    if len(_leaders(following)) >= _CONTENTS:
        # Its last entry runs over to the next page.
        last = max(row.number for row in rows)
    # What stands before a page's first entry is its beginning, or a heading.
    wrapped = {row.number for row in rows if row.number == first - 1 and len(row.text) > 20}
    return wrapped | {row.number for row in rows if first <= row.number <= last}


def _leaders(rows: Sequence[Row]) -> list[int]:
    return [row.number for row in rows if _LEADER.search(row.text[-200:])]


def _edge(rows: Sequence[Row]) -> list[Row]:
    """Return the lines in the upper and lower seventh of a page, at most a few on each side."""
    by_height = sorted(rows, key=lambda row: row.top)
    head = [row for row in by_height[:_EDGE] if row.bottom < row.height / 7]
    foot = [row for row in by_height[-_EDGE:] if row.top > row.height * 6 / 7]
    return [*head, *(row for row in foot if row not in head)]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", text))


def join_rows(pages: Sequence[Sequence[Row]]) -> Iterator[list[Piece]]:
    """Join lines to paragraphs, also across pages; Latin words cut by a hyphen meet again."""
    rows = [row for page in pages for row in page]
    margins = _margins(rows)
    paragraph: list[Piece] = []
    for n, row in enumerate(rows):
        if paragraph and not _goes_on(rows[n - 1], row, margins):
            yield paragraph
            paragraph = []
        text = row.text
        if paragraph:
            last = paragraph[-1]
            if re.search(r"[A-Za-z]-$", last.text) and re.match(r"[a-z]", text):
                paragraph[-1] = Piece(last.text[:-1], last.place, last.page)
            elif re.search(r"[A-Za-z0-9,;.]$", last.text) and re.match(r"[A-Za-z]", text):
                text = " " + text
        paragraph.append(Piece(text, row.number, row.page))
    if paragraph:
        yield paragraph


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float
    right: float
    gap: float
    indents: bool


def _margins(rows: Sequence[Row]) -> _Margins:
    """Find where body lines begin and end, their usual distance, and whether a paragraph's first line is indented."""
    if not rows:
        return _Margins(0, 0, 0, False)
    long = [row for row in rows if len(row.text) >= 12] or list(rows)
    # The right edge of full lines is the edge that most long lines share; the left one is that of lines that fill it.
    rights = Counter(round(row.right / row.em) for row in long)
    step = max(rights, key=lambda key: (rights[key] + rights.get(key + 1, 0), key))
    full = [row for row in long if abs(round(row.right / row.em) - step) <= 1]
    lefts = Counter(round(row.left / row.em) for row in full)
    low = max(lefts, key=lambda key: (lefts[key] + lefts.get(key + 1, 0) + lefts.get(key - 1, 0), -key))
    near = [row for row in full if abs(round(row.left / row.em) - low) <= 1]
    gaps = [b.top - a.top for a, b in pairwise(rows) if a.page == b.page and 0 < b.top - a.top < 4 * a.em]
    left = min(row.left for row in near)
    indents = any(_INDENT * row.em < row.left - left < 3.2 * row.em for row in full)
    return _Margins(left, median(row.right for row in full), median(gaps) if gaps else 0.0, indents)


def _is_centred(row: Row) -> bool:
    return abs(row.left + row.right - row.width) < 2 * row.em


def _goes_on(before: Row, after: Row, margins: _Margins) -> bool:
    """Whether a line goes on with the one before it."""
    em = min(before.em, after.em)
    if before.page == after.page:
        if after.top < before.top - em or abs(after.top - before.top) < em / 2:
            return False
        if margins.gap and after.top - before.top > 1.3 * max(margins.gap, em):
            return False
    if max(before.em, after.em) > 1.35 * em:
        return False
    in_body = abs(before.left - margins.left) <= 3.2 * em and before.right <= margins.right + 2 * em
    if in_body:
        if before.right < margins.right - _SHORT * em:
            return False
        if after.left > margins.left + _INDENT * em:
            return False
        # Where nothing is indented, a full stop at a line's end is all that shows a paragraph's end.
        if not margins.indents and _CLOSED.search(before.text):
            return False
    else:
        # Lines that are centred one by one are a cover's or a title's.
        shift = abs(before.left - after.left)
        centred = _is_centred(before) and _is_centred(after)
        if shift > (em if centred else 3 * em) or before.right < after.right - 1.2 * em:
            return False
    if _DATE.fullmatch(after.text):
        return False
    return not (
        _MARKER.match(after.text) and (_CLOSED.search(before.text) or not in_body or len(before.text) <= 20)
    )

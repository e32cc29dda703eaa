"""Find the entries of a compilation that no titles part: each opens with a small table of its own data.

A guide to policies or a catalogue of measures is one document, but each of its entries speaks for itself: what one
calls 基地 or whom one asks to apply says nothing of the next.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from policykg.extract.normalise import has_sentence
from policykg.extract.structure.wording import any_of, structure_words

#: A document prints its own number once, or with that of the notice around it; more tables than that are entries'.
_FEWEST = 3
#: So many lines may stand above the number in an entry's table, its heading among them.
_LINES_ABOVE = 8
#: Lines above the table are no longer: headings and labelled data.
_LONGEST_LINE = 120
_SENTENCE = 10
_FIELD = re.compile(r"^[^\S\n]*([\u4e00-\u9fff/]{2,8})[^\S\n]*$", re.MULTILINE)
_NUMBERED = re.compile(
    r"(?:[^\S\n]|[#*])*"
    r"((?:第?[一二三四五六七八九十百]{1,4}[、章节条]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}(?:[.．](?!\d)|、))\s*[^\s\d])"
)


def find_entries(text: str, start: int, end: int) -> tuple[int, ...]:
    """Return where the entries of text[start:end) begin: at the numbers of their headings, in order.

    Empty where it is no compilation: the label of a document's number (发文字号) stands in fewer than three places that
    have a numbered heading above them and sentences between them.
    """
    labels = structure_words().metadata.number
    if sum(text.count(label, start, end) for label in labels) < _FEWEST:
        return ()
    tables = [found.start() for found in _number_line().finditer(text, start, end)]
    heads = dict.fromkeys(head for at in tables if (head := _heading_above(text, start, at)) is not None)
    entries = [
        head
        for head, following in pairwise([*heads, end])
        if has_sentence(text, head, following, least=_SENTENCE)
    ]
    return tuple(entries) if len(entries) >= _FEWEST else ()


def find_fields(text: str, entries: Sequence[int], end: int) -> tuple[tuple[int, int], ...]:
    """Return the lines [start, end) that head the same part of many entries (办理条件), without the space around them."""
    lines = [found.span(1) for found in _FIELD.finditer(text, entries[0], end)] if entries else []
    standing: dict[str, set[int]] = {}
    for first, last in lines:
        standing.setdefault(text[first:last], set()).add(bisect_right(entries, first))
    fewest = max(_FEWEST, len(entries) // 10)
    return tuple(line for line in lines if len(standing[text[slice(*line)]]) >= fewest)


def find_tables(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the tables of data [start, end) of a compilation's entries: from below the heading to the first field.

    What stands there names the entry's source and those it is for, and states nothing.
    """
    entries = find_entries(text, start, end)
    fields = [first for first, _ in find_fields(text, entries, end)]
    tables = []
    for entry, following in zip(entries, [*entries[1:], end], strict=False):
        at = bisect_right(fields, entry)
        # The field over the source itself (依据文件) stands above the number.
        number = _number_line().search(text, entry, following)
        while at < len(fields) and number is not None and fields[at] < number.start():
            at += 1
        if at < len(fields) and fields[at] < following:
            tables.append((text.find("\n", entry, following), fields[at]))
    return tuple(tables)


def _heading_above(text: str, start: int, at: int) -> int | None:
    """Return the number of the nearest numbered heading above a table, None where text stands between."""
    line_end = at
    for _ in range(_LINES_ABOVE):
        line_end = text.rfind("\n", start, line_end)
        if line_end < 0:
            return None
        line_start = text.rfind("\n", start, line_end) + 1 or start
        if line_end - line_start > _LONGEST_LINE or "。" in text[line_start:line_end]:
            return None
        if numbered := _NUMBERED.match(text, line_start, line_end):
            return numbered.start(1)
    return None


@cache
def _number_line() -> re.Pattern[str]:
    return re.compile(rf"^[ \t|*]*(?:{any_of(structure_words().metadata.number)})(?=[\s*|:：])", re.MULTILINE)

"""Put the paragraphs of a hard-wrapped text together again: printed lines, as text copied from a PDF or a mail has them.

A text is touched only where most of its long lines break off at one and the same width in the midst of a sentence;
any other comes back as it is.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from policykg.extract.readers.furniture import CLOSED, MARKER
from policykg.extract.records import PageBreak, ReaderText

#: A wrapped line holds at least so many wide characters.
_NARROWEST = 18
#: So far, in wide characters, a full line may stay behind the width, as no mark begins a line and no number is cut.
_SLACK = 2.0
#: So many lines, of all that are not blank, break off in the midst of a sentence where a text is wrapped, and this share.
_LEAST, _SHARE = 5, 0.2
#: So many lines may be longer than the width: addresses, and lines that went on behind a page number.
_LONGER = 0.1
_LETTERS = re.compile(r"[A-Za-z]\s*\n\s*[A-Za-z]")
_COMMA = re.compile(r"[，,。；;]")
_LISTED = re.compile(r"[-*+•●■◆▪]\s|[|>]")
_HALF = re.compile(r"[ -~]")
_INDENT = re.compile(r"\s*(?:[\u3000\u2003]|[ \u00a0]{2}|\t)")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank: [start, end) without white space around it, its width, and whether it is indented."""

    start: int
    end: int
    width: float
    indented: bool


def unwrap(made: ReaderText) -> ReaderText:
    """Join the printed lines of a text's paragraphs, if it is hard-wrapped.

    What is taken out is a line's end and the white space around it; between two Latin letters it stays.
    """
    text = made.text
    # Printed lines are alike in width, those that an editor wraps in their number of characters.
    lines, width, broken = max((_wrap(text, size) for size in (_printed, len)), key=lambda wrap: wrap[2])
    if broken < max(_LEAST, _SHARE * len(lines)):
        return made
    indents = 0.02 < sum(line.indented for line in lines) / len(lines) < 0.6
    cuts = [
        (before.end, after.start)
        for before, after in pairwise(lines)
        if _is_full(before, width) and _goes_on(text, before, after, indents=indents)
    ]
    return _without(made, cuts) if cuts else made


def _printed(text: str) -> float:
    """Return the printed width of a line in wide characters; Latin ones are half as wide."""
    return len(text) - len(_HALF.findall(text)) / 2


def _wrap(text: str, size: Callable[[str], float]) -> tuple[list[_Line], float, float]:
    """Return a text's lines, the width that most of the long ones share, and how many of them break off a sentence."""
    lines = []
    at = 0
    for raw in text.split("\n"):
        if bare := raw.strip():
            start = at + raw.index(bare[0])
            lines.append(_Line(start, start + len(bare), size(raw.rstrip()), bool(_INDENT.match(raw))))
        at += len(raw) + 1
    widths = Counter(round(line.width) for line in lines)
    width = max(
        (width for width in widths if width >= _NARROWEST),
        key=lambda width: (sum(widths[width - step] for step in range(int(_SLACK) + 1)), width),
        default=0,
    )
    longer = sum(line.width > width + _SLACK for line in lines)
    if not width or longer > _LONGER * len(lines):
        return lines, width, 0.0
    # A line counts the more, the nearer it comes to the width. Lists of names may be alike, too; but they have no commas.
    broken = sum(
        max(0.0, 1 - abs(line.width - width) / (_SLACK + 1))
        for line in lines
        if not _is_closed(text, line) and _COMMA.search(text, line.start, line.end)
    )
    return lines, width, broken


def _is_closed(text: str, line: _Line) -> bool:
    return CLOSED.search(text[max(line.start, line.end - 40) : line.end]) is not None


def _is_full(line: _Line, width: float) -> bool:
    """Whether a line is as long as it can be; one that was joined already over a page's end holds several."""
    printed = max(1, round(line.width / width))
    return abs(line.width - printed * width) <= _SLACK * printed


def _goes_on(text: str, before: _Line, after: _Line, *, indents: bool) -> bool:
    if text.count("\n", before.end, after.start) > 1 or (indents and after.indented):
        return False
    if _LETTERS.match(text, before.end - 1, after.start + 1):
        return False
    closed = _is_closed(text, before)
    parted = MARKER.match(text, after.start) or _LISTED.match(text, after.start)
    # Where paragraphs are indented, that alone shows one; else a number or mark does, and a full stop at a line's end.
    return not (closed and parted) if indents else not (closed or parted)


def _without(made: ReaderText, cuts: Sequence[tuple[int, int]]) -> ReaderText:
    """Take stretches, in order, out of a text whose places are characters."""
    text = made.text
    stops = [start for start, _ in cuts]
    taken = [0, *accumulate(end - start for start, end in cuts)]

    def moved(offset: int) -> int:
        """Return where an offset is then; one in what was taken out goes to where that began."""
        before = bisect_right(stops, offset)
        return offset - taken[before] + (max(0, cuts[before - 1][1] - offset) if before else 0)

    starts = [offset for offset, _ in made.origins]
    kept = [0, *(end for _, end in cuts)]
    origins = {}
    for offset in sorted({*kept, *starts}):
        own, place = made.origins[bisect_right(starts, offset) - 1]
        origins[moved(offset)] = place + offset - own
    return replace(
        made,
        text="".join(text[a:b] for a, b in zip(kept, [*stops, len(text)], strict=True)),
        origins=tuple(origins.items()),
        pages=tuple(PageBreak(offset=moved(page.offset), page=page.page) for page in made.pages),
    )

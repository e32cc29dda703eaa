"""Take page furniture out of a scraped text: page numbers, web page words, teasers, adverts.

A text is touched only where it shows furniture: a series of page number lines, template leftovers, or a crowd of button
words. Any other text comes back as it is, character for character.
"""

import re
from dataclasses import dataclass

from policykg.extract.normalise import has_sentence
from policykg.extract.readers.composing import NUMBERED
from policykg.extract.readers.pages import PageMark, find_page_marks, printed_pages
from policykg.extract.records import PageBreak, ReaderText
from policykg.extract.structure.wording import FurnitureWords, furniture_words

_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,80}\}\}")
_TITLE_END = re.compile(
    r"(?:通知|意见|办法|规划|方案|条例|规定|细则|决定|措施|纲要|计划|公告)(?:[(（][^()（）]{1,12}[)）])?$"
)
#: So many different button words make a page; one or two may stand in a text that was copied by hand.
_CROWD = 4
#: So many lines from either end a web page's own lines may reach.
_EDGE = 40
#: A line of this length is no line of a page's navigation, even where no sentence ends in it.
_LONG = 24
#: A word of a page's navigation is no longer than this.
_SHORT = 8

# What a line ends in when nothing of it is left over for the next page.
CLOSED = re.compile(r"(?:[。！？!?：:]|\d\s*日)[”’》〉）)」』】\]*\s]*$|^[（(][^（）()]*[）)]$")
# What a line begins with when it cannot go on with the page before.
MARKER = re.compile(rf"(?:\*\*|#{{1,6}}\s|>\s)?\s*(?:{NUMBERED}|附件)")
_BARE_HEADING = re.compile(r"[^，,。；;：:！？]{1,26}$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the decoded file: [start, end) without its line end, `text` and [first, last) without white space."""

    start: int
    end: int
    first: int
    last: int
    text: str


def strip_furniture(text: str, *, source: str, metadata: tuple[tuple[str, str], ...] = ()) -> ReaderText:
    """Make the reader's text of a decoded file.

    Where a page break cuts a sentence or a word, the two halves are joined; elsewhere one paragraph break stays.
    """
    words = furniture_words()
    lines = _split(text)
    folds = _teasers(lines, text, words)
    marks = find_page_marks([(n, line.text) for n, line in enumerate(lines) if n not in folds])
    scraped = bool(marks) or _is_scraped(lines, folds, words)
    if not scraped:
        return ReaderText(source=source, text=text, metadata=metadata)
    dropped = (
        folds
        | {n for mark in marks for n in mark.lines}
        | {n for n, line in enumerate(lines) if _is_template(line)}
    )
    dropped |= _running_heads(lines, marks)
    dropped |= _edges(lines, marks, dropped, words)
    if not dropped:
        return ReaderText(source=source, text=text, metadata=metadata)
    return _assemble(text, lines, dropped, marks, source, metadata)


def _split(text: str) -> list[Line]:
    lines, at = [], 0
    for raw in text.split("\n"):
        body = raw.rstrip("\r")
        bare = body.strip()
        first = at + len(body) - len(body.lstrip())
        lines.append(Line(at, at + len(body), first, first + len(bare), bare))
        at += len(raw) + 1
    return lines


def _is_template(line: Line) -> bool:
    """Whether a line is a template's leftover: nothing but the template and a short label."""
    found = _TEMPLATE.search(line.text)
    return bool(found) and len(_TEMPLATE.sub("", line.text)) <= _SHORT


def _teasers(lines: list[Line], text: str, words: FurnitureWords) -> set[int]:
    """Find lines that show a cut-off beginning of the text, or that only fold and unfold it."""
    found: set[int] = set()
    for n, line in enumerate(lines):
        if len(found) >= _EDGE:
            break
        fold = next((word for word in words.folds if line.text.endswith(word)), None)
        if fold is None:
            continue
        shown = re.sub(r"[.…\s]+$", "", line.text[: -len(fold)])
        probe = shown[len(shown) // 2 :][:24].strip()
        if not shown or (probe and text.find(probe, line.end) >= 0):
            found.add(n)
    return found


def _is_scraped(lines: list[Line], folds: set[int], words: FurnitureWords) -> bool:
    if folds or any(_is_template(line) for line in lines):
        return True
    edge = [*lines[:_EDGE], *lines[-_EDGE:]]
    return len({line.text for line in edge if line.text in words.buttons and len(line.text) > 1}) >= _CROWD


def _running_heads(lines: list[Line], marks: list[PageMark]) -> set[int]:
    """Find lines beside page numbers that come back at most page breaks: the running heads and feet."""
    beside: dict[str, list[int]] = {}
    for mark in marks:
        for step, start in ((-1, mark.first - 1), (1, mark.last + 1)):
            n = start
            while 0 <= n < len(lines) and not lines[n].text:
                n += step
            if 0 <= n < len(lines) and len(lines[n].text) <= 40 and not has_sentence(lines[n].text):
                beside.setdefault(lines[n].text, []).append(n)
    return {n for hits in beside.values() if len(set(hits)) >= max(3, len(marks) // 2) for n in hits}


def _edges(lines: list[Line], marks: list[PageMark], dropped: set[int], words: FurnitureWords) -> set[int]:
    """Find the web page's own lines before and after the text."""
    found = set(_edge(lines, range(len(lines)), dropped, words))
    found |= set(_edge(lines, range(len(lines) - 1, -1, -1), dropped, words))
    found |= _bars(lines, words)
    if marks and _numbers_open_pages(lines, marks, dropped | found):
        body = {line.text for line in lines[marks[0].first :]}
        for n in range(marks[0].first):
            text = lines[n].text
            own = text not in body and (has_sentence(text) or _TITLE_END.search(text[-60:]))
            if text and not own:
                found.add(n)
    return found


def _edge(lines: list[Line], order: range, dropped: set[int], words: FurnitureWords) -> list[int]:
    """Walk inwards from one edge over lines of the page; return those up to the last sure one."""
    walked: list[int] = []
    sure = 0
    for n in order:
        line = lines[n]
        if not line.text or n in dropped:
            continue
        if line.text in words.buttons or any(advert.search(line.text) for advert in words.adverts):
            walked.append(n)
            sure = len(walked)
        elif (
            len(line.text) <= _SHORT
            and not re.search(r"[。；;：:\d]", line.text)
            and not MARKER.match(line.text)
        ):
            walked.append(n)
        else:
            break
    return walked[:sure]


def _bars(lines: list[Line], words: FurnitureWords) -> set[int]:
    """Find bars of buttons near the edges: several different ones on end, with no other line between."""
    found: set[int] = set()
    for zone in (range(min(_EDGE, len(lines))), range(max(0, len(lines) - _EDGE), len(lines))):
        bar: list[int] = []
        for n in [*zone, -1]:
            if n >= 0 and not lines[n].text:
                continue
            if n >= 0 and lines[n].text in words.buttons:
                bar.append(n)
                continue
            if len({lines[m].text for m in bar}) >= _CROWD - 1:
                found.update(bar)
            bar = []
    return found


def _numbers_open_pages(lines: list[Line], marks: list[PageMark], dropped: set[int]) -> bool:
    """Whether page numbers stand above their pages: then nothing of the text comes before the first one."""
    before = any(
        len(lines[n].text) >= _LONG or has_sentence(lines[n].text)
        for n in range(marks[0].first)
        if n not in dropped
    )
    after = any(lines[n].text for n in range(marks[-1].last + 1, len(lines)) if n not in dropped)
    if not before:
        return True
    return after and marks[0].page != 1


def _assemble(
    text: str,
    lines: list[Line],
    dropped: set[int],
    marks: list[PageMark],
    source: str,
    metadata: tuple[tuple[str, str], ...],
) -> ReaderText:
    pages = printed_pages(marks)
    opening = bool(marks) and _numbers_open_pages(lines, marks, dropped)
    page_at = {}
    for mark, page in zip(marks, pages, strict=True):
        page_at[mark.last] = page if opening else (None if page is None else page + 1)
    pieces: list[tuple[int, int]] = []
    breaks: list[PageBreak] = []
    if marks and not opening and pages[0] is not None:
        breaks.append(PageBreak(offset=0, page=pages[0]))
    length = 0
    kept: int | None = None
    pending: int | None = None
    marked = False
    for n, line in enumerate(lines):
        if n in page_at:
            pending, marked = page_at[n], True
        if n in dropped or not line.text:
            continue
        start = line.start
        if kept is not None:
            before = lines[kept]
            parted = next((m for m in range(kept + 1, n) if m in dropped), None)
            if parted is not None and marked and _goes_on(before.text, line.text):
                # The halves of a word meet: white space at the lines' ends belongs to the pages.
                pieces[-1] = (pieces[-1][0], before.last)
                length -= before.end - before.last
                start = line.first
            else:
                # Of the break around what was removed, the part before it stays.
                pieces.append((before.end, line.start if parted is None else lines[parted].start))
                length += pieces[-1][1] - pieces[-1][0]
        if pending is not None:
            breaks.append(PageBreak(offset=length, page=pending))
        pieces.append((start, line.end))
        length += line.end - start
        kept, pending, marked = n, None, False
    return ReaderText(
        source=source,
        text="".join(text[a:b] for a, b in pieces),
        pages=tuple(breaks),
        origins=_origins(pieces),
        metadata=metadata,
    )


def _goes_on(before: str, after: str) -> bool:
    """Whether the line after a page break goes on with the one before it."""
    if CLOSED.search(before) or MARKER.match(after):
        return False
    return not (MARKER.match(before) and _BARE_HEADING.fullmatch(before))


def _origins(pieces: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    origins: list[tuple[int, int]] = []
    length, expected = 0, -1
    for start, end in pieces:
        if start != expected:
            origins.append((length, start))
        length += end - start
        expected = end
    return tuple(origins) or ((0, 0),)

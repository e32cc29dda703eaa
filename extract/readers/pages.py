"""Find the page numbers that a scraped or converted text carries between its lines."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

_DASH = "[—–―－\\-·•]{1,2}"
#: Forms of a page number line, the surest sign of a printed page first; a viewer's own count comes last.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dashes", re.compile(rf"{_DASH}\s*(\d{{1,4}})\s*{_DASH}")),
    ("slash", re.compile(r"(?:Page|page|PAGE|P\.|p\.)?\s*(\d{1,4})\s*(?:/|of)\s*\d{1,4}")),
    ("bare", re.compile(r"(\d{1,4})")),
    ("label", re.compile(r"第\s*(\d{1,4})\s*页(?:[\s,，/／]*共\s*\d{1,4}\s*页)?")),
    ("page", re.compile(r"(?:Page|PAGE|page)\s*(\d{1,4})")),
)
#: How many numbers must follow each other, and how far apart a page's lines are, before a form is believed.
_LEAST = {"dashes": 2, "label": 2, "page": 2, "slash": 3, "bare": 4}
_APART = {"dashes": 0, "label": 0, "page": 0, "slash": 120, "bare": 300}


@dataclass(frozen=True, slots=True)
class PageMark:
    """Lines first to last (counted from 0) that together are one page break's numbers.

    `numbers` pairs the form of each number with its value.
    """

    first: int
    last: int
    lines: tuple[int, ...]
    numbers: tuple[tuple[str, int], ...]

    @property
    def page(self) -> int:
        """The number of the form that says most about the printed page."""
        return dict(self.numbers)[next(form for form, _ in _FORMS if form in dict(self.numbers))]


def find_page_marks(lines: Sequence[tuple[int, str]]) -> list[PageMark]:
    """Find page breaks.

    Args:
        lines: number and stripped text of each line that may be looked at, in order.
    Returns:
        The marks of every form that runs on through the text page by page, in order.
    """
    found: dict[int, tuple[str, int]] = {}
    for form, pattern in _FORMS:
        hits = [
            (n, int(m[1]))
            for n, text in lines
            if len(text) <= 24 and n not in found and (m := pattern.fullmatch(text))
        ]
        if _runs(hits, form, lines):
            found.update({n: (form, value) for n, value in hits})
    marks: list[PageMark] = []
    group: list[int] = []
    for n, text in [*lines, (-1, "end")]:
        if n in found and found[n][0] not in {found[m][0] for m in group}:
            group.append(n)
        elif text and group:
            marks.append(_mark(group, found))
            group = [n] if n in found else []
    return marks


def printed_pages(marks: Sequence[PageMark]) -> list[int | None]:
    """Give each mark one number, all in the count that most marks show.

    Where a mark lacks that number, the usual distance to the number it has is added; without one it is None.
    """
    forms = Counter(form for mark in marks for form, _ in mark.numbers)
    if not forms:
        return []
    rank = {form: n for n, (form, _) in enumerate(_FORMS)}
    main = min((form for form in forms if 2 * forms[form] >= len(marks)), key=rank.__getitem__, default=None)
    main = main or min(forms, key=lambda form: (-forms[form], rank[form]))
    steps = {
        form: Counter(
            dict(m.numbers)[main] - dict(m.numbers)[form]
            for m in marks
            if {form, main} <= set(dict(m.numbers))
        )
        for form in forms
    }
    pages: list[int | None] = []
    for mark in marks:
        numbers = dict(mark.numbers)
        if main in numbers:
            pages.append(numbers[main])
            continue
        other = next((form for form in numbers if steps[form]), None)
        pages.append(None if other is None else numbers[other] + steps[other].most_common(1)[0][0])
    return pages


def _mark(group: list[int], found: dict[int, tuple[str, int]]) -> PageMark:
    return PageMark(group[0], group[-1], tuple(group), tuple(found[n] for n in group))


def _runs(hits: list[tuple[int, int]], form: str, lines: Sequence[tuple[int, str]]) -> bool:
    """Whether numbers are a count of pages: mostly rising page by page, and with a page's text between them."""
    if len(hits) < _LEAST[form]:
        return False
    steps = [b - a for (_, a), (_, b) in pairwise(hits)]
    # A sure form may miss a page here and there, as a blank page shows no number.
    widest = 1 if _APART[form] else 3
    if 5 * sum(0 < step <= widest for step in steps) < 4 * len(steps):
        return False
    if not _APART[form]:
        return True
    at = {n: place for place, (n, _) in enumerate(lines)}
    lengths = [0, *accumulate(len(text) for _, text in lines)]
    spans = [lengths[at[b]] - lengths[at[a]] for (a, _), (b, _) in pairwise(hits)]
    return median(spans) >= _APART[form] and 4 * sum(_cuts(at[n], lines) for n, _ in hits) >= len(hits)


def _cuts(place: int, lines: Sequence[tuple[int, str]]) -> bool:
    """Whether the line before this one breaks off within a sentence, as the last line of a page often does."""
    before = next((text for _, text in reversed(lines[max(0, place - 4) : place]) if text), "")
    return len(before) >= 16 and before[-1] not in "。！？!?；;：:”）)"

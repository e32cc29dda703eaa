"""Find the divisions of a document: chapters, articles, headings, items, boxes, annexes, also run into one line."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from policykg.extract.normalise import squeeze
from policykg.extract.records import PageBreak, Section, SectionKind
from policykg.extract.structure.entries import find_entries, find_fields
from policykg.extract.structure.titles import bare_title
from policykg.extract.structure.wording import any_of, structure_words

_NUMERALS = "零〇一二三四五六七八九"
_CN = r"[一二三四五六七八九十百零〇两]"

# One alternative a form of number. At a line's start any may stand; elsewhere only after what ends a sentence or a
# heading, and only where the number continues or opens a count (`_is_next`).
_MARK = re.compile(
    rf"(?P<part>第\s?(?:{_CN}{{1,4}}|\d{{1,2}})\s?(?:编|篇|部分)(?=[\s　：:、]|$))"
    rf"|(?P<chapter>第\s?(?:{_CN}{{1,4}}|\d{{1,2}})\s?章)"
    rf"|(?P<section>第\s?(?:{_CN}{{1,4}}|\d{{1,2}})\s?节)"
    rf"|(?P<article>第\s?(?:{_CN}{{1,6}}|\d{{1,3}})\s?条(?:之{_CN}{{1,2}})?)"
    r"|(?P<column>专栏\s{0,2}(?:\d{1,2}(?:-\d{1,2})?|[一二三四五六七八九十]{1,3})\s?[.．、:：]?)"
    r"|(?P<annex>附件\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})?\s?[:：.]?(?=\s*$|\s*[^\s。,，；;]))"
    rf"|(?P<heading>{_CN}{{1,3}}\s?、(?!{_CN}{{1,2}}[、类级等]))"
    rf"|(?P<sub>[（(]{_CN}{{1,3}}[）)])"
    r"|(?P<item>\d{1,3}(?:[.．](?!\d)|、)(?!\d{1,3}[、.．]))"
    r"|(?P<row>\d{1,3}(?=[ \t]?\|))"
    r"|(?P<bracket>[（(]\d{1,2}[）)]|\d{1,2}[）)])"
    r"|(?P<circle>[①-⑳])"
    r"|(?P<dash>(?:——|--)(?![-—\s]*(?:$|\d{4}\s*年))|—(?=[\u4e00-\u9fff]))"
    r"|(?P<hash>#{1,6}(?=[ \t]))",
    re.MULTILINE,
)
_LINE_START = re.compile(r"(?:[^\S\n]|>)*(?:[-*] (?=\S))?(?:#{1,6}[ \t]+)?(?:\*\*|__)?[^\S\n]*")
_INLINE = re.compile(
    rf"(?<=[。；;！？：:”）)])\s?(?=第{_CN}{{1,6}}[章节条]\s|专栏\s?\d|{_CN}{{1,3}}\s?、|[（(]{_CN}{{1,3}}[）)]|\d{{1,2}}[.．]\s?(?!\d)|[①-⑳])"
    # A first chapter or article run into the title, an article run into its chapter's heading.
    rf"|(?<=[\u4e00-\u9fff])(?<![照据反合按至和与、])(?=第{_CN}{{1,6}}[条章]\s)"
)
_BARE = re.compile(r"[ \t]*[^\s，,。；;：:！？][^\n，,。；;：:！？]{1,28}(?=\n|$)")
# A number that the sentence goes on from: a reference to a provision, not its beginning.
_REFERENCE = re.compile(r"\s?(?:第|规定|所|的|和|与|或者?|及|以及|至|到|之规定|款|项|、|，|,|中规|要求|等)")

#: Outer forms first; a form closes every open section of its own rank and below.
_RANKS = {
    "annex": 0,
    "part": 1,
    "chapter": 2,
    "section": 3,
    "article": 4,
    "heading": 5,
    "sub": 6,
    "item": 7,
    "row": 7,
    "column": 8,
}
_RANKS |= {"bracket": 9, "circle": 10, "dash": 11, "field": 12}
#: An entry of a compilation stands under what groups the entries, and over all numbers of its own.
_ENTRY = 13
_GROUPS = ("part", "chapter", "section", "heading", "sub", "hash")
_KINDS: dict[str, SectionKind] = {
    "annex": "annex",
    "part": "chapter",
    "chapter": "chapter",
    "section": "section",
    "article": "article",
    "column": "column",
    "heading": "heading",
}
_CLAUSE = re.compile(r"[^\n。；;：:！？]*")
_HEADING_LENGTH = 45
_IN_CHARGE = re.compile(r"[（(](?:责任|负责|牵头|配合|完成时限)")
_CONTENTS = re.compile(r"^(?:[^\S\n]|[#*])*目[^\S\n]*[录次](?:[^\S\n]|\*)*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A number found in the text, [start, end); its value is 0 for dashes, its level 0 without Markdown hashes."""

    form: str
    start: int
    end: int
    value: int
    opens_line: bool
    level: int


def find_sections(
    text: str, start: int, end: int, pages: Sequence[PageBreak] = (), *, title: str = ""
) -> tuple[Section, ...]:
    """Find the sections of text[start:end).

    Args:
        title: the document's own title; the heading or annex that only prints it is no section.
    Returns:
        Sections in the order of their start, parents before children; offsets into the whole text. A section reaches
        up to the next one of its rank or a higher one, trailing white space left out.
    """
    marks = [mark for mark in _marks(text, start, end) if not _is_whole(text, mark, end, title)]
    marks = _without_lone_article(marks)
    entries = find_entries(text, start, end)
    if entries:
        fields = [_Mark("field", first, first, 0, True, 0) for first, _ in find_fields(text, entries, end)]
        marks = sorted((*marks, *fields), key=attrgetter("start"))
    groups = _group_headings(text, marks, entries)
    open_: list[tuple[int, float]] = []
    parents: list[int | None] = []
    ends = [end] * len(marks)
    for n, mark in enumerate(marks):
        rank = _rank(text, mark, [(marks[m], outer) for m, outer in open_])
        if entries:
            rank = _rank_by_entries(mark, rank, entries, groups)
        while open_ and open_[-1][1] >= rank:
            ends[open_.pop()[0]] = mark.start
        parents.append(open_[-1][0] if open_ else None)
        open_.append((n, rank))
    sections = []
    for n, mark in enumerate(marks):
        stop = mark.end + len(text[mark.end : ends[n]].rstrip())
        following = marks[n + 1].start if n + 1 < len(marks) else end
        in_article = any(marks[m].form == "article" for m in _ancestors(n, parents))
        kind = _kind(mark, in_article)
        sections.append(
            Section(
                kind=kind,
                number=_number(text[mark.start : mark.end], mark.form),
                heading=_heading(text, mark, (min(following, ends[n]), ends[n]), kind, in_article),
                start=mark.start,
                end=stop,
                parent=parents[n],
                page=page_of(pages, mark.start),
            )
        )
    return tuple(sections)


def page_of(pages: Sequence[PageBreak], offset: int) -> int | None:
    """Return the page on which a place stands, None before the first known page."""
    place = bisect_right(pages, offset, key=lambda found: found.offset)
    return pages[place - 1].page if place else None


def _ancestors(n: int, parents: list[int | None]) -> Iterator[int]:
    at = parents[n]
    while at is not None:
        yield at
        at = parents[at]


def _marks(text: str, start: int, end: int) -> Iterator[_Mark]:
    """Find the numbers that begin a section, in order."""
    last: dict[str, int] = {}
    contents_end = _contents_end(text, start, end)
    for at, opens_line, level in _places(text, start, end):
        found = _MARK.match(text, at, end)
        if found is None or at < contents_end:
            continue
        form = str(found.lastgroup)
        mark = _Mark(form, at, found.end(), number_value(found.group()), opens_line, level)
        if not _is_section(text, mark, end, last):
            continue
        last[form] = mark.value
        # A number starts anew under each section that stands above it.
        for lower in [f for f in last if _RANKS.get(f, 5) > _RANKS.get(form, 5) and form != "column"]:
            if lower not in ("article", "row"):
                del last[lower]
        if form in ("annex", "part"):
            last.pop("article", None)
        yield mark


def _places(text: str, start: int, end: int) -> Iterator[tuple[int, bool, int]]:
    """List where a section could begin: each line's first word, and after the end of a sentence."""
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        first = _LINE_START.match(text, at, stop)
        begin = first.end() if first else at
        level = first.group().count("#") if first else 0
        if level and not _MARK.match(text, begin, stop):
            begin = text.index("#", at)
        yield begin, True, level
        # What follows 附件: is a list of names.
        if not text.startswith("附件", begin):
            for inline in _INLINE.finditer(text, begin, stop):
                if inline.end() > begin:
                    yield inline.end(), False, 0
        at = stop + 1


def _is_section(text: str, mark: _Mark, end: int, last: dict[str, int]) -> bool:
    after = text[mark.end : min(end, mark.end + 8)]
    if mark.form in ("chapter", "section", "article", "part"):
        spaced = not after or after[0].isspace() or after[0] in "【（(：:*"
        if not spaced and (_REFERENCE.match(after) or not mark.opens_line):
            return False
        if mark.form == "article":
            # Where no article stands yet, a later one in the midst of other divisions is a reference that a line begins with.
            counted = "article" in last or spaced or not last
            goes_on = mark.value == 1 or (mark.value > last.get("article", 0) and counted)
            return _is_next(mark, last) or (mark.opens_line and goes_on)
        return mark.opens_line or _is_next(mark, last)
    if not after.strip() and mark.form not in ("annex", "column", "item", "sub", "heading"):
        return False
    if mark.form == "annex":
        return mark.opens_line and _is_annex(text, mark, end)
    if mark.form in ("column", "dash", "hash", "circle"):
        return mark.opens_line or mark.form in ("column", "circle")
    if mark.form == "item" and mark.value == 0:
        return False
    if mark.form == "row":
        return mark.opens_line and (_is_next(mark, last) or mark.value > last.get("row", mark.value))
    bare = mark.form in ("heading", "sub") and _BARE.match(text, mark.end, end)
    return bool(mark.opens_line or _is_next(mark, last) or bare or _is_first(mark, last))


def _is_first(mark: _Mark, last: dict[str, int]) -> bool:
    """Whether a number above 1 opens what is left of a text whose beginning is cut off."""
    return not last and mark.form in ("article", "heading", "sub", "item")


def _is_annex(text: str, mark: _Mark, end: int) -> bool:
    """Whether a line opens an annex; a list of annexes before a signature only names them."""
    stop = text.find("\n", mark.end, end)
    rest = text[mark.end : end if stop < 0 else stop].strip().strip("*").strip()
    return not rest or (
        text[mark.end - 1] not in ":：." and len(rest) <= 40 and not re.search(r"[。；;，,]|\d[.．]", rest)
    )


def _is_next(mark: _Mark, last: dict[str, int]) -> bool:
    return mark.value == last.get(mark.form, 0) + 1 or (
        mark.value == 1 and mark.form in ("sub", "item", "row", "bracket", "circle")
    )


def _is_whole(text: str, mark: _Mark, end: int, title: str) -> bool:
    """Whether a Markdown heading or an annex is the document itself, or a part of the web page around it."""
    if mark.form not in ("hash", "annex"):
        return False
    words = re.compile(r"\s*([^\n]*)").match(text, mark.end, min(end, mark.end + 200))
    printed = squeeze(words[1].strip("*_ ")) if words else ""
    if mark.form == "hash" and (
        mark.end - mark.start == 1 or printed in structure_words().section.page_parts
    ):
        return True
    return bool(printed) and squeeze(bare_title(title)).startswith(squeeze(bare_title(printed)))


def _rank(text: str, mark: _Mark, open_: list[tuple[_Mark, float]]) -> float:
    """Return how far in a number of its form stands, given the open sections above it and their ranks."""
    if mark.form == "hash":
        # A heading without a number stands under the nearest one with fewer hashes, whatever its form.
        return max((rank for m, rank in open_ if 0 < m.level < mark.level), default=_RANKS["annex"]) + 0.05
    above = [m for m, _ in open_]
    box = next((n for n in range(len(above) - 1, -1, -1) if above[n].form == "column"), None)
    if mark.form == "item" and box is not None:
        before, within = above[:box], above[box + 1 :]
        restarts = mark.value == 1 and any(m.form == "item" for m in before)
        continues = any(m.form == "item" and m.value == mark.value - 1 for m in within)
        if restarts or continues or (mark.value == 1 and _is_bare_box(text, above[box], mark)):
            return _RANKS["column"] + 0.5
    return _RANKS[mark.form]


def _group_headings(text: str, marks: Sequence[_Mark], entries: Sequence[int]) -> set[int]:
    """Return where the headings right above entries begin, which group them."""
    found = set(entries)
    for mark, below in zip(reversed(marks[:-1]), reversed(marks), strict=False):
        between = text[mark.end : below.start]
        if below.start in found and mark.form in _GROUPS and between.count("\n") == 1 and "。" not in between:
            found.add(mark.start)
    return found.difference(entries)


def _rank_by_entries(mark: _Mark, rank: float, entries: Sequence[int], groups: set[int]) -> float:
    """Put the numbers within a compilation's entries below those of the entries."""
    if mark.form == "field":
        return _ENTRY + 0.5
    if mark.start in entries:
        return _ENTRY
    return (
        rank if mark.start < entries[0] or mark.start in groups or mark.form == "annex" else _ENTRY + 1 + rank
    )


def _without_lone_article(marks: list[_Mark]) -> list[_Mark]:
    """Leave out an article that stands alone among other divisions: a line that begins with a reference to it."""
    articles = [mark for mark in marks if mark.form == "article"]
    if len(articles) != 1 or articles[0].value == 1 or articles[0] is marks[0]:
        return marks
    return [mark for mark in marks if mark.form != "article"]


def _is_bare_box(text: str, box: _Mark, mark: _Mark) -> bool:
    """Whether nothing but a box's title stands between its number and a mark."""
    between = text[box.end : min(mark.start, box.end + 80)].strip()
    return mark.start - box.end < 80 and "\n" not in between and not re.search("[。；;]", between)


def _number(printed: str, form: str) -> str:
    if form in ("hash", "field"):
        return ""
    printed = " ".join(printed.split())
    return printed.rstrip(".．、:： ") if form in ("column", "annex") else printed


def _kind(mark: _Mark, in_article: bool) -> SectionKind:
    if mark.form in _KINDS:
        return _KINDS[mark.form]
    if mark.form in ("hash", "field"):
        return "heading"
    return "heading" if mark.form == "sub" and not in_article else "item"


def _heading(text: str, mark: _Mark, ends: tuple[int, int], kind: SectionKind, in_article: bool) -> str:
    """Read a section's heading: what stands between its number and its own text.

    Args:
        ends: where the next section begins, and where this one ends.
    """
    limit, end = ends
    if in_article and kind == "item":
        return ""
    if mark.form == "row":
        # The cell beside the number says what the row is about.
        cells = text[mark.end : text.find("\n", mark.end, limit) + 1 or limit].split("|")
        return words if len(words := cells[1].strip()) <= _HEADING_LENGTH else ""
    if kind == "article":
        named = re.match(r"\s*[【（(]([^】）)\n]{1,30})[】）)]", text[mark.end : min(limit, mark.end + 40)])
        return named[1].strip() if named else ""
    at = mark.end + len(text[mark.end : limit]) - len(text[mark.end : limit].lstrip())
    line_end = text.find("\n", at, limit)
    line_end = limit if line_end < 0 else line_end
    clause = _CLAUSE.match(text, at, line_end)
    words = (clause.group() if clause else "").strip(" \t\r　*_#")
    if kind in ("chapter", "section"):
        return squeeze(words) if len(words) <= _HEADING_LENGTH else ""
    if kind == "column" and len(words) > 12:
        words = _column_title(re.split("[，,]", words)[0])
    if not words or len(words) > _HEADING_LENGTH:
        return ""
    stop = clause.end() if clause else at
    if kind in ("heading", "item"):
        # A sentence is a heading where text of its own follows it, not where it is all there is.
        follows = text[stop : min(end, stop + 200)].lstrip("。：: \t\r\n　*")
        if stop < line_end and text[stop] in "；;":
            return ""
        if stop >= end or not follows or _IN_CHARGE.match(follows):
            return words if kind == "heading" and not re.search("[，,]", words) else ""
    return words


def _column_title(words: str) -> str:
    """Cut a box's title from the sentence that it runs into."""
    cut = _column_end().search(words[:60], 3)
    return words[: cut.end()] if cut else (words if len(words) <= 30 else "")


@cache
def _column_end() -> re.Pattern[str]:
    words = structure_words().section
    return re.compile(rf"(?:{any_of(words.title_ends)})(?={any_of(words.openers)})")


def _contents_end(text: str, start: int, end: int) -> int:
    """Return where a table of contents ends: at the second standing of its first entry."""
    found = _CONTENTS.search(text, start, min(end, start + 8000))
    if found is None:
        return start
    first = re.compile(r"\S[^\n]*").search(text, found.end(), end)
    if first is None:
        return start
    again = text.find(first.group().strip()[:8], first.end(), min(end, first.end() + 20000))
    return again if again >= 0 else start


def number_value(number: str) -> int:
    """Read a section's number; 0 where it has none."""
    if number and "①" <= number[0] <= "⑳":
        return ord(number[0]) - ord("①") + 1
    if digits := re.search(r"\d+", number):
        return int(digits.group())
    numeral = re.sub(r"之.*", "", number)
    total, digit = 0, 0
    for char in numeral:
        if char in _NUMERALS:
            digit = max(0, _NUMERALS.index(char) - 1)
        elif char == "两":
            digit = 2
        elif char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
    return total + digit

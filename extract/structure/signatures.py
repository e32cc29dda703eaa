"""Who signed or passed a document, when, and under which number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from policykg.extract.normalise import parse_date, squeeze
from policykg.extract.structure.issuers import split_issuers
from policykg.extract.structure.wording import any_of, structure_words

_YEAR = r"(?:\d{4}|[〇零○一二三四五六七八九]{4})"
#: A full date, in Arabic or Chinese numerals.
DATE = (
    rf"{_YEAR}\s*年\s*(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_DATE = re.compile(DATE)
_BRACKETED_YEAR = re.compile(r"[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]\s*(?:第\s*)?\d{1,5}\s*号")
#: The line under a title that holds its number in parentheses, also with what else is said of it.
_UNDER_TITLE = re.compile(
    r"[ \t　*]*[（(]\s*([\u4e00-\u9fffA-Za-z]{1,12}[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]\s*(?:第\s*)?\d{1,5}\s*号)"
    r"(?:[,，、;；\s][^()（）\n。]{0,80})?[）)][ \t　*]*$",
    re.MULTILINE,
)
_CODE = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,14}$")
_ORDER = re.compile(
    r"(?P<bodies>[\u4e00-\u9fff、]{2,60}?)(?:令\s*(?:〔\d{4}〕\s*)?第?\s*\d{1,5}\s*号|第\s*\d{1,5}\s*号令)"
)
_MEETING = re.compile(
    r"(?P<bodies>(?!在)[\u4e00-\u9fff]{0,40}?(?:常务委员会|人民代表大会|国务院|人民政府|法院|检察院))"
    r"(?:审判委员会|检察委员会)?第[一二三四五六七八九十百\d]{1,6}次"
)
_PLAIN = re.compile(r"(?:经)?(?P<bodies>[\u4e00-\u9fff、\s]{2,60}?)(?P<verb>发布|公布|颁布|印发|通过|批准)")
_TERM = re.compile(r"第[一二三四五六七八九十百\d]{1,4}届")

# Who signs an order: 总理 某某某.
_OFFICER = re.compile(
    r"(?:总理|主席|委员长|主任委员|[省市区县州部局署厅行院盟]长|主任|检察长|审计长|会长)[\s　]+[\u4e00-\u9fff·\s　]{2,14}"
)
_SEALED = re.compile(r"[\s　]*[(（](?:代章|盖章|章|印|公章)[)）]$")
_SECOND_NAME = re.compile(r"[(（][\u4e00-\u9fff]{4,30}[)）]")
#: So many lines of names a signature may have, and so long one line of it may be.
_SIGNERS = 30
#: A line that holds an order's number and nothing else is no longer.
_ORDER_LINE = 100
_REACH = 300


@dataclass(frozen=True, slots=True)
class Signature:
    """Issuers and date as signed; `end` is where the date ends, 0 where the document is not signed."""

    issuers: tuple[str, ...] = ()
    date: str = ""
    start: int = 0
    end: int = 0


def find_number(text: str, start: int, end: int) -> str:
    """Find the first 文号 that stands as the document's own: at a line's start, after a title or a label."""
    return next((number for number, _, _ in own_numbers(text, start, end)), "")


def own_numbers(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """List the document numbers that stand free, not in a citation, with their [start, end) in the text.

    White space is removed from the number.
    """
    for found in _BRACKETED_YEAR.finditer(text, start, end):
        rest = text[found.end() : found.end() + 4].lstrip(" \t　*")
        within = _UNDER_TITLE.match(text, text.rfind("\n", start, found.start()) + 1 or start)
        if within and within.start(1) <= found.start() < within.end(1):
            yield squeeze(within[1]), within.start(1), within.end(1)
            continue
        if rest[:1] and rest[0] in ")）】》,，、;；的同和及等":
            continue
        at = found.start()
        while at > start and text[at - 1] in " \t　":
            at -= 1
        code = _CODE.search(text, max(start, at - 14), at)
        if code is None:
            continue
        begin = code.start()
        if title_end := list(_long_genre().finditer(text, begin, at)):
            begin = title_end[-1].end()
        before = text[max(start, begin - 30) : begin].rstrip(" \t　*#>-|")
        free = not before or before[-1] in "\n\r:：" or bool(title_end) or bool(_title_close().search(before))
        if free and 0 < at - begin <= 12:
            yield squeeze(text[begin : found.end()]), begin, found.end()


def find_signature(text: str, start: int, end: int) -> Signature:
    """Find the first date that issuers' names stand before, on its line or on the lines above it."""
    for found in _DATE.finditer(text, start, end):
        line_end = text.find("\n", found.end(), min(end, found.end() + _REACH))
        rest = _bare(text[found.end() : min(end, found.end() + _REACH) if line_end < 0 else line_end])
        opening = max(start, found.start() - _REACH)
        line_start = text.rfind("\n", opening, found.start()) + 1 or (
            start if opening == start else found.start()
        )
        # A signature may be run into the paragraph above it.
        names_start = max(line_start, text.rfind("。", line_start, found.start()) + 1)
        before = _bare(text[names_start : found.start()])
        if before:
            issuers = () if _goes_on(rest) else split_issuers(before)
        elif names_start != line_start or (rest and not rest.startswith(("(", "（"))):
            continue
        else:
            issuers, names_start = _signers(text, start, line_start)
            if not issuers and (officer := _officer(text, start, line_start)) is not None:
                return Signature((), parse_date(found.group()), officer, found.end())
        if issuers:
            return Signature(issuers, parse_date(found.group()), names_start, found.end())
    return Signature()


def _bare(text: str) -> str:
    return text.strip().strip("*>").strip()


def _goes_on(rest: str) -> bool:
    """Whether what follows a date makes it part of a sentence instead of a signature's end."""
    if not rest or rest.startswith(("(", "（")):
        return False
    opening = re.match(r"[^，,。；;：:]{0,80}", rest)
    return not (opening and _long_genre().search(opening.group())) or bool(
        re.match(
            r"(?:印发|发布|公布|批准|颁布|下发|起|前|以前|之前|以来|至|召开|会议|第|修订|修正|通过)", rest
        )
    )


def _signers(text: str, start: int, at: int) -> tuple[tuple[str, ...], int]:
    """Read the names on the lines above a date, upwards until a line is none; a second name in parentheses stays."""
    rows: list[tuple[str, ...]] = []
    first = at
    second = ""
    for _ in range(_SIGNERS):
        begin, row = _line_above(text, start, at)
        row = _SEALED.sub("", row)
        if not second and _SECOND_NAME.fullmatch(row):
            second, at = row, begin
            continue
        names = split_issuers(row) if row and len(row) <= 120 else ()
        if not names:
            break
        rows.append((*names[:-1], names[-1] + second))
        second = ""
        first = at = begin
    return tuple(dict.fromkeys(name for row in reversed(rows) for name in row)), first


def _officer(text: str, start: int, at: int) -> int | None:
    """Return where the line above a date begins that names the officer who signs an order; None where there is none."""
    begin, row = _line_above(text, start, at)
    return begin if len(row) <= 30 and _OFFICER.fullmatch(row) else None


def _line_above(text: str, start: int, at: int) -> tuple[int, str]:
    """Return the nearest line above that is not blank, and where it begins; cut short where it is long."""
    stop = at
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    opening = max(start, stop - _REACH)
    begin = text.rfind("\n", opening, stop) + 1 or (start if opening == start else stop)
    return begin, _bare(text[begin:stop])


@dataclass(frozen=True, slots=True)
class Passing:
    """What the lines under a law's title say: who passed it, the latest date, the first order's number."""

    issuers: tuple[str, ...] = ()
    date: str = ""
    number: str = ""


def is_passing(line: str) -> bool:
    """Whether a line under a title says when a text was passed, issued or amended, or when it was spoken."""
    return bool(_passing().match(line))


def read_passing(lines: Sequence[str]) -> Passing:
    """Read the lines for which `is_passing` holds.

    A body's term (第十三届) is left out where it stands in front of the name, and where the lines name several terms.
    """
    found: list[tuple[bool, tuple[str, ...], str]] = []
    dates: list[str] = []
    for line in lines:
        marks = [*_DATE.finditer(line)]
        for n, mark in enumerate(marks):
            act = line[mark.end() : marks[n + 1].start() if n + 1 < len(marks) else len(line)].strip()
            if re.match(r"起|之日", act):
                continue
            dates.append(parse_date(mark.group()))
            body = _acting(act)
            if body and body[1]:
                found.append(body)
    found.sort(key=lambda body: body[0])
    issuers = found[0][1] if found else ()
    bare = {_TERM.sub("", name) for name in issuers}
    terms = {
        t.group()
        for _, names, _ in found
        for name in names
        if _TERM.sub("", name) in bare and (t := _TERM.search(name))
    }
    if len(terms) > 1:
        issuers = tuple(_TERM.sub("", name) for name in issuers)
    return Passing(issuers, max(dates, default=""), next((number for _, _, number in found if number), ""))


def _acting(act: str) -> tuple[bool, tuple[str, ...], str] | None:
    """Read who acted: whether they only approved, their names, and the number of their order."""
    if order := _ORDER.match(act):
        return False, split_issuers(order["bodies"]), squeeze(order.group())
    if meeting := _MEETING.match(act):
        name = meeting["bodies"]
        names = (_TERM.sub("", name, count=1) if name.startswith("第") else name,)
        return act.rstrip("）)").endswith("批准"), names, ""
    if plain := _PLAIN.match(act):
        return plain["verb"] == "批准", split_issuers(plain["bodies"]), ""
    return None


def read_order(lines: Sequence[str]) -> Passing:
    """Find an order's number, and who gave it, on a line of its own or on two: 某某部令 / 第 12 号."""
    return next((order for _, order in find_orders(lines)), Passing())


def find_orders(lines: Sequence[str]) -> Iterator[tuple[int, Passing]]:
    """List the lines that an order's number stands on, or begins on, with that number and who gave it."""
    for n, line in enumerate(lines):
        if "令" not in line or len(line) > _ORDER_LINE:
            continue
        joined = line + lines[n + 1] if line.endswith("令") and n + 1 < len(lines) else line
        if order := _ORDER.fullmatch(joined.strip()):
            yield n, Passing(number=squeeze(order.group()), issuers=split_issuers(order["bodies"]))


@cache
def _passing() -> re.Pattern[str]:
    return re.compile(
        rf"[(（—\s]*(?:[\u4e00-\u9fffA-Za-z]{{1,12}}[〔\[（(]\d{{4}}[〕\]）)]\d{{1,5}}号[,，、;；\s]+)?(?:根据\s*)?{DATE}(?:[^。]{{0,300}}?(?:通过|修订|修正|公布|发布|批准|会议上)|[^。]{{2,60}}第[一二三四五六七八九十\d]{{1,4}}次$)"
    )


@cache
def _long_genre() -> re.Pattern[str]:
    words = structure_words().title
    return re.compile(any_of(w for w in words.genres if len(w) > 1))


@cache
def _title_close() -> re.Pattern[str]:
    """A title's end in parentheses, on the line before a number: 办法(试行)."""
    return re.compile(rf"(?:{any_of(structure_words().title.genres)})\s*[(（][^()（）]{{1,20}}[)）]$")

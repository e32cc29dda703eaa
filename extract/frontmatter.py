"""Read what a document prints about itself: title, number, issuers, date."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from policykg.extract.issuers import locality, split_issuers
from policykg.extract.normalise import parse_date, squeeze
from policykg.extract.records import DocumentInfo
from policykg.extract.titles import (
    Line,
    carried_title,
    genre_of,
    looks_like_title,
    read_lines,
    title_issuers,
    title_lines,
)
from policykg.extract.wording import any_of, structure_words

_YEAR = r"(?:\d{4}|[〇零○一二三四五六七八九]{4})"
DATE = (
    rf"{_YEAR}\s*年\s*(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_DATE = re.compile(DATE)
_BRACKET_DATE = re.compile(rf"[(（]\s*({DATE})\s*[)）]")
NUMBER = re.compile(r"[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]\s*(?:第\s*)?\d{1,5}\s*号")
_ORDER = re.compile(
    r"[\u4e00-\u9fff]{2,40}?令\s*(?:〔\d{4}〕\s*)?第?\s*[\d一二三四五六七八九十百〇零]{1,6}\s*号"
)
_CODE = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,14}$")

#: How much of a text may come before a document's own first sentence.
_HEAD = 8000
#: So many lines of names a signature may have, and so long one line of it may be.
_SIGNERS = 30
_REACH = 300

_PASSED = re.compile(r"通过|修订|修正|公布|发布|批准|会议上")
_SESSION = re.compile(
    r"(?P<body>(?!在)[\u4e00-\u9fff]{2,40}?(?:常务委员会|人民代表大会|国务院|人民政府))(?:第[一二三四五六七八九十百\d]{1,5}次|发布|公布|批准|通过)"
)
_TERM = re.compile(r"第[一二三四五六七八九十百\d]{1,4}届")
_NEWS = re.compile(
    r"(?P<bodies>[\u4e00-\u9fff、]{2,60}?)(?:近日)?(?:联合)?(?:印发|发布|公布)了?《(?P<title>[^《》]{4,80})》"
)
_DATELINE = re.compile(r"[社报网台][\u4e00-\u9fff]{0,6}?(?P<month>\d{1,2})月(?P<day>\d{1,2})日[电讯]")


@dataclass(frozen=True, slots=True)
class Signature:
    """Issuers and date as signed; `end` is where the date ends, 0 where the document is not signed."""

    issuers: tuple[str, ...] = ()
    date: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before a document's first sentence."""

    lines: list[Line]
    opening: str
    labels: dict[str, str]
    titles: tuple[str, ...]


def read_info(text: str, start: int, end: int, signature: Signature) -> DocumentInfo:
    """Read a document's own data from text[start:end); what is not printed stays empty."""
    head = _read_head(text, start, end)
    news = _news(head)
    title = _title(text, end, head, signature, news[0])
    passed = _passed(head, title)
    number = passed[2] or find_number(text, start, min(end, start + _HEAD)) or _labelled_number(head.labels)
    carrier = next((t for t in head.titles if carried_title(t)), "")
    issuers = signature.issuers or passed[0] or title_issuers(carrier or title) or news[1]
    issuers = (
        issuers
        or next((names for t in head.titles if (names := title_issuers(t))), ())
        or _labelled_issuers(head.labels)
    )
    date = signature.date or passed[1] or _bracketed_date(head) or _labelled_date(head)
    kind = genre_of(title) or _self_reference(text, start, end)
    info = DocumentInfo(title=title, number=number, issuers=issuers, date=date, kind=kind)
    return replace(info, locality=locality(issuers, title, number))


def find_number(text: str, start: int, end: int) -> str:
    """Find the first 文号 that stands as the document's own: at a line's start, after a title or a label."""
    return next((number for number, _, _ in own_numbers(text, start, end)), "")


def own_numbers(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """List the document numbers that stand free, not in a citation, with their [start, end) in the text.

    White space is removed from the number.
    """
    for found in NUMBER.finditer(text, start, end):
        rest = text[found.end() : found.end() + 4].lstrip(" \t　*")
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
    return not (opening and _genre_inside().search(opening.group())) or bool(
        re.match(
            r"(?:印发|发布|公布|批准|颁布|下发|起|前|以前|之前|以来|至|召开|会议|第|修订|修正|通过)", rest
        )
    )


def _signers(text: str, start: int, at: int) -> tuple[tuple[str, ...], int]:
    """Read the names on the lines above a date, upwards until a line is none."""
    rows: list[str] = []
    first = at
    for _ in range(_SIGNERS):
        stop = at
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        opening = max(start, stop - _REACH)
        begin = text.rfind("\n", opening, stop) + 1 or (start if opening == start else stop)
        row = _bare(text[begin:stop])
        if not row or len(row) > 120 or not split_issuers(row):
            break
        rows.append(row)
        first = at = begin
    names = [name for row in reversed(rows) for name in split_issuers(row)]
    return tuple(dict.fromkeys(names)), first


def _read_head(text: str, start: int, end: int) -> _Head:
    lines: list[Line] = []
    opening = ""
    glued: list[str] = []
    for line in read_lines(text, start, min(end, start + _HEAD)):
        if "。" in line.text or len(line.text) > 400:
            if not opening:
                glued = [t for t in [_glued_title(line.text)] if t]
            opening += line.text[:400] + "\n"
            if opening.count("\n") >= 3:
                break
        elif not opening:
            lines.append(line)
    labels, labelled = _metadata(lines)
    titles = []
    for n, line in enumerate(lines):
        if n in labelled:
            continue
        found = title_lines(lines, n)
        if found and found[0] not in labelled:
            title = found[1]
            if n + 1 < len(lines) and re.fullmatch(
                r"[(（](?=[^()（）]*(?:行|年|稿|版))(?![^()（）]*[月日])[^()（）]{2,20}[)）]",
                lines[n + 1].text,
            ):
                title += lines[n + 1].text
            titles.append(title)
        elif (glue := _glued_title(line.text)) and n not in labelled:
            titles.append(glue)
    return _Head(lines, opening, labels, tuple(dict.fromkeys(titles + glued)))


def _glued_title(line: str) -> str:
    """Read the title that a line begins with when the document's number follows in the same line."""
    for _, begin, _ in own_numbers(line, 0, min(len(line), 300)):
        title = line[:begin].strip(" \t　*#")
        return title if looks_like_title(title) else ""
    return ""


def _title(text: str, end: int, head: _Head, signature: Signature, news: str) -> str:
    labelled = head.labels.get("title", "")
    for title in (*head.titles, labelled):
        if carried := carried_title(title):
            return carried
    if news:
        return news
    if signature.end and (issued := _title_after(text, signature.end, end)):
        return issued
    if head.titles:
        return head.titles[0]
    if labelled:
        return labelled
    return next((line.text for line in head.lines if line.marked and 4 <= len(line.text) <= 80), "")


def _title_after(text: str, at: int, end: int) -> str:
    """Read the title that stands right behind a signature, past remarks in parentheses and the word 附件."""
    lines = read_lines(text, at, min(end, at + 1200))[:8]
    for n, line in enumerate(lines):
        if re.match(r"[(（][^()（）]{2,40}[)）]$|附\s*件", line.text):
            continue
        if found := title_lines(lines, n):
            return found[1]
        glued = re.match(r"(.{5,80}?)(?=\s*(?:目\s*录|第一[章条编]))", line.text)
        if glued and looks_like_title(glued[1]):
            return glued[1].strip()
        if len(line.text) > 60 or "。" in line.text:
            break
    return ""


def _metadata(lines: Sequence[Line]) -> tuple[dict[str, str], set[int]]:
    """Read labelled lines; a value may stand on the line after its label."""
    values: dict[str, str] = {}
    used: set[int] = set()
    for n, line in enumerate(lines):
        found = _label().match(line.text)
        if found is None:
            continue
        used.add(n)
        name = _label_names()[squeeze(found["label"])]
        value = found["value"].strip(" \t　*\"'|")
        if not value and found["colon"] and n + 1 < len(lines) and not _label().match(lines[n + 1].text):
            # In 国务院 pages a label with no value is followed by the title; only its own kinds of value are taken.
            following = lines[n + 1].text
            if name in ("number", "issuer", "signed", "published", "title"):
                value = following
                used.add(n + 1)
        if value and value not in ("无", "-", "—") and name not in values:
            values[name] = value
    return values, used


def _labelled_number(labels: dict[str, str]) -> str:
    value = squeeze(labels.get("number", ""))
    return value if re.search(r"\d.*号$", value) else ""


def _labelled_issuers(labels: dict[str, str]) -> tuple[str, ...]:
    value = labels.get("issuer", "")
    return () if re.search(r"相关|有关", value) else split_issuers(value)


def _labelled_date(head: _Head) -> str:
    for name in ("signed", "published"):
        if date := parse_date(head.labels.get(name, "")):
            return date
    dateline = _DATELINE.search(head.opening)
    year = re.search(
        r"(20\d{2}|19\d{2})\s*年", head.labels.get("published", "") or head.labels.get("signed", "")
    )
    if dateline and year:
        return f"{year[1]}-{int(dateline['month']):02d}-{int(dateline['day']):02d}"
    return ""


def _bracketed_date(head: _Head) -> str:
    found = next((m for line in head.lines if (m := _BRACKET_DATE.fullmatch(line.text))), None)
    return parse_date(found[1]) if found else ""


def _news(head: _Head) -> tuple[str, tuple[str, ...]]:
    """Read title and issuers from a news agency's lead that prints the text below it."""
    found = _NEWS.search(head.opening)
    if found is None or not _DATELINE.search(head.opening[: found.start() + 1]):
        return "", ()
    bodies = re.sub(r"^(?:近日|日前|经)、?", "", found["bodies"])
    return found["title"], split_issuers(bodies)


def _passed(head: _Head, title: str) -> tuple[tuple[str, ...], str, str]:
    """Read issuers, latest date and order number from the lines that say who passed a law and when."""
    rows = [
        line.text
        for line in head.lines
        if re.match(rf"[(（—\s]*(?:根据\s*)?{DATE}", line.text)
        and _PASSED.search(line.text)
        and line.text != title
    ]
    text = "\n".join(rows)
    bodies = [found["body"] for found in _SESSION.finditer(_DATE.sub("\n", text))]
    bodies = [_TERM.sub("", body, count=1) if body.startswith("第") else body for body in bodies]
    terms = {term.group() for body in bodies if (term := _TERM.search(body))}
    if len(terms) > 1:
        bodies = [_TERM.sub("", body) for body in bodies]
    order = next(
        (found for line in head.lines if (found := _ORDER.match(_DATE.sub("", line.text).lstrip(" 　(（")))),
        None,
    )
    number = squeeze(order.group()) if order else ""
    if order and not bodies:
        bodies = [re.sub(r"令\s*(?:〔\d{4}〕\s*)?第?[^令]*$", "", order.group())]
    dates = [
        parse_date(found.group())
        for found in _DATE.finditer(text)
        if not re.match(r"\s*起", text[found.end() :][:4])
    ]
    return tuple(bodies[:1]), max(dates, default=""), number


def _self_reference(text: str, start: int, end: int) -> str:
    """Return the genre by which a text calls itself most often (本办法), the first of equals."""
    counts = Counter(found[1] for found in _own_genre().finditer(text, start, end))
    return counts.most_common(1)[0][0] if counts else ""


@cache
def _own_genre() -> re.Pattern[str]:
    return re.compile(rf"(?<![基根日资成])本({any_of(structure_words().title.genres)})")


@cache
def _long_genre() -> re.Pattern[str]:
    words = structure_words().title
    return re.compile(any_of(w for w in words.genres if len(w) > 1))


@cache
def _genre_inside() -> re.Pattern[str]:
    return _long_genre()


@cache
def _title_close() -> re.Pattern[str]:
    """A title's end in parentheses, on the line before a number: 办法(试行)."""
    return re.compile(rf"(?:{any_of(structure_words().title.genres)})\s*[(（][^()（）]{{1,20}}[)）]$")


@cache
def _label_names() -> dict[str, str]:
    words = structure_words().metadata
    kinds = ("title", "number", "issuer", "signed", "published", "other")
    return {squeeze(label): kind for kind in kinds for label in getattr(words, kind)}


@cache
def _label() -> re.Pattern[str]:
    # Labels are printed with spaces between their characters: 索 引 号.
    spaced = any_of_spaced(_label_names())
    return re.compile(
        rf"\|?\s*(?:\*\*)?(?P<label>{spaced})\s*(?:\*\*)?\s*(?P<colon>[:：|])\s*(?:\*\*)?(?P<value>.*)$",
        re.IGNORECASE,
    )


def any_of_spaced(words: dict[str, str]) -> str:
    """Join words to an alternation in which white space may stand between the characters."""
    ordered = sorted(words, key=lambda w: (-len(w), w))
    return "|".join(
        r"[\s　]*".join(re.escape(c) for c in word) if not word.isascii() else re.escape(word)
        for word in ordered
    )

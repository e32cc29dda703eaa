"""Read what a document prints about itself: title, number, issuers, date."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from policykg.extract.normalise import parse_date, squeeze
from policykg.extract.records import DocumentInfo
from policykg.extract.structure.issuers import locality, split_issuers
from policykg.extract.structure.labels import read_labels
from policykg.extract.structure.signatures import (
    DATE,
    Signature,
    find_number,
    is_passing,
    own_numbers,
    read_order,
    read_passing,
)
from policykg.extract.structure.titles import (
    Line,
    carried_title,
    genre_of,
    looks_like_title,
    read_lines,
    title_issuers,
    title_lines,
)
from policykg.extract.structure.wording import any_of, structure_words

_BRACKETED_DATE = re.compile(rf"[(（]\s*({DATE})\s*[)）]")
_CARRIED = re.compile(r"《(?P<title>[^《》]{4,80})》(?:已经|已于|业经|印发|予以)")

#: How much of a text may come before a document's own first sentence.
_HEAD = 8000
#: So long a line of issuers under a title may be.
_GLUED = 60
#: So long a notice may be that carries another text.
_NOTICE = 6000
_NEWS = re.compile(
    r"(?P<bodies>[\u4e00-\u9fff、]{2,60}?)(?:近日)?(?:联合)?(?:印发|发布|公布)了?《(?P<title>[^《》]{4,80})》"
)
#: What a press report begins with, right below its headline.
_REPORT = re.compile(
    r"\s*(?:本[报台网刊社]讯|[\u4e00-\u9fff]{2,8}[报台网社](?:讯|[\u4e00-\u9fff]{0,4}\d{1,2}月\d{1,2}日[电讯])|[（(【]?记者)"
)
_DATELINE = re.compile(
    r"[社报网台][\u4e00-\u9fff]{0,6}?\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日\s?[电讯]"
)


_YEAR_LINE = re.compile(
    r"(?:\d{4}|[〇零○一二三四五六七八九]{4})\s*年(?:\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月)?"
)
_ASSEMBLY = re.compile(r"在(?P<place>[\u4e00-\u9fff]{2,10}?第[一二三四五六七八九十]{1,3}届)人民代表大会")
_ON_BEHALF = re.compile(
    r"我(?:代表|受)(?P<body>(?:国务院|[\u4e00-\u9fff]{1,20}?(?:人民政府|委员会|法院|检察院)))(?:委托)?[,，]?\s*向"
)


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before a document's first sentence."""

    lines: list[Line]
    opening: str
    labels: dict[str, str]
    titles: tuple[str, ...]


def read_info(
    text: str, start: int, end: int, signature: Signature, labels: Mapping[str, str] | None = None
) -> DocumentInfo:
    """Read a document's own data from text[start:end); what is not printed stays empty.

    Args:
        labels: what the page around the text says of it, by the kinds of `labels.KINDS`; believed where the text is silent.
    """
    head = _read_head(text, start, end, labels or {})
    news = _news(head)
    title = _title(text, start, end, head, signature, news[0])
    passed = read_passing([line.text for line in head.lines if is_passing(line.text) and line.text != title])
    order = read_order([line.text for line in head.lines])
    number = order.number or find_number(text, start, min(end, start + _HEAD))
    number = number or _labelled_number(head.labels) or passed.number
    carrier = next((t for t in head.titles if carried_title(t)), "")
    issuers = signature.issuers or order.issuers or passed.issuers
    issuers = issuers or title_issuers(carrier or title) or news[1]
    issuers = (
        issuers
        or next((names for t in head.titles if (names := title_issuers(t))), ())
        or _labelled_issuers(head.labels)
        or _cover_issuers(head.lines)
        or _byline(head.lines, title)
        or _speaks_for(head.opening)
    )
    date = signature.date or passed.date or _bracketed_date(head) or _labelled_date(head)
    kind = genre_of(title) or _self_reference(text, start, end)
    info = DocumentInfo(title=title, number=number, issuers=issuers, date=date, kind=kind)
    return replace(info, locality=locality(issuers, title, number) or _meeting_place(head.lines))


def _read_head(text: str, start: int, end: int, around: Mapping[str, str]) -> _Head:
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
    table = read_labels([line.text for line in lines])
    labels, labelled = {**around, **dict(table.values)}, table.lines
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


def _title(text: str, start: int, end: int, head: _Head, signature: Signature, news: str) -> str:
    labelled = head.labels.get("title", "")
    for title in (*head.titles, labelled):
        if carried := carried_title(title):
            return carried
    if news:
        return news
    # What is long before its signature is no notice that carries another text behind it.
    notice = 0 < signature.end - start <= _NOTICE
    if notice and (issued := _title_after(text, signature.end, end)):
        return issued
    if head.titles:
        # A heading above the text may leave out the issuers that the printed title begins with.
        longer = next((t for t in head.titles[1:] if t.endswith(head.titles[0]) and title_issuers(t)), "")
        within = _CARRIED.search(head.opening) if head.titles[0].endswith(("令", "公告")) else None
        return within["title"] if within else longer or head.titles[0]
    if labelled:
        return labelled
    heads = [line for line in head.lines if line.marked]
    heads += head.lines[-1:] if _REPORT.match(head.opening) else []
    return next((line.text for line in heads if 4 <= len(line.text) <= 80), "")


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


def _labelled_number(labels: dict[str, str]) -> str:
    value = squeeze(labels.get("number", ""))
    return value if re.search(r"\d.*号$", value) else ""


def _labelled_issuers(labels: dict[str, str]) -> tuple[str, ...]:
    value = labels.get("issuer", "")
    return () if re.search(r"相关|有关", value) else split_issuers(value)


def _cover_issuers(lines: Sequence[Line]) -> tuple[str, ...]:
    """Read the names on a cover: right above a line with nothing but the year, or the year and month."""
    for above, line in pairwise(lines):
        if _YEAR_LINE.fullmatch(line.text) and (names := split_issuers(above.text)):
            return names
    return ()


def _byline(lines: Sequence[Line], title: str) -> tuple[str, ...]:
    """Read the names that stand alone under a title, or under the remark below it."""
    at = next((n for n, line in enumerate(lines) if line.text and title.endswith(line.text)), len(lines))
    below = [line.text for line in lines[at + 1 : at + 3] if len(line.text) <= _GLUED]
    return next((names for text in below if (names := split_issuers(text))), ())


def _speaks_for(opening: str) -> tuple[str, ...]:
    """Read for whom a report is given: 我代表某市人民政府，向大会报告工作."""
    found = _ON_BEHALF.search(opening)
    return split_issuers(found["body"]) if found else ()


def _meeting_place(lines: Sequence[Line]) -> str:
    """Read whose assembly a report is given to: ——2031年1月8日在青川市第九届人民代表大会第四次会议上."""
    found = next((m for line in lines if (m := _ASSEMBLY.search(line.text))), None)
    return locality((found["place"],), "", "") if found else ""


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
    found = next((m for line in head.lines if (m := _BRACKETED_DATE.fullmatch(line.text))), None)
    return parse_date(found[1]) if found else ""


def _news(head: _Head) -> tuple[str, tuple[str, ...]]:
    """Read title and issuers from a news agency's lead that prints the text below it."""
    found = _NEWS.search(head.opening)
    if found is None or not _DATELINE.search(head.opening[: found.start() + 1]):
        return "", ()
    bodies = re.sub(r"^(?:近日|日前|经)、?", "", found["bodies"])
    return found["title"], split_issuers(bodies)


def _self_reference(text: str, start: int, end: int) -> str:
    """Return the genre by which a text calls itself most often (本办法), the first of equals."""
    counts = Counter(found[1] for found in _own_genre().finditer(text, start, end))
    return counts.most_common(1)[0][0] if counts else ""


@cache
def _own_genre() -> re.Pattern[str]:
    return re.compile(rf"(?<![基根日资成])本({any_of(structure_words().title.genres)})")

"""Which stretch of a text speaks of goals and which of the past, and for which year."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from policykg.extract.normalise import fold
from policykg.extract.records import DocumentSpan, Section
from policykg.extract.structure.sections import find_sections

if TYPE_CHECKING:
    from spacy.tokens import Doc

Zone = Literal["goals", "past", "article", "conditions", "other"]
ZONES: tuple[Zone, ...] = ("goals", "past", "article", "conditions", "other")

_GOALS = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[和与及])(?:发展|工作|总体|主要|预期|具体|建设|行动|远景|阶段性?|规划|战略|实施|任务|奋斗|近期|中期|远期){0,2}目标"
    r"(?:任务|指标|愿景)?(?=$|[,。:;])|愿景$"
)
#: A year further ahead of the document than this is an outlook; what follows its paragraph is not for that year.
_FAR_AHEAD = 8
_MIXED = re.compile(r"要求|思想|原则|任务$")
_PAST = re.compile(
    r"(?:发展|现实|工作|良好|已有|产业)基础$|现状|形势$|回顾|成效(?:显著|明显|突出)?$|成就|背景$"
    r"|(?:执行|完成|进展|运行|收支|落实)情况$|工作总结$"
)
_CONDITIONS = re.compile(
    r"(?:申报|申请|认定|支持|准入|入选|入驻|资格|评选|推荐|备案|基本|必备|遴选|评定)条件(?:要求)?$"
    r"|^(?:条件|申报|申请|资格|准入)要求$|^(?:支持|奖励|补助|补贴|资助)(?:方式|范围|内容|对象)?[和及与、]?标准$"
)
# 应当符合下列条件: and 申报条件: lead into what someone must fulfil, in their own line and in the items below it.
_LEAD_IN = re.compile(
    r"(?:(?:具备|符合|满足|达到)[^。\n:;]{0,16}条件|(?:^|(?<=[\n。)、 ]))(?:申报|申请|认定|支持|准入|入选|入驻|资格|评选|推荐|备案|遴选|评定)条件)"
    r"(?:之一)?(?:的)?(?:\([^()\n]{0,20}\))?:"
)
# Numbers of lines, the outer forms first.
_LINE_NUMBER = re.compile(
    r"[^\S\n]{0,8}(?:(?P<a>第[一二三四五六七八九十百]{1,5}条)|(?P<b>[一二三四五六七八九十]{1,3}\s?、)|(?P<c>\([一二三四五六七八九十]{1,3}\))"
    r"|(?P<d>\d{1,3}[.、](?!\d))|(?P<e>\(?\d{1,3}\))|(?P<f>[①-⑳])|(?P<g>[—–\-●·•]))"
)
# 2010年底前建成的30座: an attribute says which ones, not until when.
_ATTRIBUTE = re.compile(r"[\u4e00-\u9fff]{1,8}的")
# The document's own year is ahead where the sentence only expects (2035年, 全市收入预期增长5%) or plans it (2035年工作安排).
_EXPECTED = re.compile(
    r"[^。;\n]{0,30}?(?:预期|预计|计划|安排|力争|争取|确保|拟|草案|主要目标|重点工作|重点任务)"
)
_DATE = re.compile(
    r"(?P<lead>截至|截止到|截止|到|至|展望|力争|自|从|由|较|比|与|相对|相当于|是|为)?[^\S\n]{0,2}(?P<year>(?:19|20)\d\d)[^\S\n]{0,2}年"
    r"(?P<month>[^\S\n]{0,2}\d{1,2}[^\S\n]{0,2}月)?(?P<day>[^\S\n]{0,2}\d{1,2}[^\S\n]{0,2}日)?(?P<close>底前|末前|底|末|前|起|开始|以来|以前)?(?P<of>的)?"
    r"|(?P<toward>截至|到|至|从|由|较|比|与|相对|相当于|是|为)?“?十(?P<plan>[二三四五六])五”?(?:规划)?(?P<span>期?末|期间|时期|以来)"
    r"|(?P<gone>过去[一二三四五六七八九十]年|这[三五]年|[三五十]年来|近年来|近几年|截至(?:目前|今年|本年|去年|上年|上月|\d{1,2}月))|(?P<coming>未来[三五]年|经过\d{1,2}[-—–~]?\d{0,2}年|经过[三五十]年)"
)
#: One of these is in each date, and no date goes beyond a sentence.
_DATE_WORDS = ("年", "五", "截至")
_PLAN_ENDS = {"二": "2015", "三": "2020", "四": "2025", "五": "2030", "六": "2035"}
_SENTENCE = 400
_STOP = re.compile(r"[。\n]")
_FIGURE = re.compile(r"\d\s?(?:[%％]|[\u4e00-\u9fff])(?<![年月日号条章次届])")
_DASHED = re.compile(r"\s{0,8}[—–-]")
_BRACKETED = re.compile(r"《[^《》\n]{0,160}》|\([^()\n]{0,80}\)|\[[^\[\]\n]{0,20}\]")
_RANGE_MARKS = "-—–~－"
_AHEAD = frozenset({"到", "至", "展望", "力争"})
_BEHIND = frozenset({"截至", "截止", "截止到"})
_STARTS = frozenset({"自", "从"})
_AGAINST = frozenset({"较", "比", "与", "相对", "相当于"})
#: Where a document keeps its horizon.
_KEY = "policykg.horizon"
#: With 的 behind the year these only compare: 由2015年的30家增加到…, 是2015年的3倍.
_OF = frozenset({"从", "由", "是", "为"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What holds from an offset on: the zone, and the years (or `YYYY-MM`) that goals and facts there hold for."""

    zone: Zone
    goal_date: str
    past_date: str


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """A year named in a text; `ahead` is None where it begins something or is only compared with."""

    start: int
    end: int
    date: str
    ahead: bool | None


class Horizon:
    """The outlook at every place of a text; built once a document, asked in O(log n).

    `year` is that of the document, None where unknown.
    """

    def __init__(self, text: str, sections: Sequence[Section], year: int | None) -> None:
        self.year = year
        changes = list(_changes(fold(text), sections, year))
        self._offsets = [offset for offset, _ in changes]
        self._outlooks = [outlook for _, outlook in changes]

    @classmethod
    def of(cls, doc: "Doc") -> "Horizon":
        """Read the outlook of a document from its sections; they are found here where the document has none.

        It is kept with the document for the components to come.
        """
        # Who reads a horizon from a text alone, as the graph does, need not wait for spaCy to load.
        from policykg.extract.annotations import context, text_of

        span = context(doc)
        known: tuple[DocumentSpan, Horizon] | None = doc.user_data.get(_KEY)
        if known is None or known[0] is not span:
            text = text_of(doc)
            sections = span.sections or find_sections(text, 0, len(text))
            known = span, cls(text, sections, int(span.info.date[:4]) if span.info.date else None)
            doc.user_data[_KEY] = known
        return known[1]

    def at(self, offset: int) -> Outlook:
        """Return what holds at an offset."""
        return self._outlooks[bisect_right(self._offsets, offset) - 1]


def find_dates(folded: str, year: int | None) -> Iterator[DatePhrase]:
    """Find the years that a folded text speaks of, those in titles, parentheses and ranges of years aside.

    Args:
        year: the year of the document, where known; what lies after it is ahead.
    """
    hidden = [match.span() for match in _BRACKETED.finditer(folded)]
    starts = [start for start, _ in hidden]
    for match in _find_dates(folded):
        place = bisect_right(starts, match.start()) - 1
        if place >= 0 and match.end() <= hidden[place][1]:
            continue
        if not match["year"]:
            yield DatePhrase(match.start(), match.end(), *_read_period(match, year))
            continue
        before = folded[match.start("year") - 1 : match.start("year")]
        if match["day"] or (before in _RANGE_MARKS and before):
            continue
        begin = match.start("lead") if match["lead"] else match.start("year")
        yield DatePhrase(begin, match.end(), _iso(match), _is_ahead(match, year))


def _find_dates(folded: str) -> Iterator[re.Match[str]]:
    """Look for dates in the sentences that hold a word which each of them has; others are most of a text."""
    at = 0
    for stop in [*(match.end() for match in _STOP.finditer(folded)), len(folded)]:
        if any(folded.find(word, at, stop) >= 0 for word in _DATE_WORDS):
            yield from _DATE.finditer(folded, at, stop)
        at = stop


def _read_period(match: re.Match[str], year: int | None) -> tuple[str, bool | None]:
    """Read a five-year plan's time or another stretch of years; only its end is a date."""
    if not match["plan"]:
        return "", match["coming"] is not None
    closing = int(_PLAN_ENDS[match["plan"]])
    if match["span"].endswith("末"):
        if match["toward"] in _AGAINST | _OF:
            return str(closing), None
        return str(closing), year is None or closing >= year
    return "", None if year is None or year < closing - 5 else closing >= year


def _iso(match: re.Match[str]) -> str:
    month = re.sub(r"\D", "", match["month"] or "")
    return f"{match['year']}-{int(month):02d}" if month and 0 < int(month) < 13 else str(match["year"])


def _is_ahead(match: re.Match[str], year: int | None) -> bool | None:
    lead, close, own = match["lead"], match["close"] or "", int(match["year"])
    if (
        lead in _AGAINST
        or lead in _STARTS
        or close in ("起", "开始", "以来")
        or (lead in _OF and match["of"])
    ):
        return None
    if lead is None and close.endswith("前") and _ATTRIBUTE.match(match.string, match.end()):
        return None
    if lead in _BEHIND:
        return False
    if lead in _AHEAD:
        return year is None or own >= year
    if close.endswith("前"):
        return year is None or own >= year
    return year is not None and (
        own > year or (own == year and _EXPECTED.match(match.string, match.end()) is not None)
    )


@dataclass(slots=True)
class _Frame:
    zone: Zone | None
    goal_date: str = ""
    past_date: str = ""


def _changes(folded: str, sections: Sequence[Section], year: int | None) -> Iterator[tuple[int, Outlook]]:
    frames = [_Frame(None)]
    led: bool | None = None
    bound = False
    far = passing = ""
    yield 0, _outlook(frames, led, far, passing, bound=bound)
    for offset, event in _events(folded, sections, year):
        if isinstance(event, DatePhrase) and event.ahead is not None:
            event = _under_heading(folded, event, _heading_zone(frames), year)
        if event in ("sentence", "line"):
            passing = ""
        match event:
            case Section():
                # A heading that only repeats what its children say must not take their date away.
                above = _heading_zone(frames)
                frames.append(_Frame(above if above == "goals" else _zone_of(event)))
                if not event.number.startswith("—"):
                    led, far = None, ""
            case DatePhrase() if event.ahead:
                led = True
                if year is not None and event.date and int(event.date[:4]) - year > _FAR_AHEAD:
                    far = event.date
                else:
                    frames[-1].goal_date, far = event.date or frames[-1].goal_date, ""
            case DatePhrase() if event.ahead is False:
                led = False
                if _is_carried(folded, event):
                    frames[-1].past_date, passing = event.date or frames[-1].past_date, ""
                else:
                    passing = event.date
            case DatePhrase():
                led = None
            case "conditions" | "conditions-end":
                bound = event == "conditions"
            case "close":
                frames.pop()
            case "line":
                led, far = None, ""
                if len(frames) == 1:
                    # Above the first heading stand dates of issue, not of facts.
                    frames[0].past_date = ""
            case "sentence" if led is False and _heading_zone(frames) == "goals":
                led = None
        yield offset, _outlook(frames, led, far, passing, bound=bound)


_Event = Section | DatePhrase | str


def _events(folded: str, sections: Sequence[Section], year: int | None) -> Iterable[tuple[int, _Event]]:
    """Return all that changes the outlook, in order; at one offset ends come first, then sections, then dates."""
    found: list[tuple[int, int, int, _Event]] = []
    for number, section in enumerate(sections):
        found.append((section.start, 1, number, section))
        found.append((section.end, 0, -number, "close"))
    for start, end in _conditions(folded):
        found += [(start, 1, 0, "conditions"), (end, 0, 0, "conditions-end")]
    for date in find_dates(folded, year):
        if date.ahead is not None or (
            folded[date.start] in "自从" and not folded.startswith("的", date.end - 1)
        ):
            found.append((date.start, 2, 0, date))
    for match in re.finditer(r"[。\n]", folded):
        # A line that ends in a colon is carried on by the lines below it, any line by dashed items.
        if match[0] == "。":
            found.append((match.end(), 0, 1, "sentence"))
        elif folded[max(0, match.start() - 1)] != ":" and not _DASHED.match(folded, match.end()):
            found.append((match.end(), 0, 1, "line"))
    found.sort(key=lambda event: event[:3])
    return ((offset, event) for offset, _, _, event in found)


def _conditions(folded: str) -> Iterator[tuple[int, int]]:
    """Find what lead-ins like 应当具备以下条件: lead into: the rest of their line, and the lines numbered below it."""
    at = 0
    for lead in _LEAD_IN.finditer(folded):
        if lead.start() < at:
            continue
        own = _LINE_NUMBER.match(folded, folded.rfind("\n", 0, lead.start()) + 1)
        above = own.lastgroup if own else None
        at = folded.find("\n", lead.end())
        while at >= 0:
            item = _LINE_NUMBER.match(folded, at + 1)
            form = item.lastgroup if item else None
            if folded[at - 1] not in ";:" and (form is None or (above is not None and form <= above)):
                break
            if above is None and form is not None:
                above = chr(ord(form) - 1)
            at = folded.find("\n", at + 1)
        at = len(folded) if at < 0 else at
        yield lead.end(), at


def _zone_of(section: Section) -> Zone | None:
    heading = fold("".join(section.heading.split()))
    if _GOALS.search(heading) and not _MIXED.search(heading):
        return "goals"
    if _CONDITIONS.search(heading):
        return "conditions"
    if _PAST.search(heading):
        return "past"
    return "article" if section.kind == "article" else None


def _heading_zone(frames: list[_Frame]) -> Zone | None:
    return next((frame.zone for frame in reversed(frames) if frame.zone), None)


def _under_heading(folded: str, date: DatePhrase, zone: Zone | None, year: int | None) -> DatePhrase:
    """Let a heading decide which way a date lies where the year of the document does not: it is unknown, or the same."""
    own = date.date[:4]
    if zone == "goals" and own and (year is None or int(own) == year) and folded[date.start] != "截":
        return replace(date, ahead=True)
    return replace(date, ahead=False) if zone == "past" and year is None else date


def _is_carried(folded: str, date: DatePhrase) -> bool:
    """Whether a date holds for the sentences behind its own: it heads a list or dates a number, not an event."""
    if "-" in date.date and folded[date.start] != "截":
        return False
    stop = _STOP.search(folded, date.end, date.end + _SENTENCE)
    return stop is None or stop[0] == "\n" or _FIGURE.search(folded, date.end, stop.start()) is not None


def _outlook(frames: list[_Frame], led: bool | None, far: str, passing: str, *, bound: bool) -> Outlook:
    zone = "conditions" if bound else _heading_zone(frames) or "other"
    if led is not None and zone != "conditions":
        zone = "goals" if led else "past"
    return Outlook(
        zone=zone,
        goal_date=far or next((frame.goal_date for frame in reversed(frames) if frame.goal_date), ""),
        past_date=passing or next((frame.past_date for frame in reversed(frames) if frame.past_date), ""),
    )

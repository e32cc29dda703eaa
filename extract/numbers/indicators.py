"""Find what a quantity measures: the name before or after it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policykg.extract.normalise import squeeze
from policykg.extract.numbers.distribution import find_shared, split_members
from policykg.extract.numbers.indicatorwords import IndicatorWords
from policykg.extract.numbers.quantities import Quantity
from policykg.extract.records import Comparator

#: How far around a number its name is looked for, and how many numbers a list is followed.
_REACH = 160
_FOLLOWING = 12
#: How far behind a condition (投入达到1亿元的企业, 给予…) the grant that it opens may stand.
_GRANT_REACH = 40
#: A longer stretch is a sentence, not a name.
LONGEST_NAME = 48
_CJK = re.compile(r"[\u4e00-\u9fffA-Za-z“]")
_YEAR = re.compile(
    r"(?<![较比与])(?<![较比与]“)(?:\d{4}\s{0,2}年度?(?:\d{1,2}(?:-\d{1,2})?月(?:\d{1,2}日)?)?(?:底|末|初)?(?:之?前|以前|以后)?|“?十[二三四五六]五”?(?:规划)?(?:期?末|期间|时期|以来))"
)
_STEADY = re.compile(r"(?:连续(?:\d{1,3}|[一二两三四五六七八九十]{1,3})年)$")
_DONE = re.compile(r"(?:累计|共|全年)?(?:完成|实现)(?=...)")
#: What says how big a thing is, not which: 设立总规模2亿元的基金.
_SIZE = re.compile(r"(?:总投资|总?投资额|(?:总|年|首期|平均)?(?:规模|面积|金额|产值|容量|里程))$")
_ADVERB = re.compile(
    r"保持|持续|稳步|不断|进一步|显著|明显|大幅|逐步|快速|加快|稳定|初步|基本|全面|更加|再创|取得|跨越|迈上|迈入|跃上|跃升|登上|再上|位居|突破|较\d|比\d"
)
_CUT = re.compile(
    r"(?<![高中初同平优])等(?![级院职教])|(?<![存现潜])在(?![线校职研建轨孵岗册外])|、(?=累计|其中|总数|总量|共(?!享|建|性))|[、和及与](?=一批|若干|多个|多家|[\d一二三四五六七八九十]+[个家项])|[\0,;。:]"
)
_MEMBERS = re.compile(r"(?<![高中初同平优])等(?![级院职教])")
# Between a name and its number: 从2015年的, 增长到2020年的, 是“十二五”末的.
_OUTSET = re.compile(
    r"(?:(?:从|由|是|为|相当于)|(?:增加|增长|提高|提升|扩大|上升|下降|降低|发展)?(?:到|至))"
    r"(?:\d{4}年(?:底|末)?|“?十[二三四五六]五”?(?:规划)?期?末|上年|去年)的?$|(?:从|由)每[^,]{1,6}$"
)
_RELATIVE = re.compile(r"(?:达到|达|超过|突破|增长|提高|提升|下降|占|为)[^、,]{0,4}$")
_TURNS = ("次", "期", "班")
_RATIO = ("%", "个百分点", "倍")
_MONEY = ("元", "美元", "欧元", "港元")
_CHANGE = "(?:增长|增加|提高|提升|下降|降低|上升|减少|上涨)"
_CHANGED = re.compile(rf"(?:分别|均|同比|累计|平均|年均|年平均|再|又|净)?(?:{_CHANGE}|折合)?")
_GROWTH_END = re.compile(rf"(?<=..)(?:同比|年均|年平均|净)?{_CHANGE}$")
#: 由2030年的9家增加到2035年的12家: what goes on behind a number names nothing.
_GROWN = re.compile(rf"\s?(?:{_CHANGE}|扩大|发展|扩展)(?:到|至|为)")
_BASE = re.compile(r"(?:比|较|同比)(?:[^,、]{0,10}(?:年|期|末))?$")
_COMPARED = re.compile(r"(?:高于|低于|快于|慢于|好于|优于|高出|超出|超过|领先|多于|少于)[^,、]{1,16}$")
_SIGN_NEXT = re.compile(r",(?:原则上|一般|应当|均|须|应)?(?:不[低高超少多得]|达到|超过)")
_NUMBERING = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]{1,5}[章节条款]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}\s?、|\d{1,2}[.．、])"
)
#: What only says how much of it that is: 渔业收入9亿元, 完成预算的102%, 增长5% — what grew is the income.
_SHARE = re.compile(r"完成(?:年初|年度|全年|调整){0,2}(?:预算|计划|目标|任务)|占比$")
#: Whom a sum is for, where what is given has been named: 给予补贴, 单个企业每年最高9万元.
_FOR_ONE = re.compile(r"(?:单个|单家|每个|每家|每户|每项|同一|同一个)[\u4e00-\u9fff]{0,8}$")
#: 对收入超过9万元的企业: the rule is about the enterprises, and 对 no part of what is measured.
_WHOSE = re.compile(r"[^,;。\n]{0,24}?的")
_EACH = re.compile(rf"(?<![年月日平人户])均(?={_CHANGE}$)")
# (含), 以后: what closes a date or a number before the name.
_MARGIN = re.compile(r"^(?:[（(][^（）()]{0,3}[）)])?(?:以后|以前|以来|之后|之前|以上|以下|底前|末前)?")
_NOTE = re.compile(r"[（(][^（）()]{4,160}[）)]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """The name of what is measured, at [start, end); `sign` where a word further off says it."""

    name: str
    start: int
    end: int
    sign: Comparator | None = None


class IndicatorReader:
    """Read the indicators of one text clause by clause; it remembers the last one, which a bare number takes up.

    Args:
        text, masked: the text, and the same folded with all blank where no names are; equally long.
        names: where known names stand, start to end.
    """

    def __init__(self, words: "IndicatorWords", text: str, masked: str, names: Mapping[int, int]) -> None:
        self._words = words
        self._text, self._masked, self._names = text, masked, names
        self._unit = self._clause = 0
        self._before: tuple[int, int] | None = None
        self._last: dict[str, Indicator] = {}
        self._first: tuple[int, Indicator] | None = None
        self._recent: list[Indicator] = []
        self._said = ""

    def begin_unit(self, start: int) -> None:
        """Begin a unit; at a new line the numbers before are forgotten."""
        if "\n" in self._text[self._unit : start]:
            self._last.clear()
            self._first = None
        self._unit, self._before = start, None
        self._recent.clear()

    def pass_clause(self, start: int, end: int) -> None:
        """Take note of a clause without numbers, which may name what the next one counts."""
        self._before = (start, end)

    def read(self, start: int, end: int, found: Sequence[Quantity]) -> Iterator[tuple[Quantity, Indicator]]:
        """Return the quantities of a clause that measure something, each with its indicator."""
        floor, counted = start, False
        found = [quantity for quantity in found if self._may_count(quantity)]
        self._clause = start
        shared = self._share_out(start, end, found)
        for n, quantity in enumerate(found):
            limit = found[n + 1].start if n + 1 < len(found) else end
            if self._is_attribute(quantity, found[n + 1 : n + 2], end):
                continue
            rest = found[n : n + _FOLLOWING]
            indicator = shared.get(quantity.start) or self._read_one(
                floor, self._holder_end(quantity, rest, limit), end, quantity, rest
            )
            if indicator and quantity.unit in _MONEY and _FOR_ONE.match(indicator.name):
                given = self._last.get("")
                if given is not None and self._words.grant.search(given.name) and given.end >= self._unit:
                    indicator = replace(indicator, name=given.name)
            if indicator is None and quantity.unit_class == "time":
                continue
            floor = quantity.end
            if indicator is not None:
                floor = max(floor, indicator.end if indicator.end <= limit else floor)
                base = replace(indicator, name=_GROWTH_END.sub("", indicator.name))
                if _SHARE.match(base.name):
                    counted = True
                else:
                    self._last[quantity.unit] = self._last[""] = base
                self._said = indicator.name
                self._recent = [*self._recent[1 - _FOLLOWING :], base]
                if self._first is None or self._first[0] < self._unit:
                    self._first = self._unit, indicator
                yield quantity, indicator
        counted = counted or (bool(found) and self._last.get("") is not None and self._last[""].end > start)
        self._before = None if counted else (start, end)

    def _share_out(self, start: int, end: int, found: Sequence[Quantity]) -> dict[int, Indicator]:
        """Return the indicators of numbers that 分别 shares out, by where the numbers start."""
        run = find_shared(self._masked, start, end, found)
        if run is None:
            return {}
        stop, after, listed = run
        if granted := self._words.granted.match(self._masked, listed[-1].end, end):
            given = self._named(granted[1], granted.start(1), granted.end())
            return {} if given is None else dict.fromkeys((q.start for q in listed), given)
        floor = max([start, *(q.end for q in found if q.end <= stop)])
        for year in _YEAR.finditer(self._masked, floor, stop):
            floor = year.end()
        said = self._masked[after : listed[0].start]
        against = self._words.change.search(said) or "年" in said
        suffix = "" if against else self._masked[after : self._trim_end(after, listed[0].start)]
        made = _is_made(listed[0])
        stop = self._trim_end(floor, stop)
        if base := _BASE.search(self._masked, max(floor, stop - 16), stop):
            stop, suffix = self._trim_end(floor, base.start()), ""
        elif self._masked.endswith(("年均", "年平均"), floor, stop):
            at = self._masked.rindex("年", floor, stop)
            stop, suffix = at, self._masked[at:stop] + suffix
        begin = self._bare(floor, stop, made)
        if begin is None or _CHANGED.fullmatch(self._masked[begin:stop]):
            names = self._recent[-len(listed) :]
            if len(names) < len(listed):
                names = names[-1:] * len(listed)
        else:
            whole = [(begin, stop, "")] * len(listed)
            members = split_members(self._masked, begin, stop, len(listed)) or whole
            named = [(self._trimmed(a, b, made), head) for a, b, head in members]
            names = [replace(name, name=name.name + head) for name, head in named if name is not None]
        if len(names) != len(listed):
            return {}
        return {
            quantity.start: replace(
                name, name=name.name + squeeze(suffix), start=quantity.start, end=quantity.end
            )
            if suffix or begin is None
            else name
            for quantity, name in zip(listed, names, strict=True)
        }

    def _holder_end(self, quantity: Quantity, rest: Sequence[Quantity], limit: int) -> int:
        """Return where the counted things end whose own share or amount comes next (110家工厂的效率提升32%)."""
        if quantity.unit_class != "count" or len(rest) < 2 or rest[1].unit_class == "count":
            return limit
        between = self._masked[quantity.end : min(limit, quantity.end + _REACH)]
        if not between or between[0] in "、和及与":
            return limit
        if "、" in between:
            return limit if "、" == between[-1] else quantity.end + between.rindex("、")
        if "的" in between[1:]:
            return quantity.end + between.rindex("的")
        return self._names.get(quantity.end, quantity.end if _RELATIVE.search(between) else limit)

    def _may_count(self, quantity: Quantity) -> bool:
        """Whether a number is more than a figure of speech: 一批, 两类 and 三大 count nothing, 不少于三家 does."""
        if quantity.unit == "年" and quantity.bounds[0].value >= 1900:
            return False
        quoted = (
            self._masked[quantity.figure - 1 : quantity.figure] == "“"
            or self._masked[quantity.end : quantity.end + 1] == "”"
        )
        if quoted or (quantity.chinese and quantity.unit == "类"):
            return False
        if not quantity.chinese or quantity.unit in _MONEY:
            return True
        return any(not bound.implied and bound.comparator != "=" for bound in quantity.bounds)

    def _is_attribute(self, quantity: Quantity, following: Sequence[Quantity], end: int) -> bool:
        """Whether the number only picks out what another number is about (单户金额500万元以下的业务, 其占比不低于…)."""
        behind = self._masked[quantity.end : quantity.end + 8].lstrip()
        if following and self._is_size_of(quantity, following[0]):
            return True
        if not behind.startswith("的") or behind.startswith("的部分") or quantity.unit_class == "share":
            return False
        if following:
            counts = self._masked[quantity.end : following[0].start].strip(" 的共已") == ""
            return counts or following[0].unit_class == "share"
        return bool(_SIGN_NEXT.match(self._masked, end)) or (
            quantity.unit in _MONEY
            and quantity.bounds[-1].comparator in (">=", "<=")
            and not self._words.grant.search(self._masked, quantity.end, quantity.end + _GRANT_REACH)
        )

    def _is_size_of(self, quantity: Quantity, following: Quantity) -> bool:
        """Whether an amount only says which things are counted next (投资10亿元以上项目50个)."""
        between = self._masked[quantity.end : following.start]
        return (
            quantity.unit in _MONEY
            and quantity.bounds[0].comparator in (">=", ">")
            and following.unit_class == "count"
            and 1 < len(between) <= 16
            and not re.search(r"[、,的和]|支持|给予|建设|打造|培育", between)
        )

    def _read_one(
        self, floor: int, limit: int, end: int, quantity: Quantity, rest: Sequence[Quantity]
    ) -> Indicator | None:
        floor = max(floor, quantity.start - _REACH)
        end = min(end, max(rest[-1].end, quantity.end) + _REACH)
        right = self._masked[quantity.end : min(limit, end)]
        if self._words.not_counted.match(right.lstrip()) or self._words.not_before.search(
            self._masked[floor : quantity.start]
        ):
            return None
        if quantity.unit_class == "amount" and right.startswith(("级", "及以上", "以上级")):
            return None
        if quantity.unit_class == "share" and right.startswith("的") and not right.startswith("的部分"):
            begin = self._trim_end(floor, quantity.start)
            if self._bare(floor, begin, False) is None and (name := self._name_after(quantity.end, limit)):
                return name
        if quantity.unit in _TURNS and "每" in self._masked[max(floor, quantity.start - 10) : quantity.start]:
            return None
        if quantity.unit_class == "time":
            name = self._name_before(floor, quantity, end)
            held = (
                name and self._words.lasting.search(name.name) and not self._words.procedure.search(name.name)
            )
            return name if held else None
        counted = quantity.unit_class == "count"
        if counted or (_is_made(quantity) and self._names_nothing(floor, quantity.start)):
            return self._name_after(quantity.end, limit) or self._name_before(floor, quantity, end)
        if quantity.unit in _MONEY and self._words.founds.search(self._masked, floor, quantity.start):
            return self._name_after(quantity.end, limit)
        if quantity.unit in ("元", "%", "倍", "美元"):
            granted = self._granted(floor, end, quantity, rest)
            if granted is not None:
                return granted if granted.sign else replace(granted, sign=self._far_sign(floor, quantity)[0])
        name = self._name_before(floor, quantity, end)
        if name and len(name.name) > 2 and name.name[0] == "对" and _WHOSE.match(self._masked, quantity.end):
            return replace(name, name=name.name[1:], start=name.start + 1)
        return name

    def _names_nothing(self, start: int, stop: int) -> bool:
        """Whether only a verb of making stands before a number (打造10万亩…)."""
        for year in _YEAR.finditer(self._masked, start, stop):
            start = year.end()
        return self._bare(start, self._trim_end(start, stop), True) is None

    def _granted(
        self, floor: int, end: int, quantity: Quantity, rest: Sequence[Quantity]
    ) -> Indicator | None:
        """Read what is given, taxed or taken out at a rate."""
        at = quantity.end
        for following in rest[1:]:
            gap = self._masked[at : following.start]
            if len(gap) > 4 or not gap.startswith(("、", "和", "或")):
                break
            at = following.end
        tail = self._masked[at:end]
        left = self._masked[floor : quantity.start]
        if match := re.match(r"的税率(?:征收|缴纳)([^,]{2,12})", tail):
            return self._named(f"{match[1]}税率", at, at + match.end())
        if match := self._words.granted.match(tail):
            return self._named(match[1], at + match.start(1), at + match.end(1))
        if match := re.match(r"(?:给予|用于|予以)([^,的和并]{2,14})", tail):
            return self._named(match[1], at + match.start(1), at + match.end())
        if match := re.match(r"在?((?:税前)?(?:加计)?(?:扣除|摊销|抵扣))", tail):
            of = re.search(r"(?:按照?|以)([^,]{2,20})的$", left)
            name = f"{of[1]}{match[1]}" if of else match[1]
            return self._named(name, floor + of.start(1) if of else at, at + match.end())
        if match := re.search(r"从([^,]{2,40})中(?:提取|安排|计提|列支)$", left):
            return self._trimmed(floor + match.start(1), floor + match.end(1), False)
        if match := re.search(r"(?:按照?)其?([^,]{2,20})的$", left):
            return self._trimmed(floor + match.start(1), floor + match.end(1), False)
        if match := self._words.given.search(left):
            sign: Comparator | None = (
                "<=" if "最高" in left[match.start() :] or "不超过" in left[match.start() :] else None
            )
            begin = floor + match.start(1)
            return Indicator(name=match[1], start=begin, end=begin + len(match[1]), sign=sign)
        return None

    def _name_before(self, floor: int, quantity: Quantity, end: int) -> Indicator | None:
        start = floor
        outset = _OUTSET.search(self._masked, max(start, quantity.start - 24), quantity.start)
        for year in _YEAR.finditer(self._masked, start, outset.start() if outset else quantity.start):
            start = year.end()
        sign, stop = self._far_sign(start, quantity)
        stop = self._trim_end(start, min(stop, outset.start()) if outset else stop)
        if quantity.unit == "个百分点" and (
            versus := _COMPARED.search(self._masked, max(start, quantity.start - 24), quantity.figure)
        ):
            sign, stop = "=", self._trim_end(start, versus.start())
            if self._bare(start, stop, False) is None and floor > self._clause and self._said:
                return Indicator(name=self._said, start=quantity.start, end=quantity.end, sign=sign)
        against = self._words.change.search(self._masked, max(start, stop - 30), stop)
        if against:
            stop = self._trim_end(start, against.start())
        begin = self._bare(start, stop, False)
        bare = self._masked[start if begin is None else begin : stop].lstrip("、和及与 ")
        if quantity.unit_class == "count" and floor > self._clause and self._words.acts.fullmatch(bare):
            # 渔港项目开工3个、竣工5个: the second verb takes the place of the first.
            last = self._last.get(quantity.unit)
            if last is not None and (act := self._words.acts_end.search(last.name)):
                name = last.name[: act.start()] + squeeze(bare)
                return Indicator(name=name, start=quantity.start, end=quantity.end, sign=sign)
        changed = _CHANGED.fullmatch(bare) is not None
        if changed or self._bare(start, stop, True) is None:
            near = floor > self._clause and floor + 6 > (outset.start() if outset else quantity.start)
            return self._taken_up(
                floor, quantity, sign, counted=bool(bare and changed) or bool(against) or near
            )
        return self._trimmed(start, stop, _is_made(quantity), sign, quantity.unit_class == "count")

    def _far_sign(self, floor: int, quantity: Quantity) -> tuple[Comparator | None, int]:
        """Find a sign that its base parts from the number (不超过总投入30%); with where the name before it ends."""
        stop = quantity.start
        if quantity.bounds[0].implied:
            for far in self._words.far.finditer(self._masked, max(floor, stop - 22), stop):
                if 0 < stop - far.end() <= 14:
                    return self._words.signs[far[0]], far.start()
        return None, stop

    def _taken_up(
        self, floor: int, quantity: Quantity, sign: Comparator | None, counted: bool = False
    ) -> Indicator | None:
        """Return the name that stands in the clause before, or the last one counted in the same unit."""
        last = self._last.get("")
        if not counted and quantity.unit not in _RATIO:
            last = self._last.get(quantity.unit) or last
        if self._first is not None and self._first[0] < self._unit == quantity.start:
            last = self._first[1]
        if self._before is not None and floor == self._clause:
            start, stop = self._before
            adverb = _ADVERB.search(self._masked, start, stop)
            stop = adverb.start() if adverb else stop
            named = self._trimmed(start, stop, _is_made(quantity))
            if named is not None and _SIGN_NEXT.match(self._masked, stop):
                return replace(named, sign=sign)
            last = named or last
        elif self._last.get("") is not None and floor > self._clause:
            last = self._last[""]
        if counted and quantity.unit_class == "count":
            last = self._last.get(quantity.unit)
        elif quantity.unit_class not in ("share", "amount"):
            return None
        if last is None:
            return None
        return Indicator(name=last.name, start=quantity.start, end=quantity.end, sign=sign)

    def _trim_end(self, start: int, stop: int) -> int:
        while stop > start:
            piece = self._masked[max(start, stop - 12) : stop]
            bare = piece.rstrip()
            match = self._words.tail.search(bare) or _STEADY.search(bare)
            if match is None:
                return stop - (len(piece) - len(bare))
            stop -= len(piece) - match.start()
        return stop

    def _trimmed(
        self, start: int, stop: int, made: bool, sign: Comparator | None = None, listed: bool = False
    ) -> Indicator | None:
        """Cut what does not belong to a name off text[start:stop)."""
        begin = self._bare(start, stop, made, listed)
        return None if begin is None else self._named(self._text[begin:stop], begin, stop, sign)

    def _bare(self, start: int, stop: int, made: bool, listed: bool = False) -> int | None:
        """Return where the name begins that ends at `stop`, None where there is none."""
        for cause in self._words.after.finditer(self._masked, start, stop):
            if stop - cause.end() > 1:
                start = cause.end()
        if made and listed:
            for member in _MEMBERS.finditer(self._masked, start, stop):
                start = member.end()
        if made:
            for act in self._words.acted.finditer(self._masked, start, stop):
                if stop - act.end() > 1:
                    start = max(act.start("done"), act.start("done2"))
                    start = act.end() if start < 0 else start
        elif (sized := _SIZE.search(self._masked, start, stop)) and any(
            verb.end() == sized.start()
            for verb in self._words.make.finditer(self._masked, start, sized.start())
        ):
            start = sized.start()
        elif not made and (done := _DONE.match(self._masked, start, stop)):
            start = done.end()
        moved = True
        while moved and start < stop:
            moved = False
            if self._masked[start] in " \0\u3000\u2003—-\"'":
                start, moved = start + 1, True
                continue
            if match := _NUMBERING.match(self._masked[start : min(stop, start + 12)]):
                start, moved = start + match.end(), True
                continue
            for pattern in (self._words.lead, self._words.make) if made else (self._words.lead,):
                if match := pattern.match(self._masked, start, stop):
                    start, moved = match.end(), True
                    break
        return start if start < stop else None

    def _name_after(self, start: int, limit: int) -> Indicator | None:
        limit = min(limit, start + _REACH)
        piece = self._masked[start:limit]
        if piece.lstrip().startswith(("、", "和", "及", "与")) or _GROWN.match(piece):
            return None
        begin = start + len(piece) - len(piece.lstrip(" 的"))
        stop = limit
        for pattern in (_CUT, self._words.stop):
            if match := pattern.search(self._masked, begin, stop):
                stop = match.start()
        stop = begin + len(self._masked[begin:stop].rstrip(" 、和与及的"))
        if match := self._words.predicate.search(self._masked, begin + 2, stop):
            stop = begin + len(self._masked[begin : match.start()].rstrip(" 、和与及的"))
        if match := self._words.made.search(self._masked, begin, stop):
            stop = match.start() if match.start() > begin else stop
        if self._words.quality.search(self._masked, begin, stop) and "的" in self._masked[begin:stop]:
            stop = self._masked.index("的", begin, stop)
        elif "的" in self._masked[begin:stop]:
            begin = self._masked.rindex("的", begin, stop) + 1
        if match := self._words.praise.match(self._masked, begin, stop):
            begin = match.end()
        return self._named(self._text[begin:stop], begin, stop)

    def _named(self, name: str, start: int, end: int, sign: Comparator | None = None) -> Indicator | None:
        name = _NUMBERING.sub("", squeeze(_NOTE.sub("", name))).strip("、,，的（(")
        name = _EACH.sub("", _MARGIN.sub("", name))
        if name.endswith("方面") or not 1 < len(name) <= LONGEST_NAME or not _CJK.search(name):
            return None
        return Indicator(name=name.replace("应当", "").replace("原则上", ""), start=start, end=end, sign=sign)


def _is_made(quantity: Quantity) -> bool:
    """Whether a verb of making before the number is no part of what it measures."""
    return quantity.unit_class == "count" or (quantity.unit_class == "amount" and quantity.unit not in _MONEY)

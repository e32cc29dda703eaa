"""Find quantities: a number, its sign and its unit, wherever they stand; what they measure is read elsewhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from policykg.extract.normalise import parse_number
from policykg.extract.records import Comparator
from policykg.extract.rulefiles import any_of

_ARABIC = r"\d{1,15}(?:,\d{3})*(?:\.\d{1,6})?"
_CHINESE = r"[一二两三四五六七八九十百千零]{1,9}"
_SCALE = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)"
_GAP = r"[ \t\u3000\u2002\u2003]{0,2}"
_DASH = r"(?:-|—|–|~|－|至|到){1,2}"
#: 提升31.1个和26.3个百分点: the first number leaves the rest of its unit to the second.
_POINTS = re.compile(r"(?:、|和|与|及)\d[\d.]{0,8}个?百分点")
#: What quantities begin with: digits, numerals, scales, 百分之, 半数.
_BEGINS = re.compile(r"[\d一二两三四五六七八九十百千零万亿半]")
_NOTE = r"(?:\((?:含|不含)\))?"
UnitClass = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One number with its sign; `implied` is true where no word says the sign."""

    comparator: Comparator
    value: Decimal
    implied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number, or a range of two, with a unit: [start, end) from the first sign word to the last.

    `figure` is where the digits begin; `chinese` tells that the number is written in Chinese numerals.
    """

    start: int
    figure: int
    end: int
    bounds: tuple[Bound, ...]
    unit: str
    unit_class: UnitClass
    chinese: bool


class QuantityReader:
    """Read quantities by the units and signs of a pattern file."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        units: Mapping[str, list[str]] = table["units"]
        self.classes = {unit: name for name in ("count", "amount", "share", "time") for unit in units[name]}
        signs: Mapping[Comparator, Mapping[str, list[str]]] = table["comparators"]
        self.before = {word: sign for sign, words in signs.items() for word in words["before"]}
        self.after = {word: sign for sign, words in signs.items() for word in words["after"]}
        unit = any_of(self.classes)
        more = any_of(signs[">"]["after"])
        behind = any_of(word for word in self.after if word not in signs[">"]["after"])
        number = rf"(?:{_ARABIC}|{_CHINESE})"
        self._quantity = re.compile(
            rf"(?:(?P<low>{number})(?P<low_scale>{_SCALE})?{_GAP}(?P<low_unit>{unit})?(?P<low_note>{_NOTE})"
            rf"(?:{_DASH}|(?P<low_after>以上|及以上))(?:\((?:含|不含)\))?)?"
            rf"(?P<number>{number}){_GAP}(?P<many>(?:{more})(?={_SCALE}))?(?P<scale>{_SCALE})?(?P<more>{more})?{_GAP}"
            rf"(?P<unit>{unit})"
            rf"(?P<note>{_NOTE})(?:/年|/月)?(?P<after>(?:{behind}){{0,2}})"
            rf"|百分之(?P<percent>{_CHINESE}|{_ARABIC})(?P<percent_after>(?:{behind})?)"
            rf"|(?P<whole>{_CHINESE})分之(?P<part>[一二两三四五六七八九十])(?P<part_after>(?:{behind})?)"
            rf"|(?<=[超近约达逾过到占])(?P<tenths>[一二两三四五六七八九])成(?![立为果功效本员交型])"
            rf"|(?P<tenths2>[一二两三四五六七八九])成(?P<tenths_after>以上|左右|以内)"
            rf"|(?P<half>一半|半数)(?P<half_after>(?:{behind})?)"
            rf"|(?<=超|破|达)(?P<bare>{_SCALE})(?![年\u4e00-\u9fff])"
            rf"|(?<=[过破到])(?P<bare2>{_SCALE})(?![年\u4e00-\u9fff])"
        )
        self._sign_before = re.compile(rf"(?:{any_of(self.before)})$")
        self._longest_sign = max(map(len, self.before))

    def find(self, folded: str, start: int, end: int) -> Iterator[Quantity]:
        """Find the quantities of a folded text between two offsets, in order and without overlaps."""
        at = start
        # Most clauses hold no character that a quantity begins with; to look for one first is much quicker.
        while (begin := _BEGINS.search(folded, at, end)) and (
            match := self._quantity.search(folded, begin.start(), end)
        ):
            if match["low_unit"] and match["low_unit"] != match["unit"]:
                # 12个到2031年 is no range: the first number stands alone.
                match = self._quantity.search(folded, match.start(), match.end("low_unit")) or match
            at = match.end()
            if _is_glued(folded, match.start(), start):
                continue
            yield from self._read(folded, match, start)

    def _read(self, folded: str, match: re.Match[str], floor: int) -> Iterator[Quantity]:
        begin, sign = self.sign_before(folded, floor, match.start())
        try:
            if match["number"]:
                unit = match["unit"]
                if unit == "个" and _POINTS.match(folded, match.end("unit")):
                    unit = "个百分点"
                high = _value(match["number"], match["scale"])
                if match["low"]:
                    bounds = self._range(match, high)
                else:
                    bounds = (
                        self._single(
                            sign,
                            high,
                            match["many"] or match["more"],
                            match["after"] or _noted(match["note"]),
                        ),
                    )
                chinese = not match["number"][0].isdigit()
            else:
                unit = "" if match["bare"] or match["bare2"] else "%"
                value, after = _part(match)
                bounds = (self._single(sign, value, None, after),)
                chinese = False
        except (ValueError, InvalidOperation):
            return
        yield Quantity(
            start=begin,
            figure=match.start(),
            end=match.end(),
            bounds=bounds,
            unit=unit,
            unit_class=self.classes.get(unit, "count"),
            chinese=chinese,
        )

    def sign_before(self, folded: str, floor: int, at: int) -> tuple[int, Comparator | None]:
        """Return where the sign words before an offset begin, and the sign of the one that says most."""
        sign: Comparator | None = None
        while True:
            window = folded[max(floor, at - self._longest_sign) : at]
            stripped = window.rstrip()
            if not (match := self._sign_before.search(stripped)):
                return at, sign
            at -= len(window) - match.start()
            found = self.before[match[0]]
            if sign in (None, "="):
                sign = found

    def _single(self, sign: Comparator | None, value: Decimal, more: str | None, after: str | None) -> Bound:
        if after and after.startswith("不含"):
            return Bound(comparator="<", value=value)
        if after:
            endings = [word for word in self.after if after.endswith(word)]
            last: Comparator = self.after[max(endings, key=len)] if endings else "="
            return Bound(comparator=last, value=value)
        if more:
            return Bound(comparator=">", value=value)
        return Bound(comparator=sign or "=", value=value, implied=sign is None)

    def _range(self, match: re.Match[str], high: Decimal) -> tuple[Bound, ...]:
        low = _value(match["low"], match["low_scale"] or (None if match["low_unit"] else match["scale"]))
        if low >= high:
            raise ValueError("no rising range")
        upper: Comparator = "<" if "不含" in (match["note"] or "") else "<="
        return Bound(comparator=">=", value=low), Bound(comparator=upper, value=high)


def _noted(note: str | None) -> str | None:
    return "不含" if note and "不含" in note else None


def _is_glued(folded: str, at: int, floor: int) -> bool:
    """Whether the number is the tail of a longer number, code or ordinal."""
    before = folded[at - 1 : at] if at > floor else ""
    if not before:
        return False
    if before in "第.+/#:" or (before.isascii() and before.isalnum()):
        return True
    return before in "一二三四五六七八九十百千万亿" or (
        before in "-—–~" and folded[at - 2 : at - 1].isdigit()
    )


def _value(number: str, scale: str | None) -> Decimal:
    value = parse_number(number)
    return value * parse_number(f"1{scale}") if scale else value


def _part(match: re.Match[str]) -> tuple[Decimal, str | None]:
    if match["percent"]:
        return parse_number(match["percent"]), match["percent_after"]
    if match["whole"]:
        return parse_number(match["part"]) * 100 / parse_number(match["whole"]), match["part_after"]
    if tenths := match["tenths"] or match["tenths2"]:
        return parse_number(tenths) * 10, match["tenths_after"]
    if match["half"]:
        return Decimal(50), match["half_after"]
    return parse_number(f"1{match['bare'] or match['bare2']}"), None

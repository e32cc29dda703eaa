"""Numbers that Word prints before paragraphs without keeping them in the text: 第一章, （一）, 1."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
#: No list has more levels or entries.
_LEVELS = 9
_MOST = 9999


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered; `text` holds %1 for the first level's number, %2 for the second's."""

    format: str
    text: str
    start: int


#: The levels of each list, by the list's id.
Numbering = Mapping[str, Mapping[int, Level]]


class Counters:
    """The numbers printed so far in each list."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._at: dict[str, dict[int, int]] = {}

    def next(self, list_id: str, level: str) -> str:
        """Return the next number of a list's level, as printed; "" for bullets and unknown lists."""
        levels = self._numbering.get(list_id)
        if levels is None or not re.fullmatch(r"\d", level):
            return ""
        depth = int(level)
        found = levels.get(depth)
        if found is None:
            return ""
        counts = self._at.setdefault(list_id, {})
        counts[depth] = min(_MOST, counts.get(depth, found.start - 1) + 1)
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if found.format in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            own = levels.get(at)
            return format_number(counts.get(at, own.start), own.format) if own else ""

        return re.sub(r"%([1-9])", number, found.text)


def format_number(value: int, format: str) -> str:
    """Write a number in one of Word's formats; an unknown one comes out in Arabic digits.

    Example:
        >>> format_number(12, "chineseCounting"), format_number(3, "decimalEnclosedCircle")
        ('十二', '③')
    """
    if format in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
    ):
        return _chinese(value)
    if format.startswith("decimalEnclosedCircle") and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    if format in ("upperLetter", "lowerLetter") and 1 <= value <= 26:
        return chr((ord("A") if format == "upperLetter" else ord("a")) + value - 1)
    if format in ("upperRoman", "lowerRoman") and 1 <= value <= 200:
        roman = _roman(value)
        return roman if format == "upperRoman" else roman.lower()
    if format == "ideographTraditional" and 1 <= value <= 10:
        return _STEMS[value - 1]
    if format == "ideographZodiac" and 1 <= value <= 12:
        return _BRANCHES[value - 1]
    return str(value)


def _chinese(value: int) -> str:
    if not 0 < value < 100:
        if 100 <= value < 1000:
            hundreds, rest = divmod(value, 100)
            tail = "" if not rest else ("零" if rest < 10 else "一" if rest < 20 else "") + _chinese(rest)
            return f"{_DIGITS[hundreds]}百{tail}"
        return "".join(_DIGITS[int(digit)] for digit in str(value))
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _roman(value: int) -> str:
    parts = (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    written = ""
    for size, letters in parts:
        count, value = divmod(value, size)
        written += letters * count
    return written


def read_numbering(root: etree._Element | None) -> Numbering:
    """Read a Word file's `numbering.xml`."""
    if root is None:
        return {}
    shapes: dict[str, dict[int, Level]] = {}
    for abstract in root.iter(_W + "abstractNum"):
        levels = {}
        for level in abstract.iter(_W + "lvl"):
            depth = level.get(_W + "ilvl", "")
            if re.fullmatch(r"\d", depth) and int(depth) < _LEVELS:
                levels[int(depth)] = Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", "")[:20],
                    _start(level, "start"),
                )
        shapes[abstract.get(_W + "abstractNumId", "")] = levels
    lists: dict[str, dict[int, Level]] = {}
    for number in root.iter(_W + "num"):
        levels = dict(shapes.get(_value(number, "abstractNumId", ""), {}))
        for override in number.iter(_W + "lvlOverride"):
            depth = override.get(_W + "ilvl", "")
            if (
                re.fullmatch(r"\d", depth)
                and int(depth) in levels
                and override.find(_W + "startOverride") is not None
            ):
                known = levels[int(depth)]
                levels[int(depth)] = Level(known.format, known.text, _start(override, "startOverride"))
        lists[number.get(_W + "numId", "")] = levels
    return lists


def _value(element: etree._Element, name: str, default: str) -> str:
    child = element.find(_W + name)
    return default if child is None else child.get(_W + "val", default)


def _start(element: etree._Element, name: str) -> int:
    value = _value(element, name, "1")
    return int(value) if re.fullmatch(r"\d{1,4}", value) else 1

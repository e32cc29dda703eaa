"""Read tables of indicators: rows of a name and its values, under years or the word for a goal.

A row of a table is a line with "|" between its cells, as Markdown has it and the readers write it. A table is read where
a row heads its columns with years (2034年, 2036年目标) or with 目标, and only rows of as many cells as that one has; where
the first cell goes for several rows, one less.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from policykg.extract.normalise import fold, parse_number, squeeze
from policykg.extract.numbers.horizon import Horizon
from policykg.extract.records import Comparator, Measure, MeasureKind

_ROW = re.compile(r"^[^\n|]{0,400}\|[^\n]{0,2000}$", re.MULTILINE)
# A cell without the white space and Markdown's marks of bold type around it.
_CELL = re.compile(r"[^\s|*_](?:[^|\n]*[^\s|*_])?")
_RULED = re.compile(r"[\s:|-]+")
_COLUMN = re.compile(
    r"(?:到|至|截至)?(?P<year>(?:19|20)\d\d)年?(?:底|末)?(?P<what>[\u4e00-\u9fff()]{0,8})"
    r"|(?:规划|预期|发展|建设|工作|总体|具体|量化){0,2}目标值?"
)
_REACHED = re.compile(r"实际|完成|执行|决算|基数|基期|基准|现状|现值|已")
_NAMED = re.compile(r"(?:主要|具体|核心|关键|发展|考核|评价)?指标(?:名称|项|内容)?|名称|目标名称")
_UNIT_HEAD = re.compile(r"(?:计量)?单位")
_OTHER = re.compile(r"序号|编号|类别|类型|分类|领域|[^|]{0,6}单位|[^|]{0,4}部门")
_VALUE = re.compile(
    r"\[?(?P<sign>>=|<=|[≥≧≤≦><~]|不低于|不少于|不超过|超过|突破|达到|约|力争)?(?:(?P<low>\d[\d,]{0,15}(?:\.\d{1,6})?)[-—–~至])?"
    r"(?P<number>\d[\d,]{0,15}(?:\.\d{1,6})?)(?P<unit>[^\d\[\];,。、:]{0,8}?)(?P<after>以上|左右|以下|以内)?\]?"
)
_SIGNS: Mapping[str, Comparator] = {
    **dict.fromkeys((">=", "≥", "≧", "不低于", "不少于", "达到", "以上"), ">="),
    **dict.fromkeys(("<=", "≤", "≦", "不超过", "以下", "以内"), "<="),
    **dict.fromkeys((">", "超过", "突破"), ">"),
    **dict.fromkeys(("~", "约", "左右"), "~"),
    "<": "<",
}
_SCALED = re.compile(r"(?P<scale>万亿|千亿|百亿|亿|千万|百万|万|千|百)(?P<unit>.+)")
_NOTE = re.compile(r"\((?P<unit>[^()]{1,10})\)$")
_NUMBERED = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})?[.、]?\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read: [start, end) of its line, and its measures."""

    start: int
    end: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Head:
    """What the columns hold: the values by column, the name, and the unit if it has a column of its own."""

    width: int
    values: Mapping[int, re.Match[str]]
    name: int
    unit: int | None


def read_rows(text: str, horizon: Horizon, units: Mapping[str, str]) -> Iterator[Row]:
    """Read the rows of all tables of indicators in a text, in order.

    Args:
        units: the known units; a number in front of another word has that word as its unit too, but no power of ten.
    """
    if "|" not in text:
        return
    head: _Head | None = None
    last = -1
    for line in _ROW.finditer(text):
        cells = [
            _Cell(line.start() + cell.start(), line.start() + cell.end(), squeeze(fold(cell[0])))
            for cell in _CELL.finditer(line[0])
        ]
        if text[max(last, 0) : line.start()].strip() or last < 0:
            head = None
        last = line.end()
        if _RULED.fullmatch(line[0]):
            continue
        if found := _read_head(cells):
            head = found
        elif head is not None and 0 <= head.width - len(cells) <= 1:
            measures = tuple(_read_row(text, cells, head, horizon, units))
            if measures:
                yield Row(line.start(), line.end(), measures)


def _read_head(cells: list[_Cell]) -> _Head | None:
    values = {n: found for n, cell in enumerate(cells) if (found := _COLUMN.fullmatch(cell.text))}
    names = [n for n in range(len(cells)) if n not in values]
    if not values or not names or names[0] > min(values):
        return None
    before = [n for n in names if n < min(values) and not _OTHER.fullmatch(cells[n].text)]
    name = next((n for n in before if _NAMED.fullmatch(cells[n].text)), before[0] if before else None)
    unit = next((n for n in names if _UNIT_HEAD.fullmatch(cells[n].text)), None)
    return None if name is None else _Head(len(cells), values, name, unit)


def _read_row(
    text: str, cells: list[_Cell], head: _Head, horizon: Horizon, units: Mapping[str, str]
) -> Iterator[Measure]:
    missing = head.width - len(cells)
    if head.name < missing:
        return
    named = cells[head.name - missing]
    begin = named.start
    name, noted = named.text, ""
    if (numbered := _NUMBERED.match(name)) and numbered.end() < len(name):
        begin += len(numbered[0]) if text.startswith(numbered[0], begin) else 0
        name = name[numbered.end() :]
    if (note := _NOTE.search(name)) and (_power(note["unit"], units)[1] in units or "/" in note["unit"]):
        name, noted = name[: note.start()], note["unit"]
    if head.unit is not None:
        noted = cells[head.unit - missing].text
    if len(name) < 2 or _VALUE.fullmatch(name):
        return
    outlook = horizon.at(named.start)
    for column, said in head.values.items():
        cell = cells[column - missing]
        value = _VALUE.fullmatch(cell.text)
        if value is None:
            continue
        year = said["year"] or ""
        kind: MeasureKind = "target"
        if _REACHED.search(said["what"] or "") or (
            horizon.year is not None and year and int(year) < horizon.year
        ):
            kind = "baseline"
        power, unit = _power(value["unit"] or noted, units)
        for comparator, number in _bounds(value):
            yield Measure(
                kind=kind,
                indicator=name,
                comparator=comparator,
                value=float(number * power),
                unit=unit,
                date=year or (outlook.goal_date if kind == "target" else outlook.past_date),
                start=begin,
                end=cell.end,
            )


def _bounds(value: re.Match[str]) -> Iterator[tuple[Comparator, Decimal]]:
    if value["low"]:
        yield ">=", parse_number(value["low"])
        yield "<=", parse_number(value["number"])
    else:
        yield _SIGNS.get(value["after"] or value["sign"] or "", "="), parse_number(value["number"])


def _power(unit: str, units: Mapping[str, str]) -> tuple[Decimal, str]:
    """Part a unit from the power of ten before it: 亿元, 万人次; 千瓦 is a whole unit."""
    scaled = _SCALED.fullmatch(unit)
    if scaled is None or (scaled["scale"] in "千百" and (unit in units or scaled["unit"] not in units)):
        return Decimal(1), unit
    return parse_number(f"1{scaled['scale']}"), scaled["unit"]

"""Tables of indicators: columns of years and goals, units in parentheses and columns, rows that share a first cell."""

from policykg.extract.numbers.horizon import Horizon
from policykg.extract.numbers.measures import MeasureReader
from policykg.extract.numbers.tabular import read_rows
from policykg.extract.structure.units import split_units

UNITS = MeasureReader.load().quantities.classes


def lines(text: str, year: int | None = 2034) -> list[str]:
    return [
        f"{m.kind}|{m.indicator}|{m.comparator}|{m.value:.15g}|{m.unit}|{m.date}"
        for row in read_rows(text, Horizon(text, (), year), UNITS)
        for m in row.measures
    ]


def test_years_head_columns() -> None:
    text = """| 序号 | 指标 | 2033年实际 | 2035年 | 2036年目标 |
| --- | :--- | --- | --- | --- |
| 1 | 渔业规模（亿元） | 300 | 450 | ≥600 |
| 2 | **渔港** | 60个 | 120个 | 200个左右 |
| 3 | 灯塔（座） | 三座 | — | 5-8 |
"""
    assert lines(text) == [
        "baseline|渔业规模|=|30000000000|元|2033",
        "target|渔业规模|=|45000000000|元|2035",
        "target|渔业规模|>=|60000000000|元|2036",
        "baseline|渔港|=|60|个|2033",
        "target|渔港|=|120|个|2035",
        "target|渔港|~|200|个|2036",
        "target|灯塔|>=|5|座|2036",
        "target|灯塔|<=|8|座|2036",
    ]


def test_units_have_a_column_and_a_first_cell_goes_for_rows() -> None:
    text = """类别 | 指标 | 单位 | 2030年 | 2035年 | 属性
创新 | 1.研发投入强度 | % | 2.8 | 3.5以上 | 预期性
2.有效专利 | 万件 | 1.2 | [2] | 预期性
绿色 | 3.单位用电量 | 千瓦时/万元 | 120 | 90 | 约束性
"""
    assert lines(text) == [
        "baseline|研发投入强度|=|2.8|%|2030",
        "target|研发投入强度|>=|3.5|%|2035",
        "baseline|有效专利|=|12000|件|2030",
        "target|有效专利|=|20000|件|2035",
        "baseline|单位用电量|=|120|千瓦时/万元|2030",
        "target|单位用电量|=|90|千瓦时/万元|2035",
    ]


def test_other_tables_are_left_to_their_words() -> None:
    text = "| 项目 | 牵头单位 | 完成时限 |\n| --- | --- | --- |\n| 修缮灯塔 | 市渔业局 | 2035年12月 |\n"
    assert lines(text) == []
    assert lines("| 指标 | 2035年 |\n\n正文。\n\n| 渔港 | 5 |") == []


def test_rows_are_read_once_and_measures_stand_at_their_words() -> None:
    text = "到2035年，建成渔港9座。\n指标 | 目标值\n一、灯塔（座） | 7；\n灯塔（座） | 8\n完成率 | 90%\n"
    readings = list(MeasureReader.load().read(text, Horizon(text, (), 2034), split_units(text)))
    assert [(r.rule, text[r.measure.start : r.measure.end]) for r in readings] == [
        ("goal", "渔港9座"),
        ("table", "灯塔（座） | 8"),
        ("table", "完成率 | 90%"),
    ]


def test_long_lines_of_bars_are_read_in_time() -> None:
    assert lines("指标 | 2035年\n" + "|" * 100_000) == []
    assert lines("指标 | 2035年\n渔港 | " + "1" * 100_000) == []

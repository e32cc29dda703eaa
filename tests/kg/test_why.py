"""Reasons in Chinese: each step that the program gives has a wording, and others stay as they are."""

import pytest

from policykg.kg.why import reason_text


@pytest.mark.parametrize(
    ("stored", "zh"),
    [
        ("岛科部 is the short form of 岛屿科技部", "“岛科部”是“岛屿科技部”的简称"),
        ("short for 岛屿科技部 (at 12)", "“岛屿科技部”的简称（位置12）"),
        ("what the parentheses add is left out", "不计括号中的补充"),
        ("政府 of 青川市 is its 人民政府; 部门 of 青川市", "“青川市”的政府即其人民政府；“青川市”的“部门”"),
        ("青川市 as a body is the government of 青川市", "“青川市”作为机构指“青川市”的人民政府"),
        (
            "甲办法 → 甲办法（试行）: 甲办法（试行） is the full title",
            "甲办法 → 甲办法（试行）：“甲办法（试行）”是全称",
        ),
        ("甲局: the same but for width, quotation marks or brackets", "甲局：只有宽度、引号或括号不同"),
        ("合并：见会议纪要", "合并：见会议纪要"),
        ("checked by hand; 甲 is 乙", "checked by hand；“甲”即“乙”"),
        ("", ""),
    ],
)
def test_reasons_are_worded_in_chinese(stored: str, zh: str) -> None:
    assert reason_text(stored, "zh") == zh
    assert reason_text(stored, "en") == stored

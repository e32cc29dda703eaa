"""No name holds half a pair of brackets, an item's number or two bodies."""

import pytest

from policykg.extract.names.wellformed import NameTest, is_balanced, is_glued, is_numbered


@pytest.mark.parametrize("text", ["理事会(董事会)", "“沙盒监管”机制", "《甲〈乙〉办法》", "潮汐基金"])
def test_balanced(text: str) -> None:
    assert is_balanced(text)


@pytest.mark.parametrize(
    "text", ["理事会(董事会", "厅(委", "模式”的做法", "“核心区", ")中心", "(甲》", "初审→评审"]
)
def test_unbalanced_is_no_name(text: str) -> None:
    assert not is_balanced(text)
    assert not NameTest(text, set()).holds(0, len(text), "Program")


@pytest.mark.parametrize(
    ("text", "numbered"),
    [
        ("2. 建设主体", True),
        ("（一）管理机构", True),
        ("—示范区", True),
        ("5G应用试点", False),
        ("12345热线", False),
        ("万元补助资金", True),
        ("20亿元产业基金", True),
        ("年的贴息", True),
        ("元宇宙实验室", False),
        ("年度报告制度", False),
    ],
)
def test_numbers_of_items_belong_to_the_list(text: str, numbered: bool) -> None:
    assert is_numbered(text) is numbered
    assert NameTest(text, set()).holds(0, len(text), "Program") is not numbered


def test_bodies_without_separator_are_several() -> None:
    text = "科技部财政部印发办法"
    assert is_glued(text, 0, 6, {(0, 3), (3, 6)})
    assert not is_glued(text, 0, 6, {(0, 3)})
    assert not NameTest(text, {(0, 3), (3, 6)}).holds(0, 6, "Body")
    assert NameTest(text, {(0, 3), (3, 6)}).holds(0, 3, "Body")
    assert not is_glued("国务院办公厅", 0, 6, {(0, 3), (3, 6)})

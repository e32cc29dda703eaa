"""Who acts: rules (a) to (e) of the guidelines, and what a sentence takes over from around it."""

import pytest

from policykg.extract.relations.carrying import Carry
from policykg.extract.relations.clauses import Entity, lay_out, load_cues
from policykg.extract.relations.frames import parse_example
from policykg.extract.relations.items import read_opening
from policykg.extract.relations.scanning import Scanner, mask
from policykg.extract.relations.subjects import read_subjects

VERBS = frozenset({"设立", "建立", "开展", "制定", "实施", "承担"})


def doers(marked: str, verb: str, inherited: tuple[Entity, ...] = ()) -> list[str]:
    example = parse_example(marked)
    text = example.text
    entities = [Entity(m.start, m.end, m.type, text[m.start : m.end]) for m in example.mentions]
    masked = mask(text, entities)
    cues = load_cues()
    hits = Scanner(VERBS | cues.words(), hiding=cues.ignored).scan(masked)
    sentence = lay_out(text, masked, (0, len(text)), entities, hits, VERBS, cues)
    reading = read_subjects(sentence, cues, inherited, VERBS)
    return [e.name for e in reading.at(text.index(verb)).doers]


@pytest.mark.parametrize(
    ("marked", "verb", "expected"),
    [
        ("[科技局|Body]应当设立[基金|Mechanism]。", "设立", ["科技局"]),
        ("第三条 各级[政府|Body]和[部门|Body]应当建立[机制|Mechanism]。", "建立", ["政府", "部门"]),
        ("[示范区|Program]内的[企业|Body]应当建立[机制|Mechanism]。", "建立", ["企业"]),
        ("从事研究的[企业|Body]应当建立[机制|Mechanism]。", "建立", ["企业"]),
        ("[科技局|Body]应当加强指导，建立[机制|Mechanism]。", "建立", ["科技局"]),
        ("支持[企业|Body]、[高校|Body]设立[研究院|Body]。", "设立", ["企业", "高校"]),
        ("[科技局|Body]应当鼓励[企业|Body]建立[机制|Mechanism]。", "建立", ["企业"]),
        ("[办法|Mechanism]由[科技局|Body]制定。", "制定", ["科技局"]),
        ("对[企业|Body]开展培训。", "开展", []),
        ("在[园区|Program]设立[基金|Mechanism]。", "设立", []),
        ("鼓励[高校|Body]的教师设立[公司|Body]。", "设立", []),
        ("设立[基金|Mechanism]。", "设立", []),
        ("[政府|Body]设立[管理机构|Body]，负责制定[规划|Mechanism]。", "制定", ["管理机构"]),
        ("[省政府|Body]应当制定优先发展的[指南|Mechanism]。", "制定", ["省政府"]),
        ("[省政府|Body]对促进[企业|Body]成长的[部门|Body]开展[奖励|Mechanism]。", "开展", ["省政府"]),
        ("[科技局|Body]2022 年9月30日“十四五”规划纲要要求设立[基金|Mechanism]。", "设立", []),
        ("[科技局|Body]二〇二二年九月三十日设立[基金|Mechanism]。", "设立", ["科技局"]),
        ("支持[企业|Body]在[园区|Program]集聚发展，打造[集聚区|Program]。", "打造", []),
        ("支持经[海关|Body]登记的美丽企业，设立[基金|Mechanism]。", "设立", []),
        ("鼓励[高校|Body]，以及知名的[企业|Body]设立[基金|Mechanism]。", "设立", ["高校", "企业"]),
    ],
)
def test_read_subjects(marked, verb, expected):
    assert doers(marked, verb) == expected


def test_read_subjects_takes_over_where_none_is_named():
    bureau = Entity(-2, -1, "Body", "科技局")
    assert doers("建立[机制|Mechanism]。", "建立", (bureau,)) == ["科技局"]
    assert doers("[企业|Body]建立[机制|Mechanism]。", "建立", (bureau,)) == ["企业"]


def before(carry: Carry, text: str) -> tuple[Entity, ...]:
    return carry.before(text, 0, read_opening(text))


def test_carry_stays_inside_an_article_and_its_list():
    cues = load_cues()
    bureau = (Entity(0, 3, "Body", "科技局"),)
    carry = Carry()
    assert before(carry, "第六条 科技局负责管理，主要职责是：") == ()
    carry.after("第六条 科技局负责管理，主要职责是：", 0, bureau, cues)
    assert before(carry, "1. 制定规划。") == bureau
    carry.after("1. 制定规划。", 0, (), cues)
    assert before(carry, "2. 开展评估。") == bureau
    assert before(carry, "第七条 建立制度。") == ()


def test_carry_takes_over_a_duty_put_on_no_one_named():
    enterprise = (Entity(0, 2, "Body", "企业"),)
    carry = Carry()
    before(carry, "一、总体要求")
    carry.after("企业应当建立制度。", 0, enterprise, load_cues())
    assert before(carry, "要完善制度。") == enterprise


def test_carry_is_for_items_of_plans_that_open_with_a_duty():
    enterprise = (Entity(0, 2, "Body", "企业"),)
    carry = Carry()
    before(carry, "（二）落实责任。")
    carry.after("（二）落实责任。", 0, (), load_cues())
    before(carry, "企业要建立制度。")
    carry.after("企业要建立制度。", 0, enterprise, load_cues())
    assert before(carry, "建立制度。") == enterprise
    assert before(carry, "（三）建立制度。") == ()


def test_carry_is_not_for_what_a_plan_says_later():
    carry = Carry()
    for text in ("一、总体要求", "建设平台。", "拓展市场。"):
        before(carry, text)
        carry.after(text, 0, (), load_cues())
    before(carry, "企业应当建立制度。")
    carry.after("企业应当建立制度。", 0, (Entity(0, 2, "Body", "企业"),), load_cues())
    assert before(carry, "建立制度。") == ()


def test_read_opening():
    assert all(
        read_opening(text)
        for text in ("第十二条 本市", "（一）推进", "(二)推进", "3. 建设", "4．建设", "五、保障", "——规模")
    )
    assert not any(read_opening(text) for text in ("3.5亿元", "建设平台", "2025年"))
    assert [read_opening(text) for text in ("第十二条 本市", "五、保障", "（一）推进", "——规模")] == [
        "article",
        "article",
        "item",
        "dash",
    ]

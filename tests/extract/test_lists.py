"""How far a list reaches, and what that means for those who act in it."""

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policykg.extract.annotations import MENTIONS, make_span, relations, write_spans
from policykg.extract.records import DocumentInfo, DocumentSpan
from policykg.extract.relations.frames import load_frames, parse_example
from policykg.extract.relations.relations import Relations
from policykg.extract.structure.lists import list_end
from policykg.extract.structure.sections import find_sections
from policykg.extract.units import Units

COMPONENT = Relations(load_frames())


@pytest.mark.parametrize(
    ("text", "lead_in", "last"),
    [
        ("第一条 企业应当：\n（一）守法；\n（二）诚信。\n第二条 照办。", "企业应当：", "诚信。"),
        ("企业应当：\n1．守法。\n2．诚信。\n1．园区照办。\n2．港口照办。", "企业应当：", "诚信。\n"),
        ("一、范围\n企业应当：\n守法；\n诚信。\n二、园区\n照办。", "企业应当：", "诚信。"),
        ("企业应当：\n（1）守法。\n（2）诚信。\n2．园区照办。", "企业应当：", "诚信。"),
        ("一、企业\n1. 企业应当：\n（1）守法。\n（2）诚信。\n2. 园区照办。", "企业应当：", "诚信。"),
    ],
)
def test_list_end(text: str, lead_in: str, last: str) -> None:
    start = text.index(lead_in)
    end = list_end(find_sections(text, 0, len(text)), start, start + len(lead_in))
    assert end is not None
    assert text[:end].strip().endswith(last.strip())


def test_no_section_tells_where_a_list_ends() -> None:
    assert list_end((), 0, 5) is None


def facts(marked: str) -> set[str]:
    example = parse_example(marked)
    text = example.text
    doc = Units()(Doc(Vocab(), words=list(text), spaces=[False] * len(text)))
    write_spans(doc, MENTIONS, [make_span(doc, m.start, m.end, m.type) for m in example.mentions])
    doc._.document = DocumentSpan(
        start=0, end=len(text), sections=find_sections(text, 0, len(text)), info=DocumentInfo()
    )
    return {f"{r.subject} {r.predicate} {r.object} {r.modality}" for r in relations(COMPONENT(doc))}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            "[申报单位|Body]应当符合以下条件：\n1．建立[年报制度|Mechanism]。\n1．建立[专家库|Program]。",
            {"申报单位 establishes 年报制度 required", "@doc establishes 专家库 required"},
            id="subject-ends-with-its-list",
        ),
        pytest.param(
            "应当符合以下条件：\n1．建立[年报制度|Mechanism]。\n1．建立[专家库|Program]。",
            {"@doc establishes 专家库 required"},
            id="conditions-are-no-deeds-of-the-document",
        ),
        pytest.param(
            "二、申报条件\n建立[年报制度|Mechanism]，依据[《渔港条例》|Document]。\n三、任务\n建立[专家库|Program]。",
            {"@doc cites 《渔港条例》 stated", "@doc establishes 专家库 required"},
            id="conditions-by-their-heading",
        ),
        pytest.param(
            "有下列情形的，不予支持：\n（一）设立[分支机构|Body]的；\n（二）开展[试航项目|Program]的。",
            set(),
            id="cases",
        ),
        pytest.param(
            "[科技局|Body]受理材料→开展[专家评审|Mechanism]→[财政局|Body]开展[绩效评价|Mechanism]。",
            {"@doc employs 专家评审 required", "财政局 employs 绩效评价 required"},
            id="steps-of-a-procedure",
        ),
    ],
)
def test_who_acts_in_a_list(marked: str, expected: set[str]) -> None:
    assert facts(marked) == expected


def test_tables_of_entries_state_nothing() -> None:
    table = "发文字号 湖科发〔2031〕1号\n工具分类 服务[企业|Body]\n支持内容\n建立[专家库|Program]，组织各区认真申报。\n"
    entries = "".join(f"{n}. 支持[园区|Program]建设\n{table}" for n in range(1, 4))
    assert facts(entries) == {"@doc supports 园区 encouraged", "@doc establishes 专家库 required"}


@pytest.mark.parametrize(
    ("marked", "giver"),
    [
        ("鼓励[企业|Body]上市，对上市的给予[奖励|Mechanism]。", "@doc"),
        ("鼓励[企业|Body]上市并给予[奖励|Mechanism]。", "@doc"),
        ("[企业|Body]在海岛开店满一年的，给予[奖励|Mechanism]。", "@doc"),
        ("[企业|Body]按照投资额的十分之一，给予[奖励|Mechanism]。", "@doc"),
        ("鼓励[企业|Body]发展，按以下标准给予支持：对上市的[企业|Body]给予[奖励|Mechanism]。", "@doc"),
        ("对通过冠军企业（产品）认定的[渔业企业|Body]给予[奖励|Mechanism]。", "@doc"),
        ("[企业|Body]培育。对[企业|Body]给予支持，具体如下：\n（一）对上市的给予[奖励|Mechanism]。", "@doc"),
        ("[财政局|Body]对开店满一年的，给予[奖励|Mechanism]。", "财政局"),
    ],
)
def test_who_gives_is_not_who_is_given(marked: str, giver: str) -> None:
    assert {fact.split()[0] for fact in facts(marked) if " employs " in fact} == {giver}


@pytest.mark.parametrize(
    "marked",
    [
        "各[区人民政府|Body]，市政府各委、办、局，建设[示范区|Program]的各有关单位：",
        "湖湾市[渔港发展专项资金管理办法|Mechanism]",
        "[补助资金|Mechanism]不含[展品征集|Mechanism]。",
        "[科技局|Body]应当作出是否颁发[许可证|Mechanism]的决定。",
        "[试航项目|Program]应当符合以下条件：\n在境外设立[工场|Program]的；",
        "潮汐能设备服务提供者应当建立[年报制度|Mechanism]。",
    ],
)
def test_what_states_nothing_of_the_document(marked: str) -> None:
    assert facts(marked) == set()


def test_what_tells_a_project_apart_encourages_nothing() -> None:
    for marked in (
        "对旨在促进节能的[改造项目|Program]给予[奖励|Mechanism]。",
        "对投资不低于5万元的，旨在促进节能而实施的[改造项目|Program]进行[奖励|Mechanism]。",
    ):
        assert {"@doc employs 奖励 required", "奖励 appliesTo 改造项目 required"} <= facts(marked)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            "鼓励[企业|Body]试航，对符合条件的[企业|Body]按照一定比例予以[奖励|Mechanism]。",
            "奖励 appliesTo 企业 required",
            id="what-is-given-is-not-encouraged",
        ),
        pytest.param(
            "按照不超过已完成投资额的5%进行[补助|Mechanism]。",
            "@doc employs 补助 required",
            id="a-measure-that-is-done",
        ),
        pytest.param(
            "鼓励有条件的区结合实际，配套[补贴资金|Mechanism]。",
            "@doc employs 补贴资金 encouraged",
            id="districts-that-are-encouraged",
        ),
        pytest.param(
            "统筹推动各区结合特点制定[工作方案|Mechanism]。",
            "@doc establishes 工作方案 encouraged",
            id="districts-that-are-moved",
        ),
        pytest.param(
            "鼓励[地方政府|Body]对渔港建设给予[信贷贴息|Mechanism]。",
            "地方政府 employs 信贷贴息 encouraged",
            id="a-verb-before-the-giving",
        ),
        pytest.param(
            "[高等学校|Body]、[科研机构|Body]（含[海岛医院|Body]）守法。",
            "海岛医院 partOf 科研机构 stated",
            id="the-nearest-contains",
        ),
        pytest.param(
            "鼓励社会资本搭建[试航基地|Program]，按照投资额的30%给予[补贴|Mechanism]。",
            "@doc employs 补贴 required",
            id="what-is-given-for-what-others-do",
        ),
        pytest.param(
            "鼓励各区结合实际，对[试航项目|Program]给予[奖励|Mechanism]。",
            "@doc employs 奖励 encouraged",
            id="districts-give-themselves",
        ),
        pytest.param(
            "鼓励[市政府|Body]搭建[平台|Program]，给予[奖励|Mechanism]。",
            "市政府 employs 奖励 encouraged",
            id="governments-give-themselves",
        ),
        pytest.param(
            "公示无异议的[渔业公司|Body]，纳入[渔港名录|Mechanism]。",
            "@doc employs 渔港名录 required",
            id="what-is-put-in",
        ),
        pytest.param(
            "[市政府|Body]将渔港纳入[年度计划|Mechanism]。",
            "市政府 employs 年度计划 required",
            id="who-puts-in",
        ),
        pytest.param(
            "[企业|Body]上市的，给予资金支持。",
            "@doc funds 企业 required",
            id="who-is-given",
        ),
        pytest.param(
            "（一）建好渔港。\n确保全省渔港吞吐量稳定在一亿吨以上，各[市政府|Body]都要负责维护。\n开展[试航工程|Program]。",
            "@doc manages 试航工程 required",
            id="what-opens-with-another",
        ),
    ],
)
def test_what_is_said_and_nothing_else(marked: str, expected: str) -> None:
    of_this = expected.rsplit(maxsplit=1)[0].split(maxsplit=1)[1]
    assert [fact for fact in facts(marked) if f"{of_this} " in fact] == [expected]


@pytest.mark.parametrize(
    ("marked", "silent"),
    [
        ("强化[发展基金|Mechanism]对试航的跟踪指导。", "supervises"),
        ("对[公共平台|Program]建设单位，按照投资的30%予以[补贴|Mechanism]。", "公共平台"),
        ("加大对[渔业合作社|Body]带头人的扶持力度。", "渔业合作社"),
        ("[渔政部门|Body]无法通过[数据共享|Mechanism]等方式审查。", "数据共享"),
        ("对[船长计划|Program]入选者，给予一定比例经费支持。", "船长计划"),
        ("[申报主体|Body]为制定[补链方案|Mechanism]且通过审核的[渔业公司|Body]。", "approves"),
        ("为推进创建，制定有利于健康的[渔港政策|Mechanism]，现将方案印发给你们。", "渔港政策"),
        ("构建以[海岛实验室|Program]为骨干的[实验室体系|Mechanism]。", "海岛实验室"),
        ("港口运营者等有关单位和个人，应当建立[安全制度|Mechanism]。", "安全制度"),
        ("3. 湖湾市对渔业公司在海岛设立[工场|Program]的补助", "工场"),
        ("整合综合服务设施、[文明实践中心|Program]等资源。", "文明实践中心"),
    ],
)
def test_what_is_not_said(marked: str, silent: str) -> None:
    assert not any(silent in fact for fact in facts(marked))

"""Each decision of the annotation guidelines on relations (section 3), on an invented sentence."""

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policykg.extract.annotations import MENTIONS, make_span, relations, write_spans
from policykg.extract.records import DocumentInfo, DocumentSpan, Section
from policykg.extract.relations.frames import load_frames, parse_example
from policykg.extract.relations.relations import Relations
from policykg.extract.units import Units

COMPONENT = Relations(load_frames())


def facts(marked: str, *sections: Section, modality: bool = False) -> set[str]:
    example = parse_example(marked)
    doc = Units()(Doc(Vocab(), words=list(example.text), spaces=[False] * len(example.text)))
    write_spans(doc, MENTIONS, [make_span(doc, m.start, m.end, m.type) for m in example.mentions])
    doc._.document = DocumentSpan(start=0, end=len(example.text), info=DocumentInfo(), sections=sections)
    found = relations(COMPONENT(doc))
    return {f"{r.subject} {r.predicate} {r.object}" + f" {r.modality}" * modality for r in found}


DECISIONS = [
    pytest.param(
        "[青川县文旅局|Body]会同[青川县财政局|Body]制定[茶旅融合规划|Mechanism]。",
        ["青川县文旅局 establishes 茶旅融合规划", "青川县文旅局 coordinatesWith 青川县财政局"],
        id="with-partner",
    ),
    pytest.param(
        "[青川县文旅局|Body]制定[景区改造方案|Mechanism]，报[青川县人民政府|Body]批准。",
        [
            "青川县文旅局 establishes 景区改造方案",
            "青川县文旅局 reportsTo 青川县人民政府",
            "青川县人民政府 approves 景区改造方案",
        ],
        id="submitted-for-approval",
    ),
    pytest.param(
        "[民宿协会|Body]制定[星级标准|Mechanism]，报[青川县文旅局|Body]备案。",
        ["民宿协会 establishes 星级标准", "民宿协会 reportsTo 青川县文旅局"],
        id="filed",
    ),
    pytest.param(
        "[各乡镇人民政府|Body]向[青川县文旅局|Body]推荐[示范民宿|Program]。",
        ["各乡镇人民政府 reportsTo 青川县文旅局", "各乡镇人民政府 recommends 示范民宿"],
        id="recommend-to",
    ),
    pytest.param(
        "[各乡镇人民政府|Body]培育和推荐[示范民宿|Program]。",
        ["各乡镇人民政府 recommends 示范民宿"],
        id="foster-and-recommend",
    ),
    pytest.param(
        "[青川县文旅局|Body]组织开展[星级评定|Mechanism]。",
        ["青川县文旅局 employs 星级评定"],
        id="carry-out-instrument",
    ),
    pytest.param(
        "[青川县文旅局|Body]对[示范民宿|Program]实行[动态管理|Mechanism]。",
        ["青川县文旅局 employs 动态管理", "动态管理 appliesTo 示范民宿"],
        id="instrument-on",
    ),
    pytest.param(
        "[青川县文旅局|Body]对[示范民宿|Program]开展[绩效评估|Mechanism]。",
        ["青川县文旅局 employs 绩效评估", "绩效评估 appliesTo 示范民宿", "青川县文旅局 evaluates 示范民宿"],
        id="evaluation-on",
    ),
    pytest.param(
        "建立健全[客流预警机制|Mechanism]。", ["@doc establishes 客流预警机制"], id="set-up-and-perfect"
    ),
    pytest.param("优化[客流预警机制|Mechanism]。", ["@doc employs 客流预警机制"], id="improve"),
    pytest.param("创新[门票管理机制|Mechanism]。", ["@doc employs 门票管理机制"], id="innovate"),
    pytest.param("引进[连锁酒店集团|Body]。", ["@doc supports 连锁酒店集团"], id="attract-body"),
    pytest.param("集聚[旅游服务企业|Body]。", ["@doc supports 旅游服务企业"], id="gather-bodies"),
    pytest.param(
        "[联席会议|Body]由[文旅局|Body]和[财政局|Body]组成。",
        ["文旅局 partOf 联席会议", "财政局 partOf 联席会议"],
        id="made-up-of",
    ),
    pytest.param(
        "[民宿集群|Program]分为[山居集群|Program]和[水岸集群|Program]。",
        ["山居集群 partOf 民宿集群", "水岸集群 partOf 民宿集群"],
        id="divided-into",
    ),
    pytest.param("支持建设[游客服务中心|Program]。", ["@doc supports 游客服务中心"], id="support-building"),
    pytest.param(
        "第五条 [青川县文旅局|Body]应当设立[咨询台|Program]。建立[投诉处理机制|Mechanism]。",
        ["青川县文旅局 establishes 咨询台", "青川县文旅局 establishes 投诉处理机制"],
        id="subject-of-the-sentence-before",
    ),
    pytest.param(
        "3. 打造[夜游街区|Program]。建立[巡查机制|Mechanism]。（责任部门：[文旅局|Body]、[城管局|Body]）",
        [
            "文旅局 establishes 夜游街区",
            "城管局 establishes 夜游街区",
            "文旅局 establishes 巡查机制",
            "城管局 establishes 巡查机制",
        ],
        id="bodies-in-charge",
    ),
    pytest.param(
        "3. 打造[夜游街区|Program]。（牵头单位：[文旅局|Body]；配合单位：[城管局|Body]、[公安局|Body]）",
        ["文旅局 establishes 夜游街区", "文旅局 coordinatesWith 城管局", "文旅局 coordinatesWith 公安局"],
        id="assisting-bodies",
    ),
    pytest.param("全县建成[游客服务中心|Program]11家。", [], id="past-fact"),
    pytest.param(
        "引导[民宿企业|Body]建立[卫生管理制度|Mechanism]。",
        ["民宿企业 establishes 卫生管理制度"],
        id="causative-with-deed",
    ),
    pytest.param(
        "鼓励[民宿企业|Body]提高服务质量。", ["@doc supports 民宿企业"], id="causative-without-deed"
    ),
    pytest.param(
        "[青川县|Body]鼓励[民宿企业|Body]提高服务质量。",
        ["青川县 supports 民宿企业"],
        id="causative-own-subject",
    ),
    pytest.param(
        "[游客服务中心|Program]由[文旅局|Body]运营。", ["文旅局 manages 游客服务中心"], id="passive"
    ),
    pytest.param(
        "[文旅局|Body]可以委托[行业协会|Body]办理具体事务。", ["文旅局 delegates 行业协会"], id="commission"
    ),
    pytest.param(
        "[财政局|Body]对[示范民宿|Program]给予最高20万元的资金奖励。", ["财政局 funds 示范民宿"], id="money"
    ),
    pytest.param(
        "[乡村旅游基金|Mechanism]下设[民宿子基金|Mechanism]。",
        ["民宿子基金 partOf 乡村旅游基金"],
        id="sub-fund",
    ),
    pytest.param("[文旅局|Body]认定[示范民宿|Program]。", ["文旅局 approves 示范民宿"], id="designate"),
    pytest.param(
        "[文旅局|Body]负责[露营基地|Program]备案。", ["文旅局 approves 露营基地"], id="receive-filing"
    ),
    pytest.param(
        "[文旅局|Body]负责[露营基地|Program]的规划布局和监督管理。",
        ["文旅局 supervises 露营基地"],
        id="planning",
    ),
    pytest.param("[文旅局|Body]统筹[露营基地|Program]建设。", ["文旅局 supervises 露营基地"], id="steer"),
    pytest.param(
        "[青川县人民政府|Body]加强对[露营基地|Program]的组织领导。",
        ["青川县人民政府 supervises 露营基地"],
        id="leadership",
    ),
    pytest.param(
        "[文旅局|Body]对[露营基地|Program]开展[绩效评估|Mechanism]。",
        [
            "文旅局 employs 绩效评估",
            "绩效评估 appliesTo 露营基地",
            "文旅局 evaluates 露营基地",
        ],
        id="evaluation-is-a-mechanism",
    ),
    pytest.param(
        "[文旅局|Body]组织对[露营基地|Program]进行验收。", ["文旅局 evaluates 露营基地"], id="acceptance"
    ),
    pytest.param(
        "[文旅局|Body]、[体育局|Body]联合实施[山地运动行动|Program]。",
        ["文旅局 manages 山地运动行动", "体育局 manages 山地运动行动", "文旅局 coordinatesWith 体育局"],
        id="together",
    ),
    pytest.param(
        "推出面向[民宿企业|Body]的[信用贷款|Mechanism]。",
        ["信用贷款 appliesTo 民宿企业", "@doc establishes 信用贷款"],
        id="aimed-at",
    ),
    pytest.param(
        "针对[民宿企业|Body]开展[卫生检查|Mechanism]。",
        ["卫生检查 appliesTo 民宿企业", "@doc employs 卫生检查"],
        id="directed-at",
    ),
    pytest.param(
        "[文旅局|Body]通过[政府购买服务|Mechanism]等方式开展宣传。",
        ["文旅局 employs 政府购买服务"],
        id="by-means-of",
    ),
    pytest.param(
        "[露营基地|Program]应当每季度向[文旅局|Body]报告经营情况。",
        ["露营基地 reportsTo 文旅局"],
        id="report-to",
    ),
    pytest.param(
        "[民宿企业|Body]可以向[文旅局|Body]提出申请。", ["民宿企业 reportsTo 文旅局"], id="apply-to"
    ),
    pytest.param(
        "[文旅局|Body]印发[《青川县民宿管理办法》|Document]。",
        ["文旅局 issues 《青川县民宿管理办法》", "@doc cites 《青川县民宿管理办法》"],
        id="issue",
    ),
    pytest.param(
        "[青川旅投公司|Body]负责[游客服务中心|Program]的日常管理。",
        ["青川旅投公司 manages 游客服务中心"],
        id="daily-running",
    ),
    pytest.param("[文旅局|Body]与[体育局|Body]加强合作。", ["文旅局 coordinatesWith 体育局"], id="cooperate"),
    pytest.param("壮大[民宿企业|Body]。", ["@doc supports 民宿企业"], id="strengthen"),
    pytest.param("[文旅局|Body]培育[示范民宿|Program]。", ["文旅局 supports 示范民宿"], id="foster"),
    pytest.param("探索开展[夜间开放试点|Program]。", ["@doc manages 夜间开放试点"], id="pilot"),
    pytest.param("推广[扫码入园|Mechanism]。", ["@doc employs 扫码入园"], id="spread"),
    pytest.param("到2031年，[示范民宿达到60家|Target]。", ["@doc hasTarget 示范民宿达到60家"], id="target"),
    pytest.param(
        "[青川产业园|Program]包括[东园|Program]、[西园|Program]等分园。",
        ["东园 partOf 青川产业园", "西园 partOf 青川产业园"],
        id="branches",
    ),
    pytest.param("[文旅局|Body]遴选[示范民宿|Program]。", ["文旅局 approves 示范民宿"], id="select"),
    pytest.param(
        "[文旅局|Body]组织专家对[索道项目|Program]进行论证。", ["文旅局 evaluates 索道项目"], id="appraise"
    ),
]


@pytest.mark.parametrize(("marked", "expected"), DECISIONS)
def test_decisions(marked, expected):
    assert facts(marked) == set(expected)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param("青川县促进[民宿集群|Program]发展条例", [], id="title"),
        pytest.param("第一条 为了推进[民宿集群|Program]建设，制定本办法。", [], id="purpose"),
        pytest.param("设立[露营基地|Program]的，应当符合规划。", [], id="condition"),
        pytest.param("自[青川县人民政府|Body]批准设立[露营基地|Program]之日起施行。", [], id="since"),
        pytest.param(
            "支持[露营基地|Program]建设，推行[扫码入园|Mechanism]。",
            ["@doc supports 露营基地", "@doc employs 扫码入园"],
            id="what-thrives-does-not-act",
        ),
        pytest.param(
            "支持[露营基地|Program]开展[夜游试点|Program]，推行[扫码入园|Mechanism]。",
            ["露营基地 manages 夜游试点", "露营基地 employs 扫码入园"],
            id="what-acts-goes-on-acting",
        ),
        pytest.param("所在地居民委员会应当建立[巡查机制|Mechanism]。", [], id="subject-that-is-no-mention"),
        pytest.param("建立[巡查机制|Mechanism]。", ["@doc establishes 巡查机制"], id="no-subject-at-all"),
        pytest.param("建立[青川新区|Body]茶叶质量信息库。", [], id="object-that-only-qualifies"),
        pytest.param(
            "建立以[民宿企业|Body]为主体、市场为导向的[服务体系|Mechanism]。",
            ["@doc establishes 服务体系"],
            id="core-of-a-system",
        ),
        pytest.param(
            "鼓励[民宿企业|Body]与[茶场|Body]、[农场|Body]联合开展宣传。",
            [
                "民宿企业 coordinatesWith 茶场",
                "民宿企业 coordinatesWith 农场",
            ],
            id="partners-across-a-joint",
        ),
        pytest.param(
            "[青川县|Body]实行有利于[民宿企业|Body]发展的[税费政策|Mechanism]，落实[贷款贴息|Mechanism]。",
            ["青川县 employs 税费政策", "青川县 employs 贷款贴息"],
            id="object-is-no-new-subject",
        ),
        pytest.param(
            "[民宿企业|Body][年均投诉率不高于2%|Target]。",
            ["民宿企业 hasTarget 年均投诉率不高于2%"],
            id="holder-beside",
        ),
        pytest.param(
            "1. 打造[夜游街区|Program]。（[牵头部门|Body]：[文旅局|Body]）",
            ["文旅局 establishes 夜游街区"],
            id="label-is-no-body",
        ),
        pytest.param(
            "[网吧|Body]和报刊亭应当配合[文旅局|Body]。",
            ["网吧 coordinatesWith 文旅局"],
            id="words-that-hide-a-trigger",
        ),
    ],
)
def test_bounds_of_the_decisions(marked, expected):
    assert facts(marked) == set(expected)


def test_goals_of_a_list_belong_to_whom_its_lead_in_names():
    text = "[山地旅游行动|Program]的主要目标是：[客流明显增加|Target]。\n——[设施更加完善|Target]。\n二、建设步道。\n[步道达到90公里|Target]。"
    assert facts(text) == {
        "山地旅游行动 hasTarget 客流明显增加",
        "山地旅游行动 hasTarget 设施更加完善",
        "@doc hasTarget 步道达到90公里",
    }


def test_items_take_over_who_is_moved_and_how():
    text = "第四条 [青川县|Body]鼓励[民宿企业|Body]开展下列活动：\n（一）设立[培训基地|Program]；\n（二）推行[明码标价|Mechanism]。"
    assert {fact for fact in facts(text, modality=True) if "民宿企业 " in fact and "青川县" not in fact} == {
        "民宿企业 establishes 培训基地 encouraged",
        "民宿企业 employs 明码标价 encouraged",
    }


def test_items_take_over_what_is_forbidden():
    text = "第四条 [民宿企业|Body]不得有下列行为：\n（一）设立[收费项目|Mechanism]。"
    assert facts(text, modality=True) == {"民宿企业 establishes 收费项目 prohibited"}


def test_reviews_tell_what_has_been_done():
    text = (
        "一、发展现状\n[文旅局|Body]实施[步道行动|Program]。\n二、任务\n[文旅局|Body]实施[驿站行动|Program]。"
    )
    start, end = text.index("一、"), len(parse_example(text[: text.index("二、")]).text)
    review = Section(kind="heading", number="一、", heading="发展现状", start=start, end=end)
    assert facts(text, review, modality=True) == {
        "文旅局 manages 步道行动 stated",
        "文旅局 manages 驿站行动 required",
    }


def test_a_deed_done_is_stated():
    assert facts("[文旅局|Body]建立了[巡查机制|Mechanism]。", modality=True) == {
        "文旅局 establishes 巡查机制 stated"
    }

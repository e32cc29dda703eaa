"""The component: cases the guidelines decide, front matter, offsets, users' frames, bounds, and real texts."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policykg.extract.annotations import MENTIONS, make_span, relations, write_spans
from policykg.extract.records import DocumentInfo, DocumentSpan
from policykg.extract.relations.frames import ALLOWED, FrameError, load_frames, parse_example
from policykg.extract.relations.relations import MAX_PAIRS, Relations, create_relations
from policykg.extract.structure.units import split_units
from policykg.extract.units import Units

COMPONENT = Relations(load_frames())
TITLE = "《江城市示范区管理办法》"


def read(marked: str, info: DocumentInfo = DocumentInfo()) -> Doc:  # noqa: B008
    example = parse_example(marked)
    doc = Units()(Doc(Vocab(), words=list(example.text), spaces=[False] * len(example.text)))
    write_spans(doc, MENTIONS, [make_span(doc, m.start, m.end, m.type) for m in example.mentions])
    doc._.document = DocumentSpan(start=0, end=len(example.text), info=info)
    return COMPONENT(doc)


def facts(marked: str, info: DocumentInfo = DocumentInfo()) -> set[str]:  # noqa: B008
    return {f"{r.subject} {r.predicate} {r.object} {r.modality}" for r in relations(read(marked, info))}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            "[科技局|Body]会同[财政局|Body]制定[管理细则|Mechanism]，报[市政府|Body]批准。",
            {
                "科技局 coordinatesWith 财政局 required",
                "科技局 establishes 管理细则 required",
                "科技局 reportsTo 市政府 required",
                "市政府 approves 管理细则 required",
            },
            id="submitted-for-approval",
        ),
        pytest.param(
            "[科技局|Body]制定[管理细则|Mechanism]，报[市政府|Body]备案。",
            {"科技局 establishes 管理细则 required", "科技局 reportsTo 市政府 required"},
            id="filed-only",
        ),
        pytest.param(
            "鼓励[企业|Body]、[高校|Body]联合建设[实验室|Program]。",
            {
                "企业 establishes 实验室 encouraged",
                "高校 establishes 实验室 encouraged",
                "企业 coordinatesWith 高校 encouraged",
            },
            id="coordination",
        ),
        pytest.param(
            "[科技局|Body]和[财政局|Body]应当建立[甲机制|Mechanism]、[乙机制|Mechanism]。",
            {
                "科技局 establishes 甲机制 required",
                "科技局 establishes 乙机制 required",
                "财政局 establishes 甲机制 required",
                "财政局 establishes 乙机制 required",
            },
            id="every-pair",
        ),
        pytest.param("支持[企业|Body]加大投入。", {"@doc supports 企业 encouraged"}, id="no-deed"),
        pytest.param("支持建设[平台|Program]。", {"@doc supports 平台 encouraged"}, id="deed-without-doer"),
        pytest.param(
            "探索建立[沙盒监管|Mechanism]。", {"@doc establishes 沙盒监管 exploratory"}, id="exploratory"
        ),
        pytest.param(
            "建立健全[年报制度|Mechanism]。", {"@doc establishes 年报制度 required"}, id="set-up-and-perfect"
        ),
        pytest.param("完善[年报制度|Mechanism]。", {"@doc employs 年报制度 required"}, id="perfect"),
        pytest.param(
            "实施[年报制度|Mechanism]。", {"@doc employs 年报制度 required"}, id="object-type-mechanism"
        ),
        pytest.param(
            "实施[培育行动|Program]。", {"@doc manages 培育行动 required"}, id="object-type-program"
        ),
        pytest.param(
            "[机构|Body]不得设立[分支机构|Body]。", {"机构 establishes 分支机构 prohibited"}, id="prohibited"
        ),
        pytest.param(
            "[机构|Body]可以设立[分支机构|Body]。", {"机构 establishes 分支机构 permitted"}, id="permitted"
        ),
        pytest.param(
            "制定和实施[灯会方案|Mechanism]。",
            {"@doc establishes 灯会方案 required"},
            id="coordinated-verbs",
        ),
        pytest.param(
            "[主管部门|Body]对[孵化器|Program]实行[分类管理|Mechanism]。",
            {"主管部门 employs 分类管理 required", "分类管理 appliesTo 孵化器 required"},
            id="applied-to",
        ),
        pytest.param(
            "[中心|Program]包括[甲中心|Program]和[乙中心|Program]。",
            {"甲中心 partOf 中心 stated", "乙中心 partOf 中心 stated"},
            id="parts",
        ),
        pytest.param(
            "到2030年，[建成平台20家|Target]。", {"@doc hasTarget 建成平台20家 required"}, id="target"
        ),
        pytest.param(
            "引导[银行|Body]将[费率降至1%|Target]。",
            {"银行 hasTarget 费率降至1% required"},
            id="target-holder",
        ),
        pytest.param(
            "[省政府|Body]设立的[专项资金|Mechanism]重点支持[产业化项目|Program]。",
            {"省政府 establishes 专项资金 stated", "专项资金 funds 产业化项目 required"},
            id="relative-clause",
        ),
        pytest.param("[科技局|Body]支持[科技局|Body]。", set(), id="no-self"),
    ],
)
def test_match_decided_cases(marked, expected):
    assert facts(marked) == expected


def test_match_list_items_inherit_the_subject_of_their_lead_in():
    text = "第六条 [科技局|Body]负责管理工作，主要职责是：\n1. 制定[规划|Mechanism]；\n2. 建设[平台|Program]。\n第七条 建立[制度|Mechanism]。"
    assert facts(text) == {
        "科技局 establishes 规划 required",
        "科技局 establishes 平台 required",
        "@doc establishes 制度 required",
    }


def test_match_bare_items_are_parts_of_what_the_list_spells_out():
    text = "第二条 [市政府|Body]设立下列[科学技术奖|Mechanism]：\n（一）[最高奖|Mechanism]；\n（二）[发明奖|Mechanism]。"
    assert {fact for fact in facts(text) if "partOf" in fact} == {
        "最高奖 partOf 科学技术奖 stated",
        "发明奖 partOf 科学技术奖 stated",
    }


def test_match_bodies_in_charge_are_the_subjects_of_their_task():
    text = "1. 建设平台。搭建[平台|Program]。（牵头单位：[科技局|Body]；配合单位：[财政局|Body]）\n2. 建立[制度|Mechanism]。"
    assert facts(text) == {
        "科技局 establishes 平台 required",
        "科技局 coordinatesWith 财政局 required",
        "@doc establishes 制度 required",
    }


def test_match_who_is_in_charge_by_a_column_of_a_table():
    text = (
        "序号\t项目\t内容\t牵头单位\t[配合单位|Body]\n"
        "1\t[南山园区|Program]\t设立[种子基金|Mechanism]；建立[评价制度|Mechanism]\t[科技局|Body]、[经信局|Body]\t[财政局|Body]\n"
        "2\t[北山园区|Program]\t建设[中试平台|Program]\t\t\n\n推广[创新券|Mechanism]。"
    )
    assert facts(text) == {
        "科技局 establishes 种子基金 required",
        "经信局 establishes 种子基金 required",
        "科技局 establishes 评价制度 required",
        "经信局 establishes 评价制度 required",
        "科技局 coordinatesWith 财政局 required",
        "@doc establishes 中试平台 required",
        "@doc employs 创新券 required",
    }


def test_match_who_is_in_charge_by_a_heading_above():
    text = (
        "一、优化服务（牵头单位：[科技局|Body]）\n1. 建立[评价制度|Mechanism]。\n2. 设立[基金|Mechanism]。（责任单位：[财政局|Body]）\n"
        "二、改善环境\n1. 推广[创新券|Mechanism]。"
    )
    assert facts(text) == {
        "科技局 establishes 评价制度 required",
        "财政局 establishes 基金 required",
        "@doc employs 创新券 required",
    }


@pytest.mark.parametrize(
    "marked",
    [
        "受[市政府|Body]委托，现将报告提请[市人民代表大会|Body]审议。",
        "[科技厅|Body]副厅长介绍，专项由[财政厅|Body]、[经信厅|Body]组织实施。",
    ],
)
def test_match_whose_officer_speaks_is_not_dealt_with(marked: str) -> None:
    assert not [fact for fact in facts(marked) if "coordinatesWith" not in fact]


def test_match_words_in_quotation_marks_name_something():
    assert facts("推广“孵化贷”“[质押贷|Mechanism]”“[投联贷|Mechanism]”等产品。") == {
        "@doc employs 质押贷 required",
        "@doc employs 投联贷 required",
    }


def test_match_ordinals_begin_items():
    assert facts("第一，[科技局|Body]要制定[行动方案|Mechanism]。\n第二，要推行[包干制|Mechanism]。") == {
        "科技局 establishes 行动方案 required",
        "@doc employs 包干制 required",
    }


def test_match_front_matter():
    info = DocumentInfo(title="江城市示范区管理办法", issuers=("江城市科技局",))
    text = f"[江城市科技局|Body]关于印发[{TITLE}|Document]的通知\n依据[《江城市科技条例》|Document]，经[市政府|Body]同意，现印发全市。\n[江城市科技局|Body]"
    assert facts(text, info) == {
        "江城市科技局 issues @doc stated",
        "@doc cites 《江城市科技条例》 stated",
        "市政府 approves @doc stated",
    }
    assert len([r for r in relations(read(text, info)) if r.predicate == "issues"]) == 2


def test_match_offsets_are_those_of_the_unit():
    doc = read("总则。[科技局|Body]应当设立[基金|Mechanism]。")
    (relation,) = relations(doc)
    assert (relation.start, relation.end) in split_units(doc.text)
    assert doc.text[slice(*relation.trigger)] == "设立"
    assert (relation.subject_type, relation.object_type, relation.rule) == ("Body", "Mechanism", "set-up")
    assert 0 < relation.confidence <= 1


@pytest.mark.parametrize(
    ("marked", "unit"),
    [
        pytest.param(
            "第六条 [科技局|Body]应当组织[年度审计|Mechanism]。设立[基金|Mechanism]。",
            "设立基金。",
            id="sentence-before",
        ),
        pytest.param(
            "第六条 [科技局|Body]负责管理，主要职责是：\n（一）组织[年度审计|Mechanism]；\n（二）设立[基金|Mechanism]。",
            "（二）设立基金。",
            id="lead-in",
        ),
    ],
)
def test_match_tells_where_a_subject_was_said_that_its_unit_lacks(marked: str, unit: str) -> None:
    doc = read(marked)
    (fact,) = (r for r in relations(doc) if r.object == "基金")
    assert fact.subject == "科技局"
    assert fact.subject_at is not None and fact.object_at is not None
    assert doc.text[slice(*fact.subject_at)] == "科技局"
    assert doc.text[slice(*fact.object_at)] == "基金"
    assert doc.text[fact.start : fact.end] == unit
    assert fact.subject_at[1] <= fact.start


def test_match_reads_both_ends_from_mentions_but_for_the_document_itself() -> None:
    doc = read(
        "[科技局|Body]会同[财政局|Body]制定[细则|Mechanism]，报[市政府|Body]批准。依据[《条例》|Document]设立[基金|Mechanism]。"
        "目标是：[达到20家|Target]。下列[奖项|Program]：\n（一）[金奖|Program]；"
    )
    for r in relations(doc):
        for name, at in ((r.subject, r.subject_at), (r.object, r.object_at)):
            assert name == ("@doc" if at is None else doc.text[slice(*at)])
    assert {r.predicate for r in relations(doc)} >= {
        "coordinatesWith",
        "approves",
        "cites",
        "hasTarget",
        "partOf",
    }


def test_match_full_and_half_width_text_say_the_same():
    full = "（一）鼓励[企业|Body]设立[基金|Mechanism]，支持[高校|Body]；"
    assert facts(full) == facts(
        full.replace("（", "(").replace("）", ")").replace("，", ",").replace("；", ";")
    )


def test_match_is_bounded_on_text_without_punctuation():
    doc = read("支持[企业|Body]设立[基金|Mechanism]" * 3000)
    assert len(relations(doc)) <= MAX_PAIRS
    assert relations(read("对的" * 20000 + "（" * 20000)) == ()


@pytest.mark.parametrize(
    ("marked", "predicate", "trigger"),
    [
        ("[科技局|Body]对[孵化器|Program]开展[绩效评估|Mechanism]。", "evaluates", "评估"),
        ("[科技局|Body]对[茶企|Body]给予最高6万元的[开业补助|Mechanism]。", "funds", "补助"),
        ("[理事会|Body]由[企业|Body]和[高校|Body]组成。", "partOf", "组成"),
        ("[科技局|Body]负责[专家库|Program]的日常管理。", "manages", "日常管理"),
        ("[科技局|Body]设立[基金|Mechanism]。", "establishes", "设立"),
    ],
)
def test_match_takes_the_word_that_carries_the_predicate_as_trigger(marked, predicate, trigger):
    doc = read(marked)
    found = {doc.text[slice(*r.trigger)] for r in relations(doc) if r.predicate == predicate}
    assert found == {trigger}


def test_match_lets_a_programme_evaluate_nothing():
    doc = read("[园区|Program]对[企业|Body]开展[绩效评估|Mechanism]。")
    found = {(r.subject, r.predicate, r.object) for r in relations(doc)}
    assert ("园区", "employs", "绩效评估") in found
    assert ("园区", "evaluates", "企业") not in found


def test_create_relations_runs_the_examples_of_a_users_file(tmp_path: Path):
    frame = """
[[frame]]
name = "adopt"
relation = "manages"
subject = ["Body"]
object = ["Program"]
order = ["trigger", "object"]
trigger = ["认领"]
source = "a user's own rule"
[[frame.example]]
text = "[科技局|Body:subject]认领[基地|Program:object]。"
[[frame.counter]]
text = "[科技局|Body]走访[基地|Program]。"
"""
    path = tmp_path / "mine.toml"
    path.write_text(frame, encoding="utf-8")
    component = create_relations(spacy.blank("zh"), "policy_relations", [str(path)])
    doc = read("[科技局|Body]认领[基地|Program]。")
    assert [r.rule for r in component.match(doc)] == ["adopt"]
    path.write_text(frame.replace("]认领[", "]领养["), encoding="utf-8")
    with pytest.raises(FrameError, match=r"frame adopt: example .* does not yield"):
        create_relations(spacy.blank("zh"), "policy_relations", [str(path)])


def test_match_finds_most_of_what_annotators_found(shared: Path):
    """With gold mentions, on all training texts; the floor lies a little below what was measured (F1 0.820).

    The trigger of each relation is a word of the frame that made it.
    """
    words = {f.name: {w.lstrip("的等") for w in (*f.trigger, *f.told_by)} for f in COMPONENT.frames}
    hits = gold_count = found_count = 0
    for path in sorted((shared / "gold/train").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        doc = Units()(Doc(Vocab(), words=list(text), spaces=[False] * len(text)))
        spans = [
            make_span(doc, e["start"], e["end"], e["type"], canonical=e["canonical"])
            for e in gold["entities"]
        ]
        write_spans(doc, MENTIONS, spans)
        info = DocumentInfo(title=gold["doc"].get("title", ""), issuers=tuple(gold["doc"].get("issuers", ())))
        doc._.document = DocumentSpan(start=0, end=len(text), info=info)
        found = {(r.subject, r.predicate, r.object) for r in relations(COMPONENT(doc))}
        for r in relations(doc):
            assert r.start <= r.trigger[0] < r.trigger[1] <= r.end
            assert r.subject_type in ALLOWED[r.predicate][0]
            assert r.object_type in ALLOWED[r.predicate][1]
            assert r.rule not in words or text[slice(*r.trigger)] in words[r.rule]
        wanted = {(r["subject"], r["predicate"], r["object"]) for r in gold["relations"]}
        hits += len(found & wanted)
        gold_count += len(wanted)
        found_count += len(found)
    assert 2 * hits / (gold_count + found_count) >= 0.80


CHARGE = "（[农业局|Body]、[科技局|Body]等负责）"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            f"（一）强化推广。鼓励渔技推广人员与[渔具厂|Body]、[合作社|Body]开展技术合作。{CHARGE}",
            set(),
            id="one-moved-who-is-no-mention",
        ),
        pytest.param(
            f"（一）强化推广。鼓励[渔技站|Body]与[渔具厂|Body]开展技术合作。{CHARGE}",
            {"渔技站 coordinatesWith 渔具厂 encouraged"},
            id="one-moved-who-is-a-mention",
        ),
        pytest.param(
            f"（一）完善体系。多学科、各环节协同联动，建设[示范渔港|Program]。{CHARGE}",
            {"农业局 establishes 示范渔港 required", "科技局 establishes 示范渔港 required"},
            id="no-partners-by-list",
        ),
        pytest.param(
            f"（一）完善体系。[渔具厂|Body]建设[示范渔港|Program]。{CHARGE}",
            {"渔具厂 establishes 示范渔港 required"},
            id="stated-subject",
        ),
        pytest.param(
            f"（一）完善体系。各级财政对[渔具厂|Body]给予补贴。{CHARGE}",
            set(),
            id="stated-subject-no-mention",
        ),
        pytest.param(
            f"（一）强化推广。鼓励各地积极创新，通过[以奖代补|Mechanism]等方式扩大规模。{CHARGE}",
            {"@doc employs 以奖代补 encouraged"},
            id="localities-are-moved",
        ),
        pytest.param(
            f"（一）强化推广。联合[渔具厂|Body]设立[试验项目|Program]。{CHARGE}",
            {
                "农业局 coordinatesWith 渔具厂 required",
                "科技局 coordinatesWith 渔具厂 required",
                "农业局 establishes 试验项目 required",
                "科技局 establishes 试验项目 required",
            },
            id="no-subject-stated",
        ),
    ],
)
def test_those_in_charge_never_take_the_place_of_a_stated_subject(marked: str, expected: set[str]) -> None:
    assert facts(marked) == expected


def test_evidence_reaches_the_list_that_the_subject_stands_in() -> None:
    doc = read(f"（一）完善体系。建设[示范渔港|Program]。[渔具厂|Body]建设[试验场|Program]。{CHARGE}")
    quotes = {r.subject: doc.text[r.start : r.end] for r in relations(doc)}
    assert quotes["农业局"].startswith("建设示范渔港。") and quotes["农业局"].endswith("科技局等负责）")
    assert "负责" not in quotes["渔具厂"]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[科技局|Body]尚未对[孵化器|Program]开展[绩效评价|Mechanism]。", set()),
        ("[孵化器|Program]尚未开展[绩效评价|Mechanism]。", set()),
        ("对[孵化器|Program]未进行评价。", set()),
        ("[科技局|Body]没有对[孵化器|Program]的运行进行考核。", set()),
        ("对尚未登记的[孵化器|Program]进行考核。", {"@doc evaluates 孵化器 required"}),
        ("[科技局|Body]不再对[孵化器|Program]进行考核。", {"科技局 evaluates 孵化器 prohibited"}),
        ("未来五年，[科技局|Body]建设[实验室|Program]。", {"科技局 establishes 实验室 required"}),
    ],
)
def test_what_is_not_done_is_no_fact(marked: str, expected: set[str]) -> None:
    assert facts(marked) == expected


@pytest.mark.parametrize(
    "marked",
    [
        "鼓励各区加大投入，通过[以奖代补|Mechanism]等方式扩大规模。",
        "鼓励先进经验推广，通过[以奖代补|Mechanism]等方式扩大规模。",
        "鼓励通过[以奖代补|Mechanism]等方式扩大规模。",
    ],
)
def test_the_means_of_what_is_encouraged_are_encouraged(marked: str) -> None:
    assert facts(marked) == {"@doc employs 以奖代补 encouraged"}


@pytest.mark.parametrize(
    ("text", "target", "inner", "made"),
    [
        ("市渔业局建设渔港5座。", "建设渔港5座", "渔港", True),
        ("市渔业局打造5座渔港。", "5座渔港", "渔港", True),
        ("市渔业局推动渔港达到5座。", "渔港达到5座", "渔港", False),
    ],
)
def test_what_a_target_makes_is_established(text: str, target: str, inner: str, made: bool) -> None:
    doc = read(text)
    spans = ((target, "Target"), (inner, "Program"), ("市渔业局", "Body"))
    placed = [(text.index(name), text.index(name) + len(name), label) for name, label in spans]
    write_spans(doc, MENTIONS, [make_span(doc, *place) for place in placed])
    found = {(r.subject, r.predicate, r.object) for r in COMPONENT.match(doc)}
    assert ("市渔业局", "hasTarget", target) in found
    assert (("市渔业局", "establishes", inner) in found) is made


def test_who_is_given_something_is_no_one_else_where_it_is_said() -> None:
    said = "支持[渔业公司|Body]上市；对获奖的软件，给予9万元[奖励|Mechanism]。"
    meant = "支持[渔业公司|Body]上市；对获奖的，给予9万元[奖励|Mechanism]。"
    assert "@doc funds 渔业公司 required" in facts(meant)
    assert not any(" funds " in fact for fact in facts(said))

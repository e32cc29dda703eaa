"""Canonical names of mentions: invented sentences with the mentions marked by hand."""

import re
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from policykg.extract.annotations import MENTIONS, make_span, read_spans, write_spans
from policykg.extract.canonical.aliases import Aliases, canonicals, create_aliases
from policykg.extract.canonical.localities import load_localities
from policykg.extract.canonical.official import load_official_names, read_examples
from policykg.extract.canonical.tables import TableError, read_table
from policykg.extract.records import DocumentInfo, DocumentSpan, Section

NLP = spacy.blank("zh")
MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z])\]")
TYPES = {"B": "Body", "P": "Program", "M": "Mechanism", "T": "Target", "D": "Document"}


@pytest.fixture(scope="module")
def component() -> Aliases:
    return create_aliases(NLP, "policy_aliases")


def mark(text: str, locality: str = "") -> Doc:
    """Read [mention|B] marks into the mentions of a document."""
    plain, spans, at = "", [], 0
    for match in MARK.finditer(text):
        plain += text[at : match.start()]
        spans.append((len(plain), len(plain) + len(match[1]), TYPES[match[2]]))
        plain += match[1]
        at = match.end()
    doc = NLP.make_doc(plain + text[at:])
    doc._.document = DocumentSpan(start=0, end=len(doc.text), info=DocumentInfo(locality=locality))
    write_spans(doc, MENTIONS, [make_span(doc, *span, rule="test") for span in spans])
    return doc


def names(component: Aliases, text: str, locality: str = "") -> list[str]:
    return [span.kb_id_ for span in read_spans(component(mark(text, locality)), MENTIONS)]


def test_label_and_rule_survive(component: Aliases) -> None:
    (span,) = read_spans(component(mark("由[科学技术部|B]负责。")), MENTIONS)
    assert (span.label_, span.id_, span.kb_id_, span.text) == ("Body", "test", "科技部", "科学技术部")


@pytest.mark.parametrize(
    "definition",
    [
        "（以下简称{}）",
        "(以下简称“{}”)",
        "（以下称{}）",
        "（下称 {}）",
        "（简称：{}）",
        "，以下简称“{}”，",
        "（以下简称为{}）",
    ],
)
def test_local_alias_holds_from_its_definition_on(component: Aliases, definition: str) -> None:
    text = (
        "[月湖区|P]先行。建设[江州月湖未来实验区|P]"
        + definition.format("月湖区")
        + "的工作。[月湖区|P]和[月湖区专项资金|M]"
    )
    whole = "江州月湖未来实验区"
    assert names(component, text) == ["月湖区", whole, whole, f"{whole}专项资金"]


def test_later_definition_takes_the_place_of_an_earlier_one(component: Aliases) -> None:
    text = "[月湖研究院|B]（以下简称承办单位）办会，[承办单位|B]报到。[江州会展协会|B]（以下简称承办单位）布展，[承办单位|B]收尾。"
    assert names(component, text) == ["月湖研究院", "月湖研究院", "江州会展协会", "江州会展协会"]


def test_alias_of_an_entry_or_an_annex_holds_in_that_alone(component: Aliases) -> None:
    table = "文号：江科发〔2031〕{0}号\n各区按照要求认真组织申报工作。\n"
    text = (
        "1.湖湾基地认定\n" + table.format(1) + "[湖湾数据基地|P]（以下简称基地）授牌，[基地|P]挂牌。\n"
        "2.设备补贴\n" + table.format(2) + "[基地|P]申报。\n3.人才补贴\n" + table.format(3)
    )
    assert names(component, text) == ["湖湾数据基地", "湖湾数据基地", "基地"]
    doc = mark("[基地|P]先行。附件1\n[湖湾数据基地|P]（以下简称基地），[基地|P]。附件2\n[基地|P]")
    places = [doc.text.index("附件1"), doc.text.index("附件2"), len(doc.text)]
    sections = tuple(
        Section(kind="annex", number="附件", heading="", start=a, end=b) for a, b in pairwise(places)
    )
    doc._.document = replace(doc._.document, sections=sections)
    found = [span.kb_id_ for span in read_spans(component(doc), MENTIONS)]
    assert found == ["基地", "湖湾数据基地", "湖湾数据基地", "基地"]


@pytest.mark.parametrize("alias", ["《措施》", "“措施”", "措施"])
def test_titles_have_short_forms_too(component: Aliases, alias: str) -> None:
    text = f"印发[《青川市低空措施》|D]（青政规〔2031〕3号，以下简称{alias}）。[《措施》|D]有效。"
    assert names(component, text) == ["《青川市低空措施》"] * 2


def test_a_term_that_a_sentence_defines_stands_for_itself(component: Aliases) -> None:
    text = "所称[奖补资金|M]，是指支持科技的[专项资金|M]（以下简称奖补资金）。审核[奖补资金|M]。"
    assert names(component, text) == ["奖补资金", "专项资金", "奖补资金"]


def test_alias_inside_its_own_long_form_is_left_alone(component: Aliases) -> None:
    text = "[江州创新示范区|P]（以下简称示范区），[国家级示范区|P]，[江州创新示范区|P]。"
    assert names(component, text) == ["江州创新示范区", "国家级示范区", "江州创新示范区"]


def test_what_a_definition_names_gets_its_official_form(component: Aliases) -> None:
    text = "[江州市科学技术委员会|B]（以下简称市科委）牵头，[市科委|B]负责。"
    assert names(component, text, "广州市")[1] == "江州市科委"


def test_joint_aliases_pair_with_the_list(component: Aliases) -> None:
    text = "[研究开发机构|B]、[高等院校|B]等[事业单位|B]（以下统称“研发机构、高等院校”）。[研发机构|B]、[高等院校|B]"
    assert names(component, text)[3:] == ["研究开发机构", "高等学校"]


def test_joint_term_for_several_things_is_none_of_them(component: Aliases) -> None:
    text = "[孵化器|P]、[众创空间|P]和[加速器|P]（以下统称创业载体）。[创业载体|P]"
    assert names(component, text) == ["孵化器", "众创空间", "加速器", "创业载体"]


def test_alias_of_a_list_whose_members_end_in_it_is_none_of_them(component: Aliases) -> None:
    text = "[造船企业|B]和[养殖企业|B]（以下简称企业）申报。[企业|B]应当如实填写。"
    assert names(component, text) == ["造船企业", "养殖企业", "企业"]
    text = "[江州市科委|B]和[江州湖湾创新中心|P]（以下简称创新中心）。[创新中心|P]"
    assert names(component, text)[2] == "江州湖湾创新中心"
    for joint in ("简称", "统称"):
        text = f"[海洋研究院所|B]和[造船企业|B]（以下{joint}单位）申报。[单位|B]应当如实填写。"
        assert names(component, text) == ["海洋研究院所", "造船企业", "单位"]
        text = f"各类研究院所、[造船企业|B]（以下{joint}单位）申报。[单位|B]应当如实填写。"
        assert names(component, text) == ["造船企业", "单位"]
    text = "[江州市财政局|B]和[江州市发展和改革委员会|B]（以下简称市发改委）。[市发改委|B]"
    assert names(component, text, "江州市")[2] == names(component, text, "江州市")[1]


def test_described_body_takes_the_term_it_is_given(component: Aliases) -> None:
    text = "[从事检测活动的事业单位|B]（以下统称检测事业单位）。"
    assert names(component, text) == ["检测事业单位"]


def test_alias_of_an_equation_is_its_subject(component: Aliases) -> None:
    text = "[市数据部门|B]是[数据产业主管部门|B]（以下简称产业主管部门）。[产业主管部门|B]"
    assert names(component, text, "武汉市")[2] == "武汉市数据部门"


def test_short_form_soon_after_the_only_long_one(component: Aliases) -> None:
    text = "设立[江州低空经济专家咨询会|B]。[专家咨询会|B]由……"
    assert names(component, text) == ["江州低空经济专家咨询会"] * 2


def test_short_form_with_two_long_ones_stays(component: Aliases) -> None:
    text = "[低空经济专家咨询会|B]、[数据专家咨询会|B]。[专家咨询会|B]"
    assert names(component, text)[2] == "专家咨询会"


def test_class_term_is_no_short_form(component: Aliases) -> None:
    assert names(component, "[龙头企业|B]带动[企业|B]")[1] == "企业"


def test_class_without_its_head(component: Aliases) -> None:
    assert names(component, "分为[枢纽类创新站|P]和……，[枢纽类|P]优先。") == ["枢纽类创新站"] * 2


def test_targets_and_titles_keep_their_text(component: Aliases) -> None:
    text = "[高校达到 20 家|T]，依据[《市科学技术委员会章程》|D]"
    assert names(component, text, "上海市") == ["高校达到20家", "《市科学技术委员会章程》"]


def test_reason_is_kept_for_each_mention(component: Aliases) -> None:
    doc = component(mark("[市科委|B]", "上海市"))
    assert "上海市" in canonicals(doc)[0, 3, "Body"].reason
    assert component(mark("[某某中心|P]"))._.canonicals[0, 4, "Program"].reason == ""


def test_one_hundred_thousand_characters_without_punctuation(component: Aliases) -> None:
    text = "（以下简称" * 20_000 + "[科学技术部|B]"
    assert names(component, text) == ["科技部"]


def test_endless_names_are_left_as_they_are(component: Aliases) -> None:
    endless = "省市区" * 30_000
    assert names(component, f"[{endless}|B][《{endless}》|D]", "上海市") == [endless, f"《{endless}》"]


def test_every_example_of_the_data_holds() -> None:
    load_official_names()


def test_faulty_example_is_refused() -> None:
    with pytest.raises(TableError, match="example 1"):
        read_examples({"example": [{"type": "Agency", "text": "甲", "locality": "", "canonical": "甲"}]})


def test_faults_of_a_table_are_reported_together(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    table.write_text("form\tcanonical\n甲\t乙\n甲\t丙\n丁\t\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_table(table, ("form", "canonical"), key=("form",))
    assert len(caught.value.faults) == 2
    assert all(fault.startswith("t.tsv:") for fault in caught.value.faults)


def test_official_names_stand_for_themselves() -> None:
    official = load_official_names()
    for body in official.bodies.values():
        assert official.canonicalise("Body", body.canonical).name == body.canonical
        assert official.merge_name("Body", body.canonical).name == body.canonical


@pytest.mark.parametrize("table", ["bodies.tsv", "organs.tsv", "synonyms.tsv", "localities.tsv"])
def test_tables_are_sorted(table: str) -> None:
    lines = (files("policykg.extract.data.aliases") / table).read_text(encoding="utf-8").splitlines()[1:]
    assert lines == sorted(lines)


def test_chain_of_places() -> None:
    chain = load_localities().chain
    assert dict(chain("上海市杨浦区")) == {"市": "上海市", "区": "上海市杨浦区"}
    assert dict(chain("苏州市")) == {"省": "江苏省", "市": "苏州市"}
    assert dict(chain("")) == {}
    assert dict(chain("无此地")) == {}


@given(
    st.sampled_from(["Body", "Program", "Mechanism"]),
    st.text(alphabet="上海江苏省市区县科技学术部委员会人民政府高校各本 （）国务院", min_size=1, max_size=14),
    st.sampled_from(["", "上海市", "江苏省", "苏州市"]),
)
def test_canonical_names_are_stable_and_without_space(type_: str, text: str, locality: str) -> None:
    official = load_official_names()
    name = official.canonicalise(type_, text, locality).name
    assert not any(character.isspace() for character in name)
    if text.strip():
        assert name


def test_names_on_annotated_texts(shared: Path, component: Aliases) -> None:
    """The tables hold on real texts: a floor well under what was measured."""
    import json

    right = total = 0
    for path in sorted((shared / "gold" / "train").glob("sc-*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        doc = NLP.make_doc(path.with_suffix(".txt").read_text(encoding="utf-8"))
        write_spans(
            doc, MENTIONS, [make_span(doc, e["start"], e["end"], e["type"]) for e in gold["entities"]]
        )
        wanted = {
            (e["start"], e["end"], e["type"]): "".join(e["canonical"].split()) for e in gold["entities"]
        }
        for key, found in canonicals(component(doc)).items():
            right += found.name == wanted[key]
            total += 1
    assert total > 1000
    assert right >= 0.93 * total

"""Mechanisms find their place in both typologies, with the word that decided."""

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykg.kg.instruments import (
    SCHEMES,
    TYPOLOGIES,
    Scheme,
    TypologyError,
    classification_triples,
    classify,
    load_typologies,
)
from policykg.kg.query import run
from policykg.kg.store import Store
from policykg.ontology.namespace import entity_iri, graph_iri

#: Random mechanisms of the gold texts, judged before the program's answer was seen: samples 1 and 2 by the author of the
#: words, 3 to 5 (`judged`: blind) by another from names, sentences and definitions alone. "|" parts answers that are both
#: right. Right at first sight, by Rothwell and Zegveld and by STIP: 91 and 84 of sample 1; 93 and 77 of 3; 90 and 77 of 4,
#: kept apart while words were corrected on 3; 86 and 79 of 5, names of the `dev` texts that nobody had looked at. These are
#: the precision to expect; the floors below hold what the words have come to since.
JUDGED = Path(__file__).with_name("instruments.tsv")


def judged(sample: int) -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if int(row["sample"]) == sample]


@pytest.mark.parametrize(
    ("sample", "size", "floors"),
    [
        (1, 100, (0.95, 0.93)),
        (2, 60, (0.95, 0.9)),
        (3, 100, (0.98, 0.92)),
        (4, 100, (0.96, 0.91)),
        (5, 100, (0.88, 0.81)),
    ],
)
def test_precision_on_the_names_judged_by_hand(sample: int, size: int, floors: tuple[float, float]) -> None:
    rows = judged(sample)
    assert len({row["name"] for row in rows}) == size
    concepts = {scheme: set(load_typologies()[scheme].broader) for scheme in SCHEMES}
    for place, (scheme, floor) in enumerate(zip(SCHEMES, floors, strict=True)):
        assert all(set(row[scheme].split("|")) <= concepts[scheme] for row in rows)
        right = sum(classify(row["name"])[place].concept in row[scheme].split("|") for row in rows)
        assert right / size >= floor, f"{scheme}: {right} of {size}"


@pytest.mark.parametrize(
    ("name", "rz", "stip"),
    [
        ("远洋装备研发后补助", ("funding", "head", "后补助"), ("PI008", "head", "后补助")),
        ("海洋牧场 贷款风险补偿机制(试行)", ("finance", "head", "风险补偿"), ("PI029", "head", "风险补偿")),
        ("潮汐能创新券", ("marketShaping", "head", "创新券"), ("PI014", "head", "创新券")),
        ("“深海沙盒监管”制度", ("regulation", "head", "沙盒监管"), ("PI033", "head", "沙盒监管")),
        ("船员个人所得税优惠政策", ("tax", "head", "所得税优惠"), ("PI016", "head", "个人所得税优惠")),
        ("船坞专利共同处置机制", ("property", "topic", "专利"), ("PI019", "topic", "专利")),
        ("灯塔轮值机制", ("strategic", "general", "机制"), ("PI030", "general", "机制")),
        ("渔港轮值制", ("strategic", "general", "制"), ("PI030", "general", "制")),
        ("渔港安全治理制度", ("regulation", "topic", "治理"), ("PI033", "topic", "安全")),
        ("灯塔专利保护指南", ("property", "topic", "专利"), ("PI019", "topic", "专利")),
        ("渔港监管服务模式", ("regulation", "head", "监管"), ("PI033", "head", "监管")),
        ("资源共享新模式", ("infrastructure", "head", "资源共享"), ("PI022", "head", "资源共享")),
        ("潮间带措施", ("other", "none", ""), ("other", "none", "")),
    ],
)
def test_the_word_that_decides_is_the_head_word(
    name: str, rz: tuple[str, str, str], stip: tuple[str, str, str]
) -> None:
    assert [(one.concept, one.basis, one.word) for one in classify(name)] == [rz, stip]


def test_lists_decide_where_the_name_says_nothing() -> None:
    assert [one.concept for one in classify("浮标互换")] == ["other", "other"]
    found = classify("浮标互换", ["支持企业采取知识产权质押、浮标互换和融资租赁等方式筹资，并开展培训。"])
    assert [(one.concept, one.basis) for one in found] == [("finance", "context"), ("PI012", "context")]
    assert found[0].reason() == "上下文：融资租赁" and found[0].reason("en") == "context: 融资租赁"
    elsewhere = classify("浮标互换", ["浮标互换由渔港承担，质押、融资租赁另行规定。"])
    assert [one.basis for one in elsewhere] == ["none", "none"]
    undecided = classify("浮标互换", ["开展质押、浮标互换、人才引进。"])
    assert [one.concept for one in undecided] == ["other", "other"]
    # The name goes before what stands around it.
    assert classify("浮标贷款", ["开展人才培养、浮标贷款、人才引进。"]) == classify("浮标贷款")


@pytest.mark.parametrize("name", ["", "(试行)", "制度", "的", "<b>\n", "机制" * 5000, "和、" * 5000])
def test_any_text_has_a_place(name: str) -> None:
    for one in classify(name, [f"{name}、{name}"] * 2):
        assert one.concept in load_typologies()[one.scheme].broader
        assert (one.word == "") == (one.basis == "none")


def test_the_graph_holds_concept_and_reason_without_blank_nodes() -> None:
    node = ox.NamedNode("https://w3id.org/policykg/id/mechanism/潮汐能创新券")
    triples = list(classification_triples(node, classify("潮汐能创新券")))
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    rows = store.query(
        """PREFIX pol: <https://w3id.org/policykg/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?concept ?why { ?m dcterms:subject ?concept .
          ?c pol:classifies ?m ; dcterms:subject ?concept ; pol:classificationReason ?why FILTER(LANG(?why) = "zh") }
        ORDER BY ?concept"""
    )
    assert [(row["concept"].value, row["why"].value) for row in rows] == [  # type: ignore[union-attr,index]
        ("https://w3id.org/policykg/instrument/rz/marketShaping", "中心词：创新券"),
        ("https://w3id.org/policykg/instrument/stip/PI014", "中心词：创新券"),
    ]


def test_every_fault_of_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "instruments.ttl"
    text = TYPOLOGIES.read_text(encoding="utf-8")
    extra = """
        rz:tax skos:hiddenLabel "贷款"@zh . stip:PI099 pol:topicWord "潮汐"@zh .
        <https://example.org/x> skos:prefLabel "别的"@zh .
    """
    path.write_text(text + extra, encoding="utf-8")
    with pytest.raises(TypologyError) as error:
        load_typologies(path)
    assert "rz: the head word '贷款' stands for finance and tax" in str(error.value)
    assert "stip: PI099 has no place" in str(error.value)
    assert "<https://example.org/x> belongs to none" in str(error.value)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_concept_that_decides_leads_to_a_top_concept(scheme: Scheme) -> None:
    typology = load_typologies()[scheme]
    tops = {concept for concept, above in typology.broader.items() if not above}
    assert {typology.broader[c] for c in typology.broader if c not in tops} <= tops
    assert "other" in tops


def test_mechanisms_are_listed_by_type_of_instrument() -> None:
    store = Store.in_memory()
    store.load_ontology()
    graph = graph_iri("海岛规划")
    document = ox.NamedNode(entity_iri("Document", "海岛规划"))
    triples: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (document, pol("textStart"), ox.Literal(0)),
        (document, PREF_LABEL, ox.Literal("海岛规划", language="zh")),
    ]
    for name in ("潮汐券", "船坞担保", "潮间带措施"):
        node = ox.NamedNode(entity_iri("Mechanism", name))
        triples += [(node, PREF_LABEL, ox.Literal(name, language="zh")), (document, pol("denotes"), node)]
        triples += classification_triples(node, classify(name))
    store.replace_document(graph, (ox.Quad(*triple, ox.NamedNode(graph)) for triple in triples))
    table = run(store, "mechanisms_by_instrument", typology="stip")
    assert [row[:3] + row[5:6] for row in table.rows] == [
        ("其他", "其他", "潮间带措施", "无可归类之词"),
        ("直接资金支持", "创新券", "潮汐券", "中心词：券"),
        ("间接资金支持", "债务担保与风险分担", "船坞担保", "中心词：担保"),
    ]
    table = run(store, "mechanisms_by_instrument", type="finance", lang="en")
    assert [row[:3] for row in table.rows] == [("environment side", "financial support", "船坞担保")]


PREF_LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")


def pol(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/policykg/ontology#{name}")

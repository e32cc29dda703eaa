"""A card tells all that the graph says of one entity."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from policykg.kg.card import show
from policykg.kg.names import AmbiguousName, UnknownName

MEASURES = "示范创新中心管理办法(试行)"
PLAN = "“十四五”示范创新规划"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    return store


def test_card_of_a_program(store: Store) -> None:
    card = show(store, "示范中心")
    assert (card.name, card.type, card.aliases) == ("示范创新中心", "Program", ("示范中心",))
    assert [(one.document, one.mentions, one.provision, one.page) for one in card.appearances] == [
        (PLAN, 3, "一、", 1),
        (MEASURES, 8, "", 1),
    ]
    assert [(one.outgoing, one.predicate, one.other) for one in card.facts] == [
        (True, "employs", "共享用工机制"),
        (True, "employs", "年度报告制度"),
        (True, "employs", "永久编制制度"),
        (True, "hasTarget", "示范创新中心达到20家"),
        (True, "reportsTo", "创新部"),
        (False, "appliesTo", "绩效评价"),
        (False, "evaluates", "创新部"),
        (False, "funds", "财资部"),
        (False, "supervises", "创新部"),
        (False, "supports", PLAN),
    ]
    funded = card.facts[7]
    assert (funded.modality, funded.provision, funded.page) == ("required", "第五条", 2)
    assert funded.quote == "第五条 财资部以后补助方式资助示范中心。"


def test_a_fact_says_where_its_subject_stands_if_its_quote_does_not(store: Store) -> None:
    told = {
        (one.predicate, one.other): (
            one.subject_quote,
            one.subject_provision,
            one.subject_start,
            one.subject_end,
        )
        for name in ("财资部", "创新部")
        for one in show(store, name).facts
        if one.outgoing
    }
    assert told["employs", "后补助"] == ("财资部", "第二条", 54, 57)
    assert told["supervises", "示范创新中心"] == ("", "", None, None)


def test_card_of_a_document(store: Store) -> None:
    card = show(store, f"《{PLAN}》")
    assert (card.type, card.number, card.date, card.kind, card.issuers, card.source) == (
        "Document",
        "创部发〔2022〕9号",
        "2022-06-30",
        "规划",
        ("国家创新部",),
        "样例.txt",
    )
    assert [(one.kind, one.comparator, one.value, one.unit, one.date) for one in card.measures] == [
        ("target", ">=", 20.0, "家", "2025"),
        ("baseline", "=", 11.0, "家", "2020"),
    ]


def test_card_of_a_target_has_its_measure(store: Store) -> None:
    card = show(store, "示范创新中心达到20家")
    (measure,) = card.measures
    assert (measure.indicator, measure.value, measure.document) == ("示范创新中心", 20.0, PLAN)


def test_unknown_names_and_shared_names_are_refused(store: Store) -> None:
    with pytest.raises(UnknownName, match="nearest: 创新券"):
        show(store, "创新卷")
    both = Store()
    both.update(
        """PREFIX pol: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        INSERT DATA { GRAPH <urn:g> {
          <urn:p> a pol:Program ; skos:prefLabel "星火"@zh . <urn:m> a pol:Mechanism ; skos:prefLabel "星火"@zh .
        } }"""
    )
    with pytest.raises(AmbiguousName, match="Mechanism:星火, Program:星火"):
        show(both, "星火")
    assert show(both, "星火", type="Program").type == show(both, "program:星火").type == "Program"


def test_of_two_types_under_one_name_the_more_mentioned_is_meant() -> None:
    store = Store()
    store.update(
        """PREFIX pol: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX oa: <http://www.w3.org/ns/oa#>
        INSERT DATA { GRAPH <urn:g> {
          <urn:p> a pol:Program ; skos:prefLabel "星火"@zh . <urn:m> a pol:Mechanism ; skos:prefLabel "星火"@zh .
          <urn:1> pol:denotes <urn:p> ; oa:start 1 . <urn:2> pol:denotes <urn:p> ; oa:start 9 .
          <urn:3> pol:denotes <urn:m> ; oa:start 5 .
        } }"""
    )
    assert show(store, "星火").iri == "urn:p"
    assert show(store, "Mechanism:星火").iri == "urn:m"

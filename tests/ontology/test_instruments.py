"""The typologies of instruments: two trees with labels in both languages, and head words that decide."""

from collections import Counter

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph, URIRef

from policykg.ontology.terms import VOCABULARY

SCHEMES = {"rz": ("supply", "environment", "demand", "other"), "stip": ("governance", "directFinance")}
BASE = "https://w3id.org/policykg/instrument/"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(str(VOCABULARY.with_name("instruments.ttl")))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_concept_has_its_place_and_both_labels(graph: Graph, scheme: str) -> None:
    node = URIRef(BASE + scheme)
    concepts = set(graph.subjects(SKOS.inScheme, node))
    tops = set(graph.objects(node, SKOS.hasTopConcept))
    assert {URIRef(f"{BASE}{scheme}/{name}") for name in SCHEMES[scheme]} <= tops
    assert tops == set(graph.subjects(SKOS.topConceptOf, node))
    for concept in concepts:
        assert (concept, RDF.type, SKOS.Concept) in graph
        for property_ in (SKOS.prefLabel, SKOS.definition):
            languages = [literal.language for literal in graph.objects(concept, property_)]  # type: ignore[attr-defined]
            assert sorted(languages) == ["en", "zh"]
        assert len(set(graph.objects(concept, DCTERMS.source))) == 1
        assert (concept in tops) != bool(set(graph.objects(concept, SKOS.broader)) & tops)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_label_or_head_word_stands_for_one_concept_of_a_scheme(graph: Graph, scheme: str) -> None:
    concepts = sorted(graph.subjects(SKOS.inScheme, URIRef(BASE + scheme)))
    for property_ in (SKOS.prefLabel, SKOS.hiddenLabel):
        count = Counter(str(word) for concept in concepts for word in graph.objects(concept, property_))
        assert [word for word, times in count.items() if times > 1] == []


def test_the_twelve_instruments_of_rothwell_and_zegveld_are_named(graph: Graph) -> None:
    """All but public enterprise, which is a body and no mechanism."""
    sources = " ".join(sorted(map(str, graph.objects(None, DCTERMS.source))))
    for name in (
        "scientific and technical",
        "education",
        "information",
        "financial",
        "taxation",
        "legal and regulatory",
        "political",
        "procurement",
        "public services",
        "commercial",
        "overseas agents",
    ):
        assert f"Rothwell and Zegveld: {name}" in sources


def test_instruments_of_stip_carry_the_codes_of_the_survey(graph: Graph) -> None:
    codes = {str(code): concept for concept, code in graph.subject_objects(SKOS.notation)}
    assert len(codes) == 28
    assert set(codes) == {f"PI{n:03d}" for n in range(6, 34)}
    assert all(str(concept) == f"{BASE}stip/{code}" for code, concept in codes.items())


def test_no_blank_nodes(graph: Graph) -> None:
    assert all(isinstance(term, URIRef) for subject, _, _ in graph for term in (subject,))

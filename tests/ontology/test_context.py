"""The published JSON-LD context says what the vocabulary says."""

import json

from rdflib import RDF, Graph, Literal, URIRef

from policykg.extract.records import ENTITY_TYPES, PREDICATES
from policykg.ontology.context import CONTEXT, build_context, write_context
from policykg.ontology.namespace import POL


def test_the_file_is_what_the_vocabulary_gives(update_golden: bool) -> None:
    if update_golden:
        write_context()
    published = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    assert published == build_context()
    assert {*PREDICATES, *ENTITY_TYPES} <= set(published)


def test_data_written_with_it_by_hand_is_read_by_rdflib() -> None:
    data = {
        **json.loads(CONTEXT.read_text(encoding="utf-8")),
        "@id": "https://example.org/甲",
        "@type": "Body",
        "supervises": "https://example.org/乙",
        "skos:prefLabel": {"@value": "甲", "@language": "zh"},
    }
    graph = Graph().parse(data=json.dumps(data), format="json-ld")
    node = URIRef("https://example.org/甲")
    assert (node, RDF.type, POL.Body) in graph
    assert (node, POL.supervises, URIRef("https://example.org/乙")) in graph
    assert (node, URIRef("http://www.w3.org/2004/02/skos/core#prefLabel"), Literal("甲", lang="zh")) in graph
    assert len(graph) == 3

"""The vocabulary: complete, aligned with terms that exist, and free of nonsense when reasoned over."""

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.namespace import DCTERMS

from policykg.extract.records import ENTITY_TYPES, MODALITIES, PREDICATES
from policykg.ontology.namespace import ONTOLOGY, POL
from policykg.ontology.pol import POL as POL_CLASS
from policykg.ontology.terms import (
    VOCABULARY,
    UnknownTerm,
    classify,
    definition,
    find_term,
    label,
    load_terms,
)

HERE = Path(__file__).parent
RDFLIB_KNOWS = ("DCTERMS", "ODRL2", "ORG", "OWL", "PROV", "RDF", "RDFS", "SDO", "SKOS", "VANN")
LISTED = {
    "http://data.europa.eu/eli/ontology#": HERE / "eli_terms.txt",
    "http://www.w3.org/ns/oa#": HERE / "oa_terms.txt",
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(str(VOCABULARY))


def test_python_face_has_exactly_the_terms_of_the_file() -> None:
    assert POL is POL_CLASS
    assert set(POL_CLASS.__annotations__) - {"_NS", "_fail"} == set(load_terms())
    assert str(POL.funds) == f"{ONTOLOGY}funds"
    with pytest.raises(AttributeError):
        _ = POL.fundz


@pytest.mark.parametrize("name", sorted(load_terms()))
def test_every_term_has_label_definition_example_and_source(name: str, graph: Graph) -> None:
    node = URIRef(ONTOLOGY + name)
    for lang in ("zh", "en"):
        assert label(name, lang).strip() and definition(name, lang).strip()
    assert {str(x.language) for x in graph.objects(node, RDFS.label)} == {"zh", "en"}  # type: ignore[attr-defined]
    assert list(graph.objects(node, SKOS.example)) and list(graph.objects(node, DCTERMS.source))
    assert len(list(graph.objects(node, RDFS.label))) == 2


def test_records_and_vocabulary_name_the_same_things() -> None:
    terms = load_terms()
    families = [name for name, term in terms.items() if term.parents == ("relatesTo",)]
    relations = {name for name, term in terms.items() if set(term.parents) & {*families, "relatesTo"}} - {
        *families
    }
    assert relations | {"hasTarget", "partOf"} == set(PREDICATES)
    assert {*ENTITY_TYPES, *PREDICATES, *MODALITIES} <= set(terms)
    assert {n for n, t in terms.items() if f"{ONTOLOGY}Modality" in t.kinds} == set(MODALITIES)


def test_labels_of_classes_and_relations_are_told_apart() -> None:
    for lang in ("zh", "en"):
        labels = [label(name, lang) for name in (*PREDICATES, *ENTITY_TYPES)]
        assert len(labels) == len(set(labels))


def test_every_relation_has_one_inverse_which_is_symmetric_for_joint_action(graph: Graph) -> None:
    for name in PREDICATES:
        node = URIRef(ONTOLOGY + name)
        inverses = list(graph.objects(node, OWL.inverseOf))
        symmetric = (node, RDF.type, OWL.SymmetricProperty) in graph
        assert len(inverses) == (0 if symmetric else 1), name


def test_no_domain_or_range_stands_in_the_vocabulary(graph: Graph) -> None:
    assert not list(graph.subject_objects(RDFS.domain)) + list(graph.subject_objects(RDFS.range))


def test_no_blank_nodes_so_that_the_dump_is_stable() -> None:
    for quad in ox.parse(path=str(VOCABULARY)):
        assert not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode)


def test_foreign_terms_exist_where_they_come_from(graph: Graph) -> None:
    listed = {
        namespace + line
        for namespace, path in LISTED.items()
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    }
    known = [getattr(rdflib.namespace, name) for name in RDFLIB_KNOWS]
    own = (ONTOLOGY.rstrip("#"), "https://www.apache.org/licenses/LICENSE-2.0")
    used = {str(term) for triple in graph for term in triple if isinstance(term, URIRef)}
    foreign = sorted(iri for iri in used if not iri.startswith(own) and iri not in listed)
    assert len(foreign) > 30
    assert [iri for iri in foreign if not any(iri in namespace for namespace in known)] == []


def test_reasoning_makes_nothing_both_body_and_program() -> None:
    graph = rdflib.Graph().parse(str(VOCABULARY))
    kinds = [URIRef(ONTOLOGY + kind) for kind in ENTITY_TYPES]
    things = {kind: URIRef(f"https://example.org/{kind.rpartition('#')[2]}") for kind in kinds}
    for kind, thing in things.items():
        graph.add((thing, RDF.type, kind))
    for predicate in PREDICATES:
        for subject in things.values():
            for object_ in things.values():
                graph.add((subject, URIRef(ONTOLOGY + predicate), object_))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    for kind, thing in things.items():
        found = {other for other in kinds if (thing, RDF.type, other) in graph}
        assert found == {kind}
    assert not [
        s
        for s in graph.subjects(RDF.type, URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage"))
    ]
    body, program = things[kinds[0]], things[kinds[1]]
    assert (program, URIRef(ONTOLOGY + "fundedBy"), body) in graph
    assert (body, URIRef(ONTOLOGY + "governs"), program) in graph


@pytest.mark.parametrize(
    ("type_", "name", "expected"),
    [
        ("Body", "创新部", "GovernmentDepartment"),
        ("Body", "国务院有关部门", "GovernmentDepartment"),
        ("Body", "科技厅(委、局)", "GovernmentDepartment"),
        ("Body", "专家咨询委员会", "AdvisoryBody"),
        ("Body", "星火高新区管理委员会", "AdministrativeCommittee"),
        ("Body", "青禾市人民政府", "LocalGovernment"),
        ("Body", "青禾市", "LocalGovernment"),
        ("Body", "科技型中小企业", "Enterprise"),
        ("Body", "星火银行科技支行", "FinancialInstitution"),
        ("Body", "青禾技术交易所", "Exchange"),
        ("Body", "理事会(董事会)", "GoverningBoard"),
        ("Body", "企业总部", None),
        ("Body", "国家", None),
        ("Program", "星火技术创新中心", "Centre"),
        ("Program", "科技成果转移转化示范区", "Zone"),
        ("Program", "职务科技成果赋权试点", "Pilot"),
        ("Program", "星火挑战赛", "Competition"),
        ("Document", "星火创新中心管理办法(试行)", "Measures"),
        ("Document", "星火促进法", "Law"),
        ("Document", "“十四五”星火规划", "PlanDocument"),
        ("Mechanism", "后补助", None),
    ],
)
def test_the_longest_head_word_decides_the_sub_class(type_: str, name: str, expected: str | None) -> None:
    assert classify(type_, name) == expected
    if expected:
        assert find_term(expected).parents == (type_,)


def test_a_head_word_stands_for_one_sub_class_of_a_type() -> None:
    seen: dict[tuple[str, str], str] = {}
    for term in load_terms().values():
        for word in term.head_words:
            key = (term.parents[0] if term.parents else term.name, word)
            assert seen.setdefault(key, term.name) == term.name, key


def test_unknown_terms_are_errors() -> None:
    with pytest.raises(UnknownTerm, match="no term 'fundz'"):
        label("fundz")

"""Valid and invalid graphs, each of the latter with the node that must be named."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from policykg.extract.records import ENTITY_TYPES, MODALITIES, PREDICATES
from policykg.ontology.namespace import ONTOLOGY
from policykg.ontology.validate import SHAPES, validate

SHAPES_FOLDER = Path(__file__).parents[1] / "shapes"
VALID = sorted(SHAPES_FOLDER.glob("valid/*.ttl"))
INVALID = sorted(SHAPES_FOLDER.glob("invalid/*.ttl"))


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_a_valid_graph_has_no_violation(path: Path) -> None:
    assert validate(ox.parse(path=str(path))) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_an_invalid_graph_names_the_node_at_fault(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    focus, property_path = re.findall(r"^# (?:focus|path): (.+)$", text, re.MULTILINE)
    found = validate(ox.parse(text, format=ox.RdfFormat.TURTLE))
    assert {(violation.focus, violation.path) for violation in found} == {(focus, property_path)}
    assert all(violation.message and violation.severity == "violation" for violation in found)


def test_both_inputs_give_the_same_violations_in_both_languages() -> None:
    path = SHAPES_FOLDER / "invalid" / "object-of-wrong-class.ttl"
    (english,) = validate(Graph().parse(str(path)))
    assert [english] == validate(ox.parse(path=str(path)))
    assert english.message == "the object of employs is a Mechanism"
    assert english.value.endswith("/program/星火园")
    (chinese,) = validate(ox.parse(path=str(path)), lang="zh")
    assert chinese.message == "employs 的客体须是机制"


def test_shapes_speak_of_every_class_relation_and_modality() -> None:
    text = SHAPES.read_text(encoding="utf-8")
    for term in (*ENTITY_TYPES, *PREDICATES, *MODALITIES):
        assert re.search(rf"\bpol:{term}\b", text), term
    targets = set(re.findall(r"sh:targetNode pol:(\w+)", text))
    assert targets == set(PREDICATES)


def test_shapes_use_only_terms_of_the_vocabulary() -> None:
    from policykg.ontology.terms import load_terms

    used = {
        term.value.removeprefix(ONTOLOGY)
        for quad in ox.parse(path=str(SHAPES))
        for term in (quad.subject, quad.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(ONTOLOGY)
    }
    assert used <= set(load_terms())

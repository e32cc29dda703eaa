"""What two rooms say of the same thing agrees: types, relations and modalities in extraction and in the ontology."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from policykg.extract.records import ENTITY_TYPES, MODALITIES, PREDICATES
from policykg.extract.relations.frames import ALLOWED
from policykg.ontology.namespace import PREFIXES
from policykg.ontology.terms import find_term

SH = "http://www.w3.org/ns/shacl#"


@pytest.mark.parametrize("name", [*ENTITY_TYPES, *PREDICATES, *MODALITIES])
def test_every_term_of_extraction_is_in_the_vocabulary(name: str) -> None:
    term = find_term(name)
    assert set(term.labels) == {"zh", "en"}


@pytest.mark.parametrize("predicate", PREDICATES)
def test_frames_allow_what_the_shapes_allow(root: Path, predicate: str) -> None:
    shapes = ox.Store()
    shapes.load(path=str(root / "ontology" / "shapes.ttl"), format=ox.RdfFormat.TURTLE)
    rows = shapes.query(
        f"""PREFIX sh: <{SH}> PREFIX pol: <{PREFIXES["pol"]}> PREFIX rdf: <{PREFIXES["rdf"]}>
        SELECT ?end ?class {{
          ?shape sh:targetNode pol:{predicate} ; sh:property ?property .
          ?property sh:path/rdf:rest*/rdf:first* ?end ; (sh:class|sh:or/rdf:rest*/rdf:first/sh:class) ?class .
          FILTER(?end IN (rdf:subject, rdf:object))
        }}"""
    )
    found: dict[str, set[str]] = {"subject": set(), "object": set()}
    for row in rows:
        found[row["end"].value.rpartition("#")[2]].add(row["class"].value.removeprefix(PREFIXES["pol"]))
    assert found == dict(zip(("subject", "object"), map(set, ALLOWED[predicate]), strict=True))

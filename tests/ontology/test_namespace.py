"""IRIs of entities: always valid, and another one for every other name."""

import subprocess
import sys

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib.term import _is_valid_uri

from policykg.ontology.namespace import BASE, ENTITY_KINDS, IRIError, entity_iri, graph_iri

NAMES = st.text(min_size=1).filter(lambda name: name.split())
HOSTILE = [
    "<img src=x onerror=1>",
    "a> <b",
    '"; DROP ALL',
    "../../etc",
    "..",
    "%2E%2E",
    "a/b?c#d",
    "\u200b科技部",
    "x\ud800",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("type_", [t for t in ENTITY_KINDS if t != "Target"])
def test_hostile_names_give_valid_iris(type_: str, name: str) -> None:
    iri = entity_iri(type_, name)
    assert ox.NamedNode(iri).value == iri
    assert _is_valid_uri(iri)
    assert iri.removeprefix(BASE).count("/") == 2


@given(NAMES)
def test_any_name_gives_a_valid_iri(name: str) -> None:
    for iri in (entity_iri("Body", name), graph_iri(name), entity_iri("Target", name, document=name)):
        (triple,) = ox.parse(f"<{iri}> <{iri}> <{iri}> .", format=ox.RdfFormat.N_TRIPLES)
        assert triple.subject == ox.NamedNode(iri)


@given(NAMES, NAMES)
def test_names_that_differ_in_more_than_white_space_get_different_iris(one: str, other: str) -> None:
    same = "".join(one.split()) == "".join(other.split())
    assert (entity_iri("Program", one) == entity_iri("Program", other)) == same


@given(st.text(alphabet="%2EF/.科", min_size=1), st.text(alphabet="%2EF/.科", min_size=1))
def test_names_that_look_escaped_stay_apart(one: str, other: str) -> None:
    assert (entity_iri("Body", one) == entity_iri("Body", other)) == (one == other)


def test_chinese_stays_readable() -> None:
    assert entity_iri("Body", " 科 技\n部 ") == f"{BASE}id/body/科技部"
    assert entity_iri("Document", "办法(暂行)") == f"{BASE}id/document/办法(暂行)"
    assert entity_iri("Target", "达到20家", document="甲规划") == f"{BASE}id/target/甲规划/达到20家"
    assert graph_iri("甲规划") == f"{BASE}graph/甲规划"


@pytest.mark.parametrize(
    ("type_", "name", "document"),
    [("Body", " \n", ""), ("Person", "甲", ""), ("Target", "达到20家", ""), ("Body", "创新部", "甲规划")],
)
def test_what_cannot_be_named_is_refused(type_: str, name: str, document: str) -> None:
    with pytest.raises(IRIError):
        entity_iri(type_, name, document=document)


def test_names_and_labels_do_not_load_rdflib() -> None:
    code = (
        "import sys; from policykg.ontology.namespace import entity_iri, label; label('funds');"
        "from policykg.kg import build, store; sys.exit('rdflib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

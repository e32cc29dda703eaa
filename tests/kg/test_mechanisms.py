"""Answering `mechanisms` in steps gives the rows of its query file, in their order."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from pyoxigraph import NamedNode, Store

from policykg.kg import query
from policykg.kg.mechanisms import TIES
from policykg.ontology.namespace import ONTOLOGY, PREFIXES
from policykg.ontology.terms import Lang

ROOT = Path(__file__).parents[2]
RDF_TYPE, BODY = NamedNode(f"{PREFIXES['rdf']}type"), NamedNode(f"{ONTOLOGY}Body")


def load_generator() -> ModuleType:
    """The benchmark's generator, which lies outside of any package."""
    path = ROOT / "tests" / "benchmarks" / "graph.py"
    spec = importlib.util.spec_from_file_location("benchmark_graph", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_in_file(store: Store, **parameters: object) -> query.Table:
    asked = query.find_query("mechanisms")
    title = asked.description("en" if parameters["lang"] == "en" else "zh")
    return query.read_table(store.query(query.bind(store, asked, parameters)), asked.columns, title=title)


@pytest.fixture(scope="module")
def sample() -> Store:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    return store


@pytest.fixture(scope="module")
def generated() -> Store:
    store = Store()
    store.extend(load_generator().generate_quads(30_000, seed=3))
    return store


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tie", [None, *TIES, ["program", "object"]])
def test_every_body_of_the_sample_has_the_rows_of_the_file(sample: Store, tie: object, lang: Lang) -> None:
    found = 0
    for name in ("创新部", "财资部", "科技型企业", "企业", "第三方评价机构"):
        table = query.run(sample, "mechanisms", body=name, tie=tie, lang=lang)
        assert table == as_in_file(sample, body=name, tie=tie, lang=lang)
        found += len(table)
    assert found > 0


def test_the_ties_of_many_bodies_in_a_generated_graph_are_those_of_the_file(generated: Store) -> None:
    lengths = []
    bodies = sorted({quad.subject.value for quad in generated.quads_for_pattern(None, RDF_TYPE, BODY)})
    for iri in bodies[::3]:
        table = query.run(generated, "mechanisms", body=iri)
        assert table == as_in_file(generated, body=iri, lang="zh")
        lengths.append(len(table))
    assert sum(lengths) > 15

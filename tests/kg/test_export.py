"""Every export is the same bytes each time and is loaded back by another reader."""

import csv
import io
import json
from pathlib import Path

import networkx as nx
import pytest
import rdflib
from pyoxigraph import Store

from policykg.kg import export
from policykg.kg.project import project

BASE = "https://w3id.org/policykg/id/"
PLAN = "“十四五”示范创新规划"


class Quads:
    """A store of quads in a chosen order, so that the order shows if it should not."""

    def __init__(self, store: Store, *, reverse: bool = False) -> None:
        self._quads = sorted(store, key=str, reverse=reverse)

    def quads(self) -> list[object]:
        return self._quads


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    return store


@pytest.fixture(scope="module")
def graph(store: Store) -> nx.MultiDiGraph:
    return project(store)


@pytest.mark.parametrize("format", export.RDF_FORMATS)
def test_rdf_bytes_do_not_depend_on_the_order_of_quads(store: Store, format: str) -> None:
    first = export.export_rdf(Quads(store), format)
    assert first == export.export_rdf(Quads(store, reverse=True), format)
    assert b"_:" not in first


@pytest.mark.parametrize(
    ("format", "rdflib_format"), [("trig", "trig"), ("nquads", "nquads"), ("jsonld", "json-ld")]
)
def test_quads_are_loaded_back_by_rdflib(store: Store, format: str, rdflib_format: str) -> None:
    def load(content: bytes, format: str) -> set[tuple[object, ...]]:
        dataset = rdflib.Dataset()
        dataset.parse(data=content.decode(), format=format)
        return {tuple(map(plain, quad)) for quad in dataset.quads()}

    def plain(term: object) -> object:
        # By value: a store may write 1.0 as 1.
        if isinstance(term, rdflib.Literal):
            return term.toPython(), term.language, term.datatype
        return term

    source = Path(__file__).with_name("questions.trig").read_bytes()
    assert load(export.export_rdf(Quads(store), format), rdflib_format) == load(source, "trig")


@pytest.mark.parametrize(("format", "rdflib_format"), [("turtle", "turtle"), ("ntriples", "nt")])
def test_triples_are_loaded_back_by_rdflib(store: Store, format: str, rdflib_format: str) -> None:
    loaded = rdflib.Graph()
    loaded.parse(data=export.export_rdf(Quads(store), format).decode(), format=rdflib_format)
    assert len(loaded) == len({quad.triple for quad in store})


def test_graphml_is_loaded_back_whole(graph: nx.MultiDiGraph) -> None:
    content = export.export_graph(graph, "graphml")
    assert content == export.export_graph(graph, "graphml")
    loaded = nx.read_graphml(io.BytesIO(content), force_multigraph=True)
    assert set(loaded) == set(graph)
    assert {key for *_, key in loaded.edges(keys=True)} == {key for *_, key in graph.edges(keys=True)}
    assert loaded.nodes[f"{BASE}program/示范创新中心"]["aliases"] == "示范中心"
    assert loaded.nodes[f"{BASE}program/示范创新中心"]["mentions"] == 11
    for source, target, key, data in graph.edges(keys=True, data=True):
        assert loaded.edges[source, target, key]["quote"] == data["quote"]


def test_gexf_is_loaded_back_with_colours(graph: nx.MultiDiGraph) -> None:
    content = export.export_graph(graph, "gexf")
    assert b"lastmodified" not in content
    loaded = nx.read_gexf(io.BytesIO(content))
    assert set(loaded) == set(graph)
    assert loaded.number_of_edges() == graph.number_of_edges()
    body = loaded.nodes[f"{BASE}body/创新部"]
    assert (body["label"], body["type"]) == ("创新部", "Body")
    assert body["viz"]["color"] != loaded.nodes[f"{BASE}program/星火园区"]["viz"]["color"]


def test_csv_is_loaded_back(graph: nx.MultiDiGraph) -> None:
    nodes = list(csv.DictReader(io.StringIO(export.export_graph(graph, "csv-nodes").decode())))
    edges = list(csv.DictReader(io.StringIO(export.export_graph(graph, "csv-edges").decode())))
    assert [row["id"] for row in nodes] == sorted(graph)
    assert {(row["source"], row["target"], row["id"]) for row in edges} == set(graph.edges(keys=True))
    (target,) = (row for row in nodes if row["type"] == "Target")
    assert json.loads(target["measures"])[0]["value"] == 20
    quotes = {data["quote"] for *_, data in graph.edges(data=True)}
    assert {row["quote"] for row in edges} == quotes


def test_cytoscape_is_loaded_back(graph: nx.MultiDiGraph) -> None:
    content = json.loads(export.export_graph(graph, "cytoscape"))
    assert {node["data"]["id"] for node in content["elements"]["nodes"]} == set(graph)
    edges = {
        (e["data"]["source"], e["data"]["target"], e["data"]["id"]) for e in content["elements"]["edges"]
    }
    assert edges == set(graph.edges(keys=True))
    assert content["data"]["name"] == graph.graph["title"]


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_hostile_text_stays_text_in_xml(format: str) -> None:
    text = '</data><x a="1">&amp; ]]>\t\r\n\x00\x0b\ufffe <img src=x onerror=alert(1)>'
    graph = nx.MultiDiGraph(title=text, documents=[])
    graph.add_node(text, label=text, type="Body", aliases=(text,), documents=(), mentions=1)
    loaded = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[format](
        io.BytesIO(export.export_graph(graph, format))
    )
    kept = text.replace("\x00", "\ufffd").replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd")
    ((key, data),) = loaded.nodes(data=True)
    assert (key, data["label"], data["aliases"]) == (kept, kept, kept)


def test_rows_survive_line_ends_and_quotes_in_csv() -> None:
    graph = nx.MultiDiGraph(documents=[])
    graph.add_node("a", label='第一行\n"第二行",x', type="Body", aliases=(), documents=(), mentions=0)
    (row,) = csv.DictReader(io.StringIO(export.export_graph(graph, "csv-nodes").decode(), newline=""))
    assert row["label"] == '第一行\n"第二行",x'


def test_unknown_formats_list_the_known(store: Store, graph: nx.MultiDiGraph) -> None:
    with pytest.raises(export.ExportError, match="no export format 'xls'; there are: turtle, trig"):
        export.export_rdf(Quads(store), "xls")
    with pytest.raises(export.ExportError, match="there are: graphml, gexf"):
        export.export_graph(graph, "dot")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "x.ttl"
    with pytest.raises(export.ExportError, match="cannot be written: No such file"):
        export.write_export(target, b"")


def test_every_format_has_an_ending() -> None:
    assert set(export.SUFFIXES) == {*export.RDF_FORMATS, *export.GRAPH_FORMATS}

"""Every export is the same bytes each time and is loaded back by another reader."""

import csv
import io
import json
import re
import sys
import zipfile
from pathlib import Path

import networkx as nx
import openpyxl
import pyarrow.parquet as pq
import pytest
import rdflib
from pyoxigraph import Store

from policykg.kg import export
from policykg.kg.project import project
from policykg.ontology.context import CONTEXT
from policykg.ontology.terms import Lang

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


def test_jsonld_holds_the_published_context_and_is_short(store: Store) -> None:
    content = json.loads(export.export_rdf(Quads(store), "jsonld"))
    assert content["@context"] == json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    nodes = {node["@id"]: node for graph in content["@graph"] for node in graph.get("@graph", [graph])}
    statement = next(node for node in nodes.values() if "Statement" in node.get("@type", ()))
    assert statement["modality"][0].startswith("pol:")


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


# --- tables


def read_parquet(content: bytes) -> list[dict[str, object]]:
    return pq.read_table(io.BytesIO(content)).to_pylist()


def test_parquet_is_loaded_back_with_types(graph: nx.MultiDiGraph) -> None:
    files = export.export_folder(graph, "parquet")
    assert files == export.export_folder(graph, "parquet")
    nodes, edges = (read_parquet(files[name]) for name in ("nodes.parquet", "edges.parquet"))
    assert [row["id"] for row in nodes] == sorted(graph)
    assert {(row["source"], row["target"], row["id"]) for row in edges} == set(graph.edges(keys=True))
    centre = next(row for row in nodes if row["label"] == "示范创新中心")
    assert (centre["aliases"], centre["mentions"]) == (["示范中心"], 11)
    for row in edges:
        data = graph.edges[row["source"], row["target"], row["id"]]
        assert (row["quote"], row["confidence"]) == (data["quote"], data["confidence"])
        assert (row["trigger_start"], row["trigger_end"]) == data["trigger"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_is_opened_with_all_sheets_and_facts(graph: nx.MultiDiGraph, lang: Lang) -> None:
    content = export.export_graph(graph, "xlsx", lang=lang)
    assert content == export.export_graph(graph, "xlsx", lang=lang)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in packed.read("docProps/core.xml")
    book = openpyxl.load_workbook(io.BytesIO(content))
    names = {
        "zh": ["文件", "机构", "项目", "机制", "目标", "事实"],
        "en": ["documents", "bodies", "programs", "mechanisms", "targets", "facts"],
    }
    assert book.sheetnames == names[lang]
    facts = list(book[names[lang][5]].values)
    assert (
        facts[0][:4]
        == {
            "zh": ("主体", "关系", "客体", "语气"),
            "en": ("subject", "relation", "object", "modality"),
        }[lang]
    )
    edges = {key: data for *_, key, data in graph.edges(keys=True, data=True)}
    assert {row[-1]: row[4] for row in facts[1:]} == {key: data["quote"] for key, data in edges.items()}
    assert [len(list(book[name].values)) - 1 for name in names[lang][:4]] == [
        sum(data["type"] == kind for _, data in graph.nodes(data=True))
        for kind in ("Document", "Body", "Program", "Mechanism")
    ]
    (target,) = (row for row in book[names[lang][4]].values if 20 in row)
    assert ">=" in target


HOSTILE = [
    '=HYPERLINK("https://example.org","x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\x00\x0b坏\ufffe",
    "长" * 40_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_a_formula_is_text_in_the_workbook(text: str) -> None:
    graph = nx.MultiDiGraph(documents=[])
    graph.add_node("a", label=text, type="Body", aliases=(), documents=(text,), mentions=1)
    book = openpyxl.load_workbook(io.BytesIO(export.export_graph(graph, "xlsx")))
    cell = book["机构"]["A2"]
    assert (
        cell.data_type in ("s", "inlineStr")
        and str(cell.value)[:5] == re.sub("[\x00\x0b\ufffe]", "\ufffd", text)[:5]
    )
    assert len(str(cell.value)) <= 32_767
    assert bool(cell.quotePrefix) == (text[0] in "=+-@")


def test_mechanisms_of_the_workbook_carry_their_instruments() -> None:
    graph = nx.MultiDiGraph(documents=[])
    one = {"scheme": "stip", "concept": "PI014", "zh": "创新券", "en": "innovation vouchers"}
    one |= {"reason_zh": "中心词：创新券", "reason_en": "head word: 创新券"}
    graph.add_node(
        "a", label="潮汐券", type="Mechanism", aliases=(), documents=(), mentions=1, instruments=(one,)
    )
    book = openpyxl.load_workbook(io.BytesIO(export.export_graph(graph, "xlsx", lang="en")))
    row = dict(zip(*book["mechanisms"].values, strict=True))
    assert (row["instrument (STIP)"], row["reason (STIP)"]) == ("innovation vouchers", "head word: 创新券")
    assert row["instrument (Rothwell & Zegveld)"] is None


def test_neo4j_files_join_up_and_keep_every_value(graph: nx.MultiDiGraph) -> None:
    files = export.export_folder(graph, "neo4j")
    assert files == export.export_folder(graph, "neo4j")
    options = dict(
        line.removeprefix("--").split("=", 1) for line in files["import.args"].decode().splitlines()
    )
    assert options["multiline-fields"] == "true" and options["id-type"] == "string"
    separator = chr(int(options["array-delimiter"].removeprefix("U+"), 16))
    nodes, edges = (
        list(csv.DictReader(io.StringIO(files[options[name]].decode(), newline="")))
        for name in ("nodes", "relationships")
    )
    assert [row["iri:ID"] for row in nodes] == sorted(graph)
    labels = {row["iri:ID"]: row[":LABEL"].split(separator) for row in nodes}
    assert labels == {key: ["Entity", data["type"]] for key, data in graph.nodes(data=True)}
    for row in edges:
        data = graph.edges[row[":START_ID"], row[":END_ID"], row["statement"]]
        assert row["quote"] == data["quote"] and float(row["confidence:double"]) == data["confidence"]
        assert row[":TYPE"].replace("_", "").lower() == data["predicate"].lower()
        assert re.fullmatch("[A-Z_]+", row[":TYPE"])
    assert len(edges) == graph.number_of_edges()
    kinds = {"ID", "LABEL", "START_ID", "END_ID", "TYPE", "long", "double", "boolean", "string[]"}
    for header in (nodes[0], edges[0]):
        assert {name.partition(":")[2] for name in header if ":" in name} <= kinds


def test_a_separator_in_a_name_does_not_split_it_for_neo4j() -> None:
    graph = nx.MultiDiGraph(documents=[])
    graph.add_node("a", label="甲", type="Body", aliases=("乙\x1f丙", "丁"), documents=(), mentions=0)
    (row,) = csv.DictReader(io.StringIO(export.export_folder(graph, "neo4j")["nodes.csv"].decode()))
    assert row["aliases:string[]"].split("\x1f") == ["乙 丙", "丁"]


def test_graphrag_tables_join_up(graph: nx.MultiDiGraph) -> None:
    files = export.export_folder(graph, "graphrag")
    assert files == export.export_folder(graph, "graphrag")
    entities, relationships, units = (
        read_parquet(files[f"{name}.parquet"]) for name in ("entities", "relationships", "text_units")
    )
    titles = [row["title"] for row in entities]
    assert len(set(titles)) == len(titles) == len(graph)
    assert {end for row in relationships for end in (row["source"], row["target"])} <= set(titles)
    assert sum(row["weight"] for row in relationships) == graph.number_of_edges()
    of_unit = {row["id"]: row for row in units}
    assert {row["text"] for row in units} == {data["quote"] for *_, data in graph.edges(data=True)}
    for row in relationships:
        assert row["text_unit_ids"] and all(
            row["id"] in of_unit[unit]["relationship_ids"] for unit in row["text_unit_ids"]
        )
    for row in entities:
        assert all(row["id"] in of_unit[unit]["entity_ids"] for unit in row["text_unit_ids"])


def test_two_entities_of_one_name_have_two_titles_in_graphrag() -> None:
    graph = nx.MultiDiGraph(documents=[])
    for key, kind in (("a", "Body"), ("b", "Program"), ("c", "Program")):
        graph.add_node(key, label="星火", type=kind, aliases=(), documents=(), mentions=1)
    rows = read_parquet(export.export_folder(graph, "graphrag")["entities.parquet"])
    assert [row["title"] for row in rows] == ["星火 (Body)", "星火 (Program)", "星火 (c)"]


@pytest.mark.parametrize(
    ("format", "library"), [("parquet", "pyarrow"), ("graphrag", "pyarrow"), ("xlsx", "openpyxl")]
)
def test_a_missing_library_is_one_line_that_names_the_extra(
    graph: nx.MultiDiGraph, format: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(export.ExportError, match=rf'needs {library}: pip install "policykg\[tables\]"$'):
        export.export_graph(graph, format) if format == "xlsx" else export.export_folder(graph, format)


def test_folders_are_made_and_files_written(tmp_path: Path) -> None:
    export.write_folder(tmp_path / "a" / "b", {"x.csv": b"1"})
    assert (tmp_path / "a" / "b" / "x.csv").read_bytes() == b"1"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(export.ExportError, match="cannot be written"):
        export.write_folder(tmp_path / "file", {"x.csv": b"1"})


def test_unknown_formats_list_the_known(store: Store, graph: nx.MultiDiGraph) -> None:
    with pytest.raises(export.ExportError, match="no export format 'xls'; there are: turtle, trig"):
        export.export_rdf(Quads(store), "xls")
    with pytest.raises(export.ExportError, match="there are: graphml, gexf"):
        export.export_graph(graph, "dot")
    with pytest.raises(export.ExportError, match="there are: parquet, neo4j, graphrag"):
        export.export_folder(graph, "csv")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(export.ExportError, match=r"x\.ttl cannot be written: (File exists|Not a directory)"):
        export.write_export(tmp_path / "file" / "x.ttl", b"")
    with pytest.raises(export.ExportError, match="cannot be written: Is a directory"):
        export.write_export(tmp_path, b"")


def test_every_format_has_an_ending() -> None:
    assert set(export.SUFFIXES) == {*export.RDF_FORMATS, *export.GRAPH_FORMATS}
    assert set(export.FORMATS) == {*export.SUFFIXES, *export.FOLDER_FORMATS}

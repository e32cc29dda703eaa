"""A graph behind an endpoint is the graph in the embedded store: the same quads, the same answers, errors of one line.

Servers run on loopback; no other address is contacted.
"""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from policykg.kg import query
from policykg.kg.cli import app
from policykg.kg.export import export_rdf
from policykg.kg.sparql import QueryError
from policykg.kg.sparql_endpoint import Endpoint, is_endpoint
from policykg.kg.store import Store, StoreError

HERE = Path(__file__).parent
LINEAGE = "https://w3id.org/policykg/graph/甲办法"
MEASURES = "示范创新中心管理办法(试行)"
PLAN = "“十四五”示范创新规划"
NOTICE = "关于开展创新券试点的通知"

#: Parameters of the named queries that the sample has answers to; a query not named here needs none.
ASKED: dict[str, list[dict[str, object]]] = {
    "acting_together": [{}, {"body": "创新部"}, {"minimum": 4}],
    "bodies_of_program": [{"program": "示范中心", "lang": "en"}],
    "called_on": [{"body": "海洋局", "date": "2010-01-01"}, {"body": "岛务局", "date": "2020-01-01"}],
    "chains": [{"body": "财资部"}],
    "changes_of_body": [{"body": "海洋局"}, {"body": "岛务局", "lang": "en"}],
    "citations": [{}, {"document": "创新促进法", "lang": "en"}],
    "compare": [{"first": MEASURES, "second": PLAN}, {"first": PLAN, "second": NOTICE, "lang": "en"}],
    "facts_by_modality": [
        {"modality": "prohibited"},
        {"modality": "encouraged", "document": f"《{NOTICE}》"},
    ],
    "facts_of_body": [{"body": "创新部"}, {"body": "第三方评价机构", "lang": "en"}],
    "in_force": [{"date": "2025-01-01"}, {"date": "2000-01-01"}],
    "mechanisms": [{"body": "创新部"}, {"body": "财资部", "tie": "direct", "lang": "en"}],
    "mechanisms_by_instrument": [
        {"typology": "stip"},
        {"typology": "stip", "type": "PI014", "lang": "en", "document": "甲办法"},
        {"typology": "stip", "type": "创新券"},
        {"typology": "rz"},
    ],
    "mechanisms_of_document": [{}, {"document": NOTICE}],
    "overview": [{}, {"lang": "en"}],
    "shared_programs": [{"first": MEASURES, "second": PLAN}],
    "targets": [{}, {"by": "2025"}, {"document": PLAN, "by": "2024"}],
    "targets_due": [{"by": "2030-01-01"}, {"by": "2030-01-01", "document": PLAN}],
}


#: What the document with lineage lacks for its target and its change to be listed.
MENTIONED = """
d:m0-4 a pol:Mention ; pol:denotes <https://w3id.org/policykg/id/target/甲办法/建成码头> ; oa:start 0 ; oa:end 4 ;
  oa:exact "建成码头" .
change:海洋局 dcterms:description "海岛方案"@zh .
d:m5-8 a pol:Mention ; pol:denotes <https://w3id.org/policykg/id/mechanism/潮汐券> .
<https://w3id.org/policykg/id/mechanism/潮汐券> a pol:Mechanism ; skos:prefLabel "潮汐券"@zh ;
  dcterms:subject <https://w3id.org/policykg/instrument/stip/PI014> .
<https://w3id.org/policykg/id/mechanism/潮汐券#stip> a pol:Classification ;
  pol:classifies <https://w3id.org/policykg/id/mechanism/潮汐券> ;
  dcterms:subject <https://w3id.org/policykg/instrument/stip/PI014> ;
  pol:classificationReason "中心词：券"@zh, "head word: 券"@en .
"""


@pytest.fixture(scope="module")
def graphs() -> dict[str, list[ox.Quad]]:
    """The quads of the sample and of a document with lineage, by graph."""
    found: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(path=str(HERE / "questions.trig")):
        assert isinstance(quad.graph_name, ox.NamedNode)
        found.setdefault(quad.graph_name.value, []).append(quad)
    lineage = (HERE.parent / "shapes" / "valid" / "lineage.ttl").read_text(encoding="utf-8")
    for quad in ox.parse(lineage + MENTIONED, format=ox.RdfFormat.TURTLE):
        found.setdefault(LINEAGE, []).append(
            ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(LINEAGE))
        )
    return found


def fill(store: Store, graphs: dict[str, list[ox.Quad]]) -> Store:
    for graph in store.graphs():
        store.remove_document(graph)
    store.load_ontology()
    for graph, quads in graphs.items():
        if graph not in ("https://w3id.org/policykg/graph/ontology",):
            store.replace_document(graph, quads)
    return store


@pytest.fixture
def embedded(graphs: dict[str, list[ox.Quad]]) -> Store:
    return fill(Store.in_memory(), graphs)


@pytest.fixture
def remote(endpoint: str, graphs: dict[str, list[ox.Quad]]) -> Store:
    store = Store.create(endpoint)
    assert isinstance(store, Endpoint)
    return fill(store, graphs)


def test_what_is_written_is_read_back_and_dumped_as_the_same_bytes(
    remote: Store, embedded: Store, tmp_path: Path
) -> None:
    assert remote.graphs() == embedded.graphs()
    assert remote.count() == embedded.count()
    assert set(remote.quads()) == set(embedded.quads())
    remote.dump_trig(tmp_path / "remote.trig")
    embedded.dump_trig(tmp_path / "embedded.trig")
    assert (tmp_path / "remote.trig").read_bytes() == (tmp_path / "embedded.trig").read_bytes()
    assert export_rdf(remote, "jsonld") == export_rdf(embedded, "jsonld")


def test_every_named_query_has_the_same_rows(remote: Store, embedded: Store) -> None:
    answered = set()
    for name in query.load_queries():
        for parameters in ASKED.get(name, [{}]):
            expected = query.run(embedded, name, **parameters)
            assert query.run(remote, name, **parameters) == expected, (name, parameters)
            if expected.rows:
                answered.add(name)
    assert answered == set(query.load_queries())


def test_a_document_is_replaced_and_removed_with_any_text(remote: Store) -> None:
    graph = "https://w3id.org/policykg/graph/甲"
    node = ox.NamedNode(graph)
    subject, predicate = ox.NamedNode("https://example.org/甲"), ox.NamedNode("https://example.org/p")
    hostile = "} ; DROP ALL # \\ \" \n\r\t 𠮷 <b> ' \u2028"
    before = remote.count()
    remote.replace_document(graph, [ox.Quad(subject, predicate, ox.Literal("旧"), node)])
    quads = [
        ox.Quad(subject, predicate, ox.Literal(f"{hostile}{n}", language="zh"), node) for n in range(1000)
    ]
    remote.replace_document(graph, quads)
    assert set(remote.quads(graph)) == set(quads)
    with pytest.raises(StoreError, match="was to be written into"):
        remote.replace_document(LINEAGE, quads)
    remote.remove_document(graph)
    assert remote.count() == before


def test_free_queries_see_all_graphs_as_one(remote: Store) -> None:
    text = 'SELECT ?x WHERE { ?x a pol:Body ; skos:prefLabel "创新部"@zh }'
    rows = list(remote.query(text))
    assert [row["x"].value for row in rows][:1] == ["https://w3id.org/policykg/id/body/创新部"]
    label = ox.Literal("创新部", language="zh")
    bound = remote.query("SELECT DISTINCT ?x ?l WHERE { ?x skos:prefLabel ?l }", {"l": label})
    assert [row["x"].value for row in bound] == ["https://w3id.org/policykg/id/body/创新部"]
    assert remote.query("ASK { ?x a pol:Program }") is True
    assert remote.query("ASK { ?x a pol:Nothing }") is False
    answer = remote.query("CONSTRUCT { ?x a pol:Body } WHERE { GRAPH ?g { ?x a pol:Body } }", max_rows=2)
    assert answer.is_triples and len(list(answer)) == 2 and answer.truncated
    limited = remote.query("SELECT DISTINCT ?x WHERE { GRAPH ?g { ?x a pol:Body } }", max_rows=1)
    assert len(list(limited)) == 1 and limited.truncated


def test_wrong_queries_are_told_in_one_line(remote: Store) -> None:
    with pytest.raises(QueryError, match="line 2, column"):
        remote.query("SELECT ?x\nWHERE { ?x ?y }")
    for text in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "DROP ALL"):
        with pytest.raises(QueryError, match=r"call another server|would change the graph"):
            remote.query(text)


def test_the_command_line_asks_an_endpoint(remote: Store, endpoint: str) -> None:
    done = CliRunner().invoke(app, ["mechanisms", "创新部", "-s", endpoint, "--format", "csv"])
    assert done.exit_code == 0, done.output
    assert "年度报告制度" in done.stdout and "dba" not in done.output


# --- addresses and servers that do not work


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ("sparql+http://127.0.0.1:1/query", True),
        (Path("sparql+http://127.0.0.1:1/query"), True),
        ("sparql+https://example.org/sparql", True),
        ("http://127.0.0.1:1/query", False),
        (Path("out"), False),
    ],
)
def test_an_address_is_told_from_a_folder(place: object, there: bool) -> None:
    assert is_endpoint(place) == there


@pytest.mark.parametrize("place", ["sparql+http://", "sparql+ftp://127.0.0.1/query", "sparql+http://@/x"])
def test_a_bad_address_is_refused(place: str) -> None:
    with pytest.raises(StoreError, match="an address is sparql"):
        Endpoint(place)


def test_where_nothing_listens_the_message_names_the_place_but_no_password() -> None:
    store = Store.open("sparql+http://user:secret@127.0.0.1:1/query")
    with pytest.raises(StoreError, match=r"^sparql\+http://127.0.0.1:1/query does not answer: ") as error:
        store.query("ASK {}")
    assert "secret" not in str(error.value)


class _Odd(http.server.BaseHTTPRequestHandler):
    """Answers by path: a redirection, nonsense, a refusal."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        code = {"/moved": 302, "/secret": 403, "/broken": 500}.get(self.path, 200)
        self.send_response(code)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        body = b"\n <html>no\nresult</html>"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def odd_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"sparql+http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/moved", "HTTP 302"),
        ("/secret", "HTTP 403: <html>no$"),
        ("/broken", "HTTP 500"),
        ("/nonsense", "no SPARQL result"),
    ],
)
def test_servers_that_answer_something_else_are_told_in_one_line(
    odd_server: str, path: str, message: str
) -> None:
    with pytest.raises(StoreError, match=message) as error:
        Store.open(f"{odd_server}{path}").query("ASK {}")
    assert "\n" not in str(error.value)


def test_updates_go_where_the_address_says() -> None:
    def update_url(place: str) -> str:
        return Endpoint(place)._update_url

    assert update_url("sparql+http://127.0.0.1:1/query") == "http://127.0.0.1:1/update"
    assert update_url("sparql+http://127.0.0.1:1/ds/query") == "http://127.0.0.1:1/ds/update"
    assert update_url("sparql+http://127.0.0.1:1/sparql") == "http://127.0.0.1:1/sparql"
    assert update_url("sparql+http://127.0.0.1:1/sparql?update=/write") == "http://127.0.0.1:1/write"

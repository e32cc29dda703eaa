"""The store: transactions, what queries may do, and a dump that is always the same."""

import random
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policykg.kg.sparql import QueryError, check_query
from policykg.kg.store import ONTOLOGY_GRAPH, Store, StoreError

EX = "https://example.org/"
GRAPH = f"{EX}graph/甲"


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


def quads(*values: str, graph: str = GRAPH) -> list[ox.Quad]:
    return [
        ox.Quad(node(f"s{i}"), node("p"), ox.Literal(v), ox.NamedNode(graph)) for i, v in enumerate(values)
    ]


def values(store: Store) -> list[str]:
    return sorted(row["o"].value for row in store.query(f"SELECT ?o WHERE {{ ?s <{EX}p> ?o }}"))


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


# --- writing


def test_a_document_replaces_its_last_version_and_leaves_others(store: Store) -> None:
    store.replace_document(GRAPH, quads("旧一", "旧二"))
    store.replace_document(f"{EX}graph/乙", quads("别的", graph=f"{EX}graph/乙"))
    store.replace_document(GRAPH, quads('新 " } ; DROP ALL \\ \n\r\t#', "\u2028\x00'"))
    assert values(store) == sorted(['新 " } ; DROP ALL \\ \n\r\t#', "\u2028\x00'", "别的"])
    store.remove_document(GRAPH)
    assert values(store) == ["别的"]
    assert store.graphs() == [f"{EX}graph/乙"]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_any_text_is_replaced_and_read_back_as_it_was(texts: list[str]) -> None:
    store = Store.in_memory()
    for _ in range(2):
        store.replace_document(GRAPH, quads(*texts))
        assert set(store.quads()) == set(quads(*texts))


def test_a_quad_of_another_graph_is_refused_and_nothing_is_written(store: Store) -> None:
    store.replace_document(GRAPH, quads("旧"))
    with pytest.raises(StoreError, match="was to be written into"):
        store.replace_document(GRAPH, [*quads("新"), *quads("别的", graph=f"{EX}other")])
    assert values(store) == ["旧"]


def test_a_second_writer_is_refused_with_the_path(tmp_path: Path) -> None:
    with Store.create(tmp_path) as first:
        first.replace_document(GRAPH, quads("一"))
        with pytest.raises(StoreError, match="in use") as refused:
            Store.create(tmp_path)
        assert str(tmp_path / "store") in str(refused.value)
        code = f"from pathlib import Path; from policykg.kg.store import Store; Store.create(Path({str(tmp_path)!r}))"
        child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "StoreError" in child.stderr and "in use" in child.stderr
        first.finish()
    with Store.create(tmp_path) as second, Store.open(tmp_path) as reader:
        assert values(second) == values(reader) == ["一"]


def test_where_there_is_no_store_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no graph at .*out: build one with `policykg build"):
        Store.open(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_damaged_store_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "CURRENT").write_bytes(b"MANIFEST-999999\n")
    with pytest.raises(StoreError, match="cannot be read"):
        Store.open(tmp_path)


def test_an_unwritable_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        Store.create(tmp_path / "file")


KILLED = """
import sys
from pathlib import Path
import pyoxigraph as ox
from policykg.kg.store import Store
store = Store.create(Path(sys.argv[1]))
graph = ox.NamedNode("https://example.org/graph/甲")
print("ready", flush=True)
for n in range(10000):
    store.replace_document(graph.value, [
        ox.Quad(ox.NamedNode(f"https://example.org/s{i}"), ox.NamedNode("https://example.org/p"), ox.Literal(n), graph)
        for i in range(200)])
"""


def test_a_killed_writer_leaves_a_document_wholly_or_not_at_all(tmp_path: Path) -> None:
    chance = random.Random(4)
    for _ in range(5):
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline()
        threading.Event().wait(chance.uniform(0.0, 0.3))
        child.kill()
        child.wait()
        child.stdout.close()
        with Store.create(tmp_path) as store:
            versions = [row["o"].value for row in store.query(f"SELECT ?o WHERE {{ ?s <{EX}p> ?o }}")]
        assert len(versions) in (0, 200) and len(set(versions)) <= 1


# --- queries


def test_queries_see_all_graphs_and_know_our_prefixes(store: Store) -> None:
    store.load_ontology()
    store.replace_document(GRAPH, quads("甲"))
    found = store.query('SELECT ?x WHERE { ?x rdfs:label "资助"@zh }')
    assert [v.value for v in found.variables] == ["x"]
    assert [row["x"].value for row in found] == ["https://w3id.org/policykg/ontology#funds"]
    assert store.query("ASK { ?s ?p '甲' }") is True
    assert store.graphs() == [GRAPH]
    assert store.count() == store.count(GRAPH) + store.count(ONTOLOGY_GRAPH)


def test_from_and_graph_narrow_what_is_seen(store: Store) -> None:
    store.replace_document(GRAPH, quads("甲"))
    store.replace_document(f"{EX}乙", quads("乙", graph=f"{EX}乙"))
    assert [row["o"].value for row in store.query(f"SELECT ?o FROM <{EX}乙> WHERE {{ ?s ?p ?o }}")] == ["乙"]
    assert [
        row["o"].value for row in store.query(f"SELECT ?o WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}")
    ] == ["甲"]


def test_bindings_are_terms_and_rows_are_capped(store: Store) -> None:
    store.replace_document(GRAPH, quads("甲", "乙", "丙"))
    bound = store.query("SELECT ?s ?wanted WHERE { ?s ?p ?wanted }", {"wanted": ox.Literal("乙")})
    assert [row["s"] for row in bound] == [node("s1")]
    for kind in ("SELECT * WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        capped, whole = store.query(kind, max_rows=2), store.query(kind, max_rows=3)
        assert (len(list(capped)), capped.truncated) == (2, True)
        assert (len(list(whole)), whole.truncated) == (3, False)
        assert capped.is_triples == kind.startswith("CONSTRUCT")


@pytest.mark.parametrize(
    ("query", "message", "line", "column"),
    [
        ("SELECT ?s WHERE { ?s ?p", "unexpected end", 1, 24),
        ("SELECT ?s\nWHERE 甲 { ?s ?p ?o }", "unexpected '甲'", 2, 7),
        ("", "unexpected end", 1, 1),
        ("SELECT ?s WHERE { ?s nope:x ?o }", "no prefix nope: is declared; there are pol:", 1, 22),
    ],
)
def test_syntax_errors_give_line_and_column(
    store: Store, query: str, message: str, line: int, column: int | None
) -> None:
    with pytest.raises(QueryError, match=message) as found:
        store.query(query)
    assert found.value.line == line
    assert column is None or found.value.column == column
    assert "\n" not in str(found.value) and len(str(found.value)) < 200


def test_errors_in_running_are_query_errors(store: Store) -> None:
    with pytest.raises(QueryError, match="not supported"):
        list(store.query(f"SELECT (<{EX}f>(1) AS ?x) WHERE {{}}"))


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "# comment\nPREFIX a: <http://a/>\nBASE <http://b/> delete where { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "DROP ALL",
        "CLEAR SILENT DEFAULT",
        "WITH <http://a/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(store: Store, text: str) -> None:
    store.replace_document(GRAPH, quads("甲"))
    with pytest.raises(QueryError, match="would change the graph"):
        store.query(text)
    assert values(store) == ["甲"]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[int]]]:
    """A server on loopback that counts who comes."""
    server = socket.create_server(("127.0.0.1", 0))
    visits: list[int] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            visits.append(1)
            connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/", visits
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)


CALLS = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "SELECT * { ?a ?b 1SERVICE<URL>{?s ?p ?o} }",
    "SELECT * { ?a ?b trueSERVICE<URL>{?s ?p ?o} }",
    "PREFIX : <URL> SELECT * { SERVICE:x{?s ?p ?o} }",
    "PREFIX : <URL> SELECT * { SERVICESILENT:x{?s ?p ?o} }",
    "SELECT * { ?a ?b ?c FILTER(?c<'>')SERVICE<URL>{?s ?p ?o}#'\n }",
    "SELECT * { ?a ?b ?c FILTER(?c<?b)SERVICE#>\n<URL>{?s ?p ?o} }",
    "PREFIX a: <http://a/> SELECT * { ?a ?b a:x\\'y SERVICE <URL> {}#'\n }",
    "SELECT * { VALUES ?x { '''x' } SERVICE <URL> {} #'\n }",
    "SELECT * { VALUES ?x {''' '} SERVICE <URL> {} #\\x '''\n }",
    'SELECT * { VALUES ?x { """x" } SERVICE <URL> {} #"\n }',
    "BASE <URL> SELECT * { ?a ?b ?c FILTER(?c<b>'x')SERVICE<x>{} #'\n }",
    "SELECT * { BIND(<URL> AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { {} UNION { OPTIONAL { SERVICE <URL> {} } } }",
    "SELECT * { # \r SERVICE <URL> {}\n }",
    "ASK { FILTER EXISTS { SERVICE <URL> {} } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", CALLS)
def test_no_query_calls_another_server(store: Store, listener: tuple[str, list[int]], query: str) -> None:
    url, visits = listener
    store.replace_document(GRAPH, quads("甲"))
    with pytest.raises(QueryError, match=r"server|no SPARQL"):
        list(store.query(query.replace("URL", url)))
    assert visits == []


@pytest.mark.parametrize("query", ["SELECT * FROM <URL> { ?s ?p ?o }", "DESCRIBE <URL>"])
def test_naming_a_graph_or_thing_calls_nobody(
    store: Store, listener: tuple[str, list[int]], query: str
) -> None:
    url, visits = listener
    list(store.query(query.replace("URL", url)))
    assert visits == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service WHERE { ?service ?p ?o }",
        "SELECT ?s WHERE { ?s ?p 'public service' } # the service",
        "SELECT ?s WHERE { ?s ?p '''a 'service' ''' , \"it's a \\\"service\\\"\" , '' }",
        "SELECT ?s WHERE { ?s schema:serviceType ?o . FILTER(?o < 3 && ?o > 1) }",
        "PREFIX x: <https://example.org/service#> SELECT ?s WHERE { ?s x:y <https://example.org/service/甲(一)> }",
        "SELECT ?s WHERE { ?s ?p ?o FILTER(?s<?o&&?o>?p) }",
    ],
)
def test_the_word_alone_is_no_call(store: Store, query: str) -> None:
    assert list(store.query(query)) == []


@given(st.text(alphabet="'\"\\<>#:?a \n{}", max_size=60))
def test_the_scan_ends_on_any_text(text: str) -> None:
    assert check_query(text) is False


def test_the_scan_is_linear() -> None:
    for piece in ("'", "'''a", "<a", "\\'", "<a:", "PREFIX a ", "# \n", "'\\", '"""', "<http://"):
        check_query(piece * 40_000)


# --- dumping


def test_the_dump_is_the_same_whatever_came_first(tmp_path: Path) -> None:
    listed = [*quads("丙", "乙\n二", '甲"'), *quads("戊", graph=f"{EX}graph/乙")]
    dumps = []
    for seed in range(3):
        mixed = random.Random(seed).sample(listed, len(listed))
        store = Store.in_memory()
        for graph in dict.fromkeys(quad.graph_name.value for quad in mixed):  # type: ignore[union-attr]
            store.replace_document(graph, [q for q in mixed if q.graph_name.value == graph])  # type: ignore[union-attr]
        store.load_ontology()
        store.dump_trig(tmp_path / f"{seed}.trig")
        dumps.append((tmp_path / f"{seed}.trig").read_bytes())
    assert dumps[0] == dumps[1] == dumps[2]
    assert b"\r" not in dumps[0]


LITERALS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])).map(ox.Literal),
    st.text(alphabet=st.characters(exclude_categories=["Cs"])).map(lambda t: ox.Literal(t, language="zh")),
    st.integers(-(10**9), 10**9).map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.decimals(-1000, 1000, places=3).map(
        lambda d: ox.Literal(str(d), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    ),
    st.dates().map(
        lambda d: ox.Literal(str(d), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    ),
)


@given(st.lists(LITERALS, max_size=6))
def test_the_dump_reads_back_as_the_same_quads(
    tmp_path_factory: pytest.TempPathFactory, objects: list[ox.Literal]
) -> None:
    store = Store.in_memory()
    store.replace_document(
        GRAPH,
        [ox.Quad(node("主体(一)"), node(f"p{i % 2}"), o, ox.NamedNode(GRAPH)) for i, o in enumerate(objects)],
    )
    path = tmp_path_factory.getbasetemp() / "round.trig"
    store.dump_trig(path)
    engine = ox.Store()
    engine.load(path=str(path), format=ox.RdfFormat.TRIG)
    assert set(engine) == set(store.quads())


def test_rdflib_reads_the_dump_and_the_store(tmp_path: Path) -> None:
    from rdflib import Dataset

    store = Store.in_memory()
    store.load_ontology()
    store.replace_document(GRAPH, quads("甲"))
    store.dump_trig(tmp_path / "graph.trig")
    parsed = Dataset(default_union=True)
    parsed.parse(str(tmp_path / "graph.trig"), format="trig")
    assert len(parsed) == len(store.as_rdflib()) == store.count()
    (row,) = store.as_rdflib().query(f"SELECT ?o WHERE {{ ?s <{EX}p> ?o }}")
    assert str(row[0]) == "甲"  # type: ignore[index]


def test_what_a_new_store_is_given_is_replaced_removed_and_kept_at_closing(tmp_path: Path) -> None:
    graphs = [f"https://w3id.org/policykg/graph/{name}" for name in ("甲", "乙", "丙")]

    def quads(graph: str, text: str) -> list[ox.Quad]:
        node = ox.NamedNode(graph)
        return [ox.Quad(node, ox.NamedNode("urn:p"), ox.Literal(text), node)]

    with Store.create(tmp_path) as store:
        for graph in graphs:
            store.replace_document(graph, quads(graph, "旧"))
        store.replace_document(graphs[0], quads(graphs[0], "新"))
        store.remove_document(graphs[1])
        assert store.graphs() == sorted((graphs[0], graphs[2]))
        store.replace_document(graphs[2], quads(graphs[2], "新"))
        store.dump_trig(tmp_path / "given.trig")
        store.remove_document(graphs[0])
        store.replace_document(graphs[1], quads(graphs[1], "后"))
    with Store.open(tmp_path) as store:
        assert sorted(quad.object.value for quad in store.quads()) == ["后", "新"]
        store.dump_trig(tmp_path / "read.trig")
    given = (tmp_path / "given.trig").read_text(encoding="utf-8")
    assert "旧" not in given and given.count("新") == 2
    assert "后" in (tmp_path / "read.trig").read_text(encoding="utf-8")

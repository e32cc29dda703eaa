"""The projection holds what the store holds; paths go by telling facts before hubs."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from policykg.kg.names import UnknownName
from policykg.kg.project import project

BASE = "https://w3id.org/policykg/id/"
MEASURES = "示范创新中心管理办法(试行)"
PLAN = "“十四五”示范创新规划"
NOTICE = "关于开展创新券试点的通知"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    return store


def test_nodes_hold_names_documents_and_mentions(store: Store) -> None:
    graph = project(store)
    assert (len(graph), graph.number_of_edges()) == (20, 31)
    assert graph.nodes[f"{BASE}program/示范创新中心"] == {
        "label": "示范创新中心",
        "type": "Program",
        "aliases": ("示范中心",),
        "documents": (PLAN, MEASURES),
        "mentions": 11,
    }
    assert graph.nodes[f"{BASE}document/创新促进法"]["built"] is False
    plan = graph.nodes[f"{BASE}document/{PLAN}"]
    assert (plan["built"], plan["number"], plan["date"], plan["kind"]) == (
        True,
        "创部发〔2022〕9号",
        "2022-06-30",
        "规划",
    )
    assert graph.nodes[f"{BASE}target/{PLAN}/示范创新中心达到20家"]["measures"] == (
        {
            "kind": "target",
            "indicator": "示范创新中心",
            "comparator": ">=",
            "value": 20.0,
            "unit": "家",
            "date": "2025",
        },
    )


def test_edges_hold_their_evidence(store: Store) -> None:
    graph = project(store)
    edge = graph.edges[f"{BASE}body/企业", f"{BASE}mechanism/风险补偿", f"{BASE}document/{NOTICE}#r6"]
    assert edge == {
        "predicate": "employs",
        "modality": "encouraged",
        "document": NOTICE,
        "quote": "星火园区可以实行创新券,鼓励企业参加风险补偿。",
        "prefix": "认定星火园区。\n",
        "suffix": "\n",
        "provision": "",
        "page": 1,
        "start": 36,
        "end": 59,
        "trigger": (16, 18),
        "rule": "hand",
        "confidence": 1.0,
        "subject_quote": None,
        "subject_provision": None,
        "subject_start": None,
        "subject_end": None,
    }
    assert edge["quote"][slice(*edge["trigger"])] == "参加"
    elsewhere = graph.edges[f"{BASE}body/财资部", f"{BASE}mechanism/后补助", f"{BASE}document/{MEASURES}#r13"]
    assert [elsewhere[f"subject_{name}"] for name in ("quote", "provision", "start", "end")] == [
        "财资部",
        "第二条",
        54,
        57,
    ]
    addressed = graph.edges[f"{BASE}document/{PLAN}", f"{BASE}mechanism/创新券", f"{BASE}document/{PLAN}#r4"]
    assert (addressed["provision"], addressed["page"]) == ("二、(一)", 1)


def test_graph_lists_the_built_documents(store: Store) -> None:
    graph = project(store)
    assert [one["title"] for one in graph.graph["documents"]] == [PLAN, NOTICE, MEASURES]
    assert graph.graph["title"] == f"{PLAN}、{NOTICE}、{MEASURES}"
    assert graph.graph["documents"][1] == {
        "iri": f"{BASE}document/{NOTICE}",
        "title": NOTICE,
        "number": "财资〔2023〕3号",
        "date": "2023-01-10",
        "kind": "通知",
        "source": "通知.txt",
    }


def test_documents_narrow_facts_entities_and_counts(store: Store) -> None:
    graph = project(store, documents=[NOTICE])
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert labels == {"财资部", "创新部", "企业", "创新券", "星火园区", "风险补偿", NOTICE}
    assert graph.nodes[f"{BASE}mechanism/创新券"]["mentions"] == 3
    assert {data["document"] for *_, data in graph.edges(data=True)} == {NOTICE}


def test_predicates_narrow_to_what_they_join(store: Store) -> None:
    graph = project(store, predicates=["supervises", "evaluates"])
    assert sorted(data["label"] for _, data in graph.nodes(data=True)) == ["创新部", "示范创新中心"]
    assert sorted(data["predicate"] for *_, data in graph.edges(data=True)) == ["evaluates", "supervises"]


def test_projection_has_one_order(store: Store) -> None:
    first, second = project(store), project(store)
    assert list(first.nodes(data=True)) == list(second.nodes(data=True))
    assert list(first.edges(keys=True, data=True)) == list(second.edges(keys=True, data=True))
    assert list(first) == sorted(first)


def test_an_empty_store_projects_to_an_empty_graph() -> None:
    assert len(project(Store())) == 0


def test_names_of_another_graph_are_unknown(store: Store) -> None:
    from policykg.kg.paths import find_node

    graph = project(store, documents=[NOTICE])
    assert find_node(graph, "财资部") == f"{BASE}body/财资部"
    with pytest.raises(UnknownName):
        find_node(graph, "容错清单")

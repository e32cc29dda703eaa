"""The analysis is exact, the same for the same seed, and blind to documents as hubs."""

from pathlib import Path

import networkx as nx
import pytest
from pyoxigraph import Store

from policykg.kg.analyse import Analysis, analyse
from policykg.kg.project import project

MEASURES = "示范创新中心管理办法(试行)"
PLAN = "“十四五”示范创新规划"
NOTICE = "关于开展创新券试点的通知"


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    return project(store)


@pytest.fixture(scope="module")
def analysis(graph: nx.MultiDiGraph) -> Analysis:
    return analyse(graph, generic=True)


def test_counts_cover_the_graph(analysis: Analysis, graph: nx.MultiDiGraph) -> None:
    assert analysis.entities[:2] == (("Mechanism", 8), ("Body", 5))
    assert sum(n for _, n in analysis.entities) == len(graph)
    assert sum(n for _, n in analysis.relations) == graph.number_of_edges()
    assert sum(n for _, n in analysis.modalities) == graph.number_of_edges()


def test_pagerank_and_betweenness_agree_with_networkx(analysis: Analysis, graph: nx.MultiDiGraph) -> None:
    """Another implementation, on the graph of actors built another way."""
    actors = nx.Graph()
    keep = {key for key, data in graph.nodes(data=True) if data["type"] in ("Body", "Program", "Mechanism")}
    actors.add_nodes_from(keep)
    for u, v in graph.edges():
        if u in keep and v in keep and u != v:
            weight = actors.edges[u, v]["weight"] if actors.has_edge(u, v) else 0
            actors.add_edge(u, v, weight=weight + 1)
    betweenness = nx.betweenness_centrality(actors)
    assert {one.iri for one in analysis.ranks} == keep
    for one in analysis.ranks:
        assert one.betweenness == pytest.approx(betweenness[one.iri], abs=1e-6)
    assert sum(one.pagerank for one in analysis.ranks) == pytest.approx(1, abs=1e-4)


def test_the_most_connected_come_first(analysis: Analysis) -> None:
    first, second, third = analysis.ranks[:3]
    assert [one.name for one in (first, second, third)] == ["示范创新中心", "创新部", "财资部"]
    assert (first.facts, first.neighbours, first.documents) == (10, 8, 2)


def test_communities_part_the_connected_actors(analysis: Analysis) -> None:
    assert [one.members for one in analysis.communities][2] == ("企业", "风险补偿")
    members = [name for one in analysis.communities for name in one.members]
    assert len(members) == len(set(members))
    alone = {one.name for one in analysis.ranks if one.community == 0}
    assert alone == {"容错清单"}  # tied to a document only
    assert 0 < analysis.modularity < 1


def test_generic_names_are_ranked_and_grouped_only_on_demand(
    graph: nx.MultiDiGraph, analysis: Analysis
) -> None:
    found = analyse(graph)
    names = {one.name for one in found.ranks}
    assert {one.name for one in analysis.ranks} - names == {"企业"}
    assert "企业" not in {name for one in found.communities for name in one.members}
    assert found.entities == analysis.entities


def test_bridges_join_documents(analysis: Analysis) -> None:
    assert [(one.name, len(one.documents)) for one in analysis.bridges[:2]] == [("创新部", 3), ("财资部", 2)]


def test_interconnections_name_what_documents_share(analysis: Analysis) -> None:
    first = analysis.interconnections[0]
    assert (first.first, first.second, first.cites) == (PLAN, MEASURES, True)
    assert first.bodies == ("创新部", "科技型企业")
    assert (first.programs, first.mechanisms) == (("示范创新中心",), ("后补助",))
    assert first.likeness == pytest.approx(4 / 13, abs=1e-6)
    assert {(one.first, one.second) for one in analysis.interconnections[1:]} == {
        (PLAN, NOTICE),
        (NOTICE, MEASURES),
    }


def test_the_same_graph_and_seed_give_the_same_analysis(graph: nx.MultiDiGraph, analysis: Analysis) -> None:
    assert analyse(graph, generic=True) == analysis
    shuffled = nx.MultiDiGraph(**graph.graph)
    shuffled.add_nodes_from(reversed(list(graph.nodes(data=True))))
    shuffled.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    assert analyse(shuffled, generic=True) == analysis


def test_an_empty_graph_has_an_empty_analysis() -> None:
    found = analyse(project(Store()))
    assert (found.entities, found.ranks, found.communities, found.interconnections) == ((), (), (), ())

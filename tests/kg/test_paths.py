"""How two things connect: telling facts before hubs and documents, each step with its evidence."""

from pathlib import Path as FilePath

import networkx as nx
import pytest
from pyoxigraph import Store

from policykg.kg.names import AmbiguousName, UnknownName
from policykg.kg.paths import Path, path
from policykg.kg.project import project


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    store = Store()
    store.load(path=FilePath(__file__).with_name("questions.trig"))
    return project(store)


def show(way: Path) -> str:
    """A way as one line: 甲 -supervises-> 乙 <-funds- 丙."""
    text = way.steps[0].source
    for step in way.steps:
        text += f" -{step.predicate}-> " if step.forward else f" <-{step.predicate}- "
        text += step.target
    return text


def test_ways_through_documents_come_last(graph: nx.MultiDiGraph) -> None:
    assert [show(way) for way in path(graph, "创新部", "科技型企业")] == [
        "创新部 -coordinatesWith-> 财资部 -employs-> 后补助 -appliesTo-> 科技型企业",
        "创新部 -coordinatesWith-> 财资部 -establishes-> 创新券 -supports-> 科技型企业",
        "创新部 -issues-> “十四五”示范创新规划 -employs-> 后补助 -appliesTo-> 科技型企业",
    ]


def test_a_step_shows_its_evidence_and_counts_the_rest(graph: nx.MultiDiGraph) -> None:
    (way,) = path(graph, "国家创新部", "示范中心", k=1)
    (step,) = way.steps
    assert (step.predicate, step.modality, step.provision, step.page, step.others) == (
        "supervises",
        "required",
        "第二条",
        1,
        2,
    )
    assert step.quote.startswith("第二条 国家创新部会同财资部")
    assert (step.subject_quote, step.subject_provision) == ("", "")
    (elsewhere,) = path(graph, "财资部", "后补助", k=1)
    assert (elsewhere.steps[0].subject_quote, elsewhere.steps[0].subject_provision) == ("财资部", "第二条")


def test_facts_are_walked_in_both_directions(graph: nx.MultiDiGraph) -> None:
    (there,) = path(graph, "年度报告制度", "创新券", k=1)
    (back,) = path(graph, "创新券", "年度报告制度", k=1)
    assert show(there) == "年度报告制度 <-employs- 示范创新中心 <-funds- 财资部 -establishes-> 创新券"
    assert show(back) == "创新券 <-establishes- 财资部 -funds-> 示范创新中心 -employs-> 年度报告制度"
    assert there.weight == back.weight


def test_a_hub_is_passed_only_where_nothing_else_connects() -> None:
    graph = nx.MultiDiGraph()
    for name in ("甲", "乙", "丙", "丁", "枢纽", *(f"杂{i}" for i in range(30))):
        graph.add_node(name, label=name, type="Body", aliases=())
    fact = {
        "predicate": "supports",
        "modality": "stated",
        "quote": "",
        "document": "",
        "provision": "",
        "page": None,
        "subject_quote": None,
        "subject_provision": None,
    }
    pairs = [("甲", "枢纽"), ("乙", "枢纽"), ("甲", "丙"), ("丙", "丁"), ("丁", "乙")]
    for number, (left, right) in enumerate([*pairs, *((f"杂{i}", "枢纽") for i in range(30))]):
        graph.add_edge(left, right, str(number), **fact, start=0)
    assert [show(way) for way in path(graph, "甲", "乙", k=2)] == [
        "甲 -supports-> 丙 -supports-> 丁 -supports-> 乙",
        "甲 -supports-> 枢纽 <-supports- 乙",
    ]


def test_generic_names_are_passed_only_on_demand_but_may_be_asked_for() -> None:
    graph = nx.MultiDiGraph()
    for name in ("甲", "乙", "有关部门"):
        graph.add_node(name, label=name, type="Body", aliases=())
    told = ("predicate", "modality", "quote", "document", "provision", "subject_quote", "subject_provision")
    fact = dict.fromkeys(told, "x")
    for left in ("甲", "乙"):
        graph.add_edge(left, "有关部门", left, **fact, page=None, start=0)
    assert path(graph, "甲", "乙") == ()
    assert [show(way) for way in path(graph, "甲", "乙", generic=True)] == ["甲 -x-> 有关部门 <-x- 乙"]
    assert len(path(graph, "甲", "有关部门")) == 1


def test_no_way_and_no_distance_are_no_path(graph: nx.MultiDiGraph) -> None:
    assert path(graph, "创新部", "风险补偿") == ()
    assert path(graph, "创新部", "国家创新部") == ()


def test_unknown_and_ambiguous_names_are_refused(graph: nx.MultiDiGraph) -> None:
    with pytest.raises(UnknownName, match="nearest: 创新部"):
        path(graph, "创新部门", "创新券")
    twice = nx.MultiDiGraph()
    twice.add_node("p", label="星火", type="Program", aliases=())
    twice.add_node("m", label="星火", type="Mechanism", aliases=())
    with pytest.raises(AmbiguousName, match="Mechanism:星火, Program:星火"):
        path(twice, "星火", "星火")
    assert path(twice, "Program:星火", "Mechanism:星火") == ()

"""How two things connect: the shortest ways between two entities over the stated facts."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

import networkx as nx

from policykg.kg.generic import generic_nodes
from policykg.kg.names import AmbiguousName, Name, match_name

#: Extra weight of passing through a document: that two things stand in one document connects them only loosely.
DOCUMENT_TOLL = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """One fact on the way from `source` to `target`; `forward` is false where the fact runs against the way.

    Where the quote lacks the fact's subject, `subject_quote` and `subject_provision` say where the text has it.
    `others` counts further facts between the two.
    """

    source: str
    target: str
    source_type: str
    target_type: str
    predicate: str
    forward: bool
    modality: str
    quote: str
    document: str
    provision: str
    page: int | None
    subject_quote: str
    subject_provision: str
    statement: str
    others: int


@dataclass(frozen=True, slots=True)
class Path:
    """One way between two entities; `weight` is what it was ranked by, less is closer."""

    steps: tuple[Step, ...]
    weight: float


def path(graph: nx.MultiDiGraph, a: str, b: str, k: int = 3, *, generic: bool = False) -> tuple[Path, ...]:
    """Find up to `k` ways between two entities, in either direction of the facts, best first.

    A step weighs 1. Passing through an entity adds the natural logarithm of its number of neighbours, so that a hub to
    which everything is tied (科技部) is passed only where nothing more telling connects the two; passing through
    a document adds `DOCUMENT_TOLL` more. No way at all gives an empty tuple.

    Args:
        a, b: names or node keys.
        generic: also pass through what has only a generic name (有关部门, 企业), which stands for someone else in each text.
    Raises:
        UnknownName, AmbiguousName
    """
    source, target = find_node(graph, a), find_node(graph, b)
    if source == target:
        return ()
    view = _weighted(graph)
    if not generic:
        view.remove_nodes_from(set(generic_nodes(graph)) - {source, target})
    try:
        ways = list(itertools.islice(nx.shortest_simple_paths(view, source, target, weight="weight"), k))
    except nx.NetworkXNoPath:
        return ()
    ends = (_toll(graph, view, source) + _toll(graph, view, target)) / 2
    found = [
        Path(
            steps=tuple(_step(graph, left, right) for left, right in itertools.pairwise(way)),
            weight=round(
                sum(view[left][right]["weight"] for left, right in itertools.pairwise(way)) - ends, 6
            ),
        )
        for way in ways
    ]
    return tuple(sorted(found, key=lambda one: (one.weight, [step.target for step in one.steps])))


def find_node(graph: nx.MultiDiGraph, name: str, *, type: str | None = None) -> str:
    """Return the node that a name or node key stands for; raises as `policykg.kg.names.find_entity` does."""
    names = []
    for key, data in graph.nodes(data=True):
        names.append(Name(key, data["type"], data["label"], True))
        others = [*data["aliases"], data.get("number")]
        names += [Name(key, data["type"], other, False) for other in others if other]
    try:
        return match_name(names, name, type=type)
    except AmbiguousName as error:
        return error.most_mentioned(
            {key: graph.nodes[key].get("mentions", 0) for _, _, key in error.candidates}
        )


def _weighted(graph: nx.MultiDiGraph) -> nx.Graph:
    """Return the undirected simple graph whose edges carry half the toll of each end."""
    view = nx.Graph()
    view.add_nodes_from(sorted(graph))
    view.add_edges_from(sorted((u, v) for u, v in graph.edges() if u != v))
    for left, right, data in view.edges(data=True):
        data["weight"] = 1 + (_toll(graph, view, left) + _toll(graph, view, right)) / 2
    return view


def _toll(graph: nx.MultiDiGraph, view: nx.Graph, node: str) -> float:
    extra = DOCUMENT_TOLL if graph.nodes[node]["type"] == "Document" else 0.0
    return math.log(max(view.degree(node), 1)) + extra


def _step(graph: nx.MultiDiGraph, left: str, right: str) -> Step:
    """Return the fact to show for a step: along the way before against it, then by document and place."""
    facts: list[tuple[bool, str, dict[str, Any]]] = [
        *((True, key, data) for key, data in (graph.get_edge_data(left, right) or {}).items()),
        *((False, key, data) for key, data in (graph.get_edge_data(right, left) or {}).items()),
    ]
    forward, key, data = min(facts, key=lambda f: (not f[0], f[2]["document"], f[2]["start"], f[1]))
    return Step(
        source=graph.nodes[left]["label"],
        target=graph.nodes[right]["label"],
        source_type=graph.nodes[left]["type"],
        target_type=graph.nodes[right]["type"],
        predicate=data["predicate"],
        forward=forward,
        modality=data["modality"],
        quote=data["quote"],
        document=data["document"],
        provision=data["provision"],
        page=data["page"],
        subject_quote=data["subject_quote"] or "",
        subject_provision=data["subject_provision"] or "",
        statement=key,
        others=len(facts) - 1,
    )

"""What the projection as a whole shows: what matters most, what belongs together, what ties documents to each other.

Centrality and communities are computed on the facts between bodies, programs and mechanisms: a document is tied to all that
it says, so documents would outrank everything and swallow the communities. Directions are left out and parallel facts
weigh as many as they are.
"""

import itertools
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import networkx as nx

from policykg.kg.generic import generic_nodes

#: The types whose entities are ranked and grouped.
ACTORS = ("Body", "Program", "Mechanism")

#: Above this many entities betweenness counts only shortest ways of at most `BETWEENNESS_CUTOFF` steps.
EXACT_BETWEENNESS = 5_000
BETWEENNESS_CUTOFF = 4

DEFAULT_SEED = 20210210


@dataclass(frozen=True, slots=True)
class Rank:
    """One entity's place: `facts` it takes part in, `neighbours` it has, and its share of PageRank and betweenness (0 to 1).

    `community` is the number of its community, 0 for an entity without facts to other actors.
    """

    iri: str
    name: str
    type: str
    facts: int
    neighbours: int
    pagerank: float
    betweenness: float
    documents: int
    community: int


@dataclass(frozen=True, slots=True)
class Community:
    """Entities with more facts among them than to others; `members` by PageRank, `documents` that mention any of them."""

    number: int
    members: tuple[str, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """An entity that several documents mention, and so a way from one to the other."""

    iri: str
    name: str
    type: str
    documents: tuple[str, ...]
    betweenness: float


@dataclass(frozen=True, slots=True)
class Interconnection:
    """What two built documents share. `likeness` is shared entities / all entities of both; `cites` whether one cites the other."""

    first: str
    second: str
    bodies: tuple[str, ...]
    programs: tuple[str, ...]
    mechanisms: tuple[str, ...]
    likeness: float
    cites: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that `analyse` computes; every tuple is in the order to be read in, most important first."""

    entities: tuple[tuple[str, int], ...]
    relations: tuple[tuple[str, int], ...]
    modalities: tuple[tuple[str, int], ...]
    ranks: tuple[Rank, ...]
    communities: tuple[Community, ...]
    modularity: float
    bridges: tuple[Bridge, ...]
    interconnections: tuple[Interconnection, ...]


def analyse(graph: nx.MultiDiGraph, *, generic: bool = False, seed: int = DEFAULT_SEED) -> Analysis:
    """Analyse a projection of `policykg.kg.project`.

    Args:
        generic: also rank and group what has only a generic name (有关部门, 企业), which stands for someone else in each text.
            Counts and what two documents share always have them.
        seed: of the community search (Leiden, modularity); the rest is exact. The same graph and seed give the same
            analysis.
    """
    left_out = set() if generic else set(generic_nodes(graph))
    keys = [key for key, data in graph.nodes(data=True) if data["type"] in ACTORS and key not in left_out]
    actors = _actor_graph(graph, sorted(keys))
    pagerank, betweenness = _centrality(actors)
    groups, modularity = _communities(actors, pagerank, seed)
    community = {key: number for number, group in enumerate(groups, start=1) for key in group}
    facts = Counter(itertools.chain.from_iterable(graph.edges()))
    ranks = [
        Rank(
            iri=key,
            name=data["label"],
            type=data["type"],
            facts=facts[key],
            neighbours=len(set(graph.successors(key)) | set(graph.predecessors(key))),
            pagerank=pagerank[key],
            betweenness=betweenness[key],
            documents=len(data["documents"]),
            community=community.get(key, 0),
        )
        for key, data in ((key, graph.nodes[key]) for key in keys)
    ]
    return Analysis(
        entities=_counts(data["type"] for _, data in graph.nodes(data=True)),
        relations=_counts(data["predicate"] for *_, data in graph.edges(data=True)),
        modalities=_counts(data["modality"] for *_, data in graph.edges(data=True)),
        ranks=tuple(sorted(ranks, key=lambda one: (-one.pagerank, one.iri))),
        communities=tuple(
            Community(
                number=number,
                members=tuple(graph.nodes[key]["label"] for key in group),
                documents=tuple(sorted({title for key in group for title in graph.nodes[key]["documents"]})),
            )
            for number, group in enumerate(groups, start=1)
        ),
        modularity=modularity,
        bridges=_bridges(graph, betweenness),
        interconnections=_interconnections(graph),
    )


def _actor_graph(graph: nx.MultiDiGraph, keys: list[str]) -> Any:
    """Return an igraph graph of the actors, undirected and simple, `weight` = number of facts; vertices in their order."""
    import igraph

    index = {key: place for place, key in enumerate(keys)}
    weights = Counter(
        (min(index[u], index[v]), max(index[u], index[v]))
        for u, v in graph.edges()
        if u != v and u in index and v in index
    )
    pairs = sorted(weights)
    actors = igraph.Graph(n=len(keys), edges=pairs, directed=False)
    actors.vs["name"] = keys
    actors.es["weight"] = [weights[pair] for pair in pairs]
    return actors


def _centrality(actors: Any) -> tuple[dict[str, float], dict[str, float]]:
    keys = actors.vs["name"]
    size = len(keys)
    if not size:
        return {}, {}
    pagerank = actors.pagerank(weights="weight")
    cutoff = None if size <= EXACT_BETWEENNESS else BETWEENNESS_CUTOFF
    pairs = (size - 1) * (size - 2) / 2 or 1
    betweenness = [value / pairs for value in actors.betweenness(directed=False, cutoff=cutoff)]
    # Rounded: the last digits may differ between machines, and with them the order.
    return (
        {key: round(value, 6) for key, value in zip(keys, pagerank, strict=True)},
        {key: round(value, 6) for key, value in zip(keys, betweenness, strict=True)},
    )


def _communities(actors: Any, pagerank: dict[str, float], seed: int) -> tuple[list[list[str]], float]:
    """Return the communities of more than one member, larger first, members by PageRank; and the partition's modularity."""
    import igraph

    if not actors.ecount():
        return [], 0.0
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = actors.community_leiden(objective_function="modularity", weights="weight", n_iterations=-1)
    finally:
        igraph.set_random_number_generator(random)
    groups = [
        sorted((actors.vs[place]["name"] for place in group), key=lambda key: (-pagerank[key], key))
        for group in found
        if len(group) > 1
    ]
    return sorted(groups, key=lambda group: (-len(group), group)), round(found.modularity, 6)


def _bridges(graph: nx.MultiDiGraph, betweenness: dict[str, float]) -> tuple[Bridge, ...]:
    found = [
        Bridge(key, data["label"], data["type"], data["documents"], betweenness[key])
        for key, data in ((key, graph.nodes[key]) for key in betweenness)
        if len(data["documents"]) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.documents), -one.betweenness, one.iri)))


def _interconnections(graph: nx.MultiDiGraph) -> tuple[Interconnection, ...]:
    holds: dict[str, dict[str, set[str]]] = defaultdict(lambda: {kind: set() for kind in ACTORS})
    for key, data in graph.nodes(data=True):
        if data["type"] in ACTORS:
            for title in data["documents"]:
                holds[title][data["type"]].add(key)
    cited = {
        frozenset((graph.nodes[u]["label"], graph.nodes[v]["label"]))
        for u, v, data in graph.edges(data=True)
        if data["predicate"] == "cites"
    }
    found = []
    titles = sorted({one["title"] for one in graph.graph["documents"]})
    for first, second in itertools.combinations(titles, 2):
        shared = {kind: holds[first][kind] & holds[second][kind] for kind in ACTORS}
        every = sum(len(holds[first][kind] | holds[second][kind]) for kind in ACTORS)
        count = sum(map(len, shared.values()))
        cites = frozenset((first, second)) in cited
        if count or cites:
            names = {
                kind: tuple(sorted(graph.nodes[key]["label"] for key in shared[kind])) for kind in ACTORS
            }
            likeness = round(count / every, 6) if every else 0.0
            found.append(
                Interconnection(
                    first, second, names["Body"], names["Program"], names["Mechanism"], likeness, cites
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.likeness, one.first, one.second)))


def _counts(values: Any) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))

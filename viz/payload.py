"""The graph as the page holds it: rows of numbers and text, in an order that depends on the graph alone."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from policykg.ontology.errors import PolicyKGError
from policykg.viz.layout import Point, place
from policykg.viz.style import MODALITIES, PREDICATES, TYPES, caption, label_size, radius

START_NODES = 60

# A node without a relation to those already chosen counts that much less.
_APART = 0.3
# No type takes more than this share of the opening view while there are others.
_SHARE = 0.35

_MEASURE_KEYS = ("kind", "indicator", "comparator", "value", "unit", "date")
# What could end a script element or begin markup, and what older JavaScript takes for a line end.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


class PictureError(PolicyKGError, ValueError):
    """A graph that cannot be drawn; `faults` lists every reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "graph cannot be drawn: " + "; ".join(faults[:5]) + ("; …" if len(faults) > 5 else "")
        )
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An entity, ready to draw: `x`, `y` are pixels in the picture of the whole graph."""

    label: str
    caption: str
    type: str
    size: int
    degree: int
    x: int
    y: int
    row: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What the page holds.

    `nodes` stand in order of importance (degree, then label, then key); `links` and `start` count in that order.
    `start` are the nodes that the page opens with and their places, which are not those of the whole graph.
    """

    nodes: list[Node]
    links: list[tuple[int, int]]
    start: dict[int, tuple[int, int]]
    data: dict[str, Any]


def collect(graph: "nx.MultiDiGraph[str]") -> Payload:
    """Turn a graph, in the shape that `kg` projects, into rows.

    Raises:
        PictureError: a node has no label or no known type, or an edge has no known predicate or modality.
    """
    _check(graph)
    degrees = dict(graph.degree())
    keys = sorted(graph, key=lambda key: (-degrees[key], str(graph.nodes[key]["label"]), str(key)))
    index = {key: at for at, key in enumerate(keys)}
    edges = sorted(
        graph.edges(keys=True, data=True),
        key=lambda edge: (index[edge[0]], index[edge[1]], str(edge[3].get("document", "")), str(edge[2])),
    )
    links = [(index[source], index[target]) for source, target, _, _ in edges]
    documents = _documents(graph, index, (attrs for *_, attrs in edges))
    titles = {entry["title"]: at for at, entry in enumerate(documents)}
    sizes = [radius(degrees[key]) for key in keys]
    captions = [caption(str(graph.nodes[key]["label"])) for key in keys]
    places = _places(captions, sizes, links, range(len(keys)))
    nodes = [
        _node(graph.nodes[key], captions[at], sizes[at], degrees[key], places[at], titles)
        for at, key in enumerate(keys)
    ]
    opening = _opening([degrees[key] for key in keys], [graph.nodes[key]["type"] for key in keys], links)
    start = (
        dict(zip(opening, _places(captions, sizes, links, opening), strict=True))
        if len(opening) < len(keys)
        else dict(zip(opening, (places[at] for at in opening), strict=True))
    )
    texts = _Texts()
    rows = [_edge(link, attrs, titles, texts) for link, (_, _, _, attrs) in zip(links, edges, strict=True)]
    data = {
        "documents": documents,
        "nodes": [node.row for node in nodes],
        "edges": rows,
        "texts": texts.kept,
        "start": [[node, x, y] for node, (x, y) in start.items()],
        "startCount": START_NODES,
        "startShare": _SHARE,
        "startApart": _APART,
    }
    return Payload(nodes=nodes, links=links, start=start, data=data)


def embed(data: Mapping[str, Any]) -> str:
    """Write data as JSON that can stand in a script element: no character of it begins or ends markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class _Texts:
    """Text that many rows share, kept once."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self._at: dict[str, int] = {}

    def keep(self, text: object) -> int:
        string = "" if text is None else str(text)
        if string not in self._at:
            self._at[string] = len(self.kept)
            self.kept.append(string)
        return self._at[string]


def _check(graph: "nx.MultiDiGraph[str]") -> None:
    faults: list[str] = []
    for key, attrs in graph.nodes(data=True):
        if not attrs.get("label"):
            faults.append(f"node {key}: no label")
        if attrs.get("type") not in TYPES:
            faults.append(f"node {key}: type {attrs.get('type')!r}; types are {', '.join(TYPES)}")
    for _, _, key, attrs in graph.edges(keys=True, data=True):
        if attrs.get("predicate") not in PREDICATES:
            faults.append(
                f"edge {key}: predicate {attrs.get('predicate')!r}; predicates are {', '.join(PREDICATES)}"
            )
        if attrs.get("modality", "stated") not in MODALITIES:
            faults.append(
                f"edge {key}: modality {attrs.get('modality')!r}; modalities are {', '.join(MODALITIES)}"
            )
    if faults:
        raise PictureError(faults)


def _opening(degrees: list[int], types: list[str], links: list[tuple[int, int]]) -> list[int]:
    """Choose the nodes of the opening view: the best connected, rather what hangs together, and of every type.

    Bodies and documents are hubs by nature; without a bound they would leave no place for mechanisms.
    """
    near: dict[int, set[int]] = {}
    for a, b in links:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    left = dict.fromkeys(range(len(degrees)))
    room = dict.fromkeys(types, round(START_NODES * _SHARE))
    touched: set[int] = set()
    chosen: list[int] = []
    while left and len(chosen) < START_NODES:
        open_to = [node for node in left if room[types[node]] > 0] or list(left)
        best = max(open_to, key=lambda node: (degrees[node] * (1.0 if node in touched else _APART), -node))
        del left[best]
        room[types[best]] -= 1
        chosen.append(best)
        touched |= near.get(best, set())
    return sorted(chosen)


def _documents(
    graph: "nx.MultiDiGraph[str]", index: Mapping[str, int], edges: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """List the documents: those that the graph declares, then any that only nodes or edges name.

    `node` is the place of the document's own node, -1 without one.
    """
    entries: dict[str, dict[str, Any]] = {}
    for entry in graph.graph.get("documents", ()):
        title = str(entry.get("title") or entry.get("source") or entry.get("iri") or "")
        fields = {name: str(entry.get(name) or "") for name in ("number", "date", "kind", "source")}
        node = index.get(str(entry.get("iri")), -1)
        entries.setdefault(title, {"title": title, "node": node, **fields})
    named = [str(title) for key in index for title in graph.nodes[key].get("documents", ())]
    named += [str(attrs["document"]) for attrs in edges if attrs.get("document")]
    for title in sorted(set(named) - entries.keys()):
        entries[title] = {"title": title, "node": -1, "number": "", "date": "", "kind": "", "source": ""}
    return list(entries.values())


def _places(
    captions: list[str], sizes: list[int], links: list[tuple[int, int]], chosen: Iterable[int]
) -> list[tuple[int, int]]:
    """Place the chosen nodes; a box holds the node's shape and, under it, the caption."""
    order = list(chosen)
    at = {node: rank for rank, node in enumerate(order)}
    labels = [label_size(captions[node]) for node in order]
    boxes = [
        (float(max(width, 2 * sizes[node])), float(2 * sizes[node] + height))
        for node, (width, height) in zip(order, labels, strict=True)
    ]
    inner = [(at[a], at[b]) for a, b in links if a in at and b in at]
    points: list[Point] = place(boxes, inner)
    return [(round(x), round(y - labels[rank][1] / 2)) for rank, (x, y) in enumerate(points)]


def _node(
    attrs: Mapping[str, Any],
    drawn: str,
    size: int,
    degree: int,
    at: tuple[int, int],
    titles: Mapping[str, int],
) -> Node:
    label = str(attrs["label"])
    facts: dict[str, Any] = {name: str(attrs[name]) for name in ("number", "date", "kind") if attrs.get(name)}
    if attrs["type"] == "Document" and not attrs.get("built", True):
        facts["cited"] = True
    if attrs.get("measures"):
        facts["measures"] = [[_plain(entry.get(key)) for key in _MEASURE_KEYS] for entry in attrs["measures"]]
    row = [
        label,
        0 if drawn == label else drawn,
        list(TYPES).index(attrs["type"]),
        size,
        *at,
        sorted(str(alias) for alias in attrs.get("aliases", ()) if str(alias) != label),
        sorted(titles[str(title)] for title in set(attrs.get("documents", ()))),
        int(attrs.get("mentions", 0)),
        facts or 0,
    ]
    return Node(
        label=label,
        caption=drawn,
        type=attrs["type"],
        size=size,
        degree=degree,
        x=at[0],
        y=at[1],
        row=row,
    )


def _edge(
    link: tuple[int, int], attrs: Mapping[str, Any], titles: Mapping[str, int], texts: _Texts
) -> list[Any]:
    trigger = attrs.get("trigger")
    return [
        *link,
        PREDICATES.index(attrs["predicate"]),
        MODALITIES.index(attrs.get("modality", "stated")),
        titles[str(attrs["document"])] if attrs.get("document") else -1,
        texts.keep(attrs.get("provision")),
        attrs.get("page") or 0,
        texts.keep(attrs.get("prefix")),
        texts.keep(attrs.get("quote")),
        texts.keep(attrs.get("suffix")),
        [int(trigger[0]), int(trigger[1])] if trigger else 0,
        texts.keep(attrs.get("rule")),
        _plain(attrs.get("confidence")),
        texts.keep(attrs.get("subject_quote")),
        texts.keep(attrs.get("subject_provision")),
    ]


def _plain(value: object) -> str | int | float | None:
    """Make a value, a Decimal say, one that JSON has."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return str(value)

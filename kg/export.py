"""The graph in other formats; the same graph gives the same bytes: sorted, no time stamps, no blank nodes.

RDF formats hold all quads (TriG, N-Quads, JSON-LD) or the triples of all graphs as one (Turtle, N-Triples). The others
hold the projection of `policykg.kg.project`: nodes are entities, edges are stated facts with their quotes.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol
from xml.sax.saxutils import escape, quoteattr

import networkx as nx

from policykg.ontology.errors import PolicyKGError
from policykg.ontology.namespace import PREFIXES


class ExportError(PolicyKGError):
    """A format is unknown or a file cannot be written."""


class Quads(Protocol):
    """What holds quads: `policykg.kg.store.Store`."""

    def quads(self) -> Iterable[Any]:
        """Go through all quads, in any order."""
        ...


def export_rdf(store: Quads, format: str) -> bytes:
    """Serialise all quads in one of `RDF_FORMATS`."""
    return _RDF[_known(format, _RDF)](_sorted(store.quads()))


def export_graph(graph: nx.MultiDiGraph, format: str) -> bytes:
    """Serialise a projection in one of `GRAPH_FORMATS`; UTF-8."""
    return _GRAPH[_known(format, _GRAPH)](graph).encode()


def write_export(target: Path, content: bytes) -> None:
    """Write an export's bytes; ExportError where the file cannot be written."""
    try:
        target.write_bytes(content)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {error.strerror or error}") from error


def _known(format: str, formats: dict[str, Any]) -> str:
    if format not in formats:
        raise ExportError(f"no export format {format!r}; there are: {', '.join(formats)}")
    return format


def _sorted(quads: Iterable[Any]) -> list[Any]:
    return sorted(quads, key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))


def _n_quads(quads: list[Any]) -> bytes:
    from pyoxigraph import RdfFormat, serialize

    return serialize(quads, format=RdfFormat.N_QUADS) or b""


def _n_triples(quads: list[Any]) -> bytes:
    from pyoxigraph import RdfFormat, serialize

    return serialize(_triples(quads), format=RdfFormat.N_TRIPLES) or b""


def _turtle(quads: list[Any]) -> bytes:
    from pyoxigraph import RdfFormat, serialize

    return serialize(_triples(quads), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _trig(quads: list[Any]) -> bytes:
    from pyoxigraph import RdfFormat, serialize

    return serialize(quads, format=RdfFormat.TRIG, prefixes=PREFIXES) or b""


def _triples(quads: list[Any]) -> list[Any]:
    """Return the triples of all graphs as one, sorted, each once."""
    distinct = dict.fromkeys(quad.triple for quad in quads)
    return sorted(distinct, key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))


def _json_ld(quads: list[Any]) -> bytes:
    """JSON-LD with a context of our prefixes: a list of graphs, each a list of nodes."""
    xsd = PREFIXES["xsd"]

    def shorten(iri: str) -> str:
        for prefix, namespace in PREFIXES.items():
            local = iri.removeprefix(namespace)
            if local != iri and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", local):
                return f"{prefix}:{local}"
        return iri

    def value(term: Any) -> Any:
        if not hasattr(term, "datatype"):
            return {"@id": shorten(term.value)}
        if term.language:
            return {"@value": term.value, "@language": term.language}
        kind = term.datatype.value
        if kind == f"{xsd}string":
            return term.value
        if kind == f"{xsd}boolean" and term.value in ("true", "false"):
            return term.value == "true"
        if kind == f"{xsd}integer" and re.fullmatch(r"0|-?[1-9][0-9]{0,15}", term.value):
            return int(term.value)
        return {"@value": term.value, "@type": shorten(kind)}

    graphs: dict[str, dict[str, dict[str, Any]]] = {}
    for quad in quads:
        graph = graphs.setdefault(getattr(quad.graph_name, "value", ""), {})
        node = graph.setdefault(quad.subject.value, {"@id": shorten(quad.subject.value)})
        if quad.predicate.value == f"{PREFIXES['rdf']}type":
            node.setdefault("@type", []).append(shorten(quad.object.value))
        else:
            node.setdefault(shorten(quad.predicate.value), []).append(value(quad.object))
    content: list[Any] = list(graphs.pop("", {}).values())
    content += [{"@id": iri, "@graph": list(nodes.values())} for iri, nodes in graphs.items()]
    return (
        json.dumps({"@context": PREFIXES, "@graph": content}, ensure_ascii=False, indent=1) + "\n"
    ).encode()


_NODE_FIELDS = (
    "label",
    "type",
    "aliases",
    "documents",
    "mentions",
    "number",
    "date",
    "kind",
    "built",
    "measures",
)
_EDGE_FIELDS = (
    "predicate",
    "modality",
    "document",
    "quote",
    "provision",
    "page",
    "start",
    "end",
    "trigger",
    "rule",
    "confidence",
    "prefix",
    "suffix",
)
#: The types of the fields that are no text.
_FIELD_TYPES = {
    "mentions": "integer",
    "built": "boolean",
    "page": "integer",
    "start": "integer",
    "end": "integer",
    "confidence": "double",
}


def _nodes(graph: nx.MultiDiGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, data in sorted(graph.nodes(data=True)):
        yield key, {name: _flat(data[name]) for name in _NODE_FIELDS if data.get(name) is not None}


def _edges(graph: nx.MultiDiGraph) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for source, target, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        yield (
            source,
            target,
            key,
            {name: _flat(data[name]) for name in _EDGE_FIELDS if data.get(name) is not None},
        )


def _flat(value: Any) -> str | int | float | bool:
    """Return a value that one cell holds: lists of names joined by "|", offsets as "a-b", measures as JSON."""
    if not isinstance(value, tuple):
        flat: str | int | float | bool = value
        return flat
    if value and isinstance(value[0], dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if value and isinstance(value[0], int):
        return "-".join(map(str, value))
    return "|".join(value)


def _csv_nodes(graph: nx.MultiDiGraph) -> str:
    return _csv(("id", *_NODE_FIELDS), ({"id": key, **data} for key, data in _nodes(graph)))


def _csv_edges(graph: nx.MultiDiGraph) -> str:
    rows = ({"source": s, "target": t, "id": key, **data} for s, t, key, data in _edges(graph))
    return _csv(("source", "target", "id", *_EDGE_FIELDS), rows)


def _csv(header: Iterable[str], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, tuple(header), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _cytoscape(graph: nx.MultiDiGraph) -> str:
    elements = {
        "nodes": [{"data": {"id": key, **data}} for key, data in _nodes(graph)],
        "edges": [
            {"data": {"id": key, "source": s, "target": t, **data}} for s, t, key, data in _edges(graph)
        ],
    }
    content = {"data": {"name": graph.graph.get("title", "")}, "elements": elements}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


# XML 1.0 has no place for these characters, escaped or not.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml_text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _xml_attribute(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _graphml(graph: nx.MultiDiGraph) -> str:
    types = {"integer": "long", "boolean": "boolean", "double": "double"}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    for scope, fields in (("node", _NODE_FIELDS), ("edge", _EDGE_FIELDS)):
        for name in fields:
            kind = types.get(_FIELD_TYPES.get(name, ""), "string")
            lines.append(f'<key id="{scope}_{name}" for="{scope}" attr.name="{name}" attr.type="{kind}"/>')
    lines.append('<graph edgedefault="directed">')
    for key, data in _nodes(graph):
        lines.append(f"<node id={_xml_attribute(key)}>")
        lines += [f'<data key="node_{name}">{_xml_text(value)}</data>' for name, value in data.items()]
        lines.append("</node>")
    for source, target, key, data in _edges(graph):
        ends = f"source={_xml_attribute(source)} target={_xml_attribute(target)}"
        lines.append(f"<edge id={_xml_attribute(key)} {ends}>")
        lines += [f'<data key="edge_{name}">{_xml_text(value)}</data>' for name, value in data.items()]
        lines.append("</edge>")
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def _gexf(graph: nx.MultiDiGraph) -> str:
    """GEXF 1.2 with the colours of the page's legend."""
    from policykg.viz.style import TYPES

    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2">',
        '<graph defaultedgetype="directed" mode="static">',
    ]
    for scope, fields in (("node", _NODE_FIELDS[1:]), ("edge", _EDGE_FIELDS)):
        lines.append(f'<attributes class="{scope}" mode="static">')
        for name in fields:
            kind = {"integer": "long"}.get(_FIELD_TYPES.get(name, ""), _FIELD_TYPES.get(name, "string"))
            lines.append(f'<attribute id="{scope}_{name}" title="{name}" type="{kind}"/>')
        lines.append("</attributes>")
    lines.append("<nodes>")
    for key, data in _nodes(graph):
        lines.append(f"<node id={_xml_attribute(key)} label={_xml_attribute(data['label'])}>")
        lines += _gexf_values("node", {name: value for name, value in data.items() if name != "label"})
        red, green, blue = bytes.fromhex(TYPES[str(data["type"])].light.removeprefix("#"))
        lines += [f'<viz:color r="{red}" g="{green}" b="{blue}"/>', "</node>"]
    lines += ["</nodes>", "<edges>"]
    for source, target, key, data in _edges(graph):
        ends = f"source={_xml_attribute(source)} target={_xml_attribute(target)}"
        name = _xml_attribute(data["predicate"])
        lines.append(f"<edge id={_xml_attribute(key)} {ends} label={name}>")
        lines += [*_gexf_values("edge", data), "</edge>"]
    return "\n".join([*lines, "</edges>", "</graph>", "</gexf>", ""])


def _gexf_values(scope: str, data: dict[str, Any]) -> list[str]:
    values = [
        f'<attvalue for="{scope}_{name}" value={_xml_attribute(value)}/>' for name, value in data.items()
    ]
    return ["<attvalues>", *values, "</attvalues>"]


_RDF: dict[str, Callable[[list[Any]], bytes]] = {
    "turtle": _turtle,
    "trig": _trig,
    "nquads": _n_quads,
    "ntriples": _n_triples,
    "jsonld": _json_ld,
}
_GRAPH: dict[str, Callable[[nx.MultiDiGraph], str]] = {
    "graphml": _graphml,
    "gexf": _gexf,
    "cytoscape": _cytoscape,
    "csv-nodes": _csv_nodes,
    "csv-edges": _csv_edges,
}

RDF_FORMATS = tuple(_RDF)
GRAPH_FORMATS = tuple(_GRAPH)

#: The ending of a file in each format.
SUFFIXES = {
    "turtle": ".ttl",
    "trig": ".trig",
    "nquads": ".nq",
    "ntriples": ".nt",
    "jsonld": ".jsonld",
    "graphml": ".graphml",
    "gexf": ".gexf",
    "cytoscape": ".json",
    "csv-nodes": ".nodes.csv",
    "csv-edges": ".edges.csv",
}

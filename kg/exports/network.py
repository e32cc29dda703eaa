"""The projection for network tools: GraphML, GEXF, Cytoscape JSON, and CSV of nodes and of edges; as text."""

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import networkx as nx

from policykg.kg.exports.fields import EDGE_FIELDS, FIELD_TYPES, NODE_FIELDS, edges, nodes


def graphml(graph: nx.MultiDiGraph) -> str:
    """Serialise as GraphML."""
    types = {"integer": "long", "boolean": "boolean", "double": "double"}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    for scope, fields in (("node", NODE_FIELDS), ("edge", EDGE_FIELDS)):
        for name in fields:
            kind = types.get(FIELD_TYPES.get(name, ""), "string")
            lines.append(f'<key id="{scope}_{name}" for="{scope}" attr.name="{name}" attr.type="{kind}"/>')
    lines.append('<graph edgedefault="directed">')
    for key, data in nodes(graph):
        lines.append(f"<node id={_xml_attribute(key)}>")
        lines += [f'<data key="node_{name}">{_xml_text(value)}</data>' for name, value in data.items()]
        lines.append("</node>")
    for source, target, key, data in edges(graph):
        ends = f"source={_xml_attribute(source)} target={_xml_attribute(target)}"
        lines.append(f"<edge id={_xml_attribute(key)} {ends}>")
        lines += [f'<data key="edge_{name}">{_xml_text(value)}</data>' for name, value in data.items()]
        lines.append("</edge>")
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def gexf(graph: nx.MultiDiGraph) -> str:
    """GEXF 1.2 with the colours of the page's legend."""
    from policykg.viz.style import TYPES

    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2">',
        '<graph defaultedgetype="directed" mode="static">',
    ]
    for scope, fields in (("node", NODE_FIELDS[1:]), ("edge", EDGE_FIELDS)):
        lines.append(f'<attributes class="{scope}" mode="static">')
        for name in fields:
            kind = {"integer": "long"}.get(FIELD_TYPES.get(name, ""), FIELD_TYPES.get(name, "string"))
            lines.append(f'<attribute id="{scope}_{name}" title="{name}" type="{kind}"/>')
        lines.append("</attributes>")
    lines.append("<nodes>")
    for key, data in nodes(graph):
        lines.append(f"<node id={_xml_attribute(key)} label={_xml_attribute(data['label'])}>")
        lines += _gexf_values("node", {name: value for name, value in data.items() if name != "label"})
        red, green, blue = bytes.fromhex(TYPES[str(data["type"])].light.removeprefix("#"))
        lines += [f'<viz:color r="{red}" g="{green}" b="{blue}"/>', "</node>"]
    lines += ["</nodes>", "<edges>"]
    for source, target, key, data in edges(graph):
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


def cytoscape(graph: nx.MultiDiGraph) -> str:
    """Serialise as Cytoscape JSON."""
    elements = {
        "nodes": [{"data": {"id": key, **data}} for key, data in nodes(graph)],
        "edges": [
            {"data": {"id": key, "source": s, "target": t, **data}} for s, t, key, data in edges(graph)
        ],
    }
    content = {"data": {"name": graph.graph.get("title", "")}, "elements": elements}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def csv_nodes(graph: nx.MultiDiGraph) -> str:
    """List the nodes as CSV."""
    return _csv(("id", *NODE_FIELDS), ({"id": key, **data} for key, data in nodes(graph)))


def csv_edges(graph: nx.MultiDiGraph) -> str:
    """List the edges as CSV."""
    rows = ({"source": s, "target": t, "id": key, **data} for s, t, key, data in edges(graph))
    return _csv(("source", "target", "id", *EDGE_FIELDS), rows)


def _csv(header: Iterable[str], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, tuple(header), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


# XML 1.0 has no place for these characters, escaped or not.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml_text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _xml_attribute(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})

"""The projection for `neo4j-admin database import full @import.args`: two CSV files and the arguments to read them with.

Arrays are joined by U+001F, which no name holds; a quotation may run over several lines.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import networkx as nx

from policykg.kg.exports.fields import EDGE_FIELDS, FIELD_TYPES, NODE_FIELDS, flat

_SEPARATOR = "\x1f"
_TYPES = {"integer": "long", "boolean": "boolean", "double": "double"}
_ARRAYS = ("aliases", "documents")

_ARGUMENTS = """--nodes=nodes.csv
--relationships=relationships.csv
--id-type=string
--array-delimiter=U+001F
--multiline-fields=true
"""


def admin_import(graph: nx.MultiDiGraph) -> dict[str, bytes]:
    """Serialise as `nodes.csv`, `relationships.csv` and `import.args`.

    A node's labels are `Entity` and its type; a relationship's type is its predicate, as `COORDINATES_WITH`.
    """
    fields = [name for name in NODE_FIELDS if name not in ("label", "type")]
    header = ["iri:ID", "name", *(_typed(name) for name in fields), ":LABEL"]
    nodes = (
        [key, data["label"], *(_cell(data.get(name)) for name in fields), f"Entity{_SEPARATOR}{data['type']}"]
        for key, data in sorted(graph.nodes(data=True))
    )
    properties = [name for name in EDGE_FIELDS if name != "predicate"]
    edge_header = [":START_ID", "statement", *(_typed(name) for name in properties), ":END_ID", ":TYPE"]
    edges = (
        [source, key, *(_cell(data.get(name)) for name in properties), target, _relation(data["predicate"])]
        for source, target, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3])
    )
    return {
        "nodes.csv": _csv(header, nodes),
        "relationships.csv": _csv(edge_header, edges),
        "import.args": _ARGUMENTS.encode(),
    }


def _typed(name: str) -> str:
    if name in _ARRAYS:
        return f"{name}:string[]"
    return f"{name}:{_TYPES[FIELD_TYPES[name]]}" if name in FIELD_TYPES else name


def _relation(predicate: str) -> str:
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in predicate).upper()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return _SEPARATOR.join(one.replace(_SEPARATOR, " ") for one in value)
    return str(flat(value))


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()

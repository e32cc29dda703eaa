"""The projection as Parquet: `nodes.parquet` and `edges.parquet`, typed, lists as lists."""

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import BytesIO
from typing import Any

import networkx as nx

from policykg.kg.exports.fields import EDGE_FIELDS, FIELD_TYPES, NODE_FIELDS, ExportError

_LISTS = ("aliases", "documents")


def parquet(graph: nx.MultiDiGraph) -> dict[str, bytes]:
    """Serialise as two Parquet files; a measure list is JSON, a trigger two columns.

    Raises:
        ExportError: the library for Parquet is not installed.
    """
    nodes = [
        {"id": key, **{name: _cell(data.get(name)) for name in NODE_FIELDS}}
        for key, data in sorted(graph.nodes(data=True))
    ]
    edges = []
    for source, target, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        row = {name: data.get(name) for name in EDGE_FIELDS if name != "trigger"}
        start, end = data.get("trigger") or (None, None)
        edges.append(
            {
                "source": source,
                "target": target,
                "id": key,
                **row,
                "trigger_start": start,
                "trigger_end": end,
            }
        )
    types = {**FIELD_TYPES, **dict.fromkeys(_LISTS, "list")}
    ends = {"trigger_start": "integer", "trigger_end": "integer"}
    node_types = {name: types.get(name, "string") for name in ("id", *NODE_FIELDS)}
    edge_fields = ("source", "target", "id", *(name for name in EDGE_FIELDS if name != "trigger"))
    edge_types = {name: types.get(name, "string") for name in edge_fields} | ends
    return {
        "nodes.parquet": write_parquet(nodes, node_types),
        "edges.parquet": write_parquet(edges, edge_types),
    }


def write_parquet(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> bytes:
    """Write rows as one Parquet file.

    Args:
        columns: name -> `string`, `integer`, `double`, `boolean` or `list` (of strings), in the order of the file.
    Raises:
        ExportError: the library is not installed.
    """
    arrow = load("pyarrow", "Parquet")
    types = {
        "string": arrow.string(),
        "integer": arrow.int64(),
        "double": arrow.float64(),
        "boolean": arrow.bool_(),
        "list": arrow.list_(arrow.string()),
    }
    schema = arrow.schema([(name, types[kind]) for name, kind in columns.items()])
    table = arrow.Table.from_pylist(
        [{name: row.get(name) for name in columns} for row in rows], schema=schema
    )
    file = BytesIO()
    load("pyarrow.parquet", "Parquet").write_table(table, file, compression="zstd")
    return file.getvalue()


def load(module: str, purpose: str) -> Any:
    """Import a library that only some formats need; ExportError says how to install it."""
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        raise ExportError(f'{purpose} needs {library}: pip install "policykg[tables]"') from error


def _cell(value: Any) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, tuple):
        return list(value) or None
    return value

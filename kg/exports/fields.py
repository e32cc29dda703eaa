"""What of a projection goes into other formats: the fields of nodes and edges, in their order, and one value a cell."""

import json
from collections.abc import Iterator
from typing import Any

import networkx as nx

from policykg.ontology.errors import PolicyKGError


class ExportError(PolicyKGError):
    """A format is unknown, needs a library that is not installed, or a file cannot be written."""


NODE_FIELDS = (
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
    "instruments",
)
EDGE_FIELDS = (
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
    "subject_quote",
    "subject_provision",
    "subject_start",
    "subject_end",
)
#: The types of the fields that are no text.
FIELD_TYPES = {
    "mentions": "integer",
    "built": "boolean",
    "page": "integer",
    "start": "integer",
    "end": "integer",
    "confidence": "double",
    "subject_start": "integer",
    "subject_end": "integer",
}


def nodes(graph: nx.MultiDiGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each node's key and its fields as cells, sorted."""
    for key, data in sorted(graph.nodes(data=True)):
        yield key, {name: flat(data[name]) for name in NODE_FIELDS if data.get(name) is not None}


def edges(graph: nx.MultiDiGraph) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield each edge's source, target, key and its fields as cells, sorted."""
    for source, target, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        yield (
            source,
            target,
            key,
            {name: flat(data[name]) for name in EDGE_FIELDS if data.get(name) is not None},
        )


def flat(value: Any) -> str | int | float | bool:
    """Return a value that one cell holds: lists of names joined by "|", offsets as "a-b", measures as JSON."""
    if not isinstance(value, tuple):
        flat: str | int | float | bool = value
        return flat
    if value and isinstance(value[0], dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if value and isinstance(value[0], int):
        return "-".join(map(str, value))
    return "|".join(value)

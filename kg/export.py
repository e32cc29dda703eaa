"""The graph in other formats; the same graph gives the same bytes: sorted, no time stamps, no blank nodes.

RDF formats hold all quads (TriG, N-Quads, JSON-LD) or the triples of all graphs as one (Turtle, N-Triples). The others
hold the projection of `policykg.kg.project`: nodes are entities, edges are stated facts with their quotes. Formats of
`FOLDER_FORMATS` are several files, which go into a folder.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import networkx as nx

from policykg.kg.exports import graphrag, neo4j, network, rdf, tables, workbook
from policykg.kg.exports.fields import ExportError
from policykg.ontology.terms import Lang

__all__ = [
    "FOLDER_FORMATS",
    "FORMATS",
    "GRAPH_FORMATS",
    "RDF_FORMATS",
    "SUFFIXES",
    "ExportError",
    "Quads",
    "export_folder",
    "export_graph",
    "export_rdf",
    "find_format",
    "write_export",
    "write_folder",
]


class Quads(Protocol):
    """What holds quads: `policykg.kg.store.Store`."""

    def quads(self) -> Iterable[Any]:
        """Go through all quads, in any order."""
        ...


def find_format(name: str) -> str:
    """Return the one of `FORMATS` that a name stands for, which may be another common name of it (`excel`, `ttl`).

    Raises:
        ExportError: with the formats that there are.
    """
    wanted = name.lower()
    found = _ALSO_CALLED.get(wanted, wanted)
    if found in FORMATS:
        return found
    parts = [one for one in FORMATS if one.startswith(f"{wanted}-")]
    hint = f"it is several: {' and '.join(parts)}; all there are: " if parts else "there are: "
    raise ExportError(f"no export format {name!r}; {hint}{', '.join(FORMATS)}")


def export_rdf(store: Quads, format: str) -> bytes:
    """Serialise all quads in one of `RDF_FORMATS`."""
    return _RDF[_known(format, _RDF)](_sorted(store.quads()))


def export_graph(graph: nx.MultiDiGraph, format: str, *, lang: Lang = "zh") -> bytes:
    """Serialise a projection in one of `GRAPH_FORMATS`; text is UTF-8.

    Args:
        lang: the language of headings and labels, in formats that people read.
    Raises:
        ExportError: the format is unknown, or a library for it is not installed.
    """
    if format == "xlsx":
        return workbook.xlsx(graph, lang=lang)
    return _GRAPH[_known(format, {**_GRAPH, "xlsx": None})](graph).encode()


def export_folder(graph: nx.MultiDiGraph, format: str) -> Mapping[str, bytes]:
    """Serialise a projection in one of `FOLDER_FORMATS`; returns the files by name. Raises as `export_graph` does."""
    return _FOLDER[_known(format, _FOLDER)](graph)


def write_export(target: Path, content: bytes) -> None:
    """Write an export's bytes, into a folder that is made where there is none; ExportError where that fails."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {error.strerror or error}") from error


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of an export into a folder as `write_export` does."""
    for name, content in files.items():
        write_export(target / name, content)


def _known(format: str, formats: Mapping[str, Any]) -> str:
    if format not in formats:
        raise ExportError(f"no export format {format!r}; there are: {', '.join(formats)}")
    return format


def _sorted(quads: Iterable[Any]) -> list[Any]:
    return sorted(quads, key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))


_RDF: dict[str, Callable[[list[Any]], bytes]] = {
    "turtle": rdf.turtle,
    "trig": rdf.trig,
    "nquads": rdf.n_quads,
    "ntriples": rdf.n_triples,
    "jsonld": rdf.json_ld,
}
_GRAPH: dict[str, Callable[[nx.MultiDiGraph], str]] = {
    "graphml": network.graphml,
    "gexf": network.gexf,
    "cytoscape": network.cytoscape,
    "csv-nodes": network.csv_nodes,
    "csv-edges": network.csv_edges,
}
_FOLDER: dict[str, Callable[[nx.MultiDiGraph], dict[str, bytes]]] = {
    "parquet": tables.parquet,
    "neo4j": neo4j.admin_import,
    "graphrag": graphrag.tables,
}

RDF_FORMATS = tuple(_RDF)
#: Formats of one file.
GRAPH_FORMATS = (*_GRAPH, "xlsx")
#: Formats of several files.
FOLDER_FORMATS = tuple(_FOLDER)
FORMATS = (*RDF_FORMATS, *GRAPH_FORMATS, *FOLDER_FORMATS)

_ALSO_CALLED = {
    "ttl": "turtle",
    "nq": "nquads",
    "n-quads": "nquads",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "json-ld": "jsonld",
    "excel": "xlsx",
    "workbook": "xlsx",
}

#: The ending of a file in each format; none for a folder.
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
    "xlsx": ".xlsx",
}

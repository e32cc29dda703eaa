"""The three tables that GraphRAG takes as a graph of one's own: entities, relationships, text units.

Relationships join entities by their titles, so a title that two entities share is told apart by the type. What a text
unit holds is a sentence that states facts; a relationship is all facts from one entity to another, its weight their
number.
"""

from collections import Counter, defaultdict
from typing import Any

import networkx as nx

from policykg.kg.exports.tables import write_parquet
from policykg.ontology.terms import Lang, label


def tables(graph: nx.MultiDiGraph, *, lang: Lang = "zh") -> dict[str, bytes]:
    """Serialise as `entities.parquet`, `relationships.parquet` and `text_units.parquet`.

    Raises:
        ExportError: the library for Parquet is not installed.
    """
    titles = _titles(graph)
    units = _text_units(graph)
    of_entity: dict[str, dict[str, None]] = defaultdict(dict)
    of_pair: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for source, target, _, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        unit = units[_place(data)]["id"]
        of_entity[source][unit] = of_entity[target][unit] = None
        of_pair[source, target].append(data)
    entities = [
        {
            "id": key,
            "human_readable_id": number,
            "title": titles[key],
            "type": label(data["type"], lang),
            "description": _describe(data, lang),
            "text_unit_ids": list(of_entity[key]),
            "frequency": len(of_entity[key]),
            "degree": graph.degree(key),
        }
        for number, (key, data) in enumerate(sorted(graph.nodes(data=True)))
    ]
    relationships = [
        {
            "id": f"{source} {target}",
            "human_readable_id": number,
            "source": titles[source],
            "target": titles[target],
            "description": "\n".join(f"{label(one['predicate'], lang)}：{one['quote']}" for one in facts),
            "weight": float(len(facts)),
            "combined_degree": graph.degree(source) + graph.degree(target),
            "text_unit_ids": list(dict.fromkeys(units[_place(one)]["id"] for one in facts)),
        }
        for number, ((source, target), facts) in enumerate(sorted(of_pair.items(), key=lambda item: item[0]))
    ]
    for key, found in sorted(of_entity.items()):
        for unit in found:
            _unit(units, unit)["entity_ids"].append(key)
    for row in relationships:
        for unit in row["text_unit_ids"]:
            _unit(units, unit)["relationship_ids"].append(row["id"])
    ids = {"id": "string", "human_readable_id": "integer"}
    return {
        "entities.parquet": write_parquet(
            entities,
            ids
            | {"title": "string", "type": "string", "description": "string", "text_unit_ids": "list"}
            | {"frequency": "integer", "degree": "integer"},
        ),
        "relationships.parquet": write_parquet(
            relationships,
            ids
            | {"source": "string", "target": "string", "description": "string", "weight": "double"}
            | {"combined_degree": "integer", "text_unit_ids": "list"},
        ),
        "text_units.parquet": write_parquet(
            [*units.values()],
            ids
            | {"text": "string", "n_tokens": "integer", "document_ids": "list"}
            | {"entity_ids": "list", "relationship_ids": "list"},
        ),
    }


def _titles(graph: nx.MultiDiGraph) -> dict[str, str]:
    count = Counter(data["label"] for _, data in graph.nodes(data=True))
    titles: dict[str, str] = {}
    taken: set[str] = set()
    for key, data in sorted(graph.nodes(data=True)):
        title = data["label"] if count[data["label"]] == 1 else f"{data['label']} ({data['type']})"
        if title in taken:
            title = f"{data['label']} ({key})"
        taken.add(title)
        titles[key] = title
    return titles


def _text_units(graph: nx.MultiDiGraph) -> dict[tuple[str, int, int], dict[str, Any]]:
    places = {_place(data): data["quote"] for _, _, data in graph.edges(data=True)}
    return {
        place: {
            "id": f"{place[0]} {place[1]}-{place[2]}",
            "human_readable_id": number,
            "text": text,
            # A character is a token, as everywhere in this program; GraphRAG only adds these up.
            "n_tokens": len(text),
            "document_ids": [place[0]],
            "entity_ids": [],
            "relationship_ids": [],
        }
        for number, (place, text) in enumerate(sorted(places.items()))
    }


def _unit(units: dict[tuple[str, int, int], dict[str, Any]], id: str) -> dict[str, Any]:
    document, _, span = id.rpartition(" ")
    start, _, end = span.partition("-")
    return units[document, int(start), int(end)]


def _place(data: dict[str, Any]) -> tuple[str, int, int]:
    return data["document"], data["start"], data["end"]


def _describe(data: dict[str, Any], lang: Lang) -> str:
    parts = [label(data["type"], lang), data["label"], *data.get("aliases", ())]
    parts += [f"《{title}》" for title in data.get("documents", ())]
    return "；".join(parts)

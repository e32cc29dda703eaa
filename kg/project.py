"""The graph as NetworkX sees it: one node an entity, one edge a stated fact with its evidence.

Nodes are entity IRIs with `label`, `type`, `aliases`, `documents` (titles that mention it), `mentions`; documents also
`number`, `date`, `kind`, `built`; targets `measures`; mechanisms `instruments`, where the graph classifies them. Edges are
keyed by their statement's IRI and hold `predicate`, `modality`, `document`, `quote`, `prefix`, `suffix`, `provision`,
`page`, `start`, `end` (offsets in the reader's text), `trigger` (offsets in the quote), `rule`, `confidence`; where the
quote lacks the subject, `subject_quote`, `subject_provision`, `subject_start` and `subject_end` say where the text has it,
else they are None. Graph attributes: `title`, `documents`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import networkx as nx

from policykg.kg.query import Queryable, integer, local_name, select
from policykg.ontology.namespace import PROLOGUE


def project(
    store: Queryable,
    *,
    documents: Collection[str] | None = None,
    predicates: Collection[str] | None = None,
) -> nx.MultiDiGraph:
    """Project the store's entities and facts on a NetworkX graph, nodes and edges in sorted order.

    Args:
        documents: titles; only what these documents state, and the entities they mention. None for all.
        predicates: local names such as "supervises"; only these facts, and the entities they join. None for all.
    """
    nodes = _entities(store)
    built = _read_documents(store, nodes)
    for key, title, count in _mentions(store):
        if documents is None or title in documents:
            nodes[key]["mentions"] += count
            nodes[key]["documents"].append(title)
    _read_measures(store, nodes)
    _read_instruments(store, nodes)
    kept = [one for one in built if documents is None or one["title"] in documents]
    touched = {one["iri"] for one in kept} if predicates is None else set()
    edges = []
    for source, target, key, attributes in _facts(store):
        if documents is not None and attributes["document"] not in documents:
            continue
        for end in (source, target):
            nodes[end]["documents"].append(attributes["document"])
            if predicates is None:
                touched.add(end)
        if predicates is None or attributes["predicate"] in predicates:
            touched |= {source, target}
            edges.append((source, target, key, attributes))
    title = "、".join(one["title"] for one in kept)
    graph = nx.MultiDiGraph(title=title, documents=kept)
    for key in sorted(nodes):
        data = nodes[key]
        if key in touched or (predicates is None and data["documents"]):
            data["aliases"] = tuple(sorted(set(data["aliases"])))
            data["documents"] = tuple(sorted(set(data["documents"])))
            graph.add_node(key, **data)
    for source, target, key, attributes in sorted(edges, key=lambda edge: (edge[0], edge[1], edge[2])):
        graph.add_edge(source, target, key, **attributes)
    return graph


def _entities(store: Queryable) -> dict[str, dict[str, Any]]:
    found = {
        (row["entity"], row["label"], local_name(row["type"]))
        for row in select(
            store,
            PROLOGUE
            + """SELECT ?entity ?type ?label WHERE {
              VALUES ?type { pol:Body pol:Program pol:Mechanism pol:Target pol:Document }
              GRAPH ?g { ?entity a ?type ; skos:prefLabel ?label }
            }""",
        )
    }
    nodes: dict[str, dict[str, Any]] = {}
    for key, label, type in sorted(found):
        entity = {"label": label, "type": type, "aliases": [], "documents": [], "mentions": 0}
        nodes.setdefault(key, entity)
    for row in select(
        store, PROLOGUE + "SELECT ?entity ?alias WHERE { GRAPH ?g { ?entity skos:altLabel ?alias } }"
    ):
        if row["entity"] in nodes:
            nodes[row["entity"]]["aliases"].append(row["alias"])
    return nodes


def _read_documents(store: Queryable, nodes: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Add document data to the nodes; return the built documents as `graph["documents"]` lists them."""
    for data in nodes.values():
        if data["type"] == "Document":
            data.update(number="", date="", kind="", built=False)
    built: dict[str, dict[str, str]] = {}
    for row in select(
        store,
        PROLOGUE
        + """SELECT DISTINCT ?d ?number ?date ?kind ?source WHERE {
          GRAPH ?g {
            ?d dcterms:source ?source .
            OPTIONAL { ?d eli:number ?number }
            OPTIONAL { ?d eli:date_document ?date }
            OPTIONAL { ?d pol:documentKind ?kind }
          }
        } ORDER BY ?d""",
    ):
        if row["d"] not in nodes:
            continue
        data = {key: row[key] or "" for key in ("number", "date", "kind")}
        nodes[row["d"]].update(data, built=True)
        built.setdefault(
            row["d"], {"iri": row["d"], "title": nodes[row["d"]]["label"], **data, "source": row["source"]}
        )
    return list(built.values())


def _mentions(store: Queryable) -> Iterator[tuple[str, str, int]]:
    """Yield (entity, document title, number of mentions)."""
    titles = {
        row["g"]: row["title"]
        for row in select(
            store,
            PROLOGUE
            + "SELECT ?g ?title WHERE { GRAPH ?g { ?d dcterms:source ?source ; skos:prefLabel ?title } }",
        )
    }
    mentions = select(
        store, PROLOGUE + "SELECT ?g ?entity WHERE { GRAPH ?g { ?mention pol:denotes ?entity } }"
    )
    counts = Counter((row["entity"], titles[row["g"]]) for row in mentions if row["g"] in titles)
    for (key, title), count in counts.items():
        yield key, title, count


def _read_measures(store: Queryable, nodes: dict[str, dict[str, Any]]) -> None:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in select(
        store,
        PROLOGUE
        + """SELECT DISTINCT ?entity ?kind ?indicator ?comparator ?value ?unit ?date ?start WHERE {
          GRAPH ?g {
            ?entity pol:hasMeasure ?v .
            ?v pol:measureKind ?kind ; pol:indicator ?indicator ; pol:comparator ?comparator ; schema:value ?value .
            OPTIONAL { ?v schema:unitText ?unit }
            OPTIONAL { ?v pol:date ?date }
            OPTIONAL { ?v oa:start ?start }
          }
        } ORDER BY ?entity ?start ?comparator ?value""",
    ):
        measure = {key: row[key] or "" for key in ("kind", "indicator", "comparator", "unit", "date")}
        found[row["entity"]].append({**measure, "value": float(row["value"])})
    for key, data in nodes.items():
        if data["type"] == "Target":
            data["measures"] = tuple(found[key])


def _read_instruments(store: Queryable, nodes: dict[str, dict[str, Any]]) -> None:
    """Add `instruments` to mechanisms that the graph classifies: typology, concept, its labels, the reason."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for row in select(
        store,
        PROLOGUE
        + """SELECT ?concept ?label (LANG(?label) AS ?lang) WHERE {
          GRAPH <https://w3id.org/policykg/graph/ontology> { ?concept skos:prefLabel ?label }
        }""",
    ):
        labels[row["concept"]][row["lang"]] = row["label"]
    reasons: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in select(
        store,
        PROLOGUE
        + """SELECT ?m ?concept ?why (LANG(?why) AS ?lang) WHERE {
          GRAPH ?g { ?c pol:classifies ?m ; dcterms:subject ?concept ; pol:classificationReason ?why }
        }""",
    ):
        known = reasons[row["m"], row["concept"]]
        known[row["lang"]] = min(row["why"], known.get(row["lang"], row["why"]))
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for (key, iri), why in sorted(reasons.items()):
        name = labels[iri]
        if {"zh", "en"} <= name.keys() & why.keys():
            scheme, _, concept = iri.removeprefix("https://w3id.org/policykg/instrument/").partition("/")
            one = {"zh": name["zh"], "en": name["en"], "reason_zh": why["zh"], "reason_en": why["en"]}
            found[key].setdefault(scheme, {"scheme": scheme, "concept": concept, **one})
    for key, by_scheme in found.items():
        if key in nodes:
            nodes[key]["instruments"] = tuple(by_scheme[scheme] for scheme in sorted(by_scheme))


def _facts(store: Queryable) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield (subject, object, statement, edge attributes)."""
    for row in select(
        store,
        PROLOGUE
        + """SELECT ?st ?s ?p ?o ?modality ?rule ?confidence ?document ?start ?end ?quote ?prefix ?suffix ?provision
          ?page ?trigger_start ?trigger_end ?subject_quote ?subject_provision ?subject_start ?subject_end
        WHERE {
          GRAPH ?g {
            ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; pol:modality ?modality ;
              prov:wasQuotedFrom/skos:prefLabel ?document ; pol:evidence ?e .
            ?e oa:hasSelector ?quoted .
            ?quoted oa:exact ?quote .
            ?e oa:hasSelector ?placed .
            ?placed oa:start ?start ; oa:end ?end .
            OPTIONAL { ?quoted oa:prefix ?prefix }
            OPTIONAL { ?quoted oa:suffix ?suffix }
            OPTIONAL { ?st pol:rule ?rule }
            OPTIONAL { ?st pol:confidence ?confidence }
            OPTIONAL { ?e pol:provision/pol:address ?provision }
            OPTIONAL { ?e pol:page ?page }
            OPTIONAL { ?e pol:triggerStart ?trigger_start ; pol:triggerEnd ?trigger_end }
            OPTIONAL {
              ?st pol:subjectMention ?said .
              ?said oa:exact ?subject_quote ; oa:start ?subject_start ; oa:end ?subject_end .
            }
            OPTIONAL { ?st pol:subjectMention/pol:inProvision/pol:address ?subject_provision }
          }
        }""",
    ):
        start = int(row["start"])
        trigger = (0, 0)
        if row["trigger_start"] is not None:
            trigger = (int(row["trigger_start"]) - start, int(row["trigger_end"]) - start)
        yield (
            row["s"],
            row["o"],
            row["st"],
            {
                "predicate": local_name(row["p"]),
                "modality": local_name(row["modality"]),
                "document": row["document"],
                "quote": row["quote"],
                "prefix": row["prefix"] or "",
                "suffix": row["suffix"] or "",
                "provision": row["provision"] or "",
                "page": integer(row["page"]),
                "start": start,
                "end": int(row["end"]),
                "trigger": trigger,
                "rule": row["rule"] or "",
                "confidence": float(row["confidence"] or 1.0),
                "subject_quote": row["subject_quote"],
                "subject_provision": row["subject_provision"],
                "subject_start": integer(row["subject_start"]),
                "subject_end": integer(row["subject_end"]),
            },
        )

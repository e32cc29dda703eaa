"""The named query `mechanisms`, answered in small steps.

`queries/mechanisms.rq` says what the answer is and runs on any store; but an engine spends longer on planning its joins
than on finding the rows. Here the same is asked in a few questions that need no planning, and put together; a test holds
the two to the same rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from policykg.ontology.namespace import ONTOLOGY, PROLOGUE
from policykg.ontology.terms import Lang

Row = tuple[str | int | None, ...]

#: The ties in the order of the answer, with their labels.
TIES: dict[str, dict[Lang, str]] = {
    "direct": {"zh": "直接", "en": "direct"},
    "object": {"zh": "作用于它", "en": "aimed at it"},
    "program": {"zh": "经项目", "en": "via program"},
    "document": {"zh": "经文件", "en": "via document"},
}

#: The predicates of a first step, in the order in which `relation` names them, and the type of what they lead to.
_STEPS = {
    "issues": "Document",
    "supervises": "Program",
    "manages": "Program",
    "establishes": "Program",
    "evaluates": "Program",
    "approves": "Program",
}

_FACTS = """SELECT DISTINCT ?g ?statement ?node ?s ?p ?m ?mechanism WHERE {{
  VALUES ?node {{ {nodes} }}
  GRAPH ?g {{
    ?statement rdf:subject|rdf:object ?node .
    ?statement rdf:subject|rdf:object ?m .
    ?m a pol:Mechanism ; skos:prefLabel ?mechanism .
    ?statement rdf:subject ?s ; rdf:predicate ?p .
  }}
}}"""

_FIRST_STEPS = """SELECT DISTINCT ?h ?step ?r ?between ?via WHERE {{
  VALUES ?body {{ {nodes} }}
  GRAPH ?h {{
    ?step rdf:subject ?body ; rdf:predicate ?r ; rdf:object ?between .
    ?between a pol:{kind} ; skos:prefLabel ?via .
  }}
  FILTER(?r IN ({predicates}))
}}"""

_EVIDENCE = """SELECT ?g ?statement ?e ?mod ?document ?quote ?start ?end WHERE {{
  VALUES (?g ?statement) {{ {pairs} }}
  GRAPH ?g {{
    ?statement pol:modality ?mod ; prov:wasQuotedFrom ?d ; pol:evidence ?e .
    ?d skos:prefLabel ?document .
    ?e oa:hasSelector ?quoted , ?placed .
    ?quoted oa:exact ?quote .
    ?placed oa:start ?start ; oa:end ?end .
  }}
}}"""

_PLACES = """SELECT ?e ?page ?provision WHERE {{
  VALUES (?g ?e) {{ {pairs} }}
  {{
    GRAPH ?g {{ ?e pol:page ?page }}
  }} UNION {{
    GRAPH ?g {{ ?e (pol:provision/pol:address)|pol:address ?provision }}
  }}
}}"""

_SUBJECTS = """SELECT ?statement ?quote ?provision ?start ?end WHERE {{
  VALUES (?g ?statement) {{ {pairs} }}
  GRAPH ?g {{
    ?statement pol:subjectMention ?said .
    ?said oa:exact ?quote ; oa:start ?start ; oa:end ?end .
  }}
  OPTIONAL {{ GRAPH ?g {{ ?said pol:inProvision/pol:address ?provision }} }}
}}"""

_LABELS = """SELECT ?term ?label WHERE {{
  VALUES ?term {{ {terms} }}
  GRAPH graph:ontology {{ ?term rdfs:label ?label }}
  FILTER(LANG(?label) = "{lang}")
}}"""


class _Queryable(Protocol):
    def query(self, query: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Evidence:
    modality: str
    document: str
    quote: str
    start: int
    end: int
    page: int | None
    provision: str | None
    subject: "_Subject"


class _Subject(NamedTuple):
    """Where the subject is said, all None where the quotation holds it."""

    quote: str | None = None
    provision: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Way:
    """One row of the answer but for its evidence: a fact, and how it hangs together with the body."""

    tie: str
    via: str | None
    mechanism: str
    predicate: str
    arrow: str
    graph: str
    statement: str


def find_mechanisms(
    store: _Queryable, bodies: str, ties: Collection[str] | None, lang: Lang
) -> Iterator[Row]:
    """Yield the rows of the query `mechanisms` in its order.

    Args:
        bodies: IRIs as SPARQL writes them, with spaces between.
        ties: the names of the ties wanted; None for all.
    """
    wanted = [tie for tie in TIES if ties is None or tie in ties]
    ways: dict[_Way, set[tuple[str, str, str]]] = defaultdict(set)
    if {"direct", "object"} & set(wanted):
        for row in _ask(store, _FACTS, nodes=bodies):
            tie, arrow = ("object", "← ") if row["s"] == row["m"] else ("direct", "")
            if tie in wanted and row["m"] != row["node"]:
                ways[_way(row, tie, None, arrow)] |= set()
    for tie, kind in (("program", "Program"), ("document", "Document")):
        if tie in wanted:
            for way, step in _second_steps(store, bodies, tie, kind):
                ways[way].add(step)
    needed = {(way.graph, way.statement) for way in ways}
    needed |= {(graph, step) for steps in ways.values() for graph, step, _ in steps}
    evidence = _evidence(store, needed)
    used = {way.predicate for way in ways} | {one.modality for found in evidence.values() for one in found}
    used |= {predicate for steps in ways.values() for _, _, predicate in steps}
    labels = _labels(store, used, lang)
    rows = [row for way, steps in ways.items() for row in _rows(way, steps, evidence, labels, lang)]
    order = {labels[lang]: place for place, labels in enumerate(TIES.values())}
    # mechanism, tie, via, relation, modality, quote, document, provision, page, …, start, end, …, statement, …
    yield from sorted(
        rows, key=lambda row: (order[str(row[1])], row[0], row[2] or "", row[6], row[11], row[17])
    )


def _second_steps(
    store: _Queryable, bodies: str, tie: str, kind: str
) -> Iterator[tuple[_Way, tuple[str, str, str]]]:
    predicates = ", ".join(f"pol:{name}" for name, leads_to in _STEPS.items() if leads_to == kind)
    steps: dict[str, list[dict[str, str]]] = defaultdict(list)
    for step in _ask(store, _FIRST_STEPS, nodes=bodies, kind=kind, predicates=predicates):
        steps[step["between"]].append(step)
    if not steps:
        return
    for row in _ask(store, _FACTS, nodes=" ".join(f"<{between}>" for between in sorted(steps))):
        forwards = row["s"] == row["node"]
        if row["m"] == row["node"] or not (forwards or kind == "Program"):
            continue
        for step in steps[row["node"]]:
            way = _way(row, tie, step["via"], "→ " if forwards else "← ")
            yield way, (step["h"], step["step"], step["r"])


def _way(row: dict[str, str], tie: str, via: str | None, arrow: str) -> _Way:
    return _Way(tie, via, row["mechanism"], row["p"], arrow, row["g"], row["statement"])


def _rows(
    way: _Way,
    steps: Iterable[tuple[str, str, str]],
    evidence: dict[tuple[str, str], list[_Evidence]],
    labels: dict[str, str],
    lang: Lang,
) -> Iterator[Row]:
    taken = {predicate for _, _, predicate in steps}
    chain = [labels[f"{ONTOLOGY}{name}"] for name in _STEPS if f"{ONTOLOGY}{name}" in taken]
    relation = "".join(f"{name} " for name in chain) + way.arrow + labels[way.predicate]
    first = min(
        ((one.document, one.quote) for graph, step, _ in steps for one in evidence.get((graph, step), ())),
        default=(None, None),
        key=lambda pair: f"{pair[0]}\t{pair[1]}",
    )
    for one in evidence.get((way.graph, way.statement), ()):
        yield (
            way.mechanism,
            TIES[way.tie][lang],
            way.via,
            relation,
            labels[one.modality],
            one.quote,
            one.document,
            one.provision,
            one.page,
            first[1],
            first[0],
            one.start,
            one.end,
            *one.subject,
            way.statement,
            way.tie,
            way.predicate.rpartition("#")[2],
            one.modality.rpartition("#")[2],
        )


def _evidence(
    store: _Queryable, facts: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[_Evidence]]:
    found: dict[tuple[str, str], list[_Evidence]] = defaultdict(list)
    if not facts:
        return found
    rows = list(_ask(store, _EVIDENCE, pairs=_pairs(facts)))
    places: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in _ask(store, _PLACES, pairs=_pairs({(row["g"], row["e"]) for row in rows})) if rows else ():
        places[row["e"]].update((name, row[name]) for name in ("page", "provision") if row[name] is not None)
    subjects = {
        row["statement"]: _Subject(row["quote"], row["provision"], int(row["start"]), int(row["end"]))
        for row in _ask(store, _SUBJECTS, pairs=_pairs(facts))
    }
    for row in rows:
        page = places[row["e"]].get("page")
        found[row["g"], row["statement"]].append(
            _Evidence(
                modality=row["mod"],
                document=row["document"],
                quote=row["quote"],
                start=int(row["start"]),
                end=int(row["end"]),
                page=None if page is None else int(page),
                provision=places[row["e"]].get("provision"),
                subject=subjects.get(row["statement"], _Subject()),
            )
        )
    return found


def _pairs(pairs: Collection[tuple[str, str]]) -> str:
    return " ".join(f"(<{graph}> <{node}>)" for graph, node in sorted(pairs))


def _labels(store: _Queryable, terms: Collection[str], lang: Lang) -> dict[str, str]:
    labels = {term: term.rpartition("#")[2] for term in terms}
    if terms:
        listed = " ".join(f"<{term}>" for term in sorted(terms))
        labels.update((row["term"], row["label"]) for row in _ask(store, _LABELS, terms=listed, lang=lang))
    return labels


def _ask(store: _Queryable, template: str, **values: str) -> Iterator[dict[str, Any]]:
    solutions = store.query(PROLOGUE + template.format(**values))
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: None if term is None else term.value for name, term in zip(names, solution, strict=True)}

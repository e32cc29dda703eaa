"""An entity's card: what it is, where it is mentioned, and every fact that it takes part in, with the sentence."""

from dataclasses import dataclass

from policykg.kg.names import find_entity
from policykg.kg.query import Queryable, integer, local_name, run, select
from policykg.ontology.namespace import PROLOGUE


@dataclass(frozen=True, slots=True)
class Appearance:
    """How often one document mentions the entity, and where first."""

    document: str
    mentions: int
    provision: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the entity with another; `outgoing` where the entity is its subject.

    Where the quotation does not hold the subject, `subject_quote` and what follows say where the text does.
    """

    outgoing: bool
    predicate: str
    other: str
    other_type: str
    modality: str
    quote: str
    document: str
    provision: str
    page: int | None
    start: int
    end: int
    subject_quote: str
    subject_provision: str
    subject_start: int | None
    subject_end: int | None
    statement: str


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """A number that the entity, a target or document, states."""

    kind: str
    indicator: str
    comparator: str
    value: float
    unit: str
    date: str
    deadline: str
    document: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """The type of instrument that a mechanism is in one typology, and why; labels and reasons in both languages."""

    scheme: str
    concept: str
    scheme_zh: str
    scheme_en: str
    zh: str
    en: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """How one document stands to another: `kind` is based_on, implements, amends, repeals or cites.

    `day` is the day from which a repeal holds, `number` the printed number of the cited document, both "" if not known.
    """

    citing: str
    kind: str
    cited: str
    number: str
    day: str
    quote: str
    provision: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """All that the graph says of one entity. Facts are grouped: outgoing first, then by predicate and other end.

    `number`, `date`, `kind`, `issuers`, `source` are those of a built document, empty for all else. So are the days of its
    validity: `in_force` the first, `expires` the last, `abolished` the first on which a repeal holds. `period` is the first
    and last day that a document or program plans for, `deadline` the day by which a target is due.
    """

    iri: str
    name: str
    type: str
    classes: tuple[str, ...]
    aliases: tuple[str, ...]
    number: str
    date: str
    kind: str
    issuers: tuple[str, ...]
    source: str
    in_force: str
    expires: str
    abolished: str
    period: tuple[str, ...]
    deadline: str
    appearances: tuple[Appearance, ...]
    facts: tuple[Fact, ...]
    measures: tuple[MeasureValue, ...]
    links: tuple[DocumentLink, ...]
    instruments: tuple[Instrument, ...]


def show(store: Queryable, name: str, *, type: str | None = None) -> Card:
    """Return the card of the entity that a name stands for.

    Raises:
        UnknownName, AmbiguousName
    """
    from pyoxigraph import NamedNode

    iri = find_entity(store, name, type=type)
    node = str(NamedNode(iri))
    classes = sorted(
        {
            local_name(row["o"])
            for row in select(store, PROLOGUE + f"SELECT ?o {{ GRAPH ?g {{ {node} a ?o }} }}")
        }
    )
    main = next(one for one in ("Body", "Program", "Mechanism", "Target", "Document") if one in classes)
    document = _literals(store, node, "eli:number", "eli:date_document", "pol:documentKind", "dcterms:source")
    validity = _literals(store, node, "eli:first_date_entry_in_force", "eli:date_no_longer_in_force")
    name = _literals(store, node, "skos:prefLabel")[0]
    links = _links(store, iri) if main == "Document" else ()
    return Card(
        iri=iri,
        name=name,
        type=main,
        classes=tuple(one for one in classes if one != main),
        aliases=_all_literals(store, node, "skos:altLabel"),
        number=document[0],
        date=document[1],
        kind=document[2],
        issuers=_all_literals(store, node, "pol:issuerName"),
        source=document[3],
        in_force=validity[0],
        expires=validity[1],
        abolished=min((one.day for one in links if one.kind == "repeals" and one.cited == name), default=""),
        period=tuple(filter(None, _literals(store, node, "pol:periodStart", "pol:periodEnd"))),
        deadline=_literals(store, node, "pol:deadline")[0],
        appearances=_appearances(store, node),
        facts=tuple(sorted((*_facts(store, node, True), *_facts(store, node, False)), key=_fact_order)),
        measures=_measures(store, node),
        links=links,
        instruments=_instruments(store, node) if main == "Mechanism" else (),
    )


def _links(store: Queryable, iri: str) -> tuple[DocumentLink, ...]:
    return tuple(
        DocumentLink(
            citing=str(row["citing"]),
            kind=str(row["code"]),
            cited=str(row["cited"]),
            number=str(row["number"] or ""),
            day=str(row["day"] or ""),
            quote=str(row["quote"]),
            provision=str(row["provision"] or ""),
            page=integer(row["page"]),
        )
        for row in run(store, "document_links", document=iri).records()
    )


def _appearances(store: Queryable, node: str) -> tuple[Appearance, ...]:
    rows = select(
        store,
        PROLOGUE
        + f"""SELECT ?title ?mention ?start ?provision ?page WHERE {{
          GRAPH ?g {{ ?mention pol:denotes {node} ; oa:start ?start . ?d dcterms:source ?source ; skos:prefLabel ?title }}
          OPTIONAL {{ GRAPH ?g {{ ?mention (pol:inProvision/pol:address)|pol:address ?provision }} }}
          OPTIONAL {{ GRAPH ?g {{ ?mention pol:page ?page }} }}
        }}""",
    )
    found: dict[str, dict[str, tuple[int, str, int | None]]] = {}
    for row in rows:
        place = (int(row["start"]), row["provision"] or "", integer(row["page"]))
        found.setdefault(row["title"], {})[row["mention"]] = place
    return tuple(
        Appearance(title, len(places), *min(places.values(), key=lambda place: place[0])[1:])
        for title, places in sorted(found.items())
    )


def _facts(store: Queryable, node: str, outgoing: bool) -> list[Fact]:
    here, there = ("rdf:subject", "rdf:object") if outgoing else ("rdf:object", "rdf:subject")
    rows = select(
        store,
        PROLOGUE
        + f"""SELECT * WHERE {{
          {{ SELECT * WHERE {{
            GRAPH ?g {{
              ?statement {here} {node} ; {there} ?other ; rdf:predicate ?predicate ; pol:modality ?modality ;
                prov:wasQuotedFrom ?d ; pol:evidence ?e .
              ?d skos:prefLabel ?document .
              ?other skos:prefLabel ?name ; a ?type .
              ?e oa:hasSelector ?quoted , ?placed .
              ?quoted oa:exact ?quote .
              ?placed oa:start ?start ; oa:end ?end .
            }}
            FILTER(?type IN (pol:Body, pol:Program, pol:Mechanism, pol:Target, pol:Document))
          }} LIMIT 1000000 }}
          OPTIONAL {{
            GRAPH ?g {{
              ?statement pol:subjectMention ?said .
              ?said oa:exact ?subject_quote ; oa:start ?subject_start ; oa:end ?subject_end .
            }}
          }}
          OPTIONAL {{ GRAPH ?g {{ ?statement pol:subjectMention/pol:inProvision/pol:address ?subject_provision }} }}
          OPTIONAL {{ GRAPH ?g {{ ?e (pol:provision/pol:address)|pol:address ?provision }} }}
          OPTIONAL {{ GRAPH ?g {{ ?e pol:page ?page }} }}
        }}""",
    )
    return [
        Fact(
            outgoing=outgoing,
            predicate=local_name(row["predicate"]),
            other=row["name"],
            other_type=local_name(row["type"]),
            modality=local_name(row["modality"]),
            quote=row["quote"],
            document=row["document"],
            provision=row["provision"] or "",
            page=integer(row["page"]),
            start=int(row["start"]),
            end=int(row["end"]),
            subject_quote=row["subject_quote"] or "",
            subject_provision=row["subject_provision"] or "",
            subject_start=integer(row["subject_start"]),
            subject_end=integer(row["subject_end"]),
            statement=row["statement"],
        )
        for row in rows
    ]


def _fact_order(fact: Fact) -> tuple[object, ...]:
    return (not fact.outgoing, fact.predicate, fact.other, fact.document, fact.start, fact.statement)


def _measures(store: Queryable, node: str) -> tuple[MeasureValue, ...]:
    rows = select(
        store,
        PROLOGUE
        + f"""SELECT DISTINCT ?kind ?indicator ?comparator ?value ?unit ?date ?deadline ?document ?start WHERE {{
          GRAPH ?g {{
            {node} pol:hasMeasure|pol:states ?v .
            ?v pol:measureKind ?kind ; pol:indicator ?indicator ; pol:comparator ?comparator ; schema:value ?value ;
              oa:start ?start .
            ?d dcterms:source ?source ; skos:prefLabel ?document .
            OPTIONAL {{ ?v schema:unitText ?unit }}
            OPTIONAL {{ ?v pol:date ?date }}
            OPTIONAL {{ ?v pol:deadline ?deadline }}
          }}
        }} ORDER BY ?document ?start ?comparator ?value""",
    )
    return tuple(
        MeasureValue(
            kind=row["kind"],
            indicator=row["indicator"],
            comparator=row["comparator"],
            value=float(row["value"]),
            unit=row["unit"] or "",
            date=row["date"] or "",
            deadline=row["deadline"] or "",
            document=row["document"],
        )
        for row in rows
    )


def _instruments(store: Queryable, node: str) -> tuple[Instrument, ...]:
    """Return the types of instrument, one a typology, those of the first typology first."""
    rows = select(
        store,
        PROLOGUE
        + f"""SELECT ?concept ?scheme_zh ?scheme_en ?zh ?en (MIN(?why_zh) AS ?reason_zh) (MIN(?why_en) AS ?reason_en) WHERE {{
          GRAPH ?g {{
            ?c pol:classifies {node} ; dcterms:subject ?concept ; pol:classificationReason ?why_zh , ?why_en .
          }}
          GRAPH <https://w3id.org/policykg/graph/ontology> {{
            ?concept skos:inScheme ?scheme ; skos:prefLabel ?zh , ?en .
            ?scheme skos:prefLabel ?scheme_zh , ?scheme_en .
          }}
          FILTER(LANG(?why_zh) = "zh" && LANG(?zh) = "zh" && LANG(?scheme_zh) = "zh")
          FILTER(LANG(?why_en) = "en" && LANG(?en) = "en" && LANG(?scheme_en) = "en")
        }} GROUP BY ?concept ?scheme_zh ?scheme_en ?zh ?en ORDER BY ?concept""",
    )
    found = []
    for row in rows:
        scheme, concept = row.pop("concept").split("/")[-2:]
        found.append(Instrument(scheme=scheme, concept=concept, **row))
    return tuple(found)


def _literals(store: Queryable, node: str, *properties: str) -> tuple[str, ...]:
    """Return the first value of each property, empty where there is none."""
    return tuple(next(iter(_all_literals(store, node, one)), "") for one in properties)


def _all_literals(store: Queryable, node: str, property_: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                row["o"]
                for row in select(store, PROLOGUE + f"SELECT ?o {{ GRAPH ?g {{ {node} {property_} ?o }} }}")
            }
        )
    )

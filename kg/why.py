"""Why a thing in the graph is what it is: the forms in the texts that were taken for it, and what joined them."""

from dataclasses import dataclass

from policykg.extract.normalise import squeeze
from policykg.kg.names import find_entity
from policykg.kg.query import Column, Queryable, Table, select


@dataclass(frozen=True, slots=True)
class Form:
    """A form in the texts of one document that stands for the entity, as often as `mentions` says, found by `rules`."""

    surface: str
    canonical: str
    document: str
    mentions: int
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Why:
    """All forms that made an entity, and the reasons that joined their names: tables, merges, a person's corrections."""

    iri: str
    name: str
    type: str
    forms: tuple[Form, ...]
    reasons: tuple[str, ...]


_PREFIXES = """PREFIX pol: <https://w3id.org/policykg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def why(store: Queryable, name: str, *, type: str | None = None) -> Why:
    """Return what made the entity that a name stands for.

    Raises:
        UnknownName, AmbiguousName
    """
    from pyoxigraph import NamedNode

    iri = find_entity(store, name, type=type)
    node = str(NamedNode(iri))
    (described, *_) = select(
        store,
        _PREFIXES
        + f"""SELECT ?name ?type {{ GRAPH ?g {{ {node} skos:prefLabel ?name ; a ?type }}
          FILTER(?type IN (pol:Body, pol:Program, pol:Mechanism, pol:Target, pol:Document)) }}""",
    )
    counts: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for row in select(
        store,
        _PREFIXES
        + f"""SELECT ?mention ?surface ?canonical ?document ?rule ?reason {{ GRAPH ?g {{
          ?mention pol:denotes {node} ; oa:exact ?surface .
          ?d dcterms:source ?source ; skos:prefLabel ?document .
          OPTIONAL {{ ?mention pol:canonicalName ?canonical }}
          OPTIONAL {{ ?mention pol:rule ?rule }}
          OPTIONAL {{ ?mention pol:reason ?reason }}
        }} }}""",
    ):
        surface = squeeze(row["surface"])
        key = (row["document"], row["canonical"] or surface, surface, row["reason"] or "")
        rules = counts.setdefault(key, {})
        rules[row["rule"] or ""] = rules.get(row["rule"] or "", 0) + 1
    forms = [
        Form(
            surface=surface,
            canonical=canonical,
            document=document,
            mentions=sum(rules.values()),
            rules=tuple(sorted(rule for rule in rules if rule)),
            reason=reason,
        )
        for (document, canonical, surface, reason), rules in counts.items()
    ]
    reasons = select(
        store, _PREFIXES + f"SELECT DISTINCT ?reason {{ GRAPH ?g {{ {node} pol:reason ?reason }} }}"
    )
    return Why(
        iri=iri,
        name=described["name"],
        type=described["type"].rpartition("#")[2],
        forms=tuple(sorted(forms, key=lambda f: (f.document, -f.mentions, f.canonical, f.surface, f.reason))),
        reasons=tuple(sorted(row["reason"] for row in reasons)),
    )


def why_tables(found: Why) -> list[Table]:
    """Lay an explanation out: the forms by document, then what joined their names."""
    forms = Table(
        (
            Column("document", "文件", "document"),
            Column("surface", "文中写法", "form in the text"),
            Column("mentions", "次数", "mentions"),
            Column("canonical", "规范名称", "canonical name"),
            Column("reason", "命名理由", "why so named"),
            Column("rules", "识别规则", "found by"),
        ),
        tuple(
            (form.document, form.surface, form.mentions, form.canonical, form.reason, "、".join(form.rules))
            for form in found.forms
        ),
        title=f"{found.type}:{found.name}",
        name="forms",
    )
    joined = Table(
        (Column("reason", "合并与更正", "joined and corrected"),),
        tuple((reason,) for reason in found.reasons),
        name="reasons",
    )
    return [forms, joined] if found.reasons else [forms]

"""RDF serialisations: all quads (TriG, N-Quads, JSON-LD), or the triples of all graphs as one (Turtle, N-Triples)."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from policykg.ontology.context import CONTEXT
from policykg.ontology.namespace import PREFIXES

_XSD = PREFIXES["xsd"]
_RDF_TYPE = f"{PREFIXES['rdf']}type"
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def n_quads(quads: list[Any]) -> bytes:
    """N-Quads: all quads."""
    from pyoxigraph import RdfFormat, serialize

    return serialize(quads, format=RdfFormat.N_QUADS) or b""


def n_triples(quads: list[Any]) -> bytes:
    """N-Triples: the triples of all graphs."""
    from pyoxigraph import RdfFormat, serialize

    return serialize(_triples(quads), format=RdfFormat.N_TRIPLES) or b""


def turtle(quads: list[Any]) -> bytes:
    """Turtle: the triples of all graphs."""
    from pyoxigraph import RdfFormat, serialize

    return serialize(_triples(quads), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def trig(quads: list[Any]) -> bytes:
    """TriG: all quads."""
    from pyoxigraph import RdfFormat, serialize

    return serialize(quads, format=RdfFormat.TRIG, prefixes=PREFIXES) or b""


def json_ld(quads: list[Any]) -> bytes:
    """JSON-LD with the published context written into it: a list of graphs, each a list of nodes."""
    context = load_context()
    graphs: dict[str, dict[str, dict[str, Any]]] = {}
    for quad in quads:
        graph = graphs.setdefault(getattr(quad.graph_name, "value", ""), {})
        node = graph.setdefault(quad.subject.value, {"@id": context.shorten(quad.subject.value)})
        if quad.predicate.value == _RDF_TYPE:
            node.setdefault("@type", []).append(context.term(quad.object.value))
        else:
            key = context.term(quad.predicate.value)
            node.setdefault(key, []).append(context.value(key, quad.object))
    content: list[Any] = list(graphs.pop("", {}).values())
    content += [{"@id": iri, "@graph": list(nodes.values())} for iri, nodes in graphs.items()]
    whole = {"@context": context.definitions, "@graph": content}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


class Context:
    """A JSON-LD context, read backwards: from IRIs and RDF terms to what stands for them."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions = definitions
        self._terms: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        for term, definition in definitions.items():
            whole = definition if isinstance(definition, dict) else {"@id": definition}
            iri = self.expand(whole["@id"])
            if term not in PREFIXES:
                self._terms[iri] = term
            if kind := whole.get("@type"):
                self._kinds[term] = kind if kind.startswith("@") else self.expand(kind)

    def expand(self, compact: str) -> str:
        """Return the IRI that a compact IRI stands for."""
        prefix, _, local = compact.partition(":")
        return f"{PREFIXES[prefix]}{local}" if prefix in PREFIXES else compact

    def term(self, iri: str) -> str:
        """Return the term of a property or class, its compact IRI where it has none."""
        return self._terms.get(iri) or self.shorten(iri)

    def shorten(self, iri: str) -> str:
        """Return an IRI with one of our prefixes, where one fits."""
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def value(self, key: str, term: Any) -> Any:
        """Return the JSON value of an RDF term under a key, as short as the key's type allows."""
        coerced = self._kinds.get(key, "")
        if not hasattr(term, "datatype"):
            iri = self.shorten(term.value)
            return iri if coerced == "@id" else {"@id": iri}
        kind = term.datatype.value
        if term.language:
            return {"@value": term.value, "@language": term.language}
        if kind == coerced:
            return term.value
        if coerced:
            return {"@value": term.value, "@type": self.shorten(kind)}
        if kind == f"{_XSD}string":
            return term.value
        if kind == f"{_XSD}boolean" and term.value in ("true", "false"):
            return term.value == "true"
        if kind == f"{_XSD}integer" and re.fullmatch(r"0|-?[1-9][0-9]{0,15}", term.value):
            return int(term.value)
        return {"@value": term.value, "@type": self.shorten(kind)}


@lru_cache(maxsize=1)
def load_context() -> Context:
    """Read the published context."""
    return Context(json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"])


def _triples(quads: list[Any]) -> list[Any]:
    """Return the triples of all graphs as one, sorted, each once."""
    distinct = dict.fromkeys(quad.triple for quad in quads)
    return sorted(distinct, key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))

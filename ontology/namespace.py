"""Names of things: the IRIs of entities and graphs, the prefixes, and `POL`, the Python face of `policy.ttl`.

`POL` needs rdflib, which takes a tenth of a second to import; it is loaded when it is first asked for.
"""

import re
from typing import TYPE_CHECKING, Any

from policykg.ontology.errors import PolicyKGError
from policykg.ontology.terms import label

if TYPE_CHECKING:
    from policykg.ontology.pol import POL

__all__ = [
    "BASE",
    "ENTITY_KINDS",
    "ONTOLOGY",
    "POL",
    "PREFIXES",
    "PROLOGUE",
    "IRIError",
    "change_iri",
    "entity_iri",
    "graph_iri",
    "label",
]

BASE = "https://w3id.org/policykg/"
ONTOLOGY = f"{BASE}ontology#"

#: The prefixes of every serialisation and query, in the order in which they are written.
PREFIXES: dict[str, str] = {
    "pol": ONTOLOGY,
    "graph": f"{BASE}graph/",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: The same as declarations at the head of a SPARQL query.
PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

#: The classes that have individuals of their own, and the path segment of each.
ENTITY_KINDS: dict[str, str] = {
    "Body": "body",
    "Program": "program",
    "Mechanism": "mechanism",
    "Target": "target",
    "Document": "document",
}

# What RFC 3987 allows in a path segment, less the characters that show as nothing (zero width, direction marks).
_NOT_IN_SEGMENT = re.compile(
    r"[^A-Za-z0-9\-._~!$&'()*+,;=:@"
    r"\u00a1-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\uffef"
    r"\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]"
)


class IRIError(PolicyKGError, ValueError):
    """A thing cannot be named: it has no name, or is of no known type."""


def entity_iri(type: str, name: str, *, document: str = "") -> str:
    """Mint the IRI of an entity: readable, stable, and another one for every other name.

    Args:
        type: `Body`, `Program`, `Mechanism`, `Target` or `Document`.
        name: the name, any text; white space in it does not count.
        document: for a `Target` the name of the document it stands in, as targets are local to their document.
    Raises:
        IRIError: `name` has no visible character, `type` is unknown, or a target lacks its document.
    Example:
        >>> entity_iri("Body", "科技部")
        'https://w3id.org/policykg/id/body/科技部'
    """
    if type not in ENTITY_KINDS:
        raise IRIError(f"no entity type {type!r}; there are {', '.join(ENTITY_KINDS)}")
    if (type == "Target") != bool(document):
        raise IRIError(f"{type} {name!r}: a target, and nothing else, is named together with its document")
    local = f"{_segment(document)}/" if document else ""
    return f"{BASE}id/{ENTITY_KINDS[type]}/{local}{_segment(name)}"


def graph_iri(name: str) -> str:
    """Mint the IRI of a named graph: a document's under its name, the vocabulary's under `ontology`.

    Raises:
        IRIError: `name` has no visible character.
    """
    return f"{BASE}graph/{_segment(name)}"


def change_iri(day: str, bodies: str) -> str:
    """Mint the IRI of a change of bodies: its day, and the bodies that it is known by.

    Raises:
        IRIError: `day` or `bodies` has no visible character.
    """
    return f"{BASE}id/change/{_segment(day)}/{_segment(bodies)}"


def _segment(name: str) -> str:
    squeezed = "".join(name.split())
    if not squeezed:
        raise IRIError(f"{name!r} is no name: it has no visible character")
    if squeezed in (".", ".."):  # a resolver would take these for steps in the path
        return squeezed.replace(".", "%2E")
    return _NOT_IN_SEGMENT.sub(lambda m: _escape(m[0]), squeezed)


def _escape(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def __getattr__(name: str) -> Any:
    if name == "POL":
        from policykg.ontology.pol import POL

        return POL
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

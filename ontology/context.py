"""The published JSON-LD context, `context.jsonld`: built from the vocabulary, so that the two cannot part.

Our classes and properties are terms of their own; those of other vocabularies are compact IRIs, named here only where
their values have one type.
"""

import json
from pathlib import Path
from typing import Any

from policykg.ontology.namespace import PREFIXES
from policykg.ontology.terms import VOCABULARY, load_terms

#: The file that is published; a test compares it with `build_context`.
CONTEXT = VOCABULARY.with_name("context.jsonld")

_OWL = PREFIXES["owl"]
_KINDS = ("Class", "ObjectProperty", "DatatypeProperty")
_TYPES = {
    "confidence": "xsd:decimal",
    "dcterms:subject": "@id",
    "eli:date_document": "xsd:date",
    "eli:is_part_of": "@id",
    "oa:hasSelector": "@id",
    "oa:hasSource": "@id",
    "owl:inverseOf": "@id",
    "prov:wasQuotedFrom": "@id",
    "rdf:object": "@id",
    "rdf:predicate": "@id",
    "rdf:subject": "@id",
    "rdfs:subClassOf": "@id",
    "rdfs:subPropertyOf": "@id",
    "schema:value": "xsd:decimal",
    "skos:broader": "@id",
    "skos:inScheme": "@id",
}


def build_context() -> dict[str, Any]:
    """Build the context's definitions: prefixes, our terms in alphabetical order, typed terms of others."""
    definitions: dict[str, Any] = dict(PREFIXES)
    for name, term in sorted(load_terms().items()):
        kinds = [kind.removeprefix(_OWL) for kind in term.kinds]
        if not any(kind in _KINDS for kind in kinds):
            continue
        iri = f"pol:{name}"
        kind = "@id" if "ObjectProperty" in kinds else _TYPES.get(name)
        definitions[name] = {"@id": iri, "@type": kind} if kind else iri
    foreign = sorted(name for name in _TYPES if ":" in name)
    definitions.update({name: {"@id": name, "@type": _TYPES[name]} for name in foreign})
    return definitions


def write_context(path: Path = CONTEXT) -> None:
    """Write the file that is published."""
    text = json.dumps({"@context": build_context()}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")

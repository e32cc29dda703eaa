"""Records as JSON: the form that `policykg extract --format json` prints and that gold files have."""

from dataclasses import asdict
from typing import Any

from policykg.extract.records import DocumentRecord, Measure, Relation


def to_dict(record: DocumentRecord) -> dict[str, Any]:
    """Turn a record into JSON-ready data, keys in the order of the contract."""
    info = record.span.info
    return {
        "doc": {
            "title": info.title,
            "number": info.number,
            "issuers": list(info.issuers),
            "date": info.date,
            "kind": info.kind,
            "locality": info.locality,
            "fragment": record.span.fragment,
            "source": record.source.source,
            "start": record.span.start,
            "end": record.span.end,
        },
        "entities": [asdict(mention) for mention in record.entities],
        "relations": [_relation(relation) for relation in record.relations],
        "measures": [_measure(measure) for measure in record.measures],
        "sections": [asdict(section) for section in record.span.sections],
        "warnings": list(record.warnings),
    }


def _relation(relation: Relation) -> dict[str, Any]:
    return asdict(relation) | {"trigger": list(relation.trigger)}


def _measure(measure: Measure) -> dict[str, Any]:
    value = measure.value
    return asdict(measure) | {"value": int(value) if value == int(value) else value}

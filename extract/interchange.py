"""Records as JSON: the form that `policykg extract --format json` prints and that gold files have, and the way back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from policykg.extract.records import (
    DocumentInfo,
    DocumentRecord,
    DocumentSpan,
    Measure,
    Mention,
    PageBreak,
    ReaderText,
    Relation,
    Section,
)


def to_dict(record: DocumentRecord) -> dict[str, Any]:
    """Turn a record into JSON-ready data, keys in the order of the contract; the reader's text is not in it."""
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


def from_dict(data: Mapping[str, Any], source: ReaderText) -> DocumentRecord:
    """Make the record again of which `to_dict` made the data; `source` is the text that it was found in."""
    doc = data["doc"]
    info = DocumentInfo(
        title=doc["title"],
        number=doc["number"],
        issuers=tuple(doc["issuers"]),
        date=doc["date"],
        kind=doc["kind"],
        locality=doc["locality"],
    )
    sections = tuple(Section(**section) for section in data["sections"])
    return DocumentRecord(
        source=source,
        span=DocumentSpan(
            start=doc["start"], end=doc["end"], info=info, sections=sections, fragment=doc["fragment"]
        ),
        entities=tuple(Mention(**mention) for mention in data["entities"]),
        relations=tuple(
            Relation(**relation | {name: _span(relation[name]) for name in _SPANS})
            for relation in data["relations"]
        ),
        measures=tuple(
            Measure(**{**measure, "value": float(measure["value"])}) for measure in data["measures"]
        ),
        warnings=tuple(data["warnings"]),
    )


def text_to_dict(text: ReaderText) -> dict[str, Any]:
    """Turn a reader's text into JSON-ready data."""
    return asdict(text) | {"pages": [[page.offset, page.page] for page in text.pages]}


def text_from_dict(data: Mapping[str, Any]) -> ReaderText:
    """Make the reader's text again of which `text_to_dict` made the data."""
    return ReaderText(
        source=data["source"],
        text=data["text"],
        pages=tuple(PageBreak(offset=offset, page=page) for offset, page in data["pages"]),
        origins=tuple((made, original) for made, original in data["origins"]),
        metadata=tuple((name, value) for name, value in data["metadata"]),
        unit=data["unit"],
    )


#: What of a relation is a half-open span, a list in JSON.
_SPANS = ("trigger", "subject_at", "object_at")


def _relation(relation: Relation) -> dict[str, Any]:
    made = asdict(relation)
    return made | {name: made[name] and list(made[name]) for name in _SPANS}


def _span(pair: list[int] | None) -> tuple[int, ...] | None:
    return None if pair is None else tuple(pair)


def _measure(measure: Measure) -> dict[str, Any]:
    value = measure.value
    return asdict(measure) | {"value": int(value) if value == int(value) else value}

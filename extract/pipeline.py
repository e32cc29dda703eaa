"""The pipeline: which components run, in which order, and how a file becomes records."""

import gc
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.annotations import MENTIONS, measures, read_stretches, relations, text_of
from policykg.extract.canonical.aliases import canonicals
from policykg.extract.characters import CharacterTokenizer
from policykg.extract.names.mentions import confidences
from policykg.extract.normalise import squeeze
from policykg.extract.records import (
    ENTITY_TYPES,
    DocumentRecord,
    DocumentSpan,
    EntityType,
    Measure,
    Mention,
    ReaderText,
    Relation,
    Section,
)
from policykg.extract.settings import Settings
from policykg.extract.structure.contacts import without_contacts
from policykg.extract.structure.documents import split_documents

#: The order of the components stands only here. Each module registers the factory of its name.
COMPONENTS = (
    "policy_units",
    "policy_lexicon",
    "policy_patterns",
    "policy_grammar",
    "policy_model",
    "policy_mentions",
    "policy_measures",
    "policy_targets",
    "policy_aliases",
    "policy_relations",
)


def build_pipeline(settings: Settings | None = None) -> Language:
    """Build the spaCy pipeline; it is deterministic and reads nothing but the package's own data.

    Raises:
        PolicyKGError: a lexicon, pattern or frame file is faulty; the text lists all faults of the file.
    """
    nlp = spacy.blank("zh")
    # A character costs some hundred bytes here, not the kilobyte of a neural pipeline that spaCy's limit guards against.
    nlp.max_length = 50_000_000
    nlp.tokenizer = CharacterTokenizer(nlp.vocab)
    settings = settings or Settings()
    configs: Mapping[str, dict[str, Any]] = {
        "policy_lexicon": {"extra": [str(path) for path in settings.lexicons]},
        "policy_relations": {"frames": [str(path) for path in settings.frames]},
    }
    for component in COMPONENTS:
        if settings.model or component != "policy_model":
            nlp.add_pipe(component, config=configs.get(component, {}))
    return nlp


def extract(nlp: Language, source: ReaderText) -> list[DocumentRecord]:
    """Find everything in all documents of a file.

    Returns:
        One record a document, in the order of the text. Offsets are those of `source.text`.
    """
    return list(iter_records(nlp, source, split_documents(source)))


def iter_records(
    nlp: Language, source: ReaderText, spans: Iterable[DocumentSpan]
) -> Iterator[DocumentRecord]:
    """Run the pipeline on each document of a text, one at a time, so that memory holds one `Doc` only."""
    for span in spans:
        with _no_collection():
            record = build_record(source, span, annotate(nlp, source, span))
        yield record


@contextmanager
def _no_collection() -> Iterator[None]:
    """Put the garbage collector off for one document.

    What a document needs has no cycles and goes as soon as it is done with; the collector would only be set off by its
    many small objects, and go through all weights and names of the pipeline each time.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def annotate(nlp: Language, source: ReaderText, span: DocumentSpan) -> Doc:
    """Run the pipeline on one document; the offsets of the returned `Doc` count from `span.start`.

    Contact lines are blank in the `Doc`: nothing is found in them.
    """
    doc = nlp.make_doc(without_contacts(source.text, span.start, span.end))
    doc._.document = _shift(span, -span.start)
    return nlp(doc)


def _shift(span: DocumentSpan, by: int) -> DocumentSpan:
    if not by:
        return span
    sections = tuple(_moved(section, by) for section in span.sections)
    return replace(span, start=span.start + by, end=span.end + by, sections=sections)


def _moved(section: Section, by: int) -> Section:
    return replace(section, start=section.start + by, end=section.end + by)


def build_record(source: ReaderText, span: DocumentSpan, doc: Doc) -> DocumentRecord:
    """Put together what the pipeline found in one document; the record's offsets are those of `source.text`."""
    at = span.start
    return DocumentRecord(
        source=source,
        span=span,
        entities=tuple(_mentions(doc, at)),
        relations=tuple(_moved_relation(relation, at) for relation in relations(doc))
        if at
        else relations(doc),
        measures=tuple(_moved_measure(measure, at) for measure in measures(doc)) if at else measures(doc),
    )


def _mentions(doc: Doc, by: int) -> Iterator[Mention]:
    text, names, likely = text_of(doc), canonicals(doc), confidences(doc)
    for start, end, label, name, rule in read_stretches(doc, MENTIONS):
        named = names.get((start, end, label))
        yield Mention(
            start=start + by,
            end=end + by,
            type=_entity_type(label),
            text=text[start:end],
            canonical=name or squeeze(text[start:end]),
            rule=rule,
            confidence=round(likely.get((start, end), 1.0), 4),
            reason=_moved_reason(named.reason, by) if named and named.name == name else "",
        )


def _moved_reason(reason: str, by: int) -> str:
    return _PLACE.sub(lambda place: f"(at {int(place[1]) + by})", reason) if reason else ""


#: Where in the text of its `Doc` a reason points to.
_PLACE = re.compile(r"\(at (\d{1,9})\)")


def _moved_relation(relation: Relation, by: int) -> Relation:
    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return span[0] + by, span[1] + by

    return replace(
        relation,
        start=relation.start + by,
        end=relation.end + by,
        trigger=moved(relation.trigger),
        subject_at=relation.subject_at and moved(relation.subject_at),
        object_at=relation.object_at and moved(relation.object_at),
    )


def _moved_measure(measure: Measure, by: int) -> Measure:
    return replace(measure, start=measure.start + by, end=measure.end + by)


def _entity_type(label: str) -> EntityType:
    if label not in _TYPES:
        raise ValueError(f"mention label {label!r} is no entity type; types are {', '.join(ENTITY_TYPES)}")
    return _TYPES[label]


_TYPES: Mapping[str, EntityType] = {known: known for known in ENTITY_TYPES}

"""Where the components leave what they find on a spaCy `Doc`.

Spans carry their entity type as `label_`, their canonical name as `kb_id_` ("" until `policy_aliases` has run) and
the rule that made them as `id_`. Characters are the tokens, so character offsets are the currency: `span.start_char`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from spacy.tokens import Doc, Span, SpanGroup

from policykg.extract.records import DocumentInfo, DocumentSpan, EntityType, Measure, Relation

#: Keys of `doc.spans`.
UNITS = "units"
CANDIDATES = "candidates"  # what components of a user's own propose; may overlap
MENTIONS = "mentions"  # what was settled on; only a Target may hold others

#: What stands in for the document's own data when a bare text is run through the pipeline.
UNKNOWN_DOCUMENT = DocumentSpan(start=0, end=0, info=DocumentInfo())


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A candidate that was not taken, and why; `policykg explain` prints it."""

    start: int
    end: int
    type: EntityType
    rule: str
    reason: str


def register_extensions() -> None:
    """Declare `doc._.document`, `doc._.relations`, `doc._.measures` and `doc._.refusals`; safe to call again."""
    if not Doc.has_extension("document"):
        Doc.set_extension("document", default=UNKNOWN_DOCUMENT)
        Doc.set_extension("relations", default=())
        Doc.set_extension("measures", default=())
        Doc.set_extension("refusals", default=())


register_extensions()


def keep_text(doc: Doc, text: str) -> Doc:
    """Leave a document its own text, so that `text_of` need not put it together; return the document."""
    doc.user_data[_TEXT] = text
    return doc


def text_of(doc: Doc) -> str:
    """Return `doc.text`, which spaCy puts together anew from all tokens at each asking."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text


_TEXT = "policykg.text"


def make_span(doc: Doc, start: int, end: int, label: str, *, canonical: str = "", rule: str = "") -> Span:
    """Build a span from character offsets.

    Args:
        start, end: half-open character offsets; must fall on token borders, as all but white space does.
    Raises:
        ValueError: an offset lies inside a token.
    """
    span = doc.char_span(start, end, label=label, kb_id=canonical, span_id=rule)
    if span is None:
        raise ValueError(f"no token border at {start} or {end} of {doc.text[start:end]!r}")
    return span


def write_spans(doc: Doc, key: str, spans: Iterable[Span]) -> None:
    """Store spans under a key of `doc.spans`, sorted by start, longer first."""
    ordered = sorted(spans, key=lambda s: (s.start, -s.end, s.label_))
    group = doc.spans[key] = SpanGroup(doc, name=key, spans=ordered)
    _note(group, ordered)


def read_spans(doc: Doc, key: str) -> list[Span]:
    """Return the spans stored under a key, empty where no component wrote any."""
    return list(doc.spans[key]) if key in doc.spans else []


class Stretch(NamedTuple):
    """A stored span as plain values; [start, end) counts characters."""

    start: int
    end: int
    label: str
    canonical: str
    rule: str


def read_stretches(doc: Doc, key: str) -> tuple[Stretch, ...]:
    """Return the spans stored under a key as plain values, for those who only look.

    spaCy makes its spans anew at each reading; these are made once, and stay with the group.
    """
    if key not in doc.spans:
        return ()
    group = doc.spans[key]
    known = group.attrs.get(_STRETCHES)
    # A group that another hand wrote has none; one that was stored and read again brings a list.
    return known if isinstance(known, tuple) and len(known) == len(group) else _note(group, group)


def _note(group: SpanGroup, spans: Iterable[Span]) -> tuple[Stretch, ...]:
    known = tuple(Stretch(s.start_char, s.end_char, s.label_, s.kb_id_, s.id_) for s in spans)
    group.attrs[_STRETCHES] = known
    return known


_STRETCHES = "stretches"


def context(doc: Doc) -> DocumentSpan:
    """Return the document's own data and sections; their offsets are those of `doc.text`."""
    value: DocumentSpan = doc._.document
    return value


def relations(doc: Doc) -> tuple[Relation, ...]:
    """Return the relations found so far; offsets are those of `doc.text`."""
    value: tuple[Relation, ...] = doc._.relations
    return value


def measures(doc: Doc) -> tuple[Measure, ...]:
    """Return the measures found so far; offsets are those of `doc.text`."""
    value: tuple[Measure, ...] = doc._.measures
    return value

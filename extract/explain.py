"""Say which rule made or refused each candidate at a place of a text, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language

from policykg.extract.annotations import CANDIDATES, MENTIONS, Refusal, measures, read_spans, relations
from policykg.extract.pipeline import annotate
from policykg.extract.readers import describe_place, locate
from policykg.extract.records import DocumentSpan, ReaderText
from policykg.extract.relations.relations import Relations
from policykg.extract.structure.documents import split_documents
from policykg.extract.structure.units import split_units
from policykg.ontology.errors import PolicyKGError


class NowhereError(PolicyKGError):
    """An offset at which there is nothing to explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One decision; [start, end) are offsets into the reader's text.

    `verdict` is mention, candidate, relation, measure or refused: of a candidate for a name, or of a frame at its trigger.
    `variant` is true of a refused candidate that is only another cut of a name that was taken, or a part of another refused one.
    """

    verdict: str
    start: int
    end: int
    what: str
    rule: str
    reason: str = ""
    variant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All decisions within the unit of text that holds an offset, in the order of the text, what is refused last."""

    unit: str
    start: int
    end: int
    page: int | None
    file_offset: int
    place: str
    findings: tuple[Finding, ...]


def explain(nlp: Language, source: ReaderText, at: int) -> Explanation:
    """Explain what was found and refused in the unit that holds the offset `at` of the reader's text.

    Raises:
        NowhereError: no document, or only white space, stands at `at`.
    """
    for span in split_documents(source):
        if span.start <= at < span.end:
            return _explain(nlp, source, span, at)
    raise NowhereError(
        f"{source.source}: no document at offset {at}; the text has offsets 0 to {len(source.text) - 1}"
    )


def _explain(nlp: Language, source: ReaderText, span: DocumentSpan, at: int) -> Explanation:
    text = source.text[span.start : span.end]
    for start, end in split_units(text):
        if start <= at - span.start < end:
            break
    else:
        raise NowhereError(f"{source.source}: only white space at offset {at}")
    page, file_offset = locate(source, span.start + start)
    return Explanation(
        unit=text[start:end],
        start=span.start + start,
        end=span.start + end,
        page=page,
        file_offset=file_offset,
        place=describe_place(source, span.start + start),
        findings=tuple(
            sorted(
                _findings(nlp, source, span, start, end),
                key=lambda f: (f.verdict == "refused", f.start, f.end, f.verdict),
            )
        ),
    )


def _findings(
    nlp: Language, source: ReaderText, span: DocumentSpan, start: int, end: int
) -> Iterator[Finding]:
    doc = annotate(nlp, source, span)
    at = span.start
    settled = {(m.start_char, m.end_char, m.label_) for m in read_spans(doc, MENTIONS)}
    refusals: tuple[Refusal, ...] = doc._.refusals
    refused = {(r.start, r.end, r.type, r.rule) for r in refusals}
    for mention in read_spans(doc, MENTIONS):
        if start <= mention.start_char < end:
            yield Finding(
                verdict="mention",
                start=mention.start_char + at,
                end=mention.end_char + at,
                what=f"{mention.text} [{mention.label_}] = {mention.kb_id_}",
                rule=mention.id_,
            )
    for candidate in read_spans(doc, CANDIDATES):
        key = (candidate.start_char, candidate.end_char, candidate.label_)
        if (
            start <= candidate.start_char < end
            and key not in settled
            and (*key, candidate.id_) not in refused
        ):
            yield Finding(
                verdict="candidate",
                start=candidate.start_char + at,
                end=candidate.end_char + at,
                what=f"{candidate.text} [{candidate.label_}]",
                rule=candidate.id_,
            )
    for refusal in refusals:
        if start <= refusal.start < end:
            yield Finding(
                verdict="refused",
                start=refusal.start + at,
                end=refusal.end + at,
                what=f"{doc.text[refusal.start : refusal.end]} [{refusal.type}]",
                rule=refusal.rule,
                reason=refusal.reason,
                variant=any(s < refusal.end and refusal.start < e for s, e, _ in settled)
                or any(_lies_within(refusal, other) for other in refusals),
            )
    for relation in relations(doc):
        if start <= relation.trigger[0] < end:
            yield Finding(
                verdict="relation",
                start=relation.trigger[0] + at,
                end=relation.trigger[1] + at,
                what=f"{relation.subject} {relation.predicate} {relation.object} ({relation.modality})",
                rule=relation.rule,
            )
    relating = nlp.get_pipe("policy_relations")
    for unmet in relating.refusals(doc) if isinstance(relating, Relations) else ():
        if start <= unmet.hit.start < end:
            yield Finding(
                verdict="refused",
                start=unmet.hit.start + at,
                end=unmet.hit.end + at,
                what=f"{unmet.hit.word}: {unmet.frame.relation}",
                rule=unmet.frame.name,
                reason=unmet.reason,
            )
    for measure in measures(doc):
        if start <= measure.start < end:
            yield Finding(
                verdict="measure",
                start=measure.start + at,
                end=measure.end + at,
                what=f"{measure.indicator} {measure.comparator} {measure.value:g}{measure.unit} ({measure.kind})",
                rule="policy_measures",
            )


def _lies_within(part: Refusal, whole: Refusal) -> bool:
    inside = whole.start <= part.start and part.end <= whole.end
    return inside and part.type == whole.type and (part.start, part.end) != (whole.start, whole.end)

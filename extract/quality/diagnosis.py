"""Misses and false alarms of an evaluation, each with its class and its context."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policykg.extract.quality.evaluate import fold, gold_names, in_annotated
from policykg.extract.records import THIS_DOCUMENT

Json = Mapping[str, Any]
Measure = Literal["mentions", "names", "relations", "measures", "doc"]

#: How many characters of text a fault's context shows on either side.
CONTEXT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that the evaluation counts as wrong.

    `kind` is its class: for mentions `missed`, `spurious`, `type`, `longer`, `shorter`, `shifted` (than gold); for names
    `canonical`; for relations `missed`, `spurious`, `predicate`, `subject`, `object`, `modality`, and `no mention` where an
    end was never found; for measures `missed`, `spurious` or the fields that differ; for document data the field. `start`
    is its offset in the text, -1 where it has none.
    """

    measure: Measure
    kind: str
    start: int
    gold: str
    found: str
    rule: str
    context: str


def diagnose(gold: Json, predicted: Json, text: str) -> list[Fault]:
    """List the faults of one document, by measure and place."""
    want, have = in_annotated(gold, gold), in_annotated(predicted, gold)
    return [
        *_mentions(want["entities"], have["entities"], text),
        *_relations(gold, predicted, want["relations"], have["relations"], text),
        *_measures(want["measures"], have["measures"], text),
        *_document(gold.get("doc") or {}, predicted.get("doc") or {}),
    ]


def count_classes(faults: Sequence[Fault]) -> list[tuple[str, str, int]]:
    """Count the faults by measure and class, most frequent first within a measure."""
    counts = Counter((fault.measure, fault.kind) for fault in faults)
    order = {measure: n for n, measure in enumerate(("mentions", "names", "relations", "measures", "doc"))}
    rows = [(measure, kind, n) for (measure, kind), n in counts.items()]
    return sorted(rows, key=lambda row: (order[row[0]], -row[2], row[1]))


def _mentions(gold: list[Json], predicted: list[Json], text: str) -> Iterator[Fault]:
    want = {(m["start"], m["end"], m["type"]): m for m in gold}
    have = {(m["start"], m["end"], m["type"]): m for m in predicted}
    explained: set[tuple[Any, ...]] = set()
    for key in sorted(want.keys() - have.keys()):
        start, end, type_ = key
        near = [other for other in have.keys() - want.keys() if other[0] < end and start < other[1]]
        other = min(near, key=lambda o: (o[2] != type_, abs(o[0] - start) + abs(o[1] - end), o), default=None)
        if other is not None:
            explained.add(other)
        yield Fault(
            measure="mentions",
            kind=_span_fault(key, other),
            start=start,
            gold=f"{text[start:end]} [{type_}]",
            found=f"{text[other[0] : other[1]]} [{other[2]}]" if other else "",
            rule=str(have[other].get("rule", "")) if other else "",
            context=_context(text, start, end),
        )
    for key in sorted(have.keys() - want.keys() - explained):
        start, end, type_ = key
        yield Fault(
            measure="mentions",
            kind="spurious",
            start=start,
            gold="",
            found=f"{text[start:end]} [{type_}]",
            rule=str(have[key].get("rule", "")),
            context=_context(text, start, end),
        )
    for key in sorted(want.keys() & have.keys()):
        named, called = want[key].get("canonical", ""), have[key].get("canonical", "")
        if key[2] != "Target" and fold(named) != fold(called):
            start, end, type_ = key
            yield Fault(
                measure="names",
                kind="canonical",
                start=start,
                gold=f"{named} [{type_}]",
                found=called,
                rule=str(have[key].get("rule", "")),
                context=_context(text, start, end),
            )


def _span_fault(gold: tuple[int, int, str], found: tuple[int, int, str] | None) -> str:
    if found is None:
        return "missed"
    if found[:2] == gold[:2]:
        return "type"
    if found[0] <= gold[0] and found[1] >= gold[1]:
        return "longer"
    if found[0] >= gold[0] and found[1] <= gold[1]:
        return "shorter"
    return "shifted"


def _relations(gold: Json, predicted: Json, want: list[Json], have: list[Json], text: str) -> Iterator[Fault]:
    stand_in = gold_names(gold, predicted)

    def own(name: str) -> str:
        return name if name == THIS_DOCUMENT else stand_in.get(fold(name), fold(name))

    right = {(_end(r["subject"]), r["predicate"], _end(r["object"])): r for r in want}
    found = {(own(r["subject"]), r["predicate"], own(r["object"])): r for r in have}
    known = {THIS_DOCUMENT, *(own(m.get("canonical") or m["text"]) for m in predicted.get("entities", []))}
    explained: set[tuple[Any, ...]] = set()
    for key in sorted(right.keys() - found.keys()):
        subject, _, object_ = key
        others = sorted(found.keys() - right.keys())
        near = next((o for o in others if (o[0], o[2]) == (subject, object_)), None)
        kind = "predicate"
        if near is None and not {subject, object_} <= known:
            kind = "no mention"
        elif near is None:
            near = next((o for o in others if o[1:] == key[1:]), None)
            kind = "subject"
        if near is None and kind == "subject":
            near = next((o for o in others if o[:2] == key[:2]), None)
            kind = "object" if near else "missed"
        if near is not None:
            explained.add(near)
        yield _relation_fault(kind, right[key], key, near, found.get(near) if near else None, text)
    for key in sorted(found.keys() - right.keys() - explained):
        yield _relation_fault("spurious", found[key], None, key, found[key], text)
    for key in sorted(right.keys() & found.keys()):
        if right[key].get("modality") != found[key].get("modality"):
            yield _relation_fault("modality", right[key], key, key, found[key], text)


def _end(name: str) -> str:
    return name if name == THIS_DOCUMENT else fold(name)


def _relation_fault(
    kind: str,
    place: Json,
    gold: tuple[str, str, str] | None,
    near: tuple[str, str, str] | None,
    found: Json | None,
    text: str,
) -> Fault:
    modality = kind == "modality" and found is not None
    return Fault(
        measure="relations",
        kind=kind,
        start=place["start"],
        gold=" ".join(gold or ()) + (f" ({place.get('modality')})" if modality else ""),
        found=" ".join(near or ()) + (f" ({found['modality']})" if modality and found else ""),
        rule=str(found.get("rule", "")) if found else "",
        context=" ".join(text[place["start"] : place["end"]].split()),
    )


def _measures(gold: list[Json], predicted: list[Json], text: str) -> Iterator[Fault]:
    fields = ("kind", "indicator", "comparator", "value", "unit", "date")

    def key(measure: Json) -> tuple[str, ...]:
        return tuple(
            str(round(float(measure["value"]), 6)) if field == "value" else fold(measure.get(field, ""))
            for field in fields
        )

    want = {key(m): m for m in gold}
    have = {key(m): m for m in predicted}
    explained: set[tuple[Any, ...]] = set()
    for wanted in sorted(want.keys() - have.keys()):
        candidates = [o for o in have.keys() - want.keys() - explained if o[3:5] == wanted[3:5]]
        near = max(candidates, key=lambda o: (sum(map(str.__eq__, o, wanted)), o), default=None)
        differing = [f for f, a, b in zip(fields, wanted, near or wanted, strict=True) if a != b]
        if near is not None:
            explained.add(near)
        measure = want[wanted]
        yield Fault(
            measure="measures",
            kind="+".join(differing) if near else "missed",
            start=measure["start"],
            gold=" ".join(wanted),
            found=" ".join(near or ()),
            rule="",
            context=" ".join(text[measure["start"] : measure["end"]].split()),
        )
    for spurious in sorted(have.keys() - want.keys() - explained):
        measure = have[spurious]
        yield Fault(
            measure="measures",
            kind="spurious",
            start=measure["start"],
            gold="",
            found=" ".join(spurious),
            rule="",
            context=_context(text, measure["start"], measure["end"]),
        )


def _document(gold: Json, predicted: Json) -> Iterator[Fault]:
    for field, value in gold.items():
        found = predicted.get(field) or ""
        if value and fold(value) != fold(found):
            yield Fault(
                measure="doc", kind=field, start=-1, gold=str(value), found=str(found), rule="", context=""
            )


def _context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return "".join(f"{before}⟦{text[start:end]}⟧{after}".split())

"""Find the relations that a document states between its mentions.

Each unit is laid out once (`clauses`), its doers are found (`subjects`), and each trigger word tries its frames
(`frames`, `fitting`, `matching`), and what holds becomes relations (`resolving`); what no frame can say stands in
`statements`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, cast

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policykg.extract.annotations import (
    MENTIONS,
    UNITS,
    context,
    make_span,
    read_stretches,
    text_of,
    write_spans,
)
from policykg.extract.normalise import squeeze
from policykg.extract.records import THIS_DOCUMENT, EntityType, Relation
from policykg.extract.relations.assertions import conditions, reviews
from policykg.extract.relations.carrying import Carry
from policykg.extract.relations.charges import Charge, find_charges, is_label
from policykg.extract.relations.clauses import (
    Cues,
    Entity,
    Hit,
    lay_out,
    load_cues,
)
from policykg.extract.relations.frames import Example, Frame, FrameError, is_admitted, load_frames
from policykg.extract.relations.items import read_opening
from policykg.extract.relations.matching import Matcher, Refused
from policykg.extract.relations.resolving import Unit, resolve
from policykg.extract.relations.scanning import Scanner, mask
from policykg.extract.relations.statements import (
    citation_relations,
    evaluation_relations,
    goal_holder,
    grant_relations,
    issuer_relations,
    keep_first,
    list_head,
    member_relations,
    partner_relations,
    read_names,
    target_relations,
)
from policykg.extract.relations.subjects import read_subjects
from policykg.extract.structure.entries import find_tables
from policykg.extract.units import Units

# A unit of more is a table or text without punctuation: what lies beyond is left unread, so that time stays linear.
MAX_LENGTH = 4000  # characters
MAX_MENTIONS = 120
#: No unit yields more relations than this.
MAX_PAIRS = 600


_Placed = TypeVar("_Placed", Entity, Hit)


class Relations:
    """Write the relations of a document into `doc._.relations`, in text order, each fact once a unit."""

    def __init__(self, frames: Sequence[Frame], cues: Cues | None = None) -> None:
        self.frames = tuple(frames)
        self.cues = cues or load_cues()
        self._matcher = Matcher(self.frames, self.cues)
        self._scanner = Scanner(self._matcher.words() | self.cues.words(), hiding=self.cues.ignored)

    def match(self, doc: Doc) -> tuple[Relation, ...]:
        """Return the relations of a document."""
        return self._read_document(doc, None)

    def refusals(self, doc: Doc) -> tuple[Refused, ...]:
        """Read the document once more and return the frames that hold at none of their triggers, in text order."""
        refused: list[Refused] = []
        self._read_document(doc, refused)
        return tuple(sorted(refused, key=lambda r: (r.hit, r.frame.name)))

    def _read_document(self, doc: Doc, refused: list[Refused] | None) -> tuple[Relation, ...]:
        raw = text_of(doc)
        entities = [e for e in _outermost(doc) if not is_label(raw, e, self.cues)]
        masked = mask(raw, [e for e in entities if not _makes(raw, e)])
        names = read_names(raw, context(doc), entities)
        units = [*_steps(raw, ((unit.start, unit.end) for unit in read_stretches(doc, UNITS)))]
        told = _within(reviews(context(doc)), units)
        asked = _within(conditions(context(doc)), units)
        tables = _within(find_tables(raw, 0, len(raw)), units)
        openings = [read_opening(masked, start, end) for start, end in units]
        own_entities = _deal(entities, units)
        charges = find_charges(masked, units, openings, own_entities, self.cues)
        own_hits = _deal(self._scanner.scan(masked), units)
        carry = Carry(context(doc).sections)
        found: list[Relation] = []
        before: Unit | None = None
        whole: Entity | None = None
        goal: Entity | None = None
        for number, (start, end) in enumerate(units):
            text = masked[start:end]
            opening = openings[number]
            inherited = carry.before(text, start, opening)
            goal = goal if opening in ("", "dash") else None
            asks = carry.conditions or number in asked
            charge = charges.get(number)
            carried = bool(inherited) and inherited is not carry.lead_in
            charged = charge is not None and not inherited
            if charge is not None and not inherited:
                inherited = charge.leaders
            near = own_entities[number]
            if end - start > MAX_LENGTH or len(near) > MAX_MENTIONS:
                near = [e for e in near[:MAX_MENTIONS] if e.start < start + MAX_LENGTH]
            if not near:
                carry.after(text, start, (), self.cues)
                continue
            unit = self._read(raw, masked, (start, end), near, own_hits[number], inherited, charge, refused)
            unit.review = number in told
            unit.asks = asks
            unit.table = number in tables
            base, last = unit.reading.contexts[0], unit.reading.contexts[-1]
            base.carried = carried
            base.charge = (charge.start, charge.end) if charge is not None and charged else None
            base.modality = carry.modality if inherited and not carried else None
            goal = goal_holder(unit.sentence) or goal
            if unit.reading.unnamed:
                carry.subject = ()
            carry.after(
                text, start, unit.reading.subject, self.cues, last if last.cause is not None else None
            )
            relations = [
                *target_relations(unit.sentence, unit.reading, unit.targets, goal),
                *resolve(unit, None if opening else before, names, self.cues, refused),
                *(() if unit.table else issuer_relations(unit.sentence, names)),
                *grant_relations(unit.sentence, unit.reading),
                *citation_relations(unit.sentence, unit.documents, names),
                *partner_relations(unit.sentence, charge),
                *(member_relations(unit.sentence, whole) if opening else ()),
            ]
            relations = [*relations, *evaluation_relations(relations)]
            admitted = (r for r in relations if is_admitted(r.subject_type, r.predicate, r.object_type))
            found += keep_first(admitted, MAX_PAIRS)
            before = unit
            if opening in ("", "article"):
                whole = None
            whole = list_head(unit.sentence) or whole
        return tuple(found)

    def set_annotations(self, doc: Doc, relations: tuple[Relation, ...]) -> None:
        """Store the relations."""
        doc._.relations = relations

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc

    def _read(
        self,
        raw: str,
        masked: str,
        extent: tuple[int, int],
        entities: Sequence[Entity],
        hits: Sequence[Hit],
        inherited: tuple[Entity, ...],
        charge: Charge | None,
        refused: list[Refused] | None,
    ) -> Unit:
        start, end = extent
        stop = charge.start if charge is not None and start <= charge.start < end else end
        stop = min(stop, entities[-1].end + MAX_LENGTH // 10)
        plain = [e for e in entities if e.type != "Target" and e.start < stop]
        verbs = self._matcher.verbs
        if stop < end:
            hits = [hit for hit in hits if hit.start < stop]
        sentence = lay_out(raw, masked, extent, plain, hits, verbs, self.cues)
        unit = Unit(
            sentence,
            read_subjects(sentence, self.cues, inherited, verbs),
            [e for e in entities if e.type == "Target"],
            [e for e in entities if e.type == "Document"],
        )
        unit.matches = self._matcher.match(sentence, unit.reading, refused)
        return unit


def _steps(text: str, units: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut units where an arrow leads from one step of a procedure to the next (受理→评审→公示): each has its own doer."""
    for start, end in units:
        at = text.find("→", start, end)
        while at >= 0:
            yield start, at + 1
            start = at + 1
            at = text.find("→", start, end)
        yield start, end


def _deal(things: Sequence[_Placed], units: Sequence[tuple[int, int]]) -> list[Sequence[_Placed]]:
    """Give each unit the things that begin in it; both must be in text order."""
    starts = [thing.start for thing in things]
    return [things[bisect_left(starts, start) : bisect_left(starts, end)] for start, end in units]


def _within(spans: Sequence[tuple[int, int]], units: Sequence[tuple[int, int]]) -> set[int]:
    """Return the indexes of the units that begin within one of the half-open spans."""
    starts = [start for start, _ in units] if spans else []
    return {at for start, end in spans for at in range(bisect_left(starts, start), bisect_left(starts, end))}


_MAKING = re.compile("(?:新建|建设|建成|打造|组建|创建|设立|建立|新增)")
_MADE = re.compile(f"{_MAKING.pattern}$")


def _makes(text: str, entity: Entity) -> bool:
    """Whether a target is a number of things to be made ([建成渔港5座], 打造[5座灯塔]), which relations have as their objects."""
    return entity.type == "Target" and bool(
        (_MAKING.match(text, entity.start) or _MADE.search(text[max(0, entity.start - 4) : entity.start]))
        and any(char.isdigit() for char in text[entity.start : entity.end])
    )


def _outermost(doc: Doc) -> list[Entity]:
    """Return the mentions that stand in no other but a target that makes them, in text order."""
    text = text_of(doc)
    outer: list[Entity] = []
    last = 0
    for start, end, kind, name, _ in sorted(
        read_stretches(doc, MENTIONS), key=lambda s: (s.start, -s.end, s.label != "Target")
    ):
        if start >= last:
            outer.append(Entity(start, end, cast(EntityType, kind), name or squeeze(text[start:end])))
            last = start if _makes(text, outer[-1]) else end
    return outer


def check_examples(frames: Sequence[Frame], among: Sequence[Frame] | None = None) -> list[str]:
    """Run the examples of frames; return the faults, each with its frame and what came out instead.

    Args:
        frames: the frames whose examples are run.
        among: all frames that are to work together; those of `frames` where not given.
    """
    component = Relations(among or frames)
    faults = []
    for frame in frames:
        faults += [
            f"frame {frame.name}: example {example.text!r}: {fault}"
            for example in frame.examples
            if (fault := run_example(component, frame, example))
        ]
        faults += [
            f"frame {frame.name}: counter-example {counter.text!r} yields the relation; block it (blocked_by, lead, tail)"
            for counter in frame.counters
            if any(relation.rule == frame.name for relation in read_example(component, counter))
        ]
    return faults


def read_example(component: Relations, example: Example) -> tuple[Relation, ...]:
    """Run the rules on an example sentence."""
    doc = Units()(Doc(Vocab(), words=list(example.text), spaces=[False] * len(example.text)))
    write_spans(doc, MENTIONS, [make_span(doc, m.start, m.end, m.type) for m in example.mentions])
    return component.match(doc)


def run_example(component: Relations, frame: Frame, example: Example) -> str:
    """Return what is wrong with an example, "" where all its marked pairs come out of the frame."""
    subjects, objects = (
        [squeeze(example.text[m.start : m.end]) for m in example.mentions if m.role == role]
        or [THIS_DOCUMENT]
        for role in ("subject", "object")
    )
    relations = [r for r in read_example(component, example) if r.rule == frame.name]
    found = {(r.subject, r.object) for r in relations}
    wanted = {(s, o) for s in subjects for o in objects if s != o} - found
    if wanted:
        return f"does not yield {sorted(wanted)}; it yields {sorted(found)}"
    if example.modality and any(r.modality != example.modality for r in relations):
        return f"yields modality {sorted({r.modality for r in relations})}, not {example.modality}"
    return ""


@Language.factory(
    "policy_relations", default_config={"frames": []}, requires=["doc.spans"], assigns=["doc._.relations"]
)
def create_relations(nlp: Language, name: str, frames: list[str]) -> Relations:
    """Build the `policy_relations` component.

    Args:
        frames: paths of further frames files; their examples are run before they are used.
    Raises:
        FrameError: a file is faulty, or an example does not yield what it says.
    """
    known = load_frames()
    loaded = load_frames([Path(path) for path in frames])
    own = loaded[len(known) :]
    if faults := check_examples(own, loaded) if own else []:
        raise FrameError("\n".join(faults))
    return Relations(loaded)

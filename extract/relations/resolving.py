"""Turn what fits in a unit into relations: who does it, to what, in what modality."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from policykg.extract.records import EntityType, Modality, Relation
from policykg.extract.relations.clauses import HEAD, MASK, Cues, Entity, Group, Sentence
from policykg.extract.relations.fitting import Match
from policykg.extract.relations.frames import Frame
from policykg.extract.relations.gifts import GIVEN_TO, gives_to_others, receives
from policykg.extract.relations.matching import DOCUMENT, Refused
from policykg.extract.relations.statements import Names
from policykg.extract.relations.subjects import Context, Reading

_MEANS = ("通过", "采取", "采用", "运用", "利用")
# Of a list of conditions: 在境外设立[工场]的；
_CASE = re.compile("的[；;。]?\\s*$")
#: Evidence is widened to the list in charge that its subject stands in, if it does not grow longer than this.
LONGEST_EVIDENCE = 1200  # characters


@dataclass(slots=True)
class Unit:
    """One unit on its way through the rules, with what it speaks of.

    `review` where it tells what has been reached, `asks` where it says what someone must fulfil, `table` where it is a row
    of data about a text.
    """

    sentence: Sentence
    reading: Reading
    targets: list[Entity]
    documents: list[Entity]
    matches: list[Match] = field(default_factory=list)
    review: bool = False
    asks: bool = False
    table: bool = False

    def patient(self) -> Group | None:
        """Return the group that the unit's last causative made act."""
        return next((c.group for c in reversed(self.reading.contexts) if c.group is not None), None)


def resolve(
    unit: Unit, before: Unit | None, names: Names, cues: Cues, refused: list[Refused] | None = None
) -> Iterator[Relation]:
    """Turn the matches of a unit into relations; causatives whose object acts itself come last and fall away.

    Args:
        before: the unit before, where what it speaks of may be meant.
        refused: where given, takes in the matches that state nothing, with the reason.
    """
    for match in sorted(unit.matches, key=_absorbed_last):
        frame = match.frame
        here = unit.reading.at(match.hit.start)
        if frame.absorbed and any(c.used for c in unit.reading.contexts if c.cause is match.hit):
            if refused is not None:
                refused.append(Refused(match.hit, frame, "its object goes on to act itself"))
            continue
        if frame.among:
            # Who stands in a list in charge answers for the task; that they act together is not said.
            own = () if here.charge is not None else here.doers
            group = match.subject.members if match.subject is not None else own
            pairs = _pairs(unit.sentence, group, frame)
        elif frame.undergone and match.subject is not None:
            pairs = [(s, doer) for s in match.subject.members for doer in here.doers]
        else:
            objects = _objects(unit, match, before, names)
            acting = here
            here, subjects = _subjects(unit.sentence, match, acting, objects)
            if frame.relation == "funds" and match.object is None and here is not acting and acting.doers:
                objects = [e for e in acting.doers if e.type in frame.object]
            pairs = [(s, o) for s in subjects for o in objects]
        modality = _modality(unit, match, here, cues)
        stated = False
        said = [(s, o) for s, o in pairs if not (unit.asks and s is DOCUMENT)]
        if unit.table or (unit.asks and _CASE.search(unit.sentence.text)):
            said = []
        for subject, object_ in said:
            if _fits(frame, subject, object_.type) and object_.name != subject.name:
                here.used = stated = True
                # Who stands in a list in charge must be there to be read.
                end = unit.sentence.end
                if here.charge is not None and subject in here.doers:
                    end = max(end, here.charge[1])
                yield _relation(unit.sentence, match, subject, object_, modality, end)
        if refused is not None and not stated:
            reason = _why_not(said, here) if said or not pairs else _SILENT[unit.table]
            refused.append(Refused(match.hit, frame, reason))


def _absorbed_last(match: Match) -> tuple[bool, bool]:
    return match.frame.absorbed, match.object is None


def _fits(frame: Frame, subject: Entity, kind: EntityType) -> bool:
    if frame.relation == "partOf" and "Mechanism" in (subject.type, kind) and subject.type != kind:
        return False
    return subject.type in frame.subject and kind in frame.object


_SILENT = {
    True: "nothing is stated there (a row of data)",
    False: "a condition is for someone else to fulfil than the document",
}


def _why_not(pairs: Sequence[tuple[Entity, Entity]], here: Context) -> str:
    """Say why a frame that fits states nothing."""
    if pairs:
        return "it takes no two mentions of these types, or both are the same"
    doers = "、".join(entity.name for entity in here.doers) or ("nobody named" if here.unnamed else "@doc")
    return f"it takes no such subject ({doers}), or nothing is there that it could be about"


def _modality(unit: Unit, match: Match, here: Context, cues: Cues) -> Modality:
    """Read the modality at a trigger: the frame's own, the causative around it, the cue words before it."""
    if match.frame.modality:
        return match.frame.modality
    sentence = unit.sentence
    if match.relative or sentence.between(match.hit.end, match.hit.end + 1) == "了":
        return "stated"
    clause_start, _ = sentence.clauses[sentence.clause_of(match.hit.start)]
    found: set[Modality] = set()
    for hit in sentence.hits_between(max(sentence.start, here.start), match.hit.start):
        kind = cues.modals.get(hit.word)
        if kind is None or (kind == "stated" and sentence.between(clause_start, hit.start).startswith("按")):
            continue  # 按照已完成投资…给予: what is done is only the measure
        # Only what binds or frees a subject holds beyond the comma.
        if hit.start >= clause_start or kind in ("required", "permitted", "prohibited"):
            found.add(kind)
    if match.hit.word in cues.modals:
        found.add(cues.modals[match.hit.word])
    if "prohibited" in found:
        return "prohibited"
    if here.modality is not None:
        return here.modality
    # 支持建设[平台], 支持[企业]发展: the causative has no deed of another's, its weight falls on the verb.
    first = match.hit.start
    if match.object is not None and clause_start <= match.object.start < first:
        first = match.object.start
    for hit in reversed(sentence.hits_between(clause_start, first)):
        around = cues.causatives.get(hit.word)
        if around is None or MASK in sentence.between(hit.end, first):
            continue
        # 对旨在促进节能的[项目]给予…: the causative only tells which ones.
        inside = sentence.between(clause_start, hit.start).endswith("旨在") or any(
            h.word in GIVEN_TO for h in sentence.hits_between(clause_start, hit.start)
        )
        if not inside:
            return around
    # 鼓励推广…，通过[M]…: the means of what is encouraged before the comma.
    if match.hit.start == clause_start and match.hit.word in _MEANS:
        before, _ = sentence.clauses[max(sentence.clause_of(clause_start) - 1, 0)]
        around = next((cues.causatives.get(h.word) for h in sentence.hits_between(before, before + 2)), None)
        if around == "encouraged":
            return around
    if match.frame.absorbed and (own := cues.causatives.get(match.hit.word)) == "encouraged":
        return own
    order: tuple[Modality, ...] = ("encouraged", "exploratory", "permitted", "required", "stated")
    return next((kind for kind in order if kind in found), "stated" if unit.review else "required")


def _pairs(sentence: Sentence, group: Sequence[Entity], frame: Frame) -> list[tuple[Entity, Entity]]:
    """Pair the members of one coordination, in text order; A与B、C联合 joins A to B and C, not these to each other."""
    members = [e for e in group if e.type in frame.subject]
    gaps = [sentence.between(a.end, b.start) for a, b in pairwise(members)]
    sides = [at + 1 for at, gap in enumerate(gaps) if "与" in gap]
    side = sides[0] if len(sides) == 1 else 0
    return [
        (a, b)
        for at, a in enumerate(members)
        for to, b in enumerate(members[at + 1 :], at + 1)
        if not side or at < side <= to
    ]


def _subjects(
    sentence: Sentence, match: Match, here: Context, objects: Sequence[Entity]
) -> tuple[Context, list[Entity]]:
    """Return who does what a match says, and the context they stand in."""
    frame = match.frame
    if receives(sentence, match, here):
        here = here.outer or replace(here, doers=())
    if match.subject is not None:
        return here, [e for e in match.subject.members if e.type in frame.subject]
    if here.outer is not None and {e.name for e in here.doers} & {e.name for e in objects}:
        here = here.outer  # 支持[企业]…，给予经费支持: not the enterprises pay
    put_in = (here.carried and frame.own) or (
        here.charge is not None and frame.relation == "coordinatesWith" and bool(frame.lead)
    )
    doers = [] if put_in else [e for e in here.doers if e.type in frame.subject]
    return here, doers or ([DOCUMENT] if "Document" in frame.subject and not here.unnamed else [])


#: [科技厅]副厅长介绍，…; 受[省政府]委托，…: whose officer speaks, or whose errand it is, is not what is dealt with.
_OFFICER = re.compile(r"(?:副|有关|相关)?(?:[厅局部处司省市区县院校会]长|主任|书记|负责人|发言人)(?![责任])")


def _objects(unit: Unit, match: Match, before: Unit | None, names: Names) -> list[Entity]:
    """Return the objects of a match: those it binds, or what the text before it spoke of last."""
    kinds = match.frame.object

    def named(group: Group | None) -> list[Entity]:
        return [
            DOCUMENT if e.type == "Document" and names.is_own(e.name) else e
            for e in (group.members if group is not None else ())
            if e.type in kinds
        ]

    def only_named(group: Group) -> bool:
        after = unit.sentence.between(group.end, group.end + 8)
        errand = after.startswith("委托") and unit.sentence.between(group.start - 1, group.start) == "受"
        return errand or _OFFICER.match(after) is not None

    if match.object is not None:
        return [] if only_named(match.object) else named(match.object)
    if match.frame.relation == "funds" and gives_to_others(unit.sentence, match.hit.start):
        return []
    earlier = [m for m in unit.matches if m.hit.start < match.hit.start]
    candidates: list[Group | None] = []
    if match.subject is None:
        candidates += [unit.reading.at(match.hit.start).group, unit.reading.topic]
        if before is not None and not earlier:
            candidates.append(before.patient())
    spoken = [*reversed(earlier), *reversed(before.matches if before is not None else [])]
    candidates += [m.object for m in spoken if m.frame.relation != "reportsTo"]
    candidates += [
        g
        for g in unit.sentence.groups
        if g.start < match.hit.start
        and g is not match.subject
        and not HEAD.match(unit.sentence.between(g.end, g.end + 6))
        # 依据[《条例》]，经…同意: what a text relies on is not what it deals with.
        and not (g.oblique and g.members[0].type == "Document")
        and not only_named(g)
    ]
    fallback = [DOCUMENT] if "Document" in kinds else []
    return next((found for group in candidates if (found := named(group))), fallback)


def _relation(
    sentence: Sentence,
    match: Match,
    subject: Entity,
    object: Entity,
    modality: Modality,
    end: int,
) -> Relation:
    return Relation(
        subject=subject.name,
        predicate=match.frame.relation,
        object=object.name,
        modality=modality,
        start=sentence.start,
        end=end if end - sentence.start <= LONGEST_EVIDENCE else sentence.end,
        trigger=match.trigger,
        subject_type=subject.type,
        object_type=object.type,
        subject_at=subject.place,
        object_at=object.place,
        rule=match.frame.name,
        confidence=match.frame.confidence,
    )

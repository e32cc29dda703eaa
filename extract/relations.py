"""Find the relations that a document states between its mentions.

Each unit is laid out once (`clauses`), its doers are found (`subjects`), and each trigger word tries its frames
(`frames`). What no single frame can say stands here: who issued the document, what it cites, who holds a target.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policykg.extract.annotations import MENTIONS, UNITS, context, make_span, read_spans, write_spans
from policykg.extract.clauses import (
    MASK,
    Cues,
    Entity,
    Group,
    Hit,
    Scanner,
    Sentence,
    is_relative,
    lay_out,
    load_cues,
    mask,
)
from policykg.extract.frames import Example, Frame, FrameError, load_frames
from policykg.extract.normalise import fold, squeeze
from policykg.extract.records import THIS_DOCUMENT, EntityType, Modality, Predicate, Relation
from policykg.extract.subjects import Carry, Charge, Context, Reading, find_charge, opens_item, read_subjects
from policykg.extract.units import split_units

#: No unit yields more relations than this: lists of a hundred bodies times a hundred tasks are tables, not sentences.
MAX_PAIRS = 600


@dataclass(slots=True)
class _Match:
    """A frame that fits around a trigger; a role that the sentence must supply is None."""

    frame: Frame
    hit: Hit
    subject: Group | None
    object: Group | None
    relative: bool = False


@dataclass(slots=True)
class _Unit:
    """One unit on its way through the rules."""

    sentence: Sentence
    reading: Reading
    targets: list[Entity]
    documents: list[Entity]


class Relations:
    """Write the relations of a document into `doc._.relations`, in text order, each fact once a unit."""

    def __init__(self, frames: Sequence[Frame], cues: Cues | None = None) -> None:
        self.frames = tuple(frames)
        self.cues = cues or load_cues()
        self._index: dict[str, list[Frame]] = defaultdict(list)
        for frame in frames:
            for word in frame.trigger:
                self._index[word].append(frame)
        # A word that follows its object (X建设) does not govern what comes next, so it does not part two mentions.
        self._verbs = frozenset(w for w, fs in self._index.items() if any(_governs(f) for f in fs))
        self._scanner = Scanner(self._index.keys() | self.cues.words())

    def match(self, doc: Doc) -> tuple[Relation, ...]:
        """Return the relations of a document."""
        entities, inner = _entities(doc)
        raw = doc.text
        masked = mask(raw, entities)
        hits = self._scanner.scan(masked)
        names = _own_names(doc, entities)
        units = [(u.start_char, u.end_char) for u in read_spans(doc, UNITS)]
        charges = self._charges(masked, units, entities)
        carry = Carry()
        found: list[Relation] = []
        at_entity = at_hit = 0
        last: list[_Match] = []
        patient: Group | None = None
        for number, (start, end) in enumerate(units):
            at_entity, own = _slice(entities, at_entity, start, end)
            at_hit, own_hits = _slice(hits, at_hit, start, end)
            text = masked[start:end]
            inherited = carry.before(text)
            if number in charges and not inherited:
                inherited = charges[number].leaders
            if not own:
                if not own_hits or opens_item(text):
                    carry.after(text, (), self.cues)
                continue
            unit = self._read(raw, masked, start, end, own, own_hits, inherited, charges.get(number))
            carry.after(text, unit.reading.subject, self.cues)
            matches = self._choose(unit)
            found += _unique(
                [
                    *self._emit(unit, matches, [] if opens_item(text) else last, names, None if opens_item(text) else patient),
                    *_issues(unit, names, doc),
                    *_cites(unit, names),
                    *_targets(unit, inner, text),
                    *_partners(unit, charges.get(number)),
                ]
            )
            last = matches or last
            patient = next((c.group for c in reversed(unit.reading.contexts) if c.group), None)
        return tuple(found)

    def set_annotations(self, doc: Doc, relations: tuple[Relation, ...]) -> None:
        """Store the relations."""
        doc._.relations = relations

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc

    def _charges(
        self, masked: str, units: Sequence[tuple[int, int]], entities: Sequence[Entity]
    ) -> dict[int, Charge]:
        """Return for each unit the list of bodies in charge at the end of its task, if there is one."""
        charges: dict[int, Charge] = {}
        at = first = 0
        for number, (start, end) in enumerate(units):
            if opens_item(masked[start : start + 16]):
                first = number
            at, own = _slice(entities, at, start, end)
            if own and (charge := find_charge(masked, start, end, own, self.cues)) is not None:
                for earlier in range(first, number + 1):
                    charges[earlier] = charge
                first = number + 1
        return charges

    def _read(
        self,
        raw: str,
        masked: str,
        start: int,
        end: int,
        entities: Sequence[Entity],
        hits: Sequence[Hit],
        inherited: tuple[Entity, ...],
        charge: Charge | None,
    ) -> _Unit:
        stop = charge.start if charge is not None and start <= charge.start < end else end
        plain = [e for e in entities if e.type != "Target" and e.start < stop]
        sentence = lay_out(raw, masked, start, end, plain, [h for h in hits if h.start < stop], self._verbs, self.cues)
        reading = read_subjects(sentence, self.cues, inherited, self._verbs)
        return _Unit(
            sentence,
            reading,
            [e for e in entities if e.type == "Target"],
            [e for e in entities if e.type == "Document"],
        )

    def _choose(self, unit: _Unit) -> list[_Match]:
        """Return the matches that hold: for each object the best frame, and all that bind both roles themselves."""
        claims: dict[int, list[_Match]] = defaultdict(list)
        free: list[_Match] = []
        for hit in unit.sentence.hits:
            for frame in self._index.get(hit.word, ()):
                match = self._fit(unit, frame, hit)
                if match is None:
                    continue
                if match.object is None or ("subject" in frame.order and frame.shared):
                    free.append(match)
                else:
                    claims[id(match.object)].append(match)
        chosen = list(free)
        for rivals in claims.values():
            rivals = [m for m in rivals if self._has_subject(unit, m)] or rivals
            by_type: dict[EntityType, list[_Match]] = defaultdict(list)
            for match in rivals:
                assert match.object is not None
                for kind in {e.type for e in match.object.members} & set(match.frame.object):
                    by_type[kind].append(match)
            for kind in sorted(by_type):
                options = by_type[kind]
                best = max(options, key=_rank)
                kept = [m for m in options if m is best or _coordinated(unit.sentence, best, m)]
                for match in kept:
                    group = match.object
                    assert group is not None
                    members = [e for e in group.members if e.type == kind]
                    part = Group(members, group.clause, group.modifier, group.inserted)
                    chosen.append(replace_match(match, part))
        chosen.sort(key=lambda m: (m.hit.start, m.object.start if m.object else 0))
        return chosen

    def _has_subject(self, unit: _Unit, match: _Match) -> bool:
        """Tell whether the doer at a match is one that its frame takes."""
        if match.subject is not None:
            return True
        doers = unit.reading.at(match.hit.start).doers or (_DOCUMENT,)
        return any(e.type in match.frame.subject for e in doers)

    def _fit(self, unit: _Unit, frame: Frame, hit: Hit) -> _Match | None:
        """Lay a frame around its trigger; None where an element is missing."""
        sentence = unit.sentence
        clause = sentence.clause_of(hit.start)
        low, high = sentence.clauses[clause] if frame.scope == "clause" else (sentence.start, sentence.end)
        before = sentence.between(low, hit.start)
        if before.endswith(frame.blocked_by + self._cues_embedding(frame)) or any(w in before for w in frame.unless):
            return None
        if frame.nominal and not _NOUN_END.match(sentence.between(hit.end, high)):
            return None
        if "trigger" != frame.order[-1] and sentence.between(hit.end, hit.end + 1) == "的":
            agent = self._agent(sentence, hit)
            if agent is None:
                return None
        else:
            agent = None
        at = frame.order.index("trigger")
        if at + 1 < len(frame.order) and self._is_noun(sentence, hit):
            return None
        roles: dict[str, Group] = {}
        position = hit.start
        nearest = True
        ahead = frame.order[:at]
        topic = unit.reading.topic
        if frame.topical and ahead == ("lead", "object") and topic is not None and topic.end < low:
            roles["object"] = topic
            ahead = ()
        for element in reversed(ahead):
            if element == "lead":
                spot = _lead(sentence, frame, low, position)
                if spot is None:
                    return None
                position = spot
                continue
            group = self._left(sentence, frame, low, position, frame.max_gap if nearest else 30)
            nearest = False
            if group is None:
                return None
            roles[element] = group
            position = group.start
        position = hit.end
        nearest = True
        for element in frame.order[at + 1 :]:
            if element == "lead":
                segment = sentence.between(position, min(position + frame.lead_gap, high))
                if not any(w in segment for w in frame.lead):
                    return None
                continue
            group = self._right(sentence, frame, high, position, frame.max_gap if nearest else 30, hit, nearest)
            nearest = False
            if group is None:
                return None
            roles[element] = group
            position = group.end
        if frame.tail:
            segment = sentence.quote(position, min(position + frame.tail_gap, high))
            if not any(w in segment for w in frame.tail):
                return None
        for role, kinds in (("subject", frame.subject), ("object", frame.object)):
            if role in roles and not any(e.type in kinds for e in roles[role].members):
                return None
        return _Match(frame, hit, roles.get("subject", agent), roles.get("object"), relative=agent is not None)

    def _is_noun(self, sentence: Sentence, hit: Hit) -> bool:
        """Tell whether a verb stands as a noun where it is (平台建设、[购买服务])."""
        after = sentence.between(hit.end, hit.end + 2)
        if after.startswith("、"):
            return not any(h.start == hit.end + 1 and h.word in self._verbs for h in sentence.hits_between(hit.end, hit.end + 2))
        return after.startswith(_NOUN_MARKS)

    def _cues_embedding(self, frame: Frame) -> tuple[str, ...]:
        return self.cues.embedding if frame.order[0] == "trigger" and "object" in frame.order else ()

    def _agent(self, sentence: Sentence, hit: Hit) -> Group | None:
        """Return who does what a relative clause says ([省政府]设立的…), None where it does not say it."""
        for group in reversed(sentence.groups):
            if group.end <= hit.start:
                near = hit.start - group.end <= 4 and group.clause == sentence.clause_of(hit.start)
                return group if near and group.members[-1].type == "Body" else None
        return None

    def _left(self, sentence: Sentence, frame: Frame, low: int, position: int, gap: int) -> Group | None:
        for group in reversed(sentence.groups):
            if group.end > position or (frame.among and group.oblique and group.start >= low):
                continue
            if group.start < low or position - group.end > gap:
                return None
            if frame.among and group.governed:
                return None
            light = self.cues.light
            if frame.scope == "clause" and any(
                h.word in self._verbs and h.word not in light and h.word not in self.cues.prepositions
                for h in sentence.hits_between(group.end, position)
            ):
                return None
            return group
        return None

    def _right(
        self, sentence: Sentence, frame: Frame, high: int, position: int, gap: int, hit: Hit, roles_pending: bool
    ) -> Group | None:
        groups = sentence.groups
        for at, group in enumerate(groups):
            if group.start < position:
                continue
            if group.start >= high or group.start - position > gap:
                return None
            if frame.through and (group.oblique or group.governed):
                continue
            previous = hit
            inside = position
            if frame.relation in _WIDE:
                inside = position + max(sentence.between(position, group.start).rfind("的", -12), 0)
            for other in sentence.hits_between(max(hit.end, inside), group.start):
                if other.word in self._verbs and other.start >= position and not self._listed(sentence, other):
                    if not frame.through and not _joins(sentence.between(previous.end, other.start)):
                        return None
                    previous = other
            if frame.relative and roles_pending:
                return group
            if frame.through:
                over = [h for h in sentence.hits_between(hit.end, group.start) if h.word in self._verbs]
                if not over or over[0].start - hit.end > 10 or over[0].word in frame.not_over:
                    return None
            narrow = frame.relation in _NARROW
            while group.modifier or (
                at + 1 < len(groups)
                and is_relative(sentence, group, groups[at + 1], over_verbs=not narrow, verbs=self._verbs)
            ):
                at += 1
                if at >= len(groups) or groups[at].start >= high:
                    return None
                group = groups[at]
            if group.oblique and not groups[at - 1].modifier:
                return None
            return group
        return None

    def _listed(self, sentence: Sentence, hit: Hit) -> bool:
        """Tell whether a verb only stands in an enumeration before the mention (研发、检测、认证等[机构])."""
        return sentence.between(hit.end, hit.end + 1) in ("、", "等")

    def _emit(
        self, unit: _Unit, matches: Sequence[_Match], last: Sequence[_Match], names: "_Names",
        patient: Group | None,
    ) -> Iterator[Relation]:
        """Turn matches into relations; causatives whose object acts itself come last and fall away."""
        sentence, reading = unit.sentence, unit.reading
        for match in sorted(matches, key=lambda m: (m.frame.absorbed, m.object is None)):
            frame = match.frame
            here = reading.at(match.hit.start)
            if frame.absorbed:
                own = next((c for c in reading.contexts if c.cause is match.hit), None)
                if own is not None and own.used:
                    continue
            objects = self._objects(unit, match, matches, last, names, patient)
            if frame.among and match.subject is not None:
                yield from self._among(unit, match, here)
                continue
            if match.subject is not None:
                subjects = [e for e in match.subject.members if e.type in frame.subject]
            else:
                subjects = list(here.doers)
                if here.outer is not None and {e.name for e in subjects} & {o[0] for o in objects}:
                    here = here.outer
                    subjects = list(here.doers)
                if not subjects and "Document" in frame.subject:
                    subjects = [_DOCUMENT]
                if subjects and not any(e.type in frame.subject for e in subjects):
                    subjects = [_DOCUMENT] if "Document" in frame.subject else []
            modality = self._modality(sentence, match, here)
            for subject in subjects:
                if subject.type not in frame.subject:
                    continue
                for name, kind in objects:
                    if name == subject.name or kind not in frame.object:
                        continue
                    here.used = True
                    yield self._relation(sentence, match, subject, (name, kind), modality)

    def _among(self, unit: _Unit, match: _Match, here: Context) -> Iterator[Relation]:
        """Tie each two members of one coordination, in text order."""
        assert match.subject is not None
        members = [e for e in match.subject.members if e.type in match.frame.subject]
        modality = self._modality(unit.sentence, match, here)
        for at, first in enumerate(members):
            for second in members[at + 1 :]:
                if first.name != second.name:
                    here.used = True
                    yield self._relation(unit.sentence, match, first, (second.name, second.type), modality)

    def _relation(
        self, sentence: Sentence, match: _Match, subject: Entity, object: tuple[str, EntityType], modality: Modality
    ) -> Relation:
        return Relation(
            subject=subject.name,
            predicate=match.frame.relation,
            object=object[0],
            modality=modality,
            start=sentence.start,
            end=sentence.end,
            trigger=(match.hit.start, match.hit.end),
            subject_type=subject.type,
            object_type=object[1],
            rule=match.frame.name,
            confidence=match.frame.confidence,
        )

    def _objects(
        self, unit: _Unit, match: _Match, matches: Sequence[_Match], last: Sequence[_Match], names: "_Names",
        patient: Group | None,
    ) -> list[tuple[str, EntityType]]:
        if match.object is not None:
            return [
                (THIS_DOCUMENT if e.type == "Document" and names.is_own(e.name) else e.name, e.type)
                for e in match.object.members
            ]
        kinds = match.frame.object
        here = unit.reading.at(match.hit.start)
        for group in (here.group, unit.reading.topic, None if matches and matches[0] is not match else patient):
            if group is not None and group.start < match.hit.start and "object" not in match.frame.order and "subject" not in match.frame.order:
                if found := [(e.name, e.type) for e in group.members if e.type in kinds]:
                    return found
        for earlier in [*reversed([m for m in matches if m.hit.start < match.hit.start]), *reversed(last)]:
            if earlier.object is not None and earlier.frame.relation != "reportsTo":
                if found := [(e.name, e.type) for e in earlier.object.members if e.type in kinds]:
                    return found
        for group in unit.sentence.groups:
            if group.start < match.hit.start and group is not match.subject:
                if found := [
                    (THIS_DOCUMENT if e.type == "Document" and names.is_own(e.name) else e.name, e.type)
                    for e in group.members
                    if e.type in kinds
                ]:
                    return found
        return [(THIS_DOCUMENT, "Document")] if "Document" in kinds else []

    def _modality(self, sentence: Sentence, match: _Match, here: Context) -> Modality:
        """Read the modality at a trigger: the cue words before it, the causative around it, the frame's own."""
        if match.frame.modality:
            return match.frame.modality
        if match.relative:
            return "stated"
        clause_start, _ = sentence.clauses[sentence.clause_of(match.hit.start)]
        found: set[Modality] = set()
        for hit in sentence.hits_between(max(sentence.start, here.start), match.hit.start):
            kind = self.cues.modals.get(hit.word)
            if kind is None:
                continue
            if kind in ("exploratory", "stated", "encouraged") and hit.start < clause_start:
                continue
            found.add(kind)
        if match.hit.word in self.cues.modals:
            found.add(self.cues.modals[match.hit.word])
        if "prohibited" in found:
            return "prohibited"
        if here.cause is not None and here.modality is not None:
            return here.modality
        for hit in reversed(sentence.hits_between(clause_start, match.hit.start)):
            outer = self.cues.causatives.get(hit.word)
            if outer is not None and MASK not in sentence.between(hit.end, match.hit.start):
                return outer
        word = self.cues.causatives.get(match.hit.word)
        if word == "encouraged" and match.frame.absorbed:
            return word
        for kind in ("encouraged", "exploratory", "permitted", "required", "stated"):
            if kind in found:
                return kind
        return "required"


_DOCUMENT = Entity(-1, -1, "Document", THIS_DOCUMENT)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names under which the document speaks of itself and of those who issued it."""

    title: str
    issuers: frozenset[str]
    first_item: int

    def is_own(self, name: str) -> bool:
        """Tell whether a cited name is the document's own."""
        bare = _bare(name)
        return bool(self.title) and bool(bare) and (bare in self.title or self.title in bare)


_NOUN_MARKS = ("等", "工作", "任务", "情况", "方面", "力度", "水平", "过程")
# Relations whose object stands right behind the verb: what follows a verb of its own is no part of it.
_NARROW = frozenset({"coordinatesWith", "reportsTo", "delegates", "supports", "approves"})
# Relations whose object may carry a long attribute with verbs in it (建成覆盖各领域、具有…的[体系]).
_WIDE = frozenset({"establishes"})

# What may follow a verb that stands as a noun behind its object (推进X建设。).
_NOUN_END = re.compile(r"\s*(?:$|[、和与及等的]|工作|任务|水平|力度|要求|需要|需求|进程|步伐|活动|以及|并|有关|方面|能力|服务|管理|质量|情况)")


def _governs(frame: Frame) -> bool:
    at = frame.order.index("trigger")
    return "object" in frame.order[at + 1 :] or "subject" in frame.order[at + 1 :]


def replace_match(match: _Match, group: Group) -> _Match:
    """Return the match with another object."""
    return _Match(match.frame, match.hit, match.subject, group, match.relative)


def _rank(match: _Match) -> tuple[int, int, int]:
    assert match.object is not None
    return (match.frame.priority, len(match.frame.order), -abs(match.object.start - match.hit.end))


def _joins(gap: str) -> bool:
    return len(gap) <= 4 and gap.strip("、和与及或并以") in ("", "者", "积极", "加快", "逐步", "进一步", "不断")


def _coordinated(sentence: Sentence, best: _Match, other: _Match) -> bool:
    """Tell whether two matches of one object come from coordinated verbs (制定和实施X): both hold."""
    if best.hit == other.hit or best.frame.order != other.frame.order or best.frame.priority != other.frame.priority:
        return False
    a, b = sorted((best.hit, other.hit), key=lambda h: h.start)
    gap = sentence.between(a.end, b.start)
    return bool(gap) and _joins(gap)


# What may stand between a lead word and its mention: no mention but one that qualifies it (对[示范区]内的[企业]).
_QUALIFIED = re.compile(rf"[^{MASK}]*(?:{MASK}+(?:内|外)?的?)?")


def _lead(sentence: Sentence, frame: Frame, low: int, position: int) -> int | None:
    """Return where the nearest lead word before a position begins."""
    start = max(low, position - frame.lead_gap)
    segment = sentence.between(start, position)
    best = max(((segment.rfind(w), w) for w in frame.lead), default=(-1, ""))
    if best[0] < 0 or not _QUALIFIED.fullmatch(segment, best[0] + len(best[1])):
        return None
    return start + best[0]


_T = TypeVar("_T", Entity, Hit)


def _slice(items: Sequence[_T], at: int, start: int, end: int) -> tuple[int, list[_T]]:
    """Return the items that begin in [start, end), and where to go on; calls must rise."""
    while at < len(items) and items[at].start < start:
        at += 1
    stop = at
    while stop < len(items) and items[stop].start < end:
        stop += 1
    return stop, list(items[at:stop])


def _entities(doc: Doc) -> tuple[list[Entity], list[Entity]]:
    """Return the outermost mentions and those inside a target, in text order."""
    outer: list[Entity] = []
    inner: list[Entity] = []
    for span in sorted(read_spans(doc, MENTIONS), key=lambda s: (s.start_char, -s.end_char, s.label_ != "Target")):
        kind = cast(EntityType, span.label_)
        entity = Entity(span.start_char, span.end_char, kind, span.kb_id_ or squeeze(span.text))
        (inner if outer and entity.start < outer[-1].end else outer).append(entity)
    return outer, inner


def _bare(name: str) -> str:
    return fold(squeeze(name)).strip("《》\"“”")


def _own_names(doc: Doc, entities: Sequence[Entity]) -> _Names:
    info = context(doc).info
    issuers = {squeeze(name) for name in info.issuers}
    text = doc.text
    known = {e.name for e in entities if e.type == "Body" and squeeze(text[e.start : e.end]) in issuers}
    first = next((s.start for s in context(doc).sections if s.kind in ("article", "chapter", "item", "heading")), None)
    return _Names(_bare(info.title), frozenset(known | issuers), len(doc.text) if first is None else first)


_SAYS_ISSUED = re.compile("印发|发布|公布|通过|修订|修正|制定|发文|关于")


def _issues(unit: _Unit, names: _Names, doc: Doc) -> Iterator[Relation]:
    """Say who issued this document wherever the text says so: title lines, signatures, 通过 and 印发."""
    sentence = unit.sentence
    for group in sentence.groups:
        for entity in group.members:
            if entity.type != "Body" or entity.name not in names.issuers:
                continue
            around = sentence.text.replace(MASK, "").strip(" \u3000>#*-，,、:：")
            before = sentence.between(sentence.start, entity.start)
            says = _SAYS_ISSUED.search(sentence.between(entity.end, sentence.end))
            signs = not around or re.fullmatch(r"(?:发布机构|发文机关|制定机关|公布机关|发布单位|文|等)?[^，。]{0,4}", around)
            opens = sentence.start < names.first_item and len(before) <= 30 and says and "第" not in before[:1]
            if signs or (opens and (says[0] not in ("关于",) or len(before) < 6)):
                yield _plain(sentence, entity.name, "issues", THIS_DOCUMENT, "Body", "Document", "stated", entity, "issuer")


def _cites(unit: _Unit, names: _Names) -> Iterator[Relation]:
    """Say that this document cites each other document that it names."""
    for entity in unit.documents:
        if names.is_own(entity.name):
            continue
        tail = unit.sentence.between(entity.end, min(entity.end + 16, unit.sentence.end))
        required = re.search("规定|执行|要求", tail) is not None
        yield _plain(
            unit.sentence, THIS_DOCUMENT, "cites", entity.name, "Document", "Document",
            "required" if required and False else "stated", entity, "citation",
        )


def _targets(unit: _Unit, inner: Sequence[Entity], text: str) -> Iterator[Relation]:
    """Give each target to its holder: the one who acts where it stands, or the document."""
    for target in unit.targets:
        here = unit.reading.at(target.start)
        holders = [e for e in here.doers if e.type in ("Body", "Program") and here.group is not None or here.start > unit.sentence.start]
        for holder in holders or [_DOCUMENT]:
            here.used = True
            yield _plain(
                unit.sentence, holder.name, "hasTarget", target.name, holder.type, "Target", "required", target, "target"
            )


def _partners(unit: _Unit, charge: Charge | None) -> Iterator[Relation]:
    """Tie the bodies that only assist (配合单位) to the first body in charge."""
    if charge is not None and unit.sentence.start <= charge.start < unit.sentence.end:
        first = charge.leaders[0]
        for partner in charge.partners:
            if partner.name != first.name:
                yield _plain(
                    unit.sentence, first.name, "coordinatesWith", partner.name, first.type, partner.type,
                    "required", partner, "charge-partner",
                )


def _plain(
    sentence: Sentence,
    subject: str,
    predicate: Predicate,
    object: str,
    subject_type: EntityType,
    object_type: EntityType,
    modality: Modality,
    at: Entity,
    rule: str,
) -> Relation:
    return Relation(
        subject=subject, predicate=predicate, object=object, modality=modality, start=sentence.start, end=sentence.end,
        trigger=(at.start, at.end), subject_type=subject_type, object_type=object_type, rule=rule, confidence=0.9,
    )


def _unique(relations: Iterable[Relation]) -> list[Relation]:
    """Keep the first of each fact of one unit, at most `MAX_PAIRS`."""
    kept: dict[tuple[str, str, str], Relation] = {}
    for relation in relations:
        key = (relation.subject, relation.predicate, relation.object)
        if relation.predicate == "coordinatesWith" and key[::-1] in kept:
            continue
        if key not in kept:
            kept[key] = relation
            if len(kept) >= MAX_PAIRS:
                break
    return list(kept.values())


def check_examples(frames: Sequence[Frame], among: Sequence[Frame] | None = None) -> list[str]:
    """Run the examples of frames; return the faults, each with its frame and what came out instead.

    Args:
        frames: the frames whose examples are run.
        among: all frames that are to work together; those of `frames` where not given.
    """
    component = Relations(among or frames)
    faults = []
    for frame in frames:
        for example in frame.examples:
            if fault := run_example(component, frame, example):
                faults.append(f"frame {frame.name}: example {example.text!r}: {fault}")
        for counter in frame.counters:
            if any(r.rule == frame.name for r in read_example(component, counter)):
                faults.append(f"frame {frame.name}: counter-example {counter.text!r} yields the relation")
    return faults


def read_example(component: Relations, example: Example) -> tuple[Relation, ...]:
    """Run the rules on an example sentence."""
    doc = Doc(Vocab(), words=list(example.text), spaces=[False] * len(example.text))
    write_spans(doc, UNITS, [s for a, b in split_units(doc.text) if (s := doc.char_span(a, b, label="UNIT", alignment_mode="expand"))])
    write_spans(doc, MENTIONS, [make_span(doc, m.start, m.end, m.type) for m in example.mentions])
    return component.match(doc)


def run_example(component: Relations, frame: Frame, example: Example) -> str:
    """Return what is wrong with an example, "" where all its marked pairs come out of the frame."""
    by_role = {
        role: [squeeze(example.text[m.start : m.end]) for m in example.mentions if m.role == role]
        for role in ("subject", "object")
    }
    wanted = {
        (s, o) for s in by_role["subject"] or [THIS_DOCUMENT] for o in by_role["object"] or [THIS_DOCUMENT] if s != o
    }
    relations = [r for r in read_example(component, example) if r.rule == frame.name]
    found = {(r.subject, r.object) for r in relations}
    if frame.relation == "coordinatesWith":
        wanted -= {(o, s) for s, o in found}
    if missing := wanted - found:
        return f"does not yield {sorted(missing)}; it yields {sorted(found)}"
    if example.modality and any(r.modality != example.modality for r in relations):
        return f"yields modality {sorted({r.modality for r in relations})}, not {example.modality}"
    return ""


@Language.factory(
    "policy_relations",
    default_config={"frames": []},
    requires=["doc.spans"],
    assigns=["doc._.relations"],
)
def create_relations(nlp: Language, name: str, frames: list[str]) -> Relations:
    """Build the `policy_relations` component.

    Args:
        frames: paths of further frames files; their examples are run before they are used.
    Raises:
        FrameError: a file is faulty, or an example does not yield what it says.
    """
    known = load_frames()
    loaded = load_frames([Path(p) for p in frames])
    if own := loaded[len(known) :]:
        if faults := check_examples(own, loaded):
            raise FrameError("\n".join(faults))
    return Relations(loaded)

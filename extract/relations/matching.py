"""Try the frames of each trigger word of a sentence, and settle which of those that fit hold."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policykg.extract.records import THIS_DOCUMENT, EntityType
from policykg.extract.relations.assertions import is_negated, silent_parts
from policykg.extract.relations.clauses import Cues, Entity, Group, Hit, Sentence
from policykg.extract.relations.fitting import Fitter, Match, joins
from policykg.extract.relations.frames import Frame
from policykg.extract.relations.plans import Plan, plan
from policykg.extract.relations.subjects import Reading

#: The document itself as a subject.
DOCUMENT = Entity(-1, -1, "Document", THIS_DOCUMENT)


@dataclass(frozen=True, slots=True)
class Refused:
    """A frame that does not hold at a trigger, and why."""

    hit: Hit
    frame: Frame
    reason: str


class Matcher:
    """Fits frames; `verbs` are the triggers that govern what follows them."""

    def __init__(self, frames: Sequence[Frame], cues: Cues) -> None:
        self._cues = cues
        self._index: dict[str, list[Plan]] = defaultdict(list)
        governing = set()
        for frame in frames:
            ready = plan(frame, cues)
            # A word that follows its object (X建设) does not govern what comes next, so it does not part two mentions.
            governing |= set(frame.trigger) if ready.behind else set()
            for word in frame.trigger:
                self._index[word].append(ready)
        self.verbs = frozenset(governing)
        self._parting = self.verbs - cues.light - cues.prepositions
        self._fitting: dict[frozenset[EntityType], dict[str, list[Plan]]] = {}

    def words(self) -> set[str]:
        """Return all trigger words."""
        return set(self._index)

    def match(
        self, sentence: Sentence, reading: Reading, refused: list[Refused] | None = None
    ) -> list[Match]:
        """Return the matches that hold, in text order.

        Each mention that is the object of a doer goes to one frame only, or to those of coordinated verbs;
        frames that bind both roles themselves hold beside them.

        Args:
            refused: where given, takes in what does not hold, with the reason.
        """
        claims: dict[int, list[Match]] = defaultdict(list)
        chosen: list[Match] = []
        lost: list[tuple[Match, str]] = []
        explaining = refused is not None
        fitter = Fitter(sentence, reading, self.verbs, self._parting, self._cues, explaining=explaining)
        plans = self._index if refused is not None else self._plans_for(fitter.kinds)
        for hit in sentence.hits:
            if hit.word not in plans:
                continue
            fitter.look_at(hit)
            for ready in plans[hit.word]:
                match = fitter.fit(ready, hit)
                if isinstance(match, str):
                    if refused is not None:
                        refused.append(Refused(hit, ready.frame, match))
                elif match.object is None or ("subject" in match.frame.order and match.frame.shared):
                    chosen.append(match)
                else:
                    claims[id(match.object)].append(match)
        for rivals in claims.values():
            kept = _settle(sentence, reading, rivals)
            chosen += kept
            if refused is not None:
                holding = {(m.hit, m.frame.name) for m in kept}
                winners = "、".join(dict.fromkeys(m.frame.name for m in kept))
                lost += [
                    (m, f"frame {winners} takes its object")
                    for m in rivals
                    if (m.hit, m.frame.name) not in holding
                ]
        silent = silent_parts(sentence) if chosen else ()
        # [A]等[B]联合[C]: the partner follows, A and B are on one side.
        partnered = {m.hit for m in chosen if m.frame.relation == "coordinatesWith" and not m.frame.among}
        held = []
        for match in chosen:
            if silent and _is_silent(silent, match):
                lost.append((match, "nothing is stated there (a title, a purpose or a condition)"))
            elif is_negated(sentence, match.hit.start, self._cues):
                lost.append((match, "it is not done (a negation stands before it)"))
            elif match.frame.among and match.hit in partnered:
                lost.append((match, "a partner follows"))
            else:
                held.append(match)
        held.sort(key=lambda m: (m.hit.start, m.object.start if m.object else 0))
        if refused is not None:
            refused += [Refused(match.hit, match.frame, reason) for match, reason in lost]
        return held

    def _plans_for(self, kinds: frozenset[EntityType]) -> dict[str, list[Plan]]:
        """Return the frames of each trigger that mentions of these types can fill."""
        if kinds not in self._fitting:
            able = {
                word: [p for p in plans if not any(kinds.isdisjoint(needed) for _, needed in p.needs)]
                for word, plans in self._index.items()
            }
            self._fitting[kinds] = {word: plans for word, plans in able.items() if plans}
        return self._fitting[kinds]


def _is_silent(silent: Sequence[tuple[int, int]], match: Match) -> bool:
    """Tell whether trigger and object stand where nothing is stated."""
    end = match.hit.end if match.object is None else max(match.hit.end, match.object.end)
    return any(low <= match.hit.start and end <= high for low, high in silent)


def _has_subject(reading: Reading, match: Match) -> bool:
    """Tell whether the doer at a match is one that its frame takes."""
    if match.subject is not None:
        return True
    doers = reading.at(match.hit.start).doers or (DOCUMENT,)
    return any(e.type in match.frame.subject for e in doers)


def _settle(sentence: Sentence, reading: Reading, rivals: Sequence[Match]) -> list[Match]:
    """Return, for the members of each type of a group, the best match and those of verbs coordinated with it.

    Matches whose doer their frame does not take only hold where there are no others.
    """
    if len(rivals) > 1:
        rivals = [match for match in rivals if _has_subject(reading, match)] or rivals
    if len(rivals) == 1 and rivals[0].object is not None and len(rivals[0].object.members) == 1:
        return list(rivals)
    by_type: dict[EntityType, list[tuple[Match, Group]]] = defaultdict(list)
    for match in _outermost(sentence, rivals):
        if match.object is not None:
            for kind in sorted({e.type for e in match.object.members} & set(match.frame.object)):
                by_type[kind].append((match, match.object))
    kept = []
    for kind in sorted(by_type):
        options = by_type[kind]
        best = max(options, key=lambda option: _rank(*option))[0]
        for match, group in options:
            if match is best or _coordinated(sentence, best, match):
                part = replace(group, members=[e for e in group.members if e.type == kind])
                kept.append(replace(match, object=part))
    return kept


def _outermost(sentence: Sentence, rivals: Sequence[Match]) -> list[Match]:
    """Leave out the verbs that only seem to use or support what an earlier verb founds.

    They are coordinated with it (制定和完善[目录]) or stand in an attribute of what it founds (建立鼓励创新的[机制]).
    """
    founding = [m for m in rivals if m.frame.relation == "establishes" and m.frame.order[0] == "trigger"]

    def seems(match: Match) -> bool:
        if (
            match.frame.relation not in ("employs", "supports")
            or match.frame.order[0] != "trigger"
            or match.object is None
        ):
            return False
        inside = sentence.between(match.hit.end, match.object.start).endswith("的")
        clause = sentence.clause_of(match.hit.start)
        return any(
            m.object is match.object
            and m.hit.start < match.hit.start
            and (
                (inside and sentence.clause_of(m.hit.start) == clause)
                or joins(sentence.between(m.hit.end, match.hit.start))
            )
            for m in founding
        )

    return [m for m in rivals if not (founding and seems(m))]


def _rank(match: Match, group: Group) -> tuple[int, int, int]:
    return (match.frame.priority, len(match.frame.order), -abs(group.start - match.hit.end))


def _coordinated(sentence: Sentence, best: Match, other: Match) -> bool:
    """Tell whether two matches of one object come from coordinated verbs (制定和实施X): both hold."""
    if (
        best.hit == other.hit
        or best.frame.order != other.frame.order
        or best.frame.priority != other.frame.priority
    ):
        return False
    a, b = sorted((best.hit, other.hit), key=lambda h: h.start)
    gap = sentence.between(a.end, b.start)
    return bool(gap) and joins(gap)

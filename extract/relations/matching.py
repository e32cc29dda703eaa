"""Lay frames around the trigger words of a sentence and settle which of them hold."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policykg.extract.records import THIS_DOCUMENT, EntityType
from policykg.extract.relations.assertions import silent_parts
from policykg.extract.relations.clauses import MASK, Cues, Entity, Group, Hit, Sentence, is_relative
from policykg.extract.relations.frames import Frame
from policykg.extract.relations.subjects import Reading

#: The document itself as a subject.
DOCUMENT = Entity(-1, -1, "Document", THIS_DOCUMENT)


@dataclass(slots=True)
class Match:
    """A frame that fits around a trigger; a role that the sentence must supply is None.

    `relative` is true where the verb stands in a relative clause that names its doer ([省政府]设立的[基金]).
    """

    frame: Frame
    hit: Hit
    subject: Group | None
    object: Group | None
    relative: bool = False


class Matcher:
    """Fits frames; `verbs` are the triggers that govern what follows them."""

    def __init__(self, frames: Sequence[Frame], cues: Cues) -> None:
        self._cues = cues
        self._index: dict[str, list[Frame]] = defaultdict(list)
        for frame in frames:
            for word in frame.trigger:
                self._index[word].append(frame)
        # A word that follows its object (X建设) does not govern what comes next, so it does not part two mentions.
        self.verbs = frozenset(w for w, fs in self._index.items() if any(_governs(f) for f in fs))

    def words(self) -> set[str]:
        """Return all trigger words."""
        return set(self._index)

    def match(self, sentence: Sentence, reading: Reading) -> list[Match]:
        """Return the matches that hold, in text order.

        Each mention that is the object of a doer goes to one frame only, or to those of coordinated verbs;
        frames that bind both roles themselves hold beside them.
        """
        claims: dict[int, list[Match]] = defaultdict(list)
        chosen: list[Match] = []
        silent = silent_parts(sentence)
        for hit in sentence.hits:
            for frame in self._index.get(hit.word, ()):
                match = self._fit(sentence, reading, frame, hit)
                if match is None:
                    continue
                if match.object is None or ("subject" in frame.order and frame.shared):
                    chosen.append(match)
                else:
                    claims[id(match.object)].append(match)
        for rivals in claims.values():
            chosen += _settle(sentence, [m for m in rivals if _has_subject(reading, m)] or rivals)
        # [A]等[B]联合[C]: the partner follows, A and B are on one side.
        partnered = {m.hit for m in chosen if m.frame.relation == "coordinatesWith" and not m.frame.among}
        chosen = [
            m for m in chosen if not _is_silent(silent, m) and not (m.frame.among and m.hit in partnered)
        ]
        chosen.sort(key=lambda m: (m.hit.start, m.object.start if m.object else 0))
        return chosen

    def _fit(self, sentence: Sentence, reading: Reading, frame: Frame, hit: Hit) -> Match | None:
        """Lay a frame around its trigger; None where an element is missing."""
        low, high = sentence.clauses[sentence.clause_of(hit.start)]
        if frame.scope == "sentence":
            low, high = sentence.start, sentence.end
        if self._blocked(sentence, frame, hit, low, high):
            return None
        agent = None
        if frame.order[-1] != "trigger" and sentence.between(hit.end, hit.end + 1) == "的":
            agent = _agent(sentence, hit, self._cues)
            if agent is None:
                return None
        roles: dict[str, Group] = {}
        at = frame.order.index("trigger")
        ahead = frame.order[:at]
        topic = reading.topic
        if frame.topical and ahead == ("lead", "object") and topic is not None and topic.end < low:
            roles["object"] = topic
            ahead = ()
        position = hit.start
        for element in reversed(ahead):
            if element == "lead":
                spot = _lead(sentence, frame, low, position)
                if spot is None:
                    return None
                position = spot
                continue
            group = self._left(sentence, frame, low, position, _FAR if roles else frame.max_gap)
            if group is None:
                return None
            roles[element] = group
            position = group.start
        position = hit.end
        first = True
        for element in frame.order[at + 1 :]:
            group = self._right(sentence, frame, hit, position, high, first=first)
            if group is None:
                return None
            roles[element] = _listed(sentence, group) if frame.listing else group
            position = group.end
            first = False
        if frame.tail:
            tail = sentence.quote(position, min(position + frame.tail_gap, high))
            if not any(word in tail for word in frame.tail):
                return None
        for role, kinds in (("subject", frame.subject), ("object", frame.object)):
            if role in roles and not any(e.type in kinds for e in roles[role].members):
                return None
        if agent is None and not _is_whole(sentence, frame, roles.get("object")):
            return None
        return Match(frame, hit, roles.get("subject", agent), roles.get("object"), agent is not None)

    def _blocked(self, sentence: Sentence, frame: Frame, hit: Hit, low: int, high: int) -> bool:
        before = sentence.between(low, hit.start)
        embedding = self._cues.embedding if frame.order[0] == "trigger" and "object" in frame.order else ()
        if before.endswith(frame.blocked_by + embedding) or any(word in before for word in frame.unless):
            return True
        if frame.given:
            said = sentence.quote(sentence.start, hit.start)
            if not any(word in said for word in frame.given):
                return True
        if frame.nominal and not _NOUN_END.match(sentence.between(hit.end, high)):
            return True
        return frame.order[-1] != "trigger" and self._is_noun(sentence, hit)

    def _is_noun(self, sentence: Sentence, hit: Hit) -> bool:
        """Tell whether a verb stands as a noun where it is (平台建设、[购买服务])."""
        after = sentence.between(hit.end, hit.end + 2)
        if after.startswith("、"):
            next_hits = sentence.hits_between(hit.end + 1, hit.end + 2)
            return not any(h.word in self.verbs for h in next_hits)
        return after.startswith(_NOUN_MARKS)

    def _left(self, sentence: Sentence, frame: Frame, low: int, position: int, gap: int) -> Group | None:
        for group in reversed(sentence.groups):
            if group.end > position or (frame.among and group.oblique and group.start >= low):
                continue
            if group.start < low or position - group.end > gap or (frame.among and group.governed):
                return None
            if frame.scope == "clause" and any(
                h.word in self.verbs
                and h.word not in self._cues.light
                and h.word not in self._cues.prepositions
                for h in sentence.hits_between(group.end, position)
            ):
                return None
            return group
        return None

    def _right(
        self, sentence: Sentence, frame: Frame, hit: Hit, position: int, high: int, *, first: bool
    ) -> Group | None:
        gap = frame.max_gap if first else _FAR
        for at, group in enumerate(sentence.groups):
            if group.start < position or (frame.through and (group.oblique or group.governed)):
                continue
            if group.start >= high or group.start - position > gap:
                return None
            if not self._reaches(sentence, frame, hit, position, group):
                return None
            if frame.relative and first:
                return group
            return self._head(sentence, frame, at, high)
        return None

    def _reaches(self, sentence: Sentence, frame: Frame, hit: Hit, position: int, group: Group) -> bool:
        """Tell whether no verb of its own stands between a position and a group."""
        if frame.through:
            over = [h for h in sentence.hits_between(hit.end, group.start) if h.word in self.verbs]
            return bool(over) and over[0].start - hit.end <= 10 and over[0].word not in frame.not_over
        inside = position
        if frame.relation in _WIDE:
            inside += max(sentence.between(position, group.start).rfind("的", -12), 0)
        previous = hit
        for other in sentence.hits_between(inside, group.start):
            # In 研发、检测、认证等[机构] the verbs only enumerate.
            if other.word not in self.verbs or sentence.between(other.end, other.end + 1) in ("、", "等"):
                continue
            if not _joins(sentence.between(previous.end, other.start)):
                return False
            previous = other
        return True

    def _head(self, sentence: Sentence, frame: Frame, at: int, high: int) -> Group | None:
        """Return the group that the one at an index qualifies, or that group itself."""
        groups = sentence.groups
        over_verbs = frame.relation not in _NARROW
        first = at
        while groups[at].modifier or (
            at + 1 < len(groups)
            and is_relative(sentence, groups[at], groups[at + 1], over_verbs=over_verbs, verbs=self.verbs)
        ):
            at += 1
            if at >= len(groups) or groups[at].start >= high:
                return None
        if groups[at].oblique and not (at > first and groups[at - 1].modifier):
            return None
        return groups[at]


#: How many characters may stand between two roles on the same side of a trigger.
_FAR = 30
_NOUN_MARKS = (
    "等",
    "工作",
    "任务",
    "情况",
    "方面",
    "力度",
    "水平",
    "过程",
    "作为",
    "结果",
    "程序",
    "要求",
    "能力",
    "指标",
    "责任",
    "职责",
    "依据",
    "体系",
    "条件",
)
# Relations whose object stands right behind the verb: what follows a verb of its own is no part of it.
_NARROW = frozenset({"coordinatesWith", "reportsTo", "delegates", "supports", "approves"})
# Relations whose object may carry a long attribute with verbs in it (建成覆盖各领域、具有…的[体系]).
_WIDE = frozenset({"establishes"})
# What may follow a verb that stands as a noun behind its object (推进X建设。).
_NOUN_END = re.compile(
    r"\s*(?:$|[、和与及等的]|工作|任务|水平|力度|要求|需要|需求|进程|步伐|活动|以及|并|有关|方面|能力|服务|管理|质量|情况)"
)
# What may follow an object that qualifies nothing.
_CLOSED = re.compile(r"[，,。；;、：:（(）)\s”\"的和与及等并或以暨]|$")
# What may stand between the items of a list that commas set off.
_LISTED = re.compile(
    r"(?:[（(][^（）()]*[）)])?\s*[，,、]?\s*(?:[（(][^（）()]*[）)])?[，,、和及]?(?:以及)?\s*"
)
# What may stand between a lead word and its mention: no mention but one that qualifies it (对[示范区]内的[企业]).
_QUALIFIED = re.compile(rf"[^{MASK}]*(?:{MASK}+(?:内|外)?的?)?")


def _is_silent(silent: Sequence[tuple[int, int]], match: Match) -> bool:
    """Tell whether trigger and object stand where nothing is stated."""
    end = match.hit.end if match.object is None else max(match.hit.end, match.object.end)
    return any(low <= match.hit.start and end <= high for low, high in silent)


def _listed(sentence: Sentence, group: Group) -> Group:
    """Return a group with those that follow it in a list set off by commas."""
    members = list(group.members)
    for other in sentence.groups:
        if other.start < members[-1].end or other.inserted:
            continue
        if not _LISTED.fullmatch(sentence.between(members[-1].end, other.start)):
            break
        members += other.members
    return replace(group, members=members)


def _is_whole(sentence: Sentence, frame: Frame, group: Group | None) -> bool:
    """Tell whether an object is no attribute of what follows it, if its type must not be one."""
    if group is None or group.members[-1].type not in frame.whole:
        return True
    after = sentence.between(group.end, group.end + 1)
    return _CLOSED.match(after) is not None or after == MASK


def _governs(frame: Frame) -> bool:
    after = frame.order[frame.order.index("trigger") + 1 :]
    return "object" in after or "subject" in after


def _has_subject(reading: Reading, match: Match) -> bool:
    """Tell whether the doer at a match is one that its frame takes."""
    if match.subject is not None:
        return True
    doers = reading.at(match.hit.start).doers or (DOCUMENT,)
    return any(e.type in match.frame.subject for e in doers)


def _settle(sentence: Sentence, rivals: Sequence[Match]) -> list[Match]:
    """Return, for the members of each type of a group, the best match and those of verbs coordinated with it."""
    by_type: dict[EntityType, list[tuple[Match, Group]]] = defaultdict(list)
    for match in rivals:
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
    return bool(gap) and _joins(gap)


def _joins(gap: str) -> bool:
    return len(gap) <= 4 and gap.strip("、和与及或并以") in (
        "",
        "者",
        "积极",
        "加快",
        "逐步",
        "进一步",
        "不断",
    )


def _agent(sentence: Sentence, hit: Hit, cues: Cues) -> Group | None:
    """Return who does what a relative clause says ([省政府]设立的…), None where it does not say it."""
    for group in reversed(sentence.groups):
        if group.end <= hit.start:
            near = hit.start - group.end <= 4 and group.clause == sentence.clause_of(hit.start)
            before = sentence.between(group.start - 6, group.start)
            # 有利于[企业]发展的, 支持[企业]发展的: the group is not the doer of a deed, it thrives.
            moved = before.endswith(cues.embedding) or any(before.endswith(word) for word in cues.causatives)
            return group if near and not moved and group.members[-1].type == "Body" else None
    return None


def _lead(sentence: Sentence, frame: Frame, low: int, position: int) -> int | None:
    """Return where the nearest lead word before a position begins."""
    start = max(low, position - frame.lead_gap)
    segment = sentence.between(start, position)
    at, word = max(((segment.rfind(word), word) for word in frame.lead), default=(-1, ""))
    if at < 0 or not _QUALIFIED.fullmatch(segment, at + len(word)):
        return None
    return start + at

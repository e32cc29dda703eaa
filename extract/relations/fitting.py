"""Lay frames around the trigger words of one sentence, or say why they do not fit."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policykg.extract.relations.clauses import HEAD, MASK, Cues, Group, Hit, Sentence, is_relative
from policykg.extract.relations.frames import Frame
from policykg.extract.relations.plans import (
    FOLLOWED,
    FOLLOWED_FAR,
    MISSING,
    PRECEDED,
    PRECEDED_FAR,
    VERB,
    Plan,
)
from policykg.extract.relations.subjects import Reading


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
    trigger: tuple[int, int] = (0, 0)  # where the word that carries the predicate stands


class Fitter:
    """Fits frames in one sentence; `verbs` are the triggers that govern what follows them."""

    def __init__(
        self,
        sentence: Sentence,
        reading: Reading,
        verbs: frozenset[str],
        parting: frozenset[str],
        cues: Cues,
        *,
        explaining: bool,
    ) -> None:
        """Take a sentence.

        Args:
            parting: those of the verbs that no mention before them is tied to a trigger over.
        """
        self._sentence = sentence
        self._reading = reading
        self._verbs = verbs
        self._cues = cues
        self._parting = parting
        self._groups = sentence.groups
        self._starts = [group.start for group in sentence.groups]
        self._ends = [group.end for group in sentence.groups]
        #: The types of the sentence's mentions.
        self.kinds = frozenset([entity.type for group in sentence.groups for entity in group.members])
        self._explaining = explaining
        self._there = 0
        self._reached: dict[bool, bool] = {}
        self._low = self._high = 0
        self._before = self._after = ""
        self._next = 0  # index of the group behind the hit

    def fit(self, plan: Plan, hit: Hit) -> Match | str:
        """Lay a frame around a trigger that has been looked at; where it does not fit, return the reason."""
        if self._explaining:
            for role, kinds in plan.needs:
                if self.kinds.isdisjoint(kinds):
                    return f"no {' or '.join(sorted(kinds))} in the sentence for its {role}"
        if missing := plan.asks & ~self._there:
            return MISSING[missing & -missing]  # the first of them
        sentence, frame = self._sentence, plan.frame
        low, high, before = self._low, self._high, self._before
        if frame.scope == "sentence":
            low, high = sentence.start, sentence.end
            before = sentence.between(low, hit.start)
        if frame.nominal and plan.closing and not self._is_closed(hit):
            return "its verb governs what follows"
        if plan.leading and not self._explaining and plan.leading.isdisjoint(before):
            return "none of its lead words stands before it"
        if refusal := self._blocked(plan, hit, before):
            return refusal
        agent = None
        if not plan.closing and self._after.startswith("的"):
            agent = _agent(sentence, hit, self._cues)
            if agent is None:
                return "its verb qualifies what follows, and no doer stands before it"
        roles: dict[str, Group] = {}
        ahead = plan.ahead
        topic = self._reading.topic
        if frame.topical and ahead == ("object", "lead") and topic is not None and topic.end < low:
            roles["object"] = topic
            ahead = ()
        elif frame.spanning and (led := self._led(plan, low, hit.start, high)) is not None:
            roles["object"] = led
            ahead = ()
        position = hit.start
        for element in ahead:
            if element == "lead":
                spot = _lead(sentence, frame, low, position)
                if spot is None:
                    return f"none of its lead words stands before {sentence.quote(position, hit.end)!r}"
                position = spot
                continue
            group = self._left(frame, low, position, _FAR if roles else frame.max_gap)
            if group is None:
                return f"no {element} before it: no mention near enough, or another verb stands between"
            if element == "object" and sentence.between(group.end, group.end + 1) == "对":
                return f"{_name(group)} acts itself"  # 加强[基金]对创作的指导
            if element == "object" and HEAD.match(sentence.between(group.end, hit.start)):
                return f"{_name(group)} only qualifies what follows"
            if frame.relation == "partOf" and sentence.between(group.end, group.end + 1) in _OPENING:
                group = replace(group, members=group.members[-1:])  # [高校]、[院所]（含[医院]）
            roles[element] = group
            position = group.start
        position = hit.end
        first = True
        for element in plan.behind:
            found = self._right(frame, hit, position, high, first=first)
            if isinstance(found, str):
                return f"no {element} behind it: {found}"
            roles[element] = _listed(sentence, found) if frame.listing else found
            position = found.end
            first = False
        trigger = hit.end - len(hit.word.lstrip("的等")), hit.end
        if frame.tail:
            tail = sentence.quote(position, min(position + frame.tail_gap, high))
            if not any(word in tail for word in frame.tail):
                return "none of its tail words follows"
            if told := next((word for word in frame.told_by if word in tail), ""):
                trigger = position + tail.index(told), position + tail.index(told) + len(told)
        for role, kinds in plan.needs:
            if kinds.isdisjoint([e.type for e in roles[role].members]):
                return f"its {role} would be {_name(roles[role])}, no {' or '.join(sorted(kinds))}"
        if frame.joined_by and not _is_joined(sentence, roles["subject"], frame.joined_by):
            return "its members are not joined in the way it asks for (joined_by)"
        if agent is None and not _is_whole(sentence, hit, frame, roles.get("object")):
            return f"{_name(roles['object'])} only qualifies what follows"
        return Match(frame, hit, roles.get("subject", agent), roles.get("object"), agent is not None, trigger)

    def look_at(self, hit: Hit) -> None:
        """Note what all frames of one trigger ask."""
        sentence = self._sentence
        self._reached.clear()
        self._low, self._high = low, high = sentence.clauses[sentence.clause_of(hit.start)]
        self._before = sentence.between(low, hit.start)
        self._after = sentence.between(hit.end, hit.end + 2)
        self._there = 0 if self._is_noun(hit) else VERB
        self._next = bisect_left(self._starts, hit.end)
        if self._next < len(self._starts):
            self._there |= FOLLOWED_FAR if self._starts[self._next] >= high else FOLLOWED_FAR | FOLLOWED
        last = bisect_right(self._ends, hit.start) - 1
        if last >= 0:
            self._there |= PRECEDED_FAR if self._starts[last] < low else PRECEDED_FAR | PRECEDED

    def _blocked(self, plan: Plan, hit: Hit, before: str) -> str:
        frame, sentence = plan.frame, self._sentence
        if plan.blocked_by and before.endswith(plan.blocked_by):
            return "blocked by the word before it"
        for word in frame.unless:
            if word in before:
                return "blocked by a word before it (unless)"
        if frame.given:
            said = sentence.quote(sentence.start, hit.start)
            if not any(word in said for word in frame.given):
                return "none of the words that it asks for stands before it (given)"
        return ""

    def _is_noun(self, hit: Hit) -> bool:
        """Tell whether a verb stands as a noun where it is (平台建设、[购买服务])."""
        if self._after.startswith("、"):
            return not self._sentence.has(self._verbs, hit.end + 1, hit.end + 2)
        return self._after in _NOUN_MARKS or self._after.startswith("等")

    def _is_closed(self, hit: Hit) -> bool:
        """Tell whether what follows a verb lets it be a noun behind its object (推进X建设。)."""
        own = self._sentence.start
        return _NOUN_END.match(self._sentence.text, hit.end - own, self._high - own) is not None

    def _left(self, frame: Frame, low: int, position: int, gap: int) -> Group | None:
        for at in range(bisect_right(self._ends, position) - 1, -1, -1):
            group = self._groups[at]
            if frame.among and group.oblique and group.start >= low:
                continue
            if group.start < low or position - group.end > gap or (frame.among and group.governed):
                return None
            if frame.scope == "clause" and self._sentence.has(self._parting, group.end, position):
                return None
            return group
        return None

    def _led(self, plan: Plan, low: int, position: int, high: int) -> Group | None:
        """Return the group right behind the nearest lead word that has one, whatever follows up to the trigger."""
        start = max(low, position - _SPAN)
        segment = self._sentence.between(start, position)
        for at, word in sorted(_said(plan.frame.lead, segment), reverse=True):
            begin = start + at + len(word)
            index = bisect_left(self._starts, begin)
            if index == len(self._groups) or self._groups[index].end > position:
                continue
            if self._starts[index] - begin <= _BESIDE:
                head = self._head(plan.frame, index, high)
                if head is not None and head.end <= position and self._takes(plan, "object", head):
                    return head
        return None

    def _takes(self, plan: Plan, role: str, group: Group) -> bool:
        return any(e.type in kinds for name, kinds in plan.needs if name == role for e in group.members)

    def _right(self, frame: Frame, hit: Hit, position: int, high: int, *, first: bool) -> Group | str:
        """Return the group that follows, or why there is none."""
        gap = frame.max_gap if first else _FAR
        begin = self._next if first else bisect_left(self._starts, position)
        for at in range(begin, len(self._groups)):
            group = self._groups[at]
            if frame.through and (group.oblique or group.governed):
                continue
            if group.start >= high or group.start - position > gap:
                return self._because(group, "is too far")
            if not (
                self._reaches_first(frame, hit, group)
                if first
                else self._reaches(frame, hit, position, group)
            ):
                return self._because(group, "belongs to another verb")
            if frame.relative and first:
                return group
            return self._head(frame, at, high) or self._because(group, "only qualifies or is an adjunct")
        return "no mention follows"

    def _because(self, group: Group, reason: str) -> str:
        return f"{_name(group)} {reason}" if self._explaining else reason

    def _reaches_first(self, frame: Frame, hit: Hit, group: Group) -> bool:
        """Tell whether no verb stands between a trigger and a group; all frames of the trigger ask it."""
        if frame.through:
            return self._reaches(frame, hit, hit.end, group)
        wide = frame.relation in _WIDE
        if wide not in self._reached:
            self._reached[wide] = self._reaches(frame, hit, hit.end, group)
        return self._reached[wide]

    def _reaches(self, frame: Frame, hit: Hit, position: int, group: Group) -> bool:
        """Tell whether no verb of its own stands between a position and a group."""
        sentence = self._sentence
        if frame.through:
            over = [h for h in sentence.hits_between(hit.end, group.start) if h.word in self._verbs]
            return bool(over) and over[0].start - hit.end <= 16 and over[-1].word not in frame.not_over
        inside = position
        if frame.relation in _WIDE:
            inside += max(sentence.between(position, group.start).rfind("的", -12), 0)
        if not sentence.has(self._verbs, inside, group.start):
            return True
        previous = hit
        for other in sentence.hits_between(inside, group.start):
            # In 研发、检测、认证等[机构] the verbs only enumerate.
            if other.word not in self._verbs or sentence.between(other.end, other.end + 1) in ("、", "等"):
                continue
            # In 对设施建设给予[补助] the verb before the giving is a noun.
            if other.word in _GIVING or not joins(sentence.between(previous.end, other.start)):
                return False
            previous = other
        return True

    def _head(self, frame: Frame, at: int, high: int) -> Group | None:
        """Return the group that the one at an index qualifies, or that group itself."""
        groups = self._groups
        over_verbs = frame.relation not in _NARROW
        first = at
        while groups[at].modifier or (
            at + 1 < len(groups)
            and groups[at + 1].clause == groups[at].clause
            and is_relative(
                self._sentence, groups[at], groups[at + 1], over_verbs=over_verbs, verbs=self._verbs
            )
        ):
            at += 1
            if at >= len(groups) or groups[at].start >= high:
                return None
        if groups[at].oblique and not (at > first and groups[at - 1].modifier):
            return None
        return groups[at]


_OPENING = ("（", "(")
_GIVING = frozenset({"给予", "予以", "加以"})
#: How many characters may stand between two roles on the same side of a trigger.
_FAR = 30
#: How many characters may stand between a lead word and a trigger where anything may stand between them.
_SPAN = 80
_BESIDE = 6
_NOUN_MARKS = frozenset(
    (
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
_CLOSED = re.compile(r"[，,。；;、：:（(）)\s”\"的和与及等并或以暨]|负责|承担|履行|作为|用于|$")
# What may stand between the items of a list that commas set off.
_LISTED = re.compile(
    r"(?:[（(][^（）()]*[）)])?\s*[，,、]?\s*(?:[（(][^（）()]*[）)])?[，,、和及]?(?:以及)?\s*"
)
# What may stand between a lead word and its mention: no mention but one that qualifies it (对[示范区]内的[企业]).
_QUALIFIED = re.compile(rf"[^{MASK}]*(?:{MASK}+(?:内|外)?的?)?")


def _name(group: Group) -> str:
    return "、".join(dict.fromkeys(entity.name for entity in group.members))


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


def _is_joined(sentence: Sentence, group: Group, words: Sequence[str]) -> bool:
    gaps = [sentence.between(a.end, b.start) for a, b in pairwise(group.members)]
    return any(word in gap for word in words for gap in gaps)


def _is_whole(sentence: Sentence, hit: Hit, frame: Frame, group: Group | None) -> bool:
    """Tell whether an object is no attribute of what follows it, if its type must not be one.

    A number behind it counts what is to be made (建设[渔港]5座); 建成[渔港]5座 tells of the past.
    """
    if group is None or group.members[-1].type not in frame.whole:
        return True
    after = sentence.between(group.end, group.end + 2)
    counted = after[:1].isdigit() and not hit.word.endswith("成")
    return counted or _CLOSED.match(after) is not None or after.startswith(MASK)


def joins(gap: str) -> bool:
    """Tell whether the text between two verbs joins them (制定和实施)."""
    return len(gap) <= 4 and gap.strip("、和与及或并以") in _JOINS


_JOINS = ("", "者", "积极", "加快", "逐步", "进一步", "不断")


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
    at, word = max(_said(frame.lead, segment), default=(-1, ""))
    if at < 0 or not _QUALIFIED.fullmatch(segment, at + len(word)):
        return None
    return start + at


def _said(words: Sequence[str], segment: str) -> list[tuple[int, str]]:
    """Return where each of the words stands last in a segment, for those that do."""
    return [(at, word) for word in words if (at := segment.rfind(word)) >= 0]

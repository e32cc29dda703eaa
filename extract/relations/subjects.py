"""Find who acts: the doer at each place of a sentence, and the subject a sentence takes over from around it.

The rules are (a) to (e) of gold/GUIDELINES.md section 3, "Who is the subject".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from policykg.extract.records import Modality
from policykg.extract.relations.clauses import HEAD, MASK, Cues, Entity, Group, Hit, Sentence, is_relative
from policykg.extract.relations.items import ITEM
from policykg.extract.structure.signatures import DATE

Doers = tuple[Entity, ...]


@dataclass(slots=True)
class Context:
    """From `start` on, `doers` act; empty `doers` mean that the sentence names no one.

    `outer` is who acts around a causative (the one who supports, where A is supported in doing something), `cause`
    the causative's hit; `used` is set once a doer has been found to do something;
    `carried` where the doers are those of the sentence before, `charge` the span of the list in charge that they
    come from, if any, `unnamed` where someone acts who is no mention.
    """

    start: int
    doers: Doers
    modality: Modality | None = None
    cause: Hit | None = None
    outer: "Context | None" = None
    group: Group | None = None
    used: bool = False
    carried: bool = False
    charge: tuple[int, int] | None = None
    unnamed: bool = False


@dataclass(slots=True)
class Reading:
    """The contexts of one sentence, in rising order, and its grammatical subject (for the sentences that follow).

    `unnamed` is true where someone acts in it who is no mention.
    """

    contexts: list[Context] = field(default_factory=list)
    subject: Doers = ()
    topic: Group | None = None
    unnamed: bool = False

    def at(self, position: int) -> Context:
        """Return the context that holds at a position."""
        found = self.contexts[0]
        for context in self.contexts:
            if context.start > position:
                break
            found = context
        return found


_START = attrgetter("start")
_SUBJECTS = frozenset({"Body", "Program", "Mechanism"})
_OPENING = 22  # characters that may stand before a subject in its clause (第十二条 本市各级…)
_ADVERBS = 8  # characters that may stand before a clause's own verb (进一步积极支持…)
_LONGEST = 40  # characters of a subject that is no mention
_GIVING = ("向", "为", "给", "将", "把")
_WITH = ("与", "同")
#: A causative behind one of these says what something is for (旨在促进[企业]发展).
_AIMS = ("旨在", "用于", "有利于", "有助于", "以利于")
_PHRASES = ("对", "对于", "为", "向")
_REACH = 24  # characters between a causative and the one that is to act
# [省政府]设立的: an attribute that names who did it.
_OWNED = re.compile(MASK + r"+(?:[一-龥]{1,6}|((?:负责|主管)[^，,。；;]{1,30}))的$")
_QUALIFIES = re.compile(r"(?:负责|主管)[^，,。；;]{1,30}的")
_OTHERS = re.compile(r"(?:和|或|或者|及|、)(?:个人|人员)[^，,。；;、的]{0,8}的")
_ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]([^，,。；;：:（(]*)")
_CLOSING = ("）", ")")
_DATED = re.compile(rf"\s*{DATE}\s*")
_NOMINAL = re.compile(
    rf"^[”]?(?:等)?(?:的(?!，)|之间|(?:建设|发展)(?!{MASK})|成果|资格|方面|情况|工作人员|负责人|人员|领导(?:人员|干部|班子|下)|以外|一样|作用|主体|优势)"
)


def read_subjects(sentence: Sentence, cues: Cues, inherited: Doers, verbs: frozenset[str]) -> Reading:
    """Find the contexts of a sentence.

    Args:
        inherited: the subject it takes over where it names none; empty for the document.
        verbs: the trigger words of all frames.
    """
    reading = Reading([Context(sentence.start, inherited)])
    base = reading.contexts[0]
    groups = [g for g in sentence.groups if not g.inserted]
    taken: set[int] = set()
    turns = [hit for hit in sentence.hits if hit.word in cues.pivots]
    # Behind a causative any word may show that its deed is over.
    moved = any(hit.word in cues.causatives for hit in turns)
    items: list[Hit | Group] = [*(sentence.hits if moved else turns), *groups]
    for item in sorted(items, key=_START):
        if isinstance(item, Group):
            if id(item) in taken or item.modifier:
                continue
            if (opened := _subject(sentence, item, cues, verbs)) is not None:
                members, at = opened
                base = Context(at, members)
                reading.contexts.append(base)
                reading.subject = members
            continue
        current = reading.contexts[-1]
        if current.cause is None and item.word not in cues.pivots:
            continue
        clause = sentence.clause_of(item.start)
        if (
            current.cause is not None
            and clause != sentence.clause_of(current.cause.start)
            and (
                (item.word in cues.causatives and item.start - sentence.clauses[clause][0] <= _ADVERBS)
                or current.cause.word in cues.brief
            )
        ):
            current = Context(item.start, base.doers)
            reading.contexts.append(current)
        if item.word in cues.causatives and not _inside_phrase(sentence, item, clause):
            target = _patient(sentence, item, groups, cues, verbs)
            if target is not None:
                taken.add(id(target))
                members = tuple(m for m in target.members if m.type in _SUBJECTS)
                modality = cues.causatives[item.word]
                outer = current if current.cause is not None else base
                reading.contexts.append(Context(target.end, members, modality, item, outer, target))
            elif (other := _unnamed_patient(sentence, item, cues, verbs)) is not None:
                outer = current if current.cause is not None else base
                reading.contexts.append(Context(other, (), cues.causatives[item.word], item, outer))
        elif item.word in cues.duties and (founded := _founded(sentence, item, groups, cues)) is not None:
            base = Context(item.start, tuple(founded.members))
            reading.contexts.append(base)
            reading.subject = base.doers
        elif item.word in cues.topics and reading.topic is None:
            reading.topic = _topic(sentence, item, groups, verbs)
        elif item.word == "由":
            agent = _following(groups, item, sentence, _REACH, verbs)
            if agent is not None and agent.members[0].type in ("Body", "Program"):
                taken.add(id(agent))
                base = Context(agent.end, tuple(m for m in agent.members if m.type in ("Body", "Program")))
                reading.contexts.append(base)
                reading.subject = base.doers
    acting = _unnamed(sentence, reading, cues, verbs)
    if acting is not None:
        reading.contexts.append(Context(acting, (), unnamed=True))
        reading.unnamed = True
    reading.contexts.sort(key=_START)
    return reading


def _subject(sentence: Sentence, group: Group, cues: Cues, verbs: frozenset[str]) -> tuple[Doers, int] | None:
    """Return the doers and where they begin to act, if the group is the grammatical subject of its clause."""
    clause_start, clause_end = sentence.clauses[group.clause]
    if sentence.between(clause_start - 1, clause_start) in _CLOSING:
        opened = sentence.clauses[max(group.clause - 2, 0)][0]
        if sentence.has(cues.topics, opened, clause_start):
            return None  # 对通过甲（乙）认定的[企业]: the phrase goes on behind the parentheses
    before = sentence.between(clause_start, group.start)
    if before and ((len(before) > _OPENING and MASK not in before) or not _only_determines(before, cues)):
        return None
    members = tuple(group.members)
    if not _SUBJECTS.issuperset([member.type for member in members]):
        return None
    following = next((g for g in sentence.groups if g.start >= group.end and g.clause == group.clause), None)
    if following is not None:
        first = next(
            (h for h in sentence.hits_between(group.end, following.start) if h.word not in cues.ignored), None
        )
        if first is not None and first.word in verbs and sentence.between(first.end, first.end + 1) == "的":
            return None  # [省政府]设立的[基金]…: the head is the subject
        if _QUALIFIES.fullmatch(sentence.between(group.end, following.start)):
            return None  # [省政府]负责…的[部门]: the head is the subject
    # An attribute before a body may hold verbs (从事研究的[企业]); before anything else it is the verb's object.
    attribute = before.rfind("的") + 1 if members[0].type == "Body" and MASK not in before else 0
    owned = _OWNED.search(before) if before.endswith("的") else None
    deed = clause_start + len(before) - 1
    if (
        owned is not None
        and not owned[1]
        and not any(h.end == deed for h in sentence.hits_between(deed - 6, deed))
    ):
        owned = None  # [管委会]建立高效的[体制]: no verb before 的
    if owned is not None and _only_determines(before[: owned.start()], cues):
        attribute = owned.end()
    for hit in sentence.hits_between(clause_start, group.start):
        if hit.word in cues.topics:
            return None
        if hit.start < clause_start + attribute and hit.word not in cues.modals:
            if hit.word in _GIVING and not sentence.has(verbs, hit.end, clause_start + attribute):
                return None  # 向符合条件的[企业]…; but 为社会提供服务的[机构] may act
            continue
        if hit.word in cues.modals and attribute:
            return None
        if hit.word in cues.ignored or hit.word in cues.modals:
            continue
        if hit.word in ("在", "经") and MASK in sentence.between(hit.end, group.start):
            continue  # 在示范区内[企业]…: the place is another group
        if (
            hit.word in cues.causatives
            or hit.word in cues.prepositions
            or hit.word in cues.passives
            or hit.word in verbs
        ):
            return None
    after = sentence.between(group.end, clause_end)
    if _NOMINAL.match(after) or _signs(sentence, group, after, verbs):
        return None
    if after.lstrip().startswith("由"):
        return None
    acts = any(
        h.word in verbs or h.word in cues.modals or h.word in cues.causatives or h.word in cues.prepositions
        for h in sentence.hits_between(group.end, clause_end)
    )
    last = group.clause + 1 >= len(sentence.clauses)
    if not acts and not last and after.rstrip().endswith("的"):
        # [单位]遇有下列情形的，应当…: the condition names who is bound
        low, high = sentence.clauses[group.clause + 1]
        acts = sentence.has(cues.modals.keys(), low, min(low + 2, high))
    if not acts and (after.strip("”等各方面 ") or last):
        return None
    if not acts and members[0].type != "Body" and sentence.between(clause_end, clause_end + 1) in ("|", "\t"):
        return None  # a cell of a table, beside which others do something
    return members, group.end


def _signs(sentence: Sentence, group: Group, after: str, verbs: frozenset[str]) -> bool:
    """Tell whether a group only signs: a date follows it, and no deed of that day ([科技局]2022年9月30日“…”规划…)."""
    date = _DATED.match(after)
    if date is None:
        return False
    deed = group.end + date.end()
    return not sentence.has(verbs, deed, deed + 4)


def _unnamed(sentence: Sentence, reading: Reading, cues: Cues, verbs: frozenset[str]) -> int | None:
    """Return where a subject that is no mention begins to act (所在地居民委员会应当…), None where there is none.

    Only the end of the words before a clause's verb tells it: 部门, 人员, 企业 act, 措施 does not.
    """
    named = min([c.start for c in reading.contexts[1:]], default=sentence.end + 1)
    for at, (start, end) in enumerate(sentence.clauses):
        if named <= end:
            return None
        first: Hit | None = None
        for hit in sentence.hits_between(start, end):
            if hit.word not in verbs and hit.word not in cues.closed:
                continue
            # A verb may stand in the name of who is bound by what follows: 潮汐服务提供者应当….
            if first is not None and (
                hit.word not in cues.modals or MASK in sentence.between(start, hit.start)
            ):
                continue
            before = sentence.between(start, hit.start)
            before = before[before.rfind(MASK) + 1 :]
            if 2 <= len(before) <= _LONGEST and before.endswith(cues.actors):
                return hit.start
            if (
                at == 1
                and hit.start == start
                and hit.word in cues.modals
                and _is_bound(sentence, cues, verbs)
            ):
                return hit.start
            first = first or hit
            if first.start == start:
                break
    return None


def _is_bound(sentence: Sentence, cues: Cues, verbs: frozenset[str]) -> bool:
    """Tell whether the first clause only names who is bound by the second: 网络运营者等有关单位和个人，应当…."""
    start, end = sentence.clauses[0]
    who = sentence.between(start, end)
    return (
        who.endswith(cues.actors)
        and not sentence.has(verbs, start, end)
        and not sentence.has(cues.closed, start, end)
    )


def _only_determines(before: str, cues: Cues) -> bool:
    """Tell whether the text between a clause's start and a mention holds only what picks the mention out."""
    # Attributes: 符合条件的, or one that is a mention: [示范区]所在地
    attribute = max(before.rfind("的"), before.rfind(MASK)) + 1
    rest = before[attribute:]
    if not attribute and (number := ITEM.match(rest)):
        rest = rest[number.end() :]
    return not rest or cues.determiners.fullmatch(rest) is not None


def _founded(sentence: Sentence, duty: Hit, groups: Sequence[Group], cues: Cues) -> Group | None:
    """Return the body whose duties follow its founding (设立[管理机构]，负责…)."""
    low, _ = sentence.clauses[sentence.clause_of(duty.start)]
    before = next((g for g in reversed(groups) if g.end <= duty.start), None)
    if (
        before is None
        or duty.start - before.end > 4
        or (before.end < low and sentence.between(low, duty.start).strip())
    ):
        return None
    start = sentence.clauses[before.clause][0]
    founded = sentence.has(cues.founding, start, before.start)
    return before if founded and all(e.type == "Body" for e in before.members) else None


def _topic(sentence: Sentence, hit: Hit, groups: Sequence[Group], verbs: frozenset[str]) -> Group | None:
    """Return the head of a phrase 对…, that a comma closes: the last group of its clause."""
    clause = sentence.clause_of(hit.start)
    inside = [g for g in groups if g.clause == clause and g.start >= hit.end]
    if not inside or clause + 1 >= len(sentence.clauses) or hit.start - sentence.clauses[clause][0] > 14:
        return None
    head = inside[-1]
    between = sentence.between(hit.end, head.start)
    plain = hit.end + between.rfind("的") + 1
    rest = sentence.between(head.end, sentence.clauses[clause][1])
    # 对获得[补贴]的项目，…, 对[补贴]项目，…
    owned = rest.startswith(("的", "项目")) and head.members[0].type == "Mechanism"
    if len(rest) > 12 or owned or HEAD.match(rest) or sentence.has(verbs, plain, head.start):
        return None
    return head


def _inside_phrase(sentence: Sentence, cause: Hit, clause: int) -> bool:
    """Tell whether a causative stands in an attribute or aim of another phrase (对促进[企业]发展的[单位]给予…, 旨在促进…)."""
    if sentence.between(cause.start - 4, cause.start).endswith(_AIMS):
        return True
    before = sentence.hits_between(sentence.clauses[clause][0], cause.start)
    return any(h.word in _PHRASES and MASK not in sentence.between(h.end, cause.start) for h in before)


def _patient(
    sentence: Sentence, cause: Hit, groups: Sequence[Group], cues: Cues, verbs: frozenset[str]
) -> Group | None:
    """Return the group that a causative makes act (支持[企业]…), None where it has a verb or nothing behind it."""
    group = _following(groups, cause, sentence, _REACH, verbs)
    if group is None:
        return None
    head = _head(sentence, group, groups, verbs)
    if head is None or head.members[0].type not in _SUBJECTS:
        return None
    rest = sentence.between(head.end, sentence.clauses[head.clause][1])
    if rest.startswith("的") or _OTHERS.match(rest):
        return None  # 鼓励[高校]的科技人员…, 支持[企业]和个人研发的技术…: they are no mentions
    if (inside := _ASIDE.match(sentence.between(head.end, sentence.end))) is not None:
        rest = inside[1]
    if _thrives(rest, cues):
        return None  # 支持[平台]建设，推行…: it thrives, and someone else goes on to act
    return head


def _unnamed_patient(sentence: Sentence, cause: Hit, cues: Cues, verbs: frozenset[str]) -> int | None:
    """Return where someone begins to act whom a causative moves and who is no mention (引导社会资本与[企业]设立…)."""
    _, high = sentence.clauses[sentence.clause_of(cause.start)]
    if sentence.between(cause.end, high).startswith(cues.local):
        return cause.end
    words = (h for h in sentence.hits_between(cause.end, high) if h.word in verbs or h.word in cues.closed)
    first = next(words, None)
    if first is None:
        return None
    moved = sentence.between(cause.end, first.start)
    while moved.endswith(cues.adverbs):
        moved = moved[: -next(len(word) for word in cues.adverbs if moved.endswith(word))]
    if MASK in moved or not 2 <= len(moved) <= _LONGEST:
        return None
    # Whatever stands before 与 acts with what follows it.
    return first.start if first.word in _WITH or moved.endswith(cues.actors) else None


def _thrives(rest: str, cues: Cues) -> bool:
    """Tell whether the rest of a clause only says that what stands before it thrives (支持[企业]加快发展)."""
    if rest.startswith("在"):
        rest = rest[rest.rfind(MASK) + 1 :]  # 支持[企业]在[园区]集聚发展，…
    rest = rest.strip("”等 的")
    return bool(rest) and cues.thriving.fullmatch(rest) is not None


def _head(sentence: Sentence, group: Group, groups: Sequence[Group], verbs: frozenset[str]) -> Group | None:
    """Follow modifiers to the group they qualify (示范区内的[企业])."""
    at = next((i for i, g in enumerate(groups) if g is group), None)
    if at is None:
        return None
    while groups[at].modifier or (
        at + 1 < len(groups)
        and is_relative(sentence, groups[at], groups[at + 1], over_verbs=False, verbs=verbs)
    ):
        at += 1
        if at >= len(groups) or groups[at].clause != group.clause:
            return None
    return groups[at]


def _following(
    groups: Sequence[Group], hit: Hit, sentence: Sentence, reach: int, verbs: frozenset[str]
) -> Group | None:
    clause = sentence.clause_of(hit.start)
    for group in groups:
        if group.start >= hit.end:
            if group.clause != clause or group.start - hit.end > reach or group.oblique:
                return None
            gap = sentence.between(hit.end, group.start)
            if gap.endswith(_OBLIQUE):
                return None
            if sentence.has(verbs, hit.end, group.start) and not _RELATIVE_END.search(gap):
                return None
            return group
    return None


# 支持经[海关]登记的企业…
_OBLIQUE = ("经", "按")
# 支持实施科技成果转化的[企业]…: the verb before 的 only tells which ones.
_RELATIVE_END = re.compile(r"的(?:各类|有关|相关|优秀|优质|其他)?$")

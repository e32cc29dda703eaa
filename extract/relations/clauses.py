"""Lay out one sentence for the relation rules: clauses, coordinated mentions, cue words, modality.

Everything works on a *masked* text, in which each character of a mention is a placeholder, so that no word inside a
name is ever taken for a verb. Offsets are those of the document's text throughout.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import NamedTuple, cast

from policykg.extract.records import EntityType, Modality

#: Stands for each character of a mention in a masked text.
MASK = "\ue000"


class Entity(NamedTuple):
    """A mention as the rules see it: [start, end), its type and its canonical name."""

    start: int
    end: int
    type: EntityType
    name: str

    @property
    def place(self) -> tuple[int, int] | None:
        """Where it stands, None for what stands nowhere: the document itself."""
        return (self.start, self.end) if self.start >= 0 else None


@dataclass(slots=True)
class Group:
    """Mentions joined in one coordination (A、B和C, A、B等C), in text order.

    `modifier` is true where the group only qualifies what follows it (示范区内的[企业]).
    """

    members: list[Entity]
    clause: int
    modifier: bool = False
    oblique: bool = False
    governed: bool = False
    inserted: bool = False
    start: int = field(init=False)
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.members[0].start
        self.end = self.members[-1].end

    def add(self, entity: Entity) -> None:
        """Take in one more member behind the others."""
        self.members.append(entity)
        self.end = entity.end


class Hit(NamedTuple):
    """A cue or trigger word found at [start, end) outside all mentions."""

    start: int
    end: int
    word: str


@dataclass(slots=True)
class Sentence:
    """One unit of text laid out: `clauses` are half-open spans in rising order, `groups` and `hits` in text order.

    `text` is the masked text of the unit, `raw` the text itself.
    """

    start: int
    end: int
    text: str
    raw: str
    clauses: list[tuple[int, int]]
    groups: list[Group] = field(default_factory=list)
    hits: Sequence[Hit] = ()
    _starts: list[int] = field(init=False)
    _words: list[str] = field(init=False)
    _cuts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._starts = [hit.start for hit in self.hits]
        self._words = [hit.word for hit in self.hits]
        self._cuts = [start for start, _ in self.clauses]

    def between(self, start: int, end: int) -> str:
        """Return the masked text of [start, end)."""
        own = self.start
        start = start - own if start > own else 0
        return self.text[start : end - own] if end - own > start else ""

    def quote(self, start: int, end: int) -> str:
        """Return the text of [start, end), mentions included."""
        return self.raw[max(0, start - self.start) : max(0, end - self.start)]

    def clause_of(self, position: int) -> int:
        """Return the index of the clause that holds a position."""
        return (bisect_right(self._cuts, position) or 1) - 1

    def hits_between(self, start: int, end: int) -> Sequence[Hit]:
        """Return the hits that begin in [start, end)."""
        first = bisect_left(self._starts, start)
        return self.hits[first : bisect_left(self._starts, end, first)]

    def has(self, words: AbstractSet[str], start: int, end: int) -> bool:
        """Tell whether a hit of one of these words begins in [start, end)."""
        first = bisect_left(self._starts, start)
        return not words.isdisjoint(self._words[first : bisect_left(self._starts, end, first)])


@dataclass(frozen=True, slots=True)
class Cues:
    """The closed-class words that the sentence layout and the subject rules need; data/frames/cues.toml holds them."""

    causatives: dict[str, Modality]
    modals: dict[str, Modality]
    prepositions: frozenset[str]
    passives: frozenset[str]
    adjuncts: frozenset[str]
    topics: frozenset[str]
    light: frozenset[str]
    brief: frozenset[str]
    thriving: re.Pattern[str]
    adverbs: tuple[str, ...]
    local: tuple[str, ...]
    negations: re.Pattern[str]
    actors: tuple[str, ...]
    embedding: tuple[str, ...]
    founding: frozenset[str]
    duties: frozenset[str]
    determiners: re.Pattern[str]
    ignored: frozenset[str]
    lead_ins: tuple[str, ...]
    charge_labels: tuple[str, ...]
    partner_labels: tuple[str, ...]
    charge_label: re.Pattern[str]  # any of these labels
    closed: frozenset[str]
    pivots: frozenset[str]  # what may change who acts
    negating: frozenset[str]  # the characters that negations begin with

    def words(self) -> set[str]:
        """Return every word that must be found in the text; `ignored` only hides shorter ones."""
        return {
            *self.causatives,
            *self.modals,
            *self.prepositions,
            *self.passives,
            *self.light,
        }


@cache
def load_cues() -> Cues:
    """Load the closed-class words of the package."""
    source = resources.files("policykg.extract.data.frames") / "cues.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))

    def by_modality(table: dict[str, list[str]]) -> dict[str, Modality]:
        return {word: cast(Modality, kind) for kind, words in table.items() for word in words}

    causatives = by_modality(data["causative"])
    modals = by_modality(data["modal"])
    prepositions = frozenset(data["subject"]["preposition"])
    passives = frozenset(data["subject"]["passive"])
    topics = frozenset(data["subject"]["topic"])
    duties = frozenset(data["subject"]["duty"])
    return Cues(
        causatives=causatives,
        modals=modals,
        prepositions=prepositions,
        passives=passives,
        closed=frozenset(causatives) | frozenset(modals) | passives | (prepositions - {"等", "有"}),
        adjuncts=frozenset(data["subject"]["adjunct"]),
        topics=topics,
        light=frozenset(data["subject"]["light"]),
        brief=frozenset(data["subject"]["brief"]),
        determiners=_row_of(data["subject"]["determiner"]),
        thriving=_row_of(data["subject"]["thriving"]),
        local=tuple(data["subject"]["local"]),
        adverbs=tuple(data["subject"]["adverb"]),
        negations=re.compile(
            f"(?!{_either(data['subject']['affirmed'])})(?:{_either(data['subject']['negation'])})"
        ),
        negating=frozenset(word[0] for word in data["subject"]["negation"]),
        actors=tuple(data["subject"]["actor"]),
        embedding=tuple(data["subject"]["embedding"]),
        founding=frozenset(data["subject"]["founding"]),
        duties=duties,
        pivots=frozenset(causatives) | topics | duties | passives,
        ignored=frozenset(data["subject"]["ignored"]),
        lead_ins=tuple(data["subject"]["lead_in"]),
        charge_labels=tuple(data["charge"]["label"]),
        partner_labels=tuple(data["charge"]["partner"]),
        charge_label=re.compile(_either([*data["charge"]["label"], *data["charge"]["partner"]])),
    )


def _row_of(words: Iterable[str]) -> re.Pattern[str]:
    """Build what matches words one after the other, the longest at each place; white space may end it."""
    return re.compile(rf"(?:{_either(words)})*+\s*")


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_CLAUSE = re.compile(r"[，,：:；;。！？!?（(）)\n\t|]|——")
# What stands between two members of one coordination, most often, and what may stand there: a few members that are no mentions (A、乙、丙、B), and an
# attribute of the next member, which must hold no verb; it is the last group.
_AND = ("、", "和", "与", "及", "或", "”“")
_JOINT = re.compile(
    r"\s*(?:等|业务|产品|工作|服务|建设|制度|管理)?\s*(?:[、和与及或]|以及|及其|或者|等|”“|”、“|”和“)\s*"
    rf"(?:[^，,：:；;。、（）()\n{MASK}]{{2,10}}、){{0,3}}([^，,：:；;。、（）()\n]{{0,16}})"
)
# A、B，以及全球知名的C: a coordination that runs over a comma.
_ALSO = re.compile(
    rf"[，,]\s*(?:以及|及其|及|和)(?:各类|有关|相关|其他|各|[^，,：:；;。、（）()\n{MASK}]{{0,8}}的)?"
)
_FAR = 40  # characters between two members
_ATTRIBUTE = re.compile(
    r"[”]?(?:内|外|中|所属|所在地|所在|下属|辖区内|辖内|范围内|区域内)?的?(?:各类|有关|相关|各级|各|其他)?[“]?"
)
# 以[企业]为主体…的[体系]: a group that is something's core only qualifies what follows.
_ROLE = re.compile(
    r"[^，,：:；;。、（）()\ue000\n]{0,6}为(?:主体|核心|引导|导向|主导|主的|主、|骨干|基础|依托|支撑|纽带|载体|重点|牵引|龙头)"
)
#: [平台]建设单位, [企业]负责人: who builds or leads it is meant.
HEAD = re.compile("(?:建设|运营|承担|实施|牵头|管理)单位|负责人|带头人|[一-龥]{2}者")
# Prepositions whose object may have an attribute of its own (对符合条件的[企业]); others stand in the attribute.
_GOVERNING = frozenset(
    {
        "对",
        "对于",
        "向",
        "为",
        "与",
        "同",
        "给",
        "将",
        "把",
        "以",
        "针对",
        "面向",
        "会同",
        "联合",
        "通过",
        "按",
        "经",
    }
)
_RELATIVE = re.compile(r"[^，,：:；;。\n]{0,40}的[^，,：:；;。、的\n]{0,10}")


def lay_out(
    raw: str,
    masked: str,
    extent: tuple[int, int],
    entities: Sequence[Entity],
    hits: Sequence[Hit],
    verbs: frozenset[str],
    cues: Cues,
) -> Sentence:
    """Lay out one unit.

    Args:
        raw, masked: the text of the whole document and its masked form.
        extent: the unit, half-open.
        entities: the unit's outermost mentions, targets left out, in text order.
        hits: the unit's hits in text order.
        verbs: the words among them that keep two mentions from being one coordination.
    """
    start, end = extent
    text = masked[start:end]
    clauses = []
    at = start
    depth = 0
    inserted: list[bool] = []
    for cut in _CLAUSE.finditer(text):
        stop = start + cut.start()
        if stop > at:
            clauses.append((at, stop))
            inserted.append(depth > 0)
        mark = cut[0]
        if mark in "（(":
            depth += 1
        elif depth and mark in "）)":
            depth -= 1
        at = start + cut.end()
    if end > at:
        clauses.append((at, end))
        inserted.append(depth > 0)
    sentence = Sentence(start, end, text, raw[start:end], clauses or [(start, end)], hits=hits)
    for entity in entities:
        clause = sentence.clause_of(entity.start)
        last = sentence.groups[-1] if sentence.groups else None
        if last is not None and last.clause + 1 == clause and _runs_on(sentence, last, entity):
            last.add(entity)
            continue
        if last is not None and last.clause == clause:
            gap = sentence.between(last.end, entity.start)
            if gap in _AND or (entity.type == last.members[-1].type == "Document" and len(gap) < 3):
                last.add(entity)
                continue
            if _ATTRIBUTE.fullmatch(gap):
                last.modifier = True
            elif len(gap) <= _FAR and (joint := _JOINT.fullmatch(gap)) and not joint[1].startswith("的"):
                other = joint[1].startswith(("其他", "有关", "相关", "各类", "从事", "承担")) and joint[
                    1
                ].endswith("的")
                at = last.end + joint.start(1)
                parted = sentence.has(verbs, at, entity.start) or sentence.has(cues.closed, at, entity.start)
                if other or not parted:
                    last.add(entity)
                    continue
        sentence.groups.append(Group([entity], clause, inserted=bool(inserted) and inserted[clause]))
    _merge_over_modifiers(sentence)
    with_roles = "为" in text
    for group in sentence.groups:
        after = group.end - start
        if (with_roles and _ROLE.match(text, after)) or HEAD.match(text, after):
            group.modifier = True
        low = sentence.clauses[group.clause][0]
        before = sentence.hits_between(max(low, group.start - 12), group.start)
        for hit in reversed(before):
            if hit.word in verbs or MASK in sentence.between(hit.end, group.start):
                break
            if hit.word in cues.adjuncts:
                group.oblique = True
            elif hit.word in cues.prepositions and (
                hit.word in _GOVERNING or "的" not in sentence.between(hit.end, group.start)
            ):
                group.governed = hit.word != "等" or group.governed
    return sentence


def _runs_on(sentence: Sentence, group: Group, entity: Entity) -> bool:
    """Tell whether a mention behind a comma goes on with the coordination before it ([高校]、[院所]，以及[企业])."""
    if group.members[-1].type != entity.type or group.modifier:
        return False
    return _ALSO.fullmatch(sentence.between(group.end, entity.start)) is not None


def _merge_over_modifiers(sentence: Sentence) -> None:
    """Join A、示范区内的B: where the last member of a coordination qualifies the next group, the rest are B's fellows."""
    groups: list[Group] = []
    for group in sentence.groups:
        before = groups[-1] if groups else None
        if (
            before is not None
            and before.modifier
            and len(before.members) > 1
            and before.clause == group.clause
            and before.members[0].type == group.members[0].type
        ):
            groups[-1] = Group(
                before.members[:-1] + group.members, group.clause, group.modifier, inserted=group.inserted
            )
        else:
            groups.append(group)
    sentence.groups = groups


def is_relative(
    sentence: Sentence, group: Group, following: Group, *, over_verbs: bool, verbs: frozenset[str]
) -> bool:
    """Tell whether a group stands in a relative clause that qualifies the following one (企业共同参与的[机制])."""
    if group.clause != following.clause:
        return False
    gap = sentence.between(group.end, following.start)
    if "的" not in gap or len(gap) > 52 or not _RELATIVE.fullmatch(gap):
        return False
    if following.oblique or (following.governed and not group.governed):
        return False
    return over_verbs or not sentence.has(verbs, group.end, following.start)

"""Find the targets: clauses that state a result to be reached, with a number or without."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from policykg.extract.annotations import (
    MENTIONS,
    make_span,
    measures,
    read_spans,
    read_stretches,
    text_of,
    write_spans,
)
from policykg.extract.normalise import fold, squeeze
from policykg.extract.numbers.horizon import ZONES, Horizon, Zone
from policykg.extract.numbers.kinds import KINDS
from policykg.extract.records import Measure, MeasureKind
from policykg.extract.rulefiles import Example, PatternError, any_of, named_items, read_examples, read_toml

#: A clause longer than this is no statement of one result.
LONGEST_TARGET = 120
_KEYS = ("counter", "example", "kinds", "name", "text", "units", "zones")
_WORDS = ("lead", "cause", "aside", "never", "found", "make")
_NOT_CLAUSE = re.compile(r"“[^“”\n]{0,60}”|《[^《》\n]{0,160}》|\([^()\n]{0,160}\)")
# A comma before 原则上不高于… parts no clauses, nor one between digits.
_CLAUSE = re.compile(
    r"(?:[^,;。:!?\n]|(?<=\d),(?=\d)|,(?=(?:原则上|一般|应当|均|须|应){1,2}不?得?[高低多少超]))"
    r"(?:[^,;。:!?\n]|(?<=\d),(?=\d)|,(?=(?:原则上|一般|应当|均|须|应){1,2}不?得?[高低多少超]))+"
)
_DATE_FRONT = re.compile(r"^(?:到|至|力争到?|在)?\s?\d{4}\s?年(?:底|末)?(?:前|之前)?,?")
_NUMBERING = re.compile(
    r"(?:第[一二三四五六七八九十百零]{1,5}[章节条]|\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}\s?、|\d{1,2}[.、](?!\d))"
)
_NOTE_END = re.compile(r"\((?:以下|下同|简称)[^()]{0,60}\)$")
#: With these begins how, why or where something is done.
_ASIDE_FIRST = "为以按在对围聚根由"
_RESULT_THEN = re.compile(r"(?<=完善|健全|提升|增强|优化|提高|改善|形成|显著|突破)、(?=[\u4e00-\u9fff]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRule:
    """A rule that makes a clause a target; with `kinds` it looks at clauses with a measure of such a kind."""

    name: str
    kinds: frozenset[MeasureKind]
    units: frozenset[str]
    zones: frozenset[Zone]
    text: re.Pattern[str] | None
    examples: tuple[Example, ...]
    counters: tuple[Example, ...]

    def counts(self, measure: Measure, clause: str) -> bool:
        """Whether a measure in a folded clause is a target by this rule."""
        if measure.kind not in self.kinds or (self.units and measure.unit not in self.units):
            return False
        return self.text is None or self.text.search(clause) is not None

    def states(self, clause: str, zone: Zone) -> re.Match[str] | None:
        """Find the result that a folded clause without numbers states."""
        if self.kinds or self.text is None or (self.zones and zone not in self.zones):
            return None
        return self.text.search(clause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target at [start, end), and the rule that found it."""

    start: int
    end: int
    rule: str


class TargetFinder:
    """Find targets by rules."""

    def __init__(self, rules: Sequence[TargetRule], words: Mapping[str, Sequence[str]]) -> None:
        self.rules = tuple(rules)
        self._lead = re.compile(any_of(words["lead"]))
        self._cause = re.compile(any_of(words["cause"]))
        self._aside = re.compile("|".join(words["aside"]))
        self._never = re.compile("|".join(words["never"]))
        self._found = re.compile(any_of(words["found"]))
        self._make = re.compile(any_of(words["make"]))

    @classmethod
    def load(cls) -> "TargetFinder":
        """Read the built-in rules.

        Raises:
            PatternError: the file is faulty; all its faults are listed.
        """
        return parse_targets(read_toml("targets.toml"), "targets.toml")

    def find(
        self, text: str, horizon: Horizon, found: Sequence[Measure], names: Iterable[tuple[int, int]] = ()
    ) -> Iterator[Target]:
        """Find the targets of a text in order; they do not overlap.

        Args:
            found: the measures of the text, in order.
            names: the half-open stretches of known names of what a policy can found.
        """
        folded = fold(text)
        hidden = _NOT_CLAUSE.sub(lambda match: "\0" * len(match[0]), folded)
        ends = {end for _, end in names}
        at = 0
        for start, end in _clauses(hidden):
            while at < len(found) and found[at].start < start:
                at += 1
            first = at
            while at < len(found) and found[at].start < end:
                at += 1
            inside = found[first:at]
            zone = horizon.at(start).zone
            if zone == "conditions":  # what an applicant must have is no aim of the policy
                continue
            begin = self._begin(folded, start, end)
            if inside:
                target = self._counted(folded, begin, end, inside, zone)
            else:
                target = self._stated(folded, begin, end, zone, ends)
            if target is not None and 3 < target.end - target.start <= LONGEST_TARGET:
                yield target

    def _begin(self, folded: str, start: int, end: int) -> int:
        """Leave off what stands before a statement: connectives, a date, dashes."""
        while start < end:
            if folded[start].isspace():
                start += 1
                continue
            front = folded[start : min(end, start + 24)]
            match = _DATE_FRONT.match(front) or _NUMBERING.match(front)
            step = match.end() if match else 0
            if not step and (lead := self._lead.match(folded, start, end)):
                step = lead.end() - start
            if not step:
                break
            start += step
        return start

    def _counted(
        self, folded: str, start: int, end: int, inside: Sequence[Measure], zone: Zone
    ) -> Target | None:
        clause = folded[start : min(end, start + LONGEST_TARGET)]
        hits = [
            (m, rule.name)
            for m in inside
            for rule in self.rules
            if rule.counts(m, folded[max(start, m.start - LONGEST_TARGET) : min(end, m.end + LONGEST_TARGET)])
        ]
        if not hits:
            return None
        first = min(m.start for m, _ in hits)
        last = max(m.end for m, _ in hits)
        rule = hits[0][1]
        if folded[first].isdigit() or self._sign_first(folded, first, last):
            if clause[0] in _ASIDE_FIRST or (zone != "goals" and not self._make.match(clause)):
                return None
            return Target(start=start, end=max(last, self._stop(folded, start, end)), rule=rule)
        return Target(start=first, end=last, rule=rule)

    def _sign_first(self, folded: str, first: int, last: int) -> bool:
        return re.match(r"(?:不少于|不低于|至少|超过|突破|达到|约|近)\s?\d", folded[first:last]) is not None

    def _stop(self, folded: str, start: int, end: int) -> int:
        """Leave off what stands behind a statement: spaces and (以下简称…)."""
        clause = folded[start:end].rstrip()
        if note := _NOTE_END.search(clause):
            clause = clause[: note.start()]
        return start + len(clause)

    def _stated(self, folded: str, start: int, end: int, zone: Zone, ends: set[int]) -> Target | None:
        clause = folded[start : self._stop(folded, start, end)]
        if not 5 <= len(clause) <= LONGEST_TARGET or self._aside.match(clause) or self._never.search(clause):
            return None
        for rule in self.rules:
            match = rule.states(clause, zone)
            if match is None:
                continue
            if self._found.match(clause) and start + len(clause) in ends:
                return None
            begin = start
            if "(?<=" in (rule.text.pattern if rule.text else ""):
                begin = start + match.start()
            else:
                begin += self._caused(clause)
            return Target(start=begin, end=start + len(clause), rule=rule.name)
        return None

    def _caused(self, clause: str) -> int:
        """Return how much of a clause only brings its statement about (推动 in 推动数据充分流通)."""
        match = self._cause.match(clause)
        if match is None or clause.startswith(("实现", "将")):
            return 0
        rest = clause[match.end() :]
        return (
            match.end()
            if any(rule.name in _STATEMENTS and rule.text and rule.text.search(rest) for rule in self.rules)
            else 0
        )


#: What a clause with a verb of founding makes is an entity of one of these types, and no target.
_FOUNDED = ("Program", "Mechanism")
_STATEMENTS = ("state-reached", "result-won", "become", "become-by-law", "compared")


def _clauses(hidden: str) -> Iterator[tuple[int, int]]:
    for match in _CLAUSE.finditer(hidden):
        start = match.start()
        for cut in _RESULT_THEN.finditer(hidden, match.start(), match.end()):
            yield start, cut.start()
            start = cut.end()
        yield start, match.end()


def parse_targets(table: Mapping[str, Any], file: str) -> TargetFinder:
    """Turn a pattern file's table into a finder; `file` is its name in messages.

    Raises:
        PatternError: it is faulty; all faults are listed.
    """
    faults = [f"{file}: no list {key!r}; give at least one word" for key in _WORDS if not table.get(key)]
    if unknown := sorted(set(table) - {*_WORDS, "rule"}):
        faults.append(f"{file}: unknown keys {unknown}; keys are {', '.join((*_WORDS, 'rule'))}")
    rules: dict[str, TargetRule] = {}
    for name, place, item in named_items(table, "rule", file, _KEYS, rules, faults):
        for key, known in (("kinds", KINDS), ("zones", ZONES)):
            if wrong := sorted(set(item.get(key, [])) - set(known)):
                faults.append(f"{place}: unknown {key} {wrong}; {key} are {', '.join(known)}")
        try:
            text = re.compile(item["text"]) if "text" in item else None
        except re.error as error:
            faults.append(f"{place}: bad text: {error}")
            continue
        if text is None and not item.get("kinds"):
            faults.append(f"{place}: neither kinds nor text; a rule looks for a measure or for words")
        rules[name] = TargetRule(
            name=name,
            kinds=frozenset(item.get("kinds", [])),
            units=frozenset(item.get("units", [])),
            zones=frozenset(item.get("zones", [])),
            text=text,
            examples=read_examples(item, "example", place, faults),
            counters=read_examples(item, "counter", place, faults),
        )
    if faults:
        raise PatternError(faults)
    return TargetFinder(list(rules.values()), {key: table[key] for key in _WORDS})


class Targets:
    """Add the targets of a document to its mentions; a target may hold other mentions."""

    def __init__(self, finder: TargetFinder) -> None:
        self.finder = finder

    def match(self, doc: Doc) -> list[Span]:
        """Return the targets of a document in the order of the text."""
        text = text_of(doc)
        names = [s[:2] for s in read_stretches(doc, MENTIONS) if s.label in _FOUNDED]
        found = self.finder.find(text, Horizon.of(doc), measures(doc), names)
        return [
            make_span(
                doc,
                target.start,
                target.end,
                "Target",
                canonical=squeeze(text[target.start : target.end]),
                rule=f"target:{target.rule}",
            )
            for target in found
        ]

    def set_annotations(self, doc: Doc, matches: list[Span]) -> None:
        """Add the targets to the mentions."""
        write_spans(doc, MENTIONS, [*read_spans(doc, MENTIONS), *matches])

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


@cache
def _finder() -> TargetFinder:
    return TargetFinder.load()


@Language.factory("policy_targets", requires=["doc._.measures"], assigns=["doc.spans"])
def create_targets(nlp: Language, name: str) -> Targets:
    """Build the `policy_targets` component; it runs after `policy_mentions` and `policy_measures`.

    Raises:
        PatternError: the built-in rules are faulty.
    """
    return Targets(_finder())

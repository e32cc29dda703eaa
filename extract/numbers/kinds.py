"""Decide what a number is: a target, a baseline or a limit, by rules that are data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from policykg.extract.numbers.horizon import ZONES, Zone
from policykg.extract.records import MeasureKind
from policykg.extract.rulefiles import PatternError, named_items

_KEYS = ("carries", "counter", "example", "kind", "name", "text", "units", "zones")
KINDS: tuple[MeasureKind, ...] = get_args(MeasureKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with all measures that must be read out of it, as `kind|indicator|comparator|value|unit|date`."""

    text: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """A rule that gives a number its kind; empty conditions hold always.

    With `carries` it goes on for the numbers behind it in the sentence that only the last rule would take.
    """

    name: str
    kind: MeasureKind
    zones: frozenset[Zone]
    units: frozenset[str]
    text: re.Pattern[str] | None
    carries: bool
    examples: tuple[Sentence, ...]
    counters: tuple[Sentence, ...]

    @property
    def default(self) -> bool:
        """Whether the rule takes whatever no other took."""
        return not self.zones and not self.units and self.text is None

    def holds(self, shape: str, zone: Zone, unit: str) -> bool:
        """Whether the rule holds for a number in its clause."""
        if (self.zones and zone not in self.zones) or (self.units and unit not in self.units):
            return False
        return self.text is None or self.text.search(shape) is not None


class Kinds:
    """The rules in their order; the last one must hold always."""

    def __init__(self, rules: Sequence[KindRule]) -> None:
        self.rules = tuple(rules)
        self._names = {rule.name: rule for rule in rules}

    def named(self, name: str) -> KindRule:
        """Return the rule of a name."""
        return self._names[name]

    def decide(self, shape: str, signed: str, zone: Zone, unit: str) -> KindRule:
        """Return the first rule that holds.

        Args:
            shape: the clause, with # for the number, its sign and its unit.
            signed: what # stands for; its sign words count as part of the clause.
        """
        full = shape.replace("#", f"{_signs(signed)[0]}#{_signs(signed)[1]}", 1)
        return next(rule for rule in self.rules if rule.holds(full, zone, unit))


def _signs(signed: str) -> tuple[str, str]:
    before = re.match(r"\D{0,12}", signed)
    after = re.search(r"(?:以上|以下|以内|左右|余)$", signed)
    return (before[0] if before else ""), (after[0] if after else "")


def read_kinds(table: Mapping[str, Any], file: str) -> Kinds:
    """Read the rules of a pattern file.

    Raises:
        PatternError: it is faulty; all faults are listed.
    """
    faults: list[str] = []
    rules: dict[str, KindRule] = {}
    for name, place, item in named_items(table, "rule", file, _KEYS, rules, faults):
        if item.get("kind") not in KINDS:
            faults.append(f"{place}: unknown kind {item.get('kind')!r}; kinds are {', '.join(KINDS)}")
        if strange := sorted(set(item.get("zones", [])) - set(ZONES)):
            faults.append(f"{place}: unknown zones {strange}; zones are {', '.join(ZONES)}")
        try:
            text = re.compile(item["text"]) if "text" in item else None
        except re.error as error:
            faults.append(f"{place}: bad text: {error}")
            continue
        rules[name] = KindRule(
            name=name,
            kind=item.get("kind", "target"),
            zones=frozenset(item.get("zones", [])),
            units=frozenset(item.get("units", [])),
            text=text,
            carries=bool(item.get("carries", False)),
            examples=_sentences(item, "example", place, faults),
            counters=_sentences(item, "counter", place, faults),
        )
    if not rules or not next(reversed(rules.values())).holds("#", "other", ""):
        faults.append(f"{file}: the last rule must hold always; give it no zones, units or text")
    if faults:
        raise PatternError(faults)
    return Kinds(list(rules.values()))


def _sentences(item: Mapping[str, Any], key: str, place: str, faults: list[str]) -> tuple[Sentence, ...]:
    found = []
    for entry in item.get(key, []):
        if set(entry) != {"text", "measures"}:
            faults.append(
                f"{place}: bad {key} {entry!r}; write {{ text = …, measures = [kind|indicator|comparator|value|unit|date] }}"
            )
            continue
        found.append(Sentence(text=entry["text"], measures=tuple(entry["measures"])))
    if not found:
        faults.append(f"{place}: no {key}; give at least one sentence")
    return tuple(found)

"""The years that a plan is for, read from its title (`data/patterns/periods.toml`)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from policykg.extract.normalise import fold
from policykg.extract.rulefiles import PatternError, read_toml

FILE = "periods.toml"

#: No plan is for longer; two years further apart are no period.
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A plan's first and last year, both within it; `rule` names what read them."""

    first: int
    last: int
    rule: str

    @property
    def start(self) -> str:
        """The first day, as ISO 8601."""
        return f"{self.first:04d}-01-01"

    @property
    def end(self) -> str:
        """The last day, as ISO 8601."""
        return f"{self.last:04d}-12-31"


def read_period(title: str) -> Period | None:
    """Read the years that a title or a programme's name states; None where it states none.

    Example:
        >>> read_period("“十四五”海岛供水规划")
        Period(first=2021, last=2025, rule='five-year-plan')
    """
    return load_rules().read(title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The patterns in their order, and the years of the five-year plans."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    plans: Mapping[str, tuple[int, int]]

    def read(self, title: str) -> Period | None:
        """Read the period of a title by the first pattern that finds one."""
        folded = fold(title[:400])
        for name, pattern in self.patterns:
            for match in pattern.finditer(folded):
                groups = match.groupdict()
                plan = groups.get("plan") or groups.get("plan2")
                if plan:
                    years = self.plans.get(plan)
                else:
                    first = int(match["first"])
                    years = (first, int(groups.get("last") or first))
                if years and years[0] <= years[1] <= years[0] + _LONGEST:
                    return Period(first=years[0], last=years[1], rule=name)
        return None


@cache
def load_rules() -> Rules:
    """Read the rules and execute their examples.

    Raises:
        PatternError: the file is faulty or an example does not hold; all faults are listed.
    """
    return read_rules(read_toml(FILE))


def read_rules(table: Mapping[str, Any]) -> Rules:
    """Check the rules of a parsed file and execute their examples; raises as `load_rules` does."""
    faults: list[str] = []
    plans: dict[str, tuple[int, int]] = {}
    for name, years in table.get("plans", {}).items():
        if not (isinstance(years, list) and len(years) == 2 and all(isinstance(year, int) for year in years)):
            faults.append(f"{FILE}: plan {name}: {years!r} is no pair of first and last year")
        else:
            plans[name] = (years[0], years[1])
    patterns: dict[str, re.Pattern[str]] = {}
    for number, item in enumerate(table.get("rule", []), start=1):
        place = f"{FILE}: rule {item.get('name') or number!r}"
        if unknown := sorted(set(item) - {"name", "pattern", "example", "counter"}):
            faults.append(
                f"{place}: unknown keys {', '.join(unknown)}; keys are name, pattern, example, counter"
            )
        if not item.get("name") or item["name"] in patterns:
            faults.append(f"{place}: the name is missing or taken; each rule needs its own")
            continue
        if not item.get("example") or not item.get("counter"):
            faults.append(f"{place}: it needs at least one example and one counter")
        try:
            patterns[item["name"]] = re.compile(item.get("pattern", ""))
        except re.error as error:
            faults.append(f"{place}: bad pattern: {error}")
            continue
        if not {"first", "plan"} & set(patterns[item["name"]].groupindex):
            faults.append(f"{place}: the pattern must have a group `first` or `plan`")
    if faults:
        raise PatternError(faults)
    rules = Rules(patterns=tuple(patterns.items()), plans=plans)
    faults += _disproved(rules, table)
    if faults:
        raise PatternError(faults)
    return rules


def _disproved(rules: Rules, table: Mapping[str, Any]) -> Iterator[str]:
    for item in table.get("rule", []):
        for entry in [*item["example"], *item["counter"]]:
            wanted = entry.get("gives")
            period = rules.read(entry["text"])
            got = [period.first, period.last] if period else None
            if got != wanted or (period and period.rule != item["name"]):
                rule = f" by {period.rule}" if period else ""
                yield f"{FILE}: rule {item['name']}: {entry['text']!r} gives {got}{rule}; it should give {wanted}"

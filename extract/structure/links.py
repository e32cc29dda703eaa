"""How a document stands to those that it names in 《》: rests on, carries out, amends, abolishes, or only cites.

Pure functions over a text; the rules and the sentences that prove them are data (`data/patterns/links.toml`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from policykg.extract.normalise import fold, parse_date, squeeze
from policykg.extract.rulefiles import PatternError, read_toml

LinkKind = Literal["based_on", "implements", "amends", "repeals", "cites"]
LINK_KINDS: tuple[LinkKind, ...] = get_args(LinkKind)

FILE = "links.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What the text says of one title.

    [start, end) is the title with its 《》; `cue` the words that tell the kind, the title itself where it is only cited;
    `number` the document number printed behind it, `day` the day from which it is abolished; "" where not printed.
    """

    kind: LinkKind
    start: int
    end: int
    cue: tuple[int, int]
    rule: str
    number: str = ""
    day: str = ""


def read_links(text: str, start: int = 0, end: int | None = None) -> list[Link]:
    """Read how the document text[start:end) stands to each title in 《》, in the order of the text.

    Titles of the document itself are among them; who knows its title leaves them out.

    Example:
        >>> [link.kind for link in read_links("根据《甲法》，制定本办法。《乙办法》同时废止。")]
        ['based_on', 'repeals']
    """
    return _read(load_rules(), text, start, len(text) if end is None else end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of link with what stands before and behind its titles; None where anything may stand."""

    name: str
    kind: LinkKind
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


#: How much of a sentence is looked at on either side.
_BEFORE = 60
_AFTER = 200
_MARKS = re.compile(r"《([^《》\n]{1,160}(?:《[^《》\n]{1,120}》[^《》\n]{0,80})?)》")
_NOTE = r"(?:\s?[(\[][^()《》]{0,60}[)\]])?"
_JOIN = re.compile(rf"{_NOTE}\s*(?:[、,]|和|及|与|以及|或者?|[、,]\s?(?:以及|和))?\s*(?:原)?{_NOTE}\s*")
_TRAIL = re.compile(_NOTE)
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{0,20}\s?\[\s?\d{4}\s?\]\s?(?:第\s?)?\d{1,5}\s?号|[\u4e00-\u9fff]{0,20}第\s?\d{1,5}\s?号"
)


def _read(rules: Sequence[Rule], text: str, start: int, end: int) -> list[Link]:
    folded = fold(text[start:end])
    links: list[Link] = []
    for group in _groups(folded):
        first, last = group[0].start(), group[-1].end()
        floor = max(0, first - _BEFORE)
        begin = max(floor, *(folded.rfind(mark, floor, first) + 1 for mark in "。;\n"))
        lead = folded[begin:first]
        note = _TRAIL.match(folded, last)
        tail_start = note.end() if note else last
        tail = re.split(r"[。;\n]", folded[tail_start : tail_start + _AFTER], maxsplit=1)[0]
        rule, cue = _decide(rules, lead, tail, begin, tail_start)
        for match in group:
            trailing = _TRAIL.match(folded, match.end())
            number = _NUMBER.search(trailing[0]) if trailing else None
            a, b = cue if cue else match.span()
            links.append(
                Link(
                    kind=rule.kind if rule else "cites",
                    start=match.start() + start,
                    end=match.end() + start,
                    cue=(a + start, b + start),
                    rule=rule.name if rule else "title",
                    number=_as_number(number[0]) if number else "",
                    day=parse_date(folded[a:b]) if rule and rule.kind == "repeals" else "",
                )
            )
    return links


def _as_number(folded: str) -> str:
    return squeeze(folded).replace("[", "〔").replace("]", "〕")


def _groups(folded: str) -> Iterator[list[re.Match[str]]]:
    """Yield the titles that stand in one list."""
    group: list[re.Match[str]] = []
    for match in _MARKS.finditer(folded):
        if group and not _JOIN.fullmatch(folded, group[-1].end(), match.start()):
            yield group
            group = []
        group.append(match)
    if group:
        yield group


def _decide(
    rules: Sequence[Rule], lead: str, tail: str, lead_at: int, tail_at: int
) -> tuple[Rule | None, tuple[int, int] | None]:
    for rule in rules:
        before = rule.before.search(lead) if rule.before else None
        after = rule.after.match(tail) if rule.after else None
        if (rule.before and not before) or (rule.after and not after):
            continue
        if before:
            return rule, (lead_at + before.start(), lead_at + before.end())
        if after:
            return rule, (tail_at + after.start(), tail_at + after.end())
    return None, None


@cache
def load_rules() -> tuple[Rule, ...]:
    """Read the rules and execute their examples.

    Raises:
        PatternError: the file is faulty or an example does not hold; all faults are listed.
    """
    return read_rules(read_toml(FILE))


_KEYS = ("name", "kind", "before", "after", "example", "counter")
_DATE = r"\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"


def read_rules(table: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Check the rules of a parsed file and execute their examples; raises as `load_rules` does."""
    faults: list[str] = []
    rules: dict[str, Rule] = {}
    for number, item in enumerate(table.get("rule", []), start=1):
        place = f"{FILE}: rule {item.get('name') or number!r}"
        before = len(faults)
        if unknown := sorted(set(item) - set(_KEYS)):
            faults.append(f"{place}: unknown keys {', '.join(unknown)}; keys are {', '.join(_KEYS)}")
        if not item.get("name") or item["name"] in rules:
            faults.append(f"{place}: the name is missing or taken; each rule needs its own")
        if item.get("kind") not in LINK_KINDS:
            faults.append(f"{place}: unknown kind {item.get('kind')!r}; kinds are {', '.join(LINK_KINDS)}")
        if not (item.get("before") or item.get("after")):
            faults.append(f"{place}: it needs `before` or `after`")
        if not item.get("example") or not item.get("counter"):
            faults.append(f"{place}: it needs at least one example and one counter")
        patterns = [
            _compile(item.get("before"), f"{place}: before", faults, "(?:{})$"),
            _compile(item.get("after"), f"{place}: after", faults, "{}"),
        ]
        if len(faults) == before:
            rules[item["name"]] = Rule(
                name=item["name"], kind=item["kind"], before=patterns[0], after=patterns[1]
            )
    if not faults:
        faults += _disproved(tuple(rules.values()), table.get("rule", []))
    if faults:
        raise PatternError(faults)
    return tuple(rules.values())


def _compile(pattern: str | None, place: str, faults: list[str], frame: str) -> re.Pattern[str] | None:
    if not pattern:
        return None
    try:
        return re.compile(frame.replace("{}", pattern.replace("{date}", _DATE)))
    except re.error as error:
        faults.append(f"{place}: bad pattern: {error}")
        return None


_MARKED = re.compile(r"\[(《[^\[\]|]+》)\|([a-z_]+)\]")


def _disproved(rules: tuple[Rule, ...], items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for item in items:
        for key in ("example", "counter"):
            for entry in item[key]:
                text = _MARKED.sub(r"\1", entry["text"])
                wanted = {found[1]: found[2] for found in _MARKED.finditer(entry["text"])}
                links = _read(rules, text, 0, len(text))
                got = {text[link.start : link.end]: link.kind for link in links if link.kind != "cites"}
                if got != wanted:
                    yield f"{FILE}: rule {item['name']}: {text!r} gives {got}; it should give {wanted}"
                elif (item["name"] in {link.rule for link in links}) != (key == "example"):
                    yield f"{FILE}: rule {item['name']}: {text!r} is a wrong {key}: another rule decides"

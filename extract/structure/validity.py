"""When a document holds, by its own words: from which day, through which day, and until when it was abolished.

Pure functions over a text; the patterns and the sentences that prove them are data (`data/patterns/validity.toml`).
"""

import calendar
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from policykg.extract.normalise import fold, parse_number, squeeze
from policykg.extract.rulefiles import PatternError, read_toml

Event = Literal["in_force", "expires", "abolished"]
EVENTS: tuple[Event, ...] = get_args(Event)

FILE = "validity.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day that a text gives, as ISO 8601; [start, end) are the words that give it, `rule` what read them."""

    day: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """A document's time; what it does not print is None. `expires` and `abolished` are last days in force."""

    in_force: Moment | None = None
    expires: Moment | None = None
    abolished: Moment | None = None


def read_validity(
    text: str, start: int = 0, end: int | None = None, *, issued: str = "", title: str = ""
) -> Validity:
    """Read when the document text[start:end) holds.

    Only sentences about the document itself count: 本办法, its own title, or its promulgation; not those about other
    documents, single articles, certificates or rates.

    Args:
        issued: the day of issue as `YYYY-MM-DD`, for 自发布之日起; "" where unknown, and then nothing rests on it.
        title: the document's own title, by which a sentence may call it.
    Example:
        >>> read_validity("本办法自2024年5月1日起施行，有效期5年。").expires.day
        '2029-04-30'
    """
    return _read(load_rules(), text, start, len(text) if end is None else end, issued, title)


def is_own_name(word: str) -> bool:
    """Whether a word is what a document calls itself behind 本, so that alone in 《》 it names none.

    Example:
        >>> is_own_name("若干措施"), is_own_name("海岛法")
        (True, False)
    """
    return load_rules().own.fullmatch(f"本{word}") is not None


def _read(rules: "Rules", text: str, start: int, end: int, issued: str, title: str) -> Validity:
    reader = _Reader(rules, fold(text[start:end]), start, issued, squeeze(fold(title)).strip("《》"))
    in_force = reader.last("in_force")
    return Validity(
        in_force=in_force, expires=reader.last("expires", in_force), abolished=reader.last("abolished")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence with the day that a rule must read in it; None where it must read none."""

    text: str
    issued: str
    gives: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern whose groups `date` or `term` give the day of an event."""

    name: str
    event: Event
    pattern: re.Pattern[str]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules in their order, and the words by which a document speaks of itself."""

    rules: tuple[Rule, ...]
    own: re.Pattern[str]
    promulgated: re.Pattern[str]


class _Reader:
    def __init__(self, rules: Rules, folded: str, offset: int, issued: str, title: str) -> None:
        self.rules = rules
        self.text = folded
        self.offset = offset
        self.issued = _as_day(issued)
        self.title = title
        self.own_ends: list[int] = []

    def last(self, event: Event, begin: Moment | None = None) -> Moment | None:
        """Return the last of the days given for an event; 附则 stand at the end of a document."""
        found: list[Moment] = []
        for rule in self.rules.rules:
            if rule.event != event:
                continue
            for match in rule.pattern.finditer(self.text):
                if not self._is_own(match.start(), event):
                    continue
                day = self._day(match, event, begin)
                if day is not None:
                    start, end = match.start() + self.offset, match.end() + self.offset
                    found.append(Moment(day=day.isoformat(), start=start, end=end, rule=rule.name))
                if event == "in_force":
                    self.own_ends.append(match.end())
        return max(found, key=lambda moment: moment.end, default=None)

    def _day(self, match: re.Match[str], event: Event, begin: Moment | None) -> datetime.date | None:
        groups = match.groupdict()
        if term := groups.get("number") or groups.get("number2"):
            unit = groups.get("unit") or groups.get("unit2") or ""
            if event == "in_force":
                return _add(self.issued, term, unit) if self.issued else None
            first = datetime.date.fromisoformat(begin.day) if begin else self.issued
            ends = _add(first, term, unit) if first else None
            return ends - datetime.timedelta(days=1) if ends else None
        if "date" not in groups:
            return self.issued
        day = _read_date(groups["date"], last=event == "expires")
        return day - datetime.timedelta(days=1) if day and event == "abolished" else day

    def _is_own(self, at: int, event: Event) -> bool:
        """Whether what stands before `at` makes the sentence one about the document."""
        floor = max(0, at - _REACH)
        begin = max(self.text.rfind(mark, floor, at) for mark in "。;\n") + 1
        lead = _NUMBER.sub("", self.text[max(begin, floor) : at]).strip()
        if event == "expires":
            near = [end for end in self.own_ends if 0 <= at - end < _NEAR or (end > at >= end - _VERB)]
            if near and _BETWEEN.fullmatch(self.text[min(max(near), at) : at]):
                return True
        if not lead:
            return event != "expires"
        if own := _last(self.rules.own, lead):
            rest = lead[own.end() :]
            return not _FOREIGN.search(rest) and (not rest or rest.endswith((",", "、")) or len(rest) < 4)
        if event == "expires" or _FOREIGN_ARTICLE.search(lead):
            return False
        if named := _last(_TITLE, lead):
            rest = lead[named.end() :]
            about_own = squeeze(named[1]) == self.title
            return (about_own or bool(rest)) and bool(self.rules.promulgated.search(rest) or about_own)
        return bool(self.rules.promulgated.search(lead))


#: How far before its words a sentence's subject is looked for, and how near two statements of time must stand.
_REACH = 200
_NEAR = 12
_VERB = 2  # 施行, which ends one statement, may begin the next: 施行，至…止
_NUMBER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零〇\d]{1,8}条|[(][一二三四五六七八九十\d]{1,3}[)]|[一二三四五六七八九十\d]{1,3}[、.．])?\s*[(]?"
)
_BETWEEN = re.compile(r"[\s,、。;)]{0,3}(?:并|且|其|和)?(?:本[\u4e00-\u9fff]{1,6})?")
_TITLE = re.compile(r"《([^《》]{1,160})》")
_FOREIGN_ARTICLE = re.compile(r"第[^,、。]{1,10}[条款项]$")
_FOREIGN = re.compile(r"《|第[^,、。]{1,10}[条款项]|所称|规定的|中的")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found


_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YEAR = r"(?:\d{4}|[〇零○一二三四五六七八九]{4})\s?年"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_WHEN = rf"{_YEAR}(?:\s?{_DAY}\s?月(?:\s?{_DAY}\s?日|底|末)?|底|末)?"
_TERM = r"(?P<number>\d{1,3}|[一二两三四五六七八九十百]{1,4})\s?(?P<unit>个?月|年|日|天)(?!度|内)"
_PARTS = re.compile(
    rf"(?P<year>\d{{4}}|[〇零○一二三四五六七八九]{{4}})\s?年(?:\s?(?P<month>{_DAY})\s?月(?:\s?(?P<day>{_DAY})\s?日)?)?"
)


def _read_date(text: str, *, last: bool) -> datetime.date | None:
    """Read a date; of a month or year alone the first day, or the last one."""
    match = _PARTS.match(text)
    if match is None:
        return None
    year = int(match["year"].translate(_DIGITS))
    month = int(parse_number(match["month"])) if match["month"] else (12 if last else 1)
    if not 1 <= month <= 12 or not year:
        return None
    longest = calendar.monthrange(year, month)[1]
    day = int(parse_number(match["day"])) if match["day"] else (longest if last else 1)
    return datetime.date(year, month, day) if 1 <= day <= longest else None


def _as_day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _add(day: datetime.date, number: str, unit: str) -> datetime.date | None:
    count = int(parse_number(number))
    try:
        if unit in ("日", "天"):
            return day + datetime.timedelta(days=count)
        months = count * (12 if unit == "年" else 1) + day.month - 1
        year, month = day.year + months // 12, months % 12 + 1
        return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
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
    rules: dict[str, Rule] = {}
    for number, item in enumerate(table.get("rule", []), start=1):
        place = f"{FILE}: rule {item.get('name') or number!r}"
        before = len(faults)
        if unknown := sorted(set(item) - {"name", "event", "pattern", "example", "counter"}):
            faults.append(
                f"{place}: unknown keys {', '.join(unknown)}; keys are name, event, pattern, example, counter"
            )
        if not item.get("name") or item["name"] in rules:
            faults.append(f"{place}: the name is missing or taken; each rule needs its own")
        if item.get("event") not in EVENTS:
            faults.append(f"{place}: unknown event {item.get('event')!r}; events are {', '.join(EVENTS)}")
        if not item.get("example") or not item.get("counter"):
            faults.append(f"{place}: it needs at least one example and one counter")
        pattern = _compile(item.get("pattern", ""), place, faults)
        examples = tuple(_examples(item, place, faults))
        if pattern is not None and len(faults) == before:
            rules[item["name"]] = Rule(
                name=item["name"], event=item["event"], pattern=pattern, examples=examples
            )
    words = {key: _words(table, key, faults) for key in ("subjects", "promulgated")}
    if faults:
        raise PatternError(faults)
    found = Rules(
        rules=tuple(rules.values()),
        own=re.compile(
            rf"本(?:{_any(words['subjects'])})(?:及其?(?:附件|实施细则))?(?:[(][^()]{{1,20}}[)])?(?![\u4e00-\u9fff]{{0,2}}领域)"
        ),
        promulgated=re.compile(rf"(?:{_any(words['promulgated'])})[^《》。]{{0,12}}$"),
    )
    faults += [fault for rule in found.rules for fault in _disproved(found, rule)]
    if faults:
        raise PatternError(faults)
    return found


def _compile(pattern: str, place: str, faults: list[str]) -> re.Pattern[str] | None:
    # A group's name may stand once in a pattern, but a pattern of two forms may need its term twice.
    filled = pattern.replace("{date}", f"(?P<date>{_WHEN})").replace("{from}", _WHEN)
    filled = filled.replace("{term}", _TERM, 1)
    filled = filled.replace("{term}", _TERM.replace("<number>", "<number2>").replace("<unit>", "<unit2>"))
    try:
        return re.compile(filled) if pattern else re.compile(r"(?!)")
    except re.error as error:
        faults.append(f"{place}: bad pattern: {error}")
        return None


def _examples(item: Mapping[str, Any], place: str, faults: list[str]) -> Iterator[Example]:
    for key, keys in (("example", {"text", "issued", "gives"}), ("counter", {"text", "issued"})):
        for entry in item.get(key, []):
            if set(entry) != keys:
                faults.append(f"{place}: bad {key} {entry!r}; its keys are {', '.join(sorted(keys))}")
            else:
                yield Example(text=entry["text"], issued=entry["issued"], gives=entry.get("gives"))


def _disproved(rules: Rules, rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        found = _read(rules, example.text, 0, len(example.text), example.issued, "星屿条例")
        moment = {"in_force": found.in_force, "expires": found.expires, "abolished": found.abolished}[
            rule.event
        ]
        got = moment.day if moment and moment.rule == rule.name else None
        if got != example.gives:
            yield f"{FILE}: rule {rule.name}: {example.text!r} gives {got}; it should give {example.gives}"


def _words(table: Mapping[str, Any], key: str, faults: list[str]) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        faults.append(f"{FILE}: {key} must be a list of words")
        return ("",)
    return tuple(value)


def _any(words: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))

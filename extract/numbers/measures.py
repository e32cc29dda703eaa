"""Read the numbers that state an indicator's value."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.annotations import MENTIONS, UNITS, read_stretches, text_of
from policykg.extract.normalise import fold
from policykg.extract.numbers.horizon import Horizon, Outlook
from policykg.extract.numbers.indicators import Indicator, IndicatorReader
from policykg.extract.numbers.indicatorwords import IndicatorWords
from policykg.extract.numbers.kinds import KindRule, Kinds, read_kinds
from policykg.extract.numbers.quantities import Quantity, QuantityReader
from policykg.extract.numbers.tabular import read_rows
from policykg.extract.records import Measure
from policykg.extract.rulefiles import any_of, read_toml
from policykg.extract.structure.units import split_units

_HIDDEN = re.compile(r"《[^《》\n]{0,160}》|\((?!(?:含|不含)\))[^()\n]{4,160}\)|\[[^\[\]\n]{0,20}\]")
_ADDRESS = re.compile(r"[!-~]{24,}")
#: How far around a number the rules for kinds look, so that an endless sentence costs no more than its length.
_WINDOW = 60
_LOOSE = re.compile(
    r"(?<=[!-~０-９])[^\S\n]{1,4}(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff“])[^\S\n]{1,4}(?=[!-~０-９])|(?<=\d)[^\S\n]{1,4}(?=[%％])"
)
#: Where a change begins (由2015年的30家增加到…): a fact of an earlier time, whatever the rest is.
_ORIGIN = re.compile(
    r"(?:从|由|自)(?:(?P<year>(?:19|20)\d\d)年(?:底|末|初)?的?|“?十(?P<plan>[一二三四五])五”?(?:规划)?期?末的?|(?:上年|去年|目前|现在|原来|原)的?)?$"
)
_PLAN_ENDS = {"一": "2010", "二": "2015", "三": "2020", "四": "2025", "五": "2030"}
_CLAUSE_END = re.compile(r"(?<!\d),|,(?!\d)|[;。:!?]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A measure with the rule that gave its kind."""

    measure: Measure
    rule: str


class MeasureReader:
    """Read measures out of a text."""

    def __init__(self, table: Mapping[str, Any], kinds: Kinds) -> None:
        self.quantities = QuantityReader(table)
        self.words = IndicatorWords(table, self.quantities)
        self.kinds = kinds
        self.tasks = re.compile(rf"\s?(?:{any_of(table['words']['make'])})")

    @classmethod
    def load(cls) -> "MeasureReader":
        """Read the built-in words and rules.

        Raises:
            PatternError: the file is faulty; all its faults are listed.
        """
        table = read_toml("measures.toml")
        return cls(table, read_kinds(table, "measures.toml"))

    def read(
        self,
        text: str,
        horizon: Horizon,
        units: Iterable[tuple[int, int]],
        names: Iterable[tuple[int, int]] = (),
    ) -> Iterator[Reading]:
        """Read the measures of a text in order; a range gives two.

        Args:
            units: the half-open stretches within which a number and its indicator stand together.
            names: the half-open stretches of known names.
        """
        page = _Page.of(text)
        known = {page.inside(start): page.inside(end) for start, end in names}
        indicators = IndicatorReader(self.words, page.text, page.masked, known)
        rows = list(read_rows(text, horizon, self.quantities.classes))
        begins, told = [row.start for row in rows], -1
        for start, end in units:
            row = bisect_right(begins, start) - 1
            if row >= 0 and start < rows[row].end:
                if row > told:
                    yield from (Reading(measure=measure, rule="table") for measure in rows[row].measures)
                told = row
                continue
            start, end = page.inside(start), page.inside(end)
            indicators.begin_unit(start)
            at, rule = start, None
            for cut in [*(match.end() for match in _CLAUSE_END.finditer(page.masked, start, end)), end]:
                for reading in self._read_clause(page, indicators, horizon, at, cut, rule):
                    rule = self.kinds.named(reading.rule)
                    yield reading
                at = cut

    def _read_clause(
        self,
        page: "_Page",
        indicators: IndicatorReader,
        horizon: Horizon,
        start: int,
        end: int,
        rule: KindRule | None,
    ) -> Iterator[Reading]:
        masked = page.masked
        stop = start + len(masked[start:end].rstrip(",;。:!? \n"))
        found = [q for q in self.quantities.find(masked, start, stop)]
        if not found:
            indicators.pass_clause(start, stop)
            return
        for quantity, indicator in indicators.read(start, stop, found):
            outlook = horizon.at(page.outside(quantity.figure))
            for reading in self._measures(page, outlook, (start, stop), quantity, indicator, rule):
                rule = self.kinds.named(reading.rule)
                yield reading

    def _measures(
        self,
        page: "_Page",
        outlook: Outlook,
        clause: tuple[int, int],
        quantity: Quantity,
        indicator: Indicator,
        last: KindRule | None,
    ) -> Iterator[Reading]:
        masked = page.masked
        before = masked[max(clause[0], quantity.start - _WINDOW) : quantity.start]
        shape = f"{before}#{masked[quantity.end : min(clause[1], quantity.end + _WINDOW)]}"
        signed = masked[quantity.start : quantity.end]
        rule = self.kinds.decide(shape, signed, outlook.zone, quantity.unit)
        if last is not None and last.carries and rule.default and not self.tasks.match(masked, clause[0]):
            rule = last
        date = {"target": outlook.goal_date, "baseline": outlook.past_date, "limit": ""}[rule.kind]
        kind = rule.kind
        if origin := _ORIGIN.search(before):
            kind, date = "baseline", origin["year"] or _PLAN_ENDS.get(origin["plan"] or "", "")
        for bound in quantity.bounds:
            yield Reading(
                measure=Measure(
                    kind=kind,
                    indicator=indicator.name,
                    comparator=bound.comparator if not indicator.sign else indicator.sign,
                    value=float(bound.value),
                    unit=quantity.unit,
                    date=date,
                    start=page.outside(min(quantity.start, indicator.start)),
                    end=page.outside(max(quantity.end, indicator.end) - 1) + 1,
                ),
                rule=rule.name,
            )


@dataclass(frozen=True, slots=True)
class _Page:
    """A text without the spaces around figures, with the way back; `masked` is folded and blank where no measures are."""

    text: str
    masked: str
    starts: list[int]  # where spaces were left out: in the source, half-open, and in `text`
    ends: list[int]
    places: list[int]

    @classmethod
    def of(cls, text: str) -> "_Page":
        dropped = [match.span() for match in _LOOSE.finditer(text)]
        starts, ends = [start for start, _ in dropped], [end for _, end in dropped]
        kept = list(zip([0, *ends], [*starts, len(text)], strict=True))
        places = list(accumulate(end - start for start, end in kept))[:-1]
        tight = "".join(text[start:end] for start, end in kept)
        # Web addresses are full of per cent signs; they are found before widths are folded, as ， is not part of one.
        spans = [match.span() for match in _ADDRESS.finditer(tight)]
        folded = fold(tight)
        spans += [match.span() for match in _HIDDEN.finditer(folded)]
        pieces, at = [], 0
        for start, end in sorted(spans):
            if start >= at:
                pieces += [folded[at:start], "\0" * (end - start)]
                at = end
        return cls(tight, "".join([*pieces, folded[at:]]), starts, ends, places)

    def inside(self, offset: int) -> int:
        """Return the place in `text` of an offset of the source."""
        gap = bisect_right(self.starts, offset) - 1
        return offset if gap < 0 else self.places[gap] + max(offset - self.ends[gap], 0)

    def outside(self, place: int) -> int:
        """Return the offset in the source of a place in `text`."""
        gap = bisect_right(self.places, place) - 1
        return place if gap < 0 else self.ends[gap] + place - self.places[gap]


class Measures:
    """Write the measures of a document into `doc._.measures`."""

    def __init__(self, reader: MeasureReader) -> None:
        self.reader = reader

    def match(self, doc: Doc) -> tuple[Measure, ...]:
        """Return the measures of a document in the order of the text."""
        text = text_of(doc)
        units = [unit[:2] for unit in read_stretches(doc, UNITS)] or split_units(text)
        names = [name[:2] for name in read_stretches(doc, MENTIONS)]
        return tuple(reading.measure for reading in self.reader.read(text, Horizon.of(doc), units, names))

    def set_annotations(self, doc: Doc, matches: tuple[Measure, ...]) -> None:
        """Store the measures."""
        doc._.measures = matches

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


@cache
def _reader() -> MeasureReader:
    return MeasureReader.load()


@Language.factory("policy_measures", assigns=["doc._.measures"])
def create_measures(nlp: Language, name: str) -> Measures:
    """Build the `policy_measures` component.

    Raises:
        PatternError: the built-in rules are faulty.
    """
    return Measures(_reader())

"""Read the numbers that state an indicator's value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.annotations import UNITS, read_spans
from policykg.extract.horizon import Horizon, Outlook
from policykg.extract.indicators import Indicator, IndicatorReader
from policykg.extract.kinds import Kinds, read_kinds
from policykg.extract.normalise import fold
from policykg.extract.patterns import read_toml
from policykg.extract.quantities import Quantity, QuantityReader
from policykg.extract.records import Measure
from policykg.extract.units import split_units

_HIDDEN = re.compile(r"《[^《》\n]{0,160}》|\((?!(?:含|不含)\))[^()\n]{4,160}\)|\[[^\[\]\n]{0,20}\]")
_ADDRESS = re.compile(r"[!-~]{24,}")
_CLAUSE_END = re.compile(r"(?<!\d),|,(?!\d)|[;。:!?]")


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A measure with the rule that gave its kind."""

    measure: Measure
    rule: str


class MeasureReader:
    """Read measures out of a text."""

    def __init__(self, table: Mapping[str, Any], kinds: Kinds) -> None:
        self.quantities = QuantityReader(table)
        self.indicators = IndicatorReader(table, self.quantities)
        self.kinds = kinds

    @classmethod
    def load(cls) -> "MeasureReader":
        """Read the built-in words and rules.

        Raises:
            PatternError: the file is faulty; all its faults are listed.
        """
        table = read_toml("measures.toml")
        return cls(table, read_kinds(table, "measures.toml"))

    def read(self, text: str, horizon: Horizon, units: list[tuple[int, int]]) -> Iterator[Reading]:
        """Read the measures of a text in order; a range gives two.

        Args:
            units: the half-open stretches within which a number and its indicator stand together.
        """
        folded = fold(text)
        masked = _HIDDEN.sub(_blank, folded)
        # Web addresses are full of per cent signs; they are found before widths are folded, as ，is not part of one.
        for address in _ADDRESS.finditer(text):
            masked = masked[: address.start()] + _blank(address) + masked[address.end() :]
        for start, end in units:
            self.indicators.begin_unit(text, masked, start)
            at = start
            for cut in [*(match.end() for match in _CLAUSE_END.finditer(masked, start, end)), end]:
                yield from self._read_clause(masked, horizon, at, cut)
                at = cut

    def _read_clause(self, masked: str, horizon: Horizon, start: int, end: int) -> Iterator[Reading]:
        stop = start + len(masked[start:end].rstrip(",;。:!? \n"))
        found = [q for q in self.quantities.find(masked, start, stop)]
        if not found:
            self.indicators.pass_clause(start, stop)
            return
        for quantity, indicator in self.indicators.read(start, stop, found):
            yield from self._measures(masked, horizon.at(quantity.figure), (start, stop), quantity, indicator)

    def _measures(
        self, masked: str, outlook: Outlook, clause: tuple[int, int], quantity: Quantity, indicator: Indicator
    ) -> Iterator[Reading]:
        shape = f"{masked[clause[0] : quantity.start]}#{masked[quantity.end : clause[1]]}"
        signed = masked[quantity.start : quantity.end]
        rule = self.kinds.decide(shape, signed, outlook.zone, quantity.unit)
        date = {"target": outlook.goal_date, "baseline": outlook.past_date, "limit": ""}[rule.kind]
        for bound in quantity.bounds:
            yield Reading(
                measure=Measure(
                    kind=rule.kind,
                    indicator=indicator.name,
                    comparator=bound.comparator if not indicator.sign else indicator.sign,
                    value=float(bound.value),
                    unit=quantity.unit,
                    date=date,
                    start=min(quantity.start, indicator.start),
                    end=max(quantity.end, indicator.end),
                ),
                rule=rule.name,
            )


class Measures:
    """Write the measures of a document into `doc._.measures`."""

    def __init__(self, reader: MeasureReader) -> None:
        self.reader = reader

    def match(self, doc: Doc) -> tuple[Measure, ...]:
        """Return the measures of a document in the order of the text."""
        spans = read_spans(doc, UNITS)
        units = [(s.start_char, s.end_char) for s in spans] if spans else split_units(doc.text)
        return tuple(reading.measure for reading in self.reader.read(doc.text, Horizon.of(doc), units))

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

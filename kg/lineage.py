"""What a document says of itself: when it holds, the years it plans for, and how it stands to the documents it names.

Read from the words of a record; `policykg.kg.build` writes it into the document's graph.
"""

import calendar
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from policykg.extract.normalise import fold, squeeze
from policykg.extract.numbers.horizon import Horizon
from policykg.extract.records import DocumentRecord, Mention
from policykg.extract.structure.links import Link, LinkKind, read_links
from policykg.extract.structure.periods import Period, read_period
from policykg.extract.structure.units import split_units
from policykg.extract.structure.validity import Moment, is_own_name, read_validity
from policykg.kg.naming import bare_title, number_key

#: The ELI property of each kind of link.
LINK_PROPERTIES: Mapping[LinkKind, str] = {
    "based_on": "eli:based_on",
    "implements": "eli:implements",
    "amends": "eli:amends",
    "repeals": "eli:repeals",
    "cites": "eli:cites",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The unit of text [start, end) that states something, and the words in it that do; offsets in the reader's text."""

    start: int
    end: int
    trigger: tuple[int, int]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dating:
    """A day that the document prints of itself, under an ELI property."""

    property: str
    day: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A document named in the text, how this one stands to it, and what is printed of it.

    `title` is its canonical name; `number` its printed number, `day` the day from which it is abolished, or "".
    """

    kind: LinkKind
    title: str
    number: str
    day: str
    place: Place

    @property
    def property(self) -> str:
        """The ELI property of the link."""
        return LINK_PROPERTIES[self.kind]


class Lineage:
    """The lineage of one record."""

    def __init__(self, record: DocumentRecord) -> None:
        self._record = record
        span = record.span
        self._text = record.source.text[span.start : span.end]

    @cached_property
    def datings(self) -> tuple[Dating, ...]:
        """First and last day in force, as far as printed; an abolition goes before an expiry."""
        record, info = self._record, self._record.span.info
        found = read_validity(
            record.source.text, record.span.start, record.span.end, issued=info.date, title=info.title
        )
        ends = [moment for moment in (found.expires, found.abolished) if moment]
        last = min(ends, key=lambda moment: moment.day, default=None)
        if last and found.in_force and last.day < found.in_force.day:
            last = None  # what would end before it begins was misread or misprinted
        pairs = (
            ("eli:first_date_entry_in_force", found.in_force),
            ("eli:date_no_longer_in_force", last),
        )
        return tuple(
            Dating(property=property_, day=moment.day, place=self._place(moment))
            for property_, moment in pairs
            if moment
        )

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """One link to each document and of each kind, the first in the text; mere citations only of documents with no other.

        This document's own title does not count, unless an edition with another number is meant; nor does 《办法》, which is
        short for one that stands before it.
        """
        names = {
            (mention.start, mention.end): mention.canonical
            for mention in self._record.entities
            if mention.type == "Document"
        }
        own = _key(self._record.span.info.title)
        number = number_key(self._record.span.info.number)
        chosen: dict[tuple[str, str, LinkKind], Citation] = {}
        for link in read_links(self._record.source.text, self._record.span.start, self._record.span.end):
            # A title that is missed among the mentions may still be cited, but then the words must say how.
            printed = self._record.source.text[link.start : link.end]
            title = names.get((link.start, link.end), "" if link.kind == "cites" else squeeze(printed))
            if not title or is_own_name(bare_title(title)):
                continue
            if _key(title) == own and (link.kind == "cites" or number_key(link.number) in ("", number)):
                continue
            key = (title, link.number, link.kind)
            chosen.setdefault(key, self._citation(link, title))
        closer = {title for title, _, kind in chosen if kind != "cites"}
        return tuple(
            citation
            for (title, _, kind), citation in chosen.items()
            if kind != "cites" or title not in closer
        )

    @cached_property
    def period(self) -> Period | None:
        """The years that the document's title plans for."""
        return read_period(self._record.span.info.title)

    def deadline(self, target: Mention) -> str:
        """Return the last day by which a target is to be reached, "" where the text gives none.

        The date of a number in the target goes before that of the passage around it.
        """
        dates = [
            measure.date
            for measure in self._record.measures
            if measure.kind == "target" and target.start <= measure.start and measure.end <= target.end
        ]
        date = (
            max((date for date in dates if date), default="")
            or self._horizon.at(target.start - self._record.span.start).goal_date
        )
        return last_day(date)

    @cached_property
    def _horizon(self) -> Horizon:
        span = self._record.span
        sections = [
            replace(section, start=section.start - span.start, end=section.end - span.start)
            for section in span.sections
        ]
        year = span.info.date[:4]
        return Horizon(self._text, sections, int(year) if year.isdecimal() else None)

    @cached_property
    def _units(self) -> list[tuple[int, int]]:
        return split_units(self._text)

    def _citation(self, link: Link, title: str) -> Citation:
        return Citation(
            kind=link.kind,
            title=title,
            number=link.number,
            day=link.day,
            place=self._unit(min(link.start, link.cue[0]), max(link.end, link.cue[1]), link.cue, link.rule),
        )

    def _place(self, moment: Moment) -> Place:
        return self._unit(moment.start, moment.end, (moment.start, moment.end), moment.rule)

    def _unit(self, start: int, end: int, trigger: tuple[int, int], rule: str) -> Place:
        """Widen a span to whole units of text."""
        offset = self._record.span.start
        at = bisect_right(self._units, (start - offset, len(self._text))) - 1
        begin = self._units[at][0] + offset if at >= 0 else start
        while at + 1 < len(self._units) and self._units[at][1] + offset < end:
            at += 1
        stop = self._units[at][1] + offset if at >= 0 else end
        return Place(start=min(begin, start), end=max(stop, end), trigger=trigger, rule=rule)


def last_day(date: str) -> str:
    """Return the last day of a year or `YYYY-MM`; "" for anything else.

    Example:
        >>> last_day("2024-02"), last_day("2025")
        ('2024-02-29', '2025-12-31')
    """
    year, _, month = date.partition("-")
    if not (len(year) == 4 and year.isdecimal()) or (month and not month.isdecimal()):
        return ""
    number = int(month or 12)
    if not 1 <= number <= 12 or not int(year):
        return ""
    return f"{year}-{number:02d}-{calendar.monthrange(int(year), number)[1]:02d}"


def period_of(name: str) -> Iterator[tuple[str, str]]:
    """Yield (property, day) of the years that a programme's name states."""
    if period := read_period(name):
        yield "pol:periodStart", period.start
        yield "pol:periodEnd", period.end


def _key(title: str) -> str:
    return fold(bare_title(title))

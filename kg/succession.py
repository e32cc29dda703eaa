"""Bodies that the reforms renamed, merged, split or absorbed: kept as bodies of their own, linked by dated changes.

The changes are a table, `extract/data/aliases/reforms.tsv`; its dates are those of the decision. A row says that the
predecessor as a whole, or what its note names, went over to the successor on that day.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pyoxigraph import Literal as RDFLiteral
from pyoxigraph import NamedNode

from policykg.extract.canonical.official import load_official_names
from policykg.extract.canonical.tables import Row, TableError, read_table
from policykg.kg.triples import A, Triple, date, pol, term, zh
from policykg.ontology.namespace import change_iri, entity_iri
from policykg.ontology.terms import classify

ChangeKind = Literal["renamed", "merged", "split", "absorbed"]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)

FILE = "reforms.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event: the bodies before it, those after it, its day and what it rests on.

    A body that absorbed others stands on both sides; one that was merged or renamed is no more after the event.
    """

    day: str
    kind: ChangeKind
    before: tuple[str, ...]
    after: tuple[str, ...]
    note: str

    @property
    def iri(self) -> str:
        """The event's IRI."""
        return change_iri(self.day, "+".join(self.before) if self.kind == "split" else "+".join(self.after))


class Successions:
    """All changes, looked up by a body's canonical name."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.changes = tuple(sorted(changes, key=lambda change: (change.day, change.after, change.before)))

    def ending(self, body: str) -> Change | None:
        """Return the change with which a body ceased to be, None where it goes on."""
        return next((c for c in self.changes if body in c.before and body not in c.after), None)

    def predecessors(self, body: str) -> tuple[Change, ...]:
        """Return the changes that a body came out of, and those before them, the latest first."""
        return self._chain(body, back=True)

    def successors(self, body: str) -> tuple[Change, ...]:
        """Return the changes that followed on a body, the earliest first; only those that it ended in or was split by."""
        return self._chain(body, back=False)

    def on(self, body: str, day: str) -> tuple[str, ...]:
        """Return what a body's work went by on a day: itself, or what it had become or what it came from.

        Args:
            day: as ISO 8601; on the day of a change the new bodies count.
        Raises:
            ValueError: `day` is no date.
        Example:
            >>> load_successions().on("银监会", "2020-01-01")
            ('银保监会',)
        """
        datetime.date.fromisoformat(day)
        names: dict[str, None] = {body: None}
        for change in self.successors(body):
            if change.day <= day:
                for name in change.before:
                    if name in names and name not in change.after:
                        del names[name]
                        names.update(dict.fromkeys(change.after))
        for change in self.predecessors(body):
            if change.day > day:
                for name in change.after:
                    if name in names and change.kind != "absorbed":
                        del names[name]
                        names.update(dict.fromkeys(change.before))
        return tuple(names)

    def triples(self, body: str) -> Iterator[Triple]:
        """Yield the changes before and after a body, with the bodies that they link; nothing for one without any."""
        for change in dict.fromkeys((*self.predecessors(body), *self.successors(body))):
            node = NamedNode(change.iri)
            yield node, A, term("org:ChangeEvent")
            yield node, term("dcterms:date"), date(change.day)
            yield node, pol("changeKind"), RDFLiteral(change.kind)
            yield node, term("dcterms:description"), zh(change.note)
            for names, property_ in (
                (change.before, "org:originalOrganization"),
                (change.after, "org:resultingOrganization"),
            ):
                for name in names:
                    other = NamedNode(entity_iri("Body", name))
                    yield node, term(property_), other
                    yield from _description(other, name)
            # Only what came to be, and what ceased to be; a body that took in another goes on.
            for name in change.after:
                if name not in change.before:
                    yield NamedNode(entity_iri("Body", name)), term("org:resultedFrom"), node
            for name in change.before:
                if name not in change.after:
                    yield NamedNode(entity_iri("Body", name)), term("org:changedBy"), node

    def _chain(self, body: str, *, back: bool) -> tuple[Change, ...]:
        found: dict[Change, None] = {}
        waiting = [body]
        seen = {body}
        while waiting:
            name = waiting.pop(0)
            for change in self.changes:
                here, there = (change.after, change.before) if back else (change.before, change.after)
                if name not in here or (not back and name in there):
                    continue
                found[change] = None
                fresh = [other for other in there if other not in seen]
                seen.update(fresh)
                waiting += fresh
        return tuple(sorted(found, key=lambda c: (c.day, c.after), reverse=back))


def _description(node: NamedNode, name: str) -> Iterator[Triple]:
    yield node, A, pol("Body")
    if kind := classify("Body", name):
        yield node, A, pol(kind)
    yield node, term("skos:prefLabel"), zh(name)
    for form in load_official_names().forms(name):
        yield node, term("skos:altLabel"), RDFLiteral(form, language="en" if form.isascii() else "zh")


@cache
def load_successions() -> Successions:
    """Read the table.

    Raises:
        TableError: it is faulty; all faults are listed.
    """
    folder = files("policykg.extract.data.aliases")
    rows = read_table(
        folder / FILE,
        ("predecessor", "successor", "date", "kind", "note"),
        key=("predecessor", "successor", "date"),
        allowed={"kind": CHANGE_KINDS},
        check=_check,
    )
    return Successions(_join(rows))


def _check(row: Row) -> Iterator[str]:
    try:
        datetime.date.fromisoformat(row["date"])
    except ValueError:
        yield f"date {row['date']!r} is no day; write it as 2018-03-17"
    if row["predecessor"] == row["successor"]:
        yield f"{row['predecessor']} succeeds itself; remove the row"
    official = load_official_names()
    for column in ("predecessor", "successor"):
        canonical = official.merge_name("Body", row[column]).name
        if canonical != row[column]:
            yield f"{column} {row[column]} is called {canonical} in the graph; write that"


def _join(rows: Sequence[Row]) -> list[Change]:
    """Put the rows of one event together: a merger by its successor, a split by its predecessor."""
    events: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        one = row["predecessor"] if row["kind"] == "split" else row["successor"]
        events.setdefault((row["date"], row["kind"], one), []).append(row)
    changes = []
    for (day, kind, _), members in events.items():
        before = tuple(dict.fromkeys(row["predecessor"] for row in members))
        after = tuple(dict.fromkeys(row["successor"] for row in members))
        if kind == "absorbed":
            before = (*before, *after)
        note = "；".join(dict.fromkeys(row["note"] for row in members))
        changes.append(Change(day=day, kind=kind, before=before, after=after, note=note))  # type: ignore[arg-type]
    faults = [
        f"{FILE}: {change.after[0]} is renamed from {'、'.join(change.before)}; of several it is merged"
        for change in changes
        if change.kind == "renamed" and len(change.before) > 1
    ]
    if faults:
        raise TableError(faults)
    return changes

"""What a document's graph needs to know beyond the document: names, reasons and classes that all documents share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from policykg.extract.records import DocumentRecord, EntityType
from policykg.extract.units import split_units
from policykg.kg.instruments import Classification, classify
from policykg.kg.naming import number_key
from policykg.kg.resolve import Entity, Resolution
from policykg.kg.succession import Successions, load_successions


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is known of entities; by default nothing but their names.

    Attributes:
        resolution: says which entity a canonical name stands for, its other names and why; None: each name its own.
        notes: what a person decided, by (type, entity's name).
        numbers: the names of built documents by the key of their number.
        contexts: sentences that hold a mechanism, by its name; asked where the name alone tells no instrument.
        successions: the changes of bodies.
    """

    resolution: Resolution | None = None
    notes: Mapping[tuple[EntityType, str], tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    successions: Successions = field(default_factory=load_successions)

    def name(self, type_: EntityType, canonical: str) -> str:
        """Return the name of the entity that a canonical name stands for; a target's own, and one that is not known."""
        entity = self._entity(type_, canonical)
        return entity.name if entity else canonical

    def forms(self, type_: EntityType, canonical: str) -> tuple[str, ...]:
        """Return other names that the tables know an entity by, as MOST for 科技部."""
        entity = self._entity(type_, canonical)
        return entity.forms if entity else ()

    def reasons(self, type_: EntityType, canonical: str) -> tuple[str, ...]:
        """Say why the entity has the name it has: how this canonical name came to it, and what a person decided."""
        entity = self._entity(type_, canonical)
        if entity is None or self.resolution is None:
            return ()
        why = self.resolution.reason(type_, canonical)
        merged = (f"{canonical} → {entity.name}: {why}",) if why else ()
        return (*merged, *self.notes.get((type_, entity.name), ()))

    def _entity(self, type_: EntityType, canonical: str) -> Entity | None:
        if self.resolution is None or type_ == "Target":
            return None
        return self.resolution.get(type_, canonical)

    def instruments(self, name: str) -> tuple[Classification, ...]:
        """Put a mechanism under one concept of each typology."""
        return classify(name, self.contexts.get(name, ()))


#: As many sentences of a mechanism are read; more say no more.
_SENTENCES = 20


def survey(
    records: Iterable[DocumentRecord],
    names: Iterable[str],
    resolution: Resolution,
    notes: Mapping[tuple[EntityType, str], tuple[str, ...]] | None = None,
) -> World:
    """Gather what the graphs of some documents need to know of each other.

    Args:
        names: the documents' names in the graph, in the order of the records.
        notes: what a person decided, by (type, entity's name).
    """
    numbers: dict[str, str] = {}
    contexts: dict[str, dict[str, None]] = {}
    for record, name in zip(records, names, strict=True):
        if record.span.info.number:
            numbers.setdefault(number_key(record.span.info.number), name)
        for mechanism, sentence in _sentences(record):
            entity = resolution.entity("Mechanism", mechanism).name
            contexts.setdefault(entity, {})[sentence] = None
    return World(
        resolution=resolution,
        notes=notes or {},
        numbers=numbers,
        # Sorted, so that the order of the documents makes no difference.
        contexts={name: tuple(sorted(found)[:_SENTENCES]) for name, found in contexts.items()},
    )


def _sentences(record: DocumentRecord) -> Iterable[tuple[str, str]]:
    """Yield the canonical name of each mechanism with the unit of text that it stands in."""
    span, text = record.span, record.source.text
    mentions = sorted((m for m in record.entities if m.type == "Mechanism"), key=lambda m: m.start)
    units = iter(split_units(text[span.start : span.end])) if mentions else iter(())
    unit = next(units, None)
    for mention in mentions:
        while unit and unit[1] + span.start < mention.end:
            unit = next(units, None)
        if unit and unit[0] + span.start <= mention.start:
            yield mention.canonical, text[unit[0] + span.start : unit[1] + span.start]

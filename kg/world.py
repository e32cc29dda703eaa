"""What a document's graph needs to know beyond the document: names, reasons and classes that all documents share."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from policykg.extract.records import DocumentRecord, EntityType
from policykg.extract.structure.units import split_units
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

    def known(self, type_: EntityType, canonical: str) -> "Known":
        """Say what is known of the entity that a canonical name stands for."""
        entity = self._entity(type_, canonical)
        if entity is None or self.resolution is None:
            return Known(canonical)
        why = self.resolution.reason(type_, canonical)
        merged = (f"{canonical} → {entity.name}: {why}",) if why else ()
        return Known(entity.name, entity.forms, (*merged, *self.notes.get((type_, entity.name), ())))

    def _entity(self, type_: EntityType, canonical: str) -> Entity | None:
        if self.resolution is None or type_ == "Target":
            return None
        return self.resolution.get(type_, canonical)

    def instruments(self, name: str) -> tuple[Classification, ...]:
        """Put a mechanism under one concept of each typology."""
        return classify(name, self.contexts.get(name, ()))

    def numbered(self, number: str) -> str:
        """Return the name of the built document that has a number, however it is printed, "" where none has."""
        return self.numbers.get(number_key(number), "") if number else ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entity; by default its name is the one that was asked for.

    `forms` are other names that the tables know it by, as MOST for 科技部; `reasons` say how the canonical name came to it,
    and what a person decided.
    """

    name: str
    forms: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


#: The name of a method of `World`, and what is given to it.
Question = tuple[str, ...]


class Enquiry:
    """A world that keeps in mind what it was asked: a graph depends on the answers to these questions and on no others.

    `asked` holds them in the order of asking.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: dict[Question, object] = {}
        # A table of the program's own, the same for every set of documents.
        self.successions = world.successions

    def known(self, type_: EntityType, canonical: str) -> Known:
        """As `World.known`."""
        answer = self._world.known(type_, canonical)
        self.asked["known", type_, canonical] = answer
        return answer

    def instruments(self, name: str) -> tuple[Classification, ...]:
        """As `World.instruments`."""
        answer = self._world.instruments(name)
        self.asked["instruments", name] = answer
        return answer

    def numbered(self, number: str) -> str:
        """As `World.numbered`."""
        answer = self._world.numbered(number)
        self.asked["numbered", number] = answer
        return answer


def digest_answers(world: World, questions: Iterable[Sequence[str]]) -> str:
    """Digest what a world answers to some questions; two worlds with one digest answer them alike."""
    digest = hashlib.sha256()
    for method, *arguments in questions:
        answer = getattr(world, method)(*arguments)
        digest.update(f"{method}\0{arguments!r}\0{answer!r}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


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

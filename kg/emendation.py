"""Hand corrections put into effect: on the records before their names join, and on the joining itself."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from policykg.extract.normalise import squeeze
from policykg.extract.records import (
    THIS_DOCUMENT,
    DocumentRecord,
    EntityType,
    Mention,
    Modality,
    Predicate,
    Relation,
)
from policykg.extract.relations.frames import ALLOWED
from policykg.kg import names
from policykg.kg.corrections import Correction, CorrectionError
from policykg.kg.resolve import Decision, Entity, Key, Resolution, ResolutionError, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Emended:
    """Records and entities with all corrections in effect.

    `notes` hold what was decided about each entity, by type and name; `unapplied` says of each correction that found
    nothing to correct where it stands, why, and what would be right.
    """

    records: tuple[DocumentRecord, ...]
    resolution: Resolution
    notes: Mapping[Key, tuple[str, ...]]
    unapplied: tuple[str, ...]


def emend(
    records: Sequence[DocumentRecord], names: Sequence[str], corrections: Iterable[Correction] = ()
) -> Emended:
    """Apply corrections and join the names of all documents.

    In turn, whatever their order in the file: retype, split, merge, rename, drop, add. Names mean what they mean after the
    steps before.

    Args:
        names: the documents' names in the graph, in the order of the records.
    Raises:
        CorrectionError: the corrections contradict each other; all faults are listed.
    """
    return _Emender(records, names, tuple(corrections)).run()


class _Unapplied(Exception):
    """Why a correction finds nothing to correct."""


class _Emender:
    def __init__(
        self, records: Sequence[DocumentRecord], names: Sequence[str], corrections: tuple[Correction, ...]
    ) -> None:
        self.records = list(records)
        self.names = list(names)
        self.corrections = corrections
        self.decisions: list[Decision] = []
        self.unapplied: list[str] = []
        self.noted: list[tuple[EntityType, str, str]] = []
        self.resolution = Resolution((), ())

    def run(self) -> Emended:
        self._resolve()
        # What one step changes, the next one must find under its new name.
        for actions in (("retype",), ("split",), ("merge", "rename"), ("drop", "add")):
            found = [one for one in self.corrections if one.action in actions]
            for one in found:
                try:
                    getattr(self, f"_{one.action}")(one)
                except _Unapplied as why:
                    self.unapplied.append(f"{one.place}: {one.action} is not applied: {why}")
            if found:
                self._resolve()
        notes: dict[Key, dict[str, None]] = {}
        for type_, canonical, reason in self.noted:
            try:
                entity = self.resolution.entity(type_, canonical)
            except KeyError:  # the last fact that named it was dropped
                continue
            notes.setdefault((type_, entity.name), {})[reason] = None
        return Emended(
            records=tuple(self.records),
            resolution=self.resolution,
            notes={key: tuple(reasons) for key, reasons in notes.items()},
            unapplied=tuple(self.unapplied),
        )

    def _resolve(self) -> None:
        try:
            self.resolution = resolve(self.records, decisions=self.decisions)
        except ResolutionError as error:
            places = ", ".join(one.place for one in self.corrections if one.action in ("merge", "rename"))
            raise CorrectionError([f"{places}: {fault}" for fault in error.faults]) from error

    def _retype(self, one: Correction) -> None:
        entity = self._find(one.subject)
        to: EntityType = one.object  # type: ignore[assignment]
        if entity.type == to:
            raise _Unapplied(f"{entity.name} is a {to} already; remove the row")
        keys = {(entity.type, name) for name in entity.names}

        def retyped(type_: EntityType, name: str) -> EntityType:
            return to if (type_, name) in keys else type_

        lost = 0
        for i, record in enumerate(self.records):
            relations = []
            for relation in record.relations:
                changed = replace(
                    relation,
                    subject_type=retyped(relation.subject_type, relation.subject),
                    object_type=retyped(relation.object_type, relation.object),
                )
                fits = _fits(changed.predicate, changed.subject_type, changed.object_type)
                if changed == relation or fits:
                    relations.append(changed)
                else:
                    lost += 1
            entities = [replace(m, type=retyped(m.type, m.canonical)) for m in record.entities]
            self.records[i] = replace(record, entities=_apart(entities), relations=tuple(relations))
        left = f" ({lost} facts no longer fit and are left out)" if lost else ""
        self.noted += [(to, name, one.reason + left) for name in entity.names]

    def _split(self, one: Correction) -> None:
        form = names.split_type(one.subject, None)[1]
        entity = self._find(one.subject)
        named = [name for name in entity.names if names.fold(name) == names.fold(form)]
        # A canonical name is split off whole; another form only where the text has it.
        old = frozenset(named or entity.names)

        def chosen(mention: Mention) -> bool:
            same = bool(named) or names.fold(mention.text) == names.fold(form)
            return mention.canonical in old and same

        new = one.object or (named[0] if named else squeeze(form))
        within = self._documents(one.document) if one.document else range(len(self.records))
        touched = 0
        for i in within:
            touched += self._rename_mentions(i, entity.type, old, new, chosen, one.reason)
        if not touched and not named:
            raise _Unapplied(f"no text writes {form!r} for {entity.name}; write a form that one has")
        if not touched and one.document:
            raise _Unapplied(f"{one.document} does not mention {form}; name a document that does")
        self.decisions.append(Decision(kind="split", type=entity.type, name=new, reason=one.reason))
        self.noted.append((entity.type, new, one.reason))

    def _rename_mentions(
        self,
        i: int,
        type_: EntityType,
        old: frozenset[str],
        new: str,
        chosen: Callable[[Mention], bool],
        reason: str,
    ) -> int:
        """Give the chosen mentions of a record another canonical name, and the facts that are read from such.

        Of a fact that does not say from which mentions it is read, those within its words decide.
        """
        record = self.records[i]
        mine = [m for m in record.entities if m.type == type_ and m.canonical in old]
        picked = [m for m in mine if chosen(m)]
        if not picked or (new in old and len(old) == 1):
            return len(picked)
        every = len(picked) == len(mine)

        def renamed(relation: Relation, name: str, end_type: EntityType, at: tuple[int, int] | None) -> str:
            if end_type != type_ or name not in old:
                return name
            start, end = at or (relation.start, relation.end)
            here = [m for m in mine if start <= m.start and m.end <= end]
            whole = all(chosen(m) for m in here) if here else every
            return new if whole else name

        ids = {id(m) for m in picked}
        self.records[i] = replace(
            record,
            entities=tuple(
                replace(m, canonical=new, reason=reason) if id(m) in ids else m for m in record.entities
            ),
            relations=tuple(
                replace(
                    r,
                    subject=renamed(r, r.subject, r.subject_type, r.subject_at),
                    object=renamed(r, r.object, r.object_type, r.object_at),
                )
                for r in record.relations
            ),
        )
        return len(picked)

    def _merge(self, one: Correction) -> None:
        entity = self._find(one.subject)
        into = self._find(one.object, prefer=entity.type)
        if entity == into:
            raise _Unapplied(f"{one.subject} and {one.object} are one already ({into.name}); remove the row")
        if entity.type != into.type:
            raise _Unapplied(
                f"{one.subject} is a {entity.type} and {one.object} a {into.type}; retype one of them first"
            )
        taken = {(decision.type, decision.name) for decision in self.decisions}
        self.decisions += [
            Decision(kind="merge", type=entity.type, name=name, into=into.name, reason=one.reason)
            for name in entity.names
            if (entity.type, name) not in taken
        ]

    def _rename(self, one: Correction) -> None:
        entity = self._find(one.subject)
        into = squeeze(one.object)
        self.decisions.append(
            Decision(kind="rename", type=entity.type, name=entity.names[0], into=into, reason=one.reason)
        )

    def _drop(self, one: Correction) -> None:
        within = self._documents(one.document) if one.document else range(len(self.records))
        ends = [self._end(name) for name in (one.subject, one.object)]
        dropped = 0
        for i in within:
            record = self.records[i]
            kept = tuple(relation for relation in record.relations if not self._is(relation, one, ends))
            dropped += len(record.relations) - len(kept)
            self.records[i] = replace(record, relations=kept)
        if not dropped:
            where = f" in {one.document}" if one.document else ""
            raise _Unapplied(f"no text{where} states {one.subject} {one.predicate} {one.object}; see `show`")
        self.noted += [(end.type, end.names[0], one.reason) for end in ends if end]

    def _add(self, one: Correction) -> None:
        (i,) = self._documents(one.document)[:1]
        record = self.records[i]
        ends = [self._end(name) for name in (one.subject, one.object)]
        subject, object_ = ((end.type, end.names[0]) if end else ("Document", THIS_DOCUMENT) for end in ends)
        predicate: Predicate = one.predicate  # type: ignore[assignment]
        modality: Modality = one.modality  # type: ignore[assignment]
        if not _fits(predicate, subject[0], object_[0]):
            allowed = [", ".join(sorted(types)) for types in ALLOWED[predicate]]
            raise _Unapplied(
                f"a {subject[0]} {predicate} no {object_[0]}; its subject is {allowed[0]}, its object {allowed[1]}"
            )
        start, end = _locate(record, one.quote)
        relation = Relation(
            subject=subject[1],
            predicate=predicate,
            object=object_[1],
            modality=modality,
            start=start,
            end=end,
            trigger=(start, end),
            subject_type=subject[0],
            object_type=object_[0],
            rule="correction",
        )
        self.records[i] = replace(record, relations=(*record.relations, relation))
        self.noted += [(end.type, end.names[0], one.reason) for end in ends if end]

    def _is(self, relation: Relation, one: Correction, ends: Sequence[Entity | None]) -> bool:
        if relation.predicate != one.predicate:
            return False
        pairs = ((relation.subject_type, relation.subject), (relation.object_type, relation.object))
        for (type_, name), end in zip(pairs, ends, strict=True):
            if end is None or name == THIS_DOCUMENT:
                if end is not None or name != THIS_DOCUMENT:
                    return False
            elif type_ != end.type or self.resolution.entity(type_, name).name != end.name:
                return False
        return True

    def _end(self, name: str) -> Entity | None:
        return None if name == THIS_DOCUMENT else self._find(name)

    def _find(self, name: str, prefer: EntityType | None = None) -> Entity:
        """Find the one entity that a name stands for."""
        type_, form = names.split_type(name, None)
        found = self.resolution.find(form, type_)  # type: ignore[arg-type]
        own = [entity for entity in found if names.fold(entity.name) == names.fold(form)]
        wanted = own or list(found)
        wanted = [entity for entity in wanted if entity.type == prefer] or wanted
        if not wanted:
            nearest = self.resolution.nearest(form)
            hint = f"; nearest: {'、'.join(nearest)}" if nearest else ""
            raise _Unapplied(f"no document names {name!r}{hint}")
        if len(wanted) > 1:
            listed = ", ".join(f"{entity.type}:{entity.name}" for entity in wanted)
            raise _Unapplied(f"{name!r} names several things: {listed}; write one of these")
        return wanted[0]

    def _documents(self, name: str) -> list[int]:
        """Find the documents of a name or title."""
        key = names.fold(name)
        found = [i for i, own in enumerate(self.names) if names.fold(own) == key]
        found = found or [
            i for i, record in enumerate(self.records) if names.fold(record.span.info.title) == key
        ]
        if not found:
            pool = [names.Name(own, "Document", own, True) for own in self.names]
            nearest = names.nearest(name, pool)
            hint = f"; nearest: {'、'.join(nearest)}" if nearest else ""
            raise _Unapplied(f"no document {name!r} is built{hint}")
        return found


def _fits(predicate: Predicate, subject: str, object_: str) -> bool:
    subjects, objects = ALLOWED[predicate]
    return subject in subjects and object_ in objects


def _apart(entities: Iterable[Mention]) -> tuple[Mention, ...]:
    """Drop mentions that have become alike, as where two types of one span have become one."""
    return tuple(dict.fromkeys(entities))


def _locate(record: DocumentRecord, quote: str) -> tuple[int, int]:
    """Find a quotation in a record's document; white space does not count."""
    span, text = record.span, record.source.text
    at = text.find(quote, span.start, span.end)
    if at >= 0:
        return at, at + len(quote)
    pattern = r"\s*".join(map(re.escape, squeeze(quote)))
    if match := re.compile(pattern).search(text, span.start, span.end):
        return match.span()
    raise _Unapplied(f"{record.span.info.title} does not say {quote!r}; quote it word for word")

"""Mentions of all documents -> entities, each with its reasons.

Names of one type join where they differ only in what readers do not see (width, white space, quotation marks), where
a table of official names says that they are one, and where a decision handed in says so. Names that two types share
stay two entities: 示范区 may be a programme in one text and an instrument in another, and only a person can tell.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from policykg.extract.canonical.official import OfficialNames, load_official_names
from policykg.extract.normalise import squeeze
from policykg.extract.records import ENTITY_TYPES, THIS_DOCUMENT, DocumentRecord, EntityType
from policykg.kg import names
from policykg.ontology.errors import PolicyKGError

#: (entity type, canonical name)
Key = tuple[EntityType, str]


class ResolutionError(PolicyKGError, ValueError):
    """Decisions that contradict each other or lead nowhere; `faults` holds one line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a name; it goes before every rule.

    `merge`: `name` is the thing that is called `into`. `split`: `name` is joined with nothing; `into` is empty.
    `rename`: the thing that `name` has gone into is called `into`.
    """

    kind: Literal["merge", "split", "rename"]
    type: EntityType
    name: str
    into: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One canonical name that went into an entity of another name, and why. A `split` decision undoes it."""

    type: EntityType
    name: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing in the graph.

    `names` are the canonical names that came together in it; `surfaces` the forms in the texts with the number of their
    mentions, most frequent first; `forms` other names known from the tables (MOST); `documents` the titles of the
    documents that speak of it, or their sources where untitled. A Target is its document's own: do not join two by name.
    """

    name: str
    type: EntityType
    names: tuple[str, ...]
    surfaces: tuple[tuple[str, int], ...] = ()
    forms: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    reason: str = ""

    @property
    def mentions(self) -> int:
        """The number of mentions in all documents."""
        return sum(count for _, count in self.surfaces)

    @property
    def aliases(self) -> tuple[str, ...]:
        """All names but the preferred one, sorted."""
        others = {*self.names, *self.forms, *(surface for surface, _ in self.surfaces)}
        return tuple(sorted(others - {self.name}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A name that several types share; they stay apart. `types` has the number of mentions of each."""

    name: str
    types: tuple[tuple[EntityType, int], ...]


class Resolution:
    """The entities of a set of documents; looked up by type and canonical name."""

    def __init__(self, entities: Iterable[Entity], merges: Iterable[Merge]) -> None:
        self.entities = tuple(sorted(entities, key=lambda e: (ENTITY_TYPES.index(e.type), e.name)))
        self.merges = tuple(sorted(merges, key=lambda m: (ENTITY_TYPES.index(m.type), m.into, m.name)))
        self._by_key: dict[Key, Entity] = {
            (entity.type, name): entity for entity in self.entities for name in entity.names
        }
        self._reasons: dict[Key, str] = {(merge.type, merge.name): merge.reason for merge in self.merges}
        by_form: dict[str, dict[Key, Entity]] = defaultdict(dict)
        for entity in self.entities:
            for form in (entity.name, *entity.aliases):
                by_form[names.fold(form)][entity.type, entity.name] = entity
        self._by_form = by_form

    def entity(self, type_: EntityType, canonical: str) -> Entity:
        """Return the entity that a mention or relation of this canonical name speaks of.

        Raises:
            KeyError: no document has such a name under this type.
        """
        return self._by_key[type_, canonical]

    def get(self, type_: EntityType, canonical: str) -> Entity | None:
        """Return the entity of a canonical name, None where no document has such a name under this type."""
        return self._by_key.get((type_, canonical))

    def reason(self, type_: EntityType, canonical: str) -> str:
        """Say why a canonical name went into its entity; "" where the entity bears it."""
        return self._reasons.get((type_, canonical), "")

    def find(self, form: str, type_: EntityType | None = None) -> tuple[Entity, ...]:
        """Return the entities that any form stands for: canonical, surface, official or English; preferred names first."""
        found = self._by_form.get(names.fold(form), {}).values()
        fitting = [entity for entity in found if type_ in (None, entity.type)]
        return tuple(sorted(fitting, key=lambda e: (names.fold(e.name) != names.fold(form), e.type, e.name)))

    def nearest(self, form: str, n: int = 5) -> tuple[str, ...]:
        """Return the names of the entities most like a form that is not known, best first."""
        pool = [
            names.Name(f"{entity.type}:{entity.name}", entity.type, text, text == entity.name)
            for entity in self.entities
            for text in (entity.name, *entity.aliases)
        ]
        return names.nearest(form, pool, limit=n)

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return the names that more than one type has, Targets aside."""
        types: dict[str, list[tuple[EntityType, int]]] = defaultdict(list)
        for entity in self.entities:
            if entity.type != "Target":
                types[entity.name].append((entity.type, entity.mentions))
        return tuple(
            Conflict(name=name, types=tuple(sorted(counts, key=lambda item: (-item[1], item[0]))))
            for name, counts in sorted(types.items())
            if len(counts) > 1
        )


@dataclass(slots=True)
class _Use:
    surfaces: Counter[str]
    documents: set[str]


def resolve(
    records: Iterable[DocumentRecord],
    *,
    decisions: Iterable[Decision] = (),
    official: OfficialNames | None = None,
) -> Resolution:
    """Join the names of all documents into entities; the order of the documents makes no difference.

    Args:
        decisions: what a person decided; a name without mentions in the documents is allowed.
    Raises:
        ResolutionError: a decision is faulty; all faults are listed.
    """
    uses = _collect(records)
    known = official or load_official_names()
    listed = list(decisions)
    chosen = _by_key(decision for decision in listed if decision.kind != "rename")
    targets = _targets(uses, chosen, known)
    groups: dict[tuple[EntityType, str], list[Key]] = defaultdict(list)
    for (type_, name), (into, _) in targets.items():
        groups[type_, _identity(type_, into)].append((type_, name))
    apart = {(type_, name) for (type_, name), decision in chosen.items() if decision.kind == "split"}
    entities, merges = [], []
    for (type_, identity), keys in groups.items():
        taken = frozenset() if identity.startswith(_APART) else frozenset(n for t, n in apart if t == type_)
        entity, joined = _join(type_, sorted(keys), uses, targets, known, taken)
        entities.append(entity)
        merges.extend(joined)
    return Resolution(*_rename(entities, merges, [one for one in listed if one.kind == "rename"]))


def _rename(
    entities: list[Entity], merges: list[Merge], decisions: Iterable[Decision]
) -> tuple[list[Entity], list[Merge]]:
    """Give entities the names that a person decided; what they were called becomes one of their names."""
    by_name = {(entity.type, name): entity for entity in entities for name in (*entity.names, entity.name)}
    wanted: dict[Key, Decision] = {}
    faults: list[str] = []
    for decision in decisions:
        entity = by_name.get((decision.type, decision.name))
        if entity is None:
            continue
        what = f"rename {decision.type} {decision.name!r}"
        other = by_name.get((decision.type, decision.into))
        if not decision.into:
            faults.append(f"{what}: `into` must hold the new name")
        elif other is not None and other is not entity:
            faults.append(f"{what}: {decision.into!r} is the name of another; merge the two instead")
        elif wanted.setdefault((entity.type, entity.name), decision).into != decision.into:
            faults.append(f"{what}: another decision gives it another name; keep one")
    if faults:
        raise ResolutionError(sorted(faults))
    if not wanted:
        return entities, merges
    renamed = []
    for entity in entities:
        new = wanted.get((entity.type, entity.name))
        if new is None:
            renamed.append(entity)
            continue
        reason = new.reason or f"decided: rename {new.name} {new.into}"
        renamed.append(
            replace(
                entity,
                name=new.into,
                forms=tuple(sorted({*entity.forms, entity.name} - {new.into})),
                reason="; ".join(part for part in (entity.reason, reason) if part),
            )
        )
        merges = [
            replace(merge, into=new.into) if (merge.type, merge.into) == (entity.type, entity.name) else merge
            for merge in merges
        ]
        named = {merge.name for merge in merges if merge.type == entity.type}
        merges += [
            Merge(type=entity.type, name=name, into=new.into, reason=reason)
            for name in entity.names
            if name not in named and name != new.into
        ]
    return renamed, merges


def _collect(records: Iterable[DocumentRecord]) -> dict[Key, _Use]:
    uses: dict[Key, _Use] = {}

    def use(type_: EntityType, name: str, document: str) -> _Use:
        found = uses.setdefault((type_, name), _Use(Counter(), set()))
        found.documents.add(document)
        return found

    for record in records:
        title = squeeze(record.span.info.title)
        document = title or PurePath(record.source.source).name
        if title:
            use("Document", title, document)
        for mention in record.entities:
            use(mention.type, mention.canonical, document).surfaces[squeeze(mention.text)] += 1
        for relation in record.relations:
            for type_, name in (
                (relation.subject_type, relation.subject),
                (relation.object_type, relation.object),
            ):
                if name != THIS_DOCUMENT:
                    use(type_, name, document)
    return uses


def _by_key(decisions: Iterable[Decision]) -> dict[Key, Decision]:
    faults: list[str] = []
    chosen: dict[Key, Decision] = {}
    for decision in decisions:
        key = (decision.type, decision.name)
        what = f"{decision.kind} {decision.type} {decision.name!r}"
        if (decision.kind == "merge") == (not decision.into):
            faults.append(f"{what}: `into` must name a thing in a merge, and be empty in a split")
        if chosen.setdefault(key, decision) != decision:
            faults.append(f"{what}: another decision speaks of the same name; keep one")
    for (type_, name), decision in chosen.items():
        seen = {name}
        at = decision
        while at.kind == "merge" and (following := chosen.get((type_, at.into))):
            if at.into in seen:
                faults.append(f"merge {type_} {name!r}: leads back to itself; remove one of the merges")
                break
            seen.add(at.into)
            at = following
    if faults:
        raise ResolutionError(sorted(faults))
    return chosen


def _targets(
    uses: Mapping[Key, _Use], decisions: Mapping[Key, Decision], official: OfficialNames
) -> dict[Key, tuple[str, str]]:
    """Say for each canonical name which name it goes under, and why ("" where it keeps its own)."""
    titles = {_bare(name) for type_, name in uses if type_ == "Document"}
    targets: dict[Key, tuple[str, str]] = {}
    for type_, name in uses:
        into, reason = name, ""
        while decision := decisions.get((type_, into)):
            reason = decision.reason or f"decided: {decision.kind} {into} {decision.into}".strip()
            if decision.kind == "split":
                break
            into = decision.into
        if decision:
            # A name no rule can reach: it is compared as it stands.
            targets[type_, name] = (_APART + into, reason)
            continue
        if type_ == "Document":
            full = _STATE + _bare(into)
            if full in titles and into.strip("《》").endswith(("法", "条例")):
                into, reason = full, _then(reason, f"{full} is the full title")
        elif type_ != "Target":
            found = official.merge_name(type_, into)
            into, reason = found.name, _then(reason, found.reason)
        targets[type_, name] = (into, reason)
    return targets


_STATE = "中华人民共和国"
_APART = "\0"


def _then(reason: str, more: str) -> str:
    return "; ".join(part for part in (reason, more) if part)


def _bare(title: str) -> str:
    """A document's name has no 《》 around it; those within stay."""
    name = squeeze(title)
    return name[1:-1] if len(name) > 2 and name.startswith("《") and name.endswith("》") else name


def _identity(type_: EntityType, name: str) -> str:
    return name if type_ == "Target" or name.startswith(_APART) else names.fold(name)


def _join(
    type_: EntityType,
    keys: Sequence[Key],
    uses: Mapping[Key, _Use],
    targets: Mapping[Key, tuple[str, str]],
    official: OfficialNames,
    taken: frozenset[str],
) -> tuple[Entity, list[Merge]]:
    surfaces: Counter[str] = Counter()
    documents: set[str] = set()
    votes: Counter[str] = Counter()
    for key in keys:
        surfaces.update(uses[key].surfaces)
        documents |= uses[key].documents
        votes[targets[key][0].removeprefix(_APART)] += uses[key].surfaces.total()
    if type_ == "Document":
        votes = Counter({_bare(name): count for name, count in sorted(votes.items())})
    # The name that these share may belong to a thing that was split from them.
    free = [name for name in votes if name not in taken] or [name for _, name in keys]
    name = min(free, key=lambda candidate: (-votes[candidate], candidate))
    merges = [
        Merge(
            type=type_,
            name=other,
            into=name,
            reason=targets[type_, other][1] or "the same but for width, quotation marks or brackets",
        )
        for _, other in keys
        if (_bare(other) if type_ == "Document" else other) != name
    ]
    reasons = sorted(f"{merge.name}: {merge.reason}" for merge in merges)
    entity = Entity(
        name=name,
        type=type_,
        names=tuple(name for _, name in keys),
        surfaces=tuple(sorted(surfaces.items(), key=lambda item: (-item[1], item[0]))),
        forms=official.forms(name) if type_ == "Body" else (),
        documents=tuple(sorted(documents)),
        reason="; ".join(reasons),
    )
    return entity, merges

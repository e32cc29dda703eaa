"""Records -> RDF: all that one document says, as the quads of its named graph.

Everything a document's facts need, labels of entities included, stands in its own graph, so that dropping the graph drops
the document. Offsets are those of the reader's text of the source file; the same record gives the same quads in the
same order.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from pyoxigraph import Literal, NamedNode, Quad

from policykg.extract.normalise import squeeze
from policykg.extract.records import THIS_DOCUMENT, DocumentRecord, EntityType, Mention
from policykg.extract.relations.frames import is_admitted
from policykg.extract.structure.contacts import without_contacts
from policykg.kg.instruments import classification_triples
from policykg.kg.lineage import Citation, Lineage, Place, last_day, period_of
from policykg.kg.naming import bare_title, edition_name, name_documents, number_key, untitled_label
from policykg.kg.places import Places
from policykg.kg.triples import A, Triple, date, decimal, pol, term, zh
from policykg.kg.world import Enquiry, Known, World
from policykg.ontology.namespace import entity_iri, graph_iri
from policykg.ontology.terms import classify


def build_quads(
    record: DocumentRecord, *, name: str = "", world: World | Enquiry | None = None
) -> list[Quad]:
    """Build the quads of one document, without repetition.

    Args:
        name: the document's name in the graph; `policykg.kg.naming` finds it for several documents at once.
        world: what is known beyond the document; by default only what the tables say.
    """
    name = name or name_documents([record])[0]
    graph = NamedNode(graph_iri(name))
    enquiry = world if isinstance(world, Enquiry) else Enquiry(world or World())
    triples = _DocumentBuilder(record, name, enquiry).build()
    return [Quad(*triple, graph) for triple in dict.fromkeys(triples)]


class _DocumentBuilder:
    def __init__(self, record: DocumentRecord, name: str, world: Enquiry) -> None:
        self.record = record
        self.name = name
        self.world = world
        self.document = NamedNode(entity_iri("Document", name))
        self.places = Places(record, self.document)
        self.lineage = Lineage(record)
        self.text = without_contacts(record.source.text, record.span.start, record.span.end)
        self.title = bare_title(record.span.info.title)
        self.label = name if self.title else untitled_label(name, self.text, fragment=record.span.fragment)
        self.entities: dict[NamedNode, _Described] = {}
        self.said: dict[tuple[int, int, NamedNode], NamedNode] = {}  # mentions by extent and what they denote

    def build(self) -> Iterator[Triple]:
        yield from self._document()
        yield from self.places.provisions()
        # Gathered first: what the facts say of an entity stands behind its own description.
        facts = [*self._mentions(), *self._relations(), *self._measures(), *self._lineage()]
        yield from self._entities()
        yield from facts

    def _document(self) -> Iterator[Triple]:
        record, info, node = self.record, self.record.span.info, self.document
        yield node, A, pol("Document")
        if kind := classify("Document", info.kind or self.title):
            yield node, A, pol(kind)
        yield node, term("skos:prefLabel"), zh(self.label)
        if self.title:
            yield node, term("eli:title"), zh(self.title)
        if info.number:
            yield node, term("eli:number"), Literal(info.number)
        if info.date:
            yield node, term("eli:date_document"), date(info.date)
        if info.kind:
            yield node, pol("documentKind"), Literal(info.kind)
        for issuer in info.issuers:
            yield node, pol("issuerName"), Literal(issuer)
        if info.locality:
            yield node, pol("locality"), Literal(info.locality)
        if record.span.fragment:
            yield node, pol("fragment"), Literal(True)
        yield node, term("dcterms:source"), Literal(PurePath(record.source.source).name)
        yield node, pol("textStart"), Literal(record.span.start)
        yield node, pol("text"), Literal(self.text)

    def _mentions(self) -> Iterator[Triple]:
        taken: dict[str, EntityType] = {}
        for mention in self.record.entities:
            part = f"m{mention.start}-{mention.end}"
            if taken.get(part, mention.type) != mention.type:
                part = f"{part}-{mention.type[0].lower()}"
            if part in taken:
                continue
            taken[part] = mention.type
            node = self.places.part(part)
            yield node, A, pol("Mention")
            entity = self._entity(mention.type, mention.canonical or mention.text, mention.text)
            yield node, pol("denotes"), entity
            self.said[mention.start, mention.end, entity] = node
            yield from self.places.quote(node, mention.start, mention.end)
            yield from self._naming(node, mention)
            if mention.rule:
                yield node, pol("rule"), Literal(mention.rule)

    def _relations(self) -> Iterator[Triple]:
        seen: set[tuple[object, ...]] = set()
        for i, relation in enumerate(self.record.relations, start=1):
            subject = self._entity(relation.subject_type, relation.subject)
            object_ = self._entity(relation.object_type, relation.object)
            fact = (subject, relation.predicate, object_, relation.modality, relation.start, relation.end)
            # Two names of one entity, once resolved, may repeat a fact or relate a thing to itself; and records that
            # have been edited may hold types that the predicate does not tie.
            ends: list[EntityType] = [
                "Document" if node == self.document else type_
                for node, type_ in ((subject, relation.subject_type), (object_, relation.object_type))
            ]
            if subject == object_ or fact in seen or not is_admitted(ends[0], relation.predicate, ends[1]):
                continue
            seen.add(fact)
            predicate = pol(relation.predicate)
            if relation.modality != "prohibited":  # what must not be is no edge of the graph
                yield subject, predicate, object_
            node = self.places.part(f"r{i}")
            yield node, A, pol("Statement")
            yield node, A, term("rdf:Statement")
            yield node, term("rdf:subject"), subject
            yield node, term("rdf:predicate"), predicate
            yield node, term("rdf:object"), object_
            yield node, pol("modality"), pol(relation.modality)
            if relation.rule:
                yield node, pol("rule"), Literal(relation.rule)
            yield node, pol("confidence"), decimal(relation.confidence)
            yield node, term("prov:wasQuotedFrom"), self.document
            yield node, pol("evidence"), self.places.part(f"e{i}")
            yield from self.places.evidence(f"e{i}", relation.start, relation.end, relation.trigger)
            for end, entity, at in (
                ("subjectMention", subject, relation.subject_at),
                ("objectMention", object_, relation.object_at),
            ):
                if at is None or (relation.start <= at[0] and at[1] <= relation.end):
                    continue  # the evidence holds it
                if (mention := self.said.get((*at, entity))) is not None:
                    yield node, pol(end), mention

    def _measures(self) -> Iterator[Triple]:
        targets = sorted(
            (m for m in self.record.entities if m.type == "Target"), key=lambda m: (m.start, -m.end)
        )
        starts = [target.start for target in targets]
        for i, measure in enumerate(self.record.measures, start=1):
            node = self.places.part(f"v{i}")
            yield self.document, pol("states"), node
            # Targets do not overlap one another: the last to begin is the only one that can hold the measure.
            at = bisect_right(starts, measure.start) - 1
            if at >= 0 and measure.end <= targets[at].end:
                target = targets[at]
                yield self._entity("Target", target.canonical or target.text), pol("hasMeasure"), node
            yield node, A, pol("Measure")
            yield node, pol("measureKind"), Literal(measure.kind)
            yield node, pol("indicator"), Literal(measure.indicator)
            yield node, pol("comparator"), Literal(measure.comparator)
            yield node, term("schema:value"), decimal(measure.value)
            if measure.unit:
                yield node, term("schema:unitText"), Literal(measure.unit)
            if measure.date:
                yield node, pol("date"), Literal(measure.date)
            if measure.kind == "target" and (day := last_day(measure.date)):
                yield node, pol("deadline"), date(day)
            yield from self.places.quote(node, measure.start, measure.end)

    def _lineage(self) -> Iterator[Triple]:
        number = 0
        for dating in self.lineage.datings:
            number += 1
            yield self.document, term(dating.property), date(dating.day)
            yield from self._fact(f"d{number}", dating.property, date(dating.day), dating.place)
        for citation in self.lineage.citations:
            other = self._cited(citation)
            if other is None:
                continue
            number += 1
            yield self.document, term(citation.property), other
            yield from self._fact(f"d{number}", citation.property, other, citation.place)
            if citation.day:
                yield self.places.part(f"d{number}"), pol("effectiveDate"), date(citation.day)
            if citation.number:
                yield self.places.part(f"d{number}"), pol("citedNumber"), Literal(citation.number)
        # A target that is stated twice is due when it is first said to be.
        due: dict[NamedNode, str] = {}
        for mention in self.record.entities:
            if mention.type == "Target" and (day := self.lineage.deadline(mention)):
                due.setdefault(self._entity("Target", mention.canonical or mention.text), day)
        for target, day in due.items():
            yield target, pol("deadline"), date(day)

    def _fact(self, part: str, property_: str, value: NamedNode | Literal, place: Place) -> Iterator[Triple]:
        node = self.places.part(part)
        yield node, A, pol("DocumentFact")
        yield node, A, term("rdf:Statement")
        yield node, term("rdf:subject"), self.document
        yield node, term("rdf:predicate"), term(property_)
        yield node, term("rdf:object"), value
        yield node, pol("rule"), Literal(place.rule)
        yield node, term("prov:wasQuotedFrom"), self.document
        yield node, pol("evidence"), self.places.part(f"{part}e")
        yield from self.places.evidence(f"{part}e", place.start, place.end, place.trigger)

    def _cited(self, citation: Citation) -> NamedNode | None:
        """Find the node of a cited document: the one of its number, else the one of its title, but never this one."""
        node = self._entity("Document", citation.title)
        if named := self.world.numbered(citation.number):
            node = NamedNode(entity_iri("Document", named))
            cited = self.entities.setdefault(node, _Described("Document", named))
            cited.forms[bare_title(citation.title)] = None
        if node != self.document:
            return node
        if not citation.number or number_key(citation.number) == number_key(self.record.span.info.number):
            return None
        # An earlier edition with this one's title, which no built document is.
        name = edition_name(bare_title(citation.title), citation.number)
        node = NamedNode(entity_iri("Document", name))
        self.entities.setdefault(node, _Described("Document", name))
        return node

    def _naming(self, node: NamedNode, mention: Mention) -> Iterator[Triple]:
        canonical = mention.canonical or mention.text
        if squeeze(canonical) != squeeze(mention.text):
            yield node, pol("canonicalName"), Literal(squeeze(canonical))
            if reason := mention.reason:
                yield node, pol("reason"), Literal(reason)

    def _entities(self) -> Iterator[Triple]:
        for node, entity in self.entities.items():
            yield node, A, pol(entity.type)
            is_target = entity.type == "Target"
            sub_class = _target_class(entity.name) if is_target else classify(entity.type, entity.name)
            if sub_class and node != self.document:
                yield node, A, pol(sub_class)
            if node != self.document:
                yield node, term("skos:prefLabel"), zh(entity.name)
            yield from self._other_names(node, entity)
            if entity.type == "Body":
                yield from self.world.successions.triples(entity.name)
            elif entity.type == "Mechanism":
                yield from classification_triples(node, self.world.instruments(entity.name))
            if entity.type == "Program" or node == self.document:
                for property_, day in period_of(self.title if node == self.document else entity.name):
                    yield node, term(property_), date(day)

    def _other_names(self, node: NamedNode, entity: "_Described") -> Iterator[Triple]:
        known = [form for one in entity.canonicals.values() for form in one.forms]
        for form in dict.fromkeys((*entity.forms, *known)):
            if form != (self.label if node == self.document else entity.name):
                yield node, term("skos:altLabel"), Literal(form, language="en" if form.isascii() else "zh")
        for one in entity.canonicals.values():
            for reason in one.reasons:
                yield node, pol("reason"), Literal(reason)

    def _entity(self, type: EntityType, canonical: str, surface: str = "") -> NamedNode:
        if canonical == THIS_DOCUMENT:
            return self.document
        forms = [bare_title(form) if type == "Document" else squeeze(form) for form in (canonical, surface)]
        if type == "Target":  # its document's own, which no other knows
            known, name = Known(canonical), forms[0]
            node = NamedNode(entity_iri(type, name, document=self.name))
        else:
            known = self.world.known(type, canonical)
            name = bare_title(known.name) if type == "Document" else squeeze(known.name)
            node = NamedNode(entity_iri(type, name))
        described = self.entities.setdefault(node, _Described(type, name))
        described.canonicals[canonical] = known
        described.forms.update({form: None for form in forms if form})
        return node


@dataclass(slots=True)
class _Described:
    """An entity of the document: what is known of its canonical names, and all its forms, in the order of the text."""

    type: EntityType
    name: str
    canonicals: dict[str, Known] = field(default_factory=dict)
    forms: dict[str, None] = field(default_factory=dict)


_NUMERAL = re.compile(r"[0-9０-９]|[一二两三四五六七八九十百千][家个项倍成万亿番%％]|百分之|翻番")


def _target_class(name: str) -> str:
    return "QuantitativeTarget" if _NUMERAL.search(name) else "QualitativeTarget"

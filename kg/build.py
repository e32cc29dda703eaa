"""Records -> RDF: all that one document says, as the quads of its named graph.

Everything a document's facts need, labels of entities included, stands in its own graph, so that dropping the graph drops
the document. Offsets are those of the reader's text of the source file; the same record gives the same quads in the
same order.
"""

import datetime
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import PurePath

from pyoxigraph import Literal, NamedNode, Quad

from policykg.extract.records import (
    THIS_DOCUMENT,
    DocumentRecord,
    EntityType,
    Measure,
    Mention,
    Relation,
    Section,
)
from policykg.ontology.namespace import PREFIXES, entity_iri, graph_iri
from policykg.ontology.terms import classify

#: (type, canonical name) -> the name of the entity; what `policykg.kg.resolve` offers.
NameOf = Callable[[EntityType, str], str]

#: (type, entity's name) -> other names it is known by from elsewhere, as MOST for 科技部.
FormsOf = Callable[[EntityType, str], Iterable[str]]

#: How many characters of text an evidence's prefix and suffix hold.
CONTEXT = 24

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def build_quads(
    record: DocumentRecord,
    *,
    name: str = "",
    name_of: NameOf | None = None,
    forms_of: FormsOf | None = None,
) -> list[Quad]:
    """Build the quads of one document, without repetition.

    Args:
        name: the document's name in the graph; `name_documents` finds it for several documents at once.
        name_of: maps a canonical name to its entity's name; by default they are the same.
        forms_of: gives further names of an entity, to be found by; by default only those in the text are kept.
    """
    name = name or name_documents([record])[0]
    graph = NamedNode(graph_iri(name))
    triples = _DocumentBuilder(record, name, name_of or _same_name, forms_of or _no_forms).build()
    return [Quad(*triple, graph) for triple in dict.fromkeys(triples)]


def name_documents(records: Sequence[DocumentRecord]) -> list[str]:
    """Find each document's name in the graph; no two are alike.

    A document is named by its title, one without title by its file's stem and its place in the file. Of several with
    one title the earliest keeps the title alone; the others add their number, their date or, where that is not enough,
    a count. The order of the records does not matter.
    """
    order = sorted(range(len(records)), key=lambda i: _age(records[i]))
    places: dict[tuple[str, str], int] = {}
    names = [""] * len(records)
    taken: set[str] = set()
    for i in sorted(order, key=lambda i: _age(records[i])[2:]):
        source = records[i].source
        places[source.source, source.text] = place = places.get((source.source, source.text), 0) + 1
        names[i] = f"{PurePath(source.source).stem}-{place}"
    for i in order:
        info = records[i].span.info
        title = _bare_title(info.title)
        wanted = (
            [title, *(f"{title}-{mark}" for mark in (info.number, info.date) if mark)]
            if title
            else [names[i]]
        )
        count = 1
        while (found := next((w for w in wanted if _key(w) not in taken), None)) is None:
            count += 1
            wanted.append(f"{wanted[0]}-{count}")
        names[i] = found
        taken.add(_key(found))
    return names


class _DocumentBuilder:
    def __init__(self, record: DocumentRecord, name: str, name_of: NameOf, forms_of: FormsOf) -> None:
        self.record = record
        self.text = record.source.text
        self.name = name
        self.name_of = name_of
        self.forms_of = forms_of
        self.document = NamedNode(entity_iri("Document", name))
        self.entities: dict[NamedNode, tuple[EntityType, str, dict[str, None]]] = {}
        self.sections = _SectionIndex(record.span.sections)
        self.pages = record.source.pages
        self.page_offsets = [page.offset for page in self.pages]
        self.origin_offsets = [offset for offset, _ in record.source.origins]

    def build(self) -> Iterator[Triple]:
        yield from self._document()
        for i, section in enumerate(self.record.span.sections):
            yield from self._provision(i, section)
        # Gathered first: what the facts say of an entity stands behind its own description.
        facts = [*self._mentions(), *self._relations(), *self._measures()]
        yield from self._entities()
        yield from facts

    def _document(self) -> Iterator[Triple]:
        record, info, node = self.record, self.record.span.info, self.document
        title = _bare_title(info.title)
        yield node, _A, _pol("Document")
        if kind := classify("Document", info.kind or title):
            yield node, _A, _pol(kind)
        yield node, _term("skos:prefLabel"), _zh(title or self.name)
        if title:
            yield node, _term("eli:title"), _zh(title)
        if info.number:
            yield node, _term("eli:number"), Literal(info.number)
        if info.date:
            yield node, _term("eli:date_document"), _date(info.date)
        if info.kind:
            yield node, _pol("documentKind"), Literal(info.kind)
        for issuer in info.issuers:
            yield node, _pol("issuerName"), Literal(issuer)
        if info.locality:
            yield node, _pol("locality"), Literal(info.locality)
        if record.span.fragment:
            yield node, _pol("fragment"), Literal(True)
        yield node, _term("dcterms:source"), Literal(record.source.source)
        yield node, _pol("textStart"), Literal(record.span.start)
        yield node, _pol("text"), Literal(self.text[record.span.start : record.span.end])

    def _provision(self, index: int, section: Section) -> Iterator[Triple]:
        node = self._part(f"s{index + 1}")
        yield node, _A, _pol("Provision")
        yield node, _pol("order"), Literal(index + 1)
        yield node, _pol("sectionKind"), Literal(section.kind)
        if section.number:
            yield node, _pol("sectionNumber"), Literal(section.number)
        if section.heading:
            yield node, _pol("heading"), Literal(section.heading)
        if address := self.sections.address(index):
            yield node, _pol("address"), Literal(address)
        parent = self.document if section.parent is None else self._part(f"s{section.parent + 1}")
        yield node, _term("eli:is_part_of"), parent
        yield from self._extent(node, section.start, section.end)
        page = section.page if section.page is not None else self._page(section.start)
        if page is not None:
            yield node, _pol("page"), Literal(page)

    def _mentions(self) -> Iterator[Triple]:
        taken: dict[str, EntityType] = {}
        for mention in self.record.entities:
            part = f"m{mention.start}-{mention.end}"
            if taken.get(part, mention.type) != mention.type:
                part = f"{part}-{mention.type[0].lower()}"
            if part in taken:
                continue
            taken[part] = mention.type
            node = self._part(part)
            yield node, _A, _pol("Mention")
            entity = self._entity(mention.type, mention.canonical or mention.text, mention.text)
            yield node, _pol("denotes"), entity
            yield from self._quote(node, mention)
            if mention.rule:
                yield node, _pol("rule"), Literal(mention.rule)

    def _relations(self) -> Iterator[Triple]:
        seen: set[tuple[object, ...]] = set()
        for i, relation in enumerate(self.record.relations, start=1):
            subject = self._entity(relation.subject_type, relation.subject)
            object_ = self._entity(relation.object_type, relation.object)
            fact = (subject, relation.predicate, object_, relation.modality, relation.start, relation.end)
            # Two names of one entity, once resolved, may repeat a fact or relate a thing to itself.
            if subject == object_ or fact in seen:
                continue
            seen.add(fact)
            predicate = _pol(relation.predicate)
            if relation.modality != "prohibited":  # what must not be is no edge of the graph
                yield subject, predicate, object_
            node = self._part(f"r{i}")
            yield node, _A, _pol("Statement")
            yield node, _A, _term("rdf:Statement")
            yield node, _term("rdf:subject"), subject
            yield node, _term("rdf:predicate"), predicate
            yield node, _term("rdf:object"), object_
            yield node, _pol("modality"), _pol(relation.modality)
            if relation.rule:
                yield node, _pol("rule"), Literal(relation.rule)
            yield node, _pol("confidence"), _decimal(relation.confidence)
            yield node, _term("prov:wasQuotedFrom"), self.document
            yield node, _pol("evidence"), self._part(f"e{i}")
            yield from self._evidence(f"e{i}", relation)

    def _evidence(self, part: str, relation: Relation) -> Iterator[Triple]:
        node, position, quote = self._part(part), self._part(f"{part}p"), self._part(f"{part}q")
        start, end = relation.start, relation.end
        yield node, _A, _term("oa:SpecificResource")
        yield node, _term("oa:hasSource"), self.document
        yield node, _term("oa:hasSelector"), position
        yield node, _term("oa:hasSelector"), quote
        yield position, _A, _term("oa:TextPositionSelector")
        yield from self._extent(position, start, end)
        yield quote, _A, _term("oa:TextQuoteSelector")
        yield quote, _term("oa:exact"), Literal(self.text[start:end])
        span = self.record.span
        yield quote, _term("oa:prefix"), Literal(self.text[max(span.start, start - CONTEXT) : start])
        yield quote, _term("oa:suffix"), Literal(self.text[end : max(end, min(span.end, end + CONTEXT))])
        yield from self._place(node, start, end, "provision")
        yield node, _pol("fileStart"), Literal(self._file_offset(start))
        yield node, _pol("triggerStart"), Literal(relation.trigger[0])
        yield node, _pol("triggerEnd"), Literal(relation.trigger[1])

    def _measures(self) -> Iterator[Triple]:
        targets = sorted(
            (m for m in self.record.entities if m.type == "Target"), key=lambda m: (m.start, -m.end)
        )
        starts = [target.start for target in targets]
        for i, measure in enumerate(self.record.measures, start=1):
            node = self._part(f"v{i}")
            yield self.document, _pol("states"), node
            # Targets do not overlap one another: the last to begin is the only one that can hold the measure.
            at = bisect_right(starts, measure.start) - 1
            if at >= 0 and measure.end <= targets[at].end:
                target = targets[at]
                yield self._entity("Target", target.canonical or target.text), _pol("hasMeasure"), node
            yield node, _A, _pol("Measure")
            yield node, _pol("measureKind"), Literal(measure.kind)
            yield node, _pol("indicator"), Literal(measure.indicator)
            yield node, _pol("comparator"), Literal(measure.comparator)
            yield node, _term("schema:value"), _decimal(measure.value)
            if measure.unit:
                yield node, _term("schema:unitText"), Literal(measure.unit)
            if measure.date:
                yield node, _pol("date"), Literal(measure.date)
            yield from self._quote(node, measure)

    def _entities(self) -> Iterator[Triple]:
        for node, (type, name, surfaces) in self.entities.items():
            yield node, _A, _pol(type)
            sub_class = _target_class(name) if type == "Target" else classify(type, name)
            if sub_class and node != self.document:
                yield node, _A, _pol(sub_class)
            if node != self.document:
                yield node, _term("skos:prefLabel"), _zh(name)
            label = _bare_title(self.record.span.info.title) or name if node == self.document else name
            known = self.forms_of(type, name) if type != "Target" else ()
            for form in dict.fromkeys((*surfaces, *known)):
                if form != label:
                    yield (
                        node,
                        _term("skos:altLabel"),
                        Literal(form, language="en" if form.isascii() else "zh"),
                    )

    def _entity(self, type: EntityType, canonical: str, surface: str = "") -> NamedNode:
        if canonical == THIS_DOCUMENT:
            return self.document
        forms = {
            _bare_title(form) if type == "Document" else _squeeze(form): None for form in (canonical, surface)
        }
        name = next(iter(forms))
        if type == "Target":
            node = NamedNode(entity_iri(type, name, document=self.name))
        else:
            resolved = self.name_of(type, canonical)
            name = _bare_title(resolved) if type == "Document" else _squeeze(resolved)
            node = NamedNode(entity_iri(type, name))
        known = self.entities.setdefault(node, (type, name, {}))
        known[2].update({form: None for form in forms if form})
        return node

    def _quote(self, node: NamedNode, found: Mention | Measure) -> Iterator[Triple]:
        yield from self._extent(node, found.start, found.end)
        yield node, _term("oa:exact"), Literal(self.text[found.start : found.end])
        yield from self._place(node, found.start, found.end, "inProvision")

    def _place(self, node: NamedNode, start: int, end: int, predicate: str) -> Iterator[Triple]:
        section = self.sections.innermost(start, end)
        if section is not None:
            yield node, _pol(predicate), self._part(f"s{section + 1}")
        page = self._page(start)
        if page is not None:
            yield node, _pol("page"), Literal(page)

    def _extent(self, node: NamedNode, start: int, end: int) -> Iterator[Triple]:
        yield node, _term("oa:start"), Literal(start)
        yield node, _term("oa:end"), Literal(end)

    def _page(self, offset: int) -> int | None:
        at = bisect_right(self.page_offsets, offset) - 1
        return self.pages[at].page if at >= 0 else None

    def _file_offset(self, offset: int) -> int:
        at = max(bisect_right(self.origin_offsets, offset) - 1, 0)
        own, file = self.record.source.origins[at] if self.record.source.origins else (0, 0)
        return file + offset - own

    def _part(self, fragment: str) -> NamedNode:
        return NamedNode(f"{self.document.value}#{fragment}")


class _SectionIndex:
    """Finds the innermost section of a span, and a section's address, in logarithmic time."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections
        self.order = sorted(range(len(sections)), key=lambda i: (sections[i].start, -sections[i].end))
        self.starts = [sections[i].start for i in self.order]

    def innermost(self, start: int, end: int) -> int | None:
        at = bisect_right(self.starts, start) - 1
        index = self.order[at] if at >= 0 else None
        while index is not None and self.sections[index].end < end:
            index = self.sections[index].parent
        return index

    def address(self, index: int) -> str:
        numbers: list[str] = []
        at: int | None = index
        while at is not None:
            section = self.sections[at]
            numbers.append(section.number or (section.heading if not numbers else ""))
            # Articles are numbered through a document, so their number alone is an address.
            at = None if section.kind == "article" else section.parent
        return "".join(reversed(numbers))


def _age(record: DocumentRecord) -> tuple[str, str, str, int, str]:
    info = record.span.info
    return (
        info.date or "9999",
        info.number,
        record.source.source,
        record.span.start,
        record.source.text[record.span.start : record.span.start + 200],
    )


def _same_name(type: EntityType, canonical: str) -> str:
    return canonical


def _no_forms(type: EntityType, name: str) -> tuple[str, ...]:
    return ()


def _key(name: str) -> str:
    return _squeeze(name)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _bare_title(title: str) -> str:
    squeezed = _squeeze(title)
    inner = squeezed[1:-1]
    # 《甲法》和《乙法》 begins and ends with brackets too, but they are not one pair.
    enclosed = squeezed.startswith("《") and squeezed.endswith("》")
    return inner if enclosed and not re.search("》[^》]*《", squeezed) else squeezed


_NUMERAL = re.compile(r"[0-9０-９]|[一二两三四五六七八九十百千][家个项倍成万亿番%％]|百分之|翻番")


def _target_class(name: str) -> str:
    return "QuantitativeTarget" if _NUMERAL.search(name) else "QualitativeTarget"


def _date(text: str) -> Literal:
    if _FULL_DATE.fullmatch(text):
        try:
            datetime.date.fromisoformat(text)
        except ValueError:
            return Literal(text)
        return Literal(text, datatype=_term("xsd:date"))
    return Literal(text)


def _decimal(value: float) -> Literal:
    digits = format(Decimal(str(value)), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return Literal(digits, datatype=_term("xsd:decimal"))


def _zh(text: str) -> Literal:
    return Literal(text, language="zh")


def _pol(term: str) -> NamedNode:
    return _term(f"pol:{term}")


_TERMS: dict[str, NamedNode] = {}


def _term(curie: str) -> NamedNode:
    if curie not in _TERMS:
        prefix, _, local = curie.partition(":")
        _TERMS[curie] = NamedNode(PREFIXES[prefix] + local)
    return _TERMS[curie]


_A = _term("rdf:type")

"""Where something stands: the triples of extents, provisions, pages and quotations of one record."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from policykg.extract.records import DocumentRecord, Section
from policykg.extract.structure.contacts import without_contacts
from policykg.kg.triples import A, Triple, pol, term

#: How many characters of text an evidence's prefix and suffix hold.
CONTEXT = 24


class Places:
    """Finds the provision and page of a span of one document, and writes them; `document` is the document's node."""

    def __init__(self, record: DocumentRecord, document: NamedNode) -> None:
        self.document = document
        self._span = span = record.span
        text = record.source.text
        # What stands around a quotation may be a contact line, which is no part of the graph.
        self._text = text[: span.start] + without_contacts(text, span.start, span.end) + text[span.end :]
        self._sections = _SectionIndex(record.span.sections)
        self._pages = record.source.pages
        self._page_offsets = [page.offset for page in self._pages]
        # Other sources than texts have no decoded file in which characters could be counted.
        self._in_characters = record.source.unit == "character"
        self._origins = record.source.origins
        self._origin_offsets = [offset for offset, _ in self._origins]

    def part(self, fragment: str) -> NamedNode:
        """Return the node of a part of the document."""
        return NamedNode(f"{self.document.value}#{fragment}")

    def provisions(self) -> Iterator[Triple]:
        """Yield the description of every section."""
        for i, section in enumerate(self._span.sections):
            yield from self._provision(i, section)

    def quote(self, node: NamedNode, start: int, end: int) -> Iterator[Triple]:
        """Yield extent, words and place of a mention or measure."""
        yield from self._extent(node, start, end)
        yield node, term("oa:exact"), Literal(self._text[start:end])
        yield from self._place(node, start, end, "inProvision")

    def evidence(self, part: str, start: int, end: int, trigger: tuple[int, int]) -> Iterator[Triple]:
        """Yield the evidence node `part`: the words [start, end) with their place, and the trigger among them."""
        node, position, quote = self.part(part), self.part(f"{part}p"), self.part(f"{part}q")
        yield node, A, term("oa:SpecificResource")
        yield node, term("oa:hasSource"), self.document
        yield node, term("oa:hasSelector"), position
        yield node, term("oa:hasSelector"), quote
        yield position, A, term("oa:TextPositionSelector")
        yield from self._extent(position, start, end)
        yield quote, A, term("oa:TextQuoteSelector")
        yield quote, term("oa:exact"), Literal(self._text[start:end])
        span = self._span
        yield quote, term("oa:prefix"), Literal(self._text[max(span.start, start - CONTEXT) : start])
        yield quote, term("oa:suffix"), Literal(self._text[end : max(end, min(span.end, end + CONTEXT))])
        yield from self._place(node, start, end, "provision")
        if self._in_characters:
            yield node, pol("fileStart"), Literal(self._file_offset(start))
        yield node, pol("triggerStart"), Literal(trigger[0])
        yield node, pol("triggerEnd"), Literal(trigger[1])

    def _provision(self, index: int, section: Section) -> Iterator[Triple]:
        node = self.part(f"s{index + 1}")
        yield node, A, pol("Provision")
        yield node, pol("order"), Literal(index + 1)
        yield node, pol("sectionKind"), Literal(section.kind)
        if section.number:
            yield node, pol("sectionNumber"), Literal(section.number)
        if section.heading:
            yield node, pol("heading"), Literal(section.heading)
        if address := self._sections.address(index):
            yield node, pol("address"), Literal(address)
        parent = self.document if section.parent is None else self.part(f"s{section.parent + 1}")
        yield node, term("eli:is_part_of"), parent
        yield from self._extent(node, section.start, section.end)
        page = section.page if section.page is not None else self._page(section.start)
        if page is not None:
            yield node, pol("page"), Literal(page)

    def _place(self, node: NamedNode, start: int, end: int, predicate: str) -> Iterator[Triple]:
        section = self._sections.innermost(start, end)
        if section is not None:
            yield node, pol(predicate), self.part(f"s{section + 1}")
        page = self._page(start)
        if page is not None:
            yield node, pol("page"), Literal(page)

    def _extent(self, node: NamedNode, start: int, end: int) -> Iterator[Triple]:
        yield node, term("oa:start"), Literal(start)
        yield node, term("oa:end"), Literal(end)

    def _page(self, offset: int) -> int | None:
        at = bisect_right(self._page_offsets, offset) - 1
        return self._pages[at].page if at >= 0 else None

    def _file_offset(self, offset: int) -> int:
        at = max(bisect_right(self._origin_offsets, offset) - 1, 0)
        own, file = self._origins[at] if self._origins else (0, 0)
        return file + offset - own


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
            numbers.append(section.number or section.heading)
            # Articles are numbered through a document, so their number alone is an address.
            at = None if section.kind == "article" else section.parent
        return "".join(reversed(numbers))

"""The records that extraction emits and every other part reads.

Offsets are Python string offsets, half-open, into the text that the reader made of the file
(`ReaderText.text`), also where the file holds several documents. `text[start:end]` is the quoted evidence, always.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

EntityType = Literal["Body", "Program", "Mechanism", "Target", "Document"]
Predicate = Literal[
    "issues",
    "cites",
    "supervises",
    "manages",
    "evaluates",
    "approves",
    "recommends",
    "delegates",
    "reportsTo",
    "coordinatesWith",
    "establishes",
    "funds",
    "supports",
    "employs",
    "appliesTo",
    "hasTarget",
    "partOf",
]
Modality = Literal["required", "encouraged", "permitted", "prohibited", "exploratory", "stated"]
MeasureKind = Literal["target", "baseline", "limit"]
Comparator = Literal["=", ">=", ">", "<=", "<", "~"]
OriginUnit = Literal["character", "paragraph", "line"]
SectionKind = Literal["chapter", "section", "article", "heading", "item", "column", "annex"]

ENTITY_TYPES: tuple[EntityType, ...] = get_args(EntityType)
PREDICATES: tuple[Predicate, ...] = get_args(Predicate)
MODALITIES: tuple[Modality, ...] = get_args(Modality)

#: The name that stands for the document being read, as subject or object of a relation.
THIS_DOCUMENT = "@doc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One occurrence of an entity. `canonical` is its document-independent name; `rule` names what found it.

    `reason` says why it has that name, "" where that is its text; offsets in it are those of the reader's text.
    """

    start: int
    end: int
    type: EntityType
    text: str
    canonical: str
    rule: str = ""
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One fact between two canonical names, with the text [start, end) that states it.

    That is a unit; where the subject stands in the list of those in charge behind it, it goes on to that list's end.
    `trigger` is the half-open span of the word that carries the predicate, within [start, end).
    `subject_at` and `object_at` are those of the mentions that subject and object are read from, None for `@doc` and
    where it is not known. A sentence may take them over from elsewhere, so they may lie outside [start, end).
    `subject_type` and `object_type` tell apart names that two types share; `Document` for `@doc`.
    """

    subject: str
    predicate: Predicate
    object: str
    modality: Modality
    start: int
    end: int
    trigger: tuple[int, int]
    subject_type: EntityType
    object_type: EntityType
    subject_at: tuple[int, int] | None = None
    object_at: tuple[int, int] | None = None
    rule: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that states an indicator's value; [start, end) is its phrase, from the indicator to the unit.

    `value` has 万 and 亿 multiplied out and per cent as written (70 for 70%); `date` is a year, `YYYY-MM` or empty.
    """

    kind: MeasureKind
    indicator: str
    comparator: Comparator
    value: float
    unit: str
    date: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A division of a document: [start, end) holds its heading and all that stands under it.

    `number` is the printed number (第六条, (一), 1., 专栏 3); `parent` the index of the enclosing section in
    `DocumentRecord.sections`, None at the top; `page` the printed page on which it begins, None where unknown.
    """

    kind: SectionKind
    number: str
    heading: str
    start: int
    end: int
    parent: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """What a document prints about itself; what it does not print is empty, never guessed.

    `locality` is the province or city that 市, 本市, 省 refer to ("上海市"), empty for central documents.
    """

    title: str = ""
    number: str = ""
    issuers: tuple[str, ...] = ()
    date: str = ""
    kind: str = ""
    locality: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """From `offset` in the reader's text on, the source's page is `page`."""

    offset: int
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderText:
    """A file's text as the reader made it, with the way back to the file.

    `origins` are (offset in `text`, place in the file) pairs in rising order of the offsets. What a place is, `unit` says:
    "character": the offset in the decoded file; from each origin up to the next the text runs on unbroken there.
    "paragraph": the paragraph's number in the file; "line": the line's number on its page. Both count from 1 and hold
    up to the next origin. For a text without page furniture it is `((0, 0),)`.
    `metadata` are (name, value) pairs: the format, the encoding, and what a page's own table says of its document
    (title, number, issuer, signed, published).
    """

    source: str
    text: str
    pages: tuple[PageBreak, ...] = ()
    origins: tuple[tuple[int, int], ...] = ((0, 0),)
    metadata: tuple[tuple[str, str], ...] = ()
    unit: OriginUnit = "character"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSpan:
    """One document inside a reader's text: its extent, its own data and its sections (offsets into the whole text).

    `fragment` is true where the document's beginning is cut off.
    """

    start: int
    end: int
    info: DocumentInfo
    sections: tuple[Section, ...] = ()
    fragment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """All that extraction found in one document."""

    source: ReaderText
    span: DocumentSpan
    entities: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    measures: tuple[Measure, ...] = ()
    warnings: tuple[str, ...] = field(default=())

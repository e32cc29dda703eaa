"""Does the graph still say what its sources say? Reads the files again and every quotation at its place in them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from policykg.extract.readers import DEFAULT_LIMITS, Limits, ReadError, read_bytes
from policykg.extract.structure.contacts import without_contacts
from policykg.kg.folder.library import LIBRARY_FILE, Library
from policykg.kg.folder.manifest import Built, Manifest, Source, read_manifest
from policykg.kg.folder.output import current_build
from policykg.kg.folder.sources import GONE, reopen
from policykg.kg.store import Store
from policykg.ontology.namespace import PREFIXES, entity_iri, graph_iri

State = Literal["same", "changed", "missing", "unreadable", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """What became of a file, and how many of its documents' quotations were checked and are wrong.

    `state`: "same" or "changed" content, "missing", "unreadable", or "kept": read from standard input, so only its text
    in the library could be looked at. `reason` says why a file cannot be read.
    """

    source: str
    state: State
    documents: int
    quotations: int
    wrong: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misquotation:
    """A quotation that does not stand at its offsets: `quote` is the graph's, `found` what stands there.

    `moved` is true where the source still has the words, at another place.
    """

    document: str
    source: str
    start: int
    end: int
    quote: str
    found: str
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `verify` found, files in the order of their names."""

    sources: tuple[SourceCheck, ...]
    misquotations: tuple[Misquotation, ...]

    @property
    def holds(self) -> bool:
        """Whether all files are there as they were read, and every quotation stands in its place."""
        return not self.misquotations and all(one.state in ("same", "kept") for one in self.sources)


def verify(out: Path, *, limits: Limits = DEFAULT_LIMITS) -> Verification:
    """Read the sources of a graph again, and look up every mention, statement and measure in them.

    Contact data, which the graph has not, count as blank.

    Raises:
        ManifestError, StoreError: there is no graph, or it is damaged.
    """
    manifest = read_manifest(out)
    texts = _Texts(out, manifest, limits)
    documents: dict[str, list[Built]] = defaultdict(list)
    for one in manifest.documents:
        documents[one.key].append(one)
    checks: list[SourceCheck] = []
    wrong: list[Misquotation] = []
    with Store.open(out) as store:
        for source in sorted(manifest.sources, key=lambda source: (source.name, source.key)):
            state, reason, text = texts.read(source)
            count = 0
            before = len(wrong)
            for document in documents[source.key] if text is not None else ():
                quotations = _Quotations(store.quads(graph_iri(document.name)), document.name)
                count += len(quotations.all)
                wrong += quotations.check(text or "", source.name)
            checks.append(
                SourceCheck(
                    source=source.name,
                    state=state,
                    documents=len(documents[source.key]),
                    quotations=count,
                    wrong=len(wrong) - before,
                    reason=reason,
                )
            )
    return Verification(sources=tuple(checks), misquotations=tuple(wrong))


class _Texts:
    """The sources' texts as they are now, one file or archive open at a time."""

    def __init__(self, out: Path, manifest: Manifest, limits: Limits) -> None:
        self._folder = current_build(out)
        self._ocr = manifest.recipe.ocr
        self._limits = limits

    def read(self, source: Source) -> tuple[State, str, str | None]:
        """Return what became of a source, why it cannot be read, and its text, None where there is none."""
        if not source.file:
            return self._kept(source)
        try:
            found = reopen(source, self._limits)
        except ReadError as error:
            state: State = "unreadable" if Path(source.file).exists() else "missing"
            return state, f"{error.reason}; {error.advice}", None
        if found is None:
            return "missing", GONE, None
        try:
            text = read_bytes(found.data, found.name, ocr=self._ocr, limits=self._limits).text
        except ReadError as error:
            return "unreadable", f"{error.reason}; {error.advice}", None
        same = hashlib.sha256(found.data).hexdigest() == source.digest
        return "same" if same else "changed", "", text

    def _kept(self, source: Source) -> tuple[State, str, str | None]:
        path = self._folder.parent / LIBRARY_FILE if self._folder else Path()
        if path.is_file():
            with Library(path) as library:
                if text := library.text(source.digest):
                    return "kept", "", text.text
        return "missing", "it was read from standard input, and its text is lost", None


class _Quotations:
    """The quotations of one document's graph, as (start, end, words)."""

    def __init__(self, quads: Iterator[Any], name: str) -> None:
        oa, pol = PREFIXES["oa"], PREFIXES["pol"]
        starts: dict[str, str] = {}
        ends: dict[str, str] = {}
        words: dict[str, str] = {}
        texts: dict[str, str] = {}
        text_starts: dict[str, str] = {}
        properties = {
            f"{oa}start": starts,
            f"{oa}end": ends,
            f"{oa}exact": words,
            f"{pol}text": texts,
            f"{pol}textStart": text_starts,
        }
        selectors: dict[str, list[str]] = defaultdict(list)
        for quad in quads:
            if (found := properties.get(quad.predicate.value)) is not None:
                found[quad.subject.value] = quad.object.value
            elif quad.predicate.value == f"{oa}hasSelector":
                selectors[quad.subject.value].append(quad.object.value)
        document = entity_iri("Document", name)
        self._name = name
        self._start = int(text_starts.get(document, 0))
        self._end = self._start + len(texts.get(document, ""))
        pairs = [(node, node) for node in words if node in starts]
        for nodes in selectors.values():
            placed = [node for node in nodes if node in starts]
            quoted = [node for node in nodes if node in words]
            pairs += zip(placed, quoted, strict=True)
        self.all = sorted((int(starts[at]), int(ends[at]), words[quote]) for at, quote in pairs)

    def check(self, text: str, source: str) -> Iterator[Misquotation]:
        blanked = text[: self._start] + without_contacts(text, self._start, min(self._end, len(text)))
        moved: dict[str, bool] = {}
        for start, end, quote in self.all:
            if (found := blanked[start:end]) != quote:
                if quote not in moved:
                    moved[quote] = quote in blanked
                yield Misquotation(
                    document=self._name,
                    source=source,
                    start=start,
                    end=end,
                    quote=quote,
                    found=found,
                    moved=moved[quote],
                )

"""From files to a finished output folder: read, extract, resolve, store, draw."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from policykg.extract.interchange import to_dict
from policykg.extract.pipeline import Settings, build_pipeline, iter_records
from policykg.extract.readers import ReadError, read_inputs
from policykg.extract.records import (
    ENTITY_TYPES,
    PREDICATES,
    DocumentRecord,
    EntityType,
    Predicate,
    ReaderText,
)
from policykg.extract.structure.documents import split_documents
from policykg.kg.build import build_quads
from policykg.kg.corrections import CORRECTIONS_FILE, Correction, load_corrections
from policykg.kg.emendation import emend
from policykg.kg.naming import name_documents
from policykg.kg.output import atomic_output
from policykg.kg.project import project
from policykg.kg.resolve import Resolution
from policykg.kg.store import TRIG_FILE, Store
from policykg.kg.world import World, survey
from policykg.ontology.errors import PolicyKGError
from policykg.ontology.namespace import graph_iri
from policykg.viz.html import write_html

if TYPE_CHECKING:
    from spacy.language import Language

PAGE_FILE = "graph.html"
TEXT_FOLDER = "texts"

Stage = Literal["read", "extract", "store", "draw"]
#: Called with the stage, what is being worked on, how much is done and how much there is, in the stage's own unit.
Progress = Callable[[Stage, str, int, int], None]


class NothingBuiltError(PolicyKGError):
    """None of the inputs could be used; `skipped` says why for each."""

    def __init__(self, skipped: Sequence["Skipped"]) -> None:
        super().__init__(
            "nothing was built: "
            + ("no input file could be used" if skipped else "the inputs hold no file; give policy texts")
        )
        self.skipped = tuple(skipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that was left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a build found; counts are of mentions' entities and of facts in the whole graph."""

    documents: tuple[DocumentRecord, ...]
    names: tuple[str, ...]
    entities: dict[EntityType, int]
    relations: dict[Predicate, int]
    measures: int
    triples: int
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...]


def assemble(
    inputs: Iterable[Path],
    out: Path,
    *,
    settings: Settings | None = None,
    corrections: Path | None = None,
    save_text: bool = False,
    page: bool = True,
    ocr: bool = False,
    progress: Progress = lambda stage, what, done, total: None,
) -> Report:
    """Build the graph of some files into an output folder; the last build's files stay until all is done.

    A file that cannot be used is left out and reported; the others are built.

    Args:
        corrections: hand corrections to apply; by default those of `OUT/corrections.tsv`, where there are any.
        ocr: read the page images of scanned PDF files.
    Raises:
        CorrectionError: the corrections cannot be read or contradict themselves.
        NothingBuiltError: no file could be used.
        OutputError, StoreError: the folder cannot be written.
        PolicyKGError: an extension file is faulty.
    """
    wanted = _corrections(out, corrections)
    paths = expand(inputs)
    sources, skipped = _read(paths, progress, ocr=ocr)
    if not sources:
        raise NothingBuiltError(skipped)
    nlp = build_pipeline(settings)
    records, empty = _with_policy(_extract(nlp, sources, progress))
    skipped += empty
    if not records:
        raise NothingBuiltError(skipped)
    names = name_documents(records)
    emended = emend(records, names, wanted)
    with atomic_output(out) as staging:
        with Store.create(staging) as store:
            world = survey(emended.records, names, emended.resolution, emended.notes)
            triples = _store(store, emended.records, names, world, progress)
            store.dump_trig(staging / TRIG_FILE)
            if page:
                progress("draw", PAGE_FILE, 0, 1)
                write_html(project(store), staging / PAGE_FILE)
                progress("draw", PAGE_FILE, 1, 1)
        if save_text:
            _save_texts(staging / TEXT_FOLDER, emended.records, names)
    return _report(emended.records, names, emended.resolution, triples, skipped, emended.unapplied)


def _corrections(out: Path, given: Path | None) -> tuple[Correction, ...]:
    """Read the corrections that were named, or those that stand in the output folder."""
    if given is not None:
        return load_corrections(given)
    kept = Path(out) / CORRECTIONS_FILE
    return load_corrections(kept) if kept.is_file() else ()


def expand(inputs: Iterable[Path]) -> list[Path]:
    """List the files to read: each once, folders as the files under them in sorted order, hidden ones left out."""
    found: dict[Path, Path] = {}
    for path in inputs:
        inside = sorted(entry for entry in path.rglob("*") if entry.is_file()) if path.is_dir() else [path]
        for entry in inside:
            if not any(part.startswith(".") for part in entry.relative_to(path).parts):
                found.setdefault(entry.resolve(), entry)
    return list(found.values())


def _read(paths: Sequence[Path], progress: Progress, *, ocr: bool) -> tuple[list[ReaderText], list[Skipped]]:
    sources, skipped = [], []
    known: dict[str, str] = {}
    for done, path in enumerate(paths):
        progress("read", path.name, done, len(paths))
        for found in read_inputs(path, ocr=ocr):
            if isinstance(found, ReadError):
                skipped.append(Skipped(path=Path(found.path), reason=str(found)))
            elif first := known.get(found.text):
                reason = f"{found.source}: the same text as {first}; left out, so that nothing counts twice"
                skipped.append(Skipped(path=path, reason=reason))
            else:
                known[found.text] = found.source
                sources.append(found)
    progress("read", "", len(paths), len(paths))
    return sources, skipped


def _extract(nlp: "Language", sources: Sequence[ReaderText], progress: Progress) -> Iterator[DocumentRecord]:
    total = sum(len(source.text) for source in sources)
    done = 0
    for source in sources:
        for record in iter_records(nlp, source, split_documents(source)):
            progress("extract", record.span.info.title or source.source, done + record.span.end, total)
            yield record
        done += len(source.text)
        progress("extract", source.source, done, total)


def _with_policy(records: Iterable[DocumentRecord]) -> tuple[list[DocumentRecord], list[Skipped]]:
    """Leave out what is no policy text: a document without title or number in which nothing is stated."""
    kept, empty = [], []
    for record in records:
        info = record.span.info
        if info.title or info.number or record.relations:
            kept.append(record)
        else:
            reason = (
                f"{record.source.source}: no policy text: no title, no document number, and no fact in it"
            )
            empty.append(Skipped(path=Path(record.source.source), reason=reason))
    return kept, empty


def _store(
    store: Store,
    records: Sequence[DocumentRecord],
    names: Sequence[str],
    world: World,
    progress: Progress,
) -> int:
    store.load_ontology()
    for done, (record, name) in enumerate(zip(records, names, strict=True)):
        progress("store", name, done, len(records))
        store.replace_document(graph_iri(name), build_quads(record, name=name, world=world))
    progress("store", "", len(records), len(records))
    store.finish()
    return store.count()


def _save_texts(folder: Path, records: Sequence[DocumentRecord], names: Sequence[str]) -> None:
    """Write each reader's text once, and beside it the records of the documents that it holds."""
    folder.mkdir()
    by_source: dict[str, list[DocumentRecord]] = {}
    for record in records:
        by_source.setdefault(record.source.text, []).append(record)
    used: Counter[str] = Counter()
    for text, of_source in by_source.items():
        stem = Path(of_source[0].source.source).stem
        used[stem] += 1
        name = stem if used[stem] == 1 else f"{stem}-{used[stem]}"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        data = json.dumps([to_dict(record) for record in of_source], ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(data + "\n", encoding="utf-8", newline="\n")


def _report(
    records: Sequence[DocumentRecord],
    names: Sequence[str],
    resolution: Resolution,
    triples: int,
    skipped: Sequence[Skipped],
    unapplied: Sequence[str],
) -> Report:
    kinds = Counter(entity.type for entity in resolution.entities)
    predicates = Counter(relation.predicate for record in records for relation in record.relations)
    warnings = [
        f"{record.source.source}: the beginning of a document is cut off; it has no title, so it is called {name}"
        for record, name in zip(records, names, strict=True)
        if record.span.fragment
    ]
    warnings += [
        f"{name}: {warning}"
        for record, name in zip(records, names, strict=True)
        for warning in record.warnings
    ]
    warnings += unapplied
    return Report(
        documents=tuple(records),
        names=tuple(names),
        entities={kind: kinds[kind] for kind in ENTITY_TYPES},
        relations={predicate: predicates[predicate] for predicate in PREDICATES},
        measures=sum(len(record.measures) for record in records),
        triples=triples,
        skipped=tuple(skipped),
        warnings=tuple(warnings),
    )

"""Records -> the files of a graph: the store, the TriG file, the page and the texts, and the manifest beside them."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from policykg.extract.interchange import to_dict
from policykg.extract.records import ENTITY_TYPES, PREDICATES, DocumentRecord
from policykg.kg.build import build_quads
from policykg.kg.corrections import Correction
from policykg.kg.emendation import Emended, emend
from policykg.kg.manifest import Built, Recipe
from policykg.kg.naming import name_documents
from policykg.kg.output import PAGE_FILE
from policykg.kg.plan import Entry
from policykg.kg.project import project
from policykg.kg.sources import Progress
from policykg.kg.store import TRIG_FILE, Store
from policykg.kg.world import survey
from policykg.ontology.namespace import graph_iri
from policykg.viz.html import write_html

TEXT_FOLDER = "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a graph was found to hold; counts are of mentions' entities and of facts in the whole graph."""

    documents: tuple[Built, ...]
    entities: dict[str, int]
    relations: dict[str, int]
    measures: int
    triples: int
    warnings: tuple[str, ...]


def make_graph(
    staging: Path,
    entries: Sequence[Entry],
    corrections: Sequence[Correction],
    recipe: Recipe,
    progress: Progress,
) -> Made:
    """Write all files of the graph of some records into a folder.

    Raises:
        CorrectionError: the corrections contradict themselves.
        StoreError: the folder cannot be written.
    """
    records = [entry.record for entry in entries]
    names = name_documents(records)
    emended = emend(records, names, corrections)
    contents = [
        entry.content if record == entry.record else _digest(record)
        for entry, record in zip(entries, emended.records, strict=True)
    ]
    world = survey(emended.records, names, emended.resolution, emended.notes)
    with Store.create(staging) as store:
        store.load_ontology()
        for done, (record, name) in enumerate(zip(emended.records, names, strict=True)):
            progress("store", name, done, len(names))
            store.replace_document(graph_iri(name), build_quads(record, name=name, world=world))
        progress("store", "", len(names), len(names))
        store.finish()
        triples = store.count()
        store.dump_trig(staging / TRIG_FILE)
        if recipe.page:
            progress("draw", PAGE_FILE, 0, 1)
            write_html(project(store), staging / PAGE_FILE)
            progress("draw", PAGE_FILE, 1, 1)
    if recipe.save_text:
        _save_texts(staging / TEXT_FOLDER, emended.records)
    return _describe(emended, entries, names, contents, triples)


def _save_texts(folder: Path, records: Sequence[DocumentRecord]) -> None:
    """Write each reader's text once, and beside it the records of the documents that it holds."""
    folder.mkdir()
    by_source: dict[str, list[DocumentRecord]] = {}
    for record in records:
        by_source.setdefault(record.source.text, []).append(record)
    used: Counter[str] = Counter()
    for text, of_source in by_source.items():
        stem = PurePath(of_source[0].source.source).stem
        used[stem] += 1
        name = stem if used[stem] == 1 else f"{stem}-{used[stem]}"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        data = json.dumps([to_dict(record) for record in of_source], ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(data + "\n", encoding="utf-8", newline="\n")


def _digest(record: DocumentRecord) -> str:
    """Digest a record that corrections have changed."""
    data = json.dumps([record.source.text, to_dict(record)])
    return hashlib.sha256(data.encode()).hexdigest()


def _describe(
    emended: Emended, entries: Sequence[Entry], names: Sequence[str], contents: Sequence[str], triples: int
) -> Made:
    records = emended.records
    kinds = Counter(entity.type for entity in emended.resolution.entities)
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
    return Made(
        documents=tuple(
            Built(
                name=name,
                number=record.span.info.number,
                date=record.span.info.date,
                issuers=record.span.info.issuers,
                source=entry.source.name,
                key=entry.source.key,
                facts=len(record.relations),
                content=content,
            )
            for name, entry, record, content in zip(names, entries, records, contents, strict=True)
        ),
        entities={kind: kinds[kind] for kind in ENTITY_TYPES},
        relations={predicate: predicates[predicate] for predicate in PREDICATES},
        measures=sum(len(record.measures) for record in records),
        triples=triples,
        warnings=(*warnings, *emended.unapplied),
    )

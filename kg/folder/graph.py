"""Records -> the files of a graph: the store, the TriG file, the page and the texts.

A document's graph depends on the program, its record, its name, and the answers to what it asks of the world of all
documents. Where these are what they were, the graph is taken over from the last build; so a document more costs what it
changes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from policykg.extract.interchange import to_dict
from policykg.extract.records import ENTITY_TYPES, PREDICATES, DocumentRecord
from policykg.kg.build import build_quads
from policykg.kg.corrections import Correction
from policykg.kg.emendation import Emended, emend
from policykg.kg.folder.fingerprint import graph_fingerprint
from policykg.kg.folder.manifest import Built, Manifest
from policykg.kg.folder.output import PAGE_FILE
from policykg.kg.folder.plan import Entry
from policykg.kg.folder.sources import Progress
from policykg.kg.naming import name_documents
from policykg.kg.project import project
from policykg.kg.store import ONTOLOGY_GRAPH, TRIG_FILE, Store
from policykg.kg.world import Enquiry, World, digest_answers, survey
from policykg.ontology.namespace import graph_iri
from policykg.viz.html import write_html

TEXT_FOLDER = "texts"


def make_graph(
    staging: Path,
    entries: Sequence[Entry],
    corrections: Sequence[Correction],
    before: Manifest,
    progress: Progress,
    *,
    last: Path | None,
) -> Manifest:
    """Write the files of the graph of some records into a folder.

    Args:
        before: the manifest of the last graph, with the recipe of this one.
        last: the folder of the last graph, None where there is none.
    Returns:
        The manifest, with all that describes the graph as it is now.
    Raises:
        CorrectionError: the corrections contradict themselves.
        StoreError: the folder cannot be written.
    """
    names = name_documents([entry.record for entry in entries])
    emended = emend([entry.record for entry in entries], names, corrections)
    world = survey(emended.records, names, emended.resolution, emended.notes)
    described = _describe(before, emended, entries, names)
    last_graph = _LastGraph(last, before)
    kept = {one.name: old for one in described.documents if (old := last_graph.same(one, world))}
    documents: list[Built] = []
    with last_graph.carry_on(kept, staging) as store:
        for done, (one, record) in enumerate(zip(described.documents, emended.records, strict=True)):
            progress("store", one.name, done, len(names))
            if (old := kept.get(one.name)) is None:
                enquiry = Enquiry(world)
                quads = build_quads(record, name=one.name, world=enquiry)
                store.replace_document(graph_iri(one.name), quads)
                asked = json.dumps(list(enquiry.asked), ensure_ascii=False)
                old = replace(one, asked=asked, made_of=_made_of(one, asked, world), triples=len(quads))
            documents.append(old)
        progress("store", "", len(names), len(names))
        store.finish(compact=len(kept) * 10 < len(names) * 9)
        places = store.dump_trig(staging / TRIG_FILE, last_graph.blocks(kept))
        triples = store.count()
        if before.recipe.page:
            progress("draw", PAGE_FILE, 0, 1)
            write_html(project(store), staging / PAGE_FILE)
            progress("draw", PAGE_FILE, 1, 1)
    if before.recipe.save_text:
        _save_texts(staging / TEXT_FOLDER, emended.records)
    return replace(
        described,
        documents=tuple(documents),
        triples=triples,
        places=places,
        stale=last_graph.stale(kept),
    )


class _LastGraph:
    """The graph of the last build, as far as it can be taken over."""

    def __init__(self, folder: Path | None, manifest: Manifest) -> None:
        self._folder = folder
        self._documents = {one.name: one for one in manifest.documents} if folder else {}
        self._places = manifest.places
        self._stale = manifest.stale

    def same(self, one: Built, world: World) -> Built | None:
        """Return what the last graph has of a document, None unless it would be made the same again."""
        old = self._documents.get(one.name)
        alike = old and old.content == one.content and old.made_of == _made_of(one, old.asked, world)
        return (
            replace(one, asked=old.asked, made_of=old.made_of, triples=old.triples) if old and alike else None
        )

    @contextmanager
    def carry_on(self, kept: Mapping[str, Built], staging: Path) -> Iterator[Store]:
        """Open a store in a folder that holds the graphs of the documents that are kept."""
        if self._folder is None or not kept:
            with Store.create(staging) as store:
                store.load_ontology()
                yield store
        elif self._worth_copying(kept):
            with Store.copy(self._folder, staging) as store:
                for name in sorted(self._documents.keys() - kept.keys()):
                    store.remove_document(graph_iri(name))
                yield store
        else:
            with Store.open(self._folder) as last, Store.create(staging) as store:
                store.load_ontology()
                for name in kept:
                    store.replace_document(graph_iri(name), last.quads(graph_iri(name)))
                yield store

    def stale(self, kept: Mapping[str, Built]) -> int:
        """Count the triples that the store will have had and not kept."""
        return self._gone(kept) if self._worth_copying(kept) else 0

    def _worth_copying(self, kept: Mapping[str, Built]) -> bool:
        # The engine keeps the words of what was removed: a store with more of the past than of the present is made anew.
        return self._gone(kept) < sum(one.triples for one in kept.values())

    def _gone(self, kept: Mapping[str, Built]) -> int:
        return self._stale + sum(one.triples for name, one in self._documents.items() if name not in kept)

    def blocks(self, kept: Mapping[str, Built]) -> Callable[[str], bytes]:
        """Return a function that gives the parts of the last TriG file that stay."""
        if self._folder is None or not kept:
            return lambda graph: b""
        content = (self._folder / TRIG_FILE).read_bytes()
        stay = {graph_iri(name) for name in kept} | {ONTOLOGY_GRAPH}

        def block(graph: str) -> bytes:
            at, length = self._places.get(graph, (0, 0)) if graph in stay else (0, 0)
            return content[at : at + length]

        return block


def _made_of(one: Built, asked: str, world: World) -> str:
    """Digest all that a document's graph depends on."""
    parts = (graph_fingerprint(), one.content, one.name, digest_answers(world, json.loads(asked)))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


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


def _describe(before: Manifest, emended: Emended, entries: Sequence[Entry], names: Sequence[str]) -> Manifest:
    """Describe a graph by its records; counts are of mentions' entities and of facts in all documents."""
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
    return replace(
        before,
        documents=tuple(
            Built(
                name=name,
                number=record.span.info.number,
                date=record.span.info.date,
                issuers=record.span.info.issuers,
                source=entry.source.name,
                key=entry.source.key,
                facts=len(record.relations),
                content=entry.content if record == entry.record else _digest(record),
            )
            for name, entry, record in zip(names, entries, records, strict=True)
        ),
        entities={kind: kinds[kind] for kind in ENTITY_TYPES},
        relations={predicate: predicates[predicate] for predicate in PREDICATES},
        measures=sum(len(record.measures) for record in records),
        warnings=(*warnings, *emended.unapplied),
    )


def _digest(record: DocumentRecord) -> str:
    """Digest a record that corrections have changed."""
    name = PurePath(record.source.source).name
    data = json.dumps([name, record.source.text, to_dict(record)])
    return hashlib.sha256(data.encode()).hexdigest()

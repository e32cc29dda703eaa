"""What runs are asked to do -> the files that a graph is to be made of, and their records."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from policykg.extract.readers import STDIN, Limits
from policykg.extract.records import DocumentRecord
from policykg.kg.folder.fingerprint import extraction_fingerprint
from policykg.kg.folder.library import Library, Request
from policykg.kg.folder.manifest import Manifest, Recipe, Source
from policykg.kg.folder.sources import Progress, Shelf, Skipped
from policykg.kg.naming import name_documents, number_key

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """The record of a document that the graph is to hold, with its file; `content` tells it from what it was or will be."""

    record: DocumentRecord
    source: Source
    content: str


class Plan:
    """The files of a graph as requests change them, one request after the other.

    Attributes:
        recipe: how the graph is to be made.
        sources: the files, by their keys.
        skipped: files that could not be read.
        named: the keys of the files that were named in requests.
    """

    def __init__(self, library: Library, before: Manifest, *, limits: Limits, progress: Progress) -> None:
        self.recipe = before.recipe
        self.sources = {source.key: source for source in before.sources}
        self.skipped: list[Skipped] = []
        self.named: set[str] = set()
        self._fingerprint = extraction_fingerprint(self.recipe)
        self._library = library
        self._removed: set[str] = set()
        self._limits = limits
        self._progress = progress
        self._shelf: Shelf | None = None

    def apply(self, request: Request) -> None:
        """Change the list of files as a request wants it.

        Raises:
            UnknownName: it names something to remove that is not there.
        """
        if request.recipe is not None and request.recipe != self.recipe:
            self.recipe = request.recipe
            self._fingerprint = extraction_fingerprint(self.recipe)
            self._shelf = None
        if request.action == "remove":
            for name in request.given:
                # What a killed run was to remove, a person asks for again; it is gone by then.
                if name not in self._removed:
                    self._remove(name, request.folder)
            self._removed.update(request.given)
            return
        if request.action == "build":
            self.sources = {}
        self._removed.clear()
        # What came from standard input is held in the request when it is done over.
        given = [name for name in request.given if name != STDIN or not request.held]
        held = list(request.held)
        for found in self._reader().read(given, request.folder):
            if isinstance(found, Skipped):
                self.skipped.append(found)
                continue
            self._put(found)
            if not found.file:
                held.append(found)
                self._library.note(replace(request, held=tuple(held)))
        for source in request.held:
            self._put(source)

    def entries(self) -> tuple[list[Entry], list[Skipped]]:
        """Find the records that the graph is to be made of, and the files whose documents are left out.

        Left out is a text that another file has too, and a document without title or number in which nothing is stated.
        """
        kept: list[Entry] = []
        left: list[Skipped] = []
        first: dict[str, str] = {}
        for source, records in self._all_records():
            text = records[0].source.text if records else ""
            if text in first:
                reason = (
                    f"{source.name}: the same text as {first[text]}; left out, so that nothing counts twice"
                )
                left.append(Skipped(path=Path(source.name), reason=reason, twin=first[text]))
                continue
            first[text] = source.name
            for number, record in enumerate(records):
                if record.span.start in source.left_out:
                    continue
                if _states_policy(record):
                    kept.append(Entry(record, source, self._content(source, number)))
                    continue
                reason = f"{source.name}: no policy text: no title, no document number, and no fact in it"
                left.append(Skipped(path=Path(source.name), reason=reason))
        return kept, left

    def _content(self, source: Source, number: int) -> str:
        name = PurePath(source.name).name  # all that a graph tells of where its file was
        parts = (self._fingerprint, source.digest, str(number), name)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def sorted_sources(self) -> tuple[Source, ...]:
        """Return the files in the order of their keys."""
        return tuple(self.sources[key] for key in sorted(self.sources))

    def _put(self, source: Source) -> None:
        self.sources[source.key] = source
        self.named.add(source.key)

    def _reader(self) -> Shelf:
        if self._shelf is None:
            self._shelf = Shelf(
                self._library,
                self._fingerprint,
                lambda: _build_pipeline(self.recipe),
                ocr=self.recipe.ocr,
                limits=self._limits,
                progress=self._progress,
            )
        return self._shelf

    def _all_records(self) -> list[tuple[Source, list[DocumentRecord]]]:
        fresh = {source.key: source for source in self._reader().refresh(self.sources.values())}
        self.sources = fresh
        return self._reader().records(fresh.values())

    def _remove(self, name: str, folder: str) -> None:
        """Take out what a name stands for: a file, all files under a folder or in an archive, or documents."""
        path = os.path.abspath(os.path.join(folder, name))
        files = [
            key
            for key, source in self.sources.items()
            if source.name == name or _lies_in(f"{source.file}/{source.member}".rstrip("/"), path)
        ]
        if files:
            for key in files:
                del self.sources[key]
            return
        gone = {(record.source.text, record.span.start) for record in self._named(name)}
        for source, records in self._all_records():
            starts = {r.span.start for r in records if (r.source.text, r.span.start) in gone}
            if not starts:
                continue
            left_out = starts | set(source.left_out)
            if all(r.span.start in left_out or not _states_policy(r) for r in records):
                del self.sources[source.key]
            else:
                self.sources[source.key] = replace(source, left_out=tuple(sorted(left_out)))

    def _named(self, name: str) -> Iterator[DocumentRecord]:
        """Find the documents of a name, else those of a number."""
        from policykg.kg import names

        records = [entry.record for entry in self.entries()[0]]
        own = name_documents(records)
        found = [r for r, called in zip(records, own, strict=True) if names.fold(called) == names.fold(name)]
        found = found or [r for r in records if number_key(r.span.info.number) == number_key(name)]
        if not found:
            pool = [names.Name(called, "Document", called, True) for called in own]
            raise names.UnknownName(name, names.nearest(name, pool))
        yield from found


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _states_policy(record: DocumentRecord) -> bool:
    info = record.span.info
    return bool(info.title or info.number or record.relations)


def _build_pipeline(recipe: Recipe) -> "Language":
    from policykg.extract.pipeline import build_pipeline
    from policykg.extract.settings import Settings

    return build_pipeline(
        Settings(
            lexicons=tuple(map(Path, recipe.lexicons)),
            frames=tuple(map(Path, recipe.frames)),
            model=recipe.model,
        )
    )

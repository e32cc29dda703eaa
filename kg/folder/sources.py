"""The files that a graph is made of: read and extracted once each, and kept in the library by their content."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal

from policykg.extract.readers import STDIN, Input, Limits, ReadError, open_inputs, read_bytes
from policykg.extract.records import DocumentRecord, ReaderText
from policykg.extract.structure.documents import split_documents
from policykg.kg.folder.library import REMEDY, Library, LibraryError
from policykg.kg.folder.manifest import Source
from policykg.kg.folder.output import OURS

if TYPE_CHECKING:
    from spacy.language import Language

Stage = Literal["read", "extract", "store", "draw"]
#: Called with the stage, what is being worked on, how much is done and how much there is, in the stage's own unit.
Progress = Callable[[Stage, str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that was left out, and why.

    `twin` is the name of the file that has the same text, where that is why.
    """

    path: Path
    reason: str
    twin: str = ""


class Shelf:
    """Finds the texts and records of files, in the library or by reading and extracting them.

    Args:
        fingerprint: what records depend on beside the content; those of another are made anew.
        pipeline: makes the pipeline; called when there is something to extract.
    """

    def __init__(
        self,
        library: Library,
        fingerprint: str,
        pipeline: Callable[[], "Language"],
        *,
        ocr: bool,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self._library = library
        self._fingerprint = fingerprint
        self._pipeline = pipeline
        self._nlp: Language | None = None
        self._ocr = ocr
        self._limits = limits
        self._progress = progress

    def read(self, given: Sequence[str], folder: str) -> Iterator[Source | Skipped]:
        """Read files, folders and archives that were named in a folder; each text is in the library when it comes."""
        files = [found for name in given for found in _list_files(name, folder)]
        for done, (name, path) in enumerate(files):
            self._progress("read", PurePath(name).name, done, len(files))
            yield from self._read_file(name, path)
        self._progress("read", "", len(files), len(files))

    def refresh(self, sources: Iterable[Source]) -> Iterator[Source]:
        """Bring the texts of files read earlier into the library that are not there under this fingerprint.

        A file that has gone keeps the text that was read of it; one that has changed is read as it is now.

        Raises:
            LibraryError: a text is neither in the library nor to be read again.
        """
        lost: list[str] = []
        for source in sources:
            if self._library.documents(source.digest, self._fingerprint) is not None:
                yield source
                continue
            again = self._reread(source) if source.file else None
            if isinstance(again, Source):
                kept = source.left_out if again.digest == source.digest else ()
                yield replace(again, left_out=kept)
            elif text := self._library.text(source.digest):
                self._keep(source.digest, text)
                yield source
            else:
                lost.append(again.reason if again else f"{source.name}: it was read from standard input")
        if lost:
            raise LibraryError(
                "the library was lost, and these cannot be read again, so nothing is changed; "
                f"build anew without them: {'; '.join(lost)}"
            )

    def records(self, sources: Iterable[Source]) -> list[tuple[Source, list[DocumentRecord]]]:
        """Find the records of some files, in an order that depends on the files' names and contents alone."""
        ordered = sorted(sources, key=lambda source: (PurePath(source.name).name, source.digest, source.key))
        found = {source.key: self._known(source) for source in ordered}
        waiting = [source for source in ordered if found[source.key] is None]
        if waiting:
            self._extract({source.digest: source.name for source in waiting})
            found |= {source.key: self._known(source) for source in waiting}
        pairs = [(source, found[source.key]) for source in ordered]
        if missing := next((source.name for source, records in pairs if records is None), None):
            raise LibraryError(f"{missing}: what was read of it is damaged; {REMEDY}")
        return [(source, records or []) for source, records in pairs]

    def _read_file(self, name: str, path: Path) -> Iterator[Source | Skipped]:
        """Read a file, or all files in an archive; `name` is what it was called."""
        for found in open_inputs(STDIN if name == STDIN else path, limits=self._limits):
            if isinstance(found, ReadError):
                yield _skipped(found, name, path)
                continue
            member = found.name[len(STDIN if name == STDIN else str(path)) :].lstrip("/")
            source = Source(
                name=f"{name}/{member}" if member else name,
                file="" if name == STDIN else str(path),
                member=member,
                digest=hashlib.sha256(found.data).hexdigest(),
            )
            try:
                self._take(source, found)
            except ReadError as error:
                yield _skipped(error, name, path)
            else:
                yield source

    def _reread(self, source: Source) -> Source | Skipped:
        path = Path(source.file)
        name = source.name.removesuffix(f"/{source.member}") if source.member else source.name
        try:
            found = reopen(source, self._limits)
            if found is None:
                return Skipped(path=Path(source.name), reason=f"{source.name}: {GONE}")
            fresh = replace(source, digest=hashlib.sha256(found.data).hexdigest(), left_out=())
            self._take(fresh, found)
        except ReadError as error:
            return _skipped(error, name, path)
        return fresh

    def _take(self, source: Source, found: Input) -> None:
        if self._library.documents(source.digest, self._fingerprint) is None:
            self._keep(source.digest, read_bytes(found.data, source.name, ocr=self._ocr, limits=self._limits))

    def _keep(self, digest: str, text: ReaderText) -> None:
        self._library.keep_text(digest, self._fingerprint, text, len(split_documents(text)))

    def _known(self, source: Source) -> list[DocumentRecord] | None:
        return self._library.records(source.digest, self._fingerprint, source.name)

    def _extract(self, names: Mapping[str, str]) -> None:
        """Extract texts, given by their digests; `names` are what the progress calls them."""
        texts = {digest: self._library.text(digest) for digest in names}
        total = sum(len(text.text) for text in texts.values() if text)
        done = 0
        for digest, text in texts.items():
            if text is not None:
                for name, at in self._extract_text(digest, text):
                    self._progress("extract", name, done + at, total)
                done += len(text.text)
                self._progress("extract", names[digest], done, total)

    def _extract_text(self, digest: str, text: ReaderText) -> Iterator[tuple[str, int]]:
        """Extract the documents of a text that are not in the library; yields each one's title and end."""
        from policykg.extract.pipeline import iter_records

        self._nlp = self._nlp or self._pipeline()
        for number, span in enumerate(split_documents(text)):
            if self._library.record(digest, number, self._fingerprint, text) is not None:
                continue
            (record,) = iter_records(self._nlp, text, [span])
            self._library.keep_record(digest, number, self._fingerprint, record)
            yield span.info.title or text.source, span.end


#: What is said of a file that its archive has lost.
GONE = "the archive has no such file any more"


def reopen(source: Source, limits: Limits) -> Input | None:
    """Open the file again that a source was read from; None where its archive has it no more.

    Raises:
        ReadError: it cannot be read.
    """
    called = f"{source.file}/{source.member}" if source.member else source.file
    for found in open_inputs(source.file, limits=limits):
        if isinstance(found, ReadError):
            if found.path in (called, source.file):
                raise found
        elif found.name == called:
            return found
    return None


def _list_files(name: str, folder: str) -> Iterator[tuple[str, Path]]:
    """List a file, or all files under a folder in the order of their names, by what they are called and where they are."""
    path = Path(os.path.abspath(os.path.join(folder, name)))
    if name == STDIN or not path.is_dir():
        yield name, path
        return
    for entry in sorted(path.rglob("*")):
        inside = entry.relative_to(path)
        hidden = any(part.startswith((".", "~$")) for part in inside.parts)
        # A graph that lies among its sources is none of them.
        if entry.is_file() and not hidden and OURS not in entry.resolve().parts:
            yield str(PurePath(name) / inside), entry


def _skipped(error: ReadError, name: str, path: Path) -> Skipped:
    """Say why a file was left out, under the name that it was given."""
    inside = error.path.startswith(str(path)) and name != STDIN
    called = name + error.path.removeprefix(str(path)) if inside else error.path
    return Skipped(path=Path(called), reason=f"{called}: {error.reason}; {error.advice}")

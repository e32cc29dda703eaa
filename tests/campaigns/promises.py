"""What the program promises of any input whatever; a judge says which promise an input breaks, "" for none."""

import os
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policykg.extract.interchange import to_dict
from policykg.extract.pipeline import extract
from policykg.extract.readers import Limits, ReadError, docx, html, locate, pdf, read_inputs
from policykg.extract.records import DocumentRecord, ReaderText
from policykg.extract.structure.contacts import contact_spans
from policykg.extract.structure.documents import split_documents
from policykg.kg.build import build_quads
from policykg.kg.emendation import emend
from policykg.kg.naming import name_documents
from policykg.kg.project import project
from policykg.kg.store import Store
from policykg.kg.world import survey
from policykg.ontology.namespace import graph_iri
from policykg.ontology.validate import validate
from policykg.viz.html import write_html

if TYPE_CHECKING:
    from spacy.language import Language

#: Loaded before processes part, as loading takes longer than reading.
LOADED = (docx, html, pdf)
LIMITS = Limits(file_bytes=20_000_000, unpacked_bytes=100_000_000, pages=500)
Judge = Callable[[bytes], str]
#: Longer graphs are not checked by the shapes: that takes many times as long as all else.
_QUADS = 20_000


def judge_reading(data: bytes) -> str:
    """Read a file as a user would: only ReadError, in one line; offsets lead back; documents cover the text."""
    for found in read_inputs("-", stdin=BytesIO(data), limits=LIMITS):
        if isinstance(found, ReadError):
            if "\n" in str(found):
                return "a message of more than one line"
            continue
        for offset in range(0, len(found.text), max(1, len(found.text) // 50)):
            locate(found, offset)
        spans = split_documents(found)
        if spans[0].start != 0 or spans[-1].end != len(found.text):
            return "documents do not cover the text"
        contact_spans(found.text)
    return ""


def judge_building(nlp: "Language") -> Judge:
    """Make the judge of the whole way: every record stands at its offsets, the graph is valid, the page is made."""

    def judge(data: bytes) -> str:
        texts = [
            found
            for found in read_inputs("-", stdin=BytesIO(data), limits=LIMITS)
            if isinstance(found, ReaderText)
        ]
        records = [record for text in texts for record in extract(nlp, text)]
        for record in records:
            if fault := _misplaced(record):
                return fault
        names = name_documents(records)
        emended = emend(records, names, ())
        world = survey(emended.records, names, emended.resolution, emended.notes)
        with Store.in_memory() as store:
            for record, name in zip(emended.records, names, strict=True):
                store.replace_document(graph_iri(name), build_quads(record, name=name, world=world))
            if store.count() < _QUADS and (faults := validate(store.quads())):
                return f"{len(faults)} violations, first {faults[0]}"
            with tempfile.TemporaryDirectory() as folder:
                store.dump_trig(Path(folder, "graph.trig"))
                write_html(project(store), Path(folder, "graph.html"))
        return ""

    return judge


def _misplaced(record: DocumentRecord) -> str:
    text, span = record.source.text, record.span
    for mention in record.entities:
        if text[mention.start : mention.end] != mention.text:
            return f"mention {mention} is not what stands there"
    for place in (*record.entities, *record.relations, *record.measures):
        if not span.start <= place.start < place.end <= span.end:
            return f"{place} lies outside its document"
    to_dict(record)
    return ""


def forbid_writing_outside(*folders: str) -> None:
    """Make every opening of a file for writing an error unless it lies in one of the folders; for this process's life."""
    allowed = tuple(os.path.realpath(folder) + os.sep for folder in (*folders, "/dev", "/proc/self"))

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            mode, flags = arguments[1] or "", arguments[2]
            writes = any(c in mode for c in "wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes and not os.path.realpath(os.fsdecode(arguments[0])).startswith(allowed):
                raise PermissionError(f"wrote outside the output folder: {arguments[0]!r}")
        elif event in ("socket.connect", "subprocess.Popen", "os.system"):
            raise PermissionError(f"{event} {arguments!r}")

    sys.addaudithook(watch)

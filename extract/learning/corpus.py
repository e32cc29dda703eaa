"""The texts that the statistical part learns from: the shared folder's annotated and unannotated documents."""

import hashlib
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from policykg.ontology.errors import PolicyKGError

#: The archive of unannotated laws below the corpus folder, and the endings of files that are plain text as they stand.
ARCHIVE = "laws.tar.xz"
ENDINGS = (".txt", ".md")
#: The two tables of stand-off annotations, and which of their columns are whole numbers.
TEXTS_FILE, NAMES_FILE = "texts.tsv", "names.tsv"
TEXT_COLUMNS = ("text", "source", "from", "to", "sha256")
NAME_COLUMNS = ("text", "start", "end", "type")
NUMERIC = ("text", "from", "to", "start", "end")


class CorpusError(PolicyKGError, ValueError):
    """Texts or annotations that are missing or do not fit together; all faults are listed."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text with the names in it, as half-open (start, end, type), sorted."""

    name: str
    text: str
    names: tuple[tuple[int, int, str], ...]


def read_corpus(corpus: Path) -> Iterator[tuple[str, str]]:
    """Yield (path below `corpus`, text) of every unannotated plain text; a member of the archive as `laws.tar.xz:PATH`.

    Raises:
        CorpusError: the folder or its archive is missing.
    """
    archive = corpus / ARCHIVE
    if not archive.is_file():
        raise CorpusError(f"{archive}: missing; give the folder that holds corpus/{ARCHIVE}")
    for path in sorted((corpus / "docs").iterdir()):
        if path.suffix in ENDINGS:
            yield f"docs/{path.name}", path.read_text(encoding="utf-8")
    found = []
    with tarfile.open(archive, "r:xz") as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() and member.name.endswith(ENDINGS) else None
            if stream:
                found.append((f"{ARCHIVE}:{member.name}", TextIOWrapper(stream, "utf-8").read()))
    yield from sorted(found)


def read_gold_texts(folder: Path) -> list[Annotated]:
    """Read a folder of gold files, sorted by name, without targets.

    Raises:
        CorpusError: the folder holds none.
    """
    texts = []
    for path in sorted(folder.glob("*.json")):
        entities = json.loads(path.read_text(encoding="utf-8"))["entities"]
        names = {(e["start"], e["end"], e["type"]) for e in entities if e["type"] != "Target"}
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        texts.append(Annotated(path.stem, text, tuple(sorted(names))))
    if not texts:
        raise CorpusError(f"{folder}: no gold files; expected NAME.json with NAME.txt beside it")
    return texts


def read_annotations(folder: Path, corpus: Sequence[tuple[str, str]]) -> list[Annotated]:
    """Lay stand-off annotations over excerpts of corpus texts, in the order of `texts.tsv`.

    Args:
        folder: holds `texts.tsv` (number, source, from, to, sha256 of the excerpt in UTF-8) and `names.tsv` (number of
            the text, start, end, type); `from` and `to` are offsets into the source, `start` and `end` into the excerpt.
        corpus: (path, text), as `read_corpus` yields them.
    Raises:
        CorpusError: a source is missing, an excerpt differs or a row is damaged; all faults are listed.
    """
    sources = dict(corpus)
    faults: list[str] = []
    names: dict[str, set[tuple[int, int, str]]] = {}
    for number, start, end, kind in _read_rows(folder / NAMES_FILE, NAME_COLUMNS, faults):
        names.setdefault(number, set()).add((int(start), int(end), kind))
    found = []
    for number, source, first, last, digest in _read_rows(folder / TEXTS_FILE, TEXT_COLUMNS, faults):
        excerpt = sources.get(source, "")[int(first) : int(last)]
        if source not in sources:
            faults.append(f"{TEXTS_FILE}: text {number}: source {source!r} is not in the corpus")
        elif hashlib.sha256(excerpt.encode()).hexdigest() != digest:
            faults.append(f"{TEXTS_FILE}: text {number}: {source!r} is not the text that was annotated")
        kept = tuple(sorted(span for span in names.get(number, ()) if span[2] != "Target"))
        found.append(Annotated(f"{source}@{first}", excerpt, kept))
    if faults:
        raise CorpusError("\n".join(faults))
    return found


def _read_rows(path: Path, columns: Sequence[str], faults: list[str]) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != list(columns):
        faults.append(f"{path.name}:1: wrong header; it must read {' '.join(columns)}, separated by tabs")
        return []
    rows = []
    numbers = [at for at, column in enumerate(columns) if column in NUMERIC]
    for line_number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(columns) or not all(cells[at].isdecimal() for at in numbers):
            faults.append(f"{path.name}:{line_number}: damaged row {line!r}; columns are {' '.join(columns)}")
        else:
            rows.append(cells)
    return rows

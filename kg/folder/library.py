"""The output folder's memory: what was read and extracted, by content, and what runs were asked to do.

An SQLite file. Each text and each document's records go in by a transaction of their own, so what a killed run had done
is there for the next one, and an unchanged document is never read or extracted again. The graph does not hang on this
file: where it is damaged, it is put aside and all is read anew.
"""

import json
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from policykg.extract.interchange import from_dict, text_from_dict, text_to_dict, to_dict
from policykg.extract.records import DocumentRecord, ReaderText
from policykg.kg.folder.manifest import Action, Recipe, Source, from_data
from policykg.ontology.errors import PolicyKGError

LIBRARY_FILE = "library.sqlite"
#: What helps where the file is damaged in a way that was not seen when it was opened.
REMEDY = f"remove {LIBRARY_FILE} and run it again; the graph is not touched"
SCHEMA = 1
#: The codes of errors that say that the file is not what it should be.
_DAMAGE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_TABLES = """
CREATE TABLE texts (digest TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, documents INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE records (
    digest TEXT NOT NULL, number INTEGER NOT NULL, fingerprint TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (digest, number)
);
CREATE TABLE mirrors (place TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE requests (place INTEGER PRIMARY KEY, mark TEXT NOT NULL UNIQUE, data TEXT NOT NULL);
"""


class LibraryError(PolicyKGError):
    """The library cannot be used; the text names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a run is asked to do.

    Attributes:
        mark: tells it from all other requests.
        given: the inputs, or the names to remove, as they were typed, in `folder`.
        recipe: how to build; None for what the graph was built with.
        held: what was read from standard input, which cannot be read again.
    """

    mark: str
    action: Action
    given: tuple[str, ...]
    folder: str
    recipe: Recipe | None = None
    held: tuple[Source, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.action, *self.given))


class Library:
    """The memory of one output folder; use it as a context. One process at a time, as the folder's lock has it."""

    def __init__(self, path: Path) -> None:
        """Open the library at a path; a new one where there is none, or where it is damaged (then `damaged` is true).

        Raises:
            LibraryError: it cannot be opened, or a newer program wrote it.
        """
        self._path = path
        self.damaged = False
        with self._faults():
            try:
                self._database = _open(path)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _DAMAGE:
                    raise  # a full disk, a folder that cannot be written
                self.damaged = True
                for old in (path, path.with_name(f"{path.name}-journal")):
                    if old.exists():
                        old.replace(old.with_name(f"{old.name}.damaged"))
                self._database = _open(path)
        found = self._database.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            self._database.close()
            raise LibraryError(
                f"{path} was written by a newer policykg (form {found}; this one knows {SCHEMA}): "
                "update policykg, or build into another folder"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def documents(self, digest: str, fingerprint: str) -> int | None:
        """Return how many documents a text has that was read under this fingerprint, None where it was not."""
        row = self._row("SELECT documents, fingerprint FROM texts WHERE digest = ?", digest)
        return row[0] if row and row[1] == fingerprint else None

    def text(self, digest: str) -> ReaderText | None:
        """Return the text of a content, whatever read it; None where it is not there."""
        row = self._row("SELECT data FROM texts WHERE digest = ?", digest)
        return _unpack(row[0], text_from_dict) if row else None

    def records(self, digest: str, fingerprint: str, name: str) -> list[DocumentRecord] | None:
        """Return the records of a content in the order of its text, None unless all are there.

        Args:
            name: what the file is called now.
        """
        expected = self.documents(digest, fingerprint)
        text = self.text(digest) if expected is not None else None
        if text is None:
            return None
        source = replace(text, source=name)
        found = [self.record(digest, number, fingerprint, source) for number in range(expected or 0)]
        kept = [record for record in found if record is not None]
        return kept if len(kept) == len(found) else None

    def record(self, digest: str, number: int, fingerprint: str, source: ReaderText) -> DocumentRecord | None:
        """Return the record of one document of a text, None where it is not there."""
        row = self._row(
            "SELECT data FROM records WHERE digest = ? AND number = ? AND fingerprint = ?",
            digest,
            number,
            fingerprint,
        )
        return _unpack(row[0], lambda data: from_dict(data, source)) if row else None

    def keep_text(self, digest: str, fingerprint: str, text: ReaderText, documents: int) -> None:
        """Put in a text that holds so many documents."""
        row = (digest, fingerprint, documents, _pack(text_to_dict(text)))
        self._write("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", row)

    def keep_record(self, digest: str, number: int, fingerprint: str, record: DocumentRecord) -> None:
        """Put in the record of one document of a text."""
        row = (digest, number, fingerprint, _pack(to_dict(record)))
        self._write("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", row)

    def forget(self, kept: Collection[str]) -> None:
        """Drop all contents but those of some digests."""
        with self._faults(), self._database as database:
            for table in ("texts", "records"):
                held = {row[0] for row in database.execute(f"SELECT DISTINCT digest FROM {table}")}
                gone = sorted(held - set(kept))
                database.executemany(f"DELETE FROM {table} WHERE digest = ?", [(digest,) for digest in gone])

    def requests(self) -> list[Request]:
        """Return what runs were asked that did not come to their end, in order."""
        with self._faults():
            rows = self._database.execute("SELECT data FROM requests ORDER BY place").fetchall()
        return [from_data(Request, json.loads(row[0])) for row in rows]

    def note(self, request: Request) -> None:
        """Write down what is to be done, or more of it."""
        text = json.dumps(asdict(request))
        self._write(
            "INSERT INTO requests (mark, data) VALUES (?, ?) ON CONFLICT (mark) DO UPDATE SET data = excluded.data",
            (request.mark, text),
        )

    def drop(self, marks: Iterable[str]) -> None:
        """Cross off requests that are done or given up."""
        with self._faults(), self._database as database:
            database.executemany("DELETE FROM requests WHERE mark = ?", [(mark,) for mark in marks])

    def mirrored(self, place: str) -> dict[str, str]:
        """Return what the documents at an endpoint were made of, by their names; "" where that is not certain."""
        row = self._row("SELECT data FROM mirrors WHERE place = ?", place)
        return dict(json.loads(row[0])) if row else {}

    def keep_mirrored(self, place: str, documents: Mapping[str, str]) -> None:
        """Put in what the documents at an endpoint were made of."""
        self._write("INSERT OR REPLACE INTO mirrors VALUES (?, ?)", (place, json.dumps(documents)))

    def _row(self, statement: str, *values: object) -> Any:
        with self._faults():
            return self._database.execute(statement, values).fetchone()

    def _write(self, statement: str, row: tuple[object, ...]) -> None:
        with self._faults(), self._database as database:
            database.execute(statement, row)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(f"{self._path} cannot be used: {error}; {_advice(error)}") from error


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    try:
        # What was removed from the graph is to be gone from this file too.
        database.execute("PRAGMA auto_vacuum = FULL")
        database.execute("PRAGMA secure_delete = ON")
        state = database.execute("PRAGMA quick_check").fetchone()[0]
        if state != "ok":
            raise sqlite3.DatabaseError(state)
        if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            database.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {SCHEMA};COMMIT;")
        if database.execute("PRAGMA user_version").fetchone()[0] <= SCHEMA:
            database.execute("SELECT 1 FROM texts, records, requests, mirrors LIMIT 0")
    except BaseException:
        database.close()
        raise
    return database


def _advice(error: sqlite3.Error) -> str:
    if "full" in str(error):
        return "free some space and run it again"
    if "I/O" in str(error):
        return "look at the disk: is it full, or failing?"
    if "readonly" in str(error) or "open" in str(error):
        return "it must be possible to write there"
    return REMEDY


def _pack(data: object) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


_T = TypeVar("_T")


def _unpack(blob: bytes, make: Callable[[Any], _T]) -> _T | None:
    """Read what was packed; what is damaged counts as not there."""
    with suppress(zlib.error, ValueError, KeyError, TypeError):
        return make(json.loads(zlib.decompress(blob).decode("utf-8", "surrogatepass")))
    return None

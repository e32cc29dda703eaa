"""What a graph is made of and how it came about: the file that a build leaves beside its store, out of sight.

It appears with the graph, by the same step, so what it says is always true of the graph that it lies beside.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from policykg.kg.folder.output import current_build
from policykg.ontology.errors import PolicyKGError

MANIFEST_FILE = ".manifest.json"
#: The number of this form of the file; a program reads its own and refuses a later one.
SCHEMA = 1

#: How the file begins, in every form that it will ever have.
_FORM = re.compile(rb'\{"schema":([0-9]{1,9})')
_HEAD = 32

Action = Literal["build", "add", "remove"]


class ManifestError(PolicyKGError):
    """The record of a graph's documents cannot be used; `newer` is true where a later program wrote it."""

    def __init__(self, text: str, *, newer: bool = False) -> None:
        super().__init__(text)
        self.newer = newer


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that documents of the graph come from.

    Attributes:
        name: its path as it was given; `ARCHIVE/MEMBER` in an archive, `-` for standard input.
        file: the absolute path of the file or archive, "" for standard input.
        member: the rest of the name within an archive.
        digest: the SHA-256 of its content.
        left_out: where in its text documents begin that were removed from the graph.
    """

    name: str
    file: str
    member: str = ""
    digest: str
    left_out: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What stays when the content changes; of standard input it is the content."""
        return f"{self.file}/{self.member}" if self.file else f"-{self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a graph is to be made; all paths are absolute, `corrections` is "" for those of the output folder."""

    lexicons: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    model: bool = True
    ocr: bool = False
    corrections: str = ""
    save_text: bool = False
    page: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A document of the graph.

    Attributes:
        name: its name in the graph.
        source: the name of the file it comes from; `key` is the file's own.
        facts: the number of relations found in it.
        content: a digest of the records that its graph was made from.
        asked: what its graph asked of the world (`policykg.kg.world.Enquiry`), as JSON: it is long, and rarely looked at.
        made_of: a digest of all that its graph depends on: program, content, name, and the answers.
        triples: the number of triples in its graph.
    """

    name: str
    number: str
    date: str
    issuers: tuple[str, ...]
    source: str
    key: str
    facts: int
    content: str
    asked: str = "[]"
    made_of: str = ""
    triples: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that changed the graph: what was asked, and the names of the documents that came, changed and went.

    `when` is UTC, as ISO 8601; `skipped` says why files were left out; `completed` what killed runs had been asked.
    `requests` are the marks of all requests that it fulfilled.
    """

    when: str
    action: Action
    given: tuple[str, ...]
    program: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All of it.

    Attributes:
        made_with: a digest of what the graph depends on beside its texts.
        left: files whose documents are left out, each with the reason.
        entities, relations: how many of each type and predicate.
        places: where in the TriG file each graph stands: offset and length in bytes.
        stale: how many triples were replaced or removed since the store was last written from nothing.
    """

    schema: int = SCHEMA
    recipe: Recipe = field(default_factory=Recipe)
    made_with: str = ""
    sources: tuple[Source, ...] = ()
    documents: tuple[Built, ...] = ()
    entities: Mapping[str, int] = field(default_factory=dict)
    relations: Mapping[str, int] = field(default_factory=dict)
    measures: int = 0
    triples: int = 0
    warnings: tuple[str, ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    stale: int = 0
    left: tuple[tuple[str, str], ...] = ()
    runs: tuple[Run, ...] = ()


def check_schema(folder: Path) -> None:
    """Check that a build's folder was written by no newer program.

    Raises:
        ManifestError: it was.
    """
    try:
        with (folder / MANIFEST_FILE).open("rb") as file:
            match = _FORM.match(file.read(_HEAD))
    except OSError:
        return
    if match and int(match[1]) > SCHEMA:
        raise ManifestError(
            f"{folder} was written by a newer policykg (form {int(match[1])}; this one knows {SCHEMA}): "
            "update policykg, or build into another folder",
            newer=True,
        )


def load_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a build's folder; None where there is none.

    Raises:
        ManifestError: it was written by a newer program, or is damaged.
    """
    check_schema(folder)
    path = folder / MANIFEST_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8", errors="surrogatepass"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path} is damaged ({error}); build the graph anew") from error
    try:
        found = from_data(Manifest, data)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ManifestError(f"{path} is damaged ({error}); build the graph anew") from error
    assert isinstance(found, Manifest)
    return found


def read_manifest(out: Path) -> Manifest:
    """Read what the graph in an output folder is made of.

    Raises:
        ManifestError: there is no graph, or none that says so; or as `load_manifest`.
    """
    current = current_build(out)
    found = load_manifest(current) if current else None
    if found is None:
        raise ManifestError(f"no list of documents at {out}: build with `policykg build INPUT… -o {out}`")
    return found


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a build's folder."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, separators=(",", ":"))
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8", errors="surrogatepass", newline="\n")


def from_data(kind: Any, data: Any) -> Any:
    """Make the value of a type again from what `asdict` and JSON made of it.

    Raises:
        KeyError, TypeError: it was made of another type.
    """
    if get_origin(kind) is tuple:
        return tuple(from_data(get_args(kind)[0], one) for one in data)
    if get_origin(kind) is Mapping:
        return {name: from_data(get_args(kind)[1], one) for name, one in data.items()}
    if isinstance(kind, UnionType):  # X | None
        return None if data is None else from_data(get_args(kind)[0], data)
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        hints = get_type_hints(kind)
        return kind(**{one.name: from_data(hints[one.name], data[one.name]) for one in fields(kind)})
    return data

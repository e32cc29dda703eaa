"""What a result depends on beside its texts: the program's own code and data, the libraries it stands on, the settings.

Two runs with one fingerprint give the same result for the same text, so the result of the first can be kept.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from policykg.kg.folder.manifest import Recipe

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def program_version() -> str:
    """Return the version of the program, "" where it is not installed."""
    try:
        return metadata.version("policykg")
    except metadata.PackageNotFoundError:
        return ""


def extraction_fingerprint(recipe: Recipe) -> str:
    """Return what the records of a text depend on: code and data of `extract`, libraries, and the settings.

    Lexicons and frames count by their content; one that cannot be read is the pipeline's to complain about.
    """
    own = [content_digest(Path(path)) for path in (*recipe.lexicons, *recipe.frames)]
    settings = (str(len(recipe.lexicons)), str(recipe.model), str(recipe.ocr))
    return _digest((code_digest("extract"), *own, *settings))


def graph_fingerprint() -> str:
    """Return what a graph depends on beside the records: code and data of the other rooms."""
    return _digest(code_digest(room) for room in ("kg", "ontology", "viz"))


def content_digest(path: Path) -> str:
    """Return a digest of a file's content, "" where there is none to read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


@cache
def code_digest(room: str) -> str:
    """Return a digest of all files of one of our packages, and of the versions of the libraries we stand on."""
    digest = hashlib.sha256()
    for name, content in sorted(_files(files(f"policykg.{room}"), room)):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    digest.update("\n".join(_libraries()).encode())
    return digest.hexdigest()


def _files(folder: Traversable, name: str) -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            yield from _files(entry, f"{name}/{entry.name}")
        else:
            yield f"{name}/{entry.name}", entry.read_bytes()


@cache
def _libraries() -> tuple[str, ...]:
    try:
        wanted = metadata.requires("policykg") or []
    except metadata.PackageNotFoundError:
        return ()
    found = []
    for line in wanted:
        match = _NAME.match(line)
        if match and "extra ==" not in line:
            found.append(f"{match[0]} {metadata.version(match[0])}")
    return tuple(found)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

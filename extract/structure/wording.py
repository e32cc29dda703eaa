"""The words by which documents and the pages around them are told, as data/patterns holds them."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from policykg.ontology.errors import PolicyKGError

FOLDER = Path(__file__).parents[1] / "data" / "patterns"


class WordingError(PolicyKGError, ValueError):
    """A word list is not what it must be; the text lists all faults of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleWords:
    """Genre words of titles, and what tells a notice that only carries another text."""

    genres: tuple[str, ...]
    weak_genres: tuple[str, ...]
    carriers: tuple[str, ...]
    carrying: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataLabels:
    """Labels of metadata tables and front matter, by what stands beside them."""

    title: tuple[str, ...]
    number: tuple[str, ...]
    issuer: tuple[str, ...]
    signed: tuple[str, ...]
    published: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerWords:
    """What names of issuing bodies are made of."""

    endings: tuple[str, ...]
    names: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWords:
    """Prefixes of document numbers as "prefix place", and words that only look like places."""

    prefixes: tuple[str, ...]
    no_places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWords:
    """Where a box's title ends and its text begins; headings that web pages put over a text."""

    page_parts: tuple[str, ...]
    title_ends: tuple[str, ...]
    openers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWords:
    """Labels before contact data, and what may stand before a label: 业务 in 业务咨询电话."""

    labels: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureWords:
    """All of `structure.toml`, one field a table."""

    title: TitleWords
    metadata: MetadataLabels
    issuer: IssuerWords
    place: PlaceWords
    section: SectionWords
    contact: ContactWords


@dataclass(frozen=True, slots=True, kw_only=True)
class FurnitureWords:
    """All of `furniture.toml`: what web pages print around a text.

    `adverts` are regular expressions, each with an example that it finds, `(pattern, example)`.
    """

    buttons: tuple[str, ...]
    folds: tuple[str, ...]
    adverts: tuple[re.Pattern[str], ...] = field(default=())


_TABLES: dict[
    str, type[TitleWords | MetadataLabels | IssuerWords | PlaceWords | SectionWords | ContactWords]
] = {
    "title": TitleWords,
    "metadata": MetadataLabels,
    "issuer": IssuerWords,
    "place": PlaceWords,
    "section": SectionWords,
    "contact": ContactWords,
}


@cache
def structure_words(path: Path = FOLDER / "structure.toml") -> StructureWords:
    """Load the words of titles, metadata, issuers, places, sections and contact lines.

    Raises:
        WordingError: a table or list is missing, unknown, empty or holds a word twice; all faults at once.
    """
    tables = _load(path)
    faults: list[str] = []
    shapes = dict(_TABLES)
    faults += [
        f"unknown table [{name}]; tables are {', '.join(shapes)}" for name in tables if name not in shapes
    ]
    built: dict[str, object] = {}
    for name, shape in shapes.items():
        table = tables.get(name)
        if not isinstance(table, dict):
            faults.append(f"table [{name}] is missing")
            continue
        keys = [f.name for f in fields(shape)]
        faults += [
            f"[{name}] has unknown key '{key}'; keys are {', '.join(keys)}"
            for key in table
            if key not in keys
        ]
        lists = {key: _words(table.get(key), f"[{name}] {key}", faults) for key in keys}
        built[name] = shape(**lists)
    for row in getattr(built.get("place"), "prefixes", ()):
        if len(row.split()) != 2:
            faults.append(f"[place] prefixes: {row!r} is not 'prefix place'")
    _refuse(path, faults)
    return StructureWords(**built)  # type: ignore[arg-type]


@cache
def furniture_words(path: Path = FOLDER / "furniture.toml") -> FurnitureWords:
    """Load the words of web page furniture; each advert pattern must find its own example.

    Raises:
        WordingError: as `structure_words`, or a pattern that is no regular expression or misses its example.
    """
    tables = _load(path)
    faults: list[str] = []
    buttons = _words(tables.get("buttons"), "buttons", faults)
    folds = _words(tables.get("folds"), "folds", faults)
    adverts = []
    for row in tables.get("advert", []):  # type: ignore[attr-defined]
        try:
            pattern = re.compile(row["pattern"])
        except (KeyError, TypeError, re.error) as error:
            faults.append(f"advert {row!r}: pattern is missing or no regular expression ({error})")
            continue
        if not pattern.search(str(row.get("example", ""))):
            faults.append(f"advert {row['pattern']!r} does not find its example {row.get('example')!r}")
        adverts.append(pattern)
    _refuse(path, faults)
    return FurnitureWords(buttons=buttons, folds=folds, adverts=tuple(adverts))


def any_of(words: Iterable[str]) -> str:
    """Join words to a regular expression alternation, longest first, so that the longest one wins."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


def _load(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordingError(f"{path}: cannot be read as TOML: {error}") from error


def _words(value: object, place: str, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        faults.append(f"{place} must be a list of words")
        return ()
    faults += [f"{place} holds {word!r} twice" for word in sorted({w for w in value if value.count(w) > 1})]
    return tuple(value)


def _refuse(path: Path, faults: list[str]) -> None:
    if faults:
        raise WordingError("\n".join(f"{path.name}: {fault}" for fault in faults))

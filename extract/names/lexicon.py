"""Names and class terms that are known beforehand: one Aho-Corasick pass over TSV lexicons.

A lexicon file is UTF-8, NFC, tab-separated, sorted by surface, with the header of `COLUMNS`. Files of the user's own
are laid over the built-in ones: a surface they hold replaces ours.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path

import ahocorasick_rs
from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.names.candidates import Found, proposals, propose
from policykg.extract.normalise import fold
from policykg.extract.records import ENTITY_TYPES
from policykg.ontology.errors import PolicyKGError

COLUMNS = ("surface", "label", "canonical", "kind", "source", "note")
#: name = one thing's own name; class = a term for a class of things; abbr, alias = another form of `canonical`.
KINDS = ("name", "class", "abbr", "alias")

Source = Path | Traversable


class LexiconError(PolicyKGError, ValueError):
    """Faulty lexicon files; `faults` holds one line each, with place, what is wrong and what would be right."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One surface form. `rule` names the file it stands in: `lexicon:FILE`, or `user-lexicon:FILE`."""

    surface: str
    label: str
    canonical: str
    kind: str
    source: str
    note: str
    rule: str


@dataclass(frozen=True, slots=True)
class Match:
    """A surface form found at [start, end) of the text that was searched."""

    start: int
    end: int
    entry: Entry


class Lexicon:
    """A set of surface forms, searched all at once; full and half width are the same to it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        by_surface = {fold(entry.surface): entry for entry in entries}
        self.entries: tuple[Entry, ...] = tuple(by_surface.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(by_surface), store_patterns=False)

    @classmethod
    def load(cls, extra: Iterable[Path] = ()) -> "Lexicon":
        """Read the built-in lexicon and lay files of the user's own over it.

        Raises:
            LexiconError: a file is missing or faulty; all faults of all files are listed.
        """
        folder = files("policykg.extract.data.lexicon")
        own = sorted(
            (item for item in folder.iterdir() if item.name.endswith(".tsv")), key=lambda item: item.name
        )
        faults: list[str] = []
        ours = _read_layer(own, "lexicon", faults)
        theirs = _read_layer(list(extra), "user-lexicon", faults)
        if faults:
            raise LexiconError(faults)
        return cls({**ours, **theirs}.values())

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, text: str) -> Iterator[Match]:
        """Find every surface form in a text, overlapping ones too, by rising end."""
        for index, start, end in self._automaton.find_matches_as_indexes(fold(text), overlapping=True):
            yield Match(start, end, self.entries[index])


def read_entries(source: Source, rule: str, faults: list[str]) -> list[tuple[int, Entry]]:
    """Read one file; each fault found is added to `faults` as a line.

    Returns:
        (line number, entry) of the rows that are in order.
    """
    place = str(source) if isinstance(source, Path) else source.name
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{place}: cannot be read: {error}; a lexicon is a UTF-8 text of tab-separated columns")
        return []
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        faults.append(f"{place}:1: wrong header; it must read {' '.join(COLUMNS)}, separated by tabs")
        return []
    rows: list[tuple[int, Entry]] = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            cells = line.split("\t")
            problems = _check_row(cells)
            faults.extend(f"{place}:{number}: {problem}" for problem in problems)
            if not problems:
                surface, label, canonical, kind, origin, note = cells
                rows.append(
                    (
                        number,
                        Entry(
                            surface=surface,
                            label=label,
                            canonical=canonical,
                            kind=kind,
                            source=origin,
                            note=note,
                            rule=rule,
                        ),
                    )
                )
    for (_, before), (number, after) in pairwise(rows):
        if after.surface < before.surface:
            faults.append(
                f"{place}:{number}: {after.surface!r} stands after {before.surface!r}; sort the rows by surface"
            )
    return rows


def _check_row(cells: list[str]) -> list[str]:
    if len(cells) != len(COLUMNS):
        return [f"{len(cells)} columns; there must be {len(COLUMNS)}: {' '.join(COLUMNS)}"]
    surface, label, canonical, kind = cells[:4]
    problems = []
    if len(surface) < 2 or surface != surface.strip():
        problems.append(f"surface {surface!r} is too short or has outer spaces; give two characters or more")
    if label not in ENTITY_TYPES:
        problems.append(f"unknown label {label!r}; labels are {', '.join(ENTITY_TYPES)}")
    if kind not in KINDS:
        problems.append(f"unknown kind {kind!r}; kinds are {', '.join(KINDS)}")
    elif kind in ("abbr", "alias") and not canonical:
        problems.append(f"{surface!r} is an {kind} of nothing; fill in canonical")
    for cell in cells:
        if cell != unicodedata.normalize("NFC", cell):
            problems.append(f"{cell!r} is not in NFC; write {unicodedata.normalize('NFC', cell)!r}")
    return problems


def _read_layer(sources: Sequence[Source], layer: str, faults: list[str]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    places: dict[str, str] = {}
    for source in sources:
        rule = f"{layer}:{source.name.removesuffix('.tsv')}"
        for number, entry in read_entries(source, rule, faults):
            key = fold(entry.surface)
            place = f"{source.name}:{number}"
            if key in found:
                what = (
                    "conflicts with"
                    if (found[key].label, found[key].canonical) != (entry.label, entry.canonical)
                    else "repeats"
                )
                faults.append(f"{place}: {entry.surface!r} {what} {places[key]}; keep one of the two rows")
            found[key], places[key] = entry, place
    return found


class LexiconMatcher:
    """Propose every lexicon name in a document as a candidate."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def match(self, doc: Doc) -> list[Found]:
        """Return the candidates, overlapping ones too; 市财政局 is none where its city's name stands before it."""
        held = proposals(doc)
        text, begin = held.text, held.places.begin
        return [
            Found(m.start, m.end, m.entry.label, m.entry.rule, m.entry.canonical)
            for m in self.lexicon.find(text)
            if not (inside_word(text, m.start) or inside_word(text, m.end)) and begin(m.start) == m.start
        ]

    def set_annotations(self, doc: Doc, matches: list[Found]) -> None:
        """Add the candidates to those of the other components."""
        propose(doc, matches)

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


def inside_word(text: str, at: int) -> bool:
    """Tell whether an offset falls inside a run of Latin letters or digits, which is one token."""
    return 0 < at < len(text) and _latin(text[at - 1]) and _latin(text[at])


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@Language.factory("policy_lexicon", default_config={"extra": []})
def create_lexicon(nlp: Language, name: str, extra: list[str]) -> LexiconMatcher:
    """Build the `policy_lexicon` component; `extra` are paths of lexicon files of the user's own.

    Raises:
        LexiconError: a lexicon file is missing or faulty.
    """
    return LexiconMatcher(Lexicon.load([Path(path) for path in extra]))

"""Names that are recognised by their build: 《…》 documents, and bodies made of a locality, a field and an organ word."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick_rs
from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.names.candidates import Found, proposals, propose
from policykg.extract.names.places import Places
from policykg.extract.normalise import fold
from policykg.extract.records import ENTITY_TYPES
from policykg.extract.rulefiles import Example, PatternError, any_of, named_items, read_examples, read_toml

_CLAUSE = re.compile(r"[^,;:。!?\n]+")
DOCUMENT_RULE = "pattern:title-marks"
#: A title longer than this has lost its closing mark.
LONGEST_TITLE = 160
_KEYS = ("name", "label", "regex", "needs", "example", "counter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A regular expression over text folded to half width, with sentences that prove it.

    With `needs` it is tried only in clauses that hold one of these words, and none of its matches leaves its clause.
    """

    name: str
    label: str
    regex: re.Pattern[str]
    needs: tuple[str, ...]
    examples: tuple[Example, ...]
    counters: tuple[Example, ...]

    def find(self, folded: str, clauses: Iterable[tuple[int, int]]) -> Iterator[Found]:
        """Find the pattern in these half-open clauses of a folded text, without overlaps."""
        rule = f"pattern:{self.name}"
        for start, end in clauses:
            for match in self.regex.finditer(folded, start, end):
                yield Found(match.start(), match.end(), self.label, rule)


def split_clauses(folded: str) -> list[tuple[int, int]]:
    """Return the half-open clauses of a folded text, without the marks between them."""
    return [match.span() for match in _CLAUSE.finditer(folded)]


class Patterns:
    """All patterns, documents among them."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._needing: dict[str, list[Pattern]] = {}
        for pattern in self.patterns:
            for word in pattern.needs:
                self._needing.setdefault(word, []).append(pattern)
        self._words = sorted(self._needing)
        self._word_finder = ahocorasick_rs.AhoCorasick(self._words, store_patterns=False)

    @classmethod
    def load(cls) -> "Patterns":
        """Read the built-in patterns.

        Raises:
            PatternError: the file is faulty; all its faults are listed.
        """
        return cls(read_patterns("bodies.toml"))

    def find(self, text: str, places: Places | None = None) -> Iterator[Found]:
        """Find all candidates in a text, those of different patterns may overlap; names begin with their place."""
        yield from find_titles(text)
        folded = fold(text)
        hopeful = self._hopeful_clauses(folded)
        places = places or Places(text)
        for pattern in self.patterns:
            for found in pattern.find(folded, hopeful[pattern.name] if pattern.needs else [(0, len(folded))]):
                begin = places.begin(found.start)
                yield found if begin == found.start else found._replace(start=begin)

    def _hopeful_clauses(self, folded: str) -> dict[str, list[tuple[int, int]]]:
        """Return the clauses that hold a word which a pattern needs, in order, by the pattern's name."""
        clauses = split_clauses(folded)
        starts = [start for start, _ in clauses]
        hopeful: dict[str, list[tuple[int, int]]] = {pattern.name: [] for pattern in self.patterns}
        for word, start, end in self._word_finder.find_matches_as_indexes(folded, overlapping=True):
            clause = clauses[bisect_right(starts, start) - 1]
            for pattern in self._needing[self._words[word]] if end <= clause[1] else ():
                known = hopeful[pattern.name]
                if not known or known[-1] != clause:
                    known.append(clause)
        return hopeful

    def check_examples(self) -> list[str]:
        """Try every pattern on its own sentences; return a line for each that does not hold."""
        return [fault for pattern in self.patterns for fault in _check_pattern(pattern)]


def find_titles(text: str) -> Iterator[Found]:
    """Find 《…》, titles nested in 〈〉 or in 《》 included; an unclosed mark is no title, nor is one around nothing."""
    depth, start = 0, 0
    for match in re.finditer(r"[《》]", text):
        at = match.start()
        if match[0] == "《":
            if depth and at - start > LONGEST_TITLE:
                depth = 0
            if depth == 0:
                start = at
            depth += 1
        elif depth:
            depth -= 1
            inside = text[start:at]
            if depth == 0 and len(inside) < LONGEST_TITLE and any(map(str.isalnum, inside)):
                yield Found(start, at + 1, "Document", DOCUMENT_RULE)


def read_patterns(file: str) -> tuple[Pattern, ...]:
    """Read a pattern file.

    Raises:
        PatternError: it is faulty; all faults are listed.
    """
    return parse_patterns(read_toml(file), file)


def parse_patterns(table: Mapping[str, Any], file: str) -> tuple[Pattern, ...]:
    """Turn a pattern file's table into patterns; `file` is its name in messages.

    Raises:
        PatternError: it is faulty; all faults are listed.
    """
    faults: list[str] = []
    lists = {key: any_of(words) for key, words in table.get("lists", {}).items()}
    patterns: dict[str, Pattern] = {}
    for name, place, item in named_items(table, "pattern", file, _KEYS, patterns, faults):
        if item.get("label") not in ENTITY_TYPES:
            faults.append(
                f"{place}: unknown label {item.get('label')!r}; labels are {', '.join(ENTITY_TYPES)}"
            )
        needs = item.get("needs", [])
        if not isinstance(needs, list) or not all(isinstance(word, str) and word for word in needs):
            faults.append(f"{place}: bad needs {needs!r}; give a list of words")
        try:
            regex = re.compile(re.sub(r"\{([a-z]+)\}", lambda m: lists[m[1]], item.get("regex", "")))
        except (KeyError, re.error) as error:
            faults.append(f"{place}: bad regex: {error}; lists are {', '.join(lists)}")
            continue
        patterns[name] = Pattern(
            name=name,
            label=item.get("label", ""),
            regex=regex,
            needs=tuple(needs),
            examples=read_examples(item, "example", place, faults),
            counters=read_examples(item, "counter", place, faults),
        )
    if faults:
        raise PatternError(faults)
    return tuple(patterns.values())


def _check_pattern(pattern: Pattern) -> Iterator[str]:
    alone = Patterns([pattern])
    rule = f"pattern:{pattern.name}"
    for example in pattern.examples:
        found = {(f.start, f.end, f.label) for f in alone.find(example.text) if f.rule == rule}
        for start, end, label in example.names:
            if (start, end, label) not in found:
                yield f"pattern {pattern.name!r} does not find {example.text[start:end]!r} in {example.text!r}"
    for counter in pattern.counters:
        for f in alone.find(counter.text):
            if f.rule == rule:
                yield f"pattern {pattern.name!r} finds {counter.text[f.start : f.end]!r} in {counter.text!r}"


class PatternMatcher:
    """Propose every name built by a pattern as a candidate."""

    def __init__(self, patterns: Patterns) -> None:
        self.patterns = patterns

    def match(self, doc: Doc) -> list[Found]:
        """Return the candidates, overlapping ones too."""
        held = proposals(doc)
        return list(self.patterns.find(held.text, held.places))

    def set_annotations(self, doc: Doc, matches: list[Found]) -> None:
        """Add the candidates to those of the other components."""
        propose(doc, matches)

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


@Language.factory("policy_patterns")
def create_patterns(nlp: Language, name: str) -> PatternMatcher:
    """Build the `policy_patterns` component."""
    return PatternMatcher(Patterns.load())

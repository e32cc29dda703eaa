"""The name grammar: new names, which only their head noun and what stands before it give away.

A head noun (…机制, …示范区, …机构) ends a name; the name may begin after a break, an opener (a verb or function word),
的, a coordination mark, a known name, or an attribute that is left out. Every such beginning makes a candidate; which
of them is the name, if any, is weighed in `policy_mentions`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick_rs
from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.names.candidates import Found, proposals, propose
from policykg.extract.normalise import fold
from policykg.extract.records import ENTITY_TYPES
from policykg.extract.rulefiles import Example, PatternError, named_items, read_examples, read_toml

#: Longest name that the grammar builds, in characters; bounds the work on text without punctuation.
LONGEST_NAME = 40
#: Most beginnings tried for one head, nearest first.
MOST_STARTS = 10
_KEYS = ("name", "label", "words", "example", "counter")

#: Marks after which a name may begin; a number with its counter is one of them ("20 家左右" is an opener's matter).
_AFTER = re.compile(r"[、和与及或/的“”\"‘’()\[\]【】]|\s+|\d[个家项条批类大次亩名]")
_NO_START = re.compile(r"\s|(?<=[A-Za-z0-9])[A-Za-z0-9]")
_QUOTE = re.compile('[“"‘]')


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadGroup:
    """Head nouns of one type, with sentences that prove them."""

    name: str
    label: str
    words: tuple[str, ...]
    examples: tuple[Example, ...]
    counters: tuple[Example, ...]


class Grammar:
    """Finds where new names may stand."""

    def __init__(
        self,
        groups: Collection[HeadGroup],
        *,
        breaks: str,
        walls: Collection[str],
        openers: Collection[str],
        attributes: Collection[str],
        not_before: Collection[str],
    ) -> None:
        self.groups = tuple(groups)
        self._heads: dict[str, list[HeadGroup]] = {}
        for group in groups:
            for word in group.words:
                self._heads.setdefault(word, []).append(group)
        #: Type and rule of what a head proposes.
        self._proposed = {
            word: [(group.label, f"grammar:{group.name}") for group in groups]
            for word, groups in self._heads.items()
        }
        self._head_words = tuple(self._heads)
        self._head_finder = ahocorasick_rs.AhoCorasick(list(self._head_words), store_patterns=False)
        edges = sorted({*openers, *attributes})
        self._edge_finder = ahocorasick_rs.AhoCorasick(edges, store_patterns=False)
        self._breaks = re.compile(f"[{re.escape(breaks)}]")
        self._walls = ahocorasick_rs.AhoCorasick(sorted(walls), store_patterns=False)
        self._not_before = tuple(sorted(not_before))

    @classmethod
    def load(cls) -> "Grammar":
        """Read the built-in name grammar.

        Raises:
            PatternError: the file is faulty; all its faults are listed.
        """
        return parse_grammar(read_toml("names.toml"), "names.toml")

    def find(self, text: str, known_ends: Collection[int] = ()) -> Iterator[Found]:
        """Find all candidates in a text.

        Args:
            known_ends: offsets at which known names end; a new name may begin right after one.
        """
        folded = fold(text)
        starts = self._starts(folded, known_ends)
        stops = {match.end() for match in self._breaks.finditer(folded)}
        stops.update(end for _, _, end in self._walls.find_matches_as_indexes(folded, overlapping=True))
        floor = _Floor(sorted(stops))
        never = _never_begins(folded)
        for end, start, word in self._head_matches(folded):
            if folded.startswith(self._not_before, end):
                continue
            begins = self._begins(starts, never, start, max(floor.below(start), end - LONGEST_NAME))
            for label, rule in self._proposed[word]:
                for begin in begins:
                    yield Found(begin, end, label, rule)

    def check_examples(self) -> list[str]:
        """Try the sentences of every group; return a line for each that does not hold."""
        faults = []
        for group in self.groups:
            rule = f"grammar:{group.name}"
            for example in group.examples:
                found = {(f.start, f.end, f.label) for f in self.find(example.text) if f.rule == rule}
                faults += [
                    f"heads {group.name!r} do not propose {example.text[a:b]!r} in {example.text!r}"
                    for a, b, label in example.names
                    if (a, b, label) not in found
                ]
            for counter in group.counters:
                faults += [
                    f"heads {group.name!r} propose {counter.text[f.start : f.end]!r} in {counter.text!r}"
                    for f in self.find(counter.text)
                    if f.rule == rule
                ]
        return faults

    def _head_matches(self, folded: str) -> list[tuple[int, int, str]]:
        """Return (end, start, head word), the longest head of each end and type only."""
        longest: dict[tuple[int, str], tuple[int, int, str]] = {}
        for index, start, end in self._head_finder.find_matches_as_indexes(folded, overlapping=True):
            word = self._head_words[index]
            for group in self._heads[word]:
                known = longest.get((end, group.name))
                if known is None or start < known[1]:
                    longest[end, group.name] = (end, start, word)
        return sorted(set(longest.values()))

    def _starts(self, folded: str, known_ends: Collection[int]) -> bytearray:
        """Mark the offsets at which a name may begin."""
        marks = bytearray(len(folded) + 1)
        for _, _, end in self._edge_finder.find_matches_as_indexes(folded, overlapping=True):
            marks[end] = 1
        for match in _AFTER.finditer(folded):
            marks[match.end()] = 1
        for match in _QUOTE.finditer(folded):
            marks[match.start()] = 1
        for end in known_ends:
            marks[end] = 1
        return marks

    @staticmethod
    def _begins(starts: bytearray, never: Collection[int], head: int, floor: int) -> list[int]:
        begins = [head]
        at = starts.rfind(1, floor, head)
        while at >= 0 and len(begins) < MOST_STARTS:
            begins.append(at)
            at = starts.rfind(1, floor, at)
        if floor not in begins:
            begins.append(floor)
        return [at for at in begins if at not in never]


def _never_begins(folded: str) -> frozenset[int]:
    """Return the offsets of white space, and those inside a run of Latin letters or digits, which is one word."""
    return frozenset(match.start() for match in _NO_START.finditer(folded))


class _Floor:
    """Answers rising queries for the last break before an offset, in linear time overall."""

    def __init__(self, breaks: list[int]) -> None:
        self._breaks = breaks
        self._next = 0

    def below(self, at: int) -> int:
        while self._next < len(self._breaks) and self._breaks[self._next] <= at:
            self._next += 1
        while self._next and self._breaks[self._next - 1] > at:
            self._next -= 1
        return self._breaks[self._next - 1] if self._next else 0


def parse_grammar(table: Mapping[str, Any], file: str) -> Grammar:
    """Turn a grammar file's table into a grammar; `file` is its name in messages.

    Raises:
        PatternError: it is faulty; all faults are listed.
    """
    faults: list[str] = []
    groups: dict[str, HeadGroup] = {}
    for name, place, item in named_items(table, "heads", file, _KEYS, groups, faults, noun="group"):
        if item.get("label") not in ENTITY_TYPES:
            faults.append(
                f"{place}: unknown label {item.get('label')!r}; labels are {', '.join(ENTITY_TYPES)}"
            )
        words = _read_words(item, place, faults)
        groups[name] = HeadGroup(
            name=name,
            label=item.get("label", ""),
            words=words,
            examples=read_examples(item, "example", place, faults),
            counters=read_examples(item, "counter", place, faults),
        )
    openers = _read_words(table.get("openers", {}), f"{file}: openers", faults)
    attributes = _read_words(table.get("attributes", {}), f"{file}: attributes", faults)
    not_before = _read_words(table.get("not_before", {}), f"{file}: not_before", faults)
    breaks = table.get("breaks", {}).get("marks", "")
    if not breaks:
        faults.append(f"{file}: breaks: no marks; give the characters that no name contains")
    walls = _read_words(table.get("walls", {}), f"{file}: walls", faults)
    if faults:
        raise PatternError(faults)
    return Grammar(
        list(groups.values()),
        breaks=breaks,
        walls=walls,
        openers=openers,
        attributes=attributes,
        not_before=not_before,
    )


def _read_words(table: Mapping[str, Any], place: str, faults: list[str]) -> tuple[str, ...]:
    words = table.get("words", [])
    if not words or not all(isinstance(word, str) and word for word in words):
        faults.append(f"{place}: words must be a list of one word or more")
        return ()
    if twice := sorted({word for word in words if words.count(word) > 1}):
        faults.append(f"{place}: written twice: {', '.join(twice)}; keep each word once")
    return tuple(fold(word) for word in words)


class NameGrammar:
    """Propose new names as candidates."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar

    def match(self, doc: Doc) -> list[Found]:
        """Return the candidates, many of them overlapping."""
        held = proposals(doc)
        return list(self.grammar.find(held.text, {found.end for found in held.found}))

    def set_annotations(self, doc: Doc, matches: list[Found]) -> None:
        """Add the candidates to those of the other components."""
        propose(doc, matches)

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


@Language.factory("policy_grammar")
def create_grammar(nlp: Language, name: str) -> NameGrammar:
    """Build the `policy_grammar` component."""
    return NameGrammar(Grammar.load())

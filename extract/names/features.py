"""What can be said for or against a stretch of text as a name: its features.

A feature is a tuple of strings: its family, the type that the stretch would have, and what is seen.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from policykg.extract.names.contexts import (
    ENDS,
    FIRST,
    INSIDE,
    LAST,
    MARGIN,
    NEIGHBOURS,
    STARTS,
    Key,
    read_around,
)
from policykg.extract.normalise import fold

#: Characters that may stand between two linked names.
LINKS = "、和与及或"
_COORDINATORS = "、和与及"
_MARKS = "的、和与及等(“"
# What opens a quotation of whole sentences, as amendments have them: what follows stands as at a line's beginning.
_QUOTED = re.compile(r"(?<=[\n:])“(?=[^“”\n]{0,400}[。;])")
# A sum before a name says how big it is, as with 的 (设立9亿元产业基金, 9亿元的产业基金).
_SUM = re.compile(r"(?<=\d[万亿])元(?=[一-龥A-Z“])(?!以)")
_BUCKETS = [*map(str, range(9)), *["9-11"] * 3, *["12-16"] * 5, "17+"]


class Candidate(NamedTuple):
    """One stretch [start, end) proposed as one type, with all rules that propose it, sorted."""

    start: int
    end: int
    label: str
    rules: tuple[str, ...]


#: How often the same text is proposed, up to 5 times, and how many different characters, up to 4, stand before and after it.
Repeats = tuple[int, int, int]
ONCE: Repeats = (1, 1, 1)

#: The length and type of names by the offset of one edge.
Edges = dict[int, list[tuple[int, str]]]


class Features:
    """What can be said for or against the candidates of one text.

    A feature is a tuple of strings whose first is its family. Those of a beginning, of an end and of the inside of a
    name are shared by all candidates that have them, so they are worked out once an offset.
    """

    def __init__(self, text: str, candidates: Iterable[Candidate]) -> None:
        around = "\n" * MARGIN
        folded = _QUOTED.sub("\n", _SUM.sub("的", fold(text))).replace("\t", " ")
        self.text = f"{around}{folded}{around}"
        self._candidates = list(candidates)
        self.repeats = _repeats(self.text, self._candidates)
        self.ends = {(end, label) for _, end, label, _ in self._candidates}
        #: 1 where there is a coordination, 的 or a bracket.
        self.marks = bytearray(len(text))
        for mark in re.finditer(f"[{_MARKS}]", self.text):
            self.marks[mark.start() - MARGIN] = 1

    @cached_property
    def _names(self) -> tuple[Edges, Edges]:
        return _names_by_edge(self._candidates)

    def surface(self, candidate: Candidate) -> str:
        """Return a candidate's text, folded to half width."""
        return self.text[candidate.start + MARGIN : candidate.end + MARGIN]

    def start(self, at: int, label: str) -> list[Key]:
        """Features of a name that begins at an offset."""
        return read_around(STARTS, self.text, at + MARGIN, label)

    def end(self, at: int, label: str) -> list[Key]:
        """Features of a name that ends before an offset."""
        return read_around(ENDS, self.text, at + MARGIN, label)

    def inside(self, at: int, label: str) -> list[Key]:
        """Features of the two characters at [at, at + 2), both inside a name."""
        return read_around(INSIDE, self.text, at + MARGIN, label)

    def whole(self, candidate: Candidate) -> list[Key]:
        """Features of a candidate as a whole."""
        c, text = candidate, self.surface(candidate)
        return [
            *self.made(c.label, c.rules, bucket(c.end - c.start), self.repeats.get(text, ONCE)),
            *self.marked(c, text),
            self.neighbours(c),
            *self.known(c, text),
        ]

    @staticmethod
    def made(label: str, rules: tuple[str, ...], size: str, repeats: Repeats) -> list[Key]:
        """Features of what many candidates share: their rules, their length, how often and in what surroundings they stand."""
        count, lefts, rights = repeats
        times = str(count)
        keys: list[Key] = [("n", label, size), ("df", label, times, size)]
        for rule in rules:
            keys += [("rule", label, rule), ("rn", label, rule, size)]
        if count > 1:
            keys += [("dl", label, str(lefts), times), ("dr", label, str(rights), times)]
        return keys

    def marked(self, candidate: Candidate, text: str) -> list[Key]:
        """Features of the coordination, 的 and brackets inside a name; none where it has none of them."""
        label = candidate.label
        keys: list[Key] = []
        keys += [("has", label, mark) for mark in _MARKS if mark in text]
        for mark in _COORDINATORS:
            at = text.rfind(mark)
            if at > 0:
                alone = "+" if (candidate.start + at, label) in self.ends else "-"
                keys.append(("co", label, mark, alone, bucket(at)))
        return keys

    def neighbours(self, candidate: Candidate) -> Key:
        """Feature of the two characters beside a name."""
        start, end, label, _ = candidate
        return (NEIGHBOURS, label, self.text[start + MARGIN - 1] + self.text[end + MARGIN])

    def known(self, candidate: Candidate, text: str) -> list[Key]:
        """Features of what is known: the name itself, and names at its edges."""
        start, end, label, rules = candidate
        length = end - start
        keys: list[Key] = [("word", label, text)] if is_listed(rules) else []
        first, last = self._names
        for size, other in first.get(start, ()):
            if size < length:
                keys.append((FIRST, label, other))
        for size, other in last.get(end, ()):
            if size < length:
                keys.append((LAST, label, other))
        return keys

    def link(self, before: Candidate, after: Candidate) -> Key:
        """Feature of two names with nothing, or one coordinating character, between them."""
        return ("link", before.label, after.label, self.text[before.end + MARGIN : after.start + MARGIN])

    def all_of(self, candidate: Candidate) -> list[Key]:
        """Every feature of one candidate."""
        c = candidate
        return [
            *self.start(c.start, c.label),
            *self.end(c.end, c.label),
            *(key for at in range(c.start, c.end - 1) for key in self.inside(at, c.label)),
            *self.whole(c),
        ]


#: Characters that may stand between two linked names.
LINKS = "、和与及或"


def _repeats(text: str, candidates: Sequence[Candidate]) -> dict[str, Repeats]:
    """Return the repeats of each text that is proposed at several places."""
    names = [text[start + MARGIN : end + MARGIN] for start, end, _, _ in candidates]
    places: dict[str, set[int]] = {name: set() for name, times in Counter(names).items() if times > 1}
    for (start, _, _, _), name in zip(candidates, names, strict=True):
        if name in places:
            places[name].add(start + MARGIN)
    return {
        name: (
            min(len(at), 5),
            min(len({text[i - 1] for i in at}), 4),
            min(len({text[i + len(name)] for i in at}), 4),
        )
        for name, at in places.items()
        if len(at) > 1
    }


def is_listed(rules: tuple[str, ...]) -> bool:
    """Whether a lexicon has the name; its rules come first, as they are trusted most."""
    return rules[0].startswith(("lexicon", "user"))


def is_known(rules: tuple[str, ...]) -> bool:
    """Whether more than the grammar proposes the name."""
    return not rules[0].startswith("grammar")


def _names_by_edge(candidates: Iterable[Candidate]) -> tuple[Edges, Edges]:
    """Return the lexicon names and built names that begin and that end at each offset, as (length, label)."""
    begins: Edges = {}
    ends: Edges = {}
    for start, end, label, rules in candidates:
        if is_known(rules):
            begins.setdefault(start, []).append((end - start, label))
            ends.setdefault(end, []).append((end - start, label))
    return begins, ends


def bucket(length: int) -> str:
    """Return a length in characters as features name it: long ones go together."""
    return _BUCKETS[min(length, len(_BUCKETS) - 1)]

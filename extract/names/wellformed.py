"""What no name looks like, whatever speaks for it: half a pair of brackets, an item's number, two bodies in one."""

import re
from collections.abc import Collection, Sequence
from typing import TypeVar

import numpy as np

from policykg.extract.names.candidates import Guess
from policykg.extract.names.features import Candidate
from policykg.extract.structure.issuers import split_issuers

_PAIRS = {")": "(", "）": "（", "》": "《", "〉": "〈", "”": "“", "’": "‘", "」": "「", "】": "【"}
# An arrow parts the steps of a procedure: like a bracket without its partner, it stands in no name.
_PAIRS["→"] = ""
_OPENERS = frozenset(_PAIRS.values())
_PAIRED = re.compile(f"[{re.escape(''.join([*_PAIRS, *_PAIRS.values()]))}]")
_NUMBER = re.compile(
    r"\s|\d{1,2}[.．、]\s?\D|[（(][一二三四五六七八九十\d]{1,3}[）)]|[|—–-]|(?:\d[\d.,]{0,12}\s?(?:万亿|[百千]?万|亿)?|[万亿])元|年的"
)

_NUMBER_BEGINS = re.compile(r"[\s\d（(|—–-]|[万亿](?=元)|年(?=的)")

#: A stretch [start, end) of text proposed as a type, with whatever else is known of it.
Stretch = TypeVar("Stretch", bound=Candidate | Guess)
#: Spans [start, end) that are known bodies.
Spans = Collection[tuple[int, int]]


def is_balanced(text: str) -> bool:
    """Whether every bracket and quotation mark has its partner, in the right order.

    Example:
        >>> is_balanced("理事会(董事会)"), is_balanced("理事会(董事会"), is_balanced("模式”的")
        (True, False, False)
    """
    open_: list[str] = []
    for character in text:
        if character in _OPENERS:
            open_.append(character)
        elif character in _PAIRS and (not open_ or open_.pop() != _PAIRS[character]):
            return False
    return not open_


def is_numbered(text: str) -> bool:
    """Whether a text begins with an item's number, a dash, an amount or the rest of one, which are no part of a name.

    Example:
        >>> is_numbered("2. 建设主体"), is_numbered("20亿元产业基金"), is_numbered("5G应用试点")
        (True, True, False)
    """
    return bool(_NUMBER.match(text))


def is_glued(text: str, start: int, end: int, bodies: Spans) -> bool:
    """Whether [start, end) is several known bodies printed without a separator (科技部财政部)."""
    parts = split_issuers(text[start:end])
    if len(parts) < 2 or sum(map(len, parts)) != end - start:
        return False
    at = start
    for part in parts:
        if (at, at + len(part)) not in bodies:
            return False
        at += len(part)
    return True


class NameTest:
    """Tells what could be a name in one text; what only few stretches can fail in is looked at in those alone."""

    def __init__(self, text: str, bodies: Spans, governing: Collection[int] = ()) -> None:
        """Take a text, the bodies that are known in it, and where words begin that govern a place's name."""
        self._text, self._bodies, self._governing = text, bodies, governing
        self._paired = np.zeros(
            len(text) + 1, dtype=np.int64
        )  # brackets and quotation marks before each offset
        self._paired[[match.end() for match in _PAIRED.finditer(text)]] = 1
        self._paired.cumsum(out=self._paired)
        self._numbers = {match.start() for match in _NUMBER_BEGINS.finditer(text)}
        begins = {start for start, _ in bodies}
        #: Where a body begins that another follows without a gap.
        self._chained = {start for start, end in bodies if end in begins}
        self._suspect = np.zeros(len(text) + 1, dtype=np.bool_)
        self._suspect[[*self._numbers, *self._chained, *governing]] = True

    def sift(self, stretches: Sequence[Stretch]) -> list[Stretch]:
        """Return the stretches (start, end, type, …) that could be names."""
        if not stretches:
            return []
        first, last, *_ = zip(*stretches, strict=True)
        starts, ends = np.array(first), np.array(last)
        doubtful = self._suspect[starts] | (self._paired[starts] < self._paired[ends])
        faulty = {n for n in np.flatnonzero(doubtful).tolist() if not self.holds(*stretches[n][:3])}
        return [stretch for n, stretch in enumerate(stretches) if n not in faulty]

    def holds(self, start: int, end: int, label: str) -> bool:
        """Whether [start, end) could be a name of a type."""
        text = self._text
        if start in self._governing and label != "Target":
            return False
        if start in self._numbers and is_numbered(text[start:end]):
            return False
        if self._paired[start] < self._paired[end] and not is_balanced(text[start:end]):
            return False
        glued = label == "Body" and start in self._chained and is_glued(text, start, end, self._bodies)
        return not glued

"""Weights of the characters at a name's edges and inside it, summed up for many places of a text at once.

A feature (family, type, characters) says that these characters stand in the family's window around a place. All types are
summed together: each family has a table with one row for each string of characters and one column for each type. A string
is looked up as one number, its code points side by side, so that all places of a text are looked up at once.
"""

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Key = tuple[str, ...]
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
#: The window of each family, half-open, counted from the place on.
Windows = Mapping[str, tuple[int, int]]

#: Around the place where a name begins, around the one where it ends, and from each character inside it on.
STARTS: Windows = {"l1": (-1, 0), "l2": (-2, 0), "l3": (-3, 0), "f1": (0, 1), "f2": (0, 2), "lx": (-1, 1)}
ENDS: Windows = {
    "r1": (0, 1), "r2": (0, 2), "r3": (0, 3), "e1": (-1, 0), "e2": (-2, 0), "e3": (-3, 0), "rx": (-1, 1),
}  # fmt: skip
INSIDE: Windows = {"in": (0, 2)}
#: The family of the two characters before and after a name.
NEIGHBOURS = "lr"
#: The families of a shorter known name at the beginning and at the end of a name; their features hold its type.
FIRST, LAST = "pre", "suf"
#: So many characters must stand before the first place and after the last, so that every window lies within the text.
MARGIN = 3
#: Bits of a code point, of which three fit into one number, and a number above those of all strings.
_BITS = 21
_NO_STRING = np.iinfo(np.int64).max


def read_around(windows: Windows, text: str, place: int, label: str) -> list[Key]:
    """Return the features of one place for one type."""
    return [(family, label, text[place + a : place + b]) for family, (a, b) in windows.items()]


class Stretches(NamedTuple):
    """Many names: where one edge of each is, its length, and the column of its type."""

    edges: Numbers
    lengths: Numbers
    columns: Numbers


class StringWeights:
    """The weights of one family: one row a string of up to three characters, one column a type."""

    def __init__(
        self, family: str, size: int, values: Mapping[Key, float], columns: Mapping[str, int]
    ) -> None:
        """Lay out the table of the family's strings of a size.

        `columns` numbers the types. One column more stands for all other types, and one row more for all other
        strings, which weigh nothing.
        """
        cells = [(key, value) for key, value in values.items() if key[0] == family]
        known = sorted({key[2] for key, _ in cells if len(key[2]) == size})
        rows = {string: row for row, string in enumerate(known)}
        self._table = np.zeros((len(rows) + 1, len(columns) + 1))
        for (_, label, string), value in cells:
            if string in rows:
                self._table[rows[string], columns[label]] = value
        self._numbers = np.append(number("".join(known))[size - 1][::size], _NO_STRING)

    def rows(self, numbers: Numbers) -> Floats:
        """Return the row of each string, given as a number."""
        return self._table.take(self._find(numbers), axis=0)

    def cells(self, numbers: Numbers, columns: Numbers) -> Floats:
        """Return the weight of each string for the type of its own column."""
        found: Floats = self._table[self._find(numbers), columns]
        return found

    def _find(self, numbers: Numbers) -> Numbers:
        rows = np.searchsorted(self._numbers, numbers)
        rows[self._numbers[rows] != numbers] = len(self._numbers) - 1
        return rows


class ContextWeights:
    """The weights of some families; an unknown feature weighs nothing."""

    def __init__(self, windows: Windows, values: Mapping[Key, float], columns: Mapping[str, int]) -> None:
        """Lay out the tables; `columns` numbers the types."""
        self._tables = [
            (a, b - a, StringWeights(family, b - a, values, columns)) for family, (a, b) in windows.items()
        ]

    def sums(self, strings: Sequence[Numbers], places: Numbers) -> Floats:
        """Return the sum of the weights of each place of a text, one row a place, one column a type.

        Args:
            strings: the text's strings as `number` returns them.
        """
        rows = (table.rows(strings[size - 1].take(places + first)) for first, size, table in self._tables)
        total: Floats = functools.reduce(operator.iadd, rows)
        return total


class PartWeights:
    """The weights of a family of known names that stand at an edge of longer ones."""

    def __init__(self, family: str, values: Mapping[Key, float], columns: Mapping[str, int]) -> None:
        """Lay out the table, one row a type of the known name, one column a type of the longer one."""
        self._table = np.zeros((len(columns) + 1, len(columns) + 1))
        for key, value in values.items():
            if key[0] == family and key[2] in columns:
                self._table[columns[key[2]], columns[key[1]]] = value

    def sums(self, known: Stretches, longer: Stretches) -> Floats:
        """Return for each longer name the sum of the weights of all shorter known ones at its edge."""
        reach = int(max(known.lengths.max(initial=0), longer.lengths.max(initial=0))) + 1
        places = known.edges * reach + known.lengths
        order = places.argsort(kind="stable")
        upto = np.zeros((len(order) + 1, len(self._table)))
        self._table[known.columns[order]].cumsum(axis=0, out=upto[1:])
        at = np.searchsorted(places[order], longer.edges * reach)
        before = np.searchsorted(places[order], longer.edges * reach + longer.lengths)
        found: Floats = upto[before, longer.columns] - upto[at, longer.columns]
        return found


def number(text: str) -> tuple[Numbers, Numbers, Numbers]:
    """Return the strings of one, of two and of three characters from each place on as numbers, which sort as they do."""
    one = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    two = _pair(one[:-1], one[1:])
    return one, two, _pair(two[:-1], one[2:])


def _pair(before: Numbers, after: Numbers) -> Numbers:
    """Return the numbers of strings that a character follows."""
    return before << _BITS | after


class EdgeWeights:
    """The weights of a name's edges, of its inside, of its two neighbours together, and of known names at its edges.

    Offsets of many stretches [start, end) are given as arrays; they don't count the `MARGIN` characters that the text
    has before and after it. The text itself is given as its strings (`number`).
    """

    def __init__(self, values: Mapping[Key, float]) -> None:
        self._columns = {label: n for n, label in enumerate(sorted({key[1] for key in values}))}
        self._starts = ContextWeights(STARTS, values, self._columns)
        self._ends = ContextWeights(ENDS, values, self._columns)
        self._inside = ContextWeights(INSIDE, values, self._columns)
        self._neighbours = StringWeights(NEIGHBOURS, 2, values, self._columns)
        self._first = PartWeights(FIRST, values, self._columns)
        self._last = PartWeights(LAST, values, self._columns)

    def columns(self, labels: Iterable[str]) -> Numbers:
        """Return the numbers of types; one number stands for all that have no weights."""
        others = len(self._columns)
        return np.array([self._columns.get(label, others) for label in labels], dtype=np.int64)

    def sums(self, strings: Sequence[Numbers], starts: Numbers, ends: Numbers, columns: Numbers) -> Floats:
        """Return the weight of the edges and the inside of each stretch as a name of a type."""
        size = len(strings[0]) - 2 * MARGIN
        inner = np.zeros((size + 1, len(self._columns) + 1))
        np.cumsum(self._inside.sums(strings, np.arange(MARGIN, size + MARGIN)), axis=0, out=inner[1:])
        head = _spread(self._starts, strings, starts, columns)
        tail = _spread(self._ends, strings, ends, columns)
        total: Floats = head + tail + inner[ends - 1, columns] - inner[starts, columns]
        return total

    def neighbours(
        self, strings: Sequence[Numbers], starts: Numbers, ends: Numbers, columns: Numbers
    ) -> Floats:
        """Return the weight of the two characters beside each stretch as a name of a type."""
        one = strings[0]
        return self._neighbours.cells(_pair(one[starts + (MARGIN - 1)], one[ends + MARGIN]), columns)

    def parts(
        self, starts: Numbers, ends: Numbers, columns: Numbers, known: Numbers, among: Numbers
    ) -> Floats:
        """Return the weight of the shorter known names at the edges of each of some stretches.

        Args:
            known, among: the indexes of the known names, and of the stretches that are asked for.
        """
        lengths = ends - starts

        def at(edges: Numbers, which: Numbers) -> Stretches:
            return Stretches(edges[which], lengths[which], columns[which])

        first = self._first.sums(at(starts, known), at(starts, among))
        return first + self._last.sums(at(ends, known), at(ends, among))


def _spread(
    weights: ContextWeights, strings: Sequence[Numbers], offsets: Numbers, columns: Numbers
) -> Floats:
    """Return the sums of many stretches, most of which share their place with others."""
    places, which = np.unique(offsets, return_inverse=True)
    found: Floats = weights.sums(strings, places + MARGIN)[which, columns]
    return found

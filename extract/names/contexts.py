"""Weights of the characters at a name's edges and inside it, summed up for many places of a text at once.

A feature (family, type, characters) says that these characters stand in the family's window around a place. All types are
summed together: each family has a table with one row for each string of characters and one column for each type. A string
is looked up as one number, its code points side by side, so that all places of a text are looked up at once.
"""

from collections.abc import Iterable, Mapping, Sequence

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
#: So many characters must stand before the first place and after the last, so that every window lies within the text.
MARGIN = 3
#: Bits of a code point, of which three fit into one number, and a number above those of all strings.
_BITS = 21
_NO_STRING = np.iinfo(np.int64).max


def read_around(windows: Windows, text: str, place: int, label: str) -> list[Key]:
    """Return the features of one place for one type."""
    return [(family, label, text[place + a : place + b]) for family, (a, b) in windows.items()]


class ContextWeights:
    """The weights of some families; an unknown feature weighs nothing."""

    def __init__(self, windows: Windows, values: Mapping[Key, float], columns: Mapping[str, int]) -> None:
        """Lay out the tables; `columns` numbers the types, and one more stands for all others, which have no weights."""
        self._tables: list[tuple[int, int, Numbers, Floats]] = []
        cells: dict[str, list[tuple[str, str, float]]] = {family: [] for family in windows}
        for key, value in values.items():
            if key[0] in cells:
                cells[key[0]].append((key[2], key[1], value))
        for family, (a, b) in windows.items():
            known = sorted({string for string, _, _ in cells[family] if len(string) == b - a})
            rows = {string: row for row, string in enumerate(known)}
            table = np.zeros((len(rows) + 1, len(columns) + 1))
            for string, label, value in cells[family]:
                if string in rows:
                    table[rows[string], columns[label]] = value
            numbers = _windows(_code_points("".join(known)), b - a, np.arange(len(known)) * (b - a))
            self._tables.append((a, b, np.append(numbers, _NO_STRING), table))

    def sums(self, text: str, places: Sequence[int]) -> Floats:
        """Return the sum of the weights of each place, one row a place, one column a type."""
        total: Floats = np.zeros((len(places), self._tables[0][3].shape[1]))
        codes, at = _code_points(text), np.asarray(places, dtype=np.int64)
        for a, b, numbers, table in self._tables:
            wanted = _windows(codes, b - a, at + a)
            rows = np.searchsorted(numbers, wanted)
            rows[numbers[rows] != wanted] = len(numbers) - 1
            total += table.take(rows, axis=0)
        return total


def _code_points(text: str) -> Numbers:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)


def _windows(codes: Numbers, size: int, places: Numbers) -> Numbers:
    """Return the `size` characters (at most 3) from each place on as one number, which sorts as they do."""
    value = np.zeros(len(places), dtype=np.int64)
    for n in range(size):
        value = value << _BITS | codes[places + n]
    return value


class EdgeWeights:
    """The weights of a name's edges and of its inside."""

    def __init__(self, values: Mapping[Key, float]) -> None:
        self._columns = {label: n for n, label in enumerate(sorted({key[1] for key in values}))}
        self._starts = ContextWeights(STARTS, values, self._columns)
        self._ends = ContextWeights(ENDS, values, self._columns)
        self._inside = ContextWeights(INSIDE, values, self._columns)

    def sums(self, text: str, starts: Iterable[int], ends: Iterable[int], labels: Iterable[str]) -> Floats:
        """Return the weight of the edges and the inside of each stretch [start, end) as a name of a type.

        Args:
            text: with `MARGIN` characters before and after it, which the offsets do not count.
        """
        first, last = np.array(starts), np.array(ends)
        others = len(self._columns)
        column = np.array([self._columns.get(label, others) for label in labels])
        size = len(text) - 2 * MARGIN
        inner = np.zeros((size + 1, others + 1))
        np.cumsum(self._inside.sums(text, range(MARGIN, size + MARGIN)), axis=0, out=inner[1:])
        head = _spread(self._starts, text, first, column)
        tail = _spread(self._ends, text, last, column)
        total: Floats = head + tail + inner[last - 1, column] - inner[first, column]
        return total


def _spread(
    weights: ContextWeights, text: str, offsets: npt.NDArray[np.int64], column: npt.NDArray[np.int64]
) -> Floats:
    """Return the sums of many candidates, most of which share their place with others."""
    places, which = np.unique(offsets, return_inverse=True)
    found: Floats = weights.sums(text, (places + MARGIN).tolist())[which, column]
    return found

"""Find words in unannotated text, and group those that are used alike.

A stretch of two to four characters is a word where its parts hold together (pointwise mutual information over the
weakest cut) and its neighbours vary on both sides (branching entropy). Words are then described by the words around
them (positive PMI, reduced by a randomised singular value decomposition) and clustered by k-means at three grains.
All of it is seeded, and counts with whole arrays, so that twenty million characters take minutes.

Source:
    Sun, Shen, Tsou (1998), Chinese word segmentation without using lexicon and hand-crafted training data;
    Halko, Martinsson, Tropp (2011), Finding structure with randomness, algorithm 4.4.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from policykg.extract.names.segment import LONGEST_WORD, NO_CLUSTERS, Clusters, Segmenter
from policykg.extract.normalise import fold

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Row = tuple[str, int, Clusters]

#: A word is seen this often, holds together this well and has neighbours this varied.
LEAST_COUNT = 25
LEAST_COHESION = 2.5
LEAST_ENTROPY = 1.0
#: Function words join anything; a word that holds one must hold together far better.
FUNCTION_WORDS = "的和与及或对为在将以等是由从"
FUNCTION_COHESION = 6.0

#: Words that get clusters, and words that describe them.
MOST_WORDS, MOST_CONTEXTS = 30_000, 6_000
DIMENSIONS = 100
GRAINS = (64, 256, 1024)

_BITS = 12  # five characters in one 64-bit key
_RUNS = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCES = re.compile(r"[。;\n]")


def discover(texts: Sequence[str], *, seed: int = 0) -> list[Row]:
    """Build the rows of a table of words from texts, in the order of the words."""
    texts = [fold(text) for text in texts]
    counts = find_words(texts)
    plain = Segmenter((word, count, NO_CLUSTERS) for word, count in counts.items())
    clusters = group_words(plain, texts, seed=seed)
    return [(word, counts[word], clusters.get(word, NO_CLUSTERS)) for word in sorted(counts)]


def find_words(texts: Iterable[str]) -> dict[str, int]:
    """Count the single characters and the words of texts that are folded to half width."""
    codes, characters = _encode(texts)
    singles = np.bincount(codes, minlength=len(characters)).astype(np.float64)
    total = float(singles[1:].sum())
    grams = [_count_grams(codes, length) for length in range(1, LONGEST_WORD + 2)]
    words = {char: int(singles[code]) for code, char in enumerate(characters) if code > 1}
    for length in range(2, LONGEST_WORD + 1):
        keys, counts = grams[length - 1]
        inner = (counts >= LEAST_COUNT) & _without_border(keys, length)
        keys, counts = keys[inner], counts[inner]
        cohesion = np.full(len(keys), np.inf)
        for cut in range(1, length):
            left = _lookup(grams[cut - 1], keys >> (_BITS * (length - cut)))
            right = _lookup(grams[length - cut - 1], keys & ((1 << (_BITS * (length - cut))) - 1))
            cohesion = np.minimum(cohesion, np.log(counts * total / (left * right)))
        longer = grams[length]
        after = _entropy(keys, longer[0] >> _BITS, longer[0] & ((1 << _BITS) - 1), longer[1])
        before = _entropy(
            keys, longer[0] & ((1 << (_BITS * length)) - 1), longer[0] >> (_BITS * length), longer[1]
        )
        good = (cohesion > LEAST_COHESION) & (np.minimum(before, after) > LEAST_ENTROPY)
        for key, count, tie in zip(keys[good], counts[good], cohesion[good], strict=True):
            word = _decode(int(key), length, characters)
            if tie >= FUNCTION_COHESION or not any(char in FUNCTION_WORDS for char in word):
                words[word] = int(count)
    return words


def group_words(segmenter: Segmenter, texts: Iterable[str], *, seed: int) -> dict[str, Clusters]:
    """Cluster the commonest words of texts by the words around them."""
    vocabulary, stream = _index_words(segmenter, texts)
    vectors = _describe(stream, len(vocabulary), seed=seed)
    grains = [_k_means(vectors, size, seed=seed) for size in GRAINS]
    return {
        word: (str(grains[0][n]), str(grains[1][n]), str(grains[2][n])) for n, word in enumerate(vocabulary)
    }


def _encode(texts: Iterable[str]) -> tuple[Ints, list[str]]:
    """Return all runs of Chinese characters as codes: 0 a border between runs, 1 a rare character."""
    joined = "\n".join("\n".join(_RUNS.findall(text)) for text in texts)
    points = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    values, counts = np.unique(points, return_counts=True)
    order = sorted(range(len(values)), key=lambda n: (-int(counts[n]), int(values[n])))
    common = [int(values[n]) for n in order if values[n] != 10][: (1 << _BITS) - 2]
    table = np.ones(int(values.max(initial=10)) + 1, dtype=np.int64)
    table[10] = 0
    for code, point in enumerate(common, start=2):
        table[point] = code
    return table[points], ["\n", "\0", *map(chr, common)]


def _decode(key: int, length: int, characters: Sequence[str]) -> str:
    return "".join(characters[(key >> (_BITS * at)) & ((1 << _BITS) - 1)] for at in range(length - 1, -1, -1))


def _count_grams(codes: Ints, length: int) -> tuple[Ints, Ints]:
    keys = np.zeros(max(len(codes) - length + 1, 0), dtype=np.int64)
    for at in range(length):
        keys = (keys << _BITS) | codes[at : len(codes) - length + 1 + at]
    unique, counts = np.unique(keys, return_counts=True)
    return unique, counts.astype(np.int64)


def _without_border(keys: Ints, length: int) -> npt.NDArray[np.bool_]:
    """Tell which keys hold common characters only."""
    good = np.ones(len(keys), dtype=np.bool_)
    for at in range(length):
        good &= ((keys >> (_BITS * at)) & ((1 << _BITS) - 1)) > 1
    return good


def _lookup(table: tuple[Ints, Ints], keys: Ints) -> Ints:
    found: Ints = table[1][np.searchsorted(table[0], keys)]
    return found


def _entropy(wanted: Ints, keys: Ints, neighbours: Ints, counts: Ints) -> Floats:
    """Entropy, in nats, of the neighbours of each wanted key; every border counts as a neighbour of its own."""
    if not len(wanted):
        return np.zeros(0)
    slot = np.searchsorted(wanted, keys)
    slot[slot == len(wanted)] = 0
    mine = wanted[slot] == keys
    slot, share, border = slot[mine], counts[mine].astype(np.float64), neighbours[mine] == 0
    totals = np.bincount(slot, weights=share, minlength=len(wanted))
    p = share / totals[slot]
    q = np.where(border, 1.0 / totals[slot], p)
    return np.bincount(slot, weights=-p * np.log(q), minlength=len(wanted)).astype(np.float64)


def _index_words(segmenter: Segmenter, texts: Iterable[str]) -> tuple[list[str], Ints]:
    """Return the vocabulary, commonest first, and the texts as word numbers; -1 other words, -2 sentence ends."""
    numbers: dict[str, int] = {}
    stream: list[int] = []
    for text in texts:
        for sentence in _SENTENCES.split(text):
            stream.extend(
                numbers.setdefault(word, len(numbers))
                for word in segmenter.words(sentence)
                if not word.isspace()
            )
            stream.append(-2)
    codes = np.array(stream, dtype=np.int64)
    names = list(numbers)
    counts = Counter(dict(enumerate(np.bincount(codes[codes >= 0], minlength=len(names)).tolist())))
    order = sorted((n for n in counts if counts[n] >= 20), key=lambda n: (-counts[n], names[n]))[:MOST_WORDS]
    rank = np.full(len(names) + 2, -1, dtype=np.int64)
    rank[-2] = -2
    rank[order] = np.arange(len(order))
    return [names[n] for n in order], rank[codes]


def _describe(stream: Ints, size: int, *, seed: int) -> Floats:
    """Return a unit vector a word: PPMI with its two neighbours on each side, reduced to `DIMENSIONS`."""
    contexts = min(MOST_CONTEXTS, size)
    parts = []
    for place, distance in enumerate((-2, -1, 1, 2)):
        here, there = (
            (stream[-distance:], stream[:distance])
            if distance < 0
            else (stream[:-distance], stream[distance:])
        )
        good = (here >= 0) & (there >= 0) & (there < contexts)
        if abs(distance) == 2:
            between = stream[1:-1]
            good &= between != -2
        parts.append(here[good] * (4 * contexts) + place * contexts + there[good])
    keys, counts = np.unique(np.concatenate(parts), return_counts=True)
    rows, columns, values = keys // (4 * contexts), keys % (4 * contexts), counts.astype(np.float64)
    total = values.sum()
    row_sums = np.bincount(rows, weights=values, minlength=size)
    column_sums = np.bincount(columns, weights=values, minlength=4 * contexts)
    # Context counts are smoothed to the power 3/4, as rare contexts would weigh too much (Levy, Goldberg, Dagan 2015).
    values = np.log(values * total / (row_sums[rows] * column_sums[columns] ** 0.75 * total**0.25 + 1e-9))
    keep = values > 0
    matrix = _Sparse(rows[keep], columns[keep], values[keep], (size, 4 * contexts))
    left, strength = _singular(matrix, min(DIMENSIONS, size, 4 * contexts), seed=seed)
    vectors = left * np.sqrt(strength)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    result: Floats = vectors / norms
    return result


class _Sparse:
    """A sparse matrix that multiplies narrow dense ones, from either side."""

    def __init__(self, rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]) -> None:
        self.shape = shape
        self._straight = (rows, columns, values)
        turned = np.argsort(columns, kind="stable")
        self._turned = (columns[turned], rows[turned], values[turned])

    def dot(self, other: Floats) -> Floats:
        return self._multiply(self._straight, self.shape[0], other)

    def turned_dot(self, other: Floats) -> Floats:
        return self._multiply(self._turned, self.shape[1], other)

    @staticmethod
    def _multiply(entries: tuple[Ints, Ints, Floats], height: int, other: Floats) -> Floats:
        rows, columns, values = entries
        result = np.zeros((height, other.shape[1]))
        step = 1 << 18
        for at in range(0, len(rows), step):
            part = rows[at : at + step]
            starts = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
            product = values[at : at + step, None] * other[columns[at : at + step]]
            # A row may go on in the next step, so the sums are added, not set.
            result[part[starts]] += np.add.reduceat(product, starts, axis=0)
        return result


def _singular(matrix: _Sparse, rank: int, *, seed: int, rounds: int = 4) -> tuple[Floats, Floats]:
    """Return the leading left singular vectors and singular values."""
    random = np.random.default_rng(seed)
    width = min(rank + 10, *matrix.shape)
    basis = np.linalg.qr(matrix.dot(random.standard_normal((matrix.shape[1], width))))[0]
    for _ in range(rounds):
        basis = np.linalg.qr(matrix.turned_dot(basis))[0]
        basis = np.linalg.qr(matrix.dot(basis))[0]
    small = matrix.turned_dot(basis).T
    left, strength, _ = np.linalg.svd(small, full_matrices=False)
    return (basis @ left)[:, :rank], strength[:rank]


def _k_means(vectors: Floats, size: int, *, seed: int, rounds: int = 25) -> list[int]:
    """Return each vector's cluster; clusters are numbered in the order in which they first occur."""
    random = np.random.default_rng(seed)
    size = min(size, len(vectors))
    centres = vectors[_spread(vectors, size, random)]
    labels = np.zeros(len(vectors), dtype=np.int64)
    for _ in range(rounds):
        previous = labels
        labels = np.argmax(vectors @ centres.T - (centres**2).sum(axis=1) / 2, axis=1)
        if (labels == previous).all():
            break
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, vectors)
        filled = np.bincount(labels, minlength=size)
        centres = np.where(filled[:, None] > 0, sums / np.maximum(filled, 1)[:, None], centres)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(int(label), len(numbers)) for label in labels]


def _spread(vectors: Floats, size: int, random: np.random.Generator) -> list[int]:
    """Choose starting points far from each other (k-means++)."""
    chosen = [int(random.integers(len(vectors)))]
    nearest = ((vectors - vectors[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < size:
        total = nearest.cumsum()
        pick = min(int(np.searchsorted(total, random.random() * total[-1], side="right")), len(vectors) - 1)
        chosen.append(pick)
        nearest = np.minimum(nearest, ((vectors - vectors[pick]) ** 2).sum(axis=1))
    return chosen

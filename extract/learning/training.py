"""Learn the weights of `policykg.extract.names.weighing` from annotated texts.

A conditional random field over the candidates of a text (semi-Markov: its states are whole names), trained by AdaGrad
on the likelihood of the annotated choice. Deterministic: the same texts, data files and seed give the same weights.
"""

import math
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from policykg.extract.names.contexts import Key
from policykg.extract.names.features import LINKS, Candidate, Features
from policykg.extract.names.weighing import READINESS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Step size and penalty on the squared weights, chosen on texts left out of training.
STEP = 0.15
PENALTY = 0.2
EPOCHS = 12
SEED = 7
#: Weights smaller than this are not kept.
SMALLEST = 0.01


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text's candidates, sorted by end, with the indexes of the right ones."""

    features: Features
    candidates: Sequence[Candidate]
    right: frozenset[int]


def learn(lessons: Sequence[Lesson], *, epochs: int = EPOCHS, seed: int = SEED) -> dict[Key, float]:
    """Learn weights.

    Args:
        epochs: rounds through all lessons; the weights of the second half are averaged.
    Returns:
        The averaged weights, without those below `SMALLEST`.
    """
    learner = _Learner(lessons)
    order = list(range(len(lessons)))
    shuffler = random.Random(seed)
    total = np.zeros_like(learner.weights)
    for epoch in range(epochs):
        shuffler.shuffle(order)
        for number in order:
            learner.study(number)
        if epoch >= epochs // 2:
            total += learner.weights
    final = total / (epochs - epochs // 2)
    for key, number in learner.ids.items():
        if key[0] == "n":
            final[number] += READINESS
    return {
        key: round(float(final[number]), 3)
        for key, number in learner.ids.items()
        if abs(final[number]) >= SMALLEST
    }


@dataclass(frozen=True, slots=True)
class _Row:
    """A lesson in numbers: feature numbers of all candidates, one after the other, and how the candidates chain."""

    flat: Ints
    first: Ints
    length: Ints
    ends: list[int]
    before: list[int]  # a chain that stops before this offset may come before the candidate without a link
    links: list[list[tuple[int, int]]]  # (candidate, feature number of the link)
    right: Floats
    right_links: list[int]


class _Learner:
    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self.ids: dict[Key, int] = {}
        self.rows = [self._row(lesson) for lesson in lessons if lesson.candidates]
        self.share = 1.0 / max(len(self.rows), 1)
        self.weights: Floats = np.zeros(len(self.ids))
        self.squares: Floats = np.full(len(self.ids), 1e-8)

    def _id(self, key: Key) -> int:
        return self.ids.setdefault(key, len(self.ids))

    def _row(self, lesson: Lesson) -> _Row:
        flat: list[int] = []
        first: list[int] = []
        ends: list[int] = []
        before: list[int] = []
        links: list[list[tuple[int, int]]] = []
        by_end: dict[int, list[int]] = {}
        features = lesson.features
        for index, c in enumerate(lesson.candidates):
            first.append(len(flat))
            flat.extend(self._id(key) for key in features.all_of(c))
            marked = features.text[c.start + 2] in LINKS
            touching = [c.start, c.start - 1] if marked else [c.start]
            links.append(
                [
                    (other, self._id(features.link(lesson.candidates[other], c)))
                    for end in touching
                    for other in by_end.get(end, ())
                ]
            )
            before.append(c.start - marked)
            ends.append(c.end)
            by_end.setdefault(c.end, []).append(index)
        chain = sorted(lesson.right)
        right = np.zeros(len(ends))
        right[chain] = 1.0
        return _Row(
            flat=np.array(flat, dtype=np.int64),
            first=np.array(first, dtype=np.int64),
            length=np.array([b - a for a, b in pairwise([*first, len(flat)])], dtype=np.int64),
            ends=ends,
            before=before,
            links=links,
            right=right,
            right_links=[link for a, b in pairwise(chain) for other, link in links[b] if other == a],
        )

    def study(self, number: int) -> None:
        """Take one step towards the annotated choice of one text."""
        row = self.rows[number]
        scores = np.add.reduceat(self.weights[row.flat], row.first)
        expected, links = _expect(row, scores.tolist(), self.weights)
        surplus = np.repeat(row.right - np.array(expected), row.length)
        slope: Floats = np.bincount(row.flat, weights=surplus, minlength=len(self.weights)).astype(np.float64)
        for link, share in links.items():
            slope[link] -= share
        for link in row.right_links:
            slope[link] += 1.0
        slope = slope - PENALTY * self.share * self.weights
        self.squares += slope * slope
        self.weights += STEP * slope / np.sqrt(self.squares)


def _expect(row: _Row, scores: list[float], weights: Floats) -> tuple[list[float], dict[int, float]]:
    """Work out how likely each candidate, and each link, is under the weights (forward-backward)."""
    size = len(row.ends)
    chain = [0.0] * size  # log weight of all chains that end in the candidate
    lead = [0.0] * size  # the same without the candidate's own score
    base = [-1] * size
    ends: list[int] = []
    upto: list[float] = []  # log weight of all chains up to each end, the empty one too
    blocks: list[tuple[int, int]] = []
    start = 0
    while start < size:
        end = start
        here = [upto[-1] if upto else 0.0]
        while end < size and row.ends[end] == row.ends[start]:
            base[end] = bisect_left(ends, row.before[end]) - 1
            free = upto[base[end]] if base[end] >= 0 else 0.0
            lead[end] = _log_sum([free, *(chain[o] + weights[k] for o, k in row.links[end])])
            chain[end] = lead[end] + scores[end]
            here.append(chain[end])
            end += 1
        ends.append(row.ends[start])
        upto.append(_log_sum(here))
        blocks.append((start, end))
        start = end
    likely = [0.0] * size
    flow = [0.0] * len(upto)
    flow[-1] = 1.0
    links: dict[int, float] = {}
    for block in range(len(upto) - 1, -1, -1):
        start, end = blocks[block]
        if flow[block] > 0.0:
            if block:
                flow[block - 1] += flow[block] * math.exp(upto[block - 1] - upto[block])
            for index in range(start, end):
                likely[index] += flow[block] * math.exp(chain[index] - upto[block])
        for index in range(end - 1, start - 1, -1):
            if likely[index] < 1e-9:
                continue
            if base[index] >= 0:
                flow[base[index]] += likely[index] * math.exp(upto[base[index]] - lead[index])
            for other, link in row.links[index]:
                share = likely[index] * math.exp(chain[other] + weights[link] - lead[index])
                likely[other] += share
                links[link] = links.get(link, 0.0) + share
    return likely, links


def _log_sum(values: list[float]) -> float:
    if len(values) == 1:
        return values[0]
    most = max(values)
    return float(most + math.log(sum(math.exp(value - most) for value in values)))

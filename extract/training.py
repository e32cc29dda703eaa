"""Learn the weights of `policykg.extract.weighing` from annotated texts.

Averaged structured perceptron with a margin: each text is settled with the present weights, made harder by `MARGIN` for
every right candidate and easier for every wrong one; then the weights move from what was chosen towards what is right.
Everything is deterministic: the texts are taken in the same shuffled order for the same seed.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policykg.extract.weighing import LINKS, Candidate, Features, Key, settle

#: What a wrong candidate's score must fall short by, and a right one's exceed nothing by.
MARGIN = 1.0
#: Weights smaller than this are not kept.
SMALLEST = 0.02


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text's candidates, sorted by end, with the indexes of the right ones."""

    features: Features
    candidates: Sequence[Candidate]
    right: frozenset[int]


class _Links(dict[Key, float]):
    """Link weights looked up by key in the learner's vector."""


def learn(lessons: Sequence[Lesson], *, epochs: int = 10, seed: int = 7) -> dict[Key, float]:
    """Learn weights.

    Args:
        lessons: the texts; their order does not matter to the result beyond the shuffle.
    Returns:
        The averaged weights, without those below `SMALLEST`.
    """
    learner = _Learner(lessons)
    order = list(range(len(lessons)))
    shuffler = random.Random(seed)
    for _ in range(epochs):
        shuffler.shuffle(order)
        for number in order:
            learner.study(number)
    return learner.averaged()


class _Learner:
    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self.lessons = lessons
        self.ids: dict[Key, int] = {}
        self.rows = [self._index(lesson) for lesson in lessons]
        labels = sorted({c.label for lesson in lessons for c in lesson.candidates})
        for a in labels:
            for b in labels:
                for mark in ("", *LINKS):
                    self._id(("link", a, b, mark))
        self.weights: npt.NDArray[np.float64] = np.zeros(len(self.ids))
        self.drift: npt.NDArray[np.float64] = np.zeros(len(self.ids))
        self.steps = 1

    def _id(self, key: Key) -> int:
        return self.ids.setdefault(key, len(self.ids))

    def _index(self, lesson: Lesson) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        flat: list[int] = []
        at: list[int] = []
        for candidate in lesson.candidates:
            at.append(len(flat))
            flat.extend(self._id(key) for key in lesson.features.all_of(candidate))
        return np.array(flat, dtype=np.int64), np.array(at, dtype=np.int64)

    def study(self, number: int) -> None:
        lesson = self.lessons[number]
        if not lesson.candidates:
            return
        flat, at = self.rows[number]
        scores = np.add.reduceat(self.weights[flat], at)
        harder = scores + MARGIN
        right = sorted(lesson.right)
        harder[right] -= 2 * MARGIN
        links = {key: float(self.weights[i]) for key, i in self.ids.items() if key[0] == "link"}
        chosen = settle(lesson.features, lesson.candidates, harder.tolist(), links)
        if (taken := set(chosen)) != lesson.right:
            for index in sorted(lesson.right - taken):
                self._move(self._row(number, index), 1.0)
            for index in sorted(taken - lesson.right):
                self._move(self._row(number, index), -1.0)
            self._move_links(lesson, right, 1.0)
            self._move_links(lesson, chosen, -1.0)
        self.steps += 1

    def _row(self, number: int, index: int) -> npt.NDArray[np.int64]:
        flat, at = self.rows[number]
        return flat[at[index] : at[index + 1] if index + 1 < len(at) else len(flat)]

    def _move(self, row: npt.NDArray[np.int64], by: float) -> None:
        np.add.at(self.weights, row, by)
        np.add.at(self.drift, row, by * self.steps)

    def _move_links(self, lesson: Lesson, chosen: Sequence[int], by: float) -> None:
        for a, b in zip(chosen, chosen[1:], strict=False):
            before, after = lesson.candidates[a], lesson.candidates[b]
            if after.start - before.end < 2:
                key = lesson.features.link(before, after)
                if key in self.ids:
                    self._move(np.array([self.ids[key]]), by)

    def averaged(self) -> dict[Key, float]:
        final = self.weights - self.drift / self.steps
        return {key: round(float(final[i]), 3) for key, i in self.ids.items() if abs(final[i]) >= SMALLEST}

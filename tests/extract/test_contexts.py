"""What tables sum up is what the features weigh one by one."""

import random

import numpy as np
import pytest

from policykg.extract.names.contexts import (
    ENDS,
    INSIDE,
    MARGIN,
    STARTS,
    EdgeWeights,
    Key,
    number,
    read_around,
)
from policykg.extract.names.features import Candidate, Features
from policykg.extract.names.weighing import Weights

_TEXT = "\n" * MARGIN + "支持青禾中心建设，鼓励禾下机制创新。" + "\n" * MARGIN


def _features(start: int, end: int, label: str) -> list[Key]:
    keys = read_around(STARTS, _TEXT, start + MARGIN, label) + read_around(ENDS, _TEXT, end + MARGIN, label)
    for at in range(start, end - 1):
        keys += read_around(INSIDE, _TEXT, at + MARGIN, label)
    return keys


def test_tables_sum_the_features() -> None:
    chance = random.Random(3)
    places = [(2, 6, "Program"), (0, 1, "Body"), (11, 15, "Mechanism"), (0, 18, "Program"), (2, 6, "Target")]
    every = {key for place in places[:-1] for key in _features(*place)}
    values = {key: round(chance.uniform(-1, 1), 2) for key in sorted(every) if chance.random() < 0.7}
    edges = EdgeWeights(values)
    starts, ends, labels = zip(*places, strict=True)
    at = np.array(starts), np.array(ends), edges.columns(labels)
    expected = [sum(values.get(key, 0.0) for key in _features(*place)) for place in places]
    assert edges.sums(number(_TEXT), *at).tolist() == pytest.approx(expected)
    assert edges.sums(number(_TEXT), *at)[-1] == 0.0


def test_a_score_sums_all_features() -> None:
    text = "支持青禾中心建设，鼓励禾下机制创新、青禾中心的禾下机制。"
    candidates = [
        Candidate(2, 4, "Program", ("lexicon:table",)),
        Candidate(2, 6, "Program", ("lexicon:table", "grammar:centres")),
        Candidate(11, 15, "Mechanism", ("grammar:mechanisms",)),
        Candidate(18, 22, "Program", ("grammar:centres",)),
        Candidate(18, 27, "Mechanism", ("grammar:mechanisms",)),
    ]
    features = Features(text, candidates)
    chance = random.Random(5)
    every = {key for candidate in candidates for key in features.all_of(candidate)}
    assert {key[0] for key in every} >= {"lr", "pre", "word", "has", "df", "dl", "rule", "in", "lx"}
    weights = Weights({key: round(chance.uniform(0, 1), 2) for key in sorted(every)})
    expected = [sum(weights.values[key] for key in features.all_of(candidate)) for candidate in candidates]
    assert weights.scores(features, candidates) == pytest.approx(expected)

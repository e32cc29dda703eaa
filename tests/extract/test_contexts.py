"""What tables sum up is what the features weigh one by one."""

import random

import pytest

from policykg.extract.names.contexts import ENDS, INSIDE, MARGIN, STARTS, EdgeWeights, Key, read_around

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
    sums = EdgeWeights(values).sums(_TEXT, *zip(*places, strict=True))
    expected = [sum(values.get(key, 0.0) for key in _features(*place)) for place in places]
    assert sums.tolist() == pytest.approx(expected)
    assert sums[-1] == 0.0

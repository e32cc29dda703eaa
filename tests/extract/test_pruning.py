"""Fields without their slight weights, trained here on letters and read back by CRFsuite itself."""

import pycrfsuite  # type: ignore[import-untyped]
import pytest

from policykg.extract.learning.pruning import prune

WORDS = ("ab", "abc", "acb", "bca", "cab", "cbaab", "abcabc", "bbbac", "accb", "cabba")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A field that marks every a, and what stands behind one, among hundreds of attributes that say nothing."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.0, "c2": 0.1, "max_iterations": 50, "feature.possible_transitions": True})
    for n, word in enumerate(WORDS * 30):
        labels = [c if c == "a" else "b" if word[:at].endswith("a") else "o" for at, c in enumerate(word)]
        trainer.append(_items(word, f"noise{n}"), labels)
    path = tmp_path_factory.mktemp("field") / "letters.crfsuite"
    trainer.train(str(path))
    return path.read_bytes()


def _items(word: str, noise: str = "") -> list[list[str]]:
    return [[c, "<" + word[at - 1 : at], *([noise] if noise else [])] for at, c in enumerate(word)]


class _Field(pycrfsuite.Tagger):  # type: ignore[misc]
    def __init__(self, model: bytes) -> None:
        self.model = model  # CRFsuite reads from these very bytes
        self.open_inmemory(model)


def _chances(model: bytes, word: str) -> list[float]:
    tagger = _Field(model)
    tagger.set(_items(word))
    return [tagger.marginal(label, at) for at in range(len(word)) for label in sorted(tagger.labels())]


def test_nothing_pruned_judges_alike(model: bytes) -> None:
    whole = prune(model, 0.0)
    assert _Field(whole).info().state_features == _Field(model).info().state_features
    assert _Field(whole).info().transitions == _Field(model).info().transitions
    for word in WORDS:
        assert _chances(whole, word) == _chances(model, word)


def test_slight_weights_go_and_the_others_stay(model: bytes) -> None:
    before, after = _Field(model).info(), _Field(prune(model, 0.3)).info()
    kept = {key: weight for key, weight in before.state_features.items() if abs(weight) >= 0.3}
    assert 0 < len(kept) < len(before.state_features)
    assert after.state_features == pytest.approx(kept)
    assert after.transitions == before.transitions
    assert set(after.attributes) == {attribute for attribute, _ in kept}


def test_pruned_field_is_smaller_and_still_right(model: bytes) -> None:
    small = prune(model, 0.3)
    assert len(small) < len(model) / 2
    tagger = _Field(small)
    assert tagger.tag(_items("cabac")) == ["o", "a", "b", "a", "b"]


def test_pruning_twice_changes_nothing_more(model: bytes) -> None:
    small = prune(model, 0.3)
    assert prune(small, 0.3) == small


def test_a_field_left_without_attributes_can_be_read(model: bytes) -> None:
    tagger = _Field(prune(model, 1e9))
    assert len(tagger.tag(_items("cab"))) == 3

"""Blending two opinions, and choosing by expected F1: checked against exhaustive search on small cases."""

import itertools
import math
import random

import numpy as np
import pytest
import spacy

from policykg.extract.annotations import MENTIONS, read_spans
from policykg.extract.names.blending import (
    COLUMNS,
    Belief,
    Blend,
    BlendError,
    choose,
    combine,
    fit_blend,
    format_blend,
    likelihoods,
    parse_blend,
    tabulate,
)
from policykg.extract.names.candidates import Found, Guess, guess, propose
from policykg.extract.names.features import Candidate, Features
from policykg.extract.names.mentions import Settler
from policykg.extract.names.weighing import Weights

PLAIN = {column: 0.0 for column in COLUMNS} | {"rules": 0.5, "model": 0.5}


def _apart(places: list[tuple[int, int]]) -> bool:
    return all(a[1] <= b[0] or b[1] <= a[0] for a, b in itertools.combinations(places, 2))


def _subsets(size: int) -> list[tuple[int, ...]]:
    return [s for n in range(size + 1) for s in itertools.combinations(range(size), n)]


@pytest.mark.parametrize("seed", range(12))
def test_choose_finds_the_best_sum(seed: int) -> None:
    chance = random.Random(seed)
    places = sorted(
        ((a, a + chance.randint(1, 4)) for a in (chance.randint(0, 9) for _ in range(8))), key=lambda p: p[1]
    )
    values = [chance.uniform(-0.4, 0.6) for _ in places]
    chosen = choose(places, values)
    assert _apart([places[n] for n in chosen])
    best = max(
        sum(values[n] for n in subset) for subset in _subsets(8) if _apart([places[n] for n in subset])
    )
    assert sum(values[n] for n in chosen) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(6))
def test_likelihoods_are_those_of_all_sets(seed: int) -> None:
    chance = random.Random(seed)
    text = "甲乙、丙丁和戊己"
    places = sorted({(a, a + chance.randint(1, 3)) for a in (chance.randint(0, 5) for _ in range(7))})
    candidates = sorted(
        (Candidate(a, b, chance.choice(["Body", "Program"]), ("grammar:x",)) for a, b in places),
        key=lambda c: (c.end, c.start, c.label),
    )
    features = Features(text, candidates)
    scores = [chance.uniform(-2, 2) for _ in candidates]
    links = {("link", "Body", "Program", "、"): 0.7, ("link", "Body", "Body", ""): -0.5}
    weight = [0.0] * len(candidates)
    total = 0.0
    for subset in _subsets(len(candidates)):
        members = sorted((candidates[n] for n in subset), key=lambda c: c.start)
        if not _apart([(c.start, c.end) for c in members]):
            continue
        score = sum(scores[n] for n in subset)
        for a, b in itertools.pairwise(members):
            if b.start == a.end or (b.start == a.end + 1 and text[a.end] in "、和"):
                score += links.get(features.link(a, b), 0.0)
        total += math.exp(score)
        for n in subset:
            weight[n] += math.exp(score)
    likely = likelihoods(features, candidates, scores, links)
    assert likely == pytest.approx([w / total for w in weight])


def test_combine_keeps_what_either_believes_in() -> None:
    candidates = [Candidate(0, 2, "Body", ("lexicon:bodies",)), Candidate(3, 5, "Program", ("grammar:x",))]
    guesses = [Guess(0, 2, "Body", 0.9), Guess(6, 8, "Mechanism", 0.6), Guess(8, 9, "Body", 0.01)]
    assert combine(candidates, [0.8, 0.001], guesses) == [
        Belief(0, 2, "Body", ("lexicon:bodies",), 0.8, 0.9),
        Belief(6, 8, "Mechanism", (), 0.0, 0.6),
    ]


def test_tabulate_sees_the_same_stretch_elsewhere() -> None:
    text = "某基金。某基金。某基金"
    beliefs = [
        Belief(0, 3, "Mechanism", ("grammar:funds",), 0.9, 0.8),
        Belief(4, 7, "Mechanism", ("grammar:funds",), 0.3, 0.2),
        Belief(8, 11, "Program", (), 0.0, 0.5),
    ]
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in tabulate(text, beliefs)]
    assert rows[1]["again"] == 1 and rows[1]["again-rules-most"] == pytest.approx(math.log(9))
    assert rows[2]["again"] == 0 and rows[2]["otherwise"] == 1 and rows[2]["unruled"] == 1
    assert tabulate("", []).shape == (0, len(COLUMNS))


def test_fit_blend_trusts_the_better_opinion() -> None:
    chance = random.Random(4)
    beliefs, right = [], []
    for n in range(400):
        truth = chance.random() < 0.5
        good = 0.9 if truth else 0.1
        beliefs.append(Belief(3 * n, 3 * n + 2, "Body", ("lexicon:b",), chance.random(), good))
        right.append(float(truth))
    text = "".join(chr(0x4E00 + n) for n in range(1200))
    blend = fit_blend([tabulate(text, beliefs)], [np.array(right)], threshold=0.4)
    assert blend.weights["model"] > 2 * abs(blend.weights["rules"])


def test_blend_file_round_trip() -> None:
    blend = Blend(PLAIN, threshold=0.4)
    again = parse_blend(format_blend(blend, {"method": "a “quoted” word"}))
    assert (again.weights, again.threshold) == (blend.weights, 0.4)


@pytest.mark.parametrize(
    "text",
    ["", "threshold = ", "threshold = 0.4\n[weights]\nrules = 1.0\n", "threshold = 0.4\nweights = 3\n"],
)
def test_damaged_blend_is_refused(text: str) -> None:
    with pytest.raises(BlendError, match=r"blend\.toml"):
        parse_blend(text)


def test_built_in_blend_listens_to_both() -> None:
    weights = Blend.load().weights
    assert weights["rules"] > 0
    assert weights["model"] + weights["body-model"] + weights["rules-with-model"] != 0


@pytest.fixture
def settler() -> Settler:
    """Weights that know nothing, and a blend that trusts the tagger."""
    return Settler(Weights({}), Blend(PLAIN | {"model": 1.0, "rules": 0.0}, threshold=0.4))


def test_settler_takes_what_only_the_tagger_knows(settler: Settler) -> None:
    doc = spacy.blank("zh").make_doc("省厅设立专项基金。")
    propose(doc, [Found(0, 2, "Body", "lexicon:bodies", "某省某厅")])
    guess(doc, [Guess(0, 2, "Body", 0.9), Guess(4, 8, "Mechanism", 0.7), Guess(6, 8, "Mechanism", 0.3)])
    mentions = read_spans(settler(doc), MENTIONS)
    assert [(m.text, m.label_, m.id_, m.kb_id_) for m in mentions] == [
        ("省厅", "Body", "lexicon:bodies", "某省某厅"),
        ("专项基金", "Mechanism", "model", ""),
    ]
    assert [m._.confidence for m in mentions] == pytest.approx([0.9, 0.7])
    assert ("基金", "model") in {(doc.text[r.start : r.end], r.rule) for r in doc._.refusals}
    assert settler.explain(doc, 4, 8, "Mechanism") == []


def test_settler_takes_names_of_the_user_against_both(settler: Settler) -> None:
    doc = spacy.blank("zh").make_doc("省厅设立专项基金。")
    propose(doc, [Found(6, 8, "Program", "user-lexicon:mine")])
    guess(doc, [Guess(4, 8, "Mechanism", 0.99)])
    assert [(m.text, m.label_) for m in read_spans(settler(doc), MENTIONS)] == [("基金", "Program")]


def test_settler_without_tagger_goes_by_the_weights(settler: Settler) -> None:
    doc = spacy.blank("zh").make_doc("省厅设立专项基金。")
    propose(doc, [Found(0, 2, "Body", "user-lexicon:mine"), Found(6, 8, "Mechanism", "grammar:x")])
    mentions = read_spans(settler(doc), MENTIONS)
    assert [(m.text, m._.confidence) for m in mentions] == [("省厅", 1.0)]


def test_many_repetitions_cost_linear_time() -> None:
    beliefs = [Belief(4 * n, 4 * n + 2, "Body", ("lexicon:b",), 0.5, 0.5) for n in range(30_000)]
    assert tabulate("企业支持" * 30_000, beliefs)[0][COLUMNS.index("again-times")] == pytest.approx(
        math.log(30_000)
    )

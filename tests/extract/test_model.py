"""The statistical tagger, run on invented sentences and on a tiny field trained here."""

import pytest
import spacy

from policykg.extract.learning.corpus import Annotated
from policykg.extract.learning.train import train_field
from policykg.extract.names.candidates import Found, proposals, propose
from policykg.extract.names.model import (
    LEAST,
    LONGEST_STRETCH,
    ModelError,
    NameModel,
    Tagger,
    describe,
    label_stretch,
    split_stretches,
)
from policykg.extract.names.segment import Segmenter

SEGMENTER = Segmenter(
    [(char, 10, ("1", "2", "3")) for char in "省厅设立专项基金支持"] + [("基金", 9, ("4", "5", "6"))]
)


@pytest.fixture(scope="module")
def lessons() -> list[Annotated]:
    """Invented texts in which 省厅 and …基金 are names."""
    frames = ("省厅设立{}基金。", "省厅支持{}基金。", "{}基金由省厅设立。")
    texts = []
    for n, field in enumerate(("专项", "引导", "风险", "创业", "种子", "母")):
        text = frames[n % 3].format(field)
        names = ((text.index("省厅"), text.index("省厅") + 2, "Body"),)
        start = text.index(field)
        names += ((start, start + len(field) + 2, "Mechanism"),)
        texts.append(Annotated(f"t{n}", text * 4, tuple(_shifted(names, len(text), 4))))
    return texts


def _shifted(names: tuple[tuple[int, int, str], ...], size: int, times: int) -> list[tuple[int, int, str]]:
    return [(a + n * size, b + n * size, kind) for n in range(times) for a, b, kind in names]


@pytest.fixture(scope="module")
def model(lessons: list[Annotated]) -> bytes:
    return train_field(lessons, SEGMENTER, rounds=30)


def test_train_field_learns_and_generalises(model: bytes) -> None:
    text = "省厅设立信用基金。"
    best = {g.label: text[g.start : g.end] for g in Tagger(SEGMENTER, model).guess(text, least=0.5)}
    assert best == {"Body": "省厅", "Mechanism": "信用基金"}


def test_train_field_is_deterministic(model: bytes, lessons: list[Annotated]) -> None:
    assert train_field(lessons, SEGMENTER, rounds=30) == model


def test_guess_is_blind_to_widths(model: bytes) -> None:
    tagger = Tagger(SEGMENTER, model)
    half, full = "省厅(A)设立专项基金;", "省厅（Ａ）设立专项基金；"
    assert list(tagger.guess(half)) == list(tagger.guess(full)) != []


def test_damaged_model_is_refused(model: bytes) -> None:
    for damaged in (b"not a model", model[:40], model[:-100], b""):
        with pytest.raises(ModelError, match="damaged"):
            Tagger(SEGMENTER, damaged)


def test_component_leaves_guesses_beside_the_proposals_of_others(model: bytes) -> None:
    nlp = spacy.blank("zh")
    doc = nlp.make_doc("省厅设立专项基金。")
    propose(doc, [Found(0, 2, "Body", "lexicon:bodies")])
    assert proposals(doc).guesses is None
    NameModel(Tagger(SEGMENTER, model))(doc)
    held = proposals(doc)
    assert held.found == [Found(0, 2, "Body", "lexicon:bodies")]
    assert held.guesses is not None and (0, 2, "Body") in {g[:3] for g in held.guesses}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "。",
        "\n\n",
        "一",
        "abc",
        "5.2 GHz  频段",
        "省厅" * 30,
        "省" * (3 * LONGEST_STRETCH),
        "省厅、" * 900,
    ],
)
def test_guesses_lie_inside_any_text(model: bytes, text: str) -> None:
    for guess in Tagger(SEGMENTER, model).guess(text):
        assert 0 <= guess.start < guess.end <= len(text)
        assert LEAST <= guess.probability <= 1.0 + 1e-9


@pytest.mark.parametrize("text", ["", "甲。乙；\n丙", "长" * 2500, "甲,乙" * 1200, "。" * 5])
def test_split_stretches_covers_the_text(text: str) -> None:
    stretches = list(split_stretches(text))
    assert "".join(text[a:b] for a, b in stretches) == text
    assert all(0 < b - a <= LONGEST_STRETCH for a, b in stretches)


def test_describe_gives_every_character_features() -> None:
    features = describe("省厅 A1基金", SEGMENTER)
    assert len(features) == 7
    assert len({len(row) for row in features}) == 1
    assert "Bw0基金" in features[5]
    assert "Ew0基金" in features[6]


def test_label_stretch_marks_whole_names_only() -> None:
    names = [(0, 1, "Body"), (2, 5, "Program"), (6, 9, "Document"), (5, 6, "Target")]
    assert label_stretch(0, 7, names) == ["S-B", "O", "B-P", "I-P", "E-P", "O", "O"]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("市发展改革委会同市财政局设立产业引导基金。", "市财政局", "Body"),
        ("建立健全科技创新容错机制。", "科技创新容错机制", "Mechanism"),
        ("根据《中华人民共和国专利法》，制定本办法。", "《中华人民共和国专利法》", "Document"),
    ],
)
def test_built_in_model_knows_common_builds(text: str, name: str, label: str) -> None:
    guesses = {(text[g.start : g.end], g.label) for g in Tagger.load().guess(text, least=0.3)}
    assert (name, label) in guesses

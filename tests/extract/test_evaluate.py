"""Evaluation counts as the gold folder's own scorer does."""

import importlib.util
import json
from pathlib import Path

import pytest

from policykg.extract.quality.evaluate import GoldError, compare, read_gold, total

GOLD = {
    "doc": {"title": "青禾市办法", "issuers": ["青禾市人民政府"]},
    "annotated": [[0, 20]],
    "entities": [
        {"start": 0, "end": 3, "type": "Body", "text": "市科委", "canonical": "青禾市科委"},
        {"start": 5, "end": 9, "type": "Program", "text": "示 范区", "canonical": "示范区"},
        {"start": 30, "end": 33, "type": "Body", "text": "企业家", "canonical": "企业家"},
    ],
    "relations": [
        {
            "subject": "青禾市科委",
            "predicate": "supervises",
            "object": "示范区",
            "modality": "required",
            "start": 0,
            "end": 9,
        }
    ],
    "measures": [],
}


def test_evaluate_counts_exact_spans_inside_annotated_ranges() -> None:
    predicted = {**GOLD, "entities": [{**GOLD["entities"][0]}, {**GOLD["entities"][1], "end": 8}]}
    table = compare(GOLD, predicted)
    assert (table["mentions"].hits, table["mentions"].gold, table["mentions"].found) == (1, 2, 2)
    assert table["overlap"].hits == 2
    assert table["doc"].f1 == 1.0


def test_evaluate_lets_another_canonical_form_stand_for_the_gold_name() -> None:
    entity = {**GOLD["entities"][0], "canonical": "市科委"}
    predicted = {
        "entities": [entity, GOLD["entities"][1]],
        "relations": [{**GOLD["relations"][0], "subject": "市科委", "modality": "stated"}],
    }
    table = compare(GOLD, predicted)
    assert table["relations"].hits == 1
    assert table["modality"].hits == 0
    assert table["names"].hits == 1


def test_read_gold_names_the_missing_text(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(GoldError, match=r"a\.txt is missing"):
        read_gold(tmp_path)


def test_evaluate_agrees_with_the_gold_folders_scorer(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("gold_score", shared / "gold" / "score.py")
    assert spec is not None and spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    ours, theirs = [], []
    for file in read_gold(shared / "gold" / "dev"):
        spoiled = json.loads(json.dumps(file.gold))
        del spoiled["entities"][::7], spoiled["relations"][::5], spoiled["measures"][::4]
        for n, entity in enumerate(spoiled["entities"]):
            if n % 11 == 0:
                entity["canonical"] = entity["text"] + "×"
            if n % 13 == 0:
                entity["type"] = "Program"
        ours.append(compare(file.gold, spoiled))
        theirs.append(scorer.compare(file.gold, spoiled))
    rows = scorer.total(theirs)
    table = total(ours)
    assert table.keys() == rows.keys()
    for name, row in rows.items():
        count = table[name]
        assert (count.gold, count.found) == (row["gold"], row["predicted"])
        assert round(count.f1, 4) == row["f1"], name

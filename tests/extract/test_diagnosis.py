"""Every fault gets the class that tells what to mend."""

from typing import Any

import pytest

from policykg.extract.quality.diagnosis import count_classes, diagnose

TEXT = "市海洋局设立潮汐引导基金，支持蓝湾产业园。"
GOLD: dict[str, Any] = {
    "doc": {"title": "潮汐办法"},
    "entities": [
        {"start": 0, "end": 4, "type": "Body", "text": "市海洋局", "canonical": "蓝湾市海洋局"},
        {"start": 6, "end": 12, "type": "Mechanism", "text": "潮汐引导基金", "canonical": "潮汐引导基金"},
        {"start": 15, "end": 20, "type": "Program", "text": "蓝湾产业园", "canonical": "蓝湾产业园"},
    ],
    "relations": [
        {
            "subject": "蓝湾市海洋局",
            "predicate": "establishes",
            "object": "潮汐引导基金",
            "modality": "required",
            "start": 0,
            "end": 21,
        }
    ],
    "measures": [
        {
            "kind": "target",
            "indicator": "园区",
            "comparator": ">=",
            "value": 3,
            "unit": "个",
            "date": "",
            "start": 0,
            "end": 5,
        }
    ],
}


def changed(part: str, place: int, **values: object) -> dict[str, Any]:
    items = [dict(item) for item in GOLD[part]]
    items[place].update(values)
    return {**GOLD, part: items}


@pytest.mark.parametrize(
    ("predicted", "measure", "kind"),
    [
        (changed("entities", 1, start=8), "mentions", "shorter"),
        (changed("entities", 1, start=4), "mentions", "longer"),
        (changed("entities", 1, start=4, end=10), "mentions", "shifted"),
        (changed("entities", 1, type="Program"), "mentions", "type"),
        (changed("entities", 1, start=12, end=13), "mentions", "missed"),
        (changed("entities", 1, start=12, end=13), "mentions", "spurious"),
        (changed("entities", 0, canonical="海洋局"), "names", "canonical"),
        (changed("relations", 0, predicate="funds"), "relations", "predicate"),
        (changed("relations", 0, subject="@doc"), "relations", "subject"),
        (changed("relations", 0, object="蓝湾产业园"), "relations", "object"),
        (changed("relations", 0, modality="permitted"), "relations", "modality"),
        ({**GOLD, "relations": [], "entities": GOLD["entities"][1:]}, "relations", "no mention"),
        ({**GOLD, "relations": []}, "relations", "missed"),
        (changed("measures", 0, indicator="产业园", date="2025"), "measures", "indicator+date"),
        ({**GOLD, "measures": []}, "measures", "missed"),
        ({**GOLD, "doc": {}}, "doc", "title"),
    ],
)
def test_diagnosis_names_the_class(predicted: dict[str, Any], measure: str, kind: str) -> None:
    assert (measure, kind) in {(fault.measure, fault.kind) for fault in diagnose(GOLD, predicted, TEXT)}


def test_diagnosis_of_a_perfect_record_is_empty() -> None:
    assert diagnose(GOLD, GOLD, TEXT) == []


def test_classes_are_counted_by_measure() -> None:
    faults = diagnose(GOLD, {**changed("entities", 1, start=8), "doc": {}}, TEXT)
    assert count_classes(faults) == [("mentions", "shorter", 1), ("doc", "title", 1)]

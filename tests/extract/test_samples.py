"""The bundled sample: its gold files hold together and cover the whole vocabulary."""

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

from policykg.extract.records import (
    ENTITY_TYPES,
    MODALITIES,
    PREDICATES,
    THIS_DOCUMENT,
    Comparator,
    MeasureKind,
)
from policykg.extract.structure.units import split_units

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = ("action-plan", "measures", "plan")
Gold = Mapping[str, Any]


def load(name: str) -> tuple[str, Gold]:
    text = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    return text, json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


ALL = [load(name) for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_golden_text_is_the_sample(name: str, samples: Path) -> None:
    assert load(name)[0] == (samples / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_mentions_slice_back_and_only_targets_hold_others(name: str) -> None:
    text, gold = load(name)
    for entity in gold["entities"]:
        assert text[entity["start"] : entity["end"]] == entity["text"]
    inner = [e for e in gold["entities"] if e["type"] != "Target"]
    for first, second in pairwise(inner):
        assert first["end"] <= second["start"]


@pytest.mark.parametrize("name", NAMES)
def test_relations_and_measures_belong_to_a_unit(name: str) -> None:
    text, gold = load(name)
    units = set(split_units(text))
    for item in [*gold["relations"], *gold["measures"]]:
        assert (item["start"], item["end"]) in units


@pytest.mark.parametrize("name", NAMES)
def test_relations_join_known_names_of_the_right_types(name: str) -> None:
    _, gold = load(name)
    types: dict[str, set[str]] = {THIS_DOCUMENT: {"Document"}}
    for entity in gold["entities"]:
        types.setdefault(entity["canonical"], set()).add(entity["type"])
    for relation in gold["relations"]:
        assert relation["subject"] != relation["object"]
        assert types[relation["subject"]] and types[relation["object"]]
        if relation["predicate"] == "employs":
            assert types[relation["object"]] == {"Mechanism"}
        if relation["predicate"] == "hasTarget":
            assert "Target" in types[relation["object"]]
        if relation["predicate"] in ("delegates", "reportsTo", "coordinatesWith"):
            assert "Body" in types[relation["object"]]


@pytest.mark.parametrize("name", NAMES)
def test_indicators_stand_in_their_unit(name: str) -> None:
    text, gold = load(name)
    for measure in gold["measures"]:
        # A number may take up the indicator of the clause before it, but never one from outside its paragraph.
        paragraph = text[text.rfind("\n", 0, measure["start"]) + 1 : measure["end"]]
        assert measure["indicator"] in paragraph


def test_the_whole_vocabulary_is_exercised() -> None:
    golds = [gold for _, gold in ALL]
    assert {e["type"] for g in golds for e in g["entities"]} == set(ENTITY_TYPES)
    assert {r["predicate"] for g in golds for r in g["relations"]} == set(PREDICATES)
    assert {r["modality"] for g in golds for r in g["relations"]} == set(MODALITIES)
    assert {m["kind"] for g in golds for m in g["measures"]} == set(get_args(MeasureKind))
    assert {m["comparator"] for g in golds for m in g["measures"]} == set(get_args(Comparator))


def test_the_documents_connect() -> None:
    for _, gold in ALL:
        mine = {e["canonical"] for e in gold["entities"]}
        others = [{e["canonical"] for e in other["entities"]} for _, other in ALL if other is not gold]
        assert all(len(mine & other) > 8 for other in others)

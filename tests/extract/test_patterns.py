"""Every pattern holds on its own sentences; titles nest; faulty pattern files are reported whole."""

import re
from pathlib import Path

import pytest

from policykg.extract.names.patterns import Pattern, Patterns, find_titles, parse_patterns
from policykg.extract.names.places import Places
from policykg.extract.normalise import fold
from policykg.extract.rulefiles import PatternError, any_of, parse_example

PATTERNS = Patterns.load()
_SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.mark.parametrize("pattern", PATTERNS.patterns, ids=lambda pattern: pattern.name)
def test_examples_hold(pattern) -> None:  # type: ignore[no-untyped-def]
    assert Patterns([pattern]).check_examples() == []


@pytest.mark.parametrize("pattern", PATTERNS.patterns, ids=lambda pattern: pattern.name)
def test_needed_words_hide_nothing(pattern: Pattern) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(_SAMPLES.glob("*.txt"))]
    texts += [example.text for other in PATTERNS.patterns for example in other.examples]
    folded = fold("。".join(texts))
    rule = f"pattern:{pattern.name}"
    found = [f for f in Patterns([pattern]).find(folded) if f.rule == rule]
    begin = Places(folded).begin
    assert found == [f._replace(start=begin(f.start)) for f in pattern.find(folded, [(0, len(folded))])]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("按照《青禾条例》和《禾下办法（试行）》", ["《青禾条例》", "《禾下办法（试行）》"]),
        ("《关于修改〈青禾条例〉的决定》", ["《关于修改〈青禾条例〉的决定》"]),
        ("《印发《青禾规划》的通知》", ["《印发《青禾规划》的通知》"]),
        ("《没有收尾", []),
        ("收尾》没有《》开头", []),
        ("《" + "长" * 200 + "《青禾条例》", ["《青禾条例》"]),
        ("《》《\u2028》《。》和《海岛办法》", ["《海岛办法》"]),
    ],
)
def test_titles(text: str, titles: list[str]) -> None:
    assert [text[f.start : f.end] for f in find_titles(text)] == titles


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("经市、区人民政府批准", "市、区人民政府"),
        ("由县（市、区）人民政府负责", "县（市、区）人民政府"),
        ("由县(市、区)人民政府负责", "县(市、区)人民政府"),
        ("请省级市场监管部门受理", "省级市场监管部门"),
        ("送市发展改革、科技、商务等部门会签", "市发展改革、科技、商务等部门"),
        ("江苏省科技厅组织", "江苏省科技厅"),
        ("各地科技厅（委、局）", "科技厅（委、局）"),
        ("广州市科学技术局印发", "广州市科学技术局"),
    ],
)
def test_built_bodies(text: str, name: str) -> None:
    assert name in {text[f.start : f.end] for f in PATTERNS.find(text) if f.label == "Body"}


def test_any_of_takes_the_longest() -> None:
    assert re.match(any_of(["市", "市政府", "省"]), "市政府").group() == "市政府"  # type: ignore[union-attr]


def test_all_faults_are_reported_at_once() -> None:
    table = {
        "lists": {"unit": ["市"]},
        "pattern": [
            {"name": "a", "label": "Place", "regex": "{unit}局", "colour": "red"},
            {"name": "a", "label": "Body", "regex": "{nothing}", "example": [{"text": "[市局|Body"}]},
        ],
    }
    with pytest.raises(PatternError) as caught:
        parse_patterns(table, "x.toml")
    text = str(caught.value)
    for part in (
        "unknown keys ['colour']",
        "unknown label 'Place'",
        "no example",
        "missing or taken",
        "bad regex",
    ):
        assert part in text


@pytest.mark.parametrize("marked", ["[青禾局", "[青禾局]来", "[青禾局|Place]来"])
def test_bad_example_marks(marked: str) -> None:
    with pytest.raises(ValueError, match=r"\[name\|Type\]"):
        parse_example(marked)


def test_example_offsets() -> None:
    example = parse_example("由[青禾局|Body]办理[备案|Mechanism]。")
    assert example.text == "由青禾局办理备案。"
    assert [example.text[a:b] for a, b, _ in example.names] == ["青禾局", "备案"]


@pytest.mark.parametrize("text", ["市、" * 50_000, "《" * 100_000, "科技" * 50_000, "财政、" * 34_000])
def test_text_without_end_does_not_hang(text: str) -> None:
    assert len(list(PATTERNS.find(text))) <= len(text)

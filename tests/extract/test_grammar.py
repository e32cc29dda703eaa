"""The name grammar proposes what its own sentences mark, from data that is checked at load."""

import pytest

from policykg.extract.names.grammar import LONGEST_NAME, MOST_STARTS, Grammar, parse_grammar
from policykg.extract.rulefiles import PatternError

GRAMMAR = Grammar.load()


def proposed(text: str, label: str) -> set[str]:
    return {text[f.start : f.end] for f in GRAMMAR.find(text) if f.label == label}


def test_examples_hold() -> None:
    assert GRAMMAR.check_examples() == []


@pytest.mark.parametrize(
    ("text", "label", "name"),
    [
        ("健全青禾成果转化风险补偿机制，", "Mechanism", "青禾成果转化风险补偿机制"),
        ("健全跨区域联席会商制度", "Mechanism", "跨区域联席会商制度"),
        ("支持企业牵头组建的创新联合体。", "Body", "创新联合体"),
        ("建设一批绿色低碳技术转化示范区", "Program", "绿色低碳技术转化示范区"),
        ("推行首席工程师制度和岗位分红", "Mechanism", "岗位分红"),
        ("实行“先租后让”模式。", "Mechanism", "“先租后让”模式"),
        ("培育10家科技型骨干企业", "Body", "科技型骨干企业"),
    ],
)
def test_proposes(text: str, label: str, name: str) -> None:
    assert name in proposed(text, label)


@pytest.mark.parametrize("text", ["弘扬企业家精神", "打造平台型组织方阵", "推进制度化"])
def test_head_inside_a_longer_word_is_no_head(text: str) -> None:
    assert not {name for label in ("Body", "Program", "Mechanism") for name in proposed(text, label)} & {
        "企业",
        "平台",
        "制度",
    }


def test_no_name_crosses_a_break_or_a_wall() -> None:
    text = "完善青禾，应当实行禾下机制"
    assert proposed(text, "Mechanism") == {"禾下机制", "机制"}


def test_a_name_may_begin_after_a_known_one() -> None:
    text = "青禾研究院薪酬制度"
    assert "薪酬制度" in {text[f.start : f.end] for f in GRAMMAR.find(text, {5})}


def test_work_is_bounded_without_punctuation() -> None:
    text = "成果和转化" * 200 + "机制" * 500
    found = list(GRAMMAR.find(text))
    assert max(f.end - f.start for f in found) <= LONGEST_NAME
    assert len(found) <= 1000 * (MOST_STARTS + 2)


def test_all_faults_are_reported_at_once() -> None:
    table = {
        "heads": [
            {"name": "x", "label": "Place", "words": [], "tint": 1},
            {"name": "x", "label": "Body", "words": ["局", "局"]},
        ],
        "breaks": {"marks": ""},
    }
    with pytest.raises(PatternError) as caught:
        parse_grammar(table, "g.toml")
    text = str(caught.value)
    for part in (
        "unknown keys ['tint']",
        "unknown label 'Place'",
        "words must be a list",
        "written twice: 局",
        "missing or taken",
        "no example",
        "no marks",
        "openers",
    ):
        assert part in text

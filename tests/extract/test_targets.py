"""Targets: every rule's own sentences, where targets are looked for, and what stays outside them."""

import pytest
from spacy.lang.zh import Chinese

from policykg.extract.annotations import MENTIONS, make_span, read_spans, write_spans
from policykg.extract.numbers.horizon import Horizon
from policykg.extract.numbers.measures import MeasureReader, create_measures
from policykg.extract.numbers.targets import TargetFinder, TargetRule, create_targets, parse_targets
from policykg.extract.rulefiles import Example, PatternError
from policykg.extract.structure.sections import find_sections
from policykg.extract.structure.units import split_units

READER = MeasureReader.load()
FINDER = TargetFinder.load()
EXAMPLES = [(rule, example) for rule in FINDER.rules for example in rule.examples]
COUNTERS = [(rule, counter) for rule in FINDER.rules for counter in rule.counters]


def find(text: str) -> list[tuple[str, str]]:
    """Find targets as (text, rule)."""
    horizon = Horizon(text, find_sections(text, 0, len(text)), None)
    found = [reading.measure for reading in READER.read(text, horizon, split_units(text))]
    return [(text[t.start : t.end], t.rule) for t in FINDER.find(text, horizon, found)]


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=lambda x: getattr(x, "name", getattr(x, "text", ""))
)
def test_rule_example(rule: TargetRule, example: Example) -> None:
    found = find(example.text)
    assert [text for text, _ in found] == [example.text[a:b] for a, b, _ in example.names]
    assert rule.name in {name for _, name in found}


@pytest.mark.parametrize(
    ("rule", "counter"), COUNTERS, ids=lambda x: getattr(x, "name", getattr(x, "text", ""))
)
def test_rule_counter(rule: TargetRule, counter: Example) -> None:
    assert rule.name not in {name for _, name in find(counter.text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "到 2031 年,滨海园区达到 20 家,其中国家级园区超过 5 家。",
            ["滨海园区达到 20 家", "国家级园区超过 5 家"],
        ),
        ("到2031年，推动海洋产业规模达900亿元。", ["海洋产业规模达900亿元"]),
        ("二、发展目标\n观测体系不断完善、预警能力显著提升。", ["观测体系不断完善", "预警能力显著提升"]),
        ("二、发展目标\n以数字化为牵引，为海洋强市建设提供支撑。", []),
        ("三、重点任务\n加强观测网络建设，提升服务水平。", []),
        ("到2031年，开发2—3种海藻食品（以下简称“新食品”）。", ["开发2—3种海藻食品"]),
        ("观测费率，原则上不高于成本的5%。", ["观测费率，原则上不高于成本的5%"]),
        (
            "二、发展目标\n在海岛治理上取得新进展，森林覆盖率保持稳定，观测质量达到国际先进水平。",
            ["在海岛治理上取得新进展", "森林覆盖率保持稳定", "观测质量达到国际先进水平"],
        ),
        (
            "二、发展目标\n“十五五”时期是海岛全面发力的关键时期，要积极实施蓝色战略，实现上述目标。",
            [],
        ),
        ("二、发展目标\n一是坚守海洋生态底线，坚定信心推动高质量发展高效能治理。", []),
    ],
)
def test_where_targets_stand(text: str, expected: list[str]) -> None:
    assert [found for found, _ in find(text)] == expected


def test_component_adds_targets_to_the_mentions() -> None:
    text = "到2031年，滨海园区达到 20 家。"
    nlp = Chinese()
    doc = create_measures(nlp, "policy_measures")(nlp.make_doc(text))
    write_spans(doc, MENTIONS, [make_span(doc, 7, 11, "Program", rule="x")])
    create_targets(nlp, "policy_targets")(doc)
    assert [(s.text, s.label_, s.kb_id_, s.id_) for s in read_spans(doc, MENTIONS)] == [
        ("滨海园区达到 20 家", "Target", "滨海园区达到20家", "target:number-to-reach"),
        ("滨海园区", "Program", "", "x"),
    ]


def test_founding_a_known_name_is_no_target() -> None:
    text = "到2031年，打造滨海科技园，打造蓝色经济高地。"
    horizon = Horizon(text, (), None)
    found = list(FINDER.find(text, horizon, (), [(9, 14)]))
    assert [text[t.start : t.end] for t in found] == ["打造蓝色经济高地"]


def test_long_sentence_without_punctuation_is_linear() -> None:
    for piece in ("基本形成更加完善", "比例不低于", "取得实现"):
        assert len(find("二、发展目标\n" + piece * (100_000 // len(piece)))) < 2


def test_faults_of_a_file_are_reported_at_once() -> None:
    with pytest.raises(PatternError) as caught:
        parse_targets(
            {"lead": ["且"], "rule": [{"name": "x", "zones": ["sea"], "text": "("}, {"name": "y"}]},
            "mine.toml",
        )
    text = str(caught.value)
    for part in (
        "no list 'cause'",
        "unknown zones ['sea']",
        "bad text",
        "neither kinds nor text",
        "no example",
    ):
        assert part in text


@pytest.mark.parametrize("heading", ["申报条件", "条件要求", "海洋经济成效显著"])
def test_parts_that_ask_for_nothing_hold_no_targets(heading: str) -> None:
    text = f"三、{heading}\n（一）累计建设海岛观测站46个；\n（二）观测站覆盖率达到90%。\n四、重点任务\n建设20个工作站。"
    assert [span for span, _ in find(text)] == ["建设20个工作站"]


def test_conditions_are_no_targets():
    text = "三、申报条件\n（一）集聚海洋企业20家以上；\n（二）研发投入占比达到5%。\n四、重点任务\n建设20个工作站。"
    assert [span for span, _ in find(text)] == ["建设20个工作站"]

"""Candidates are settled into the best set without overlaps, with reasons, and the same way each time."""

import itertools
import json
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import policykg.extract.names.grammar
import policykg.extract.names.lexicon
import policykg.extract.names.patterns
import policykg.extract.units  # noqa: F401
from policykg.extract.annotations import CANDIDATES, MENTIONS, make_span, read_spans, write_spans
from policykg.extract.learning.training import Lesson, learn
from policykg.extract.names.candidates import Found, proposals
from policykg.extract.names.contexts import Key
from policykg.extract.names.features import Candidate, Features
from policykg.extract.names.mentions import create_mentions, gather
from policykg.extract.names.weighing import (
    Weights,
    WeightsError,
    format_weights,
    parse_weights,
    settle,
)

FINDERS = ("policy_units", "policy_lexicon", "policy_patterns", "policy_grammar", "policy_mentions")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build()


def build(**lexicon: list[str]) -> Language:
    nlp = spacy.blank("zh")
    for component in FINDERS:
        nlp.add_pipe(component, config=lexicon if component == "policy_lexicon" else {})
    return nlp


def mentions(doc: Doc) -> list[str]:
    return [f"{span.text}|{span.label_}" for span in read_spans(doc, MENTIONS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "科技部会同财政部制定《青禾计划管理办法（试行）》。",
            ["科技部|Body", "财政部|Body", "《青禾计划管理办法（试行）》|Document"],
        ),
        (
            "第九条增加一款，作为第二款：“国家建立渔港评价制度，对渔业公司实行分类评价。”",
            ["国家|Body", "渔港评价制度|Mechanism", "渔业公司|Body", "分类评价|Mechanism"],
        ),
        ("设立20亿元低空产业基金，给予首飞航线补贴。", ["低空产业基金|Mechanism", "首飞航线补贴|Mechanism"]),
        (
            "鼓励高等院校、科研院所和企业联合组建创新联合体。",
            ["高等院校|Body", "科研院所|Body", "企业|Body", "创新联合体|Body"],
        ),
        (
            "建立健全科技成果转化风险补偿机制，完善绩效评价制度。",
            ["科技成果转化风险补偿机制|Mechanism", "绩效评价制度|Mechanism"],
        ),
        ("支持建设国家技术创新中心和概念验证中心。", ["国家技术创新中心|Program", "概念验证中心|Program"]),
        (
            "第五条 市、区人民政府应当设立科技成果转化引导基金。",
            ["市、区人民政府|Body", "科技成果转化引导基金|Mechanism"],
        ),
    ],
)
def test_settles_plain_sentences(nlp: Language, text: str, expected: list[str]) -> None:
    assert mentions(nlp(text)) == expected


def test_mentions_do_not_overlap_and_name_their_rule(nlp: Language) -> None:
    doc = nlp("国家技术创新中心应当建立年度报告制度，接受科技部、省科技厅（委、局）的绩效评估和动态管理。")
    spans = read_spans(doc, MENTIONS)
    assert all(a.end_char <= b.start_char for a, b in itertools.pairwise(spans))
    assert all(span.id_.split(":")[0] in ("lexicon", "pattern", "grammar") for span in spans)


def test_lexicon_gives_the_canonical_name(nlp: Language) -> None:
    (span,) = [s for s in read_spans(nlp("由科学技术部负责。"), MENTIONS) if s.text == "科学技术部"]
    assert (span.kb_id_, span.id_) == ("科技部", "lexicon:bodies")


def test_every_candidate_is_a_mention_or_refused_with_a_reason(nlp: Language) -> None:
    doc = nlp("国家技术创新中心建立年度报告制度。")
    taken = {(s.start_char, s.end_char, s.label_) for s in read_spans(doc, MENTIONS)}
    refused = {(r.start, r.end, r.type) for r in doc._.refusals}
    near = {(s.start_char, s.end_char, s.label_) for s in read_spans(doc, CANDIDATES)}
    assert taken and refused and not taken & refused
    assert near <= taken | refused
    overlapping = [r for r in doc._.refusals if doc.text[r.start : r.end] == "技术创新中心"]
    assert "overlaps 国家技术创新中心 (Program" in overlapping[0].reason
    assert list(doc._.refusals[:2]) == [doc._.refusals[0], doc._.refusals[1]]


def test_explains_by_weights(nlp: Language) -> None:
    doc = nlp("建立年度报告制度。")
    parts = nlp.get_pipe("policy_mentions").explain(doc, 2, 8, "Mechanism")  # type: ignore[attr-defined]
    assert sum(weight for _, weight in parts) > 0
    assert [abs(weight) for _, weight in parts] == sorted((abs(w) for _, w in parts), reverse=True)
    assert nlp.get_pipe("policy_mentions").explain(doc, 0, 1, "Body") == []  # type: ignore[attr-defined]


def test_name_of_the_users_lexicon_is_taken(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(
        "surface\tlabel\tcanonical\tkind\tsource\tnote\n青禾之约\tProgram\t\tname\town\t\n", encoding="utf-8"
    )
    doc = build(extra=[str(own)])("他们谈到青禾之约。")
    assert "青禾之约|Program" in mentions(doc)
    assert read_spans(doc, MENTIONS)[0].id_ == "user-lexicon:own"


def test_spans_of_other_components_are_candidates_too() -> None:
    nlp = spacy.blank("zh")
    doc = nlp.make_doc("由科技部办理")
    write_spans(doc, CANDIDATES, [make_span(doc, 1, 4, "Body", rule="lexicon:bodies", canonical="科技部")])
    assert mentions(create_mentions(nlp, "policy_mentions")(doc)) == ["科技部|Body"]


def test_finished_document_holds_no_proposals(nlp: Language) -> None:
    assert proposals(nlp("科技部负责。")).found == []


@pytest.mark.parametrize(
    "text", ["", " \n ", "a", "。", "机制" * 3000, "市、" * 3000, "（" * 3000, "“" * 3000]
)
def test_odd_texts(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="科技部企业机制建立、和的 《》（）“”\n\tA1，。示范区", max_size=80))
def test_any_text_is_settled_twice_alike(text: str) -> None:
    nlp = _SHARED
    first, second = mentions(nlp(text)), mentions(nlp(text))
    assert first == second


_SHARED = build()


def _best(scores: list[float], candidates: list[Candidate]) -> float:
    best = 0.0
    for size in range(len(candidates) + 1):
        for some in itertools.combinations(range(len(candidates)), size):
            spans = sorted((candidates[i].start, candidates[i].end) for i in some)
            if all(a[1] <= b[0] for a, b in itertools.pairwise(spans)):
                best = max(best, sum(scores[i] for i in some))
    return best


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 5), st.floats(-3, 3)),
        max_size=7,
        unique_by=lambda c: c[:2],
    )
)
def test_settling_finds_the_best_sum(items: list[tuple[int, int, float]]) -> None:
    items.sort(key=lambda c: (c[0] + c[1], c[0]))
    candidates = [Candidate(a, a + n, "Body", ("grammar:x",)) for a, n, _ in items]
    scores = [score for _, _, score in items]
    chosen = settle(Features("字" * 16, candidates), candidates, scores, {})
    assert sum(scores[i] for i in chosen) == pytest.approx(_best(scores, candidates))
    spans = [candidates[i] for i in chosen]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


def test_links_between_neighbours_count() -> None:
    candidates = [Candidate(0, 2, "Body", ("g",)), Candidate(3, 5, "Body", ("g",))]
    features = Features("甲乙、丙丁", candidates)
    key: Key = features.link(*candidates)
    assert settle(features, candidates, [1.0, -0.5], {key: 1.0}) == [0, 1]
    assert settle(features, candidates, [1.0, 0.5], {key: -3.0}) == [0]


def test_gather_puts_rules_together_most_trusted_first() -> None:
    found = [
        Found(0, 2, "Body", "grammar:x"),
        Found(0, 2, "Body", "lexicon:b"),
        Found(0, 1, "Body", "pattern:p"),
    ]
    assert gather(found) == [
        Candidate(0, 1, "Body", ("pattern:p",)),
        Candidate(0, 2, "Body", ("lexicon:b", "grammar:x")),
    ]


def test_weights_file_round_trip() -> None:
    values: dict[Key, float] = {
        ("l1", "Body", "\n"): 0.5,
        ("r2", "Body", "应当"): -1.25,
        ("e1", "Body", "x"): 0.001,
    }
    text = format_weights(values, {"texts": "“三篇”"})
    assert parse_weights(text) == {("l1", "Body", "\n"): 0.5, ("r2", "Body", "应当"): -1.25}


@pytest.mark.parametrize("text", ["table = ''", "x = 1", "table = '''\nl1\tBody\n'''", "table = 3", "="])
def test_damaged_weights(text: str) -> None:
    if text == "table = ''":
        assert parse_weights(text) == {}
    else:
        with pytest.raises(WeightsError, match="learn it anew"):
            parse_weights(text)


def test_learning_is_deterministic_and_learns() -> None:
    lessons = []
    for name in ("青禾", "禾下", "江城"):
        text = f"建立{name}机制。{name}机制好。"
        end = 4 + len(name)
        candidates = [
            Candidate(2, end, "Mechanism", ("grammar:a",)),
            Candidate(0, end, "Mechanism", ("grammar:a",)),
        ]
        candidates.sort(key=lambda c: (c.end, c.start))
        lessons.append(Lesson(Features(text, candidates), candidates, frozenset({1})))
    weights = learn(lessons, epochs=6)
    assert weights == learn(lessons, epochs=6)
    text = "建立云上机制。"
    candidates = [Candidate(0, 6, "Mechanism", ("grammar:a",)), Candidate(2, 6, "Mechanism", ("grammar:a",))]
    features = Features(text, candidates)
    scores = Weights(weights).scores(features, candidates)
    assert settle(features, candidates, scores, weights) == [1]


def test_finds_enough_on_annotated_texts(nlp: Language, shared: Path) -> None:
    hits = gold = found = 0
    for path in sorted((shared / "gold" / "dev").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        doc = nlp(path.with_suffix(".txt").read_text(encoding="utf-8"))
        ranges = record.get("annotated") or [[0, 1 << 60]]

        def inside(start: int, ranges: list[list[int]] = ranges) -> bool:
            return any(a <= start < b for a, b in ranges)

        right = {(e["start"], e["end"], e["type"]) for e in record["entities"] if inside(e["start"])}
        mine = {
            (s.start_char, s.end_char, s.label_)
            for s in read_spans(doc, MENTIONS)
            if s.label_ != "Target" and inside(s.start_char)
        }
        hits, gold, found = hits + len(right & mine), gold + len(right), found + len(mine)
    assert 2 * hits / (gold + found) > 0.70

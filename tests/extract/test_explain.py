"""What `explain` says of a place: what was made there, what was refused, and why."""

import pytest
from spacy.language import Language

from policykg.extract.explain import Finding, NowhereError, explain
from policykg.extract.pipeline import Settings, build_pipeline
from policykg.extract.records import ReaderText

TEXT = (
    "江城市促进乡村书屋发展办法\n"
    "第一条 江城市财政局设立公共服务平台，支持高等学校开展绩效评估。\n"
    "第二条 江城市财政局应当公开资金的使用情况。\n"
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_pipeline(Settings(model=False))


def findings(nlp: Language, word: str) -> list[Finding]:
    return list(explain(nlp, ReaderText(source="a.txt", text=TEXT), TEXT.index(word)).findings)


def test_explain_names_the_rule_of_a_relation(nlp: Language) -> None:
    made = [f for f in findings(nlp, "设立") if f.verdict == "relation"]
    assert ("set-up", "设立") in {(f.rule, TEXT[f.start : f.end]) for f in made}


def test_explain_says_why_a_relation_is_refused(nlp: Language) -> None:
    refused = [f for f in findings(nlp, "设立") if f.verdict == "refused" and f.what.startswith("支持: ")]
    assert {f.what: f.reason for f in refused if f.rule == "encourage"} == {
        "支持: supports": "its object goes on to act itself"
    }
    assert all(f.reason for f in refused)
    assert all(TEXT[f.start : f.end] == "支持" for f in refused)


def test_explain_tells_what_a_place_alone_states(nlp: Language) -> None:
    assert not [f for f in findings(nlp, "第二条") if "设立" in f.what]


def test_what_is_refused_comes_last_and_variants_are_marked(nlp: Language) -> None:
    found = findings(nlp, "设立")
    refused = [f.verdict == "refused" for f in found]
    assert refused == sorted(refused)
    taken = [(f.start, f.end) for f in found if f.verdict == "mention"]
    variants = [f for f in found if f.variant]
    assert variants
    assert all(f.verdict == "refused" for f in variants)
    other = [f for f in found if f.verdict == "refused" and "[" in f.what and not f.variant]
    assert not [f for f in other if any(s < f.end and f.start < e for s, e in taken)]


def test_explain_refuses_a_place_outside(nlp: Language) -> None:
    with pytest.raises(NowhereError, match="no document at offset 9999"):
        explain(nlp, ReaderText(source="a.txt", text=TEXT), 9999)

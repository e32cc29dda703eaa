"""When a document holds, the years of a plan, and how it stands to what it names: read from the words alone."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from policykg.extract.rulefiles import PatternError
from policykg.extract.structure import links, periods, validity
from policykg.extract.structure.links import read_links
from policykg.extract.structure.periods import read_period
from policykg.extract.structure.validity import read_validity

NOTICE = "星屿市海岛局关于印发《星屿市海岛补助办法》的通知\n"
LAST = "第九条 本办法由市海岛局负责解释，自2024年5月1日起施行，有效期5年。原《星屿市海岛补助办法》（星海规〔2019〕2号）同时废止。\n"


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("policykg.extract.data.patterns") / name).read_text(encoding="utf-8"))


def test_the_words_that_give_a_day_are_its_evidence() -> None:
    text = NOTICE + LAST
    found = read_validity(text, len(NOTICE), issued="2024-03-18")
    assert found.in_force and found.expires and found.abolished is None
    assert (found.in_force.day, found.expires.day) == ("2024-05-01", "2029-04-30")
    assert text[found.in_force.start : found.in_force.end] == "自2024年5月1日起施行"
    assert text[found.expires.start : found.expires.end] == "有效期5年"


def test_what_is_not_printed_is_not_guessed() -> None:
    found = read_validity("本通知自印发之日起施行，有效期三年。")
    assert (found.in_force, found.expires) == (None, None)
    assert read_validity("没有说施行。", issued="2024-03-18") == validity.Validity()


@pytest.mark.parametrize(
    "text",
    [
        "本办法自2024年13月1日起施行。",
        "本办法自2024年2月30日起施行。",
        "本办法自2024年5月1日起施行，有效期9999年。",
        "《远洋条例》规定，渔船登记自2024年5月1日起施行。",
    ],
)
def test_days_of_no_calendar_and_of_others_are_refused(text: str) -> None:
    found = read_validity(text, issued="2024-03-18")
    assert found.expires is None
    assert found.in_force is None or found.in_force.day == "2024-05-01"


def test_a_sentence_may_call_the_document_by_its_title() -> None:
    text = "《远洋条例》自2024年5月1日起施行。"
    assert read_validity(text).in_force is None
    own = read_validity(text, title="远洋条例").in_force
    assert own is not None and own.day == "2024-05-01"


@pytest.mark.parametrize("filler", ["自", "本办法自", "《", "有效期", "2024年", "，", "（"])
def test_time_is_linear_in_the_length_of_a_sentence(filler: str) -> None:
    text = filler * (100_000 // len(filler))
    read_validity(text, issued="2024-03-18")
    read_links(text)
    read_period(text)


def test_titles_of_a_list_share_their_cue_and_keep_their_numbers() -> None:
    text = NOTICE + LAST
    found = read_links(text, len(NOTICE))
    assert [(link.kind, link.number, text[link.cue[0] : link.cue[1]]) for link in found] == [
        ("repeals", "星海规〔2019〕2号", "同时废止")
    ]
    listed = "根据《甲法》、《乙条例》（国令第12号）和《丙规划》，制定本办法。"
    assert [(listed[link.start : link.end], link.kind, link.number) for link in read_links(listed)] == [
        ("《甲法》", "based_on", ""),
        ("《乙条例》", "based_on", "国令第12号"),
        ("《丙规划》", "based_on", ""),
    ]


def test_the_day_of_an_abolition_is_read() -> None:
    (link,) = read_links("《远洋条例》自2025年7月1日起废止。")
    assert (link.kind, link.day) == ("repeals", "2025-07-01")


def test_a_title_within_a_title_is_part_of_it() -> None:
    text = "《关于印发《星屿办法》的通知》同时废止。"
    assert [(text[link.start : link.end], link.kind) for link in read_links(text)] == [
        ("《关于印发《星屿办法》的通知》", "repeals")
    ]


@pytest.mark.parametrize("name", [rule["name"] for rule in table("validity.toml")["rule"]])
def test_every_rule_of_time_is_needed_by_its_examples(name: str) -> None:
    """Without the rule its own examples fail, so that none stands idle."""
    data = table("validity.toml")
    data["rule"] = [{**rule, "pattern": "(?!)"} if rule["name"] == name else rule for rule in data["rule"]]
    with pytest.raises(PatternError, match=name):
        validity.read_rules(data)


@pytest.mark.parametrize("name", [rule["name"] for rule in table("links.toml")["rule"]])
def test_every_rule_of_links_is_needed_by_its_examples(name: str) -> None:
    data = table("links.toml")
    data["rule"] = [{**rule, "after": "(?!)"} if rule["name"] == name else rule for rule in data["rule"]]
    with pytest.raises(PatternError, match=name):
        links.read_rules(data)


def test_all_faults_of_a_file_are_reported_at_once() -> None:
    bad = {"name": "odd", "event": "born", "kind": "loves", "pattern": "(", "before": "(", "wrong": 1}
    with pytest.raises(PatternError) as caught:
        validity.read_rules({"rule": [bad], "subjects": [], "promulgated": ["公布"]})
    assert len(caught.value.faults) == 5  # keys, event, examples, pattern, subjects
    with pytest.raises(PatternError) as caught:
        links.read_rules({"rule": [bad]})
    assert len(caught.value.faults) == 4
    with pytest.raises(PatternError) as caught:
        periods.read_rules({"plans": {"甲": [1]}, "rule": [bad]})
    assert len(caught.value.faults) == 4


def test_no_plan_ends_before_it_begins() -> None:
    assert read_period("海岛方案（2026—2024年）") is None
    assert read_period("海岛方案（1949—2049年）") is None
    period = read_period("海岛方案（2024—2026年）")
    assert period is not None and (period.start, period.end) == ("2024-01-01", "2026-12-31")

"""What a document states without a verb: which cited names are its own, and what grants are given by their sums."""

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policykg.extract.annotations import MENTIONS, make_span, write_spans
from policykg.extract.relations.frames import load_frames, parse_example
from policykg.extract.relations.relations import Relations
from policykg.extract.relations.statements import Names
from policykg.extract.units import Units

COMPONENT = Relations(load_frames())


@pytest.mark.parametrize(
    ("title", "name", "own"),
    [
        ("青川市渔港管理办法", "《青川市渔港管理办法》", True),
        ("青川市渔港管理办法（2031年修订）", "《青川市渔港管理办法》", True),
        ("青川市渔港管理办法", "《渔港管理办法》", True),
        ("青川市渔港管理办法", "《关于印发〈青川市渔港管理办法〉的通知》", True),
        ("青川市渔港管理办法", "《青川市渔业局关于印发《青川市渔港管理办法》的通知》", True),
        ("关于修改《青川市渔港管理办法》的决定", "《青川市渔港管理办法》", False),
        ("关于修改《青川市渔港管理办法》的决定", "《关于修改〈青川市渔港管理办法〉的决定》", True),
        ("《青川市渔港管理办法》政策解读", "《青川市渔港管理办法》", False),
        ("青川市渔港管理办法", "《青川市渔港管理办法实施细则》", False),
        ("青川市渔港管理办法", "《渔港条例》", False),
        ("", "《渔港条例》", False),
    ],
)
def test_a_title_names_its_own_document_only(title: str, name: str, own: bool) -> None:
    names = Names(title=title.strip("《》"), issuers=frozenset(), first_section=0)
    assert names.is_own(name) is own


@pytest.mark.parametrize(
    ("marked", "given"),
    [
        (
            "对首次获批的[平台|Program]，一次性[奖励|Mechanism]20万元。",
            {"@doc funds 平台", "奖励 appliesTo 平台"},
        ),
        (
            "[财政局|Body]对入驻的[企业|Body]，每年[补贴|Mechanism]不超过30万元。",
            {"财政局 funds 企业", "补贴 appliesTo 企业"},
        ),
        ("对获批的[平台|Program]，取消[奖励|Mechanism]20万元。", set()),
        ("对获批的[平台|Program]，[奖励|Mechanism]从优。", set()),
    ],
)
def test_a_sum_right_behind_a_grant_gives_it(marked: str, given: set[str]) -> None:
    example = parse_example(marked)
    doc = Units()(Doc(Vocab(), words=list(example.text), spaces=[False] * len(example.text)))
    write_spans(doc, MENTIONS, [make_span(doc, m.start, m.end, m.type) for m in example.mentions])
    found = [r for r in COMPONENT.match(doc) if r.rule == "grant" and r.predicate != "employs"]
    assert {f"{r.subject} {r.predicate} {r.object}" for r in found} == given

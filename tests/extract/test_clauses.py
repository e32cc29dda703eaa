"""Sentence layout: masking, coordination, clauses, and the closed-class words."""

import tomllib
from collections import Counter

from policykg.extract.relations.clauses import MASK, Entity, Sentence, lay_out, load_cues
from policykg.extract.relations.frames import parse_example
from policykg.extract.relations.scanning import Scanner, mask

VERBS = frozenset({"设立", "支持", "建设"})


def layout(marked: str) -> Sentence:
    example = parse_example(marked)
    text = example.text
    entities = [Entity(m.start, m.end, m.type, text[m.start : m.end]) for m in example.mentions]
    masked = mask(text, entities)
    cues = load_cues()
    hits = Scanner(VERBS | cues.words(), hiding=cues.ignored).scan(masked)
    return lay_out(text, masked, (0, len(text)), entities, hits, VERBS, cues)


def names(marked: str) -> list[list[str]]:
    return [[e.name for e in group.members] for group in layout(marked).groups]


def test_mask_keeps_the_length_and_hides_names():
    text = "支持建设中心的工作"
    masked = mask(text, [Entity(2, 6, "Program", "建设中心")])
    assert masked == f"支持{MASK * 4}的工作"
    assert len(masked) == len(text)


def test_scanner_takes_the_longest_word():
    hits = Scanner(["可", "可持续", "应当"]).scan("应当可持续")
    assert [(h.word, h.start, h.end) for h in hits] == [("应当", 0, 2), ("可持续", 2, 5)]


def test_lay_out_joins_a_coordination():
    assert names("[企业|Body]、[高校|Body]和[院所|Body]") == [["企业", "高校", "院所"]]
    assert names("[实验室|Program]、[技术中心|Program]等[平台|Program]") == [["实验室", "技术中心", "平台"]]
    assert names("[企业|Body]以及其他承担任务的[单位|Body]") == [["企业", "单位"]]


def test_lay_out_joins_over_members_that_are_no_mentions():
    assert names("[企业|Body]、茶农、乡贤、[高校|Body]和[院所|Body]") == [["企业", "高校", "院所"]]


def test_lay_out_joins_over_a_comma():
    assert names("[企业|Body]、[高校|Body]，以及知名的[院所|Body]") == [["企业", "高校", "院所"]]


def test_lay_out_parts_mentions_at_a_verb_and_at_a_comma():
    assert names("[企业|Body]设立[基金|Mechanism]，[高校|Body]") == [["企业"], ["基金"], ["高校"]]
    assert names("[企业|Body]和设立[基金|Mechanism]") == [["企业"], ["基金"]]


def test_lay_out_marks_modifiers_and_adjuncts():
    groups = layout("[企业|Body]在[示范区|Program]内的[园区|Program]设立[基金|Mechanism]").groups
    assert [(g.members[0].name, g.modifier, g.oblique) for g in groups] == [
        ("企业", False, False),
        ("示范区", True, True),
        ("园区", False, False),
        ("基金", False, False),
    ]


def test_lay_out_joins_over_a_modifier():
    assert names("[省政府|Body]、[示范区|Program]所在地[市政府|Body]") == [["省政府", "市政府"]]


def test_lay_out_half_and_full_width_punctuation_cut_alike():
    full = layout("[企业|Body]，（[高校|Body]）：[院所|Body]").clauses
    half = layout("[企业|Body],([高校|Body]):[院所|Body]").clauses
    assert full == half


def test_cues_each_word_stands_in_one_table_only(root):
    data = tomllib.loads((root / "extract/data/frames/cues.toml").read_text(encoding="utf-8"))
    words: Counter[str] = Counter()
    for table in ("causative", "modal"):
        for kinds in data[table].values():
            words.update(kinds)
    words.update(data["subject"]["preposition"] + data["subject"]["passive"] + data["subject"]["ignored"])
    assert [word for word, times in words.items() if times > 1] == []

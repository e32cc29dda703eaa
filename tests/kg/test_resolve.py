"""Names of all documents join into entities, for stated reasons, in any order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.extract.records import (
    DocumentInfo,
    DocumentRecord,
    DocumentSpan,
    EntityType,
    Mention,
    ReaderText,
    Relation,
)
from policykg.kg.resolve import Decision, ResolutionError, resolve


def record(title: str, *mentions: tuple[EntityType, str] | tuple[EntityType, str, str]) -> DocumentRecord:
    """Make a document out of (type, canonical[, surface])."""
    entities = []
    text = ""
    for type_, canonical, *rest in mentions:
        surface = rest[0] if rest else canonical
        entities.append(
            Mention(
                start=len(text), end=len(text) + len(surface), type=type_, text=surface, canonical=canonical
            )
        )
        text += surface + "。"
    return DocumentRecord(
        source=ReaderText(source=f"{title}.txt", text=text),
        span=DocumentSpan(start=0, end=len(text), info=DocumentInfo(title=title)),
        entities=tuple(entities),
    )


def test_official_forms_are_one_body() -> None:
    resolution = resolve(
        [
            record("甲办法", ("Body", "科技部")),
            record("乙办法", ("Body", "科学技术部")),
            record("丙办法", ("Body", "MOST")),
        ]
    )
    (ministry,) = resolution.find("MOST")
    assert ministry.name == "科技部"
    assert ministry.names == ("MOST", "科学技术部", "科技部")
    assert ministry.documents == ("丙办法", "乙办法", "甲办法")
    assert "科学技术部" in ministry.reason and "MOST" in ministry.reason
    assert {merge.name for merge in resolution.merges} == {"MOST", "科学技术部"}


def test_english_name_is_known_without_being_mentioned() -> None:
    resolution = resolve([record("甲办法", ("Body", "科技部"))])
    assert [entity.name for entity in resolution.find("most")] == ["科技部"]
    assert [entity.name for entity in resolution.find("科学 技术部")] == ["科技部"]


def test_widths_quotation_marks_and_space_do_not_tell_apart() -> None:
    resolution = resolve(
        [
            record("甲办法", ("Program", "中国（江州）自由贸易试验区"), ("Body", "“瞪羚”企业")),
            record("乙办法", ("Program", "中国(江州)自由贸易试验区"), ("Body", "瞪羚企业", "瞪羚 企业")),
        ]
    )
    assert [len(entity.names) for entity in resolution.entities if entity.type != "Document"] == [2, 2]


def test_short_form_that_only_the_centre_uses_is_not_joined() -> None:
    resolution = resolve([record("甲办法", ("Body", "知识产权局"), ("Body", "国家知识产权局"))])
    assert resolution.entity("Body", "知识产权局") is not resolution.entity("Body", "国家知识产权局")


def test_district_governments_join() -> None:
    resolution = resolve([record("甲办法", ("Body", "杨浦区政府"), ("Body", "杨浦区人民政府"))])
    assert resolution.entity("Body", "杨浦区政府") is resolution.entity("Body", "杨浦区人民政府")


def test_types_stay_apart_and_are_reported() -> None:
    resolution = resolve(
        [
            record("甲办法", ("Program", "创新积分"), ("Program", "创新积分")),
            record("乙办法", ("Mechanism", "创新积分")),
        ]
    )
    assert resolution.entity("Program", "创新积分") is not resolution.entity("Mechanism", "创新积分")
    (conflict,) = resolution.conflicts()
    assert conflict.types == (("Program", 2), ("Mechanism", 1))


def test_cited_document_meets_the_built_one() -> None:
    resolution = resolve(
        [
            record("江州市数据条例"),
            record(
                "乙办法",
                ("Document", "《江州市数据条例》"),
                ("Document", "《专利法》"),
                ("Document", "《中华人民共和国专利法》"),
            ),
        ]
    )
    cited = resolution.entity("Document", "《江州市数据条例》")
    assert cited is resolution.entity("Document", "江州市数据条例")
    assert cited.name == "江州市数据条例"
    assert resolution.entity("Document", "《专利法》").name == "中华人民共和国专利法"


def test_names_that_only_relations_use_are_entities() -> None:
    base = record("甲办法", ("Program", "示范区"))
    relation = Relation(
        subject="财政部",
        predicate="funds",
        object="示范区",
        modality="required",
        start=0,
        end=3,
        trigger=(0, 1),
        subject_type="Body",
        object_type="Program",
    )
    resolution = resolve(
        [DocumentRecord(source=base.source, span=base.span, entities=base.entities, relations=(relation,))]
    )
    assert resolution.entity("Body", "财政部").mentions == 0


def test_decisions_go_before_rules_and_can_be_undone() -> None:
    records = [
        record("甲办法", ("Body", "科技部")),
        record("乙办法", ("Body", "科学技术部"), ("Body", "科技主管部门")),
    ]
    split = resolve(
        records, decisions=[Decision(kind="split", type="Body", name="科学技术部", reason="旧机构")]
    )
    assert split.entity("Body", "科学技术部").name == "科学技术部"
    assert split.entity("Body", "科技部").names == ("科技部",)
    merge = Decision(kind="merge", type="Body", name="科技主管部门", into="科技部", reason="文中所指")
    merged = resolve(records, decisions=[merge])
    assert merged.entity("Body", "科技主管部门").name == "科技部"
    assert "文中所指" in merged.entity("Body", "科技部").reason
    assert resolve(records).entity("Body", "科技主管部门").name == "科技主管部门"


def test_splitting_the_preferred_name_leaves_no_two_entities_of_one_name() -> None:
    resolution = resolve(
        [record("甲办法", ("Body", "科技部"), ("Body", "科学技术部"))],
        decisions=[Decision(kind="split", type="Body", name="科技部")],
    )
    bodies = [entity.name for entity in resolution.entities if entity.type == "Body"]
    assert sorted(bodies) == ["科学技术部", "科技部"]


def test_faulty_decisions_are_all_reported() -> None:
    with pytest.raises(ResolutionError) as caught:
        resolve(
            [],
            decisions=[
                Decision(kind="merge", type="Body", name="甲", into="乙"),
                Decision(kind="merge", type="Body", name="乙", into="甲"),
                Decision(kind="split", type="Body", name="丙", into="丁"),
            ],
        )
    assert len(caught.value.faults) == 3


def test_nearest_names() -> None:
    resolution = resolve([record("甲办法", ("Body", "科技部"), ("Body", "财政部"), ("Program", "未来园区"))])
    assert resolution.nearest("科技布", 2)[0] == "科技部"
    assert resolution.find("科技布") == ()


FORMS = [
    "科技部",
    "科学技术部",
    "MOST",
    "“瞪羚”企业",
    "瞪羚企业",
    "示范区",
    "上海市科委",
    "上海市科学技术委员会",
]
TYPES: list[EntityType] = ["Body", "Program", "Mechanism", "Document", "Target"]
MENTIONS = st.lists(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(FORMS) | st.text(min_size=1)), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MENTIONS, max_size=4), st.randoms(use_true_random=False))
def test_result_is_independent_of_order(
    documents: list[list[tuple[EntityType, str]]], random: object
) -> None:
    records = [record(f"第{number}号办法", *mentions) for number, mentions in enumerate(documents)]
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = resolve(records), resolve(shuffled)
    assert one.entities == other.entities
    assert one.merges == other.merges
    labels = [(entity.type, entity.name) for entity in one.entities]
    assert len(labels) == len(set(labels))
    for item in records:
        for mention in item.entities:
            assert mention.canonical in one.entity(mention.type, mention.canonical).names


@pytest.mark.parametrize(
    ("type_", "names"),
    [
        ("Program", ("国家高新区", "青禾国家高新区", "星屿高新技术产业开发区", "高新区")),
        ("Program", ("国家自主创新示范区", "青禾国家自主创新示范区", "示范区", "青禾示范区核心区")),
        ("Mechanism", ("青禾引导基金", "青禾引导基金子基金", "引导基金", "子基金", "国家引导基金")),
        ("Program", ("技术创新中心", "国家技术创新中心", "青禾省技术创新中心", "综合类国家技术创新中心")),
    ],
)
def test_a_class_and_its_members_and_a_fund_and_its_parts_stay_apart(
    type_: EntityType, names: tuple[str, ...]
) -> None:
    resolution = resolve([record(f"{n}办法", (type_, name)) for n, name in enumerate(names)])
    assert {entity.name for entity in resolution.entities if entity.type == type_} == set(names)


def test_a_class_under_two_names_is_one_class() -> None:
    resolution = resolve([record("甲办法", ("Program", "国家级高新区"), ("Program", "国家高新区"))])
    assert [entity.name for entity in resolution.entities if entity.type == "Program"] == ["国家高新区"]

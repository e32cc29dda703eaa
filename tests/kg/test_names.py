"""Names as people write them: documents by number, listed name or short title; the nearest names of what is unknown."""

import pytest

from policykg.kg.names import AmbiguousName, Name, UnknownName, match_name, nearest
from policykg.ontology.namespace import entity_iri


def document(name: str, *others: str, label: str = "") -> list[Name]:
    iri = entity_iri("Document", name)
    return [
        Name(iri, "Document", label or name, True),
        *(Name(iri, "Document", other, False) for other in others),
    ]


POOL = [
    *document("中华人民共和国岛屿保护法", "第三十号令"),
    *document("岛屿创新中心管理办法（试行）", "岛科发〔2024〕3号"),
    *document("关于印发《岛屿数据条例》的通知"),
    *document("000_岛屿-1", label="〔残篇〕000_岛屿-1：第四条……"),
    *document("岛屿规划（2024年）"),
    *document("岛屿规划（2025年）"),
    Name("body:1", "Body", "岛屿部", True),
]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("岛科发〔2024〕3号", "岛屿创新中心管理办法（试行）"),
        ("岛科发[2024] 3号", "岛屿创新中心管理办法（试行）"),
        ("Document:岛科发［２０２４］3号", "岛屿创新中心管理办法（试行）"),
        ("《岛屿创新中心管理办法》", "岛屿创新中心管理办法（试行）"),
        ("岛屿部关于印发《岛屿创新中心管理办法（试行）》的通知", "岛屿创新中心管理办法（试行）"),
        ("岛屿保护法", "中华人民共和国岛屿保护法"),
        ("《中华人民共和国岛屿数据条例》", "关于印发《岛屿数据条例》的通知"),
        ("000_岛屿-1", "000_岛屿-1"),
    ],
)
def test_documents_answer_to_number_listed_name_and_short_title(given: str, name: str) -> None:
    assert match_name(POOL, given) == entity_iri("Document", name)
    assert match_name(POOL, given, type="Document") == entity_iri("Document", name)


def test_a_short_title_of_two_documents_is_ambiguous() -> None:
    with pytest.raises(AmbiguousName, match=r"2024年.*2025年"):
        match_name(POOL, "岛屿规划")


@pytest.mark.parametrize("given", ["岛屿规划（2023年）", "岛屿保护法实施办法", "岛科发〔2024〕4号"])
def test_other_documents_are_not_taken_for_those_there_are(given: str) -> None:
    with pytest.raises(UnknownName):
        match_name(POOL, given)


def test_numbers_and_short_titles_name_documents_only() -> None:
    with pytest.raises(UnknownName):
        match_name(POOL, "岛屿保护法", type="Body")


def test_nearest_are_of_the_wanted_type_and_share_characters() -> None:
    with pytest.raises(UnknownName) as caught:
        match_name(POOL, "岛屿部门", type="Document")
    assert caught.value.nearest
    assert "岛屿部" not in caught.value.nearest
    assert nearest("护島保嶼", POOL) == ("中华人民共和国岛屿保护法",)
    with pytest.raises(UnknownName, match="`policykg list` names the documents"):
        match_name(POOL, "xyz", type="Document")

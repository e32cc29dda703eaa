"""A city that no table holds is known from the text; what governs an organ is no part of its name."""

import pytest

from policykg.extract.names.places import Places
from policykg.extract.pipeline import build_pipeline, extract
from policykg.extract.readers import read_bytes
from policykg.extract.settings import Settings


@pytest.mark.parametrize(
    ("text", "organ", "name"),
    [
        ("临河市创新券办法\n第一条　临河市财政局负责。", "市财政局", "临河市财政局"),
        ("《安平县创新券办法》\n会同安平县科技局办理。", "县科技局", "安平县科技局"),
        ("关于宁州市预算的报告\n宁州市人民政府", "州市人民政府", "宁州市人民政府"),
        ("由无锡市财政局办理。", "市财政局", "无锡市财政局"),
        # Named once and in no table; a verb, also where it opens lines; a level word that belongs to the word behind it.
        ("由临河市财政局办理。", "市财政局", "市财政局"),
        ("支持市财政局\n支持市财政局办理", "市财政局", "市财政局"),
        ("加强市场监管\n加强市财政局和市场监管", "市财政局", "市财政局"),
        ("各县区财政局\n各县区科技局", "区财政局", "区财政局"),
    ],
)
def test_names_begin_with_their_place(text: str, organ: str, name: str) -> None:
    at = text.rindex(organ)
    assert Places(text).begin(at) == at + len(organ) - len(name)


def test_bodies_of_a_city_unheard_of_are_named_whole() -> None:
    text = "临河市科技创新券办法\n第一条　临河市财政局会同临河市科技局安排资金。\n第二条　临河市人民政府办公室督促。\n"
    nlp = build_pipeline(Settings(model=False))
    (record,) = extract(nlp, read_bytes(text.encode(), "x"))
    assert [e.text for e in record.entities if e.type == "Body"] == [
        "临河市财政局",
        "临河市科技局",
        "临河市人民政府办公室",
    ]


@pytest.mark.parametrize(
    ("text", "governing"),
    [
        ("委托无锡市财政局，支持上海市企业。", ["委托", "支持"]),
        ("由临河市财政局会同临河市科技局\n临河市办法", ["由", "会同", "同"]),
        ("委托市财政局，支持区内企业。", []),
    ],
)
def test_what_governs_a_place_begins_no_name(text: str, governing: list[str]) -> None:
    found = sorted(Places(text).governing())
    assert [next(word for word in governing if text.startswith(word, at)) for at in found] == governing


def test_a_verb_before_a_place_is_no_part_of_a_body() -> None:
    nlp = build_pipeline(Settings(model=False))
    (record,) = extract(nlp, read_bytes("第三条　委托无锡市大数据管理局办理。\n".encode(), "x"))
    assert "无锡市大数据管理局" in [e.text for e in record.entities]

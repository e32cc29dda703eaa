"""Paragraphs of hard-wrapped text come together again, every character keeps its place, and other texts stay as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policykg.extract.readers import read_bytes
from policykg.extract.readers.plain import read_plain
from policykg.extract.readers.wrapping import unwrap
from policykg.extract.records import PageBreak, ReaderText

_PARAGRAPHS = (
    "青川市潮汐能产业促进办法",
    "第一条 为了促进潮汐能产业发展，规范潮汐能示范区的建设和管理，根据有关法律法规，结合本市实际，制定本办法，自公布之日起施行。",
    "第二条 市能源局负责全市潮汐能产业的统筹规划和监督管理，区能源主管部门负责本区的具体工作，财政、科技等部门按照职责做好相关工作。",
    "第三条 市科技局设立潮汐能专项资金，支持企业、高等学校建设技术创新中心，到2030年，全市技术创新中心达到20家，示范区达到5个以上。",
    "第四条 鼓励金融机构开发适合潮汐能企业的信贷产品，对符合条件的项目给予贷款贴息，每个项目每年最高不超过100万元，期限不超过3年。",
    "第五条 本办法由市能源局负责解释，具体实施细则由市能源局会同市财政局、市科技局另行制定，报市人民政府批准后向社会公布施行。",
)


def _wrapped(width: int, *, indent: str = "") -> str:
    lines = []
    for paragraph in _PARAGRAPHS:
        whole = indent + paragraph
        lines += [whole[at : at + width] for at in range(0, len(whole), width)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("width", [22, 25, 31])
@pytest.mark.parametrize("indent", ["", "　　"])
def test_paragraphs_come_together(width: int, indent: str) -> None:
    made = read_plain(_wrapped(width, indent=indent).encode(), "a.txt")
    assert [line.strip() for line in made.text.split("\n") if line.strip()] == list(_PARAGRAPHS)


@pytest.mark.parametrize("indent", ["", "　　"])
def test_every_character_keeps_its_place(indent: str) -> None:
    printed = _wrapped(25, indent=indent)
    made = read_plain(printed.encode(), "a.txt")
    assert made.text != printed
    for (own, place), (until, _) in zip(made.origins, [*made.origins[1:], (len(made.text), 0)], strict=True):
        assert made.text[own:until] == printed[place : place + until - own]


def test_pages_are_kept() -> None:
    lines = _wrapped(25).split("\n")
    numbered = "\n".join([*lines[:6], "— 1 —", *lines[6:13], "— 2 —", *lines[13:], "— 3 —"])
    made = read_bytes(numbered.encode(), "a.txt")
    assert [line for line in made.text.split("\n") if line.strip()] == list(_PARAGRAPHS)
    assert [page.page for page in made.pages] == [1, 2, 3]
    assert made.text[made.pages[1].offset :].startswith(lines[6])


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(_PARAGRAPHS),
        "\n\n".join(_PARAGRAPHS),
        "".join(f"第{n}项：建设示范区{n}个。\n" for n in range(10, 40)),
        "".join(f"{n}．青川市第{n}中学潮汐能科普教育示范基地建设项目\n" for n in range(10, 40)),
        "".join(f"青川市第{n}中学潮汐能科普教育示范基地建设项目\n" for n in range(10, 40)),
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    made = ReaderText(source="a.txt", text=text)
    assert unwrap(made) is made


@given(st.lists(st.text(alphabet="潮汐能，。（一）a1 　", max_size=60), max_size=30), st.integers(18, 30))
def test_nothing_is_lost_but_line_ends(paragraphs: list[str], width: int) -> None:
    text = "\n".join(p[at : at + width] for p in paragraphs for at in range(0, len(p), width))
    made = unwrap(ReaderText(source="a.txt", text=text, pages=(PageBreak(offset=0, page=1),)))
    assert "".join(made.text.split()) == "".join(text.split())
    for (own, place), (until, _) in zip(made.origins, [*made.origins[1:], (len(made.text), 0)], strict=True):
        assert made.text[own:until] == text[place : place + until - own]

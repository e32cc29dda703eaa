"""PDF files: lines to paragraphs, furniture off, pages kept, faults named."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.extract.readers import DEFAULT_LIMITS, Limits, ReadError, describe_place, locate, read_bytes
from policykg.extract.structure.documents import split_documents

Maker = Callable[..., bytes]

# Body lines hold thirty characters of fourteen points from x=72 on; a paragraph's first line stands two further right.
FIRST = [
    (72, 800, "政策选编（2031年版）"),
    (170, 760, "青川市创新券管理办法"),
    (100, 730, "第一条 为了支持科技型中小企业开展创新活动本市设立创新券由"),
    (72, 710, "市科技局管理，凭创新券可以向服务机构购买研究开发服务与检测，"),
    (72, 690, "不得转让。"),
    (100, 670, "第二条 市财政局安排经费并对使用情况开展绩效评价评价结果作"),
    (280, 40, "— 1 —"),
]
SECOND = [
    (72, 800, "政策选编（2031年版）"),
    (72, 760, "为安排下一年度经费的依据。"),
    (100, 740, "第三条 服务机构由市科技局认定。"),
    (280, 40, "— 2 —"),
]
THIRD = [(72, 800, "政策选编（2031年版）"), (100, 760, "第四条 本办法自公布之日起施行。"), (280, 40, "— 3 —")]


def test_lines_are_joined_and_furniture_comes_out(make_pdf: Maker) -> None:
    made = read_bytes(make_pdf([FIRST, SECOND, THIRD]), "a.pdf")
    assert made.text == (
        "青川市创新券管理办法\n"
        "第一条 为了支持科技型中小企业开展创新活动本市设立创新券由市科技局管理，凭创新券可以向服务机构购买研究开发服务与检测，不得转让。\n"
        "第二条 市财政局安排经费并对使用情况开展绩效评价评价结果作为安排下一年度经费的依据。\n"
        "第三条 服务机构由市科技局认定。\n"
        "第四条 本办法自公布之日起施行。\n"
    )
    assert [found.page for found in made.pages] == [1, 2, 3]
    assert locate(made, made.text.index("为安排")) == (2, 2)
    assert locate(made, made.text.index("作为")) == (1, 6)
    assert describe_place(made, made.text.index("为安排")) == "page 2, line 2"


def test_pages_that_a_browser_printed(make_pdf: Maker) -> None:
    pages = [
        [
            (72, 780, "青川市科技局关于支持创新的通知"),
            (72, 760, "青科发〔2031〕3号"),
            (100, 740, "为支持企业创新，市科技局设立创新券。"),
            (72, 30, "2031/4/5 16:15 青川市科技局关于支持创新的通知_青川市政府网"),
            (72, 15, "https://www.example.invalid/a.htm 1/2"),
        ],
        [
            (100, 780, "市财政局安排经费。"),
            (72, 700, "索 引 号： 000/1 主题分类： 科技"),
            (72, 680, "发文机关： 青川市科技局 成文日期： 2031年03月04日"),
            (72, 660, "发文字号： 青科发〔2031〕3号 发布日期： 2031年03月09日"),
            (72, 30, "2031/4/5 16:15 青川市科技局关于支持创新的通知_青川市政府网"),
            (72, 15, "https://www.example.invalid/a.htm 2/2"),
        ],
    ]
    made = read_bytes(make_pdf(pages), "a.pdf")
    assert made.text.endswith("为支持企业创新，市科技局设立创新券。\n市财政局安排经费。\n")
    (document,) = split_documents(made)
    assert (document.info.number, document.info.date) == ("青科发〔2031〕3号", "2031-03-04")
    assert document.info.issuers == ("青川市科技局",)


def test_blocks_out_of_order_and_letters_set_apart(make_pdf: Maker) -> None:
    page = [
        (100, 500, "第二条 市财政局安排经费。"),
        (100, 480, "第三条 依照《 创 新 券 管 理 办 法 》 执行。"),
        (100, 700, "第一条 市科技局管理创新券。"),
    ]
    made = read_bytes(make_pdf([page]), "a.pdf")
    assert [line[:3] for line in made.text.splitlines()] == ["第一条", "第二条", "第三条"]
    assert "创新券管理办法" in made.text


def test_lines_of_a_cover_stay_apart(make_pdf: Maker) -> None:
    cover = [(227, 700, "青川市创新政策汇编"), (213, 300, "青川市科学技术委员会"), (262, 280, "二〇三一年")]
    made = read_bytes(make_pdf([cover, FIRST]), "a.pdf")
    assert made.text.startswith("青川市创新政策汇编\n青川市科学技术委员会\n二〇三一年\n")
    assert split_documents(made)[0].info.issuers == ("青川市科学技术委员会",)


def test_latin_words_meet_and_contents_go(make_pdf: Maker) -> None:
    page = [
        (72, 700, "一、总则..........................................................3"),
        (72, 600, "支持企业采用人工智能技术改造生产线并鼓励企业使用 open-source infra-"),
        (72, 580, "structure 建设平台。"),
    ]
    assert "infrastructure 建设平台。" in read_bytes(make_pdf([page]), "a.pdf").text
    assert "总则" not in read_bytes(make_pdf([page]), "a.pdf").text


def test_contents_go_over_the_page(make_pdf: Maker) -> None:
    dots = ".............................."
    entries = [(72, 700 - 20 * n, f"{n}.湖湾区创新券{dots}{n}") for n in range(1, 5)]
    first = [
        (250, 750, "目录"),
        *entries,
        (72, 600, "5.湖湾区支持企业采购首台套重大技术装备和首批次新材料的"),
    ]
    made = read_bytes(make_pdf([first, [(72, 760, f"补贴办法{dots}5"), *entries], FIRST]), "a.pdf")
    assert "湖湾区" not in made.text and "补贴办法" not in made.text and "科技型中小企业" in made.text


def test_faults_are_named(make_pdf: Maker) -> None:
    whole = make_pdf([FIRST])
    for data, limits, said in (
        (
            make_pdf([[]], image=True),
            DEFAULT_LIMITS,
            "scan without a text layer; read its page images with --ocr",
        ),
        (make_pdf([[]]), DEFAULT_LIMITS, "no text layer"),
        (
            make_pdf([[(72, 700, "Nothing here is written in the language of policy.")]]),
            DEFAULT_LIMITS,
            "no readable Chinese",
        ),
        (whole[:300], DEFAULT_LIMITS, "damaged"),
        (make_pdf([FIRST, SECOND]), Limits(pages=1), "2 pages, more than the limit of 1"),
        (whole, Limits(characters=20), "more than the limit of 20"),
    ):
        with pytest.raises(ReadError) as caught:
            read_bytes(data, "a.pdf", limits=limits)
        assert said in str(caught.value)


def test_a_password_is_asked_for_by_name() -> None:
    # The trailer of a file that was encrypted with a user password; nothing of it can be read without.
    data = (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 0 /Kids [] >>\nendobj\n"
        b"3 0 obj\n<< /Filter /Standard /V 1 /R 2 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> /P -4 >>\nendobj\n"
        b"trailer\n<< /Root 1 0 R /Size 4 /Encrypt 3 0 R /ID [<00><00>] >>\nstartxref\n0\n%%EOF\n"
    )
    with pytest.raises(ReadError, match="protected by a password"):
        read_bytes(data, "a.pdf")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_are_read_or_refused(make_pdf: Maker, data: st.DataObject) -> None:
    whole = bytearray(make_pdf([FIRST, SECOND]))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = read_bytes(bytes(whole), "a.pdf")
    except ReadError:
        return
    assert "\n\n" not in made.text
    split_documents(made)

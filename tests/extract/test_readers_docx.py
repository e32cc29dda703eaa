"""Word files: paragraphs and their numbers, tables, footnotes; what is no text stays out."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.extract.readers import Limits, ReadError, locate, read_bytes
from policykg.extract.readers.numbering import format_number

Maker = Callable[..., bytes]
Text = Callable[..., str]


def read(data: bytes) -> str:
    return read_bytes(data, "a.docx").text


def test_paragraphs_runs_and_breaks(make_docx: Maker, word_paragraph: Text) -> None:
    body = (
        word_paragraph("青川市创新券管理办法")
        + word_paragraph("")
        + "<w:p><w:r><w:t>第一条 本市</w:t></w:r><w:r><w:t xml:space='preserve'>设立创新券。</w:t><w:br/><w:t>由市科技局管理。</w:t></w:r></w:p>"
        + "<w:sdt><w:sdtContent>"
        + word_paragraph("第二条 不得转让。")
        + "</w:sdtContent></w:sdt>"
    )
    made = read_bytes(make_docx(body), "a.docx")
    assert made.text == "青川市创新券管理办法\n第一条 本市设立创新券。\n由市科技局管理。\n第二条 不得转让。\n"
    assert [locate(made, made.text.index(word))[1] for word in ("青川", "第一", "由市", "第二")] == [
        1,
        3,
        3,
        4,
    ]
    assert made.unit == "paragraph"


def test_field_codes_and_deletions_stay_out(make_docx: Maker) -> None:
    body = (
        "<w:p><w:r><w:t>依照</w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        '<w:r><w:instrText> HYPERLINK "http://example.invalid" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        "<w:hyperlink><w:r><w:t>《青川市资金办法》</w:t></w:r></w:hyperlink><w:r><w:fldChar w:fldCharType='end'/></w:r>"
        "<w:del><w:r><w:delText>不</w:delText></w:r></w:del><w:ins><w:r><w:t>应当</w:t></w:r></w:ins><w:r><w:t>安排经费。</w:t></w:r></w:p>"
    )
    assert read(make_docx(body)) == "依照《青川市资金办法》应当安排经费。\n"


def test_numbers_that_word_prints(make_docx: Maker, word_part: Text, word_paragraph: Text) -> None:
    numbering = word_part(
        "numbering",
        "<w:abstractNum w:abstractNumId='5'>"
        "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCounting'/><w:lvlText w:val='%1、'/></w:lvl>"
        "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%2.'/></w:lvl>"
        "<w:lvl w:ilvl='2'><w:start w:val='1'/><w:numFmt w:val='bullet'/><w:lvlText w:val='*'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='5'/></w:num>",
    )
    styles = word_part(
        "styles",
        "<w:style w:styleId='H'><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr></w:style>",
    )

    def numbered(level: int) -> str:
        return f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='1'/></w:numPr>"

    body = (
        word_paragraph("总体要求", "<w:pStyle w:val='H'/>")
        + word_paragraph("支持企业创新。", numbered(1))
        + word_paragraph("安排经费。", numbered(1))
        + word_paragraph("说明。", numbered(2))
        + word_paragraph("保障措施", "<w:pStyle w:val='H'/>")
        + word_paragraph("加强领导。", numbered(1))
    )
    made = read(make_docx(body, {"numbering.xml": numbering, "styles.xml": styles}))
    assert made == "一、总体要求\n1.支持企业创新。\n2.安排经费。\n说明。\n二、保障措施\n1.加强领导。\n"


@pytest.mark.parametrize(
    ("value", "format", "written"),
    [
        (10, "chineseCounting", "十"),
        (21, "chineseCountingThousand", "二十一"),
        (110, "chineseCounting", "一百一十"),
        (105, "chineseCounting", "一百零五"),
        (20, "decimalEnclosedCircleChinese", "⑳"),
        (4, "upperRoman", "IV"),
        (2, "lowerLetter", "b"),
        (3, "ideographTraditional", "丙"),
        (7, "unheardOf", "7"),
    ],
)
def test_formats_of_numbers(value: int, format: str, written: str) -> None:
    assert format_number(value, format) == written


def test_tables_row_by_row_and_footnotes_behind(
    make_docx: Maker, word_part: Text, word_paragraph: Text
) -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    body = (
        "<w:p><w:r><w:t>措施见下表。</w:t><w:footnoteReference w:id='3'/></w:r></w:p>"
        f"<w:tbl>{row('措施', '牵头部门')}{row('发放创新券。', '市科技局')}{row('说明：表内措施由各部门落实。', '')}</w:tbl>"
    )
    notes = word_part("footnotes", f"<w:footnote w:id='3'>{word_paragraph('措施每年更新。')}</w:footnote>")
    assert read(make_docx(body, {"footnotes.xml": notes})) == (
        "措施见下表。\n[3] 措施每年更新。\n措施 | 牵头部门\n发放创新券。 | 市科技局\n说明：表内措施由各部门落实。\n"
    )


def test_pages_that_word_noted(make_docx: Maker, word_paragraph: Text) -> None:
    body = (
        word_paragraph("第一条 市科技局管理创新券。")
        + "<w:p><w:r><w:t>第二条 市财政局</w:t><w:lastRenderedPageBreak/><w:t>安排经费。</w:t></w:r></w:p>"
    )
    made = read_bytes(make_docx(body), "a.docx")
    assert locate(made, made.text.index("市财政局")) == (1, 2)
    assert locate(made, made.text.index("安排")) == (2, 2)


def test_faults_are_named(make_docx: Maker, word_paragraph: Text) -> None:
    whole = make_docx(word_paragraph("市科技局管理创新券。"))
    bomb = make_docx(word_paragraph("市" * 400_000))
    entities = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><x>&b;</x>"
    import zipfile
    from io import BytesIO

    hostile = BytesIO()
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr("word/document.xml", entities)
    for data, said in (
        (whole[:200], "damaged"),
        (bomb, "unpacks to more than the limit"),
        (hostile.getvalue(), "declares entities"),
        (make_docx("<w:p>"), "damaged"),
    ):
        with pytest.raises(ReadError) as caught:
            read_bytes(data, "a.docx", limits=Limits(unpacked_bytes=100_000))
        assert said in str(caught.value)


PIECES = st.sampled_from(
    (
        "<w:p>",
        "</w:p>",
        "<w:r>",
        "</w:r>",
        "<w:t>市科技局管理创新券。</w:t>",
        "<w:tbl>",
        "</w:tbl>",
        "<w:tr>",
        "</w:tr>",
        "<w:tc>",
        "</w:tc>",
        "<w:br/>",
        "<w:numPr/>",
        "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>",
        "<w:footnoteReference/>",
        "<w:txbxContent><w:p><w:r><w:t>框。</w:t></w:r></w:p></w:txbxContent>",
        "<w:lastRenderedPageBreak/>",
    )
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.integers(0, 3), st.binary(max_size=3))
def test_any_body_is_read_or_refused(make_docx: Maker, body: str, at: int, noise: bytes) -> None:
    data = make_docx(body)
    cut = len(data) * at // 4
    try:
        made = read_bytes(data[:cut] + noise + data[cut + len(noise) :], "a.docx")
    except ReadError:
        return
    assert "HYPERLINK" not in made.text

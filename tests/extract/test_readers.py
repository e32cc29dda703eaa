"""Reading files: encodings, errors, page furniture, and the way back to the file."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.extract.readers import ReadError, locate, read_bytes, read_file
from policykg.extract.records import ReaderText

PLAIN = "青川市科技局关于印发《青川市创新券管理办法》的通知\r\n各区科技局：\r\n第一条 本市设立创新券。\r\n"

# Pages of an invented compilation as a flip-book site shows them: a word, a sentence and a paragraph cut by the page.
PAGES = (
    "青川市创新券由市科技局管理,面向科技型中小企业发放。科技型中小企业凭创新券购买研发服",
    "务,由服务机构兑付。市财政局安排经费,并对使用情况开展绩效",
    "评价。第五条 创新券不得转让。",
    "第六条 本办法由市科技局负责解释。",
)


def scraped(pages: tuple[str, ...] = PAGES, *, label: int = 11, printed: int = 7) -> str:
    """Wrap pages as such a site does."""
    head = f"政策选编\n\n发布时间:2024-1-2\n免费制作\n更多内容\n\n政策选编\n\n{pages[0][:20]}... [收起]\n[展开]\n文本内容\n"
    body = "".join(f"第{label + n}页\n\n— {printed + n} —\n\n{page}\n\n" for n, page in enumerate(pages))
    return f"{head}{body}百万用户都在这里一键上传文档\n收藏\n转发\n其他案例\nx\n{{{{item.title}}}}\n"


def read(text: str) -> ReaderText:
    return read_bytes(text.encode(), "test.txt")


def assert_maps_back(made: ReaderText, text: str) -> None:
    for offset, char in enumerate(made.text):
        assert text[locate(made, offset)[1]] == char


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_from_the_content(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "notice.dat"
    path.write_bytes(PLAIN.encode(encoding))
    made = read_file(path)
    assert made.text == PLAIN
    assert made.origins == ((0, 0),)
    assert made.source == str(path)


def test_a_damaged_end_does_not_spoil_the_text() -> None:
    made = read_bytes((PLAIN * 5).encode()[:-4], "cut.txt")
    assert made.text.startswith(PLAIN)


def office(folder: str) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"{folder}document.xml", "<x/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "the PDF is damaged"),
        (office("word/"), "no Chinese sentence"),
        (office("xl/"), "an Excel workbook (XLSX)"),
        (office("other/"), "a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "an image (PNG)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "an old Office file"),
        ("<!DOCTYPE html>\n<html><body>创新</body></html>".encode(), "no Chinese sentence"),
        (bytes(range(256)) * 9, "not a text file"),
        (b"Nothing but English here; no policy at all.", "no policy text"),
        ("免费制作\n更多内容\n收藏\n转发\n{{toast}}\n".encode(), "no policy text"),
    ],
)
def test_what_holds_no_policy_text_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(data, "out/of/place.bin")
    assert said in str(caught.value)
    assert str(caught.value).startswith("out/of/place.bin: ")
    assert "\n" not in str(caught.value)
    assert caught.value.advice


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_file(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="folder"):
        read_file(tmp_path)


def test_furniture_comes_out_and_cut_words_are_joined() -> None:
    text = scraped()
    made = read(text)
    assert made.text.strip() == (
        "青川市创新券由市科技局管理,面向科技型中小企业发放。科技型中小企业凭创新券购买研发服务,由服务机构兑付。"
        "市财政局安排经费,并对使用情况开展绩效评价。第五条 创新券不得转让。\n\n第六条 本办法由市科技局负责解释。"
    )
    assert_maps_back(made, text)


def test_pages_are_the_printed_ones() -> None:
    made = read(scraped())
    assert [found.page for found in made.pages] == [7, 8, 9, 10]
    assert locate(made, made.text.index("购买研发服"))[0] == 7
    assert locate(made, made.text.index("务,由服务机构"))[0] == 8
    assert locate(made, len(made.text))[0] == 10


def test_a_page_without_its_printed_number_keeps_the_count() -> None:
    made = read(scraped().replace("— 9 —\n\n", ""))
    assert [found.page for found in made.pages] == [7, 8, 9, 10]


def test_numbers_at_the_foot_of_pages() -> None:
    text = "".join(f"{page}\n— {n} —\n" for n, page in enumerate(PAGES, 1))
    made = read(text)
    assert "—" not in made.text
    assert [found.page for found in made.pages][:4] == [1, 2, 3, 4]
    assert locate(made, made.text.index("第六条"))[0] == 4
    assert_maps_back(made, text)


def test_a_heading_before_a_page_break_is_not_joined() -> None:
    made = read(scraped(("国家鼓励企业创新。\n\n第二章 经费管理", "市财政局安排经费。", "各区执行本办法。")))
    assert "第二章 经费管理\n\n市财政局" in made.text


def test_running_heads_come_out() -> None:
    pages = tuple(f"政策汇编（2024年版）\n{page}" for page in PAGES)
    assert "政策汇编" not in read(scraped(pages)).text


@pytest.mark.parametrize(
    "text",
    [
        "第一条 国家鼓励创新。\n\n\n— 1 —\n",
        "表一\n1\n企业\n2\n高校\n3\n院所\n4\n机构\n第一条 国家鼓励创新。\n",
        "[ 打印 ]\n收藏\n第一条 国家鼓励创新。\n扫一扫在手机打开当前页\n",
        "第一条 {{不是模板}}国家鼓励企业开展科技创新活动并给予支持。\n",
        "\ufeff第一条 国家鼓励创新。\n  \n",
    ],
)
def test_what_only_resembles_furniture_stays(text: str) -> None:
    made = read(text)
    assert made.text == text.removeprefix("\ufeff")
    assert made.origins == ((0, 0),)


def test_locate_refuses_places_outside_the_text() -> None:
    made = read(PLAIN)
    assert locate(made, len(made.text)) == (None, len(made.text))
    with pytest.raises(ValueError, match="outside"):
        locate(made, len(made.text) + 1)


SENTENCES = st.text(alphabet="国家支持企业创新,、()12—-“” \t第条章", min_size=1, max_size=30).map(
    lambda s: s + "国家支持企业。"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_a_text_without_furniture_is_unchanged(sentences: list[str], ending: str) -> None:
    text = ending.join(sentences)
    made = read(text)
    assert made.text == text
    assert made.origins == ((0, 0),)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(SENTENCES, min_size=1, max_size=3).map("\n\n".join), min_size=2, max_size=6),
    st.integers(1, 900),
)
def test_every_character_maps_back(pages: list[str], first: int) -> None:
    text = scraped(tuple(pages), label=first, printed=first + 3)
    made = read(text)
    assert_maps_back(made, text)
    assert [found.offset for found in made.pages] == sorted({found.offset for found in made.pages})


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        made = read_bytes(data, "any")
    except ReadError:
        return
    assert made.text


def test_gold_texts_are_read_as_they_are(shared: Path) -> None:
    for path in sorted((shared / "gold").glob("*/*.txt")):
        made = read_file(path)
        assert made.text == path.read_bytes().decode("utf-8-sig"), path.name
        assert made.origins == ((0, 0),)


def test_the_scraped_compilation(shared: Path) -> None:
    path = next((shared / "seeds").glob("*.txt"))
    text = path.read_text(encoding="utf-8")
    made = read_file(path)
    assert [found.page for found in made.pages] == list(range(96, 146))
    assert not any(word in made.text for word in ("{{", "[收起]", "云展网", "免费制作", "第101页", "— 97 —"))
    assert_maps_back(made, text)

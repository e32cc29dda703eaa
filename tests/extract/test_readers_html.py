"""Web pages: the article alone, the page's table as data, nothing run or fetched."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.extract.readers import ReadError, locate, read_bytes
from policykg.extract.records import DocumentInfo, ReaderText
from policykg.extract.structure.documents import split_documents

TABLE = """
<table><tr><td><b>索 引 号：</b></td><td>000/2031-1</td><td>主题分类：</td><td>科技</td></tr>
<tr><td>发文机关：</td><td>青川市人民政府</td><td>成文日期：</td><td>2031年02月03日</td></tr>
<tr><td>标　　题：</td><td colspan="3">青川市创新券管理办法</td></tr>
<tr><td>发文字号：</td><td>青府发〔2031〕2号</td><td>发布日期：</td><td>2031年02月09日</td></tr></table>
"""
BODY = """
<p style="text-align:center"><b>青川市创新券
   管理办法</b></p>
<p>　　第一条 为了支持企业创新，本市设立创新券，由市科技局<span>管理</span>。</p>
<p>　　第二条 市财政局安排经费；<br>具体按照<a href="http://example.invalid/a">《青川市资金办法》</a>执行。</p>
<table><tr><th>序号</th><th>措施</th><th>牵头部门</th></tr><tr><td>1</td><td>发放创新券。</td><td><p>市科技局、</p><p>市财政局</p></td></tr></table>
"""
PAGE = f"""<!DOCTYPE html><html><head><meta charset="{{charset}}"><title>青川市创新券管理办法-青川市人民政府网站</title>
<script>document.write("第九条 脚本不是正文，任何人不得执行。")</script><style>p {{{{color: red}}}}</style></head><body>
<nav><a href="/">首页</a></nav>
<div class="menu"><ul><li><a href="/a">政务公开</a></li><li><a href="/b">政策法规</a></li></ul></div>
<div>您当前的位置：<a href="/">首页</a> &gt; <a href="/c">政策</a></div>
{TABLE}
<div class="wrap"><div class="text">{BODY}</div><div>【打印】 【关闭】</div></div>
<div class="footer"><p>版权所有：青川市人民政府。建议使用IE9以上浏览器访问本网站。</p><a href="/d">网站地图</a></div></body></html>"""


def read(page: str, charset: str = "utf-8") -> ReaderText:
    return read_bytes(page.format(charset=charset).encode(charset), "page.html")


def test_the_article_alone_is_read() -> None:
    assert read(PAGE).text == (
        "青川市创新券管理办法\n第一条 为了支持企业创新，本市设立创新券，由市科技局管理。\n第二条 市财政局安排经费；\n"
        "具体按照《青川市资金办法》执行。\n序号 | 措施 | 牵头部门\n1 | 发放创新券。 | 市科技局、 市财政局\n"
    )


def test_the_table_of_the_page_is_document_data() -> None:
    made = read(PAGE)
    assert dict(made.metadata) == {
        "format": "html",
        "encoding": "utf-8",
        "issuer": "青川市人民政府",
        "signed": "2031年02月03日",
        "title": "青川市创新券管理办法",
        "number": "青府发〔2031〕2号",
        "published": "2031年02月09日",
    }
    (document,) = split_documents(made)
    assert document.info == DocumentInfo(
        title="青川市创新券管理办法",
        number="青府发〔2031〕2号",
        issuers=("青川市人民政府",),
        date="2031-02-03",
        kind="办法",
        locality="青川市",
    )


def test_places_are_paragraphs_of_the_page() -> None:
    made = read(PAGE)
    first, second = (locate(made, made.text.index(word))[1] for word in ("第一条", "第二条"))
    assert (made.unit, second - first) == ("paragraph", 1)


@pytest.mark.parametrize("charset", ["gb2312", "gb18030", "big5", "utf-8"])
def test_the_page_says_its_encoding(charset: str) -> None:
    page = PAGE.replace("经费", "資金") if charset == "big5" else PAGE
    kept = "".join(c for c in page if c.encode(charset, "ignore") or c == "\n")
    assert "市" in read_bytes(kept.format(charset=charset).encode(charset, "ignore"), "p").text


def test_a_title_outside_the_article_is_put_before_it() -> None:
    page = "<html><body><h1>青川市资金管理办法</h1><div><p>作者：某某</p></div><div><p>第一条 市财政局安排经费支持企业。</p></div></body></html>"
    assert read(page).text == "青川市资金管理办法\n第一条 市财政局安排经费支持企业。\n"


def test_a_piece_of_a_page_is_told_from_markdown() -> None:
    piece = "<div><p>第一条 市科技局管理创新券。</p><p>第二条 不得转让。</p></div><br>"
    assert read_bytes(piece.encode(), "p").text == "第一条 市科技局管理创新券。\n第二条 不得转让。\n"
    markdown = (
        "<div align=center>\n\n# 青川市创新券管理办法\n\n</div>\n\n**第一条** 市科技局<br>管理创新券。\n"
    )
    assert read_bytes(markdown.encode(), "m").text == markdown


def test_nothing_is_fetched_and_entities_stay_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a reader opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    page = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><head>'
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><script src="http://127.0.0.1:9/x.js"></script></head>'
        '<body><iframe src="http://127.0.0.1:9/"></iframe><p>第一条 市科技局管理创新券。&e;</p></body></html>'
    )
    assert read_bytes(page.encode(), "p").text.startswith("第一条 市科技局管理创新券。")
    assert "root:" not in read_bytes(page.encode(), "p").text


def test_elements_nested_beyond_reason_are_refused() -> None:
    with pytest.raises(ReadError, match="nested"):
        read("<html><body>" + "<div>" * 5000 + "<p>市科技局管理创新券。</p></body></html>")


@pytest.mark.parametrize(
    "filler",
    [
        "\u3000" * 200_000,
        " " * 200_000,
        "\n " * 100_000,
        "<b>x</b>" * 5_000,
        "<a href=x>x</a>" * 5_000,
        "&nbsp;" * 50_000,
    ],
)
def test_hostile_pages_take_no_time(filler: str) -> None:
    made = read(f"<html><body><p>第一条 市{filler}级科技局管理创新券。</p></body></html>")
    assert made.text.rstrip().endswith("级科技局管理创新券。")


TAGS = st.sampled_from(
    (
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "</td>",
        "</tr>",
        "<br>",
        "<a href=x>",
        "</a>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<li>",
        "<head>",
        "</head>",
        "<body>",
        "<![CDATA[",
        "&#0;",
        "&#xd800;",
        "\x00",
        "市科技局管理创新券，并向企业发放。",
        "发文字号：青府发〔2031〕2号",
        "成文日期：",
        "第一条 ",
        "首页",
        " \n ",
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(TAGS, max_size=40).map("".join))
def test_any_markup_is_read_or_refused(markup: str) -> None:
    try:
        made = read_bytes(f"<html>{markup}".encode("utf-8", "surrogatepass"), "any")
    except ReadError:
        return
    assert "<" not in made.text
    for offset in (0, len(made.text) - 1):
        assert locate(made, offset)[1] >= 1
    split_documents(made)

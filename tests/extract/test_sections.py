"""Chapters, articles, headings, items, boxes and annexes."""

import pytest

from policykg.extract.records import PageBreak
from policykg.extract.structure.entries import find_entries
from policykg.extract.structure.sections import find_sections


def outline(text: str, title: str = "") -> list[str]:
    """List sections as "depth kind number heading"."""
    sections = find_sections(text, 0, len(text), title=title)
    rows = []
    for section in sections:
        depth, parent = 0, section.parent
        while parent is not None:
            depth, parent = depth + 1, sections[parent].parent
        rows.append(f"{depth} {section.kind} {section.number} {section.heading}".rstrip())
    return rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "第一章 总 则\n第一条 为了创新，制定本办法。第二条 企业应当：\n（一）守法；\n（二）诚信。\n第二章 管理第三条 市科技局负责管理。",
            [
                "0 chapter 第一章 总则",
                "1 article 第一条",
                "1 article 第二条",
                "2 item （一）",
                "2 item （二）",
                "0 chapter 第二章 管理",
                "1 article 第三条",
            ],
        ),
        (
            "第一条 依照第三条规定办理。第三条规定的事项除外。\n第二条所称企业是指中小企业。\n第二条 照此办理。",
            ["0 article 第一条", "0 article 第二条"],
        ),
        (
            "第一条【目的】为了创新。\n第一条之一 补充规定。\n",
            ["0 article 第一条 目的", "0 article 第一条之一"],
        ),
        (
            "工作十分重要。一、形势\n(一)基础。规模扩大。1. 企业增多,活力增强。企业达到10家。2. 园区发展。园区有5个。(二)挑战。\n竞争加剧。二、任务\n略去细节。",
            [
                "0 heading 一、 形势",
                "1 heading (一) 基础",
                "2 item 1. 企业增多,活力增强",
                "2 item 2. 园区发展",
                "1 heading (二) 挑战",
                "0 heading 二、 任务",
            ],
        ),
        (
            "（一）加强培育。\n支持企业。专栏 2 企业培育行动推进企业成长,实施企业培育行动。\n（二）加强服务。\n建设平台。",
            ["0 heading （一） 加强培育", "1 column 专栏 2 企业培育行动", "0 heading （二） 加强服务"],
        ),
        (
            "（一）扩大储备。\n专栏3 储备重点\n1．粮食。保障供应。\n2．药品。保障供应。\n（二）加强管理。\n做好管理。",
            [
                "0 heading （一） 扩大储备",
                "1 column 专栏3 储备重点",
                "2 item 1． 粮食",
                "2 item 2． 药品",
                "0 heading （二） 加强管理",
            ],
        ),
        (
            "二、目标\n——规模扩大。产值达到100亿元。\n--质量提升。\n明显提升。",
            ["0 heading 二、 目标", "1 item —— 规模扩大", "1 item -- 质量提升"],
        ),
        (
            "一、渔港\n序号 | 举措 | 内容\n1 | 修缮码头 | 市渔业局负责修缮。\n2 | 疏浚航道 | 三年完成。\n二、灯塔\n3 | 更换灯具 | 照办。\n9月 | 雨",
            [
                "0 heading 一、 渔港",
                "1 item 1 修缮码头",
                "1 item 2 疏浚航道",
                "0 heading 二、 灯塔",
                "1 item 3 更换灯具",
            ],
        ),
        ("2 | 3\n8 | 9", []),
        ("总量2. 5倍，达到3.5亿元，见第2.1节。一、二、三等奖各1项。", []),
        (
            "规模扩大。四、保障\n(一)加强领导。\n强化责任。",
            ["0 heading 四、 保障", "1 heading (一) 加强领导"],
        ),
        (
            "# 某市办法\n## 政策全文\n### 第一章 总则\n**第一条** 照办。\n## 解读\n说明。",
            ["0 chapter 第一章 总则", "1 article 第一条", "0 heading  解读"],
        ),
        (
            "## 一、目标\n### 规模\n企业增多。\n### 质量\n质量提升。\n## 二、任务\n照办。",
            ["0 heading 一、 目标", "1 heading  规模", "1 heading  质量", "0 heading 二、 任务"],
        ),
        (
            "目 录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 照办。\n第二章 附则\n第二条 施行。",
            ["0 chapter 第一章 总则", "1 article 第一条", "0 chapter 第二章 附则", "1 article 第二条"],
        ),
        (
            "一、任务\n照办。\n附件：1.目录\n附件1\n某目录\n一、企业\n名单。",
            ["0 heading 一、 任务", "0 annex 附件1 某目录", "1 heading 一、 企业"],
        ),
        (
            "一、任务\n按照《湖湾条例》\n第十一条在园区内建房的规定办理。\n二、保障\n落实。",
            ["0 heading 一、 任务", "0 heading 二、 保障"],
        ),
        (
            "一、任务\n依照湖湾条例\n第十一条 建房的规定办理。\n二、保障\n落实。",
            ["0 heading 一、 任务", "0 heading 二、 保障"],
        ),
        ("第三十条 甲方照办。", ["0 article 第三十条"]),
        ("第三条甲方照办。\n第五条乙方照办。", ["0 article 第三条", "0 article 第五条"]),
        (
            "---\ntitle: x\n---\n——2031年1月2日在会议上\n各位代表。\n一、回顾\n进展顺利。",
            ["0 heading 一、 回顾"],
        ),
    ],
)
def test_outlines(text: str, rows: list[str]) -> None:
    assert outline(text) == rows


COMPILATION = """湖湾政策汇编
一、企业篇
1. 创新券
湖湾创新券
发文机构 湖湾区科技局
发文字号 湖科发〔2031〕5号
支持内容
1．兑付标准
（1）每张创新券最高可以兑付一万元。
2．年度上限。
申报条件
企业应当满足以下条件：
1．在湖湾区注册的企业。
2. 设备贴息
文号：无
支持内容
1．对购置设备的企业按照贷款利息给予补助。
申报条件
一、企业应当守法经营并且按时报送数据。
二、园区篇
（一）载体
1.园区奖励
发文字号 湖科发〔2031〕3号
支持内容
按照年度评价结果对园区给予奖励。
申报条件
园区应当在湖湾区登记并且已经开园。
"""


def test_entries_of_a_compilation_hold_their_own_numbers() -> None:
    assert outline(COMPILATION) == [
        "0 heading 一、 企业篇",
        "1 item 1. 创新券",
        "2 heading  支持内容",
        "3 item 1． 兑付标准",
        "4 item （1）",
        "3 item 2．",
        "2 heading  申报条件",
        "3 item 1．",
        "1 item 2. 设备贴息",
        "2 heading  支持内容",
        "3 item 1．",
        "2 heading  申报条件",
        "3 heading 一、 企业应当守法经营并且按时报送数据",
        "0 heading 二、 园区篇",
        "1 heading （一） 载体",
        "2 item 1. 园区奖励",
        "3 heading  支持内容",
        "3 heading  申报条件",
    ]


def test_two_tables_of_data_make_no_compilation() -> None:
    text = COMPILATION[: COMPILATION.index("二、园区篇")]
    assert find_entries(text, 0, len(text)) == ()
    assert "1 item 1． 兑付标准" in outline(text)
    listed = "".join(f"{n}. 湖湾办法\n文号 湖科发〔2031〕{n}号\n" for n in range(1, 9))
    assert find_entries(listed, 0, len(listed)) == ()


def test_the_document_itself_is_no_annex() -> None:
    text = "附件\n某市行动计划\n（2031-2033年）\n一、目标\n规模扩大。"
    assert outline(text, "某市行动计划（2031-2033年）") == ["0 heading 一、 目标"]


def test_sections_carry_their_page_and_reach_to_the_next() -> None:
    text = "第一条 甲。\n第二条 乙。\n"
    first, second = find_sections(
        text, 0, len(text), [PageBreak(offset=0, page=7), PageBreak(offset=7, page=8)]
    )
    assert (text[first.start : first.end], first.page) == ("第一条 甲。", 7)
    assert (text[second.start : second.end], second.page) == ("第二条 乙。", 8)
    assert find_sections(text, 0, len(text))[0].page is None


def test_only_the_span_is_read() -> None:
    text = "第一条 甲。\n第二条 乙。\n第三条 丙。"
    assert [s.number for s in find_sections(text, 7, 14)] == ["第二条"]

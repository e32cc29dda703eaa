"""Chapters, articles, headings, items, boxes and annexes."""

import pytest

from policykg.extract.records import PageBreak
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
        ("第三条甲方照办。\n第五条乙方照办。", ["0 article 第三条", "0 article 第五条"]),
        (
            "---\ntitle: x\n---\n——2031年1月2日在会议上\n各位代表。\n一、回顾\n进展顺利。",
            ["0 heading 一、 回顾"],
        ),
    ],
)
def test_outlines(text: str, rows: list[str]) -> None:
    assert outline(text) == rows


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

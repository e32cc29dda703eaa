"""Damage to files and texts, as transfers, converters and malice do it; the same seed gives the same damage."""

import random
import zipfile
from io import BytesIO

#: Pieces that parsers stumble over.
PIECES = [
    b"<table>", b"<tr>", b"<td>", b"</td>", b"<div>" * 300, b"&#x0;", b"&#xffff;", b"<!DOCTYPE", b"<![CDATA[", b"]]>",
    b"<script>", b"<!--", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"endobj", b"stream", b"/Length 99999999",
    b"/Count -1", b"/Kids [2 0 R]", b"xref", b"%%EOF", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"w:tbl", b"w:p", b"w:numId",
    "《".encode() * 50, "第一条".encode(), "〔2031〕1号".encode(), "2031年1月1日".encode(), "（一）".encode() * 30, b"1" * 500,
    b"\n" * 500, b" " * 5000, "，".encode() * 500, "发文字号：".encode() * 20, b"- 1 -\n", "联系人：".encode(), b"| " * 300,
]  # fmt: skip
#: Pieces that rules about policy texts stumble over, markup and queries among them.
WORDS = [
    "第", "条", "《", "》", "“", "”", "（", "）", "、", "，", "。", "；", "：", "\n", "\n\n", "\u3000", "\u200b", "\ufeff", "\x00", "\u2028",
    "第九百九十九条　", "一、", "（一）", "1.", "第一章　总则\n", "附件：", "由", "会同", "负责", "支持", "鼓励", "不得", "可以", "应当",
    "以下简称", "（以下简称“本办法”）", "以上", "不超过", "百分之", "%", "万亿元", "2035年", "十五五", "－", "９９９", "1e999", "-0", "½", "亿" * 40,
    "科技部", "市政府", "各区", "有关部门", "引导基金", "示范区", "管理办法", "〔2031〕1号", "〔" * 30, "》《" * 40, "的" * 200, "制度" * 100,
    "<script>alert(1)</script>", "\"'`><&", "} DROP ALL ;", "?s ?p ?o", "../../x", "%2e%2e", "{{7*7}}", "=1+1", "\\", "𠮷", "e\u0301", "🏛",
]  # fmt: skip
_MOST = 4_000_000


def mutate(data: bytes, others: list[bytes], choose: random.Random) -> bytes:
    """Damage a file in some random places: what stands in an archive, the characters of a text, or plain bytes."""
    if data.startswith(b"PK") and choose.random() < 0.8:
        return repack(data, others, choose)
    if choose.random() < 0.7:
        try:
            return mutate_text(data.decode(), others, choose).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            pass
    return mutate_bytes(data, others, choose)


def excerpt(data: bytes, choose: random.Random, *, characters: int) -> bytes:
    """Take a part of a text, so that many can be tried; what is no text stays whole."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    start = choose.randrange(max(1, len(text) - characters)) if choose.random() < 0.5 else 0
    return text[start : start + characters].encode()


def mutate_bytes(data: bytes, others: list[bytes], choose: random.Random) -> bytes:
    """Damage some bytes."""
    made = bytearray(data)
    for _ in range(choose.choice((1, 1, 2, 4, 8, 32))):
        at = choose.randrange(len(made) + 1)
        act = choose.randrange(7)
        if act == 0 and made:
            made[min(at, len(made) - 1)] = choose.randrange(256)
        elif act == 1:
            made[at:at] = choose.choice(PIECES)
        elif act == 2:
            del made[at : at + choose.choice((1, 4, 64, 4096))]
        elif act == 3:
            made[at:at] = made[at : at + choose.choice((8, 256, 8192))] * choose.choice((1, 2, 16))
        elif act == 4:
            other = choose.choice(others)
            start = choose.randrange(len(other) + 1)
            made[at : at + choose.choice((0, 64))] = other[start : start + choose.choice((16, 512, 8192))]
        elif act == 5:
            del made[at:]
        else:
            made[at : at + 4] = choose.randbytes(4)
        if len(made) > _MOST:
            del made[_MOST:]
    return bytes(made)


def mutate_text(text: str, others: list[bytes], choose: random.Random) -> str:
    """Damage some characters, so that the text stays one and reaches the rules behind the readers."""
    for _ in range(choose.choice((1, 2, 4, 16, 64))):
        at = choose.randrange(len(text) + 1)
        act = choose.randrange(8)
        if act <= 1:
            text = text[:at] + choose.choice(WORDS) * choose.choice((1, 1, 3)) + text[at:]
        elif act == 2:
            text = text[:at] + text[at + choose.choice((1, 2, 10, 500)) :]
        elif act == 3:
            piece = text[at : at + choose.choice((3, 30, 300))]
            text = text[:at] + piece * choose.choice((2, 20, 200)) + text[at:]
        elif act == 4:
            other = choose.choice(others).decode(errors="ignore")
            start = choose.randrange(len(other) + 1)
            text = text[:at] + other[start : start + choose.choice((10, 200, 4000))] + text[at:]
        elif act == 5:
            gone = choose.choice(("\n", "。", "，", "、", "第", "，。；：、\n "))
            text = (
                text[:at]
                + text[at : at + 20_000].translate({ord(c): None for c in gone})
                + text[at + 20_000 :]
            )
        elif act == 6:
            start = choose.randrange(len(text) + 1)
            text = text[min(at, start) :] + text[: min(at, start)]
        else:
            text = (
                text[:at]
                + chr(choose.choice((choose.randrange(0x3000, 0x9FFF), choose.randrange(0x10FFFF))))
                + text[at:]
            )
        text = text[: _MOST // 4]
    return text


def repack(data: bytes, others: list[bytes], choose: random.Random) -> bytes:
    """Damage what is inside an archive and pack it anew."""
    made = BytesIO()
    try:
        with (
            zipfile.ZipFile(BytesIO(data)) as archive,
            zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            for info in archive.infolist():
                content = archive.read(info)
                broken = content and info.filename.endswith(".xml") and choose.random() < 0.6
                out.writestr(info.filename, mutate_bytes(content, others, choose) if broken else content)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        return data
    return made.getvalue()

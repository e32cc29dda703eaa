"""Print the same annotated texts in other forms, and measure what the form costs.

    python tests/campaigns/variants.py GOLD_FOLDER [--form NAME …] [--against own] [--by-text ROW] [--changes N]

Each text is written again as other sources have it: other widths, Markdown, a web page, hard-wrapped lines with page
numbers, lines run together, another encoding, a Word file. It is read and extracted like any file; what is found is
carried back to the offsets of the annotated text by aligning the two texts' characters, and scored as `policykg evaluate`
does. The first row is the text as it is; what counts is how far the others fall behind it. `--against own` scores
against what the program finds in the text as it is, so that every change of a reading counts; `--changes` lists them.
"""

import argparse
import html
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Indel

from policykg.extract.interchange import to_dict
from policykg.extract.pipeline import build_pipeline, extract
from policykg.extract.quality.evaluate import ROWS, Json, Table, compare, fold, merge, read_gold, total
from policykg.extract.readers import read_bytes
from policykg.extract.records import ReaderText
from policykg.extract.settings import Settings

_WIDE, _NARROW = "，；：！？（）％", ",;:!?()%"
_NUMBERED = re.compile(
    r"\s*(?:(?P<top>第[一二三四五六七八九十百]+[编章]|[一二三四五六七八九十]{1,3}、)|第[一二三四五六七八九十百]+节"
    r"|第[一二三四五六七八九十百]+条|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、]|[①-⑳]|——|专栏|附件)"
)
_CLOSED = re.compile(r"[。；：！？;:]\s*$")
_SHORT = 40
_LINE = 35
_PAGE = 30
#: What makes a measure, and what is asked of a document.
MEASURE = ("kind", "indicator", "comparator", "value", "unit", "date")
DOCUMENT = ("title", "number", "issuers", "date", "kind")


def narrow(text: str) -> bytes:
    """Half-width punctuation."""
    return text.translate(str.maketrans(_WIDE, _NARROW)).encode()


def wide(text: str) -> bytes:
    """Full-width punctuation, but for what stands within Latin words, figures and addresses."""
    return re.sub(
        r"[!-~]{24,}|(?<![A-Za-z0-9])[,;:!?()%]|(?<=[0-9])[%()]",
        lambda found: found[0] if len(found[0]) > 1 else _WIDE[_NARROW.index(found[0])],
        text,
    ).encode()


def wide_digits(text: str) -> bytes:
    """Full-width digits and letters, but for those of addresses."""
    return re.sub(
        r"[!-~]{24,}|[A-Za-z0-9]",
        lambda found: found[0] if len(found[0]) > 1 else chr(ord(found[0]) + 0xFEE0),
        text,
    ).encode()


def spaced(text: str) -> bytes:
    """White space where typists put it: behind numbers of divisions, around digits, two wide blanks before paragraphs."""
    text = re.sub(r"^(第[一二三四五六七八九十百]+[章节条])[ 　]*", "\\1　", text, flags=re.MULTILINE)
    text = re.sub(r"^([一二三四五六七八九十]+)、", r"\1 、", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=[\d%])(?=[\u4e00-\u9fff])", " ", text)
    return "\n".join(f"　　{line}" if line.strip() else line for line in text.split("\n")).encode()


def markdown(text: str) -> bytes:
    """Markdown: headings with hashes or in bold, list marks, a blank line between paragraphs."""
    made: list[str] = []
    titled = False
    for line in filter(None, map(str.strip, text.split("\n"))):
        found = _NUMBERED.match(line)
        short = len(line) <= _SHORT and not _CLOSED.search(line)
        if found and found["top"] and short:
            line = f"## {line}"
        elif found and short:
            line = f"**{line}**"
        elif found and line.startswith(("——", "①", "（1）")):
            line = f"- {line}"
        elif found and (stop := line.find("。")) in range(4, _SHORT) and not line.startswith("第"):
            line = f"**{line[: stop + 1]}**{line[stop + 1 :]}"
        elif short and not titled and not found and len(line) > 8 and line[-1] in "法例划案见定施知则要":
            line, titled = f"# {line}", True
        made.append(line)
    return "\n\n".join(made).encode()


def page(text: str) -> bytes:
    """A government's web page: navigation, the way to the page, paragraphs indented with blanks, a footer."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    body = "\n".join(
        f'<p style="text-indent:2em">&nbsp;&nbsp;&nbsp;&nbsp;<span>{html.escape(line)}</span></p>'
        if len(line) > _SHORT
        else f'<p align="center"><strong>{html.escape(line)}</strong></p>'
        for line in lines
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>政策文件_青川市人民政府</title></head><body>'
        '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li><li><a href="/hd">互动交流</a></li></ul></div>'
        '<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zc">政策文件</a></div>'
        f'<div id="main"><div class="content">{body}</div></div>'
        '<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a></div>'
        '<div class="footer"><p>主办：青川市人民政府办公室　网站标识码：0000000000</p><p>版权所有 青川市人民政府 备案号：青ICP备00000000号</p></div>'
        "</body></html>"
    ).encode()


def wrapped(text: str, *, numbers: bool = True) -> bytes:
    """Lines of 35 characters, as text taken from a PDF has them, with a page number after every 30 lines."""
    lines = [line[at : at + _LINE] for line in text.split("\n") for at in range(0, max(1, len(line)), _LINE)]
    made: list[str] = []
    for n, line in enumerate(lines, start=1):
        made.append(line)
        if numbers and n % _PAGE == 0:
            made.append(f"— {n // _PAGE} —")
    return "\n".join(made).encode()


def unnumbered(text: str) -> bytes:
    """Lines of 35 characters without page numbers, paragraphs indented by two wide blanks."""
    lines = (f"　　{line}" if len(line) > _SHORT else line for line in text.split("\n"))
    return wrapped("\n".join(lines), numbers=False)


def joined(text: str) -> bytes:
    """No line ends within a division: each runs on in one line up to the next chapter or heading."""
    made: list[str] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        found = _NUMBERED.match(line)
        goes_on = made and len(made[-1]) > 2 * _SHORT and len(line) > _SHORT
        if goes_on and not (found and found["top"]):
            made[-1] += line
        else:
            made.append(line)
    return "\n".join(made).encode()


def legacy(text: str) -> bytes:
    """GB18030 with a byte order mark and CRLF."""
    return ("\ufeff" + text.replace("\n", "\r\n")).encode("gb18030")


def word(text: str) -> bytes:
    """A Word file of the text's lines as paragraphs, each in two runs."""
    runs = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>".format
    paragraphs = "".join(
        f"<w:p>{runs(html.escape(line[:5]))}{runs(html.escape(line[5:]))}</w:p>" for line in text.split("\n")
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>'
        )
    return packed.getvalue()


FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "narrow": narrow,
    "wide": wide,
    "wide digits": wide_digits,
    "spaced": spaced,
    "markdown": markdown,
    "page": page,
    "wrapped": wrapped,
    "unnumbered": unnumbered,
    "joined": joined,
    "legacy": legacy,
    "word": word,
}


def carried_back(records: Json, made: ReaderText, text: str) -> Json:
    """Give findings the offsets of the annotated text; what stands only in the other form goes to the place before it."""
    places, signs = _signs(text)
    others, other_signs = _signs(made.text)
    at = [-1] * (len(made.text) + 1)
    for block in Indel.editops(signs, other_signs).as_matching_blocks():
        for step in range(block.size):
            at[others[block.b + step]] = places[block.a + step]
    for n in range(1, len(at)):
        at[n] = at[n] if at[n] >= 0 else at[n - 1]

    def moved(item: dict[str, Any]) -> dict[str, Any]:
        return item | {"start": max(0, at[item["start"]]), "end": at[item["end"] - 1] + 1}

    return {
        **records,
        **{key: list(map(moved, records[key])) for key in ("entities", "relations", "measures")},
    }


def _signs(text: str) -> tuple[list[int], str]:
    """Return a text's signs without white space, in one width, and where each stands."""
    kept = [(n, unicodedata.normalize("NFKC", char)[:1]) for n, char in enumerate(text) if not char.isspace()]
    return [n for n, _ in kept], "".join(sign or " " for _, sign in kept)


def changes(own: Json, other: Json, text: str) -> Iterator[str]:
    """Describe what only one of two readings has."""

    def signs(records: Json) -> set[tuple[int, str]]:
        found = {(-1, f"{key}: {records['doc'][key]}") for key in DOCUMENT}
        for e in records["entities"]:
            found.add((e["start"], f"{e['type']} {text[e['start'] : e['end']]!r} {fold(e['canonical'])}"))
        for r in records["relations"]:
            found.add(
                (r["start"], fold(f"{r['subject']} > {r['predicate']} > {r['object']}") + " " + r["modality"])
            )
        for m in records["measures"]:
            found.add((m["start"], fold(" ".join(str(m[key]) for key in MEASURE))))
        return found

    for at, sign in sorted(signs(own) ^ signs(other)):
        yield f"{'-' if (at, sign) in signs(own) else '+'} {at} {sign}"


def _as_gold(records: Json) -> Json:
    return {**records, "doc": {key: records["doc"][key] for key in DOCUMENT}}


def say(*lines: str) -> None:
    """Print lines at once."""
    sys.stdout.writelines(line + "\n" for line in lines)
    sys.stdout.flush()


def row(name: str, table: Table, first: Table | None) -> str:
    """Format a row: F1 of each measure, and how far it is from the first row's, both in points."""
    cells = []
    for measure in ROWS:
        score = 100 * table[measure].f1
        cells.append(f"{score:5.1f}" + (f" {score - 100 * first[measure].f1:+5.1f}" if first else "      "))
    return f"{name:12}" + "  ".join(cells)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--form", choices=FORMS, action="append", default=[])
    parser.add_argument("--against", choices=("gold", "own"), default="gold")
    parser.add_argument(
        "--by-text", metavar="ROW", choices=ROWS, help="also the texts that fall most in a measure"
    )
    parser.add_argument("--changes", type=int, default=0, metavar="N", help="list so many changes a text")
    parser.add_argument("--no-model", action="store_true")
    options = parser.parse_args(arguments)
    nlp = build_pipeline(Settings(model=not options.no_model))
    files = read_gold(options.folder)
    texts = {file.name: file.text.read_bytes().decode() for file in files}
    own: dict[str, Json] = {}
    base: dict[str, Table] = {}
    say(" " * 14 + "  ".join(f"{name:11}" for name in ROWS))
    for form in [
        "as it is",
        *(name for name in FORMS if name in (options.form or FORMS) and name != "as it is"),
    ]:
        tables: dict[str, Table] = {}
        listed: list[str] = []
        for file in files:
            text = texts[file.name]
            made = read_bytes(FORMS[form](text), f"{file.name} {form}")
            found = carried_back(merge(map(to_dict, extract(nlp, made))), made, text)
            if form == "as it is":
                own[file.name] = found
            gold = file.gold if options.against == "gold" else _as_gold(own[file.name])
            tables[file.name] = compare(gold, found)
            if form != "as it is" and options.changes:
                listed += [
                    f"  {file.name} {line}"
                    for line in [*changes(own[file.name], found, text)][: options.changes]
                ]
        base = base or tables
        first = total(base.values()) if form != "as it is" else None
        say(row(form, total(tables.values()), first))
        if first and options.by_text:
            fall = {n: tables[n][options.by_text].f1 - base[n][options.by_text].f1 for n in tables}
            say(*(f"  {fall[n]:+.3f} {n}" for n in sorted(fall, key=fall.__getitem__)[:6]))
        say(*listed)


if __name__ == "__main__":
    main()

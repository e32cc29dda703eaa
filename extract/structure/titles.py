"""Titles: what a line must look like to be one, the genre it ends in, and the text that a notice carries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from policykg.extract.normalise import squeeze
from policykg.extract.structure.issuers import split_issuers
from policykg.extract.structure.wording import any_of, structure_words

_MARKS = re.compile(r"[\s　>]*(?:#{1,6}[ \t]+|[-*][ \t]+)?(?:\*\*|__)?[\s　]*")
_TRAIL = re.compile(r"[\s　]*(?:\*\*|__)?[\s　]*$")
_BRACKETED = re.compile(r"\s*[(（〔\[][^()（）〔〕\[\]\n]{1,30}[)）〕\]]\s*$")
_OPENS = re.compile(
    r"[\s　]*(?:第?[一二三四五六七八九十]{1,3}[、章条节]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|专栏)"
)
#: A line of a table of contents: dots lead to the page's number.
_LEADER = re.compile(r"[.．·…‥]{2,}\s*\d{0,4}$")
_LONGEST = 140
#: So long a line of issuers above a title may be.
_ISSUERS = 60
#: What says that a line is a title, though its genre is a common word: 关于…适用法律若干问题的解释.
_ON_A_MATTER = re.compile(
    r"(?:[\u4e00-\u9fff\s]{0,40}关于.{4,100}|在.{4,60}上)的[\u4e00-\u9fff]{2,4}$|《[^《》]{4,80}》[\u4e00-\u9fff]{2,6}$"
)
_ANNEX = re.compile(r"附\s*件\s*[\d一二三四五六七八九十]{0,3}\s*[:：]?")
#: A line that holds no more than a genre is this long at most.
_GENRE_ALONE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without its Markdown marks; [start, end) holds `text` in the whole text."""

    start: int
    end: int
    text: str
    marked: bool = False


def read_lines(text: str, start: int, end: int) -> list[Line]:
    """List the lines of text[start:end) that are not blank."""
    lines = []
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        opening = _MARKS.match(text, at, stop)
        begin = opening.end() if opening else at
        # Only the last characters can be white space and marks: searching the whole line would be slow on long ones.
        last = max(begin, stop - 40)
        trail = _TRAIL.search(text, last, stop)
        finish = trail.start() if trail else stop
        if begin < finish:
            lines.append(Line(begin, finish, text[begin:finish], "#" in text[at:begin]))
        at = stop + 1
    return lines


def bare_title(title: str) -> str:
    """Remove what stands in parentheses at a title's end: (暂行), （2023—2025年）."""
    shorter = _BRACKETED.sub("", title)
    while shorter != title:
        title, shorter = shorter, _BRACKETED.sub("", shorter)
    return title.strip()


def genre_of(title: str) -> str:
    """Return the genre word that a title ends in, "" where it ends in none."""
    found = _genre_end(False).search(squeeze(bare_title(title)))
    return found[1] if found else ""


def looks_like_title(text: str, *, weak: bool = False) -> bool:
    """Whether a line could be a whole title.

    Args:
        weak: also let genre words end it that are common in other lines (法, 报告, 清单).
    """
    bare = bare_title(text)
    if (
        not 5 <= len(bare) <= _LONGEST
        or _OPENS.match(bare)
        or re.search(r"[。；;！？?|>]|(?<![\u4e00-\u9fff])[:：]", bare)
    ):
        return False
    if re.search(r"[:：]", re.sub(r"《[^》]*》", "", bare)):
        return False
    found = _genre_end(not weak and not bare.startswith("中华人民共和国")).search(bare)
    return bool(found) and bare.count("《") == bare.count("》")


def carried_title(title: str) -> str:
    """Return the title of the text that a notice carries, "" where it carries none.

    Example:
        >>> carried_title("某市科技局关于印发《某市创新券管理办法(试行)》的通知")
        '某市创新券管理办法(试行)'
    """
    words = structure_words().title
    if not title.endswith(words.carriers):
        return ""
    verb = re.search(rf"(?:{any_of(words.carrying)})(?:实施|执行)?(?P<open>《)?", title)
    if verb is None:
        verb = re.search(r"关于(?P<open>《)(?=[^《》]*》的通知$)", title)
    if verb is None:
        return ""
    if verb["open"]:
        depth = 0
        for at in range(verb.end() - 1, len(title)):
            depth += (title[at] == "《") - (title[at] == "》")
            if not depth:
                return title[verb.end() : at].strip()
        return ""
    rest = re.sub(rf"的(?:{any_of(words.carriers)})$", "", title[verb.end() :])
    return rest.strip() if rest != title[verb.end() :] and genre_of(rest) else ""


def announces(text: str, title: str) -> bool:
    """Whether a notice's or a news agency's words say that they carry the text of a title."""
    at = text.find(f"《{title}》")
    return at >= 0 and bool(
        re.match(r"已?经|已于|业经|印发|予以|公布|发布|主要内容|全文", text[at + len(title) + 2 :])
        or re.search(r"(?:印发|发布|公布|公布修订后的)了?$", text[max(0, at - 12) : at])
    )


def title_issuers(title: str) -> tuple[str, ...]:
    """Return the bodies that a title begins with (科技部 教育部关于…); empty where it names none, or only some of them."""
    words = structure_words().title
    found = re.match(rf"(?P<names>[^《》“”]{{2,200}}?)(?:关于|(?:{any_of(words.carrying)})《)", title)
    if found is None or re.search(
        r"等[\s\d一二三四五六七八九十]*(?:个)?(?:部门|单位|部委)?$", found["names"]
    ):
        return ()
    return split_issuers(found["names"])


def title_lines(lines: Sequence[Line], n: int) -> tuple[int, str] | None:
    """Read the title that ends in line n, over as many lines as it is printed, its issuers on lines of their own too.

    Returns:
        The number of its first line and the title on one line; None where line n ends no title.
    """
    found = _title_lines(lines, n)
    if found is None or not found[1].startswith("关于"):
        return found
    first, title = found
    names: list[str] = []
    while first and len(lines[first - 1].text) <= _ISSUERS and split_issuers(lines[first - 1].text):
        first -= 1
        names.insert(0, lines[first].text)
    return first, " ".join(names) + title


def _title_lines(lines: Sequence[Line], n: int) -> tuple[int, str] | None:
    line = lines[n]
    if len(line.text) > 2 * _LONGEST:
        return None
    if re.fullmatch(r"[(（][^()（）]{1,30}[)）]", line.text) or not _genre_end(True).search(
        bare_title(line.text)
    ):
        leads = n == 0 or (n == 1 and bool(_ANNEX.fullmatch(lines[0].text)))
        weak = line.marked or leads or bool(_ON_A_MATTER.match(line.text))
        return (n, line.text) if looks_like_title(line.text, weak=weak) else None
    if len(line.text) > _LONGEST or re.search(r"[。；;：:！？|]", re.sub(r"《[^》]*》", "", line.text)):
        return None
    joined = line.text
    if n and len(bare_title(joined)) <= _GENRE_ALONE and looks_like_title(lines[n - 1].text + joined):
        # A long title broke before its genre: 实施细则.
        return n - 1, lines[n - 1].text + joined
    if not _is_whole(joined):
        for first in range(n - 1, max(-1, n - 4), -1):
            above = lines[first].text
            if len(above) > 60 or re.search(r"[。；;：:！？|]$|^[(（\-—]", above) or _LEADER.search(above):
                break
            if genre_of(above) and not _lacks_opening(joined):
                break
            joined = above + joined
            if _is_whole(joined):
                return first, joined
        above = lines[n - 1].text if n else ""
        if _lacks_opening(line.text) and len(above) <= 60 and not _lacks_opening(above + line.text):
            return (n - 1, above + line.text) if looks_like_title(above + line.text) else None
    return (n, line.text) if looks_like_title(line.text) else None


def _lacks_opening(title: str) -> bool:
    """Whether a quotation or a title in it began on a line above."""
    return title.count("《") < title.count("》") or title.count("“") < title.count("”")


def _is_whole(title: str) -> bool:
    """Whether a title has its beginning: an issuer, 关于, or no sign that something comes before."""
    return bool(re.match(r"[^《》]{0,120}?(?:关于|印发《|发布《|转发《)", title)) and title.count(
        "《"
    ) == title.count("》")


@cache
def _genre_end(strong: bool) -> re.Pattern[str]:
    words = structure_words().title
    genres = [w for w in words.genres if not (strong and w in words.weak_genres)]
    return re.compile(rf"({any_of(genres)})$")

"""Tell what a text does not ask for: titles, purposes and conditions state nothing, reviews tell what has been done."""

import re

from policykg.extract.records import DocumentSpan
from policykg.extract.relations.clauses import Cues, Sentence
from policykg.extract.relations.items import read_opening

_TITLE = re.compile(
    r"(?!\s*[（(]?[第一二三四五六七八九十\d])[^，,。；;：:]{4,60}(?:条例|办法|规划|意见|方案|通知|措施|决定|细则|规定|纲要|计划)\s*"
)
# 3. 对在海岛设立工场的补助: a heading that says what money is given for.
_AID = re.compile(
    r"\s*(?:\d{1,3}[.．]\s*)?[^，,。；;：:的]{0,20}对[^，,。；;：:]{4,60}的[^，,。；;：:的]{0,6}(?:补助|补贴|奖励|资助|贴息)\s*"
)
_PURPOSE = re.compile(r"[\s#*]*(?:第一条)?\s*为")
_PURPOSE_END = re.compile(r"(?:特?制定|特?制订|提出|出台)(?:本|如下|以下)|现[将就]")
# 自[省政府]批准设立[园区]之日起
_SINCE = re.compile(r"(?:自|从)[^，,。；;]{2,60}?之日起")


_REVIEW = re.compile(r"现状|成效|成就|成绩|回顾|发展基础|工作基础|建设基础|进展情况|主要进展")


def reviews(document: DocumentSpan) -> list[tuple[int, int]]:
    """Return the half-open sections that tell what has been reached (一、发展现状), in rising order."""
    return [(s.start, s.end) for s in document.sections if len(s.heading) < 25 and _REVIEW.search(s.heading)]


# What someone must fulfil to be let in; what a place offers for its development (发展条件) is none.
_CONDITIONS = re.compile(
    r"(?<!发展)(?<!基础)(?<!保障)(?<!有利)条件(?:要求)?$|^(?:条件|申报|申请|资格|准入)要求$"
)


def conditions(document: DocumentSpan) -> list[tuple[int, int]]:
    """Return the half-open sections that hold conditions (申报条件), in rising order: the document itself does nothing there."""
    return [
        (s.start, s.end) for s in document.sections if len(s.heading) < 25 and _CONDITIONS.search(s.heading)
    ]


# （二）被列入[名单]的； names a case.
_CIRCUMSTANCE = re.compile(r"的[；;。]?\s*$")
# 各区人民政府，市有关部门： the line above a notice.
_ADDRESSEES = re.compile(r"\s*各[^。；;：:]{1,400}[：:]\s*$")


def silent_parts(sentence: Sentence) -> list[tuple[int, int]]:
    """Return the half-open stretches of a sentence in which no relation is stated, in rising order.

    A title (江城市促进创业投资发展条例), those a notice is sent to (各区人民政府：), a purpose (为…，制定本办法) and a condition (设立企业的，应当…; （二）设立企业的；) name
    deeds that no one is said to do.
    """
    text = sentence.text
    if (
        _TITLE.fullmatch(text)
        or _TITLE.fullmatch(sentence.raw)
        or _AID.fullmatch(sentence.raw)
        or _ADDRESSEES.match(sentence.raw)
    ):
        return [(sentence.start, sentence.end)]
    if read_opening(text) and _CIRCUMSTANCE.search(text):
        return [(sentence.start, sentence.end)]
    parts = []
    if _PURPOSE.match(text) and (stop := _PURPOSE_END.search(text)):
        parts.append((sentence.start, sentence.start + stop.start()))
    for start, end in sentence.clauses:
        clause = sentence.between(start, end)
        if since := _SINCE.match(clause):
            parts.append((start, start + since.end()))
        if clause.rstrip("” ").endswith("的") and sentence.between(end, end + 1) in "，,":
            parts.append((start, end))
    return sorted(parts)


def is_negated(sentence: Sentence, position: int, cues: Cues) -> bool:
    """Tell whether a verb at a position is not done: its clause holds a negation that reaches it (尚未对[企业]开展…).

    One in an attribute does not reach it (对尚未登记的[企业]进行…): 的 closes it, and no preposition follows the
    negation.
    """
    start, _ = sentence.clauses[sentence.clause_of(position)]
    before = sentence.between(start, position)
    if before.endswith(("不", "是否")):
        return True
    if cues.negating.isdisjoint(before):
        return False
    for match in cues.negations.finditer(before):
        if before[: match.start()].endswith(_PREPOSITIONS):
            continue  # 对尚未登记企业进行考核
        after = before[match.end() :]
        if "的" not in after or after.startswith(_PREPOSITIONS):
            return True
    return False


_PREPOSITIONS = ("对", "向", "与", "为", "按", "在", "将", "把")

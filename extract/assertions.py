"""Tell where a sentence states nothing: titles, purposes that open a text, conditions of a rule."""

import re

from policykg.extract.clauses import Sentence

_TITLE = re.compile(
    r"(?!\s*[（(]?[第一二三四五六七八九十\d])[^，,。；;：:]{4,60}(?:条例|办法|规划|意见|方案|通知|措施|决定|细则|规定|纲要|计划)\s*"
)
_PURPOSE = re.compile(r"[\s#*]*(?:第一条)?\s*为")
_PURPOSE_END = re.compile(r"(?:特?制定|特?制订|提出|出台)(?:本|如下|以下)")


def silent_parts(sentence: Sentence) -> list[tuple[int, int]]:
    """Return the half-open stretches of a sentence in which no relation is stated, in rising order.

    A title (江城市促进创业投资发展条例), a purpose (为…，制定本办法) and a condition (设立企业的，应当…) name
    deeds that no one is said to do.
    """
    text = sentence.text
    if _TITLE.fullmatch(text):
        return [(sentence.start, sentence.end)]
    parts = []
    if _PURPOSE.match(text) and (end := _PURPOSE_END.search(text)):
        parts.append((sentence.start, sentence.start + end.start()))
    for start, end in sentence.clauses:
        if (
            sentence.between(start, end).rstrip("” ").endswith("的")
            and sentence.between(end, end + 1) in "，,"
        ):
            parts.append((start, end))
    return sorted(parts)

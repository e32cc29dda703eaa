"""Contact lines: whom to call, where to write. They are no policy and hold personal data, so nothing is read from them."""

import re
from collections.abc import Iterator
from functools import cache

from policykg.extract.structure.wording import any_of, structure_words

#: A line up to this length that says how to reach someone is a contact line whole; of a longer one only the clause is.
_LINE = 120
#: So long a clause may be, and a value that stands on the line after its label.
_CLAUSE = 200
_VALUE = 40
_REACHED = re.compile(
    r"(?<![\d.〔\[/])(?:(?:[(（]?0\d{2,3}[)）]?[-—－–\s]{0,2})\d{7,8}(?:[-—－转]\d{1,6})?|1[3-9]\d{9}|400[-\s]?\d{3}[-\s]?\d{4})(?!\s?[\d.号%万亿元家个人户])"
    # A number of eight digits behind a colon or a space, which is no date.
    r"|(?<=[:：\s])(?!(?:19|20)\d\d[01]\d)[2-8]\d{7}(?!\s?[\d.号%万亿元家个人户])"
    r"|[A-Za-z0-9._%+-]{1,64}[@＠][A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
)
#: A label ends in a colon, a number has three digits in a row, a mail address its sign; most lines have none of them.
_HINT = re.compile(r"[:：@＠]|\d{3}")
_OPENS = re.compile(r"[。；;（(!！?？]")
_CLOSES = re.compile(r"[。；;）)!！?？]")
_SENTENCE = re.compile(r"[。！？]")


def contact_spans(text: str, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    """Find the stretches of text[start:end) that say how to reach someone, as half-open spans in order, none touching.

    Such are lines with a label of contact data and its value (联系人及电话：…), and lines with a telephone number or a
    mail address. In a line that is longer than a contact line, it is the clause around it.
    """
    end = len(text) if end is None else end
    merged: list[tuple[int, int]] = []
    for first, last in _found(text, start, end):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def without_contacts(text: str, start: int, end: int) -> str:
    """Return text[start:end) with line ends in the place of contact data, so that all offsets stay."""
    parts: list[str] = []
    at = start
    for first, last in contact_spans(text, start, end):
        parts += (text[at:first], "\n" * (last - first))
        at = last
    return "".join((*parts, text[at:end]))


def _found(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        yield from _in_line(text, at, stop, end)
        at = stop + 1


def _in_line(text: str, start: int, stop: int, end: int) -> Iterator[tuple[int, int]]:
    if not _HINT.search(text, start, stop):
        return
    anchors = [*_label().finditer(text, start, stop), *_REACHED.finditer(text, start, stop)]
    if not anchors:
        return
    if stop - start <= _LINE and len(_SENTENCE.findall(text, start, stop)) <= 1:
        yield start, stop
        yield from _value(text, max(found.end() for found in anchors), stop, end)
        return
    for anchor in sorted(anchors, key=lambda found: found.start()):
        before = text[max(start, anchor.start() - _CLAUSE) : anchor.start()]
        opening = max((found.end() for found in _OPENS.finditer(before)), default=0)
        closing = _CLOSES.search(text, anchor.end(), min(stop, anchor.end() + _CLAUSE))
        yield (
            anchor.start() - len(before) + opening,
            closing.start() if closing else min(stop, anchor.end() + _CLAUSE),
        )


def _value(text: str, last: int, stop: int, end: int) -> Iterator[tuple[int, int]]:
    """Find the line with the value of a label at a line's end."""
    if stop >= end or text[last:stop].strip(" *|") or text[last - 1] not in ":：":
        return
    following = text.find("\n", stop + 1, end)
    following = end if following < 0 else following
    if following - stop - 1 <= _VALUE and not _SENTENCE.search(text, stop, following):
        yield stop, following


@cache
def _label() -> re.Pattern[str]:
    words = structure_words().contact
    spaced = "|".join(
        r"[^\S\n]{0,6}".join(map(re.escape, word))
        for word in sorted(words.labels, key=lambda w: (-len(w), w))
    )
    return re.compile(
        rf"(?<![\u4e00-\u9fff])(?:(?:{any_of(words.kinds)})?(?:{spaced})(?:(?:及|和|与|、|/)(?:{spaced}))*)[^\S\n]{{0,4}}[:：]"
    )

"""What no name looks like, whatever speaks for it: half a pair of brackets, an item's number, two bodies in one."""

import re
from collections.abc import Collection

from policykg.extract.structure.issuers import split_issuers

_PAIRS = {")": "(", "）": "（", "》": "《", "〉": "〈", "”": "“", "’": "‘", "」": "「", "】": "【"}
_OPENERS = frozenset(_PAIRS.values())
_NUMBER = re.compile(r"\s|\d{1,2}[.．、]\s?\D|[（(][一二三四五六七八九十\d]{1,3}[）)]|[|—–-]")

#: Spans [start, end) that are known bodies.
Spans = Collection[tuple[int, int]]


def is_balanced(text: str) -> bool:
    """Whether every bracket and quotation mark has its partner, in the right order.

    Example:
        >>> is_balanced("理事会(董事会)"), is_balanced("理事会(董事会"), is_balanced("模式”的")
        (True, False, False)
    """
    open_: list[str] = []
    for character in text:
        if character in _OPENERS:
            open_.append(character)
        elif character in _PAIRS and (not open_ or open_.pop() != _PAIRS[character]):
            return False
    return not open_


def is_numbered(text: str) -> bool:
    """Whether a text begins with an item's number or a dash, which belong to the list and not to a name.

    Example:
        >>> is_numbered("2. 建设主体"), is_numbered("5G应用试点")
        (True, False)
    """
    return bool(_NUMBER.match(text))


def is_glued(text: str, start: int, end: int, bodies: Spans) -> bool:
    """Whether [start, end) is several known bodies printed without a separator (科技部财政部)."""
    parts = split_issuers(text[start:end])
    if len(parts) < 2 or sum(map(len, parts)) != end - start:
        return False
    at = start
    for part in parts:
        if (at, at + len(part)) not in bodies:
            return False
        at += len(part)
    return True


def is_name(text: str, start: int, end: int, label: str, bodies: Spans) -> bool:
    """Whether [start, end) of a text could be a name at all."""
    name = text[start:end]
    if not is_balanced(name) or is_numbered(name):
        return False
    return label != "Body" or not is_glued(text, start, end, bodies)

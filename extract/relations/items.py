"""Tell where a unit begins an item of its own by the number that it opens with."""

import re
import sys
from typing import Literal

#: What a unit opens with: nothing of its own, a dash (——), the number of an item ((一), 1.), or that of an article, a
#: chapter or a main heading, where no subject is carried over.
Opening = Literal["", "dash", "item", "article"]

ITEM = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零]{1,5}[章节条，,、]|[（(]?[一二三四五六七八九十]{1,3}\s?[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)"
    r"|专栏|——|[①-⑳])"
)
_ARTICLE = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零]{1,5}[章节条]|[一二三四五六七八九十]{1,3}\s?[、.．])"
)


def read_opening(text: str, start: int = 0, end: int = sys.maxsize) -> Opening:
    """Tell what the unit text[start:end] opens with."""
    number = ITEM.match(text, start, end)
    if number is None:
        return ""
    if _ARTICLE.match(text, start, end):
        return "article"
    return "dash" if number[0].endswith("——") else "item"

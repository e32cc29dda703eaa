"""Tell where a unit begins an item of its own by the number that it opens with."""

import re

ITEM = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零]{1,5}[章节条]|[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)"
    r"|专栏|——|[①-⑳])"
)
_ARTICLE = re.compile(r"\s*(?:第[一二三四五六七八九十百零]{1,5}[章节条]|[一二三四五六七八九十]{1,3}[、.．])")


def opens_item(text: str) -> bool:
    """Tell whether a unit begins with a number of its own (第六条, (一), 1., ——)."""
    return ITEM.match(text) is not None


def opens_article(text: str) -> bool:
    """Tell whether a unit begins an article, a chapter or a main heading, where no subject is carried over."""
    return _ARTICLE.match(text) is not None


def opens_point(text: str) -> bool:
    """Tell whether a unit begins with a number of its own that is no dash: where the goals of a list end."""
    return opens_item(text) and not text.lstrip().startswith("——")

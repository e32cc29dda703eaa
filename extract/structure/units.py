"""Units: the stretches of text within which a relation is stated."""

import re

# A unit ends after 。；; and at every line end, and before a numbered item that stands inside a line
# (gold/GUIDELINES.md 1). "3.5 亿" and "第四条规定" must not start one, hence the look-arounds.
_BOUNDARY = re.compile(
    r"(?<=[。；;])|\n+"
    r"|(?<=[^\d\n第])(?=\d{1,2}[.．、](?!\d)\s?[\u4e00-\u9fff“])"
    r"|(?=[（(][一二三四五六七八九十]{1,3}[）)])"
    r"|(?<=[。：:！？”])(?=第[一二三四五六七八九十百零]{1,5}[章条]\s)"
    r"|(?<=[。：:\s])(?=[一二三四五六七八九十]{1,3}\s?、[\u4e00-\u9fff])"
    r"|(?<=[。：:\s])(?=专栏\s?\d)"
)
# White space and Markdown's marks of headings, quotations and bold type.
_MARKS = re.compile(r"[\s#>*]*")


def split_units(text: str) -> list[tuple[int, int]]:
    """Cut a text into units.

    Returns:
        Half-open, non-empty, non-blank [start, end) spans in rising order, without white space and Markdown's marks
        around them.
    """
    units = []
    at = 0
    for cut in [*_BOUNDARY.finditer(text), None]:
        start, end = at, len(text) if cut is None else cut.start()
        at = end if cut is None else cut.end()
        piece = text[start:end]
        start += _MARKS.match(piece).end()  # type: ignore[union-attr]  # it matches anything
        if stripped := text[start:end].rstrip().rstrip("*").rstrip():
            units.append((start, start + len(stripped)))
    return units

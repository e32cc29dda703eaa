"""Make a reader's text of pieces that know where they stood."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from policykg.extract.records import OriginUnit, PageBreak, ReaderText

# Kangxi and CJK radicals stand in PDF files and web pages for the characters that look the same; U+00A0 is a space.
_LOOKALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\u00a0]")
# What no text shows: control characters, marks of direction and joining, characters of private fonts, halves of pairs.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff]"
)
#: What a paragraph or an item begins with in print: the numbers of divisions, a dash, a box. A regular expression.
NUMBERED = (
    r"第[一二三四五六七八九十百零〇两\d]{1,7}[编章节条](?=[\s【（(]|$)|[一二三四五六七八九十]{1,3}\s?、|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|\d{1,2}[.．、]\s*(?=[^\d\s])|[（(]\d{1,2}[）)]|[①-⑳]|——|专栏\s*\d"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one paragraph: its text, its place in the file (in the text's unit) and its page, 0 where unknown."""

    text: str
    place: int
    page: int = 0


def clean(text: str) -> str:
    """Replace look-alikes by the characters meant, and remove what is not shown."""
    text = _UNSHOWN.sub("", text)
    return _LOOKALIKE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)


def compose(
    paragraphs: Iterable[Iterable[Piece]],
    *,
    source: str,
    unit: OriginUnit,
    metadata: tuple[tuple[str, str], ...] = (),
) -> ReaderText:
    """Join paragraphs, one a line; the pieces of a paragraph follow each other without a break."""
    parts: list[str] = []
    origins: list[tuple[int, int]] = []
    pages: list[PageBreak] = []
    length = 0
    for paragraph in paragraphs:
        for piece in paragraph:
            if not piece.text:
                continue
            # A new page begins a new origin even where the place has the same number as the one before.
            turned = piece.page and (not pages or pages[-1].page != piece.page)
            if turned:
                pages.append(PageBreak(offset=length, page=piece.page))
            if turned or not origins or origins[-1][1] != piece.place:
                origins.append((length, piece.place))
            parts.append(piece.text)
            length += len(piece.text)
        if parts and parts[-1] != "\n":
            parts.append("\n")
            length += 1
    return ReaderText(
        source=source,
        text="".join(parts),
        pages=tuple(pages),
        origins=tuple(origins) or ((0, 1),),
        metadata=metadata,
        unit=unit,
    )

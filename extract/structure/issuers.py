"""Names of issuing bodies: told apart where they are printed without a separator, and where they are at home."""

import re
from functools import cache, lru_cache

from policykg.extract.canonical.localities import load_localities
from policykg.extract.structure.wording import any_of, structure_words

_SEPARATORS = re.compile(r"[、，,;；/\s　]+")
#: So long one name may be, and so many characters of names may stand without a separator.
_LONGEST = 30
_GLUED = 90
# A city that is not in the table, the longest name has five characters; a county or a district.
_PLACE = re.compile(
    r"([\u4e00-\u9fff]{2,4}?市|[\u4e00-\u9fff]{2,3}?[县旗]|[\u4e00-\u9fff]{2}区)(?=[\u4e00-\u9fff\d（(“])"
)


def split_issuers(text: str) -> tuple[str, ...]:
    """Read a list of issuing bodies.

    Args:
        text: names with 、, spaces, line ends or nothing between them; "国 务 院" is one name.
    Returns:
        The names as printed, white space removed; empty where some part of the text is no body's name.
    Example:
        >>> split_issuers("科技部财政部")
        ('科技部', '财政部')
    """
    pieces = [piece for piece in _SEPARATORS.split(text.strip()) if piece]
    if not pieces or sum(map(len, pieces)) > 600:
        return ()
    if len(pieces) > 1 and max(map(len, pieces)) <= 1:
        pieces = ["".join(pieces)]
    names: list[str] = []
    for piece in pieces:
        if not is_issuer(piece):
            return ()
        names += _cut(piece)
    return tuple(dict.fromkeys(names))


def is_issuer(name: str) -> bool:
    """Whether a string without white space could be the name of one or more issuing bodies."""
    return bool(_issuer().fullmatch(name))


def locality(names: tuple[str, ...], title: str, number: str) -> str:
    """Name the province or city that a document speaks for, empty for central ones.

    Read from the issuers first, else from the number's prefix, else from the title's beginning.
    """
    if names:
        return next((place for name in names if (place := _place(name.removeprefix("中共")))), "")
    rows = sorted((row.split() for row in structure_words().place.prefixes), key=lambda row: -len(row[0]))
    issued = next((place for prefix, place in rows if number.startswith(prefix)), "")
    return issued or _place(re.sub(r"^(?:\d{4}年度?|关于(?:印发)?)?《?", "", title))


def _place(text: str) -> str:
    """Return the province or city that a name or title begins with."""
    no_places = structure_words().place.no_places
    if text.startswith(no_places):
        return ""
    if known := load_localities().at_start(text):
        return known[0].name
    found = _PLACE.match(text)
    return found[1] if found and not found[1].endswith(no_places) else ""


@lru_cache(maxsize=4096)
def _cut(text: str) -> tuple[str, ...]:
    """Part names that stand without a separator: known names first, then the fewest doubtful cuts."""
    words = structure_words().issuer
    known = frozenset(words.names)
    ends = _ends(text)
    # Costs are kept for every prefix; a piece that is no known name pays, and pays again for every body inside it.
    best: list[tuple[int, tuple[str, ...]] | None] = [(0, ())] + [None] * len(text)
    for end in range(2, len(text) + 1):
        for start in range(max(0, end - _LONGEST), end - 1):
            before, piece = best[start], text[start:end]
            if before is None or piece in words.parts:
                continue
            cost = 0
            if piece not in known and not any(piece.removesuffix(part) in known for part in words.parts):
                if end not in ends:
                    continue
                inner = [
                    at for at in ends if start + 2 < at < end - 3 and not text.startswith(words.parts, at)
                ]
                # Two known names cost nothing, so a piece that holds one must cost more than its parts would.
                cost = 2 + 3 * len(inner) + 2 * any(len(name) > 2 and name in piece for name in known)
            found = best[end]
            if found is None or before[0] + cost < found[0]:
                best[end] = (before[0] + cost, (*before[1], piece))
    whole = best[len(text)]
    return whole[1] if whole else (text,)


def _ends(text: str) -> frozenset[int]:
    """Return where the ending of a body's name ends."""
    endings = structure_words().issuer.endings
    return frozenset(
        at + len(word)
        for word in endings
        for at in range(len(text))
        # 社 ends a publisher's name, but not within 社会.
        if text.startswith(word, at) and not (word == "社" and text.startswith("会", at + 1))
    )


@cache
def _issuer() -> re.Pattern[str]:
    words = structure_words().issuer
    return re.compile(rf"[\u4e00-\u9fff“”（）()·]{{0,{_GLUED}}}?(?:{any_of((*words.endings, *words.names))})")

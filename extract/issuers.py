"""Names of issuing bodies: told apart where they are printed without a separator, and where they are at home."""

import re
from functools import cache, lru_cache

from policykg.extract.localities import load_localities
from policykg.extract.wording import any_of, structure_words

_SEPARATORS = re.compile(r"[、，,;；/\s　]+")
_LONGEST = 30
# A city that is not in the table; the longest name has five characters.
_PLACE = re.compile(r"([\u4e00-\u9fff]{2,4}?市)(?=[\u4e00-\u9fff])")


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
    return issued or _place(re.sub(r"^\d{4}年", "", title))


def _place(text: str) -> str:
    """Return the province or city that a name or title begins with."""
    if known := load_localities().at_start(text):
        return known[0].name
    found = _PLACE.match(text)
    return found[1] if found and not found[1].endswith(structure_words().place.no_places) else ""


@lru_cache(maxsize=4096)
def _cut(text: str) -> tuple[str, ...]:
    """Part names that stand without a separator: known names first, then the fewest doubtful cuts."""
    words = structure_words().issuer
    known = frozenset(words.names)
    ending = re.compile(any_of(words.endings))
    # Costs are kept for every prefix; a piece that is no known name pays, and pays again for every body inside it.
    best: list[tuple[int, tuple[str, ...]] | None] = [None] * (len(text) + 1)
    best[0] = (0, ())
    for end in range(2, len(text) + 1):
        for start in range(max(0, end - _LONGEST), end - 1):
            before = best[start]
            piece = text[start:end]
            if before is None or piece in words.parts:
                continue
            cost = _cost(piece, known, ending, words.parts)
            if cost is not None and (best[end] is None or before[0] + cost < best[end][0]):  # type: ignore[index]
                best[end] = (before[0] + cost, (*before[1], piece))
    found = best[len(text)]
    return found[1] if found else (text,)


def _cost(piece: str, known: frozenset[str], ending: re.Pattern[str], parts: tuple[str, ...]) -> int | None:
    if piece in known:
        return 0
    part = next((p for p in sorted(parts, key=len, reverse=True) if piece.endswith(p)), "")
    if part and piece.removesuffix(part) in known:
        return 0
    if not any(found.end() == len(piece) for found in _endings(piece, ending)):
        return None
    inner = 0
    for found in _endings(piece, ending):
        rest = piece[found.end() :]
        inner += bool(rest) and found.end() > 2 and len(rest) > 3 and not rest.startswith(parts)
    holds = any(name in piece and len(name) > 2 for name in known)
    return 2 + 3 * inner + (2 if holds else 0)


def _endings(piece: str, ending: re.Pattern[str]) -> list[re.Match[str]]:
    return [found for at in range(len(piece)) if (found := ending.match(piece, at))]


@cache
def _issuer() -> re.Pattern[str]:
    words = structure_words().issuer
    return re.compile(rf"[\u4e00-\u9fff“”（）()·]{{0,400}}?(?:{any_of((*words.endings, *words.names))})")

"""Find the cue and trigger words of a text, mentions and words in quotation marks left out."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from policykg.extract.relations.clauses import MASK, Entity, Hit


class Scanner:
    """Finds all cue and trigger words of a masked text in one pass, the longest at each place, but for words in quotes.

    `hiding` are longer words that are no hits themselves, but hide a shorter one (可持续 is no 可).
    """

    def __init__(self, words: Iterable[str], hiding: Iterable[str] = ()) -> None:
        told = set(words)
        self._words = sorted(told) + sorted(set(hiding) - told)
        self._told = len(told)
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)

    def scan(self, masked: str) -> list[Hit]:
        """Return the hits in text order; they never overlap."""
        words, told = self._words, self._told
        found = self._automaton.find_matches_as_indexes(masked)
        hits = [Hit(a, b, words[i]) for i, a, b in found if i < told]
        quoted = [match.span() for match in _QUOTED.finditer(masked)]
        if not quoted:
            return hits
        opening = [start for start, _ in quoted]
        return [hit for hit in hits if not _is_within(hit, quoted[bisect_right(opening, hit.start) - 1])]


#: A word in quotation marks names something; nothing is done in it.
_QUOTED = re.compile(r"“[^“”，。；：、\n]{1,8}”")


def _is_within(hit: Hit, stretch: tuple[int, int]) -> bool:
    return stretch[0] <= hit.start and hit.end <= stretch[1]


def mask(text: str, entities: Iterable[Entity]) -> str:
    """Replace each character of each entity by `MASK`; the length stays the same."""
    pieces: list[str] = []
    at = 0
    for entity in entities:
        start = max(entity.start, at)
        if entity.end <= start:
            continue
        pieces += [text[at:start], MASK * (entity.end - start)]
        at = entity.end
    pieces.append(text[at:])
    return "".join(pieces)

"""Names of places before the level word of an organ: 临河 in 临河市财政局, be the city in a table or known from the text alone.

A text tells its own place: titles and lines begin with it, and it comes back. What governs an organ (会同市财政局) is none.
"""

import re
from collections.abc import Collection
from functools import cache

from policykg.extract.canonical.localities import load_localities
from policykg.extract.rulefiles import read_toml

#: Longest name of a place with its level word, in characters.
_LONGEST = 5
_UNITS = frozenset("省市县区州旗")
_UNIT = re.compile("[省市县区州旗]")
_OPENS = re.compile(
    r"[\n《](?:[^\S\n]|[#>*])*(?:\d{4}年)?(?:关于)?(?:印发)?"
    r"(?P<place>[\u4e00-\u9fff]{2,3}?(?:[省县州旗]|市(?![场民值政域容外内])|区(?![域块分别间内外])))(?=[\u4e00-\u9fff（(])"
)
#: What is in no place's name, but before a level word all the same: 各设区市, 地方各县, 高新区.
_NO_NAME = re.compile(
    r"[省市县区旗盟级各全本该我外跨在及和与第每某他们有属直辖设的园]|地方|部门|政府|高新|开发"
)


class Places:
    """The places that a text is known to name."""

    def __init__(self, text: str) -> None:
        own = {match["place"] for match in _OPENS.finditer("\n" + text)}
        self._own = {place for place in own if _is_name(place[:-1]) and text.count(place) > 1}
        self._text = text

    def begin(self, at: int) -> int:
        """Return where a name begins that seems to begin at an offset: before the place whose level word stands there."""
        if self._text[at] not in _UNITS:
            return at
        for end in (at + 1, at + 2):  # 州 is a level word, but no more than a part of 邓州市
            for start in range(max(0, end - _LONGEST), at):
                name = self._text[start:end]
                if name in self._own or name in _known():
                    return start
        return at

    def governing(self) -> frozenset[int]:
        """Return where a word begins that governs a place's name right behind it, and so is no part of a name."""
        begins = {
            self.begin(unit.start())
            for unit in _UNIT.finditer(self._text)
            if self.begin(unit.start()) < unit.start()
        }
        return frozenset(
            begin - length
            for begin in begins
            for length in range(1, min(begin, _LONGEST) + 1)
            if self._text[begin - length : begin] in _governing()
        )


def _is_name(word: str) -> bool:
    return not _NO_NAME.search(word) and not any(word[at:] in _governing() for at in range(len(word)))


@cache
def _known() -> Collection[str]:
    return load_localities().by_name.keys()


@cache
def _governing() -> frozenset[str]:
    """Return the words that stand before names of any kind, organs among them."""
    return frozenset(read_toml("names.toml")["openers"]["words"])

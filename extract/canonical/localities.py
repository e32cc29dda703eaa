"""Provinces and cities: what 市, 省 and 本市 stand for in a document of a given locality."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from policykg.extract.canonical.tables import read_table

Level = Literal["province", "city", "district"]

_COLUMNS = ("name", "short", "level", "parent")
# What a level is called where the text leaves its name out; longer words first.
_LEVEL_WORDS = ("自治区", "自治州", "省", "市", "州", "盟", "区", "县")
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,6}(?:新区|区|县|旗|市)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locality:
    """A province, city or district. `name` is official (上海市), `short` without its level word (上海)."""

    name: str
    short: str
    level: Level
    parent: str = ""


class Localities:
    """The provinces and cities that are known by name."""

    def __init__(self, localities: Iterable[Locality]) -> None:
        self.by_name = {locality.name: locality for locality in localities}
        # Province first where two share a short name: 吉林 is the province.
        by_short: dict[str, Locality] = {}
        for locality in sorted(self.by_name.values(), key=lambda item: (item.level != "province", item.name)):
            by_short.setdefault(locality.short, locality)
        self.by_short = by_short
        names = sorted({*self.by_name, *self.by_short}, key=lambda name: (-len(name), name))
        self._prefix = re.compile("|".join(map(re.escape, names)))

    def at_start(self, text: str) -> tuple[Locality, int] | None:
        """Return the province or city a text begins with, by either name, and how many characters name it."""
        match = self._prefix.match(text)
        if not match:
            return None
        return self.by_name.get(match[0]) or self.by_short[match[0]], match.end()

    def chain(self, name: str) -> Mapping[str, str]:
        """Say what the level words stand for in a document of a locality.

        Args:
            name: a province, a city, or a district with its city before it (上海市杨浦区); "" for central documents.
        Example:
            >>> dict(load_localities().chain("广州市"))
            {'省': '广东省', '市': '广州市'}
        """
        words: dict[str, str] = {}
        rest = name
        while found := self.at_start(rest):
            locality, length = found
            if locality.parent:
                _name_level(words, locality.parent)
            _name_level(words, locality.name)
            rest = rest[length:]
        if rest and _DISTRICT.fullmatch(rest):
            _name_level(words, name)
        return words


def _name_level(words: dict[str, str], name: str) -> None:
    word = next((word for word in _LEVEL_WORDS if name.endswith(word)), "")
    if word:
        words[word] = name


@cache
def load_localities() -> Localities:
    """Read the table of provinces and cities.

    Raises:
        TableError: the table is faulty.
    """
    rows = read_table(
        files("policykg.extract.data.aliases") / "localities.tsv",
        _COLUMNS,
        key=("name",),
        allowed={"level": ("province", "city")},
        optional=("parent",),
    )
    return Localities(
        Locality(
            name=row["name"],
            short=row["short"],
            level="province" if row["level"] == "province" else "city",
            parent=row["parent"],
        )
        for row in rows
    )

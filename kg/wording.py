"""The words of tables in both languages: headings of columns, titles, values that are words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policykg.kg.query import Column, Lang, Table, Value


@dataclass(frozen=True, slots=True)
class Wording:
    """Words by their keys, (zh, en) each."""

    words: Mapping[str, tuple[str, str]]

    def word(self, key: str, lang: Lang) -> str:
        """Return a word in a language."""
        return self.words[key][0 if lang == "zh" else 1]

    def table(
        self,
        name: str,
        title: str,
        columns: Iterable[str],
        rows: Iterable[Sequence[Value]],
        *,
        details: Iterable[str] = (),
    ) -> Table:
        """Lay out a table whose headings are words; `details` are columns behind the others, for machines alone."""
        headed = [Column(key, *self.words[key]) for key in columns]
        headed += [Column(key, *self.words[key], detail=True) for key in details]
        return Table(tuple(headed), tuple(map(tuple, rows)), title, name)

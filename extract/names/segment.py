"""Words of a Chinese text, for features only: the most probable cut under word frequencies of policy texts.

The table `data/model/words.tsv` was discovered in unannotated texts (`policykg.extract.learning.discovery`): words of two to four
characters and single characters, each with its count and with the clusters of words that are used alike, coarse to fine.
"""

import math
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files

from policykg.ontology.errors import PolicyKGError

WORDS_FILE = "words.tsv"
COLUMNS = ("word", "count", "coarse", "middle", "fine")
#: Longest word, in characters.
LONGEST_WORD = 4

Clusters = tuple[str, str, str]
#: The clusters of what is no word of the table.
NO_CLUSTERS: Clusters = ("-", "-", "-")

#: Weight (a log probability) of a character that the table does not hold.
_UNKNOWN = -18.0
_PIECES = re.compile(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]")


class WordsError(PolicyKGError, ValueError):
    """A table of words that cannot be used."""


class Segmenter:
    """Cuts text into words and knows their clusters; expects text folded to half width."""

    def __init__(self, rows: Iterable[tuple[str, int, Clusters]]) -> None:
        counts: dict[str, int] = {}
        self.clusters: dict[str, Clusters] = {}
        for word, count, clusters in rows:
            counts[word] = count
            if clusters != NO_CLUSTERS:
                self.clusters[word] = clusters
        characters = math.log(sum(count for word, count in counts.items() if len(word) == 1) or 1)
        self._weights = {word: math.log(count) - characters for word, count in counts.items()}

    @classmethod
    def load(cls) -> "Segmenter":
        """Read the built-in table.

        Raises:
            WordsError: the table is damaged.
        """
        return cls(parse_words(files("policykg.extract.data.model").joinpath(WORDS_FILE).read_text("utf-8")))

    def cut(self, run: str) -> list[str]:
        """Cut an unbroken run of Chinese characters into words, in time linear in its length."""
        get = self._weights.get
        best = [0.0]
        sizes = [0]
        for end in range(1, len(run) + 1):
            top, size = best[end - 1] + get(run[end - 1], _UNKNOWN), 1
            for length in range(2, min(LONGEST_WORD, end) + 1):
                weight = get(run[end - length : end])
                if weight is not None and best[end - length] + weight > top:
                    top, size = best[end - length] + weight, length
            best.append(top)
            sizes.append(size)
        words = []
        end = len(run)
        while end:
            words.append(run[end - sizes[end] : end])
            end -= sizes[end]
        return words[::-1]

    def words(self, text: str) -> Iterator[str]:
        """Cut any text; every character that is not Chinese is a word of its own."""
        for piece in _PIECES.findall(text):
            if "\u4e00" <= piece[0] <= "\u9fff":
                yield from self.cut(piece)
            else:
                yield piece


def parse_words(text: str) -> list[tuple[str, int, Clusters]]:
    """Read a table of words as `format_words` writes it.

    Raises:
        WordsError: it is damaged.
    """
    header, _, body = text.partition("\n")
    if tuple(header.split("\t")) != COLUMNS:
        raise WordsError(f"{WORDS_FILE}:1: wrong header; it must read {' '.join(COLUMNS)}, separated by tabs")
    rows = []
    for number, line in enumerate(body.splitlines(), start=2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or not cells[0] or not cells[1].isdecimal() or cells[1] == "0":
            raise WordsError(
                f"{WORDS_FILE}:{number}: damaged row {line!r}; build the table anew (make model)"
            )
        rows.append((cells[0], int(cells[1]), (cells[2], cells[3], cells[4])))
    return rows


def format_words(rows: Iterable[tuple[str, int, Clusters]]) -> str:
    """Write a table of words, sorted by word."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join((word, str(count), *clusters)) for word, count, clusters in sorted(rows)]
    return "\n".join(lines) + "\n"

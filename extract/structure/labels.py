"""Labelled data around a text: tables of web pages (发文字号：…), front matter, provenance headers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from policykg.extract.normalise import squeeze
from policykg.extract.structure.titles import genre_of
from policykg.extract.structure.wording import structure_words

#: What a label can tell; the names of `Labels.values`.
KINDS = ("title", "number", "issuer", "signed", "published")
#: A line that holds labels is no longer.
_LONGEST = 1000
_EMPTY = ("", "无", "-", "—", "暂无")


@dataclass(frozen=True, slots=True)
class Labels:
    """Values by kind in the order found, each kind once, and the numbers of all lines that belong to labels."""

    values: tuple[tuple[str, str], ...]
    lines: frozenset[int]


def read_labels(lines: Sequence[str]) -> Labels:
    """Read labelled lines; a line may hold several labels, and a value may stand on the line after its label."""
    values: dict[str, str] = {}
    used: set[int] = set()
    for n, line in enumerate(lines):
        if n in used or _label().match(line) is None:
            continue
        used.add(n)
        cells = cut_labels(line)
        for at, cell in enumerate(cells, start=1):
            found = _label().match(cell)
            if found is None:
                continue
            kind = _label_names()[squeeze(found["label"]).lower()]
            value = found["value"].strip(" \t　*\"'|")
            if (
                not value
                and at == len(cells)
                and n + 1 < len(lines)
                and not _label().match(lines[n + 1])
                and _fits(kind, lines[n + 1])
            ):
                value = lines[n + 1]
                used.add(n + 1)
            if kind == "title" and any(value.count(a) != value.count(b) for a, b in ("《》", "“”", "（）")):
                continue  # It runs on in a place that the label does not reach.
            if kind in KINDS and value not in _EMPTY and kind not in values:
                values[kind] = value
    return Labels(tuple(values.items()), frozenset(used))


def cut_labels(line: str) -> list[str]:
    """Cut a line before each label in it."""
    if len(line) > _LONGEST:
        return [line]
    starts = [0, *(found.start(1) for found in _inner().finditer(line) if found.start(1))]
    return [line[a:b].strip(" |　") for a, b in zip(starts, [*starts[1:], len(line)], strict=True)]


def _fits(kind: str, value: str) -> bool:
    """Whether the line after a label can be its value."""
    if kind in ("signed", "published"):
        return bool(re.search(r"\d", value))
    if kind == "other":
        return len(value) <= 40 and not re.search(r"[。；]", value) and not genre_of(value)
    return True


@cache
def _label_names() -> dict[str, str]:
    words = structure_words().metadata
    return {squeeze(label).lower(): kind for kind in (*KINDS, "other") for label in getattr(words, kind)}


@cache
def _spaced() -> str:
    # Labels are printed with spaces between their characters: 索 引 号.
    ordered = sorted(_label_names(), key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(word) if word.isascii() else r"[\s　]{0,6}".join(map(re.escape, word)) for word in ordered
    )


@cache
def _inner() -> re.Pattern[str]:
    """A label behind white space or a cell's edge, within a line."""
    return re.compile(rf"[\s　|\d]((?:{_spaced()})\s*[:：])", re.IGNORECASE)


@cache
def _label() -> re.Pattern[str]:
    return re.compile(
        rf"[|\[【]?\s*(?:\*\*)?(?P<label>{_spaced()})\s*[\]】]?(?:\*\*)?\s*(?P<colon>[:：|])\s*(?:\*\*)?(?P<value>.*)$",
        re.IGNORECASE,
    )

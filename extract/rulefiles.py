"""Rules files: tables of named rules with sentences that prove them, and what is said of a faulty one.

Whoever reads such a file gathers all its faults, so that they are reported together.
"""

import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from policykg.extract.records import ENTITY_TYPES
from policykg.ontology.errors import PolicyKGError


class PatternError(PolicyKGError, ValueError):
    """A faulty pattern file; `faults` holds one line each, with place, what is wrong and what would be right."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence with the names that a rule must find in it; `names` are (start, end, label) into `text`."""

    text: str
    names: tuple[tuple[int, int, str], ...]


def read_toml(file: str) -> dict[str, Any]:
    """Read one of the built-in pattern files.

    Raises:
        PatternError: it is no TOML.
    """
    try:
        text = files("policykg.extract.data.patterns").joinpath(file).read_text(encoding="utf-8")
        return tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PatternError([f"{file}: not a TOML file in UTF-8: {error}"]) from error


def named_items(
    table: Mapping[str, Any],
    key: str,
    file: str,
    keys: Iterable[str],
    taken: Container[str],
    faults: list[str],
    *,
    noun: str = "",
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (name, place, item) of each item of a rules file's list; `place` names it in messages.

    Unknown keys, and a name that is missing or taken, are added to `faults`.

    Args:
        keys: the keys that an item may have.
        taken: the names of the items so far; it may grow meanwhile.
        noun: what an item is called, where it is not called as the list.
    """
    known = tuple(keys)
    for number, item in enumerate(table.get(key, []), start=1):
        name = item.get("name", "")
        place = f"{file}: {key} {name or number!r}"
        if unknown := sorted(set(item) - set(known)):
            faults.append(f"{place}: unknown keys {unknown}; keys are {', '.join(known)}")
        if not name or name in taken:
            faults.append(f"{place}: the name is missing or taken; each {noun or key} needs its own")
        yield name, place, item


def parse_example(marked: str) -> Example:
    """Read an example sentence, in which names are marked as `[科技部|Body]`.

    Raises:
        ValueError: a mark is not closed or its type is unknown.
    """
    text, names, rest = "", [], marked
    while "[" in rest:
        before, _, rest = rest.partition("[")
        inside, closed, rest = rest.partition("]")
        name, bar, label = inside.rpartition("|")
        if not closed or not bar or label not in ENTITY_TYPES:
            raise ValueError(
                f"{marked!r}: write a name as [name|Type], Type one of {', '.join(ENTITY_TYPES)}"
            )
        text += before
        names.append((len(text), len(text) + len(name), label))
        text += name
    return Example(text=text + rest, names=tuple(names))


def read_examples(table: Mapping[str, Any], key: str, place: str, faults: list[str]) -> tuple[Example, ...]:
    """Read the `example` or `counter` sentences of a rule; faults are added to `faults`."""
    found = []
    for item in table.get(key, []):
        try:
            found.append(parse_example(item["text"]))
        except (KeyError, ValueError) as error:
            faults.append(f"{place}: bad {key}: {error}")
    if not found:
        faults.append(f"{place}: no {key}; give at least one sentence")
    return tuple(found)


def any_of(words: Iterable[str]) -> str:
    """Build a regular expression that matches the longest of the words; shared beginnings are tried once."""
    trie: dict[str, Any] = {}
    for word in words:
        node = trie
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return _branch(trie)


def _branch(node: dict[str, Any]) -> str:
    options = [re.escape(char) + _branch(below) for char, below in node.items() if char]
    if not options:
        return ""
    return f"(?:{'|'.join(options)}){'?' if '' in node else ''}"

"""Which names say only what kind of thing is meant: 有关部门, 各级单位, 平台.

Documents of all places share such names, and in each they stand for someone else; so what connects two things only through
one of them does not connect them. The words are data: `kg/generic.toml`, whose examples are checked at load.
"""

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import networkx as nx

from policykg.ontology.errors import PolicyKGError

_FILE = Path(__file__).with_suffix(".toml")


class GenericNamesError(PolicyKGError):
    """The file of generic names is not usable; the text lists every fault."""


def is_generic(name: str) -> bool:
    """Tell whether a name says only what kind of thing is meant.

    Example:
        >>> is_generic("有关部门"), is_generic("科技部")
        (True, False)
    """
    return load_generic_names()(name)


def generic_nodes(graph: nx.MultiDiGraph) -> tuple[str, ...]:
    """Return the keys of the nodes whose names say only what kind of thing is meant, those with most facts first."""
    found = [
        key
        for key, data in graph.nodes(data=True)
        if data["type"] != "Document" and is_generic(data["label"])
    ]
    return tuple(sorted(found, key=lambda key: (-graph.degree(key), key)))


@lru_cache(maxsize=2)
def load_generic_names(file: Path = _FILE) -> Callable[[str], bool]:
    """Read and check a file of generic names; returns what tells whether a name is one.

    Raises:
        GenericNamesError: the file has not the form of `kg/generic.toml`, or an example does not hold.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        before, words = tuple(data["before"]), frozenset(data["words"])
        examples = [(name, True) for name in data["examples"]["generic"]]
        examples += [(name, False) for name in data["examples"]["named"]]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise GenericNamesError(f"{file.name} cannot be used: {error!r}") from error

    def generic(name: str) -> bool:
        # All beginnings that may remain, so that 地方 may be a word or stand before one.
        left, seen = [name], {name}
        while left:
            rest = left.pop()
            if rest in words:
                return True
            for word in before:
                if rest.startswith(word) and rest[len(word) :] not in seen:
                    seen.add(rest[len(word) :])
                    left.append(rest[len(word) :])
        return False

    wrong = [
        f"{name} is {'not ' if wanted else ''}generic by these words"
        for name, wanted in examples
        if generic(name) != wanted
    ]
    if wrong:
        raise GenericNamesError(f"{file.name}: {'; '.join(wrong)}")
    return generic

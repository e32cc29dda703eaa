"""TriG in a fixed order, graph by graph: the same quads give the same bytes.

Oxigraph writes the terms, as N-Quads, which costs a tenth of asking each for its parts; what is done here is shortening,
sorting and laying out.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from policykg.ontology.namespace import PREFIXES

_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_XSD = PREFIXES["xsd"]
_RDF_TYPE = f"<{PREFIXES['rdf']}type>"


def head() -> bytes:
    """Return the prefixes that a file begins with."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()).encode()


def block(graph: Any, quads: Iterable[Any], names: dict[str, str]) -> bytes:
    """Return what a file says of one graph, b"" where that is nothing.

    Args:
        graph: the graph's node, or the default graph.
        quads: all of this graph, in any order.
        names: how terms are written, filled here and kept from graph to graph.
    """
    named = not isinstance(graph, ox.DefaultGraph)
    end = f" {graph} ." if named else " ."
    text = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode()
    if not text:
        return b""
    by_subject: dict[str, list[tuple[str, str]]] = {}
    # No other line end can stand in the text: N-Quads escapes them.
    for line in text.removesuffix("\n").split("\n"):
        subject, predicate, object_ = line.removesuffix(end).split(" ", 2)
        pair = (
            "a" if predicate == _RDF_TYPE else names.get(predicate) or _shorten(predicate, names),
            names.get(object_) or _shorten(object_, names),
        )
        by_subject.setdefault(subject, []).append(pair)
    subjects = sorted((names.get(one) or _shorten(one, names), one) for one in by_subject)
    lines = [f"\n{_shorten(str(graph), names)} {{\n" if named else "\n{\n"]
    for name, subject in subjects:
        lines += _subject(name, sorted(by_subject[subject]))
    return "".join((*lines, "}\n")).encode()


def _subject(name: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    last = ("", "")
    for predicate, object_ in pairs:
        if predicate != last[0]:
            yield f" ;\n    {predicate} {object_}" if last[0] else f"  {name} {predicate} {object_}"
        elif object_ != last[1]:
            yield f", {object_}"
        last = (predicate, object_)
    yield " .\n"


def _shorten(term: str, names: dict[str, str]) -> str:
    """Return a term of N-Quads as TriG has it; IRIs are remembered in `names`."""
    if term.startswith("<"):
        names[term] = short = _short_iri(term)
        return short
    if not term.endswith(">"):
        return term
    value, _, kind = term[1:-1].rpartition('"^^<')
    kind = kind.removeprefix(_XSD)
    if kind == "boolean" and value in ("true", "false"):
        return value
    if (plain := _PLAIN.fullmatch(value)) and kind == ("decimal" if plain[1] else "integer"):
        return value
    return f'"{value}"^^xsd:{kind}' if kind in ("date", "decimal") else term


def _short_iri(term: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if term.startswith(namespace, 1) and _LOCAL.fullmatch(term, 1 + len(namespace), len(term) - 1):
            return f"{prefix}:{term[1 + len(namespace) : -1]}"
    return term

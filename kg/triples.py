"""The terms that quads are made of: nodes of our prefixes, and literals in their one form."""

import datetime
import re
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from policykg.ontology.namespace import PREFIXES

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TERMS: dict[str, NamedNode] = {}


def term(curie: str) -> NamedNode:
    """Return the node of a prefixed name; KeyError for a prefix that is not ours."""
    if curie not in _TERMS:
        prefix, _, local = curie.partition(":")
        _TERMS[curie] = NamedNode(PREFIXES[prefix] + local)
    return _TERMS[curie]


def pol(name: str) -> NamedNode:
    """Return a term of our vocabulary."""
    return term(f"pol:{name}")


def zh(text: str) -> Literal:
    """Return Chinese text."""
    return Literal(text, language="zh")


def date(text: str) -> Literal:
    """Return a day as `xsd:date`; what is no day of the calendar stays a plain literal."""
    if _FULL_DATE.fullmatch(text):
        try:
            datetime.date.fromisoformat(text)
        except ValueError:
            return Literal(text)
        return Literal(text, datatype=term("xsd:date"))
    return Literal(text)


def decimal(value: float) -> Literal:
    """Return a number as `xsd:decimal`, without exponent or trailing zeros."""
    digits = format(Decimal(str(value)), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return Literal(digits, datatype=term("xsd:decimal"))


#: rdf:type
A = term("rdf:type")

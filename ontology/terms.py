"""What `policy.ttl` says of its terms: labels, definitions, sub-classes, and the head words that tell sub-classes apart."""

import re
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from policykg.ontology.errors import PolicyKGError

Lang = Literal["zh", "en"]

VOCABULARY = Path(__file__).with_name("policy.ttl")

_POL = "https://w3id.org/policykg/ontology#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_TRAILING_NOTE = re.compile(r"[(（][^()（）]*[)）]$")


class UnknownTerm(PolicyKGError, KeyError):
    """The vocabulary has no such term."""

    def __str__(self) -> str:  # KeyError would show the repr
        return str(self.args[0])


class Term(NamedTuple):
    """A term of the vocabulary; `parents` are the super-classes or super-properties within it."""

    name: str
    kinds: tuple[str, ...]
    labels: dict[str, str]
    definitions: dict[str, str]
    parents: tuple[str, ...]
    head_words: tuple[str, ...]


def label(term: str, lang: Lang = "zh") -> str:
    """Return a term's label, for the name of a class, relation, modality or property ("funds", "Body").

    Raises:
        UnknownTerm: `policy.ttl` has no such term.
    """
    return find_term(term).labels[lang]


def definition(term: str, lang: Lang = "zh") -> str:
    """Return a term's definition; raises UnknownTerm as `label` does."""
    return find_term(term).definitions[lang]


def find_term(name: str) -> Term:
    """Return all that the vocabulary says of a term.

    Args:
        name: the local name, or the whole IRI.
    Raises:
        UnknownTerm
    """
    terms = load_terms()
    local = name.removeprefix(_POL)
    if local not in terms:
        raise UnknownTerm(f"the vocabulary has no term {name!r}; see {VOCABULARY.name} for those it has")
    return terms[local]


def classify(type: str, name: str) -> str | None:
    """Return the sub-class of an entity type that a name belongs to, by the longest head word that it ends in.

    Args:
        type: `Body`, `Program` or `Document`; other types have no head words.
        name: a canonical name or title; a closing note in brackets, as in 办法(暂行), does not count.
    Returns:
        The local name of the sub-class; None where no head word fits.
    Example:
        >>> classify("Body", "财政部")
        'GovernmentDepartment'
    """
    squeezed = "".join(name.split())
    bare = _TRAILING_NOTE.sub("", squeezed.rstrip('”"'))
    words = _head_words().get(type, {})
    longest = max(map(len, words), default=0)
    for text in (squeezed, bare):
        for length in range(min(longest, len(text)), 0, -1):
            if found := words.get(text[-length:]):
                return found if found != type else None
    return None


@lru_cache(maxsize=1)
def load_terms() -> MappingProxyType[str, Term]:
    """Read the vocabulary once: its terms by local name, in the order of the file."""
    import pyoxigraph

    terms: dict[str, Term] = {}
    for quad in pyoxigraph.parse(path=str(VOCABULARY), format=pyoxigraph.RdfFormat.TURTLE):
        subject, predicate = str(quad.subject)[1:-1], quad.predicate.value
        if not subject.startswith(_POL):
            continue
        name = subject.removeprefix(_POL)
        term = terms.setdefault(name, Term(name, (), {}, {}, (), ()))
        value: str = getattr(quad.object, "value", "")
        language: str = getattr(quad.object, "language", None) or ""
        if predicate == f"{_RDFS}label":
            term.labels[language] = value
        elif predicate == _DEFINITION:
            term.definitions[language] = value
        elif predicate == _RDF_TYPE:
            terms[name] = term._replace(kinds=(*term.kinds, value))
        elif predicate in (f"{_RDFS}subClassOf", f"{_RDFS}subPropertyOf") and value.startswith(_POL):
            terms[name] = term._replace(parents=(*term.parents, value.removeprefix(_POL)))
        elif predicate == f"{_POL}headWord":
            terms[name] = term._replace(head_words=(*term.head_words, value))
    return MappingProxyType(terms)


@lru_cache(maxsize=1)
def _head_words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for term in load_terms().values():
        for word in term.head_words:
            words.setdefault(term.parents[0] if term.parents else term.name, {})[word] = term.name
    return words

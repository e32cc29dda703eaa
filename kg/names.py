"""Names as users write them -> the entities of a graph.

A name is looked up as it stands, then with the differences evened out that people do not see: white space, 《》 and
quotation marks, width, case. Documents also answer to their number, to the name that `list` has for them, and to their
title without 中华人民共和国, the notice that it is issued by, or the brackets at its end, where only one has it. What the
graph does not know is refused with the nearest names it does know.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from policykg.kg.naming import number_key
from policykg.ontology.errors import PolicyKGError
from policykg.ontology.namespace import entity_iri

#: Of 100; names less alike than this are not worth offering.
_LEAST_LIKENESS = 35.0

_BASE = "https://w3id.org/policykg/"
_DROPPED = str.maketrans("", "", "《》〈〉“”‘’\"'「」『』()")
_TYPES = ("Body", "Program", "Mechanism", "Target", "Document")
#: A notice and the title that it issues; the brackets at a title's end.
_NOTICE = re.compile(r"关于(?:印发|发布|公布|转发)《(.+)》的(?:通知|公告|通告|决定)$")
_ENDING = re.compile(r"[（(][^（()）]*[)）]$")
_STATE = "中华人民共和国"


class UnknownName(PolicyKGError):
    """The graph knows no entity of this name; `nearest` holds names that it does know, best first."""

    found_wanting = True

    def __init__(self, name: str, nearest: tuple[str, ...], wanted: str = "", kind: str = "") -> None:
        hint = f"; nearest: {'、'.join(nearest)}" if nearest else "" if kind else ", nor one like it"
        if wanted == "Document" and not nearest:
            hint += "; `policykg list` names the documents"
        said = f"{name!r} is a {kind}, not a {wanted}" if kind else f"the graph knows no {name!r}"
        super().__init__(said + hint)
        self.name = name
        self.nearest = nearest


class AmbiguousName(PolicyKGError):
    """Several entities bear this name; `candidates` holds (type, name, IRI) of each."""

    def __init__(self, name: str, candidates: tuple[tuple[str, str, str], ...]) -> None:
        forms = [f"{kind}:{label}" for kind, label, _ in candidates]
        listed = ", ".join(
            form if forms.count(form) == 1 else iri
            for form, (_, _, iri) in zip(forms, candidates, strict=True)
        )
        super().__init__(f"{name!r} names several entities: {listed}; give one of these forms")
        self.name = name
        self.candidates = candidates

    def most_mentioned(self, mentions: Mapping[str, int]) -> str:
        """Return the candidate with the most mentions if all have one name in different types, which extraction may give
        one thing; raise this error otherwise, and where two have the same number.
        """
        first, second, *_ = sorted((mentions[iri] for _, _, iri in self.candidates), reverse=True)
        types, labels = ({one[place] for one in self.candidates} for place in (0, 1))
        if len(types) < len(self.candidates) or len(labels) > 1 or first == second:
            raise self
        return max((iri for _, _, iri in self.candidates), key=lambda iri: mentions[iri])


class _Queryable(Protocol):
    def query(self, query: str) -> Any: ...


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """One label of one entity; `preferred` is false for an alias."""

    iri: str
    type: str
    text: str
    preferred: bool


def find_entity(store: _Queryable, name: str, *, type: str | None = None) -> str:
    """Return the IRI of the entity that a name stands for.

    Args:
        name: a preferred name, an alias, an IRI, or one of these behind its type and a colon (`Program:示范区`). Of things
            of several types with one preferred name it means the one mentioned most.
        type: `Body`, `Program`, `Mechanism`, `Target` or `Document`; None for any.
    Raises:
        UnknownName, AmbiguousName
    """
    wanted, text = split_type(name, type)
    same = _names(store, text)
    exact = _choose(same, wanted)
    if len(exact) == 1:
        _refuse_rarer(store, name, exact[0], [one for one in same if wanted in (None, one.type)])
        return exact[0]
    every = [*_names(store), *_numbers(store)]
    try:
        return match_name(every, name, type=type)
    except AmbiguousName as error:
        return error.most_mentioned({iri: _mentions(store, iri) for _, _, iri in error.candidates})
    except UnknownName:
        for other in _official_names(wanted, text):
            found = _choose([one for one in every if one.text == other], wanted)
            if len(found) == 1:
                return found[0]
        raise


def _refuse_rarer(store: _Queryable, name: str, chosen: str, same: Iterable[Name]) -> None:
    """Raise AmbiguousName where the name is also the short form of a thing that is mentioned more than the chosen one."""
    others = dict.fromkeys(one.iri for one in same if one.iri != chosen)
    if others and max(_mentions(store, other) for other in others) > _mentions(store, chosen):
        labels = {one.iri: one for one in _names(store) if one.preferred}
        raise AmbiguousName(
            name, tuple((labels[iri].type, labels[iri].text, iri) for iri in (chosen, *others))
        )


def _official_names(type: str | None, text: str) -> Iterator[str]:
    """Yield what the tables of official names call a thing (科学技术部 and MOST are 科技部), for a graph that has only that."""
    from policykg.extract.canonical.official import load_official_names

    official = load_official_names()
    for one in _TYPES:
        if type in (None, one):
            name = official.canonicalise(one, text).name
            if name != text:
                yield name


def match_name(names: Iterable[Name], name: str, *, type: str | None = None) -> str:
    """Return the IRI that a name stands for among `names`; raises as `find_entity` does."""
    wanted, text = split_type(name, type)
    pool = list(names)
    key = fold(text)
    found = _choose([one for one in pool if text in (one.text, one.iri)], wanted)
    found = found or _choose([one for one in pool if fold(one.text) == key], wanted)
    if not found and wanted in (None, "Document"):
        found = _find_document([one for one in pool if one.type == "Document"], text)
    if not found:
        other = _choose([one for one in pool if fold(one.text) == key], None)
        kind = next((one.type for one in pool if one.iri in other), "")
        raise UnknownName(
            name, nearest(text, [one for one in pool if wanted in (None, one.type)]), wanted or "", kind
        )
    if len(found) > 1:
        labels = {one.iri: one for one in pool if one.preferred}
        raise AmbiguousName(name, tuple((labels[iri].type, labels[iri].text, iri) for iri in found))
    return found[0]


def _find_document(pool: list[Name], text: str) -> list[str]:
    """Return the IRIs of the documents that a number, a name in `list` or a short title stands for."""
    if not text:
        return []
    iri, number, short = entity_iri("Document", text), number_key(text), fold(_short_title(text))
    for one_found in (
        [one for one in pool if one.iri == iri],
        [one for one in pool if number_key(one.text) == number],
        [one for one in pool if fold(_short_title(one.text)) == short],
        [one for one in pool if fold(_ENDING.sub("", _short_title(one.text))) == short],
    ):
        if found := _choose(one_found, None):
            return found
    return []


def _short_title(title: str) -> str:
    """Return a title without 中华人民共和国 before it, of a notice the title that it issues.

    Example:
        >>> _short_title("关于印发《中华人民共和国示范法》的通知")
        '示范法'
    """
    notice = _NOTICE.search(title.strip("《》"))
    return (notice[1] if notice else title.strip("《》")).removeprefix(_STATE)


def _choose(found: Iterable[Name], type: str | None) -> list[str]:
    """Return the IRIs of the entities that the names found stand for.

    A preferred name goes before an alias, since an alias such as a document's own short form may be shared.
    """
    fitting = sorted(one for one in found if type in (None, one.type))
    preferred = [one for one in fitting if one.preferred] or fitting
    return list(dict.fromkeys(one.iri for one in preferred))


def split_type(name: str, type: str | None) -> tuple[str | None, str]:
    """Split `Program:示范区` into type and name; a name without a type keeps the given one."""
    head, colon, rest = name.strip().partition(":")
    if colon and head.capitalize() in _TYPES:
        return head.capitalize(), rest.strip()
    return type, name.strip()


def fold(name: str) -> str:
    """Even out what readers do not see: white space, width, case, quotation marks and brackets."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().translate(_DROPPED).split())


def nearest(name: str, names: Iterable[Name], *, limit: int = 5) -> tuple[str, ...]:
    """Return the preferred names of the entities with the labels most alike, best first.

    Names count as alike by the order of their characters; where none is, by sharing at least half of the name's characters.
    """
    from rapidfuzz import fuzz, process

    pool = sorted(names)
    labels = {one.iri: one.text for one in pool if one.preferred}
    folded = [fold(one.text) for one in pool]
    wanted = fold(name)
    scores: dict[str, float] = {}

    def note(place: int, score: float) -> None:
        label = labels.get(pool[place].iri, pool[place].text)
        scores[label] = max(scores.get(label, 0.0), score)

    # A part of a long name is a likeness too, but a weaker one than a name that differs by a character.
    for scorer, weight in ((fuzz.ratio, 1.0), (fuzz.partial_ratio, 0.6)):
        cutoff = _LEAST_LIKENESS / weight
        for _, score, place in process.extract(
            wanted, folded, scorer=scorer, limit=limit * 4, score_cutoff=cutoff
        ):
            note(place, score * weight)
    if not scores:
        characters = Counter(wanted)
        for place, text in enumerate(folded):
            if 2 * (shared := (characters & Counter(text)).total()) >= max(len(wanted), 1):
                note(place, shared / (len(wanted) + len(text)))
    return tuple(sorted(scores, key=lambda label: (-scores[label], label))[:limit])


def _names(store: _Queryable, text: str | None = None) -> list[Name]:
    from pyoxigraph import Literal, NamedNode

    narrowed = ""
    if text is not None and text.startswith(_BASE):
        try:
            narrowed = f"VALUES ?entity {{ {NamedNode(text)} }}"
        except ValueError:
            return []
    elif text is not None:
        forms = (Literal(text), Literal(text, language="zh"), Literal(text, language="en"))
        narrowed = f"VALUES ?label {{ {' '.join(map(str, forms))} }}"
    # Of a label or entity given, all that is said is little; of none, the two kinds of labels are all that is read.
    labels = (
        "FILTER(?p IN (skos:prefLabel, skos:altLabel))"
        if narrowed
        else "VALUES ?p { skos:prefLabel skos:altLabel }"
    )
    query = f"""PREFIX pol: <{_BASE}ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?entity ?type ?label ?p WHERE {{
  {narrowed}
  GRAPH ?g {{ ?entity ?p ?label ; a ?type }}
  {labels}
  FILTER(?type IN ({", ".join(f"pol:{one}" for one in _TYPES)}))
}}"""
    return [
        Name(
            row["entity"].value,
            row["type"].value.rpartition("#")[2],
            row["label"].value,
            row["p"].value.endswith("prefLabel"),
        )
        for row in store.query(query)
    ]


def _numbers(store: _Queryable) -> Iterator[Name]:
    """Yield the printed numbers of documents, which stand for them as an alias does."""
    query = """PREFIX eli: <http://data.europa.eu/eli/ontology#>
SELECT DISTINCT ?document ?number WHERE { GRAPH ?g { ?document eli:number ?number } }"""
    for row in store.query(query):
        yield Name(row["document"].value, "Document", row["number"].value, False)


def _mentions(store: _Queryable, iri: str) -> int:
    from pyoxigraph import NamedNode

    query = f"SELECT (COUNT(DISTINCT ?m) AS ?n) {{ GRAPH ?g {{ ?m <{_BASE}ontology#denotes> {NamedNode(iri)} }} }}"
    return sum(int(row["n"].value) for row in store.query(query))

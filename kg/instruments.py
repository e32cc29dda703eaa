"""Mechanisms under the concepts of two typologies of policy instruments, each with the word that decided.

`ontology/instruments.ttl` holds the words, in three ranks. A name is read from its end: a head word (`skos:hiddenLabel`)
decides; a general head (`pol:generalHead`: 机制, 制度) is looked behind. Where no head word is found that way, the topic
word or head word nearest to the name's end decides, then the outermost general head, then the other members of the
lists that the name stands in, and at last the concept `other`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import pyoxigraph as ox

from policykg.ontology.errors import PolicyKGError
from policykg.ontology.namespace import BASE, ONTOLOGY, PREFIXES
from policykg.ontology.terms import VOCABULARY

Scheme = Literal["rz", "stip"]
Basis = Literal["head", "topic", "general", "context", "none"]

#: The typologies, in the order in which classifications are listed.
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

TYPOLOGIES = VOCABULARY.with_name("instruments.ttl")

_BASE = f"{BASE}instrument/"
_DROPPED = str.maketrans("", "", "“”‘’\"'「」")
_NOTE = re.compile(r"[(（][^()（）]*[)）]$")
# What may stand between a general head and what it is said of: 年度报告等制度, 资源共享新模式.
_LINKS = ("的", "等", "新", "和", "与", "、", "性", "类", "化")
_CLAUSE_END = re.compile("[，,。；;：:]")
_LIST_MARKS = "、和与及或"
#: No member of a list is longer, in characters.
_REACH = 40
_BASES: dict[Basis, tuple[str, str]] = {
    "head": ("中心词", "head word"),
    "topic": ("主题词", "topic word"),
    "general": ("泛指中心词", "general head word"),
    "context": ("上下文", "context"),
    "none": ("无可归类之词", "no word decides"),
}
#: Of the words that sentences offer, at least this share must speak for one concept.
_MAJORITY = 2 / 3


class TypologyError(PolicyKGError):
    """The file of typologies breaks its rules; the text lists every fault."""


@dataclass(frozen=True, slots=True)
class Classification:
    """One mechanism under one concept of one typology; `word` is what decided, empty where nothing did."""

    scheme: Scheme
    concept: str
    basis: Basis
    word: str

    @property
    def iri(self) -> str:
        """The concept's IRI."""
        return f"{_BASE}{self.scheme}/{self.concept}"

    def reason(self, lang: Literal["zh", "en"] = "zh") -> str:
        """Return why, as `中心词：融资` or `head word: 融资`."""
        zh, en = _BASES[self.basis]
        if not self.word:
            return zh if lang == "zh" else en
        return f"{zh}：{self.word}" if lang == "zh" else f"{en}: {self.word}"


@dataclass(frozen=True, slots=True)
class Typology:
    """A typology's words; each stands for one concept, "" for a general head that decides nothing."""

    scheme: Scheme
    heads: Mapping[str, str]
    topics: Mapping[str, str]
    generals: Mapping[str, str]
    #: concept -> the concept above it, "" for a top concept.
    broader: Mapping[str, str]
    _longest: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_longest", max(map(len, (*self.heads, *self.topics, *self.generals))))

    def classify(self, name: str, contexts: Iterable[str] = ()) -> Classification:
        """Put a name under one concept; see `policykg.kg.instruments.classify`."""
        text = _NOTE.sub("", "".join(name.split()).translate(_DROPPED)) or name
        word, general = self._head(text)
        if word:
            return Classification(self.scheme, self.heads[word], "head", word)
        if word := self._last(text):
            return Classification(self.scheme, self._speaks_for(word), "topic", word)
        if concept := self.generals.get(general):
            return Classification(self.scheme, concept, "general", general)
        return self._by_context(name, contexts)

    def _head(self, text: str) -> tuple[str, str]:
        """Return the head word that a text ends in, general heads taken off, and the outermost of these."""
        rest, general = text, ""
        while rest:
            if word := self._ending(rest, self.heads):
                return word, general
            word = self._ending(rest, self.generals)
            general = general or word
            if not word:
                break
            rest = rest[: -len(word)]
            while rest.endswith(_LINKS):
                rest = rest[:-1]
        return "", general

    def _by_context(self, name: str, contexts: Iterable[str]) -> Classification:
        """Let the members of the lists that the name stands in vote: a list is of things of one kind."""
        votes = Counter(
            word
            for text in contexts
            for member in _listed_with("".join(name.split()), text)
            if (word := self._head(member)[0])
        )
        by_concept: Counter[str] = Counter()
        for word, count in votes.items():
            by_concept[self.heads[word]] += count
        if by_concept:
            concept, count = max(by_concept.items(), key=lambda item: (item[1], item[0]))
            if count >= _MAJORITY * by_concept.total():
                words = [word for word in votes if self.heads[word] == concept]
                word = max(words, key=lambda word: (votes[word], len(word), word))
                return Classification(self.scheme, concept, "context", word)
        return Classification(self.scheme, "other", "none", "")

    def _speaks_for(self, word: str) -> str:
        return self.topics.get(word) or self.heads[word]

    def _ending(self, text: str, words: Mapping[str, str]) -> str:
        """Return the longest of some words that a text ends in, "" for none."""
        for length in range(min(self._longest, len(text)), 0, -1):
            if text[-length:] in words:
                return text[-length:]
        return ""

    def _last(self, text: str) -> str:
        """Return the word that ends nearest to the text's end, of several the longest; single characters do not count."""
        for end in range(len(text), 0, -1):
            for length in range(min(self._longest, end), 0, -1):
                word = text[end - length : end]
                if word in self.topics or (length > 1 and word in self.heads):
                    return word
        return ""


def classify(name: str, contexts: Iterable[str] = ()) -> tuple[Classification, ...]:
    """Put a mechanism under one concept of each typology.

    Args:
        name: the mechanism's canonical name.
        contexts: sentences that it stands in, of all documents; asked only where the name itself says nothing.
    Returns:
        One classification a typology, in the order of `SCHEMES`.
    Example:
        >>> [one.concept for one in classify("知识产权质押融资风险补偿机制")]
        ['finance', 'PI029']
    """
    sentences = tuple(contexts)
    return tuple(load_typologies()[scheme].classify(name, sentences) for scheme in SCHEMES)


def classification_triples(
    mechanism: ox.NamedNode, classifications: Sequence[Classification]
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """Yield what the graph says of a mechanism's classifications: the concept itself, and a node with the reason."""
    for one in classifications:
        concept = ox.NamedNode(one.iri)
        node = ox.NamedNode(f"{mechanism.value}#{one.scheme}")
        yield mechanism, _node("dcterms:subject"), concept
        yield node, _node("rdf:type"), _node("pol:Classification")
        yield node, _node("pol:classifies"), mechanism
        yield node, _node("dcterms:subject"), concept
        yield node, _node("pol:classificationReason"), ox.Literal(one.reason("zh"), language="zh")
        yield node, _node("pol:classificationReason"), ox.Literal(one.reason("en"), language="en")


@lru_cache(maxsize=4)
def load_typologies(path: Path = TYPOLOGIES) -> Mapping[Scheme, Typology]:
    """Load the typologies.

    Raises:
        TypologyError: lists every word that stands for two concepts of one typology, and every concept out of place.
    """
    words: dict[tuple[str, str], dict[str, str]] = {}
    broader: dict[str, dict[str, str]] = {scheme: {} for scheme in SCHEMES}
    faults: list[str] = []
    ranks = {
        f"{PREFIXES['skos']}hiddenLabel": "head",
        f"{ONTOLOGY}topicWord": "topic",
        f"{ONTOLOGY}generalHead": "general",
    }
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
        scheme, _, concept = getattr(quad.subject, "value", "").removeprefix(_BASE).partition("/")
        value = getattr(quad.object, "value", "")
        if scheme not in SCHEMES:
            faults.append(f"{quad.subject} belongs to none of the typologies {', '.join(SCHEMES)}")
        elif rank := ranks.get(quad.predicate.value):
            known = words.setdefault((scheme, rank), {}).setdefault(value, concept)
            if known != concept:
                faults.append(f"{scheme}: the {rank} word {value!r} stands for {known} and {concept}")
        elif quad.predicate.value in (f"{PREFIXES['skos']}broader", f"{PREFIXES['skos']}topConceptOf"):
            above = value.removeprefix(_BASE).partition("/")[2]
            broader[scheme][concept] = above
    for scheme in SCHEMES:
        if "other" not in broader[scheme]:
            faults.append(f"{scheme}: it has no concept `other`")
        used = {c for rank in ranks.values() for c in words.get((scheme, rank), {}).values() if c}
        faults += [f"{scheme}: {concept} has no place" for concept in sorted(used - set(broader[scheme]))]
    if faults:
        raise TypologyError(f"{path.name} is not usable:\n  " + "\n  ".join(faults))
    return MappingProxyType(
        {
            scheme: Typology(
                scheme,
                heads=words.get((scheme, "head"), {}),
                topics=words.get((scheme, "topic"), {}),
                generals=words.get((scheme, "general"), {}),
                broader=broader[scheme],
            )
            for scheme in SCHEMES
        }
    )


def _listed_with(name: str, sentence: str) -> Iterator[str]:
    """Yield the members beside a name in the lists of a sentence: 担保 and 保险 for the name in 担保、甲和保险."""
    for clause in _CLAUSE_END.split("".join(sentence.split())):
        at = clause.find(name) if name else -1
        while at >= 0:
            before, after = clause[max(0, at - _REACH) : at], clause[at + len(name) :][:_REACH]
            if before and before[-1] in _LIST_MARKS:
                yield re.split(f"[{_LIST_MARKS}]", before[:-1])[-1]
            if after and after[0] in _LIST_MARKS:
                yield re.split(f"[{_LIST_MARKS}等]", after[1:], maxsplit=1)[0]
            at = clause.find(name, at + len(name))


def _node(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)

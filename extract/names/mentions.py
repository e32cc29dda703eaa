"""Settle the candidates: decide which are names, and say why the others are not.

Where the statistical tagger ran, its guesses and the rules' weighing are blended (`policykg.extract.names.blending`); else the
rules' weighing decides alone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp, inf
from operator import add
from typing import overload

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from policykg.extract.annotations import CANDIDATES, MENTIONS, Refusal, make_span, read_spans, write_spans
from policykg.extract.names.blending import Blend, choose, combine, likelihoods
from policykg.extract.names.candidates import Found, Guess, close_proposals, proposals
from policykg.extract.names.contexts import MARGIN
from policykg.extract.names.features import Candidate, Features
from policykg.extract.names.weighing import READINESS, Weights, settle
from policykg.extract.names.wellformed import NameTest
from policykg.extract.records import ENTITY_TYPES, EntityType

#: What is worth so much beyond its weight that it is taken wherever it stands: a name of the user's own lexicon, and what
#: is printed in 《》, which nothing but a title is.
SURE_BONUS = 50.0
#: What a short form given right behind it is worth in log odds: X（以下简称Y） says that X is a name.
DEFINED_BONUS = 2.5
_DEFINITION = re.compile(r"[（(]\s?(?:以下|下)?[简统]?称")
#: What proposed a name that no rule did, and the log odds of what neither rules nor model believe in.
MODEL_RULE = "model"
FAR_OFF = -7.0
_TYPES: Mapping[str, EntityType] = {name: name for name in ENTITY_TYPES}
_LAYERS = ("user-lexicon:", "lexicon:", "pattern:", "grammar:")
_KNOWN = ("user-lexicon:", "lexicon:", "pattern:")


def confidences(doc: Doc) -> Mapping[tuple[int, int], float]:
    """Return the probability of each mention by its stretch [start, end); it is 1 where there is none."""
    value: Mapping[tuple[int, int], float] | None = doc._.confidences
    return value or {}


if not Doc.has_extension("confidences"):
    Doc.set_extension("confidences", default=None)
    Span.set_extension(
        "confidence", getter=lambda span: confidences(span.doc).get((span.start_char, span.end_char), 1.0)
    )


def gather(found: Iterable[Found]) -> list[Candidate]:
    """Put together what was found: one candidate a stretch and type, sorted by end; its rules the most trusted first."""
    found = list(found)
    if not found:
        return []
    starts, ends, labels, rules, _ = zip(*found, strict=True)
    numbers = {label: number for number, label in enumerate(sorted(set(labels)))}
    order = np.array(ends) * (max(ends) + 1) + np.array(starts)
    order = order * len(numbers) + np.array([numbers[label] for label in labels])
    _, first, place, times = np.unique(order, return_index=True, return_inverse=True, return_counts=True)
    alone = {rule: (rule,) for rule in set(rules)}
    by: list[tuple[str, ...]] = [alone[rules[n]] for n in first.tolist()]
    several = np.flatnonzero(times[place] > 1)
    for n, at in zip(several.tolist(), place[several].tolist(), strict=True):
        if rules[n] not in by[at]:
            by[at] = _by_trust((*by[at], rules[n]))
    return [Candidate(starts[n], ends[n], labels[n], by[at]) for at, n in enumerate(first.tolist())]


def _from_spans(doc: Doc) -> Iterator[Found]:
    """Return the candidates of components that write spans."""
    for span in read_spans(doc, CANDIDATES):
        yield Found(span.start_char, span.end_char, span.label_, span.id_, span.kb_id_)


def _bonuses(text: str, candidates: Iterable[Candidate]) -> list[float]:
    """Return what stands beside the learned weights: what is sure, and what the text itself gives a short form to."""
    defined = {match.start() for match in _DEFINITION.finditer(text)}
    return [
        SURE_BONUS
        if rules[0].startswith("user-lexicon:") or (label == "Document" and _is_printed(rules))
        else (DEFINED_BONUS if end in defined else 0.0)
        for _, end, label, rules in candidates
    ]


def _is_printed(rules: Sequence[str]) -> bool:
    return any(rule.startswith("pattern:") for rule in rules)


@lru_cache(maxsize=1024)
def _by_trust(rules: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(rules, key=_layer))


def _layer(rule: str) -> tuple[int, str]:
    """Order rules by trust: what is known before what is built, what is built before what is guessed."""
    return next((n for n, layer in enumerate(_LAYERS) if rule.startswith(layer)), len(_LAYERS)), rule


class Refusals(Sequence[Refusal]):
    """The candidates that were not taken, in the order of the text; the reasons are worded when asked for."""

    def __init__(
        self,
        features: Features,
        candidates: Sequence[Candidate],
        scores: Sequence[float],
        chosen: Sequence[int],
    ) -> None:
        self._features = features
        self._candidates = candidates
        self._scores = scores
        self._winners = [candidates[index] for index in chosen]
        self._chosen = frozenset(chosen)

    @cached_property
    def _refused(self) -> list[int]:
        left = (index for index in range(len(self._candidates)) if index not in self._chosen)
        return sorted(left, key=lambda i: (self._candidates[i].start, self._candidates[i].end, i))

    def __len__(self) -> int:
        return len(self._candidates) - len(self._chosen)

    @overload
    def __getitem__(self, at: int) -> Refusal: ...

    @overload
    def __getitem__(self, at: slice) -> list[Refusal]: ...

    def __getitem__(self, at: int | slice) -> Refusal | list[Refusal]:
        if isinstance(at, slice):
            return [self._word(index) for index in self._refused[at]]
        return self._word(self._refused[at])

    def explain(self, weights: Weights, start: int, end: int, label: str) -> list[tuple[str, float]]:
        """Return the weights that make up a candidate's score, be it taken or refused; [] where there is none."""
        for c in self._candidates:
            if (c.start, c.end, c.label) == (start, end, label):
                return [] if c.rules == (MODEL_RULE,) else weights.explain(self._features, c)
        return []

    def _word(self, index: int) -> Refusal:
        c, score = self._candidates[index], self._scores[index]
        place = bisect_right(self._winners, c.start, key=lambda winner: winner.end)
        if place < len(self._winners) and self._winners[place].start < c.end:
            w = self._winners[place]
            name = self._features.surface(w)
            reason = f"weighs {score:+.2f}; overlaps {name} ({w.label}, {w.rules[0]}), which fits better"
        else:
            reason = f"weighs {score:+.2f}; too little speaks for a name"
        return Refusal(start=c.start, end=c.end, type=_TYPES[c.label], rule=c.rules[0], reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The outcome for one document."""

    mentions: list[Span]
    refusals: Refusals
    confidences: list[float]  # one a mention, its probability; 1.0 where no tagger ran


class Settler:
    """Turn candidates into mentions that do not overlap, and keep the reasons of the refusals."""

    def __init__(self, weights: Weights, blend: Blend | None = None) -> None:
        self.weights = weights
        self.blend = blend

    def match(self, doc: Doc) -> Settled:
        """Return the mentions, and the refusals in the order of the text.

        A mention's `id_` names the most trusted rule that proposed it, its `kb_id_` the lexicon's canonical name.
        """
        held = proposals(doc)
        found = [*held.found, *_from_spans(doc)]
        bodies = {(f.start, f.end) for f in found if f.label == "Body" and f.rule.startswith(_KNOWN)}
        canonical = {(f.start, f.end, f.label): f.canonical for f in found if f.canonical}
        test = NameTest(held.text, bodies, held.places.governing())
        candidates = test.sift(gather(found))
        features = Features(held.text, candidates)
        weighed = self.weights.scores(features, candidates)
        scores = list(map(add, weighed, _bonuses(held.text, candidates)))
        level = inf
        if self.blend is None or held.guesses is None:
            chosen = settle(features, candidates, scores, self.weights.links)
        else:
            level = self.blend.level
            guesses = test.sift(held.guesses)
            candidates, scores, chosen = self._blend(self.blend, features, candidates, scores, guesses)

        def span(c: Candidate) -> Span:
            name = canonical.get((c.start, c.end, c.label), "")
            return make_span(doc, c.start, c.end, c.label, canonical=name, rule=c.rules[0])

        return Settled(
            mentions=[span(candidates[index]) for index in chosen],
            refusals=Refusals(features, candidates, scores, chosen),
            confidences=[1 / (1 + exp(-scores[index] - level)) for index in chosen],
        )

    def _blend(
        self,
        blend: Blend,
        features: Features,
        candidates: Sequence[Candidate],
        scores: Sequence[float],
        guesses: Sequence[Guess],
    ) -> tuple[list[Candidate], list[float], list[int]]:
        """Return all candidates, the model's own among them, their log odds beyond the threshold, and the chosen."""
        # The weights hold a readiness that makes up for the missing second opinion; the blend has its own.
        plain = [score - READINESS for score in scores]
        likely = likelihoods(features, candidates, plain, self.weights.links)
        beliefs = combine(candidates, likely, guesses)
        text = features.text[MARGIN:-MARGIN]
        odds = dict(zip((b.place for b in beliefs), blend.judge(text, beliefs), strict=True))
        new = [Candidate(*belief.place, (MODEL_RULE,)) for belief in beliefs if not belief.rules]
        every = sorted([*candidates, *new], key=lambda c: (c.end, c.start, c.label))
        values, final = [], []
        for c, bonus in zip(every, _bonuses(text, every), strict=True):
            odd = odds.get((c.start, c.end, c.label), FAR_OFF) + bonus
            values.append(
                1 / (1 + exp(-odd)) - blend.threshold + (SURE_BONUS if odd > SURE_BONUS / 2 else 0.0)
            )
            final.append(odd - blend.level)
        return every, final, choose([(c.start, c.end) for c in every], values)

    def set_annotations(self, doc: Doc, matches: Settled) -> None:
        """Store the mentions with `span._.confidence`, and all refusals."""
        write_spans(doc, MENTIONS, matches.mentions)
        doc._.confidences = {
            (mention.start_char, mention.end_char): confidence
            for mention, confidence in zip(matches.mentions, matches.confidences, strict=True)
        }
        doc._.refusals = matches.refusals
        close_proposals(doc)

    def explain(self, doc: Doc, start: int, end: int, label: str) -> list[tuple[str, float]]:
        """Return what speaks for (> 0) and against (< 0) a candidate of a processed document, the heaviest first."""
        refusals = doc._.refusals
        return refusals.explain(self.weights, start, end, label) if isinstance(refusals, Refusals) else []

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


@Language.factory("policy_mentions", assigns=["doc.spans", "doc._.refusals"])
def create_mentions(nlp: Language, name: str) -> Settler:
    """Build the `policy_mentions` component; it blends in the tagger's guesses on documents that have any.

    Raises:
        WeightsError, BlendError: the built-in weights or the blend cannot be read.
    """
    return Settler(Weights.load(), Blend.load())

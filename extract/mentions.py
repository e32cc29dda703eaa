"""Settle the candidates: decide which are names, and say why the others are not."""

from collections.abc import Iterable, Mapping

from spacy.language import Language
from spacy.tokens import Doc, Span

from policykg.extract.annotations import CANDIDATES, MENTIONS, Refusal, make_span, read_spans, write_spans
from policykg.extract.records import ENTITY_TYPES, EntityType
from policykg.extract.weighing import Candidate, Features, Weights, settle

#: What a name of the user's own lexicon is worth beyond its weight, so that it is taken wherever it stands.
USER_BONUS = 50.0
_LAYERS = ("user-lexicon:", "lexicon:", "pattern:", "grammar:")


def gather(found: Iterable[tuple[int, int, str, str]]) -> list[Candidate]:
    """Put together what was found as (start, end, label, rule): one candidate a stretch and type, sorted by end."""
    rules: dict[tuple[int, int, str], set[str]] = {}
    for start, end, label, rule in found:
        rules.setdefault((end, start, label), set()).add(rule)
    return [
        Candidate(
            start=start, end=end, label=label, rules=tuple(sorted(rules[end, start, label], key=_layer))
        )
        for end, start, label in sorted(rules)
    ]


def _layer(rule: str) -> tuple[int, str]:
    """Order rules by trust: what is known before what is built, what is built before what is guessed."""
    return next((n for n, layer in enumerate(_LAYERS) if rule.startswith(layer)), len(_LAYERS)), rule


class Settler:
    """Turn candidates into mentions that do not overlap, and keep the reasons of the refusals."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def match(self, doc: Doc) -> tuple[list[Span], tuple[Refusal, ...]]:
        """Return the mentions, and the refusals in the order of the text.

        A mention's `id_` names the most trusted rule that proposed it, its `kb_id_` the lexicon's canonical name.
        """
        spans = read_spans(doc, CANDIDATES)
        canonical: dict[tuple[int, int, str], str] = {}
        found = []
        for span in spans:
            key = (span.start_char, span.end_char, span.label_)
            found.append((*key, span.id_))
            if span.kb_id_:
                canonical[key] = span.kb_id_
        candidates = gather(found)
        features = Features(doc.text, candidates)
        scores = self.weights.scores(features, candidates)
        for index, candidate in enumerate(candidates):
            if candidate.rules[0].startswith("user-lexicon:"):
                scores[index] += USER_BONUS
        chosen = settle(features, candidates, scores, self.weights.values)
        mentions = [
            make_span(
                doc,
                c.start,
                c.end,
                c.label,
                canonical=canonical.get((c.start, c.end, c.label), ""),
                rule=c.rules[0],
            )
            for c in (candidates[index] for index in chosen)
        ]
        return mentions, _refusals(doc.text, candidates, scores, chosen)

    def set_annotations(self, doc: Doc, matches: tuple[list[Span], tuple[Refusal, ...]]) -> None:
        """Store the mentions, and the refusals in `doc._.refusals`."""
        mentions, refusals = matches
        write_spans(doc, MENTIONS, [*read_spans(doc, MENTIONS), *mentions])
        doc._.refusals = (*doc._.refusals, *refusals)

    def explain(self, doc: Doc, start: int, end: int, label: str) -> list[tuple[str, float]]:
        """Return what speaks for (> 0) and against (< 0) a candidate of a processed document, the heaviest first."""
        candidates = gather((s.start_char, s.end_char, s.label_, s.id_) for s in read_spans(doc, CANDIDATES))
        for candidate in candidates:
            if (candidate.start, candidate.end, candidate.label) == (start, end, label):
                return self.weights.explain(Features(doc.text, candidates), candidate)
        return []

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


def _refusals(
    text: str, candidates: list[Candidate], scores: list[float], chosen: list[int]
) -> tuple[Refusal, ...]:
    taken = set(chosen)
    winners = [candidates[index] for index in chosen]
    refusals = []
    at = 0
    for index in sorted(range(len(candidates)), key=lambda i: (candidates[i].start, candidates[i].end, i)):
        if index in taken:
            continue
        c = candidates[index]
        while at < len(winners) and winners[at].end <= c.start:
            at += 1
        score = scores[index]
        if at < len(winners) and winners[at].start < c.end:
            w = winners[at]
            reason = f"weighs {score:+.2f}; overlaps {text[w.start : w.end]} ({w.label}, {w.rules[0]}), which fits better"
        else:
            reason = f"weighs {score:+.2f}; too little speaks for a name"
        refusals.append(
            Refusal(start=c.start, end=c.end, type=_entity_type(c.label), rule=c.rules[0], reason=reason)
        )
    return tuple(refusals)


_TYPES: Mapping[str, EntityType] = {name: name for name in ENTITY_TYPES}


def _entity_type(label: str) -> EntityType:
    return _TYPES[label]


@Language.factory("policy_mentions", assigns=["doc.spans", "doc._.refusals"])
def create_mentions(nlp: Language, name: str) -> Settler:
    """Build the `policy_mentions` component.

    Raises:
        WeightsError: the built-in weights cannot be read.
    """
    return Settler(Weights.load())

"""Two opinions on every candidate made into one probability, and the choice that serves F1 best.

The rules' weighing (`policykg.extract.names.weighing`) gives each candidate a likelihood, the statistical tagger
(`policykg.extract.names.model`) another. A logistic blend of both, of the rules that propose it and of what either says of the
same stretch elsewhere in the document gives the probability; it was fitted on texts that neither had seen. Names are
then chosen so that their probabilities exceed the threshold by the greatest sum: with a threshold of about half the F1
reached, that choice has the highest expected F1.

Source:
    Lipton, Elkan, Naryanaswamy (2014), Optimal thresholding of classifiers to maximize F1 measure.
"""

import json
import math
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from policykg.extract.names.candidates import Guess
from policykg.extract.names.contexts import Key
from policykg.extract.names.features import LINKS, Candidate, Features
from policykg.ontology.errors import PolicyKGError

BLEND_FILE = "blend.toml"
#: What the blend looks at, in the order of its columns.
COLUMNS = (
    "always", "rules", "model", "rules-with-model",
    "unruled", "unruled-model",
    "body", "program", "mechanism", "body-model", "program-model", "mechanism-model",
    "lexicon", "pattern", "grammar",
    "length-1", "length-1-2", "length-9", "length-15",
    "again", "again-rules-most", "again-rules-mean", "again-model-most", "again-model-mean", "again-times",
    "otherwise", "otherwise-rules",
)  # fmt: skip

#: Candidates with less than both are not looked at.
LEAST_BY_RULES, LEAST_BY_MODEL = 0.01, 0.05
#: Scores below this weigh nothing among their neighbours.
_HOPELESS = -8.0
#: Probabilities are kept this far from 0 and 1, as their logarithms would drown all else.
_EDGE = 0.003

Floats = npt.NDArray[np.float64]
Place = tuple[int, int, str]


class BlendError(PolicyKGError, ValueError):
    """A blend file that cannot be used."""


class Belief(NamedTuple):
    """What is held of the stretch [start, end) as a name of one type; the last two are probabilities."""

    start: int
    end: int
    label: str
    rules: tuple[str, ...]
    by_rules: float
    by_model: float

    @property
    def place(self) -> Place:
        """The stretch and its type."""
        return self.start, self.end, self.label


def combine(
    candidates: Sequence[Candidate], likely: Sequence[float], guesses: Iterable[Guess]
) -> list[Belief]:
    """Put together what rules and model hold of each stretch; what neither believes in is left out."""
    model: dict[Place, float] = {(g.start, g.end, g.label): g.probability for g in guesses}
    beliefs = []
    for c, by_rules in zip(candidates, likely, strict=True):
        by_model = model.pop((c.start, c.end, c.label), 0.0)
        if by_rules > LEAST_BY_RULES or by_model > LEAST_BY_MODEL:
            beliefs.append(Belief(c.start, c.end, c.label, c.rules, by_rules, by_model))
    beliefs += [Belief(*place, (), 0.0, p) for place, p in model.items() if p > LEAST_BY_MODEL]
    return sorted(beliefs, key=lambda b: (b.end, b.start, b.label))


def tabulate(text: str, beliefs: Sequence[Belief]) -> Floats:
    """Return one row of `COLUMNS` a belief.

    Args:
        text: the document, folded to half width.
    """
    rules = [_log_odds(b.by_rules) for b in beliefs]
    model = [_log_odds(b.by_model) for b in beliefs]
    surfaces = [text[b.start : b.end] for b in beliefs]
    same: dict[str, dict[str, _Echo]] = {}
    for n, b in enumerate(beliefs):
        same.setdefault(surfaces[n], {}).setdefault(b.label, _Echo()).add(rules[n], model[n])
    table = np.zeros((len(beliefs), len(COLUMNS)))
    for n, b in enumerate(beliefs):
        echoes = same[surfaces[n]]
        otherwise = [echo.rules.highest for label, echo in echoes.items() if label != b.label]
        table[n] = [
            1.0, rules[n], model[n], rules[n] * model[n] / 5,
            not b.rules, 0.0 if b.rules else model[n],
            *(float(b.label == label) for label in ("Body", "Program", "Mechanism")),
            *(model[n] if b.label == label else 0.0 for label in ("Body", "Program", "Mechanism")),
            *_kinds(b.rules),
            *(float(test) for test in _lengths(b.end - b.start)),
            *echoes[b.label].without(rules[n], model[n]),
            float(bool(otherwise)), max(otherwise, default=0.0),
        ]  # fmt: skip
    return table


class _Tally:
    """Sum, highest and second highest of some numbers."""

    def __init__(self) -> None:
        self.total = 0.0
        self.highest = self.second = -math.inf

    def add(self, value: float) -> None:
        self.total += value
        if value > self.highest:
            self.highest, self.second = value, self.highest
        elif value > self.second:
            self.second = value

    def highest_but(self, value: float) -> float:
        return self.second if value == self.highest else self.highest


class _Echo:
    """What is held of one stretch of text as one type, wherever it stands in a document."""

    def __init__(self) -> None:
        self.count = 0
        self.rules, self.model = _Tally(), _Tally()

    def add(self, rules: float, model: float) -> None:
        self.count += 1
        self.rules.add(rules)
        self.model.add(model)

    def without(self, rules: float, model: float) -> tuple[float, ...]:
        """Return what is held of it at the other places than one."""
        others = self.count - 1
        if not others:
            return (0.0,) * 6
        return (
            1.0,
            self.rules.highest_but(rules),
            (self.rules.total - rules) / others,
            self.model.highest_but(model),
            (self.model.total - model) / others,
            math.log(1 + others),
        )


def _kinds(rules: Iterable[str]) -> tuple[float, ...]:
    kinds = {rule.partition(":")[0].removeprefix("user-") for rule in rules}
    return tuple(float(kind in kinds) for kind in ("lexicon", "pattern", "grammar"))


def _lengths(length: int) -> tuple[bool, bool, bool, bool]:
    return length == 1, length <= 2, length > 8, length > 14


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))


class Blend:
    """Weights of the blend's columns, and the least probability of a name."""

    def __init__(self, weights: Mapping[str, float], *, threshold: float) -> None:
        """Make a blend.

        Raises:
            BlendError: the weights are not those of `COLUMNS`.
        """
        if set(weights) != set(COLUMNS) or not 0 < threshold < 1:
            wrong = sorted(set(weights) ^ set(COLUMNS))
            raise BlendError(f"{BLEND_FILE}: unknown or missing {wrong}, threshold {threshold}; fit it anew")
        self.weights = {column: weights[column] for column in COLUMNS}
        self.threshold = threshold
        self.level = _log_odds(threshold)
        self._vector = np.array([weights[column] for column in COLUMNS])

    @classmethod
    def load(cls) -> "Blend":
        """Read the built-in blend.

        Raises:
            BlendError: its file is damaged.
        """
        return parse_blend(files("policykg.extract.data.model").joinpath(BLEND_FILE).read_text("utf-8"))

    def judge(self, text: str, beliefs: Sequence[Belief]) -> list[float]:
        """Return the log odds of each belief; `text` is the document, folded."""
        odds: list[float] = (tabulate(text, beliefs) @ self._vector).tolist()
        return odds


def parse_blend(text: str) -> Blend:
    """Read a blend file.

    Raises:
        BlendError: it is damaged.
    """
    try:
        table = tomllib.loads(text)
        weights = {str(name): float(weight) for name, weight in table["weights"].items()}
        return Blend(weights, threshold=float(table["threshold"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BlendError(f"{BLEND_FILE}: damaged: {error}; fit it anew (make model)") from error


def format_blend(blend: Blend, remark: Mapping[str, str]) -> str:
    """Write a blend as `parse_blend` reads it; `remark` tells its origin."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in remark.items()]
    lines += [f"threshold = {blend.threshold}", "", "[weights]"]
    lines += [f"{column} = {weight:.4f}" for column, weight in blend.weights.items()]
    return "\n".join(lines) + "\n"


def fit_blend(tables: Sequence[Floats], right: Sequence[Floats], *, threshold: float) -> Blend:
    """Fit a logistic blend by Newton's method with a slight penalty.

    Args:
        tables: rows of `COLUMNS`, one table a text, from opinions that had not seen the text.
        right: 1 for each row that is a name, else 0.
    """
    x, y = np.concatenate(tables), np.concatenate(right)
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    rounded = {column: round(float(w), 4) for column, w in zip(COLUMNS, weights, strict=True)}
    return Blend(rounded, threshold=threshold)


def choose(places: Sequence[tuple[int, int]], values: Sequence[float]) -> list[int]:
    """Choose stretches without overlaps whose values add up highest.

    Args:
        places: half-open stretches, sorted by end.
    Returns:
        Indexes of the chosen, all of positive value, in the order of the text.
    """
    kept = [n for n in range(len(places)) if values[n] > 0]
    ends = [places[n][1] for n in kept]
    best = [0.0]
    before: list[int] = []
    for at, n in enumerate(kept):
        place = bisect_right(ends, places[n][0], 0, at)
        taken = best[place] + values[n]
        before.append(place if taken > best[-1] else -1)
        best.append(max(taken, best[-1]))
    chosen = []
    at = len(kept)
    while at:
        if before[at - 1] < 0:
            at -= 1
        else:
            chosen.append(kept[at - 1])
            at = before[at - 1]
    return chosen[::-1]


def likelihoods(
    features: Features, candidates: Sequence[Candidate], scores: Sequence[float], weights: Mapping[Key, float]
) -> list[float]:
    """Work out how likely each candidate is among all sets without overlaps (forward-backward).

    Args:
        candidates: sorted by end.
    """
    live = [n for n, score in enumerate(scores) if score > _HOPELESS]
    chain: dict[int, float] = {}  # log weight of all chains that end in the candidate
    lead: dict[int, float] = {}  # the same without its own score
    base: dict[int, int] = {}
    links: dict[int, list[tuple[int, float]]] = {}
    ends: list[int] = []
    upto: list[float] = []  # log weight of all chains up to each end, the empty one too
    blocks: list[list[int]] = []
    by_end: dict[int, list[int]] = {}
    for n in live:
        c = candidates[n]
        if not ends or ends[-1] != c.end:
            ends.append(c.end)
            upto.append(upto[-1] if upto else 0.0)
            blocks.append([])
        marked = features.text[c.start + 2] in LINKS
        base[n] = bisect_left(ends, c.start - marked) - 1
        links[n] = [
            (other, weights.get(features.link(candidates[other], c), 0.0))
            for end in ((c.start, c.start - 1) if marked else (c.start,))
            for other in by_end.get(end, ())
        ]
        free = upto[base[n]] if base[n] >= 0 else 0.0
        lead[n] = _log_sum([free, *(chain[other] + link for other, link in links[n])])
        chain[n] = lead[n] + scores[n]
        upto[-1] = _log_sum([upto[-1], chain[n]])
        blocks[-1].append(n)
        by_end.setdefault(c.end, []).append(n)
    likely = [0.0] * len(candidates)
    flow = [0.0] * len(upto)
    if flow:
        flow[-1] = 1.0
    for block in range(len(upto) - 1, -1, -1):
        share = flow[block]
        if block:
            flow[block - 1] += share * math.exp(upto[block - 1] - upto[block])
        for n in blocks[block]:
            likely[n] += share * math.exp(chain[n] - upto[block])
        for n in reversed(blocks[block]):
            if likely[n] < 1e-9:
                continue
            if base[n] >= 0:
                flow[base[n]] += likely[n] * math.exp(upto[base[n]] - lead[n])
            for other, link in links[n]:
                likely[other] += likely[n] * math.exp(chain[other] + link - lead[n])
    return likely


def _log_sum(values: Sequence[float]) -> float:
    if len(values) == 1:
        return values[0]
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values))

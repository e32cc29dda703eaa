"""Which candidates are names: a linear weighing of what a candidate looks like and where it stands.

Every candidate's score is a sum of weights, each of which says what it speaks for (`Weights.explain`). The weights were
learned from annotated texts (`policykg.extract.learning.training`); the best set of candidates without overlaps is found exactly,
in time linear in the text, by dynamic programming.
"""

import json
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import repeat

import numpy as np

from policykg.extract.names.contexts import (
    ENDS,
    FIRST,
    INSIDE,
    LAST,
    MARGIN,
    NEIGHBOURS,
    STARTS,
    EdgeWeights,
    Key,
    number,
)
from policykg.extract.names.features import LINKS, ONCE, Candidate, Features, bucket, is_known, is_listed
from policykg.ontology.errors import PolicyKGError

WEIGHTS_FILE = "weights.toml"


def parse_weights(text: str) -> dict[Key, float]:
    """Read a weights file: TOML whose `table` holds one feature a line, its parts and its weight in 1/100.

    The table is one string because the many thousand keys would take a TOML parser a second.

    Raises:
        WeightsError: it is damaged.
    """
    try:
        table = tomllib.loads(text)["table"]
        values: dict[Key, float] = {}
        for line in table.splitlines():
            if line:
                *parts, weight = line.split("\t")
                values[tuple([part.replace("\\n", "\n") for part in parts])] = int(weight) / 100
    except (tomllib.TOMLDecodeError, KeyError, ValueError, AttributeError) as error:
        raise WeightsError(f"{WEIGHTS_FILE}: damaged: {error}; learn it anew from annotated texts") from error
    return values


def format_weights(values: Mapping[Key, float], remark: Mapping[str, str]) -> str:
    """Write weights as `parse_weights` reads them; weights below 1/100 are left out.

    Args:
        remark: what to say about their origin, as keys and values of the file's head.
    """
    head = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in remark.items())
    lines = sorted(
        "\t".join((*(part.replace("\n", "\\n") for part in key), str(round(weight * 100))))
        for key, weight in values.items()
        if round(weight * 100)
    )
    return head + "table = '''\n" + "\n".join(lines) + "\n'''\n"


#: A candidate whose edges and inside weigh less than this is not looked at as a whole.
HOPELESS = -2.0
_ZEROS = repeat(0.0)


#: Added to the score of every candidate, whatever its length, where the weights are all there is to go by: likelihood
#: alone leaves out too many names (best F1 on texts left out of training).
READINESS = 0.5


class WeightsError(PolicyKGError, ValueError):
    """A weights file that cannot be read."""


class Weights:
    """Weights of features; an unknown feature weighs nothing."""

    def __init__(self, values: Mapping[Key, float]) -> None:
        self.values = values
        #: Those of links alone, of which there are few.
        self.links = {key: value for key, value in values.items() if key[0] == "link"}
        self._edges = EdgeWeights(values)
        around = {*STARTS, *ENDS, *INSIDE, NEIGHBOURS, FIRST, LAST}
        self._get = {key: value for key, value in values.items() if key[0] not in around}.get
        #: Few ways to be made and repeated, and many candidates.
        self._made = lru_cache(maxsize=1 << 14)(lambda *shared: self._sum(Features.made(*shared)))

    @classmethod
    def load(cls) -> "Weights":
        """Read the built-in weights.

        Raises:
            WeightsError: the file is damaged.
        """
        return cls(
            parse_weights(files("policykg.extract.data.patterns").joinpath(WEIGHTS_FILE).read_text("utf-8"))
        )

    def scores(self, features: Features, candidates: Sequence[Candidate]) -> list[float]:
        """Return each candidate's score, the sum of its features' weights.

        A candidate whose beginning, end and inside already weigh less than `HOPELESS` gets that sum as its score.
        """
        if not candidates:
            return []
        first, last, labels, every_rules = zip(*candidates, strict=True)
        starts, ends, columns = np.array(first), np.array(last), self._edges.columns(labels)
        strings = number(features.text)
        edges = self._edges.sums(strings, starts, ends, columns)
        hopeful = np.flatnonzero(edges >= HOPELESS)
        known = np.flatnonzero([is_known(rules) for rules in every_rules])
        around = self._edges.neighbours(strings, starts[hopeful], ends[hopeful], columns[hopeful])
        around += self._edges.parts(starts, ends, columns, known, hopeful)
        scores: list[float] = edges.tolist()
        text, repeats_of, find_mark = features.text, features.repeats.get, features.marks.find
        for n, beside in zip(hopeful.tolist(), around.tolist(), strict=True):
            c = candidates[n]
            start, end, label, rules = c
            surface = text[start + MARGIN : end + MARGIN]
            weight = self._made(label, rules, bucket(end - start), repeats_of(surface, ONCE))
            if find_mark(1, start, end) >= 0:
                weight += self._sum(features.marked(c, surface))
            if is_listed(rules):
                weight += self._get(("word", label, surface), 0.0)
            scores[n] += weight + beside
        return scores

    def _sum(self, keys: Iterable[Key]) -> float:
        return sum(map(self._get, keys, _ZEROS))

    def explain(self, features: Features, candidate: Candidate) -> list[tuple[str, float]]:
        """Return what speaks for and against a candidate, the heaviest first."""
        parts: dict[str, float] = {}
        for key in features.all_of(candidate):
            if key in self.values:
                name = " ".join((key[0], *key[2:]))
                parts[name] = parts.get(name, 0.0) + self.values[key]
        return sorted(parts.items(), key=lambda part: (-abs(part[1]), part[0]))


def settle(
    features: Features, candidates: Sequence[Candidate], scores: Sequence[float], links: Mapping[Key, float]
) -> list[int]:
    """Choose the candidates whose scores, and those of the links between neighbours, add up highest.

    Args:
        candidates: sorted by end.
        links: the weights of links, by feature.
    Returns:
        Indexes of the chosen, which do not overlap, in the order of the text.
    """
    by_end: dict[int, list[int]] = {}
    ends: list[int] = []  # rising ends, with the best total up to each and the candidate it ends in
    best: list[float] = []
    last: list[int] = []
    value = [0.0] * len(candidates)
    previous = [-1] * len(candidates)
    text = features.text
    for index in _hopeful(features, candidates, scores, max(links.values(), default=0.0)):
        start, end, _, _ = candidates[index]
        marked = text[start + MARGIN - 1] in LINKS
        place = bisect_left(ends, start - marked) - 1
        total, before = (best[place], last[place]) if place >= 0 else (0.0, -1)
        for at in (start, start - 1) if marked else (start,):
            for other in by_end.get(at, ()):
                link = links.get(features.link(candidates[other], candidates[index]), 0.0)
                if value[other] + link > total:
                    total, before = value[other] + link, other
        total += scores[index]
        value[index], previous[index] = total, before
        by_end.setdefault(end, []).append(index)
        if total > (best[-1] if best else 0.0):
            if ends and ends[-1] == end:
                best[-1], last[-1] = total, index
            else:
                ends.append(end)
                best.append(total)
                last.append(index)
    chosen = []
    at = last[-1] if last else -1
    while at >= 0:
        chosen.append(at)
        at = previous[at]
    return chosen[::-1]


def _hopeful(
    features: Features, candidates: Sequence[Candidate], scores: Sequence[float], best_link: float
) -> list[int]:
    """Return the indexes of the candidates that some best choice may hold: those that links could lift above zero."""
    best_link = max(best_link, 0.0)
    within = [index for index, score in enumerate(scores) if score >= -2 * best_link]
    ends = {candidates[index].end for index in within}
    starts = {candidates[index].start for index in within}
    text = features.text
    hopeful = []
    for index in within:
        score = scores[index]
        if score < 0:
            start, end, _, _ = candidates[index]
            if start in ends or (start - 1 in ends and text[start + MARGIN - 1] in LINKS):
                score += best_link
            if end in starts or (end + 1 in starts and text[end + MARGIN] in LINKS):
                score += best_link
        if score >= 0:
            hopeful.append(index)
    return hopeful

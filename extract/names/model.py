"""Names by statistics: a linear-chain conditional random field over characters proposes them with a probability.

What the field sees of a character is its neighbours and the words around it with their clusters (`describe`); it was
trained on annotated texts (`python -m policykg.extract.learning.train`, model card `data/model/MODEL.md`). Every stretch whose
borders are likely enough becomes a guess; what is taken of them is decided in `policy_mentions`, together with what the
rules propose.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

import pycrfsuite  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.names.candidates import Guess, guess, proposals
from policykg.extract.names.segment import NO_CLUSTERS, Clusters, Segmenter
from policykg.extract.normalise import fold
from policykg.ontology.errors import PolicyKGError

MODEL_FILE = "names.crfsuite"
#: Types by the letter that stands for them in a label (B-P begins a Program).
TYPES = {"B": "Body", "P": "Program", "M": "Mechanism", "D": "Document"}
OUTSIDE = "O"

#: Longest stretch that is tagged at once, in characters; bounds memory on text without punctuation.
LONGEST_STRETCH = 1000
#: Least probability of a candidate, and longest candidate.
LEAST = 0.02
LONGEST_NAME = 60

_STOP = re.compile(r"[。;\n]")
_HEADER = 48  # bytes
_EDGE = 3  # characters looked at beyond a stretch's ends


class ModelError(PolicyKGError, ValueError):
    """A trained model that cannot be used."""


class Tagger:
    """A trained field, with the words that its features need."""

    def __init__(self, segmenter: Segmenter, model: bytes) -> None:
        """Make a tagger of a model in CRFsuite's format.

        Raises:
            ModelError: the model is damaged.
        """
        self._segmenter = segmenter
        # CRFsuite reads where the header points to, unchecked, and from these very bytes, which must therefore live on.
        if model[:4] != b"lCRF" or len(model) < _HEADER or int.from_bytes(model[4:8], "little") != len(model):
            raise ModelError(f"{MODEL_FILE}: damaged; train it anew (make model)")
        self._model = model
        self._field = pycrfsuite.Tagger()
        self._field.open_inmemory(model)
        # A field knows the labels that it was trained on, and faults on others.
        known = set(self._field.labels())
        self._begins = [
            (t, f"B-{t}", f"I-{t}" if f"I-{t}" in known else "", f"E-{t}") for t in TYPES if f"B-{t}" in known
        ]
        self._singles = [(t, f"S-{t}") for t in TYPES if f"S-{t}" in known]

    @classmethod
    def load(cls) -> "Tagger":
        """Read the built-in model.

        Raises:
            ModelError, WordsError: its files are missing or damaged.
        """
        source = files("policykg.extract.data.model").joinpath(MODEL_FILE)
        if not source.is_file():
            raise ModelError(f"{MODEL_FILE}: missing; train it (make model), or run without the model")
        return cls(Segmenter.load(), source.read_bytes())

    def guess(self, text: str, *, least: float = LEAST) -> Iterator[Guess]:
        """Find likely names, overlapping ones too, in the order of their beginnings within each stretch.

        Args:
            least: the lowest probability of interest.
        """
        folded = fold(text)
        for start, end in split_stretches(folded):
            if end - start > 1:
                yield from self._guess_stretch(folded[start:end], start, least)

    def _guess_stretch(self, text: str, at: int, least: float) -> Iterator[Guess]:
        field = self._field
        field.set(pycrfsuite.ItemSequence(describe(text, self._segmenter)))
        size = len(text)
        marginal = field.marginal
        # Most characters are surely outside every name; asking for one label first saves asking for the other sixteen.
        live = [marginal(OUTSIDE, n) < 1 - least for n in range(size)]
        for letter, single in self._singles:
            for n in range(size):
                if live[n] and (sure := marginal(single, n)) >= least:
                    yield Guess(at + n, at + n + 1, TYPES[letter], sure)
        for letter, begin, inside, end in self._begins:
            first = 0
            while first < size:
                if not live[first] or (sure := marginal(begin, first)) < least:
                    first += 1
                    continue
                for last in range(first + 1, min(size, first + LONGEST_NAME)):
                    if not live[last]:
                        break
                    if (closing := marginal(end, last)) >= least:
                        yield Guess(at + first, at + last + 1, TYPES[letter], min(sure, closing))
                    sure = min(sure, marginal(inside, last)) if inside else 0.0
                    if sure < least:
                        break
                first += 1


def split_stretches(text: str) -> Iterator[tuple[int, int]]:
    """Cut a folded text into the half-open stretches that are tagged at once: sentences, or parts of very long ones."""
    at = 0
    for stop in [*(match.end() for match in _STOP.finditer(text)), len(text)]:
        while stop - at > LONGEST_STRETCH:
            comma = max(text.rfind(mark, at + 1, at + LONGEST_STRETCH) for mark in ",、 ")
            cut = comma + 1 if comma >= 0 else at + LONGEST_STRETCH
            yield at, cut
            at = cut
        if stop > at:
            yield at, stop
        at = stop


def describe(text: str, segmenter: Segmenter) -> list[list[str]]:
    """Return the features of every character of a folded stretch."""
    padded = "^" * _EDGE + text + "$" * _EDGE
    kinds = "".join(map(_kind, padded))
    features: list[list[str]] = []
    at = _EDGE
    for word, around in _word_features(list(segmenter.words(text)), segmenter.clusters):
        last = len(word) - 1
        for n in range(len(word)):
            place = "S" if not last else "B" if n == 0 else "E" if n == last else "M"
            features.append(
                [*_character_features(padded, kinds, at), *[place + feature for feature in around]]
            )
            at += 1
    return features


def _character_features(t: str, kinds: str, at: int) -> list[str]:
    a, b, c, d, e, f, g = list(t[at - 3 : at + 4])
    return [
        "-3" + a, "-2" + b, "-1" + c, "+0" + d, "+1" + e, "+2" + f, "+3" + g,
        "b-3" + a + b, "b-2" + b + c, "b-1" + c + d, "b+0" + d + e, "b+1" + e + f, "b+2" + f + g,
        "t-3" + a + b + c, "t-2" + b + c + d, "t-1" + c + d + e, "t+0" + d + e + f, "t+1" + e + f + g,
        "q-3" + a + b + c + d, "q+0" + d + e + f + g,
        "k" + kinds[at - 2 : at + 3],
    ]  # fmt: skip


def _word_features(words: Sequence[str], clusters: dict[str, Clusters]) -> Iterator[tuple[str, list[str]]]:
    """Yield each word with the features that its characters share."""
    padded = ["^", "^", *words, "$", "$"]
    known = [clusters.get(word, NO_CLUSTERS) for word in padded]
    for n in range(2, len(padded) - 2):
        near = known[n - 1], known[n], known[n + 1]
        around = [""]
        for offset in (-2, -1, 0, 1, 2):
            around.append(f"w{offset}{padded[n + offset]}")
            coarse, middle, fine = known[n + offset]
            around += [f"x{offset}{coarse}", f"y{offset}{middle}", f"z{offset}{fine}"]
        for grain, mark in ((0, "x"), (1, "y")):
            around += [
                f"{mark}<{near[0][grain]},{near[1][grain]}",
                f"{mark}>{near[1][grain]},{near[2][grain]}",
            ]
        yield padded[n], around


def _kind(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff":
        return "h"
    if char.isdigit():
        return "d"
    if char.isspace():
        return "s"
    return "a" if char.isalpha() else "p"


def label_stretch(start: int, end: int, names: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return the labels of a stretch's characters, given the names of its text; a name that leaves the stretch is left out."""
    labels = [OUTSIDE] * (end - start)
    letters = {name: letter for letter, name in TYPES.items()}
    for first, after, kind in names:
        if first < start or after > end or kind not in letters:
            continue
        letter = letters[kind]
        inner = [f"I-{letter}"] * (after - first - 2)
        labels[first - start : after - start] = (
            [f"S-{letter}"] if after - first == 1 else [f"B-{letter}", *inner, f"E-{letter}"]
        )
    return labels


class NameModel:
    """Leave the tagger's guesses with the document's proposals."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger

    def match(self, doc: Doc) -> list[Guess]:
        """Return the guesses, overlapping ones too."""
        text = proposals(doc).text
        return [
            g
            for g in self.tagger.guess(text)
            if not (_inside_token(text, g.start) or _inside_token(text, g.end))
        ]

    def set_annotations(self, doc: Doc, matches: list[Guess]) -> None:
        """Store the guesses."""
        guess(doc, matches)

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


def _inside_token(text: str, at: int) -> bool:
    """Tell whether an offset falls inside a run of Latin letters or digits, or of white space."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return (_latin(before) and _latin(after)) or (before.isspace() and after.isspace())


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@Language.factory("policy_model")
def create_model(nlp: Language, name: str) -> NameModel:
    """Build the `policy_model` component.

    Raises:
        ModelError, WordsError: the built-in model is missing or damaged.
    """
    return NameModel(Tagger.load())

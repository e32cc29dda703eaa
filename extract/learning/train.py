"""Train the statistical part from the shared folder: `python -m policykg.extract.learning.train STEP --shared DIR`.

Steps: `words` discovers and clusters words in the unannotated corpus; `names` trains the field on annotated texts;
`weights` learns what speaks for and against the rules' candidates; `blend` fits, on texts that either had not seen, how
both go together, and tells the F1 reached there; `all` does these in this order. Everything is seeded: the same texts
give the same files.
"""

import argparse
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path

import numpy as np
import pycrfsuite  # type: ignore[import-untyped]

from policykg.extract.learning.corpus import Annotated, read_annotations, read_corpus, read_gold_texts
from policykg.extract.learning.discovery import discover
from policykg.extract.learning.lessons import Finders, build_lessons, learn_weights
from policykg.extract.learning.pruning import prune
from policykg.extract.learning.training import learn
from policykg.extract.names.blending import (
    BLEND_FILE,
    Belief,
    Blend,
    Floats,
    choose,
    combine,
    fit_blend,
    format_blend,
    likelihoods,
    tabulate,
)
from policykg.extract.names.model import MODEL_FILE, Tagger, describe, label_stretch, split_stretches
from policykg.extract.names.segment import WORDS_FILE, Segmenter, format_words
from policykg.extract.names.weighing import READINESS, WEIGHTS_FILE, Weights
from policykg.extract.normalise import fold
from policykg.ontology.errors import PolicyKGError

DATA = Path(__file__).parents[1] / "data"
ANNOTATIONS = DATA / "annotations"
STEPS = ("words", "names", "weights", "blend")

#: Weights of the L1 and L2 penalties, and rounds of optimisation; chosen by cross-validation over documents.
L1, L2, ROUNDS = 0.3, 0.05, 60
#: Weights of the field below this are not kept: a third of its size, and no measurable loss on texts left out.
SLIGHT = 0.01
#: Annotated excerpts that the field learns from, the first so many. The rules' weights learn from all: taught by the same
#: texts, both err alike, and their blend is worth less (F1 0.822 against 0.827 on a third of the gold texts, left out).
FIELD_TEXTS = 68
#: Parts that the gold texts are cut into for the blend, each judged by what was trained on the others.
FOLDS = 3
#: Least probability of a name; about half the F1 reached serves F1 best.
THRESHOLD = 0.38


def train_field(texts: Iterable[Annotated], segmenter: Segmenter, *, rounds: int = ROUNDS) -> bytes:
    """Train a field on annotated texts.

    Returns:
        The model in CRFsuite's format, as `policykg.extract.names.model.Tagger` takes it.
    """
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": L1, "c2": L2, "max_iterations": rounds, "feature.possible_transitions": True})
    for text in texts:
        folded = fold(text.text)
        for start, end in split_stretches(folded):
            items = pycrfsuite.ItemSequence(describe(folded[start:end], segmenter))
            trainer.append(items, label_stretch(start, end, text.names))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL_FILE
        trainer.train(str(path))
        return prune(path.read_bytes(), SLIGHT)


@dataclass(frozen=True, slots=True)
class Judged:
    """A text that was held out, with what rules and model believe of it."""

    fold: int
    text: Annotated
    beliefs: list[Belief]
    table: Floats

    @property
    def right(self) -> Floats:
        """1 for each belief that is a name, else 0."""
        names = set(self.text.names)
        return np.array([float(belief.place in names) for belief in self.beliefs])


def cross_fit(
    texts: Sequence[Annotated], others: Sequence[Annotated], segmenter: Segmenter, finders: Finders
) -> Iterator[Judged]:
    """Judge each text by a field and weights that were trained on the other folds.

    Args:
        others: texts that are always trained on, but for those cut out of a document that is held out.
    """
    for part in range(FOLDS):
        held = {text.name for n, text in enumerate(texts) if n % FOLDS == part}
        lessons = build_lessons([*texts, *others], finders, held_out=held)
        weights = Weights(learn([lessons[text.name] for text in _seen([*texts, *others], held)]))
        tagger = Tagger(segmenter, train_field(_seen([*texts, *others[:FIELD_TEXTS]], held), segmenter))
        for text in texts:
            if text.name in held:
                lesson = lessons[text.name]
                scores = weights.scores(lesson.features, lesson.candidates)
                plain = [score - READINESS for score in scores]
                likely = likelihoods(lesson.features, lesson.candidates, plain, weights.values)
                beliefs = combine(lesson.candidates, likely, tagger.guess(text.text))
                yield Judged(part, text, beliefs, tabulate(fold(text.text), beliefs))


def _seen(texts: Sequence[Annotated], held: Collection[str]) -> list[Annotated]:
    """Leave out the texts that are held out, and excerpts of the same documents."""
    return [text for text in texts if not any(name in text.name for name in held)]


def measure(judged: Sequence[Judged]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of names in the held-out texts, each fold blended as the others teach."""
    hits = found = gold = 0
    for part in range(FOLDS):
        taught = [j for j in judged if j.fold != part]
        blend = _fit(taught)
        for j in judged:
            if j.fold == part:
                odds = blend.judge(fold(j.text.text), j.beliefs)
                values = [1 / (1 + exp(-odd)) - THRESHOLD for odd in odds]
                chosen = choose([(b.start, b.end) for b in j.beliefs], values)
                hits += sum(j.beliefs[n].place in j.text.names for n in chosen)
                found += len(chosen)
                gold += len(j.text.names)
    return hits / found, hits / gold, 2 * hits / (found + gold)


def _fit(judged: Sequence[Judged]) -> Blend:
    return fit_blend([j.table for j in judged], [j.right for j in judged], threshold=THRESHOLD)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m policykg.extract.learning.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("step", choices=(*STEPS, "all"))
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared"), help="folder with gold/ and corpus/"
    )
    options = parser.parse_args(arguments)
    try:
        for step in STEPS if options.step == "all" else (options.step,):
            _run(step, options.shared)
    except PolicyKGError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(step: str, shared: Path) -> None:
    corpus = list(read_corpus(shared / "corpus"))
    if step == "words":
        _write(DATA / "model" / WORDS_FILE, format_words(discover([text for _, text in corpus])))
        return
    gold = read_gold_texts(shared / "gold" / "train")
    others = read_annotations(ANNOTATIONS, corpus)
    if step == "names":
        model = train_field([*gold, *others[:FIELD_TEXTS]], Segmenter.load())
        (DATA / "model" / MODEL_FILE).write_bytes(model)
    elif step == "weights":
        _write(DATA / "patterns" / WEIGHTS_FILE, learn_weights([*gold, *others]))
    else:
        judged = list(cross_fit(gold, others, Segmenter.load(), Finders.load()))
        scores = "precision {:.3f}, recall {:.3f}, F1 {:.3f}".format(*measure(judged))
        sys.stderr.write(f"names in texts held out: {scores}\n")
        remark = {
            "method": "logistic regression on texts held out, policykg.extract.names.blending",
            "texts": f"{len(gold)} annotated policy documents, and {len(others)} texts trained on throughout",
            "held_out": scores,
        }
        _write(DATA / "model" / BLEND_FILE, format_blend(_fit(judged), remark))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())

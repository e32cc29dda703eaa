"""Train the statistical part from the shared folder: `python -m policykg.extract.train STEP --shared DIR`.

Steps: `words` discovers and clusters words in the unannotated corpus, `names` trains the field on annotated texts,
`all` does both; each writes into the package's `data/model/`. Everything is seeded: the same texts give the same files.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pycrfsuite  # type: ignore[import-untyped]

from policykg.extract.corpus import Annotated, read_annotations, read_corpus, read_gold_texts
from policykg.extract.discovery import discover
from policykg.extract.model import MODEL_FILE, describe, label_stretch, split_stretches
from policykg.extract.normalise import fold
from policykg.extract.segment import WORDS_FILE, Segmenter, format_words
from policykg.ontology.errors import PolicyKGError

FOLDER = Path(__file__).parent / "data" / "model"
ANNOTATIONS = Path(__file__).parent / "data" / "annotations"

#: Weights of the L1 and L2 penalties, and rounds of optimisation; chosen by cross-validation over documents.
L1, L2, ROUNDS = 0.3, 0.05, 80


def train_field(texts: Iterable[Annotated], segmenter: Segmenter, *, rounds: int = ROUNDS) -> bytes:
    """Train a field on annotated texts.

    Returns:
        The model in CRFsuite's format, as `policykg.extract.model.Tagger` takes it.
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
        return path.read_bytes()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m policykg.extract.train", description=__doc__)
    parser.add_argument("step", choices=("words", "names", "all"))
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared"), help="folder with gold/ and corpus/"
    )
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder that gets the files")
    options = parser.parse_args(arguments)
    try:
        _run(options.step, options.shared, options.output)
    except PolicyKGError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(step: str, shared: Path, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    corpus = list(read_corpus(shared / "corpus"))
    if step in ("words", "all"):
        rows = discover([text for _, text in corpus])
        (output / WORDS_FILE).write_text(format_words(rows), encoding="utf-8", newline="\n")
    if step in ("names", "all"):
        texts = read_gold_texts(shared / "gold" / "train")
        if ANNOTATIONS.is_dir():
            texts += read_annotations(ANNOTATIONS, corpus)
        (output / MODEL_FILE).write_bytes(train_field(texts, Segmenter.load()))


if __name__ == "__main__":
    sys.exit(main())

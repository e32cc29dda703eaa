"""Measure the extraction and keep the score: `python -m policykg.extract.quality.measuring --shared DIR` (`make quality`).

Two measurements: names in documents of `gold/train` that nothing was trained on (cut into folds, the statistical part
trained anew for each), which shows how far what was learned carries; and every row of the evaluation on `gold/dev`. A
dated line goes into QUALITY.md. Its floor is what the tests hold the program to.
"""

import argparse
import datetime
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from policykg.extract.interchange import to_dict
from policykg.extract.pipeline import build_pipeline, extract
from policykg.extract.quality.evaluate import ROWS, Table, compare, merge, read_gold, total
from policykg.extract.readers import read_file
from policykg.extract.settings import Settings
from policykg.ontology.errors import PolicyKGError

QUALITY_FILE = "QUALITY.md"

_ROW = re.compile(r"^\| (?P<name>floor|\d{4}-\d{2}-\d{2}) \|(?P<cells>.*)\|$", re.MULTILINE)


class QualityError(PolicyKGError):
    """A quality file that cannot be read."""


def evaluate_folder(folder: Path, settings: Settings | None = None) -> Table:
    """Score the whole pipeline on a folder of gold files."""
    nlp = build_pipeline(settings)
    return total(
        compare(file.gold, merge(map(to_dict, extract(nlp, read_file(file.text)))))
        for file in read_gold(folder)
    )


def read_floor(text: str) -> dict[str, float]:
    """Read the floor of a quality file: the F1 that each row on `gold/dev` must reach.

    Raises:
        QualityError: there is no floor, or it lacks a row.
    """
    for match in _ROW.finditer(text):
        if match["name"] == "floor":
            cells = [cell.strip() for cell in match["cells"].split("|")][1:]
            if len(cells) == len(ROWS):
                return {row: float(cell) for row, cell in zip(ROWS, cells, strict=True)}
    raise QualityError(f"{QUALITY_FILE}: no line `| floor | … |` with a figure for each of {', '.join(ROWS)}")


def format_line(date: datetime.date, held_out: float | None, table: Table) -> str:
    """Format one dated line: names in held-out training texts (empty if not measured), then F1 of each row on dev."""
    cells = ["" if held_out is None else f"{held_out:.3f}", *(f"{table[row].f1:.3f}" for row in ROWS)]
    return f"| {date.isoformat()} | {' | '.join(cells)} |"


def held_out_names(shared: Path) -> float:
    """Return F1 of names (Targets aside) in the folds of `gold/train`, each judged by what the others teach."""
    from policykg.extract.learning.corpus import read_annotations, read_corpus, read_gold_texts
    from policykg.extract.learning.lessons import Finders
    from policykg.extract.learning.train import ANNOTATIONS, cross_fit, measure
    from policykg.extract.names.segment import Segmenter

    others = read_annotations(ANNOTATIONS, list(read_corpus(shared / "corpus")))
    texts = read_gold_texts(shared / "gold" / "train")
    return measure(list(cross_fit(texts, others, Segmenter.load(), Finders.load())))[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and append the line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m policykg.extract.quality.measuring", description=__doc__.split("\n")[0]
    )
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared"), help="folder with gold/ and corpus/"
    )
    parser.add_argument("--file", type=Path, default=Path(QUALITY_FILE))
    parser.add_argument("--dev-only", action="store_true", help="leave out the folds, which take minutes")
    options = parser.parse_args(arguments)
    try:
        table = evaluate_folder(options.shared / "gold" / "dev")
        held_out = None if options.dev_only else held_out_names(options.shared)
        line = format_line(datetime.date.today(), held_out, table)
        with options.file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        sys.stdout.write(line + "\n")
        floor = read_floor(options.file.read_text(encoding="utf-8"))
    except (PolicyKGError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return int(any(table[row].f1 < least for row, least in floor.items()))


if __name__ == "__main__":
    sys.exit(main())

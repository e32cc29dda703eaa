"""Speed of the extraction: `python tests/benchmarks/extraction.py [--texts FOLDER] [--no-tagger]`.

Prints characters a CPU second, of each stage and of the whole, with the statistical tagger and without it; the peak of
memory; and how time grows with the text: the same text once, twice, four times, a sentence of 100,000 characters
without punctuation, and texts with as many characters of blank lines, brackets and the like. Times are no tests, so nothing fails. One core is used; CPU time counts, not that on the wall.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from spacy.language import Language

from policykg.extract.pipeline import Settings, annotate, build_pipeline, build_record, extract
from policykg.extract.readers import read_file
from policykg.extract.records import ReaderText
from policykg.extract.structure.documents import split_documents

_ROOT = Path(__file__).resolve().parents[2]
#: Texts to measure on: the first folder that there is, filled up to so many characters.
_FOLDERS = (_ROOT.parent / "shared" / "gold" / "train", _ROOT / "tests" / "samples")
_LEAST = 100_000
#: The length of the text that is made twice and four times as long.
_GROWN = 25_000
#: What a damaged or hostile text may hold without end.
_ODD = {
    "blank lines": " \n",
    "blanks": " ",
    "brackets": "（",
    "cells": "甲|",
    "numbers": "一、",
    "labels": "发文字号：\n",
    "titles": "《",
}
#: Each time is the shortest of so many, as other work on the machine only ever adds to it.
_ROUNDS = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, default=next(path for path in _FOLDERS if path.is_dir()))
    parser.add_argument("--no-tagger", action="store_true", help="leave out the slow half")
    arguments = parser.parse_args()
    sources = read_texts(arguments.texts)
    for tagger in (False,) if arguments.no_tagger else (False, True):
        nlp = build_pipeline(Settings(model=tagger))
        say(f"\n{'with' if tagger else 'without'} the tagger, {sum(map(size, sources)):,} characters")
        show_stages(nlp, sources)
        show_growth(nlp, sources)
    say(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def read_texts(folder: Path) -> list[ReaderText]:
    """Read the plain texts of a folder, again and again until they are long enough."""
    found = [read_file(path) for path in sorted(folder.glob("*.txt"))]
    sources: list[ReaderText] = []
    while sum(map(size, sources)) < _LEAST:
        sources += found
    return sources


def show_stages(nlp: Language, sources: Sequence[ReaderText]) -> None:
    """Print the speed of each stage, slowest first, and of the whole."""
    spent: dict[str, float] = {}
    for source in sources:
        best: dict[str, float] = {}
        for _ in range(_ROUNDS):
            for stage, seconds in time_stages(nlp, source):
                best[stage] = min(seconds, best.get(stage, seconds))
        for stage, seconds in best.items():
            spent[stage] = spent.get(stage, 0.0) + seconds
    total = sum(map(size, sources))
    for stage, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        say(f"  {stage:18} {total / seconds:12,.0f} characters a second")
    whole = sum(min(clock(extract, nlp, source) for _ in range(_ROUNDS)) for source in sources)
    say(f"  {'whole':18} {total / whole:12,.0f} characters a second")


def time_stages(nlp: Language, source: ReaderText) -> Iterator[tuple[str, float]]:
    """Extract one text, and yield the stages with their CPU seconds."""
    spans = split_documents(source)
    yield "structure", clock(split_documents, source)
    for span in spans:
        components = list(nlp.pipeline)
        with nlp.select_pipes(enable=[]):
            doc = annotate(nlp, source, span)
            yield "tokens", clock(annotate, nlp, source, span)
        for name, component in components:
            yield name, clock(component, doc)
        yield "records", clock(build_record, source, span, doc)


def show_growth(nlp: Language, sources: Sequence[ReaderText]) -> None:
    """Print how the time grows with the length of a text; it is linear where the speed stays."""
    whole = "".join(source.text for source in sources)[:_GROWN]
    endless = "".join(char for source in sources for char in source.text if "\u4e00" <= char <= "\u9fff")
    texts = {f"one text x {times}": whole * times for times in (1, 2, 4)}
    texts["one sentence"] = (endless * (1 + _LEAST // len(endless)))[:_LEAST]
    # Strings that come back without end are where a search could start anew at each of them.
    for name, odd in _ODD.items():
        texts[name] = whole + (odd * _LEAST)[:_LEAST] + "\n" + whole
    for name, text in texts.items():
        source = ReaderText(source=name, text=text)
        seconds = clock(extract, nlp, source)
        say(f"  {name:18} {len(text) / seconds:12,.0f} characters a second, {len(text):,} characters")


def clock(work: Callable[..., object], *arguments: object) -> float:
    """Return the CPU seconds that a call takes."""
    began = time.process_time()
    work(*arguments)
    return time.process_time() - began


def size(source: ReaderText) -> int:
    """Return the length of a text in characters."""
    return len(source.text)


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
